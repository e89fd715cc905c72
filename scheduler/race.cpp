// Data races on plain variables, by epochs against happens-before.  Sound and precise for the
// executions visited, and cheap: a plain access is no step.
//
// Flanagan, Freund: FastTrack, PLDI 2009.  Differs in that reads always keep one epoch per thread.
#include <heddle/scheduler/current.hpp>
#include <heddle/scheduler/engine.hpp>

namespace heddle {

namespace {

std::string access_text(bool write, location where, const std::string& thread) {
  return std::string(write ? "write " : "read ") + describe(where) + " (" + thread + ")";
}

}  // namespace

void engine::plain_access(std::uint32_t slot, bool write, location where) {
  object_state& o = touch(slot, where, true);
  const auto race = [&](bool other_writes, location other_where, std::uint32_t other) {
    const location mine = user_location(where);
    // No temporary may live at fail(): that drops this frame, and with it what they hold.
    std::string text;
    if (o.complaint != nullptr) {
      text = std::string(o.complaint) + ": " + describe(other_where) + " (" + thread_text(other) +
             "), " + describe(mine) + " (" + thread_text(current_) + ")";
      fail({finding_kind::misuse, std::move(text), {}, where});
    }
    text = "data race on " + object_text(slot) + ": " +
           access_text(other_writes, other_where, thread_text(other)) + ", " +
           access_text(write, mine, thread_text(current_)) + "; no order between them";
    fail({finding_kind::data_race, std::move(text), {}, where});
  };
  if (o.writer != object_state::none && o.writer != current_ && knows(o.writer) < o.write_epoch) {
    race(true, o.written, o.writer);
  }
  if (!write) {
    o.clock.at[current_] = epoch() + 1;
    if (recording_on()) notes_.read_where[{slot, current_}] = user_location(where);
    return;
  }
  for (unsigned t = 0; t < count_; ++t) {
    if (t == current_ || o.clock.at[t] <= knows(t)) continue;
    const auto read = notes_.read_where.find({slot, t});
    race(false, read != notes_.read_where.end() ? read->second : location{}, t);
  }
  o.writer = current_;
  o.write_epoch = epoch() + 1;
  o.written = recording_on() ? user_location(where) : where;
  ++o.version;
  o.clock.clear(count_);
}

}  // namespace heddle
