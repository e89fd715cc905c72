// pipeline and object_pool against every platform.
#include <on_platform.hpp>

#include <memory>
#include <utility>

#include <heddle/sync/atomic.hpp>
#include <heddle/sync/context.hpp>
#include <heddle/sync/patterns/object_pool.hpp>
#include <heddle/sync/patterns/pipeline.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>

BOOST_AUTO_TEST_SUITE(pipeline)

BOOST_AUTO_TEST_CASE(elements_pass_the_stages_in_order) {
  cross::run("elements_pass_the_stages_in_order", [] {
    heddle::pipeline line;
    auto& numbers = line.source<int>([](heddle::outlet<int>& out) {
      for (int n = 1; n <= 2; ++n) {
        if (!out.put(n)) return;
      }
    });
    auto& boxed = line.stage(numbers, [](int n) { return std::make_unique<int>(n * 2); });
    int seen = 0;
    line.for_each(boxed, [&](const std::unique_ptr<int>& box) { seen = seen * 10 + *box; });
    cross::require(seen == 24, "each once, in order");
  });
}

BOOST_AUTO_TEST_CASE(the_last_thread_of_a_stage_closes_it) {
  cross::run("the_last_thread_of_a_stage_closes_it", [] {
    heddle::pipeline line;
    auto& numbers =
        line.source<int>([](heddle::outlet<int>& out) { (void)out.put(3); }, {.capacity = 1});
    auto& squares = line.stage(numbers, [](int n) { return n * n; }, {.threads = 2, .capacity = 1});
    int sum = 0;
    line.for_each(squares, [&](int n) { sum += n; });
    cross::require(sum == 9, "it has come, and then the end");
  });
}

BOOST_AUTO_TEST_CASE(a_stage_puts_out_what_it_likes) {
  cross::run("a_stage_puts_out_what_it_likes", [] {
    heddle::pipeline line;
    auto& numbers = line.source<int>([](heddle::outlet<int>& out) {
      for (int n = 0; n < 3; ++n) {
        if (!out.put(n)) return;
      }
    });
    const auto twice_the_odd = [](int n, heddle::outlet<long>& out) {
      for (int i = 0; i < 2 && n % 2 == 1; ++i) (void)out.put(n);
    };
    auto& odd = line.expand<long>(numbers, twice_the_odd, {.capacity = 3});
    long sum = 0;
    line.for_each(odd, [&](long n) { sum = sum * 10 + n; });
    cross::require(sum == 11, "two of the one that is odd");
  });
}

BOOST_AUTO_TEST_CASE(what_a_stage_throws_ends_all_and_is_thrown) {
  cross::run("what_a_stage_throws_ends_all_and_is_thrown", [] {
    heddle::pipeline line;
    // Without an end: it ends since the pipeline is cancelled.
    auto& numbers = line.source<int>([](heddle::outlet<int>& out) {
      while (out.put(1)) {
      }
    });
    const auto fail = [](int) -> int { throw 7; };
    auto& none = line.stage(numbers, fail);
    int thrown = 0;
    try {
      line.for_each(none, [](int) {});
    } catch (int number) {
      thrown = number;
    }
    cross::require(thrown == 7, "the stage's exception");
  });
}

BOOST_AUTO_TEST_CASE(who_leaves_early_leaves_nobody_behind) {
  cross::run("who_leaves_early_leaves_nobody_behind", [] {
    heddle::cancel_context parent;
    heddle::pipeline line(parent);
    auto& numbers = line.source<int>([](heddle::outlet<int>& out) {
      while (out.put(1)) {
      }
    });
    int seen = 0;
    line.for_each(numbers, [&](int) {
      ++seen;
      parent.cancel();
    });
    cross::require(seen == 1, "the parent ends it");
  });
}

BOOST_AUTO_TEST_CASE(a_slow_stage_makes_those_before_it_wait) {
  cross::run("a_slow_stage_makes_those_before_it_wait", [] {
    heddle::pipeline line;
    heddle::atomic<int> made{0};
    auto& numbers = line.source<int>(
        [&](heddle::outlet<int>& out) {
          for (int n = 1; n <= 4; ++n) {
            made.fetch_add(1);
            if (!out.put(n)) return;
          }
        },
        {.capacity = 1});
    int taken = 0;
    line.for_each(numbers, [&](int) {
      ++taken;
      // What was taken, what the pipe holds, and what waits to go in.
      cross::require(made.load() <= taken + 2, "no further ahead than the pipe is long");
    });
    cross::require(taken == 4, "all have come");
  });
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(object_pool)

BOOST_AUTO_TEST_CASE(a_thread_gets_back_what_it_gave_last) {
  cross::run("a_thread_gets_back_what_it_gave_last", [] {
    heddle::object_pool<int> pool({.caches = 2});
    auto first = pool.get();
    auto second = pool.get();
    *first = 1;
    *second = 2;
    first.reset();
    second.reset();
    cross::require(*pool.get() == 2, "the last first");
    cross::require(pool.trim() == 2, "both are kept");
    cross::require(pool.take() == nullptr, "and now none");
  });
}

BOOST_AUTO_TEST_CASE(an_object_is_made_only_if_none_is_there) {
  cross::run("an_object_is_made_only_if_none_is_there", [] {
    int made = 0;
    heddle::object_pool<int> pool(
        [&] {
          ++made;
          return std::make_unique<int>(7);
        },
        {.caches = 2});
    for (int i = 0; i < 3; ++i) cross::require(*pool.get() == 7, "as the maker made it");
    cross::require(made == 1, "once");
    int of_other = 0;
    heddle::thread other([&] { of_other = *pool.get(); });
    other.join();
    cross::require(of_other == 7 && made == 1, "another thread takes what is there");
  });
}

BOOST_AUTO_TEST_CASE(an_object_has_one_owner) {
  cross::run("an_object_has_one_owner", [] {
    struct counted {
      heddle::shared<int> uses{0};
    };
    heddle::object_pool<counted> pool({.caches = 2});
    const auto use = [&] {
      const auto own = pool.get();
      ++own->uses.write();
    };
    heddle::thread other([&] {
      use();
      use();
    });
    use();
    other.join();
    int uses = 0;
    while (const auto kept = pool.take()) uses += kept->uses.get();
    cross::require(uses == 3, "no use is lost");
  });
}

BOOST_AUTO_TEST_SUITE_END()
