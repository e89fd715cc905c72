#include <heddle/bench/granularity/chart.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>
#include <memory>

namespace bench {

namespace {

constexpr double width = 720, height = 400;
constexpr double left = 70, right = 190, top = 40, bottom = 50;
constexpr std::array colours = {"#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e", "#444444"};

/// Values along one side of the plane.
class axis {
 public:
  axis(bool logarithmic, double from, double to) : logarithmic_(logarithmic), from_(from), to_(to) {
    if (logarithmic_) {
      from_ = std::pow(10, std::floor(std::log10(from)));
      to_ = std::pow(10, std::ceil(std::log10(to)));
    } else {
      from_ = 0;
      to_ = to > 0 ? to * 1.05 : 1;
    }
    if (from_ == to_) to_ = from_ * 10;
  }

  /// Between 0 and 1.
  [[nodiscard]] double place(double value) const {
    if (!logarithmic_) return (value - from_) / (to_ - from_);
    return std::log10(value / from_) / std::log10(to_ / from_);
  }
  [[nodiscard]] std::vector<double> ticks() const {
    std::vector<double> result;
    if (logarithmic_) {
      for (double at = from_; at <= to_ * 1.001; at *= 10) result.push_back(at);
      return result;
    }
    const double rough = to_ / 5;
    const double power = std::pow(10, std::floor(std::log10(rough)));
    const double step = rough / power > 5 ? 10 * power : rough / power > 2 ? 5 * power : 2 * power;
    for (double at = 0; at <= to_; at += step) result.push_back(at);
    return result;
  }

 private:
  bool logarithmic_;
  double from_, to_;
};

struct plane {
  axis x, y;
  [[nodiscard]] double across(double value) const {
    return left + x.place(value) * (width - left - right);
  }
  [[nodiscard]] double down(double value) const {
    return height - bottom - y.place(value) * (height - top - bottom);
  }
};

plane plane_of(const chart& what) {
  constexpr double most = std::numeric_limits<double>::max();
  double x_from = most, x_to = 0, y_from = most, y_to = 0;
  for (const series& each : what.lines) {
    for (const auto& [x, y] : each.points) {
      x_from = std::min(x_from, x);
      x_to = std::max(x_to, x);
      y_from = std::min(y_from, y);
      y_to = std::max(y_to, y);
    }
  }
  return {axis(true, x_from, x_to), axis(what.logarithmic, y_from, y_to)};
}

void draw_frame(std::FILE* to, const chart& what, const plane& on) {
  std::fprintf(to,
               "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%g\" height=\"%g\" "
               "font-family=\"sans-serif\" font-size=\"12\">\n"
               "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n"
               "<text x=\"%g\" y=\"22\" font-size=\"15\">%s</text>\n",
               width, height, left, what.title.c_str());
  for (const double at : on.x.ticks()) {
    const double x = on.across(at);
    std::fprintf(to,
                 "<line x1=\"%.1f\" y1=\"%g\" x2=\"%.1f\" y2=\"%g\" stroke=\"#ddd\"/>"
                 "<text x=\"%.1f\" y=\"%g\" text-anchor=\"middle\">%g</text>\n",
                 x, top, x, height - bottom, x, height - bottom + 18, at);
  }
  for (const double at : on.y.ticks()) {
    const double y = on.down(at);
    std::fprintf(to,
                 "<line x1=\"%g\" y1=\"%.1f\" x2=\"%g\" y2=\"%.1f\" stroke=\"#ddd\"/>"
                 "<text x=\"%g\" y=\"%.1f\" text-anchor=\"end\">%g</text>\n",
                 left, y, width - right, y, left - 6, y + 4, at);
  }
  std::fprintf(
      to,
      "<text x=\"%g\" y=\"%g\" text-anchor=\"middle\">%s</text>\n"
      "<text transform=\"translate(16,%g) rotate(-90)\" text-anchor=\"middle\">%s</text>\n",
      (left + width - right) / 2, height - 12, what.x.c_str(), (top + height - bottom) / 2,
      what.y.c_str());
}

void draw_line(std::FILE* to, const series& what, std::size_t number, const plane& on) {
  const char* const colour = colours.at(number % colours.size());
  std::fprintf(to, "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\" points=\"", colour);
  for (const auto& [x, y] : what.points) std::fprintf(to, "%.1f,%.1f ", on.across(x), on.down(y));
  std::fputs("\"/>\n", to);
  for (const auto& [x, y] : what.points) {
    std::fprintf(to, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>\n", on.across(x),
                 on.down(y), colour);
  }
  const double legend = top + 12 + 20 * static_cast<double>(number);
  std::fprintf(to,
               "<line x1=\"%g\" y1=\"%g\" x2=\"%g\" y2=\"%g\" stroke=\"%s\" stroke-width=\"2\"/>"
               "<text x=\"%g\" y=\"%g\">%s</text>\n",
               width - right + 12, legend, width - right + 36, legend, colour, width - right + 42,
               legend + 4, what.name.c_str());
}

}  // namespace

bool write_svg(const chart& what, const std::string& folder) {
  const std::string path = folder + "/" + what.file + ".svg";
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "w"),
                                                             &std::fclose);
  if (file == nullptr) return false;
  const plane on = plane_of(what);
  draw_frame(file.get(), what, on);
  for (std::size_t i = 0; i < what.lines.size(); ++i) draw_line(file.get(), what.lines[i], i, on);
  return std::fputs("</svg>\n", file.get()) >= 0 && std::fflush(file.get()) == 0;
}

}  // namespace bench
