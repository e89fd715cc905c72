// Explores clients over the library, and has each execution judged.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <heddle/scheduler/execution.hpp>
#include <heddle/scheduler/moments.hpp>
#include <heddle/scheduler/strategy.hpp>
#include <heddle/scheduler/strategy/sampling.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/tests/refinement/judge.hpp>

namespace heddle::refinement {

/// What one execution has shown so far.  It stands outside the execution, which may end anywhere.
struct log {
  history seen;
  bool joined = false;  ///< no thread is left; what the body finds after that counts for nothing
  std::array<moment, most_slots> begun{}, returned{};

  void restart(unsigned variant) {
    *this = {};
    seen.variant = variant;
  }
};

/// The calls of one thread of an execution.
template <class P>
class caller {
 public:
  caller(log& into, typename P::object& with, time_mark* marks, unsigned thread, unsigned threads)
      : log_(into), object_(with), marks_(marks), thread_(thread), threads_(threads) {}

  void make(const std::vector<unsigned>& calls) {
    for (const unsigned call : calls) {
      if (!P::makes(known_, call)) continue;
      const unsigned slot = begin(call);
      const std::uint64_t result = P::perform(object_, call);
      end(slot, result);
      P::note(known_, call, result);
    }
  }

 private:
  unsigned begin(unsigned call) {
    const location here = location::here();
    const unsigned slot = thread_ * most_calls + made_++;
    slots knew = 0;
    for (unsigned other = 0; other < most_slots; ++other) {
      const call_seen& each = log_.seen.calls[other];
      if (each.returned && happened_before(log_.returned[other])) knew |= bit(other);
    }
    slots before = knew;
    for (unsigned other = 0; marks_ != nullptr && other < threads_; ++other) {
      if (other == thread_) continue;
      const std::uint64_t count = marks_[other].look(here);
      for (unsigned i = 0; i < count; ++i) before |= bit(other * most_calls + i);
    }
    // What came before those came before this, whoever told.
    for (unsigned other = 0; other < most_slots; ++other) {
      if ((before & bit(other)) != 0) before |= log_.seen.calls[other].before;
    }
    call_seen& self = log_.seen.calls[slot];
    self = {.begun = true, .call = call, .before = before, .knew = knew};
    log_.begun[slot] = moment_of_caller();
    return slot;
  }

  void end(unsigned slot, std::uint64_t result) {
    call_seen& self = log_.seen.calls[slot];
    for (unsigned other = 0; other < most_slots; ++other) {
      if (log_.seen.calls[other].begun && happened_before(log_.begun[other])) {
        self.known |= bit(other);
      }
    }
    self.returned = true;
    self.result = result;
    log_.returned[slot] = moment_of_caller();
    if (marks_ != nullptr) marks_[thread_].pass(location::here());
  }

  log& log_;
  typename P::object& object_;
  time_mark* marks_;
  unsigned thread_, threads_, made_ = 0;
  typename P::local known_{};
};

template <class P>
void run_client(const client& of, log& into) {
  into.restart(of.variant);
  typename P::object object(of.variant);
  const auto count = static_cast<unsigned>(of.threads.size());
  std::unique_ptr<time_mark[]> marks;
  if (has_real_time()) marks = std::make_unique<time_mark[]>(count);
  std::vector<thread> threads;
  threads.reserve(count);
  for (unsigned t = 0; t < count; ++t) {
    threads.emplace_back(
        [&, t] { caller<P>(into, object, marks.get(), t, count).make(of.threads[t]); });
  }
  for (thread& each : threads) each.join();
  into.joined = true;
}

/// How a client is explored.
struct search {
  enum class by : std::uint8_t { graphs, interleavings, samples };
  by how = by::graphs;
  graph::memory memory = graph::memory::rc11;
  std::optional<std::uint32_t> preemptions = std::nullopt;  ///< not of samples
  std::uint64_t executions = ~std::uint64_t{0};
  std::chrono::milliseconds budget = std::chrono::hours(1);
  std::uint64_t seed = 1;
  std::uint32_t spurious = 0;  ///< returns of a thread from waits, for no reason
};

struct result {
  bool ended = false;  ///< all that the search is about was visited
  std::uint64_t executions = 0;
  std::size_t histories = 0;
  std::uint64_t waits = 0;  ///< executions in which somebody waits for ever
  std::uint64_t complaints = 0;
  std::string wrong = {};  ///< the first history that the machine does not allow; or empty
};

/// The choices of a search of that many threads.
std::unique_ptr<strategy> choices_of(const search& how, std::size_t threads);
/// A runner for all clients that are explored so.  A thread may time out once.
runner& runner_for(const search& how);
/// Ends it: a process has one at a time, and other tests of the program have theirs.
void drop_runner();

template <class P>
class explorer {
 public:
  explicit explorer(const client& of) : of_(of) {}

  result explore(const search& how) {
    using clock = std::chrono::steady_clock;
    const auto until = clock::now() + how.budget;
    const auto choices = choices_of(how, of_.threads.size() + started());
    const std::function<void()> body = [this] { run_client<P>(of_, log_); };
    result all;
    for (; choices->begin(); ++all.executions) {
      if (all.executions >= how.executions || clock::now() >= until) return all;
      const outcome out = runner_for(how).run(
          body, *choices, {.memory = how.memory, .counted = false, .fingerprint = false});
      if (!choices->applies()) return all;  // Graphs cannot express the client.
      if (look(out, how, all)) continue;
      recording taken;
      choices->again();
      (void)runner_for(how).run(body, *choices, {.record = &taken, .memory = how.memory});
      all.wrong += text_of(taken);
      return all;
    }
    all.ended = choices->exhaustive();
    return all;
  }

 private:
  // Threads that calls start.
  [[nodiscard]] std::size_t started() const {
    if constexpr (requires { P::starts_threads; }) {
      return of_.threads.size() * of_.threads.front().size();
    }
    return 0;
  }

  // False if the machine does not allow what the execution has shown.
  bool look(const outcome& out, const search& how, result& all) {
    if (out.end == ending::dropped || out.end == ending::unreal) return true;
    history& seen = log_.seen;
    if (out.end == ending::found && !log_.joined) {
      const finding& found = runner_for(how).found();
      if (found.kind == finding_kind::misuse) {
        seen.end = shown::misuse;
        seen.complaint = found.text;
        ++all.complaints;
      } else if (found.kind == finding_kind::deadlock) {
        ++all.waits;
      } else {
        all.wrong = text_of<P>(of_) + ": " + found.text + text_of<P>(seen);
        return false;
      }
    }
    if (!known_.insert(seen.key()).second) return true;
    ++all.histories;
    if (judge<P>(seen).allows()) return true;
    all.wrong = text_of<P>(of_) + ": the machine does not allow" + text_of<P>(seen);
    return false;
  }

  const client& of_;
  log log_;
  std::set<std::string> known_;  ///< what is allowed
};

}  // namespace heddle::refinement
