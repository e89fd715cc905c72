// Stops that wait for tasks while these start (GoKer: cockroach_1055, cockroach_4407).
#include <array>
#include <cstddef>
#include <vector>

#include <heddle/checker/model.hpp>
#include <heddle/models/bugs/words.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/channel.hpp>
#include <heddle/sync/guards.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/sync/wait_group.hpp>

namespace heddle::bugs {

namespace {

struct stopper {
  channel<int> stop{0, "stop"};
  wait_group workers, tasks;
  mutex lock{"stopper"};
  atomic<int> closing{0, "closing"};
};

// Broken: asks without the lock, and so begins a task that the stopper does not expect.
void work_broken(stopper& of) {
  if (of.closing.load() == 0) {
    of.lock.lock();
    of.tasks.add(1);
    of.lock.unlock();
  }
  (void)of.stop.receive();
  of.workers.done();
}

void work_repaired(stopper& of) {
  of.lock.lock();
  const bool begins = of.closing.load() == 0;
  if (begins) of.tasks.add(1);
  of.lock.unlock();
  if (begins) of.tasks.done();
  (void)of.stop.receive();
  of.workers.done();
}

void quiesce(stopper& of, bool last) {
  of.lock.lock();
  of.closing.store(1);
  of.tasks.wait();
  if (last) {
    of.stop.close();
    of.workers.wait();
  } else {
    of.closing.store(0);
  }
  of.lock.unlock();
}

void quiesce_repaired(stopper& of, bool last) {
  of.lock.lock();
  of.closing.store(1);
  of.lock.unlock();
  of.tasks.wait();
  if (last) {
    of.stop.close();
    of.workers.wait();
    return;
  }
  of.lock.lock();
  of.closing.store(0);
  of.lock.unlock();
}

template <std::size_t count>
void stop_all(bool repaired) {
  std::array<stopper, count> all;
  channel<int> end(0, "end");
  std::vector<thread> threads;
  threads.reserve(count + 1);
  for (stopper& each : all) {
    each.workers.add(1);
    threads.emplace_back([&each, repaired] { repaired ? work_repaired(each) : work_broken(each); });
  }
  threads.emplace_back([&] {
    for (const bool last : {false, true}) {
      for (stopper& each : all) {
        repaired ? quiesce_repaired(each, last) : quiesce(each, last);
      }
    }
    end.close();
  });
  (void)end.receive();
  for (thread& each : threads) each.join();
}

const model_registration asks_under_lock{{
    .name = "bugs/cockroach_1055",
    .body = [] { stop_all<1>(true); },
    .summary = "a task begins and ends under the lock, and the stopper waits without it",
    .complaint = not_exhaustive,
}};

const model_registration asks_without_lock{{
    .name = "bugs/cockroach_1055_asks_first",
    .expected = finding_kind::deadlock,
    .body = [] { stop_all<1>(false); },
    .summary = "the stopper holds the lock while it waits for tasks that need it",
}};

const model_registration asks_without_lock_large{{
    .name = "bugs/cockroach_1055_3_asks_first",
    .expected = finding_kind::deadlock,
    .body = [] { stop_all<3>(false); },
    .summary = "the same with three stoppers",
}};

struct server {
  channel<int> stop{0, "stop"};
  wait_group workers;
  mutex stopping{"stopping"}, serving{"serving"};
  shared<bool> stopped{false, "stopped"};
};

void add_worker(const owned<server>& of) {
  of->workers.add(1);
  go([of] {
    of->serving.lock();
    of->serving.unlock();
    of->workers.done();
  });
}

// Broken: workers are added while the stop may wait for them already.
void start_worker(const owned<server>& of, bool asks) {
  const lock_guard guard(of->serving);
  if (!asks) return add_worker(of);
  const lock_guard inner(of->stopping);
  if (!of->stopped.get()) add_worker(of);
}

void stop_server(std::size_t starters, bool asks) {
  const auto all = owned<server>::make();
  for (std::size_t i = 0; i < starters; ++i) {
    go([all, asks] { start_worker(all, asks); });
  }
  if (asks) {
    const lock_guard guard(all->stopping);
    all->stopped.set(true);
  }
  all->stop.close();
  all->workers.wait();
  all->stopping.lock();
  all->stopping.unlock();
}

const large_model asks{{
    .name = "bugs/cockroach_4407",
    .body = [] { stop_server(2, true); },
    .summary = "a worker is added only if the stop has not begun",
    .whole = true,
    .complaint = not_exhaustive,
}};

const model_registration adds_late{{
    .name = "bugs/cockroach_4407_adds_late",
    .expected = finding_kind::misuse,
    .body = [] { stop_server(2, false); },
    .summary = "a worker is added while the stop waits, or has waited",
}};

}  // namespace

}  // namespace heddle::bugs
