#include <heddle/sync/wait_group.hpp>

// A copied counter would be done for itself alone.
void copy(heddle::wait_group& original) {
  heddle::wait_group duplicate{original};  // must not compile
  heddle::wait_group assigned;
  assigned = original;  // must not compile
  assigned.wait();
}
