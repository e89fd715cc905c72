// Choices from a string of bytes: any string is a schedule, and the same one the same schedule.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <heddle/scheduler/strategy.hpp>

namespace heddle {

/// One execution whose questions are answered by the bytes of a string, one after the other.
///
/// A question with n answers takes one byte, or as many as n - 1 fills, lowest first, and answers
/// with the remainder by n.  Answer 0 is what nothing has to be said for: the thread goes on if it
/// can and has not yielded, otherwise the next one by number; a wait does not time out; a read sees
/// the newest write.  The n-th other thread by number, beginning behind the present one, is answer
/// n.  Where the string ends, the answers are 0, so that what a string leaves open is filled by the
/// simplest schedule, and a short string is a schedule with few preemptions.  A question with one
/// answer takes nothing.
class stream_strategy : public strategy {
 public:
  /// The next execution is that of `bytes`, which are copied.
  void assign(std::span<const std::uint8_t> bytes);
  /// How many bytes the execution has asked for, whether or not the string had them.
  [[nodiscard]] std::size_t asked_for() const noexcept { return at_; }

  [[nodiscard]] bool begin() override;
  void again() override { at_ = 0; }
  [[nodiscard]] unsigned pick(const thread_question& question) override;
  [[nodiscard]] std::uint32_t choose(choice_kind kind, std::uint32_t count) override;
  [[nodiscard]] std::uint32_t choose_write(const write_question& question) override;
  [[nodiscard]] bool exhaustive() const override { return false; }

 private:
  [[nodiscard]] std::uint32_t below(std::uint32_t count);

  std::vector<std::uint8_t> bytes_;
  std::size_t at_ = 0;
  bool ready_ = false;
};

}  // namespace heddle
