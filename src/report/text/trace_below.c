/* A step of the trace with its shapes under the formula, as one would pencil them in:
 *
 *     dW[1]       = 1/m * dZ[1]    * X'
 *     (n[1],n[0])         (n[1],m)   (m,n[0])
 *     (4,3)               (4,2)      (2,3)
 *
 * Each factor is a column, as wide as the widest of the three. What does not fit a line goes on in
 * further groups of three lines, a little to the right.
 */
#include <string.h>

#include "base/diag.h"
#include "report/table.h"
#include "report/text/text.h"
#include "report/trace_words.h"

enum { MARGIN = 80, ROWS = 3, MORE_INDENT = 2 };

struct pillar {
  const char *before, *gap; /* the operator, in the first row only */
  const char *row[ROWS];    /* formula, symbols, numbers */
  size_t lead, width;       /* columns of before and gap; of the widest row */
};

static size_t columns(const char *text) { return bp_text_columns(text, strlen(text)); }

static bool make_pillar(const struct bp_trace_factor *factor, struct bp_arena *arena,
                        struct pillar *pillar) {
  *pillar = (struct pillar){.before = factor->before, .gap = bp_trace_gap(factor)};
  pillar->row[0] = bp_arena_printf(arena, "%s%s", factor->text, factor->after);
  pillar->row[1] = bp_trace_factor_shape(factor, true, arena);
  pillar->row[2] = bp_trace_factor_shape(factor, false, arena);
  pillar->lead = columns(pillar->before) + columns(pillar->gap);
  for (int r = 0; r < ROWS; r++) {
    if (!pillar->row[r])
      return false;
    if (columns(pillar->row[r]) > pillar->width)
      pillar->width = columns(pillar->row[r]);
  }
  return true;
}

/* Blanks are owed until something follows them, so no line ends in one. */
static void put(const char *text, size_t width, size_t *owed, FILE *out) {
  if (*text != '\0') {
    fprintf(out, "%*s%s", (int)*owed, "", text);
    *owed = 0;
  }
  *owed += width - columns(text);
}

static void write_row(const struct pillar *pillars, size_t begin, size_t end, int row,
                      size_t indent, FILE *out) {
  size_t owed = indent;
  for (size_t p = begin; p < end; p++) {
    const struct pillar *pillar = &pillars[p];
    if (p > begin)
      owed++;
    if (row == 0) {
      put(pillar->before, columns(pillar->before), &owed, out);
      owed += columns(pillar->gap);
    } else {
      owed += pillar->lead;
    }
    put(pillar->row[row], pillar->width, &owed, out);
  }
  fputc('\n', out);
}

/* One past the last pillar that fits a line beginning with `begin`; always at least one. */
static size_t fitting(const struct pillar *pillars, size_t begin, size_t count, size_t indent) {
  size_t at = indent + pillars[begin].lead + pillars[begin].width, end = begin + 1;
  while (end < count && at + 1 + pillars[end].lead + pillars[end].width <= MARGIN) {
    at += 1 + pillars[end].lead + pillars[end].width;
    end++;
  }
  return end;
}

static bool rows_differ(const struct pillar *pillars, size_t count) {
  for (size_t p = 0; p < count; p++)
    if (strcmp(pillars[p].row[1], pillars[p].row[2]) != 0)
      return true;
  return false;
}

int bp_trace_below(const struct bp_trace_step *step, size_t indent, bool colour,
                   struct bp_arena *arena, FILE *out) {
  struct pillar *pillars = bp_arena_alloc(arena, step->factor_count, sizeof *pillars);
  if (!pillars)
    return -1;
  for (size_t f = 0; f < step->factor_count; f++)
    if (!make_pillar(&step->factors[f], arena, &pillars[f]))
      return -1;
  int rows = rows_differ(pillars, step->factor_count) ? ROWS : ROWS - 1;
  for (size_t begin = 0, end; begin < step->factor_count; begin = end) {
    size_t left = begin == 0 ? indent : indent + MORE_INDENT;
    end = fitting(pillars, begin, step->factor_count, left);
    write_row(pillars, begin, end, 0, left, out);
    fputs(bp_tint_on(BP_FAINT, colour), out);
    for (int row = 1; row < rows; row++)
      write_row(pillars, begin, end, row, left, out);
    fputs(bp_tint_off(BP_FAINT, colour), out);
  }
  return ferror(out) ? -1 : 0;
}
