// What the executions of a check have met: which locks were taken while which others were held,
// which conflicting operations followed each other, and what one thread alone has used.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include <heddle/scheduler/recording.hpp>

namespace heddle {

/// An operation in the user's source, whichever thread makes it.
struct code_site {
  std::string file;
  std::uint32_t line = 0;
  std::string does;  ///< `store`, or the call of a primitive: `mutex::lock`
  std::string on;    ///< the object: `mutex "cash"`

  friend auto operator<=>(const code_site&, const code_site&) = default;
  /// `mutex::lock mutex "cash" transfer.cpp:12`
  [[nodiscard]] std::string text() const;
};

class coverage {
 public:
  /// The first, then the second; and in how many executions.
  using pairs = std::map<std::pair<code_site, code_site>, std::uint64_t>;

  void add(const recording& execution);

  [[nodiscard]] std::uint64_t executions() const noexcept { return executions_; }
  /// Where a lock was taken that was still held when the second one was.
  [[nodiscard]] const pairs& lock_orders() const noexcept { return lock_orders_; }
  /// Operations of two threads on one object, one of which may write, with no other such one
  /// between, in the order in which they were performed.  To give back a lock is none: who takes it
  /// after whom is told.
  [[nodiscard]] const pairs& conflicts() const noexcept { return conflicts_; }
  /// Whether two threads have used it, by name; in one execution or in different ones.
  [[nodiscard]] std::map<std::string, bool> objects() const;

  /// For people, and as one JSON object; docs/reports.md.
  [[nodiscard]] std::string text(std::string_view check) const;
  [[nodiscard]] std::string json(std::string_view check) const;

 private:
  void add_lock_orders(const recording& execution);
  void add_conflicts(const recording& execution);
  void add_objects(const recording& execution);

  std::uint64_t executions_ = 0;
  pairs lock_orders_, conflicts_;
  std::map<std::string, std::string> users_;  ///< of each object; empty for several
};

/// Writes it to the file of the option `coverage`, as JSON if that ends so; returns what is wrong,
/// or nothing.
[[nodiscard]] std::string write_coverage(std::string_view file, std::string_view check,
                                         const coverage& of);

}  // namespace heddle
