// A value that is computed at its first use.
#include <heddle/checker/model.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/once.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle::seeds {

namespace {

class lazy_value {
 public:
  [[nodiscard]] int get() {
    once_.call([this] { value_.set(7); });
    return value_.get();
  }

 private:
  once once_{"computed"};
  shared<int> value_{0, "value"};
};

// Broken: the flag is set before the value is there.  The value is computed once, as it should be;
// but the others do not wait for it.
class hasty_lazy_value {
 public:
  [[nodiscard]] int get() {
    if (!computed_.exchange(true)) value_.set(7);
    return value_.get();
  }

 private:
  atomic<bool> computed_{false, "computed"};
  shared<int> value_{0, "value"};
};

template <class Value>
void read_twice() {
  Value value;
  thread other([&] { expect(value.get() == 7, "nobody sees the value before it is computed"); });
  expect(value.get() == 7, "nobody sees the value before it is computed");
  other.join();
}

const model_registration repaired{{
    .name = "seeds/once",
    .body = read_twice<lazy_value>,
    .summary = "every caller waits until the function has ended",
}};

const model_registration early{{
    .name = "seeds/once_published_before_it_is_done",
    .expected = finding_kind::data_race,
    .body = read_twice<hasty_lazy_value>,
    .summary = "the flag is set before the function has ended",
}};

}  // namespace

}  // namespace heddle::seeds
