// What every rank does: the search in the part that it has.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include <heddle/checker/divided.hpp>
#include <heddle/checker/mpi/mailbox.hpp>
#include <heddle/scheduler/strategy.hpp>

namespace heddle::detail {

class rank_worker {
  using steady_clock = std::chrono::steady_clock;
  using moment = steady_clock::time_point;
  // A part is worth its way if it takes some time.
  static constexpr auto least_between_splits = std::chrono::milliseconds(1);

 public:
  rank_worker(divided_search& search, mailbox& mail)
      : search_(search), choices_(search.choices()), mail_(mail) {
    search_.forget();
    choices_.forget_open();
  }

  [[nodiscard]] bool busy() const noexcept { return busy_; }
  [[nodiscard]] bool stopped() const noexcept { return stopped_; }

  void handle(const message& one) {
    byte_reader from(one.content.data(), one.content.size());
    switch (one.kind) {
      case message_kind::work:
        take(from);
        break;
      case message_kind::split:
        asked_ = busy_;
        break;
      case message_kind::limit:
        read(from, limit_.emplace());
        break;
      case message_kind::state:
        tell();
        break;
      case message_kind::stop:
        tell();
        stopped_ = true;
        busy_ = false;
        break;
      default:
        break;
    }
  }

  void step() {
    if (asked_) give();
    advance();
  }

 private:
  void take(byte_reader& from) {
    search_part part;
    read(from, part);
    const std::string wrong = choices_.adopt(part);
    if (!wrong.empty()) {
      byte_writer text;
      write_text(text, wrong);
      send(message_kind::refused, text);
      return;
    }
    busy_ = true;
    asked_ = false;
    latest_split_ = steady_clock::now();
  }

  void give() {
    const moment now = steady_clock::now();
    if (now - latest_split_ < least_between_splits) return;
    search_part part;
    if (!choices_.split(part)) return;
    asked_ = false;
    latest_split_ = now;
    byte_writer content;
    write(content, part);
    send(message_kind::part, content);
  }

  void advance() {
    if (!choices_.begin()) return rest();
    const search_path path = choices_.path();
    // All that is open comes after it.
    if (limit_ && path > *limit_) {
      choices_.forget_open();
      return rest();
    }
    byte_writer content;
    switch (search_.visit()) {
      case divided_search::step::went_on:
        return;
      case divided_search::step::found:
        write(content, path);
        for (const std::uint8_t each : search_.take_finding()) content.byte(each);
        send(message_kind::found, content);
        limit_ = path;
        return;
      case divided_search::step::weaker:
        write(content, path);
        send(message_kind::weaker, content);
        limit_ = path;
        break;
      case divided_search::step::inapplicable:
        send(message_kind::inapplicable, content);
        break;
    }
    choices_.forget_open();
    rest();
  }

  void rest() {
    busy_ = asked_ = false;
    send(message_kind::idle, {});
  }

  void tell() {
    while (busy_ && choices_.repeats()) advance();
    search_state state;
    state.counted = search_.counted();
    if (busy_) state.open = choices_.save();
    state.bound = choices_.bound_to_process();
    asked_ = false;
    byte_writer content;
    write(content, state);
    send(message_kind::told, content);
  }

  void send(message_kind kind, const byte_writer& content) { mail_.send(0, kind, content.bytes()); }

  divided_search& search_;
  strategy& choices_;
  mailbox& mail_;
  bool busy_ = false, asked_ = false, stopped_ = false;
  std::optional<search_path> limit_;
  moment latest_split_;
};

}  // namespace heddle::detail
