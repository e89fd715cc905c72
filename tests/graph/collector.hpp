// What the known counts are put together from: pieces of text, and programs that are collected.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <heddle/tests/graph/counted.hpp>

namespace heddle::litmus {

inline std::string number(unsigned n) { return std::to_string(n); }

/// `write(i)` is the text of thread i of `threads`.
template <class Write>
std::string each_thread(unsigned threads, Write write) {
  std::string text;
  for (unsigned i = 0; i < threads; ++i) text += (i == 0 ? "" : " || ") + std::string(write(i));
  return text;
}

inline std::string times(unsigned n, const std::string& text) {
  std::string all;
  for (unsigned i = 0; i < n; ++i) all += (i == 0 ? "" : "; ") + text;
  return all;
}

inline std::string same(unsigned threads, const std::string& text) {
  return each_thread(threads, [&](unsigned) { return text; });
}

inline std::uint64_t factorial(unsigned n) { return n < 2 ? 1 : n * factorial(n - 1); }

/// Collects programs: `both` is under sc, and under rc11 with seq_cst and with relaxed accesses.
class collector {
 public:
  using memory = graph::memory;

  void sc(const std::string& name, const std::string& text, std::uint64_t complete,
          std::uint64_t deadlocked = 0) {
    add(name, text, "sc", memory::sc, complete, deadlocked);
  }
  void rc11(const std::string& name, const std::string& text, const char* order,
            std::uint64_t complete, std::uint64_t deadlocked = 0) {
    add(name + ", " + order, text, order, memory::rc11, complete, deadlocked);
  }
  void both(const std::string& name, const std::string& text, std::uint64_t complete,
            std::uint64_t deadlocked = 0) {
    strong(name, text, complete, deadlocked);
    rc11(name, text, "rlx", complete, deadlocked);
  }
  /// Where relaxed accesses allow more.
  void strong(const std::string& name, const std::string& text, std::uint64_t complete,
              std::uint64_t deadlocked = 0) {
    latest_ = all_.size();
    sc(name, text, complete, deadlocked);
    rc11(name, text, "sc", complete, deadlocked);
  }
  /// Of those that were added last.
  void wasted(std::uint64_t runs) {
    for (std::size_t i = latest_; i < all_.size(); ++i) all_[i].wasted = runs;
  }
  std::vector<counted> take() { return std::move(all_); }

 private:
  // A `?` in the text stands for the order.
  void add(const std::string& name, const std::string& text, const char* order, memory model,
           std::uint64_t complete, std::uint64_t deadlocked) {
    std::string made;
    for (const char c : text) made += c == '?' ? std::string(order) : std::string(1, c);
    all_.push_back({name, made, model, complete, deadlocked});
  }

  std::vector<counted> all_;
  std::size_t latest_ = 0;  ///< where those begin that were added last
};

/// Parts of the small counts: threads that spin or wait, and fences of which one side is light.
void add_waits(collector& all);
void add_asymmetric_fences(collector& all);

}  // namespace heddle::litmus
