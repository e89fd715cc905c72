// Locks that let threads in by their order, and make them spin.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <heddle/models/structures/words.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle::structures {

struct lock_variant {
  std::memory_order wait = acquire;  ///< of who is let in
  std::memory_order let = release;   ///< of who lets the next one in
  std::memory_order join = acq_rel;  ///< the exchange that puts a thread behind another one
  bool joins_in_two_steps = false;   ///< a load and a store instead
  bool forgets_latecomer = false;    ///< MCS: an unlock does not wait for a thread about to link
};

/// Reed, Kanodia: Synchronization with eventcounts and sequencers, CACM 22(2), 1979.
///
/// Order: each unlock happens before the lock that it lets in.
class ticket_lock {
 public:
  explicit ticket_lock(lock_variant how = {}) : how_(how) {}

  void lock() {
    const std::uint32_t mine = draw();
    while (serving_.load(how_.wait) != mine) spin_hint();
  }
  void unlock() { serving_.store(serving_.load(relaxed) + 1, how_.let); }

 private:
  std::uint32_t draw() {
    if (!how_.joins_in_two_steps) return next_.fetch_add(1, relaxed);
    const std::uint32_t mine = next_.load(relaxed);
    next_.store(mine + 1, relaxed);
    return mine;
  }

  lock_variant how_;
  atomic<std::uint32_t> next_{0, "next"};
  atomic<std::uint32_t> serving_{0, "serving"};
};

/// Mellor-Crummey, Scott: Algorithms for scalable synchronization on shared-memory
/// multiprocessors, TOCS 9(1), 1991.  Each thread spins on a node of its own.
///
/// Order: as above.
class mcs_lock {
 public:
  struct node {
    atomic<node*> next{nullptr, "next"};
    atomic<bool> waits{false, "waits"};
  };

  explicit mcs_lock(lock_variant how = {}) : how_(how) {}

  /// `mine` must stay where it is until the unlock.
  void lock(node& mine) {
    mine.next.store(nullptr, relaxed);
    mine.waits.store(true, relaxed);
    node* const before = join(mine);
    if (before == nullptr) return;
    before->next.store(&mine, release);
    while (mine.waits.load(how_.wait)) spin_hint();
  }

  void unlock(node& mine) {
    node* next = mine.next.load(acquire);
    if (next == nullptr) {
      node* last = &mine;
      if (tail_.compare_exchange_strong(last, nullptr, how_.let, relaxed)) return;
      if (how_.forgets_latecomer) return;
      while ((next = mine.next.load(acquire)) == nullptr) spin_hint();
    }
    next->waits.store(false, how_.let);
  }

 private:
  node* join(node& mine) {
    if (!how_.joins_in_two_steps) return tail_.exchange(&mine, how_.join);
    node* const before = tail_.load(acquire);
    tail_.store(&mine, release);
    return before;
  }

  lock_variant how_;
  atomic<node*> tail_{nullptr, "tail"};
};

/// Craig: Building FIFO and priority-queuing spin locks from atomic swap, University of Washington
/// TR 93-02-02, 1993; Magnusson, Landin, Hagersten: Queue locks on cache coherent multiprocessors,
/// IPPS 1994.  Each thread spins on the node of the one before it, and owns that afterwards.
///
/// Order: as above.
template <std::size_t threads>
class clh_lock {
 public:
  /// One for each thread, numbered from 1.
  struct ticket {
    explicit ticket(std::size_t thread) : mine(thread) {}
    std::size_t mine;
    std::size_t before = 0;
  };

  explicit clh_lock(lock_variant how = {}) : how_(how) {}

  void lock(ticket& of) {
    busy_[of.mine].store(true, relaxed);
    of.before = join(of.mine);
    while (busy_[of.before].load(how_.wait)) spin_hint();
  }

  void unlock(ticket& of) {
    busy_[of.mine].store(false, how_.let);
    of.mine = of.before;
  }

 private:
  std::size_t join(std::size_t mine) {
    if (!how_.joins_in_two_steps) return tail_.exchange(mine, how_.join);
    const std::size_t before = tail_.load(acquire);
    tail_.store(mine, release);
    return before;
  }

  lock_variant how_;
  atomic<std::size_t> tail_{0, "tail"};
  std::array<atomic<bool>, threads + 1> busy_{};
};

}  // namespace heddle::structures
