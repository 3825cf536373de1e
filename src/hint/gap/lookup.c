/* Looking up the stock: which items have a value, or make one together with what is there.
 *
 * F A = V holds only if u' F (A w) = u' V w, which is a dot product of the item's u' F with a
 * vector that is computed once; the other questions are of the same kind.
 */
#include <math.h>

#include "hint/gap/stock.h"

/* Keys are sums of some dozens of float64 products, of values that were differences before. */
static const double TOLERANCE = 1e-10;

/* A value with its projections, and the size of the numbers that its key sums up. */
struct wanted {
  double key, size;
  double across[BP_LONGEST_IN_STOCK], upright[BP_LONGEST_IN_STOCK];
};

static bool prepare(struct bp_numbers value, struct wanted *wanted) {
  if (!value.at || value.rows > BP_LONGEST_IN_STOCK || value.columns > BP_LONGEST_IN_STOCK)
    return false;
  wanted->key = bp_stock_project(value, wanted->across, wanted->upright);
  wanted->size = 0;
  for (size_t i = 0; i < value.rows; i++)
    for (size_t j = 0; j < value.columns; j++)
      wanted->size += bp_stock_row_weight(i) * bp_stock_column_weight(j) *
                      fabs(value.at[i * value.columns + j]);
  return wanted->size > 1e-200 && wanted->size < 1e200;
}

static void add(struct bp_stock_matches *matches, const struct bp_stock_part *outer,
                const struct bp_stock_item *item) {
  if (matches->count < BP_MOST_STOCK_MATCHES)
    matches->list[matches->count++] = (struct bp_stock_match){outer, item};
}

/* Whether a comes before the place that is sought. */
static bool before(const struct bp_stock_item *a, size_t rows, size_t columns, double key) {
  if (a->rows != rows)
    return a->rows < rows;
  if (a->columns != columns)
    return a->columns < columns;
  return a->key < key;
}

/* The first item that is not before the place. */
static size_t lower_bound(const struct bp_stock *stock, size_t rows, size_t columns, double key) {
  size_t low = 0, high = stock->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (before(&stock->items[middle], rows, columns, key))
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static bool has_shape(const struct bp_stock *stock, size_t k, size_t rows, size_t columns) {
  return k < stock->count && stock->items[k].rows == rows && stock->items[k].columns == columns;
}

static void find_key(const struct bp_stock *stock, size_t rows, size_t columns, double key,
                     double margin, const struct bp_stock_part *outer,
                     struct bp_stock_matches *matches) {
  matches->looked_at += 16;
  for (size_t k = lower_bound(stock, rows, columns, key - margin);
       has_shape(stock, k, rows, columns) && stock->items[k].key <= key + margin; k++)
    add(matches, outer, &stock->items[k]);
}

void bp_stock_find(const struct bp_stock *stock, struct bp_numbers value,
                   struct bp_stock_matches *matches) {
  struct wanted wanted;
  if (prepare(value, &wanted))
    find_key(stock, value.rows, value.columns, wanted.key, TOLERANCE * wanted.size, NULL, matches);
}

/* The items of that shape with  item.upright . across  equal to the key, or the same with
 * item.across . upright. */
static void find_dot(const struct bp_stock *stock, size_t rows, size_t columns, bool rows_meet,
                     const double *by, const struct wanted *wanted,
                     const struct bp_stock_part *outer, struct bp_stock_matches *matches) {
  size_t length = rows_meet ? rows : columns;
  for (size_t k = lower_bound(stock, rows, columns, -INFINITY); has_shape(stock, k, rows, columns);
       k++) {
    const struct bp_stock_item *item = &stock->items[k];
    double key = bp_numbers_dot(rows_meet ? item->upright : item->across, by, length);
    matches->looked_at++;
    if (fabs(key - wanted->key) <= TOLERANCE * (wanted->size + fabs(key)))
      add(matches, outer, item);
  }
}

void bp_stock_find_product(const struct bp_stock *stock, struct bp_numbers value,
                           struct bp_stock_matches *matches) {
  struct wanted wanted;
  double across[BP_LONGEST_IN_STOCK], upright[BP_LONGEST_IN_STOCK];
  if (!prepare(value, &wanted))
    return;
  for (size_t k = 0; k < stock->part_count; k++) {
    const struct bp_stock_part *part = &stock->parts[k];
    struct bp_numbers outer = part->value;
    if (bp_numbers_single(outer)) {
      double by = outer.at[0];
      if (by != 0)
        find_key(stock, value.rows, value.columns, wanted.key / by,
                 TOLERANCE * wanted.size / fabs(by), part, matches);
    } else if (outer.rows == value.rows) {
      bp_stock_project(outer, across, upright);
      find_dot(stock, outer.columns, value.columns, true, across, &wanted, part, matches);
    }
  }
}

void bp_stock_find_before(const struct bp_stock *stock, struct bp_numbers value,
                          struct bp_numbers by, struct bp_stock_matches *matches) {
  struct wanted wanted, around;
  if (by.columns == value.columns && prepare(value, &wanted) && prepare(by, &around))
    find_dot(stock, value.rows, by.rows, false, around.upright, &wanted, NULL, matches);
}

void bp_stock_find_behind(const struct bp_stock *stock, struct bp_numbers value,
                          struct bp_numbers by, struct bp_stock_matches *matches) {
  struct wanted wanted, around;
  if (by.rows == value.rows && prepare(value, &wanted) && prepare(by, &around))
    find_dot(stock, by.columns, value.columns, true, around.across, &wanted, NULL, matches);
}

/* The F with F ⊗ by = value, or by ⊗ F = value, read off where `by` is largest. */
static bool divide(struct bp_numbers value, struct bp_numbers by, bool before, double *quotient) {
  size_t rows = value.rows / by.rows, columns = value.columns / by.columns, largest = 0;
  for (size_t k = 1; k < by.rows * by.columns; k++)
    if (fabs(by.at[k]) > fabs(by.at[largest]))
      largest = k;
  size_t row = largest / by.columns, column = largest % by.columns;
  for (size_t i = 0; i < rows; i++)
    for (size_t j = 0; j < columns; j++) {
      size_t y = before ? i * by.rows + row : row * rows + i;
      size_t x = before ? j * by.columns + column : column * columns + j;
      quotient[i * columns + j] = value.at[y * value.columns + x] / by.at[largest];
    }
  return by.at[largest] != 0;
}

void bp_stock_find_kronecker(const struct bp_stock *stock, struct bp_numbers value,
                             struct bp_numbers by, bool before, struct bp_stock_matches *matches) {
  enum { MOST = 1024 };
  double quotient[MOST];
  if (!value.at || !by.at || value.rows % by.rows || value.columns % by.columns ||
      (value.rows / by.rows) * (value.columns / by.columns) > MOST)
    return;
  if (divide(value, by, before, quotient))
    bp_stock_find(stock,
                  (struct bp_numbers){value.rows / by.rows, value.columns / by.columns, quotient},
                  matches);
}
