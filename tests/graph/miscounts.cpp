#include <heddle/tests/graph/counted.hpp>
#include <heddle/tests/graph/driver.hpp>

namespace heddle::litmus {

namespace {

std::string miscount(const counted& each, const program& p, policy next) {
  exploration how;
  how.model = each.model;
  how.next = next;
  how.name_graphs = each.complete < 4000;
  how.most = 100 * (each.complete + each.deadlocked) + 1000;
  const visits got = explore(p, how);
  const bool once = !how.name_graphs || got.times.size() == got.complete + got.deadlocked;
  const bool all = got.complete == each.complete && got.deadlocked == each.deadlocked;
  const bool efficient = next != policy::first || got.wasted <= each.wasted;
  if (all && once && efficient) return "";
  return each.name + (each.model == graph::memory::sc ? " under sc: " : " under rc11: ") +
         std::to_string(got.complete) + " + " + std::to_string(got.deadlocked) +
         " deadlocked, not " + std::to_string(each.complete) + " + " +
         std::to_string(each.deadlocked) + (once ? "" : ", some more than once") +
         (efficient ? "" : ", " + std::to_string(got.wasted) + " runs wasted") + "\n";
}

}  // namespace

std::string miscounts(const std::vector<counted>& of) {
  std::string text;
  for (const counted& each : of) {
    const program p = parse(each.text);
    std::string wrong = miscount(each, p, policy::first);
    if (wrong.empty() && each.complete < 4000) wrong = miscount(each, p, policy::last);
    text += wrong;
  }
  return text;
}

}  // namespace heddle::litmus
