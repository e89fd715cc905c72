// The value that goes with its last owner.
#include <heddle/models/structures/reference_count.hpp>

#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle::structures {

namespace {

// Three owners read the value and let go; two of them took their hold from the first.
void three_owners(count_variant how) {
  counted mine(7, how);
  const auto own = [](counted hold) { expect(hold.value().get() == 7, "the value is there"); };
  thread first([&own, hold = mine]() mutable { own(std::move(hold)); });
  thread second([&own, hold = mine]() mutable { own(std::move(hold)); });
  own(std::move(mine));
  first.join();
  second.join();
}

// Two threads take a hold each, while the first owner keeps its own.
void two_copies(count_variant how) {
  counted mine(7, how);
  const auto copy = [&mine] {
    counted hold = mine;
    expect(hold.value().get() == 7, "the value is there");
  };
  thread other(copy);
  copy();
  other.join();
  expect(mine.value().get() == 7, "the value is there");
}

const correct_model correct{{
    .name = "structures/reference_count",
    .body = [] { three_owners({}); },
    .summary = "three owners let go",
}};

const correct_model copies{{
    .name = "structures/reference_count_copies",
    .body = [] { two_copies({}); },
    .summary = "two threads copy and let go",
}};

const broken_model drop_relaxed(
    "structures/reference_count_drop_relaxed", finding_kind::use_after_free,
    [] { three_owners({.drop = relaxed}); },
    "the end of the value is not ordered after its uses: mutation 88");

const broken_model drop_release(
    "structures/reference_count_drop_release", finding_kind::use_after_free,
    [] { three_owners({.drop = release}); },
    "the last owner does not acquire what the others released");

const broken_model drop_in_two_steps(
    "structures/reference_count_drop_in_two_steps", finding_kind::memory_leak,
    [] { three_owners({.drops_in_two_steps = true}); }, "nobody is the last one: mutation 77");

const broken_model add_in_two_steps(
    "structures/reference_count_copies_add_in_two_steps", finding_kind::memory_leak,
    [] { two_copies({.adds_in_two_steps = true}); }, "an owner that does not count: mutation 77");

}  // namespace

}  // namespace heddle::structures
