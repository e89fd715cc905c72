#include <heddle/scheduler/symbolize.hpp>

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

// libbacktrace, declared here because its header lies in a folder of gcc's alone.
extern "C" {
struct backtrace_state;
using heddle_backtrace_error = void (*)(void*, const char*, int);
[[gnu::weak]] backtrace_state* backtrace_create_state(const char*, int, heddle_backtrace_error,
                                                      void*);
[[gnu::weak]] int backtrace_pcinfo(backtrace_state*, std::uintptr_t,
                                   int (*)(void*, std::uintptr_t, const char*, int, const char*),
                                   heddle_backtrace_error, void*);
[[gnu::weak]] int backtrace_simple(backtrace_state*, int, int (*)(void*, std::uintptr_t),
                                   heddle_backtrace_error, void*);
}

namespace heddle {

namespace {

void ignore_error(void*, const char*, int) {}

backtrace_state* symbols() {
  static backtrace_state* const state =
      backtrace_create_state != nullptr ? backtrace_create_state(nullptr, 0, ignore_error, nullptr)
                                        : nullptr;
  return state;
}

const char* kept(const char* file) {
  static std::set<std::string> names;
  return names.insert(file).first->c_str();
}

// Debug information may put the folder of the build before every name that a prefix map has made
// relative.  What it puts before this file, it puts before all of heddle's.
const std::string& own_root() {
  static const std::string root = [] {
    std::string name;
    const auto visit = [](void* into, std::uintptr_t, const char* file, int, const char*) -> int {
      if (file != nullptr) *static_cast<std::string*>(into) = file;
      return 0;
    };
    backtrace_pcinfo(symbols(), reinterpret_cast<std::uintptr_t>(&ignore_error), visit,
                     ignore_error, &name);
    const std::string_view own = "scheduler/symbolize.cpp";
    const bool ends =
        name.size() >= own.size() && name.compare(name.size() - own.size(), own.size(), own) == 0;
    return ends ? name.substr(0, name.size() - own.size()) : std::string();
  }();
  return root;
}

location line_of(std::uintptr_t address) {
  location found;
  const auto visit = [](void* into, std::uintptr_t, const char* file, int line,
                        const char*) -> int {
    if (file == nullptr || foreign_file(file)) return 0;
    if (!own_root().empty() && std::string_view(file).starts_with(own_root()) &&
        foreign_file(file + own_root().size())) {
      return 0;
    }
    *static_cast<location*>(into) = {kept(file), static_cast<std::uint32_t>(line)};
    return 1;
  };
  backtrace_pcinfo(symbols(), address, visit, ignore_error, &found);
  return found;
}

}  // namespace

bool foreign_file(const char* file) noexcept {
  const std::string_view name(file);
  if (name.starts_with("/usr/")) return true;
  for (const std::string_view room : {"sync/", "scheduler/", "checker/"}) {
    if (name.starts_with(room) && name.find('/', room.size()) == std::string_view::npos) {
      return true;
    }
    if (name.find("heddle/" + std::string(room)) != std::string_view::npos) return true;
  }
  return name.starts_with("sync/platform/");
}

location symbolize(void* address) {
  if (symbols() == nullptr || address == nullptr) return {};
  return line_of(reinterpret_cast<std::uintptr_t>(address) - 1);
}

void* user_frame(void* fallback) {
  if (symbols() == nullptr) return fallback;
  void* found = nullptr;
  const auto visit = [](void* into, std::uintptr_t address) -> int {
    if (line_of(address).file == nullptr) return 0;
    *static_cast<void**>(into) = reinterpret_cast<void*>(address + 1);
    return 1;
  };
  backtrace_simple(symbols(), 1, visit, ignore_error, &found);
  return found != nullptr ? found : fallback;
}

}  // namespace heddle
