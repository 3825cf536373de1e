/* A run of gradient descent as a page: the cost curve with the checks on it, and a table of them.
 *
 * The curve is drawn with at most a few hundred points, on a logarithmic scale where the cost falls
 * by more than a factor of ten and stays above 0.
 */
#include <math.h>
#include <stdlib.h>

#include "base/memory_stream.h"
#include "report/html/html.h"
#include "report/table.h"

enum { WIDTH = 640, HEIGHT = 260, LEFT = 70, BOTTOM = 40, TOP = 12, MOST_POINTS = 400 };

struct chart {
  const struct bp_training *training;
  double low, high;
  bool logarithmic;
};

static struct chart chart_of(const struct bp_training *training) {
  struct chart chart = {.training = training, .low = INFINITY, .high = -INFINITY};
  for (size_t k = 0; k <= training->steps; k++) {
    double loss = training->losses[k];
    if (!isfinite(loss))
      continue;
    chart.low = fmin(chart.low, loss);
    chart.high = fmax(chart.high, loss);
  }
  chart.logarithmic = chart.low > 0 && chart.high > 10 * chart.low;
  return chart;
}

static double x_of(const struct chart *chart, size_t step) {
  double steps = chart->training->steps > 0 ? (double)chart->training->steps : 1;
  return LEFT + (WIDTH - LEFT - 10) * (double)step / steps;
}

static double y_of(const struct chart *chart, double loss) {
  double share = chart->logarithmic ? log(loss / chart->low) / log(chart->high / chart->low)
                                    : (loss - chart->low) / (chart->high - chart->low);
  if (!(chart->high > chart->low))
    share = 0.5;
  return HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP);
}

static void write_label(struct bp_markup *markup, double x, double y, const char *anchor,
                        const char *text) {
  bp_element(markup, "text");
  bp_attribute_format(markup, "x", "%.0f", x);
  bp_attribute_format(markup, "y", "%.0f", y);
  bp_attribute(markup, "text-anchor", anchor);
  bp_markup_text(markup, text);
  bp_element_end(markup);
}

static void write_axes(struct bp_markup *markup, const struct chart *chart) {
  char text[40];
  bp_element(markup, "path");
  bp_attribute(markup, "class", "axis");
  bp_attribute_format(markup, "d", "M%d %dV%dH%d", LEFT, TOP, HEIGHT - BOTTOM, WIDTH - 10);
  bp_element_void_end(markup);
  snprintf(text, sizeof text, "%.3g", chart->high);
  write_label(markup, LEFT - 6, TOP + 8, "end", text);
  snprintf(text, sizeof text, "%.3g", chart->low);
  write_label(markup, LEFT - 6, HEIGHT - BOTTOM, "end", text);
  write_label(markup, LEFT, HEIGHT - BOTTOM + 18, "middle", "0");
  snprintf(text, sizeof text, "%zu updates", chart->training->steps);
  write_label(markup, WIDTH - 10, HEIGHT - BOTTOM + 18, "end", text);
}

static void write_curve(struct bp_markup *markup, const struct chart *chart) {
  const struct bp_training *training = chart->training;
  size_t stride = training->steps / MOST_POINTS + 1;
  char *points = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&points, &length);
  if (!out) {
    markup->failed = true;
    return;
  }
  for (size_t k = 0; k <= training->steps; k += stride)
    if (isfinite(training->losses[k]))
      fprintf(out, "%.1f,%.1f ", x_of(chart, k), y_of(chart, training->losses[k]));
  markup->failed = !bp_memory_stream_close(out, &points) || markup->failed;
  bp_element(markup, "polyline");
  bp_attribute(markup, "class", "curve");
  bp_attribute(markup, "points", points ? points : "");
  bp_element_void_end(markup);
  free(points);
}

/* A check on the curve: its sign, in its colour. */
static void write_check(struct bp_markup *markup, const struct chart *chart,
                        const struct bp_training_check *check) {
  if (!isfinite(check->loss))
    return;
  bp_element(markup, "text");
  bp_attribute(markup, "class", bp_page_class(check->verdict));
  bp_attribute_format(markup, "x", "%.1f", x_of(chart, check->step));
  bp_attribute_format(markup, "y", "%.1f", y_of(chart, check->loss) - 4);
  bp_attribute(markup, "text-anchor", "middle");
  bp_markup_text(markup, bp_page_sign(check->verdict));
  bp_element(markup, "title");
  bp_markup_format(markup, "after %zu updates: %s, J = %.6g", check->step,
                   bp_verdict_name(check->verdict), check->loss);
  bp_elements_end(markup, 2);
}

static void write_chart(struct bp_markup *markup, const struct bp_training *training) {
  struct chart chart = chart_of(training);
  if (!isfinite(chart.low))
    return;
  bp_element(markup, "figure");
  bp_element(markup, "svg");
  bp_attribute(markup, "role", "img");
  bp_attribute_format(markup, "aria-label",
                      "Cost from %.6g to %.6g in %zu updates, with %zu checks", training->losses[0],
                      training->losses[training->steps], training->steps, training->check_count);
  bp_attribute_format(markup, "width", "%d", WIDTH);
  bp_attribute_format(markup, "height", "%d", HEIGHT);
  bp_attribute_format(markup, "viewBox", "0 0 %d %d", WIDTH, HEIGHT);
  write_axes(markup, &chart);
  write_curve(markup, &chart);
  for (size_t i = 0; i < training->check_count; i++)
    write_check(markup, &chart, &training->checks[i]);
  bp_element_end(markup);
  bp_markup_element(markup, "figcaption", "soft",
                    chart.logarithmic ? "Cost, on a logarithmic scale, with the gradient checks"
                                      : "Cost, with the gradient checks");
  bp_element_end(markup);
}

static void write_checks(struct bp_markup *markup, const struct bp_training *training) {
  static const char *const headings[] = {"updates", "verdict", "J", "largest error", "worst", NULL};
  bp_page_table(markup, "Gradient checks on the way", headings);
  for (size_t i = 0; i < training->check_count; i++) {
    const struct bp_training_check *check = &training->checks[i];
    char text[80];
    bp_element(markup, "tr");
    snprintf(text, sizeof text, "%zu", check->step);
    bp_page_cell(markup, "number", text);
    bp_element(markup, "td");
    bp_element(markup, "span");
    bp_attribute_format(markup, "class", "word %s", bp_page_class(check->verdict));
    bp_markup_format(markup, "%s %s", bp_page_sign(check->verdict),
                     bp_verdict_name(check->verdict));
    bp_elements_end(markup, 2);
    snprintf(text, sizeof text, "%.6g", check->loss);
    bp_page_cell(markup, "number", text);
    bp_page_cell_number(markup, check->largest_relative);
    snprintf(text, sizeof text, "%.40s(%zu,%zu)", check->worst_block ? check->worst_block : "",
             check->worst_row + 1, check->worst_column + 1);
    bp_page_cell(markup, NULL, text);
    bp_element_end(markup);
  }
  bp_page_table_end(markup);
}

static int tell_training(const void *result, const struct bp_report_style *style, FILE *out) {
  return bp_training_text(result, style, out);
}

static void write_accuracy(struct bp_markup *markup, const char *name,
                           const struct bp_accuracy *accuracy) {
  if (accuracy->samples == 0)
    return;
  bp_element(markup, "p");
  bp_markup_format(markup, "%s: %zu of %zu samples right", name, accuracy->correct,
                   accuracy->samples);
  bp_element_end(markup);
}

int bp_training_html(const struct bp_training *training, const struct bp_report_style *style,
                     FILE *out) {
  struct bp_markup markup;
  if (bp_page_begin(&markup, training->title, out) != 0)
    return -1;
  struct bp_report_head head = {.settings = training->settings,
                                .setting_count = training->setting_count};
  bp_page_settings(&markup, &head);
  bp_page_closing(&markup, training->verdict, tell_training, training, style);
  if (!style->brief) {
    write_chart(&markup, training);
    write_accuracy(&markup, "Training data", &training->training);
    write_accuracy(&markup, "Held-out data", &training->held_out);
    write_checks(&markup, training);
    bp_page_notes(&markup, training->notes, training->note_count);
  }
  return bp_page_end(&markup, out);
}
