/* Drawing is the beginning of a shuffle, so every set of rows is as likely as any other.
 *
 * Of n rows of which k are wrong, r drawn ones are all right with the chance
 *
 *     C(n - k, r) / C(n, r) = prod over j < k of (n - r - j) / (n - j)
 *
 * which for one row is 1 - r/n.  A wrong entry is in one row, and all of a row is looked at; a
 * wrong column is in every row.
 */
#include "net/sample.h"

#include <math.h>
#include <string.h>

#include "base/random.h"

static size_t *draw(size_t count, size_t units, uint64_t *state, struct bp_arena *arena) {
  size_t *unit = bp_arena_alloc(arena, count, sizeof *unit);
  for (size_t k = 0; unit && k < count; k++)
    unit[k] = k;
  for (size_t k = 0; unit && k < units; k++) {
    size_t other = k + (size_t)(bp_uniform(state) * (double)(count - k)), swap = unit[k];
    unit[k] = unit[other];
    unit[other] = swap;
  }
  return unit;
}

/* Its rows and columns renumbered; only as many rows as `to` has.  `column` NULL: columns stay. */
static void renumber(const gsl_matrix *from, const size_t *row, const size_t *column,
                     gsl_matrix *to) {
  for (size_t i = 0; i < to->size1; i++) {
    const double *source = from->data + row[i] * from->tda;
    double *target = to->data + i * to->tda;
    if (!column)
      memcpy(target, source, to->size2 * sizeof *target);
    for (size_t j = 0; column && j < to->size2; j++)
      target[j] = source[column[j]];
  }
}

static gsl_matrix *renumbered(const gsl_matrix *from, size_t rows, const size_t *row,
                              const size_t *column, struct bp_arena *arena) {
  gsl_matrix *to = bp_matrix(arena, rows, from->size2);
  if (to)
    renumber(from, row, column, to);
  return to;
}

struct bp_sample *bp_sample_new(const struct bp_network *whole, size_t units, unsigned long seed,
                                struct bp_arena *arena) {
  size_t L = whole->depth;
  uint64_t state = seed;
  struct bp_sample *sample = bp_arena_alloc(arena, 1, sizeof *sample);
  struct bp_network *network = bp_arena_alloc(arena, 1, sizeof *network);
  size_t *looked_at = bp_arena_alloc(arena, L + 1, sizeof *looked_at);
  gsl_matrix **W = bp_arena_alloc(arena, L + 1, sizeof *W);
  gsl_matrix **b = bp_arena_alloc(arena, L + 1, sizeof *b);
  if (!sample || !network || !looked_at || !W || !b)
    return NULL;
  *network = *whole;
  *sample = (struct bp_sample){.network = network,
                               .unit = bp_arena_alloc(arena, L + 1, sizeof *sample->unit)};
  for (size_t l = 1; sample->unit && l <= L; l++) {
    looked_at[l] = units < whole->size[l] ? units : whole->size[l];
    sample->unit[l] = draw(whole->size[l], looked_at[l], &state, arena);
    if (!sample->unit[l])
      return NULL;
    W[l] = renumbered(whole->W[l], whole->size[l], sample->unit[l], sample->unit[l - 1], arena);
    b[l] = renumbered(whole->b[l], whole->size[l], sample->unit[l], NULL, arena);
  }
  if (bp_arena_failed(arena))
    return NULL;
  network->W = W;
  network->b = b;
  network->Y = renumbered(whole->Y, whole->size[L], sample->unit[L], NULL, arena);
  network->looked_at = looked_at;
  return network->Y ? sample : NULL;
}

struct bp_gradient *bp_sample_gradient(const struct bp_sample *sample,
                                       const struct bp_gradient *whole, struct bp_arena *arena) {
  struct bp_gradient *part = bp_gradient_new(sample->network, arena);
  for (size_t l = 1; part && l <= sample->network->depth; l++) {
    renumber(whole->dW[l], sample->unit[l], sample->unit[l - 1], part->dW[l]);
    renumber(whole->db[l], sample->unit[l], NULL, part->db[l]);
    renumber(whole->dZ[l], sample->unit[l], NULL, part->dZ[l]);
    renumber(whole->dA[l], sample->unit[l], NULL, part->dA[l]);
  }
  return part;
}

double bp_sample_chance(size_t all, size_t drawn, size_t wrong) {
  double chance = 1;
  for (size_t j = 0; j < wrong && chance > 0; j++)
    chance *= j + drawn < all ? (double)(all - drawn - j) / (double)(all - j) : 0;
  return chance;
}

/* "97.6 %" or "3e-05" */
static const char *chance_text(double chance, struct bp_arena *arena) {
  return chance >= 1e-3 ? bp_arena_printf(arena, "%.3g %%", 100 * chance)
                        : bp_arena_printf(arena, "%.0e", chance);
}

void bp_sample_place(const struct bp_sample *sample, struct bp_report *report) {
  const struct bp_network *network = sample->network;
  report->skipped = 0;
  for (size_t b = 0; b < report->block_count; b++) {
    struct bp_block *block = &report->blocks[b];
    size_t l = b / 2 + 1;
    bool bias = b % 2;
    block->row_at = sample->unit[l];
    block->column_at = bias ? NULL : sample->unit[l - 1];
    block->rows_of = network->size[l];
    block->missed = bp_sample_chance(block->rows_of, block->rows, 1);
    report->skipped += (block->rows_of - block->rows) * block->columns;
  }
}

/* Chances are those of the layer that is known least. */
const char *bp_sample_sentence(const struct bp_sample *sample, struct bp_arena *arena) {
  const struct bp_network *network = sample->network;
  size_t least = 1, skipped = 0;
  for (size_t l = 1; l <= network->depth; l++) {
    skipped += (network->size[l] - network->looked_at[l]) * (network->size[l - 1] + 1);
    if ((double)network->looked_at[l] * (double)network->size[least] <
        (double)network->looked_at[least] * (double)network->size[l])
      least = l;
  }
  size_t all = network->size[least], drawn = network->looked_at[least], some = (all + 9) / 10;
  const char *one = chance_text(bp_sample_chance(all, drawn, 1), arena);
  const char *tenth = chance_text(bp_sample_chance(all, drawn, some), arena);
  if (!one || !tenth)
    return NULL;
  if (skipped == 0)
    return "no layer has more units than the sample takes: every parameter was looked at";
  return bp_arena_printf(
      arena,
      "%zu parameters were not looked at, most of them in W[%zu], of which %zu of %zu rows were "
      "drawn: "
      "a mistake in a single entry or a single row of it is missed with a chance of %s, one in a "
      "tenth of the rows with %s; one that changes a whole matrix or a whole column is in every "
      "row",
      skipped, least, drawn, all, one, tenth);
}
