// The samplers on coarse primitives, whose operations are steps of machines that block.
#include <string>
#include <string_view>

#include <boost/test/unit_test.hpp>

#include <heddle/scheduler/strategy/sampling.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/tests/coarse/verdicts.hpp>

using namespace heddle;

namespace {

void cross_locks() {
  mutex a, b;
  const auto both = [](mutex& first, mutex& second) {
    first.lock();
    second.lock();
    second.unlock();
    first.unlock();
  };
  together({[&] { both(a, b); }, [&] { both(b, a); }});
}

// Whoever holds one lock and cannot have the other one lets go and tries again.
void cross_tries() {
  mutex a, b;
  const auto both = [](mutex& first, mutex& second) {
    for (;;) {
      first.lock();
      if (second.try_lock()) break;
      first.unlock();
    }
    second.unlock();
    first.unlock();
  };
  together({[&] { both(a, b); }, [&] { both(b, a); }});
}

void wait_by_trying() {
  mutex m;
  atomic<bool> done{false};
  m.lock();
  together({[&] {
              while (!m.try_lock()) {
              }
              m.unlock();
            },
            [&] {
              while (!done.load(std::memory_order_relaxed)) {
              }
            },
            [&] {
              m.unlock();
              done.store(true, std::memory_order_relaxed);
            }});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sampling)

BOOST_AUTO_TEST_CASE(every_sampler_finds_the_deadlock) {
  for (const std::string_view name : sampler_names()) {
    const verdict result =
        explore("cross", cross_locks, {.strategy = std::string(name), .executions = 300});
    BOOST_REQUIRE((result.found.has_value()));
    BOOST_TEST((result.found->kind == finding_kind::deadlock), name);
    BOOST_TEST(result.executions < 100U, name);
  }
}

BOOST_AUTO_TEST_CASE(every_sampler_leaves_loops) {
  for (const std::string_view name : sampler_names()) {
    for (const auto& body : {work(cross_tries), work(wait_by_trying)}) {
      for (const char* const memory : {"sc", "rc11"}) {
        options settings{.strategy = std::string(name), .executions = 1000, .steps = 2000};
        settings.memory = memory;
        const verdict result = explore("loops", body, settings);
        BOOST_TEST((result.status == verdict_status::ok), name << ": " << report_text(result));
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
