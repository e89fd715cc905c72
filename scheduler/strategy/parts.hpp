// Parts of a search over execution graphs, as bytes for any process of the program.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include <heddle/scheduler/graph/work_item.hpp>
#include <heddle/scheduler/strategy.hpp>

namespace heddle {

/// Functions travel as places in the program, locations as the identities of their objects.
class program_codec final : public graph::item_codec {
 public:
  /// `locations` gives the number of each identity, and learns those that are read.
  explicit program_codec(std::unordered_map<std::uint64_t, std::int32_t>& locations);

  std::uint64_t code_of(graph::transition apply) const override;
  graph::transition apply_of(std::uint64_t code) const override;
  std::uint64_t identity_of(std::int32_t location) const override;
  std::int32_t location_of(std::uint64_t identity) const override;
  void write_state(detail::byte_writer& to, std::int32_t location,
                   std::uint64_t word) const override;
  void write_argument(detail::byte_writer& to, const graph::operation& of,
                      std::uint64_t word) const override;

  /// True if something was written that means nothing in another run: an address of the program.
  [[nodiscard]] bool wrote_addresses() const noexcept { return addresses_; }

 private:
  std::unordered_map<std::uint64_t, std::int32_t>& locations_;
  std::vector<std::uint64_t> identities_;
  mutable bool addresses_ = false;
};

[[nodiscard]] search_part to_part(const graph::work_item& item, graph::memory model,
                                  const program_codec& codec);
/// Returns what is wrong with `part`, or nothing.
[[nodiscard]] std::string from_part(const search_part& part, graph::memory model,
                                    const program_codec& codec, graph::work_item& item);

}  // namespace heddle
