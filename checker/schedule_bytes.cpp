#include <heddle/checker/schedule_bytes.hpp>

#include <algorithm>
#include <map>

#include <heddle/scheduler/strategy.hpp>

namespace heddle::detail {

namespace {

// The number of steps, then (thread, length) of each run of steps of one thread.
void write_runs(byte_writer& to, const std::vector<schedule::step>& steps) {
  to.number(steps.size());
  for (std::size_t begin = 0; begin < steps.size();) {
    std::size_t end = begin;
    while (end < steps.size() && steps[end].thread == steps[begin].thread) ++end;
    to.number(steps[begin].thread);
    to.number(end - begin);
    begin = end;
  }
}

// For each step 0 and a new check, or n for the n-th check that was new.
void write_checks(byte_writer& to, const std::vector<schedule::step>& steps) {
  std::map<std::uint16_t, std::size_t> known;
  for (const auto& each : steps) {
    const auto [place, is_new] = known.try_emplace(each.check, known.size() + 1);
    to.number(is_new ? 0 : place->second);
    if (is_new) to.fixed(each.check, 2);
  }
}

void write_list(byte_writer& to, const std::vector<choice>& choices) {
  to.number(choices.size());
  for (const choice& each : choices) {
    to.byte(static_cast<std::uint8_t>(each.kind));
    to.number(each.count);
    to.number(each.option);
  }
}

// The steps that took choices, each by its distance from the one before.
void write_choices(byte_writer& to, const std::vector<schedule::step>& steps) {
  const auto chose = [](const auto& step) { return !step.choices.empty(); };
  to.number(static_cast<std::uint64_t>(std::count_if(steps.begin(), steps.end(), chose)));
  std::size_t last = 0;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (!chose(steps[i])) continue;
    to.number(i - last);
    write_list(to, steps[i].choices);
    last = i;
  }
}

void read_threads(byte_reader& from, schedule& to) {
  const std::uint32_t others = from.number32(max_threads - 1);
  to.threads.push_back({0, 0});
  for (std::uint32_t i = 1; i <= others; ++i) {
    const std::uint32_t parent = from.number32(i - 1);
    to.threads.push_back({parent, from.number32()});
  }
}

void read_runs(byte_reader& from, schedule& to) {
  // Each step takes a byte of its own among the checks that follow.
  const std::uint64_t count = from.number(from.left());
  while (from.good() && to.steps.size() < count) {
    const std::uint32_t thread = from.number32(static_cast<std::uint32_t>(to.threads.size() - 1));
    const std::uint64_t length = from.number(count - to.steps.size());
    if (length == 0) from.reject();
    if (from.good()) to.steps.resize(to.steps.size() + length, {thread, 0, {}});
  }
}

void read_checks(byte_reader& from, schedule& to) {
  std::vector<std::uint16_t> known;
  for (auto& each : to.steps) {
    const std::uint64_t which = from.number(known.size());
    if (which == 0) known.push_back(static_cast<std::uint16_t>(from.fixed(2)));
    if (!from.good()) return;
    each.check = which == 0 ? known.back() : known[which - 1];
  }
}

void read_list(byte_reader& from, std::vector<choice>& to) {
  const std::uint64_t count = from.number(from.left());
  for (std::uint64_t i = 0; i < count && from.good(); ++i) {
    const std::uint8_t kind = from.byte();
    const std::uint32_t options = from.number32();
    const std::uint32_t option = from.number32();
    if (kind > static_cast<std::uint8_t>(choice_kind::place) || option >= options) from.reject();
    to.push_back({static_cast<choice_kind>(kind), options, option});
  }
}

void read_choices(byte_reader& from, schedule& to) {
  const std::uint64_t count = from.number(to.steps.size());
  std::size_t at = 0;
  for (std::uint64_t i = 0; i < count && from.good(); ++i) {
    const std::uint64_t distance = from.number(to.steps.size() - 1 - at);
    if (i > 0 && distance == 0) from.reject();
    at += distance;
    read_list(from, to.steps[at].choices);
  }
}

}  // namespace

void write_schedule(byte_writer& to, const schedule& from) {
  to.number(from.threads.empty() ? 0 : from.threads.size() - 1);
  for (std::size_t i = 1; i < from.threads.size(); ++i) {
    to.number(from.threads[i].parent);
    to.number(from.threads[i].ordinal);
  }
  write_list(to, from.prologue);
  write_runs(to, from.steps);
  write_checks(to, from.steps);
  write_choices(to, from.steps);
}

void read_schedule(byte_reader& from, schedule& to) {
  read_threads(from, to);
  read_list(from, to.prologue);
  read_runs(from, to);
  if (from.good()) read_checks(from, to);
  if (from.good()) read_choices(from, to);
}

}  // namespace heddle::detail
