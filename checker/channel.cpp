#include <heddle/checker/channel.hpp>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace heddle::detail {

namespace {

constexpr std::size_t head_bytes = 5;  // the length of the content, and the kind

}  // namespace

channel::~channel() { ::close(descriptor_); }

void channel::append(message_kind kind, const std::vector<std::uint8_t>& content) {
  if (sent_ == to_send_.size()) {
    to_send_.clear();
    sent_ = 0;
  }
  const auto length = static_cast<std::uint32_t>(content.size());
  for (unsigned i = 0; i < 4; ++i) to_send_.push_back(static_cast<std::uint8_t>(length >> (8 * i)));
  to_send_.push_back(static_cast<std::uint8_t>(kind));
  to_send_.insert(to_send_.end(), content.begin(), content.end());
}

void channel::post(message_kind kind, const std::vector<std::uint8_t>& content) {
  append(kind, content);
  flush();
}

void channel::flush() noexcept {
  while (has_unsent()) {
    const ssize_t n = ::send(descriptor_, to_send_.data() + sent_, to_send_.size() - sent_,
                             MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0 && errno == EINTR) continue;
    // Whether the other end is gone is seen by whoever receives.
    if (n < 0) return;
    sent_ += static_cast<std::size_t>(n);
  }
}

bool channel::send(message_kind kind, const std::vector<std::uint8_t>& content) {
  append(kind, content);
  while (has_unsent()) {
    const ssize_t n =
        ::send(descriptor_, to_send_.data() + sent_, to_send_.size() - sent_, MSG_NOSIGNAL);
    if (n < 0 && errno != EINTR) return false;
    if (n > 0) sent_ += static_cast<std::size_t>(n);
  }
  return true;
}

bool channel::receive() {
  std::array<std::uint8_t, 65536> part;
  while (true) {
    const ssize_t n = ::recv(descriptor_, part.data(), part.size(), MSG_DONTWAIT);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno == EAGAIN || errno == EWOULDBLOCK;
    if (n == 0) return false;
    received_.insert(received_.end(), part.data(), part.data() + n);
  }
}

std::optional<message> channel::next() {
  if (received_.size() - taken_ < head_bytes) return std::nullopt;
  const std::uint8_t* const head = received_.data() + taken_;
  std::size_t length = 0;
  for (unsigned i = 0; i < 4; ++i) length |= std::size_t{head[i]} << (8 * i);
  if (received_.size() - taken_ < head_bytes + length) return std::nullopt;
  message result{static_cast<message_kind>(head[4]),
                 {head + head_bytes, head + head_bytes + length}};
  taken_ += head_bytes + length;
  if (taken_ == received_.size()) {
    received_.clear();
    taken_ = 0;
  }
  return result;
}

void channel::wait() const noexcept {
  pollfd one{descriptor_, POLLIN, 0};
  ::poll(&one, 1, -1);
}

}  // namespace heddle::detail
