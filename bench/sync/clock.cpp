#include <heddle/bench/sync/clock.hpp>

namespace bench {

unsigned rounds_for(double ns) {
  static const double one = least_cpu_ns([] { work(1000); }) / 1000;
  return static_cast<unsigned>(ns / one + 0.5);
}

}  // namespace bench
