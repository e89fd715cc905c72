// What is known of the order in which threads take locks: which locks each thread holds, and which
// lock was ever taken while which other was held.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <heddle/sync/immovable.hpp>
#include <heddle/sync/location.hpp>
#include <heddle/sync/object_kind.hpp>
#include <heddle/sync/parking.hpp>
#include <heddle/sync/platform.hpp>

namespace heddle {

/// Locks that were taken in an order that may deadlock.
struct lock_cycle {
  /// One lock was taken at `then` while the other, taken at `held`, was held.
  struct step {
    const char* from;
    location held;
    const char* to;
    location then;
  };
  step now;     ///< what the caller is about to do
  step before;  ///< the first step of the way back
  std::size_t locks;

  [[nodiscard]] std::string text() const {
    return "lock order cycle of " + std::to_string(locks) + ": " + text(now) + "; before, " +
           text(before);
  }

 private:
  static std::string text(const step& of) {
    return std::string(of.to) + " (" + text(of.then) + ") is locked while " + of.from + " (" +
           text(of.held) + ") is held";
  }
  static std::string text(location where) {
    if (where.file == nullptr) return "?";
    const std::string_view file = where.file;
    return std::string(file.substr(file.find_last_of('/') + 1)) + ":" + std::to_string(where.line);
  }
};

using lock_cycle_handler = void (*)(const lock_cycle&);

namespace detail {

/// A lock that takes part.  Guarded by the lock of the graph, but for what never changes.
template <class P>
struct order_node : immovable {
  struct edge {
    order_node* to;
    location held, then;  ///< where this lock and that one had been taken
  };
  struct links {
    std::vector<edge> out;
    std::vector<order_node*> in;  ///< whose `out` has this lock
  };

  static constexpr std::int64_t no_level = -1;

  constexpr order_node(const char* label, std::int64_t rank) noexcept
      : name(label == nullptr ? "a lock" : label), level(rank) {}
  ~order_node();

  const char* const name;
  const std::int64_t level;
  links known;
  [[no_unique_address]] typename P::probe probe;
};

/// The locks of one thread, in the order in which it took them.
template <class P>
struct held_locks {
  static constexpr std::size_t most = 32;
  struct one {
    order_node<P>* node = nullptr;
    location where;
  };
  std::array<one, most> locks{};
  std::size_t count = 0;
  std::size_t beyond = 0;  ///< taken when there were `most`; nobody knows which

  [[nodiscard]] one* begin() noexcept { return locks.data(); }
  [[nodiscard]] one* end() noexcept { return locks.data() + count; }
  [[nodiscard]] one* find(const order_node<P>& node) noexcept {
    return std::find_if(begin(), end(), [&](const one& each) { return each.node == &node; });
  }
};

// The graph has an edge from each lock to those that were taken while it was held.  It is without
// cycles but for those that were reported.  Under control threads change in steps alone, so the
// code between them needs no lock.
template <class P>
class lock_order {
  using node = order_node<P>;
  using held = typename held_locks<P>::one;

 public:
  /// Before a thread waits for a lock of a level.
  static void require_level(const node& wanted, location caller) {
    for (const held& each : mine()) {
      if (each.node->level < wanted.level) continue;
      const std::string text = std::string(wanted.name) + " of level " +
                               std::to_string(wanted.level) + " is locked while " +
                               each.node->name + " of level " + std::to_string(each.node->level) +
                               " is held";
      P::misuse(text.c_str(), caller);
    }
  }

  /// Before a thread waits for a lock: enters what it holds, and looks for a way back.
  static void enter(node& wanted, location caller) {
    held_locks<P>& own = mine();
    if (own.find(wanted) != own.end()) {
      P::misuse("lock is locked again by the thread that holds it", caller);
    }
    for (const held& each : own) {
      lock_cycle found{};
      if (!connect(each, wanted, found, caller)) continue;
      const lock_cycle_handler handler = on_cycle.load(std::memory_order_acquire, caller);
      if (handler != nullptr) {
        handler(found);
      } else {
        const std::string text = found.text();
        P::misuse(text.c_str(), caller);
      }
    }
  }

  static void note(node& taken, location caller) {
    held_locks<P>& own = mine();
    if (own.count == held_locks<P>::most) {
      ++own.beyond;
    } else {
      own.locks[own.count++] = {&taken, caller};
    }
  }

  /// Misuse: the thread does not hold the lock.
  static void forget(const node& given_back, location caller) {
    held_locks<P>& own = mine();
    held* const at = own.find(given_back);
    if (at != own.end()) {
      std::move(at + 1, own.end(), at);
      --own.count;
    } else if (own.beyond != 0) {
      --own.beyond;
    } else {
      P::misuse("lock is unlocked by a thread that does not hold it", caller);
    }
  }

  [[nodiscard]] static bool holds(const node& which) {
    held_locks<P>& own = mine();
    return own.find(which) != own.end() || own.beyond != 0;
  }

  /// The lock is destroyed.
  static void erase(node& gone) {
    const guard hold;
    for (const auto& each : gone.known.out) std::erase(each.to->known.in, &gone);
    for (node* const each : gone.known.in) {
      std::erase_if(each->known.out, [&](const auto& edge) { return edge.to == &gone; });
    }
  }

  static inline constinit typename P::template cell<lock_cycle_handler> on_cycle{nullptr};

 private:
  struct guard : immovable {
    guard() {
      if constexpr (!P::controlled) lock_.lock(location::unknown());
    }
    ~guard() {
      if constexpr (!P::controlled) lock_.unlock(false, location::unknown());
    }
  };

  static held_locks<P>& mine() { return held_.get(); }

  /// Whether an edge from `from` to `to` is new and closes a cycle.
  static bool connect(const held& from, node& to, lock_cycle& found, location caller) {
    from.node->probe.preserve(from.node->known);
    to.probe.preserve(to.known);
    const guard hold;
    auto& out = from.node->known.out;
    const bool known =
        std::any_of(out.begin(), out.end(), [&](const auto& each) { return each.to == &to; });
    if (known) return false;
    out.push_back({&to, from.where, caller});
    to.known.in.push_back(from.node);
    const path back = way(to, *from.node);
    if (back.first == nullptr) return false;
    found = {.now = {from.node->name, from.where, to.name, caller},
             .before = {to.name, back.first->held, back.first->to->name, back.first->then},
             .locks = back.length + 1};
    return true;
  }

  struct path {
    const node* end;
    const typename node::edge* first;  ///< null: there is none
    std::size_t length;
  };
  /// The shortest.
  static path way(const node& from, const node& to) {
    std::vector<path> reached{{&from, nullptr, 0}};
    for (std::size_t i = 0; i < reached.size(); ++i) {
      const path at = reached[i];
      for (const auto& each : at.end->known.out) {
        const auto* const first = at.first == nullptr ? &each : at.first;
        if (each.to == &to) return {&to, first, at.length + 1};
        const bool known = std::any_of(reached.begin(), reached.end(),
                                       [&](const path& one) { return one.end == each.to; });
        if (!known) reached.push_back({each.to, first, at.length + 1});
      }
    }
    return {nullptr, nullptr, 0};
  }

  static inline constinit queue_lock<P> lock_{"graph of lock orders"};
  static inline constinit typename P::template local<held_locks<P>> held_{};
};

template <class P>
order_node<P>::~order_node() {
  lock_order<P>::erase(*this);
}

}  // namespace detail

/// Has `handler` called for each cycle of lock orders instead of the misuse; null: the misuse
/// again.  It is called before the thread waits, which then goes on.  Under control the handler is
/// forgotten at the end of an execution.
template <class P = platform>
void on_lock_cycle(lock_cycle_handler handler, location caller = location::here()) {
  detail::lock_order<P>::on_cycle.store(handler, std::memory_order_release, caller);
}

}  // namespace heddle
