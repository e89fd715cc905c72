#include <heddle/checker/token.hpp>

#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <heddle/checker/base64.hpp>
#include <heddle/checker/options.hpp>
#include <heddle/checker/schedule_bytes.hpp>
#include <heddle/scheduler/bytes.hpp>

namespace heddle {

namespace {

using detail::byte_reader;
using detail::byte_writer;

constexpr std::uint8_t version = 1;
constexpr std::size_t longest_inline = 4096;
constexpr std::size_t checksum_bytes = 4;
constexpr std::uintmax_t longest_file = 64 << 20;

// What version 1 leaves out.  These are part of the format: they stay when the defaults of a check
// change.
constexpr execution_limits version_1_limits{20000, 2, 2, 1, 1, false, false, 64 * 1024};

// The numbers among the limits in the order of their bits; `reuse` and `plain` are bits alone.
constexpr std::uint32_t execution_limits::*counts[] = {
    &execution_limits::steps, &execution_limits::timeouts, &execution_limits::polls,
    &execution_limits::spurious, &execution_limits::processors};
constexpr unsigned stack_bit = 5;
constexpr unsigned reuse_bit = 6;
constexpr unsigned plain_bit = 7;

void write_limits(byte_writer& to, const execution_limits& limits) {
  std::uint8_t bits = 0;
  const auto mark = [&](unsigned bit, bool set) {
    bits = static_cast<std::uint8_t>(bits | (set ? 1U << bit : 0U));
  };
  for (unsigned i = 0; i < std::size(counts); ++i) {
    mark(i, limits.*counts[i] != version_1_limits.*counts[i]);
  }
  mark(stack_bit, limits.stack_bytes != version_1_limits.stack_bytes);
  mark(reuse_bit, limits.reuse);
  mark(plain_bit, limits.plain);
  to.byte(bits);
  for (unsigned i = 0; i < std::size(counts); ++i) {
    if ((bits >> i & 1) != 0) to.number(limits.*counts[i]);
  }
  if ((bits >> stack_bit & 1) != 0) to.number(limits.stack_bytes);
}

void read_limits(byte_reader& from, execution_limits& limits) {
  const std::uint8_t bits = from.byte();
  limits = version_1_limits;
  for (unsigned i = 0; i < std::size(counts); ++i) {
    if ((bits >> i & 1) != 0) limits.*counts[i] = from.number32();
  }
  if ((bits >> stack_bit & 1) != 0) limits.stack_bytes = from.number(~std::uint32_t{0});
  limits.reuse = (bits >> reuse_bit & 1) != 0;
  limits.plain = (bits >> plain_bit & 1) != 0;
}

// A token may be made by hand: its limits must be ones that a check could have had.
bool accepted(const execution_limits& limits) {
  options same;
  same.steps = limits.steps;
  same.timeouts = limits.timeouts;
  same.polls = limits.polls;
  same.spurious = limits.spurious;
  same.cpus = limits.processors;
  same.stack = limits.stack_bytes;
  return validate(same).empty();
}

std::string wrong_grain(std::uint8_t other) {
  const std::string own(to_string(granularity_of_program()));
  if (other > static_cast<std::uint8_t>(granularity::coarse)) {
    return "the token is of unknown primitives, and this program's are " + own;
  }
  return "the token is of " + std::string(to_string(static_cast<granularity>(other))) +
         " primitives, and this program's are " + own;
}

std::string decode_body(byte_reader body, token& to) {
  to.name_hash = body.fixed(4);
  const std::uint8_t memory = body.byte();
  const std::uint8_t grain = body.byte();
  if (body.good() && memory > static_cast<std::uint8_t>(graph::memory::rc11)) {
    return "the token is for another memory model than sc and rc11";
  }
  to.memory = static_cast<graph::memory>(memory);
  to.grain = granularity_of_program();
  if (body.good() && grain != static_cast<std::uint8_t>(to.grain)) return wrong_grain(grain);
  read_limits(body, to.limits);
  read_schedule(body, to.schedule);
  if (!body.good() || body.left() != 0 || !accepted(to.limits))
    return "the token is not one that heddle wrote";
  return "";
}

std::string decode_bytes(const std::vector<std::uint8_t>& bytes, token& to) {
  byte_reader all(bytes.data(), bytes.size());
  const std::uint8_t written = all.byte();
  const std::uint64_t length = all.number(longest_file);
  if (!all.good()) return "the token is truncated or altered";
  if (all.left() < length + checksum_bytes) return "the token is truncated";
  const std::size_t checked = bytes.size() - checksum_bytes;
  byte_reader end(bytes.data() + checked, checksum_bytes);
  if (all.left() != length + checksum_bytes ||
      end.fixed(checksum_bytes) != detail::crc32(bytes.data(), checked)) {
    return "the token is altered: its checksum does not match";
  }
  if (written != version) return "the token is of another version than 1";
  return decode_body(byte_reader(bytes.data() + checked - length, length), to);
}

std::string decode_inline(std::string_view text, token& to) {
  static constexpr std::string_view digits = "0123456789";
  const std::size_t end = text.size() > 1 ? text.find_first_not_of(digits, 1) : text.npos;
  if (text.substr(0, 1) != "h" || end == text.npos || end == 1 || text[end] != '-') {
    return "not a token: it begins with h1- or h1@";
  }
  const std::string_view major = text.substr(1, end - 1);
  if (major != "1") {
    return "the token is of version " + std::string(major.substr(0, 9)) +
           ", and this program reads version 1";
  }
  const auto bytes = detail::decode_base64(text.substr(end + 1));
  if (!bytes) return "the token is truncated or altered";
  return decode_bytes(*bytes, to);
}

std::string read_file(const std::string& name, std::string& text) {
  std::error_code wrong;
  const auto size = std::filesystem::file_size(name, wrong);
  // What is no regular file has no size, and to open a pipe may wait for ever.
  if (wrong) return "the token's file cannot be read: " + name;
  std::ifstream file(name, std::ios::binary);
  if (!file) return "the token's file cannot be read: " + name;
  if (size > longest_file) return "the token's file is too long: " + name;
  text.assign(std::istreambuf_iterator<char>(file), {});
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return "";
}

bool write_file(const std::string& name, const std::string& text) {
  // Two processes may find the same thing at once: each writes its own file, the last one stays.
  const std::string own = name + "." + std::to_string(::getpid());
  std::ofstream file(own, std::ios::binary);
  file << text << '\n';
  file.close();
  const bool done = !file.fail() && std::rename(own.c_str(), name.c_str()) == 0;
  if (!done) std::remove(own.c_str());
  return done;
}

}  // namespace

std::uint32_t hash_of_name(std::string_view name) noexcept {
  std::uint32_t hash = 0x811C9DC5U;
  for (const char each : name) hash = (hash ^ static_cast<std::uint8_t>(each)) * 0x01000193U;
  return hash;
}

std::string encode(const token& from) {
  byte_writer body;
  body.fixed(from.name_hash, 4);
  body.byte(static_cast<std::uint8_t>(from.memory));
  body.byte(static_cast<std::uint8_t>(from.grain));
  write_limits(body, from.limits);
  write_schedule(body, from.schedule);
  byte_writer all;
  all.byte(version);
  all.number(body.bytes().size());
  for (const std::uint8_t each : body.bytes()) all.byte(each);
  all.fixed(detail::crc32(all.bytes().data(), all.bytes().size()), checksum_bytes);
  return "h1-" + detail::encode_base64(all.bytes());
}

std::string decode(std::string_view text, token& to) {
  to = token{};
  if (text.substr(0, 3) != "h1@") return decode_inline(text, to);
  std::string content;
  std::string wrong = read_file(std::string(text.substr(3)), content);
  if (wrong.empty()) wrong = decode_inline(content, to);
  return wrong;
}

std::string shorten(const std::string& text) {
  if (text.size() <= longest_inline) return text;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  char name[32];
  std::snprintf(name, sizeof name, "heddle-%08x.h1", detail::crc32(bytes, text.size()));
  return write_file(name, text) ? "h1@" + std::string(name) : text;
}

}  // namespace heddle
