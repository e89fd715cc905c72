// Whether an execution that comes to the bound on its steps would go on for ever without getting
// any further.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <heddle/scheduler/finding.hpp>
#include <heddle/scheduler/view.hpp>

namespace heddle {

class engine;

/// Watches the states of an execution that is recorded, in the second half of the steps that it may
/// make.
///
/// A state is the values of all objects, and for each thread what it has announced, where, and
/// what it waits for.  The execution is a livelock if its last state has come again and again, at
/// least `least_rounds` times, each time after every thread that could go on all the time has done
/// so, and if its last quarter has come to no state that the quarter before had not.
///
/// What heddle does not see is no part of the state: a loop that counts its rounds in a plain
/// variable and would end much later looks like one that does not.  A write of a `shared<T>`, whose
/// value is not known here, and time that passes count as something new.
class livelock_watch {
 public:
  static constexpr unsigned least_rounds = 4;

  void begin() { states_.clear(); }
  /// Before each step.
  void look(const engine& of);
  /// At the bound: the finding, or nothing.
  [[nodiscard]] std::optional<finding> judge(const engine& of) const;

 private:
  struct state {
    std::uint64_t hash;
    thread_set ready;
    std::uint32_t before;   ///< so many steps were made
    std::uint32_t came_by;  ///< the thread that has made the last of them
  };
  [[nodiscard]] static std::uint64_t hash_of(const engine& of);
  [[nodiscard]] bool settled() const;
  [[nodiscard]] std::size_t round_before(std::size_t last) const;
  [[nodiscard]] finding describe_cycle(const engine& of, std::uint32_t first) const;

  std::vector<state> states_;
};

}  // namespace heddle
