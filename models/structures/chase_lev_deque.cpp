// The deque of Chase and Lev: each item comes out once, whoever gets it.
#include <heddle/models/structures/chase_lev_deque.hpp>

#include <array>
#include <cstddef>
#include <optional>

#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle::structures {

namespace {

// The owner pushes two items and takes two; a thief tries `steals` times.
void share_work(int steals, chase_lev_variant how) {
  chase_lev_deque<2> deque(how);
  std::array<int, 3> got{};
  std::array<int, 3> stolen{};
  std::array<shared<int>, 3> work{};
  const auto push = [&](int item) {
    work[static_cast<std::size_t>(item)].set(item);
    deque.push(item);
  };
  const auto count = [](std::array<int, 3>& in, const std::optional<int>& item) {
    if (item) ++in[static_cast<std::size_t>(*item)];
  };
  push(1);
  thread thief([&] {
    for (int i = 0; i < steals; ++i) {
      const std::optional<int> item = deque.steal();
      if (item) expect(work[static_cast<std::size_t>(*item)].get() == *item, "the work is there");
      count(stolen, item);
    }
  });
  push(2);
  count(got, deque.take());
  count(got, deque.take());
  thief.join();
  expect(got[1] + stolen[1] == 1 && got[2] + stolen[2] == 1, "each item is taken once");
}

const correct_model one_steal{{
    .name = "structures/chase_lev_deque",
    .body = [] { share_work(1, {}); },
    .summary = "the owner takes two items, a thief steals one",
}};

const correct_model two_steals{{
    .name = "structures/chase_lev_deque_two_steals",
    .body = [] { share_work(2, {}); },
    .summary = "the owner takes two items, a thief steals two",
}};

const broken_model take_unfenced(
    "structures/chase_lev_deque_two_steals_take_unfenced", finding_kind::assertion,
    [] { share_work(2, {.take = fence_place::nowhere}); },
    "no fence between the owner's two indices: mutation 82");

const broken_model steal_unfenced(
    "structures/chase_lev_deque_two_steals_steal_unfenced", finding_kind::assertion,
    [] { share_work(2, {.steal = fence_place::nowhere}); },
    "no fence between the thief's two indices: mutation 82");

const broken_model take_fenced_late(
    "structures/chase_lev_deque_two_steals_take_fenced_late", finding_kind::assertion,
    [] { share_work(2, {.take = fence_place::after}); },
    "the owner's fence after the load of the top: mutation 83");

const broken_model steal_fenced_late(
    "structures/chase_lev_deque_two_steals_steal_fenced_late", finding_kind::assertion,
    [] { share_work(2, {.steal = fence_place::after}); },
    "the thief's fence after the load of the bottom: mutation 83");

const broken_model push_relaxed(
    "structures/chase_lev_deque_two_steals_push_relaxed", finding_kind::data_race,
    [] { share_work(2, {.push = relaxed}); }, "the work is not published");

const broken_model weak(
    "structures/chase_lev_deque_weak", finding_kind::assertion,
    [] { share_work(1, {.weak = true}); }, "a race that nobody else runs is lost: mutation 78");

}  // namespace

}  // namespace heddle::structures
