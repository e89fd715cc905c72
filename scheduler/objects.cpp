// Objects: registration, names, lifetime, holders.
#include <algorithm>
#include <cstring>
#include <iterator>

#include <heddle/scheduler/current.hpp>
#include <heddle/scheduler/engine.hpp>
#include <heddle/scheduler/image.hpp>
#include <heddle/scheduler/sanitizer.hpp>

namespace heddle {

namespace {

// Tells a place in the program from an address.
constexpr std::uint64_t outside_of_addresses = std::uint64_t{1} << 63;

std::uint64_t hash_of(const char* text) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (; *text != '\0'; ++text) {
    hash = (hash ^ static_cast<unsigned char>(*text)) * 0x100000001b3U;
  }
  return hash;
}

}  // namespace

void engine::add_object(control::object_ref& ref, std::uint32_t creator) {
  if (object_count_ == objects_.size()) objects_.emplace_back();
  object_state& o = objects_[object_count_];
  ref.execution = number_;
  ref.slot = object_count_++;
  o.kind = ref.kind;
  o.alive = true;
  o.preserved = o.released = false;
  o.name = ref.name;
  o.complaint = ref.complaint;
  o.creator = creator;
  if (creator == object_state::elsewhere) {
    // An address would differ between builds; the name, or else the kind, must do.
    o.ordinal = 0;
    o.id = mix(ref.name != nullptr ? hash_of(ref.name) : 0, static_cast<std::uint64_t>(ref.kind));
    o.built = 0;
    const auto place = image::place_of(&ref);
    o.portable = place.has_value();
    o.identity =
        mix(place ? *place | outside_of_addresses : reinterpret_cast<std::uintptr_t>(&ref));
  } else {
    thread_state& by = threads_[creator];
    o.ordinal = ++by.objects;
    o.id = mix(by.path, o.ordinal);
    o.built = epoch() + 1;
    o.identity = o.id;
    o.portable = true;
  }
  o.graph_location = graph::nowhere;
  o.writer = object_state::none;
  o.value = o.initial = ref.initial;
  o.version = 0;
  o.touched = 0;
  o.clock.clear(width_);
  o.accessed.clear(width_);
  o.history = o.futex = o.machine_clock = object_state::none;
  o.written = {};
  o.bound = o.sc_bound = o.sc_read = {};
}

// What an initialiser of a static builds is for every thread, and in the next execution it is there
// already: it takes no number among the thread's objects.
void engine::construct(control::object_ref& ref) {
  const bool initializes =
      std::any_of(initializations_.begin(), initializations_.end(),
                  [&](const initialization& i) { return i.thread == current_; });
  add_object(ref, initializes ? object_state::elsewhere : current_);
}

// One that is new to this execution, or none at all.
std::uint32_t engine::find_slot(const control::object_ref& ref, location where) {
  // A freed object is a finding, not the sanitizer's report: it must not be read.
  if (sanitizer::poisoned(&ref)) use_after_free(ref, where);
  if (ref.execution != number_) {
    if (arena::holds(&ref)) use_after_free(ref, where);
    for (const named_stack& s : stacks_) {
      if (s.stack.holds(&ref)) use_after_free(ref, where);
    }
    add_object(const_cast<control::object_ref&>(ref), object_state::elsewhere);
  }
  if (ref.slot >= object_count_) use_after_free(ref, where);
  return ref.slot;
}

// Of an object that is destroyed, or whose making is not ordered before.
void engine::fail_touch(const object_state& o, std::uint32_t slot, location where) {
  if (!o.alive) {
    fail({finding_kind::use_after_free,
          object_text(slot) + " is used after its destruction: " + describe(user_location(where)) +
              " (" + thread_text(current_) + ")",
          {},
          where});
  }
  fail({finding_kind::data_race,
        "data race on " + object_text(slot) + ": used " + describe(user_location(where)) + " (" +
            thread_text(current_) + "), built by " + thread_text(o.creator) +
            "; no order between them",
        {},
        where});
}

void engine::use_after_free(const control::object_ref& ref, location where) {
  const block_header* const block = arena::holds(&ref) ? heap_.find(&ref) : nullptr;
  std::string text = "use of memory that holds no object: ";
  if (block != nullptr && block->state == block_header::status::freed) {
    text = "use after free of allocation " + std::to_string(heap_.ordinal_of(block)) + ": ";
  }
  fail({finding_kind::use_after_free,
        text + describe(user_location(where)) + " (" + thread_text(current_) + ")",
        {},
        where});
}

// Not a step of its own: whatever another thread does with the object must be ordered with its
// destruction, and happens-before tells that in every interleaving.
void engine::destroy(control::object_ref& ref) {
  if (sanitizer::poisoned(&ref)) use_after_free(ref, {});
  if (ref.execution != number_ || ref.slot >= object_count_) return;
  object_state& o = objects_[ref.slot];
  if (!o.alive) {
    fail({finding_kind::double_free, object_text(ref.slot) + " is destroyed twice", {}, {}});
  }
  for (const holding& h : holdings_) {
    if (h.object != ref.slot) continue;
    fail({finding_kind::misuse,
          std::string(to_string(o.kind)) + " " + object_text(ref.slot) + " is destroyed while " +
              thread_text(h.thread) + " holds it since " + describe(h.since),
          {},
          h.since});
  }
  for (std::uint32_t t = 0; t < count_; ++t) {
    if (t == current_ || threads_[t].finished) continue;
    for (const control::call_frame* c = threads_[t].calls; c != nullptr; c = c->outer) {
      if (c->object != &ref || threads_[t].sleeps == sleep_kind::none) continue;
      fail({finding_kind::misuse,
            std::string(to_string(o.kind)) + " " + object_text(ref.slot) + " is destroyed while " +
                thread_text(t) + " waits in " + c->name + " " + describe(c->caller),
            {},
            c->caller});
    }
  }
  for (std::uint32_t t = 0; t < count_; ++t) {
    if (t == current_ || o.kind == object_kind::interior) continue;
    if (o.accessed.at[t] <= knows(t)) continue;
    fail({finding_kind::use_after_free,
          object_text(ref.slot) + " is destroyed by " + thread_text(current_) +
              " without an order after its last use by " + thread_text(t),
          {},
          {}});
  }
  o.alive = false;
}

std::string engine::object_text(std::uint32_t slot) const {
  const object_state& o = objects_[slot];
  if (o.name != nullptr) return '"' + std::string(o.name) + '"';
  const std::string kind(to_string(o.kind));
  if (o.creator == object_state::elsewhere) return "static " + kind;
  return kind + " #" + std::to_string(o.ordinal) + " of " + thread_text(o.creator);
}

void engine::own(std::uint32_t slot, ownership mode, location where) {
  holdings_.push_back({slot, current_, mode, user_location(where)});
  if (recording_on()) note_owned(slot, mode, true);
}

// Locks may be released by another thread than their holder.
void engine::release(std::uint32_t slot, ownership mode) {
  if (recording_on()) note_owned(slot, mode, false);
  const auto matches = [&](const holding& h) { return h.object == slot && h.mode == mode; };
  auto latest = std::find_if(holdings_.rbegin(), holdings_.rend(),
                             [&](const holding& h) { return matches(h) && h.thread == current_; });
  if (latest == holdings_.rend()) {
    latest = std::find_if(holdings_.rbegin(), holdings_.rend(), matches);
  }
  if (latest != holdings_.rend()) holdings_.erase(std::next(latest).base());
}

void engine::preserve(std::uint32_t slot, void* target, const control::keeper& how) {
  object_state& o = objects_[slot];
  if (o.preserved || o.creator != object_state::elsewhere) return;
  o.preserved = true;
  statics_.push_back({target, how.save(target), &how});
}

// What an abandoned execution has made of a static may be half done, and is dropped.
void engine::restore_statics() noexcept {
  for (const saved_static& s : statics_) {
    if (result.end == ending::completed) s.how->discard(s.target);
    s.how->restore(s.saved, s.target);
  }
  statics_.clear();
}

}  // namespace heddle
