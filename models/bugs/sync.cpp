// Two threads that wait for a number to become zero and to become more (SCTBench, sync01).
#include <heddle/checker/model.hpp>
#include <heddle/models/bugs/words.hpp>
#include <heddle/sync/cond.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle::bugs {

namespace {

void run(int start, bool takes) {
  mutex lock("number");
  cond empty("empty"), full("full");
  shared<int> number{start, "number"};
  thread producer([&] {
    lock.lock();
    while (number.get() > 0) empty.wait(lock);
    number.set(number.get() + 1);
    lock.unlock();
    full.signal();
  });
  thread consumer([&] {
    lock.lock();
    while (number.get() == 0) full.wait(lock);
    if (takes) number.set(number.get() - 1);
    lock.unlock();
    empty.signal();
  });
  producer.join();
  consumer.join();
}

const model_registration repaired{{
    .name = "bugs/sync01",
    .body = [] { run(0, true); },
    .summary = "the consumer takes one away",
    .complaint = not_exhaustive,
}};

const model_registration repaired_from_one{{
    .name = "bugs/sync01_from_one",
    .body = [] { run(1, true); },
    .summary = "the same, and there is one to begin with",
    .complaint = not_exhaustive,
}};

const model_registration never_taken{{
    .name = "bugs/sync01_never_taken",
    .expected = finding_kind::deadlock,
    .body = [] { run(1, false); },
    .summary = "the consumer takes nothing, and the producer waits for ever",
}};

}  // namespace

}  // namespace heddle::bugs
