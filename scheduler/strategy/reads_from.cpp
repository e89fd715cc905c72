#include <heddle/scheduler/strategy/reads_from.hpp>

#include <algorithm>

namespace heddle::detail {

namespace {

// Its high bits are the good ones.
std::uint64_t place_hash(std::uint64_t identity, const char* file, std::uint32_t line,
                         op_kind kind) noexcept {
  constexpr std::uint64_t golden = 0x9e3779b97f4a7c15U;
  const std::uint64_t spot = std::uint64_t{line} << 8 | static_cast<std::uint64_t>(kind);
  const std::uint64_t x = (identity + spot * golden) ^ reinterpret_cast<std::uintptr_t>(file);
  return (x ^ (x >> 32)) * golden >> 32;
}

}  // namespace

void reads_from::clear() {
  events_.clear();
  table_.assign(std::max<std::size_t>(table_.size(), 64), none);
  objects_.clear();
  readers_.clear();
  for (std::vector<event>& each : writers_) each.clear();
  known_ = 0;
  pairs_.clear();
}

void reads_from::begin(const execution_view& view) {
  view_ = &view;
  unread_ = ~thread_set{0};
  std::fill(latest_.begin(), latest_.end(), none);
  fresh_pairs_.clear();
  ++execution_;
  combination_ = 0;
}

void reads_from::read(unsigned thread) {
  unread_ &= ~(thread_set{1} << thread);
  const thread_view& what = view_->threads[thread];
  announced_[thread] = what.object == 0 ? none : number_of(what);
}

void reads_from::note_pair(event reader, event writer) {
  const std::uint64_t both = (std::uint64_t{reader} << 32) + writer + 1;
  const std::uint64_t hash = mixed(both);
  known_pair& one = pairs_.at(both, hash);
  if (one.latest == execution_) return;
  one.latest = execution_;
  combination_ += hash;
  if (!one.counts) [[unlikely]]
    fresh_pairs_.push_back(both);
}

bool reads_from::finish() {
  for (; known_ < events_.size(); ++known_) {
    const description& of = events_[known_];
    if (of.reads) readers_.push_back(known_);
    if (of.writes) writers_[of.object].push_back(known_);
  }
  for (const std::uint64_t both : fresh_pairs_) pairs_.at(both).counts = true;
  return !fresh_pairs_.empty();
}

reads_from::event reads_from::number_of(const thread_view& what) {
  const std::size_t mask = table_.size() - 1;
  for (std::uint64_t at = place_hash(what.object, what.file, what.line, what.next);; ++at) {
    const event here = table_[at & mask];
    if (here == none) return add(what);
    const description& known = events_[here];
    if (known.identity == what.object && known.file == what.file && known.line == what.line &&
        known.kind == what.next) {
      return here;
    }
  }
}

reads_from::event reads_from::add(const thread_view& what) {
  const op_kind kind = what.next;
  const bool writes_only = kind == op_kind::store || kind == op_kind::plain_write;
  std::uint32_t& object = objects_.at(what.object);
  if (object == 0) object = static_cast<std::uint32_t>(objects_.size());
  if (latest_.size() < object) {
    latest_.push_back(none);
    writers_.emplace_back();
  }
  events_.push_back(
      {what.object, what.file, what.line, kind, object - 1, !writes_only, !what.reads});
  const auto added = static_cast<event>(events_.size() - 1);
  if (2 * events_.size() <= table_.size()) {
    enter(added);
  } else {
    table_.assign(2 * table_.size(), none);
    for (event each = 0; each <= added; ++each) enter(each);
  }
  return added;
}

void reads_from::enter(event one) {
  const description& of = events_[one];
  const std::size_t mask = table_.size() - 1;
  std::uint64_t at = place_hash(of.identity, of.file, of.line, of.kind);
  while (table_[at & mask] != none) ++at;
  table_[at & mask] = one;
}

}  // namespace heddle::detail
