// How large a task should be, what a thread costs that is not kept, and into how many stripes a map
// is worth being divided.
#include <heddle/bench/command.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <heddle/bench/granularity/chart.hpp>
#include <heddle/bench/sync/clock.hpp>
#include <heddle/bench/sync/contest.hpp>
#include <heddle/sync/patterns/batch.hpp>
#include <heddle/sync/patterns/striped_map.hpp>
#include <heddle/sync/patterns/task_group.hpp>
#include <heddle/sync/patterns/worker_pool.hpp>
#include <heddle/sync/wait_group.hpp>

namespace {

using bench::now_ns;

unsigned processors() { return static_cast<unsigned>(bench::processors().size()); }

// Ways to run tasks ---------------------------------------------------------------------------

using task = std::function<void()>;

void one_after_the_other(std::size_t tasks, const task& each) {
  for (std::size_t i = 0; i < tasks; ++i) each();
}

/// As many threads as processors, each with its share.
void by_shares(std::size_t tasks, const task& each) {
  heddle::wait_group all;
  for (unsigned i = 1; i < processors(); ++i) {
    all.go([&] { one_after_the_other(tasks / processors(), each); });
  }
  one_after_the_other(tasks - tasks / processors() * (processors() - 1), each);
  all.wait();
}

void by_batch(std::size_t tasks, const task& each) {
  const std::vector<char> items(tasks);
  (void)heddle::run_batch(items, [&](char) { each(); });
}

/// Through a pool whose threads are there already.
class pooled {
 public:
  void operator()(std::size_t tasks, const task& each) {
    for (std::size_t i = 0; i < tasks; ++i) pool_.submit([&] { each(); });
    pool_.wait();
  }

 private:
  heddle::worker_pool pool_{processors()};
};

/// A thread for each task, as many at once as there are processors.
void fresh_threads(std::size_t tasks, const task& each) {
  heddle::task_group group;
  group.set_limit(processors());
  for (std::size_t i = 0; i < tasks; ++i) group.go([&] { each(); });
  group.wait();
}

/// The same without a limit: all at once.
void fresh_threads_at_once(std::size_t tasks, const task& each) {
  heddle::wait_group all;
  for (std::size_t i = 0; i < tasks; ++i) all.go([&] { each(); });
  all.wait();
}

// What is measured ----------------------------------------------------------------------------

double median(std::vector<double> values) {
  const auto half = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), half, values.end());
  return *half;
}

/// A curve whose points are measured again in each round, in random order.
struct subject {
  std::string name;
  std::function<double(double)> measure;  ///< the y of an x
};

class session {
 public:
  session(bench::json_rows& json, std::uint64_t rounds, std::string plots)
      : json_(json), rounds_(rounds), plots_(std::move(plots)) {}

  /// Measures the subjects at each of `xs`, and shows them as a table and a chart.
  [[nodiscard]] bool run(bench::chart what, const std::vector<subject>& subjects,
                         const std::vector<double>& xs) {
    std::vector<std::pair<std::size_t, std::size_t>> order;
    for (std::size_t s = 0; s < subjects.size(); ++s) {
      for (std::size_t x = 0; x < xs.size(); ++x) order.emplace_back(s, x);
    }
    std::vector<std::vector<std::vector<double>>> samples(
        subjects.size(), std::vector<std::vector<double>>(xs.size()));
    for (std::uint64_t round = 0; round < rounds_; ++round) {
      std::shuffle(order.begin(), order.end(), random_);
      for (const auto& [s, x] : order) samples[s][x].push_back(subjects[s].measure(xs[x]));
    }
    for (std::size_t s = 0; s < subjects.size(); ++s) {
      what.lines.push_back({subjects[s].name, {}});
      for (std::size_t x = 0; x < xs.size(); ++x) {
        what.lines[s].points.emplace_back(xs[x], median(samples[s][x]));
      }
    }
    print(what, xs);
    return plots_.empty() || bench::write_svg(what, plots_);
  }

  void print_line(const std::string& name, double value, const char* unit) {
    std::fprintf(json_.text(), "%-44s %10.2f %s\n", name.c_str(), value, unit);
    json_.put({.name = name, .value = value, .unit = unit});
  }

 private:
  void print(const bench::chart& what, const std::vector<double>& xs) {
    std::FILE* const text = json_.text();
    std::fprintf(text, "%s (%s)\n  %-20s", what.title.c_str(), what.y.c_str(), what.x.c_str());
    for (const bench::series& each : what.lines) std::fprintf(text, " %14s", each.name.c_str());
    std::fputs("\n", text);
    for (std::size_t x = 0; x < xs.size(); ++x) {
      std::fprintf(text, "  %-20g", xs[x]);
      for (const bench::series& each : what.lines) {
        const double value = each.points[x].second;
        std::fprintf(text, " %14.4g", value);
        char name[160];
        std::snprintf(name, sizeof name, "%s, %s, %g", what.file.c_str(), each.name.c_str(), xs[x]);
        json_.put({.name = name, .value = value, .unit = what.y});
      }
      std::fputs("\n", text);
    }
    std::fputs("\n", text);
    std::fflush(text);
  }

  bench::json_rows& json_;
  std::uint64_t rounds_;
  std::string plots_;
  std::mt19937 random_{1};
};

double seconds(const std::function<void()>& body) {
  const std::uint64_t begin = now_ns();
  body();
  return static_cast<double>(now_ns() - begin) / 1e9;
}

/// Work of `size` ns in each task: how much faster than one after the other.
bool sweep_sizes(session& into) {
  constexpr double total = 10e6;
  const auto speed_up = [](auto run) {
    return [run](double size) mutable {
      const auto tasks = static_cast<std::size_t>(std::clamp(total / size, 40.0, 4000.0));
      const unsigned rounds = bench::rounds_for(size);
      const task each = [rounds] { bench::work(rounds); };
      const double alone = seconds([&] { one_after_the_other(tasks, each); });
      return alone / seconds([&] { run(tasks, each); });
    };
  };
  const auto pool = std::make_shared<pooled>();
  return into.run(
      {.file = "granularity-tasks",
       .title = "Speed of tasks against one after the other",
       .x = "ns in a task",
       .y = "times as fast"},
      {{"shares", speed_up(by_shares)},
       {"run_batch", speed_up(by_batch)},
       {"worker_pool", speed_up([pool](std::size_t n, const task& each) { (*pool)(n, each); })},
       {"fresh threads", speed_up(fresh_threads)}},
      {100, 300, 1000, 3000, 10'000, 30'000, 100'000, 300'000, 1'000'000});
}

/// Empty tasks, `burst` of them: the time of each.
bool sweep_bursts(session& into) {
  const auto us_each = [](auto run) {
    return [run](double burst) mutable {
      const auto tasks = static_cast<std::size_t>(burst);
      return seconds([&] { run(tasks, [] {}); }) * 1e6 / burst;
    };
  };
  const auto pool = std::make_shared<pooled>();
  return into.run(
      {.file = "granularity-pool",
       .title = "What an empty task costs, pooled and in a fresh thread",
       .x = "tasks in a burst",
       .y = "us for each",
       .logarithmic = true},
      {{"worker_pool", us_each([pool](std::size_t n, const task& each) { (*pool)(n, each); })},
       {"fresh, limited", us_each(fresh_threads)},
       {"fresh, at once", us_each(fresh_threads_at_once)}},
      {1, 4, 16, 64, 256, 1024});
}

/// Loads and stores of random keys by `threads` threads, per us.
double map_steps(unsigned threads, std::size_t stripes) {
  constexpr unsigned keys = 4096, steps = 60'000;
  heddle::striped_map<unsigned, unsigned> map(stripes);
  for (unsigned key = 0; key < keys; ++key) (void)map.store(key, key);
  const double time = seconds([&] {
    heddle::wait_group all;
    for (unsigned i = 0; i < threads; ++i) {
      all.go([&map, i] {
        std::minstd_rand random(i + 1);
        for (unsigned step = 0; step < steps; ++step) {
          const auto key = static_cast<unsigned>(random() % keys);
          step % 2 == 0 ? void(map.load(key)) : void(map.store(key, step));
        }
      });
    }
    all.wait();
  });
  return threads * steps / (time * 1e6);
}

bool sweep_stripes(session& into) {
  std::vector<subject> subjects;
  for (const unsigned threads : {1U, 2U, 4U, 8U}) {
    subjects.push_back({std::to_string(threads) + (threads == 1 ? " thread" : " threads"),
                        [threads](double stripes) {
                          return map_steps(threads, static_cast<std::size_t>(stripes));
                        }});
  }
  return into.run({.file = "granularity-stripes",
                   .title = "striped_map, half loads and half stores of 4096 keys",
                   .x = "stripes",
                   .y = "steps per us"},
                  subjects, {1, 2, 4, 8, 16, 32, 64, 128, 256});
}

/// KiB that /proc says this process has, by the name of the line.
double kib_of(const std::string& line) {
  std::ifstream status("/proc/self/status");
  std::string word;
  while (status >> word) {
    double value = 0;
    if (word == line + ":" && status >> value) return value;
  }
  return 0;
}

/// What a thread that waits takes.
void weigh_threads(session& into) {
  constexpr unsigned threads = 500;
  heddle::wait_group begun, may_end, all;
  begun.add(threads);
  may_end.add(1);
  const double resident = kib_of("VmRSS"), mapped = kib_of("VmSize");
  for (unsigned i = 0; i < threads; ++i) {
    all.go([&] {
      begun.done();
      may_end.wait();
    });
  }
  begun.wait();
  const double more_resident = kib_of("VmRSS") - resident, more_mapped = kib_of("VmSize") - mapped;
  may_end.done();
  all.wait();
  into.print_line("thread that waits, resident", more_resident / threads, "KiB");
  into.print_line("thread that waits, mapped", more_mapped / threads, "KiB");
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t rounds = 7;
  std::string plots;
  bench::command_line command{
      "bench_granularity",
      "how large tasks should be, what fresh threads cost, how many stripes pay",
      {{"--rounds", "how often each point is measured; shown is the median", &rounds},
       {"--plots", "a folder, into which the charts are written as SVG", nullptr, &plots}},
      {},
      {}};
  bench::parse(argc, argv, command);
  if (!command.words.empty()) bench::refuse(command, "unknown word " + command.words.front());
  bench::json_rows json(command);
  session all(json, rounds, plots);
  // First, before others have left memory behind for them.
  weigh_threads(all);
  std::fprintf(json.text(), "processors: %u\n\n", processors());
  if (sweep_sizes(all) && sweep_bursts(all) && sweep_stripes(all)) return 0;
  std::fprintf(stderr, "heddle: bench_granularity: %s: %s\n", plots.c_str(), std::strerror(errno));
  return 1;
}
