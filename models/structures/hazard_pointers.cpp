// The stack that frees its nodes.
#include <heddle/models/structures/hazard_pointers.hpp>

#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle::structures {

namespace {

void two_pops(hazard_variant how) {
  hazard_stack<2> subject(how);
  subject.push(1);
  subject.push(2);
  int first = 0;
  int second = 0;
  thread other([&] { expect(subject.pop(1, second), "there are two items"); });
  expect(subject.pop(0, first), "there are two items");
  other.join();
  expect(first + second == 3, "each item comes out once");
}

const correct_model correct{{
    .name = "structures/hazard_pointers",
    .body = [] { two_pops({}); },
    .summary = "two pops, each frees its node",
}};

const broken_model unvalidated(
    "structures/hazard_pointers_unvalidated", finding_kind::use_after_free,
    [] { two_pops({.validates = false}); },
    "the node was freed before it was protected: mutation 85");

const broken_model unscanned(
    "structures/hazard_pointers_unscanned", finding_kind::use_after_free,
    [] { two_pops({.scans = false}); }, "nobody looks at the hazards");

const broken_model announced(
    "structures/hazard_pointers_announce_release", finding_kind::use_after_free,
    [] { two_pops({.announce = release}); }, "the hazard may be seen too late: mutation 81");

const broken_model scanned(
    "structures/hazard_pointers_scan_acquire", finding_kind::use_after_free,
    [] { two_pops({.scan = acquire}); }, "the hazards may be read too early: mutation 81");

const broken_model withdrawn(
    "structures/hazard_pointers_withdraw_relaxed", finding_kind::use_after_free,
    [] { two_pops({.withdraw = relaxed}); },
    "the last read is not ordered before the end of the node");

}  // namespace

}  // namespace heddle::structures
