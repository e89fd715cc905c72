// One execution that follows a token, to the letter or as far as it can.
#include <heddle/checker/explore.hpp>

#include <heddle/checker/check.hpp>
#include <heddle/checker/last_words.hpp>
#include <heddle/scheduler/align.hpp>
#include <heddle/scheduler/strategy/guided.hpp>

namespace heddle {

namespace {

using std::chrono::steady_clock;

verdict begin_verdict(std::string_view name, const token& what) {
  verdict result;
  result.name = name;
  result.kind = proof::replayed;
  result.strategy = "replay";
  result.executions = 1;
  result.memory = what.memory == graph::memory::rc11 ? "rc11" : "sc";
  return result;
}

double since(steady_clock::time_point begin) {
  return std::chrono::duration<double>(steady_clock::now() - begin).count();
}

void keep_finding(verdict& in, const finding& found, const token& what) {
  in.status = verdict_status::failed;
  in.found = found;
  in.token = shorten(encode(what));
}

void add_explanation(verdict& to, runner& runs, const std::function<void()>& body,
                     graph::memory memory) {
  const detail::last_words report(report_text(to) + verdict_text(to));
  to.explained = explain(runs, body, to.recording, memory);
}

}  // namespace

verdict run_replay(std::string_view name, const std::function<void()>& body, const token& what,
                   bool explained, std::uint32_t break_at) {
  verdict result = begin_verdict(name, what);
  const auto begin = steady_clock::now();
  runner runs(what.limits);
  const outcome out = runs.replay(body, what.schedule, result.recording, what.memory, break_at);
  result.seconds = since(begin);
  if (out.end != ending::found) return result;
  keep_finding(result, runs.found(), what);
  if (explained) add_explanation(result, runs, body, what.memory);
  return result;
}

tolerant_replay run_tolerantly(std::string_view name, const std::function<void()>& body,
                               const token& what, bool explained) {
  tolerant_replay made;
  made.result = begin_verdict(name, what);
  const auto begin = steady_clock::now();
  runner runs(what.limits);
  const auto guided = make_guided();
  token now = what;
  const auto fails = [&] {
    guided->follow({.wishes = now.schedule});
    recording& record = made.result.recording;
    return guided->begin() &&
           runs.run(body, *guided, {.record = &record, .memory = what.memory}).end == ending::found;
  };
  bool found = fails();
  made.faithful = guided->faithful();
  if (!found && !made.faithful) {
    now.schedule = align(what.schedule, made.result.recording);
    found = fails();
  }
  made.result.seconds = since(begin);
  if (!found) return made;
  now.schedule = made.result.recording.taken;
  keep_finding(made.result, runs.found(), now);
  if (explained) add_explanation(made.result, runs, body, what.memory);
  return made;
}

}  // namespace heddle
