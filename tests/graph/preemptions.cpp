#include <heddle/tests/graph/preemptions.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_map>

#include <heddle/tests/graph/driver.hpp>
#include <heddle/tests/graph/interleavings.hpp>

namespace heddle::litmus {

namespace {

using graph::event;
using graph::event_id;
using graph::kind;
using costs = std::unordered_map<std::u16string, unsigned>;

constexpr std::uint64_t most_interleavings = 50'000;
constexpr unsigned most_bound = 2;

/// All linear orders, one after the other, unless they are as dear as the best already.
class linear_orders {
 public:
  explicit linear_orders(const graph::graph& g) : g_(g), done_(g.events.size()) {
    for (const event& e : g.events) left_ += e.blocked ? 0U : 1U;
  }

  unsigned least() {
    go_on(-1, 0);
    return best_;
  }

 private:
  [[nodiscard]] const std::vector<event_id>& thread(int t) const {
    return g_.threads[static_cast<std::size_t>(t)];
  }
  [[nodiscard]] std::size_t& next(int t) { return next_[static_cast<std::size_t>(t)]; }
  [[nodiscard]] bool is_done(event_id e) const { return done_[static_cast<std::size_t>(e)]; }

  [[nodiscard]] bool is_enabled(int t) {
    if (next(t) == thread(t).size()) return false;
    const event& e = g_.at(thread(t)[next(t)]);
    if (e.blocked) return false;
    if (e.reads() && e.from != graph::initial && !is_done(e.from)) return false;
    const event_id spawn = g_.spawned_by[e.thread];
    if (e.position == 0 && spawn != graph::initial && !is_done(spawn)) return false;
    return e.type != kind::join || has_ended(static_cast<int>(e.op.a));
  }
  [[nodiscard]] bool has_ended(int t) { return next(t) == thread(t).size(); }

  // Whether somebody else may go on after `t` without a preemption.
  [[nodiscard]] bool is_free(int t) {
    if (t < 0 || has_ended(t)) return true;
    const event& e = g_.at(thread(t)[next(t)]);
    if (e.type == kind::join) return !has_ended(static_cast<int>(e.op.a));
    if (e.type == kind::spin) return true;
    if (!e.op.may_block) return false;
    std::uint64_t value = g_.value_of(e.op.location, graph::initial);
    for (const event_id write : g_.co(e.op.location)) {
      if (is_done(write)) value = g_.at(write).written;
    }
    return e.op.apply(value, e.op.a, e.op.b, 0).does == effect::what::block;
  }

  void go_on(int last, unsigned preemptions) {
    if (preemptions >= best_) return;
    if (left_ == 0) {
      best_ = preemptions;
      return;
    }
    const unsigned price = is_free(last) ? 0 : 1;
    for (int t = 0; t < static_cast<int>(graph::max_threads); ++t) {
      if (!is_enabled(t)) continue;
      const event_id e = thread(t)[next(t)++];
      done_[static_cast<std::size_t>(e)] = true;
      --left_;
      go_on(t, preemptions + (t == last ? 0 : price));
      ++left_;
      done_[static_cast<std::size_t>(e)] = false;
      --next(t);
    }
  }

  const graph::graph& g_;
  std::vector<bool> done_;
  std::array<std::size_t, graph::max_threads> next_{};
  std::size_t left_ = 0;
  unsigned best_ = 1000;
};

// Of all graphs; `wrong` says where the search for orders does not find the least.
costs costs_of(const program& p, graph::memory model, const costs* known, std::string& wrong) {
  costs result;
  exploration how;
  how.model = model;
  std::size_t different = 0;
  how.then = [&](const ending& end) {
    const std::u16string key = shape_of(p, end.reached).key();
    unsigned want = 0;
    if (known == nullptr) {
      want = preemptions_by_orders(end.reached);
    } else {
      const auto found = known->find(key);
      if (found != known->end()) want = found->second;
    }
    result.emplace(key, want);
    constexpr std::uint32_t cap = 50;
    if (graph::cost(end.reached, model, cap) != want) ++different;
    if (want > 0 && graph::cost(end.reached, model, want - 1) != want) ++different;
  };
  (void)explore(p, how);
  if (different > 0) {
    wrong += std::string(model == graph::memory::sc ? "sc" : "rc11") + ": wrong cost of " +
             std::to_string(different) + " graphs; ";
  }
  return result;
}

struct rule {
  const char* name;
  policy next;
  bool goes_on;
  graph::rules obeys;
};
constexpr graph::rules obeys_none = {false, false, false};
constexpr rule rules[] = {{"both tests", policy::same, true, {}},
                          {"both tests, no hand-off", policy::same, true, {true, true, false}},
                          {"both tests, no delay", policy::same, true, obeys_none},
                          {"core, same thread", policy::same, false, {}},
                          {"core, last thread", policy::last, false, {}},
                          {"core, random thread", policy::random, false, obeys_none}};

visits explore_within(const program& p, exploration how) {
  visits got = explore(p, how);
  if (got.must_repeat) {
    how.preemptions->threads = got.threads;
    got = explore(p, how);
  }
  return got;
}

std::string compare(const program& p, graph::memory model, const rule& by, unsigned bound,
                    const costs& of) {
  exploration how;
  how.model = model;
  how.next = by.next;
  how.obeys = by.obeys;
  how.seed = of.size();
  how.most = 100 * of.size() + 1000;
  how.preemptions = graph::preemption_limit{bound, 0, by.goes_on};
  const visits got = explore_within(p, how);
  std::size_t within = 0, missing = 0, extra = 0, again = 0;
  for (const auto& [key, preemptions] : of) {
    if (preemptions > bound) continue;
    ++within;
    missing += got.times.contains(key) ? 0U : 1U;
  }
  for (const auto& [key, times] : got.times) {
    const auto found = of.find(key);
    if (found == of.end() || found->second > bound) ++extra;
    again += times - 1;
  }
  if (missing + extra + again == 0 && !got.cut_short && !got.must_repeat) return "";
  return std::string(model == graph::memory::sc ? "sc, " : "rc11, ") + by.name + ", bound " +
         std::to_string(bound) + ": of " + std::to_string(within) + " graphs " +
         std::to_string(missing) + " missing, " + std::to_string(extra) + " extra, " +
         std::to_string(again) + " visited again" + (got.cut_short ? ", without end" : "") + "; ";
}

void cut_one(program& p) {
  std::max_element(p.threads.begin(), p.threads.end(), [](const auto& a, const auto& b) {
    return a.size() < b.size();
  })->pop_back();
}

}  // namespace

unsigned preemptions_by_orders(const graph::graph& g) { return linear_orders(g).least(); }

void make_countable(program& p, bool more_locks) {
  for (thread_code& code : p.threads) {
    if (more_locks) std::erase_if(code, [](const auto& it) { return it.what == action::spin; });
    unsigned calls = 0;
    for (std::size_t i = 0; i < code.size(); ++i) {
      instruction& it = code[i];
      if (it.what == action::await) it.what = action::load;
      if (it.what == action::await_update) it.what = action::add;
      if (it.what == action::timed_await) it.what = action::weak_cas;
      if (!more_locks || i % 2 == 1 || !is_located(it.what)) continue;
      const bool mutex = it.location != 1;
      const bool enters = calls++ % 2 == 0;
      const condition when = it.when;
      it = {};
      it.when = when;
      it.what = mutex ? (enters ? action::lock : action::unlock)
                      : (enters ? action::acquire : action::release);
      it.location = mutex ? 3 : 4;
      it.order = std::memory_order_acq_rel;
      it.failure = when_failed(it.order);
    }
  }
}

std::string differences_within_bounds(program& p, tally& count) {
  std::string wrong;
  auto by_interleavings = least_preemptions(p, most_interleavings);
  while (!by_interleavings) {
    ++count.cut;
    cut_one(p);
    by_interleavings = least_preemptions(p, most_interleavings);
  }
  ++count.programs;
  for (const graph::memory model : {graph::memory::sc, graph::memory::rc11}) {
    const bool sc = model == graph::memory::sc;
    const costs of = costs_of(p, model, sc ? &*by_interleavings : nullptr, wrong);
    if (sc && of.size() != by_interleavings->size()) wrong += "graphs are missing without bound; ";
    count.graphs += of.size();
    for (const rule& by : rules) {
      for (unsigned bound = 0; bound <= most_bound; ++bound) {
        wrong += compare(p, model, by, bound, of);
      }
    }
  }
  return wrong;
}

std::string miscounts(const std::vector<bounded_count>& of) {
  std::string all;
  for (const bounded_count& each : of) {
    const program p = parse(each.text);
    for (std::size_t bound = 0; bound <= each.within.size(); ++bound) {
      const bool last = bound == each.within.size();
      exploration how;
      how.next = policy::same;
      if (!last) how.preemptions = graph::preemption_limit{static_cast<unsigned>(bound)};
      how.most = 100 * each.all + 1000;
      const visits got = explore_within(p, how);
      const std::uint64_t want = last ? each.all : each.within[bound];
      if (got.complete + got.deadlocked == want && got.times.size() == want && !got.cut_short) {
        continue;
      }
      all += each.name + (last ? " unbounded" : " within " + std::to_string(bound)) + ": " +
             std::to_string(got.complete + got.deadlocked) + ", not " + std::to_string(want) +
             (got.cut_short ? ", without end" : "") + "\n";
    }
  }
  return all;
}

namespace {

std::string times(unsigned n, const std::string& text, const char* between = "; ") {
  std::string all;
  for (unsigned i = 0; i < n; ++i) all += (i == 0 ? "" : between) + text;
  return all;
}

std::string threads(unsigned n, const std::string& text) { return times(n, text, " || "); }

std::string locks(unsigned n, unsigned count) {
  return threads(n, times(count, "m.lock(); m.unlock()"));
}

}  // namespace

std::string fibonacci(unsigned rounds) {
  return "{x=1; y=1} " + times(rounds, "r=x.load(sc); t=y.load(sc); x.store(r+t,sc)") + " || " +
         times(rounds, "r=y.load(sc); t=x.load(sc); y.store(r+t,sc)");
}

std::string fetch_adds(unsigned n, unsigned count) {
  return threads(n, times(count, "x.fetch_add(1,sc)"));
}

std::uint64_t runs_within(const std::string& text, unsigned bound) {
  exploration how;
  how.next = policy::same;
  how.name_graphs = false;
  how.preemptions = graph::preemption_limit{bound};
  const visits got = explore(parse(text), how);
  return got.complete + got.deadlocked + got.wasted + got.beyond;
}

std::vector<bounded_count> bounded_counts() {
  const std::string setters = threads(3, "a.store(1,sc); b.store(1,sc)");
  return {
      {"fib 2", fibonacci(2), {2, 8, 18, 19}, 19},
      {"fib 3", fibonacci(3), {2, 12, 50, 102}, 141},
      {"mutex 2x3", locks(2, 3), {2, 6, 14, 18}, 20},
      {"mutex 3x2", locks(3, 2), {6, 24, 60, 90}, 90},
      {"fetch_add 2x3", fetch_adds(2, 3), {2, 6, 14, 18}, 20},
      {"fetch_add 3x2", fetch_adds(3, 2), {6, 24, 60}, 90},
      {"dekker-try",
       "f.store(1,sc); g.load(sc); f.store(0,sc) || g.store(1,sc); f.load(sc); g.store(0,sc)",
       {2, 6, 7, 7},
       7},
      {"peterson-try",
       "f.store(1,sc); t.store(1,sc); r=g.load(sc); if(r!=0) t.load(sc); f.store(0,sc) || "
       "g.store(1,sc); t.store(0,sc); r=f.load(sc); if(r!=0) t.load(sc); g.store(0,sc)",
       {2, 8, 14, 14},
       14},
      {"2x(load;store)x2", threads(2, times(2, "r=x.load(sc); x.store(r+1,sc)")), {2, 8, 22}, 34},
      {"reorder_4, a then b", setters + " || a.load(sc); b.load(sc)", {24, 168, 432}, 576},
      {"reorder_4, b then a", setters + " || b.load(sc); a.load(sc)", {24, 150, 288}, 300},
  };
}

std::vector<std::string> bounded_pitfalls() {
  return {
      // Three threads without slack.
      "y.cas(1,1,sc); x.cas(0,2,sc); y.load(sc) || y.store(1,sc); if(r==0) r=x.load(sc); "
      "r=y.exchange(1,sc); if(r==1) x.fetch_add(1,sc) || x.store(1,sc)",
      // Four threads with a slack of one.
      "y.load(sc); x.fetch_add(1,sc) || x.fetch_add(1,sc); y.fetch_add(1,sc) || r=x.cas(0,1,sc); "
      "y.fetch_add(1,sc); if(r==1) x.cas(0,1,sc) || r=x.load(sc); y.store(1,sc); if(r==1) "
      "y.store(1,sc)",
      // The revisits of an event that is one too many.
      "x.fetch_add(1,sc) || x.cas(0,1,sc); y.load(sc); x.store(1,sc)",
      // As much slack as threads, less one, have events that may go.
      "x.store(1,sc); y.any(sc) || y.weak_cas(1,2,sc); x.weak_cas(1,2,sc); x.load(sc) || x.any(sc)",
      "y.any(rlx) || y.store(1,rlx); x.fetch_add(1,rlx); y.load(rlx) || z.store(1,rlx); "
      "x.fetch_add(1,rlx); z.cas(1,2,rlx)",
      // A revisit after which the thread of the write goes on.
      "x.fetch_add(1,rlx); x.load(rlx) || x.load(rlx); x.store(1,rlx) || x.store(1,rlx); "
      "x.fetch_add(1,rlx)",
      "y.fetch_add(1,rlx); y.store(1,rlx) || y.fetch_add(1,rlx) || y.store(1,rlx); y.load(rlx)",
      // A thread of which the first runs know nothing.
      "y.store(1,sc); r=x.load(sc); if(r==1) q.fetch_add(1,sc); if(r!=1) y.weak_cas(1,0,sc) || "
      "r=y.any(sc); if(r!=0) spawn(2); if(r==1) y.store(1,sc); if(r!=1) y.cas(0,2,sc); "
      "y.exchange(2,sc) || x.weak_cas(0,2,sc)",
      // Whoever holds the lock had better not go on: the second and third thread leave for free.
      "m.lock(); x.fetch_add(1,sc); m.unlock() || x.fetch_add(1,sc); m.lock() || "
      "x.fetch_add(1,sc); m.lock() || x.fetch_add(1,sc); m.lock()",
      // Nor had the thread that both others join.
      "x.load(sc); y.store(1,sc); join(2); z.load(sc); w.store(1,sc) || y.load(sc); z.store(1,sc); "
      "join(2); w.load(sc) || x.store(1,sc); u.store(1,sc)",
  };
}

std::string pitfall_differences() {
  std::string all;
  for (const std::string& text : bounded_pitfalls()) {
    program p = parse(text);
    tally count;
    const std::string wrong = differences_within_bounds(p, count);
    if (!wrong.empty()) all += text + "\n  " + wrong + "\n";
  }
  return all;
}

}  // namespace heddle::litmus
