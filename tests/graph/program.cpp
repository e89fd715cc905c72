#include <heddle/tests/graph/program.hpp>

namespace heddle::litmus {

const instruction* thread_state::look(const thread_code& code) noexcept {
  while (next < code.size()) {
    const condition& when = code[next].when;
    if (when.of < 0) return &code[next];
    const std::uint64_t against =
        when.other < 0 ? when.value : registers[static_cast<std::size_t>(when.other)];
    if ((registers[static_cast<std::size_t>(when.of)] == against) == when.equal) {
      return &code[next];
    }
    ++next;
  }
  return nullptr;
}

// An outcome other than the first one shows in the register.
void thread_state::finish(const instruction& done, std::uint64_t read, unsigned option) noexcept {
  if (done.result >= 0) {
    const std::uint64_t seen = done.what == action::choose ? option : read + 100U * option;
    registers[static_cast<std::size_t>(done.result)] = seen;
  }
  ++next;
}

namespace {

using what = outcome::what;

constexpr outcome writes(std::uint64_t next) { return {what::write, next, 1}; }

// Nothing happens to the value; what would block may have a second outcome.
constexpr outcome waits(std::uint64_t value, unsigned option, bool timed, what given_up) {
  if (!timed) return {what::block, value, 1};
  return {option == 0 ? what::block : given_up, value, 2};
}

constexpr std::uint64_t waiting = 1, notified = 2;

// Where a thread's two bits begin; any number is one.
constexpr std::uint64_t bits_of(std::uint64_t thread) { return 2 * (thread % 16); }

outcome consumes(std::uint64_t state, std::uint64_t thread, unsigned option, bool timed) {
  const std::uint64_t mine = state >> bits_of(thread) & 3;
  const std::uint64_t without_me = state & ~(std::uint64_t{3} << bits_of(thread));
  if (mine == notified) return writes(without_me);
  outcome result = waits(state, option, timed, what::write);
  if (option == 1) result.next = without_me;
  return result;
}

outcome notifies(std::uint64_t state, unsigned option) {
  unsigned found = 0;
  std::uint64_t next = state;
  for (unsigned thread = 0; thread < 16; ++thread) {
    if ((state >> (2 * thread) & 3) != waiting) continue;
    if (found++ == option) next = state + (std::uint64_t{1} << (2 * thread));
  }
  return {what::write, next, found == 0 ? 1 : found};
}

outcome notifies_all(std::uint64_t state) {
  const unsigned first = notifies(state, 0).options;
  for (unsigned left = first; left > 0; --left) state = notifies(state, 0).next;
  return writes(state);
}

}  // namespace

outcome perform(action does, std::uint64_t value, std::uint64_t a, std::uint64_t b,
                unsigned option) noexcept {
  switch (does) {
    case action::add:
      return writes(value + a);
    case action::exchange:
      return writes(a);
    case action::cas:
      return value == a ? writes(b) : outcome{what::read_only, value, 1};
    case action::weak_cas:
      if (value != a) return {what::read_only, value, 1};
      return {option == 0 ? what::write : what::read_only, b, 2};
    case action::any:
      return {what::write, value + 1 + option, static_cast<unsigned>(1 + value % 3)};
    case action::await:
    case action::timed_await:
      if (value == a) return {what::read_only, value, 1};
      return waits(value, option, does == action::timed_await, what::read_only);
    case action::await_update:
      return value == a ? writes(value) : outcome{what::block, value, 1};
    case action::lock:
      return value == 0 ? writes(1) : outcome{what::block, value, 1};
    case action::try_lock:
      return writes(1);
    case action::unlock:
      return writes(0);
    case action::lock_shared:
      return value % 2 == 0 ? writes(value + 2) : outcome{what::block, value, 1};
    case action::unlock_shared:
      return writes(value - 2);
    case action::acquire:
    case action::timed_acquire:
      if (value > 0) return writes(value - 1);
      return waits(value, option, does == action::timed_acquire, what::write);
    case action::release:
      return writes(value + 1);
    case action::enqueue:
      return writes((value & ~(std::uint64_t{3} << bits_of(a))) | waiting << bits_of(a));
    case action::consume:
    case action::timed_consume:
      return consumes(value, a, option, does == action::timed_consume);
    case action::notify_one:
      return notifies(value, option);
    case action::notify_all:
      return notifies_all(value);
    case action::spin:
      return {what::block, value, 1};
    default:
      return {what::read_only, value, 1};
  }
}

arguments arguments_of(const instruction& of, const thread_state& in, std::size_t thread) noexcept {
  const bool names_itself =
      of.what == action::enqueue || of.what == action::consume || of.what == action::timed_consume;
  return {names_itself ? thread : in.value(of.a), in.value(of.b)};
}

std::vector<int> spawners(const program& p) {
  std::vector<int> result(p.threads.size(), -1);
  for (std::size_t thread = 0; thread < p.threads.size(); ++thread) {
    for (const instruction& each : p.threads[thread]) {
      if (each.what != action::spawn) continue;
      result.at(each.a.constant) = static_cast<int>(thread);
    }
  }
  return result;
}

std::u16string shape::key() const {
  constexpr char16_t end = 0xffff;
  std::u16string text;
  for (const std::vector<node>& thread : threads) {
    for (const node& each : thread) {
      text += static_cast<char16_t>(each.from);
      text += static_cast<char16_t>(each.option * 2 + (each.blocked ? 1 : 0));
    }
    text += end;
  }
  for (const std::vector<event_name>& order : writes) {
    for (const event_name each : order) text += static_cast<char16_t>(each);
    text += end;
  }
  return text;
}

}  // namespace heddle::litmus
