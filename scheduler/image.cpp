#include <heddle/scheduler/image.hpp>

#include <elf.h>
#include <link.h>

#include <array>
#include <cstddef>
#include <fstream>
#include <vector>

#include <heddle/scheduler/object.hpp>

namespace heddle::image {

namespace {

/// A segment of the program, or of a library.
struct segment {
  std::uintptr_t begin, end;
  std::uint64_t place;  ///< of its begin
  bool code;
};

// The numbers of libraries stand above the offsets in them.
constexpr unsigned library_shift = 40;

int add_segments(dl_phdr_info* info, std::size_t, void* to) {
  auto& [all, libraries] = *static_cast<std::pair<std::vector<segment>, std::uint64_t>*>(to);
  for (unsigned i = 0; i < info->dlpi_phnum; ++i) {
    const ElfW(Phdr)& part = info->dlpi_phdr[i];
    if (part.p_type != PT_LOAD) continue;
    const std::uintptr_t begin = info->dlpi_addr + part.p_vaddr;
    all.push_back({begin, begin + part.p_memsz, (libraries << library_shift) + part.p_vaddr,
                   (part.p_flags & PF_X) != 0});
  }
  ++libraries;
  return 0;
}

// Of what was loaded when this was first asked.
const std::vector<segment>& segments() {
  static const std::vector<segment> all = [] {
    std::pair<std::vector<segment>, std::uint64_t> found;
    ::dl_iterate_phdr(add_segments, &found);
    return std::move(found.first);
  }();
  return all;
}

}  // namespace

std::optional<std::uint64_t> place_of(const void* address) noexcept {
  const auto at = reinterpret_cast<std::uintptr_t>(address);
  for (const segment& each : segments()) {
    if (at >= each.begin && at < each.end) return each.place + (at - each.begin);
  }
  return std::nullopt;
}

const void* code_at(std::uint64_t place) noexcept {
  for (const segment& each : segments()) {
    if (!each.code || place < each.place || place - each.place >= each.end - each.begin) continue;
    return reinterpret_cast<const void*>(each.begin + (place - each.place));
  }
  return nullptr;
}

std::uint64_t hash_of_program() {
  std::ifstream file("/proc/self/exe", std::ios::binary);
  if (!file) return 0;
  std::uint64_t hash = 1;
  std::array<std::uint64_t, 4096> part{};
  while (file) {
    part.fill(0);
    file.read(reinterpret_cast<char*>(part.data()), sizeof part);
    const auto words = (static_cast<std::size_t>(file.gcount()) + 7) / 8;
    for (std::size_t i = 0; i < words; ++i) hash = mix(hash, part[i]);
  }
  for (const segment& each : segments()) hash = mix(mix(hash, each.place), each.end - each.begin);
  return hash == 0 ? 1 : hash;
}

}  // namespace heddle::image
