#include "connectors/chat/slack/chart_picture.h"

#include <cairo.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "engine/base/text.h"

namespace apiops::slack {

namespace {

constexpr double kWidth = 960, kHeight = 360, kLeft = 84, kRight = 24, kTop = 58, kBottom = 44, kFont = 17;
constexpr std::size_t kMaxTitle = 90, kMaxBars = 400;
constexpr int kLines = 4;  // across, with a value each

struct CairoEnd {
  void operator()(cairo_surface_t* s) const { cairo_surface_destroy(s); }
  void operator()(cairo_t* c) const { cairo_destroy(c); }
};
using Surface = std::unique_ptr<cairo_surface_t, CairoEnd>;
using Pen = std::unique_ptr<cairo_t, CairoEnd>;

// The next of 1, 2, 2.5, 5, 10 … so that the lines across stand at round values.
double round_up(double value) {
  if (value <= 0) return 1;
  const double power = std::pow(10.0, std::floor(std::log10(value)));
  for (const double step : {1.0, 2.0, 2.5, 4.0, 5.0, 8.0, 10.0})
    if (step * power >= value) return step * power;
  return value;
}

std::string value_text(double value) {
  if (std::abs(value - std::round(value)) < 1e-9 && std::abs(value) < 1e15)
    return with_thousands(static_cast<long long>(std::llround(value)));
  return fmt::format("{:.4g}", value);
}

enum class Align { kLeft, kRight };

void write(cairo_t* pen, double x, double y, const std::string& text, Align align = Align::kLeft) {
  if (align == Align::kRight) {
    cairo_text_extents_t size;
    cairo_text_extents(pen, text.c_str(), &size);
    x -= size.x_advance;
  }
  cairo_move_to(pen, x, y);
  cairo_show_text(pen, text.c_str());
}

void draw_frame(cairo_t* pen, const Chart& chart, double most) {
  cairo_set_source_rgb(pen, 1, 1, 1);
  cairo_paint(pen);
  cairo_select_font_face(pen, "sans-serif", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_BOLD);
  cairo_set_font_size(pen, kFont + 2);
  cairo_set_source_rgb(pen, 0.11, 0.11, 0.12);
  const bool named = lower_ascii(chart.title).find(lower_ascii(chart.unit)) != std::string::npos;
  const std::string unit = chart.unit.empty() || named ? "" : " (" + chart.unit + ")";
  write(pen, 16, 32, clip(clean_line(chart.title + unit), kMaxTitle));
  cairo_select_font_face(pen, "sans-serif", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
  cairo_set_font_size(pen, kFont - 3);
  for (int line = 0; line <= kLines; ++line) {
    const double y = kHeight - kBottom - (kHeight - kTop - kBottom) * line / kLines;
    cairo_set_source_rgb(pen, 0.88, 0.88, 0.9);
    cairo_set_line_width(pen, 1);
    cairo_move_to(pen, kLeft, y);
    cairo_line_to(pen, kWidth - kRight, y);
    cairo_stroke(pen);
    cairo_set_source_rgb(pen, 0.35, 0.35, 0.4);
    write(pen, kLeft - 8, y + 5, value_text(most * line / kLines), Align::kRight);
  }
  if (chart.labels.empty()) return;
  write(pen, kLeft, kHeight - 16, clean_line(chart.labels.front()));
  write(pen, kWidth - kRight, kHeight - 16, clean_line(chart.labels.back()), Align::kRight);
}

void draw_bars(cairo_t* pen, const std::vector<double>& values, double most) {
  const double room = (kWidth - kLeft - kRight) / static_cast<double>(values.size());
  const double gap = room > 6 ? room * 0.2 : 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double height = (kHeight - kTop - kBottom) * std::clamp(values[i] / most, 0.0, 1.0);
    cairo_rectangle(pen, kLeft + room * static_cast<double>(i) + gap / 2, kHeight - kBottom - height, room - gap,
                    height);
  }
  cairo_set_source_rgb(pen, 0.16, 0.42, 0.78);
  cairo_fill(pen);
}

cairo_status_t append(void* to, const unsigned char* bytes, unsigned int count) {
  static_cast<std::string*>(to)->append(reinterpret_cast<const char*>(bytes), count);
  return CAIRO_STATUS_SUCCESS;
}

}  // namespace

std::string chart_png(const Chart& chart) {
  std::vector<double> values = chart.values;
  for (auto& value : values)
    if (!std::isfinite(value) || value < 0) value = 0;
  if (values.empty()) return {};
  if (values.size() > kMaxBars) values.erase(values.begin(), values.end() - kMaxBars);
  const double most = round_up(*std::max_element(values.begin(), values.end()));
  const Surface surface(
      cairo_image_surface_create(CAIRO_FORMAT_RGB24, static_cast<int>(kWidth), static_cast<int>(kHeight)));
  const Pen pen(cairo_create(surface.get()));
  draw_frame(pen.get(), chart, most);
  draw_bars(pen.get(), values, most);
  std::string png;
  if (cairo_surface_write_to_png_stream(surface.get(), append, &png) != CAIRO_STATUS_SUCCESS) return {};
  return png;
}

}  // namespace apiops::slack
