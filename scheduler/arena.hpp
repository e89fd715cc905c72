// The heap of an execution: a region of addresses for each thread, so that an address is a function
// of (thread, its n-th allocation, size), the same in every linear order of an execution.  Freed
// memory is poisoned and not used again; a reset forgets everything in O(threads).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <heddle/sync/config.hpp>

namespace heddle {

/// Where regions and stacks lie; fixed, so that addresses are the same in every process.  The
/// sanitizers keep their shadow memory elsewhere each.
inline constexpr std::uintptr_t arena_base = address_sanitizer  ? 0x2000'0000'0000
                                             : thread_sanitizer ? 0x0040'0000'0000
                                                                : 0x1000'0000'0000;
inline constexpr std::size_t region_bytes = std::size_t{1} << 28;
inline constexpr std::uint32_t region_count = 1U << 14;
inline constexpr std::uintptr_t stacks_base = arena_base + region_bytes * region_count;
inline constexpr std::size_t stack_span = std::size_t{1} << 24;

/// Stands before each block.
struct block_header {
  enum class status : std::uint32_t { live = 0x6c697665, freed = 0x66726565, filler = 0x66696c6c };
  std::uint32_t bytes;  // of the payload, rounded up to 16
  status state;
  void* site;  // the return address of the allocation
};
static_assert(sizeof(block_header) == 16);

class arena {
 public:
  arena() = default;
  arena(const arena&) = delete;
  arena& operator=(const arena&) = delete;
  ~arena();

  /// The next block of `region`, filled with a pattern; null when the region is full.  Throws
  /// std::bad_alloc if the region cannot be mapped.
  void* allocate(std::uint32_t region, std::size_t bytes, std::size_t alignment, void* site);

  enum class release : std::uint8_t { done, again, stale };
  /// `again`: the block was freed before; `stale`: it belongs to an earlier execution.
  release free(void* block) noexcept;
  /// Makes a freed block live again.
  static void take_back(void* block, void* site) noexcept;

  [[nodiscard]] static bool holds(const void* address) noexcept {
    const auto bits = reinterpret_cast<std::uintptr_t>(address);
    return bits - arena_base < region_bytes * region_count;
  }

  /// The block that `address` lies in, whatever its state; null if none.  Linear in the blocks.
  [[nodiscard]] const block_header* find(const void* address) const noexcept;
  /// The first block of `region` that is live, and its ordinal among the region's blocks from 1.
  struct located {
    const block_header* header = nullptr;
    std::uint32_t ordinal = 0;
  };
  [[nodiscard]] located first_live(std::uint32_t region) const noexcept;
  [[nodiscard]] std::uint32_t ordinal_of(const block_header* block) const noexcept;
  [[nodiscard]] static std::uint32_t region_of(const void* address) noexcept {
    return static_cast<std::uint32_t>((reinterpret_cast<std::uintptr_t>(address) - arena_base) /
                                      region_bytes);
  }

  /// Forgets all blocks.
  void reset() noexcept;

 private:
  struct region {
    std::uint32_t number = 0;
    std::byte* begin = nullptr;
    std::size_t used = 0;
  };
  region* mapped(std::uint32_t number) noexcept;
  [[nodiscard]] const region* mapped(std::uint32_t number) const noexcept;
  region& map(std::uint32_t number);
  template <class Visit>
  static void each_block(const region& in, Visit visit);

  std::vector<region> regions_;  // a few: one for each thread name seen so far
};

}  // namespace heddle
