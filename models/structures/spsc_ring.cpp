// The ring between two threads: with two slots, the third item waits for the first to go.
#include <heddle/models/structures/spsc_ring.hpp>

#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle::structures {

namespace {

void pass_items(spsc_variant how) {
  constexpr int items = 4;
  spsc_ring<2> ring(how);
  thread producer([&] {
    for (int item = 1; item <= items; ++item) {
      while (!ring.try_push(item)) spin_hint();
    }
  });
  for (int item = 1; item <= items; ++item) {
    int got = 0;
    while (!ring.try_pop(got)) spin_hint();
    expect(got == item, "items come in their order");
  }
  producer.join();
}

const correct_model correct{{
    .name = "structures/spsc_ring",
    .body = [] { pass_items({}); },
    .summary = "four items through two slots",
}};

const broken_model item_relaxed(
    "structures/spsc_ring_tail_relaxed", finding_kind::data_race,
    [] { pass_items({.tell_item = relaxed}); }, "the item is not published");

const broken_model see_relaxed(
    "structures/spsc_ring_tail_seen_relaxed", finding_kind::data_race,
    [] { pass_items({.see_item = relaxed}); }, "the item is not acquired");

const broken_model room_relaxed(
    "structures/spsc_ring_head_relaxed", finding_kind::data_race,
    [] { pass_items({.tell_room = relaxed}); }, "a slot is written again before it has been read");

const broken_model see_room_relaxed(
    "structures/spsc_ring_head_seen_relaxed", finding_kind::data_race,
    [] { pass_items({.see_room = relaxed}); },
    "the producer does not wait for the consumer's read");

const broken_model index_first(
    "structures/spsc_ring_index_first", finding_kind::data_race,
    [] { pass_items({.tells_first = true}); },
    "the index is moved before the slot is written: mutation 90");

}  // namespace

}  // namespace heddle::structures
