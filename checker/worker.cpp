#include <heddle/checker/worker.hpp>

#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <optional>

#include <heddle/checker/options.hpp>
#include <heddle/scheduler/current.hpp>
#include <heddle/scheduler/overflow.hpp>

namespace heddle::detail {

namespace {

using std::chrono::steady_clock;

// A part is worth its way if it takes some time.
constexpr auto least_between_splits = std::chrono::milliseconds(1);

class worker {
 public:
  worker(divided_search& search, channel& parent, worker_page& page, allowance& allowed)
      : search_(search),
        choices_(search.choices()),
        parent_(parent),
        page_(page),
        allowed_(allowed) {}

  void run() {
    search_.forget();
    choices_.forget_open();
    while (!stopped_) {
      const bool waits = !busy_ || capped_;
      if (waits) parent_.wait();
      if (waits || page_.attention.exchange(0, std::memory_order_relaxed) != 0) listen();
      if (!busy_ || capped_) continue;
      if (asked_) give();
      step();
    }
  }

 private:
  void listen() {
    do {
      if (!parent_.receive()) ::_exit(0);
      while (const auto one = parent_.next()) handle(*one);
      if (parent_.has_part()) parent_.wait();
    } while (parent_.has_part());
  }

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
    const auto now = steady_clock::now();
    if (now - latest_split_ < least_between_splits) return;
    search_part part;
    if (!choices_.split(part)) return;
    asked_ = false;
    latest_split_ = now;
    byte_writer content;
    write(content, part);
    send(message_kind::part, content);
  }

  void step() {
    if (allowed_.fetch_sub(1, std::memory_order_relaxed) <= 0) {
      capped_ = true;
      send(message_kind::capped, {});
      return;
    }
    advance();
  }

  // What is run once more is not open meanwhile, and would be lost to whoever asks for that.
  void settle() {
    while (busy_ && choices_.repeats()) {
      allowed_.fetch_sub(1, std::memory_order_relaxed);
      advance();
    }
  }

  void advance() {
    if (!choices_.begin()) return rest();
    const search_path& path = choices_.path();
    // All that is open comes after it.
    if (limit_ && path > *limit_) {
      choices_.forget_open();
      return rest();
    }
    const std::size_t shown = std::min(path.size(), page_.path.size());
    std::copy_n(path.begin(), shown, page_.path.begin());
    page_.path_length = static_cast<std::uint32_t>(shown);
    page_.visiting.store(true, std::memory_order_relaxed);
    const divided_search::step made = search_.visit();
    page_.visiting.store(false, std::memory_order_relaxed);
    switch (made) {
      case divided_search::step::went_on:
        break;
      case divided_search::step::found:
        found(path);
        break;
      case divided_search::step::weaker:
        weaker(path);
        return rest();
      case divided_search::step::inapplicable:
        send(message_kind::inapplicable, {});
        choices_.forget_open();
        return rest();
    }
    count();
  }

  void found(const search_path& path) {
    byte_writer content;
    write(content, path);
    for (const std::uint8_t each : search_.take_finding()) content.byte(each);
    send(message_kind::found, content);
    limit_ = path;
  }

  void weaker(const search_path& path) {
    byte_writer content;
    write(content, path);
    send(message_kind::weaker, content);
    limit_ = path;
    choices_.forget_open();
  }

  void count() {
    const auto [executions, blocked] = search_.counts();
    // One that is not worth its end is none.
    if (executions == page_.executions.load(std::memory_order_relaxed)) {
      allowed_.fetch_add(1, std::memory_order_relaxed);
    }
    page_.executions.store(executions, std::memory_order_relaxed);
    page_.blocked.store(blocked, std::memory_order_relaxed);
  }

  // Without an execution.
  void rest() {
    allowed_.fetch_add(1, std::memory_order_relaxed);
    busy_ = asked_ = false;
    send(message_kind::idle, {});
  }

  void tell() {
    settle();
    search_state state;
    state.counted = search_.counted();
    if (busy_) state.open = choices_.save();
    state.bound = choices_.bound_to_process();
    // Nothing of it may come a second time, in a part of its own, before all have told.
    asked_ = false;
    byte_writer content;
    write(content, state);
    send(message_kind::told, content);
  }

  void send(message_kind kind, const byte_writer& content) {
    if (!parent_.send(kind, content.bytes())) ::_exit(0);
  }

  divided_search& search_;
  strategy& choices_;
  channel& parent_;
  worker_page& page_;
  allowance& allowed_;
  bool busy_ = false, asked_ = false, stopped_ = false, capped_ = false;
  std::optional<search_path> limit_;
  steady_clock::time_point latest_split_;
};

// A signal that a body causes ends this process, and the parent sees which one it was: handlers
// belong to the program that it was forked from.
void set_signals() {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (const int each : {SIGINT, SIGTERM}) ::signal(each, SIG_IGN);
  for (const int each : {SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGALRM}) {
    ::signal(each, SIG_DFL);
  }
  forget_previous_fault_handler();
}

worker_page* own_page = nullptr;

// Told by the parent, once for all workers; what is registered last comes first.
void note_exit() {
  if (own_page == nullptr || !controlled_flow) return;
  own_page->exited = true;
  std::fflush(nullptr);
  ::_exit(exit_usage);
}

void watch_for_exit(worker_page& page) {
  own_page = &page;
  static_cast<void>(std::atexit(note_exit));
  static_cast<void>(std::at_quick_exit(note_exit));
}

}  // namespace

void work(divided_search& search, channel& parent, worker_page& page, allowance& allowed) {
  set_signals();
  watch_for_exit(page);
  try {
    worker(search, parent, page, allowed).run();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "heddle: %s\n", error.what());
    std::fflush(nullptr);
    ::_exit(exit_environment);
  }
  std::fflush(nullptr);
  ::_exit(0);
}

}  // namespace heddle::detail
