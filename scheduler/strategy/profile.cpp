#include <heddle/scheduler/strategy/profile.hpp>

#include <algorithm>
#include <utility>

namespace heddle::detail {

namespace {

constexpr std::uint64_t body_path = 1;

}  // namespace

std::uint32_t profile::steps_of(std::uint64_t path) const {
  const auto known = totals_.find(path);
  return known != totals_.end() ? known->second : least_;
}

void profile::forget() { *this = {}; }

void profile::start() {
  now_.clear();
  now_.push_back({body_path, 0, 0, {}});
}

void profile::spawned(std::uint64_t path, std::uint64_t parent) {
  now_.push_back({path, parent, 0, {}});
}

profile::known_thread& profile::now_at(std::uint64_t path) {
  return *std::find_if(now_.begin(), now_.end(),
                       [&](const known_thread& each) { return each.path == path; });
}

void profile::stepped(const thread_view& thread) {
  known_thread& of = now_at(thread.path);
  ++of.steps;
  if (thread.object == 0) return;
  const auto before = static_cast<std::uint32_t>(of.objects.size());
  access& one = of.objects.try_emplace(thread.object, access{before}).first->second;
  ++one.steps;
  one.writes |= !thread.reads;
}

// What is seen last holds; of threads that were not there this time, what was known before.
void profile::finish(std::uint32_t decisions) {
  horizon_ = std::max(horizon_, decisions);
  threads_ = std::max(threads_, static_cast<std::uint32_t>(now_.size()));
  for (known_thread& each : now_) {
    const auto known = std::find_if(learned_.begin(), learned_.end(),
                                    [&](const known_thread& of) { return of.path == each.path; });
    if (known == learned_.end()) {
      learned_.push_back(std::move(each));
    } else {
      *known = std::move(each);
    }
  }
  learn_totals();
  learn_shared();
}

void profile::learn_totals() {
  totals_.clear();
  for (auto each = learned_.rbegin(); each != learned_.rend(); ++each) {
    totals_[each->parent] += totals_[each->path] += each->steps;
  }
  least_ = ~std::uint32_t{0};
  for (const known_thread& each : learned_) least_ = std::min(least_, totals_[each.path]);
  least_ = std::max<std::uint32_t>(least_, 1);
}

// In an order that does not depend on their identities: these may be other ones in another process.
void profile::learn_shared() {
  struct touches {
    std::uint64_t object, first;
    std::uint32_t threads;
    bool writes;
  };
  std::vector<touches> all;
  for (std::size_t thread = 0; thread < learned_.size(); ++thread) {
    for (const auto& each : learned_[thread].objects) {
      const std::uint64_t object = each.first;
      const access& how = each.second;
      auto known = std::find_if(all.begin(), all.end(),
                                [&](const touches& of) { return of.object == object; });
      if (known == all.end()) {
        known = all.insert(known, {object, (std::uint64_t{thread} << 32) + how.first, 0, false});
      }
      ++known->threads;
      known->writes |= how.writes;
    }
  }
  std::sort(all.begin(), all.end(),
            [](const touches& a, const touches& b) { return a.first < b.first; });
  shared_.clear();
  for (const touches& of : all) {
    if (of.threads < 2 || !of.writes) continue;
    shared_object& one = shared_.emplace_back();
    one.identity = of.object;
    for (auto each = learned_.rbegin(); each != learned_.rend(); ++each) {
      const auto how = each->objects.find(of.object);
      const std::uint32_t own = how != each->objects.end() ? how->second.steps : 0;
      one.steps[each->parent] += one.steps[each->path] += own;
    }
  }
}

}  // namespace heddle::detail
