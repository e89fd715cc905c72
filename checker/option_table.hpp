// The table of options: name, accepted values, meaning, and how to set and to judge each.
#pragma once

#include <span>
#include <string_view>

#include <heddle/checker/options.hpp>

namespace heddle::detail {

struct option_entry {
  std::string_view name;
  std::string_view accepted;
  std::string_view meaning;
  bool (*set)(options&, std::string_view);  ///< false if the text is not an accepted value
  bool (*valid)(const options&);            ///< also for values that were set in code
};

[[nodiscard]] std::span<const option_entry> option_table() noexcept;

/// The number that `seed=clock` draws: one for the whole process.
[[nodiscard]] std::uint64_t drawn_seed();

}  // namespace heddle::detail
