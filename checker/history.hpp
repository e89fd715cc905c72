// Histories of calls, and checks that a concurrent object does what a sequential machine says.
//
//   struct counter {                                  // the machine
//     using state = int;
//     using operation = int;                          // what to add
//     using result = int;                             // what there was
//     static result apply(state& now, const operation& what) { ... }
//     template <class Object>
//     static result perform(Object& object, const operation& what) { return object.add(what); }
//     static std::string text(const operation& what) { return "add(...)"; }
//   };
//
//   heddle::check("counter", heddle::linearizable<counter>([] { return my_counter(); },
//                                                          {.threads = {{1, 2}, {3}}}));
//
// docs/linearizability.md says more.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <heddle/checker/call_log.hpp>
#include <heddle/checker/linearizability.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/immovable.hpp>
#include <heddle/sync/location.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle {

namespace detail {

inline std::string value_text(const std::string& value) { return value; }
inline std::string value_text(std::monostate) { return ""; }
inline std::string value_text(bool value) { return value ? "true" : "false"; }
template <class T>
requires std::is_arithmetic_v<T> std::string value_text(T value) { return std::to_string(value); }
template <class T>
std::string value_text(const std::optional<T>& value) {
  return value ? value_text(*value) : "nothing";
}

/// What has been found out about histories, for all executions of a check.
template <class Spec>
class known_histories {
 public:
  struct call {
    typename Spec::operation what;
    std::optional<typename Spec::result> gave;
    friend bool operator==(const call&, const call&) = default;
  };

  /// Null if the history is right.
  const rejection* judge(std::span<const call_record> records, const std::vector<call>& calls,
                         consistency kind) {
    std::vector<std::uint64_t> key{static_cast<std::uint64_t>(kind)};
    std::vector<std::size_t> numbers;
    for (std::size_t i = 0; i < calls.size(); ++i) {
      numbers.push_back(number_of(calls[i]));
      key.push_back(std::uint64_t{numbers.back()} << 8 | records[i].thread);
      key.push_back(records[i].before);
    }
    const auto [known, is_new] = verdicts_.try_emplace(std::move(key));
    if (is_new) known->second = decide(records, calls, numbers, kind);
    return known->second.get();
  }

  [[nodiscard]] std::size_t size() const noexcept { return verdicts_.size(); }

 private:
  // Calls, as numbers, on states, as numbers.
  class machine : public sequential_machine {
   public:
    machine(known_histories& of, std::vector<std::size_t> numbers)
        : of_(of), numbers_(std::move(numbers)) {}
    std::optional<std::uint32_t> step(std::uint32_t state, std::size_t call) override {
      return of_.step(state, numbers_[call]);
    }

   private:
    known_histories& of_;
    std::vector<std::size_t> numbers_;
  };

  std::size_t number_of(const call& which) {
    for (std::size_t i = 0; i < calls_.size(); ++i) {
      if (calls_[i] == which) return i;
    }
    calls_.push_back(which);
    return calls_.size() - 1;
  }

  std::optional<std::uint32_t> step(std::uint32_t state, std::size_t number) {
    const auto [known, is_new] = steps_.try_emplace({state, number});
    if (!is_new) return known->second;
    typename Spec::state next = states_[state];
    const call& what = calls_[number];
    bool fits = true;
    if constexpr (requires { Spec::allows(next, what.what, *what.gave); }) {
      if (what.gave) fits = Spec::allows(std::as_const(next), what.what, *what.gave);
      if (fits) (void)Spec::apply(next, what.what, what.gave);
    } else {
      const typename Spec::result gives = Spec::apply(next, what.what);
      fits = !what.gave || gives == *what.gave;
    }
    if (fits) known->second = state_number(std::move(next));
    return known->second;
  }

  std::uint32_t state_number(typename Spec::state&& state) {
    for (std::size_t i = 0; i < states_.size(); ++i) {
      if (states_[i] == state) return static_cast<std::uint32_t>(i);
    }
    states_.push_back(std::move(state));
    return static_cast<std::uint32_t>(states_.size() - 1);
  }

  // The calls of each part alone, if the order is one for which that is enough.
  static std::vector<std::vector<std::size_t>> parts(const std::vector<call>& calls, bool local) {
    std::vector<std::vector<std::size_t>> result;
    if constexpr (requires { Spec::partition(calls.front().what); }) {
      if (local) {
        std::map<decltype(Spec::partition(calls.front().what)), std::vector<std::size_t>> by_key;
        for (std::size_t i = 0; i < calls.size(); ++i) {
          by_key[Spec::partition(calls[i].what)].push_back(i);
        }
        for (auto& [key, part] : by_key) result.push_back(std::move(part));
        return result;
      }
    }
    result.emplace_back();
    for (std::size_t i = 0; i < calls.size(); ++i) result.back().push_back(i);
    return result;
  }

  std::unique_ptr<rejection> decide(std::span<const call_record> records,
                                    const std::vector<call>& calls,
                                    const std::vector<std::size_t>& numbers, consistency kind) {
    const std::vector<call_record> kept = relaxed_to(kind, records);
    const bool local = kind == consistency::linearizable && is_interval_order(kept);
    for (const std::vector<std::size_t>& part : parts(calls, local)) {
      const std::vector<call_record> own = restricted_to(part, kept);
      std::vector<std::size_t> own_numbers;
      for (const std::size_t i : part) own_numbers.push_back(numbers[i]);
      machine steps(*this, own_numbers);
      linearization found = linearize(own, steps);
      if (found.exists) continue;
      for (std::size_t& i : found.order) i = part[i];
      return std::make_unique<rejection>(rejected(records, calls, part, found.order, kind));
    }
    return nullptr;
  }

  static std::vector<call_record> restricted_to(const std::vector<std::size_t>& part,
                                                const std::vector<call_record>& all) {
    std::vector<call_record> own;
    for (const std::size_t i : part) {
      own.push_back(all[i]);
      own.back().before = 0;
      for (std::size_t j = 0; j < part.size(); ++j) {
        if ((all[i].before >> part[j] & 1U) != 0) own.back().before |= std::uint64_t{1} << j;
      }
    }
    return own;
  }

  static rejection rejected(std::span<const call_record> records, const std::vector<call>& calls,
                            const std::vector<std::size_t>& part,
                            const std::vector<std::size_t>& order, consistency kind) {
    std::vector<std::string> begun, returned;
    for (const call& each : calls) {
      begun.push_back(Spec::text(each.what));
      returned.push_back(each.gave ? returned_text(each.what, *each.gave) : begun.back());
    }
    return make_rejection(kind, records, part, order, begun, returned);
  }

 public:
  static std::string returned_text(const typename Spec::operation& what,
                                   const typename Spec::result& gave) {
    const std::string value = value_text(gave);
    return Spec::text(what) + (value.empty() ? " done" : " = " + value);
  }

 private:
  std::vector<call> calls_;
  std::vector<typename Spec::state> states_ = std::vector<typename Spec::state>(1);
  std::map<std::pair<std::uint32_t, std::size_t>, std::optional<std::uint32_t>> steps_;
  std::map<std::vector<std::uint64_t>, std::unique_ptr<rejection>> verdicts_;
};

}  // namespace detail

/// The calls of one execution, made and checked in its body.
template <class Spec>
class history : immovable {
 public:
  using operation = typename Spec::operation;
  using result = typename Spec::result;

  /// For calls of threads 1 to `threads`, and of thread 0 before and after those.
  explicit history(unsigned threads, consistency kind = consistency::linearizable)
      : kind_(kind),
        log_(threads, kind != consistency::sequential),
        calls_(std::make_unique<std::array<slot, most_calls>>()) {}

  /// Makes the call `action()`, as `what`, in the thread of that number.  Returns what it returns.
  /// Misuse: more than 64 calls.
  template <class F>
  result call(unsigned number, const operation& what, F&& action,
              location caller = location::here()) {
    const std::size_t index = log_.begin(number, begun(what), caller);
    slot& mine = (*calls_)[index];
    mine.what.emplace(what);
    result gives = std::forward<F>(action)();
    mine.gave.emplace(gives);
    log_.end(index,
             {&mine,
              [](const void* of) {
                const auto& done = *static_cast<const slot*>(of);
                return known::returned_text(*done.what, *done.gave);
              }},
             caller);
    return gives;
  }

  /// `assertion` unless the machine allows the calls so far.  `memory` keeps what was found out.
  void expect(detail::known_histories<Spec>& memory, location caller = location::here()) const {
    struct question {
      const history* of;
      detail::known_histories<Spec>* memory;
      location caller;
    } what{this, &memory, caller};
    // One pointer, so that the function takes nothing from the heap of the execution.
    outside([ask = &what] {
      const detail::rejection* const wrong = ask->of->judged(*ask->memory);
      if (wrong != nullptr) fail_assertion(wrong->text, ask->caller, wrong->details);
    });
  }
  void expect(location caller = location::here()) const { expect(known_to_all_, caller); }

 private:
  using known = detail::known_histories<Spec>;
  struct slot {
    std::optional<operation> what;
    std::optional<result> gave;
  };

  static detail::text_maker begun(const operation& what) {
    return {&what, [](const void* of) { return Spec::text(*static_cast<const operation*>(of)); }};
  }

  // By thread, so that equal histories look the same whatever the order in which they were run.
  const detail::rejection* judged(known& memory) const {
    const std::span<const call_record> records = log_.calls();
    std::vector<std::size_t> order(records.size());
    std::vector<std::size_t> place(records.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(), [&](std::size_t left, std::size_t right) {
      return records[left].thread < records[right].thread;
    });
    for (std::size_t i = 0; i < order.size(); ++i) place[order[i]] = i;
    std::vector<call_record> sorted;
    std::vector<typename known::call> calls;
    for (const std::size_t i : order) {
      sorted.push_back({records[i].thread, records[i].returned, 0});
      for (std::size_t j = 0; j < records.size(); ++j) {
        if ((records[i].before >> j & 1U) != 0) {
          sorted.back().before |= std::uint64_t{1} << place[j];
        }
      }
      calls.push_back({*(*calls_)[i].what, (*calls_)[i].gave});
    }
    return memory.judge(sorted, calls, kind_);
  }

  inline static known known_to_all_;
  consistency kind_;
  detail::call_log log_;
  std::unique_ptr<std::array<slot, most_calls>> calls_;
};

/// Calls to make: some before, then some in each of several threads, then some afterwards.
template <class Spec>
struct scenario {
  using operation = typename Spec::operation;

  std::vector<operation> before = {};
  std::vector<std::vector<operation>> threads = {};
  std::vector<operation> after = {};
  consistency kind = consistency::linearizable;

  friend std::ostream& operator<<(std::ostream& out, const scenario& of) {
    const auto line = [&](const std::string& name, const std::vector<operation>& calls) {
      if (calls.empty()) return;
      out << name << ':';
      for (const operation& each : calls) out << ' ' << Spec::text(each);
      out << '\n';
    };
    line("before", of.before);
    for (std::size_t t = 0; t < of.threads.size(); ++t) {
      line("thread " + std::to_string(t + 1), of.threads[t]);
    }
    line("after", of.after);
    return out;
  }
};

namespace detail {

template <class Spec, class Make>
void run_scenario(const Make& make_object, const scenario<Spec>& what,
                  known_histories<Spec>& memory, location caller) {
  auto object = make_object();
  history<Spec> calls(static_cast<unsigned>(what.threads.size()), what.kind);
  const auto perform = [&](unsigned number, const std::vector<typename Spec::operation>& all) {
    for (const typename Spec::operation& each : all) {
      (void)calls.call(
          number, each, [&] { return Spec::perform(object, each); }, caller);
    }
  };
  perform(0, what.before);
  std::vector<thread> threads;
  threads.reserve(what.threads.size());
  for (unsigned t = 0; t < what.threads.size(); ++t) {
    threads.emplace_back([&perform, &what, t] { perform(t + 1, what.threads[t]); }, caller);
  }
  for (thread& each : threads) each.join(caller);
  perform(0, what.after);
  calls.expect(memory, caller);
}

}  // namespace detail

/// A body that makes the calls of `what` on an object from `make_object()`: an execution whose
/// history is not one of `Spec` is an `assertion`.
///
/// `Spec` has the types `state` (its default is the first one), `operation` and `result`, all of
/// them copyable and with `==`, and static functions: `apply(state&, const operation&)`, which
/// returns the result; `perform(object, const operation&)`, which makes the call and returns its
/// result; `text(const operation&)`.  It may have `partition(const operation&)`, a key of the part
/// of the state that an operation is about.  If a call may return this or that, it has
/// `allows(const state&, const operation&, const result&)` besides, and its
/// `apply(state&, const operation&, const std::optional<result>&)` is told what was returned.
template <class Spec, class Make>
[[nodiscard]] std::function<void()> linearizable(Make make_object, scenario<Spec> what,
                                                 location caller = location::here()) {
  auto memory = std::make_shared<detail::known_histories<Spec>>();
  return [make_object = std::move(make_object), what = std::move(what), memory = std::move(memory),
          caller] { detail::run_scenario<Spec>(make_object, what, *memory, caller); };
}

}  // namespace heddle
