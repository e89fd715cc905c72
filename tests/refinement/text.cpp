#include <heddle/tests/refinement/client.hpp>
#include <heddle/tests/refinement/judge.hpp>

namespace heddle::refinement {

std::string client_text(std::string_view name, std::span<const std::string_view> calls,
                        const client& of) {
  std::string text(name);
  text += ", variant " + std::to_string(of.variant);
  std::string_view separator = ": ";
  for (const auto& thread : of.threads) {
    for (const unsigned call : thread) {
      text += separator;
      text += calls[call];
      separator = ", ";
    }
    separator = " | ";
  }
  return text;
}

std::vector<client> all_clients(unsigned variants, unsigned calls, unsigned threads,
                                unsigned length) {
  std::vector<client> all;
  std::vector<unsigned> digits(std::size_t{threads} * length, 0);
  for (bool more = true; more;) {
    client next;
    for (unsigned t = 0; t < threads; ++t) {
      const auto first = digits.begin() + static_cast<std::ptrdiff_t>(t * length);
      next.threads.emplace_back(first, first + static_cast<std::ptrdiff_t>(length));
    }
    bool sorted = true;
    for (unsigned t = 1; t < threads; ++t) {
      sorted = sorted && next.threads[t - 1] <= next.threads[t];
    }
    for (next.variant = 0; sorted && next.variant < variants; ++next.variant) all.push_back(next);
    more = false;
    for (unsigned& digit : digits) {
      if (++digit < calls) {
        more = true;
        break;
      }
      digit = 0;
    }
  }
  return all;
}

std::string history::key() const {
  std::string text = complaint + (end == shown::rest ? "." : "!") + std::to_string(variant);
  for (const call_seen& each : calls) {
    if (!each.begun) continue;
    for (const std::uint64_t number :
         {std::uint64_t{each.call}, std::uint64_t{each.returned}, each.result,
          std::uint64_t{each.before}, std::uint64_t{each.knew}, std::uint64_t{each.known}}) {
      text += std::to_string(number) + " ";
    }
    text += ";";
  }
  return text;
}

namespace {

// Calls as `thread.number`, each after a space.
std::string names(slots which) {
  std::string all;
  for (unsigned slot = 0; slot < most_slots; ++slot) {
    if ((which & bit(slot)) == 0) continue;
    all +=
        " " + std::to_string(slot / most_calls + 1) + "." + std::to_string(slot % most_calls + 1);
  }
  return all;
}

}  // namespace

std::string text_of(const recording& execution) {
  std::string text;
  for (const recorded_step& each : execution.steps) {
    text += "\n    " + std::to_string(each.number) + "  thread " + execution.threads[each.thread] +
            "  " + each.text;
    if (!each.call.empty()) text += "  in " + each.call;
  }
  return text;
}

std::string history_text(std::span<const std::string_view> calls, const history& of) {
  std::string text;
  for (unsigned slot = 0; slot < most_slots; ++slot) {
    const call_seen& each = of.calls[slot];
    if (!each.begun) continue;
    text += "\n " + names(bit(slot)) + " ";
    text += calls[each.call];
    text += each.returned ? " = " + std::to_string(each.result) : " does not return";
    text += "; after" + names(each.before) + "; knows of" + names(each.known);
  }
  if (of.end == shown::misuse) text += "\n  misuse: " + of.complaint;
  return text;
}

}  // namespace heddle::refinement
