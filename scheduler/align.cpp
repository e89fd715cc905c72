#include <heddle/scheduler/align.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <vector>

namespace heddle {

namespace {

constexpr std::size_t largest_table = std::size_t{1} << 22;
constexpr std::size_t none = ~std::size_t{0};

using thread_path = std::vector<std::uint32_t>;

thread_path path_of(const schedule& in, std::uint32_t thread) {
  thread_path path;
  for (std::uint32_t name = thread; name != 0; name = in.threads[name].parent) {
    path.push_back(in.threads[name].ordinal);
  }
  return path;
}

std::vector<std::vector<std::uint16_t>> operations_of(const schedule& of) {
  std::vector<std::vector<std::uint16_t>> all(of.threads.size());
  for (const auto& step : of.steps) all[step.thread].push_back(step.check);
  return all;
}

// For each of `old` the place among `now` that it stands for, or none.  What follows the last of
// them costs nothing, for `old` ends where the execution failed.
std::vector<std::size_t> matches(const std::vector<std::uint16_t>& old,
                                 const std::vector<std::uint16_t>& now) {
  std::vector<std::size_t> result(old.size(), none);
  const std::size_t width = now.size() + 1;
  if ((old.size() + 1) * width > largest_table) {
    for (std::size_t i = 0; i < std::min(old.size(), now.size()); ++i) {
      if (old[i] == now[i]) result[i] = i;
    }
    return result;
  }
  // cost[i * width + j]: of what begins at old[i] and at now[j].
  std::vector<std::uint32_t> cost((old.size() + 1) * width, 0);
  for (std::size_t i = old.size(); i-- > 0;) {
    for (std::size_t j = width; j-- > 0;) {
      std::uint32_t best = cost[(i + 1) * width + j] + 1;
      if (j < now.size()) {
        best = std::min(best, cost[i * width + j + 1] + 1);
        if (old[i] == now[j]) best = std::min(best, cost[(i + 1) * width + j + 1]);
      }
      cost[i * width + j] = best;
    }
  }
  for (std::size_t i = 0, j = 0; i < old.size();) {
    const std::uint32_t here = cost[i * width + j];
    if (j < now.size() && here == cost[i * width + j + 1] + 1) {
      ++j;
    } else if (j < now.size() && old[i] == now[j] && here == cost[(i + 1) * width + j + 1]) {
      result[i++] = j++;
    } else {
      ++i;
    }
  }
  return result;
}

}  // namespace

schedule align(const schedule& old, const recording& now) {
  std::map<thread_path, std::uint32_t> present;
  for (std::uint32_t i = 0; i < now.taken.threads.size(); ++i) {
    present.emplace(path_of(now.taken, i), i);
  }
  const auto before = operations_of(old), after = operations_of(now.taken);
  std::vector<std::vector<std::size_t>> places(old.threads.size());
  std::vector<const std::vector<std::uint16_t>*> operations(old.threads.size(), nullptr);
  for (std::uint32_t thread = 0; thread < old.threads.size(); ++thread) {
    const auto found = present.find(path_of(old, thread));
    if (found == present.end()) continue;
    operations[thread] = &after[found->second];
    places[thread] = matches(before[thread], after[found->second]);
  }
  schedule result{old.threads, {}, old.prologue};
  std::vector<std::size_t> next(old.threads.size(), 0), emitted(old.threads.size(), 0);
  for (const auto& step : old.steps) {
    if (operations[step.thread] == nullptr) continue;
    const std::size_t place = places[step.thread][next[step.thread]++];
    if (place == none) continue;
    std::size_t& done = emitted[step.thread];
    while (done < place) {
      result.steps.push_back({step.thread, (*operations[step.thread])[done++], {}});
    }
    result.steps.push_back(step);
    ++done;
  }
  return result;
}

}  // namespace heddle
