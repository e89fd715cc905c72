#include <heddle/checker/verdict.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace heddle {

namespace {

std::string proof_text(const verdict& of) {
  if (of.kind == proof::bounded && of.preemptions) {
    return "exhaustive up to " + std::to_string(*of.preemptions) + " preemptions";
  }
  return of.part.empty() ? "exhaustive" : "all of " + of.part;
}

std::string distinct_text(const verdict& of) {
  return (of.distinct_is_least ? "more than " : "") + std::to_string(of.distinct) + " distinct";
}

// The estimate is no number below one in so many executions.
std::string unseen_text(const verdict& of, std::uint64_t executions) {
  if (!of.unseen) return "";
  const bool none = *of.unseen == 0;
  char text[32];
  std::snprintf(text, sizeof text, "%.2g",
                none && executions > 0 ? 1 / static_cast<double>(executions) : *of.unseen);
  return std::string(", unseen mass ") + (none ? "below " : "") + text;
}

const stage* stage_of(const verdict& of, proof kind) {
  const auto found = std::find_if(of.stages.begin(), of.stages.end(),
                                  [&](const stage& each) { return each.kind == kind; });
  return found == of.stages.end() ? nullptr : &*found;
}

// Of the search of this kind, or of the only one.
std::string executions_text(const verdict& of, proof kind) {
  const stage* one = stage_of(of, kind);
  return std::to_string(one != nullptr ? one->executions : of.executions);
}

std::string sampled_text(const verdict& of) {
  const stage* one = stage_of(of, proof::sampled);
  return "sampled " + executions_text(of, proof::sampled) + " executions under " +
         (one != nullptr ? one->memory : of.memory) + (of.part.empty() ? "" : " in " + of.part) +
         ", " + distinct_text(of) +
         unseen_text(of, one != nullptr ? one->executions : of.executions) + ", seed " +
         std::to_string(of.seed);
}

std::string proved_text(const verdict& of) {
  const stage* one = stage_of(of, of.kind);
  return proof_text(of) + " under " + (one != nullptr ? one->memory : of.memory) + ", " +
         executions_text(of, of.kind) + " executions";
}

std::string ok_line(const verdict& of) {
  if (of.kind == proof::replayed) return "ok: the replayed execution shows no finding";
  if (of.kind == proof::sampled) return "ok: " + sampled_text(of);
  const stage* drawn = stage_of(of, proof::sampled);
  const bool also = drawn != nullptr && drawn->executions > 0;
  return "ok: " + proved_text(of) + (also ? ", then " + sampled_text(of) : "");
}

// The search that was to visit everything, and was given up.
std::string given_up_text(const verdict& of) {
  const stage* one = stage_of(of, proof::exhaustive);
  if (one == nullptr || one->completed || of.status != verdict_status::ok) return "";
  const std::string done = "; not exhausted after " + std::to_string(one->executions);
  return done + (of.size ? " of " + size_text(*of.size) : " executions");
}

std::string incomplete_line(const verdict& of) {
  return "incomplete: " + std::to_string(of.executions) + " executions under " + of.memory +
         " in " + seconds_text(of.seconds) + (of.part.empty() ? "" : " of " + of.part) +
         (of.raise.empty() ? "" : " (" + of.raise + ")");
}

std::string shrunk_text(const simplification& of) {
  const auto change = [](std::uint32_t before, std::uint32_t now) {
    return before == now ? std::to_string(now)
                         : std::to_string(before) + " to " + std::to_string(now);
  };
  return "; shrunk: " + change(of.preemptions_before, of.preemptions) + " preemptions, " +
         change(of.steps_before, of.steps) + " steps";
}

std::string failed_line(const verdict& of) {
  const std::string kind(of.found ? to_string(of.found->kind) : "");
  if (of.kind == proof::replayed) return "failed: " + kind + " (" + of.strategy + ")";
  std::string how = of.strategy;
  if (of.kind == proof::sampled) how += ", seed " + std::to_string(of.seed);
  if (of.kind == proof::bounded) how = proof_text(of);
  const bool whole = of.found && of.found->kind == finding_kind::vacuous;
  return "failed: " + kind + " in " +
         (whole          ? "all " + std::to_string(of.executions) + " executions"
          : of.execution ? "execution " + std::to_string(*of.execution)
                         : "execution " + executions_text(of, of.kind)) +
         " (" + how + ")";
}

}  // namespace

std::string_view to_string(proof kind) noexcept {
  switch (kind) {
    case proof::exhaustive:
      return "exhaustive";
    case proof::bounded:
      return "bounded";
    case proof::part:
      return "part";
    case proof::sampled:
      return "sampled";
    case proof::replayed:
      return "replayed";
  }
  return "";
}

std::string seconds_text(double seconds) {
  char text[32];
  if (seconds < 0.1) {
    std::snprintf(text, sizeof text, "%.0f ms", std::ceil(seconds * 1000));
  } else if (seconds < 9.95 && std::abs(seconds - std::round(seconds)) >= 0.05) {
    std::snprintf(text, sizeof text, "%.1f s", seconds);
  } else {
    std::snprintf(text, sizeof text, "%.0f s", seconds);
  }
  return text;
}

std::string verdict::line() const {
  std::string text = status == verdict_status::ok           ? ok_line(*this)
                     : status == verdict_status::incomplete ? incomplete_line(*this)
                                                            : failed_line(*this);
  if (shrunk) text += shrunk_text(*shrunk);
  text += given_up_text(*this);
  for (std::size_t i = 0; i < hit.size(); ++i) text += (i == 0 ? "; hit: " : ", ") + hit[i];
  if (!arena) text += "; no arena";
  return text;
}

std::string verdict_text(const verdict& of) {
  std::string text;
  for (const std::string& each : of.warnings) {
    text += "heddle: " + of.name + ": warning: " + each + '\n';
  }
  text += "heddle: " + of.name + ": " + of.line() + '\n';
  for (const std::string& each : of.notes) text += "heddle: " + of.name + ": " + each + '\n';
  return text;
}

std::string observations_text(const observations& seen) {
  std::string text;
  for (const auto& [key, values] : seen) {
    for (const auto& [value, count] : values) {
      text += "  observed " + key + " = " + value + "  in " + std::to_string(count) + "\n";
    }
  }
  return text;
}

}  // namespace heddle
