// The value that is replaced while it is read.
#include <heddle/models/structures/publication.hpp>

#include <heddle/scheduler/execution.hpp>

namespace heddle::structures {

namespace {

void read_while_replaced(publication_variant how) {
  publication<2> subject(how);
  subject.replace(1);
  const auto read = [&](std::size_t reader) {
    const int seen = subject.read(reader);
    expect(seen == 1 || seen == 2, "a whole value");
  };
  thread first([&] { read(0); });
  thread second([&] { read(1); });
  subject.replace(2);
  first.join();
  second.join();
}

const correct_model correct{{
    .name = "structures/publication",
    .body = [] { read_while_replaced({}); },
    .summary = "two readers, while the value is replaced",
}};

const broken_model published_first(
    "structures/publication_first", finding_kind::data_race,
    [] { read_while_replaced({.publishes_first = true}); },
    "the pointer comes before the value: mutation 84");

const broken_model relaxed_store(
    "structures/publication_relaxed", finding_kind::data_race,
    [] { read_while_replaced({.publish = relaxed}); }, "the value is not published");

const broken_model no_wait(
    "structures/publication_no_wait", finding_kind::use_after_free,
    [] { read_while_replaced({.waits = false}); }, "a reader still reads what is freed");

const broken_model no_light(
    "structures/publication_no_light_fence", finding_kind::use_after_free,
    [] { read_while_replaced({.light = false}); }, "the flag may be seen too late: mutation 81");

const broken_model no_heavy(
    "structures/publication_no_heavy_fence", finding_kind::use_after_free,
    [] { read_while_replaced({.heavy = false}); }, "the flags may be read too early: mutation 81");

const broken_model leave(
    "structures/publication_leave_relaxed", finding_kind::use_after_free,
    [] { read_while_replaced({.leave = relaxed}); },
    "the last read is not ordered before the end of the value");

}  // namespace

}  // namespace heddle::structures
