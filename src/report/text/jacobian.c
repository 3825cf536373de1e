/* Prints a matrix, such as an explicit Jacobian.
 *
 * Jacobians are mostly zeros in a pattern, and the pattern is what one wants to see: Diag on the
 * diagonal, I(m) ⊗ W as blocks.  So an exact zero is a point, all columns of one matrix have the
 * same width, and a matrix that is too wide for the page is cut into groups of columns with their
 * numbers above. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "report/report.h"
#include "report/table.h"

enum { CELL_BYTES = 32, MOST_DIGITS = 17, WHOLE = 0, JACOBIAN_DIGITS = 4 };

/* Whether all numbers are whole ones: then they need no decimals. */
static bool is_whole(const struct bp_matrix_view *matrix) {
  for (size_t i = 0; i < matrix->rows; i++)
    for (size_t j = 0; j < matrix->columns; j++) {
      double value = matrix->values[i * matrix->stride + j];
      if (!(value == floor(value) && fabs(value) < 1000))
        return false;
    }
  return true;
}

/* Whole numbers without decimals; zeros at the end otherwise, so that a column lines up. */
static void cell_text(double value, int digits, char text[CELL_BYTES]) {
  if (value == 0)
    strcpy(text, ".");
  else if (isnan(value))
    strcpy(text, "NaN");
  else if (digits == WHOLE)
    snprintf(text, CELL_BYTES, "%.0f", value);
  else
    snprintf(text, CELL_BYTES, "%#.*g", digits, value);
  size_t length = strlen(text);
  if (length > 1 && text[length - 1] == '.')
    text[length - 1] = '\0';
}

static size_t cell_width(const struct bp_matrix_view *matrix, int digits) {
  size_t width = (size_t)snprintf(NULL, 0, "%zu", matrix->columns);
  char text[CELL_BYTES];
  for (size_t i = 0; i < matrix->rows; i++)
    for (size_t j = 0; j < matrix->columns; j++) {
      cell_text(matrix->values[i * matrix->stride + j], digits, text);
      if (strlen(text) > width)
        width = strlen(text);
    }
  return width;
}

static void write_group(const struct bp_matrix_view *matrix, size_t begin, size_t end, int width,
                        int digits, const struct bp_report_style *style, FILE *out) {
  int label = snprintf(NULL, 0, "%zu", matrix->rows);
  fprintf(out, "%s  %*s", bp_tint_on(BP_FAINT, style->colour), label, "");
  for (size_t j = begin; j < end; j++)
    fprintf(out, " %*zu", width, j + 1);
  fprintf(out, "%s\n", bp_tint_off(BP_FAINT, style->colour));
  char text[CELL_BYTES];
  for (size_t i = 0; i < matrix->rows; i++) {
    fprintf(out, "  %s%*zu%s", bp_tint_on(BP_FAINT, style->colour), label, i + 1,
            bp_tint_off(BP_FAINT, style->colour));
    for (size_t j = begin; j < end; j++) {
      cell_text(matrix->values[i * matrix->stride + j], digits, text);
      fprintf(out, " %*s", width, text);
    }
    putc('\n', out);
  }
}

int bp_matrix_text(const struct bp_matrix_view *matrix, int digits,
                   const struct bp_report_style *style, FILE *out) {
  size_t page = style->width ? style->width : 80;
  size_t label = 2 + (size_t)snprintf(NULL, 0, "%zu", matrix->rows);
  if (is_whole(matrix))
    digits = WHOLE;
  else if (digits > MOST_DIGITS)
    digits = MOST_DIGITS;
  size_t width = cell_width(matrix, digits);
  size_t group = page > label + width + 1 ? (page - label) / (width + 1) : 1;
  for (size_t begin = 0; begin < matrix->columns; begin += group) {
    size_t end = matrix->columns - begin < group ? matrix->columns : begin + group;
    write_group(matrix, begin, end, (int)width, digits, style, out);
  }
  return ferror(out) ? -1 : 0;
}

int bp_jacobian_text(const struct bp_matrix_view *matrix, const struct bp_report_style *style,
                     FILE *out) {
  fprintf(out, "%s%s = %s%s\n  %s = (%zu,%zu)\n", bp_tint_on(BP_STRONG, style->colour),
          matrix->name, matrix->formula, bp_tint_off(BP_STRONG, style->colour), matrix->shape,
          matrix->rows, matrix->columns);
  int status = bp_matrix_text(matrix, JACOBIAN_DIGITS, style, out);
  putc('\n', out);
  return status;
}
