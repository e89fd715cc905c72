#include <heddle/tests/graph/interleavings.hpp>

#include <algorithm>

namespace heddle::litmus {

namespace {

class interleaver {
 public:
  interleaver(const program& p, std::uint64_t most)
      : p_(p),
        most_(most),
        spawner_(spawners(p)),
        spawned_(p.threads.size()),
        threads_(p.threads.size()),
        locations_(p.threads.size()),
        memory_(p.initial) {
    done_.threads.resize(p.threads.size());
    done_.writes.resize(p.locations.size());
  }

  std::optional<graph_set> run() {
    go_on();
    if (ends_ > most_) return std::nullopt;
    return std::move(found_);
  }
  std::unordered_map<std::u16string, unsigned> take_preemptions() { return std::move(least_); }

 private:
  [[nodiscard]] bool is_running(std::size_t thread) const {
    return spawner_[thread] < 0 || spawned_[thread];
  }
  [[nodiscard]] bool is_finished(std::size_t thread) {
    return is_running(thread) && threads_[thread].look(p_.threads[thread]) == nullptr;
  }
  [[nodiscard]] event_name last_write(const instruction& of) const {
    const auto& order = done_.writes[static_cast<std::size_t>(of.location)];
    return order.empty() ? event_name{0} : order.back();
  }
  [[nodiscard]] std::uint64_t& memory(const instruction& of) {
    return memory_[static_cast<std::size_t>(of.location)];
  }

  // Every way in which the execution can go on from here.
  void go_on() {
    bool moved = false;
    const int last = last_;
    const unsigned so_far = preemptions_;
    const unsigned price = last >= 0 && can_go(static_cast<std::size_t>(last)) ? 1 : 0;
    for (std::size_t thread = 0; thread < p_.threads.size() && ends_ <= most_; ++thread) {
      if (!is_running(thread)) continue;
      const instruction* const next = threads_[thread].look(p_.threads[thread]);
      if (next == nullptr) continue;
      if (next->what == action::join && !is_finished(next->a.constant)) continue;
      last_ = static_cast<int>(thread);
      preemptions_ = so_far + (last_ == last ? 0 : price);
      moved |= step(thread, *next);
    }
    last_ = last;
    preemptions_ = so_far;
    // A wait that could be given up may also last for ever, if nobody else ends it.
    if (!moved || only_waits()) end();
  }

  [[nodiscard]] bool blocks(std::size_t thread, const instruction& next) {
    if (next.what == action::join) return !is_finished(next.a.constant);
    if (next.what == action::spin) return true;
    if (!may_block(next.what)) return false;
    const arguments with = arguments_of(next, threads_[thread], thread);
    return perform(next.what, memory(next), with.a, with.b, 0).does == outcome::what::block;
  }

  [[nodiscard]] bool can_go(std::size_t thread) {
    const instruction* const next = threads_[thread].look(p_.threads[thread]);
    return next != nullptr && !blocks(thread, *next);
  }

  [[nodiscard]] bool only_waits() {
    for (std::size_t thread = 0; thread < p_.threads.size(); ++thread) {
      if (!is_running(thread)) continue;
      const instruction* const next = threads_[thread].look(p_.threads[thread]);
      if (next != nullptr && !blocks(thread, *next)) return false;
    }
    return true;
  }

  // True if a thread is about to read again something that has changed: it does not wait for ever,
  // and what it saw is no part of the graph.
  [[nodiscard]] bool somebody_spins_on() {
    for (std::size_t thread = 0; thread < p_.threads.size(); ++thread) {
      if (!is_running(thread)) continue;
      const instruction* const next = threads_[thread].look(p_.threads[thread]);
      if (next == nullptr || next->what != action::spin) continue;
      const auto& nodes = done_.threads[thread];
      for (std::size_t i = nodes.size() - next->a.constant; i < nodes.size(); ++i) {
        const auto& order = done_.writes[static_cast<std::size_t>(locations_[thread][i])];
        const event_name newest = order.empty() ? event_name{0} : order.back();
        if (nodes[i].option != 0 || nodes[i].from != newest) return true;
      }
    }
    return false;
  }

  void end() {
    ++ends_;
    if (somebody_spins_on()) return;
    shape graph = done_;
    bool deadlocked = false;
    for (std::size_t thread = 0; thread < p_.threads.size(); ++thread) {
      if (is_finished(thread)) continue;
      deadlocked = true;
      const instruction* const next = threads_[thread].look(p_.threads[thread]);
      if (!is_running(thread) || next == nullptr || next->what == action::join) continue;
      const bool spins = next->what == action::spin;
      graph.threads[thread].push_back({spins ? event_name{0} : last_write(*next), 0, true});
    }
    found_.add(graph, deadlocked);
    unsigned& least = least_.emplace(graph.key(), preemptions_).first->second;
    least = std::min(least, preemptions_);
  }

  bool step(std::size_t thread, const instruction& next) {
    const thread_state before = threads_[thread];
    const arguments with = arguments_of(next, before, thread);
    switch (next.what) {
      case action::spin:
        return false;
      case action::fence:
      case action::join:
        perform_one(thread, next, {0, 0, false}, 0);
        break;
      case action::spawn:
        spawned_[next.a.constant] = true;
        perform_one(thread, next, {0, 0, false}, 0);
        spawned_[next.a.constant] = false;
        break;
      case action::choose:
        for (unsigned option = 0; option < with.a; ++option) {
          perform_one(thread, next, {0, static_cast<std::uint8_t>(option), false}, 0);
          threads_[thread] = before;
        }
        break;
      case action::store:
        write_one(thread, next, {0, 0, false}, 0, with.a);
        break;
      default:
        return access(thread, next, before, with);
    }
    threads_[thread] = before;
    return true;
  }

  // All outcomes of a read or an update.
  bool access(std::size_t thread, const instruction& next, const thread_state& before,
              arguments with) {
    const std::uint64_t value = memory(next);
    bool moved = false;
    unsigned options = 1;
    for (unsigned option = 0; option < options; ++option) {
      const outcome of = perform(next.what, value, with.a, with.b, option);
      if (option == 0) options = of.options;
      if (of.does == outcome::what::block) continue;
      moved = true;
      const shape::node node{last_write(next), static_cast<std::uint8_t>(option), false};
      if (of.does == outcome::what::write) {
        write_one(thread, next, node, value, of.next);
      } else {
        perform_one(thread, next, node, value);
      }
      threads_[thread] = before;
    }
    return moved;
  }

  void write_one(std::size_t thread, const instruction& next, shape::node node, std::uint64_t read,
                 std::uint64_t written) {
    auto& order = done_.writes[static_cast<std::size_t>(next.location)];
    const std::uint64_t before = memory(next);
    order.push_back(name_of(thread, done_.threads[thread].size()));
    memory(next) = written;
    perform_one(thread, next, node, read);
    memory(next) = before;
    order.pop_back();
  }

  // Leaves the state of the thread changed.
  void perform_one(std::size_t thread, const instruction& next, shape::node node,
                   std::uint64_t read) {
    done_.threads[thread].push_back(node);
    locations_[thread].push_back(next.location);
    threads_[thread].finish(next, read, node.option);
    go_on();
    locations_[thread].pop_back();
    done_.threads[thread].pop_back();
  }

  const program& p_;
  std::uint64_t most_, ends_ = 0;
  std::vector<int> spawner_;
  std::vector<bool> spawned_;
  std::vector<thread_state> threads_;
  std::vector<std::vector<int>> locations_;  ///< of each thread's events
  std::vector<std::uint64_t> memory_;
  shape done_;
  graph_set found_;
  int last_ = -1;  ///< the thread that went last
  unsigned preemptions_ = 0;
  std::unordered_map<std::u16string, unsigned> least_;
};

}  // namespace

std::optional<graph_set> interleave(const program& p, std::uint64_t most) {
  return interleaver(p, most).run();
}

std::optional<std::unordered_map<std::u16string, unsigned>> least_preemptions(const program& p,
                                                                              std::uint64_t most) {
  interleaver all(p, most);
  if (!all.run()) return std::nullopt;
  return all.take_preemptions();
}

}  // namespace heddle::litmus
