#include <heddle/tests/graph/table.hpp>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <stdexcept>

#include <heddle/tests/graph/driver.hpp>

namespace heddle::litmus {

namespace {

std::vector<std::string> split(const std::string& line, char at) {
  std::vector<std::string> parts;
  std::istringstream in(line);
  for (std::string part; std::getline(in, part, at);) parts.push_back(part);
  return parts;
}

/// Of the end of an execution.
struct values {
  std::string registers, locations;
  std::map<std::string, std::string> all;  ///< as in "r1" and "x(final)"
};

values values_of(const program& p, const ending& end) {
  values result;
  for (std::size_t thread = 0; thread < p.threads.size(); ++thread) {
    std::set<std::int8_t> own;
    for (const instruction& each : p.threads[thread]) own.insert(each.result);
    for (const std::int8_t number : own) {
      if (number < 0) continue;
      const auto index = static_cast<std::size_t>(number);
      const std::string value = std::to_string(end.threads[thread].registers[index]);
      result.all[p.registers[index]] = value;
      result.registers += p.registers[index] + "=" + value + " ";
    }
  }
  for (std::size_t i = 0; i < p.locations.size(); ++i) {
    const auto location = static_cast<std::int32_t>(i);
    const graph::graph& g = end.reached;
    const std::string value = std::to_string(g.value_of(location, g.last_write(location)));
    result.all[p.locations[i] + "(final)"] = value;
    result.locations += p.locations[i] + "=" + value + " ";
  }
  return result;
}

bool holds(const std::string& outcome, const values& in) {
  std::istringstream parts(outcome);
  for (std::string part; parts >> part;) {
    const std::size_t equals = part.find('=');
    const auto found = in.all.find(part.substr(0, equals));
    if (found == in.all.end()) throw std::runtime_error("nothing is called " + part);
    if (found->second != part.substr(equals + 1)) return false;
  }
  return true;
}

std::string describe(bool weak, std::size_t outcomes, std::size_t registers, std::uint64_t graphs) {
  return std::string(weak ? "allowed" : "forbidden") + ", " + std::to_string(outcomes) +
         " outcomes, " + std::to_string(registers) + " of registers, " + std::to_string(graphs) +
         " graphs";
}

std::string difference(const table_row& row, graph::memory model,
                       const table_row::expectation& want) {
  const program p = parse(row.text);
  bool weak = false;
  std::set<std::string> outcomes, registers;
  exploration how;
  how.model = model;
  how.most = 10'000;
  how.then = [&](const ending& end) {
    const values at_end = values_of(p, end);
    weak = weak || holds(row.weak_outcome, at_end);
    registers.insert(at_end.registers);
    outcomes.insert(at_end.registers + at_end.locations);
  };
  const visits got = explore(p, how);
  const bool once = got.times.size() == got.complete;
  const std::string seen = describe(weak, outcomes.size(), registers.size(), got.complete);
  const std::string expected =
      describe(want.weak_allowed, want.outcomes, want.register_outcomes, want.graphs);
  if (seen == expected && once) return "";
  return row.name + (model == graph::memory::sc ? " under sc: " : " under rc11: ") + seen +
         (once ? "" : ", some more than once") + "; not " + expected + "\n";
}

}  // namespace

std::vector<table_row> read_table(const std::string& file) {
  std::ifstream in(file);
  std::string line;
  if (!std::getline(in, line)) throw std::runtime_error("cannot read " + file);
  const std::vector<std::string> head = split(line, '\t');
  std::vector<table_row> rows;
  while (std::getline(in, line)) {
    const std::vector<std::string> cells = split(line, '\t');
    const auto cell = [&](const char* name) {
      const auto column = std::find(head.begin(), head.end(), name) - head.begin();
      return cells.at(static_cast<std::size_t>(column));
    };
    const auto expected = [&](const std::string& model) {
      return table_row::expectation{cell(model.c_str()) == "allowed",
                                    std::stoull(cell(("n_" + model).c_str())),
                                    std::stoull(cell(("regs_" + model).c_str())),
                                    std::stoull(cell(("graphs_" + model).c_str()))};
    };
    rows.push_back({cell("name"), cell("program"), cell("weak_outcome"), expected("SC"),
                    expected("RC11"), cell("racy_RC11") == "race"});
  }
  return rows;
}

std::string table_differences(const table_row& row) {
  return difference(row, graph::memory::sc, row.sc) +
         difference(row, graph::memory::rc11, row.rc11);
}

}  // namespace heddle::litmus
