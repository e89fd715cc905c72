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

#include <heddle/sync/cond.hpp>
#include <heddle/sync/guards.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/rw_mutex.hpp>
#include <heddle/sync/semaphore.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/sync/wait_group.hpp>

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

struct misuse_case {
  const char* name;
  void (*body)();
  const char* message;

  friend std::ostream& operator<<(std::ostream& out, const misuse_case& which) {
    return out << which.name;
  }
};

std::string unlock_message(int line) {
  return "heddle: unlock of unlocked mutex  (misuse_test.cpp:" + std::to_string(line) + ")\n";
}

template <class T>
T& fresh() {
  static T it;
  return it;
}

heddle::semaphore& pair_of_permits() {
  static heddle::semaphore it{2};
  return it;
}

const misuse_case cases[] = {
    {"mutex_unlock", [] { fresh<heddle::mutex>().unlock(); }, "unlock of unlocked mutex"},
    {"mutex_unlock_twice",
     [] {
       auto& m = fresh<heddle::mutex>();
       m.lock();
       m.unlock();
       m.unlock();
     },
     "unlock of unlocked mutex"},
    {"rw_unlock", [] { fresh<heddle::rw_mutex>().unlock(); }, "unlock of unlocked rw_mutex"},
    {"rw_unlock_of_a_reader",
     [] {
       auto& rw = fresh<heddle::rw_mutex>();
       rw.lock_shared();
       rw.unlock();
     },
     "unlock of unlocked rw_mutex"},
    {"rw_unlock_twice",
     [] {
       auto& rw = fresh<heddle::rw_mutex>();
       rw.lock();
       rw.unlock();
       rw.unlock();
     },
     "unlock of unlocked rw_mutex"},
    {"rw_unlock_shared", [] { fresh<heddle::rw_mutex>().unlock_shared(); },
     "unlock_shared of unlocked rw_mutex"},
    {"rw_unlock_shared_of_a_writer",
     [] {
       auto& rw = fresh<heddle::rw_mutex>();
       rw.lock();
       rw.unlock_shared();
     },
     "unlock_shared of unlocked rw_mutex"},
    {"rw_unlock_shared_twice",
     [] {
       auto& rw = fresh<heddle::rw_mutex>();
       rw.lock_shared();
       rw.unlock_shared();
       rw.unlock_shared();
     },
     "unlock_shared of unlocked rw_mutex"},
    {"rw_downgrade",
     [] {
       auto& rw = fresh<heddle::rw_mutex>();
       rw.lock_shared();
       rw.downgrade();
     },
     "downgrade of unlocked rw_mutex"},
    {"wait_group_done", [] { fresh<heddle::wait_group>().done(); },
     "wait_group counter is negative"},
    {"wait_group_add",
     [] {
       auto& group = fresh<heddle::wait_group>();
       group.add(2);
       group.add(-3);
     },
     "wait_group counter is negative"},
    {"semaphore_release", [] { pair_of_permits().release(); }, "semaphore released more than held"},
    {"semaphore_release_two",
     [] {
       auto& s = pair_of_permits();
       s.acquire();
       s.release(2);
     },
     "semaphore released more than held"},
    {"thread_join",
     [] {
       heddle::thread none;
       none.join();
     },
     "join of a thread that is not joinable"},
    {"thread_detach_twice",
     [] {
       heddle::thread worker([] {});
       worker.detach();
       worker.detach();
     },
     "detach of a thread that is not joinable"},
    {"thread_destroyed", [] { const heddle::thread worker([] {}); },
     "thread is destroyed while joinable"},
    {"thread_assigned",
     [] {
       heddle::thread worker([] {});
       worker = heddle::thread();
     },
     "thread is assigned over while joinable"},
};

}  // namespace

BOOST_DATA_TEST_CASE(it_ends_the_process_with_one_line, cases, what) {
  const outcome result = run_in_child(what.body);
  const std::string start = std::string("heddle: ") + what.message + "  (misuse_test.cpp:";
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

BOOST_AUTO_TEST_SUITE_END()
