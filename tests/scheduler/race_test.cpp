// Which accesses of plain variables are ordered, and which race.
#include <string>
#include <vector>

#include <heddle/tests/scheduler/explored.hpp>

#include <boost/test/unit_test.hpp>

using namespace heddle;

namespace {

constexpr auto relaxed = std::memory_order_relaxed;
constexpr auto acquire = std::memory_order_acquire;
constexpr auto release = std::memory_order_release;
constexpr auto acq_rel = std::memory_order_acq_rel;

// One thread writes `data` and then tells, the other reads it once it has been told.
template <class Tell, class Told>
std::string publication(Tell tell, Told told) {
  const explored all = explore([=] {
    shared<int> data{0, "data"};
    atomic<int> flag{0};
    together(
        [&] {
          data.set(1);
          tell(flag);
        },
        [&] {
          if (told(flag)) expect(data.get() == 1, "the data has come");
        });
  });
  return all.kind();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(race)

BOOST_AUTO_TEST_CASE(two_writers_race_and_the_report_names_both) {
  const explored all = explore([] {
    shared<int> balance{0, "balance"};
    together([&] { balance.set(1); }, [&] { balance.set(2); });
  });
  BOOST_TEST(all.kind() == "data_race");
  BOOST_TEST(all.says("data race on \"balance\": write race_test.cpp:"));
  BOOST_TEST(all.says("(thread 1), write race_test.cpp:"));
  BOOST_TEST(all.says("(thread 2); no order between them"));
}

BOOST_AUTO_TEST_CASE(a_reader_and_a_writer_race_in_either_order) {
  for (const bool first : {false, true}) {
    const explored all = explore_bounded(0, [=] {
      shared<int> balance{0, "balance"};
      const auto write = [&] { balance.set(1); };
      const auto read = [&] { (void)balance.get(); };
      if (first) {
        together(write, read);
      } else {
        together(read, write);
      }
    });
    BOOST_TEST(all.kind() == "data_race");
    BOOST_TEST(all.says(first ? "write race_test.cpp" : "read race_test.cpp"));
    BOOST_TEST(!all.says("unknown place"), all.text());
  }
}

BOOST_AUTO_TEST_CASE(readers_alone_do_not_race) {
  const explored all = explore([] {
    shared<int> balance{5};
    together([&] { (void)balance.get(); }, [&] { (void)balance.get(); });
  });
  BOOST_TEST(all.kind() == "none");
  BOOST_TEST(all.shared);
}

BOOST_AUTO_TEST_CASE(a_mutex_orders_what_it_guards_and_nothing_else) {
  const auto body = [](bool guarded) {
    return [guarded] {
      mutex m;
      shared<int> n{0};
      const auto add = [&] {
        m.lock();
        if (guarded) ++n;
        m.unlock();
        if (!guarded) ++n;
      };
      together(add, add);
      expect(n.get() == 2, "nothing is lost");
    };
  };
  BOOST_TEST(explore_bounded(2, body(true)).kind() == "none");
  BOOST_TEST(explore_bounded(2, body(false)).kind() == "data_race");
}

BOOST_AUTO_TEST_CASE(release_and_acquire_order_and_less_does_not) {
  const auto store = [](std::memory_order order) {
    return [=](atomic<int>& flag) { flag.store(1, order); };
  };
  const auto load = [](std::memory_order order) {
    return [=](atomic<int>& flag) { return flag.load(order) == 1; };
  };
  BOOST_TEST(publication(store(release), load(acquire)) == "none");
  BOOST_TEST(publication(store(std::memory_order_seq_cst), load(acquire)) == "none");
  BOOST_TEST(publication(store(relaxed), load(acquire)) == "data_race");
  BOOST_TEST(publication(store(release), load(relaxed)) == "data_race");
  BOOST_TEST(publication(store(relaxed), load(std::memory_order_seq_cst)) == "data_race");
}

BOOST_AUTO_TEST_CASE(fences_order_relaxed_accesses) {
  const auto fenced_store = [](atomic<int>& flag) {
    fence(release);
    flag.store(1, relaxed);
  };
  const auto fenced_load = [](atomic<int>& flag) {
    const bool told = flag.load(relaxed) == 1;
    fence(acquire);
    return told;
  };
  const auto plain_store = [](atomic<int>& flag) { flag.store(1, relaxed); };
  const auto plain_load = [](atomic<int>& flag) { return flag.load(relaxed) == 1; };
  BOOST_TEST(publication(fenced_store, fenced_load) == "none");
  BOOST_TEST(publication(fenced_store, plain_load) == "data_race");
  BOOST_TEST(publication(plain_store, fenced_load) == "data_race");
  const auto late_fence = [](atomic<int>& flag) {
    flag.store(1, relaxed);
    fence(release);
  };
  const auto early_fence = [](atomic<int>& flag) {
    fence(acquire);
    return flag.load(relaxed) == 1;
  };
  BOOST_TEST(publication(late_fence, fenced_load) == "data_race");
  BOOST_TEST(publication(fenced_store, early_fence) == "data_race");
}

BOOST_AUTO_TEST_CASE(a_read_modify_write_continues_a_release_sequence) {
  const auto passed_on = [](std::memory_order order) {
    return [order] {
      shared<int> data{0};
      atomic<int> flag{0};
      together(
          [&] {
            data.set(1);
            flag.store(1, release);
          },
          [&] { flag.fetch_add(1, order); },
          [&] {
            if (flag.load(acquire) == 2) (void)data.get();
          });
    };
  };
  // 2 is read from the fetch_add of the store: from its release sequence.
  BOOST_TEST(explore(passed_on(relaxed)).kind() == "none");
  BOOST_TEST(explore(passed_on(acq_rel)).kind() == "none");
}

// Since C++20.
BOOST_AUTO_TEST_CASE(a_relaxed_store_ends_a_release_sequence_of_its_own_thread) {
  const auto stores = [](std::memory_order last) {
    return [last](atomic<int>& flag) {
      flag.store(1, release);
      flag.store(2, last);
    };
  };
  const auto load = [](atomic<int>& flag) { return flag.load(acquire) == 2; };
  BOOST_TEST(publication(stores(relaxed), load) == "data_race");
  BOOST_TEST(publication(stores(release), load) == "none");
}

BOOST_AUTO_TEST_CASE(a_failed_compare_exchange_acquires_by_its_failure_order) {
  const auto store = [](atomic<int>& flag) { flag.store(1, release); };
  const auto fails = [](std::memory_order failure) {
    return [=](atomic<int>& flag) {
      int expected = 7;
      (void)flag.compare_exchange_strong(expected, 8, acq_rel, failure);
      return expected == 1;
    };
  };
  BOOST_TEST(publication(store, fails(acquire)) == "none");
  BOOST_TEST(publication(store, fails(relaxed)) == "data_race");
}

BOOST_AUTO_TEST_CASE(spawn_and_join_order) {
  const auto body = [](bool joined) {
    return [joined] {
      shared<int> n{0};
      n.set(1);
      thread t([&] { n.set(n.get() + 1); });
      if (joined) t.join();
      expect(n.get() == 2, "the thread has added one");
      if (!joined) t.join();
    };
  };
  BOOST_TEST(explore(body(true)).kind() == "none");
  BOOST_TEST(explore(body(false)).kind() == "data_race");
}

BOOST_AUTO_TEST_CASE(a_futex_orders_its_calls) {
  const auto told = [](bool woken) {
    return [woken] {
      shared<int> n{0};
      platform::cell<std::uint32_t> word{0};
      together(
          [&] {
            n.set(1);
            word.store(1, relaxed, location::here());
            if (woken) platform::futex_wake(platform::key_of(word), 1, location::here());
          },
          [&] {
            // The wait returns woken, by chance, or because the word has changed.
            if (woken) (void)platform::futex_wait(word, 0, never, location::here());
            if (word.load(relaxed, location::here()) == 1 && !woken) (void)n.get();
          });
    };
  };
  BOOST_TEST(explore(told(true)).kind() == "none");
  BOOST_TEST(explore(told(false)).kind() == "data_race");
  const explored slept = explore(
      [] {
        shared<int> n{0};
        platform::cell<std::uint32_t> word{0};
        together(
            [&] {
              if (platform::futex_wait(word, 0, never, location::here()) == wait_result::woken) {
                observe("n", std::to_string(n.get()));
              }
            },
            [&] {
              n.set(1);
              word.store(1, relaxed, location::here());
              platform::futex_wake(platform::key_of(word), 1, location::here());
            });
      },
      {.spurious = 0});
  BOOST_TEST(slept.kind() == "none");
  BOOST_TEST(values_of(slept, "n") == "1");
}

BOOST_AUTO_TEST_CASE(an_object_is_not_used_before_it_is_published) {
  const auto body = [](std::memory_order order) {
    return [order] {
      struct box {
        atomic<int> content{0, "content"};
      };
      atomic<box*> published{nullptr};
      together([&] { published.store(new box, order); },
               [&] {
                 if (box* const b = published.load(acquire)) b->content.store(1, relaxed);
               });
      delete published.load();
    };
  };
  BOOST_TEST(explore(body(release)).kind() == "none");
  const explored broken = explore(body(relaxed));
  BOOST_TEST(broken.kind() == "data_race");
  BOOST_TEST(broken.says("data race on \"content\""));
  BOOST_TEST(broken.says("built by thread 1"));
}

BOOST_AUTO_TEST_CASE(a_container_in_shared_is_one_variable) {
  const auto body = [](bool locked) {
    return [locked] {
      mutex m;
      shared<std::vector<int>> queue{{}, "queue"};
      const auto push = [&](int value) {
        if (locked) m.lock();
        queue.write().push_back(value);
        if (locked) m.unlock();
      };
      together([&] { push(1); }, [&] { push(2); });
      expect(queue.read().size() == 2, "both are there");
    };
  };
  BOOST_TEST(explore_bounded(2, body(true)).kind() == "none");
  BOOST_TEST(explore_bounded(2, body(false)).kind() == "data_race");
}

BOOST_AUTO_TEST_CASE(plain_accesses_become_steps_on_request) {
  // With scheduling points before them the two increments interleave in more than two ways; the
  // race itself is found without.
  const auto counted = [](bool plain) {
    return explore(
        [] {
          shared<int> n{0};
          together([&] { (void)n.get(); }, [&] { (void)n.get(); });
        },
        {.plain = plain});
  };
  BOOST_TEST(counted(false).executions < counted(true).executions);
}

BOOST_AUTO_TEST_CASE(an_order_that_an_operation_cannot_have_is_misuse) {
  const explored load = explore([] {
    atomic<int> x{0};
    (void)x.load(std::memory_order_release);
  });
  BOOST_TEST(load.kind() == "misuse");
  BOOST_TEST(load.says("load with an order that releases: race_test.cpp:"), load.text());
  const auto store = [] {
    atomic<int> x{0};
    x.store(1, std::memory_order_acquire);
  };
  BOOST_TEST(explore(store).says("store with an order that acquires"));
  const auto exchange = [] {
    atomic<int> x{0};
    int seen = 0;
    x.compare_exchange_strong(seen, 1, std::memory_order_acq_rel, std::memory_order_release);
  };
  BOOST_TEST(explore(exchange).says("failed compare-exchange with an order that releases"));
}

BOOST_AUTO_TEST_SUITE_END()
