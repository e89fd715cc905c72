#include <heddle/checker/boost_test_stand_in.hpp>

#include <boost/test/execution_monitor.hpp>
#include <boost/test/results_collector.hpp>
#include <boost/test/unit_test_log_formatter.hpp>
#include <cstdlib>
#include <string_view>

#include <heddle/checker/boost_test.hpp>
#include <heddle/checker/options.hpp>
#include <heddle/scheduler/current.hpp>
#include <heddle/scheduler/execution.hpp>

namespace heddle::detail {

namespace {

namespace utf = boost::unit_test;
using formatter = utf::unit_test_log_formatter;

// Boost.Test keeps these between assertions; they are made this big outside of executions, so that
// assertions in bodies never let them grow there.
constexpr std::size_t text_room = 64 * 1024;
constexpr int context_room = 256;

std::string text_of(utf::const_string from) { return {from.begin(), from.end()}; }

// Keeps the entry of an assertion in memory that outlives the execution.
class capture : public formatter {
 public:
  explicit capture(boost_test_stand_in::entry& into) : into_(into) {}

  void log_entry_start(std::ostream&, const utf::log_entry_data& data, log_entry_types) override {
    outside([this, &data] { into_ = {kept_name(data.m_file_name), data.m_line_num, {}, {}}; });
  }
  using formatter::log_entry_value;
  void log_entry_value(std::ostream&, utf::const_string value) override {
    outside([this, &value] { into_.text += text_of(value); });
  }
  void log_entry_context(std::ostream&, utf::log_level, utf::const_string value) override {
    outside([this, &value] { into_.contexts.push_back(text_of(value)); });
  }

  void log_start(std::ostream&, utf::counter_t) override {}
  void log_finish(std::ostream&) override {}
  void log_build_info(std::ostream&, bool) override {}
  void test_unit_start(std::ostream&, const utf::test_unit&) override {}
  void test_unit_finish(std::ostream&, const utf::test_unit&, unsigned long) override {}
  void log_exception_start(std::ostream&, const utf::log_checkpoint_data&,
                           const boost::execution_exception&) override {}
  void log_exception_finish(std::ostream&) override {}
  void log_entry_finish(std::ostream&) override {}
  void entry_context_start(std::ostream&, utf::log_level) override {}
  void entry_context_finish(std::ostream&, utf::log_level) override {}

 private:
  boost_test_stand_in::entry& into_;
};

std::vector<std::string> contexts() {
  std::vector<std::string> all;
  const utf::framework::context_generator each = utf::framework::get_context();
  for (utf::const_string text = each.next(); !text.is_empty(); text = each.next()) {
    all.push_back(text_of(text));
  }
  return all;
}

int add_context(const std::string& text, bool sticky) {
  return utf::framework::add_context(BOOST_TEST_LAZY_MSG(text), sticky);
}

// fail() ends the process from within a test.  Boost.Test's files must be closed then before its
// logs are destroyed, and the order of its statics is the other way round.
void close_logs() {
  if (has_failed()) utf::framework::shutdown();
}

}  // namespace

boost_test_stand_in& boost_test_stand_in::instance() {
  // Never destroyed: the framework may call it until the process ends.
  static boost_test_stand_in& one = *new boost_test_stand_in;
  return one;
}

boost_test_stand_in::boost_test_stand_in() { utf::framework::register_observer(*this); }

void boost_test_stand_in::begin() {
  mute_logs();
  utf::framework::deregister_observer(utf::results_collector);
  utf::framework::deregister_observer(utf::unit_test_log);
  make_room();
  put_contexts_aside();
  exploring_ = true;
}

void boost_test_stand_in::end() {
  if (!exploring_) return;
  exploring_ = false;
  drop_contexts();
  give_logs_back();
  utf::framework::register_observer(utf::unit_test_log);
  utf::framework::register_observer(utf::results_collector);
  for (const std::string& text : aside_) add_context(text, false);
  aside_.clear();
}

// The level of a formatter decides whether it takes part at all; that of the JUnit formatter is
// meant to be fixed, so the functions of the base class are named.
void boost_test_stand_in::mute_logs() {
  for (const auto format : {utf::OF_CLF, utf::OF_XML, utf::OF_JUNIT, utf::OF_CUSTOM_LOGGER}) {
    formatter* const each = utf::unit_test_log.get_formatter(format);
    if (each == nullptr) continue;
    muted_.emplace_back(each, each->formatter::get_log_level());
    each->formatter::set_log_level(utf::log_nothing);
  }
  latest_ = {};
  // Only one formatter of a program's own can be there.
  capturing_ = utf::unit_test_log.get_formatter(utf::OF_CUSTOM_LOGGER) == nullptr;
  if (capturing_) utf::unit_test_log.add_formatter(new capture(latest_));
  utf::unit_test_log.configure();
}

void boost_test_stand_in::give_logs_back() {
  if (capturing_) utf::unit_test_log.add_formatter(nullptr);
  for (const auto& [each, level] : muted_) each->formatter::set_log_level(level);
  muted_.clear();
  utf::unit_test_log.configure();
}

void boost_test_stand_in::make_room() {
  const std::string text(text_room, ' ');
  utf::unit_test_log << utf::log::begin(text, 0);
  utf::unit_test_log.set_checkpoint("", 0, text);
  utf::unit_test_log.set_checkpoint("", 0);
  static const bool once = [] {
    std::vector<int> ids;
    ids.reserve(context_room);
    for (int i = 0; i < context_room; ++i) ids.push_back(add_context("room", true));
    for (const int id : ids) utf::framework::clear_context(id);
    return true;
  }();
  static_cast<void>(once);
}

void boost_test_stand_in::put_contexts_aside() {
  const std::vector<std::string> all = contexts();
  utf::framework::clear_context();
  const std::vector<std::string> stay = contexts();
  auto next = stay.begin();
  for (const std::string& text : all) {
    if (next != stay.end() && *next == text) {
      ++next;
    } else {
      aside_.push_back(text);
    }
  }
  first_context_ = add_context("first", true);
  utf::framework::clear_context(first_context_);
}

// A context that is left behind may hold memory of an execution that is over.  The latest ones go
// first: then none is moved, which would touch that memory.
void boost_test_stand_in::drop_contexts() {
  if (utf::framework::get_context().is_empty()) return;
  const int last = add_context("last", true);
  for (int id = last; id > first_context_; --id) utf::framework::clear_context(id);
  first_context_ = last;
}

void boost_test_stand_in::test_start(utf::counter_t, utf::test_unit_id) {
  static_cast<void>(std::atexit(close_logs));
  const auto& suite = utf::framework::master_test_suite();
  std::vector<std::string> arguments;
  for (int i = 1; i < suite.argc; ++i) arguments.emplace_back(suite.argv[i]);
  set_arguments(arguments);
  static_cast<void>(effective_options({}));
}

// Boost.Test has written the log entry when it tells its observers.
void boost_test_stand_in::assertion_result(utf::assertion_result result) {
  if (!exploring_ || result != utf::AR_FAILED) return;
  std::vector<std::string> details;
  outside([this, &details] {
    if (!capturing_) latest_.text = "an assertion of Boost.Test has failed";
    if (const std::size_t end = latest_.text.find('\n'); end != std::string::npos) {
      details.push_back(latest_.text.substr(end + 1));
      latest_.text.resize(end);
    }
    for (const std::string& each : latest_.contexts) details.push_back("context: " + each);
  });
  const location where{latest_.file, static_cast<std::uint32_t>(latest_.line)};
  fail_assertion(latest_.text, where, std::move(details));
}

// A signal was raised in a body, or the time of the test case is up: Boost.Test has jumped out of
// the execution, and the real observers, which follow, are to know.
void boost_test_stand_in::exception_caught(const boost::execution_exception&) {
  if (!exploring_) return;
  heap_on = false;
  controlled_flow = false;
  running_engine = nullptr;
  end();
}

}  // namespace heddle::detail
