// Histories of calls of structures, against what the calls mean.
#include <heddle/models/structures/calls.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include <heddle/checker/history.hpp>
#include <heddle/models/structures/chase_lev_deque.hpp>
#include <heddle/models/structures/mpmc_ring.hpp>
#include <heddle/models/structures/queue.hpp>
#include <heddle/models/structures/spsc_ring.hpp>
#include <heddle/models/structures/treiber_stack.hpp>

namespace heddle::structures {

namespace {

using taken = std::optional<int>;

class stack_object {
 public:
  taken put(int item) {
    stack_.push(static_cast<std::uint32_t>(item));
    return item;
  }
  taken take() {
    const std::uint32_t node = stack_.pop();
    return node == stack_.none ? taken() : taken(static_cast<int>(node));
  }

 private:
  treiber_stack<4> stack_;
};

class queue_object {
 public:
  explicit queue_object(queue_variant how) : queue_(how) {}
  taken put(int item) {
    queue_.push(static_cast<std::uint32_t>(item), item);
    return item;
  }
  taken take() {
    int item = 0;
    return queue_.pop(item) ? taken(item) : taken();
  }

 private:
  michael_scott_queue<4> queue_;
};

template <class Ring>
class ring_object {
 public:
  taken put(int item) { return ring_.try_push(item) ? taken(item) : taken(); }
  taken take() {
    int item = 0;
    return ring_.try_pop(item) ? taken(item) : taken();
  }

 private:
  Ring ring_;
};

class deque_object {
 public:
  explicit deque_object(chase_lev_variant how) : deque_(how) {}
  taken put(int item) {
    deque_.push(item);
    return item;
  }
  taken take() { return deque_.take(); }
  taken steal() { return deque_.steal(); }

 private:
  chase_lev_deque<4> deque_;
};

constexpr int steal = deque_calls::steal;

std::function<void()> stack() {
  return linearizable<stack_calls>([] { return stack_object(); },
                                   {.threads = {{1, 0}, {2, 0}}, .after = {0}});
}

std::function<void()> queue(queue_variant how) {
  return linearizable<queue_calls<>>([how] { return queue_object(how); },
                                     {.threads = {{1, 0}, {2, 0}}, .after = {0, 0}});
}

template <class Calls>
std::function<void()> spsc() {
  return linearizable<Calls>([] { return ring_object<spsc_ring<2>>(); },
                             {.threads = {{1, 2, 3}, {0, 0}}, .after = {0, 0}});
}

template <class Calls>
std::function<void()> mpmc() {
  return linearizable<Calls>([] { return ring_object<mpmc_ring<2>>(); },
                             {.threads = {{1}, {2, 0}}, .after = {0, 0}});
}

std::function<void()> deque(chase_lev_variant how) {
  return linearizable<deque_calls>(
      [how] { return deque_object(how); },
      {.before = {1}, .threads = {{2, 0, 0}, {steal, steal}}, .after = {0}});
}

// Under rc11 by what happens before; under sc in real time.
class both_memories {
 public:
  both_memories(const std::string& name, const std::function<void()>& body,
                const std::string& summary) {
    correct_model({.name = name, .body = body, .summary = summary});
    correct_model({.name = name + "_in_time",
                   .body = body,
                   .summary = "the same under sc, in real time",
                   .settings = {.memory = "sc"}});
  }
};

const both_memories stack_model("structures/treiber_stack_calls", stack(),
                                "pushes and pops are those of a stack");
const both_memories queue_model("structures/queue_calls", queue({}),
                                "pushes and pops are those of a queue");
const correct_model spsc_model{{
    .name = "structures/spsc_ring_calls",
    .body = spsc<faltering_queue_calls<2>>(),
    .summary = "a queue with room for two, which calls may find empty or full when it is not",
}};
const correct_model spsc_in_time{{
    .name = "structures/spsc_ring_calls_in_time",
    .body = spsc<queue_calls<2>>(),
    .summary = "under sc, in real time, they find what there is",
    .settings = {.memory = "sc"},
}};
const both_memories mpmc_model("structures/mpmc_ring_calls", mpmc<faltering_queue_calls<2>>(),
                               "a queue that calls may find empty or full when it is not");
const both_memories deque_model("structures/chase_lev_deque_calls", deque({}),
                                "takes, and steals that may give up, are those of a deque");

const broken_model mpmc_strict("structures/mpmc_ring_calls_strict", finding_kind::assertion,
                               mpmc<queue_calls<2>>(),
                               "a pop finds the ring empty, behind a push that is under way");

const broken_model spsc_strict("structures/spsc_ring_calls_strict", finding_kind::assertion,
                               spsc<queue_calls<2>>(),
                               "under rc11 one finds the ring full while the other finds it empty");

const broken_model queue_blind("structures/queue_calls_takes_blindly", finding_kind::assertion,
                               queue({.takes_blindly = true}),
                               "one item is taken twice: mutation 77");

const broken_model deque_unfenced("structures/chase_lev_deque_calls_take_unfenced",
                                  finding_kind::assertion, deque({.take = fence_place::nowhere}),
                                  "one item is taken and stolen: mutation 82");

}  // namespace

}  // namespace heddle::structures
