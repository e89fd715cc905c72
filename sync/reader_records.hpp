// Where each thread says which locks it reads, without writing anything that others write.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include <heddle/sync/location.hpp>
#include <heddle/sync/platform.hpp>

namespace heddle::detail {

/// What one thread reads: its own cache line, in which it alone enters and strikes out.  A thread
/// that ends leaves its record to another, with what still stands in it.
template <class P>
struct alignas(P::controlled ? alignof(void*) : 64) reader_record {
  struct entry {
    constexpr entry() noexcept = default;
    typename P::template cell<const void*> lock{nullptr};  ///< null: free
  };

  constexpr reader_record() noexcept = default;

  entry entries[P::controlled ? 2 : 7]{};
  typename P::template cell<std::uint32_t> owned{0};
  typename P::template cell<std::uint32_t> wanted{0};  ///< by so many writers that wait
};

template <class P>
class reader_records {
 public:
  using record = reader_record<P>;

  /// The record of the calling thread; null if it has none yet.
  [[nodiscard]] static record* mine() { return P::template quick_local<record>(); }

  /// Gives the calling thread a record; null if there is none left.
  static record* adopt(location caller) {
    for (std::uint32_t i = 0; i < size; ++i) {
      std::uint32_t free = 0;
      if (all[i].owned.load(std::memory_order_relaxed, caller) != 0 ||
          !all[i].owned.compare_exchange_strong(free, 1, std::memory_order_acquire,
                                                std::memory_order_relaxed, caller)) {
        continue;
      }
      std::uint32_t old = used_.load(std::memory_order_relaxed, caller);
      while (old <= i && !used_.compare_exchange_strong(old, i + 1, std::memory_order_relaxed,
                                                        std::memory_order_relaxed, caller)) {
      }
      holder_.get().held = &all[i];
      return P::template quick_local<record>() = &all[i];
    }
    return nullptr;
  }

  /// Records from this number on have never been used.
  [[nodiscard]] static std::uint32_t used(location caller) {
    return used_.load(std::memory_order_relaxed, caller);
  }

  static constexpr std::uint32_t size = P::controlled ? 4 : 512;
  static inline constinit record all[size]{};

 private:
  /// Gives the record back when the thread ends.
  struct holder {
    constexpr ~holder() {
      if (held == nullptr) return;
      P::template quick_local<record>() = nullptr;
      held->owned.store(0, std::memory_order_release, location::unknown());
    }
    record* held = nullptr;
  };

  static inline constinit typename P::template cell<std::uint32_t> used_{0};
  static inline constinit typename P::template local<holder> holder_{};
};

}  // namespace heddle::detail
