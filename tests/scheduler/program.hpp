// Random small programs over a few objects, for RapidCheck.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include <heddle/tests/scheduler/explored.hpp>

#include <rapidcheck.h>

namespace heddle {

enum class instruction : std::uint8_t {
  load,
  store,
  add,
  strong_cas,
  weak_cas,
  wait,
  timed_wait,
  wake_one,
  wake_all,
  lock_and_count,
  publish,  ///< allocates a node and exchanges it for the one that `head` pointed to
  look,     ///< follows `head`
  choose,
  expired,
  sleep,
  yield,
  last = yield,
};

struct program_step {
  instruction what;
  std::uint8_t subject, value;
};
using program_thread = std::vector<program_step>;
using program = std::vector<program_thread>;

inline std::ostream& operator<<(std::ostream& out, const program_step& step) {
  static constexpr std::array names{"load",   "store",    "add",   "cas",  "weak",    "wait",
                                    "timed",  "wake_one", "wake",  "lock", "publish", "look",
                                    "choose", "expired",  "sleep", "yield"};
  return out << names.at(static_cast<std::size_t>(step.what)) << "(" << int(step.subject) << ","
             << int(step.value) << ")";
}

struct node {
  atomic<int> content{0};
  node* next = nullptr;
};

/// The objects of a program, and what its instructions do to them.
class program_state {
 public:
  void perform(const program_step& step) {
    using namespace std::chrono_literals;
    atomic<std::uint32_t>& word = words_.at(step.subject);
    const time_point soon = time_point{} + step.value * 10ns;
    std::uint32_t expected = step.value;
    switch (step.what) {
      case instruction::load:
        seen_ = word.load();
        return;
      case instruction::store:
        return word.store(step.value);
      case instruction::add:
        seen_ = word.fetch_add(1);
        return;
      case instruction::strong_cas:
        (void)word.compare_exchange_strong(expected, step.value + 1U);
        return;
      case instruction::weak_cas:
        (void)word.compare_exchange_weak(expected, step.value + 1U);
        return;
      case instruction::wait:
        (void)platform::futex_wait(futexes_.at(step.subject), 0, never, location::here());
        return;
      case instruction::timed_wait:
        (void)platform::futex_wait(futexes_.at(step.subject), 0, soon, location::here());
        return;
      case instruction::wake_one:
        futexes_.at(step.subject).store(1, std::memory_order_release, location::here());
        return wake(step.subject, 1);
      case instruction::wake_all:
        return wake(step.subject, 8);
      case instruction::lock_and_count: {
        locks_.at(step.subject).lock();
        ++counts_.at(step.subject);
        return locks_.at(step.subject).unlock();
      }
      case instruction::publish:
        return publish(step.value);
      case instruction::look:
        if (node* const first = head_.load()) seen_ = static_cast<unsigned>(first->content.load());
        return;
      case instruction::choose:
        seen_ = choose(step.value + 1U);
        return;
      case instruction::expired:
        seen_ = expired(soon) ? 1U : 0U;
        return;
      case instruction::sleep:
        return sleep_until(soon);
      case instruction::yield:
        return yield();
    }
  }

  ~program_state() {
    node* first = head_.load();
    while (first != nullptr) {
      node* const next = first->next;
      delete first;
      first = next;
    }
  }

 private:
  void wake(unsigned subject, unsigned number) {
    platform::futex_wake(platform::key_of(futexes_.at(subject)), number, location::here());
  }

  void publish(int value) {
    node* const made = new node;
    made->content.store(value);
    made->next = head_.load();
    while (!head_.compare_exchange_strong(made->next, made)) {
    }
  }

  std::array<atomic<std::uint32_t>, 2> words_;
  std::array<platform::cell<std::uint32_t>, 2> futexes_{platform::cell<std::uint32_t>(0),
                                                        platform::cell<std::uint32_t>(0)};
  std::array<mutex, 2> locks_;
  std::array<shared<int>, 2> counts_{0, 0};
  atomic<node*> head_{nullptr};
  std::uint64_t seen_ = 0;
};

/// The body that runs the threads of `what` at once.
inline test_body body_of(const program& what) {
  return [what] {
    program_state state;
    crowd(static_cast<unsigned>(what.size()), [&](unsigned me) {
      for (const program_step& step : what.at(me)) state.perform(step);
    });
  };
}

/// Programs of two to four threads with at most five instructions up to `last` each.
inline rc::Gen<program> programs(instruction last = instruction::last) {
  const auto step = rc::gen::construct<program_step>(
      rc::gen::map(rc::gen::inRange(0, static_cast<int>(last) + 1),
                   [](int number) { return static_cast<instruction>(number); }),
      rc::gen::map(rc::gen::inRange(0, 2), [](int n) { return static_cast<std::uint8_t>(n); }),
      rc::gen::map(rc::gen::inRange(0, 3), [](int n) { return static_cast<std::uint8_t>(n); }));
  const auto flow = rc::gen::mapcat(rc::gen::inRange<std::size_t>(1, 6), [step](std::size_t n) {
    return rc::gen::container<program_thread>(n, step);
  });
  const auto all = rc::gen::mapcat(rc::gen::inRange<std::size_t>(2, 5), [flow](std::size_t n) {
    return rc::gen::container<program>(n, flow);
  });
  // RapidCheck draws small numbers first; none of these is large.
  return rc::gen::resize(rc::kNominalSize, all);
}

}  // namespace heddle
