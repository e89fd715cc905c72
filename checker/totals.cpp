#include <heddle/checker/totals.hpp>

#include <algorithm>
#include <utility>

namespace heddle::detail {

namespace {

constexpr std::uint64_t any_count = (std::uint64_t{1} << 63) - 1;

// The flags in the order of their bits.
constexpr bool totals::*flags[] = {&totals::shared,       &totals::hit_timeouts, &totals::hit_polls,
                                   &totals::hit_fairness, &totals::hit_spurious, &totals::pruned};

}  // namespace

void totals::add(const totals& other) {
  executions += other.executions;
  blocked += other.blocked;
  for (const auto flag : flags) this->*flag = this->*flag || other.*flag;
  longest = std::max(longest, other.longest);
  threads.add(other.threads);
  fingerprints.add(other.fingerprints);
  missed.add(other.missed);
  for (const auto& [key, values] : other.observed) {
    for (const auto& [value, count] : values) observed[key][value] += count;
  }
}

void write_text(byte_writer& to, std::string_view text) {
  to.number(text.size());
  for (const char each : text) to.byte(static_cast<std::uint8_t>(each));
}

std::string read_text(byte_reader& from) {
  const std::uint64_t length = from.number(from.left());
  std::string text;
  for (std::uint64_t i = 0; i < length && from.good(); ++i) {
    text += static_cast<char>(from.byte());
  }
  return text;
}

void write(byte_writer& to, const totals& from) {
  to.number(from.executions);
  to.number(from.blocked);
  for (const auto flag : flags) to.byte(from.*flag ? 1 : 0);
  to.number(from.longest);
  to.number(from.threads.assumed);
  to.number(from.threads.seen);
  to.byte(from.fingerprints.overflowed() ? 1 : 0);
  to.number(from.fingerprints.inserted());
  to.number(from.fingerprints.once());
  to.number(from.fingerprints.size());
  from.fingerprints.each([&](std::uint64_t value) {
    to.fixed(static_cast<std::uint32_t>(value), 4);
    to.fixed(static_cast<std::uint32_t>(value >> 32), 4);
  });
  write(to, from.missed);
  to.number(from.observed.size());
  for (const auto& [key, values] : from.observed) {
    write_text(to, key);
    to.number(values.size());
    for (const auto& [value, count] : values) {
      write_text(to, value);
      to.number(count);
    }
  }
}

void read(byte_reader& from, totals& to) {
  to.executions = from.number(any_count);
  to.blocked = from.number(any_count);
  for (const auto flag : flags) to.*flag = from.byte() != 0;
  to.longest = static_cast<std::uint32_t>(from.number(~std::uint32_t{0}));
  to.threads.assumed = static_cast<unsigned>(from.number(~0U));
  to.threads.seen = static_cast<unsigned>(from.number(max_threads));
  const bool overflowed = from.byte() != 0;
  const std::uint64_t inserted = from.number(any_count), once = from.number(inserted);
  const std::uint64_t fingerprints = from.number(std::min<std::uint64_t>(from.left(), inserted));
  for (std::uint64_t i = 0; i < fingerprints && from.good(); ++i) {
    const std::uint64_t low = from.fixed(4);
    to.fingerprints.restore(low | std::uint64_t{from.fixed(4)} << 32);
  }
  to.fingerprints.restore_counts(inserted, once, overflowed);
  read(from, to.missed);
  const std::uint64_t keys = from.number(from.left());
  for (std::uint64_t i = 0; i < keys && from.good(); ++i) {
    auto& values = to.observed[read_text(from)];
    const std::uint64_t count = from.number(from.left());
    for (std::uint64_t j = 0; j < count && from.good(); ++j) {
      std::string value = read_text(from);
      values[std::move(value)] += from.number(any_count);
    }
  }
}

}  // namespace heddle::detail
