// What misuse does natively: one line on stderr that names the call's place, and abort.
#include <heddle/sync/misuse.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <mutex>
#include <string>
#include <utility>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <heddle/sync/guards.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/ordered.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/sync/wait_group.hpp>
#include <heddle/tests/misuse/cases.hpp>

BOOST_AUTO_TEST_SUITE(misuse)

namespace {

struct outcome {
  std::string text;  ///< all that the child wrote on stderr
  int signal = 0;    ///< that ended it, or 0
};

/// Runs `body` in a child process.
outcome run_in_child(void (*body)()) {
  int ends[2];
  if (::pipe(ends) != 0) return {"no pipe", 0};
  const pid_t child = ::fork();
  if (child == 0) {
    std::signal(SIGABRT, SIG_DFL);  // Boost.Test has a handler of its own
    ::dup2(ends[1], STDERR_FILENO);
    ::close(ends[0]);
    ::close(ends[1]);
    body();
    ::_exit(0);
  }
  ::close(ends[1]);
  outcome result;
  char buffer[512];
  for (ssize_t size = 0; (size = ::read(ends[0], buffer, sizeof buffer)) > 0;) {
    result.text.append(buffer, static_cast<std::size_t>(size));
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (WIFSIGNALED(status)) result.signal = WTERMSIG(status);
  return result;
}

std::string unlock_message(int line) {
  return "heddle: unlock of unlocked mutex  (misuse_test.cpp:" + std::to_string(line) + ")\n";
}

}  // namespace

BOOST_DATA_TEST_CASE(it_ends_the_process_with_one_line, misuse_cases::cases, what) {
  const outcome result = run_in_child(what.body);
  const std::string start = std::string("heddle: ") + what.message + "  (cases.hpp:";
  BOOST_TEST(result.signal == SIGABRT);
  BOOST_TEST(result.text.substr(0, start.size()) == start);
  BOOST_TEST(result.text.substr(result.text.size() - 2) == ")\n");
  BOOST_TEST(result.text.find('\n') == result.text.size() - 1);
}

BOOST_AUTO_TEST_CASE(the_line_is_that_of_the_call) {
  constexpr int line = __LINE__ + 3;
  const outcome result = run_in_child([] {
    heddle::mutex m;
    m.unlock();
  });
  BOOST_TEST(result.text == unlock_message(line));
}

BOOST_AUTO_TEST_CASE(through_a_guard_of_heddle_it_is_the_line_of_the_guard) {
  constexpr int line = __LINE__ + 3;
  const outcome result = run_in_child([] {
    heddle::mutex m;
    const heddle::lock_guard guard(m);
    m.unlock();
  });
  BOOST_TEST(result.text == unlock_message(line));
}

// The caller that a lock sees there is a line of a standard header.
BOOST_AUTO_TEST_CASE(through_a_standard_guard_return_addresses_follow) {
  const outcome result = run_in_child([] {
    heddle::mutex m;
    const std::lock_guard guard(m);
    m.unlock();
  });
  BOOST_TEST(result.signal == SIGABRT);
  BOOST_TEST(result.text.find("heddle: unlock of unlocked mutex\n") == 0U);
  BOOST_TEST(result.text.find("[0x") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_exception_that_leaves_a_thread_ends_the_process) {
  BOOST_TEST(run_in_child([] {
               heddle::thread worker([] { throw 1; });
               worker.join();
             }).signal == SIGABRT);
}

// The wait does not return first: the task that throws is never done.
BOOST_AUTO_TEST_CASE(an_exception_that_leaves_a_task_ends_the_process) {
  const outcome result = run_in_child([] {
    heddle::wait_group group;
    group.go([] { throw 1; });
    group.wait();
    ::_exit(0);
  });
  BOOST_TEST(result.signal == SIGABRT);
}

BOOST_AUTO_TEST_CASE(a_cycle_of_locks_names_the_places_of_both_steps) {
  const outcome result = run_in_child([] {
    heddle::ordered<heddle::mutex, true> a("a");
    heddle::ordered<heddle::mutex, true> b("b");
    const auto nest = [](auto& outer, auto& inner) {
      const heddle::lock_guard first(outer);
      const heddle::lock_guard second(inner);
    };
    nest(a, b);
    nest(b, a);
  });
  BOOST_TEST(result.signal == SIGABRT);
  const std::string here = " (misuse_test.cpp:";
  BOOST_TEST(result.text.starts_with("heddle: lock order cycle of 2: a" + here));
  BOOST_TEST(result.text.find(") is locked while b" + here) != std::string::npos);
  BOOST_TEST(result.text.find("; before, b" + here) != std::string::npos);
  BOOST_TEST(result.text.find(") is locked while a" + here) != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
