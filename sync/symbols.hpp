// Names of the functions of the running program, for profiles.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace heddle::detail {

/// A part of a file in memory that holds code.
struct mapping {
  std::uint64_t start = 0;
  std::uint64_t limit = 0;
  std::uint64_t offset = 0;  ///< in the file
  std::string file;
};

/// Those of this process.
[[nodiscard]] std::vector<mapping> code_mappings();

/// What a file says of its functions: its symbol table, or where that was stripped, what it
/// exports.
class symbol_table {
 public:
  explicit symbol_table(const std::string& file);

  /// The function at a place in the file, demangled; empty if it is not known.
  [[nodiscard]] std::string name_at(std::uint64_t offset) const;

 private:
  struct segment {
    std::uint64_t offset, size, address;
  };
  struct function {
    std::uint64_t size;
    std::string name;
  };

  void read(const std::vector<char>& image);
  void read_symbols(const std::vector<char>& image, std::uint64_t section_table,
                    unsigned section_count, unsigned kind);

  std::vector<segment> segments_;
  std::map<std::uint64_t, function> functions_;  ///< by address
};

/// The names of all addresses of the process.
class symbols {
 public:
  [[nodiscard]] const std::vector<mapping>& mappings() const noexcept { return mappings_; }
  /// The index of the mapping that holds `address`; their number if none does.
  [[nodiscard]] std::size_t mapping_of(std::uint64_t address) const;
  [[nodiscard]] std::string name_of(std::uint64_t address);

 private:
  std::vector<mapping> mappings_ = code_mappings();
  std::map<std::string, symbol_table> tables_;
};

}  // namespace heddle::detail
