// Stages that pass numbers on: each takes from one channel, gives to the next, and closes that when
// the one before is closed.
#include <heddle/checker/model.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/channel.hpp>
#include <heddle/sync/context.hpp>
#include <heddle/sync/patterns/pipeline.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/sync/wait_group.hpp>

namespace heddle::seeds {

namespace {

void three(outlet<int>& out) { (void)out.put(3); }
int squared(int n) { return n * n; }

void square(channel<int>& numbers, channel<int>& squares) {
  for (const int n : numbers) squares.send(n * n);
}

[[nodiscard]] int sum(channel<int>& numbers) {
  int total = 0;
  for (const int n : numbers) total += n;
  return total;
}

const model_registration repaired{{
    .name = "seeds/pipeline",
    .body =
        [] {
          pipeline line(background(), "line");
          auto& numbers = line.source<int>(three, {.capacity = 1, .name = "numbers"});
          int total = 0;
          line.for_each(numbers, [&](int n) { total += squared(n); });
          expect(total == 9, "the number has passed the stage");
        },
    .summary = "each stage closes its output",
}};

const model_registration never_closes{{
    .name = "seeds/pipeline_stage_never_closes",
    .expected = finding_kind::deadlock,
    .body =
        [] {
          channel<int> numbers(1, "numbers");
          channel<int> squares(1, "squares");
          thread stage([&] { square(numbers, squares); });
          numbers.send(3);
          numbers.close();
          expect(sum(squares) == 9, "the number has passed the stage");
          stage.join();
        },
    .summary = "the next stage waits for more",
}};

// Broken: who takes the numbers stops at the first, and does not say so.  The stage waits to be rid
// of the second.
const model_registration taker_leaves{{
    .name = "seeds/pipeline_taker_leaves",
    .expected = finding_kind::deadlock,
    .body =
        [] {
          channel<int> numbers(0, "numbers");
          const auto count = [&] {
            numbers.send(1);
            numbers.send(2);
          };
          thread stage(count);
          expect(*numbers.receive() == 1, "the first number");
          stage.join();
        },
    .summary = "a stage waits for a taker that has left",
}};

const model_registration cancelled{{
    .name = "seeds/pipeline_cancelled",
    .body =
        [] {
          pipeline line(background(), "line");
          const auto count = [&](outlet<int>& out) {
            for (int n = 1; n < 4; ++n) {
              if (!out.put(n)) return;
            }
          };
          auto& numbers = line.source<int>(count, {.name = "numbers"});
          int seen = 0;
          const auto take_one = [&](int n) {
            seen = n;
            line.cancel();
          };
          line.for_each(numbers, take_one);
          expect(seen == 1, "nothing comes after the cancellation");
        },
    .summary = "who leaves early cancels the stages before",
}};

const model_registration wide_stage{{
    .name = "seeds/pipeline_wide_stage",
    .body =
        [] {
          channel<int> numbers(1, "numbers");
          channel<int> squares(1, "squares");
          wait_group stage{"stage"};
          stage.go([&] { square(numbers, squares); });
          const auto close_after_stage = [&] {
            stage.wait();
            squares.close();
          };
          thread closer(close_after_stage);
          numbers.send(3);
          numbers.close();
          expect(sum(squares) == 9, "the number has passed the stage");
          closer.join();
        },
    .summary = "a stage of several threads is closed by one that waits for them",
}};

// Broken: the one that waits for all threads of the stage is one of them, and waits for itself.
const model_registration closer_inside{{
    .name = "seeds/pipeline_wide_stage_closer_inside",
    .expected = finding_kind::deadlock,
    .body =
        [] {
          channel<int> numbers(1, "numbers");
          channel<int> squares(1, "squares");
          wait_group stage{"stage"};
          const auto square_and_close = [&] {
            square(numbers, squares);
            stage.wait();
            squares.close();
          };
          stage.go(square_and_close);
          numbers.send(3);
          numbers.close();
          expect(sum(squares) == 9, "the number has passed the stage");
        },
    .summary = "a thread of the stage waits for the stage",
}};

const model_registration two_stages{{
    .name = "seeds/pipeline_of_stages",
    .body =
        [] {
          pipeline line(background(), "line");
          auto& numbers = line.source<int>(three, {.capacity = 1, .name = "numbers"});
          auto& squares = line.stage(numbers, squared, {.capacity = 1, .name = "squares"});
          int total = 0;
          line.for_each(squares, [&](int n) { total += n; });
          expect(total == 9, "the number has passed the stage");
        },
    .summary = "each stage closes its output",
}};

}  // namespace

}  // namespace heddle::seeds
