// The seqlock: what a reader gets was written in one go.
#include <heddle/models/structures/seqlock.hpp>

#include <heddle/scheduler/execution.hpp>

namespace heddle::structures {

namespace {

void read_while_written(seqlock_variant how) {
  seqlock subject(how);
  thread writer([&] {
    subject.write({1, 1});
    subject.write({2, 2});
  });
  const seqlock::pair seen = subject.read();
  expect(seen.first == seen.second, "both numbers are of one write");
  writer.join();
}

const correct_model correct{{
    .name = "structures/seqlock",
    .body = [] { read_while_written({}); },
    .summary = "two writes and a read",
}};

const broken_model odd(
    "structures/seqlock_odd", finding_kind::assertion,
    [] { read_while_written({.minds_odd = false}); },
    "a reader starts while a write is under way: mutation 86");

const broken_model blind(
    "structures/seqlock_blind", finding_kind::assertion,
    [] { read_while_written({.compares = false}); }, "a reader does not look a second time");

const broken_model read_unfenced(
    "structures/seqlock_read_unfenced", finding_kind::assertion,
    [] { read_while_written({.read_fence = false}); },
    "the second look may come before the data: mutation 87");

const broken_model write_unfenced(
    "structures/seqlock_write_unfenced", finding_kind::assertion,
    [] { read_while_written({.write_fence = false}); },
    "the data may be seen before the odd counter");

const broken_model even_relaxed(
    "structures/seqlock_even_relaxed", finding_kind::assertion,
    [] { read_while_written({.even = relaxed}); }, "the even counter may be seen before the data");

}  // namespace

}  // namespace heddle::structures
