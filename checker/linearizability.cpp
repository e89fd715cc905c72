#include <heddle/checker/linearizability.hpp>

#include <algorithm>
#include <bit>
#include <numeric>
#include <set>
#include <utility>

namespace heddle {

namespace {

constexpr std::uint64_t bit(std::size_t call) noexcept { return std::uint64_t{1} << call; }

class search {
 public:
  search(std::span<const call_record> calls, sequential_machine& of) : calls_(calls), machine_(of) {
    for (std::size_t i = 0; i < calls.size(); ++i) must_ |= calls[i].returned ? bit(i) : 0;
  }

  [[nodiscard]] linearization run() {
    linearization result{goes_on(0, 0), {}};
    result.order = result.exists ? order_ : longest_;
    return result;
  }

 private:
  // From a state behind the calls of `done`, which are those of `order_`.
  bool goes_on(std::uint64_t done, std::uint32_t state) {
    if ((must_ & ~done) == 0) return true;
    if (!visited_.insert({done, state}).second) return false;
    for (std::size_t i = 0; i < calls_.size(); ++i) {
      if ((done & bit(i)) != 0 || (calls_[i].before & ~done) != 0) continue;
      const std::optional<std::uint32_t> next = machine_.step(state, i);
      if (!next) continue;
      order_.push_back(i);
      if (order_.size() > longest_.size()) longest_ = order_;
      if (goes_on(done | bit(i), *next)) return true;
      order_.pop_back();
    }
    return false;
  }

  std::span<const call_record> calls_;
  sequential_machine& machine_;
  std::uint64_t must_ = 0;
  std::vector<std::size_t> order_, longest_;
  std::set<std::pair<std::uint64_t, std::uint32_t>> visited_;
};

// Calls that overlap, or are connected by others that do, have no quiet moment between them; of any
// two others all of one lot come before all of the other.
std::vector<std::size_t> lots(std::span<const call_record> calls) {
  std::vector<std::size_t> lot(calls.size());
  std::iota(lot.begin(), lot.end(), std::size_t{0});
  for (std::size_t i = 0; i < calls.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const bool ordered =
          (calls[i].before & bit(j)) != 0 || (calls[j].before & bit(i)) != 0 || lot[i] == lot[j];
      if (!ordered) std::replace(lot.begin(), lot.end(), std::size_t{lot[i]}, std::size_t{lot[j]});
    }
  }
  return lot;
}

}  // namespace

std::string_view to_string(consistency kind) noexcept {
  switch (kind) {
    case consistency::linearizable:
      return "linearizable";
    case consistency::sequential:
      return "sequentially consistent";
    case consistency::quiescent:
      return "quiescently consistent";
  }
  return "consistent";
}

linearization linearize(std::span<const call_record> calls, sequential_machine& of) {
  return search(calls, of).run();
}

std::vector<call_record> relaxed_to(consistency kind, std::span<const call_record> calls) {
  std::vector<call_record> result(calls.begin(), calls.end());
  if (kind == consistency::linearizable) return result;
  const std::vector<std::size_t> lot = lots(calls);
  for (std::size_t i = 0; i < calls.size(); ++i) {
    for (std::size_t j = 0; j < calls.size(); ++j) {
      const bool kept =
          kind == consistency::sequential ? calls[i].thread == calls[j].thread : lot[i] != lot[j];
      if (!kept) result[i].before &= ~bit(j);
    }
  }
  return result;
}

// Two pairs of which no one knows of the other are what an interval order never has (Fishburn).
bool is_interval_order(std::span<const call_record> calls) {
  std::vector<std::uint64_t> before;
  for (const call_record& each : calls) before.push_back(each.before);
  std::sort(before.begin(), before.end(), [](std::uint64_t left, std::uint64_t right) {
    return std::popcount(left) < std::popcount(right);
  });
  return std::adjacent_find(before.begin(), before.end(),
                            [](std::uint64_t less, std::uint64_t more) {
                              return (less & ~more) != 0;
                            }) == before.end();
}

std::vector<std::string> timeline(std::span<const call_record> calls,
                                  std::span<const std::string> begun,
                                  std::span<const std::string> returned) {
  unsigned threads = 0;
  std::size_t width = std::string("thread 10").size();
  for (std::size_t i = 0; i < calls.size(); ++i) {
    threads = std::max(threads, calls[i].thread + 1);
    width = std::max({width, begun[i].size(), returned[i].size()});
  }
  std::vector<std::string> lines;
  const auto add = [&](unsigned thread, const std::string& text) {
    lines.push_back(std::string(thread * (width + 2), ' ') + text);
  };
  std::string heading;
  for (unsigned t = 0; t < threads; ++t) {
    std::string name = "thread " + std::to_string(t);
    name.resize(width + 2, ' ');
    heading += name;
  }
  heading.erase(heading.find_last_not_of(' ') + 1);
  lines.push_back(heading);
  // Each call as early, each return as late as the order allows.
  std::vector<std::size_t> by_past(calls.size());
  std::iota(by_past.begin(), by_past.end(), std::size_t{0});
  std::stable_sort(by_past.begin(), by_past.end(), [&](std::size_t left, std::size_t right) {
    return std::popcount(calls[left].before) < std::popcount(calls[right].before);
  });
  std::uint64_t open = 0;
  const auto close = [&](std::uint64_t which) {
    for (std::uint64_t left = which & open; left != 0; left &= left - 1) {
      const auto i = static_cast<std::size_t>(std::countr_zero(left));
      if (calls[i].returned) add(calls[i].thread, returned[i]);
    }
    open &= ~which;
  };
  for (const std::size_t i : by_past) {
    close(calls[i].before);
    add(calls[i].thread, begun[i]);
    open |= bit(i);
  }
  close(~std::uint64_t{0});
  return lines;
}

}  // namespace heddle
