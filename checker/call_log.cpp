#include <heddle/checker/call_log.hpp>

#include <algorithm>
#include <bit>
#include <utility>

#include <heddle/scheduler/execution.hpp>

namespace heddle::detail {

namespace {

constexpr std::uint64_t bit(std::size_t call) noexcept { return std::uint64_t{1} << call; }

void describe(const char* what, const text_maker& text) {
  if (!being_recorded()) return;
  struct content {
    const char* what;
    const text_maker* text;
  } all{what, &text};
  outside([of = &all] { describe_step(of->what + of->text->make(of->text->of)); });
}

}  // namespace

call_log::call_log(unsigned threads, bool timed)
    : threads_(threads), timed_(timed && threads > 1 && has_real_time()) {
  if (timed_) marks_ = std::make_unique<time_mark[]>(threads);
}

// What the calls of others are known to have returned before now, by their marks.
std::uint64_t call_log::seen_to_return(unsigned thread, const text_maker& text, location caller) {
  std::uint64_t before = 0;
  const char* what = "begins ";
  for (unsigned other = 1; other <= threads_; ++other) {
    if (other == thread) continue;
    std::uint64_t returned = marks_[other - 1].look(caller);
    describe(std::exchange(what, "still begins "), text);
    for (std::size_t i = 0; i < count_ && returned > 0; ++i) {
      if (calls_[i].thread != other) continue;
      before |= bit(i);
      --returned;
    }
  }
  return before;
}

std::size_t call_log::begin(unsigned thread, const text_maker& text, location caller) {
  std::uint64_t before = 0;
  if (timed_ && thread > 0) before = seen_to_return(thread, text, caller);
  if (count_ == most_calls) control::misuse("history of more than 64 calls", caller);
  for (std::size_t i = 0; i < count_; ++i) {
    if (calls_[i].returned && happened_before(ends_[i])) before |= bit(i);
  }
  // What came before those came before this, whoever told.
  for (std::uint64_t left = before; left != 0; left &= left - 1) {
    before |= calls_[static_cast<std::size_t>(std::countr_zero(left))].before;
  }
  calls_[count_] = {thread, false, before};
  return count_++;
}

void call_log::end(std::size_t call, const text_maker& text, location caller) {
  calls_[call].returned = true;
  ends_[call] = moment_of_caller();
  const unsigned thread = calls_[call].thread;
  if (!timed_ || thread == 0) return;
  marks_[thread - 1].pass(caller);
  describe("returns from ", text);
}

rejection make_rejection(consistency kind, std::span<const call_record> in,
                         std::span<const std::size_t> of, std::span<const std::size_t> order,
                         std::span<const std::string> begun,
                         std::span<const std::string> returned) {
  rejection result;
  result.text = "the history is not " + std::string(to_string(kind));
  result.details.push_back("history: calls that overlap may have come in either order");
  for (const std::string& line : timeline(in, begun, returned)) {
    result.details.push_back("  " + line);
  }
  result.details.push_back("the longest order that the machine allows:");
  const auto named = [&](std::size_t i) {
    return "  thread " + std::to_string(in[i].thread) + "  " + returned[i];
  };
  for (const std::size_t i : order) result.details.push_back(named(i));
  if (order.empty()) result.details.push_back("  none");
  result.details.push_back("what has no place in it:");
  for (const std::size_t i : of) {
    const bool placed = std::find(order.begin(), order.end(), i) != order.end();
    if (!placed && in[i].returned) result.details.push_back(named(i));
  }
  return result;
}

}  // namespace heddle::detail
