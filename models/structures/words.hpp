// What the models of lock-free structures share.
#pragma once

#include <algorithm>
#include <atomic>
#include <functional>
#include <string>
#include <utility>

#include <heddle/checker/model.hpp>
#include <heddle/checker/verdict.hpp>

namespace heddle::structures {

inline constexpr std::memory_order relaxed = std::memory_order_relaxed;
inline constexpr std::memory_order acquire = std::memory_order_acquire;
inline constexpr std::memory_order release = std::memory_order_release;
inline constexpr std::memory_order acq_rel = std::memory_order_acq_rel;
inline constexpr std::memory_order seq_cst = std::memory_order_seq_cst;

/// A structure that is right: a pass counts only if it has seen every execution that rc11 allows.
class correct_model {
 public:
  explicit correct_model(model what) {
    what.whole = true;
    what.complaint = [](const verdict& of) -> std::string {
      const bool fell_to_sc = std::count(of.hit.begin(), of.hit.end(), "memory sc") != 0;
      const bool all = of.kind == proof::exhaustive && !fell_to_sc;
      return all ? "" : "the search is not exhaustive under rc11";
    };
    model_registration(std::move(what));
  }
};

/// One that is not: the search ends at what it finds.
class broken_model {
 public:
  broken_model(std::string name, finding_kind expected, std::function<void()> body,
               std::string summary) {
    model_registration(model{.name = std::move(name),
                             .expected = expected,
                             .body = std::move(body),
                             .summary = std::move(summary),
                             .whole = true});
  }
};

}  // namespace heddle::structures
