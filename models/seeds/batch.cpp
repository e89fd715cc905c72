// A batch of items, each done by a thread of its own, any of which may fail.
#include <array>
#include <cstddef>

#include <heddle/checker/model.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/wait_group.hpp>

namespace heddle::seeds {

namespace {

constexpr std::size_t batch_size = 2;

struct item_result {
  shared<int> value{0, "value"};
  shared<const char*> error{nullptr, "error"};
};

using batch_results = std::array<item_result, batch_size>;

const model_registration repaired{{
    .name = "seeds/batch",
    .body =
        [] {
          batch_results results;
          wait_group items{"items"};
          for (std::size_t i = 0; i < batch_size; ++i) {
            const auto process = [&results, i] {
              if (i == 1) {
                results[i].error.set("out of range");
              } else {
                results[i].value.set(7);
              }
            };
            items.go(process);
          }
          items.wait();
          expect(results[0].value.get() == 7, "item 0 has a value");
          expect(results[1].error.get() != nullptr, "item 1 has failed");
        },
    .summary = "each item has a place for its value and one for its error",
}};

// Broken: one place for the error of whichever item fails.  Two that fail write it at once.
const model_registration shared_error{{
    .name = "seeds/batch_shared_error",
    .expected = finding_kind::data_race,
    .body =
        [] {
          shared<const char*> error{nullptr, "error"};
          wait_group items{"items"};
          for (std::size_t i = 0; i < batch_size; ++i) {
            items.go([&error] { error.set("out of range"); });
          }
          items.wait();
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
          batch_results results;
          shared<std::size_t> i{0, "i"};
          wait_group items{"items"};
          for (; i.get() < batch_size; ++i.write()) {
            items.go([&results, &i] { results.at(i.get()).value.set(7); });
          }
          items.wait();
        },
    .summary = "a closure captures the loop variable by reference",
}};

}  // namespace

}  // namespace heddle::seeds
