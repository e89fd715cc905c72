// What sampling strategies learn of a program from some of its executions: how many steps each
// thread makes, on which objects, and how often there is a choice who goes next.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include <heddle/scheduler/view.hpp>

namespace heddle::detail {

class profile {
 public:
  /// An object that at least two threads touch, one of them not only to read it.
  struct shared_object {
    std::uint64_t identity = 0;
    std::unordered_map<std::uint64_t, std::uint32_t> steps;  ///< by path, with all descendants
  };

  /// Zero before the first execution was learned from.
  [[nodiscard]] std::uint32_t horizon() const noexcept { return horizon_; }
  [[nodiscard]] std::uint32_t threads() const noexcept { return threads_; }
  [[nodiscard]] bool empty() const noexcept { return learned_.empty(); }
  /// The steps of the thread on this path and of all threads that descend from it; of one that was
  /// never seen, the least that any other has, or 1.
  [[nodiscard]] std::uint32_t steps_of(std::uint64_t path) const;
  [[nodiscard]] const std::vector<shared_object>& shared() const noexcept { return shared_; }

  void forget();

  // An execution to learn from; nothing counts before finish().
  void start();
  void spawned(std::uint64_t path, std::uint64_t parent);
  void stepped(const thread_view& thread);
  void finish(std::uint32_t decisions);

 private:
  struct access {
    std::uint32_t first;  ///< the thread's other objects before it
    std::uint32_t steps = 0;
    bool writes = false;
  };
  struct known_thread {
    std::uint64_t path, parent;
    std::uint32_t steps;
    std::unordered_map<std::uint64_t, access> objects;
  };
  known_thread& now_at(std::uint64_t path);
  void learn_totals();
  void learn_shared();

  std::uint32_t horizon_ = 0, threads_ = 0, least_ = 1;
  std::vector<known_thread> learned_;  ///< parents before their children
  std::vector<known_thread> now_;      ///< of the present execution
  std::unordered_map<std::uint64_t, std::uint32_t> totals_;
  std::vector<shared_object> shared_;
};

}  // namespace heddle::detail
