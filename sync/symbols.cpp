#include <heddle/sync/symbols.hpp>

#include <cxxabi.h>
#include <elf.h>
#include <link.h>

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>
#include <string_view>
#include <utility>

namespace heddle::detail {

namespace {

std::uint64_t hexadecimal(std::string_view text) {
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value, 16);
  return value;
}

/// The structure at `offset` of a file's image; zeros where the file ends before.
template <class T>
T at(const std::vector<char>& image, std::uint64_t offset) {
  T result{};
  if (offset <= image.size() && sizeof(T) <= image.size() - offset) {
    std::memcpy(&result, image.data() + offset, sizeof(T));
  }
  return result;
}

std::string text_at(const std::vector<char>& image, std::uint64_t offset) {
  if (offset >= image.size()) return {};
  const char* const begin = image.data() + offset;
  return {begin, ::strnlen(begin, image.size() - offset)};
}

struct freeing {
  void operator()(char* memory) const noexcept { std::free(memory); }
};

std::string demangled(const std::string& name) {
  int status = 0;
  const std::unique_ptr<char, freeing> text(
      abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &status));
  return status == 0 && text != nullptr ? text.get() : name;
}

}  // namespace

// A line is `start-limit rwxp offset device inode   file`.
std::vector<mapping> code_mappings() {
  std::vector<mapping> result;
  std::ifstream in("/proc/self/maps");
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string range, rights, offset, device, inode;
    words >> range >> rights >> offset >> device >> inode >> std::ws;
    const std::size_t dash = range.find('-');
    if (dash == std::string::npos || rights.find('x') == std::string::npos) continue;
    mapping each;
    each.start = hexadecimal(std::string_view(range).substr(0, dash));
    each.limit = hexadecimal(std::string_view(range).substr(dash + 1));
    each.offset = hexadecimal(offset);
    std::getline(words, each.file);
    result.push_back(std::move(each));
  }
  return result;
}

symbol_table::symbol_table(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  const std::vector<char> image{std::istreambuf_iterator<char>(in), {}};
  if (image.size() > SELFMAG && std::memcmp(image.data(), ELFMAG, SELFMAG) == 0) read(image);
}

void symbol_table::read(const std::vector<char>& image) {
  const auto header = at<ElfW(Ehdr)>(image, 0);
  for (unsigned i = 0; i < header.e_phnum; ++i) {
    const auto part = at<ElfW(Phdr)>(image, header.e_phoff + i * sizeof(ElfW(Phdr)));
    if (part.p_type == PT_LOAD) {
      segments_.push_back({part.p_offset, part.p_filesz, part.p_vaddr});
    }
  }
  read_symbols(image, header.e_shoff, header.e_shnum, SHT_SYMTAB);
  if (functions_.empty()) read_symbols(image, header.e_shoff, header.e_shnum, SHT_DYNSYM);
}

void symbol_table::read_symbols(const std::vector<char>& image, std::uint64_t section_table,
                                unsigned section_count, unsigned kind) {
  const auto section = [&](std::uint64_t i) {
    return at<ElfW(Shdr)>(image, section_table + i * sizeof(ElfW(Shdr)));
  };
  for (unsigned i = 0; i < section_count; ++i) {
    const auto table = section(i);
    if (table.sh_type != kind) continue;
    const auto names = section(table.sh_link);
    for (std::uint64_t k = 0; k < table.sh_size / sizeof(ElfW(Sym)); ++k) {
      const auto symbol = at<ElfW(Sym)>(image, table.sh_offset + k * sizeof(ElfW(Sym)));
      if ((symbol.st_info & 0xF) != STT_FUNC || symbol.st_value == 0) continue;
      functions_.insert_or_assign(
          symbol.st_value,
          function{symbol.st_size, text_at(image, names.sh_offset + symbol.st_name)});
    }
  }
}

std::string symbol_table::name_at(std::uint64_t offset) const {
  for (const segment& each : segments_) {
    if (offset < each.offset || offset - each.offset >= each.size) continue;
    const std::uint64_t address = offset - each.offset + each.address;
    const auto next = functions_.upper_bound(address);
    if (next == functions_.begin()) return {};
    const auto& [start, found] = *std::prev(next);
    return address - start < found.size ? demangled(found.name) : std::string();
  }
  return {};
}

std::size_t symbols::mapping_of(std::uint64_t address) const {
  std::size_t i = 0;
  while (i < mappings_.size() && (address < mappings_[i].start || address >= mappings_[i].limit)) {
    ++i;
  }
  return i;
}

std::string symbols::name_of(std::uint64_t address) {
  const std::size_t i = mapping_of(address);
  if (i == mappings_.size()) return {};
  const mapping& in = mappings_[i];
  const symbol_table& table = tables_.try_emplace(in.file, in.file).first->second;
  return table.name_at(address - in.start + in.offset);
}

}  // namespace heddle::detail
