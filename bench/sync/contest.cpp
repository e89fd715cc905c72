#include <heddle/bench/sync/contest.hpp>

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <thread>

#include <heddle/sync/config.hpp>

namespace bench {

namespace {

using heddle::cpu_relax;

constexpr unsigned window_us = 300;
constexpr std::size_t wanted_windows = 40;
constexpr std::size_t fewest_windows = 7;
/// How long it is tried to get them, on a machine that is busy.
constexpr std::uint64_t patience_ns = 400'000'000;

/// How often the calling thread had to leave its processor to another, and for how long it waited
/// for a processor, where the system tells that.
class hindrances {
 public:
  hindrances() : file_(::open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC)) {}
  hindrances(const hindrances&) = delete;
  hindrances& operator=(const hindrances&) = delete;
  ~hindrances() {
    if (file_ >= 0) ::close(file_);
  }

  void begin() {
    preempted_ = preemptions();
    delay_ = delay();
  }
  /// Whether there were none since `begin` that count.
  [[nodiscard]] bool few() const {
    return preemptions() == preempted_ && delay() - delay_ < most_delay_ns;
  }

 private:
  /// A fifth of a window: a thread that is woken waits a little on an idle machine, too.
  static constexpr long long most_delay_ns = window_us * 1000 / 5;

  static long preemptions() {
    rusage usage{};
    ::getrusage(RUSAGE_THREAD, &usage);
    return usage.ru_nivcsw;
  }
  [[nodiscard]] long long delay() const {
    char text[128];
    const ssize_t length = file_ < 0 ? 0 : ::pread(file_, text, sizeof text - 1, 0);
    if (length <= 0) return 0;
    text[length] = '\0';
    const char* const second = std::strchr(text, ' ');
    return second == nullptr ? 0 : std::atoll(second);
  }

  int file_;
  long preempted_ = 0;
  long long delay_ = 0;
};

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

/// What the two threads of a window tell each other.
struct meeting {
  closing_time until;
  alignas(64) std::atomic<unsigned> ready{0};     ///< windows for which the other thread is ready
  alignas(64) std::atomic<unsigned> started{0};   ///< windows that have begun
  alignas(64) std::atomic<unsigned> finished{0};  ///< and those the other thread has left
  std::uint64_t other_begin = 0;
  std::uint64_t other_steps = 0;
  std::uint64_t other_longest = 0;
  bool other_clean = false;
};

constexpr unsigned no_more = ~0U;

void other_thread(contestant& what, meeting& at, int processor) {
  const bound_to here(processor);
  hindrances hindered;
  for (unsigned window = 1;; ++window) {
    hindered.begin();
    at.ready.store(window, std::memory_order_release);
    unsigned begun = 0;
    while ((begun = at.started.load(std::memory_order_acquire)) < window) cpu_relax();
    if (begun == no_more) return;
    at.other_begin = now_ns();
    at.other_longest = 0;
    at.other_steps = what.run(1, at.until, at.other_longest);
    at.other_clean = hindered.few();
    at.finished.store(window, std::memory_order_release);
  }
}

}  // namespace

std::vector<int> processors() {
  cpu_set_t set;
  CPU_ZERO(&set);
  ::sched_getaffinity(0, sizeof set, &set);
  std::vector<int> all;
  for (int i = 0; i < CPU_SETSIZE; ++i) {
    if (CPU_ISSET(i, &set)) all.push_back(i);
  }
  return all;
}

bound_to::bound_to(int processor) {
  ::pthread_getaffinity_np(::pthread_self(), sizeof before_, &before_);
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(processor, &one);
  ::pthread_setaffinity_np(::pthread_self(), sizeof one, &one);
}

bound_to::~bound_to() { ::pthread_setaffinity_np(::pthread_self(), sizeof before_, &before_); }

bool two_processors() { return processors().size() >= 2; }

score in_clean_windows(contestant& what) {
  const std::vector<int> where = processors();
  meeting at;
  // Before this thread is bound, or the other would be bound with it.
  std::thread other([&] { other_thread(what, at, where[1]); });
  const bound_to here(where[0]);
  hindrances hindered;
  const auto length = std::uint64_t{window_us} * 1000;
  const std::uint64_t most_lag = length / 100;
  std::vector<double> speeds;
  std::vector<double> shares;
  std::vector<double> waits;
  const std::uint64_t give_up = now_ns() + patience_ns;
  for (unsigned window = 1; speeds.size() < wanted_windows && now_ns() < give_up; ++window) {
    while (at.ready.load(std::memory_order_acquire) < window) std::this_thread::yield();
    hindered.begin();
    const std::uint64_t begin = now_ns();
    at.until.open(begin + length);
    at.started.store(window, std::memory_order_release);
    std::uint64_t longest = 0;
    const std::uint64_t steps = what.run(0, at.until, longest);
    const bool clean = hindered.few();
    while (at.finished.load(std::memory_order_acquire) < window) std::this_thread::yield();
    if (!clean || !at.other_clean || at.other_begin - begin > most_lag) continue;
    const auto all = static_cast<double>(steps + at.other_steps);
    const double us = static_cast<double>(at.until.closed() - begin) / 1000;
    speeds.push_back(all / us);
    shares.push_back(static_cast<double>(std::min(steps, at.other_steps)) / (all / 2));
    waits.push_back(static_cast<double>(std::max(longest, at.other_longest)) / 1000);
  }
  at.started.store(no_more, std::memory_order_release);
  other.join();
  if (speeds.size() < fewest_windows) return {};
  return {median(speeds), median(shares), median(waits), true};
}

score crowded(contestant& what, unsigned threads, unsigned ms) {
  closing_time until;
  std::vector<std::uint64_t> steps(threads);
  std::vector<std::uint64_t> longest(threads);
  std::atomic<bool> go{false};
  std::vector<std::thread> crew;
  for (unsigned who = 0; who < threads; ++who) {
    crew.emplace_back([&, who] {
      go.wait(false, std::memory_order_acquire);
      steps[who] = what.run(who, until, longest[who]);
    });
  }
  const std::uint64_t begin = now_ns();
  until.open(begin + std::uint64_t{ms} * 1'000'000);
  go.store(true, std::memory_order_release);
  go.notify_all();
  for (std::thread& each : crew) each.join();
  double all = 0;
  for (const std::uint64_t each : steps) all += static_cast<double>(each);
  const double us = static_cast<double>(until.closed() - begin) / 1000;
  const auto least = static_cast<double>(*std::min_element(steps.begin(), steps.end()));
  const auto worst = static_cast<double>(*std::max_element(longest.begin(), longest.end()));
  return {all / us, least / (all / threads), worst / 1000, all > 0};
}

}  // namespace bench
