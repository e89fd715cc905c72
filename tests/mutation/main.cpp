// Explores clients, and says whether what came of it is what they expect.
//
//   list                      names them
//   run NAME... [--preemptions K | --whole]
//                             explores each as far as it says, or up to K preemptions, or without a
//                             bound; 0 if all are as expected
//   show NAME [--preemptions K | --whole]
//                             as run, and prints the steps of the first unexpected execution
//   kill REFERENCE            0 if some client is not as expected, and is in the program REFERENCE,
//                             explored no further
#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <heddle/scheduler/current.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/scheduler/recording.hpp>
#include <heddle/tests/mutation/clients.hpp>

namespace heddle::mutation {

namespace {

constinit const client_set* first_set = nullptr;

// The bounds that `kill` goes through; most mutants die early.
constexpr std::uint32_t kill_bounds[] = {0, 1, 2, unbounded};

// The sets by name, and in a set the simple clients first, as it says.
std::vector<client> all_clients() {
  std::vector<const client_set*> sets;
  for (const client_set* set = first_set; set != nullptr; set = set->next) sets.push_back(set);
  std::sort(sets.begin(), sets.end(), [](const client_set* a, const client_set* b) {
    return std::string_view(a->clients.front().name) < b->clients.front().name;
  });
  std::vector<client> all;
  for (const client_set* set : sets) {
    all.insert(all.end(), set->clients.begin(), set->clients.end());
  }
  return all;
}

std::string text_of(finding_kind kind, std::string_view text) {
  return std::string(to_string(kind)) + ": " + std::string(text);
}

/// Whether `text` begins as `pattern` does; where that holds a `*`, it ends with the rest.
bool matches(std::string_view text, std::string_view pattern) {
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) return text.starts_with(pattern);
  return text.starts_with(pattern.substr(0, star)) && text.ends_with(pattern.substr(star + 1));
}

/// What came of exploring a client.
struct exploration {
  std::uint64_t executions = 0;
  std::uint32_t bound = unbounded;
  bool whole = false;              ///< no bound left anything out
  std::string wrong;               ///< what is not as expected; empty: all is
  std::vector<std::string> steps;  ///< of the execution that is not
  double seconds = 0;
};

class explorer {
 public:
  explicit explorer(const client& what) : what_(what), runner_(limits_of(what)) {}

  exploration explore(std::uint32_t bound) {
    const auto begin = std::chrono::steady_clock::now();
    exploration result;
    result.bound = std::min(bound, what_.preemptions);
    // Bounded, interleavings under sc, which are found faster; all there is, by graphs under rc11.
    const bool whole = result.bound == unbounded;
    const graph::memory model = whole ? graph::memory::rc11 : graph::memory::sc;
    const auto choices = whole ? make_optimal(model) : make_odometer(result.bound);
    while (result.wrong.empty() && choices->begin()) {
      const outcome out = runner_.run(body_, *choices, {.memory = model});
      if (!choices->applies()) {
        result.wrong = "it does what graphs do not express";
        break;
      }
      if (out.end == ending::dropped) continue;
      ++result.executions;
      if (out.end != ending::found || is_expected(runner_.found())) continue;
      result.wrong = text_of(runner_.found().kind, runner_.found().text);
      record(*choices, model, result);
    }
    result.whole = result.wrong.empty() && !choices->pruned();
    if (result.wrong.empty() && (result.whole || result.bound == what_.preemptions)) {
      result.wrong = what_is_missing();
    }
    result.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return result;
  }

 private:
  static execution_limits limits_of(const client& what) {
    execution_limits limits;
    limits.steps = 2000;
    limits.timeouts = 1;
    limits.polls = 1;
    limits.spurious = 1;
    limits.processors = what.processors;
    return limits;
  }

  bool is_expected(const finding& found) {
    for (const failure& each : what_.failures) {
      if (found.kind == each.kind && matches(found.text, each.text)) {
        seen_.insert(text_of(each.kind, each.text));
        return true;
      }
    }
    return false;
  }

  void record(strategy& choices, graph::memory model, exploration& into) {
    choices.again();
    recording taken;
    (void)runner_.run(body_, choices, {.record = &taken, .memory = model});
    for (const recorded_step& step : taken.steps) {
      into.steps.push_back("thread " + taken.threads[step.thread] + "  " + step.text + "  [" +
                           step.call + "]  " + describe(step.where));
    }
    for (const std::string& line : runner_.found().details) into.steps.push_back(line);
  }

  [[nodiscard]] std::string what_is_missing() const {
    for (const failure& each : what_.failures) {
      const std::string text = text_of(each.kind, each.text);
      if (!seen_.contains(text)) return "never seen: " + text;
    }
    std::string expected, observed;
    for (const char* each : what_.outcomes) expected += std::string(" ") + each;
    const observations& all = runner_.observed();
    if (const auto found = all.find("outcome"); found != all.end()) {
      for (const auto& [value, times] : found->second) observed += " " + value;
    }
    return observed == expected ? "" : "outcomes are" + observed + ", expected" + expected;
  }

  const client& what_;
  std::function<void()> body_ = what_.body;
  runner runner_;
  std::set<std::string> seen_;
};

std::string bound_text(const exploration& of) {
  if (of.whole) return "exhaustive";
  if (of.bound == unbounded) return "without bound";
  return "up to " + std::to_string(of.bound) + " preemptions";
}

void print(const client& what, const exploration& of) {
  std::printf("%-36s %-24s %9llu executions %7.2f s  %s\n", what.name, bound_text(of).c_str(),
              static_cast<unsigned long long>(of.executions), of.seconds,
              of.wrong.empty() ? "as expected" : of.wrong.c_str());
  std::fflush(stdout);
}

int run(const std::vector<client>& clients, std::uint32_t bound, bool steps) {
  int result = 0;
  for (const client& each : clients) {
    const exploration of = explorer(each).explore(bound);
    print(each, of);
    if (!of.wrong.empty()) result = 1;
    if (!steps) continue;
    for (const std::string& line : of.steps) std::printf("  %s\n", line.c_str());
  }
  return result;
}

bool holds_in(const std::string& reference, const client& what, std::uint32_t bound) {
  std::string command = "'" + reference + "' run " + what.name;
  if (bound != unbounded) command += " --preemptions " + std::to_string(bound);
  std::fflush(stdout);
  const int status = std::system(command.c_str());
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

int kill(const std::string& reference) {
  const std::vector<client> clients = all_clients();
  std::uint64_t executions = 0;
  std::set<std::string> finished;
  for (const std::uint32_t bound : kill_bounds) {
    for (const client& each : clients) {
      if (finished.contains(each.name)) continue;
      const exploration of = explorer(each).explore(bound);
      executions += of.executions;
      if (of.whole || of.bound == each.preemptions) finished.insert(each.name);
      if (of.wrong.empty()) continue;
      std::printf("killed by %s, %s, execution %llu of it: %s\n", each.name, bound_text(of).c_str(),
                  static_cast<unsigned long long>(of.executions), of.wrong.c_str());
      if (holds_in(reference, each, of.bound)) return 0;
      std::printf("the client is not as expected without the mutation either\n");
      return 1;
    }
  }
  std::printf("survived %zu clients, %llu executions\n", clients.size(),
              static_cast<unsigned long long>(executions));
  return 1;
}

int usage() {
  std::fprintf(stderr,
               "usage: list | run NAME... [--preemptions K | --whole] | "
               "show NAME [--preemptions K | --whole] | kill REFERENCE\n");
  return 2;
}

int run_named(const std::vector<std::string>& words, bool steps) {
  std::uint32_t bound = unbounded;
  bool whole = false;
  std::vector<client> chosen;
  const std::vector<client> clients = all_clients();
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "--preemptions" && i + 1 < words.size()) {
      bound = static_cast<std::uint32_t>(std::strtoul(words[++i].c_str(), nullptr, 10));
      continue;
    }
    if (words[i] == "--whole") {
      whole = true;
      continue;
    }
    const auto found = std::find_if(clients.begin(), clients.end(),
                                    [&](const client& each) { return words[i] == each.name; });
    if (found == clients.end()) {
      std::fprintf(stderr, "no client is called %s\n", words[i].c_str());
      return 2;
    }
    chosen.push_back(*found);
  }
  for (client& each : chosen) {
    if (whole) each.preemptions = unbounded;
  }
  return chosen.empty() ? usage() : run(chosen, bound, steps);
}

int main(const std::vector<std::string>& words) {
  if (words.empty()) return usage();
  const std::vector<std::string> rest(words.begin() + 1, words.end());
  if (words[0] == "list" && rest.empty()) {
    for (const client& each : all_clients()) std::printf("%s\n", each.name);
    return 0;
  }
  if (words[0] == "run") return run_named(rest, false);
  if (words[0] == "show") return run_named(rest, true);
  if (words[0] == "kill" && rest.size() == 1) return kill(rest[0]);
  return usage();
}

}  // namespace

client_set::client_set(std::vector<client> members) : clients(std::move(members)), next(first_set) {
  first_set = this;
}

}  // namespace heddle::mutation

int main(int count, char** words) {
  return heddle::mutation::main(std::vector<std::string>(words + 1, words + count));
}
