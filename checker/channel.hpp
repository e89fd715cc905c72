// Messages between a process and the one that it was forked from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace heddle::detail {

enum class message_kind : std::uint8_t {
  // To a worker.
  work,   ///< a part of the search
  split,  ///< give a part away as soon as you can
  limit,  ///< a path: forget what comes after it
  state,  ///< tell what you have counted, and what is open
  stop,   ///< the same, and then end
  // From a worker.
  idle,          ///< nothing is open
  part,          ///< one that was asked for
  told,          ///< what `state` and `stop` ask for
  found,         ///< a finding: its path, and what it is
  weaker,        ///< an access that rc11 allows more for: its path
  inapplicable,  ///< the strategy cannot express what the body does
  capped,        ///< no more executions are allowed
  refused,       ///< what was sent as work is none: why
};

struct message {
  message_kind kind;
  std::vector<std::uint8_t> content;
};

/// One end of a pair of connected sockets.  The parent only posts, and never waits; a worker sends,
/// and may wait, since the parent always reads.
class channel {
 public:
  explicit channel(int descriptor) noexcept : descriptor_(descriptor) {}
  ~channel();
  channel(const channel&) = delete;
  channel& operator=(const channel&) = delete;

  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

  /// Queues a message, and sends what can be sent at once.
  void post(message_kind kind, const std::vector<std::uint8_t>& content = {});
  [[nodiscard]] bool has_unsent() const noexcept { return sent_ < to_send_.size(); }
  void flush() noexcept;
  /// Sends; false if the other end is gone.
  [[nodiscard]] bool send(message_kind kind, const std::vector<std::uint8_t>& content = {});

  /// Reads what has come; false if the other end is gone, and nothing more will come.
  [[nodiscard]] bool receive();
  /// The next message that has come as a whole.
  [[nodiscard]] std::optional<message> next();
  /// True if the beginning of a message has come, and its end has not.
  [[nodiscard]] bool has_part() const noexcept { return taken_ < received_.size(); }
  /// Waits until there is something to receive.
  void wait() const noexcept;

 private:
  void append(message_kind kind, const std::vector<std::uint8_t>& content);

  int descriptor_;
  std::vector<std::uint8_t> to_send_, received_;
  std::size_t sent_ = 0, taken_ = 0;
};

}  // namespace heddle::detail
