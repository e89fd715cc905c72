// Sends whose receiver has been cancelled (GoKer: cockroach_18101, kubernetes_25331).
#include <cstddef>
#include <utility>

#include <heddle/checker/model.hpp>
#include <heddle/models/bugs/words.hpp>
#include <heddle/sync/channel.hpp>
#include <heddle/sync/context.hpp>
#include <heddle/sync/select.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle::bugs {

namespace {

struct restore {
  explicit restore(std::size_t capacity) : ready(capacity, "ready") {}
  channel<int> ready;
  cancel_context ctx{background(), "restore"};
};

// Sends two items more than there is room for.  Broken: it does not mind the context.
void split(const owned<restore>& of, int items, bool minds) {
  bool cancelled = false;
  for (int i = 0; i < items && !cancelled; ++i) {
    int item = i;
    if (minds) {
      select(on_send(of->ready, std::move(item)), on_done(of->ctx, [&] { cancelled = true; }));
    } else {
      of->ready.send(item);
    }
  }
  of->ready.close();
}

void split_and_cancel(std::size_t capacity, bool minds) {
  const auto all = owned<restore>::make(capacity);
  go([all, capacity, minds] {
    go([all, capacity, minds] { split(all, static_cast<int>(capacity) + 2, minds); });
    while (all->ready.receive()) {
      select(on_done(all->ctx));
      return;
    }
  });
  go([all] { all->ctx.cancel(); });
}

// Has 1512863 executions, which takes longer than a run of all models is to take.
const large_model both_mind{{
    .name = "bugs/cockroach_18101",
    .body = [] { split_and_cancel(1, true); },
    .summary = "producer and consumer both mind the context",
}};

const model_registration does_not_mind{{
    .name = "bugs/cockroach_18101_not_minded",
    .expected = finding_kind::stuck_threads,
    .body = [] { split_and_cancel(6, false); },
    .summary = "the consumer is cancelled, and the producer sends on",
}};

struct watch {
  channel<int> errors{0, "errors"};
  channel<int> results{0, "results"};
  cancel_context ctx{background(), "watch"};
};

// Broken: the result is sent, though nobody need be there.
void pass_on(const owned<watch>& of, bool minds) {
  int result = 1;
  if (minds) {
    select(on_send(of->results, std::move(result)), on_done(of->ctx));
  } else {
    of->ctx.cancel();
    of->results.send(result);
  }
}

void run_watch(bool minds) {
  const auto all = owned<watch>::make();
  go([all, minds] {
    select(on_receive(all->errors, [&] { pass_on(all, minds); }), on_done(all->ctx));
  });
  go([all] {
    all->errors.send(1);
    all->ctx.cancel();
  });
}

const model_registration result_minds{{
    .name = "bugs/kubernetes_25331",
    .body = [] { run_watch(true); },
    .summary = "the result is sent, or the watch is over",
    .complaint = not_exhaustive,
}};

const model_registration result_waits{{
    .name = "bugs/kubernetes_25331_waits",
    .expected = finding_kind::stuck_threads,
    .body = [] { run_watch(false); },
    .summary = "the result waits for a receiver that never comes",
}};

}  // namespace

}  // namespace heddle::bugs
