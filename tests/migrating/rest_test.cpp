// What a code base has beside its locks, under control.
#define BOOST_TEST_MODULE rest
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdio>
#include <mutex>
#include <string>

#include <heddle/checker/boost_test.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/cond.hpp>
#include <heddle/sync/guards.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/platform/native.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/tests/migrating/settings.hpp>

BOOST_AUTO_TEST_CASE(settings_over_the_aliases) {
  heddle::check("settings", [] {
    settings ours;
    int seen = 0;
    app::thread reader([&] { seen = ours.wait_and_get(); });
    ours.publish(7);
    reader.join();
    BOOST_TEST(seen == 7);
  });
}

template <class P = heddle::platform>
class basic_counter {
 public:
  int next() {
    const heddle::lock_guard held(lock_);
    return ++value_;
  }

 private:
  heddle::basic_mutex<P> lock_;
  int value_ = 0;
};

BOOST_AUTO_TEST_CASE(a_platform_parameter) {
  heddle::check("platform", [] {
    basic_counter<> watched;
    basic_counter<heddle::native_platform> unwatched;
    const auto count = [&] {
      (void)watched.next();
      (void)unwatched.next();
    };
    heddle::thread other(count);
    count();
    other.join();
    BOOST_TEST(watched.next() == 3);
    BOOST_TEST(unwatched.next() == 3);
  });
}

// A library that heddle knows nothing of.
class foreign_log {
 public:
  void add(const char* line) {
    const std::lock_guard<std::mutex> held(lock_);
    lines_ += line;
  }
  std::size_t size() {
    const std::lock_guard<std::mutex> held(lock_);
    return lines_.size();
  }

 private:
  std::mutex lock_;
  std::string lines_;
};

BOOST_AUTO_TEST_CASE(a_call_of_a_foreign_library_is_never_interrupted) {
  heddle::check("foreign", [] {
    foreign_log log;
    heddle::atomic<int> lines{0, "lines"};
    const auto write = [&] {
      log.add("a line\n");
      lines.fetch_add(1);
    };
    heddle::thread other(write);
    write();
    other.join();
    BOOST_TEST(log.size() == 14);
  });
}

heddle::shared<int> calls{0, "calls"};

BOOST_AUTO_TEST_CASE(static_objects_of_heddle_begin_anew) {
  heddle::check("static", [] {
    heddle::mutex lock;
    const auto call = [&] {
      const heddle::lock_guard held(lock);
      ++calls;
    };
    heddle::thread other(call);
    call();
    other.join();
    BOOST_TEST(calls.get() == 2);
  });
}

BOOST_AUTO_TEST_CASE(time_and_chance) {
  heddle::check("time", [] {
    heddle::mutex lock;
    heddle::cond answered;
    bool answer = false;
    heddle::thread server([&] {
      heddle::sleep_for(std::chrono::milliseconds(heddle::choose(3)));
      const heddle::lock_guard held(lock);
      answer = true;
      answered.signal();
    });
    {
      const heddle::lock_guard held(lock);
      const bool in_time =
          answered.wait_for(lock, std::chrono::milliseconds(1), [&] { return answer; });
      heddle::observe("in time", in_time ? "yes" : "no");
    }
    server.join();
  });
}

BOOST_AUTO_TEST_CASE(output_stands_outside) {
  std::FILE* file = std::tmpfile();
  BOOST_REQUIRE(file != nullptr);
  heddle::check("output", [=] {
    heddle::atomic<int> lines{0, "lines"};
    const auto write = [&] {
      const int line = lines.fetch_add(1);
      heddle::outside([=] { std::fprintf(file, "line %d\n", line); });
    };
    heddle::thread other(write);
    write();
    other.join();
  });
  std::fclose(file);
}
