// A value that is replaced as a whole while others read it, and freed once nobody can read it any
// more.
//
// McKenney, Slingwine: Read-copy update: using execution history to solve concurrency problems,
// PDCS 1998.  Differs: each reader has a flag that says that it is reading, and who replaces the
// value looks at every flag; the two are ordered by asymmetric fences, as in Desnoyers, McKenney,
// Stern, Dagenais, Walpole: User-level implementations of read-copy update, TPDS 23(2), 2012.
#pragma once

#include <array>
#include <cstddef>

#include <heddle/models/structures/words.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle::structures {

struct publication_variant {
  std::memory_order publish = release;
  bool publishes_first = false;  ///< the pointer, and then what it points to
  bool waits = true;             ///< for the readers, before the old value is freed
  bool light = true;             ///< the fence of readers
  bool heavy = true;             ///< the fence of who replaces
  std::memory_order leave = release;
};

template <std::size_t readers>
class publication {
 public:
  explicit publication(publication_variant how = {}) : how_(how) {}
  ~publication() { delete value_.load(relaxed); }

  /// By one thread at a time.
  void replace(int by) {
    auto* const made = new shared<int>(0, "value");
    if (!how_.publishes_first) made->set(by);
    shared<int>* const old = value_.load(relaxed);
    value_.store(made, how_.publish);
    if (how_.publishes_first) made->set(by);
    if (how_.heavy) heavy_fence();
    if (how_.waits) {
      for (atomic<bool>& reads : reading_) {
        while (reads.load(acquire)) spin_hint();
      }
    }
    delete old;
  }

  /// Of the reader of that number; 0 if there is no value yet.
  [[nodiscard]] int read(std::size_t reader) {
    reading_[reader].store(true, relaxed);
    if (how_.light) light_fence();
    const shared<int>* const now = value_.load(acquire);
    const int result = now == nullptr ? 0 : now->get();
    reading_[reader].store(false, how_.leave);
    return result;
  }

 private:
  publication_variant how_;
  atomic<shared<int>*> value_{nullptr, "value"};
  std::array<atomic<bool>, readers> reading_{};
};

}  // namespace heddle::structures
