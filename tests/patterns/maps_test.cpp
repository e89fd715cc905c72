// striped_map, rw_map and single_flight against every platform.
#include <on_platform.hpp>

#include <optional>
#include <stdexcept>
#include <string>

#include <heddle/sync/atomic.hpp>
#include <heddle/sync/channel.hpp>
#include <heddle/sync/context.hpp>
#include <heddle/sync/patterns/rw_map.hpp>
#include <heddle/sync/patterns/single_flight.hpp>
#include <heddle/sync/patterns/striped_map.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>

BOOST_AUTO_TEST_SUITE(maps)

BOOST_AUTO_TEST_CASE(one_of_two_that_store_first_is_loaded_by_the_other) {
  cross::run("one_of_two_that_store_first_is_loaded_by_the_other", [] {
    heddle::striped_map<int, int> map(2);
    heddle::striped_map<int, int>::loaded_or_stored of_other{};
    heddle::thread other([&] { of_other = map.load_or_store(1, 7); });
    const auto own = map.load_or_store(1, 8);
    other.join();
    cross::require(own.loaded != of_other.loaded, "one stored");
    cross::require(own.value == of_other.value, "both have the winner's value");
    cross::require(own.value == (own.loaded ? 7 : 8), "which is what the winner brought");
  });
}

BOOST_AUTO_TEST_CASE(a_sum_over_two_keys_is_conserved) {
  cross::run("a_sum_over_two_keys_is_conserved", [] {
    heddle::striped_map<int, int> map(2);
    const auto move = [](int& from, int& to) {
      --from;
      ++to;
    };
    const auto sum = [](int& a, int& b) { return a + b; };
    heddle::thread other([&] { map.with_both(1, 0, move); });
    map.with_both(0, 1, move);
    cross::require(map.with_both(0, 1, sum) == 0, "nothing is under way");
    other.join();
  });
}

BOOST_AUTO_TEST_CASE(compare_exchange_succeeds_once) {
  cross::run("compare_exchange_succeeds_once", [] {
    heddle::striped_map<int, int> map(1);
    map.store(1, 0);
    bool other_won = false;
    heddle::thread other([&] { other_won = map.compare_exchange(1, 0, 7); });
    const bool won = map.compare_exchange(1, 0, 8);
    other.join();
    cross::require(won != other_won, "one of the two");
    cross::require(map.load(1) == (won ? 8 : 7), "its value");
  });
}

BOOST_AUTO_TEST_CASE(a_value_is_computed_once_under_the_lock_or_aside) {
  cross::run("a_value_is_computed_once_under_the_lock_or_aside", [] {
    heddle::rw_map<int, int> map;
    heddle::atomic<int> computed{0};
    const auto compute = [&] { return computed.fetch_add(1) + 7; };
    int of_other = 0;
    heddle::thread other([&] { of_other = map.load_or_compute_aside(1, compute); });
    const int own = map.load_or_compute_aside(1, compute);
    other.join();
    cross::require(own == 7 && of_other == 7, "both have it");
    cross::require(computed.load() == 1, "once");
    cross::require(map.load_or_compute(2, compute) == 8, "another key is another value");
    cross::require(map.load_or_compute(2, compute) == 8, "which stays");
  });
}

BOOST_AUTO_TEST_CASE(a_computation_aside_leaves_the_map_free) {
  cross::run("a_computation_aside_leaves_the_map_free", [] {
    heddle::rw_map<int, int> map;
    const auto compute = [&] {
      map.store(2, 5);
      return map.load(2).value_or(0) + 2;
    };
    cross::require(map.load_or_compute_aside(1, compute) == 7, "it may use the map");
    cross::require(map.load(1) == 7, "the value stays");
  });
}

BOOST_AUTO_TEST_CASE(what_is_stored_while_it_is_computed_stays) {
  cross::run("what_is_stored_while_it_is_computed_stays", [] {
    heddle::rw_map<int, int> map;
    const auto compute = [&] {
      map.store(1, 8);
      return 7;
    };
    cross::require(map.load_or_compute_aside(1, compute) == 8, "and is the result");
    cross::require(map.load(1) == 8, "in the map too");
  });
}

BOOST_AUTO_TEST_CASE(a_computation_that_throws_leaves_nothing) {
  cross::run("a_computation_that_throws_leaves_nothing", [] {
    heddle::rw_map<int, int> map;
    const auto fail = []() -> int { throw std::runtime_error("no"); };
    int thrown = 0;
    try {
      map.load_or_compute(1, fail);
    } catch (const std::runtime_error&) {
      ++thrown;
    }
    try {
      map.load_or_compute_aside(1, fail);
    } catch (const std::runtime_error&) {
      ++thrown;
    }
    cross::require(thrown == 2, "both threw");
    cross::require(map.size() == 0, "nothing is there");
    cross::require(map.load_or_compute(1, [] { return 7; }) == 7, "nor locked");
  });
}

BOOST_AUTO_TEST_CASE(who_comes_during_a_flight_gets_its_result) {
  cross::run("who_comes_during_a_flight_gets_its_result", [] {
    heddle::single_flight<int, int> flights;
    heddle::atomic<int> flown{0};
    const auto fly = [&] { return flown.fetch_add(1) + 7; };
    heddle::flight_result<int> of_other{};
    heddle::thread other([&] { of_other = flights.run(1, fly); });
    const heddle::flight_result<int> own = flights.run(1, fly);
    other.join();
    cross::require(own.shared == of_other.shared, "shared by both or by none");
    cross::require(own.shared == (flown.load() == 1), "shared if there was one");
    if (own.shared) cross::require(own.value == 7 && of_other.value == 7, "the value");
  });
}

BOOST_AUTO_TEST_CASE(what_a_flight_throws_all_get) {
  cross::run("what_a_flight_throws_all_get", [] {
    heddle::single_flight<int, int> flights;
    heddle::atomic<int> flown{0};
    heddle::atomic<int> caught{0};
    const auto crash = [&]() -> int {
      flown.fetch_add(1);
      throw std::runtime_error("engine");
    };
    const auto try_to_fly = [&] {
      try {
        (void)flights.run(1, crash);
      } catch (const std::runtime_error&) {
        caught.fetch_add(1);
      }
    };
    heddle::thread other(try_to_fly);
    try_to_fly();
    other.join();
    cross::require(caught.load() == 2, "each call throws");
    const auto value = flights.run(1, [] { return 7; });
    cross::require(value.value == 7 && !value.shared, "the next is a flight of its own");
  });
}

BOOST_AUTO_TEST_CASE(a_flight_that_is_forgotten_is_not_joined) {
  cross::run("a_flight_that_is_forgotten_is_not_joined", [] {
    heddle::single_flight<int, int> flights;
    const auto outer = [&] {
      flights.forget(1);
      return flights.run(1, [] { return 7; }).value + 1;
    };
    const auto own = flights.run(1, outer);
    cross::require(own.value == 8 && !own.shared, "the inner call flew by itself");
  });
}

BOOST_AUTO_TEST_CASE(a_follower_gives_up_with_its_context) {
  cross::run("a_follower_gives_up_with_its_context", [] {
    heddle::single_flight<int, int> flights;
    heddle::channel<int> begun;
    heddle::channel<int> gate;
    const auto fly = [&] {
      begun.send(1);
      return *gate.receive();
    };
    int result = 0;
    heddle::thread leader([&] { result = flights.run(1, fly).value; });
    (void)begun.receive();
    heddle::cancel_context ctx;
    heddle::thread canceller([&] { ctx.cancel(); });
    const auto none = flights.run(ctx, 1, [] { return 1; });
    cross::require(!none.has_value(), "it gave up");
    gate.send(7);
    leader.join();
    canceller.join();
    cross::require(result == 7, "the flight went on");
  });
}

// What Go's DoChan is for: the caller goes on, and hears of the result by a channel.
BOOST_AUTO_TEST_CASE(a_result_may_come_by_a_channel) {
  cross::run("a_result_may_come_by_a_channel", [] {
    heddle::single_flight<int, int> flights;
    heddle::channel<int> results(1);
    heddle::thread asker([&] { results.send(flights.run(1, [] { return 7; }).value); });
    cross::require(*results.receive() == 7, "the result");
    asker.join();
  });
}

BOOST_AUTO_TEST_SUITE_END()
