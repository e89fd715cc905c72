// The litmus tests of the memory models, a model for each line of litmus.tsv: the weak outcome is
// observed exactly if the memory model in force allows it, and the executions are as many as it
// allows.  A plain access is one of `shared`, which has to be a data race where the table says so.
#include <heddle/models/litmus/table.hpp>

#include <cstdint>
#include <cstdlib>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <heddle/checker/model.hpp>
#include <heddle/checker/verdict.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle::models {

namespace {

/// `r1=x.cas(0,1,acq)` in its parts.
struct instruction {
  std::string result, location, does;
  std::vector<std::string> arguments;
};
using code = std::vector<instruction>;

struct allowed {
  bool weak;  ///< the weak outcome is
  std::uint64_t executions;
};

struct litmus_test {
  std::string name, text;
  std::vector<code> threads;
  std::map<std::string, int> weak;  ///< as in `r1` and `x(final)`
  allowed sc, rc11;
  bool races;
};

using row = std::map<std::string, std::string>;

std::vector<std::string> split(std::string_view text, std::string_view at) {
  std::vector<std::string> parts;
  for (std::size_t end = text.find(at); end != text.npos; end = text.find(at)) {
    parts.emplace_back(text.substr(0, end));
    text.remove_prefix(end + at.size());
  }
  parts.emplace_back(text);
  return parts;
}

/// Cuts what stands before `mark` off the front of `text`; nothing if `mark` is not there.
std::string cut_front(std::string_view& text, char mark) {
  const std::size_t at = text.find(mark);
  if (at == text.npos) return "";
  const std::string front(text.substr(0, at));
  text.remove_prefix(at + 1);
  return front;
}

// Each instruction is `register=location.action(arguments)`; the first two may be missing.
code parse(const std::string& thread) {
  code all;
  for (const std::string& text : split(thread, "; ")) {
    std::string_view rest = text;
    std::string_view head = rest.substr(0, rest.find('('));
    const std::string into = cut_front(head, '=');
    const std::string location = cut_front(head, '.');
    if (head.empty() || !rest.ends_with(')') || rest.find('(') == rest.npos) std::abort();
    rest.remove_prefix(rest.find('(') + 1);
    rest.remove_suffix(1);
    all.push_back({into, location, std::string(head), split(std::string(rest), ",")});
  }
  return all;
}

litmus_test read(row from) {
  litmus_test test;
  test.name = from.at("name");
  test.text = from.at("program");
  for (const std::string& thread : split(test.text, " || ")) {
    test.threads.push_back(parse(thread));
  }
  for (const std::string& part : split(from.at("weak_outcome"), " ")) {
    const std::vector<std::string> sides = split(part, "=");
    test.weak[sides.at(0)] = std::stoi(sides.at(1));
  }
  test.sc = {from.at("SC") == "allowed", std::stoull(from.at("graphs_SC"))};
  test.rc11 = {from.at("RC11") == "allowed", std::stoull(from.at("graphs_RC11"))};
  test.races = from.at("racy_RC11") == "race";
  return test;
}

constexpr std::pair<std::string_view, std::memory_order> orders[] = {
    {"rlx", std::memory_order_relaxed},    {"na", std::memory_order_relaxed},
    {"acq", std::memory_order_acquire},    {"rel", std::memory_order_release},
    {"acqrel", std::memory_order_acq_rel}, {"sc", std::memory_order_seq_cst},
};

std::memory_order order_of(const std::string& name) {
  for (const auto& [text, order] : orders) {
    if (name == text) return order;
  }
  std::abort();
}

struct variable {
  atomic<int> word{0};
  shared<int> plain{0};
};

/// What one execution of a test has.
class execution {
 public:
  explicit execution(const litmus_test& test) : test_(test) {
    for (const code& thread : test.threads) {
      for (const instruction& each : thread) {
        if (!each.result.empty()) values_[each.result] = 0;
        if (!each.location.empty()) (void)variables_[each.location];
      }
    }
  }

  void run() {
    std::deque<thread> threads;
    for (const code& each : test_.threads) {
      threads.emplace_back([this, &each] {
        for (const instruction& one : each) perform(one);
      });
    }
    for (thread& each : threads) each.join();
    for (auto& [name, value] : variables_) {
      values_[name + "(final)"] = value.word.load(std::memory_order_relaxed);
    }
  }

  [[nodiscard]] bool is_weak() const {
    for (const auto& [name, value] : test_.weak) {
      if (values_.at(name) != value) return false;
    }
    return true;
  }

 private:
  // A number, or the register of that name.
  [[nodiscard]] int value(const std::string& text) const {
    const auto found = values_.find(text);
    return found != values_.end() ? found->second : std::stoi(text);
  }

  void perform(const instruction& of) {
    const std::string& does = of.does;
    const bool plain = of.arguments.back() == "na";
    const std::memory_order order = order_of(of.arguments.back());
    if (does == "fence") return fence(order);
    variable& at = variables_.at(of.location);
    int read = 0;
    if (does == "load") {
      read = plain ? at.plain.get() : at.word.load(order);
    } else if (does == "store" && plain) {
      at.plain.set(value(of.arguments[0]));
    } else if (does == "store") {
      at.word.store(value(of.arguments[0]), order);
    } else if (does == "exchange") {
      read = at.word.exchange(value(of.arguments[0]), order);
    } else if (does == "fetch_add") {
      read = at.word.fetch_add(value(of.arguments[0]), order);
    } else if (does == "cas") {
      read = value(of.arguments[0]);
      at.word.compare_exchange_strong(read, value(of.arguments[1]), order);
    } else {
      std::abort();
    }
    if (!of.result.empty()) values_.at(of.result) = read;
  }

  const litmus_test& test_;
  std::map<std::string, variable> variables_;
  std::map<std::string, int> values_;  ///< of registers, and at the end of variables
};

void run(const litmus_test& test) {
  execution of(test);
  of.run();
  observe("outcome", of.is_weak() ? "weak" : "strong");
}

// A search that has not visited every execution may have missed the weak ones.
std::string complaint(const litmus_test& test, const verdict& of) {
  if (of.found) return "";
  const allowed& may = of.memory == "rc11" ? test.rc11 : test.sc;
  const auto outcomes = of.observed.find("outcome");
  const bool weak = outcomes != of.observed.end() && outcomes->second.count("weak") != 0;
  if (weak && !may.weak) return "the outcome of " + test.text + " is forbidden under " + of.memory;
  if (of.kind != proof::exhaustive) return "";
  if (!weak && may.weak) return "the outcome of " + test.text + " is allowed under " + of.memory;
  if (of.executions == may.executions) return "";
  return std::to_string(of.executions) + " executions instead of " + std::to_string(may.executions);
}

model model_of(litmus_test test) {
  model made;
  made.name = "litmus/" + test.name;
  if (test.races) made.expected = finding_kind::data_race;
  made.summary = test.text;
  made.whole = true;
  made.body = [test] { run(test); };
  made.complaint = [test = std::move(test)](const verdict& of) { return complaint(test, of); };
  return made;
}

std::vector<model_registration> register_all() {
  std::vector<model_registration> all;
  std::vector<std::string> lines = split(litmus_table(), "\n");
  const std::vector<std::string> head = split(lines.front(), "\t");
  for (std::size_t i = 1; i < lines.size() && !lines[i].empty(); ++i) {
    const std::vector<std::string> cells = split(lines[i], "\t");
    row cell;
    for (std::size_t column = 0; column < head.size(); ++column) {
      cell[head[column]] = cells.at(column);
    }
    all.emplace_back(model_of(read(std::move(cell))));
  }
  return all;
}

const std::vector<model_registration> litmus = register_all();

}  // namespace

}  // namespace heddle::models
