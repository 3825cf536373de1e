/* Where two sides have nothing in common that could be said entry by entry, one of them may still
 * be of a kind that the other is not: symmetric as second derivatives are, 0 off the diagonal, with
 * columns that add up to 0 because a softmax or a norm does not see what is added to all of its
 * inputs.  Such a thing is looked for in plain numbers, and must be so at every point for the one
 * side and at none for the other.  A point at which it says nothing, one column of one row, does
 * not count.
 */
#include "hint/traits.h"

#include <math.h>

static const double CLOSE = 1e-9;

/* How far a matrix is from having a trait, in the size of its entries; NaN where that says nothing.
 */
typedef double trait_distance(struct bp_numbers x);

static double at(struct bp_numbers x, size_t row, size_t column) {
  return x.at[row * x.columns + column];
}

static double off_diagonal(struct bp_numbers x) {
  double most = 0;
  if (x.rows != x.columns || x.rows < 2)
    return NAN;
  for (size_t i = 0; i < x.rows; i++)
    for (size_t k = 0; k < x.columns; k++)
      most = i == k ? most : fmax(most, fabs(at(x, i, k)));
  return most;
}

static double asymmetry(struct bp_numbers x) {
  double most = 0;
  if (x.rows != x.columns || x.rows < 2)
    return NAN;
  for (size_t i = 0; i < x.rows; i++)
    for (size_t k = 0; k < i; k++)
      most = fmax(most, fabs(at(x, i, k) - at(x, k, i)));
  return most;
}

/* The entry at that place of a line, which is a column where it goes down. */
static double along(struct bp_numbers x, bool down, size_t line, size_t place) {
  return down ? at(x, place, line) : at(x, line, place);
}

static double largest_sum(struct bp_numbers x, bool down) {
  size_t lines = down ? x.columns : x.rows, length = down ? x.rows : x.columns;
  double most = 0;
  for (size_t line = 0; line < lines; line++) {
    double sum = 0;
    for (size_t k = 0; k < length; k++)
      sum += along(x, down, line, k);
    most = fmax(most, fabs(sum));
  }
  return length < 2 ? NAN : most;
}

static double largest_change(struct bp_numbers x, bool down) {
  size_t lines = down ? x.columns : x.rows, length = down ? x.rows : x.columns;
  double most = 0;
  for (size_t line = 0; line < lines; line++)
    for (size_t k = 1; k < length; k++)
      most = fmax(most, fabs(along(x, down, line, k) - along(x, down, line, 0)));
  return length < 2 ? NAN : most;
}

static double column_sums(struct bp_numbers x) { return largest_sum(x, true); }
static double row_sums(struct bp_numbers x) { return largest_sum(x, false); }
static double within_rows(struct bp_numbers x) { return largest_change(x, false); }
static double within_columns(struct bp_numbers x) { return largest_change(x, true); }

#define SUMS " (as where one number added to all entries changes nothing)"
static const struct {
  trait_distance *distance;
  const char *left, *right; /* of the side that has it */
} traits[] = {
    {off_diagonal, "the left side is 0 off the diagonal, and the right side is not",
     "the right side is 0 off the diagonal, and the left side is not"},
    {asymmetry, "the left side is symmetric, and the right side is not",
     "the right side is symmetric, and the left side is not"},
    {column_sums, "the left side adds up to 0 in each column" SUMS ", and the right side does not",
     "the right side adds up to 0 in each column, and the left side does not"},
    {row_sums, "the left side adds up to 0 in each row" SUMS ", and the right side does not",
     "the right side adds up to 0 in each row, and the left side does not"},
    {within_rows, "the left side has one number all along each row, and the right side has not",
     "the right side has one number all along each row, and the left side has not"},
    {within_columns,
     "the left side has one number all down each column, and the right side has not",
     "the right side has one number all down each column, and the left side has not"},
};
static const struct {
  trait_distance *distance;
  const char *text;
} differences[] = {
    {within_rows, "what the two sides differ by is one number all along each row: a term that is "
                  "the same for all columns"},
    {within_columns, "what the two sides differ by is one number all down each column: a term that "
                     "is the same for all rows"},
};

static double largest(struct bp_numbers x) {
  double most = 0;
  for (size_t k = 0; k < x.rows * x.columns; k++)
    most = fmax(most, fabs(x.at[k]));
  return most;
}

/* Whether one side has it at all points that say anything, enough of them, and the other at none.
 */
static bool parts_sides(trait_distance *distance, const struct bp_numbers *with,
                        const struct bp_numbers *without, size_t count) {
  size_t seen = 0;
  for (size_t i = 0; i < count; i++) {
    double scale = CLOSE * fmax(largest(with[i]), largest(without[i]));
    double one = distance(with[i]), other = distance(without[i]);
    if (isnan(one))
      continue;
    if (!(one <= scale) || !(other > scale) || largest(with[i]) == 0)
      return false;
    seen++;
  }
  return seen >= BP_LEAST_SEEN;
}

/* The same of what is missing. */
static bool is_of_difference(trait_distance *distance, const struct bp_numbers *left,
                             const struct bp_numbers *right, size_t count) {
  enum { MOST = 64 };
  size_t seen = 0;
  for (size_t i = 0; i < count; i++) {
    double entries[MOST];
    size_t size = left[i].rows * left[i].columns;
    struct bp_numbers difference = {left[i].rows, left[i].columns, entries};
    if (size > MOST)
      return false;
    for (size_t k = 0; k < size; k++)
      entries[k] = left[i].at[k] - right[i].at[k];
    double apart = distance(difference);
    if (isnan(apart))
      continue;
    if (!(apart <= CLOSE * fmax(largest(left[i]), largest(right[i]))))
      return false;
    seen++;
  }
  return seen >= BP_LEAST_SEEN;
}

const char *bp_traits_text(const struct bp_numbers *left, const struct bp_numbers *right,
                           size_t count) {
  for (size_t i = 0; i < sizeof differences / sizeof *differences; i++)
    if (is_of_difference(differences[i].distance, left, right, count))
      return differences[i].text;
  for (size_t i = 0; i < sizeof traits / sizeof *traits; i++) {
    if (parts_sides(traits[i].distance, left, right, count))
      return traits[i].left;
    if (parts_sides(traits[i].distance, right, left, count))
      return traits[i].right;
  }
  return NULL;
}
