// Channels, select and contexts coarse: what they order and no more, how many executions there are,
// and what a report says of those who wait.
#include <cstdint>
#include <functional>
#include <string>

#include <boost/test/unit_test.hpp>

#include <heddle/checker/check.hpp>
#include <heddle/sync/channel.hpp>
#include <heddle/sync/context.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/select.hpp>
#include <heddle/sync/semaphore.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/tests/coarse/verdicts.hpp>

namespace {

using heddle::on_receive;
using heddle::on_send;
using heddle::options;
using heddle::shared;
using heddle::together;
using heddle::verdict;

void expect_race(const char* name, const heddle::work& body) {
  const verdict result = heddle::whole(name, body);
  BOOST_REQUIRE(result.found.has_value());
  BOOST_TEST((result.found->kind == heddle::finding_kind::data_race), heddle::report_text(result));
}

void expect_executions(const char* name, std::uint64_t number, const heddle::work& body) {
  const verdict result = heddle::passes(name, body);
  BOOST_TEST(result.executions == number, name << ": " << result.line());
}

constexpr heddle::duration moment{5};

}  // namespace

BOOST_AUTO_TEST_SUITE(channels)

BOOST_AUTO_TEST_CASE(a_receive_is_ordered_before_the_send_that_fills_its_cell_again) {
  heddle::passes("cell_again", [] {
    heddle::channel<int> numbers(1);
    shared<int> data{0};
    together({[&] {
                data.set(1);
                (void)numbers.receive();
              },
              [&] {
                numbers.send(1);
                numbers.send(2);
                (void)data.get();
              }});
  });
}

// With room for both, the second send waits for nobody.
BOOST_AUTO_TEST_CASE(a_receive_is_not_ordered_before_a_send_into_another_cell) {
  expect_race("another_cell", [] {
    heddle::channel<int> numbers(2);
    shared<int> data{0};
    together({[&] {
                data.set(1);
                (void)numbers.receive();
              },
              [&] {
                numbers.send(1);
                numbers.send(2);
                (void)data.get();
              }});
  });
}

BOOST_AUTO_TEST_CASE(senders_are_not_ordered_with_each_other) {
  expect_race("two_senders", [] {
    heddle::channel<int> numbers(2);
    shared<int> data{0};
    const auto send = [&] {
      data.set(1);
      numbers.send(1);
    };
    together({send, send});
  });
  expect_race("sender_after_sender", [] {
    heddle::channel<int> numbers(2);
    shared<int> data{0};
    together({[&] {
                data.set(1);
                numbers.send(1);
              },
              [&] {
                numbers.send(2);
                if (numbers.len() == 2) (void)data.get();
              }});
  });
}

BOOST_AUTO_TEST_CASE(a_receiver_is_ordered_after_its_sender_alone) {
  expect_race("the_other_sender", [] {
    heddle::channel<int> numbers;
    shared<int> data{0};
    together({[&] {
                data.set(1);
                numbers.send(1);
              },
              [&] { numbers.send(2); },
              [&] {
                if (*numbers.receive() == 2) (void)data.get();
                (void)numbers.receive();
              }});
  });
}

BOOST_AUTO_TEST_CASE(an_attempt_that_fails_orders_nothing) {
  expect_race("failed_attempt", [] {
    heddle::channel<int> numbers(1);
    shared<int> data{0};
    together({[&] {
                data.set(1);
                numbers.send(1);
              },
              [&] {
                if (!numbers.try_send(2)) (void)data.get();
              }});
  });
}

BOOST_AUTO_TEST_CASE(who_looks_at_one_context_is_not_ordered_by_that) {
  expect_race("one_context", [] {
    auto ctx = heddle::with_cancel();
    shared<int> data{0};
    const auto look = [&] {
      data.set(1);
      (void)ctx.done();
    };
    together({look, look});
  });
  expect_race("one_context_waits", [] {
    auto ctx = heddle::with_cancel();
    heddle::semaphore permits{0};
    shared<int> data{0};
    const auto wait = [&] {
      data.set(1);
      if (permits.acquire(ctx)) permits.release();
    };
    together({wait, wait, [&] { ctx.cancel(); }});
  });
}

// An element is sent before or after the receiver waits; and if before, the sender is still there
// or gone.
BOOST_AUTO_TEST_CASE(executions_are_the_orders_of_the_calls) {
  expect_executions("hand_over", 2, [] {
    heddle::channel<int> numbers;
    together({[&] { numbers.send(1); }, [&] { (void)numbers.receive(); }});
  });
  expect_executions("put_and_take", 2, [] {
    heddle::channel<int> numbers(1);
    together({[&] { numbers.send(1); }, [&] { (void)numbers.receive(); }});
  });
  // 3! orders of three sends.
  expect_executions("three_sends", 6, [] {
    heddle::channel<int> numbers(3);
    const auto send = [&] { numbers.send(1); };
    together({send, send, send});
  });
  // Both are there, and each may be chosen.
  expect_executions("choice", 2, [] {
    heddle::channel<int> left(1), right(1);
    left.send(1);
    right.send(1);
    heddle::select(on_receive(left), on_receive(right));
  });
}

BOOST_AUTO_TEST_CASE(both_cases_that_are_ready_are_chosen) {
  const verdict result = heddle::passes("both_chosen", [] {
    heddle::channel<int> left(1), right(1);
    left.send(1);
    right.send(1);
    const std::size_t which = heddle::select(on_receive(left), on_receive(right));
    heddle::observe("chosen", which == 0 ? "left" : "right");
  });
  BOOST_TEST(result.observed.at("chosen").size() == 2U);
}

BOOST_AUTO_TEST_CASE(who_waits_in_a_channel_for_ever_is_reported_by_its_name) {
  const verdict result = heddle::whole("nobody_receives", [] {
    heddle::channel<int> numbers(0, "numbers");
    heddle::thread sender([&] { numbers.send(1); });
    sender.join();
  });
  BOOST_REQUIRE(result.found.has_value());
  BOOST_TEST((result.found->kind == heddle::finding_kind::deadlock));
  const std::string text = heddle::report_text(result);
  BOOST_TEST(text.find("waits in channel::send") != std::string::npos, text);
  BOOST_TEST(text.find("for \"numbers\"") != std::string::npos, text);
}

BOOST_AUTO_TEST_CASE(two_threads_that_each_send_first_deadlock) {
  heddle::deadlocks("both_send", [] {
    heddle::channel<int> there(0, "there"), back(0, "back");
    together({[&] {
                there.send(1);
                (void)back.receive();
              },
              [&] {
                back.send(1);
                (void)there.receive();
              }});
  });
  heddle::deadlocks("select_of_nothing", [] {
    heddle::channel<int> numbers;
    heddle::select(on_receive(numbers), on_send(numbers, 1));
  });
}

BOOST_AUTO_TEST_CASE(a_channel_destroyed_beside_a_call_is_found) {
  const verdict result = heddle::whole("destroyed_early", [] {
    heddle::thread sender;
    {
      heddle::channel<int> numbers(1);
      sender = heddle::thread([&] { numbers.send(1); });
    }
    sender.join();
  });
  BOOST_REQUIRE(result.found.has_value());
  BOOST_TEST((result.found->kind == heddle::finding_kind::use_after_free),
             heddle::report_text(result));
}

BOOST_AUTO_TEST_CASE(a_context_destroyed_before_its_child_is_found) {
  const verdict result = heddle::whole("orphan", [] {
    auto parent = std::make_unique<heddle::cancel_context>();
    const auto child = heddle::with_cancel(*parent);
    parent.reset();
  });
  BOOST_REQUIRE(result.found.has_value());
  BOOST_TEST(result.found->text.starts_with("context is destroyed while in use"));
}

// The thread that holds the lock waits for one that wants it by a context nobody cancels.
BOOST_AUTO_TEST_CASE(a_deadlock_through_a_wait_by_a_context_is_found) {
  heddle::deadlocks("lock_by_context", [] {
    heddle::mutex m{"m"};
    auto ctx = heddle::with_cancel();
    m.lock();
    heddle::thread other([&] {
      if (m.lock(ctx)) m.unlock();
    });
    other.join();
    m.unlock();
  });
}

BOOST_AUTO_TEST_CASE(static_primitives_start_afresh) {
  static heddle::channel<int> numbers(0, "static numbers");
  static heddle::cancel_context ctx(heddle::background(), "static context");
  static heddle::mutex m{"static mutex"};
  const auto body = [] {
    together({[] {
                if (m.lock(ctx)) {
                  (void)numbers.send(ctx, 1);
                  m.unlock();
                }
              },
              [] { (void)numbers.try_receive_for(moment); }, [] { ctx.cancel(); }});
    heddle::expect(numbers.try_receive().status() == heddle::receive_status::gave_up, "open");
    numbers.close();
  };
  heddle::passes("static", body);
  heddle::passes("static_again", body);
}

BOOST_AUTO_TEST_SUITE_END()
