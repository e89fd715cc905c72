// What the bytes of a fuzzer decide.  The idea of one recorded string of choices that is mutated as
// a whole is that of FEST (NSDI 2026); here the string is whatever the fuzzer makes of it.
#include <heddle/scheduler/strategy/stream.hpp>
#include <heddle/scheduler/thread_bits.hpp>

#include <bit>
#include <utility>

namespace heddle {

namespace {

// The n-th of `among`, counted from the first behind `after`, and round.
unsigned nth_behind(thread_set among, unsigned after, std::uint32_t n) noexcept {
  const thread_set behind = after + 1 < max_threads ? among >> (after + 1) << (after + 1) : 0;
  const auto of_behind = static_cast<std::uint32_t>(std::popcount(behind));
  thread_set in = behind;
  if (n >= of_behind) {
    in = among & ~behind;
    n -= of_behind;
  }
  for (; n > 0; --n) in &= in - 1;
  return static_cast<unsigned>(std::countr_zero(in));
}

}  // namespace

void stream_strategy::assign(std::span<const std::uint8_t> bytes) {
  bytes_.assign(bytes.begin(), bytes.end());
  ready_ = true;
}

bool stream_strategy::begin() {
  at_ = 0;
  return std::exchange(ready_, false);
}

unsigned stream_strategy::pick(const thread_question& question) {
  const thread_set others = question.enabled & ~bit(question.current);
  const auto count = static_cast<std::uint32_t>(std::popcount(question.enabled));
  const std::uint32_t answer = below(count);
  const bool stays = others != question.enabled;
  if (!stays) return nth_behind(others, question.current, answer);
  // Who has yielded goes on as the last resort.
  if (question.free) {
    return answer + 1 == count ? question.current : nth_behind(others, question.current, answer);
  }
  return answer == 0 ? question.current : nth_behind(others, question.current, answer - 1);
}

std::uint32_t stream_strategy::choose(choice_kind, std::uint32_t count) { return below(count); }

std::uint32_t stream_strategy::choose_write(const write_question& question) {
  std::uint32_t count = 0;
  for (const std::uint8_t each : question.allowed) count += each != 0 ? 1U : 0U;
  std::uint32_t left = below(count), chosen = 0;
  while (question.allowed[chosen] == 0 || left-- > 0) ++chosen;
  return chosen;
}

std::uint32_t stream_strategy::below(std::uint32_t count) {
  if (count < 2) return 0;
  std::uint64_t value = 0;
  unsigned shift = 0;
  for (std::uint32_t left = count - 1; left > 0; left >>= 8, shift += 8) {
    const std::uint64_t byte = at_ < bytes_.size() ? bytes_[at_] : 0;
    ++at_;
    value |= byte << shift;
  }
  return static_cast<std::uint32_t>(value % count);
}

}  // namespace heddle
