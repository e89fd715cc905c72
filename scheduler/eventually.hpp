// Conditions that are to become true, at some moment or after each of some moments.
//
//   const heddle::eventually served([&] { return answer.load() != 0; });
//   const heddle::leads_to no_request_is_lost([&] { return wanted.load(); },
//                                             [&] { return !wanted.load(); });
#pragma once

#include <cstdint>
#include <functional>
#include <limits>

#include <heddle/scheduler/always.hpp>
#include <heddle/sync/immovable.hpp>
#include <heddle/sync/location.hpp>

namespace heddle {

/// `comes()` is to be true at some moment between the beginning of the object and its end; if it
/// was not, that is an `assertion` when the object ends.  Its atomics are watched as those of
/// `always` are.
///
/// An execution in which threads go on for ever, or wait, does not come to the end of the object:
/// it is a finding by itself, if the strategy is fair.
///
/// Misuse: as of `always`.
class eventually : immovable {
 public:
  [[nodiscard]] explicit eventually(std::function<bool()> comes,
                                    location caller = location::here());
  ~eventually();

 private:
  bool look();

  std::function<bool()> comes_;
  location where_;
  bool came_ = false;
  int unwinding_;
  always watched_;  // last: it asks at once
};

/// After each moment at which `cause()` is true, `effect()` is to be true, at that moment or a
/// later one; if it was not, that is an `assertion` when the object ends.  With `within`, it is one
/// as soon as watched atomics have been written so often in between.
///
/// Misuse: as of `always`.
class leads_to : immovable {
 public:
  static constexpr std::uint32_t any_time = std::numeric_limits<std::uint32_t>::max();

  [[nodiscard]] leads_to(std::function<bool()> cause, std::function<bool()> effect,
                         std::uint32_t within = any_time, location caller = location::here());
  ~leads_to();

 private:
  bool look();

  std::function<bool()> cause_, effect_;
  location where_;
  std::uint32_t within_;
  bool awaited_ = false;
  std::uint32_t writes_ = 0;  ///< since it is awaited
  int unwinding_;
  always watched_;  // last: it asks at once
};

}  // namespace heddle
