#include <heddle/checker/report/text.hpp>

#include <algorithm>
#include <vector>

namespace heddle {

namespace {

constexpr std::size_t most_rows = 40;
constexpr std::size_t most_passing_rows = 10;
constexpr std::size_t widest_table = 160;
constexpr std::size_t number_width = 9;

// One row of the table: a step, or consecutive steps of one thread inside one call.
struct row {
  std::uint32_t first;
  std::uint32_t last;
  std::uint32_t thread;
  std::string text;
  std::string place;
};

bool same_place(location a, location b) {
  return a.line == b.line && place_text(a) == place_text(b);
}

// Whether `b`, of the same thread, goes on with the call that `a` is part of.
bool same_call(const recorded_step& a, const recorded_step& b) {
  return !a.call.empty() && a.call == b.call && same_place(a.where, b.where);
}

// The thread's next step after `from`, or its last one before it; null if there is none.
const recorded_step* neighbour(const std::vector<recorded_step>& steps, std::size_t from,
                               bool forward) {
  for (std::size_t i = from; forward ? ++i < steps.size() : i-- > 0;) {
    if (steps[i].thread == steps[from].thread) return &steps[i];
  }
  return nullptr;
}

// A call in one piece is one row with the call's text.  One that other threads interrupt gives a
// row for each piece, with the step at which the piece ends.
row fold(const std::vector<recorded_step>& steps, std::size_t begin, std::size_t end) {
  const recorded_step& first = steps[begin];
  const recorded_step& last = steps[end - 1];
  row made{first.number, last.number, first.thread, first.text, place_text(first.where)};
  if (!first.call.empty()) {
    const auto* before = neighbour(steps, begin, false);
    const auto* after = neighbour(steps, end - 1, true);
    const bool piece = (before != nullptr && same_call(*before, first)) ||
                       (after != nullptr && same_call(last, *after));
    made.text = piece ? first.call + ": " + last.text : first.call;
  }
  return made;
}

std::vector<row> rows_of(const std::vector<recorded_step>& steps) {
  std::vector<row> rows;
  for (std::size_t begin = 0; begin < steps.size();) {
    std::size_t end = begin + 1;
    while (end < steps.size() && steps[end].thread == steps[begin].thread &&
           same_call(steps[begin], steps[end])) {
      ++end;
    }
    rows.push_back(fold(steps, begin, end));
    begin = end;
  }
  return rows;
}

std::string thread_title(const recording& execution, std::uint32_t thread) {
  return "thread " +
         (thread < execution.threads.size() ? execution.threads[thread] : std::to_string(thread));
}

void pad(std::string& text, std::size_t width) {
  if (text.size() < width) text.resize(width, ' ');
}

void end_line(std::string& text) {
  text.erase(text.find_last_not_of(' ') + 1);
  text += '\n';
}

std::string number_text(const row& of) {
  const std::string text = of.first == of.last
                               ? std::to_string(of.first)
                               : std::to_string(of.first) + "-" + std::to_string(of.last);
  return std::string(text.size() < number_width - 2 ? number_width - 2 - text.size() : 0, ' ') +
         text;
}

// Where the columns of the threads stand.
struct column {
  std::uint32_t thread;
  std::string title;
  std::size_t width;
};

std::vector<column> columns_of(const recording& execution, const std::vector<row>& rows) {
  std::vector<column> columns;
  std::uint32_t threads = 0;
  for (const row& each : rows) threads = std::max(threads, each.thread + 1);
  for (std::uint32_t thread = 0; thread < threads; ++thread) {
    std::size_t width = 0;
    bool shown = false;
    for (const row& each : rows) {
      if (each.thread != thread) continue;
      width = std::max(width, each.text.size());
      shown = true;
    }
    if (!shown) continue;
    std::string title = thread_title(execution, thread);
    width = std::max(width, title.size());
    columns.push_back({thread, std::move(title), width});
  }
  return columns;
}

// What a row begins with: its number, and the place where there is one.
std::string row_head(const std::string& number, const std::string& place, std::size_t width) {
  std::string head = "  " + number + "  " + place;
  pad(head, number_width + 2 + width);
  return head;
}

// A column for each thread.
std::string table(const std::vector<row>& rows, const std::vector<column>& columns,
                  std::size_t place_width) {
  std::string text = row_head("   step", "", place_width);
  for (const column& each : columns) {
    std::string title = each.title;
    pad(title, each.width);
    text += "  " + title;
  }
  end_line(text);
  for (const row& each : rows) {
    std::string line = row_head(number_text(each), each.place, place_width);
    for (const column& at : columns) {
      std::string cell = at.thread == each.thread ? each.text : "";
      pad(cell, at.width);
      line += "  " + cell;
    }
    end_line(line);
    text += line;
  }
  return text;
}

// Too many threads for columns: the thread's name stands in each row.
std::string list(const std::vector<row>& rows, const std::vector<column>& columns,
                 std::size_t place_width) {
  std::size_t title_width = 0;
  for (const column& each : columns) title_width = std::max(title_width, each.title.size());
  std::string text = row_head("   step", "", 0);
  end_line(text);
  for (const row& each : rows) {
    const auto at = std::find_if(columns.begin(), columns.end(), [&](const column& candidate) {
      return candidate.thread == each.thread;
    });
    std::string title = at->title;
    pad(title, title_width);
    std::string line = row_head(number_text(each), each.place, place_width);
    line += "  " + title + "  " + each.text;
    end_line(line);
    text += line;
  }
  return text;
}

std::string rows_text(const recording& execution, const std::vector<row>& rows) {
  const std::vector<column> columns = columns_of(execution, rows);
  std::size_t place_width = 0;
  for (const row& each : rows) place_width = std::max(place_width, each.place.size());
  std::size_t width = number_width + 2 + place_width;
  for (const column& each : columns) width += each.width + 2;
  return width > widest_table ? list(rows, columns, place_width)
                              : table(rows, columns, place_width);
}

std::string steps_text(const recording& execution) {
  std::vector<row> rows = rows_of(execution.steps);
  if (rows.empty()) return "";
  std::string text;
  if (rows.size() > most_rows) {
    const auto cut = rows.end() - static_cast<std::ptrdiff_t>(most_rows);
    text = "  (steps 1 to " + std::to_string(cut->first - 1) + " are not shown)\n";
    rows.erase(rows.begin(), cut);
  }
  return text + rows_text(execution, rows);
}

std::string deciding_text(const recorded_step& step, const std::string& thread) {
  const std::string place = place_text(step.where);
  return "thread " + thread + " " + (step.call.empty() ? step.text : step.call) +
         (place.empty() ? "" : " at " + place);
}

// The two operations, and what comes after the common beginning where it passes.
std::string explanation_text(const explanation& of) {
  std::string text = "  decided by: " + deciding_text(of.first, of.first_thread);
  if (of.then_thread.empty()) {
    text += "; with another choice it passes:\n";
  } else {
    text +=
        " before " + deciding_text(of.then, of.then_thread) + "; the other way round it passes:\n";
  }
  std::vector<row> rows = rows_of(of.passing.steps);
  std::erase_if(rows, [&](const row& each) { return each.last <= of.common; });
  const bool more = rows.size() > most_passing_rows;
  if (more) rows.resize(most_passing_rows);
  text += rows_text(of.passing, rows);
  return more ? text + "  (and so on, " + std::to_string(of.passing.steps.size()) +
                    " steps in all)\n"
              : text;
}

// A message of the user's may have several lines; they stay below their first one.
std::string indented(const std::string& text, std::size_t by) {
  std::string result(by, ' ');
  for (const char each : text) {
    result += each;
    if (each == '\n') result.append(by + 2, ' ');
  }
  return result + '\n';
}

}  // namespace

std::string_view last_component(std::string_view path) noexcept {
  const std::size_t slash = path.find_last_of('/');
  return slash == path.npos ? path : path.substr(slash + 1);
}

std::string place_text(location where) {
  if (where.file == nullptr) return "";
  return std::string(last_component(where.file)) + ":" + std::to_string(where.line);
}

std::string text_report(const report_subject& of) {
  std::string text = "heddle: " + indented(of.found.text, 0);
  text += "  check: " + std::string(of.check) + '\n';
  for (const std::string& each : of.found.details) text += indented(each, 2);
  text += steps_text(of.execution);
  if (of.explained != nullptr) text += explanation_text(*of.explained);
  if (!of.replay.empty()) text += "  replay: " + std::string(of.replay) + '\n';
  return text;
}

}  // namespace heddle
