// A part of a search, made without knowing of those who make the others: a shard, or what lies
// below the open parts in a file.
//
// Each shard makes the beginning of the search for itself: the execution at the root, then the ones
// nearest to it, until so many parts are open that every shard gets a few.  That depends on nothing
// but the body and the number of shards, so all come to the same parts, and each takes every n-th.
// What the beginning has counted and found is shard 1's.
#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <heddle/checker/checkpoint.hpp>
#include <heddle/checker/explorer.hpp>

namespace heddle::detail {

namespace {

// Parts differ in size, and so would shards with one part each.
constexpr std::uint64_t parts_of_a_shard = 8;

void adopt(strategy& choices, const search_part& part) {
  const std::string wrong = choices.adopt(part);
  if (!wrong.empty()) fail(exit_usage, "from: a part of the search cannot be used: " + wrong);
}

// Two parts of one, or the same again if it cannot be divided.
std::vector<search_part> halves(strategy& choices, const search_part& part) {
  adopt(choices, part);
  search_part given;
  const bool divided = choices.split(given);
  std::vector<search_part> both = choices.save();
  choices.forget_open();
  if (divided) both.push_back(std::move(given));
  return both;
}

// One alternative each.
std::vector<search_part> singles(strategy& choices, search_part part) {
  std::vector<search_part> all, left{std::move(part)};
  while (!left.empty()) {
    const search_part next = std::move(left.back());
    left.pop_back();
    std::vector<search_part> parts = halves(choices, next);
    std::vector<search_part>& to = parts.size() > 1 ? left : all;
    for (search_part& each : parts) to.push_back(std::move(each));
  }
  return all;
}

// Nearest to the root first.
using by_depth = std::multimap<std::pair<std::size_t, search_path>, search_part>;

void put(by_depth& all, std::vector<search_part> parts) {
  for (search_part& each : parts) {
    std::pair<std::size_t, search_path> key{each.first.size(), each.first};
    all.emplace(std::move(key), std::move(each));
  }
}

// Ranges of samples, as even as halving makes them.
std::vector<search_part> divided_ranges(strategy& choices, std::vector<search_part> all,
                                        std::uint64_t enough) {
  for (std::size_t before = 0; all.size() < enough && before != all.size();) {
    before = all.size();
    std::vector<search_part> next;
    for (const search_part& each : all) {
      for (search_part& half : halves(choices, each)) next.push_back(std::move(half));
    }
    all = std::move(next);
  }
  return all;
}

}  // namespace

std::string explorer::part_text() const {
  const options& settings = what_.settings;
  std::string below = settings.from.empty() ? "" : "what " + settings.from + " leaves";
  if (!settings.shard.divides()) return below;
  return "shard " + settings.shard.text() + (below.empty() ? "" : " of " + below);
}

bool explorer::is_left_to_first() const {
  const options& settings = what_.settings;
  return settings.shard.divides() && (settings.preemptions || settings.execution || what_.bounds ||
                                      settings.strategy == "odometer");
}

// A search without parts: whether this shard makes it.
bool explorer::leave_to_first() {
  const shard& mine = what_.settings.shard;
  undivided_ = mine.index == 1;
  result_.notes.push_back("the search has no parts, and shard 1/" + std::to_string(mine.count) +
                          " makes all of it");
  if (undivided_) result_.part.clear();
  return undivided_;
}

// The search by graphs did not settle it: whether another one is to be made.
bool explorer::settle_apart() {
  if (late_) {
    incomplete("search without shard and from: other parts cannot know what this one has met");
    return false;
  }
  return what_.settings.shard.divides() ? leave_to_first() : true;
}

void explorer::read_from() {
  const options& settings = what_.settings;
  if (settings.from.empty() || from_) return;
  const std::string wrong =
      read_checkpoint(settings.from, checkpoint_of(what_.name, settings), from_.emplace());
  if (!wrong.empty()) fail(exit_usage, "from: " + wrong);
  use_memory(from_->model);
}

// What there is to be searched: it is counted from zero on.
search_state explorer::open_apart(const strategy& choices) {
  search_state state{{}, choices.save(), std::nullopt, memory_, ""};
  if (!from_) return state;
  state.open = from_->open;
  state.found = from_->found;
  state.counted.shared = from_->counted.shared;
  return state;
}

// Of that, what is this shard's.  Why there is nothing to go on with, or nothing.
std::optional<search_end> explorer::take_shard(strategy& choices, moment deadline,
                                               search_state& state) {
  const shard& mine = what_.settings.shard;
  const bool drawn = !choices.exhaustive();
  if (!mine.divides() || (drawn && !from_)) return std::nullopt;
  choices.forget_open();
  by_depth open;
  const std::uint64_t enough = parts_of_a_shard * mine.count;
  if (drawn) {
    put(open, divided_ranges(choices, std::move(state.open), enough));
  } else {
    for (search_part& each : state.open) put(open, singles(choices, std::move(each)));
  }
  while (!drawn && !open.empty() && open.size() < enough) {
    if (steady_clock::now() >= deadline) return search_end::deadline;
    const search_part next = std::move(open.begin()->second);
    open.erase(open.begin());
    if (const auto end = expand(choices, next, state)) return end;
    std::vector<search_part> below = choices.save();
    choices.forget_open();
    for (search_part& each : below) put(open, singles(choices, std::move(each)));
  }
  std::map<search_path, search_part> ordered;
  for (auto& [key, part] : open) ordered.emplace(key.second, std::move(part));
  state.open.clear();
  std::uint64_t number = 0;
  for (auto& [path, part] : ordered) {
    if (number++ % mine.count == mine.index - 1U) state.open.push_back(std::move(part));
  }
  const bool shared = state.counted.shared || counted_.shared;
  state.counted = mine.index == 1 ? counted() : totals{};
  state.counted.shared = shared;
  if (mine.index != 1) state.found.reset();
  return std::nullopt;
}

// Visits what comes first in a part, so that what lies below is open.
std::optional<search_end> explorer::expand(strategy& choices, const search_part& part,
                                           search_state& state) {
  adopt(choices, part);
  do {
    if (!choices.begin()) return std::nullopt;
    switch (visit()) {
      case step::inapplicable:
        return search_end::inapplicable;
      case step::weaker:
        return search_end::weaker;
      case step::found: {
        found_at found{found_at::what::finding, choices.path(), take_finding()};
        if (!state.found || found.where < state.found->where) state.found = std::move(found);
        break;
      }
      case step::went_on:
        break;
    }
  } while (choices.repeats());
  return std::nullopt;
}

// What is left is written with what must not be forgotten, and no counts: whoever goes on counts
// what he does.
void explorer::hand_over(const search_state& state) {
  const options& settings = what_.settings;
  if (!state.bound.empty() && !state.open.empty()) {
    fail(exit_usage, "rest: another run cannot go on with " + result_.name + ": " + state.bound);
  }
  search_state left{{}, state.open, std::nullopt, state.model, ""};
  left.counted.shared = state.counted.shared;
  const std::string wrong =
      write_checkpoint(settings.rest, checkpoint_of(what_.name, settings), left);
  if (!wrong.empty()) fail(exit_environment, "rest: " + settings.rest + " " + wrong);
}

}  // namespace heddle::detail
