// Clients of the locks that look at their order: what is complained of stands in every execution,
// also in those that cannot deadlock.
#include <heddle/tests/mutation/clients.hpp>

#include <heddle/sync/guards.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/ordered.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle::mutation {

namespace {

template <class A, class B>
void nest(A& outer, B& inner) {
  const lock_guard first(outer);
  const lock_guard second(inner);
}

void opposite_orders() {
  ordered<> a("a"), b("b");
  thread other([&] { nest(a, b); });
  nest(b, a);
  other.join();
}

// No two threads meet here, so there is no deadlock to be found otherwise.
void opposite_orders_in_turn() {
  ordered<> a("a"), b("b");
  nest(a, b);
  thread other([&] { nest(b, a); });
  other.join();
}

void ring_of_three() {
  ordered<> a("a"), b("b"), c("c");
  nest(a, b);
  nest(b, c);
  thread other([&] { nest(c, a); });
  other.join();
}

void all_that_is_held() {
  ordered<> a("a"), b("b"), c("c");
  {
    const lock_guard first(a);
    nest(b, c);
  }
  nest(c, a);
}

void same_order() {
  ordered<> a("a"), b("b");
  shared<int> sum{0};
  const auto add = [&] {
    const lock_guard first(a);
    const lock_guard second(b);
    ++sum;
  };
  thread other(add);
  add();
  other.join();
  expect(sum.get() == 2, "an addition is lost");
}

// In static storage: what one execution has found out is not known in the next.
void statics_forget() {
  static constinit ordered<> a("a"), b("b");
  shared<int> sum{0};
  mutex m;
  const auto add = [&] {
    const lock_guard hold(m);
    ++sum;
  };
  thread other(add);
  bool late = false;
  {
    const lock_guard hold(m);
    late = sum.get() != 0;
  }
  if (late) {
    nest(a, b);
  } else {
    nest(b, a);
  }
  outcome_is(late ? "ab" : "ba");
  other.join();
}

void gone_is_forgotten() {
  ordered<> a("a"), c("c");
  {
    ordered<> b("b");
    nest(a, b);
    nest(b, c);
  }
  thread other([&] { nest(c, a); });
  other.join();
}

void locked_twice() {
  ordered<> a("a");
  a.lock();
  a.lock();
}

void unlocked_elsewhere() {
  ordered<> a("a");
  a.lock();
  thread other([&] { a.unlock(); });
  other.join();
}

void levels_ascend() {
  leveled<> low(1, "low"), high(2, "high");
  thread other([&] { nest(low, high); });
  nest(low, high);
  other.join();
}

void level_is_too_low() {
  leveled<> low(1, "low"), high(2, "high");
  nest(high, low);
}

void level_is_the_same() {
  leveled<> one(1, "one"), other(1, "other");
  nest(one, other);
}

std::vector<failure> misuse(const char* text) { return {{finding_kind::misuse, text}}; }

const client_set clients({
    {.name = "order_opposite_orders",
     .body = opposite_orders,
     .failures = misuse("lock order cycle of 2: ")},
    {.name = "order_opposite_orders_in_turn",
     .body = opposite_orders_in_turn,
     .failures = misuse("lock order cycle of 2: a ")},
    {.name = "order_ring_of_three",
     .body = ring_of_three,
     .failures = misuse("lock order cycle of 3: a ")},
    {.name = "order_all_that_is_held",
     .body = all_that_is_held,
     .failures = misuse("lock order cycle of 2: a ")},
    {.name = "order_same_order", .body = same_order},
    {.name = "order_statics_forget", .body = statics_forget, .outcomes = {"ab", "ba"}},
    {.name = "order_gone_is_forgotten", .body = gone_is_forgotten},
    {.name = "order_locked_twice",
     .body = locked_twice,
     .failures = misuse("lock is locked again by the thread that holds it")},
    {.name = "order_unlocked_elsewhere",
     .body = unlocked_elsewhere,
     .failures = misuse("lock is unlocked by a thread that does not hold it")},
    {.name = "order_levels_ascend", .body = levels_ascend},
    {.name = "order_level_is_too_low",
     .body = level_is_too_low,
     .failures = misuse("low of level 1 is locked while high of level 2 is held")},
    {.name = "order_level_is_the_same",
     .body = level_is_the_same,
     .failures = misuse("other of level 1 is locked while one of level 1 is held")},
});

}  // namespace

}  // namespace heddle::mutation
