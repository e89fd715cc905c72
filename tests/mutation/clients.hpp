// Small client programs of the primitives, which say what must come of exploring them.
//
// A unit of clients is compiled once with the shipped text of the primitives, and once for each
// mutant with that mutant's text; so it includes little.
#pragma once

#include <cstdint>
#include <vector>

#include <heddle/scheduler/execution.hpp>
#include <heddle/scheduler/finding.hpp>
#include <heddle/scheduler/strategy.hpp>

namespace heddle::mutation {

/// How some execution of a client ends.
struct failure {
  finding_kind kind;
  const char* text;  ///< with which the finding's text begins; after a `*`, with which it ends
};

/// A program, the space that is explored of it, and what must be there.
struct client {
  const char* name;
  void (*body)();
  std::uint32_t preemptions = unbounded;  ///< explored up to that many; without bound: exhausted
  std::uint32_t processors = 1;           ///< with one, nobody spins
  /// Each is seen in some execution, and nothing else is found in any.
  std::vector<failure> failures = {};
  /// What the executions observe as "outcome", sorted; empty if the client observes nothing.
  std::vector<const char*> outcomes = {};
};

/// The clients of one unit.  Lives for ever, as a namespace-scope constant.
struct client_set {
  explicit client_set(std::vector<client> members);

  std::vector<client> clients;
  const client_set* next;
};

inline void outcome_is(const char* value) { observe("outcome", value); }

}  // namespace heddle::mutation
