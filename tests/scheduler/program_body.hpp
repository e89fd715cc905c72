// Runs the programs of tests/graph as bodies: a thread of heddle for each of theirs, their accesses
// through `control`.  What the engine shows of them is compared with the driver of tests/graph.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <heddle/scheduler/execution.hpp>
#include <heddle/tests/graph/driver.hpp>
#include <heddle/tests/graph/program.hpp>

namespace heddle::litmus {

/// Which locations are objects of machines, since something waits there or has several outcomes.
[[nodiscard]] std::vector<bool> machine_locations(const program& p);

/// The program with every access of a machine's object as an operation of the machine, which
/// acquires and releases the object's one clock; a store there is an exchange.
[[nodiscard]] program as_machines(const program& p);

/// Whether bodies can do all that the program does: spin loops of theirs are other ones.
[[nodiscard]] bool is_expressible(const program& p);

/// A program, made by `as_machines`, that can be run as a body; one at a time of each.
class program_body {
 public:
  /// With a `seed`, its threads also read and write a plain variable, here and there.
  explicit program_body(const program& p, std::uint64_t seed = 0);

  /// To be run under control.  Keeps a reference to this.
  [[nodiscard]] std::function<void()> body();

  /// Of the latest execution, as in `r=1 | x=1 y=2`; of one that did not end, how far each thread
  /// came, and no values of locations.
  [[nodiscard]] std::string outcome() const;

 private:
  struct run;
  struct thread_argument {
    run* in;
    std::size_t thread;
  };

  void run_all();
  static void run_thread(void* argument);
  static void perform(run& in, std::size_t thread, const instruction& of);
  static void access_plain(run& in, std::size_t thread);
  static void perform_machine(run& in, std::size_t thread, const instruction& of);

  program p_;
  std::vector<bool> machine_;
  std::vector<int> spawner_;
  std::uint64_t seed_;
  // Written by executions, so not made in one.
  std::vector<thread_state> threads_;
  std::vector<std::uint64_t> final_;
  bool ended_ = false;
};

/// The same text of an execution that the driver shows.
[[nodiscard]] std::string outcome_of(const program& p, const ending& end);

/// How often each outcome was seen; those that did not end begin with `waits`.
using outcome_counts = std::map<std::string, std::uint64_t>;

struct shown {
  std::uint64_t complete = 0, waiting = 0;  ///< executions
  std::uint64_t dropped = 0;
  outcome_counts outcomes;
  std::set<std::uint64_t> fingerprints;
  std::string wrong;  ///< what was found that should not be
};

/// Everything that make_optimal(model) visits, `lean` if it can be.  With `replayed`, each of the
/// executions is also recorded and replayed, and both compared with it.
[[nodiscard]] shown show_by_engine(program_body& of, graph::memory model, bool replayed,
                                   bool lean = false);
/// How each of these executions ends, with the kind of what is found.
[[nodiscard]] std::vector<std::string> ends_by_engine(program_body& of, graph::memory model,
                                                      bool lean);
[[nodiscard]] shown show_by_driver(const program& p, graph::memory model);

/// Differences between what engine and driver show of `p`; empty if there are none.
[[nodiscard]] std::string differences(const program& p, graph::memory model, bool replayed);

/// `count` executions of make_sampler(sampler).  `wrong` tells of outcomes and graphs that are not in
/// `all`, and of recordings of one in `replay_each` that do not replay.
[[nodiscard]] shown walk(program_body& of, graph::memory model, std::uint64_t count,
                         const shown& all, std::uint64_t replay_each,
                         std::string_view sampler = "random_walk");

}  // namespace heddle::litmus
