#include <heddle/bench/sync/table.hpp>

#include <cstdlib>
#include <utility>

namespace bench {

std::vector<sync_row>& sync_rows() {
  static std::vector<sync_row> rows = [] {
    std::vector<sync_row> all;
    put_mutex_rows(all);
    put_rw_mutex_rows(all);
    put_waiting_rows(all);
    put_channel_rows(all);
    return all;
  }();
  return rows;
}

void add_subject(std::string_view row, std::string name, std::function<sample()> measure) {
  for (sync_row& each : sync_rows()) {
    if (each.name == row) {
      each.subjects.push_back({std::move(name), std::move(measure)});
      return;
    }
  }
  std::abort();  // no such row: a mistake in this program
}

}  // namespace bench
