// How groups, condition variables and the like are measured.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <heddle/bench/sync/clock.hpp>
#include <heddle/bench/sync/contest.hpp>
#include <heddle/bench/sync/table.hpp>

namespace bench {

inline double median_us(std::vector<std::uint64_t> times) {
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::nth_element(times.begin(), middle, times.end());
  return static_cast<double>(*middle) / 1000;
}

/// A group has begin(n), done() and wait().
template <class G>
sample group_alone() {
  G group;
  return {.value = least_cpu_ns([&] {
            group.begin(1);
            group.done();
            group.wait();
          })};
}

/// The main thread wakes parked workers, each says that it is done, and the main thread has waited
/// for all of them: the median of many such round trips.
template <class G, unsigned workers = 4>
sample fork_join() {
  constexpr unsigned trips = 300;
  G group;
  std::atomic<std::uint32_t> signal{0};
  std::vector<std::thread> crew;
  for (unsigned i = 0; i < workers; ++i) {
    crew.emplace_back([&] {
      for (std::uint32_t trip = 0; trip < trips; ++trip) {
        signal.wait(trip, std::memory_order_acquire);
        group.done();
      }
    });
  }
  std::vector<std::uint64_t> times;
  for (std::uint32_t trip = 1; trip <= trips; ++trip) {
    // So long that the workers sleep.
    std::this_thread::sleep_for(std::chrono::microseconds(20));
    const std::uint64_t begin = now_ns();
    group.begin(workers);
    signal.store(trip, std::memory_order_release);
    signal.notify_all();
    group.wait();
    times.push_back(now_ns() - begin);
  }
  for (std::thread& each : crew) each.join();
  return {.value = median_us(std::move(times))};
}

/// A room has a lock, two conditions 0 and 1, and wait(i) and notify(i) for its holder.  Both
/// threads are bound to one processor: there the thread that is woken runs at once, and finds the
/// lock held.  On two, what it takes to rouse the other processor hides everything else, and where
/// the system may choose, most depends on what it chooses.
template <class R>
sample notify_under_lock() {
  constexpr unsigned trips = 1000;
  const auto room = std::make_unique<R>();
  int turn = 0;
  const std::vector<int> where = processors();
  std::thread other([&] {
    const bound_to there(where[0]);
    for (unsigned trip = 0; trip < trips; ++trip) {
      room->lock();
      while (turn != 1) room->wait(1);
      turn = 0;
      room->notify(0);
      room->unlock();
    }
  });
  const bound_to here(where[0]);
  std::vector<std::uint64_t> times;
  for (unsigned trip = 0; trip < trips; ++trip) {
    const std::uint64_t begin = now_ns();
    room->lock();
    turn = 1;
    room->notify(1);
    while (turn != 0) room->wait(0);
    room->unlock();
    times.push_back(now_ns() - begin);
  }
  other.join();
  return {.value = median_us(std::move(times))};
}

template <class G>
void add_group(const std::string& name) {
  add_subject("wait_group", name, group_alone<G>);
  add_subject("fork-join 4", name, [] { return fork_join<G>(); });
}

template <class R>
void add_room(const std::string& name) {
  add_subject("cond under lock", name, notify_under_lock<R>);
}

}  // namespace bench
