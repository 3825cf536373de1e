/* A run of gradient descent for a terminal: settings, cost curve, checks, accuracies, verdict.
 *
 * The chart is drawn in braille signs, each a grid of 2 x 4 dots, so 59 columns show 118 points in
 * time and 11 lines 44 heights.  Between two steps a straight line is drawn: with few steps the
 * curve has no gaps, and with many steps to a dot the dots cover everything between the lowest and
 * the highest, so no rise is lost by leaving steps out.  Heights are logarithms where J spans more
 * than two decades.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/table.h"
#include "report/text/text.h"

/* ---- the chart ----------------------------------------------------------- */

enum {
  LABEL_WIDTH = 10,
  CELLS_WIDE = 59,
  CELLS_HIGH = 11,
  DOTS_WIDE = 2 * CELLS_WIDE,
  DOTS_HIGH = 4 * CELLS_HIGH
};

/* A J that moves by less than this share of itself is drawn as a level line: at full height such a
 * curve would look like progress, and its labels would all read the same. */
static const double FLAT = 1e-9;

struct chart {
  const double *losses;
  size_t count;  /* losses that are numbers */
  double lowest; /* at the lower edge; with `logarithmic` positive */
  double highest;
  bool logarithmic;
  unsigned char cells[CELLS_HIGH][CELLS_WIDE];
};

/* The losses up to the first that is not a number, and the scale that shows them. */
static struct chart chart_of(const struct bp_training *training) {
  struct chart chart = {.losses = training->losses, .lowest = INFINITY, .highest = -INFINITY};
  double smallest = INFINITY;
  size_t last = training->steps;
  while (chart.count <= last && isfinite(training->losses[chart.count])) {
    double loss = training->losses[chart.count++];
    chart.lowest = fmin(chart.lowest, loss);
    chart.highest = fmax(chart.highest, loss);
    if (loss > 0)
      smallest = fmin(smallest, loss);
  }
  if (chart.lowest >= 0 && chart.highest / smallest > 100) {
    chart.logarithmic = true;
    chart.lowest = smallest; /* a J of exactly 0 is drawn on the lower edge */
  }
  if (chart.highest - chart.lowest <= FLAT * chart.highest)
    chart.highest = chart.lowest;
  return chart;
}

/* 0 at the lower edge, 1 at the upper; the middle where all losses are the same.  Losses are never
 * negative, so the differences do not overflow. */
static double height(const struct chart *chart, double loss) {
  if (chart->highest <= chart->lowest)
    return 0.5;
  if (chart->logarithmic)
    return (log(fmax(loss, chart->lowest)) - log(chart->lowest)) /
           (log(chart->highest) - log(chart->lowest));
  return (loss - chart->lowest) / (chart->highest - chart->lowest);
}

/* The J at a height, the other way round; the edges come out exactly. */
static double loss_at(const struct chart *chart, double share) {
  if (share == 0 || share == 1)
    return share == 0 ? chart->lowest : chart->highest;
  if (chart->logarithmic)
    return exp((1 - share) * log(chart->lowest) + share * log(chart->highest));
  return chart->lowest * (1 - share) + chart->highest * share;
}

static void set_dot(struct chart *chart, int x, int y) {
  static const unsigned char bits[2][4] = {{0x01, 0x02, 0x04, 0x40}, {0x08, 0x10, 0x20, 0x80}};
  chart->cells[y / 4][x / 2] |= bits[x % 2][y % 4];
}

/* A line of dots; y counts downwards. */
static void draw_line(struct chart *chart, int from_x, int from_y, int to_x, int to_y) {
  int steps = abs(to_x - from_x) > abs(to_y - from_y) ? abs(to_x - from_x) : abs(to_y - from_y);
  for (int k = 0; k <= steps; k++) {
    double share = steps > 0 ? (double)k / steps : 0;
    set_dot(chart, (int)lround(from_x + share * (to_x - from_x)),
            (int)lround(from_y + share * (to_y - from_y)));
  }
}

static void draw_curve(struct chart *chart) {
  int before_x = 0, before_y = 0;
  for (size_t k = 0; k < chart->count; k++) {
    double time = chart->count > 1 ? (double)k / (double)(chart->count - 1) : 0;
    int x = (int)lround(time * (DOTS_WIDE - 1));
    int y = (int)lround((1 - height(chart, chart->losses[k])) * (DOTS_HIGH - 1));
    draw_line(chart, k > 0 ? before_x : x, k > 0 ? before_y : y, x, y);
    before_x = x;
    before_y = y;
  }
}

/* How many digits tell the labels at the edges and in the middle apart, as far as there is room. */
static int label_digits(const struct chart *chart) {
  int fitting = 3;
  for (int digits = 3; digits < 9; digits++) {
    char labels[3][32];
    bool fits = true;
    for (int k = 0; k < 3; k++)
      fits &= snprintf(labels[k], sizeof labels[k], "%.*g", digits, loss_at(chart, k / 2.0)) <=
              LABEL_WIDTH;
    if (!fits)
      break;
    fitting = digits;
    if (strcmp(labels[0], labels[1]) != 0 && strcmp(labels[1], labels[2]) != 0)
      break;
  }
  return fitting;
}

/* One braille sign: U+2800 and the dots, in UTF-8; a blank where there are none. */
static void write_sign(unsigned char dots, FILE *out) {
  if (dots == 0)
    putc(' ', out);
  else
    fprintf(out, "\xE2%c%c", 0xA0 + (dots >> 6), 0x80 + (dots & 0x3F));
}

static void write_line(const struct chart *chart, int line, int digits, FILE *out) {
  bool flat = chart->highest == chart->lowest;
  bool labelled =
      flat ? line == CELLS_HIGH / 2 : line == 0 || line == CELLS_HIGH / 2 || line == CELLS_HIGH - 1;
  char label[32] = "";
  if (labelled)
    snprintf(label, sizeof label, "%.*g", digits,
             flat ? chart->lowest : loss_at(chart, 1 - (double)line / (CELLS_HIGH - 1)));
  fprintf(out, "%*s %s", LABEL_WIDTH, label, labelled ? "┤" : "│");
  int last = CELLS_WIDE - 1;
  while (last >= 0 && chart->cells[line][last] == 0)
    last--;
  for (int x = 0; x <= last; x++)
    write_sign(chart->cells[line][x], out);
  putc('\n', out);
}

/* Under the axis: the first step, the middle one, the last. */
static void write_steps(size_t steps, FILE *out) {
  char middle[32], end[32];
  snprintf(middle, sizeof middle, "%zu", steps / 2);
  snprintf(end, sizeof end, "%zu", steps);
  fprintf(out, "%*s 0", LABEL_WIDTH + 1, "");
  if (steps % 2 == 0 && steps > 0)
    fprintf(out, "%*s%*s\n", CELLS_WIDE / 2 + (int)strlen(middle) / 2, middle,
            CELLS_WIDE - 1 - CELLS_WIDE / 2 - (int)strlen(middle) / 2, end);
  else
    fprintf(out, "%*s\n", CELLS_WIDE - 1, steps > 0 ? end : "");
}

int bp_training_chart(const struct bp_training *training, FILE *out) {
  struct chart chart = chart_of(training);
  if (chart.count == 0)
    return ferror(out) ? -1 : 0;
  draw_curve(&chart);
  fprintf(out, "%*s   against steps%s\n", LABEL_WIDTH, "J",
          chart.logarithmic ? ", on a logarithmic scale" : "");
  int digits = label_digits(&chart);
  for (int line = 0; line < CELLS_HIGH; line++)
    write_line(&chart, line, digits, out);
  fprintf(out, "%*s └", LABEL_WIDTH, "");
  for (int x = 0; x < CELLS_WIDE; x++)
    fputs("─", out);
  putc('\n', out);
  write_steps(chart.count - 1, out);
  return ferror(out) ? -1 : 0;
}

/* ---- the words around it ------------------------------------------------- */

static int write_head(const struct bp_training *training, bool colour, struct bp_arena *arena,
                      FILE *out) {
  const char *line = bp_arena_printf(arena, "gradient descent with α = %.6g, %zu steps, start %s",
                                     training->rate, training->steps_asked, training->start);
  for (size_t k = 0; k < training->setting_count && line != NULL; k++)
    line = bp_arena_printf(arena, "%s, %s %s", line, training->settings[k].name,
                           training->settings[k].value);
  if (line == NULL)
    return -1;
  fputs(bp_tint_on(BP_STRONG, colour), out);
  bp_wrap("", training->title != NULL ? training->title : "Network", 0, out);
  fputs(bp_tint_off(BP_STRONG, colour), out);
  bp_wrap("  ", line, 0, out);
  fprintf(out, "  J = %.10g before the first step, %.10g after step %zu", training->losses[0],
          training->losses[training->steps], training->steps);
  if (training->seconds >= 0.1)
    fprintf(out, "; %.2f s", training->seconds);
  fputs("\n\n", out);
  return 0;
}

/* Eight digits, zeros at the end too, so that a column of them lines up. */
static const char *loss_text(double loss, struct bp_arena *arena) {
  char *text = bp_arena_printf(arena, "%#.8g", loss);
  size_t length = text != NULL ? strlen(text) : 0;
  if (length > 0 && text[length - 1] == '.')
    text[length - 1] = '\0';
  return text;
}

static int write_checks(const struct bp_training *training, bool colour, struct bp_arena *arena,
                        FILE *out) {
  static const struct bp_column columns[] = {
      {"step", true},  {"J", true},     {"gradient\nlargest", true}, {"error\nlargest", true},
      {"holds", true}, {"fails", true}, {"undecided", true},         {"verdict", false},
  };
  struct bp_table *table =
      bp_table_new(arena, columns, sizeof columns / sizeof *columns, training->check_count);
  for (size_t k = 0; k < training->check_count; k++) {
    const struct bp_training_check *check = &training->checks[k];
    bp_table_cell(table, BP_PLAIN, bp_arena_printf(arena, "%zu", check->step));
    bp_table_cell(table, BP_PLAIN, loss_text(check->loss, arena));
    bp_table_cell(table, BP_PLAIN, bp_short_number(check->largest_gradient, arena));
    bp_table_cell(table, BP_PLAIN, bp_short_number(check->largest_relative, arena));
    bp_table_cell(table, BP_PLAIN, bp_grouped(check->holds, arena));
    bp_table_cell(table, BP_PLAIN, bp_grouped(check->fails, arena));
    bp_table_cell(table, BP_PLAIN, bp_grouped(check->undecided, arena));
    bp_table_cell(table, bp_verdict_tint(check->verdict), bp_verdict_name(check->verdict));
  }
  bp_wrap("",
          "The gradient of every parameter, checked on the way (relative error of BP1-BP4 "
          "against central differences)",
          0, out);
  return bp_table_write(table, colour, out);
}

/* The numbers behind the first check that says what the run's verdict says. */
static void write_blame(const struct bp_training *training, FILE *out) {
  for (size_t k = 0; k < training->check_count; k++) {
    const struct bp_training_check *check = &training->checks[k];
    if (check->verdict == BP_HOLDS || check->verdict != training->verdict ||
        check->worst_block == NULL)
      continue;
    const struct bp_entry *worst = &check->worst;
    fprintf(out, "\nAt step %zu, %s(%zu,%zu) %s:\n", check->step, check->worst_block,
            check->worst_row + 1, check->worst_column + 1,
            check->verdict == BP_FAILS ? "fails" : "is undecided");
    fprintf(out, "  BP1-BP4             %24.16e\n  central difference  %24.16e\n", worst->backprop,
            worst->difference);
    if (!isnan(worst->kronecker))
      fprintf(out, "  Kronecker           %24.16e\n", worst->kronecker);
    bp_wrap("  ", bp_reason_sentence((enum bp_reason)worst->reason), 0, out);
    return;
  }
}

static void write_accuracy(const char *name, const struct bp_accuracy *accuracy, FILE *out) {
  fprintf(out, "  %-14s", name);
  if (accuracy->samples > 0)
    fprintf(out, " %zu of %zu right (%.1f %%),", accuracy->correct, accuracy->samples,
            100.0 * (double)accuracy->correct / (double)accuracy->samples);
  fprintf(out, " J = %.8g\n", accuracy->loss);
}

static void write_accuracies(const struct bp_training *training, FILE *out) {
  static const char *const headings[] = {
      [BP_DECISION_NONE] = "At the end",
      [BP_DECISION_LARGEST] = "At the end, taking the largest output as the class",
      [BP_DECISION_THRESHOLD] = "At the end, taking an output above 0.5 as 1",
  };
  fprintf(out, "\n%s\n", headings[training->decision]);
  write_accuracy("training data", &training->training, out);
  if (training->held_out.samples > 0 || !isnan(training->held_out.loss))
    write_accuracy("held-out data", &training->held_out, out);
}

/* Why the run's verdict is what it is. */
static const char *closing_sentence(const struct bp_training *training, struct bp_arena *arena) {
  size_t counts[BP_FAILS + 1] = {0};
  for (size_t k = 0; k < training->check_count; k++)
    counts[training->checks[k].verdict]++;
  const char *plural = training->check_count == 1 ? "" : "s";
  if (training->check_count == 0)
    return "nothing was checked, and nothing checked is never a pass";
  if (training->verdict == BP_FAILS)
    return bp_arena_printf(arena, "the gradient is wrong in %zu of %zu check%s", counts[BP_FAILS],
                           training->check_count, plural);
  if (training->diverged)
    return bp_arena_printf(arena,
                           "J is no finite number any more after step %zu of %zu; "
                           "%zu of %zu check%s before that held",
                           training->steps, training->steps_asked, counts[BP_HOLDS],
                           training->check_count, plural);
  if (training->verdict == BP_UNDECIDED)
    return bp_arena_printf(arena, "%zu of %zu check%s could not be decided", counts[BP_UNDECIDED],
                           training->check_count, plural);
  return bp_arena_printf(arena, "the gradient held in %s%zu check%s on the way",
                         training->check_count == 1 ? "" : "all ", training->check_count, plural);
}

static int write_closing(const struct bp_training *training, bool colour, struct bp_arena *arena,
                         FILE *out) {
  enum bp_verdict verdict = training->verdict;
  if (training->check_count == 0)
    verdict = bp_verdict_join(verdict, BP_UNDECIDED);
  const char *lead = bp_arena_printf(arena, "%s: ", bp_verdict_name(verdict));
  const char *sentence = closing_sentence(training, arena);
  if (lead == NULL || sentence == NULL)
    return -1;
  enum bp_tint tint = bp_verdict_tint(verdict);
  fputs(bp_tint_on(tint, colour), out);
  bp_wrap(lead, sentence, 0, out);
  fputs(bp_tint_off(tint, colour), out);
  return 0;
}

static int write_all(const struct bp_training *training, bool colour, struct bp_arena *arena,
                     FILE *out) {
  if (write_head(training, colour, arena, out) != 0 || bp_training_chart(training, out) != 0)
    return -1;
  putc('\n', out);
  if (training->check_count > 0 && write_checks(training, colour, arena, out) != 0)
    return -1;
  write_blame(training, out);
  write_accuracies(training, out);
  for (size_t k = 0; k < training->note_count; k++) {
    fputs(k == 0 ? "\n" : "", out);
    bp_wrap("note: ", training->notes[k], 0, out);
  }
  putc('\n', out);
  return write_closing(training, colour, arena, out);
}

int bp_training_text(const struct bp_training *training, const struct bp_report_style *style,
                     FILE *out) {
  struct bp_arena *arena = bp_arena_new(0);
  int status = -1;
  if (arena != NULL)
    status = style->brief ? write_closing(training, style->colour, arena, out)
                          : write_all(training, style->colour, arena, out);
  return bp_writer_finish(status, arena, out);
}
