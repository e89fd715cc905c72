// What the programs that run bodies under control share: processor time, memory, and the switch
// pair that all times are compared with.
#pragma once

#include <heddle/bench/command.hpp>
#include <heddle/scheduler/fiber.hpp>

namespace bench {

/// Processor time of this process: what others run meanwhile does not count.
[[nodiscard]] double cpu_ns();
/// The most memory that was ever resident since `forget_peak`, or since the start where the system
/// does not let it be forgotten.
[[nodiscard]] long peak_kib();
void forget_peak();

/// Two fibers that switch to each other and do nothing else: the unit of all times.
class switch_pair {
 public:
  switch_pair();
  /// Processor time of one pair (there and back), from this many.
  [[nodiscard]] double ns(int pairs);

 private:
  heddle::fiber_stack stack_;
  heddle::fiber here_, there_;
};

}  // namespace bench
