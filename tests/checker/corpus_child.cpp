// A test program of one check, whose bug the environment switches.
#include <cstdlib>
#include <string>

#include <heddle/checker/check.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/thread.hpp>

namespace {

std::string bug() {
  const char* const text = std::getenv("HEDDLE_BUG");
  return text != nullptr ? text : "";
}

// Both threads count: `lost` by a load and a store, `moved` with a load more before these.
void count(const std::string& how) {
  heddle::atomic<int> counter{0, "counter"};
  const auto add = [&] {
    if (how == "repaired") {
      counter.fetch_add(1);
      return;
    }
    if (how == "moved" || how == "moved and tolerated") (void)counter.load();
    counter.store(counter.load() + 1);
  };
  heddle::thread other(add);
  add();
  other.join();
  const bool tolerant = how == "tolerated" || how == "moved and tolerated";
  heddle::expect(counter.load() == 2 || tolerant, "both count");
}

}  // namespace

int main() {
  const std::string how = bug();
  try {
    heddle::check("counter", [&] { count(how); });
  } catch (const heddle::check_failed&) {
    return 1;
  }
  return 0;
}
