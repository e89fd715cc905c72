// Clients of the guards: several locks at once.
#include <heddle/tests/mutation/clients.hpp>

#include <heddle/sync/guarded.hpp>
#include <heddle/sync/guards.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/rw_mutex.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle::mutation {

namespace {

void two_orders() {
  mutex a, b;
  shared<int> sum{0};
  thread other([&] {
    const scoped_lock both(b, a);
    ++sum;
  });
  {
    const scoped_lock both(a, b);
    ++sum;
  }
  other.join();
  expect(sum.get() == 2, "an addition is lost");
}

// Nested by hand, in the order that is not that of the addresses: whoever takes several at once
// must not hold one while it waits for another.
void nested_by_hand() {
  mutex all[2];
  shared<int> sum{0};
  thread other([&] {
    const lock_guard last(all[1]);
    const lock_guard first(all[0]);
    ++sum;
  });
  {
    const scoped_lock both(all[0], all[1]);
    ++sum;
  }
  other.join();
  expect(sum.get() == 2, "an addition is lost");
}

void ring_of_three() {
  mutex a, b, c;
  shared<int> sum{0};
  thread first([&] {
    const scoped_lock both(a, b);
    ++sum;
  });
  thread second([&] { const scoped_lock both(b, c); });
  {
    const scoped_lock both(c, a);
    ++sum;
  }
  first.join();
  second.join();
  expect(sum.get() == 2, "an addition is lost");
}

void values_in_two_orders() {
  guarded<int> a(1), b(1);
  const auto move = [](int& from, int& to) {
    --from;
    ++to;
  };
  thread other([&] { with_locks(move, b, a); });
  with_locks(move, a, b);
  other.join();
  expect(*a.lock() == 1 && *b.lock() == 1, "a move is lost");
}

void guarded_readers() {
  guarded<int, rw_mutex> value(0);
  thread other([&] { value.with_lock([](int& it) { ++it; }); });
  outcome_is(value.with_shared_lock([](const int& it) { return it == 0; }) ? "before" : "after");
  other.join();
}

const client_set clients({
    {.name = "guards_two_orders", .body = two_orders, .preemptions = 3},
    {.name = "guards_nested_by_hand", .body = nested_by_hand, .preemptions = 3},
    {.name = "guards_ring_of_three", .body = ring_of_three, .preemptions = 2},
    {.name = "guards_values_in_two_orders", .body = values_in_two_orders, .preemptions = 3},
    {.name = "guards_guarded_readers", .body = guarded_readers, .outcomes = {"after", "before"}},
});

}  // namespace

}  // namespace heddle::mutation
