// The rules of a wait_group: add before done, and a new round only after every wait has returned.
#include <heddle/checker/model.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/sync/wait_group.hpp>

namespace heddle::seeds {

namespace {

const model_registration counted{{
    .name = "seeds/wait_group_counter",
    .body =
        [] {
          wait_group tasks{"tasks"};
          shared<int> result{0, "result"};
          tasks.add(1);
          const auto work = [&] {
            result.set(7);
            tasks.done();
          };
          thread worker(work);
          tasks.wait();
          expect(result.get() == 7, "the task is done when wait returns");
          worker.join();
        },
    .summary = "add comes before the thread that is done",
}};

// The thread may be done before the task is added: the counter would be -1.
const model_registration negative{{
    .name = "seeds/wait_group_counter_done_before_add",
    .expected = finding_kind::misuse,
    .body =
        [] {
          wait_group tasks{"tasks"};
          thread worker([&] { tasks.done(); });
          tasks.add(1);
          tasks.wait();
          worker.join();
        },
    .summary = "done may come before add",
}};

// Another thread waits for the first round.  The second begins when the first is done, and does not
// ask whether that thread's wait has returned.
const model_registration overlap{{
    .name = "seeds/wait_group_reuse_overlapping",
    .expected = finding_kind::misuse,
    .body =
        [] {
          wait_group round{"round"};
          round.add(1);
          thread waiter([&] { round.wait(); });
          round.done();
          round.add(1);
          round.done();
          waiter.join();
        },
    .summary = "a round begins while a wait of the last one has not returned",
}};

const model_registration sequential{{
    .name = "seeds/wait_group_reuse",
    .body =
        [] {
          wait_group round{"round"};
          shared<int> count{0, "count"};
          for (int i = 1; i <= 2; ++i) {
            round.go([&] { ++count.write(); });
            round.wait();
            expect(count.get() == i, "the round is over when wait returns");
          }
        },
    .summary = "a wait_group serves again once every wait has returned",
}};

}  // namespace

}  // namespace heddle::seeds
