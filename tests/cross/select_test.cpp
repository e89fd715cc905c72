// Select against every platform.
#include <on_platform.hpp>

#include <chrono>
#include <memory>
#include <utility>

#include <heddle/sync/channel.hpp>
#include <heddle/sync/context.hpp>
#include <heddle/sync/select.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>

namespace {

using heddle::on_receive;
using heddle::on_send;
using heddle::received;
using namespace std::chrono_literals;

}  // namespace

BOOST_AUTO_TEST_SUITE(selects)

BOOST_AUTO_TEST_CASE(the_first_that_comes_is_taken_and_no_other) {
  cross::run("the_first_that_comes_is_taken_and_no_other", [] {
    heddle::channel<int> left(0, "left"), right(0, "right");
    heddle::thread a([&] { left.send(1); });
    heddle::thread b([&] { right.send(2); });
    int sum = 0;
    for (int i = 0; i < 2; ++i) {
      int got = 0;
      const std::size_t which =
          heddle::select(on_receive(left, [&](received<int> x) { got = *x; }),
                         on_receive(right, [&](received<int> x) { got = *x; }));
      cross::require(got == (which == 0 ? 1 : 2), "the element of the case");
      sum += got;
    }
    cross::require(sum == 3, "each once");
    a.join();
    b.join();
  });
}

BOOST_AUTO_TEST_CASE(two_selects_that_face_each_other_do_one_thing) {
  cross::run("two_selects_that_face_each_other_do_one_thing", [] {
    heddle::channel<int> down(0, "down"), up(0, "up");
    heddle::shared<int> sent{0}, got{0};
    heddle::thread other([&] {
      heddle::select(on_send(up, 1, [&] { sent.set(1); }),
                     on_receive(down, [&](received<int> x) { got.set(*x); }));
    });
    int my_got = 0;
    const std::size_t which =
        heddle::select(on_receive(up, [&](received<int> x) { my_got = *x; }), on_send(down, 2));
    other.join();
    if (which == 0) {
      cross::require(my_got == 1 && sent.get() == 1 && got.get() == 0, "up");
    } else {
      cross::require(my_got == 0 && sent.get() == 0 && got.get() == 2, "down");
    }
  });
}

// Locked in whatever order the cases stand.
BOOST_AUTO_TEST_CASE(cases_in_opposite_order_do_not_deadlock) {
  cross::run("cases_in_opposite_order_do_not_deadlock", [] {
    heddle::channel<int> a(1), b(1);
    heddle::thread other([&] { heddle::select(on_send(a, 1), on_send(b, 1)); });
    heddle::select(on_send(b, 2), on_send(a, 2));
    other.join();
    cross::require(a.len() + b.len() == 2, "both have sent");
  });
}

BOOST_AUTO_TEST_CASE(a_select_does_not_meet_itself) {
  cross::run("a_select_does_not_meet_itself", [] {
    heddle::channel<int> loop;
    const auto both = [&](int mine) {
      int got = 0;
      heddle::select(on_receive(loop, [&](received<int> x) { got = *x; }),
                     on_send(loop, int(mine)));
      return got;
    };
    heddle::shared<int> theirs{0};
    heddle::thread other([&] { theirs.set(both(1)); });
    const int got = both(2);
    other.join();
    cross::require((got == 1 && theirs.get() == 0) || (got == 0 && theirs.get() == 2),
                   "one sends, the other receives");
  });
}

BOOST_AUTO_TEST_CASE(a_default_is_taken_only_if_nothing_is_ready) {
  cross::run("a_default_is_taken_only_if_nothing_is_ready", [] {
    heddle::channel<int> numbers(1);
    cross::require(heddle::select(on_receive(numbers), heddle::otherwise()) == 1, "empty");
    cross::require(heddle::select(on_send(numbers, 1), heddle::otherwise()) == 0, "room");
    cross::require(heddle::select(on_send(numbers, 1), heddle::otherwise()) == 1, "full");
    cross::require(heddle::select(heddle::otherwise(), on_receive(numbers)) == 1, "an element");
    heddle::channel<int>* const none = nullptr;
    cross::require(heddle::select(on_receive(none), heddle::otherwise()) == 1, "never");
  });
}

// There is an element in one of the two at any time.
BOOST_AUTO_TEST_CASE(a_select_with_a_default_sees_all_its_channels_at_one_time) {
  cross::run("a_select_with_a_default_sees_all_its_channels_at_one_time", [] {
    heddle::channel<int> first(1), second(1);
    first.send(1);
    heddle::shared<bool> missed{false};
    heddle::thread other([&] {
      heddle::select(on_receive(first), on_receive(second),
                     heddle::otherwise([&] { missed.set(true); }));
    });
    second.send(1);
    heddle::select(on_receive(first), heddle::otherwise());
    other.join();
    cross::require(!missed.get(), "one of them was there");
  });
}

BOOST_AUTO_TEST_CASE(a_cancelled_select_leaves_nothing_behind) {
  cross::run("a_cancelled_select_leaves_nothing_behind", [] {
    heddle::channel<std::unique_ptr<int>> out(0, "out");
    heddle::channel<int> in(0, "in");
    auto ctx = heddle::with_cancel(heddle::background(), "request");
    auto box = std::make_unique<int>(7);
    heddle::shared<std::size_t> which{9};
    heddle::thread selector([&] {
      which.set(heddle::select(on_send(out, std::move(box)), on_receive(in), heddle::on_done(ctx)));
    });
    heddle::thread user([&] { ctx.cancel(); });
    const bool sent = in.try_send(3);
    const bool got = out.try_receive().has_value();
    selector.join();
    user.join();
    cross::require(!(sent && got), "one case at most");
    cross::require(which.get() == (got ? 0U : sent ? 1U : 2U), "and told which");
    cross::require((box == nullptr) == got, "the element is here or there");
    cross::require(!in.try_send(4) && !out.try_receive(), "nobody waits any more");
  });
}

BOOST_AUTO_TEST_CASE(a_timeout_beside_an_element_loses_nothing) {
  cross::run("a_timeout_beside_an_element_loses_nothing", [] {
    heddle::channel<int> numbers;
    heddle::shared<bool> sent{false};
    heddle::thread sender([&] { sent.set(numbers.try_send_for(20us, 3)); });
    const std::size_t which = heddle::select(on_receive(numbers), heddle::on_timeout(20us));
    sender.join();
    cross::require((which == 0) == sent.get(), "received or not");
  });
}

BOOST_AUTO_TEST_CASE(the_deadline_of_a_context_ends_a_select) {
  cross::run("the_deadline_of_a_context_ends_a_select", [] {
    heddle::channel<int> numbers;
    const auto ctx = heddle::with_timeout(heddle::background(), 20us);
    const std::size_t which =
        heddle::select(on_receive(numbers), heddle::on_timeout(1h), heddle::on_done(ctx));
    cross::require(which == 2, "the context");
    cross::require(ctx.err() == heddle::context_error::deadline_exceeded, "its deadline");
  });
}

BOOST_AUTO_TEST_CASE(close_ends_a_select) {
  cross::run("close_ends_a_select", [] {
    heddle::channel<int> quit, numbers;
    heddle::thread other([&] { quit.close(); });
    bool closed = false;
    const auto look = [&](received<int> x) {
      closed = x.status() == heddle::receive_status::closed;
    };
    heddle::select(on_receive(numbers), on_receive(quit, look));
    other.join();
    cross::require(closed, "closed");
  });
}

BOOST_AUTO_TEST_CASE(one_channel_may_stand_in_several_cases) {
  cross::run("one_channel_may_stand_in_several_cases", [] {
    heddle::channel<int> numbers;
    heddle::thread sender([&] { numbers.send(1); });
    const std::size_t which = heddle::select(on_receive(numbers), on_receive(numbers));
    cross::require(which < 2, "one of them");
    sender.join();
    cross::require(!numbers.try_send(2), "and none is left");
  });
}

BOOST_AUTO_TEST_SUITE_END()
