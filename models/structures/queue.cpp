// The queue of Michael and Scott.
#include <heddle/models/structures/queue.hpp>

#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle::structures {

namespace {

using queue = michael_scott_queue<3>;

// Two threads push; the second pops afterwards.
void two_producers(queue_variant how) {
  queue subject(how);
  int first = 0;
  int second = 0;
  bool found = false;
  thread other([&] { subject.push(1, 10); });
  subject.push(2, 20);
  found = subject.pop(first);
  other.join();
  expect(found, "what one has pushed is not lost");
  expect(subject.pop(second) && first + second == 30, "each item comes out once");
}

// Two threads pop one item each.
void two_consumers(queue_variant how) {
  queue subject(how);
  subject.push(1, 10);
  int mine = 0;
  int others = 0;
  thread other([&] { (void)subject.pop(others); });
  thread producer([&] { subject.push(2, 20); });
  (void)subject.pop(mine);
  other.join();
  producer.join();
  int rest = 0;
  int sum = mine + others;
  while (subject.pop(rest)) sum += rest;
  expect(sum == 30, "each item comes out once");
}

const correct_model pushes{{
    .name = "structures/queue",
    .body = [] { two_producers({}); },
    .summary = "two pushes at the same end",
}};

const correct_model pops{{
    .name = "structures/queue_two_consumers",
    .body = [] { two_consumers({}); },
    .summary = "two pops and a push",
}};

const broken_model link_relaxed(
    "structures/queue_link_relaxed", finding_kind::data_race,
    [] { two_producers({.link = relaxed}); }, "the item is not published: mutation 80");

const broken_model follow_relaxed(
    "structures/queue_two_consumers_follow_relaxed", finding_kind::data_race,
    [] { two_consumers({.follow = relaxed}); }, "the item is not acquired");

const broken_model links_blindly(
    "structures/queue_links_blindly", finding_kind::assertion,
    [] { two_producers({.links_blindly = true}); },
    "a node that was linked meanwhile is lost: mutation 77");

const broken_model takes_blindly(
    "structures/queue_two_consumers_take_blindly", finding_kind::assertion,
    [] { two_consumers({.takes_blindly = true}); }, "one item is taken twice: mutation 77");

}  // namespace

}  // namespace heddle::structures
