// Which operation reads from which, as far as it can be told from what threads announce: by places
// in the source, and without the threads.
//
// An operation that is not only a read counts as a write, also if it fails; and as a read, unless
// it is a store.  A read is taken to see what was written last, also under rc11, where it may not.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include <heddle/scheduler/strategy/flat_table.hpp>
#include <heddle/scheduler/view.hpp>

namespace heddle::detail {

class reads_from {
 public:
  /// Number of an event: what is done to which object at which place of the source; in the order
  /// in which they were met, so the same in all processes.
  using event = std::uint32_t;
  static constexpr event none = ~event{0};  ///< no event; as a writer, the initial value

  reads_from() { clear(); }
  /// Forgets all executions.
  void clear();

  void begin(const execution_view& view);
  /// Threads whose announcement has not been looked up since they last went on.
  [[nodiscard]] thread_set unread() const noexcept { return unread_; }
  /// What the thread has announced; `none` if it concerns no object.
  [[nodiscard]] event announced(unsigned thread) {
    if ((unread_ & thread_set{1} << thread) != 0) read(thread);
    return announced_[thread];
  }
  /// The thread performs what it has announced.  Returns the event.
  event steps(unsigned thread) {
    const event performed = announced(thread);
    unread_ |= thread_set{1} << thread;
    if (performed == none) return none;
    const description& what = events_[performed];
    event& latest = latest_[what.object];
    if (what.reads) note_pair(performed, latest);
    if (what.writes) latest = performed;
    return performed;
  }
  /// The latest write of the object that the event concerns.
  [[nodiscard]] event latest_for(event of) const { return latest_[events_[of].object]; }
  [[nodiscard]] bool reads(event of) const { return events_[of].reads; }
  [[nodiscard]] bool writes(event of) const { return events_[of].writes; }
  /// Objects have numbers, too.
  [[nodiscard]] std::uint32_t object_of(event of) const { return events_[of].object; }
  /// The execution counts from now on.  True if it has shown a pair that none before has.
  bool finish();
  /// Of the present execution: equal for those with the same pairs.
  [[nodiscard]] std::uint64_t combination() const noexcept { return combination_; }

  // Of the executions that count.
  [[nodiscard]] event event_count() const noexcept { return known_; }
  /// Those that read, in the order of their numbers.
  [[nodiscard]] const std::vector<event>& readers() const noexcept { return readers_; }
  /// Those that write the object.
  [[nodiscard]] const std::vector<event>& writers_of(std::uint32_t object) const {
    return writers_[object];
  }

 private:
  struct description {
    std::uint64_t identity;
    const char* file;
    std::uint32_t line;
    op_kind kind;
    std::uint32_t object;
    bool reads, writes;
  };
  void read(unsigned thread);
  [[nodiscard]] event number_of(const thread_view& what);
  [[nodiscard]] event add(const thread_view& what);
  void enter(event one);
  void note_pair(event reader, event writer);

  const execution_view* view_ = nullptr;
  std::vector<description> events_;
  std::vector<event> table_;                 ///< open addressing: event by place
  flat_table<std::uint32_t> objects_;        ///< number by identity, plus one
  std::vector<event> readers_;               ///< that count
  std::vector<std::vector<event>> writers_;  ///< that count, by object
  event known_ = 0;
  struct known_pair {
    std::uint32_t latest = 0;  ///< number of the latest execution that has shown it
    bool counts = false;       ///< one has that counts
  };
  flat_table<known_pair> pairs_;
  std::uint32_t execution_ = 0;

  // Of the present execution.
  std::array<event, max_threads> announced_{};
  thread_set unread_ = 0;
  std::vector<event> latest_;               ///< by object
  std::vector<std::uint64_t> fresh_pairs_;  ///< that do not count yet
  std::uint64_t combination_ = 0;
};

}  // namespace heddle::detail
