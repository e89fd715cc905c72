// Permits that threads wait for in the parking lot.
#pragma once

#include <cstdint>

#include <heddle/sync/contention.hpp>
#include <heddle/sync/location.hpp>
#include <heddle/sync/parking.hpp>
#include <heddle/sync/platform.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/wait_limit.hpp>

namespace heddle::detail {

/// Permits that threads wait for: `release` hands one to the first waiter, or keeps it for the next
/// to come.  Four bytes of a primitive, which says by its own word how many are owed: a thread
/// calls `acquire` when it has counted itself there, and `release` has a thread that is so counted
/// for each permit.  So the primitive is alive in both calls, and dead perhaps once the wake is
/// out.
template <class P>
class permits {
 public:
  constexpr permits() noexcept = default;

  /// False if the caller gave up first.
  ///
  /// Order: the release of the permit synchronizes with the return.
  [[nodiscard]] bool acquire(const typename P::object& owner, queue_end where,
                             const wait_limit<P>& limit, location caller) {
    parking_bucket<P>& bucket = parking_lot<P>::bucket_of(owner);
    bucket.lock(caller);
    if (take_kept(bucket, caller)) return true;
    // Those who are late stay first.
    if (where == queue_end::front) {
      const parked<P>* const first = bucket.find(this, caller);
      if (first != nullptr && first->late) where = queue_end::back;
    }
    parked<P> node(this);
    node.clock.start();
    bucket.insert(node, where, caller);
    bucket.unlock(caller);
    return bucket.sleep(node, limit, caller);
  }

  /// Of a thread that has given up, to whom a permit was owed nevertheless.  It goes before all
  /// others, so that it does not wait for what comes after that permit.  Another one may have been
  /// given it meanwhile: false if `is_owed()`, asked with the bucket locked, says so.
  template <class F>
  [[nodiscard]] bool acquire_owed(const typename P::object& owner, F is_owed, location caller) {
    parking_bucket<P>& bucket = parking_lot<P>::bucket_of(owner);
    bucket.lock(caller);
    if (take_kept(bucket, caller)) return true;
    if (!is_owed()) {
      bucket.unlock(caller);
      return false;
    }
    parked<P> node(this, 0, true);
    node.clock.start();
    bucket.insert(node, queue_end::front, caller);
    bucket.unlock(caller);
    return bucket.sleep(node, never, caller);
  }

  /// Has a parked thread, which is in no queue, wait here; false if there is a permit for it
  /// already, and the caller wakes it.
  [[nodiscard]] bool enlist(const typename P::object& owner, parked<P>& node, location caller) {
    parking_bucket<P>& bucket = parking_lot<P>::bucket_of(owner);
    node.key = this;
    node.place.write(caller) = {};
    node.clock.start();
    bucket.lock(caller);
    const bool kept = count_.read(caller) != 0;
    if (kept) {
      --count_.write(caller);
    } else {
      bucket.insert(node, queue_end::back, caller);
    }
    bucket.unlock(caller);
    return !kept;
  }

  void release(const typename P::object& owner, std::uint32_t number, location caller) {
    parking_bucket<P>& bucket = parking_lot<P>::bucket_of(owner);
    woken_list<P> woken;
    contention_charge<P> charge;
    bucket.lock(caller);
    for (; number != 0; --number) {
      parked<P>* const node = bucket.find(this, caller);
      if (node == nullptr) break;
      bucket.remove(*node, caller);
      charge.add(*node, bucket, caller);
      woken.append(*node, caller);
    }
    if (number != 0) count_.write(caller) += number;
    bucket.unlock(caller);
    woken.wake(caller);
    charge.settle(caller);
  }

 private:
  /// Unlocks the bucket if so.
  bool take_kept(parking_bucket<P>& bucket, location caller) {
    if (count_.read(caller) == 0) return false;
    --count_.write(caller);
    bucket.unlock(caller);
    return true;
  }

  basic_shared<P, std::uint32_t> count_{0};  ///< guarded by the bucket lock
};

static_assert(platform::controlled || sizeof(permits<platform>) == 4);

}  // namespace heddle::detail
