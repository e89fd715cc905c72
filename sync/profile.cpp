#include <heddle/sync/profile.hpp>

#include <execinfo.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>
#include <ostream>
#include <utility>

#include <heddle/sync/contention.hpp>
#include <heddle/sync/platform/native.hpp>

namespace heddle {

namespace detail {

constinit std::atomic<int> contention_fraction{0};
constinit std::atomic<std::int64_t> block_rate{0};

namespace {

constexpr int most_frames = 48;

using callback = std::function<void(const profile_record&)>;

/// What is kept of one kind.
class collection {
 public:
  void add(const profile_record& what) {
    std::shared_ptr<const callback> told;
    {
      const std::lock_guard guard(lock_);
      told = callback_;
      totals& sum = places_[{what.stack, {what.caller.file, what.caller.line}}];
      sum.count += what.count;
      sum.delay += what.delay;
    }
    if (told != nullptr) (*told)(what);
  }

  std::vector<profile_record> records() {
    std::vector<profile_record> result;
    {
      const std::lock_guard guard(lock_);
      for (const auto& [at, sum] : places_) {
        result.push_back({sum.count, sum.delay, at.first, {at.second.first, at.second.second}});
      }
    }
    std::stable_sort(
        result.begin(), result.end(),
        [](const profile_record& a, const profile_record& b) { return a.delay > b.delay; });
    return result;
  }

  void clear() {
    const std::lock_guard guard(lock_);
    places_.clear();
  }

  void set(callback what) {
    auto fresh = what ? std::make_shared<const callback>(std::move(what)) : nullptr;
    const std::lock_guard guard(lock_);
    callback_ = std::move(fresh);
  }

 private:
  struct totals {
    double count = 0;
    duration delay{};
  };
  using place = std::pair<std::vector<void*>, std::pair<const char*, std::uint32_t>>;

  // Of the standard library: one of ours would be profiled.
  std::mutex lock_;
  std::map<place, totals> places_;
  std::shared_ptr<const callback> callback_;
};

// Never destroyed, since threads wait for locks also while the program ends.
collection& kept(profile_kind what) {
  static auto* const both = new std::array<collection, 2>;
  return (*both)[static_cast<std::size_t>(what)];
}

// What is kept may take locks itself: of an allocator, or in a callback.
constinit thread_local bool keeping = false;

[[gnu::always_inline]] inline void keep(profile_kind what, double count, duration delay,
                                        location caller) noexcept {
  if (std::exchange(keeping, true)) return;
  std::array<void*, most_frames> frames{};
  const int size = ::backtrace(frames.data(), most_frames);
  constexpr int own_frames = 1;  // the function that this one is inlined into
  try {
    profile_record event{.count = count, .delay = delay, .stack = {}, .caller = caller};
    event.stack.assign(frames.begin() + std::min(own_frames, size), frames.begin() + size);
    kept(what).add(event);
  } catch (...) {  // There is no memory, or the callback threw: the event is lost.
  }
  keeping = false;
}

}  // namespace

[[gnu::noinline]] void note_contention(duration delay, location caller) noexcept {
  const int fraction = contention_fraction.load(std::memory_order_relaxed);
  if (fraction <= 0) return;
  if (native_platform::random(static_cast<std::uint32_t>(fraction), caller) != 0) return;
  keep(profile_kind::contention, fraction, delay * fraction, caller);
}

[[gnu::noinline]] void note_block(duration delay, location caller) noexcept {
  const std::int64_t rate = block_rate.load(std::memory_order_relaxed);
  if (rate <= 0) return;
  const std::int64_t blocked = std::max<std::int64_t>(delay.count(), 1);
  if (blocked >= rate) {
    keep(profile_kind::blocking, 1, delay, caller);
    return;
  }
  constexpr std::uint32_t whole = 1U << 30;
  const double share = static_cast<double>(blocked) / static_cast<double>(rate);
  if (native_platform::random(whole, caller) >= share * whole) return;
  keep(profile_kind::blocking, 1 / share, duration(rate), caller);
}

namespace {

/// Where a profile goes when the program ends, as the environment says.
class profile_at_exit {
 public:
  profile_at_exit(const char* variable, profile_kind what) : what_(what) {
    const char* const value = std::getenv(variable);
    if (value == nullptr || *value == '\0') return;
    file_ = value;
    (void)kept(what_);
    if (what == profile_kind::contention) {
      set_contention_fraction(1);
    } else {
      set_block_rate(duration(1));
    }
  }
  profile_at_exit(const profile_at_exit&) = delete;
  profile_at_exit& operator=(const profile_at_exit&) = delete;
  ~profile_at_exit() {
    if (file_.empty() || write_profile_file(what_, file_)) return;
    std::fprintf(stderr, "heddle: cannot write the profile %s\n", file_.c_str());
  }

 private:
  profile_kind what_;
  std::string file_;
};

const profile_at_exit contentions_at_exit("HEDDLE_MUTEXPROFILE", profile_kind::contention);
const profile_at_exit blocks_at_exit("HEDDLE_BLOCKPROFILE", profile_kind::blocking);

}  // namespace

}  // namespace detail

int set_contention_fraction(int n) {
  if (n < 0) return detail::contention_fraction.load(std::memory_order_relaxed);
  return detail::contention_fraction.exchange(n, std::memory_order_relaxed);
}

void set_block_rate(duration rate) {
  detail::block_rate.store(std::max<std::int64_t>(rate.count(), 0), std::memory_order_relaxed);
}

std::vector<profile_record> profile_records(profile_kind what) {
  return detail::kept(what).records();
}

void clear_profile(profile_kind what) { detail::kept(what).clear(); }

void set_profile_callback(profile_kind what, std::function<void(const profile_record&)> callback) {
  detail::kept(what).set(std::move(callback));
}

bool write_profile_file(profile_kind what, const std::string& file) {
  std::ofstream out(file, std::ios::binary);
  if (file.ends_with(".txt")) {
    write_profile_text(what, out);
  } else {
    write_profile(what, out);
  }
  out.flush();
  return out.good();
}

}  // namespace heddle
