// Which part of a search a process makes that nobody coordinates: one of n.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace heddle {

/// Shard `index` of `count`, numbered from 1; a count of 0 or 1 stands for the whole.
struct shard {
  std::uint32_t index = 1, count = 0;

  [[nodiscard]] bool divides() const noexcept { return count > 1; }
  /// `2/4`
  [[nodiscard]] std::string text() const;
  bool operator==(const shard&) const = default;
};

inline constexpr std::uint32_t most_shards = 100000;

/// `2/4`; nothing if it is none.
[[nodiscard]] std::optional<shard> parse_shard(std::string_view text);

namespace detail {

/// Gives the value of an environment variable, or null.
using variable_reader = std::function<const char*(const char*)>;

/// What a test runner or a job array says in its variables: those of Bazel, GoogleTest, Slurm and
/// Kubernetes, in this order.  Nothing if none of them is set; `wrong` gets why what is set makes
/// no shard.  As their protocols ask for, a status file is touched.
[[nodiscard]] std::optional<shard> shard_of_environment(std::string& wrong,
                                                        const variable_reader& read);
[[nodiscard]] std::optional<shard> shard_of_environment(std::string& wrong);

/// The share of `count` numbers, behind `before` others: [first, first + count).
struct range {
  std::uint64_t before = 0, count = 0;
};
[[nodiscard]] range share_of(const shard& which, std::uint64_t count) noexcept;

}  // namespace detail

}  // namespace heddle
