// Clients of channel and select.
#include <heddle/tests/mutation/clients.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <memory>

#include <heddle/sync/atomic.hpp>
#include <heddle/sync/channel.hpp>
#include <heddle/sync/context.hpp>
#include <heddle/sync/select.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle::mutation {

namespace {

using namespace std::chrono_literals;

// Both sides see what the other did before.
void hand_over() {
  channel<int> numbers;
  shared<int> sent{0}, received_by{0};
  thread sender([&] {
    sent.set(1);
    numbers.send(7);
    expect(received_by.get() == 1, "the receive has not begun");
  });
  received_by.set(1);
  expect(*numbers.receive() == 7, "another element");
  expect(sent.get() == 1, "the send has not begun");
  sender.join();
}

void one_cell() {
  channel<int> numbers(1);
  thread sender([&] {
    numbers.send(1);
    numbers.send(2);
    numbers.close();
  });
  int expected = 0;
  for (const int each : numbers) expect(each == ++expected, "not in order");
  expect(expected == 2, "an element is lost");
  sender.join();
}

// The receive of the first makes room for the second.
void room_is_given_at_once() {
  channel<int> numbers(1);
  thread sender([&] {
    numbers.send(1);
    numbers.send(2);
  });
  expect(*numbers.receive() == 1, "not in order");
  sender.join();
  expect(numbers.len() == 1, "the second is not there");
}

// Without preemption a sender queues right after it has said so.
void first_come_first_served() {
  channel<int> numbers;
  atomic<int> came{0};
  const auto send = [&](int own) {
    came = 10 * came.load() + own;
    numbers.send(own);
  };
  thread first([&] { send(1); });
  thread second([&] { send(2); });
  thread receiver([&] {
    const int one = *numbers.receive();
    const int other = *numbers.receive();
    expect(came.load() == 10 * one + other, "the later one is served first");
  });
  first.join();
  second.join();
  receiver.join();
}

void two_senders_one_cell() {
  channel<int> numbers(1);
  thread first([&] { numbers.send(1); });
  thread second([&] { numbers.send(2); });
  const int one = *numbers.receive();
  expect(one + *numbers.receive() == 3, "not each once");
  first.join();
  second.join();
  expect(numbers.len() == 0, "one is left");
}

void two_receivers() {
  channel<int> numbers;
  shared<int> left{0}, right{0};
  thread first([&] { left.set(*numbers.receive()); });
  thread second([&] { right.set(*numbers.receive()); });
  numbers.send(1);
  numbers.send(2);
  first.join();
  second.join();
  expect(left.get() + right.get() == 3 && left.get() != right.get(), "not one each");
}

void close_ends_receivers() {
  channel<int> numbers;
  shared<int> data{0};
  const auto wait = [&] {
    expect(numbers.receive().status() == receive_status::closed, "not closed");
    expect(data.get() == 1, "the close orders nothing");
  };
  thread first(wait), second(wait);
  data.set(1);
  numbers.close();
  first.join();
  second.join();
}

void close_beside_a_sender() {
  channel<int> numbers;
  thread sender([&] { numbers.send(1); });
  numbers.close();
  sender.join();
}

void late_send_and_receive() {
  channel<int> numbers;
  shared<bool> sent{false};
  thread sender([&] { sent.set(numbers.try_send_for(1ms, 3)); });
  const bool got = numbers.try_receive_for(1ms).has_value();
  sender.join();
  expect(got == sent.get(), "told otherwise");
  expect(!numbers.try_receive(), "somebody waits still");
  outcome_is(got ? "handed over" : "late");
}

void cancelled_receive() {
  channel<int> numbers(1);
  auto ctx = with_cancel();
  shared<bool> got{false};
  thread receiver([&] { got.set(numbers.receive(ctx).has_value()); });
  thread user([&] { ctx.cancel(); });
  numbers.send(3);
  receiver.join();
  user.join();
  expect(numbers.try_receive().has_value() != got.get(), "not received once");
  outcome_is(got.get() ? "received" : "cancelled");
}

void cancelled_send_and_next() {
  channel<int> numbers;
  auto ctx = with_cancel();
  shared<bool> sent{false};
  thread first([&] { sent.set(numbers.send(ctx, 1)); });
  ctx.cancel();
  thread second([&] { numbers.send(2); });
  const int one = *numbers.receive();
  if (one == 1) expect(*numbers.receive() == 2, "the second is lost");
  first.join();
  second.join();
  expect(sent.get() == (one == 1), "told otherwise");
}

void facing_selects() {
  channel<int> down, up;
  shared<std::size_t> theirs{9};
  thread other([&] { theirs.set(select(on_send(up, 1), on_receive(down))); });
  int got = 0;
  const auto look = [&](received<int> x) { got = *x; };
  const std::size_t mine = select(on_receive(up, look), on_send(down, 2));
  other.join();
  expect(mine == theirs.get(), "each did another thing");
  expect(got == (mine == 0 ? 1 : 0), "what was received");
  expect(!up.try_receive() && !down.try_receive(), "somebody waits still");
  outcome_is(mine == 0 ? "up" : "down");
}

void select_meets_select() {
  channel<int> loop;
  const auto both = [&](int mine) {
    int got = 0;
    select(on_receive(loop, [&](received<int> x) { got = *x; }), on_send(loop, int(mine)));
    return got;
  };
  shared<int> theirs{0};
  thread other([&] { theirs.set(both(1)); });
  const int got = both(2);
  other.join();
  expect((got == 1 && theirs.get() == 0) || (got == 0 && theirs.get() == 2), "met itself");
}

void selects_in_opposite_order() {
  channel<int> a(1), b(1);
  thread other([&] { select(on_send(a, 1), on_send(b, 1)); });
  select(on_send(b, 2), on_send(a, 2));
  other.join();
  expect(a.len() + b.len() == 2, "an element is lost");
}

void select_between_two_senders() {
  channel<int> left, right;
  thread first([&] { left.send(1); });
  thread second([&] { right.send(2); });
  const std::size_t which = select(on_receive(left), on_receive(right));
  expect(*(which == 0 ? right : left).receive() == (which == 0 ? 2 : 1), "taken from both");
  first.join();
  second.join();
  outcome_is(which == 0 ? "left" : "right");
}

void select_sees_one_time() {
  channel<int> first(1), second(1);
  first.send(1);
  shared<bool> missed{false};
  thread other(
      [&] { select(on_receive(first), on_receive(second), otherwise([&] { missed.set(true); })); });
  second.send(1);
  select(on_receive(first), otherwise());
  other.join();
  expect(!missed.get(), "one of them was there");
}

void cancelled_select() {
  channel<int> out, in;
  auto ctx = with_cancel();
  shared<std::size_t> which{9};
  thread selector([&] { which.set(select(on_send(out, 7), on_receive(in), on_done(ctx))); });
  thread user([&] { ctx.cancel(); });
  const bool sent = in.try_send(3);
  const bool got = out.try_receive().has_value();
  selector.join();
  user.join();
  expect(which.get() == (got ? 0U : sent ? 1U : 2U), "told otherwise");
  expect(!(got && sent), "both cases");
  expect(!in.try_send(4) && !out.try_receive(), "somebody waits still");
  outcome_is(got ? "out" : sent ? "in" : "cancelled");
}

void choice_of_ready_cases() {
  channel<int> left(1), right(1);
  left.send(1);
  right.send(1);
  const std::size_t which = select(on_receive(left), on_receive(right));
  expect(left.len() + right.len() == 1, "both were received");
  outcome_is(which == 0 ? "left" : "right");
}

// A channel that is not there takes part in a select as if its case had not been written.
void absent_channel() {
  channel<int> numbers(1);
  channel<int>* const absent = nullptr;
  numbers.send(1);
  expect(select(on_receive(absent), on_receive(numbers)) == 1, "an absent channel was ready");
}

// The elements fill their block to the end; behind it another begins.
void keeps_to_its_cells() {
  using wide = std::array<int, 16>;
  const auto made = std::make_unique<channel<wide>>(1);
  const auto neighbour = std::make_unique<wide>();
  const auto pass = [&] {
    made->send(wide{7});
    expect((*made->receive())[0] == 7, "another element");
  };
  pass();
  pass();
  expect(neighbour->at(0) == 0, "an element lies outside of the cells");
}

void close_twice() {
  channel<int> numbers;
  numbers.close();
  numbers.close();
}

void len_beside_a_send() {
  channel<int> numbers(1);
  thread sender([&] { numbers.send(1); });
  const std::size_t seen = numbers.len();
  sender.join();
  expect(numbers.len() == 1, "the element is not there");
  outcome_is(seen == 0 ? "before" : "after");
}

// The one who is told touches the channel no more, nor does the one who tells.
void channel_goes_after_its_element() {
  thread sender;
  {
    channel<int> answer;
    sender = thread([&] { answer.send(1); });
    (void)answer.receive();
  }
  sender.join();
}

const client_set set({
    {.name = "channel_hand_over", .body = hand_over},
    {.name = "channel_choice_of_ready_cases",
     .body = choice_of_ready_cases,
     .outcomes = {"left", "right"}},
    {.name = "channel_one_cell", .body = one_cell, .preemptions = 4},
    {.name = "channel_lingering", .body = one_cell, .preemptions = 2, .processors = 2},
    {.name = "channel_room_is_given_at_once", .body = room_is_given_at_once},
    {.name = "channel_first_come_first_served", .body = first_come_first_served, .preemptions = 0},
    {.name = "channel_goes_after_its_element", .body = channel_goes_after_its_element},
    {.name = "channel_two_senders_one_cell", .body = two_senders_one_cell, .preemptions = 2},
    {.name = "channel_two_receivers", .body = two_receivers, .preemptions = 2},
    {.name = "channel_close_ends_receivers", .body = close_ends_receivers, .preemptions = 2},
    {.name = "channel_close_beside_a_sender",
     .body = close_beside_a_sender,
     .failures = {{finding_kind::misuse, "send on a closed channel"}}},
    {.name = "channel_absent", .body = absent_channel},
    {.name = "channel_keeps_to_its_cells", .body = keeps_to_its_cells},
    {.name = "channel_close_twice",
     .body = close_twice,
     .failures = {{finding_kind::misuse, "close of a closed channel"}}},
    {.name = "channel_len_beside_a_send",
     .body = len_beside_a_send,
     .outcomes = {"after", "before"}},
    {.name = "channel_late_send_and_receive",
     .body = late_send_and_receive,
     .outcomes = {"handed over", "late"}},
    {.name = "channel_cancelled_receive",
     .body = cancelled_receive,
     .preemptions = 3,
     .outcomes = {"cancelled", "received"}},
    {.name = "channel_cancelled_send_and_next", .body = cancelled_send_and_next, .preemptions = 2},
    {.name = "channel_facing_selects", .body = facing_selects, .outcomes = {"down", "up"}},
    {.name = "channel_select_meets_select", .body = select_meets_select},
    {.name = "channel_selects_in_opposite_order", .body = selects_in_opposite_order},
    {.name = "channel_select_between_two_senders",
     .body = select_between_two_senders,
     .preemptions = 2,
     .outcomes = {"left", "right"}},
    {.name = "channel_select_sees_one_time", .body = select_sees_one_time},
    {.name = "channel_cancelled_select",
     .body = cancelled_select,
     .preemptions = 2,
     .outcomes = {"cancelled", "in", "out"}},
});

}  // namespace

}  // namespace heddle::mutation
