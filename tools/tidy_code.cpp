#include <heddle/tools/tidy_code.hpp>

#include <algorithm>
#include <cctype>

namespace heddle::tidy {

namespace {

bool is_identifier(char c) { return c == '_' || std::isalnum(static_cast<unsigned char>(c)) != 0; }

void blank(std::string& text, std::size_t from, std::size_t to) {
  for (std::size_t i = from; i < std::min(to, text.size()); ++i) {
    if (text[i] != '\n') text[i] = ' ';
  }
}

// One past the comment or literal that begins at `at`; `at` itself where none does.
std::size_t skip_comment(std::string_view text, std::size_t at) {
  if (text.substr(at, 2) == "//") return std::min(text.find('\n', at), text.size());
  if (text.substr(at, 2) == "/*") {
    const std::size_t end = text.find("*/", at + 2);
    return end == std::string_view::npos ? text.size() : end + 2;
  }
  return at;
}

std::size_t skip_raw_string(std::string_view text, std::size_t at) {
  const std::size_t open = text.find('(', at);
  if (text.substr(at, 2) != "R\"" || open == std::string_view::npos) return at;
  if (at > 0 && is_identifier(text[at - 1]) && text[at - 1] != 'u' && text[at - 1] != 'L') {
    return at;
  }
  const std::string closing = ")" + std::string(text.substr(at + 2, open - at - 2)) + "\"";
  const std::size_t end = text.find(closing, open);
  return end == std::string_view::npos ? text.size() : end + closing.size();
}

std::size_t skip_quoted(std::string_view text, std::size_t at) {
  const char quote = text[at];
  if (quote != '"' && quote != '\'') return at;
  // 10'000 holds no literal.
  if (quote == '\'' && at > 0 && is_identifier(text[at - 1])) return at;
  std::size_t i = at + 1;
  while (i < text.size() && text[i] != quote && text[i] != '\n') i += text[i] == '\\' ? 2 : 1;
  return std::min(i + 1, text.size());
}

// Reads masked text brace by brace.
class function_finder {
 public:
  explicit function_finder(std::string_view text) : text_(text) {}

  std::vector<function_span> run() {
    for (at_ = 0; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '\n') ++line_;
      if (c == '#' && starts_line()) skip_directive();
      if (c == '{') open();
      if (c == '}') close();
      if (c == ';' && parentheses() == 0) header_ = at_ + 1;
    }
    return found_;
  }

 private:
  enum class brace { scope, function, inner, initializer };
  struct open_brace {
    brace kind;
    std::size_t line;
  };

  [[nodiscard]] bool starts_line() const {
    std::size_t i = at_;
    while (i > 0 && (text_[i - 1] == ' ' || text_[i - 1] == '\t')) --i;
    return i == 0 || text_[i - 1] == '\n';
  }

  // A directive ends with its line, or with the first one that has no backslash at its end.
  void skip_directive() {
    while (at_ + 1 < text_.size() && (text_[at_ + 1] != '\n' || text_[at_] == '\\')) {
      ++at_;
      if (text_[at_] == '\n') ++line_;
    }
    header_ = at_ + 1;
  }

  [[nodiscard]] std::string_view header() const { return text_.substr(header_, at_ - header_); }

  [[nodiscard]] int parentheses() const {
    const auto text = header();
    return static_cast<int>(std::count(text.begin(), text.end(), '(')) -
           static_cast<int>(std::count(text.begin(), text.end(), ')'));
  }

  void open() {
    const brace kind = classify();
    braces_.push_back({kind, line_});
    if (kind != brace::initializer) header_ = at_ + 1;
  }

  void close() {
    if (braces_.empty()) return;
    const open_brace last = braces_.back();
    braces_.pop_back();
    if (last.kind == brace::function) found_.push_back({last.line, line_ - last.line + 1});
    if (last.kind != brace::initializer) header_ = at_ + 1;
  }

  [[nodiscard]] brace classify() const {
    if (!braces_.empty() && braces_.back().kind != brace::scope) return brace::inner;
    const std::string text = without_templates(header());
    if (parentheses() != 0) return brace::initializer;
    if (names_scope(text)) return brace::scope;
    const std::size_t last = text.find_last_not_of(" \n\t");
    if (text.find(')') == std::string::npos) {
      const bool linkage = has_word(text, "extern");
      return linkage && last != std::string::npos && text[last] == '"' ? brace::scope
                                                                       : brace::initializer;
    }
    if (text[last] == '=') return brace::initializer;
    return initializes_member(text) ? brace::initializer : brace::function;
  }

  // The word stands before every parenthesis, or, where a macro call without a semicolon came
  // before, after all of them; those between belong to the parameters of a function.
  [[nodiscard]] static bool names_scope(const std::string& text) {
    const std::string_view all = text;
    const std::string_view before = all.substr(0, all.find('('));
    const std::string_view after = all.substr(all.rfind(')') + 1);
    for (const char* word : {"namespace", "class", "struct", "union", "enum"}) {
      if (has_word(before, word) || has_word(after, word)) return true;
    }
    return false;
  }

  // In `x::x() : a_{1}, b_{2} {` only the last brace opens the function.
  [[nodiscard]] static bool initializes_member(const std::string& text) {
    const std::size_t colon = constructor_colon(text);
    if (colon == std::string::npos) return false;
    const std::size_t last = text.find_last_not_of(" \n\t");
    return last > colon && (is_identifier(text[last]) || text[last] == '>');
  }

  static std::size_t constructor_colon(const std::string& text) {
    int depth = 0;
    for (std::size_t i = text.find('('); i < text.size(); ++i) {
      if (text[i] == '(') ++depth;
      if (text[i] == ')') --depth;
      const bool doubled = (i + 1 < text.size() && text[i + 1] == ':') || text[i - 1] == ':';
      if (depth == 0 && text[i] == ':' && !doubled) return i;
    }
    return std::string::npos;
  }

  // `text` with the parameters of `template <...>` blanked out.
  static std::string without_templates(std::string_view text) {
    std::string result(text);
    for (std::size_t at = result.find("template"); at < result.size();) {
      std::size_t end = result.find('<', at);
      int depth = 0;
      while (end < result.size()) {
        if (result[end] == '<') ++depth;
        if (result[end] == '>' && --depth == 0) break;
        ++end;
      }
      blank(result, at, std::min(end, result.size() - 1) + 1);
      at = result.find("template", at);
    }
    return result;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  std::size_t header_ = 0;  // where the text that may announce the next brace begins
  std::vector<open_brace> braces_;
  std::vector<function_span> found_;
};

}  // namespace

std::string mask_code(std::string_view text) {
  std::string masked(text);
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t end = skip_comment(text, at);
    if (end != at) {
      blank(masked, at, end);
      at = end;
      continue;
    }
    end = skip_raw_string(text, at);
    if (end == at) end = skip_quoted(text, at);
    // The quotes stay: they tell `extern "C" {` from an initializer.
    if (end > at + 1) blank(masked, at + 1, end - 1);
    at = std::max(end, at + 1);
  }
  return masked;
}

std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

std::vector<function_span> find_functions(std::string_view masked) {
  return function_finder(masked).run();
}

bool has_word(std::string_view text, std::string_view word) {
  for (std::size_t at = text.find(word); at != std::string_view::npos;
       at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    const bool starts = at == 0 || !is_identifier(text[at - 1]);
    if (starts && (end == text.size() || !is_identifier(text[end]))) return true;
  }
  return false;
}

}  // namespace heddle::tidy
