#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <heddle/bench/sync/waiting.hpp>
#include <heddle/sync/channel.hpp>
#include <heddle/sync/context.hpp>
#include <heddle/sync/mutex.hpp>

namespace bench {

void put_channel_rows(std::vector<sync_row>& into) {
  const std::string own = "heddle::channel";
  into.push_back({"channel ping-pong",
                  "two threads on one processor, unbuffered, there and back",
                  "us",
                  better::less,
                  false,
                  "futex",
                  {{own, 1.1}}});
  into.push_back({"channel 64 SPSC",
                  "64 cells, one sends and one receives, on two processors",
                  "/us",
                  better::more,
                  true,
                  "mutex and cv",
                  {{own, 3.0}}});
  into.push_back({"channel 64 MPMC",
                  "64 cells, two send and two receive, wherever they run",
                  "/us",
                  better::more,
                  false,
                  "mutex and cv",
                  {{own, 2.0}}});
  into.push_back({"lock by a context",
                  "lock and unlock by a context that is never cancelled, one thread",
                  "ns",
                  better::less,
                  false,
                  "heddle::mutex",
                  {{"with a context", 1.05}}});
}

namespace {

/// The least that two threads in turn need: a word for each, a wake and a sleep.
class bare_futex {
 public:
  void there(unsigned /*trip*/) { hand_over(0); }
  void take() { await(0); }
  void back(unsigned /*trip*/) { hand_over(1); }
  void take_back() { await(1); }

 private:
  using native = heddle::native_platform;

  void hand_over(std::size_t which) {
    auto& word = words_.at(which).cell;
    word.store(1, std::memory_order_release, {});
    native::futex_wake(native::key_of(word), 1, {});
  }
  void await(std::size_t which) {
    auto& word = words_.at(which).cell;
    while (word.load(std::memory_order_acquire, {}) == 0) {
      native::futex_wait(word, 0, heddle::never, {});
    }
    word.store(0, std::memory_order_relaxed, {});
  }

  struct alignas(64) place {
    native::cell<std::uint32_t> cell{0};
  };
  std::array<place, 2> words_;
};

class two_channels {
 public:
  void there(unsigned trip) { there_.send(trip); }
  void take() { (void)there_.receive(); }
  void back(unsigned trip) { back_.send(trip); }
  void take_back() { (void)back_.receive(); }

 private:
  heddle::channel<unsigned> there_, back_;
};

template <class T>
sample ping_pong() {
  constexpr unsigned trips = 2000;
  const auto table = std::make_unique<T>();
  const std::vector<int> where = processors();
  std::thread other([&] {
    const bound_to there(where[0]);
    for (unsigned trip = 0; trip < trips; ++trip) {
      table->take();
      table->back(trip);
    }
  });
  const bound_to here(where[0]);
  std::vector<std::uint64_t> times;
  for (unsigned trip = 0; trip < trips; ++trip) {
    const std::uint64_t begin = now_ns();
    table->there(trip);
    table->take_back();
    times.push_back(now_ns() - begin);
  }
  other.join();
  return {.value = median_us(std::move(times))};
}

/// What one writes without a channel.
class locked_queue {
 public:
  void send(std::uint64_t value) {
    std::unique_lock hold(lock_);
    not_full_.wait(hold, [&] { return count_ < cells_.size(); });
    cells_[(first_ + count_++) % cells_.size()] = value;
    hold.unlock();
    not_empty_.notify_one();
  }
  std::uint64_t receive() {
    std::unique_lock hold(lock_);
    not_empty_.wait(hold, [&] { return count_ != 0; });
    const std::uint64_t value = cells_[first_];
    first_ = (first_ + 1) % cells_.size();
    --count_;
    hold.unlock();
    not_full_.notify_one();
    return value;
  }

 private:
  std::mutex lock_;
  std::condition_variable not_full_, not_empty_;
  std::array<std::uint64_t, 64> cells_{};
  std::size_t first_ = 0, count_ = 0;
};

class buffered_channel {
 public:
  void send(std::uint64_t value) { channel_.send(value); }
  std::uint64_t receive() { return *channel_.receive(); }

 private:
  heddle::channel<std::uint64_t> channel_{64};
};

/// The time from when all threads are there until the last has ended, of one go.
template <class Q>
std::uint64_t pass_on(unsigned pairs, bool bound, std::uint64_t elements) {
  const std::vector<int> where = processors();
  const auto queue = std::make_unique<Q>();
  std::atomic<unsigned> missing{2 * pairs};
  std::atomic<std::uint64_t> sum{0};
  std::vector<std::uint64_t> begins(std::size_t{2} * pairs), ends(std::size_t{2} * pairs);
  std::vector<std::thread> crew;
  for (unsigned i = 0; i < 2 * pairs; ++i) {
    crew.emplace_back([&, i] {
      std::unique_ptr<bound_to> place;
      if (bound) place = std::make_unique<bound_to>(where[i % where.size()]);
      --missing;
      while (missing.load() != 0) std::this_thread::yield();
      begins[i] = now_ns();
      std::uint64_t own = 0;
      for (std::uint64_t n = 0; n < elements / pairs; ++n) {
        i % 2 == 0 ? queue->send(n) : void(own += queue->receive());
      }
      ends[i] = now_ns();
      sum += own;
    });
  }
  for (std::thread& each : crew) each.join();
  return *std::max_element(ends.begin(), ends.end()) -
         *std::min_element(begins.begin(), begins.end());
}

/// Elements in a us, as many as `pairs` threads send and as many receive: the upper quartile of
/// many short goes, for in the others something else ran, and a few are lucky.
template <class Q>
sample passed_on(unsigned pairs, bool bound) {
  constexpr std::uint64_t elements = 4'000;
  constexpr std::size_t goes = 60;
  std::vector<std::uint64_t> times;
  for (std::size_t go = 0; go < goes; ++go) times.push_back(pass_on<Q>(pairs, bound, elements));
  const auto quartile = times.begin() + goes / 4;
  std::nth_element(times.begin(), quartile, times.end());
  return {.value = static_cast<double>(elements) * 1000 / static_cast<double>(*quartile)};
}

template <class Q>
void add_queue(const std::string& name) {
  add_subject("channel 64 SPSC", name, [] { return passed_on<Q>(1, true); });
  add_subject("channel 64 MPMC", name, [] { return passed_on<Q>(2, false); });
}

sample lock_alone() {
  alignas(64) heddle::mutex lock;
  return {.value = least_cpu_ns([&] {
            lock.lock();
            lock.unlock();
          })};
}

sample lock_by_context() {
  alignas(64) heddle::mutex lock;
  const auto ctx = heddle::with_cancel();
  return {.value = least_cpu_ns([&] {
            if (lock.lock(ctx)) lock.unlock();
          })};
}

const bool added = [] {
  add_subject("channel ping-pong", "futex", ping_pong<bare_futex>);
  add_subject("channel ping-pong", "heddle::channel", ping_pong<two_channels>);
  add_queue<locked_queue>("mutex and cv");
  add_queue<buffered_channel>("heddle::channel");
  add_subject("lock by a context", "heddle::mutex", lock_alone);
  add_subject("lock by a context", "with a context", lock_by_context);
  return true;
}();

}  // namespace

}  // namespace bench
