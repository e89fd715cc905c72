#include <heddle/checker/same_finding.hpp>

#include <algorithm>
#include <cctype>
#include <vector>

namespace heddle {

namespace {

bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }
bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// Whether the number that begins at `at` is the line of a place.
bool is_line(std::string_view text, std::size_t at) {
  return at >= 2 && text[at - 1] == ':' && is_word(text[at - 2]);
}

// Numbers, and those with points in them, as #.
std::string without_numbers(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size();) {
    const bool inside = i > 0 && is_word(text[i - 1]);
    if (!is_digit(text[i]) || inside) {
      result += text[i++];
      continue;
    }
    const std::size_t begin = i;
    while (i < text.size() && (is_digit(text[i]) ||
                               (text[i] == '.' && i + 1 < text.size() && is_digit(text[i + 1])))) {
      ++i;
    }
    result += is_line(text, begin) ? std::string(text.substr(begin, i - begin)) : "#";
  }
  return result;
}

std::vector<std::string> pieces_of(const std::string& text) {
  std::vector<std::string> pieces(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool ends = (text[i] == ',' || text[i] == ':' || text[i] == ';') && i + 1 < text.size() &&
                      text[i + 1] == ' ';
    if (!ends) {
      pieces.back() += text[i];
      continue;
    }
    pieces.emplace_back();
    ++i;
  }
  return pieces;
}

// Where somebody waits, without who holds what it waits for.
std::string waiting_place(const std::string& detail) {
  return without_numbers(detail.substr(0, detail.find(", held by")));
}

bool waits_are_among(const finding& original, const finding& candidate) {
  return std::all_of(candidate.details.begin(), candidate.details.end(), [&](const auto& detail) {
    const std::string place = waiting_place(detail);
    return std::any_of(original.details.begin(), original.details.end(),
                       [&](const auto& other) { return waiting_place(other) == place; });
  });
}

}  // namespace

std::string essence_of(std::string_view text) {
  std::vector<std::string> pieces = pieces_of(without_numbers(text));
  std::sort(pieces.begin(), pieces.end());
  std::string all;
  for (const std::string& each : pieces) all += each + '\n';
  return all;
}

bool is_same_finding(const finding& original, const finding& candidate) {
  if (original.kind != candidate.kind) return false;
  switch (original.kind) {
    case finding_kind::deadlock:
    case finding_kind::stuck_threads:
      return waits_are_among(original, candidate);
    case finding_kind::step_limit:
      return true;
    default:
      return essence_of(original.text) == essence_of(candidate.text);
  }
}

}  // namespace heddle
