// Appending one text buffer to another, each with a lock of its own (SCTBench,
// stringbuffer-jdk1.4).
//
// The buffers stand in static storage since nobody joins the thread that uses one of them.
#include <heddle/checker/model.hpp>
#include <heddle/models/bugs/words.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/guards.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle::bugs {

namespace {

/// Only lengths: no bug depends on the characters.
struct text_buffer {
  constexpr text_buffer(int initial, const char* name, const char* length_name) noexcept
      : lock(name), length(initial, length_name) {}
  mutex lock;
  shared<int> length;
};

constexpr int capacity = 16;
constinit text_buffer source{3, "source", "source length"};
constinit text_buffer target{0, "target", "target length"};

void replace_source() {
  {
    const lock_guard guard(source.lock);
    source.length.set(0);
  }
  const lock_guard guard(source.lock);
  source.length.set(source.length.get() + 3);
}

// The caller holds the lock of the target.
void add_to_target(int count) {
  expect(target.length.get() + count <= capacity, "the target has room");
  target.length.set(target.length.get() + count);
}

// Broken: the source may have become shorter when its characters are copied.
void append_in_two_sections() {
  const lock_guard guard(target.lock);
  int count = 0;
  {
    const lock_guard source_guard(source.lock);
    count = source.length.get();
  }
  {
    const lock_guard source_guard(source.lock);
    expect(0 <= count && count <= source.length.get(), "the characters to copy are there");
  }
  add_to_target(count);
}

void append_in_one_section() {
  const lock_guard guard(target.lock);
  const lock_guard source_guard(source.lock);
  const int count = source.length.get();
  expect(0 <= count && count <= source.length.get(), "the characters to copy are there");
  add_to_target(count);
}

const model_registration repaired{{
    .name = "bugs/stringbuffer",
    .body =
        [] {
          go(replace_source);
          append_in_one_section();
        },
    .summary = "length and characters of the source are read under one lock",
    .complaint = not_exhaustive,
}};

const model_registration two_sections{{
    .name = "bugs/stringbuffer_two_sections",
    .expected = finding_kind::assertion,
    .body =
        [] {
          go(replace_source);
          append_in_two_sections();
        },
    .summary = "the source is erased between the reading of its length and the copying",
}};

}  // namespace

}  // namespace heddle::bugs
