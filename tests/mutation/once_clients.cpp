// Clients of once, retry_once and once_value.
#include <heddle/tests/mutation/clients.hpp>

#include <heddle/sync/once.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle::mutation {

namespace {

struct refused {};

void call_and_expect(once& o, shared<int>& calls) {
  o.call([&] { ++calls; });
  expect(calls.get() == 1, "call returned, and the function has not been called once");
}

void two_callers() {
  once o;
  shared<int> calls{0};
  thread other([&] { call_and_expect(o, calls); });
  call_and_expect(o, calls);
  other.join();
}

void three_callers() {
  once o;
  shared<int> calls{0};
  const auto call = [&] { call_and_expect(o, calls); };
  thread first(call), second(call);
  call();
  first.join();
  second.join();
}

// A call after the first has ended, in the same thread.
void again() {
  once o;
  shared<int> calls{0};
  call_and_expect(o, calls);
  call_and_expect(o, calls);
}

// A call that throws counts, and the exception is its caller's.
void throwing() {
  once o;
  shared<int> calls{0}, caught{0};
  const auto call = [&] {
    try {
      o.call([&] {
        ++calls;
        throw refused();
      });
    } catch (const refused&) {
      ++caught;
    }
  };
  thread other(call);
  call();
  other.join();
  expect(calls.get() == 1, "a call that threw was repeated");
  expect(caught.get() == 1, "an exception went to another caller");
}

// Of retry_once it does not count, and another caller tries again.
void retrying() {
  retry_once o;
  shared<int> calls{0}, caught{0};
  const auto call = [&] {
    try {
      o.call([&] {
        if (calls.get() == 0) {
          ++calls;
          throw refused();
        }
        ++calls;
      });
    } catch (const refused&) {
      ++caught;
    }
  };
  thread other(call);
  call();
  other.join();
  expect(calls.get() == 2, "a call that threw was not repeated, or repeated twice");
  expect(caught.get() == 1, "an exception went to another caller");
}

void recursive() {
  once o;
  o.call([&] { o.call([] {}); });
}

void value() {
  shared<int> calls{0};
  auto answer = once_value([&] { return ++calls, 42; });
  thread other([&] { expect(answer() == 42, "another value"); });
  expect(answer() == 42, "another value");
  other.join();
  expect(calls.get() == 1, "the function was not called once");
}

void throwing_value() {
  shared<int> calls{0};
  auto answer = once_value([&]() -> int {
    ++calls;
    throw refused();
  });
  const auto ask = [&] {
    try {
      (void)answer();
      expect(false, "a value although the function threw");
    } catch (const refused&) {
    }
  };
  thread other(ask);
  ask();
  other.join();
  expect(calls.get() == 1, "the function was not called once");
}

const client_set clients({
    {.name = "once_two_callers", .body = two_callers},
    {.name = "once_three_callers", .body = three_callers},
    {.name = "once_again", .body = again},
    {.name = "once_throwing", .body = throwing},
    {.name = "once_retrying", .body = retrying},
    {.name = "once_recursive",
     .body = recursive,
     .failures = {{finding_kind::deadlock, "deadlock"}}},
    {.name = "once_value", .body = value},
    {.name = "once_throwing_value", .body = throwing_value},
});

}  // namespace

}  // namespace heddle::mutation
