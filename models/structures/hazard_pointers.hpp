// A stack whose nodes are freed, protected by hazard pointers.
//
// Michael: Hazard pointers: safe memory reclamation for lock-free objects, TPDS 15(6), 2004.
// Differs: a node that is still in use when it is popped is kept until the stack goes.
#pragma once

#include <array>
#include <cstddef>
#include <utility>
#include <vector>

#include <heddle/models/structures/words.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/shared.hpp>

namespace heddle::structures {

struct hazard_variant {
  bool validates = true;  ///< looks at the top again, once the hazard is announced
  bool scans = true;      ///< for hazards, before a node is freed
  std::memory_order announce = seq_cst;
  std::memory_order scan = seq_cst;
  std::memory_order withdraw = release;
};

/// Order: a push happens before the pop that takes its item.
template <std::size_t threads>
class hazard_stack {
 public:
  explicit hazard_stack(hazard_variant how = {}) : how_(how) {}
  ~hazard_stack() {
    int unused = 0;
    while (pop(0, unused)) continue;
    for (const std::vector<node*>& of : retired_) {
      for (node* each : of) delete each;
    }
  }

  void push(int item) {
    auto* const mine = new node{item, nullptr};
    node* top = top_.load(relaxed);
    do {
      mine->next.set(top);
    } while (!top_.compare_exchange_strong(top, mine, release, relaxed));
  }

  /// By the thread of that number.  False if the stack is empty.
  [[nodiscard]] bool pop(std::size_t thread, int& item) {
    for (;;) {
      node* top = protect(thread);
      if (top == nullptr) return false;
      node* const next = top->next.get();
      if (top_.compare_exchange_strong(top, next, seq_cst, relaxed)) {
        item = top->item.get();
        hazards_[thread].store(nullptr, how_.withdraw);
        retire(thread, top);
        return true;
      }
    }
  }

 private:
  struct node {
    node(int value, node* after) : item(value, "item"), next(after, "next") {}
    shared<int> item;
    shared<node*> next;
  };

  node* protect(std::size_t thread) {
    node* top = top_.load(seq_cst);
    for (;;) {
      hazards_[thread].store(top, how_.announce);
      if (!how_.validates) return top;
      node* const again = top_.load(seq_cst);
      if (again == top) return top;
      top = again;
    }
  }

  void retire(std::size_t thread, node* old) {
    bool used = false;
    if (how_.scans) {
      for (const atomic<node*>& hazard : hazards_) used |= hazard.load(how_.scan) == old;
    }
    if (!used) {
      delete old;
    } else {
      retired_[thread].push_back(old);
    }
  }

  hazard_variant how_;
  atomic<node*> top_{nullptr, "top"};
  std::array<atomic<node*>, threads> hazards_{};
  std::array<std::vector<node*>, threads> retired_;
};

}  // namespace heddle::structures
