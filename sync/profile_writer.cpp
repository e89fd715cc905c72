// The forms of a profile: that of pprof (a message of protocol buffers), and text.
//
// The numbers of fields are those of github.com/google/pprof/proto/profile.proto.
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <heddle/sync/profile.hpp>
#include <heddle/sync/symbols.hpp>

namespace heddle {

namespace {

/// A message, as bytes.
class message {
 public:
  void number(unsigned field, std::uint64_t value) {
    if (value == 0) return;  // which is what a missing field means
    varint(field << 3);
    varint(value);
  }
  void bytes(unsigned field, std::string_view value) {
    varint(field << 3 | 2);
    varint(value.size());
    bytes_ += value;
  }
  void part(unsigned field, const message& value) { bytes(field, value.bytes_); }
  void numbers(unsigned field, const std::vector<std::uint64_t>& values) {
    message packed;
    for (const std::uint64_t each : values) packed.varint(each);
    part(field, packed);
  }
  [[nodiscard]] const std::string& text() const noexcept { return bytes_; }

 private:
  void varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) bytes_ += static_cast<char>((value & 0x7F) | 0x80);
    bytes_ += static_cast<char>(value);
  }

  std::string bytes_;
};

class pprof_writer {
 public:
  pprof_writer() { (void)index_of(""); }

  std::string write(const std::vector<profile_record>& records) {
    profile_.part(1, value_type("contentions", "count"));
    profile_.part(1, value_type("delay", "nanoseconds"));
    for (const profile_record& each : records) profile_.part(2, sample(each));
    for (std::size_t i = 0; i < symbols_.mappings().size(); ++i) {
      profile_.part(3, mapping_message(i));
    }
    for (const auto& [address, id] : locations_) profile_.part(4, location_message(address, id));
    for (const auto& [name, id] : functions_) profile_.part(5, function_message(name, id));
    profile_.number(9, now());
    profile_.part(11, value_type("contentions", "count"));
    profile_.number(12, 1);
    // The table comes last, when all is in it; the order of fields is free.
    for (const std::string& each : strings_) profile_.bytes(6, each);
    return profile_.text();
  }

 private:
  static std::uint64_t now() {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::nanoseconds>(since).count());
  }

  std::uint64_t index_of(const std::string& text) {
    const auto [at, is_new] = string_index_.try_emplace(text, strings_.size());
    if (is_new) strings_.push_back(text);
    return at->second;
  }

  message value_type(const char* type, const char* unit) {
    message result;
    result.number(1, index_of(type));
    result.number(2, index_of(unit));
    return result;
  }

  message sample(const profile_record& of) {
    std::vector<std::uint64_t> ids;
    for (void* const frame : of.stack) {
      // A return address belongs to the call before it.
      const auto address = reinterpret_cast<std::uintptr_t>(frame) - 1;
      ids.push_back(locations_.try_emplace(address, locations_.size() + 1).first->second);
    }
    message result;
    result.numbers(1, ids);
    result.numbers(2, {static_cast<std::uint64_t>(std::llround(of.count)),
                       static_cast<std::uint64_t>(of.delay.count())});
    if (of.caller.file != nullptr) {
      message label;
      label.number(1, index_of("caller"));
      label.number(2, index_of(of.caller.file + (":" + std::to_string(of.caller.line))));
      result.part(3, label);
    }
    return result;
  }

  message mapping_message(std::size_t i) {
    const detail::mapping& what = symbols_.mappings()[i];
    message result;
    result.number(1, i + 1);
    result.number(2, what.start);
    result.number(3, what.limit);
    result.number(4, what.offset);
    result.number(5, index_of(what.file));
    result.number(7, 1);  // the names of functions are here, for as many as are known
    return result;
  }

  message location_message(std::uint64_t address, std::uint64_t id) {
    message result;
    result.number(1, id);
    const std::size_t mapping = symbols_.mapping_of(address);
    if (mapping < symbols_.mappings().size()) result.number(2, mapping + 1);
    result.number(3, address);
    if (const std::string name = symbols_.name_of(address); !name.empty()) {
      message line;
      line.number(1, functions_.try_emplace(name, functions_.size() + 1).first->second);
      result.part(4, line);
    }
    return result;
  }

  message function_message(const std::string& name, std::uint64_t id) {
    message result;
    result.number(1, id);
    result.number(2, index_of(name));
    return result;
  }

  message profile_;
  detail::symbols symbols_;
  std::map<std::uint64_t, std::uint64_t> locations_;  ///< their numbers, by address
  std::map<std::string, std::uint64_t> functions_;    ///< their numbers, by name
  std::vector<std::string> strings_;
  std::map<std::string, std::uint64_t> string_index_;
};

}  // namespace

void write_profile(profile_kind what, std::ostream& out) {
  out << pprof_writer().write(profile_records(what));
}

void write_profile_text(profile_kind what, std::ostream& out) {
  out << (what == profile_kind::contention ? "--- mutex:\n" : "--- contention:\n")
      << "cycles/second=1000000000\n";
  detail::symbols names;
  for (const profile_record& each : profile_records(what)) {
    out << each.delay.count() << ' ' << std::llround(each.count) << " @";
    for (void* const frame : each.stack) out << ' ' << frame;
    out << '\n';
    if (each.caller.file != nullptr) {
      out << "#\t" << each.caller.file << ':' << each.caller.line << '\n';
    }
    for (void* const frame : each.stack) {
      const auto address = reinterpret_cast<std::uintptr_t>(frame) - 1;
      const std::string name = names.name_of(address);
      const std::size_t mapping = names.mapping_of(address);
      if (!name.empty()) {
        out << "#\t" << frame << '\t' << name << '\n';
      } else if (mapping < names.mappings().size()) {
        out << "#\t" << frame << '\t' << names.mappings()[mapping].file << '\n';
      }
    }
  }
}

}  // namespace heddle
