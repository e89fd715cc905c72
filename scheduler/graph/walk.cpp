// Single steps of the search, for whoever goes one way from the root instead of all of them.
//
// What is open at any time, with the graph at hand, parts what is left of the search: each
// execution belongs to one of the ways.  An alternative may be tried before those that stand above
// it, as parts.cpp explains.
#include <heddle/scheduler/graph/trust.hpp>

#include <utility>

namespace heddle::graph {

void explorer::restart() {
  depth_ = 0;
  path_.clear();
  item& root = push();
  root.g = graph();
  root.fresh = true;
}

std::size_t explorer::ways(bool lives) const noexcept {
  std::size_t count = lives ? 1 : 0;
  for (std::size_t level = 0; level < depth_; ++level) {
    count += stack_[level].open.size() + (stack_[level].fresh ? 1 : 0);
  }
  return count;
}

void explorer::go(std::size_t way, bool lives) {
  ordered_ = 0;
  std::size_t level = 0;
  if (lives && way == 0) {
    level = depth_ - 1;
    stack_[level].open.clear();
  } else {
    std::size_t left = way - (lives ? 1 : 0);
    const auto size = [&] { return stack_[level].open.size() + (stack_[level].fresh ? 1 : 0); };
    while (left >= size()) left -= size(), ++level;
    item& it = stack_[level];
    if (it.fresh && left == 0) {
      it.open.clear();
    } else {
      it.open = {it.open[left - (it.fresh ? 1 : 0)]};
      it.fresh = false;
    }
  }
  if (level > 0) std::swap(stack_[0], stack_[level]);
  depth_ = 1;
}

bool explorer::enter() {
  is_over_limit_ = false;
  ordered_ = 0;
  item& only = top();
  if (std::exchange(only.fresh, false)) {
    go_to(only);
    return true;
  }
  return apply(take(only));
}

}  // namespace heddle::graph
