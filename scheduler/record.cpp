// What a recorded execution says of each step.
#include <algorithm>
#include <bit>
#include <cstdio>
#include <string_view>
#include <utility>

#include <heddle/scheduler/current.hpp>
#include <heddle/scheduler/engine.hpp>
#include <heddle/scheduler/symbolize.hpp>

namespace heddle {

std::string describe(location where) {
  if (where.file == nullptr) return "an unknown place";
  std::string_view file(where.file);
  if (const std::size_t slash = file.rfind('/'); slash != std::string_view::npos) {
    file.remove_prefix(slash + 1);
  }
  return std::string(file) + ":" + std::to_string(where.line);
}

std::string_view to_string(op_kind kind) noexcept {
  switch (kind) {
    case op_kind::load:
      return "load";
    case op_kind::store:
      return "store";
    case op_kind::rmw:
      return "read-modify-write";
    case op_kind::compare_exchange:
      return "compare-exchange";
    case op_kind::fence:
      return "fence";
    case op_kind::plain_read:
      return "read";
    case op_kind::plain_write:
      return "write";
    case op_kind::destroy:
      return "destroy";
    case op_kind::futex_wait:
      return "futex wait";
    case op_kind::futex_wake:
      return "futex wake";
    case op_kind::spawn:
      return "spawn";
    case op_kind::join:
      return "join";
    case op_kind::detach:
      return "detach";
    case op_kind::yield:
      return "yield";
    case op_kind::spin:
      return "spin";
    case op_kind::initialize:
      return "initialize";
    case op_kind::sleep:
      return "sleep";
    case op_kind::expired:
      return "expired";
    case op_kind::random:
      return "choose";
    case op_kind::live_threads:
      return "live_threads";
    case op_kind::machine:
      return "operation";
  }
  return "operation";
}

std::string_view to_string(object_kind kind) noexcept {
  switch (kind) {
    case object_kind::atomic:
      return "atomic";
    case object_kind::shared:
      return "shared";
    case object_kind::probe:
      return "probe";
    case object_kind::mutex:
      return "mutex";
    case object_kind::rw_mutex:
      return "rw_mutex";
    case object_kind::wait_group:
      return "wait_group";
    case object_kind::cond:
      return "cond";
    case object_kind::once:
      return "once";
    case object_kind::semaphore:
      return "semaphore";
    case object_kind::channel:
      return "channel";
    case object_kind::context:
      return "context";
    case object_kind::thread:
      return "thread";
    case object_kind::thread_slot:
      return "thread_slot";
    case object_kind::initialization:
      return "static";
    case object_kind::interior:
      return "part";
  }
  return "object";
}

// Where a call took no location (an operator, a standard guard), the stack tells: once recording.
location engine::user_location_now(location where) const {
  if (where.file != nullptr && !foreign_file(where.file)) return where;
  const location found = symbolize(user_frame(nullptr));
  return found.file != nullptr ? found : where;
}

// No address may show in a report: it is no part of what the token determines.
std::string engine::value_text(std::uint64_t value) const {
  const auto* const address = std::bit_cast<const void*>(value);
  if (arena::holds(address)) {
    if (const block_header* const block = heap_.find(address); block != nullptr) {
      for (unsigned t = 0; t < count_; ++t) {
        if (threads_[t].region != arena::region_of(address)) continue;
        return "allocation " + std::to_string(heap_.ordinal_of(block)) + " of " + thread_text(t);
      }
    }
    return "an address";
  }
  constexpr std::uint64_t lowest_address = std::uint64_t{1} << 40;
  constexpr std::uint64_t highest_address = std::uint64_t{1} << 47;
  if (value >= lowest_address && value < highest_address) return "an address";
  return std::to_string(value);
}

std::string engine::operation_text(const operation& op) const {
  std::string text(to_string(op.kind));
  if (op.kind == op_kind::join) {
    text += " " + thread_text(op.subject);
  } else if (op.subject < object_count_) {
    text += " " + object_text(op.subject);
  }
  if (op.where.file != nullptr) text += " " + describe(op.where);
  return text;
}

// Numbers of threads and slots depend on the interleaving; what they stand for does not.
std::uint64_t engine::subject_id(const operation& op) const noexcept {
  if (op.kind == op_kind::join) return threads_[op.subject].path;
  return op.subject < object_count_ ? objects_[op.subject].id : 0;
}

std::uint16_t engine::check_of(const operation& op) const noexcept {
  return static_cast<std::uint16_t>(mix(subject_id(op), static_cast<std::uint64_t>(op.kind)));
}

recorded_step engine::step_text(std::uint32_t thread, const operation& op) {
  recorded_step step;
  step.number = result.steps;
  step.thread = schedule_name(thread);
  step.text = step.does = to_string(op.kind);
  if (op.subject < object_count_ && op.kind != op_kind::join) {
    step.on = object_text(op.subject);
    step.text += " " + step.on;
    step.object = objects_[op.subject].identity;
    step.writes = op.kind != op_kind::load && op.kind != op_kind::plain_read;
  }
  step.where = op.where;
  const control::call_frame* outermost = threads_[thread].calls;
  while (outermost != nullptr && outermost->outer != nullptr) outermost = outermost->outer;
  if (outermost != nullptr) {
    step.does = outermost->name;
    step.on = object_text(outermost->slot);
    step.call = step.does + " " + step.on;
    step.where = outermost->caller;
  }
  return step;
}

void engine::record_step(const operation& op) {
  recorded_step step = step_text(current_, op);
  step.preempts = std::exchange(preempts_, false);
  note_known(current_);
  notes_.steps_of.resize(std::max<std::size_t>(notes_.steps_of.size(), count_));
  notes_.steps_of[current_].push_back(step.number);
  request_.record->steps.push_back(std::move(step));
}

// Of the version that the present step reads, or of the one that it makes.
void engine::note_access(const object_state& o, std::uint32_t version, bool writes) {
  std::uint32_t& by = notes_.written_by[{o.identity, version}];
  if (writes) {
    by = result.steps;
  } else {
    request_.record->steps.back().reads_from = by;
  }
}

// Before the first step of an execution nothing is owned, and to release something is a misuse.
void engine::note_owned(std::uint32_t slot, ownership mode, bool taken) {
  if (request_.record->steps.empty()) return;
  request_.record->steps.back().owns.push_back(
      {object_text(slot), taken, mode == ownership::shared});
}

// Of the thread's latest step, once it is over: by engine numbers, until the end.
void engine::note_known(std::uint32_t thread) {
  if (thread >= notes_.steps_of.size() || notes_.steps_of[thread].empty()) return;
  const auto& own = notes_.steps_of[thread];
  const auto& at = threads_[thread].clock.at;
  std::vector<std::uint32_t>& known = request_.record->steps[own.back() - 1].known;
  known.assign(at.begin(), at.begin() + count_);
  known[thread] = static_cast<std::uint32_t>(own.size());  // it may have begun its next one
}

// What threads know at their end, by the names of the recording; and what they would do next.
void engine::record_end() {
  notes_.steps_of.resize(count_);  // some may have made no step
  for (std::uint32_t t = 0; t < count_; ++t) note_known(t);
  for (recorded_step& step : request_.record->steps) {
    const std::vector<std::uint32_t> clock = std::exchange(step.known, {});
    step.known.resize(request_.record->threads.size());
    for (std::uint32_t t = 0; t < clock.size(); ++t) {
      const auto& numbers = notes_.steps_of[t];
      const std::size_t count = std::min<std::size_t>(clock[t], numbers.size());
      if (count > 0) step.known[schedule_name(t)] = numbers[count - 1];
    }
  }
  for (std::uint32_t t = 0; t < count_; ++t) {
    const thread_state& of = threads_[t];
    if (of.finished || !of.waits_to_perform) continue;
    recorded_step step = step_text(t, of.pending);
    step.number = 0;
    if (of.call != nullptr) {
      step.text = std::string(of.call->name) + " " + object_text(of.called_on);
    }
    step.waits_for = awaited_by(t);
    request_.record->pending.push_back(std::move(step));
  }
}

std::uint32_t preemptions_of(const recording& execution) noexcept {
  return static_cast<std::uint32_t>(
      std::count_if(execution.steps.begin(), execution.steps.end(),
                    [](const recorded_step& step) { return step.preempts; }));
}

void engine::record(std::string text) { request_.record->steps.back().text = std::move(text); }

}  // namespace heddle
