// The search in parts: where each alternative stands in the tree of visits, and how some of them
// are given to somebody else.
//
// What an alternative needs of its graph is the events that were there when it was filed, as they
// are then.  All that lies above it in the stack is tried first and changes only later events, or
// the one event of it that it sets itself.  So at any time between two visits it may be tried
// elsewhere on a copy of the graph as it is now.
#include <heddle/scheduler/graph/trust.hpp>

#include <algorithm>
#include <utility>

namespace heddle::graph {

// To its node, unless the present path is within it already.
void explorer::go_to(item& it) {
  if (std::exchange(it.based, false)) {
    path_ = it.base;
  } else if (it.depth > 0) {
    path_.resize(it.depth - 1);
    path_.push_back(step_to(it.number));
  }
}

alternative explorer::take(item& from) {
  const alternative a = from.open.back();
  from.open.pop_back();
  if (from.based || a.depth == from.depth) go_to(from);
  path_.resize(a.depth);
  path_.push_back(step_to(a.number));
  from.node = a.depth + 1;
  from.filed = 0;
  return a;
}

// The first steps of the path within the item at `level`.
tree_path explorer::path_of(std::size_t level, std::uint32_t length) const {
  const tree_path* all = &path_;
  for (std::size_t above = level; above < depth_; ++above) {
    if (!stack_[above].based) continue;
    all = &stack_[above].base;
    break;
  }
  tree_path path(all->begin(), all->begin() + std::min<std::ptrdiff_t>(length, std::ssize(*all)));
  path.resize(length);
  const item& it = stack_[level];
  if (!it.based && it.depth > 0 && it.depth <= length) path[it.depth - 1] = step_to(it.number);
  return path;
}

// Of the item at `level` the `count` alternatives that were filed first, and whether its graph has
// still to be visited.
work_item explorer::oldest_of(std::size_t level, std::size_t count, bool fresh) const {
  const item& it = stack_[level];
  work_item made;
  made.open.assign(it.open.begin(), it.open.begin() + static_cast<std::ptrdiff_t>(count));
  made.g = it.g;
  made.fresh = fresh;
  if (fresh) {
    made.path = path_of(level, it.node);
    made.filed = it.filed;
  } else {
    made.g.cut(made.open.back().size);
    made.path = path_of(level, made.open.back().depth);
  }
  return made;
}

bool explorer::split(work_item& given) {
  std::size_t level = 0;
  while (level < depth_ && !stack_[level].fresh && stack_[level].open.empty()) ++level;
  if (level == depth_) return false;
  item& it = stack_[level];
  std::size_t others = 0;
  for (std::size_t above = level + 1; above < depth_; ++above) {
    others += stack_[above].open.size() + (stack_[above].fresh ? 1 : 0);
  }
  // The graph itself comes before its alternatives, which may be half of what is left.
  const bool whole = it.fresh && others > 0;
  if (!whole && it.open.size() + (it.fresh ? 1 : 0) + others < 2) return false;
  const std::size_t count = whole ? it.open.size() : (it.open.size() + 1) / 2;
  given = oldest_of(level, count, whole);
  it.open.erase(it.open.begin(), it.open.begin() + static_cast<std::ptrdiff_t>(count));
  it.fresh = it.fresh && !whole;
  return true;
}

void explorer::adopt(work_item taken) {
  if (depth_ > 0 && !top().based) {
    top().base = path_;
    top().based = true;
  }
  item& it = push();
  it.g = std::move(taken.g);
  it.open = std::move(taken.open);
  it.fresh = taken.fresh;
  if (it.fresh) {
    it.depth = it.node = static_cast<std::uint32_t>(taken.path.size());
    it.number = taken.path.empty() ? 0 : step_to(taken.path.back());
    it.filed = taken.filed;
  }
  it.based = true;
  it.base = std::move(taken.path);
}

std::vector<work_item> explorer::save() const {
  std::vector<work_item> all;
  for (std::size_t level = depth_; level-- > 0;) {
    const item& it = stack_[level];
    if (it.fresh || !it.open.empty()) all.push_back(oldest_of(level, it.open.size(), it.fresh));
  }
  return all;
}

}  // namespace heddle::graph
