#include <heddle/scheduler/strategy/sampler.hpp>

#include <algorithm>
#include <bit>

#include <heddle/scheduler/bytes.hpp>

namespace heddle::detail {

namespace {

// From here on an execution is a random walk, if it is that long.
constexpr std::uint32_t unknown_prefix = 1000, rest_of_prefix = 200;
constexpr std::uint32_t prefix_in_horizons = 2;
// Or if threads have been idle that often: they might wait for each other in step.
constexpr std::uint32_t most_idles = 64;

constexpr std::uint64_t most = (std::uint64_t{1} << 63) - 1;

std::uint32_t high(std::uint64_t number) noexcept {
  return static_cast<std::uint32_t>(number >> 32);
}
std::uint32_t low(std::uint64_t number) noexcept { return static_cast<std::uint32_t>(number); }
search_path path_to(std::uint64_t execution) { return {high(execution), low(execution)}; }

// The executions after `before`, up to `last`.
search_part part(std::uint64_t before, std::uint64_t last) {
  byte_writer bytes;
  bytes.number(before);
  bytes.number(last);
  return {path_to(before + 1), bytes.bytes()};
}

}  // namespace

unsigned sampled::any_of(thread_set threads) noexcept {
  const auto count = static_cast<std::uint32_t>(std::popcount(threads));
  for (std::uint32_t n = random.below(count); n > 0; --n) threads &= threads - 1;
  return static_cast<unsigned>(std::countr_zero(threads));
}

std::uint32_t policy::choose_write(const write_question& question) {
  const auto may = [&](std::uint32_t i) { return question.allowed[i] != 0; };
  std::uint32_t count = 0;
  for (std::uint32_t i = 0; i < question.allowed.size(); ++i) count += may(i) ? 1U : 0U;
  std::uint32_t left = of_.random.below(count), chosen = 0;
  while (!may(chosen) || left-- > 0) ++chosen;
  return chosen;
}

sampler::sampler(const sampling& how, std::span<const policy_maker> members)
    : of_(how), execution_(how.first - 1), last_(how.last) {
  for (const policy_maker make : members) {
    members_.push_back(make(of_));
    learns_ |= members_.back()->learns();
    remembers_ |= members_.back()->remembers();
  }
  now_ = members_.front().get();
}

// An execution whose number is a power of two is learned from.  What begins behind one that has
// not been learned from runs it first, to learn.
bool sampler::begin() {
  close();
  if (execution_ == last_) return false;
  const std::uint64_t next = execution_ + 1;
  const std::uint64_t number = missed_before(next);
  rehearses_ = number < next;
  path_.assign({high(next), low(next)});
  if (!rehearses_) execution_ = next;
  prepare(number);
  return true;
}

// The first execution on which this one depends, and which has not been run; or its own number.
std::uint64_t sampler::missed_before(std::uint64_t number) const {
  const std::uint64_t lesson = taught_ == 0 ? 1 : 2 * taught_;
  const std::uint64_t first = learns_ ? std::min(lesson, number) : number;
  if (!remembers_) return first;
  const std::uint64_t block = (number - 1) / policy::memory_block * policy::memory_block;
  std::uint64_t recall = std::max(recalled_, block) + 1;
  while (recall < first && !member_of(recall).remembers()) ++recall;
  return std::min(recall, first);
}

// What was learned from the present execution counts for those that follow.
void sampler::close() {
  if (closed_) return;
  closed_ = true;
  now_->finish();
  if (now_->remembers()) recalled_ = number_;
  if (!teaches_) return;
  of_.known.finish(decisions_);
  taught_ = number_;
}

void sampler::prepare(std::uint64_t number) {
  number_ = of_.number = number;
  now_ = &member_of(number);
  teaches_ = learns_ && std::has_single_bit(number);
  closed_ = false;
  again();
}

void sampler::again() {
  of_.random = generator(of_.how.seed, number_);
  of_.idle = 0;
  failed_ = 0;
  decisions_ = idles_ = 0;
  const std::uint32_t horizon = of_.known.horizon();
  prefix_ = horizon == 0 ? unknown_prefix : rest_of_prefix + prefix_in_horizons * horizon;
  if (now_->fair()) prefix_ = ~std::uint32_t{0};
  sight_ = teaches_ ? sight::steps : now_->sees();
  gathers_ = now_->gathers() && !of_.random.odds(of_.how.preempted_spawns, 64);
  if (gathers_ && sight_ == sight::none) sight_ = sight::announced;
  if (teaches_) of_.known.start();
  now_->begin();
}

void sampler::shows(const execution_view& view) {
  of_.view = &view;
  idle_.begin(view);
  idle_.started(0);
}

unsigned sampler::pick(const thread_question& question) {
  ++decisions_;
  if (sight_ == sight::steps) {
    if (const unsigned failed = idle_.failed(); failed != max_threads) fails(failed);
  }
  if (gathers_) {
    const unsigned spawner = spawner_among(question.enabled);
    if (spawner != max_threads) return spawner;
  }
  return decisions_ <= prefix_ ? now_->pick(question) : of_.any_of(question.enabled);
}

// A thread that is about to spawn another one, or does what it did before it last spawned one, as
// long as that depends on nothing that others are about to do.
unsigned sampler::spawner_among(thread_set enabled) const noexcept {
  const auto& threads = of_.view->threads;
  for (thread_set left = of_.view->spawning & enabled; left != 0; left &= left - 1) {
    const auto t = static_cast<unsigned>(std::countr_zero(left));
    bool depends = false;
    if (threads[t].next != op_kind::spawn) {
      for (thread_set others = enabled & ~bit(t); others != 0; others &= others - 1) {
        depends |= conflict(threads[t], threads[static_cast<unsigned>(std::countr_zero(others))]);
      }
    }
    if (!depends) return t;
  }
  return max_threads;
}

void sampler::steps(unsigned thread) {
  if (const unsigned failed = idle_.failed(); failed != max_threads) fails(failed);
  const bool waits = idle_.steps(thread);
  const bool idle = gives_up(thread) || waits;
  if (teaches_ && !waits) of_.known.stepped(of_.view->threads[thread]);
  now_->steps(thread);
  if (idle) idles(thread);
}

// Two threads that each hold what the other one tries to take would take turns for ever if each
// went behind at the same place: so it does some random steps later.
void sampler::fails(unsigned thread) {
  constexpr std::uint32_t most_steps = 4;
  patience_[thread] = static_cast<std::uint8_t>(of_.random.below(most_steps));
  if (patience_[thread] == 0) {
    idles(thread);
  } else {
    failed_ |= bit(thread);
  }
}

bool sampler::gives_up(unsigned thread) noexcept {
  if ((failed_ & bit(thread)) == 0 || --patience_[thread] > 0) return false;
  failed_ &= ~bit(thread);
  return true;
}

void sampler::idles(unsigned thread) {
  if (of_.idle_since != of_.view->changes) of_.idle = 0;
  of_.idle_since = of_.view->changes;
  if (++idles_ == most_idles) prefix_ = decisions_;
  if (of_.random.odds(3, 4)) of_.idle |= bit(thread);
  now_->idles(thread);
}

unsigned sampler::spawned(unsigned parent, unsigned child) {
  idle_.started(child);
  const auto& threads = of_.view->threads;
  if (teaches_) of_.known.spawned(threads[child].path, threads[parent].path);
  now_->spawned(parent, child);
  return child;
}

std::string sampler::member(const search_path& path) const {
  if (members_.size() < 2 || path.size() != 2) return "";
  return std::string(member_of((std::uint64_t{path[0]} << 32) + path[1]).name());
}

bool sampler::split(search_part& given) {
  const std::uint64_t open = last_ - execution_;
  if (open < 2) return false;
  const std::uint64_t kept = execution_ + (open + 1) / 2;
  given = part(kept, last_);
  last_ = kept;
  return true;
}

std::vector<search_part> sampler::save() const {
  if (execution_ == last_) return {};
  return {part(execution_, last_)};
}

std::string sampler::adopt(const search_part& taken) {
  byte_reader bytes(taken.bytes.data(), taken.bytes.size());
  const std::uint64_t before = bytes.number(most), last = bytes.number(most);
  if (!bytes.good() || bytes.left() > 0 || before >= last) return "it is no range of executions";
  if (execution_ != last_) return "a range of executions is open already";
  close();
  // What comes earlier than the latest lesson was not to know of it.
  if (before < taught_) {
    of_.known.forget();
    taught_ = 0;
  }
  if (before < recalled_) recalled_ = 0;
  execution_ = before;
  last_ = last;
  return "";
}

}  // namespace heddle::detail
