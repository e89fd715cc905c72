// The generator of all sampling strategies: xoshiro256++ (Blackman, Vigna: ACM TOMS 2021), seeded
// for each execution by splitmix64 of (seed, number of the execution), so that each can be run
// alone.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace heddle::detail {

class generator {
 public:
  generator(std::uint64_t seed, std::uint64_t execution) noexcept {
    std::uint64_t x = seed * 0x9e3779b97f4a7c15U + execution;
    for (std::uint64_t& word : state_) {
      x += 0x9e3779b97f4a7c15U;
      std::uint64_t z = x;
      z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
      z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
      word = z ^ (z >> 31);
    }
  }

  [[gnu::always_inline]] std::uint64_t next() {
    if (tape_ != nullptr) [[unlikely]]
      return taped();
    return fresh();
  }

  /// From here on numbers are read from `tape`, and behind its end drawn and written there.
  void play(std::vector<std::uint64_t>& tape) noexcept {
    tape_ = &tape;
    at_ = 0;
  }
  /// How many were read or written since.
  [[nodiscard]] std::size_t played() const noexcept { return at_; }

  /// Below `bound`; the bias of at most bound / 2^32 is far below what any test could see.
  std::uint32_t below(std::uint32_t bound) {
    return static_cast<std::uint32_t>((next() >> 32) * bound >> 32);
  }

  /// True with a probability of `part` in `of`.
  bool odds(std::uint32_t part, std::uint32_t of) { return below(of) < part; }

 private:
  std::uint64_t fresh() noexcept {
    auto& s = state_;
    const std::uint64_t result = std::rotl(s[0] + s[3], 23) + s[0];
    const std::uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = std::rotl(s[3], 45);
    return result;
  }

  // Apart, so that the others stay small enough to be inlined.
  [[gnu::noinline]] std::uint64_t taped() {
    if (at_ == tape_->size()) tape_->push_back(fresh());
    return (*tape_)[at_++];
  }

  std::array<std::uint64_t, 4> state_{};
  std::vector<std::uint64_t>* tape_ = nullptr;
  std::size_t at_ = 0;
};

}  // namespace heddle::detail
