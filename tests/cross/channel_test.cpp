// Channels against every platform.
#include <on_platform.hpp>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <utility>

#include <heddle/sync/channel.hpp>
#include <heddle/sync/context.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>

namespace {

using heddle::receive_status;
using namespace std::chrono_literals;

/// Its move constructor may throw, so it travels in a box.
class heavy {
 public:
  explicit heavy(int number) : number_(number) {}
  heavy(heavy&& other) : number_(std::exchange(other.number_, 0)) {
    if (number_ < 0) {
      other.number_ = number_;
      throw std::runtime_error("does not move");
    }
  }
  heavy& operator=(heavy&& other) noexcept {
    number_ = std::exchange(other.number_, 0);
    return *this;
  }
  [[nodiscard]] int number() const noexcept { return number_; }

 private:
  int number_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(channel)

BOOST_AUTO_TEST_CASE(an_element_is_handed_over_and_both_sides_meet) {
  cross::run("an_element_is_handed_over_and_both_sides_meet", [] {
    heddle::channel<int> numbers(0, "numbers");
    heddle::shared<int> before_send{0}, before_receive{0};
    heddle::thread sender([&] {
      before_send.set(1);
      numbers.send(7);
      cross::require(before_receive.get() == 2, "the receive has begun when the send returns");
    });
    before_receive.set(2);
    const auto got = numbers.receive();
    cross::require(got.has_value() && *got == 7, "the element");
    cross::require(before_send.get() == 1, "what was before the send is seen");
    sender.join();
  });
}

BOOST_AUTO_TEST_CASE(elements_keep_their_order) {
  cross::run("elements_keep_their_order", [] {
    heddle::channel<int> numbers(1);
    heddle::thread sender([&] {
      for (int i = 1; i <= 3; ++i) numbers.send(i);
      numbers.close();
    });
    int expected = 0;
    for (const int each : numbers) cross::require(each == ++expected, "in order");
    cross::require(expected == 3, "all of them");
    sender.join();
  });
}

BOOST_AUTO_TEST_CASE(what_is_possible_without_a_wait) {
  cross::run("what_is_possible_without_a_wait", [] {
    heddle::channel<int> none, pair(2);
    cross::require(none.cap() == 0 && pair.cap() == 2, "capacities");
    cross::require(!none.try_send(1) && pair.try_send(1) && pair.try_send(2), "sends");
    cross::require(!pair.try_send(3) && pair.len() == 2, "it is full");
    cross::require(none.try_receive().status() == receive_status::gave_up, "nobody sends");
    pair.close();
    cross::require(*pair.try_receive() == 1 && *pair.receive() == 2, "the rest is received");
    cross::require(pair.try_receive().status() == receive_status::closed, "and then it is closed");
    cross::require(pair.receive().status() == receive_status::closed, "for good");
  });
}

// The receive of element n is ordered before the return of the send of element n + capacity.
BOOST_AUTO_TEST_CASE(a_channel_bounds_as_a_semaphore_does) {
  cross::run("a_channel_bounds_as_a_semaphore_does", [] {
    heddle::channel<char> permits(1, "permits");
    heddle::shared<int> inside{0};
    const auto enter = [&] {
      permits.send('x');
      inside.set(inside.get() + 1);
      permits.receive();
    };
    heddle::thread other(enter);
    enter();
    other.join();
    cross::require(inside.get() == 2, "both were inside, in turn");
  });
}

BOOST_AUTO_TEST_CASE(close_ends_every_receive) {
  cross::run("close_ends_every_receive", [] {
    heddle::channel<int> numbers;
    heddle::shared<int> data{0};
    const auto await_the_end = [&] {
      const auto got = numbers.receive();
      cross::require(got.status() == receive_status::closed && data.get() == 5, "closed");
    };
    heddle::thread first(await_the_end), second(await_the_end);
    data.set(5);
    numbers.close();
    first.join();
    second.join();
  });
}

BOOST_AUTO_TEST_CASE(each_element_goes_to_one_receiver) {
  cross::run("each_element_goes_to_one_receiver", [] {
    heddle::channel<int> numbers(1);
    heddle::shared<int> left{0}, right{0};
    heddle::thread a([&] { left.set(*numbers.receive()); });
    heddle::thread b([&] { right.set(*numbers.receive()); });
    numbers.send(1);
    numbers.send(2);
    a.join();
    b.join();
    cross::require(left.get() + right.get() == 3 && left.get() != right.get(), "one each");
  });
}

BOOST_AUTO_TEST_CASE(a_send_that_is_cancelled_keeps_its_element) {
  cross::run("a_send_that_is_cancelled_keeps_its_element", [] {
    heddle::channel<std::unique_ptr<int>> boxes(0, "boxes");
    auto ctx = heddle::with_cancel(heddle::background(), "request");
    auto box = std::make_unique<int>(7);
    heddle::shared<bool> sent{false};
    heddle::thread sender([&] { sent.set(boxes.send(ctx, std::move(box))); });
    heddle::thread user([&] { ctx.cancel(); });
    const auto got = boxes.try_receive();
    sender.join();
    user.join();
    cross::require(sent.get() == got.has_value() && sent.get() == (box == nullptr),
                   "here or there, and told so");
    cross::require(!got || **got == 7, "whole");
  });
}

BOOST_AUTO_TEST_CASE(a_receive_that_is_cancelled_loses_nothing) {
  cross::run("a_receive_that_is_cancelled_loses_nothing", [] {
    heddle::channel<int> numbers(1);
    auto ctx = heddle::with_cancel();
    heddle::shared<bool> got{false};
    heddle::thread receiver([&] { got.set(numbers.receive(ctx).has_value()); });
    heddle::thread user([&] { ctx.cancel(); });
    numbers.send(3);
    receiver.join();
    user.join();
    cross::require(numbers.try_receive().has_value() != got.get(), "received once");
    cross::require(numbers.receive(ctx).status() == receive_status::gave_up, "done is done");
    cross::require(!numbers.send(ctx, 4) && numbers.len() == 0, "for sends too");
  });
}

BOOST_AUTO_TEST_CASE(a_deadline_beside_an_element_loses_nothing) {
  cross::run("a_deadline_beside_an_element_loses_nothing", [] {
    heddle::channel<int> numbers;
    heddle::shared<bool> sent{false};
    heddle::thread sender([&] { sent.set(numbers.try_send_for(20us, 3)); });
    const bool got = numbers.try_receive_for(20us).has_value();
    sender.join();
    cross::require(got == sent.get(), "handed over or not");
  });
}

BOOST_AUTO_TEST_CASE(those_behind_a_send_that_gives_up_go_on) {
  cross::run("those_behind_a_send_that_gives_up_go_on", [] {
    heddle::channel<int> numbers;
    auto ctx = heddle::with_cancel();
    heddle::shared<bool> first_sent{false};
    heddle::thread first([&] { first_sent.set(numbers.send(ctx, 1)); });
    heddle::thread second([&] { numbers.send(2); });
    ctx.cancel();
    const int got = *numbers.receive();
    const int next = got == 1 ? *numbers.receive() : 2;
    first.join();
    second.join();
    cross::require(next == 2 && first_sent.get() == (got == 1), "the second always, in order");
  });
}

BOOST_AUTO_TEST_CASE(an_element_whose_move_throws) {
  cross::run("an_element_whose_move_throws", [] {
    static_assert(!heddle::detail::moves_safely<heavy>);
    heddle::channel<heavy> things(1);
    bool thrown = false;
    heavy stuck(-1);
    try {
      (void)things.try_send(std::move(stuck));
    } catch (const std::runtime_error&) {
      thrown = true;
    }
    cross::require(thrown && things.len() == 0 && stuck.number() == -1, "nothing was sent");
    heavy first(1), second(2);
    cross::require(things.try_send(std::move(first)) && !things.try_send(std::move(second)),
                   "full");
    cross::require(first.number() == 0 && second.number() == 2, "gone, and kept");
    auto got = things.receive();
    cross::require(got->number() == 1, "received");
    const auto moved = std::move(got);
    cross::require(moved->number() == 1, "what was received moves without a throw");
  });
}

BOOST_AUTO_TEST_CASE(elements_that_are_left_are_destroyed) {
  cross::run("elements_that_are_left_are_destroyed", [] {
    heddle::channel<std::unique_ptr<int>> boxes(3);
    boxes.send(std::make_unique<int>(1));
    boxes.send(std::make_unique<int>(2));
    cross::require(**boxes.receive() == 1, "the first");
    boxes.send(std::make_unique<int>(3));
  });
}

// Neither side touches the channel once the other has been told.
BOOST_AUTO_TEST_CASE(a_channel_may_go_once_its_last_element_is_there) {
  cross::run("a_channel_may_go_once_its_last_element_is_there", [] {
    heddle::thread sender;
    {
      heddle::channel<int> answer(0, "answer");
      sender = heddle::thread([&] { answer.send(1); });
      cross::require(*answer.receive() == 1, "the answer");
    }
    sender.join();
    {
      heddle::channel<int> answer(1, "answer");
      sender = heddle::thread([&] { answer.send(1); });
      cross::require(*answer.receive() == 1, "the answer");
    }
    sender.join();
  });
}

BOOST_AUTO_TEST_SUITE_END()
