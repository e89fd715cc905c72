// A batch of items, done by several threads, any of which may fail.
#include <array>
#include <cstddef>
#include <stdexcept>

#include <heddle/checker/model.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/patterns/batch.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/wait_group.hpp>

namespace heddle::seeds {

namespace {

constexpr std::size_t batch_size = 2;

const model_registration repaired{{
    .name = "seeds/batch",
    .body =
        [] {
          const std::array<int, batch_size> items{7, 8};
          const auto process = [](int item) {
            if (item == 8) throw std::out_of_range("8");
            return item + 1;
          };
          const auto results = run_batch(items, process, {.threads = 2, .name = "results"});
          expect(results[0].has_value() && results[0].value() == 8, "item 0 has a value");
          expect(results[1].error() != nullptr, "item 1 has failed");
        },
    .summary = "each item has a place for its value or its error",
}};

// Broken: one place for the error of whichever item fails.  Two that fail write it at once.
const model_registration shared_error{{
    .name = "seeds/batch_shared_error",
    .expected = finding_kind::data_race,
    .body =
        [] {
          shared<const char*> error{nullptr, "error"};
          const std::array<int, batch_size> items{7, 8};
          (void)run_batch(items, [&error](int) { error.set("out of range"); }, {.threads = 2});
          expect(error.get() != nullptr, "an item has failed");
        },
    .summary = "all items share one place for an error",
}};

// Broken: the closure holds a reference to the loop variable, which the loop goes on to change
// while the thread reads it.  (A shared<T>, since nobody sees the accesses to a plain one.)
const model_registration loop_variable{{
    .name = "seeds/batch_captures_loop_variable",
    .expected = finding_kind::data_race,
    .body =
        [] {
          std::array<shared<int>, batch_size> results;
          shared<std::size_t> i{0, "i"};
          wait_group items{"items"};
          for (; i.get() < batch_size; ++i.write()) {
            items.go([&results, &i] { results.at(i.get()).set(7); });
          }
          items.wait();
        },
    .summary = "a closure captures the loop variable by reference",
}};

}  // namespace

}  // namespace heddle::seeds
