#include <heddle/checker/rapidcheck.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <sstream>
#include <streambuf>
#include <string_view>
#include <vector>

#include <heddle/checker/report/text.hpp>
#include <heddle/scheduler/translate.hpp>

namespace heddle::detail {

namespace {

using rc::detail::CaseDescription;
using rc::detail::CaseResult;

// What RC_LOG and RC_TAG of a body write to.  RapidCheck's own context lives longer than an
// execution, and must keep nothing of its heap.
class body_context : public rc::detail::PropertyContext {
 public:
  bool reportResult(const CaseResult&) override { return false; }
  std::ostream& logStream() override { return stream_; }
  void addTag(std::string) override {}

  void clear() {
    buffer_.clear();
    stream_.clear();
  }
  [[nodiscard]] std::string text() const { return buffer_.text(); }

 private:
  class fixed_buffer : public std::streambuf {
   public:
    fixed_buffer() { clear(); }
    void clear() { setp(bytes_.data(), bytes_.data() + bytes_.size()); }
    [[nodiscard]] std::string text() const { return {pbase(), pptr()}; }

   private:
    std::array<char, 16 * 1024> bytes_;
  };

  fixed_buffer buffer_;
  std::ostream stream_{&buffer_};
};

body_context& context_of_bodies() {
  static body_context one;
  return one;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    if (!line.empty()) lines.push_back(line);
  }
  return lines;
}

// The text of a failed RC_ASSERT begins with a line `FILE:LINE:`.
location place_of(const std::string& line) {
  const std::size_t end = line.rfind(':');
  const std::size_t colon = end == line.npos || end == 0 ? line.npos : line.rfind(':', end - 1);
  if (colon == line.npos || end + 1 != line.size()) return location::unknown();
  const auto number = std::strtoul(line.c_str() + colon + 1, nullptr, 10);
  return {kept_name(std::string_view(line).substr(0, colon)), static_cast<std::uint32_t>(number)};
}

finding finding_of(const CaseResult& result) {
  if (result.type != CaseResult::Type::Failure) {
    return {finding_kind::misuse,
            "a body ended by RC_PRE, RC_DISCARD or RC_SUCCEED, which are for the property",
            lines_of(result.description), location::unknown()};
  }
  std::vector<std::string> lines = lines_of(result.description);
  finding what{finding_kind::assertion, "an assertion of RapidCheck has failed", {}, {}};
  if (!lines.empty()) what.where = place_of(lines.front());
  if (what.where.file != nullptr) lines.erase(lines.begin());
  if (!lines.empty()) {
    what.text = lines.front();
    lines.erase(lines.begin());
  }
  if (what.where.file != nullptr) what.text += ": " + place_text(what.where);
  what.details = std::move(lines);
  for (const std::string& line : lines_of(context_of_bodies().text())) {
    what.details.push_back("log: " + line);
  }
  return what;
}

bool translate(const std::exception_ptr& thrown, finding& into) {
  try {
    std::rethrow_exception(thrown);
  } catch (const CaseResult& result) {
    into = finding_of(result);
    return true;
  } catch (...) {
    return false;
  }
}

// One property: its checks throw instead of reporting, and the verdict of the latest input that
// failed is kept.
class property_run : public rc::detail::TestListener {
 public:
  property_run() {
    passed_ = set_pass_handler([](const verdict&, location) {});
    failed_ = set_failure_handler([this](const verdict& of, location) { on_failure(of); });
    hooks_ = set_exploration_hooks({});
    exploration_hooks mine = hooks_;
    mine.begin = [this] {
      if (hooks_.begin) hooks_.begin();
      context_.emplace(&context_of_bodies());
    };
    mine.end = [this] {
      context_.reset();
      if (hooks_.end) hooks_.end();
    };
    mine.body_begins = [this] {
      context_of_bodies().clear();
      if (hooks_.body_begins) hooks_.body_begins();
    };
    // To follow a path of shrinks, RapidCheck runs the inputs on it.
    mine.other_bodies = true;
    mine.adjust = [this](options& of) { cut_short(of); };
    set_exploration_hooks(std::move(mine));
  }
  ~property_run() override {
    set_exploration_hooks(std::move(hooks_));
    set_failure_handler(std::move(failed_));
    set_pass_handler(std::move(passed_));
  }
  property_run(const property_run&) = delete;
  property_run& operator=(const property_run&) = delete;

  void onTestCaseFinished(const CaseDescription& description) override {
    if (description.result.type != CaseResult::Type::Failure) return;
    shrinking_ = true;
    accept();
  }
  void onShrinkTried(const CaseDescription&, bool accepted) override {
    shrinks += accepted ? 1U : 0U;
    if (accepted) accept();
  }
  void onTestFinished(const rc::detail::TestMetadata&, const rc::detail::TestResult&) override {}

  /// The verdict of the check that `failure` tells of; nothing if something else failed.
  [[nodiscard]] std::optional<verdict> verdict_of(const rc::detail::FailureResult& failure) {
    // Listeners are not told of inputs that RC_PARAMS gives again.
    const std::optional<verdict>& last = shrinking_ ? kept_ : latest_;
    if (!last || failure.description.find(check_failed(*last).what()) == std::string::npos) {
      return std::nullopt;
    }
    return last;
  }

  unsigned shrinks = 0;

 private:
  void on_failure(const verdict& of) {
    if (shrinking_ && of.status == verdict_status::incomplete) return;
    latest_ = of;
    throw check_failed(of);
  }

  void accept() {
    kept_ = std::move(latest_);
    latest_.reset();
  }

  // In executions, not in time, so that the same seed shrinks the same way.
  void cut_short(options& of) const {
    if (!shrinking_ || of.execution) return;
    constexpr std::uint64_t least = 1000;
    const std::uint64_t enough = std::max(least, kept_ ? 4 * kept_->executions : 0);
    of.executions = std::min(of.executions.value_or(enough), enough);
  }

  bool shrinking_ = false;
  std::optional<verdict> kept_, latest_;
  std::optional<rc::detail::ImplicitParam<rc::detail::param::CurrentPropertyContext>> context_;
  verdict_handler passed_, failed_;
  exploration_hooks hooks_;
};

std::string heading(const std::string& name) { return "heddle: property \"" + name + "\""; }

std::string indented(const std::string& text) {
  std::string result;
  for (const std::string& line : lines_of(text)) result += "\n  " + line;
  return result;
}

// `reproduce=...` alone: with it no other setting has a meaning.
std::string reproduction(const std::string& name, const rc::detail::Reproduce& of) {
  rc::detail::Configuration settings;
  settings.reproduce.emplace(name, of);
  const std::string all = rc::detail::configToMinimalString(settings);
  const std::string rest = all.substr(all.find("reproduce="));
  return rest.substr(0, rest.find(' '));
}

std::string failure_text(const std::string& name, const rc::detail::FailureResult& failure,
                         const std::optional<verdict>& of) {
  const std::string command = "RC_PARAMS=\"" + reproduction(name, failure.reproduce) + "\" " +
                              replay_line(of ? of->name : name, of ? of->token : "");
  std::string text = heading(name) + " fails for";
  for (const auto& [type, value] : failure.counterExample) text += indented(value);
  if (of && of->found) {
    text += '\n' + report_text(*of, command);
    text.pop_back();
    return text;
  }
  return text + indented(of ? of->line() : failure.description) + "\n  replay: " + command;
}

}  // namespace

void check_property(const std::string& name, const rc::detail::Property& property,
                    location caller) {
  if (!in_boost_test()) fail(exit_usage, heading(name) + " outside of a test case");
  const rc::detail::Configuration& config = rc::detail::configuration();
  unsigned shrinks = 0;
  std::optional<verdict> found;
  const rc::detail::TestResult result = [&] {
    property_run run;
    auto tested =
        rc::detail::checkProperty(property, {name, name}, config.testParams, run, config.reproduce);
    if (tested.is<rc::detail::FailureResult>()) {
      found = run.verdict_of(tested.get<rc::detail::FailureResult>());
    }
    shrinks = run.shrinks;
    return tested;
  }();
  if (result.is<rc::detail::FailureResult>()) {
    const auto& failure = result.get<rc::detail::FailureResult>();
    report_to_boost_test(false, failure_text(name, failure, found), caller);
    log_to_boost_test(heading(name) + ": failed after " + std::to_string(failure.numSuccess + 1) +
                          " inputs and " + std::to_string(shrinks) + " shrinks",
                      caller);
    return;
  }
  std::ostringstream text;
  text << heading(name) << ": ";
  rc::detail::printResultMessage(result, text);
  report_to_boost_test(result.is<rc::detail::SuccessResult>(), text.str(), caller);
}

void install_rapidcheck() {
  static bool installed = false;
  if (!std::exchange(installed, true)) add_exception_translator(translate);
}

}  // namespace heddle::detail
