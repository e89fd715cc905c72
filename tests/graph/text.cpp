#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include <heddle/tests/graph/program.hpp>

namespace heddle::litmus {

namespace {

/// How an action is written: its name, how many values it takes, and whether an order follows.
struct word {
  action what;
  const char* name;
  int values;
  bool ordered;
};
constexpr word words[] = {
    {action::load, "load", 0, true},
    {action::store, "store", 1, true},
    {action::add, "fetch_add", 1, true},
    {action::exchange, "exchange", 1, true},
    {action::cas, "cas", 2, true},
    {action::weak_cas, "weak_cas", 2, true},
    {action::any, "any", 0, true},
    {action::await, "await", 1, true},
    {action::await_update, "await_update", 1, true},
    {action::timed_await, "timed_await", 1, true},
    {action::lock, "lock", 0, false},
    {action::try_lock, "try_lock", 0, false},
    {action::unlock, "unlock", 0, false},
    {action::lock_shared, "lock_shared", 0, false},
    {action::unlock_shared, "unlock_shared", 0, false},
    {action::acquire, "acquire", 0, false},
    {action::timed_acquire, "timed_acquire", 0, false},
    {action::release, "release", 0, false},
    {action::enqueue, "enqueue", 0, false},
    {action::consume, "consume", 0, false},
    {action::timed_consume, "timed_consume", 0, false},
    {action::notify_one, "notify_one", 0, false},
    {action::notify_all, "notify_all", 0, false},
    {action::fence, "fence", 0, true},
    {action::choose, "choose", 1, false},
    {action::spawn, "spawn", 1, false},
    {action::join, "join", 1, false},
    {action::spin, "spin", 1, false},
};

struct named_order {
  std::memory_order order;
  const char* name;
};
// A plain access is taken for a relaxed one.
constexpr named_order orders[] = {
    {std::memory_order_relaxed, "rlx"}, {std::memory_order_acquire, "acq"},
    {std::memory_order_release, "rel"}, {std::memory_order_acq_rel, "acqrel"},
    {std::memory_order_seq_cst, "sc"},  {std::memory_order_relaxed, "na"},
};

class parser {
 public:
  explicit parser(std::string_view text) : text_(text), rest_(text) {}

  program read() {
    read_initial();
    do {
      made_.threads.emplace_back();
      do read_instruction();
      while (take(";"));
    } while (take("||"));
    skip();
    if (!rest_.empty()) fail("the end");
    made_.initial.resize(made_.locations.size());
    return std::move(made_);
  }

 private:
  [[noreturn]] void fail(const char* expected) const {
    std::fprintf(stderr, "expected %s at \"%.*s\" of \"%.*s\"\n", expected,
                 static_cast<int>(rest_.size()), rest_.data(), static_cast<int>(text_.size()),
                 text_.data());
    std::abort();
  }
  void skip() {
    while (!rest_.empty() && rest_.front() == ' ') rest_.remove_prefix(1);
  }
  bool take(std::string_view what) {
    skip();
    if (!rest_.starts_with(what)) return false;
    rest_.remove_prefix(what.size());
    return true;
  }
  void expect(const char* what) {
    if (!take(what)) fail(what);
  }
  std::string_view read_while(bool (*fits)(char)) {
    skip();
    std::size_t n = 0;
    while (n < rest_.size() && fits(rest_[n])) ++n;
    const std::string_view found = rest_.substr(0, n);
    rest_.remove_prefix(n);
    return found;
  }
  std::string_view read_name() {
    return read_while([](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    });
  }
  std::int8_t number_of(std::vector<std::string>& names, std::string_view name) {
    auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) found = names.insert(names.end(), std::string(name));
    return static_cast<std::int8_t>(found - names.begin());
  }
  std::int8_t register_of(std::string_view name) {
    const std::int8_t number = number_of(made_.registers, name);
    if (made_.registers.size() > max_registers) fail("no more registers");
    return number;
  }
  std::uint64_t read_number() {
    const std::string_view digits = read_while([](char c) { return c >= '0' && c <= '9'; });
    if (digits.empty()) fail("a number");
    return std::strtoull(std::string(digits).c_str(), nullptr, 10);
  }

  void read_initial() {
    if (!take("{")) return;
    do {
      const auto location = static_cast<std::size_t>(number_of(made_.locations, read_name()));
      expect("=");
      made_.initial.resize(made_.locations.size());
      made_.initial[location] = read_number();
    } while (take(";"));
    expect("}");
  }

  sum read_sum() {
    sum result;
    std::size_t registers = 0;
    do {
      skip();
      if (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9') {
        result.constant += read_number();
      } else if (registers < 2) {
        result.registers[registers++] = register_of(read_name());
      } else {
        fail("at most two registers");
      }
    } while (take("+"));
    return result;
  }

  void read_instruction() {
    instruction made;
    if (take("if(")) {
      made.when.of = register_of(read_name());
      made.when.equal = take("==");
      if (!made.when.equal) expect("!=");
      const sum against = read_sum();
      made.when.value = against.constant;
      made.when.other = against.registers[0];
      expect(")");
    }
    std::string_view name = read_name();
    if (take("=")) {
      made.result = register_of(name);
      name = read_name();
    }
    if (take(".")) {
      made.location = number_of(made_.locations, name);
      name = read_name();
    }
    const auto* const found = std::find_if(std::begin(words), std::end(words),
                                           [&](const word& w) { return name == w.name; });
    if (found == std::end(words)) fail("an operation");
    made.what = found->what;
    made.order = std::memory_order_acq_rel;
    made.failure = std::memory_order_acquire;
    expect("(");
    if (found->values > 0) made.a = read_sum();
    if (found->values > 1) expect(","), made.b = read_sum();
    if (made.what == action::fence && take("light")) {
      made.asymmetric = barrier::light;
      made.order = made.failure = std::memory_order_relaxed;
    } else if (made.what == action::fence && take("heavy")) {
      made.asymmetric = barrier::heavy;
      made.order = made.failure = std::memory_order_seq_cst;
    } else if (found->ordered) {
      if (found->values > 0) expect(",");
      made.order = read_order();
      made.failure = take("/") ? read_order() : when_failed(made.order);
    }
    expect(")");
    made_.threads.back().push_back(made);
  }

  std::memory_order read_order() {
    const std::string_view name = read_name();
    for (const named_order& each : orders) {
      if (name == each.name) return each.order;
    }
    fail("a memory order");
  }

  std::string_view text_, rest_;
  program made_;
};

std::string text_of(std::memory_order order) {
  for (const named_order& each : orders) {
    if (each.order == order) return each.name;
  }
  return "";
}

std::string text_of(const program& p, const sum& of) {
  std::string text;
  for (const std::int8_t each : of.registers) {
    if (each >= 0) text += p.registers[static_cast<std::size_t>(each)] + "+";
  }
  if (of.constant != 0 || text.empty()) return text + std::to_string(of.constant);
  text.pop_back();
  return text;
}

std::string text_of(const program& p, const instruction& of) {
  std::string text;
  if (of.when.of >= 0) {
    text += "if(" + p.registers[static_cast<std::size_t>(of.when.of)];
    text += (of.when.equal ? "==" : "!=");
    const auto other = static_cast<std::size_t>(of.when.other);
    text += of.when.other < 0 ? std::to_string(of.when.value) : p.registers[other];
    text += ") ";
  }
  if (of.result >= 0) text += p.registers[static_cast<std::size_t>(of.result)] + "=";
  if (is_located(of.what)) text += p.locations[static_cast<std::size_t>(of.location)] + ".";
  if (of.asymmetric != barrier::none) {
    return text + (of.asymmetric == barrier::light ? "fence(light)" : "fence(heavy)");
  }
  const word& spelled = words[static_cast<std::size_t>(of.what)];
  text += std::string(spelled.name) + "(";
  if (spelled.values > 0) text += text_of(p, of.a);
  if (spelled.values > 1) text += "," + text_of(p, of.b);
  if (spelled.ordered && spelled.values > 0) text += ",";
  if (spelled.ordered) text += text_of(of.order);
  if (spelled.ordered && of.failure != when_failed(of.order)) text += "/" + text_of(of.failure);
  return text + ")";
}

}  // namespace

program parse(std::string_view text) { return parser(text).read(); }

std::string to_text(const program& p) {
  std::string text, initial;
  for (std::size_t i = 0; i < p.initial.size(); ++i) {
    if (p.initial[i] == 0) continue;
    initial += (initial.empty() ? "" : "; ") + p.locations[i] + "=" + std::to_string(p.initial[i]);
  }
  if (!initial.empty()) text += "{" + initial + "} ";
  for (std::size_t thread = 0; thread < p.threads.size(); ++thread) {
    if (thread > 0) text += " || ";
    for (std::size_t i = 0; i < p.threads[thread].size(); ++i) {
      if (i > 0) text += "; ";
      text += text_of(p, p.threads[thread][i]);
    }
  }
  return text;
}

}  // namespace heddle::litmus
