#include <heddle/checker/mpi/mailbox.hpp>

#include <utility>

namespace heddle::detail {

mailbox::mailbox() {
  ::MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
  ::MPI_Comm_size(MPI_COMM_WORLD, &size_);
}

mailbox::~mailbox() {
  for (sent& each : sent_) ::MPI_Wait(&each.request, MPI_STATUS_IGNORE);
}

void mailbox::send(int to, message_kind kind, const std::vector<std::uint8_t>& content) {
  if (to == rank_) {
    own_.push_back({rank_, {kind, content}});
    return;
  }
  sent_.remove_if([](sent& each) {
    int taken = 0;
    ::MPI_Test(&each.request, &taken, MPI_STATUS_IGNORE);
    return taken != 0;
  });
  sent& one = sent_.emplace_back(sent{content, MPI_REQUEST_NULL});
  ::MPI_Isend(one.bytes.data(), static_cast<int>(one.bytes.size()), MPI_BYTE, to,
              static_cast<int>(kind), MPI_COMM_WORLD, &one.request);
}

std::optional<letter> mailbox::next() {
  if (!own_.empty()) {
    letter one = std::move(own_.front());
    own_.pop_front();
    return one;
  }
  int there = 0, length = 0;
  MPI_Status about;
  ::MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &there, &about);
  if (there == 0) return std::nullopt;
  ::MPI_Get_count(&about, MPI_BYTE, &length);
  letter one{about.MPI_SOURCE, {static_cast<message_kind>(about.MPI_TAG), {}}};
  one.one.content.resize(static_cast<std::size_t>(length));
  ::MPI_Recv(one.one.content.data(), length, MPI_BYTE, about.MPI_SOURCE, about.MPI_TAG,
             MPI_COMM_WORLD, MPI_STATUS_IGNORE);
  return one;
}

void mailbox::share(std::vector<std::uint8_t>& bytes) const {
  std::uint64_t length = bytes.size();
  ::MPI_Bcast(&length, 1, MPI_UINT64_T, 0, MPI_COMM_WORLD);
  bytes.resize(length);
  ::MPI_Bcast(bytes.data(), static_cast<int>(length), MPI_BYTE, 0, MPI_COMM_WORLD);
}

}  // namespace heddle::detail
