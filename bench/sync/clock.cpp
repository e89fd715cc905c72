#include <heddle/bench/sync/clock.hpp>

namespace bench {

double ticks_per_ns() {
  static const double ratio = [] {
    using clock = std::chrono::steady_clock;
    const auto begin = clock::now();
    const std::uint64_t first = ticks();
    while (clock::now() - begin < std::chrono::milliseconds(20)) {
    }
    const std::chrono::duration<double, std::nano> passed = clock::now() - begin;
    return static_cast<double>(ticks() - first) / passed.count();
  }();
  return ratio;
}

unsigned rounds_for(double ns) {
  static const double one = least_cpu_ns([] { work(1000); }) / 1000;
  return static_cast<unsigned>(ns / one + 0.5);
}

}  // namespace bench
