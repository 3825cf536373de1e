/* Heat maps of a block: a cell an entry, or a cell a group of neighbours where there are too many,
 * which then shows the worst of them.
 *
 * Two maps say everything: how far the value under test is from the difference (five steps of the
 * relative error), with a cross on what fails and a question mark's dot on what is undecided; and
 * the sign and size of the value.  Every cell has its row, column and numbers as a tooltip, and
 * what colours mean stands beside the map.
 */
#include <math.h>

#include "report/html/html.h"
#include "report/table.h"

enum { MOST_CELLS = 32, CELL = 14, LEVELS = 5 };

/* A group of entries: rows [row, row + height) and columns likewise. */
struct cell {
  size_t row, column, height, width;
  size_t worst; /* its entry that is farthest from agreeing */
};

struct grid {
  const struct bp_block *block;
  size_t rows, columns; /* of cells */
  size_t height, width; /* of each, in entries */
};

static struct grid grid_of(const struct bp_block *block) {
  struct grid grid = {.block = block};
  grid.height = (block->rows + MOST_CELLS - 1) / MOST_CELLS;
  grid.width = (block->columns + MOST_CELLS - 1) / MOST_CELLS;
  grid.rows = (block->rows + grid.height - 1) / grid.height;
  grid.columns = (block->columns + grid.width - 1) / grid.width;
  return grid;
}

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

static struct cell cell_at(const struct grid *grid, size_t r, size_t c) {
  const struct bp_block *block = grid->block;
  struct cell cell = {.row = r * grid->height, .column = c * grid->width};
  cell.height = smaller(grid->height, block->rows - cell.row);
  cell.width = smaller(grid->width, block->columns - cell.column);
  cell.worst = cell.row * block->columns + cell.column;
  for (size_t i = cell.row; i < cell.row + cell.height; i++)
    for (size_t k = cell.column; k < cell.column + cell.width; k++) {
      size_t at = i * block->columns + k;
      if (bp_entry_badness(&block->entries[at]) > bp_entry_badness(&block->entries[cell.worst]))
        cell.worst = at;
    }
  return cell;
}

/* ---- the two maps -------------------------------------------------------- */

/* 0: equal to 1e-9; 4: wrong in the first digit. */
static int error_level(const struct bp_entry *entry) {
  static const double limits[LEVELS - 1] = {1e-9, 1e-6, 1e-3, 1e-1};
  int level = 0;
  while (level < LEVELS - 1 && !(entry->relative <= limits[level]))
    level++;
  return level;
}

static const char *error_class(const struct bp_block *block, const struct bp_entry *entry) {
  static const char *const classes[LEVELS] = {"s0", "s1", "s2", "s3", "s4"};
  (void)block;
  return classes[error_level(entry)];
}

static const char *value_class(const struct bp_block *block, const struct bp_entry *entry) {
  double share = entry->backprop / block->largest_magnitude;
  if (isnan(share) || share == 0)
    return "z";
  bool large = fabs(share) > 0.25;
  return share > 0 ? (large ? "p2" : "p1") : (large ? "n2" : "n1");
}

static void write_tooltip(struct bp_markup *markup, const struct bp_block *block,
                          const struct cell *cell) {
  const struct bp_entry *entry = &block->entries[cell->worst];
  bp_element(markup, "title");
  if (cell->height * cell->width > 1)
    bp_markup_format(markup, "the worst of rows %zu to %zu, columns %zu to %zu: ", cell->row + 1,
                     cell->row + cell->height, cell->column + 1, cell->column + cell->width);
  bp_markup_format(markup, "%s row %zu, column %zu: %.6g, difference %.6g", block->name,
                   bp_block_row(block, cell->worst), bp_block_column(block, cell->worst),
                   entry->backprop, entry->difference);
  if (!isnan(entry->kronecker))
    bp_markup_format(markup, ", Kronecker %.6g", entry->kronecker);
  bp_markup_format(
      markup, "; %s, relative error %.1e, %.0f digits right%s",
      entry->reason == BP_REASON_SKIPPED ? "not looked at"
                                         : bp_verdict_name((enum bp_verdict)entry->verdict),
      entry->relative, (double)entry->digits, entry->reason == BP_REASON_KINK ? ", on a kink" : "");
  bp_element_end(markup);
}

/* A sign on the cell, so that colour is not all: a cross where it fails, a bar where undecided, a
 * point on a kink. */
static void write_mark(struct bp_markup *markup, const struct bp_entry *entry, size_t x, size_t y,
                       bool dark) {
  const char *path = entry->verdict == BP_FAILS        ? "m3 3 8 8m0-8-8 8"
                     : entry->verdict == BP_UNDECIDED  ? "m3 7h8"
                     : entry->reason == BP_REASON_KINK ? "m6 7h2"
                                                       : NULL;
  if (!path || entry->reason == BP_REASON_SKIPPED)
    return;
  bp_element(markup, "path");
  bp_attribute(markup, "class", dark ? "crossed" : "cross");
  bp_attribute_format(markup, "d", "M%zu %zu%s", x, y, path);
  bp_element_void_end(markup);
}

typedef const char *cell_class(const struct bp_block *block, const struct bp_entry *entry);

static void write_cell(struct bp_markup *markup, const struct grid *grid, size_t r, size_t c,
                       cell_class *class_of, bool marks) {
  struct cell cell = cell_at(grid, r, c);
  const struct bp_entry *entry = &grid->block->entries[cell.worst];
  const char *class = entry->reason == BP_REASON_SKIPPED ? "not" : class_of(grid->block, entry);
  bp_element(markup, "rect");
  bp_attribute(markup, "class", class);
  bp_attribute_format(markup, "x", "%zu", c * CELL);
  bp_attribute_format(markup, "y", "%zu", r * CELL);
  bp_attribute(markup, "width", "13");
  bp_attribute(markup, "height", "13");
  write_tooltip(markup, grid->block, &cell);
  bp_element_end(markup);
  if (marks)
    write_mark(markup, entry, c * CELL, r * CELL, error_level(entry) == LEVELS - 1);
}

static void write_map(struct bp_markup *markup, const struct grid *grid, const char *title,
                      cell_class *class_of, bool marks) {
  bp_element(markup, "figure");
  bp_element(markup, "svg");
  bp_attribute(markup, "role", "img");
  bp_attribute_format(markup, "aria-label", "%s of %s, %zu x %zu", title, grid->block->name,
                      grid->block->rows, grid->block->columns);
  bp_attribute_format(markup, "width", "%zu", grid->columns * CELL);
  bp_attribute_format(markup, "height", "%zu", grid->rows * CELL);
  bp_attribute_format(markup, "viewBox", "0 0 %zu %zu", grid->columns * CELL, grid->rows * CELL);
  for (size_t r = 0; r < grid->rows; r++)
    for (size_t c = 0; c < grid->columns; c++)
      write_cell(markup, grid, r, c, class_of, marks);
  bp_element_end(markup);
  bp_markup_element(markup, "figcaption", "soft", title);
  bp_element_end(markup);
}

void bp_page_map_legend(struct bp_markup *markup) {
  bp_markup_element(
      markup, "p", "soft",
      "In maps of errors, from pale to red: below 1e-9, 1e-6, 1e-3, 0.1 of the number itself, and "
      "above. "
      "A cross fails, a bar is undecided, a point lies on a kink; a frame alone was not looked at. "
      "In maps of "
      "values blue is negative, orange positive, grey 0; dark is above a quarter of the largest.");
}

void bp_page_maps(struct bp_markup *markup, const struct bp_block *block, bool code) {
  if (block->rows == 0 || block->columns == 0)
    return;
  struct grid grid = grid_of(block);
  write_map(markup, &grid,
            code ? "Error of your derivatives against differences" : "Error against differences",
            error_class, true);
  write_map(markup, &grid, "Sign and size", value_class, false);
}
