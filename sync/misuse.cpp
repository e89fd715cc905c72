#include <heddle/sync/misuse.hpp>

#include <execinfo.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace heddle {

namespace {

/// A line of text on the stack: a program that misuses a lock may hold one in its allocator.
class line {
 public:
  void append(std::string_view text) noexcept {
    const std::size_t room = text_.size() - 1 - size_;  // one is kept for the newline
    const std::size_t taken = text.size() < room ? text.size() : room;
    std::memcpy(text_.data() + size_, text.data(), taken);
    size_ += taken;
  }
  void append(std::uint32_t number) noexcept {
    std::array<char, 10> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    append(std::string_view(digits.data(), static_cast<std::size_t>(end - digits.data())));
  }
  void print() noexcept {
    text_[size_++] = '\n';
    std::size_t done = 0;
    while (done < size_) {
      const auto written = ::write(STDERR_FILENO, text_.data() + done, size_ - done);
      if (written <= 0) return;
      done += static_cast<std::size_t>(written);
    }
  }

 private:
  std::array<char, 512> text_{};
  std::size_t size_ = 0;
};

// Through a guard of the standard library the caller is a line of its header, which helps nobody.
bool is_known(location caller) noexcept {
  if (caller.file == nullptr) return false;
  const std::string_view file = caller.file;
  return !file.starts_with("/usr/include/") && !file.starts_with("/usr/lib/") &&
         file.find("/include/c++/") == std::string_view::npos;
}

std::string_view base_name(std::string_view file) noexcept {
  return file.substr(file.find_last_of('/') + 1);
}

}  // namespace

void native_misuse(const char* what, location caller) noexcept {
  line text;
  text.append("heddle: ");
  text.append(what);
  if (is_known(caller)) {
    text.append("  (");
    text.append(base_name(caller.file));
    text.append(":");
    text.append(caller.line);
    text.append(")");
  }
  text.print();
  if (!is_known(caller)) {
    std::array<void*, 32> frames{};
    const int count = ::backtrace(frames.data(), static_cast<int>(frames.size()));
    ::backtrace_symbols_fd(frames.data(), count, STDERR_FILENO);
  }
  std::abort();
}

}  // namespace heddle
