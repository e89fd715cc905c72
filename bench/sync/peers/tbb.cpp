#include <tbb/spin_mutex.h>
#include <tbb/spin_rw_mutex.h>

#include <heddle/bench/sync/locks.hpp>

namespace bench {

namespace {

// They never sleep, so with more threads than processors they show what that costs.
const bool added = [] {
  add_mutex<tbb::spin_mutex>("tbb::spin_mutex");
  add_rw_mutex<tbb::spin_rw_mutex>("tbb::spin_rw_mutex");
  return true;
}();

}  // namespace

}  // namespace bench
