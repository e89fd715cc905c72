// Clients of a primitive: what each thread calls.  A description `P` of a primitive says what calls
// there are, how they are made, and which operations of the machine they are.  It has
//
//   name         of the primitive
//   calls        their names
//   variants     how many states an object can begin in
//   object       the library's objects, made of a variant
//   local        what a thread remembers of its calls: `makes` says whether it makes a call at all,
//                and `note` that one has returned
//   perform      makes a call; returns its result as a number
//   state        of the machine, made of a variant; with ==
//   options      how many outcomes that can have
//   step         what a call does next there
//
// and if there are operations that are to be ordered with calls of others by happens-before,
//
//   may_conflict, is_unordered, may_look_unordered, is_about_order
//                whether a client has such a call, a history fails to order one or may be taken to,
//                and a complaint says so
//
// and if a call has an outcome that it has only while another thread is within a call,
//
//   needs_company
//                whether an outcome is such
//
// and if a call may look at another object that calls of others change,
//
//   overlooks    whether an outcome is that it does not see another call's change, which therefore
//                may not have happened before
//
// and if some clients are beyond what the primitive is for,
//
//   is_left_out  whether one is
//
// and if a call starts a thread,
//
//   starts_threads
//                which is one for each call at most
//
// and if the library does not notice every misuse,
//
//   may_go_unnoticed
//                whether that is so of a call in a state: then anything may come of it
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace heddle::refinement {

inline constexpr unsigned most_threads = 3;
inline constexpr unsigned most_calls = 4;  ///< of a thread
inline constexpr unsigned most_slots = most_threads * most_calls;

struct client {
  unsigned variant = 0;
  std::vector<std::vector<unsigned>> threads;

  friend bool operator==(const client&, const client&) = default;
};

/// `name, variant n: ` and the calls of each thread.
std::string client_text(std::string_view name, std::span<const std::string_view> calls,
                        const client& of);
template <class P>
std::string text_of(const client& of) {
  return client_text(P::name, P::calls, of);
}

/// What a call does next: one operation of the machine.
template <class State>
struct move {
  bool blocks = false;
  State next{};
  bool over = true;    ///< the call returns `result`
  unsigned place = 0;  ///< where it goes on if not
  std::uint64_t result = 0;
  std::uint32_t acquires = 0, empties = 0, releases = 0;
  const char* misuse = nullptr;
  bool rises = false;  ///< is to be ordered with calls of others by happens-before
};

/// The move that an operation of one machine is, whose clocks begin at `shift`.
template <class State, class Answer, class Put>
move<State> moved(const State& now, const Answer& answer, Put put, unsigned shift = 0) {
  move<State> result{.blocks = answer.blocks, .next = now};
  put(result.next, answer.next);
  result.result = answer.result;
  result.acquires = std::uint32_t{answer.acquires} << shift;
  result.empties = std::uint32_t{answer.empties} << shift;
  result.releases = std::uint32_t{answer.releases} << shift;
  result.misuse = answer.misuse;
  return result;
}

/// The same, of a call that does not return yet.
template <class State>
move<State> goes_on(move<State> made, unsigned place) {
  made.over = false;
  made.place = place;
  return made;
}

/// All clients of a size, one of those that differ in the order of their threads only.
std::vector<client> all_clients(unsigned variants, unsigned calls, unsigned threads,
                                unsigned length);

/// Runs all interleavings of a client over the machine.
template <class P>
class machine_runs {
 public:
  explicit machine_runs(const client& of) : of_(of) {
    configuration start{typename P::state(of.variant), {}};
    start.threads.resize(of.threads.size());
    for (std::size_t t = 0; t < of.threads.size(); ++t) skip(start, t);
    go(start);
  }
  /// Whether a call can be misuse, or can rise beside another thread's calls.
  bool misuse = false;
  /// Whether a call can wait for ever.
  bool stuck = false;

 private:
  struct progress {
    unsigned done = 0, place = 0;
    typename P::local known{};
    friend bool operator==(const progress&, const progress&) = default;
  };
  struct configuration {
    typename P::state state;
    std::vector<progress> threads;
    friend bool operator==(const configuration&, const configuration&) = default;
  };

  // Past the calls that the thread does not make.
  void skip(configuration& of, std::size_t t) const {
    progress& self = of.threads[t];
    const auto& calls = of_.threads[t];
    while (self.done < calls.size() && !P::makes(self.known, calls[self.done])) ++self.done;
  }

  void go(const configuration& now) {
    for (const configuration& each : seen_) {
      if (each == now) return;
    }
    seen_.push_back(now);
    bool over = true, moves = false;
    for (std::size_t t = 0; t < now.threads.size(); ++t) {
      const progress& self = now.threads[t];
      if (self.done == of_.threads[t].size()) continue;
      over = false;
      const unsigned call = of_.threads[t][self.done];
      for (unsigned option = 0; option < P::options(call, self.place); ++option) {
        const auto made = P::step(now.state, call, static_cast<unsigned>(t), self.place, option);
        if (made.blocks) continue;
        moves = true;
        misuse = misuse || made.misuse != nullptr;
        if constexpr (requires { P::may_conflict(of_, t); }) {
          misuse = misuse || (made.rises && P::may_conflict(of_, t));
        }
        if (made.misuse == nullptr) go(after(now, t, call, made));
      }
    }
    stuck = stuck || (!over && !moves);
  }

  configuration after(const configuration& now, std::size_t t, unsigned call,
                      const move<typename P::state>& made) const {
    configuration next = now;
    next.state = made.next;
    progress& self = next.threads[t];
    self.place = made.over ? 0 : made.place;
    if (made.over) {
      P::note(self.known, call, made.result);
      ++self.done;
      skip(next, t);
    }
    return next;
  }

  const client& of_;
  std::vector<configuration> seen_;
};

}  // namespace heddle::refinement
