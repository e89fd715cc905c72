#include <heddle/checker/option_table.hpp>

#include <algorithm>
#include <charconv>
#include <iostream>
#include <iterator>
#include <limits>

#include <heddle/checker/report/formats.hpp>
#include <heddle/scheduler/strategy/sampling.hpp>

namespace heddle::detail {

namespace {

// Any member that holds a number, or may hold one.
template <class T>
std::optional<std::uint64_t> number_in(const T& member) {
  if constexpr (requires { member.has_value(); }) {
    return member ? std::optional<std::uint64_t>(*member) : std::nullopt;
  } else {
    return member;
  }
}

template <class T>
struct held {
  using type = T;
};
template <class T>
struct held<std::optional<T>> {
  using type = T;
};

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// A number with a unit behind it, `10s`; the unit is one of the pairs.
struct unit {
  std::string_view name;
  std::uint64_t factor;
};

std::optional<std::uint64_t> parse_quantity(std::string_view text, std::span<const unit> units) {
  const std::size_t digits = text.find_first_not_of("0123456789");
  const std::string_view name = digits == text.npos ? "" : text.substr(digits);
  const auto number = parse_number(text.substr(0, digits));
  if (!number) return std::nullopt;
  for (const unit& each : units) {
    if (each.name != name) continue;
    if (*number > std::numeric_limits<std::uint64_t>::max() / each.factor) return std::nullopt;
    return *number * each.factor;
  }
  return std::nullopt;
}

template <auto Member, std::uint64_t Least, std::uint64_t Most>
bool valid_number(const options& of) {
  const auto number = number_in(of.*Member);
  return !number || (*number >= Least && *number <= Most);
}

template <auto Member, std::uint64_t Least, std::uint64_t Most>
bool set_number(options& to, std::string_view text) {
  const auto number = parse_number(text);
  if (!number || *number < Least || *number > Most) return false;
  using type = typename held<std::remove_reference_t<decltype(to.*Member)>>::type;
  to.*Member = static_cast<type>(*number);
  return true;
}

template <bool options::*Member>
bool set_switch(options& to, std::string_view text) {
  to.*Member = text == "on";
  return text == "on" || text == "off";
}

bool set_strategy(options& to, std::string_view text) {
  to.strategy = text;
  std::replace(to.strategy.begin(), to.strategy.end(), '-', '_');
  return to.strategy == "automatic" || to.strategy == "exhaustive" || to.strategy == "odometer" ||
         is_sampler(to.strategy);
}

bool set_seed(options& to, std::string_view text) {
  if (text == "clock") {
    to.seed = drawn_seed();
    return true;
  }
  return set_number<&options::seed, 0, ~std::uint64_t{0}>(to, text);
}

constexpr std::uint64_t second_ns = 1'000'000'000;
constexpr std::uint64_t longest_budget_ns = 30ULL * 24 * 3600 * second_ns;

bool valid_budget(const options& of) {
  return of.budget.count() >= 1'000'000 &&
         static_cast<std::uint64_t>(of.budget.count()) <= longest_budget_ns;
}

bool set_budget(options& to, std::string_view text) {
  static constexpr unit units[] = {
      {"ms", second_ns / 1000}, {"s", second_ns}, {"m", 60 * second_ns}, {"h", 3600 * second_ns}};
  const auto ns = parse_quantity(text, units);
  if (!ns || *ns > longest_budget_ns) return false;
  to.budget = std::chrono::nanoseconds(*ns);
  return valid_budget(to);
}

bool valid_stable(const options& of) {
  return !of.stable || (*of.stable >= 0.0001 && *of.stable <= 0.5);
}

bool set_until(options& to, std::string_view text) {
  static constexpr std::string_view with_threshold = "stable:";
  to.stable = std::nullopt;
  if (text == "budget") return true;
  to.stable = default_stable;
  if (text == "stable") return true;
  if (text.substr(0, with_threshold.size()) != with_threshold) return false;
  text.remove_prefix(with_threshold.size());
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), *to.stable, std::chars_format::fixed);
  return error == std::errc{} && end == text.data() + text.size() && valid_stable(to);
}

bool set_checkpoint_every(options& to, std::string_view text) {
  options scale;
  if (!set_budget(scale, text)) return false;
  to.checkpoint_every = scale.budget;
  return true;
}

bool valid_checkpoint_every(const options& of) {
  options scale;
  scale.budget = of.checkpoint_every;
  return valid_budget(scale);
}

bool set_shrink(options& to, std::string_view text) {
  options scale;
  scale.budget = {};
  if (text != "off" && !set_budget(scale, text)) return false;
  to.shrink = scale.budget;
  return true;
}

bool valid_shrink(const options& of) {
  options scale;
  scale.budget = of.shrink;
  return of.shrink.count() == 0 || valid_budget(scale);
}

template <std::string options::*Member>
bool set_file(options& to, std::string_view text) {
  to.*Member = text;
  return !text.empty();
}

bool valid_report(const options& of) { return of.report.empty() || names_reports(of.report); }

bool set_report(options& to, std::string_view text) {
  to.report = text;
  return !text.empty() && valid_report(to);
}

bool valid_stack(const options& of) { return of.stack >= 16 << 10 && of.stack <= 8 << 20; }

bool set_stack(options& to, std::string_view text) {
  static constexpr unit units[] = {{"", 1}, {"K", 1 << 10}, {"M", 1 << 20}};
  const auto bytes = parse_quantity(text, units);
  if (!bytes) return false;
  to.stack = *bytes;
  return valid_stack(to);
}

bool set_vacuous(options& to, std::string_view text) {
  to.vacuous = text == "error" ? vacuous_rule::error : vacuous_rule::warn;
  return text == "error" || text == "warn";
}

bool set_memory(options& to, std::string_view text) {
  to.memory = text;
  return text == "sc" || text == "rc11";
}

bool set_shard(options& to, std::string_view text) {
  std::string wrong;
  const auto given = text == "auto" ? shard_of_environment(wrong) : parse_shard(text);
  if (given) to.shard = *given;
  return given.has_value();
}

bool valid_shard(const options& of) {
  const shard& is = of.shard;
  return is == shard{} || (is.index >= 1 && is.index <= is.count && is.count <= most_shards);
}

bool set_corpus(options& to, std::string_view text) {
  to.corpus = text;
  return true;
}

bool set_replay(options& to, std::string_view text) {
  to.replay = text;
  return true;
}

bool always(const options&) { return true; }

bool known_strategy(const options& of) {
  options copy;
  return set_strategy(copy, of.strategy) && copy.strategy == of.strategy;
}

bool known_memory(const options& of) { return of.memory == "sc" || of.memory == "rc11"; }

constexpr std::uint64_t any_count = 1ULL << 62;

template <auto Member, std::uint64_t Least, std::uint64_t Most>
constexpr option_entry number(std::string_view name, std::string_view accepted,
                              std::string_view meaning) {
  return {name, accepted, meaning, set_number<Member, Least, Most>,
          valid_number<Member, Least, Most>};
}

constexpr option_entry table[] = {
    {"strategy",
     "automatic, exhaustive, odometer, random_walk, pct, pos, urw, surw, delay_bounded, rff, fest, "
     "portfolio",
     "who chooses (automatic)", set_strategy, known_strategy},
    {"seed", "a number, or clock to draw one", "of samples (1)", set_seed, always},
    number<&options::execution, 1, any_count>("execution", "1 to 2^62",
                                              "run only this one of the samples"),
    number<&options::executions, 1, any_count>("executions", "1 to 2^62",
                                               "at most so many (none; samples 10000)"),
    {"budget", "1ms to 30 days, as 500ms, 10s, 2m, 1h", "real time for a check (30s)", set_budget,
     valid_budget},
    {"until", "budget, stable, stable:0.0001 to stable:0.5",
     "sampling goes on until the unseen mass is so small (budget; stable 0.01)", set_until,
     valid_stable},
    number<&options::steps, 1, 10'000'000>("steps", "1 to 10000000", "of one execution (20000)"),
    number<&options::preemptions, 0, 1000>("preemptions", "0 to 1000",
                                           "bound of one execution (none)"),
    number<&options::depth, 1, 20>("depth", "1 to 20",
                                   "of the bugs that pct looks for (drawn, 1 to 5)"),
    number<&options::delays, 0, 100>("delays", "0 to 100", "of delay_bounded (drawn, 1 to 4)"),
    {"memory", "sc or rc11", "memory model (rc11)", set_memory, known_memory},
    number<&options::timeouts, 0, 1000>("timeouts", "0 to 1000", "taken by one thread (2)"),
    number<&options::polls, 0, 1000>("polls", "0 to 1000",
                                     "answers 'not yet' to one thread for one deadline (2)"),
    number<&options::spurious, 0, 1000>("spurious", "0 to 1000",
                                        "wake-ups without cause of one thread (1)"),
    {"reuse", "on, off", "freed blocks may come back (off)", set_switch<&options::reuse>, always},
    {"plain", "on, off", "scheduling points before shared<T> accesses (off)",
     set_switch<&options::plain>, always},
    {"stack", "16K to 8M, as 65536, 64K, 1M", "of each thread (64K)", set_stack, valid_stack},
    {"vacuous", "warn, error", "when no two threads touched one object (warn)", set_vacuous,
     always},
    number<&options::cpus, 1, 64>("cpus", "1 to 64", "how many the body may learn of (1)"),
    {"replay", "a token", "follow the schedule of a finding", set_replay, always},
    number<&options::break_at, 0, 10'000'000>(
        "break_at", "0 to 10000000", "replay: a debugger stops before this step (0: never)"),
    {"delay", "on, off", "exhaustive: a write that wakes a thread comes last (on)",
     set_switch<&options::delay>, always},
    {"prune", "on, off", "exhaustive: what leads to no execution is dropped (on)",
     set_switch<&options::prune>, always},
    {"handoff", "on, off", "exhaustive: a run goes on with a thread that it wakes (on)",
     set_switch<&options::handoff>, always},
    number<&options::jobs, 1, 64>("jobs", "1 to 64", "processes that explore side by side (1)"),
    {"checkpoint", "a file", "write what is left there, to go on with later",
     set_file<&options::checkpoint>, always},
    {"checkpoint_every", "1ms to 30 days, as 500ms, 10s, 2m, 1h", "how often it is written (5s)",
     set_checkpoint_every, valid_checkpoint_every},
    {"shrink", "off, or 1ms to 30 days, as 500ms, 10s",
     "real time to simplify what was sampled (1s)", set_shrink, valid_shrink},
    {"explain", "on, off", "say which order of two operations decides a finding (on)",
     set_switch<&options::explain>, always},
    {"corpus", "a folder, or nothing for none",
     "findings are kept there, and replayed first (.heddle)", set_corpus, always},
    {"resume", "a file of checkpoint", "go on with what is left there", set_file<&options::resume>,
     always},
    {"report", "files that end with .html .json .sarif .dot .trace .txt, with commas between",
     "write a finding there; % is the check's name", set_report, valid_report},
    {"coverage", "a file, of JSON if it ends with .json",
     "write there which orders of operations were seen; % is the check's name",
     set_file<&options::coverage>, always},
    {"shard", "i/n with 1 <= i <= n <= 100000, or auto to ask the variables of the runner",
     "search one of n parts (1/1)", set_shard, valid_shard},
    {"from", "a file of rest or checkpoint", "search only what it leaves open",
     set_file<&options::from>, always},
    {"rest", "a file", "what is left open at the end is written there", set_file<&options::rest>,
     always},
};

}  // namespace

std::span<const option_entry> option_table() noexcept { return table; }

std::uint64_t drawn_seed() {
  static const std::uint64_t drawn = [] {
    auto ticks =
        static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count());
    ticks = (ticks ^ (ticks >> 30)) * 0xBF58476D1CE4E5B9U;
    const std::uint64_t seed = (ticks ^ (ticks >> 27)) >> 32;
    std::cerr << "heddle: the clock gave seed=" << seed << '\n';
    return seed;
  }();
  return drawn;
}

}  // namespace heddle::detail
