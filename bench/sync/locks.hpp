// How locks are measured, of any kind: std's, heddle's, and those of peers.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include <heddle/bench/sync/clock.hpp>
#include <heddle/bench/sync/contest.hpp>
#include <heddle/bench/sync/table.hpp>

namespace bench {

struct lengths {
  double inside = 0, outside = 0;  ///< of the critical section, in ns
};

inline sample sample_of(const score& what) {
  return {what.per_us, what.share, what.longest, what.valid};
}

/// Each thread locks, works, unlocks, works.
template <class L>
class exclusive_contest final : public contestant {
 public:
  exclusive_contest(lengths how_long, bool looks_at_waits)
      : inside_(rounds_for(how_long.inside)),
        outside_(rounds_for(how_long.outside)),
        looks_at_waits_(looks_at_waits) {}

  std::uint64_t run(unsigned who, closing_time& until, std::uint64_t& longest) override {
    return looks_at_waits_ ? go<true>(who, until, longest) : go<false>(who, until, longest);
  }

 private:
  template <bool timed>
  std::uint64_t go(unsigned who, closing_time& until, std::uint64_t& longest) {
    std::uint64_t steps = 0;
    for (; !until.over(who, steps); ++steps) {
      const std::uint64_t begin = timed ? now_ns() : 0;
      lock_.lock();
      if (timed) longest = std::max(longest, now_ns() - begin);
      work(inside_);
      lock_.unlock();
      work(outside_);
    }
    return steps;
  }

  alignas(64) L lock_;
  alignas(64) const unsigned inside_, outside_;
  const bool looks_at_waits_;
};

/// Each thread locks shared most of the time, and exclusively now and then.
template <class L>
class mixed_contest final : public contestant {
 public:
  mixed_contest(unsigned reads_of_hundred, double inside_ns)
      : limit_(reads_of_hundred * 256 / 100), inside_(rounds_for(inside_ns)) {}

  std::uint64_t run(unsigned who, closing_time& until, std::uint64_t&) override {
    std::uint32_t random = 2463534242U + who * 0x9E3779B9U;
    std::uint64_t steps = 0;
    for (; !until.over(who, steps); ++steps) {
      random ^= random << 13;
      random ^= random >> 17;
      random ^= random << 5;
      if (random % 256 < limit_) {
        lock_.lock_shared();
        work(inside_);
        lock_.unlock_shared();
      } else {
        lock_.lock();
        work(inside_);
        lock_.unlock();
      }
    }
    return steps;
  }

 private:
  alignas(64) L lock_;
  alignas(64) const unsigned limit_, inside_;
};

/// A mutex in the place of a lock for readers and writers.
template <class L>
struct for_both : L {
  void lock_shared() { this->lock(); }
  void unlock_shared() { this->unlock(); }
};

template <class L>
sample exclusive_alone() {
  alignas(64) L lock;
  return {.value = least_cpu_ns([&] {
            lock.lock();
            lock.unlock();
          })};
}

template <class L>
sample shared_alone() {
  alignas(64) L lock;
  return {.value = least_cpu_ns([&] {
            lock.lock_shared();
            lock.unlock_shared();
          })};
}

template <class L>
sample exclusive_in_windows(lengths how_long) {
  const auto contest = std::make_unique<exclusive_contest<L>>(how_long, false);
  return sample_of(in_clean_windows(*contest));
}

template <class L>
sample mixed_in_windows(unsigned reads_of_hundred, double inside_ns) {
  const auto contest = std::make_unique<mixed_contest<L>>(reads_of_hundred, inside_ns);
  return sample_of(in_clean_windows(*contest));
}

template <class L>
sample exclusive_crowded(unsigned threads, lengths how_long) {
  const auto contest = std::make_unique<exclusive_contest<L>>(how_long, true);
  return sample_of(crowded(*contest, threads, 60));
}

/// Puts a lock into all rows of `mutex`.
template <class L>
void add_mutex(const std::string& name) {
  add_subject("mutex", name, exclusive_alone<L>);
  add_subject("mutex 2 empty", name, [] { return exclusive_in_windows<L>({0, 0}); });
  add_subject("mutex 2 50", name, [] { return exclusive_in_windows<L>({50, 0}); });
  add_subject("mutex 2 50+200", name, [] { return exclusive_in_windows<L>({50, 200}); });
  add_subject("mutex 4 50", name, [] { return exclusive_crowded<L>(4, {50, 0}); });
}

/// Puts a lock into the rows of `rw_mutex` that mix reads and writes.
template <class L>
void add_mixes(const std::string& name) {
  add_subject("rw 95/5 empty", name, [] { return mixed_in_windows<L>(95, 0); });
  add_subject("rw 95/5 50", name, [] { return mixed_in_windows<L>(95, 50); });
  add_subject("rw 50/50 empty", name, [] { return mixed_in_windows<L>(50, 0); });
  add_subject("rw 50/50 50", name, [] { return mixed_in_windows<L>(50, 50); });
}

/// Puts a lock into all rows of `rw_mutex`.
template <class L>
void add_rw_mutex(const std::string& name) {
  add_subject("rw reader", name, shared_alone<L>);
  add_mixes<L>(name);
}

}  // namespace bench
