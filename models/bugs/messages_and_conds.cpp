// Conditions that nobody announces (GoKer: kubernetes_11298, moby_30408).
#include <cstddef>
#include <utility>

#include <heddle/checker/model.hpp>
#include <heddle/models/bugs/words.hpp>
#include <heddle/sync/channel.hpp>
#include <heddle/sync/cond.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/select.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle::bugs {

namespace {

struct notifier {
  mutex lock{"notifier"};
  cond changed{"changed"};
  channel<int> stop{0, "stop"}, finished{0, "finished"}, left{0, "left"};
  channel<int> told{1, "told"};  ///< of the repaired one
};

bool is_closed(channel<int>& which) {
  bool closed = false;
  select(on_receive(which, [&] { closed = true; }), otherwise());
  return closed;
}

// Signals once, unless it is stopped, and then waits to be.
void signal_once(const owned<notifier>& of, bool by_channel) {
  if (!is_closed(of->stop)) {
    if (by_channel) {
      int token = 1;
      select(on_send(of->told, std::move(token)), otherwise());
    } else {
      of->lock.lock();
      of->changed.signal();
      of->lock.unlock();
    }
    (void)of->stop.receive();
  }
  of->finished.close();
}

// Broken: a signal that comes before the waiter waits reaches nobody.
void serve_by_cond(const owned<notifier>& of) {
  of->lock.lock();
  while (!is_closed(of->finished)) {
    const auto woken = owned<channel<int>>::make(std::size_t{0}, "woken");
    go([of, woken] {
      of->changed.wait(of->lock);
      woken->close();
    });
    bool over = false;
    select(on_receive(of->finished,
                      [&] {
                        of->changed.signal();
                        (void)woken->receive();
                        over = true;
                      }),
           on_receive(*woken.operator->()));
    if (over) break;
  }
  of->lock.unlock();
}

void serve_by_channel(const owned<notifier>& of) {
  bool over = false;
  while (!over) {
    select(on_receive(of->finished, [&] { over = true; }), on_receive(of->told));
  }
}

void notify(bool by_channel) {
  const auto all = owned<notifier>::make();
  go([all, by_channel] {
    go([all, by_channel] { signal_once(all, by_channel); });
    if (!is_closed(all->stop)) {
      by_channel ? serve_by_channel(all) : serve_by_cond(all);
      (void)all->stop.receive();
    }
    all->left.close();
  });
  go([all] { all->stop.close(); });
  (void)all->left.receive();
}

const large_model by_channel{{
    .name = "bugs/kubernetes_11298",
    .body = [] { notify(true); },
    .summary = "a token in a channel waits for its receiver",
    .whole = true,
    .complaint = not_exhaustive,
}};

const model_registration by_cond{{
    .name = "bugs/kubernetes_11298_signal_lost",
    .expected = finding_kind::deadlock,
    .body = [] { notify(false); },
    .summary = "a signal comes before the one who is to wait for it waits",
}};

// An activation that fails: there will be no result, and there is an error.
void activate(bool minds_error) {
  mutex lock("plugin");
  cond ready("ready");
  shared<int> result{0, "result"};
  const shared<int> error{1, "error"};
  channel<int> done(0, "done");
  thread waiter([&] {
    lock.lock();
    while (result.get() == 0 && (!minds_error || error.get() == 0)) ready.wait(lock);
    lock.unlock();
    done.close();
  });
  (void)done.receive();
  waiter.join();
}

const model_registration minds_error{{
    .name = "bugs/moby_30408",
    .body = [] { activate(true); },
    .summary = "the wait is over with an error, too",
    .complaint = not_exhaustive,
}};

const model_registration ignores_error{{
    .name = "bugs/moby_30408_ignores_error",
    .expected = finding_kind::deadlock,
    .body = [] { activate(false); },
    .summary = "the wait is for a result that never comes",
}};

}  // namespace

}  // namespace heddle::bugs
