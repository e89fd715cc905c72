// How fast the primitives are, beside the standard library's and those of peers in the same run.
#include <heddle/bench/command.hpp>

#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <heddle/bench/sync/contest.hpp>
#include <heddle/bench/sync/table.hpp>
#include <heddle/sync/profile.hpp>

namespace {

using bench::aim;
using bench::sample;
using bench::sync_row;

/// Rows are judged by at least so many rounds.
constexpr std::uint64_t judged_rounds = 9;
constexpr double least_like_itself = 0.95;
constexpr double most_like_itself = 1.05;

/// What was seen of one subject of a row, relative to the base of the same round.
struct summary {
  std::string name;
  double value = 0, ratio = 0, lowest = 0, highest = 0, share = 0;
  double longest = 0;        ///< us
  double longest_ratio = 0;  ///< median
  double longest_worst = 0;  ///< the largest ratio of any round
  std::size_t rounds = 0;    ///< that count
};

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 != 0 ? values[half] : (values[half - 1] + values[half]) / 2;
}

summary summarise(std::string name, const std::vector<sample>& own,
                  const std::vector<sample>& base) {
  std::vector<double> values;
  std::vector<double> ratios;
  std::vector<double> shares;
  std::vector<double> longest;
  std::vector<double> longest_ratios;
  for (std::size_t i = 0; i < own.size(); ++i) {
    if (!own[i].valid || !base[i].valid) continue;
    values.push_back(own[i].value);
    ratios.push_back(own[i].value / base[i].value);
    shares.push_back(own[i].share);
    longest.push_back(own[i].longest);
    if (base[i].longest > 0) longest_ratios.push_back(own[i].longest / base[i].longest);
  }
  if (ratios.empty()) return {.name = std::move(name)};
  const auto [low, high] = std::minmax_element(ratios.begin(), ratios.end());
  const auto worst = std::max_element(longest_ratios.begin(), longest_ratios.end());
  return {.name = std::move(name),
          .value = median(values),
          .ratio = median(ratios),
          .lowest = *low,
          .highest = *high,
          .share = median(shares),
          .longest = median(longest),
          .longest_ratio = median(longest_ratios),
          .longest_worst = worst == longest_ratios.end() ? 0 : *worst,
          .rounds = ratios.size()};
}

enum class judgement : unsigned char { none, passed, failed, undecided };

const char* text_of(judgement what) {
  switch (what) {
    case judgement::none:
      return "";
    case judgement::passed:
      return "pass";
    case judgement::failed:
      return "FAIL";
    case judgement::undecided:
      return "undecided";
  }
  return "";
}

bool meets(const sync_row& row, const aim& what, const summary& own, const summary& again) {
  const bool fast =
      row.direction == bench::better::less ? own.ratio <= what.ratio : own.ratio >= what.ratio;
  const bool prompt = !what.as_prompt || own.longest_ratio <= again.longest_worst;
  return fast && prompt && own.share >= what.share;
}

/// A row passes when its medians meet the aim; it fails only if the base was like itself.
judgement judge(const sync_row& row, const aim& what, const summary& own, const summary& again) {
  if (own.rounds < judged_rounds) return judgement::undecided;
  if (meets(row, what, own, again)) return judgement::passed;
  const bool steady = again.ratio >= least_like_itself && again.ratio <= most_like_itself;
  return steady ? judgement::failed : judgement::undecided;
}

class progress {
 public:
  explicit progress(std::size_t rows) : rows_(rows), shown_(::isatty(STDERR_FILENO) != 0) {}
  progress(const progress&) = delete;
  progress& operator=(const progress&) = delete;
  ~progress() { clear(); }

  void show(std::size_t row, const std::string& name, std::uint64_t round, std::uint64_t rounds) {
    if (!shown_) return;
    std::fprintf(stderr, "\r\033[K%zu/%zu %s, round %llu of %llu", row + 1, rows_, name.c_str(),
                 static_cast<unsigned long long>(round), static_cast<unsigned long long>(rounds));
    std::fflush(stderr);
  }
  void clear() const {
    if (shown_) std::fputs("\r\033[K", stderr);
  }

 private:
  std::size_t rows_;
  bool shown_;
};

class session {
 public:
  session(bench::json_rows& json, std::size_t rows, std::uint64_t rounds)
      : json_(json), progress_(rows), rounds_(rounds) {}

  void run(std::size_t number, sync_row& row) {
    std::FILE* const text = json_.text();
    if (row.needs_two_processors && !bench::two_processors()) {
      std::fprintf(text, "%s: not measured, for it needs two processors\n\n", row.name.c_str());
      return;
    }
    put_base_first(row);
    const auto samples = measure(number, row);
    progress_.clear();
    std::vector<summary> all;
    for (std::size_t i = 0; i < row.subjects.size(); ++i) {
      all.push_back(summarise(row.subjects[i].name, samples[i], samples[0]));
    }
    const summary again = summarise(row.base + " again", samples.back(), samples[0]);
    all.insert(all.begin() + 1, again);
    std::fprintf(text, "%s: %s\n", row.name.c_str(), row.text.c_str());
    for (const summary& each : all) put(row, each, again);
    std::fputs("\n", text);
    std::fflush(text);
  }

  [[nodiscard]] unsigned count(judgement what) const {
    return counts_[static_cast<unsigned>(what)];
  }

 private:
  static void put_base_first(sync_row& row) {
    std::stable_sort(row.subjects.begin(), row.subjects.end(), [&](const auto& a, const auto& b) {
      const auto rank = [&](const std::string& name) {
        if (name == row.base) return 0;
        if (name.starts_with("heddle::")) return 1;
        return name.starts_with("std::") ? 2 : 3;
      };
      return rank(a.name) < rank(b.name);
    });
  }

  /// For each subject, and for the base once more, a sample of each round.
  std::vector<std::vector<sample>> measure(std::size_t number, const sync_row& row) {
    const std::size_t many = row.subjects.size() + 1;
    std::vector<std::vector<sample>> samples(many);
    std::vector<std::size_t> order(many);
    for (std::size_t i = 0; i < many; ++i) order[i] = i;
    for (std::uint64_t round = 1; round <= rounds_; ++round) {
      progress_.show(number, row.name, round, rounds_);
      std::shuffle(order.begin(), order.end(), random_);
      for (const std::size_t i : order) {
        samples[i].push_back(row.subjects[i == many - 1 ? 0 : i].measure());
      }
    }
    return samples;
  }

  void put(const sync_row& row, const summary& what, const summary& again) {
    const aim* goal = nullptr;
    for (const aim& each : row.aims) {
      if (each.subject == what.name) goal = &each;
    }
    const judgement found = goal == nullptr ? judgement::none : judge(row, *goal, what, again);
    ++counts_[static_cast<unsigned>(found)];
    std::FILE* const text = json_.text();
    if (what.rounds == 0) {
      std::fprintf(text, "  %-26s too little was seen of it on this busy machine\n",
                   what.name.c_str());
      return;
    }
    std::fprintf(text, "  %-26s %9.2f %-3s %6.2f  (%.2f..%.2f)", what.name.c_str(), what.value,
                 row.unit.data(), what.ratio, what.lowest, what.highest);
    if (what.share > 0) std::fprintf(text, "  share %.2f", what.share);
    if (what.longest > 0) {
      std::fprintf(text, "  longest %.0f us (%.2f)", what.longest, what.longest_ratio);
    }
    if (goal != nullptr) {
      std::fprintf(text, "  aim %s %.2f",
                   row.direction == bench::better::less ? "<=" : ">=", goal->ratio);
      if (goal->share > 0) std::fprintf(text, ", share %.2f", goal->share);
      if (goal->as_prompt) std::fprintf(text, ", longest (%.2f)", again.longest_worst);
      std::fprintf(text, ": %s", text_of(found));
    }
    std::fputs("\n", text);
    put_json(row, what, goal, found);
  }

  void put_json(const sync_row& row, const summary& what, const aim* goal, judgement found) {
    char more[256];
    std::snprintf(more, sizeof more,
                  "\"lowest\": %.4g, \"highest\": %.4g, \"share\": %.4g, \"longest_us\": %.4g, "
                  "\"rounds\": %zu",
                  what.lowest, what.highest, what.share, what.longest, what.rounds);
    bench::row line{.name = row.name + '/' + what.name,
                    .value = what.value,
                    .unit = row.unit,
                    .baseline = what.value / what.ratio,
                    .ratio = what.ratio,
                    .more = more};
    if (goal != nullptr) {
      std::snprintf(more, sizeof more, ", \"aim\": %.4g, \"verdict\": \"%s\"", goal->ratio,
                    text_of(found));
      line.more += more;
    }
    json_.put(line);
  }

  bench::json_rows& json_;
  progress progress_;
  std::uint64_t rounds_;
  std::mt19937_64 random_{std::random_device{}()};
  unsigned counts_[4]{};
};

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t rounds = judged_rounds;
  std::string filter;
  std::string profile;
  bench::command_line command{
      "bench_sync",
      "times the primitives beside std's and peers'; exit 1 if an aim is missed, 2 for usage",
      {{"--rounds", "how often each subject is measured; aims are judged from 9 on", &rounds},
       {"--filter", "only rows whose name contains this", nullptr, &filter},
       {"--mutexprofile", "profile who waits for locks into this file; slower", nullptr, &profile}},
      {},
      {}};
  bench::parse(argc, argv, command);
  if (!command.words.empty()) {
    bench::refuse(command, "unknown argument " + command.words[0] + "; try --help");
  }
  std::vector<sync_row*> rows;
  for (sync_row& each : bench::sync_rows()) {
    if (each.name.find(filter) != std::string::npos) rows.push_back(&each);
  }
  if (rows.empty()) bench::refuse(command, "no row has a name with \"" + filter + "\" in it");

  // A process that has never had a second thread is spared its atomic operations by some libraries.
  std::thread([] {}).join();
  bench::json_rows json(command);
  if (!profile.empty()) heddle::set_contention_fraction(1);
  session all(json, rows.size(), rounds);
  for (std::size_t i = 0; i < rows.size(); ++i) all.run(i, *rows[i]);
  if (!profile.empty() && !heddle::write_profile_file(heddle::profile_kind::contention, profile)) {
    bench::refuse(command, profile + ": cannot be written");
  }
  const unsigned failed = all.count(judgement::failed);
  std::fprintf(json.text(), "%u aims met, %u missed, %u undecided\n", all.count(judgement::passed),
               failed, all.count(judgement::undecided));
  return failed == 0 ? 0 : 1;
}
