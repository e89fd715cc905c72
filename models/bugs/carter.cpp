// Two groups of users of one resource: the first of a group to come locks it, the last to go
// unlocks it, and a guard protects the count (SCTBench, carter01).
#include <array>

#include <heddle/checker/model.hpp>
#include <heddle/models/bugs/words.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle::bugs {

namespace {

void enter_and_leave(mutex& guard, mutex& resource, shared<int>& users) {
  guard.lock();
  users.set(users.get() + 1);
  if (users.get() == 1) resource.lock();
  guard.unlock();
  guard.lock();
  users.set(users.get() - 1);
  if (users.get() == 0) resource.unlock();
  guard.unlock();
}

void run(mutex& first_guard, mutex& second_guard) {
  mutex resource("resource");
  shared<int> first_users{0, "first users"}, second_users{0, "second users"};
  std::array<thread, 4> threads{
      thread([&] { enter_and_leave(first_guard, resource, first_users); }),
      thread([&] { enter_and_leave(second_guard, resource, second_users); }),
      thread([] {}),
      thread([] {}),
  };
  for (thread& each : threads) each.join();
}

const model_registration repaired{{
    .name = "bugs/carter01",
    .body =
        [] {
          mutex first("first guard"), second("second guard");
          run(first, second);
        },
    .summary = "each group has a guard of its own",
    .complaint = not_exhaustive,
}};

// Broken: who waits for the resource holds what its owner needs to give it back.
const model_registration one_guard{{
    .name = "bugs/carter01_one_guard",
    .expected = finding_kind::deadlock,
    .body =
        [] {
          mutex guard("guard");
          run(guard, guard);
        },
    .summary = "both groups count under one guard",
}};

}  // namespace

}  // namespace heddle::bugs
