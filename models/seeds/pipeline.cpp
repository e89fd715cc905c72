// Stages that pass numbers on: each takes from one channel, gives to the next, and closes that when
// the one before is closed.
#include <heddle/checker/model.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/channel.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/sync/wait_group.hpp>

namespace heddle::seeds {

namespace {

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
          channel<int> numbers(1, "numbers");
          channel<int> squares(1, "squares");
          const auto square_and_close = [&] {
            square(numbers, squares);
            squares.close();
          };
          thread stage(square_and_close);
          numbers.send(3);
          numbers.close();
          expect(sum(squares) == 9, "the number has passed the stage");
          stage.join();
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

}  // namespace

}  // namespace heddle::seeds
