// The search one way at a time, for whoever goes one from the root instead of all of them.
//
// What is open at any time, with the graph at hand, parts what is left of the search: each
// execution belongs to one of the ways.  An alternative may be tried before those that stand above
// it, as parts.cpp explains.
#include <heddle/scheduler/graph/trust.hpp>

#include <utility>

namespace heddle::graph {

std::size_t explorer::ways() const noexcept {
  std::size_t count = 0;
  for (std::size_t level = 0; level < depth_; ++level) {
    count += stack_[level].open.size() + (stack_[level].fresh ? 1 : 0);
  }
  return count;
}

explorer explorer::only(std::size_t way) const {
  std::size_t level = 0;
  const auto size = [&] { return stack_[level].open.size() + (stack_[level].fresh ? 1 : 0); };
  while (way >= size()) way -= size(), ++level;
  const item& from = stack_[level];
  explorer made(model_, rules_);
  item& to = made.top();
  to.g = from.g;
  to.fresh = from.fresh && way == 0;
  if (!to.fresh) to.open = {from.open[way - (from.fresh ? 1 : 0)]};
  return made;
}

explorer explorer::alone() const {
  explorer made(model_, rules_);
  made.top().g = top().g;
  made.top().fresh = false;
  return made;
}

bool explorer::enter() {
  item& one = top();
  if (std::exchange(one.fresh, false)) return true;
  return apply(take(one));
}

void explorer::forget_ways() {
  ordered_ = 0;
  top().open.clear();
  if (depth_ > 1) std::swap(stack_[0], top());
  depth_ = 1;
}

}  // namespace heddle::graph
