// Messages between ranks; nobody ever waits for a message to be taken.
#pragma once

#include <mpi.h>

#include <cstdint>
#include <deque>
#include <list>
#include <optional>
#include <vector>

#include <heddle/checker/channel.hpp>
#include <heddle/scheduler/bytes.hpp>

namespace heddle::detail {

struct letter {
  int from;
  message one;
};

class mailbox {
 public:
  mailbox();
  /// Waits until all that was sent has been taken.
  ~mailbox();
  mailbox(const mailbox&) = delete;
  mailbox& operator=(const mailbox&) = delete;

  [[nodiscard]] int rank() const noexcept { return rank_; }
  [[nodiscard]] int size() const noexcept { return size_; }
  /// To oneself, too.
  void send(int to, message_kind kind, const std::vector<std::uint8_t>& content);
  [[nodiscard]] std::optional<letter> next();
  /// Rank 0's bytes become everybody's.
  void share(std::vector<std::uint8_t>& bytes) const;

 private:
  struct sent {
    std::vector<std::uint8_t> bytes;
    MPI_Request request;
  };
  int rank_ = 0, size_ = 1;
  std::list<sent> sent_;
  std::deque<letter> own_;
};

}  // namespace heddle::detail
