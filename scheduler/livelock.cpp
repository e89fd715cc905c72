// The rule of fairness is that of Musuvathi and Qadeer (Fair stateless model checking, PLDI 2008):
// what can go on all the time does so in the end.  A cycle of states that keeps to it can be gone
// through for ever.
#include <heddle/scheduler/livelock.hpp>

#include <algorithm>
#include <string>
#include <unordered_set>

#include <heddle/scheduler/engine.hpp>

namespace heddle {

namespace {

constexpr std::uint32_t most_watched = 10000;
constexpr std::size_t most_shown = 8;  ///< operations of a thread in the report
constexpr std::size_t no_round = ~std::size_t{0};

}  // namespace

std::uint64_t livelock_watch::hash_of(const engine& of) {
  std::uint64_t sum = 0;
  for (std::uint32_t i = 0; i < of.object_count_; ++i) {
    const object_state& o = of.objects_[i];
    if (!o.alive) continue;
    sum += mix(mix(o.identity, o.value), mix(o.writer, o.write_epoch));
  }
  for (std::uint32_t i = 0; i < of.count_; ++i) {
    const thread_state& t = of.threads_[i];
    const auto place = reinterpret_cast<std::uintptr_t>(t.next.where.file) + t.next.where.line;
    std::uint64_t h = mix(t.path, t.finished ? 1 : 0);
    h = mix(h, static_cast<std::uint64_t>(t.sleeps));
    h = mix(h, t.sleeps == sleep_kind::none ? 0 : t.sleeps_on);
    h = mix(h, static_cast<std::uint64_t>(t.pending.kind));
    h = mix(h, t.pending.subject);
    h = mix(h, place);
    h = mix(h, (std::uint64_t{t.timeouts} << 32) + t.spurious);
    h = mix(h, (std::uint64_t{t.objects} << 32) + t.children);
    h = mix(h, static_cast<std::uint64_t>(t.bound.time_since_epoch().count()));
    sum += h;
  }
  return sum;
}

void livelock_watch::look(const engine& of) {
  const std::uint32_t steps = of.result.steps;
  if (steps < of.limits.steps - std::min(of.limits.steps / 2, most_watched)) return;
  // Between two steps threads may be woken.
  if (!states_.empty() && states_.back().before == steps) states_.pop_back();
  states_.push_back({hash_of(of), of.ready_, steps, of.current_});
}

bool livelock_watch::settled() const {
  const auto middle = states_.begin() + static_cast<std::ptrdiff_t>(states_.size() / 2);
  std::unordered_set<std::uint64_t> known;
  for (auto each = states_.begin(); each != middle; ++each) known.insert(each->hash);
  return std::all_of(middle, states_.end(),
                     [&](const state& each) { return known.count(each.hash) != 0; });
}

// The latest state before `last` from which it comes again with every thread having gone on that
// could do so all the time.
std::size_t livelock_watch::round_before(std::size_t last) const {
  thread_set always = states_[last].ready, went_on = 0;
  for (std::size_t i = last; i > 0; --i) {
    went_on |= bit(states_[i].came_by);
    always &= states_[i - 1].ready;
    if (states_[i - 1].hash == states_[last].hash && (always & ~went_on) == 0) return i - 1;
  }
  return no_round;
}

std::optional<finding> livelock_watch::judge(const engine& of) const {
  if (states_.empty() || !settled()) return std::nullopt;
  const std::size_t last = states_.size() - 1, first = round_before(last);
  std::size_t at = first;
  for (unsigned rounds = 1; at != no_round; ++rounds) {
    if (rounds == least_rounds) return describe_cycle(of, states_[first].before);
    at = round_before(at);
  }
  return std::nullopt;
}

finding livelock_watch::describe_cycle(const engine& of, std::uint32_t first) const {
  finding what;
  what.kind = finding_kind::livelock;
  const std::uint32_t last = of.result.steps;
  what.text =
      "livelock: the last " + std::to_string(last - first) + " of " + std::to_string(last) +
      " steps can go on for ever; every thread that can run does, and none gets any further";
  const recording& recorded = *of.request_.record;
  for (std::uint32_t t = 0; t < of.count_; ++t) {
    if (of.threads_[t].finished) continue;
    std::vector<std::string> shown;
    const std::string path = of.thread_path(t);
    for (const recorded_step& each : recorded.steps) {
      if (each.number <= first || recorded.threads[each.thread] != path) continue;
      std::string text = (each.call.empty() ? each.text : each.call) + " " + describe(each.where);
      if (std::find(shown.begin(), shown.end(), text) == shown.end())
        shown.push_back(std::move(text));
    }
    if (shown.empty()) {
      what.details.push_back(of.waiting_text(t));
      continue;
    }
    std::string line = of.thread_text(t) + "  repeats  ";
    for (std::size_t i = 0; i < std::min(shown.size(), most_shown); ++i) {
      line += (i > 0 ? "; " : "") + shown[i];
    }
    what.details.push_back(line + (shown.size() > most_shown ? "; ..." : ""));
  }
  return what;
}

}  // namespace heddle
