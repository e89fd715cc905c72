#include <heddle/sync/mutex.hpp>

// A copy of a mutex would guard nothing.
void copy(heddle::mutex& original) {
  heddle::mutex duplicate{original};  // must not compile
  heddle::mutex assigned;
  assigned = original;  // must not compile
  assigned.lock();
  assigned.unlock();
}
