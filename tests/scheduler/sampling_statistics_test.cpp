// The guarantees of the sampling strategies, measured with fixed seeds.  A result that chance alone
// brings about less than once in 10,000 times fails.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <iostream>
#include <numeric>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <heddle/scheduler/strategy/sampling.hpp>
#include <heddle/tests/scheduler/explored.hpp>
#include <heddle/tests/scheduler/statistics.hpp>

#include <boost/test/unit_test.hpp>

namespace {

using namespace heddle;
using namespace heddle::testing;

// Forwards everything, and counts how often it was asked who goes next.
class asked final : public strategy {
 public:
  explicit asked(std::unique_ptr<strategy> inner) : inner_(std::move(inner)) {}
  bool begin() override {
    questions_ = 0;
    return inner_->begin();
  }
  void again() override { inner_->again(); }
  unsigned pick(const thread_question& question) override {
    most_ = std::max(most_, ++questions_);
    return inner_->pick(question);
  }
  std::uint32_t choose(choice_kind kind, std::uint32_t count) override {
    return inner_->choose(kind, count);
  }
  sight sees() const override { return inner_->sees(); }
  void shows(const execution_view& view) override { inner_->shows(view); }
  void steps(unsigned thread) override { inner_->steps(thread); }
  unsigned spawned(unsigned parent, unsigned child) override {
    return inner_->spawned(parent, child);
  }
  void ended(unsigned thread) override { inner_->ended(thread); }
  bool exhaustive() const override { return false; }
  [[nodiscard]] std::uint32_t most() const noexcept { return most_; }

 private:
  std::unique_ptr<strategy> inner_;
  std::uint32_t questions_ = 0, most_ = 0;
};

// A bug of this depth, among steps of no interest: two threads must perform in turn what each does
// only if its turn has come.
struct turns {
  int depth, noise;
  bool hit = false;

  void operator()() {
    atomic<int> turn{0};
    std::array<atomic<int>, 2> own{};
    crowd(2, [&](unsigned i) {
      for (int at = static_cast<int>(i); at <= depth; at += 2) {
        for (int n = 0; n < noise; ++n) own[i].fetch_add(1);
        int expected = at;
        turn.compare_exchange_strong(expected, at + 1);
      }
    });
    hit = turn.load() == depth + 1;
  }
};

double keeps_to_the_bound(int depth, int noise, std::uint64_t executions, std::uint32_t drawn) {
  turns program{depth, noise};
  runner runs({});
  asked choices(make_sampler("pct", {.last = executions, .depth = drawn}));
  std::uint64_t hits = 0, counted = 0;
  while (choices.begin()) {
    (void)runs.run(std::ref(program), choices);
    // The first one shows how long executions are.
    if (counted++ > 0) hits += program.hit ? 1 : 0;
  }
  constexpr double threads = 3;
  const double k = choices.most();
  const double bound = 1 / (threads * std::pow(k, depth - 1));
  const double p = at_most_p_value(hits, counted - 1, bound);
  std::cout << "pct for depth " << drawn << ", bug of depth " << depth << ", k " << k << ": hit "
            << hits << " times of " << counted - 1 << ", at least "
            << bound * static_cast<double>(counted - 1) << " are promised; p " << p << std::endl;
  return p;
}

// Which thread came first, second, ... to an object that each of them comes to so many times, after
// some steps of its own.
struct race {
  std::vector<int> times, noise;
  std::string order = "";

  void operator()() {
    outside([&] { order.clear(); });
    atomic<int> x{0};
    std::vector<std::pair<int, int>> came;
    came.reserve(16);
    crowd(static_cast<unsigned>(times.size()), [&](unsigned i) {
      atomic<int> own{0};
      for (int n = 0; n < times[i]; ++n) {
        for (int other = 0; other < noise[i]; ++other) own.fetch_add(1);
        came.emplace_back(x.fetch_add(1), static_cast<int>(i));
      }
    });
    std::sort(came.begin(), came.end());
    outside([&] {
      for (const auto& [at, thread] : came) order += static_cast<char>('a' + thread);
    });
  }
};

probabilities all_orders(const std::vector<int>& times) {
  std::string order;
  for (std::size_t i = 0; i < times.size(); ++i) {
    order.append(static_cast<std::size_t>(times[i]), static_cast<char>('a' + i));
  }
  probabilities all;
  do {
    all[order] = 0;
  } while (std::next_permutation(order.begin(), order.end()));
  for (auto& [name, probability] : all) probability = 1 / static_cast<double>(all.size());
  return all;
}

// But for the first one, from which the strategy learns.
double uniformity(std::string_view name, race program, std::uint64_t per_order) {
  const probabilities expected = all_orders(program.times);
  runner runs({});
  const auto choices = make_sampler(
      name, {.seed = 2, .last = per_order * expected.size() + 1, .preempted_spawns = 0});
  counts_by_name counted;
  for (bool first = true; choices->begin(); first = false) {
    (void)runs.run(std::ref(program), *choices);
    if (!first) ++counted[program.order];
  }
  const double p = chi_square_p_value(counted, expected);
  std::uint64_t least = ~std::uint64_t{0}, most = 0;
  for (const auto& [order, times] : counted) {
    least = std::min(least, times);
    most = std::max(most, times);
  }
  std::cout << name << ": " << counted.size() << " orders of " << expected.size() << ", each "
            << static_cast<double>(least) / static_cast<double>(per_order) << " to "
            << static_cast<double>(most) / static_cast<double>(per_order)
            << " times as often as it should be; p " << p << std::endl;
  return p;
}

// POS by its definition, for threads whose operations, one character for each object, all write.
// Every thread has a row of independent draws; what is performed depends on their order alone, so
// all orders are tried.  Shares nothing with the strategy.
class pos_by_definition {
 public:
  // `draws` is how many each thread can need.
  pos_by_definition(std::vector<std::string> threads, const std::vector<std::size_t>& draws)
      : threads_(std::move(threads)) {
    for (const std::size_t each : draws) {
      first_.push_back(rank_.size());
      rank_.resize(rank_.size() + each);
    }
    std::iota(rank_.begin(), rank_.end(), 0);
    double orders = 0;
    do {
      ++orders;
      ++all_[one()];
    } while (std::next_permutation(rank_.begin(), rank_.end()));
    for (auto& [trace, probability] : all_) probability /= orders;
  }

  [[nodiscard]] const probabilities& traces() const noexcept { return all_; }

 private:
  std::string one() const {
    std::vector<std::size_t> position(threads_.size()), drawn(threads_.size());
    std::map<char, std::string> order;
    for (;;) {
      int best = -1, highest = -1;
      for (std::size_t t = 0; t < threads_.size(); ++t) {
        if (position[t] == threads_[t].size()) continue;
        const int priority = rank_.at(first_[t] + drawn[t]);
        if (priority > highest) {
          highest = priority;
          best = static_cast<int>(t);
        }
      }
      if (best < 0) break;
      const auto performs = static_cast<std::size_t>(best);
      const char object = threads_[performs][position[performs]++];
      order[object] += static_cast<char>('a' + best);
      for (std::size_t t = 0; t < threads_.size(); ++t) {
        if (position[t] == threads_[t].size()) continue;
        if (t == performs || threads_[t][position[t]] == object) ++drawn[t];
      }
    }
    std::string trace;
    for (const auto& [object, by] : order) trace += object + ("=" + by) + " ";
    return trace;
  }

  std::vector<std::string> threads_;
  std::vector<int> rank_;  ///< of each draw
  std::vector<std::size_t> first_;
  probabilities all_;
};

// The same threads as a body, two objects.
struct two_objects {
  std::vector<std::string> threads;
  std::string trace = "";

  void operator()() {
    std::array<atomic<int>, 2> next{};
    std::array<std::array<char, 8>, 2> by{};
    crowd(static_cast<unsigned>(threads.size()), [&](unsigned i) {
      for (const char object : threads[i]) {
        const std::size_t which = object == 'x' ? 0 : 1;
        const auto at = static_cast<std::size_t>(next[which].fetch_add(1));
        by[which].at(at) = static_cast<char>('a' + i);
      }
    });
    outside([&] {
      trace = "x=" + std::string(by[0].data()) + " y=" + std::string(by[1].data()) + " ";
    });
  }
};

double agrees(std::string_view name, const std::vector<std::string>& threads,
              const std::vector<std::size_t>& draws) {
  const pos_by_definition expected(threads, draws);
  two_objects program{threads};
  runner runs({});
  const auto choices = make_sampler(name, {.seed = 3, .last = 40'000, .preempted_spawns = 0});
  counts_by_name counted;
  while (choices->begin()) {
    (void)runs.run(std::ref(program), *choices);
    ++counted[program.trace];
  }
  const double p = chi_square_p_value(counted, expected.traces());
  for (const auto& [trace, probability] : expected.traces()) {
    std::cout << "  " << trace << probability << ", was "
              << static_cast<double>(counted[trace]) / 40'000 << "\n";
  }
  std::cout << name << ": " << counted.size() << " traces; p " << p << std::endl;
  return p;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sampling_statistics)

BOOST_AUTO_TEST_CASE(the_tests_themselves_know_chance) {
  BOOST_TEST(std::abs(upper_gamma(1, 2) - std::exp(-2)) < 1e-12);
  BOOST_TEST(std::abs(upper_gamma(44.5, 44.5) - 0.4801) < 1e-3);
  BOOST_TEST(std::abs(upper_gamma(0.5, 5.024 / 2) - 0.025) < 1e-4);
  BOOST_TEST(std::abs(upper_gamma(5, 0.5) - 0.99983) < 1e-5);
  BOOST_TEST(std::abs(at_most_p_value(1, 3, 0.5) - 0.5) < 1e-12);
  BOOST_TEST(at_most_p_value(3, 3, 0.5) == 1.0);
  BOOST_TEST(chi_square_p_value({{"a", 1}}, {{"b", 1.0}}) == 0.0);
}

BOOST_AUTO_TEST_CASE(pos_draws_traces_as_by_its_definition) {
  BOOST_TEST(agrees("pos", {"xy", "yx"}, {4, 4}) >= least_p_value);
  BOOST_TEST(agrees("pos", {"x", "yx", "y"}, {2, 4, 2}) >= least_p_value);
  BOOST_TEST(agrees("pos", {"xx", "yx"}, {4, 4}) >= least_p_value);
  BOOST_TEST(agrees("random_walk", {"xy", "yx"}, {4, 4}) < least_p_value);
}

BOOST_AUTO_TEST_CASE(pct_hits_bugs_of_a_depth_as_often_as_it_promises) {
  BOOST_TEST(keeps_to_the_bound(1, 5, 10'000, 1) >= least_p_value);
  BOOST_TEST(keeps_to_the_bound(2, 5, 20'000, 2) >= least_p_value);
  BOOST_TEST(keeps_to_the_bound(3, 3, 50'000, 3) >= least_p_value);
  BOOST_TEST(keeps_to_the_bound(4, 1, 50'000, 4) >= least_p_value);
  BOOST_TEST(keeps_to_the_bound(2, 5, 20'000, 1) < least_p_value);
  BOOST_TEST(keeps_to_the_bound(3, 3, 50'000, 2) < least_p_value);
}

BOOST_AUTO_TEST_CASE(urw_is_uniform_over_interleavings) {
  BOOST_TEST(uniformity("urw", {{2, 2, 2}, {0, 0, 0}}, 400) >= least_p_value);
  BOOST_TEST(uniformity("urw", {{1, 2, 4}, {0, 0, 0}}, 400) >= least_p_value);
  BOOST_TEST(uniformity("random_walk", {{2, 2, 2}, {0, 0, 0}}, 400) < least_p_value);
}

BOOST_AUTO_TEST_CASE(surw_is_uniform_whatever_else_the_threads_do) {
  BOOST_TEST(uniformity("surw", {{2, 2, 2}, {0, 0, 0}}, 400) >= least_p_value);
  BOOST_TEST(uniformity("surw", {{2, 1, 3}, {0, 7, 2}}, 400) >= least_p_value);
  BOOST_TEST(uniformity("urw", {{2, 1, 3}, {0, 7, 2}}, 400) < least_p_value);
}

BOOST_AUTO_TEST_SUITE_END()
