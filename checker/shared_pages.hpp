#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <new>

#include <heddle/checker/worker.hpp>

namespace heddle::detail {

/// The pages of all workers, shared with them.
class shared_pages {
 public:
  shared_pages(unsigned count, std::int64_t allowed)
      : bytes_(count * sizeof(worker_page) + sizeof(allowance)) {
    void* const memory =
        ::mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    pages_ = static_cast<worker_page*>(memory);
    for (unsigned i = 0; i < count; ++i) new (&pages_[i]) worker_page{};
    allowed_ = new (&pages_[count]) allowance{allowed};
  }
  ~shared_pages() { ::munmap(pages_, bytes_); }
  shared_pages(const shared_pages&) = delete;
  shared_pages& operator=(const shared_pages&) = delete;

  [[nodiscard]] allowance& allowed() noexcept { return *allowed_; }
  [[nodiscard]] worker_page& operator[](std::size_t i) noexcept { return pages_[i]; }

 private:
  std::size_t bytes_;
  worker_page* pages_;
  allowance* allowed_;
};

}  // namespace heddle::detail
