// Treiber's stack: items that are handed over, and nodes that come back.
#include <heddle/models/structures/treiber_stack.hpp>

#include <array>
#include <cstdint>

#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle::structures {

namespace {

using stack = treiber_stack<3>;

// Two threads push an item each, a third pops one and reads it.
void hand_over(treiber_variant how) {
  stack subject(how);
  std::array<shared<int>, 4> items{};
  const auto push = [&](stack::node node) {
    items[node].set(static_cast<int>(node));
    subject.push(node);
  };
  thread first([&] { push(1); });
  thread second([&] { push(2); });
  std::uint32_t popped = 0;
  const auto pop = [&] {
    const stack::node got = subject.pop();
    if (got == stack::none) return false;
    expect(items[got].get() == static_cast<int>(got), "the item is there");
    ++popped;
    return true;
  };
  pop();
  first.join();
  second.join();
  while (pop()) continue;
  expect(popped == 2, "nothing is lost");
}

// One thread pops a node while another pops two and brings the first of them back.
void bring_back(treiber_variant how) {
  stack subject(how);
  subject.push(2);
  subject.push(1);
  std::array<int, 4> owners{};
  stack::node mine = 0;
  thread other([&] { mine = subject.pop(); });
  const stack::node first = subject.pop();
  const stack::node second = subject.pop();
  if (first != stack::none) subject.push(first);
  other.join();
  ++owners[mine];
  ++owners[second];
  for (stack::node node; (node = subject.pop()) != stack::none;) ++owners[node];
  expect(owners[1] == 1 && owners[2] == 1, "each node has one owner");
}

const correct_model handed_over{{
    .name = "structures/treiber_stack",
    .body = [] { hand_over({}); },
    .summary = "two pushes, and a pop meanwhile",
}};

const correct_model brought_back{{
    .name = "structures/treiber_stack_recycled",
    .body = [] { bring_back({}); },
    .summary = "a node that was popped is pushed again",
}};

const broken_model push_relaxed(
    "structures/treiber_stack_push_relaxed", finding_kind::data_race,
    [] { hand_over({.push = relaxed}); }, "the item is not published: mutation 80");

const broken_model pop_relaxed(
    "structures/treiber_stack_pop_relaxed", finding_kind::data_race,
    [] { hand_over({.pop = relaxed}); }, "the item is not acquired: mutation 80");

const broken_model no_version(
    "structures/treiber_stack_recycled_no_version", finding_kind::assertion,
    [] { bring_back({.versions = false}); },
    "the top is the same node again, over another one: mutation 79");

}  // namespace

}  // namespace heddle::structures
