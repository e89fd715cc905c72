// One of the processes that make a search: it takes parts of it from its parent, and gives parts of
// its own to others.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include <heddle/checker/channel.hpp>
#include <heddle/checker/divided.hpp>

namespace heddle::detail {

/// What parent and worker both see, without a message.
struct worker_page {
  std::atomic<std::uint32_t> attention;  ///< a message is on its way
  std::atomic<std::uint64_t> executions, blocked;
  std::atomic<bool> visiting;  ///< an execution that is not among these
  std::atomic<bool> exited;    ///< the body has called exit()
  // Where the present execution stands, for the parent to see when the worker has died of it.
  std::uint32_t path_length;
  std::array<std::uint32_t, 4000> path;
};

/// How many executions all workers together may still make.
using allowance = std::atomic<std::int64_t>;

/// Works until the parent says that it is enough, or is gone.
[[noreturn]] void work(divided_search& search, channel& parent, worker_page& page,
                       allowance& allowed);

}  // namespace heddle::detail
