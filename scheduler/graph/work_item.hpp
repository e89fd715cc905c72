// A part of the search that anybody can go on with: a graph and what is still to be tried with it.
// One form for all who take such a part: another process, a checkpoint, a later run.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <heddle/scheduler/bytes.hpp>
#include <heddle/scheduler/graph/alternative.hpp>
#include <heddle/scheduler/graph/memory.hpp>

namespace heddle::graph {

struct work_item {
  graph g;
  std::vector<alternative> open;  ///< the last one is tried first
  bool fresh = false;             ///< the graph itself has not been visited
  std::uint32_t filed = 0;        ///< of a fresh one: how many alternatives its node has filed
  tree_path path;  ///< of a fresh one's node; else of the node that filed the last one

  /// What is visited first; where nothing is left, where that was.
  [[nodiscard]] tree_path first() const;
};

/// How that travels which means something in one process only.  The defaults are right between
/// processes that were forked from one, as long as they number locations alike.
class item_codec {
 public:
  virtual ~item_codec() = default;

  /// A function as a number; and back, null if it is none.
  [[nodiscard]] virtual std::uint64_t code_of(transition apply) const;
  [[nodiscard]] virtual transition apply_of(std::uint64_t code) const;
  /// The identity of a location by its number here; and back, `nowhere` to refuse.
  [[nodiscard]] virtual std::uint64_t identity_of(std::int32_t location) const;
  [[nodiscard]] virtual std::int32_t location_of(std::uint64_t identity) const;
  /// The initial value, or state, of a location.  All others are computed from it anew.
  virtual void write_state(detail::byte_writer& to, std::int32_t location,
                           std::uint64_t word) const;
  virtual std::uint64_t read_state(detail::byte_reader& from, std::int32_t location) const;
  /// One of the two arguments of an operation.
  virtual void write_argument(detail::byte_writer& to, const operation& of,
                              std::uint64_t word) const;
  virtual std::uint64_t read_argument(detail::byte_reader& from, const operation& of) const;
};

/// Any 64 bits.
void write_bits(detail::byte_writer& to, std::uint64_t word);
[[nodiscard]] std::uint64_t read_bits(detail::byte_reader& from) noexcept;

void write(detail::byte_writer& to, const work_item& from, const item_codec& codec);
/// Returns why `from` does not hold a work item, or nothing.  Whatever it holds, nothing else
/// happens; what is accepted can be explored, if the codec knows its functions.  Values, outcomes,
/// places and clocks are computed anew.
[[nodiscard]] std::string read(detail::byte_reader& from, memory model, const item_codec& codec,
                               work_item& to);

}  // namespace heddle::graph
