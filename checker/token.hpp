// A schedule as text: `h1-` and the base64url of
//
//   version        1 byte, 1
//   length         bytes that follow up to the checksum
//   name           4 bytes, a hash of the check's name
//   memory         1 byte, 0 sc, 1 rc11
//   granularity    1 byte, 0 fine, 1 coarse
//   options        a byte of bits for those that are not version 1's defaults, then their values
//   schedule       schedule_bytes.hpp
//   checksum       4 bytes, CRC-32 of all before
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <heddle/checker/granularity.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/scheduler/schedule.hpp>

namespace heddle {

/// What a token says.
struct token {
  std::uint32_t name_hash = 0;
  granularity grain = granularity_of_program();
  execution_limits limits;
  graph::memory memory = graph::memory::sc;
  heddle::schedule schedule;
};

/// Of a check's name, as tokens carry it.
[[nodiscard]] std::uint32_t hash_of_name(std::string_view name) noexcept;

[[nodiscard]] std::string encode(const token& from);
/// Accepts `h1-...` and `h1@FILE`; returns what is wrong with the text, or nothing.  A token of
/// primitives that this program does not have is wrong: its steps are others.
[[nodiscard]] std::string decode(std::string_view text, token& to);

/// `text` itself if it is at most 4 KiB; else it is written to `heddle-<8 digits>.h1` in the
/// working directory and `h1@` with the file's name stands for it.  If it cannot be written, the
/// long text is still a token.
[[nodiscard]] std::string shorten(const std::string& text);

}  // namespace heddle
