// The forms in which a report is written to a file, told apart by the ending of the file's name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <heddle/checker/report/subject.hpp>
#include <heddle/checker/verdict.hpp>

namespace heddle {

/// JSON of a version of its own; docs/reports.md names the members.
[[nodiscard]] std::string json_report(const report_subject& of);
/// SARIF 2.1.0: one result, with a thread flow for each thread.
[[nodiscard]] std::string sarif_report(const report_subject& of);
/// The execution as a graph for Graphviz: program order, reads-from, and who waits for what.
[[nodiscard]] std::string dot_report(const report_subject& of);
/// The trace event format of Chrome, which Perfetto reads: a step is a microsecond.
[[nodiscard]] std::string trace_report(const report_subject& of);
/// One page that needs nothing else.
[[nodiscard]] std::string html_report(const report_subject& of);

/// Writes `text` to the file `name`, in which `%` stands for the check's name; returns its name and
/// what is wrong, or nothing.
[[nodiscard]] std::string write_file(std::string_view name, std::string_view check,
                                     std::string_view text);
/// Whether `files`, names with commas between, all end as one of the forms does: .html, .json,
/// .sarif, .dot, .trace, .txt.
[[nodiscard]] bool names_reports(std::string_view files);
/// The files that `files` names, in which `%` stands for the check's name.
[[nodiscard]] std::vector<std::string> report_files(std::string_view files, std::string_view check);
/// Writes the report of a verdict with a finding to each of `report_files(files, of.name)`; returns
/// what is wrong, or nothing.
[[nodiscard]] std::string write_reports(std::string_view files, const verdict& of,
                                        std::string_view replay);

}  // namespace heddle
