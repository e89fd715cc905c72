// The calls of two channels, and of select on both, as operations of their machine.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>
#include <utility>

#include <heddle/models/specs/channel.hpp>
#include <heddle/sync/channel.hpp>
#include <heddle/sync/select.hpp>
#include <heddle/tests/refinement/client.hpp>
#include <heddle/tests/refinement/judge.hpp>

namespace heddle::refinement {

struct channel_calls {
  static constexpr std::string_view name = "channel";
  enum call : unsigned {
    send,
    receive,
    try_send,
    try_receive,
    receive_for,
    close,
    choose,  ///< a select: receives from the first channel, or sends to the other
    receive_other
  };
  static constexpr std::array<std::string_view, 8> calls = {
      "send",        "receive", "try_send", "try_receive",
      "receive_for", "close",   "select",   "receive_other"};
  static constexpr unsigned variants = 2;  ///< the capacity of the first channel
  /// The machine does not say what happens before what.
  static constexpr unsigned clocks = 1;

  struct object {
    explicit object(unsigned variant) : first(variant, "first") {}
    heddle::channel<std::uint32_t> first;
    heddle::channel<std::uint32_t> other{0, "other"};
  };
  struct local {
    friend bool operator==(const local&, const local&) = default;
  };
  static bool makes(const local&, unsigned) { return true; }
  static void note(local&, unsigned, std::uint64_t) {}

  static std::uint64_t perform(object& with, unsigned what) {
    switch (what) {
      case send:
        with.first.send(element_of(what));
        return outcome{how::passed, 0, 0}.packed();
      case receive:
        return got(with.first.receive()).packed();
      case try_send:
        return outcome{with.first.try_send(element_of(what)) ? how::passed : how::none, 0, 0}
            .packed();
      case try_receive:
        return got(with.first.try_receive()).packed();
      case receive_for:
        return got(with.first.try_receive_for(std::chrono::microseconds(1))).packed();
      case close:
        with.first.close();
        return 0;
      case receive_other:
        return got(with.other.receive()).packed();
      default:
        return selected(with).packed();
    }
  }

  struct state {
    explicit state(unsigned variant = 0) { it.all[0].capacity = variant; }
    specs::channels::state it;
    friend bool operator==(const state&, const state&) = default;
  };
  static unsigned options(unsigned what, unsigned place) {
    return (what == choose && place == 0) || (what == receive_for && place == 1) ? 2 : 1;
  }
  static move<state> step(const state& now, unsigned what, unsigned thread, unsigned place,
                          unsigned option) {
    const auto put = [](state& next, const specs::channels::state& it) { next.it = it; };
    if (what == close) return moved(now, machine::close(now.it, 0), put);
    if (place == 1) return moved(now, machine::consume(now.it, thread, option), put);
    const bool at_once = what == try_send || what == try_receive;
    const auto answer = machine::perform(now.it, thread, cases_of(what), at_once, option);
    if (option >= answer.options) return {.blocks = true, .next = now};
    const auto made = moved(now, answer, put);
    const bool queued = outcome::unpacked(made.result).what == how::queued;
    return queued ? goes_on(made, 1) : made;
  }

 private:
  using machine = specs::channels;
  using outcome = machine::outcome;
  using how = machine::how;
  using received = heddle::received<std::uint32_t>;

  static constexpr std::uint32_t element_of(unsigned what) { return what + 10; }

  static outcome got(const received& what, std::uint8_t which = 0) {
    switch (what.status()) {
      case heddle::receive_status::received:
        return {how::passed, which, *what};
      case heddle::receive_status::closed:
        return {how::closed, which, 0};
      case heddle::receive_status::gave_up:
        break;
    }
    return {};
  }
  static outcome selected(object& with) {
    outcome result;
    std::uint32_t value = element_of(choose);
    heddle::select(heddle::on_receive(with.first, [&](received x) { result = got(x, 0); }),
                   heddle::on_send(with.other, std::move(value), [&] {
                     result = {how::passed, 1, 0};
                   }));
    return result;
  }
  static machine::cases cases_of(unsigned what) {
    machine::cases all;
    if (what == send || what == try_send) {
      all.push({0, true, element_of(what)});
    } else if (what == receive_other) {
      all.push({1, false, 0});
    } else {
      all.push({0, false, 0});
    }
    if (what == choose) all.push({1, true, element_of(what)});
    return all;
  }
};

}  // namespace heddle::refinement
