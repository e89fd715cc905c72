// Turning a lock for writing into one for reading.
#include <heddle/checker/model.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/rw_mutex.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle::seeds {

namespace {

class document {
 public:
  /// Stores a text and reads it back, together with other readers; no other writer comes between.
  [[nodiscard]] int publish(int text) {
    lock_.lock();
    text_.set(text);
    lock_.downgrade();
    const int read_back = text_.get();
    lock_.unlock_shared();
    return read_back;
  }

  // Broken: for a moment nobody holds the lock.
  [[nodiscard]] int publish_with_a_gap(int text) {
    lock_.lock();
    text_.set(text);
    lock_.unlock();
    lock_.lock_shared();
    const int read_back = text_.get();
    lock_.unlock_shared();
    return read_back;
  }

 private:
  rw_mutex lock_{"document"};
  shared<int> text_{0, "text"};
};

const model_registration repaired{{
    .name = "seeds/downgrade",
    .body =
        [] {
          document page;
          thread other([&] { expect(page.publish(2) == 2, "a writer reads what it wrote"); });
          expect(page.publish(1) == 1, "a writer reads what it wrote");
          other.join();
        },
    .summary = "downgrade is one step",
}};

const model_registration gap{{
    .name = "seeds/downgrade_by_unlock_and_lock_shared",
    .expected = finding_kind::assertion,
    .body =
        [] {
          document page;
          thread other([&] { expect(page.publish(2) == 2, "a writer reads what it wrote"); });
          expect(page.publish_with_a_gap(1) == 1, "a writer reads what it wrote");
          other.join();
        },
    .summary = "another writer comes between unlock and lock_shared",
}};

}  // namespace

}  // namespace heddle::seeds
