// What an execution shows of the order of calls, and what is said of a history that is wrong.  Of
// no platform; checker/history.hpp is what users include.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <heddle/checker/linearizability.hpp>
#include <heddle/scheduler/moments.hpp>
#include <heddle/sync/immovable.hpp>
#include <heddle/sync/location.hpp>

namespace heddle::detail {

/// A text that is made only where it is wanted.
struct text_maker {
  const void* of;
  std::string (*make)(const void* of);
};

/// The order of calls as an execution shows it.  Thread 0 is known by happens-before alone: it is
/// to make its calls before the others begin or after they have ended.
class call_log : immovable {
 public:
  /// For threads 0 to `threads`.  Without `timed`, happens-before alone orders calls.
  call_log(unsigned threads, bool timed);

  [[nodiscard]] std::size_t begin(unsigned thread, const text_maker& text, location caller);
  void end(std::size_t call, const text_maker& text, location caller);
  [[nodiscard]] std::span<const call_record> calls() const { return {calls_.data(), count_}; }

 private:
  [[nodiscard]] std::uint64_t seen_to_return(unsigned thread, const text_maker& text,
                                             location caller);

  unsigned threads_;
  bool timed_;
  std::unique_ptr<time_mark[]> marks_;
  std::array<call_record, most_calls> calls_{};
  std::array<moment, most_calls> ends_{};
  std::size_t count_ = 0;
};

/// Why a history is none of the machine.
struct rejection {
  std::string text;
  std::vector<std::string> details;
};

/// `in` are the calls, `of` which of them were looked at, and `order` the longest order of those.
[[nodiscard]] rejection make_rejection(consistency kind, std::span<const call_record> in,
                                       std::span<const std::size_t> of,
                                       std::span<const std::size_t> order,
                                       std::span<const std::string> begun,
                                       std::span<const std::string> returned);

}  // namespace heddle::detail
