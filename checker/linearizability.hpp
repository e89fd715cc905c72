// Whether a history of calls is one of a sequential machine: some order of the calls keeps the
// order in which they are known to have followed each other, and the machine gives in it what they
// gave.
//
// Wing, Gong: Testing and verifying concurrent objects, JPDC 17, 1993, with the memory of visited
// configurations that Lowe added: Testing for linearizability, CCPE 29(4), 2017.  Differs: the
// order of the calls is a partial order, kept as a set of predecessors for each, instead of a list
// of events in time, so that orders which no clock could show are decided too.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace heddle {

/// Which order of calls has to be kept.
enum class consistency : std::uint8_t {
  linearizable,  ///< a call that had returned when another one began comes before it
  sequential,    ///< the calls of a thread follow each other, and nothing else counts
  quiescent,     ///< only moments count at which no call was under way
};

/// `linearizable`, `sequentially consistent`, `quiescently consistent`.
[[nodiscard]] std::string_view to_string(consistency kind) noexcept;

/// One call of a history.
struct call_record {
  unsigned thread = 0;
  bool returned = false;
  std::uint64_t before = 0;  ///< bit i: call i had returned when this one began
};

/// Of one history.
inline constexpr std::size_t most_calls = 64;

/// What the calls of a history do, one after the other.  States have numbers; 0 is the first one.
class sequential_machine {
 public:
  sequential_machine() = default;
  sequential_machine(const sequential_machine&) = delete;
  sequential_machine& operator=(const sequential_machine&) = delete;
  virtual ~sequential_machine() = default;

  /// The state after `call`; nothing if the call would not return in `state` what it has returned.
  [[nodiscard]] virtual std::optional<std::uint32_t> step(std::uint32_t state,
                                                          std::size_t call) = 0;
};

struct linearization {
  bool exists = false;
  /// The calls in such an order, or, if there is none, in a longest one of some of them.
  std::vector<std::size_t> order;
};

/// A call that has not returned may come or not.
[[nodiscard]] linearization linearize(std::span<const call_record> calls, sequential_machine& of);

/// The calls with the order that `kind` keeps of theirs.
[[nodiscard]] std::vector<call_record> relaxed_to(consistency kind,
                                                  std::span<const call_record> calls);

/// Whether clocks could have shown this order.  Then a history is linearizable if, of each of
/// several objects, the history of its calls is (Herlihy, Wing: Linearizability: a correctness
/// condition for concurrent objects, TOPLAS 12(3), 1990); of other orders that is not so.
[[nodiscard]] bool is_interval_order(std::span<const call_record> calls);

/// The history as lines with a column for each thread: a call stands above the return of another
/// one unless it began after that.  `begun[i]` and `returned[i]` are what to say of call i.
[[nodiscard]] std::vector<std::string> timeline(std::span<const call_record> calls,
                                                std::span<const std::string> begun,
                                                std::span<const std::string> returned);

}  // namespace heddle
