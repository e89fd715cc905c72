// The ring for many: two producers, and one who takes what is there.
#include <heddle/models/structures/mpmc_ring.hpp>

#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle::structures {

namespace {

void two_producers(mpmc_variant how) {
  mpmc_ring<2> ring(how);
  thread first([&] { expect(ring.try_push(1), "there is room"); });
  thread second([&] { expect(ring.try_push(2), "there is room"); });
  int sum = 0;
  int got = 0;
  if (ring.try_pop(got)) sum += got;
  first.join();
  second.join();
  while (ring.try_pop(got)) sum += got;
  expect(sum == 3, "each item comes out once");
}

// A producer and a consumer.
void hand_over(mpmc_variant how) {
  mpmc_ring<2> ring(how);
  thread producer([&] { expect(ring.try_push(1), "there is room"); });
  int got = 0;
  if (ring.try_pop(got)) expect(got == 1, "the item is there");
  producer.join();
}

// A slot is used for a second round.
void second_round(mpmc_variant how) {
  mpmc_ring<2> ring(how);
  expect(ring.try_push(1) && ring.try_push(2), "there is room");
  thread consumer([&] {
    int item = 0;
    expect(ring.try_pop(item) && item == 1, "the first item");
  });
  const bool pushed = ring.try_push(3);
  consumer.join();
  int got = 0;
  expect(ring.try_pop(got) && got == 2, "the second item");
  expect(ring.try_pop(got) == pushed && (!pushed || got == 3), "the third item, if there was room");
}

const correct_model one_item{{
    .name = "structures/mpmc_ring_one_item",
    .body = [] { hand_over({}); },
    .summary = "a producer and a consumer",
}};

const correct_model correct{{
    .name = "structures/mpmc_ring",
    .body = [] { two_producers({}); },
    .summary = "two producers and a consumer",
}};

const correct_model rounds{{
    .name = "structures/mpmc_ring_second_round",
    .body = [] { second_round({}); },
    .summary = "the first slot, again",
}};

const broken_model item_relaxed(
    "structures/mpmc_ring_one_item_relaxed", finding_kind::data_race,
    [] { hand_over({.tell_item = relaxed}); }, "the item is not published");

const broken_model see_relaxed(
    "structures/mpmc_ring_one_item_seen_relaxed", finding_kind::data_race,
    [] { hand_over({.see_item = relaxed}); }, "the item is not acquired");

const broken_model claims_blindly(
    "structures/mpmc_ring_claims_blindly", finding_kind::data_race,
    [] { two_producers({.claims_blindly = true}); }, "two producers write one slot: mutation 77");

const broken_model room_relaxed(
    "structures/mpmc_ring_second_round_room_relaxed", finding_kind::data_race,
    [] { second_round({.tell_room = relaxed}); },
    "a slot is written again before it has been read");

const broken_model see_room_relaxed(
    "structures/mpmc_ring_second_round_room_seen_relaxed", finding_kind::data_race,
    [] { second_round({.see_room = relaxed}); },
    "the producer does not wait for the consumer's read");

}  // namespace

}  // namespace heddle::structures
