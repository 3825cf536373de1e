/* A product of matrices for one set of instructions.  Included by plain.c, avx2.c and avx512.c
 * after defining what a vector is, VECTOR, LANES, LOAD, STORE, SPREAD and the step MULTIPLY_ADD(a,
 * b, sum) of each lane; ROWS and VECTORS of a tile, which leave registers for its factors; and the
 * NAME.
 *
 * A tile is ROWS rows of A against VECTORS vectors of columns of B, whose sums stay in registers.
 * What a tile takes of B is copied beforehand into a strip without gaps, filled up with zeros, so
 * that it is read in one go and every lane has something to do; where few rows need it, it is read
 * where it lies.  STRIP terms are summed at a time, and the next go on from C, so that a sum has
 * one order however large the matrices are.
 */
#include <string.h>

#include "num/product/kernels.h"

#ifdef __clang__
#define UNROLLED _Pragma("unroll")
#else
#define UNROLLED _Pragma("GCC unroll 8")
#endif

enum { COLUMNS = VECTORS * LANES, STRIP = 128, WORTH_A_COPY = 16 };

struct tile {
  const double *a, *b;
  size_t a_row, a_column, b_row; /* from a row to the next, from a column to the next */
  size_t terms;
  double *c;
  size_t c_row;
  bool more; /* the sums go on from C */
};

__attribute__((always_inline)) static inline void sum_tile(const struct tile *tile, size_t rows,
                                                           size_t vectors) {
  VECTOR sum[ROWS][VECTORS];
  const double *a = tile->a, *b = tile->b;
  UNROLLED
  for (size_t i = 0; i < rows; i++)
    UNROLLED
  for (size_t v = 0; v < vectors; v++)
    sum[i][v] = tile->more ? LOAD(tile->c + i * tile->c_row + v * LANES) : SPREAD(0.0);
  for (size_t k = 0; k < tile->terms; k++) {
    UNROLLED
    for (size_t i = 0; i < rows; i++) {
      VECTOR left = SPREAD(a[i * tile->a_row]);
      UNROLLED
      for (size_t v = 0; v < vectors; v++)
        sum[i][v] = MULTIPLY_ADD(left, LOAD(b + v * LANES), sum[i][v]);
    }
    a += tile->a_column;
    b += tile->b_row;
  }
  UNROLLED
  for (size_t i = 0; i < rows; i++)
    UNROLLED
  for (size_t v = 0; v < vectors; v++)
    STORE(tile->c + i * tile->c_row + v * LANES, sum[i][v]);
}

/* How many rows and vectors there are is known in each call, so that no sum leaves its register. */
__attribute__((always_inline)) static inline void sum_rows(const struct tile *tile, size_t rows,
                                                           size_t vectors) {
  switch (rows) {
  case 1:
    sum_tile(tile, 1, vectors);
    return;
  case 2:
    sum_tile(tile, 2, vectors);
    return;
  case 3:
    sum_tile(tile, 3, vectors);
    return;
#if ROWS > 4
  case 4:
    sum_tile(tile, 4, vectors);
    return;
  case 5:
    sum_tile(tile, 5, vectors);
    return;
#endif
#if ROWS > 6
  case 6:
    sum_tile(tile, 6, vectors);
    return;
  case 7:
    sum_tile(tile, 7, vectors);
    return;
#endif
  default:
    sum_tile(tile, ROWS, vectors);
  }
}

static void sum_whole(const struct tile *tile, size_t rows) { sum_rows(tile, rows, VECTORS); }
static void sum_narrow(const struct tile *tile, size_t rows) { sum_rows(tile, rows, 1); }

/* A tile whose last lanes have no column. */
static void sum_part(const struct tile *tile, size_t rows, size_t columns) {
  double place[ROWS * COLUMNS] = {0};
  struct tile inside = *tile;
  inside.c = place;
  inside.c_row = COLUMNS;
  for (size_t i = 0; tile->more && i < rows; i++)
    memcpy(place + i * COLUMNS, tile->c + i * tile->c_row, columns * sizeof *place);
  if (columns <= LANES)
    sum_narrow(&inside, rows);
  else
    sum_whole(&inside, rows);
  for (size_t i = 0; i < rows; i++)
    memcpy(tile->c + i * tile->c_row, place + i * COLUMNS, columns * sizeof *place);
}

static void copy_strip(const struct bp_factor *b, size_t terms, size_t columns, double *strip) {
  for (size_t k = 0; k < terms; k++) {
    const double *from = b->data + k * b->row;
    double *to = strip + k * COLUMNS;
    for (size_t j = 0; j < columns; j++)
      to[j] = from[j * b->column];
    for (size_t j = columns; j < COLUMNS; j++)
      to[j] = 0;
  }
}

/* Every row against some terms of one strip of columns. */
static void sum_strip(const struct bp_factors *factors, struct tile *tile, size_t columns) {
  const double *a = tile->a;
  double *c = tile->c;
  for (size_t i = 0; i < factors->rows; i += ROWS) {
    size_t rows = factors->rows - i < ROWS ? factors->rows - i : ROWS;
    tile->a = a + i * tile->a_row;
    tile->c = c + i * tile->c_row;
    if (columns == COLUMNS)
      sum_whole(tile, rows);
    else if (columns == LANES)
      sum_narrow(tile, rows);
    else
      sum_part(tile, rows, columns);
  }
}

void NAME(const struct bp_factors *factors, bool more, double *c, size_t c_row) {
  double strip[STRIP * COLUMNS] __attribute__((aligned(64)));
  const struct bp_factor *a = &factors->a, *b = &factors->b;
  for (size_t k = 0; k < factors->terms; k += STRIP)
    for (size_t j = 0; j < factors->columns; j += COLUMNS) {
      size_t terms = factors->terms - k < STRIP ? factors->terms - k : STRIP;
      size_t columns = factors->columns - j < COLUMNS ? factors->columns - j : COLUMNS;
      struct bp_factor from = {b->data + k * b->row + j * b->column, b->row, b->column};
      struct tile tile = {.a = a->data + k * a->column,
                          .a_row = a->row,
                          .a_column = a->column,
                          .b = from.data,
                          .b_row = from.row,
                          .terms = terms,
                          .c = c + j,
                          .c_row = c_row,
                          .more = more || k > 0};
      if (columns < COLUMNS || b->column != 1 || factors->rows >= WORTH_A_COPY) {
        copy_strip(&from, terms, columns, strip);
        tile.b = strip;
        tile.b_row = COLUMNS;
      }
      sum_strip(factors, &tile, columns);
    }
}
