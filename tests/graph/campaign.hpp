// Random programs, and what the explorer must show of them.
#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include <heddle/tests/graph/program.hpp>

#include <rapidcheck.h>

namespace heddle::litmus {

/// One of the numbers from which an instruction is made, each from 0 to 99; 0 is the simplest.
struct draw {
  std::uint8_t kind, location, order, value, depends;
};
using drawn_thread = std::vector<draw>;
/// Two to four threads of one to five instructions each.
using drawn_program = std::vector<drawn_thread>;

enum class bias : std::uint8_t {
  uniform,  ///< of everything, over two locations and seldom a third
  fences,   ///< many fences, accesses of mixed strength, three locations
  choices,  ///< many outcomes and waits that can be given up
  waits,    ///< locks, permits, notifications and awaits
};
[[nodiscard]] const char* to_string(bias of) noexcept;

/// The program that the numbers stand for, cut to `most_instructions`.
[[nodiscard]] program make_program(const drawn_program& from, bias of);
inline constexpr std::size_t most_instructions = 9;

[[nodiscard]] rc::Gen<drawn_program> programs();

struct tally {
  std::uint64_t programs = 0, graphs = 0, cut = 0;
};

/// Compares the explorer with the oracles, under both models, for each policy, and with and without
/// each of graph::rules: every graph once, and no other.  Returns what is different; empty if
/// nothing is.  A program with too many candidates loses instructions first, and `p` is what is
/// left.
[[nodiscard]] std::string differences(program& p, tally& count);

}  // namespace heddle::litmus
