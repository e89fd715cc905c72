// What strategies that look at the threads, but at no graph, are shown.
#include <heddle/scheduler/engine.hpp>

namespace heddle {

namespace {

// Whether the subject of the operation is an object, whose other operations it depends on.
constexpr bool has_object(op_kind kind) noexcept {
  switch (kind) {
    case op_kind::load:
    case op_kind::store:
    case op_kind::rmw:
    case op_kind::compare_exchange:
    case op_kind::plain_read:
    case op_kind::plain_write:
    case op_kind::futex_wait:
    case op_kind::futex_wake:
    case op_kind::machine:
      return true;
    default:
      return false;
  }
}

}  // namespace

// What the thread has announced, for a strategy that looks.
void engine::show(std::uint32_t thread) noexcept {
  const thread_state& t = threads_[thread];
  const op_kind kind = t.pending.kind;
  thread_view& seen = view_.threads[thread];
  const bool spawns = kind == op_kind::spawn;
  if (spawns && seen.next != op_kind::spawn) {
    seen.lead_file = seen.file;
    seen.lead_line = seen.line;
  }
  seen.object = has_object(kind) ? objects_[t.pending.subject].identity : 0;
  seen.file = t.pending.where.file;
  seen.line = t.pending.where.line;
  seen.next = kind;
  seen.reads = kind == op_kind::load || kind == op_kind::plain_read;
  seen.may_fail = kind == op_kind::rmw || kind == op_kind::compare_exchange ||
                  (kind == op_kind::machine && !t.call->may_block);
  const bool leads = seen.line == seen.lead_line && seen.file == seen.lead_file;
  view_.spawning &= ~bit(thread);
  if (spawns || (leads && seen.file != nullptr)) view_.spawning |= bit(thread);
}

}  // namespace heddle
