// Loops that wait for another thread's write: how many reads an iteration of one has made.
//
// A spin_hint ends an iteration, but where the first one began nobody says.  So when a spin is met
// for the first time, the loop goes round once more on its own, with nothing noted in the graph and
// every read seeing what it saw before, and shows the reads from one spin to the next; later the
// iteration is found by them.  A yield ends an iteration as well: the first few are just taken, and
// the reads since the latest one are known.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <heddle/scheduler/strategy.hpp>
#include <heddle/sync/location.hpp>

namespace heddle {

class idle_loops {
 public:
  enum class answer : std::uint8_t {
    wait,     ///< for a write to what the iteration has read
    go_on,    ///< the loop is to go round again
    learn,    ///< the same, and alone: what it reads then tells how long an iteration is
    give_up,  ///< the loop does more than wait
  };

  /// Another execution begins.
  void begin() {
    for (progress& t : std::span(threads_).first(std::exchange(used_, 0))) {
      t.reads.clear();
      t.begun = 0;
      t.busy = true;
      t.yields = t.in_a_row = 0;
    }
    learned_.clear();
  }

  struct read {
    location where;
    std::int32_t of;  ///< a location of the graph
    std::uint64_t value;
  };
  /// An event of the thread was performed that only read.
  void passed(unsigned thread, const read& what) {
    used_ = std::max<std::size_t>(used_, thread + 1);
    threads_.at(thread).reads.push_back(what);
  }
  /// One that did more.
  void passed(unsigned thread) {
    used_ = std::max<std::size_t>(used_, thread + 1);
    progress& t = threads_.at(thread);
    t.reads.clear();
    t.begun = 0;
    t.busy = true;
    t.in_a_row = 0;
  }

  /// What to do at a spin_hint, or at a yield, of which fewer than `yields` are just taken, but at
  /// least one.  For `wait`, `reads` becomes the number of reads in the iteration.
  answer ask(unsigned thread, location where, unsigned yields, std::uint64_t& reads) {
    progress& t = threads_.at(thread);
    if (yields > 0) return ask_yield(t, key_of(where), yields, reads);
    const auto known = sites_.find(key_of(where));
    if (known == sites_.end()) return answer::learn;
    reads = length(t.reads, known->second);
    return reads == 0 ? answer::give_up : answer::wait;
  }

  /// The yield that was asked about was performed.
  void yielded(unsigned thread, location where) {
    used_ = std::max<std::size_t>(used_, thread + 1);
    progress& t = threads_.at(thread);
    t.yielded_at = key_of(where);
    t.begun = t.reads.size();
    t.busy = false;
    ++t.yields;
    ++t.in_a_row;
  }

  /// While learning: what the same read saw before; nothing if there was none.
  std::optional<std::uint64_t> again(unsigned thread, location where, std::int32_t of) {
    learned_.push_back(where);
    const auto& reads = threads_.at(thread).reads;
    for (auto r = reads.rbegin(); r != reads.rend(); ++r) {
      if (r->of == of && key_of(r->where) == key_of(where)) return r->value;
    }
    return std::nullopt;
  }
  /// The loop has come to the same spin again.
  void learned(location spin) { sites_[key_of(spin)] = std::exchange(learned_, {}); }

 private:
  static constexpr unsigned longest_row = 16;
  using key = std::pair<const char*, std::uint32_t>;
  struct progress {
    std::vector<read> reads;  ///< since it did anything else
    std::size_t begun = 0;    ///< those before are of earlier iterations
    bool busy = true;         ///< it did anything else since the latest yield
    unsigned yields = 0;
    unsigned in_a_row = 0;  ///< yields with nothing but reads between them
    key yielded_at{};
  };

  static key key_of(location where) noexcept {
    return {where.file, static_cast<std::uint32_t>(where.line)};
  }

  static answer ask_yield(progress& t, const key& at, unsigned yields, std::uint64_t& reads) {
    const bool again = t.yields > 0 && t.yielded_at == at;
    if (!again) {
      // Nothing but reads between yields in several places: a longer loop than this can follow.
      if (!t.busy && t.in_a_row > longest_row) return answer::give_up;
      t.yields = 0;
      return answer::go_on;
    }
    // A loop that does more than read goes by fair schedules only.
    if (t.busy) return answer::give_up;
    if (t.yields + 1 < yields) return answer::go_on;
    reads = t.reads.size() - t.begun;
    return reads == 0 ? answer::give_up : answer::wait;
  }

  /// How many of the latest reads are one iteration like `one`.
  static std::uint64_t length(const std::vector<read>& reads, const std::vector<location>& one) {
    const auto same = [](const location& a, const read& b) { return key_of(a) == key_of(b.where); };
    if (one.empty()) return 0;
    if (reads.size() >= one.size() && std::equal(one.rbegin(), one.rend(), reads.rbegin(), same)) {
      return one.size();
    }
    // It took another way through the loop, which begins in the same place.
    for (std::size_t i = reads.size(); i-- > 0;) {
      if (same(one.front(), reads[i])) return reads.size() - i;
    }
    return 0;
  }

  std::array<progress, max_threads> threads_;
  std::size_t used_ = 0;                        ///< those from here on are as new
  std::map<key, std::vector<location>> sites_;  ///< an iteration of each loop
  std::vector<location> learned_;
};

}  // namespace heddle
