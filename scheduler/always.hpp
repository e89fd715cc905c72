// Conditions that are to hold at every moment.
//
//   const heddle::always balanced([&] { return credit.load() == debit.load(); });
#pragma once

#include <functional>
#include <utility>

#include <heddle/sync/immovable.hpp>
#include <heddle/sync/location.hpp>

namespace heddle {

/// From here on `holds()` is asked after each write to one of the atomics that it loads; if it is
/// false, that is an `assertion`.  All states are seen that these atomics have together at some
/// moment: their writes are ordered with each other, though they may be of different ones.
///
/// At most four atomics in an execution, with values from -8192 to 8191, fit; accesses to them are
/// seq_cst.  It ends with the object, and the atomics stay ordered to the end of the execution.
///
/// Misuse: under rc11, where there is no state that all threads share at a moment, which is also
///         where an execution comes to that has anything weaker than seq_cst, unless `memory=sc` is
///         set; once another thread was started; a condition that does more than load atomics.
class always : immovable {
 public:
  [[nodiscard]] explicit always(std::function<bool()> holds, location caller = location::here());
  ~always();

  [[nodiscard]] bool holds() const { return holds_(); }
  [[nodiscard]] location where() const noexcept { return where_; }
  [[nodiscard]] const char* complaint() const noexcept { return complaint_; }
  /// Of which class it is, or of which it is a part.
  [[nodiscard]] const char* monitor() const noexcept { return monitor_; }

 private:
  friend class eventually;
  friend class leads_to;
  always(std::function<bool()> holds, const char* monitor, const char* complaint, location caller);

  std::function<bool()> holds_;
  const char* monitor_;
  const char* complaint_;
  location where_;
};

}  // namespace heddle
