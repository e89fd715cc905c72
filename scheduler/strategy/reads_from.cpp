#include <heddle/scheduler/strategy/reads_from.hpp>

#include <algorithm>

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
  seen_.clear();
  pairs_.clear();
}

void reads_from::begin(const execution_view& view) {
  view_ = &view;
  fresh_.fill(true);
  std::fill(latest_.begin(), latest_.end(), none);
  pairs_.clear();
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
  if (what.reads) {
    const std::uint64_t both = (std::uint64_t{performed} << 32) + latest;
    if (pairs_.insert(both).second) combination_ += mixed(both + 1);
  }
  if (what.writes) latest = performed;
  return performed;
}

bool reads_from::finish() {
  known_ = static_cast<event>(events_.size());
  const std::size_t before = seen_.size();
  seen_.insert(pairs_.begin(), pairs_.end());
  return seen_.size() > before;
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
