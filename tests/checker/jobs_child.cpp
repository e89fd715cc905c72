// Two threads that add what they read of each other, as often as the first argument says; what was
// counted goes to standard output.
#include <cstdlib>
#include <iostream>
#include <string>

#include <heddle/checker/check.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/thread.hpp>

namespace {

void fibonacci(int rounds) {
  heddle::atomic<int> x{1, "x"}, y{1, "y"};
  heddle::thread other([&] {
    for (int i = 0; i < rounds; ++i) x.store(x.load() + y.load());
  });
  for (int i = 0; i < rounds; ++i) y.store(x.load() + y.load());
  other.join();
  heddle::observe("x", std::to_string(x.load() % 7));
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 0;
  heddle::set_arguments({argv + 2, argv + argc});
  const heddle::verdict result = heddle::explore("fibonacci", [=] { fibonacci(rounds); });
  std::cout << result.line().substr(0, result.line().find(" in ")) << '\n'
            << result.executions << " executions\n"
            << heddle::observations_text(result.observed);
}
