// Sends that nobody receives (GoKer: grpc_660, cockroach_24808, moby_4395, grpc_1687).
#include <cstddef>

#include <heddle/checker/model.hpp>
#include <heddle/models/bugs/words.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/channel.hpp>
#include <heddle/sync/select.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/sync/wait_group.hpp>

namespace heddle::bugs {

namespace {

struct one_channel {
  one_channel(std::size_t capacity, const char* name) : of(capacity, name) {}
  channel<int> of;
};
using shared_channel = owned<one_channel>;

// A benchmark that asks again and again until it is stopped; then the latest answer is not wanted.
void ask_until_stopped(std::size_t capacity) {
  const auto stop = shared_channel::make(std::size_t{0}, "stop");
  go([stop, capacity] {
    constexpr int rounds = 2;
    for (int i = 0; i < rounds; ++i) {
      const auto answer = shared_channel::make(capacity, "answer");
      go([answer] { answer->of.send(static_cast<int>(choose(2))); });
      bool stopped = false;
      select(on_receive(stop->of, [&] { stopped = true; }), on_receive(answer->of));
      if (stopped) return;
    }
    (void)stop->of.receive();
  });
  go([stop] { stop->of.send(1); });
}

const large_model answer_fits{{
    .name = "bugs/grpc_660",
    .body = [] { ask_until_stopped(1); },
    .summary = "an answer fits into its channel, wanted or not",
    .complaint = not_exhaustive,
}};

const model_registration answer_unwanted{{
    .name = "bugs/grpc_660_unwanted",
    .expected = finding_kind::stuck_threads,
    .body = [] { ask_until_stopped(0); },
    .summary = "whoever asked has left, and the answer waits for ever",
}};

struct compactor {
  channel<int> wake{1, "wake"};
  channel<int> stop{0, "stop"};
  wait_group workers;
};

void work_until_stopped(const owned<compactor>& of) {
  bool stopped = false;
  while (!stopped) {
    select(on_receive(of->stop, [&] { stopped = true; }), on_receive(of->wake));
  }
  of->workers.done();
}

// Broken: the start sends into a channel that is full, before there is somebody to receive.
void start_compactor(bool waits) {
  const auto all = owned<compactor>::make();
  all->wake.send(1);
  int token = 1;
  if (waits) {
    all->wake.send(token);
  } else {
    select(on_send(all->wake, std::move(token)), otherwise());
  }
  all->workers.add(1);
  go([all] { work_until_stopped(all); });
  all->stop.close();
}

const model_registration tries{{
    .name = "bugs/cockroach_24808",
    .body = [] { start_compactor(false); },
    .summary = "the token is sent only if there is room",
    .complaint = not_exhaustive,
}};

const model_registration waits{{
    .name = "bugs/cockroach_24808_waits",
    .expected = finding_kind::deadlock,
    .body = [] { start_compactor(true); },
    .summary = "a send into a full channel, whose receiver starts afterwards",
}};

// Gives back a channel on which an error will come.
shared_channel attach(std::size_t capacity) {
  auto result = shared_channel::make(capacity, "error");
  go([result] { result->of.send(1); });
  return result;
}

const model_registration error_fits{{
    .name = "bugs/moby_4395",
    .body = [] { (void)attach(1); },
    .summary = "the error fits into the channel",
    .complaint = not_exhaustive,
}};

const model_registration error_unread{{
    .name = "bugs/moby_4395_unread",
    .expected = finding_kind::stuck_threads,
    .body = [] { (void)attach(0); },
    .summary = "nobody reads the channel of the error",
}};

struct transport {
  channel<int> items{0, "items"};
  channel<int> gone{0, "gone"};
};

void submit(const owned<transport>& to) {
  int item = 1;
  bool over = false;
  select(on_receive(to->gone, [&] { over = true; }), otherwise());
  if (!over) select(on_send(to->items, std::move(item)), on_receive(to->gone));
}

// Broken: the channel of the items is closed, and nobody says that all is over.
void serve(bool says_so) {
  const auto all = owned<transport>::make();
  go([all, says_so] {
    submit(all);
    if (says_so) all->gone.close();
    all->items.close();
    submit(all);
  });
  bool over = false;
  const auto run = [&](const received<int>& item) { over = !item; };
  while (!over) {
    select(on_receive(all->items, run), on_receive(all->gone, [&] { over = true; }));
  }
}

const model_registration says_so{{
    .name = "bugs/grpc_1687",
    .body = [] { serve(true); },
    .summary = "that all is over is told before the channel is closed",
    .complaint = not_exhaustive,
}};

const model_registration sends_on_closed{{
    .name = "bugs/grpc_1687_closed",
    .expected = finding_kind::misuse,
    .body = [] { serve(false); },
    .summary = "a send on a channel that is closed",
}};

}  // namespace

}  // namespace heddle::bugs
