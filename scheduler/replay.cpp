// Following a schedule, and naming things in one.
#include <algorithm>
#include <bit>
#include <string>

#include <heddle/scheduler/engine.hpp>

namespace heddle {

// Threads enter a schedule in the order of their first step, parents before children.
std::uint32_t engine::schedule_name(std::uint32_t thread) {
  recording& record = *request_.record;
  schedule& taken = record.taken;
  const thread_state& t = threads_[thread];
  const std::uint32_t parent = thread == 0 ? 0 : schedule_name(t.parent);
  const schedule::thread_name name{parent, t.ordinal};
  const auto known = std::find(taken.threads.begin(), taken.threads.end(), name);
  if (known != taken.threads.end()) {
    return static_cast<std::uint32_t>(known - taken.threads.begin());
  }
  taken.threads.push_back(name);
  record.threads.push_back(thread_path(thread));
  return static_cast<std::uint32_t>(taken.threads.size() - 1);
}

std::uint32_t engine::replayed_thread() {
  const schedule& follow = *request_.replay;
  if (result.steps >= follow.steps.size()) {
    const thread_set can = enabled() | timed_;
    const bool same = can == 0 || (can >> current_ & 1) != 0;
    const auto next = same ? current_ : static_cast<std::uint32_t>(std::countr_zero(can));
    differs("it goes on after the " + std::to_string(follow.steps.size()) +
            " steps of the schedule, with " + pending_text(next));
  }
  // Walk up to the root, then down again among this execution's threads.
  std::vector<std::uint32_t> ordinals;
  for (std::uint32_t name = follow.steps[result.steps].thread;
       name != 0 && name < follow.threads.size() && ordinals.size() < max_threads;
       name = follow.threads[name].parent) {
    ordinals.push_back(follow.threads[name].ordinal);
  }
  std::uint32_t thread = 0;
  for (auto ordinal = ordinals.rbegin(); ordinal != ordinals.rend(); ++ordinal) {
    std::uint32_t child = 1;
    while (child < count_ &&
           (threads_[child].parent != thread || threads_[child].ordinal != *ordinal)) {
      ++child;
    }
    if (child == count_) {
      const std::string parent = thread == 0 ? "" : thread_path(thread) + ".";
      differs("step " + std::to_string(result.steps + 1) + " belongs to thread " + parent +
              std::to_string(*ordinal) + ", which does not exist");
    }
    thread = child;
  }
  // Who has yielded or spins could go on, too: that it should not is the search's affair, and in
  // another linear order of the same steps it may have to.
  if (((ready_ | timed_) & (thread_set{1} << thread)) == 0) {
    const std::string step = "at step " + std::to_string(result.steps + 1) + " ";
    if (threads_[thread].finished) {
      differs(step + thread_text(thread) + " has finished after " +
              std::to_string(threads_[thread].steps) + " operations");
    }
    differs(step + thread_text(thread) + " cannot go on: it is at " +
            operation_text(threads_[thread].pending));
  }
  return thread;
}

// A thread that has made no step yet runs within the step of its parent that spawned it.
std::uint32_t engine::answering() const noexcept {
  const thread_state& me = threads_[current_];
  return me.steps == 0 && current_ != 0 ? me.parent : current_;
}

unsigned engine::asker() const noexcept { return answering(); }

std::uint16_t engine::pending_check(unsigned thread) const noexcept {
  return check_of(threads_[thread].pending);
}

std::uint32_t engine::replayed_choice(choice_kind kind, std::uint32_t count) {
  const schedule& follow = *request_.replay;
  thread_state& in = threads_[answering()];
  const auto& answers = in.steps == 0 ? follow.prologue : follow.steps.at(in.last_step).choices;
  if (in.next_choice >= answers.size() || answers[in.next_choice].kind != kind ||
      answers[in.next_choice].count != count || answers[in.next_choice].option >= count) {
    differs("after step " + std::to_string(result.steps) + " (" + operation_text(in.pending) +
            " by " + thread_text(current_) + ", its operation " + std::to_string(in.steps) +
            ") it makes another choice than when recorded");
  }
  return answers[in.next_choice++].option;
}

// `load "x" a.cpp:12 by thread 1, its operation 3`, of one that is to come.
std::string engine::pending_text(std::uint32_t thread) const {
  const thread_state& of = threads_[thread];
  return operation_text(of.pending) + " by " + thread_text(thread) + ", its operation " +
         std::to_string(of.steps + 1);
}

void engine::differs(const std::string& how) {
  fail({finding_kind::nondeterminism,
        "the body is not deterministic, or not the recorded one: " + how,
        {},
        {}});
}

}  // namespace heddle
