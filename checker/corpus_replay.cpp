// What becomes of findings that were kept.
#include <utility>

#include <heddle/checker/corpus.hpp>
#include <heddle/checker/explore.hpp>

namespace heddle::detail {

namespace {

enum class fate : std::uint8_t { fails, fixed, unclear };

struct replayed_finding {
  fate is;
  verdict result;       ///< of `fails`
  std::string changed;  ///< where the program differs from the one that the finding is of
};

replayed_finding replay(const kept_finding& which, std::string_view name,
                        const std::function<void()>& body, bool explained) {
  token schedule;
  if (!decode(which.token, schedule).empty()) return {fate::unclear, {}, "it cannot be read"};
  verdict exact = run_replay(name, body, schedule, explained);
  if (exact.status == verdict_status::ok) return {fate::fixed, {}, ""};
  if (exact.found->kind != finding_kind::nondeterminism) {
    return {fate::fails, std::move(exact), ""};
  }
  tolerant_replay near = run_tolerantly(name, body, schedule, explained);
  const fate is = near.result.found ? fate::fails : near.faithful ? fate::fixed : fate::unclear;
  return {is, std::move(near.result), near.faithful ? "" : exact.found->text};
}

}  // namespace

verdict check_with_corpus(const corpus& kept, std::string_view name,
                          const std::function<void()>& body,
                          const std::function<verdict()>& explore, bool explained) {
  const auto tell_fixed = [&](const kept_finding& which) {
    kept.drop(which);
    kept.tell("fixed: " + which.finding + ", was " + which.file.string());
  };
  std::vector<kept_finding> unclear;
  for (const kept_finding& which : kept.load()) {
    replayed_finding now = replay(which, name, body, explained);
    const std::string file = which.file.string();
    if (now.is == fate::fixed) {
      tell_fixed(which);
    } else if (now.is == fate::unclear) {
      kept.tell("corpus: " + file +
                " no longer fits, and followed as far as it does it passes: " + now.changed);
      unclear.push_back(which);
    } else {
      if (!now.changed.empty()) {
        kept.tell("corpus: " + file + " no longer fits, and still fails: " + now.changed);
        const auto newer = kept.keep(now.result);
        if (!newer.empty() && newer != which.file) kept.drop(which);
      }
      now.result.strategy = "replay of " + file;
      return std::move(now.result);
    }
  }
  verdict result = explore();
  if (result.status == verdict_status::failed) kept.keep(result);
  // Every execution of the present program passes, so those that once failed are among them.
  if (result.status == verdict_status::ok && result.kind == proof::exhaustive) {
    for (const kept_finding& which : unclear) tell_fixed(which);
  }
  return result;
}

}  // namespace heddle::detail
