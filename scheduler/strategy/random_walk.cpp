// A random walk: uniform among the enabled threads, among the options of each choice, and among the
// writes that a read may see or a write stand behind.
//
// Fair with probability one; it promises nothing else.  What a bug that needs one thread to wait
// for many steps of others is found with may fall exponentially with their number.
#include <heddle/scheduler/strategy/sampler.hpp>

namespace heddle {

namespace detail {

namespace {

class random_walk final : public policy {
 public:
  using policy::policy;

  std::string_view name() const override { return "random_walk"; }
  sight sees() const override { return sight::none; }
  unsigned pick(const thread_question& question) override { return of_.any_of(question.enabled); }
};

}  // namespace

std::unique_ptr<policy> make_random_walk_policy(sampled& of) {
  return std::make_unique<random_walk>(of);
}

}  // namespace detail

std::unique_ptr<strategy> make_random_walk(std::uint64_t seed, std::uint64_t first,
                                           std::uint64_t last) {
  return make_sampler("random_walk", {.seed = seed, .first = first, .last = last});
}

}  // namespace heddle
