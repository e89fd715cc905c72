#include <heddle/scheduler/arena.hpp>

#include <sys/mman.h>

#include <cstring>
#include <new>

#include <heddle/scheduler/sanitizer.hpp>

namespace heddle {

namespace {

constexpr std::size_t granule = 16;
constexpr int fresh_pattern = 0xcd;
constexpr int freed_pattern = 0xdd;

std::byte* address_of(std::uint32_t region) noexcept {
  return reinterpret_cast<std::byte*>(arena_base + region_bytes * region);
}

block_header* header_of(void* block) noexcept { return static_cast<block_header*>(block) - 1; }

void put_header(std::byte* at, std::size_t bytes, block_header::status state, void* site) noexcept {
  sanitizer::unpoison(at, sizeof(block_header) + bytes);
  ::new (at) block_header{static_cast<std::uint32_t>(bytes), state, site};
}

}  // namespace

arena::~arena() {
  for (const region& r : regions_) {
    sanitizer::unpoison(r.begin, region_bytes);
    ::munmap(r.begin, region_bytes);
  }
}

arena::region* arena::mapped(std::uint32_t number) noexcept {
  for (region& r : regions_) {
    if (r.number == number) return &r;
  }
  return nullptr;
}

const arena::region* arena::mapped(std::uint32_t number) const noexcept {
  return const_cast<arena*>(this)->mapped(number);
}

arena::region& arena::map(std::uint32_t number) {
  std::byte* const wanted = address_of(number);
  void* const got =
      ::mmap(wanted, region_bytes, PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
  if (got != wanted) throw std::bad_alloc();
  return regions_.emplace_back(region{number, wanted, 0});
}

void* arena::allocate(std::uint32_t number, std::size_t bytes, std::size_t alignment, void* site) {
  if (bytes > region_bytes / 2 || alignment > region_bytes / 4) return nullptr;
  region* r = mapped(number);
  if (r == nullptr) r = &map(number);
  const std::size_t rounded = (bytes + granule - 1) / granule * granule;
  if (alignment > granule) {
    // A filler brings the payload of the next block to the alignment.
    const std::size_t payload = r->used + 2 * sizeof(block_header);
    const std::size_t filler = (alignment - payload % alignment) % alignment;
    if (payload + filler + rounded > region_bytes) return nullptr;
    put_header(r->begin + r->used, filler, block_header::status::filler, nullptr);
    r->used += sizeof(block_header) + filler;
  }
  if (r->used + sizeof(block_header) + rounded > region_bytes) return nullptr;
  std::byte* const at = r->begin + r->used;
  put_header(at, rounded, block_header::status::live, site);
  r->used += sizeof(block_header) + rounded;
  std::byte* const payload = at + sizeof(block_header);
  std::memset(payload, fresh_pattern, rounded);
  if (rounded != bytes) sanitizer::poison(payload + bytes, rounded - bytes);
  return payload;
}

arena::release arena::free(void* block) noexcept {
  const region* const r = mapped(region_of(block));
  if (r == nullptr || static_cast<std::byte*>(block) > r->begin + r->used) return release::stale;
  block_header* const header = header_of(block);
  if (header->state != block_header::status::live) return release::again;
  header->state = block_header::status::freed;
  sanitizer::unpoison(block, header->bytes);
  std::memset(block, freed_pattern, header->bytes);
  sanitizer::poison(block, header->bytes);
  return release::done;
}

void arena::take_back(void* block, void* site) noexcept {
  block_header* const header = header_of(block);
  header->state = block_header::status::live;
  header->site = site;
  sanitizer::unpoison(block, header->bytes);
}

template <class Visit>
void arena::each_block(const region& in, Visit visit) {
  std::uint32_t ordinal = 0;
  for (std::size_t at = 0; at < in.used;) {
    const auto* const header = reinterpret_cast<const block_header*>(in.begin + at);
    if (header->state != block_header::status::filler) ++ordinal;
    if (visit(header, ordinal)) return;
    at += sizeof(block_header) + header->bytes;
  }
}

const block_header* arena::find(const void* address) const noexcept {
  const region* const r = mapped(region_of(address));
  const block_header* result = nullptr;
  if (r == nullptr) return result;
  each_block(*r, [&](const block_header* header, std::uint32_t) {
    const auto* const begin = reinterpret_cast<const std::byte*>(header + 1);
    if (address >= header && address < begin + header->bytes) result = header;
    return result != nullptr;
  });
  return result;
}

arena::located arena::first_live(std::uint32_t number) const noexcept {
  const region* const r = mapped(number);
  located result;
  if (r == nullptr) return result;
  each_block(*r, [&](const block_header* header, std::uint32_t ordinal) {
    if (header->state == block_header::status::live) result = {header, ordinal};
    return result.header != nullptr;
  });
  return result;
}

std::uint32_t arena::ordinal_of(const block_header* block) const noexcept {
  std::uint32_t result = 0;
  if (const region* const r = mapped(region_of(block)); r != nullptr) {
    each_block(*r, [&](const block_header* header, std::uint32_t ordinal) {
      result = ordinal;
      return header == block;
    });
  }
  return result;
}

void arena::reset() noexcept {
  for (region& r : regions_) r.used = 0;
}

}  // namespace heddle
