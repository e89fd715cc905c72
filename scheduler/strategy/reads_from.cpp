#include <heddle/scheduler/strategy/reads_from.hpp>

#include <algorithm>
#include <utility>

namespace heddle::detail {

namespace {

constexpr std::uint64_t mixed(std::uint64_t x) noexcept {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31);
}

std::uint64_t place_hash(std::uint64_t identity, const char* file, std::uint32_t line,
                         op_kind kind) noexcept {
  return mixed(identity ^ reinterpret_cast<std::uintptr_t>(file) ^ (std::uint64_t{line} << 40) ^
               (static_cast<std::uint64_t>(kind) << 56));
}

}  // namespace

void reads_from::clear() {
  events_.clear();
  table_.assign(64, none);
  identities_.clear();
  known_ = 0;
  pairs_.assign(64, {});
  pair_count_ = 0;
}

void reads_from::begin(const execution_view& view) {
  view_ = &view;
  fresh_.fill(true);
  std::fill(latest_.begin(), latest_.end(), none);
  fresh_pairs_.clear();
  ++execution_;
  combination_ = 0;
}

reads_from::event reads_from::announced(unsigned thread) {
  if (fresh_[thread]) {
    fresh_[thread] = false;
    const thread_view& what = view_->threads[thread];
    announced_[thread] = what.object == 0 ? none : number_of(what);
  }
  return announced_[thread];
}

reads_from::event reads_from::steps(unsigned thread) {
  const event performed = announced(thread);
  fresh_[thread] = true;
  if (performed == none) return none;
  const description& what = events_[performed];
  event& latest = latest_[what.object];
  if (what.reads) note_pair(performed, latest);
  if (what.writes) latest = performed;
  return performed;
}

void reads_from::note_pair(event reader, event writer) {
  const std::uint64_t both = (std::uint64_t{reader} << 32) + writer + 1;
  std::uint64_t at = mixed(both) % pairs_.size();
  while (pairs_[at].both != 0 && pairs_[at].both != both) at = (at + 1) % pairs_.size();
  known_pair& one = pairs_[at];
  if (one.latest == execution_) return;
  const bool added = one.both == 0;
  one.both = both;
  one.latest = execution_;
  combination_ += mixed(both);
  if (!one.counts) fresh_pairs_.push_back(both);
  if (!added || 2 * ++pair_count_ <= pairs_.size()) return;
  std::vector<known_pair> larger(2 * pairs_.size());
  for (const known_pair& each : pairs_) {
    if (each.both == 0) continue;
    std::uint64_t to = mixed(each.both) % larger.size();
    while (larger[to].both != 0) to = (to + 1) % larger.size();
    larger[to] = each;
  }
  pairs_ = std::move(larger);
}

bool reads_from::finish() {
  known_ = static_cast<event>(events_.size());
  for (const std::uint64_t both : fresh_pairs_) {
    std::uint64_t at = mixed(both) % pairs_.size();
    while (pairs_[at].both != both) at = (at + 1) % pairs_.size();
    pairs_[at].counts = true;
  }
  return !fresh_pairs_.empty();
}

reads_from::event reads_from::number_of(const thread_view& what) {
  for (std::uint64_t at = place_hash(what.object, what.file, what.line, what.next);; ++at) {
    event& here = table_[at % table_.size()];
    if (here == none) {
      here = static_cast<event>(events_.size());
      const op_kind kind = what.next;
      const bool writes_only = kind == op_kind::store || kind == op_kind::plain_write;
      events_.push_back({what.object, what.file, what.line, kind, object_of(what.object),
                         !writes_only, !what.reads});
      if (2 * events_.size() > table_.size()) grow();
      return static_cast<event>(events_.size() - 1);
    }
    const description& known = events_[here];
    if (known.identity == what.object && known.file == what.file && known.line == what.line &&
        known.kind == what.next) {
      return here;
    }
  }
}

std::uint32_t reads_from::object_of(std::uint64_t identity) {
  const auto known = std::find(identities_.begin(), identities_.end(), identity);
  if (known != identities_.end()) return static_cast<std::uint32_t>(known - identities_.begin());
  identities_.push_back(identity);
  if (latest_.size() < identities_.size()) latest_.push_back(none);
  return static_cast<std::uint32_t>(identities_.size() - 1);
}

void reads_from::grow() {
  table_.assign(2 * table_.size(), none);
  for (event each = 0; each < events_.size(); ++each) {
    const description& of = events_[each];
    std::uint64_t at = place_hash(of.identity, of.file, of.line, of.kind);
    while (table_[at % table_.size()] != none) ++at;
    table_[at % table_.size()] = each;
  }
}

}  // namespace heddle::detail
