#include <heddle/tests/graph/driver.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <random>
#include <utility>

namespace heddle::litmus {

namespace {

using graph::effect;
using graph::event_id;
using graph::kind;

template <action What>
effect apply(std::uint64_t value, std::uint64_t a, std::uint64_t b, unsigned option) {
  const outcome of = perform(What, value, a, b, option);
  const auto does = of.does == outcome::what::write       ? effect::what::write
                    : of.does == outcome::what::read_only ? effect::what::read_only
                                                          : effect::what::block;
  return {does, of.next, static_cast<std::uint16_t>(of.options)};
}

template <std::size_t... What>
constexpr auto make_transitions(std::index_sequence<What...>) {
  return std::array<graph::transition, sizeof...(What)>{apply<static_cast<action>(What)>...};
}
constexpr auto transitions =
    make_transitions(std::make_index_sequence<static_cast<std::size_t>(action::fence)>());

kind kind_of(action what) {
  switch (what) {
    case action::load:
      return kind::read;
    case action::store:
      return kind::write;
    case action::fence:
      return kind::fence;
    case action::choose:
      return kind::choose;
    case action::spawn:
      return kind::spawn;
    case action::join:
      return kind::join;
    case action::spin:
      return kind::spin;
    default:
      return kind::update;
  }
}

graph::operation announce(const instruction& of, const thread_state& in, std::size_t thread) {
  const arguments with = arguments_of(of, in, thread);
  graph::operation op;
  op.type = kind_of(of.what);
  op.a = with.a;
  op.b = with.b;
  op.order = of.order;
  op.failure = of.failure;
  op.asymmetric = static_cast<graph::barrier>(of.asymmetric);
  if (is_located(of.what)) op.location = of.location;
  if (op.type == kind::update) op.apply = transitions[static_cast<std::size_t>(of.what)];
  op.may_block = may_block(of.what);
  return op;
}

event_name name_in(const graph::graph& g, event_id e) {
  return e == graph::initial ? event_name{0} : name_of(g.at(e).thread, g.at(e).position);
}

}  // namespace

shape shape_of(const program& p, const graph::graph& g) {
  shape result;
  for (std::size_t thread = 0; thread < p.threads.size(); ++thread) {
    auto& nodes = result.threads.emplace_back();
    for (const event_id id : g.threads[thread]) {
      const graph::event& e = g.at(id);
      nodes.push_back({e.reads() ? name_in(g, e.from) : event_name{0},
                       static_cast<std::uint8_t>(e.option), e.blocked});
    }
  }
  for (std::size_t location = 0; location < p.locations.size(); ++location) {
    auto& names = result.writes.emplace_back();
    for (const event_id write : g.co(static_cast<std::int32_t>(location))) {
      names.push_back(name_in(g, write));
    }
  }
  return result;
}

namespace {

class driver {
 public:
  driver(const program& p, const exploration& how)
      : p_(p),
        how_(how),
        explorer_(how.model, how.obeys, how.preemptions),
        spawner_(spawners(p)),
        random_(how.seed) {
    for (std::size_t location = 0; location < p.locations.size(); ++location) {
      explorer_.current().remember_location(static_cast<std::int32_t>(location),
                                            p.initial[location]);
    }
  }

  visits run() {
    std::uint64_t runs = 0;
    while (goes_on()) {
      if (++runs > how_.most) {
        found_.cut_short = true;
        break;
      }
      replay();
      while (!explorer_.is_over_limit() && extend()) {
      }
      end();
    }
    found_.must_repeat = explorer_.bound().must_repeat();
    found_.threads = explorer_.bound().threads();
    return std::move(found_);
  }

 private:
  struct progress {
    thread_state at;
    bool running = true, blocked = false;
  };

  bool goes_on() {
    if (!how_.between) return explorer_.next();
    while (true) {
      if (!how_.between(explorer_, false)) return false;
      if (explorer_.next()) return true;
      if (!how_.between(explorer_, true)) return false;
    }
  }

  // The values that the threads have read are all in the graph.
  void replay() {
    const graph::graph& g = explorer_.current();
    found_.events += g.events.size();
    threads_.assign(p_.threads.size(), {});
    latest_ = graph::thread_to_go_on(g);
    for (std::size_t thread = 0; thread < p_.threads.size(); ++thread) {
      threads_[thread].running = spawner_[thread] < 0 || g.spawned_by[thread] != graph::initial;
      for (const event_id e : g.threads[thread]) observe(thread, g.at(e));
    }
  }

  void observe(std::size_t thread, const graph::event& e) {
    progress& me = threads_[thread];
    const instruction& done = *me.at.look(p_.threads[thread]);
    me.blocked = e.blocked;
    if (e.blocked) return;
    if (done.what == action::spawn) threads_[done.a.constant].running = true;
    me.at.finish(done, e.read, e.option);
  }

  // As if the thread had only come to the event at `position`, and then passed what it still has.
  void restart(std::size_t thread, std::size_t position) {
    const graph::graph& g = explorer_.current();
    if (g.threads[thread].size() < position) std::abort();
    threads_[thread] = {};
    for (const event_id e : g.threads[thread]) observe(thread, g.at(e));
  }

  [[nodiscard]] bool is_finished(std::size_t thread) {
    progress& it = threads_[thread];
    return it.running && !it.blocked && it.at.look(p_.threads[thread]) == nullptr;
  }

  // Adds one event, if any can be.
  bool extend() {
    pending_.clear();
    operations_.clear();
    operations_.reserve(p_.threads.size());
    for (std::size_t thread = 0; thread < p_.threads.size(); ++thread) {
      progress& me = threads_[thread];
      if (!me.running || me.blocked) continue;
      const instruction* const next = me.at.look(p_.threads[thread]);
      if (next == nullptr) continue;
      if (next->what == action::join && !is_finished(next->a.constant)) continue;
      operations_.push_back(announce(*next, me.at, thread));
      pending_.push_back({static_cast<unsigned>(thread), &operations_.back()});
    }
    if (how_.next == policy::last) std::reverse(pending_.begin(), pending_.end());
    if (how_.next == policy::random) std::shuffle(pending_.begin(), pending_.end(), random_);
    const bool stays = how_.next == policy::same;
    const graph::next chosen =
        extension_.choose(explorer_, pending_, stays ? latest_ : graph::max_threads);
    latest_ = chosen.thread;
    if (chosen.does == graph::next::what::end) return false;
    ++found_.events;
    return add(chosen);
  }

  bool add(const graph::next& chosen) {
    const auto announced =
        std::find_if(pending_.begin(), pending_.end(),
                     [&](const graph::pending& each) { return each.thread == chosen.thread; });
    const graph::addition of = extension_.add(explorer_, chosen, *announced->what);
    if (of.became == graph::addition::what::cut) {
      cut_ = true;
      return false;
    }
    const graph::graph& g = explorer_.current();
    observe(chosen.thread, g.at(of.added));
    if (of.became == graph::addition::what::handed_off) {
      for (const unsigned thread : extension_.woken())
        observe(thread, g.at(g.threads[thread].back()));
      for (const unsigned thread : extension_.released()) threads_[thread].blocked = false;
      for (const auto& each : extension_.restarted()) restart(each.thread, each.position);
      latest_ = graph::thread_to_go_on(g);
    }
    return true;
  }

  void end() {
    const bool is_cut = std::exchange(cut_, false);
    if (!is_cut && explorer_.is_over_limit()) {
      ++found_.beyond;
      return;
    }
    if (is_cut || !explorer_.complete()) {
      ++found_.wasted;
      return;
    }
    if (!explorer_.is_within_limit()) {
      ++found_.beyond;
      return;
    }
    bool deadlocked = false;
    for (std::size_t thread = 0; thread < p_.threads.size(); ++thread) {
      deadlocked = deadlocked || !is_finished(thread);
    }
    ++(deadlocked ? found_.deadlocked : found_.complete);
    const graph::graph& g = explorer_.current();
    if (how_.name_graphs) ++found_.times[shape_of(p_, g).key()];
    if (!how_.then) return;
    std::vector<thread_state> threads;
    for (const progress& each : threads_) threads.push_back(each.at);
    how_.then({g, threads, deadlocked, explorer_.path()});
  }

  const program& p_;
  const exploration& how_;
  graph::explorer explorer_;
  std::vector<int> spawner_;
  std::mt19937_64 random_;
  std::vector<progress> threads_;
  graph::extension extension_;
  std::vector<graph::operation> operations_;
  std::vector<graph::pending> pending_;
  unsigned latest_ = 0;
  bool cut_ = false;
  visits found_;
};

}  // namespace

visits explore(const program& p, const exploration& how) { return driver(p, how).run(); }

}  // namespace heddle::litmus
