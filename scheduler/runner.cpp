// The public face of the engine, and the functions that bodies call.
#include <cstdio>
#include <cstdlib>
#include <ios>
#include <locale>
#include <sstream>
#include <utility>

#include <heddle/scheduler/current.hpp>
#include <heddle/scheduler/engine.hpp>
#include <heddle/scheduler/image.hpp>
#include <heddle/scheduler/overflow.hpp>

namespace heddle {

namespace {

// Caches that the first use of streams and locales fills must not lie in the heap of an execution.
void touch_caches() {
  std::ostringstream out;
  out << 1 << 1.5 << true << static_cast<const void*>(&out);
  std::istringstream in("1 2.5");
  int whole = 0;
  double part = 0;
  in >> whole >> part;
  static_cast<void>(image::place_of(nullptr));
}

// A body that ends the process would take the verdict with it, and with code 0 look like a pass.
void complain_of_exit() {
  if (!controlled_flow) return;
  std::fputs("heddle: exit() inside the body of a check; a body has to return\n", stderr);
  std::fflush(nullptr);
  std::_Exit(2);
}

void watch_for_exit() {
  static const bool watched =
      std::atexit(complain_of_exit) == 0 && std::at_quick_exit(complain_of_exit) == 0;
  static_cast<void>(watched);
}

/// While it lives, the caller is not under control.
class uncontrolled {
 public:
  uncontrolled() noexcept : was_(std::exchange(controlled_flow, false)) {}
  ~uncontrolled() { controlled_flow = was_; }
  uncontrolled(const uncontrolled&) = delete;
  uncontrolled& operator=(const uncontrolled&) = delete;

 private:
  bool was_;
};

}  // namespace

class runner::state {
 public:
  explicit state(const execution_limits& limits) : inner(limits) {}
  engine inner;
  overflow_guard faults;
};

runner::runner(const execution_limits& limits) : state_(std::make_unique<state>(limits)) {
  touch_caches();
  watch_for_exit();
}
runner::~runner() = default;

outcome runner::run(const std::function<void()>& body, strategy& choices,
                    const run_request& request) {
  return state_->inner.run(body, choices, request);
}

outcome runner::replay(const std::function<void()>& body, const schedule& choices,
                       recording& record, graph::memory memory, std::uint32_t break_at) {
  run_request request;
  request.memory = memory;
  request.record = &record;
  request.replay = &choices;
  request.break_at = break_at;
  const std::unique_ptr<strategy> unused = make_random_walk(0, 0);
  return run(body, *unused, request);
}

const finding& runner::found() const noexcept { return state_->inner.found(); }
const observations& runner::observed() const noexcept { return state_->inner.observed; }

void runner::forget_observations() noexcept { state_->inner.observed.clear(); }

bool under_control() noexcept { return controlled_flow; }

bool control::running() noexcept { return under_control(); }

void report_finding(finding what) {
  const heap_off off;
  engine& e = engine::here("report_finding");
  e.fail(std::move(what));
}

void outside(const std::function<void()>& action) {
  const heap_off off;
  const uncontrolled scope;
  action();
}

std::uint32_t choose(std::uint32_t count, location caller) {
  return control::random(count, caller);
}

void fail_assertion(std::string_view text, location where, std::vector<std::string> details) {
  const heap_off off;
  // Within `outside` the flow is not controlled, and yet the execution can be ended.
  engine& e = running_engine != nullptr ? *running_engine : engine::here("an assertion");
  e.fail(
      {finding_kind::assertion,
       std::string(text) + ": " + describe(where) + " (" + e.thread_text(e.current_thread()) + ")",
       std::move(details), where});
}

void expect(bool condition, const char* text, location caller) {
  if (condition) return;
  const heap_off off;
  fail_assertion(text, engine::here("expect").user_location(caller));
}

void observe(std::string_view key, std::string_view value) {
  const heap_off off;
  engine& e = engine::here("observe");
  if (e.counting()) e.observe_value(key, value);
}

}  // namespace heddle
