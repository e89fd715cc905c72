// Which sampling strategies there are; and the portfolio, in which all of them take turns.
//
// No sampler is the best one everywhere: PCT finds what hangs on few ordering constraints among
// many steps, POS and SURW what hangs on many orders of few accesses, URW what lies deep in one
// thread, delay bounding what almost sequential executions show, RFF what hangs on who reads from
// whom however many threads there are, and a random walk what is everywhere.  Taking turns costs at
// most the factor of their number against the best one, and they learn from each other's
// executions: the profile is one.
//
// Execution i is made by member (i - 1) mod m, so it depends on the seed and on i alone.  FEST
// takes no turn: nothing was found so far where it needs fewer executions than RFF.
#include <algorithm>

#include <heddle/scheduler/strategy/sampler.hpp>

namespace heddle {

namespace {

using namespace detail;

struct named_policy {
  std::string_view name;
  policy_maker make;
};

constexpr named_policy policies[] = {
    {"random_walk", make_random_walk_policy},
    {"pct", make_pct_policy},
    {"pos", make_pos_policy},
    {"urw", make_urw_policy},
    {"surw", make_surw_policy},
    {"delay_bounded", make_delay_bounded_policy},
    {"rff", make_rff_policy},
    {"fest", make_fest_policy},
};

// In the order in which they take turns.
constexpr policy_maker portfolio[] = {
    make_surw_policy, make_rff_policy,         make_pos_policy,          make_urw_policy,
    make_pct_policy,  make_random_walk_policy, make_delay_bounded_policy};

constexpr std::string_view portfolio_name = "portfolio";

constexpr auto names = [] {
  std::array<std::string_view, std::size(policies) + 1> all;
  for (std::size_t i = 0; i < std::size(policies); ++i) all[i] = policies[i].name;
  all.back() = portfolio_name;
  return all;
}();

}  // namespace

std::span<const std::string_view> sampler_names() noexcept { return names; }

bool is_sampler(std::string_view name) noexcept {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::unique_ptr<strategy> make_sampler(std::string_view name, const sampling& how) {
  if (name == portfolio_name) return std::make_unique<sampler>(how, portfolio);
  for (const named_policy& each : policies) {
    if (each.name == name) return std::make_unique<sampler>(how, std::span(&each.make, 1));
  }
  return nullptr;
}

}  // namespace heddle
