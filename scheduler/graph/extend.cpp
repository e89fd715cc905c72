#include <heddle/scheduler/graph/extend.hpp>

namespace heddle::graph {

namespace {

bool has_waiter(const graph& g, std::int32_t location) {
  return g.any_wait([&](event_id e, bool) { return g.at(e).op.location == location; });
}

enum class standing : std::uint8_t { free, delayed, unsatisfied };

standing standing_of(explorer& of, const operation& op) {
  if (op.type != kind::write && op.type != kind::update) return standing::free;
  bool writes = true;
  if (op.type == kind::update) {
    const effect does = of.outlook(op);
    if (does.does == effect::what::block) return standing::unsatisfied;
    writes = does.does == effect::what::write;
  }
  const bool late = of.obeys().delay && writes && has_waiter(of.current(), op.location);
  return late ? standing::delayed : standing::free;
}

}  // namespace

next extension::choose(explorer& of, std::span<const pending> all, unsigned preferred) {
  const pending* waiting = nullptr;
  const pending* delayed = nullptr;
  const pending* free = nullptr;
  for (const pending& each : all) {
    // What it waits for is watched from now on.
    if (each.what->type == kind::spin) return {next::what::block, each.thread, false};
    const bool first = each.thread == preferred;
    switch (standing_of(of, *each.what)) {
      case standing::free:
        if (first || free == nullptr) free = &each;
        break;
      case standing::delayed:
        if (first || delayed == nullptr) delayed = &each;
        break;
      case standing::unsatisfied:
        if (first || waiting == nullptr) waiting = &each;
        break;
    }
  }
  if (free != nullptr) return {next::what::add, free->thread, all.size() == 1};
  if (waiting != nullptr) return {next::what::block, waiting->thread, false};
  if (delayed != nullptr) return {next::what::add, delayed->thread, all.size() == 1};
  return {};
}

addition extension::add(explorer& of, const next& chosen, const operation& op) {
  const event_id added = of.add(chosen.thread, op, chosen.alone);
  if (!of.is_hopeless(added)) return {addition::what::goes_on, added};
  if (!of.obeys().handoff) return {addition::what::cut, added};
  const graph& before = of.current();
  waiting_.fill({});
  for (std::size_t thread = 0; thread < before.thread_limit; ++thread) {
    if (!before.waits(thread)) continue;
    const event& e = before.at(before.threads[thread].back());
    waiting_[thread] = {true, e.type == kind::spin, e.position, static_cast<std::uint16_t>(e.op.a)};
  }
  if (!of.hand_off(added)) return {addition::what::cut, added};
  compare(of.current());
  return {addition::what::handed_off, of.current().threads[chosen.thread].back()};
}

void extension::compare(const graph& now) {
  woken_.clear();
  released_.clear();
  restarted_.clear();
  for (unsigned thread = 0; thread < max_threads; ++thread) {
    const wait& waited = waiting_[thread];
    if (!waited.is) continue;
    const bool dropped = now.threads[thread].size() <= waited.position;
    if (dropped && waited.spins) {
      restarted_.push_back({thread, static_cast<unsigned>(waited.position - waited.reads)});
    } else if (dropped) {
      released_.push_back(thread);
    } else if (!now.waits(thread)) {
      woken_.push_back(thread);
    }
  }
}

}  // namespace heddle::graph
