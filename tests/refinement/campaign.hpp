// Sizes of clients, explored one client after the other, and what came of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>

#include <heddle/tests/refinement/exploration.hpp>

namespace heddle::refinement {

/// How far the clients of a size are explored.
struct effort {
  std::size_t stride = 1;           ///< every so many of them
  std::uint64_t executions = 1000;  ///< of a client, at most, to exhaust it
  std::uint64_t bounded = 0;        ///< and of one that is too large, up to 2 preemptions
  std::uint64_t samples = 0;        ///< and then drawn at random
  std::uint32_t preemptions = 1;    ///< of clients that can complain
};

/// Of small clients, and of those that are too large to exhaust.
inline constexpr effort thorough{
    .executions = 10'000, .bounded = 2'000, .samples = 200, .preemptions = 2};
inline constexpr effort large{
    .executions = 2'000, .bounded = 2'000, .samples = 500, .preemptions = 2};

/// What came of the searches of one kind.
struct tally {
  std::uint64_t clients = 0, ended = 0, executions = 0, histories = 0, waits = 0, complaints = 0;

  void count(const result& of);
};

/// A line of the table of README.md.
void print(std::string_view name, const std::string& size, std::string_view how, const tally& of);

template <class P>
result refine(const client& of, const search& how, tally& sum) {
  result found = explorer<P>(of).explore(how);
  sum.count(found);
  return found;
}

/// The clients of a size.
template <class P>
class campaign {
 public:
  campaign(const effort& how, std::string size) : how_(how), size_(std::move(size)) {}

  /// Returns what is wrong, or nothing.  A client that cannot complain is explored by graphs.  The
  /// search of another one would end at a complaint before events that lead elsewhere: it is
  /// explored by interleavings.
  std::string explore(const client& of) {
    if (is_left_out(of)) return {};
    if (machine_runs<P>(of).misuse) return interleave(of);
    std::string wrong = exhaust(of, graph::memory::rc11, causal_);
    return wrong.empty() ? exhaust(of, graph::memory::sc, timed_) : wrong;
  }

  /// The same, without an attempt to exhaust it.
  std::string explore_large(const client& of) {
    if (is_left_out(of)) return {};
    if (machine_runs<P>(of).misuse) return interleave(of);
    std::string wrong = explore_in_part(of, graph::memory::rc11);
    return wrong.empty() ? explore_in_part(of, graph::memory::sc) : wrong;
  }

  void print_lines() const {
    const auto line = [&](std::string_view how, const tally& of) {
      if (of.clients > 0) print(P::name, size_, how, of);
    };
    line("all, rc11", causal_);
    line("all, sc", timed_);
    line("2 preemptions", bounded_);
    line("samples", sampled_);
    line(how_.preemptions == 1 ? "complaining, 1 preemption" : "complaining, 2 preemptions",
         complaining_);
    BOOST_TEST(causal_.clients + bounded_.clients > 0U);
  }

 private:
  static bool is_left_out(const client& of) {
    if constexpr (requires { P::is_left_out(of); }) return P::is_left_out(of);
    return false;
  }
  std::string interleave(const client& of) {
    return refine<P>(of,
                     {.how = search::by::interleavings,
                      .memory = graph::memory::sc,
                      .preemptions = how_.preemptions,
                      .executions = how_.executions},
                     complaining_)
        .wrong;
  }
  std::string exhaust(const client& of, graph::memory memory, tally& sum) {
    const result all = refine<P>(of, {.memory = memory, .executions = how_.executions}, sum);
    return all.ended || !all.wrong.empty() ? all.wrong : explore_in_part(of, memory);
  }
  std::string explore_in_part(const client& of, graph::memory memory) {
    std::string wrong;
    if (how_.bounded > 0) {
      wrong =
          refine<P>(of, {.memory = memory, .preemptions = 2, .executions = how_.bounded}, bounded_)
              .wrong;
    }
    if (how_.samples == 0 || !wrong.empty()) return wrong;
    return refine<P>(of,
                     {.how = search::by::samples,
                      .memory = memory,
                      .executions = how_.samples,
                      .seed = sampled_.clients + 1,
                      .spurious = 1},
                     sampled_)
        .wrong;
  }

  effort how_;
  std::string size_;
  tally causal_, timed_, bounded_, sampled_, complaining_;
};

inline std::string size_text(unsigned threads, unsigned length) {
  return std::to_string(threads) + " x " + std::to_string(length);
}

/// All clients of a size, or every so many.
template <class P>
void refine_all(unsigned threads, unsigned length, const effort& how) {
  const auto calls = static_cast<unsigned>(P::calls.size());
  const std::vector<client> all = all_clients(P::variants, calls, threads, length);
  campaign<P> run(how, size_text(threads, length));
  for (std::size_t i = 0; i < all.size(); i += how.stride) {
    const std::string wrong = run.explore(all[i]);
    BOOST_TEST(wrong == "", wrong);
  }
  run.print_lines();
  drop_runner();
}

/// Draws `count` clients, and makes simpler the one of which `explore` says that it is wrong.
void draw_clients(unsigned variants, unsigned calls, unsigned threads, unsigned length, int count,
                  const std::function<std::string(const client&)>& explore);

/// Clients of a size that RapidCheck draws, and makes simpler where one is wrong.
template <class P>
void refine_drawn(unsigned threads, unsigned length, int count, const effort& how) {
  campaign<P> run(how, size_text(threads, length));
  draw_clients(P::variants, static_cast<unsigned>(P::calls.size()), threads, length, count,
               [&](const client& of) { return run.explore_large(of); });
  run.print_lines();
  drop_runner();
}

}  // namespace heddle::refinement
