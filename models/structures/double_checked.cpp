// The value that is made once.
#include <heddle/models/structures/double_checked.hpp>

#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle::structures {

namespace {

template <class Lazy>
void two_users(lazy_variant how) {
  Lazy subject(how);
  int first = 0;
  int second = 0;
  thread other([&] { second = subject.get(2); });
  first = subject.get(1);
  other.join();
  expect(first == second, "both get the same value");
}

const correct_model correct{{
    .name = "structures/double_checked",
    .body = [] { two_users<lazy_value<>>({}); },
    .summary = "two threads, one value",
}};

const broken_model plain(
    "structures/double_checked_plain", finding_kind::data_race,
    [] { two_users<lazy_value<plain_pointer>>({}); },
    "the pointer is a plain variable: mutation 89");

const broken_model publish(
    "structures/double_checked_publish_relaxed", finding_kind::data_race,
    [] { two_users<lazy_value<>>({.publish = relaxed}); },
    "the value is not published: mutation 84");

const broken_model look(
    "structures/double_checked_look_relaxed", finding_kind::data_race,
    [] { two_users<lazy_value<>>({.look = relaxed}); }, "the value is not acquired");

const broken_model once(
    "structures/double_checked_once", finding_kind::assertion,
    [] { two_users<lazy_value<>>({.checks_again = false}); }, "the value is made twice");

}  // namespace

}  // namespace heddle::structures
