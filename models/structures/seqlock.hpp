// A pair of numbers that one thread writes and others read without a lock.
//
// Boehm: Can seqlocks get along with programming language memory models?, MSPC 2012: the data are
// relaxed atomics, and fences keep them between the two looks at the counter.
#pragma once

#include <cstdint>

#include <heddle/models/structures/words.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle::structures {

struct seqlock_variant {
  bool minds_odd = true;    ///< a reader does not start while the counter is odd
  bool compares = true;     ///< nor end with another counter than it started with
  bool read_fence = true;   ///< between the data and the reader's second look
  bool write_fence = true;  ///< between the odd counter and the data
  std::memory_order even = release;
};

class seqlock {
 public:
  struct pair {
    int first, second;
  };

  explicit seqlock(seqlock_variant how = {}) : how_(how) {}

  /// The only writer's.
  void write(pair value) {
    const std::uint32_t count = count_.load(relaxed);
    count_.store(count + 1, relaxed);
    if (how_.write_fence) fence(release);
    first_.store(value.first, relaxed);
    second_.store(value.second, relaxed);
    count_.store(count + 2, how_.even);
  }

  [[nodiscard]] pair read() const {
    for (;;) {
      const std::uint32_t before = count_.load(acquire);
      if (how_.minds_odd && before % 2 != 0) {
        spin_hint();
        continue;
      }
      const pair value{first_.load(relaxed), second_.load(relaxed)};
      if (how_.read_fence) fence(acquire);
      if (!how_.compares || count_.load(relaxed) == before) return value;
    }
  }

 private:
  seqlock_variant how_;
  atomic<std::uint32_t> count_{0, "count"};
  atomic<int> first_{0, "first"};
  atomic<int> second_{0, "second"};
};

}  // namespace heddle::structures
