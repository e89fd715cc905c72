// Which thread adds the next event.
//
// The choice is free: whoever goes first, the graphs are the same.  But it decides how many runs
// end with a thread that waits although another graph has it awake, and three rules keep them few.
// Delay: what would write a location at which a thread waits comes last, when nobody else can go on
// and everybody who has to wait does so in the graph.  Prune: once a write was added while all
// other threads waited or had ended, everything later follows it; a thread that waits for an older
// value of its location then never gets another one, and the run, or the revisit, is dropped; so
// is a run with a spin that saw an old value.  Hand-off: where such a write makes a waiting thread
// go on, and all that its revisit drops are other waits, the run goes on with the graph of the
// revisit instead of a new run.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include <heddle/scheduler/graph/trust.hpp>

namespace heddle::graph {

/// The operation that a thread has announced.
struct pending {
  unsigned thread;
  const operation* what;
};

struct next {
  enum class what : std::uint8_t {
    add,    ///< the thread's operation can proceed
    block,  ///< nobody's can: this one is added all the same, and its thread waits in the graph
    end,    ///< nothing is left to be added
  };
  what does = what::end;
  unsigned thread = 0;
  bool alone = false;  ///< all other threads wait in the graph, or have ended
};

struct addition {
  enum class what : std::uint8_t {
    goes_on,     ///< an `add` with an event that is not blocked, or a `block` with one that is
    cut,         ///< the run is over, and its graph is gone: no execution ends with it
    handed_off,  ///< the graph was replaced: see `woken`, `released` and `restarted`
  };
  what became = what::goes_on;
  event_id added = initial;  ///< its number in the graph as it is now
};

class extension {
 public:
  /// The thread that goes next: `preferred` if its operation can be added, else the first of `all`
  /// of which this holds; but a spin at once.  `all` is whatever is announced and not in the graph.
  /// Misuse: a join of a thread that has not ended, and a thread whose last event is blocked, are
  /// to be left out; the graph must know the locations.
  [[nodiscard]] next choose(explorer& of, std::span<const pending> all, unsigned preferred);

  /// Adds `op` of the thread that was chosen.
  addition add(explorer& of, const next& chosen, const operation& op);

  /// After a hand-off: the threads whose blocked event has got a value, with which they go on.
  [[nodiscard]] std::span<const unsigned> woken() const noexcept { return woken_; }
  /// After a hand-off: the threads whose blocked event has left the graph.  Their operations are
  /// pending again, as they were.
  [[nodiscard]] std::span<const unsigned> released() const noexcept { return released_; }
  /// After a hand-off: the threads whose spin has left the graph, with some reads of its iteration
  /// or none.  They do the iteration again, from the event at `position`: first what of it the
  /// graph still has.
  struct restart {
    unsigned thread, position;
  };
  [[nodiscard]] std::span<const restart> restarted() const noexcept { return restarted_; }

 private:
  void compare(const graph& now);

  /// The event with which a thread waited.
  struct wait {
    bool is = false, spins = false;
    std::uint16_t position = 0, reads = 0;
  };
  std::array<wait, max_threads> waiting_;
  std::vector<unsigned> woken_, released_;
  std::vector<restart> restarted_;
};

}  // namespace heddle::graph
