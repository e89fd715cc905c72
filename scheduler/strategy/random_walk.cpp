// A random walk: uniform among the enabled threads, among the options of each choice, and among the
// writes that a read may see or a write stand behind.
//
// The generator is xoshiro256++ (Blackman, Vigna: ACM TOMS 2021), seeded for each execution by
// splitmix64 of (seed, number of the execution), so that each can be run alone.
#include <heddle/scheduler/strategy.hpp>

#include <array>
#include <bit>

#include <heddle/scheduler/bytes.hpp>

namespace heddle {

namespace {

class generator {
 public:
  generator(std::uint64_t seed, std::uint64_t execution) {
    std::uint64_t x = seed * 0x9e3779b97f4a7c15U + execution;
    for (std::uint64_t& word : state_) {
      x += 0x9e3779b97f4a7c15U;
      std::uint64_t z = x;
      z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
      z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
      word = z ^ (z >> 31);
    }
  }

  std::uint64_t next() noexcept {
    auto& s = state_;
    const std::uint64_t result = std::rotl(s[0] + s[3], 23) + s[0];
    const std::uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = std::rotl(s[3], 45);
    return result;
  }

  /// Below `bound`; the bias of at most bound / 2^32 is far below what any test could see.
  std::uint32_t below(std::uint32_t bound) noexcept {
    return static_cast<std::uint32_t>((next() >> 32) * bound >> 32);
  }

 private:
  std::array<std::uint64_t, 4> state_{};
};

class random_walk final : public strategy {
 public:
  random_walk(std::uint64_t seed, std::uint64_t first, std::uint64_t last)
      : seed_(seed), execution_(first - 1), last_(last), random_(seed, first) {}

  bool begin() override {
    if (execution_ == last_) return false;
    ++execution_;
    path_.assign({high(execution_), low(execution_)});
    again();
    return true;
  }

  void again() override { random_ = generator(seed_, execution_); }

  unsigned pick(const thread_question& question) override {
    thread_set enabled = question.enabled;
    const auto count = static_cast<std::uint32_t>(std::popcount(enabled));
    for (std::uint32_t n = random_.below(count); n > 0; --n) enabled &= enabled - 1;
    return static_cast<unsigned>(std::countr_zero(enabled));
  }

  std::uint32_t choose(choice_kind, std::uint32_t count) override { return random_.below(count); }

  std::uint32_t choose_write(const write_question& question) override {
    const auto may = [&](std::uint32_t i) { return question.allowed[i] != 0; };
    std::uint32_t count = 0;
    for (std::uint32_t i = 0; i < question.allowed.size(); ++i) count += may(i) ? 1U : 0U;
    std::uint32_t left = random_.below(count), chosen = 0;
    while (!may(chosen) || left-- > 0) ++chosen;
    return chosen;
  }

  bool exhaustive() const override { return false; }

  // A part is a range of executions; what comes first is its path.
  bool divides() const override { return true; }
  const search_path& path() const override { return path_; }

  bool split(search_part& given) override {
    const std::uint64_t open = last_ - execution_;
    if (open < 2) return false;
    const std::uint64_t kept = execution_ + (open + 1) / 2;
    given = part(kept, last_);
    last_ = kept;
    return true;
  }

  std::vector<search_part> save() const override {
    if (execution_ == last_) return {};
    return {part(execution_, last_)};
  }

  void forget_open() override { last_ = execution_; }

  std::string adopt(const search_part& taken) override {
    detail::byte_reader bytes(taken.bytes.data(), taken.bytes.size());
    const std::uint64_t before = bytes.number(most), last = bytes.number(most);
    if (!bytes.good() || bytes.left() > 0 || before >= last) return "it is no range of executions";
    if (execution_ != last_) return "a range of executions is open already";
    execution_ = before;
    last_ = last;
    return "";
  }

 private:
  static constexpr std::uint64_t most = (std::uint64_t{1} << 63) - 1;

  static search_path path_to(std::uint64_t execution) { return {high(execution), low(execution)}; }
  static std::uint32_t high(std::uint64_t number) noexcept {
    return static_cast<std::uint32_t>(number >> 32);
  }
  static std::uint32_t low(std::uint64_t number) noexcept {
    return static_cast<std::uint32_t>(number);
  }
  // The executions after `before`, up to `last`.
  static search_part part(std::uint64_t before, std::uint64_t last) {
    detail::byte_writer bytes;
    bytes.number(before);
    bytes.number(last);
    return {path_to(before + 1), bytes.bytes()};
  }

  std::uint64_t seed_;
  std::uint64_t execution_, last_;  ///< the present one; the last one to come
  search_path path_;
  generator random_;
};

}  // namespace

std::unique_ptr<strategy> make_random_walk(std::uint64_t seed, std::uint64_t first,
                                           std::uint64_t last) {
  return std::make_unique<random_walk>(seed, first, last);
}

}  // namespace heddle
