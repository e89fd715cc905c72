// trouble/lost_update after its repair: a token of the finding does not fit any more.
#include <heddle/checker/model.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/thread.hpp>

namespace {

const heddle::model_registration lost_update{{
    .name = "trouble/lost_update",
    .body =
        [] {
          heddle::atomic<int> count{0, "count"};
          const auto add = [&] { count.fetch_add(1); };
          heddle::thread other(add);
          add();
          other.join();
          heddle::expect(count.load() == 2, "both count");
        },
    .summary = "repaired",
}};

}  // namespace
