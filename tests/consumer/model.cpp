// A model of a user, run by the heddle command.
#include <heddle/checker/model.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/thread.hpp>

namespace {

void add_twice() {
  heddle::atomic<int> count{0, "count"};
  heddle::thread other([&] { count.fetch_add(1); });
  count.fetch_add(1);
  other.join();
  heddle::expect(count.load() == 2, "both count");
}

const heddle::model_registration model{
    {.name = "user/add_twice", .body = add_twice, .summary = "two increments"}};

}  // namespace
