#include <heddle/scheduler/finding.hpp>

#include <array>
#include <utility>

namespace heddle {

namespace {

constexpr std::array<std::pair<finding_kind, std::string_view>, 14> names{{
    {finding_kind::deadlock, "deadlock"},
    {finding_kind::stuck_threads, "stuck_threads"},
    {finding_kind::livelock, "livelock"},
    {finding_kind::data_race, "data_race"},
    {finding_kind::misuse, "misuse"},
    {finding_kind::assertion, "assertion"},
    {finding_kind::exception, "exception"},
    {finding_kind::use_after_free, "use_after_free"},
    {finding_kind::double_free, "double_free"},
    {finding_kind::memory_leak, "memory_leak"},
    {finding_kind::stack_overflow, "stack_overflow"},
    {finding_kind::step_limit, "step_limit"},
    {finding_kind::nondeterminism, "nondeterminism"},
    {finding_kind::vacuous, "vacuous"},
}};

}  // namespace

std::string_view to_string(finding_kind kind) noexcept {
  for (const auto& [each, name] : names) {
    if (each == kind) return name;
  }
  return "finding";
}

std::optional<finding_kind> parse_finding_kind(std::string_view text) noexcept {
  for (const auto& [kind, name] : names) {
    if (name == text) return kind;
  }
  return std::nullopt;
}

}  // namespace heddle
