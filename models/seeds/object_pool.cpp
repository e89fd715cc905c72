// Objects that are given back and used again.
#include <heddle/checker/model.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/patterns/object_pool.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle::seeds {

namespace {

struct buffer {
  shared<int> used{0, "used"};
};

const model_registration repaired{{
    .name = "seeds/object_pool",
    .body =
        [] {
          object_pool<buffer> pool({.caches = 1, .name = "buffers"});
          const auto use = [&] {
            const auto own = pool.get();
            ++own->used.write();
          };
          thread other(use);
          use();
          other.join();
          int uses = 0;
          while (const auto kept = pool.take()) uses += kept->used.get();
          expect(uses == 2, "every use is in some buffer");
        },
    .summary = "a buffer belongs to who has it",
}};

// Broken: goes on with a buffer that it has given back, and that another has got since.
const model_registration used_after{{
    .name = "seeds/object_pool_used_after_it_is_given_back",
    .expected = finding_kind::data_race,
    .body =
        [] {
          object_pool<buffer> pool({.caches = 1, .name = "buffers"});
          const auto use = [&] {
            auto own = pool.get();
            buffer& kept = *own;
            own.reset();
            ++kept.used.write();
          };
          thread other(use);
          use();
          other.join();
        },
    .summary = "a buffer is used after it was given back",
}};

}  // namespace

}  // namespace heddle::seeds
