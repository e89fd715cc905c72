// A schedule: the choices of one execution along one linear order of its steps.
#pragma once

#include <cstdint>
#include <vector>

namespace heddle {

/// What a choice was about; a replay that meets another kind has met a nondeterministic body.
enum class choice_kind : std::uint8_t {
  timeout,    ///< of a timed wait, or of `expired`: 0 no, 1 yes
  spurious,   ///< not taken: such a return is an outcome of the futex's machine
  wake,       ///< nor this: which waiter is, too
  weak_cas,   ///< 0 as the values say, 1 fails spuriously
  random,     ///< the user's choose(n), a primitive's random(n)
  processor,  ///< how many processors there are, less one
  reuse,      ///< which freed block an allocation takes back; the last: none
  outcome,    ///< which outcome of a machine's operation
  read,       ///< which write a read sees: 0 the newest, 1 the one before it, ...
  place,      ///< where a write stands in modification order: 0 last, 1 last but one, ...
};

/// One typed choice: `option` of `count` alternatives.
struct choice {
  choice_kind kind;
  std::uint32_t count;
  std::uint32_t option;

  friend bool operator==(const choice&, const choice&) = default;
};

struct schedule {
  /// A thread by its place in the tree of threads; entry 0 is the body, its own parent.
  struct thread_name {
    std::uint32_t parent;   ///< index into `threads`
    std::uint32_t ordinal;  ///< 1 for the first thread that the parent spawned

    friend bool operator==(const thread_name&, const thread_name&) = default;
  };

  /// One step: who performed it, what it was (16 bits of a hash of the operation's kind and the
  /// object's name), and the choices that it took.
  struct step {
    std::uint32_t thread;  ///< index into `threads`
    std::uint16_t check;
    std::vector<choice> choices;

    friend bool operator==(const step&, const step&) = default;
  };

  std::vector<thread_name> threads;
  std::vector<step> steps;
  /// Choices taken before the first step, between an end and a step, ... belong to the step before;
  /// those of the very beginning stand here.
  std::vector<choice> prologue;

  friend bool operator==(const schedule&, const schedule&) = default;
};

}  // namespace heddle
