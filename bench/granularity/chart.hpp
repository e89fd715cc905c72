// Line charts as SVG, plain enough to be read as text.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace bench {

struct series {
  std::string name;
  std::vector<std::pair<double, double>> points;  ///< x above zero and rising
};

struct chart {
  std::string file;   ///< without folder and ending
  std::string title;  ///< as all texts, without anything that XML would have escaped
  std::string x, y;
  bool logarithmic = false;  ///< the y axis; the x axis always is
  std::vector<series> lines = {};
};

/// False if it cannot be written; errno then says why.
[[nodiscard]] bool write_svg(const chart& what, const std::string& folder);

}  // namespace bench
