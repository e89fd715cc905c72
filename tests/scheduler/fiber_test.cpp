// Fibers: exceptions across switches, overflowing stacks, many threads; and how little of the
// scheduler switches at all.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include <heddle/tests/scheduler/explored.hpp>

#include <boost/test/unit_test.hpp>

using namespace heddle;

namespace {

std::string message_of(const std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& e) {
    return e.what();
  }
}

// Throws, and meanwhile lets other threads run at every turn.
void throw_and_catch(atomic<int>& turns, const std::string& text) {
  try {
    try {
      throw std::runtime_error(text);
    } catch (const std::exception& e) {
      turns.fetch_add(1);
      expect(text == e.what(), "the handler has its own exception");
      expect(message_of(std::current_exception()) == text, "and so has current_exception");
      try {
        throw std::logic_error(text + text);
      } catch (const std::logic_error& inner) {
        turns.fetch_add(1);
        expect(text + text == inner.what(), "the inner handler has the inner exception");
      }
      expect(message_of(std::current_exception()) == text, "and then it is the outer again");
      turns.fetch_add(1);
      throw;
    }
  } catch (const std::runtime_error& e) {
    turns.fetch_add(1);
    expect(text == e.what(), "the same is thrown again");
  }
}

struct steps_at_the_end {
  explicit steps_at_the_end(atomic<int>& counter) : turns(counter) {}
  ~steps_at_the_end() {
    expect(std::uncaught_exceptions() == 1, "one exception is in flight");
    turns.fetch_add(1);
    expect(std::uncaught_exceptions() == 1, "after a switch, too");
  }
  atomic<int>& turns;
};

// Uses `depth` frames of more than 100 bytes.
int recurse(int depth) {
  char frame[128];
  char* volatile first = frame;  // all of it is kept from the optimiser
  *first = static_cast<char>(depth);
  return depth == 0 ? *first : recurse(depth - 1) + *first;
}

void on_signal(int) {
  const char text[] = "the handler from before";
  ::write(STDERR_FILENO, text, sizeof text);
  ::_exit(42);
}

// The exit code of a child that runs `action`, or minus its signal.
int exit_code_of(const std::function<void()>& action) {
  const ::pid_t child = ::fork();
  if (child == 0) {
    (void)::close(STDERR_FILENO);
    action();
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

volatile int depth = 0;  // kept from the optimiser

}  // namespace

BOOST_AUTO_TEST_SUITE(fibers)

BOOST_AUTO_TEST_CASE(every_thread_has_its_own_exceptions) {
  const explored all = explore_bounded(3, [] {
    atomic<int> turns{0};
    together([&] { throw_and_catch(turns, "an exception of the first thread, a long one"); },
             [&] { throw_and_catch(turns, "and one of the second thread, as long"); });
  });
  BOOST_TEST(all.kind() == "none", all.text());
  BOOST_TEST(all.executions > 50U);
}

BOOST_AUTO_TEST_CASE(destructors_switch_during_unwinding) {
  const explored all = explore([] {
    atomic<int> turns{0};
    const auto unwind = [&] {
      try {
        const steps_at_the_end first(turns);
        throw std::runtime_error("a message that does not fit into a short string");
      } catch (const std::exception&) {
        turns.fetch_add(1);
      }
      expect(std::uncaught_exceptions() == 0, "none is left");
    };
    together(unwind, unwind);
    expect(turns.load() == 4, "both have caught");
  });
  BOOST_TEST(all.kind() == "none", all.text());
}

BOOST_AUTO_TEST_CASE(an_exception_that_leaves_a_thread_is_a_finding) {
  const explored all =
      explore([] { thread([] { throw std::out_of_range("nobody catches this"); }).join(); });
  BOOST_TEST(all.kind() == "exception");
  BOOST_TEST(all.says("exception std::out_of_range (nobody catches this) left the function of "
                      "thread 1"),
             all.text());
  BOOST_TEST(explore([] { throw 7; }).says("exception int left the function of thread 0"));
}

BOOST_AUTO_TEST_CASE(an_overflow_is_a_finding_and_the_process_goes_on) {
  for (int i = 0; i < 3; ++i) {
    const explored all = explore([] {
      atomic<int> x{0};
      thread([&] { x.store(recurse(1'000'000)); }).join();
    });
    BOOST_TEST(all.kind() == "stack_overflow");
    BOOST_TEST(all.says("stack overflow of thread 1: more than 64K"), all.text());
  }
  const auto modest = [] { depth = recurse(600); };
  BOOST_TEST(explore(modest, {.stack_bytes = 1024 * 1024}).kind() == "none");
  BOOST_TEST(explore([] { depth = recurse(2000); }, {.stack_bytes = 1024 * 1024}).kind() == "none");
  BOOST_TEST(explore([] { depth = recurse(2000); }).kind() == "stack_overflow");
}

BOOST_AUTO_TEST_CASE(a_frame_that_skips_the_guard_page_is_an_overflow) {
  const explored all = explore([] {
    atomic<int> x{0};
    thread([&] {
      char frame[300'000];
      char* volatile first = frame;  // kept from the optimiser
      *first = 1;
      x.store(*first);
    }).join();
  });
  BOOST_TEST(all.kind() == "stack_overflow");
}

BOOST_AUTO_TEST_CASE(other_faults_reach_the_handler_from_before) {
  const auto fault = [] {
    (void)explore_once([] {
      // Not null, which UndefinedBehaviorSanitizer would look for.
      volatile std::uintptr_t unmapped = 64;
      *reinterpret_cast<volatile int*>(unmapped) = 1;
    });
  };
  BOOST_TEST(exit_code_of([&] {
               struct sigaction action {};
               action.sa_handler = on_signal;
               ::sigaction(SIGSEGV, &action, nullptr);
               fault();
             }) == 42);
  BOOST_TEST(exit_code_of([&] {
               ::signal(SIGSEGV, SIG_DFL);
               fault();
             }) == -SIGSEGV);
  // An overflow does not reach it.
  BOOST_TEST(exit_code_of([&] {
               struct sigaction action {};
               action.sa_handler = on_signal;
               ::sigaction(SIGSEGV, &action, nullptr);
               if (explore_once([] { (void)recurse(1'000'000); }).kind() != "stack_overflow") {
                 ::_exit(1);
               }
             }) == 0);
}

BOOST_AUTO_TEST_CASE(an_execution_has_64_threads_at_most) {
  const auto threads = [](unsigned number) {
    return [number] {
      atomic<unsigned> sum{0};
      crowd(number, [&](unsigned me) { sum.fetch_add(me); });
      expect(sum.load() == number * (number - 1) / 2, "all have run");
    };
  };
  BOOST_TEST(explore_once(threads(63)).kind() == "none");
  const explored more = explore_once(threads(64));
  BOOST_TEST(more.kind() == "step_limit");
  BOOST_TEST(more.says("more than 64 threads in one execution: the last at "), more.text());
}

BOOST_AUTO_TEST_CASE(threads_start_threads) {
  const explored all = explore_bounded(1, [] {
    atomic<int> leaves{0};
    const std::function<void(int)> grow = [&](int height) {
      if (height == 0) {
        leaves.fetch_add(1);
        return;
      }
      together([&] { grow(height - 1); }, [&] { grow(height - 1); });
    };
    grow(2);
    expect(leaves.load() == 4, "every leaf has run");
  });
  BOOST_TEST(all.kind() == "none", all.text());
}

BOOST_AUTO_TEST_CASE(two_functions_switch_contexts) {
  // The build tree stands in the project, and the program in the build tree.
  std::filesystem::path folder = std::filesystem::read_symlink("/proc/self/exe");
  while (!exists(folder / "scheduler" / "fiber.cpp") && folder.has_relative_path()) {
    folder = folder.parent_path();
  }
  folder /= "scheduler";
  int calls = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const auto name = entry.path().filename();
    if (!entry.is_regular_file() || name == "fiber.cpp" || name == "fiber.hpp") continue;
    std::ifstream file(entry.path());
    for (std::string line; std::getline(file, line);) {
      if (line.find("fiber::switch_to(") != std::string::npos) ++calls;
    }
  }
  // The host starts an execution in one; a fiber goes on to another, or back, in the other.
  BOOST_TEST(calls == 2);
}

BOOST_AUTO_TEST_SUITE_END()
