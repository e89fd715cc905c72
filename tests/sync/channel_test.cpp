// Channels and select natively, under load.
#include <heddle/sync/channel.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <vector>

#include <boost/test/unit_test.hpp>

#include <heddle/sync/atomic.hpp>
#include <heddle/sync/context.hpp>
#include <heddle/sync/select.hpp>
#include <heddle/tests/sync/run_threads.hpp>

BOOST_AUTO_TEST_SUITE(channels)

namespace {

using heddle::on_receive;
using heddle::on_send;
using heddle::received;
using heddle_test::run_threads;
using namespace std::chrono_literals;

static_assert(!std::is_copy_constructible_v<heddle::channel<int>>);
static_assert(!std::is_move_constructible_v<heddle::channel<int>>);
static_assert(std::is_nothrow_move_constructible_v<received<int>>);
static_assert(!std::is_copy_constructible_v<heddle::cancel_context>);

constinit heddle::channel<int> constant{0, "constant"};

}  // namespace

BOOST_AUTO_TEST_CASE(a_static_channel_is_constant_initialised) {
  heddle::thread sender([] { constant.send(3); });
  BOOST_TEST(*constant.receive() == 3);
  sender.join();
}

// For each capacity: one sender and one receiver keep the order; receives block until there is an
// element, and sends until there is room.
BOOST_AUTO_TEST_CASE(test_chan) {
  for (std::size_t capacity = 0; capacity < 20; ++capacity) {
    heddle::channel<std::size_t> numbers(capacity);
    for (std::size_t i = 0; i < capacity; ++i) BOOST_TEST_REQUIRE(numbers.try_send(std::size_t{i}));
    BOOST_TEST(!numbers.try_send(std::size_t{99}));
    BOOST_TEST(numbers.len() == capacity);
    for (std::size_t i = 0; i < capacity; ++i) BOOST_TEST_REQUIRE(*numbers.receive() == i);
    BOOST_TEST(!numbers.try_receive());
    heddle::thread sender([&] {
      for (std::size_t i = 0; i < 200; ++i) numbers.send(i);
      numbers.close();
    });
    std::size_t expected = 0;
    for (const std::size_t each : numbers) BOOST_TEST_REQUIRE(each == expected++);
    BOOST_TEST(expected == 200U);
    sender.join();
  }
}

// Every element arrives once, whoever sends and whoever receives.
BOOST_AUTO_TEST_CASE(test_multi_consumer) {
  for (const std::size_t capacity : {0U, 1U, 10U}) {
    constexpr int senders = 3, receivers = 4, each = 2000;
    heddle::channel<int> numbers(capacity);
    std::vector<heddle::atomic<int>> seen(senders * each);
    heddle::atomic<int> ended{0};
    run_threads(senders + receivers, [&](int thread) {
      if (thread < senders) {
        for (int i = 0; i < each; ++i) numbers.send(thread * each + i);
        if (ended.fetch_add(1) + 1 == senders) numbers.close();
      } else {
        for (const int number : numbers) ++seen[static_cast<std::size_t>(number)];
      }
    });
    int wrong = 0;
    for (auto& times : seen) wrong += times.load() == 1 ? 0 : 1;
    BOOST_TEST(wrong == 0);
  }
}

BOOST_AUTO_TEST_CASE(test_nonblock_recv_race) {
  for (int i = 0; i < 2000; ++i) {
    heddle::channel<int> numbers(1);
    numbers.send(1);
    heddle::atomic<bool> missed{false};
    heddle::thread other(
        [&] { heddle::select(on_receive(numbers), heddle::otherwise([&] { missed = true; })); });
    numbers.close();
    (void)numbers.receive();
    other.join();
    BOOST_TEST_REQUIRE(!missed.load());
  }
}

BOOST_AUTO_TEST_CASE(test_nonblock_select_race) {
  for (const bool close : {false, true}) {
    for (int i = 0; i < 2000; ++i) {
      heddle::channel<int> first(1), second(1);
      first.send(1);
      heddle::atomic<bool> missed{false};
      heddle::thread other([&] {
        heddle::select(on_receive(first), on_receive(second),
                       heddle::otherwise([&] { missed = true; }));
      });
      if (close) {
        second.close();
      } else {
        second.send(1);
      }
      heddle::select(on_receive(first), heddle::otherwise());
      other.join();
      BOOST_TEST_REQUIRE(!missed.load());
    }
  }
}

BOOST_AUTO_TEST_CASE(test_self_select) {
  for (const std::size_t capacity : {0U, 10U}) {
    heddle::channel<int> loop(capacity);
    heddle::atomic<int> own{0};
    run_threads(2, [&](int thread) {
      for (int i = 0; i < 1000; ++i) {
        const auto look = [&](received<int> x) {
          if (loop.cap() == 0 && *x == thread) ++own;
        };
        if (i % 2 == 0) {
          heddle::select(on_send(loop, int(thread)), on_receive(loop, look));
        } else {
          heddle::select(on_receive(loop, look), on_send(loop, int(thread)));
        }
      }
    });
    BOOST_TEST(own.load() == 0);
  }
}

// Eight threads, each with selects over four channels; none is lost and none deadlocks.
BOOST_AUTO_TEST_CASE(test_select_stress) {
  constexpr int times = 4000;
  heddle::channel<int> c[4]{heddle::channel<int>(0), heddle::channel<int>(0),
                            heddle::channel<int>(2), heddle::channel<int>(3)};
  run_threads(10, [&](int thread) {
    if (thread < 4) {
      for (int i = 0; i < times; ++i) c[thread].send(0);
    } else if (thread < 8) {
      for (int i = 0; i < times; ++i) c[thread - 4].receive();
    } else {
      int left[4] = {times, times, times, times};
      for (int i = 0; i < 4 * times; ++i) {
        heddle::channel<int>* open[4];
        for (int k = 0; k < 4; ++k) open[k] = left[k] == 0 ? nullptr : &c[k];
        std::size_t which = 0;
        if (thread == 8) {
          which = heddle::select(on_send(open[0], 0), on_send(open[1], 0), on_send(open[2], 0),
                                 on_send(open[3], 0));
        } else {
          which = heddle::select(on_receive(open[3]), on_receive(open[2]), on_receive(open[1]),
                                 on_receive(open[0]));
          which = 3 - which;
        }
        --left[which];
      }
    }
  });
  for (auto& each : c) BOOST_TEST(each.len() == 0U);
}

// Of two channels that are always ready, each is chosen about as often.
BOOST_AUTO_TEST_CASE(test_select_fairness) {
  constexpr int times = 10000;
  heddle::channel<int> left(times + 1), right(times + 1);
  for (int i = 0; i <= times; ++i) {
    left.send(1);
    right.send(2);
  }
  int chosen[2] = {0, 0};
  for (int i = 0; i < times; ++i) ++chosen[heddle::select(on_receive(left), on_receive(right))];
  BOOST_TEST(chosen[0] + chosen[1] == times);
  BOOST_TEST(chosen[0] > times / 2 - times / 10);
  BOOST_TEST(chosen[1] > times / 2 - times / 10);
}

BOOST_AUTO_TEST_CASE(test_pseudo_random_send) {
  for (const std::size_t capacity : {0U, 100U}) {
    heddle::channel<int> bits(capacity);
    int ones = 0, zeros = 0;
    heddle::thread receiver([&] {
      for (const int bit : bits) ++(bit == 0 ? zeros : ones);
    });
    for (int i = 0; i < 1000; ++i) heddle::select(on_send(bits, 0), on_send(bits, 1));
    bits.close();
    receiver.join();
    BOOST_TEST(zeros > 100);
    BOOST_TEST(ones > 100);
  }
}

BOOST_AUTO_TEST_CASE(test_select_duplicate_channel) {
  for (int i = 0; i < 500; ++i) {
    heddle::channel<int> twice, once;
    heddle::thread first(
        [&] { heddle::select(on_receive(twice), on_receive(twice), on_receive(once)); });
    heddle::thread second([&] { twice.receive(); });
    once.try_send(7) ? twice.send(8) : (twice.send(8), twice.send(9));
    first.join();
    second.join();
    BOOST_TEST_REQUIRE(!twice.try_send(10));
  }
}

// Senders and receivers that are cancelled, time out and select, all the time: what was sent, by
// what the senders were told, is what was received, by what the receivers were told.
BOOST_AUTO_TEST_CASE(nothing_is_lost_or_doubled_in_a_storm_of_cancellations) {
  for (const std::size_t capacity : {0U, 2U}) {
    heddle::channel<std::unique_ptr<std::uint64_t>> first(capacity), second(capacity);
    heddle::atomic<std::uint64_t> sent{0}, got{0}, lost{0};
    run_threads(6, [&](int thread) {
      for (int i = 0; i < 1500; ++i) {
        auto ctx = heddle::with_timeout(heddle::background(), std::chrono::microseconds(i % 50));
        auto& one = i % 2 == 0 ? first : second;
        auto& other = i % 2 == 0 ? second : first;
        const auto number = static_cast<std::uint64_t>(thread * 100000 + i);
        auto box = std::make_unique<std::uint64_t>(number);
        const auto take = [&](received<std::unique_ptr<std::uint64_t>> x) { got += **x; };
        const auto give = [&] { sent += number; };
        const auto how = (thread + i) % 4;
        if (how == 0) {
          if (one.send(ctx, std::move(box))) give();
        } else if (how == 1) {
          if (auto x = one.receive(ctx)) take(std::move(x));
        } else {
          heddle::select(on_send(one, std::move(box), give), on_receive(other, take),
                         heddle::on_done(ctx));
        }
        if (how != 1 && box != nullptr && *box != number) ++lost;
      }
    });
    for (auto* each : {&first, &second}) {
      while (auto x = each->try_receive()) got += **x;
    }
    BOOST_TEST(sent.load() == got.load());
    BOOST_TEST(lost.load() == 0U);
  }
}

// One cancels while the others wait: each wait ends.
BOOST_AUTO_TEST_CASE(a_cancel_ends_every_wait_by_it) {
  for (int i = 0; i < 300; ++i) {
    heddle::channel<int> never_sent;
    auto ctx = heddle::with_cancel();
    heddle::atomic<int> ended{0};
    run_threads(5, [&](int thread) {
      if (thread == 0) {
        ctx.cancel();
      } else if (thread % 2 == 0) {
        if (!never_sent.receive(ctx)) ++ended;
      } else {
        const auto child = heddle::with_cancel(ctx);
        if (heddle::select(on_receive(never_sent), heddle::on_done(child)) == 1) ++ended;
      }
    });
    BOOST_TEST_REQUIRE(ended.load() == 4);
  }
}

BOOST_AUTO_TEST_SUITE_END()
