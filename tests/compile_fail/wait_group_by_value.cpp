#include <heddle/sync/wait_group.hpp>

namespace {

void worker(heddle::wait_group group) { group.done(); }

void other_worker(heddle::wait_group& group) { group.done(); }

}  // namespace

// The classic slip: the worker counts down a copy, and the caller waits for ever.
void start() {
  heddle::wait_group group;
  group.add(1);
  worker(group);  // must not compile
  other_worker(group);
  worker(heddle::wait_group{});
}
