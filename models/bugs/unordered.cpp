// Plain variables that two threads use at once (GoKer: etcd_9446, kubernetes_80284, moby_27037).
#include <array>
#include <cstddef>
#include <map>

#include <heddle/checker/model.hpp>
#include <heddle/models/bugs/words.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/guards.hpp>
#include <heddle/sync/rw_mutex.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/sync/wait_group.hpp>

namespace heddle::bugs {

namespace {

// One thread empties a map while another looks something up.
void reset_and_look(bool locked) {
  rw_mutex lock("buffer");
  shared<std::map<int, int>> buffer{{}, "buffer"};
  wait_group all;
  all.add(3);
  go([&] {
    buffer.write().emplace(1, 1);
    go([&] {
      if (locked) lock.lock();
      if (!buffer.read().empty()) buffer.write().clear();
      if (locked) lock.unlock();
      all.done();
    });
    go([&] {
      if (locked) lock.lock_shared();
      (void)buffer.read().count(1);
      if (locked) lock.unlock_shared();
      all.done();
    });
    all.done();
  });
  all.wait();
}

const model_registration locked{{
    .name = "bugs/etcd_9446",
    .body = [] { reset_and_look(true); },
    .summary = "who empties the map locks, and who looks read-locks",
    .complaint = not_exhaustive,
}};

const model_registration not_locked{{
    .name = "bugs/etcd_9446_not_locked",
    .expected = finding_kind::data_race,
    .body = [] { reset_and_look(false); },
    .summary = "a map is emptied while somebody looks something up",
}};

// Two threads store the same callback.
void set_callbacks(bool set_before) {
  shared<int> callback{0, "callback"};
  wait_group all;
  all.add(2);
  if (set_before) callback.set(1);
  for (int i = 0; i < 2; ++i) {
    go([&] {
      if (set_before) {
        expect(callback.get() == 1, "it is set");
      } else {
        callback.set(1);
      }
      all.done();
    });
  }
  all.wait();
}

const model_registration set_once{{
    .name = "bugs/kubernetes_80284",
    .body = [] { set_callbacks(true); },
    .summary = "the callback is set before the threads start",
    .complaint = not_exhaustive,
}};

const model_registration set_twice{{
    .name = "bugs/kubernetes_80284_both_set",
    .expected = finding_kind::data_race,
    .body = [] { set_callbacks(false); },
    .summary = "both threads write the same value to one field",
}};

// Threads that are to say the number of their round.
void number_rounds(bool copies) {
  shared<int> round{17, "round"};
  wait_group all;
  for (; round.get() <= 21; round.set(round.get() + 1)) {
    all.add(1);
    if (copies) {
      go([&all, mine = round.get()] {
        expect(mine >= 17 && mine <= 21, "a round of its own");
        all.done();
      });
    } else {
      go([&] {
        (void)round.get();
        all.done();
      });
    }
  }
  all.wait();
}

const model_registration copied{{
    .name = "bugs/moby_27037",
    .body = [] { number_rounds(true); },
    .summary = "each thread has a copy of the number",
    .complaint = not_exhaustive,
}};

const model_registration captured{{
    .name = "bugs/moby_27037_captured",
    .expected = finding_kind::data_race,
    .body = [] { number_rounds(false); },
    .summary = "the threads read the loop's own variable",
}};

}  // namespace

}  // namespace heddle::bugs
