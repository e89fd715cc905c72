// What becomes of findings that were kept.
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <heddle/checker/corpus.hpp>
#include <heddle/checker/explore.hpp>

namespace heddle::detail {

namespace {

enum class fate : std::uint8_t { fails, fixed, unclear };

struct replayed_finding {
  fate is;
  verdict result;         ///< of `fails`
  std::string changed;    ///< where the program differs from the one that the finding is of
  std::string with = {};  ///< what it was found with, if the check's options are others now
  bool covered = true;    ///< the present ones allow all that it was found with
  bool differed = false;  ///< it is that the body did not do the same twice, and it passes
};

/// What a finding was found with, as against what the check has now.
class option_changes {
 public:
  option_changes(const token& of, const options& settings) {
    const execution_limits &was = of.limits, now = limits_of(settings);
    number("steps", was.steps, now.steps);
    number("timeouts", was.timeouts, now.timeouts);
    number("polls", was.polls, now.polls);
    number("spurious", was.spurious, now.spurious);
    number("stack", was.stack_bytes, now.stack_bytes);
    flag("reuse", was.reuse, now.reuse);
    flag("plain", was.plain, now.plain);
    number("cpus", was.processors, now.processors);
    covered_ &= was.processors == now.processors;
    // What is found under sc is among what rc11 allows.
    const bool weaker = of.memory == graph::memory::rc11 && settings.memory == "sc";
    if (weaker) add("memory", "rc11", false);
  }
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] bool covered() const { return covered_; }

 private:
  void number(const char* key, std::uint64_t was, std::uint64_t now) {
    if (was != now) add(key, std::to_string(was), was < now);
  }
  void flag(const char* key, bool was, bool now) {
    if (was != now) add(key, was ? "on" : "off", now);
  }
  void add(const std::string& key, const std::string& value, bool covered) {
    text_ += (text_.empty() ? "" : " ") + key + "=" + value;
    covered_ &= covered;
  }

  std::string text_;
  bool covered_ = true;
};

// Under the present options.
replayed_finding replay_changed(token schedule, const option_changes& changes,
                                std::string_view name, const std::function<void()>& body,
                                const options& settings) {
  schedule.limits = limits_of(settings);
  if (settings.memory == "sc") schedule.memory = graph::memory::sc;
  tolerant_replay near = run_tolerantly(name, body, schedule, settings.explain);
  const bool gone = near.faithful && changes.covered();
  const fate is = near.result.found ? fate::fails : gone ? fate::fixed : fate::unclear;
  return {is, std::move(near.result), "", changes.text(), changes.covered()};
}

replayed_finding replay(const kept_finding& which, std::string_view name,
                        const std::function<void()>& body, const options& settings) {
  token schedule;
  if (!decode(which.token, schedule).empty()) return {fate::unclear, {}, "it cannot be read"};
  const option_changes changes(schedule, settings);
  if (!changes.text().empty()) return replay_changed(schedule, changes, name, body, settings);
  const bool explained = settings.explain;
  verdict exact = run_replay(name, body, schedule, explained);
  if (exact.status == verdict_status::ok) return {fate::fixed, {}, ""};
  if (exact.found->kind != finding_kind::nondeterminism) {
    return {fate::fails, std::move(exact), ""};
  }
  tolerant_replay near = run_tolerantly(name, body, schedule, explained);
  const fate is = near.result.found ? fate::fails : near.faithful ? fate::fixed : fate::unclear;
  return {is, std::move(near.result), near.faithful ? "" : exact.found->text};
}

// Of a body that does one thing and then another, one pass says little.
bool has_differed(const kept_finding& which) {
  return which.finding.rfind("the body is not deterministic", 0) == 0;
}

// What the user should know of it, but of one that is fixed; or nothing.
std::string news_of(const kept_finding& which, const replayed_finding& now) {
  const bool fails = now.is == fate::fails;
  const std::string file = "corpus: " + which.file.string();
  if (now.differed) {
    return file + " passes now; it stays, since one pass says little of a body that was not " +
           "deterministic";
  }
  if (!now.with.empty()) {
    return file + " was found with " + now.with + ", and " +
           (fails ? "still fails" : "followed as far as it fits it passes") +
           " with the present options";
  }
  if (now.changed.empty()) return "";
  return file + " no longer fits, and " +
         (fails ? "still fails: " : "followed as far as it does it passes: ") + now.changed;
}

// As it was found, and then what has become of it in its place.
verdict explore_and_keep(const corpus& kept,
                         const std::function<verdict(const finding_hook&)>& explore) {
  std::filesystem::path early;
  verdict result = explore([&](const verdict& found) { early = kept.keep(found); });
  if (result.status != verdict_status::failed) return result;
  const auto file = kept.keep(result);
  if (!early.empty() && !file.empty() && file != early) kept.drop({early, "", ""});
  return result;
}

}  // namespace

verdict check_with_corpus(const corpus& kept, std::string_view name,
                          const std::function<void()>& body, const options& settings,
                          const std::function<verdict(const finding_hook&)>& explore) {
  const auto tell_fixed = [&](const kept_finding& which) {
    kept.drop(which);
    kept.tell("fixed: " + which.finding + ", was " + which.file.string());
  };
  std::vector<kept_finding> unclear;
  for (const kept_finding& which : kept.load()) {
    replayed_finding now = replay(which, name, body, settings);
    now.differed = now.is == fate::fixed && has_differed(which);
    if (now.differed) now.is = fate::unclear;
    if (now.is == fate::fixed) {
      tell_fixed(which);
      continue;
    }
    const std::string news = news_of(which, now);
    if (!news.empty()) kept.tell(news);
    if (now.is == fate::unclear) {
      if (now.covered) unclear.push_back(which);
      continue;
    }
    if (!news.empty()) {
      const auto newer = kept.keep(now.result);
      if (!newer.empty() && newer != which.file && now.covered) kept.drop(which);
    }
    now.result.strategy = "replay of " + which.file.string();
    return std::move(now.result);
  }
  verdict result = explore_and_keep(kept, explore);
  // Every execution of the present program passes, so those that once failed are among them.
  if (result.status == verdict_status::ok && result.kind == proof::exhaustive) {
    for (const kept_finding& which : unclear) tell_fixed(which);
  }
  return result;
}

}  // namespace heddle::detail
