/* The worked numbers of one claim: what somebody would write beside a formula who checks it with a
 * pocket calculator.
 *
 * Four digits are shown where nobody asks for more: few enough to follow, enough to see a wrong
 * sign or factor. Whether both sides agree to many more is for the matrix of differences to say,
 * which is shown with its bound.
 */
#include <math.h>
#include <string.h>

#include "base/diag.h"
#include "report/claims.h"
#include "report/table.h"
#include "report/text/text.h"
#include "report/trace_words.h"

enum { DIGITS = 4, MOST_ROWS = 60, MOST_COLUMNS = 60 };

/* "(n[1],m) = (4,2)"; only once where symbols and numbers are the same. */
static const char *shape_text(const struct bp_trace_shape *shape, struct bp_arena *arena) {
  const char *symbols = bp_trace_shape_text(shape, true, arena);
  const char *numbers = bp_trace_shape_text(shape, false, arena);
  if (!symbols || !numbers || strcmp(symbols, numbers) == 0)
    return symbols;
  return bp_arena_printf(arena, "%s = %s", symbols, numbers);
}

static int write_values(const struct bp_trace_shape *shape, const double *values,
                        const struct bp_report_style *style, FILE *out) {
  struct bp_matrix_view view = {.rows = shape->rows.number,
                                .columns = shape->columns.number,
                                .stride = shape->columns.number,
                                .values = values};
  int digits = style->digits ? (int)style->digits : DIGITS;
  if (!values || view.rows == 0 || view.columns == 0)
    return 0;
  if (view.rows > MOST_ROWS || view.columns > MOST_COLUMNS) { /* nobody follows as many */
    view.rows = view.rows < MOST_ROWS ? view.rows : MOST_ROWS;
    view.columns = view.columns < MOST_COLUMNS ? view.columns : MOST_COLUMNS;
    fprintf(out, "  the first %zu x %zu numbers\n", view.rows, view.columns);
  }
  if (shape->rows.number > 1 || shape->columns.number > 1)
    return bp_matrix_text(&view, digits, style, out);
  if (isnan(*values))
    fputs("  NaN\n", out);
  else
    fprintf(out, "  %.*g\n", digits, *values);
  return 0;
}

/* Formula in bold, then shape and meaning, then the numbers. */
static int write_step(const char *role, const struct bp_worked_step *step,
                      const struct bp_report_style *style, struct bp_arena *arena, FILE *out) {
  const char *text = bp_text_shown(step->text, SIZE_MAX, arena);
  const char *shape = shape_text(&step->shape, arena);
  const char *meaning = step->meaning ? bp_text_shown(step->meaning, SIZE_MAX, arena) : "";
  if (!text || !shape || !meaning)
    return -1;
  fputs(bp_tint_on(BP_STRONG, style->colour), out);
  bp_wrap(role, text, style->width, out);
  fputs(bp_tint_off(BP_STRONG, style->colour), out);
  const char *line = bp_arena_printf(arena, "%s%s%s", shape, *meaning ? ", " : "", meaning);
  if (line && step->side && step->bound > 0)
    line = bp_arena_printf(arena, "%s, each number within %.0e", line, step->bound);
  if (!line)
    return -1;
  bp_wrap("  ", line, style->width, out);
  int status = write_values(&step->shape, step->values, style, out);
  putc('\n', out);
  return status;
}

/* The largest of the differences; not a number where one of them is none. */
static double largest(const double *values, size_t count) {
  double most = 0;
  for (size_t i = 0; i < count && !isnan(most); i++)
    if (!(fabs(values[i]) <= most))
      most = fabs(values[i]);
  return most;
}

static int write_difference(const struct bp_worked *worked, const struct bp_report_style *style,
                            struct bp_arena *arena, FILE *out) {
  const struct bp_worked_step *left = &worked->steps[worked->count - 2], *right = left + 1;
  const struct bp_trace_shape *shape = &left->shape;
  double most = largest(worked->difference, shape->rows.number * shape->columns.number);
  const char *size = bp_short_number(most, arena);
  const char *line =
      size ? bp_arena_printf(arena, "largest %s; truncation and rounding explain up to %.0e", size,
                             left->bound + right->bound)
           : NULL;
  if (!line)
    return -1;
  fprintf(out, "%sleft - right%s\n", bp_tint_on(BP_STRONG, style->colour),
          bp_tint_off(BP_STRONG, style->colour));
  bp_wrap("  ", line, style->width, out);
  int status = write_values(shape, worked->difference, style, out);
  putc('\n', out);
  return status;
}

static int write_head(const struct bp_worked *worked, const struct bp_report_style *style,
                      struct bp_arena *arena, FILE *out) {
  const struct bp_claim *claim = worked->claim;
  const char *formula = bp_text_shown(claim->text ? claim->text : "", SIZE_MAX, arena);
  const char *name = claim->name ? bp_text_shown(claim->name, SIZE_MAX, arena) : NULL;
  const char *file = claim->source ? bp_text_shown(claim->source->name, SIZE_MAX, arena) : "line";
  if (!formula || !file)
    return -1;
  fprintf(out, "%s", bp_tint_on(BP_STRONG, style->colour));
  bp_wrap("", formula, style->width, out);
  fprintf(out, "%s  %s:%zu", bp_tint_off(BP_STRONG, style->colour), file, claim->line);
  fprintf(out, "%s%s\n", name ? ", " : "", name ? name : "");
  if (worked->point && *worked->point)
    bp_wrap("  at ", worked->point, style->width, out);
  putc('\n', out);
  return 0;
}

/* The verdict of the claim, which was judged at more points than the one that is shown. */
static int write_verdict(const struct bp_claim *claim, const struct bp_report_style *style,
                         struct bp_arena *arena, FILE *out) {
  enum bp_tint tint = bp_claim_tint(claim);
  fprintf(out, "%s%s%s", bp_tint_on(tint, style->colour), bp_claim_word(claim),
          bp_tint_off(tint, style->colour));
  if (claim->at_aimed)
    fprintf(out, " at a point that was aimed at, and not at %zu random one%s", claim->points,
            claim->points == 1 ? "" : "s");
  else if (claim->points > 0 && !bp_claim_is_broken(claim))
    fprintf(out, " at %zu random point%s", claim->points, claim->points == 1 ? "" : "s");
  if (bp_claim_is_measured(claim) && isfinite(claim->visible))
    fprintf(out, "; a difference of %.0e would have been seen", claim->visible);
  putc('\n', out);
  return bp_text_claim(claim, style, arena, out);
}

static int write_all(const struct bp_worked *worked, const struct bp_report_style *style,
                     struct bp_arena *arena, FILE *out) {
  if (write_head(worked, style, arena, out) != 0)
    return -1;
  size_t sides = 0;
  for (size_t i = 0; i < worked->count; i++) {
    const struct bp_worked_step *step = &worked->steps[i];
    const char *role = "";
    if (step->side && worked->claim->kind != BP_ASSERTION)
      role = sides++ == 0 ? "left:  " : "right: ";
    if (write_step(role, step, style, arena, out) != 0)
      return -1;
  }
  if (worked->difference && worked->count >= 2 && write_difference(worked, style, arena, out) != 0)
    return -1;
  return write_verdict(worked->claim, style, arena, out);
}

int bp_worked_text(const struct bp_worked *worked, const struct bp_report_style *style, FILE *out) {
  struct bp_arena *arena = bp_arena_new(0);
  return bp_writer_finish(arena ? write_all(worked, style, arena, out) : -1, arena, out);
}
