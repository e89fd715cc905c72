#include <heddle/scheduler/strategy/optimal.hpp>

namespace heddle {

bool optimal::split(search_part& given) {
  graph::work_item item;
  if (!explorer_.split(item)) return false;
  given = to_part(item, model_, program_codec(locations_));
  return true;
}

std::vector<search_part> optimal::save() const {
  const program_codec codec(locations_);
  std::vector<search_part> all;
  for (const graph::work_item& item : explorer_.save()) {
    all.push_back(to_part(item, model_, codec));
  }
  bound_to_process_ = bound_to_process_ || codec.wrote_addresses();
  return all;
}

std::string optimal::adopt(const search_part& taken) {
  graph::work_item item;
  std::string wrong = from_part(taken, model_, program_codec(locations_), item);
  if (!wrong.empty()) return wrong;
  // What it holds was announced elsewhere.
  for (const graph::event& e : item.g.events) {
    note_order(e.op);
    if (e.op.slots > 0) note_object(item.g, e);
  }
  explorer_.adopt(std::move(item));
  return "";
}

std::string optimal::bound_to_process() const {
  return bound_to_process_ ? "the body uses objects that were built outside of it, or pointers "
                             "to what lies outside of its heap"
                           : "";
}

bool optimal::add(announced& what) {
  last_thread_ = graph::max_threads;
  const graph::graph& g = explorer_.current();
  graph::operation& op = what.what;
  if (op.type == graph::kind::spawn) {
    unsigned child = 1;
    while (child < graph::max_threads && g.spawned_by.at(child) != graph::initial) ++child;
    if (child == graph::max_threads) {
      applies_ = false;
      return true;
    }
    op.a = child;
  } else if (op.type == graph::kind::join) {
    op.a = graph_thread_.at(what.other);
  }
  const auto became = extension_.add(explorer_, chosen_, op).became;
  const bool lives = became != graph::addition::what::cut;
  if (walk_ && !walk_->goes_on(explorer_, lives)) return false;
  if (!lives) return false;
  if (became == graph::addition::what::handed_off && !extension_.restarted().empty()) {
    // A loop goes round again, and what it has read natively is no longer so.
    rerun_ = true;
    return false;
  }
  if (became == graph::addition::what::handed_off) look_for_newest();
  pruned_ = pruned_ || explorer_.is_over_limit();
  return !explorer_.is_over_limit();
}

// The writes performed so far stand in the order that they have in the graph.
std::uint32_t optimal::choose_write(const write_question& question) {
  if (!applies_ || free_ || confused_ || learning_ < max_threads) return 0;
  const graph::graph& g = explorer_.current();
  const step& latest = performed_.back();
  const graph::event_id id = g.threads[latest.thread][latest.position];
  const graph::event& e = g.at(id);
  const std::int32_t place = question.kind == choice_kind::read ? g.place(e.from) : e.place;
  if (place >= newest_before_) return 0;
  std::uint32_t newer = 0;
  const auto& order = g.co(e.op.location);
  for (auto i = static_cast<std::size_t>(place + 1); i < order.size(); ++i) {
    const graph::event& w = g.at(order[i]);
    if (order[i] != id && w.position < passed_.at(w.thread)) ++newer;
  }
  return newer;
}

script optimal::follow_script(bool can) {
  by_script_ = can && !ordered_ && scripts_ && applies_;
  if (by_script_) {
    order_.clear();
    if (model_ == graph::memory::sc) find_last_step();
    return {&explorer_.current(), &performed_};
  }
  if (!ordered_) {
    order_ = explorer_.order();
    leave_out_what_is_no_step();
  }
  ordered_ = true;
  return {};
}

// The thread with the last step of the order that a script does not keep to.
void optimal::find_last_step() {
  const graph::graph& g = explorer_.current();
  const auto& order = explorer_.order();
  const auto last = std::find_if(order.rbegin(), order.rend(), [&](graph::event_id id) {
    return g.at(id).type != graph::kind::end && !g.at(id).blocked;
  });
  if (last != order.rend()) last_thread_ = g.at(*last).thread;
}

// As it was performed; but a script keeps to no order in which under sc each read sees the latest
// write.
void optimal::order_performed() {
  const graph::graph& g = explorer_.current();
  order_.clear();
  std::size_t next = 0;
  if (by_script_ && model_ == graph::memory::sc) {
    linear_order(g, model_, order_);
    std::erase_if(order_, [&](graph::event_id id) {
      return g.at(id).position >= by_script_of_.at(g.at(id).thread);
    });
    next = order_.size();
  }
  for (; next < performed_.size(); ++next) {
    const step& each = performed_[next];
    order_.push_back(g.threads.at(each.thread)[each.position]);
  }
}

// What a spin waits for; or that it is none yet.
void optimal::prepare_spin(unsigned thread, announced& what) {
  if (!applies_ || free_) return;
  if (learning_ == thread) {
    loops_.learned(what.where);
    rerun_ = true;
    return;
  }
  const auto yields = static_cast<unsigned>(what.what.b);
  const unsigned t = graph_thread_.at(thread);
  const bool known = passed_.at(t) < explorer_.current().threads.at(t).size();
  if (known && yields == 0) {
    what.what.a = event_at(t, passed_.at(t)).op.a;
    return;
  }
  switch (loops_.ask(thread, what.where, yields, what.what.a)) {
    case idle_loops::answer::wait:
      hit_polls_ = hit_polls_ || yields > 0;
      hit_fairness_ = hit_fairness_ || yields == 0;
      break;
    case idle_loops::answer::go_on:
      hide(thread, what);
      break;
    case idle_loops::answer::learn:
      hide(thread, what);
      learning_ = thread;
      break;
    case idle_loops::answer::give_up:
      applies_ = false;
      break;
  }
}

bool optimal::follows(unsigned thread, announced& what) {
  if (position_ >= order_.size() || !applies_ || confused_ || free_ || rerun_) return false;
  if (learning_ < max_threads || (announced_ & hidden_) != 0) return false;
  const graph::graph& g = explorer_.current();
  const graph::event& e = g.at(order_[position_]);
  if (engine_thread_.at(e.thread) != thread || what.is != announced::sort::event) return false;
  if (passed_.at(e.thread) != e.position) return false;
  const graph::operation& op = what.what;
  if (op.type == graph::kind::spin) return false;
  const std::int32_t anywhere = op.location;
  locate(what);
  if (!is_same(e.op, op)) {
    what.what.location = anywhere;  // to be located once more, when it is announced
    return false;
  }
  note_order(op);
  ++position_;
  note_performed(thread, what, e);
  return true;
}

bool optimal::performs(unsigned thread) {
  announced_ &= ~bit(thread);
  option_ = 0;
  announced& what = *next_.at(thread);
  what.option = 0;
  if (!applies_) return true;
  if (what.is == announced::sort::hidden) {
    if (what.what.type == graph::kind::spin && what.what.b > 0) {
      loops_.yielded(thread, what.where);
    }
    return true;
  }
  if (learning_ == thread) {
    pretended_ = loops_.again(thread, what.where, what.what.location);
    applies_ = pretended_.has_value();
    what.seen = pretended_.value_or(0);
    return applies_;
  }
  const unsigned t = graph_thread_.at(thread);
  const bool known = passed_.at(t) < explorer_.current().threads.at(t).size();
  const bool follows = position_ < order_.size();
  if (follows) ++position_;
  confused_ = confused_ || (known ? !is_same(event_at(t, passed_.at(t)).op, what.what) : follows);
  if (confused_) return true;
  if (!known && !add(what)) return false;
  if (!applies_) return true;
  note_performed(thread, what, event_at(t, passed_.at(t)));
  return true;
}

unsigned optimal::pick(const thread_question& question) {
  if (free_) return some(question, question.enabled);
  if (confused_) return max_threads;
  if (learning_ < max_threads && (question.enabled & bit(learning_)) == 0) applies_ = false;
  if (!applies_ || rerun_) return give_up;
  if (learning_ < max_threads) return learning_;
  // First, since what follows in the graph may be a join that waits for it.
  if (const unsigned hidden = hidden_next(question.enabled); hidden != nobody) return hidden;
  if (position_ < order_.size()) {
    return engine_thread_.at(explorer_.current().at(order_[position_]).thread);
  }
  if (const unsigned woken = known_next(question.enabled); woken != nobody) return woken;
  for (;;) {
    list_pending(question.enabled);
    const unsigned preferred = limited_ ? graph::thread_to_go_on(explorer_.current())
                               : last_thread_ < graph::max_threads
                                   ? last_thread_
                                   : graph_thread_.at(question.current);
    chosen_ = extension_.choose(explorer_, pending_, preferred);
    switch (chosen_.does) {
      case graph::next::what::add:
        return engine_thread_.at(chosen_.thread);
      case graph::next::what::block:
        // What nobody lets go on is in the graph all the same: other writes may be read there.
        if (!add(*next_.at(engine_thread_.at(chosen_.thread)))) return give_up;
        break;
      case graph::next::what::end:
        return ends_run() ? nobody : give_up;
    }
  }
}

std::unique_ptr<strategy> make_optimal(graph::memory model, const graph::rules& obeyed,
                                       std::optional<graph::preemption_limit> limit) {
  return std::make_unique<optimal>(model, obeyed, limit);
}

std::unique_ptr<estimating_strategy> make_estimate(graph::memory model, std::uint64_t seed,
                                                   std::size_t width, const graph::rules& obeyed) {
  return std::make_unique<optimal>(model, obeyed, seed, width);
}

}  // namespace heddle
