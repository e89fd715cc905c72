// Waiting while running, for a short time that is bounded.
#pragma once

#include <heddle/sync/location.hpp>
#include <heddle/sync/platform.hpp>

namespace heddle::detail {

/// One wait of one thread: a few looks close together, for what is about to come, and then looks
/// further and further apart.  Nobody spins where threads cannot run at once.
template <class P>
class spinner {
 public:
  /// Lets a short time pass; false, and at once, if the thread should rather sleep.
  [[nodiscard]] bool once(location caller) {
    if (looks_ == most_looks || P::cpus() <= 1) return false;
    const unsigned pauses = P::controlled || looks_ < close_looks ? 1 : pauses_apart;
    for (unsigned i = 0; i < pauses; ++i) P::spin_hint(caller);
    ++looks_;
    return true;
  }

 private:
  static constexpr unsigned close_looks = P::controlled ? 1 : 10;
  static constexpr unsigned most_looks = P::controlled ? 1 : 16;
  static constexpr unsigned pauses_apart = 20;

  unsigned looks_ = 0;
};

}  // namespace heddle::detail
