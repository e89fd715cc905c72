// Checks that a fuzzer drives: libFuzzer, AFL++ or any other program that makes strings of bytes
// and calls LLVMFuzzerTestOneInput.
//
//   static void transfer() { ... }
//   heddle_fuzz_target(transfer)
//
// clang++ -fsanitize=fuzzer, or afl-clang-fast++ -fsanitize=fuzzer, links it; heddle itself need
// not be compiled so.  The bytes are the choices of one execution (scheduler/strategy/stream.hpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

#include <heddle/checker/options.hpp>
#include <heddle/checker/verdict.hpp>

namespace heddle {

/// Runs `body` once, its choices answered by `bytes`: any bytes are a schedule, and the same bytes
/// the same one.  A finding has its report and token as that of explore().
///
/// Of the options only the bounds of an execution and the memory model count; they are not judged.
/// Misuse: inside a body.
[[nodiscard]] verdict explore_bytes(std::string_view name, const std::function<void()>& body,
                                    std::span<const std::uint8_t> bytes,
                                    const options& settings = {});

/// What LLVMFuzzerTestOneInput does: one execution under `settings` and HEDDLE_PARAMS.  Returns 0;
/// on a finding it prints the report, the line that replays it and the verdict on stderr, and
/// aborts, so that the fuzzer keeps the input.  With `replay=TOKEN` it runs that schedule instead,
/// says what it ends with, and ends the process: with 1 for a finding, otherwise with 0.
///
/// The first call's settings hold for all.
/// Misuse: any other check in the process, since this one keeps its heap for the next input.
int fuzz_one(std::string_view name, const std::function<void()>& body, const std::uint8_t* data,
             std::size_t size, const options& settings = {});

}  // namespace heddle

/// The check `name` of a body as a fuzz target: the only one of its program.
#define HEDDLE_FUZZ_TARGET(name, ...)                                                 \
  extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) { \
    return ::heddle::fuzz_one(name, __VA_ARGS__, data, size);                         \
  }

/// The same under the name that the body has in the source.
// NOLINTNEXTLINE(readability-identifier-naming): it reads as a declaration.
#define heddle_fuzz_target(...) HEDDLE_FUZZ_TARGET(#__VA_ARGS__, __VA_ARGS__)
