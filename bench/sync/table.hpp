// The rows of bench_sync: what is measured, of whom, and what heddle aims at.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

/// What one subject did in one round.
struct sample {
  double value = 0;    ///< in the unit of the row
  double share = 0;    ///< of the slowest thread; 0 where that means nothing
  double longest = 0;  ///< wait, in us; 0 where nobody looked
  bool valid = true;   ///< otherwise the machine was too busy
};

enum class better : unsigned char { less, more };

struct subject {
  std::string name;
  std::function<sample()> measure;
};

struct aim {
  std::string subject;
  double ratio;            ///< to the base: at most, or at least
  double share = 0;        ///< at least
  bool as_prompt = false;  ///< the longest wait lies within what the base shows against itself
};

struct sync_row {
  std::string name, text;
  std::string_view unit;
  better direction;
  bool needs_two_processors;
  std::string base;  ///< the subject to whose value all ratios are
  std::vector<aim> aims;
  std::vector<subject> subjects = {};
};

/// All rows, in the order of their parts.  Each file of subjects adds them before main begins.
[[nodiscard]] std::vector<sync_row>& sync_rows();
void add_subject(std::string_view row, std::string name, std::function<sample()> measure);

// Called once, by the first `sync_rows()`: a part of the table each.
void put_mutex_rows(std::vector<sync_row>& into);
void put_rw_mutex_rows(std::vector<sync_row>& into);
void put_waiting_rows(std::vector<sync_row>& into);
void put_channel_rows(std::vector<sync_row>& into);

}  // namespace bench
