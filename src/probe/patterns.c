/* Explaining a wrong gradient by its numbers alone.
 *
 * Without formulas there are still mistakes that leave a pattern: a factor in all entries, a matrix
 * that was written column by column, an index that is off by one, another block's numbers, one
 * place that is wrong in an otherwise right block.  Each pattern says what every entry would have
 * to be, given the right ones, which are the differences; and it is believed only if it accounts
 * for every entry whose difference is known, and if at least two entries tell it from the right
 * gradient (one number is explained by any factor).
 */
#include "probe/patterns.h"

#include <math.h>
#include <string.h>

/* Of the largest entry: what an entry may be off however wide its bound.  In float sqrt(unit). */
#define CLOSE 1e-6

static const char unexplained[] = "no simple explanation found";

/* A pattern: entry i of the block is `factor` times entry source(i) of the block `from`. */
struct pattern {
  const struct bp_block *block, *from;
  double factor;
  size_t (*source)(const struct bp_block *block, size_t i);
  long shift;
  double close;
};

static size_t count_of(const struct bp_block *block) { return block->rows * block->columns; }

static bool is_known(const struct bp_entry *entry) {
  return entry->reason != BP_REASON_SKIPPED && isfinite(entry->bound) &&
         isfinite(entry->difference);
}

static size_t same_place(const struct bp_block *block, size_t i) {
  (void)block;
  return i;
}

/* The entry that stands at place i when the block was written column by column. */
static size_t transposed_place(const struct bp_block *block, size_t i) {
  return i % block->rows * block->columns + i / block->rows;
}

static size_t place_of(const struct pattern *pattern, size_t i) {
  size_t count = count_of(pattern->block);
  size_t j = pattern->source(pattern->block, i);
  return pattern->shift ? (j + (size_t)((long)count + pattern->shift)) % count : j;
}

/* How far the entry may be from what the pattern says. */
static double allowed(const struct pattern *pattern, const struct bp_entry *entry,
                      const struct bp_entry *source) {
  double largest = fmax(pattern->block->largest_magnitude,
                        fabs(pattern->factor) * pattern->from->largest_magnitude);
  double bound = entry->bound + fabs(pattern->factor) * source->bound;
  return fmin(bound, pattern->close * largest);
}

/* Whether all entries follow the pattern, and at least so many tell it from the right gradient. */
static bool fits(const struct pattern *pattern, size_t least) {
  size_t telling = 0, count = count_of(pattern->block);
  if (count_of(pattern->from) != count)
    return false;
  for (size_t i = 0; i < count; i++) {
    const struct bp_entry *entry = &pattern->block->entries[i];
    const struct bp_entry *source = &pattern->from->entries[place_of(pattern, i)];
    if (entry->reason == BP_REASON_SKIPPED || !is_known(source) || source->reason == BP_REASON_KINK)
      continue;
    double expected = pattern->factor * source->difference;
    double most = allowed(pattern, entry, source);
    if (!is_known(entry))
      most = fabs(pattern->factor) * source->bound + pattern->close * fabs(expected);
    if (!(fabs(entry->backprop - expected) <= most))
      return false;
    telling += fabs(expected - entry->difference) > most + entry->bound;
  }
  return telling >= least;
}

/* ---- a factor ---------------------------------------------------------------------- */

struct named_factor {
  double factor;
  const char *kind, *equals, *means; /* "W1 equals {equals} in all 12 entries: {means}" */
};

static const struct named_factor named_factors[] = {
    {-1, "sign", "minus the right gradient", "a sign is wrong"},
    {2, "twice", "twice the right gradient",
     "a factor 1/2 is missing, or something is added twice"},
    {0.5, "half", "half the right gradient", "a factor 2 is missing, or there is a 1/2 too many"},
};

static const char *in_all(const struct bp_block *block, struct bp_arena *arena) {
  size_t count = count_of(block) - block->skipped;
  if (count <= 2)
    return count == 1 ? "in its only entry" : "in both entries";
  return bp_arena_printf(arena, "in all %zu entries%s", count, block->skipped ? " looked at" : "");
}

static void tell(struct bp_block *block, const char *kind, const char *sentence) {
  block->explanation = sentence ? sentence : unexplained;
  block->explanation_kind = sentence ? kind : NULL;
}

/* A number of rows, columns or entries, of which the factor or its reciprocal may be made. */
static const char *size_in_words(const struct bp_block *block, double size,
                                 struct bp_arena *arena) {
  if (size == (double)block->rows)
    return bp_arena_printf(arena, "the number of rows, %zu", block->rows);
  if (size == (double)block->columns)
    return bp_arena_printf(arena, "the number of columns, %zu", block->columns);
  if (size == (double)count_of(block))
    return bp_arena_printf(arena, "the number of entries, %zu", count_of(block));
  return NULL;
}

static bool is_near(double factor, double wanted) {
  return fabs(factor - wanted) <= CLOSE * fabs(wanted);
}

static const char *name_factor(const struct bp_block *block, double factor, const char **kind,
                               struct bp_arena *arena) {
  const char *entries = in_all(block, arena);
  for (size_t p = 0; p < sizeof named_factors / sizeof *named_factors && entries; p++)
    if (is_near(factor, named_factors[p].factor)) {
      *kind = named_factors[p].kind;
      return bp_arena_printf(arena, "%s %s: %s", named_factors[p].equals, entries,
                             named_factors[p].means);
    }
  double times = round(factor), over = round(1 / factor);
  bool whole = is_near(factor, times), inverse = over != 0 && is_near(factor, 1 / over);
  const char *size = whole ? size_in_words(block, times, arena) : NULL;
  const char *part = inverse ? size_in_words(block, over, arena) : NULL;
  *kind = size ? "times-size" : part ? "over-size" : "factor";
  if (!entries)
    return NULL;
  if (size)
    return bp_arena_printf(arena,
                           "%.0f times the right gradient %s, and that is %s: a mean that was not "
                           "divided?",
                           times, entries, size);
  if (part)
    return bp_arena_printf(arena,
                           "the right gradient over %.0f %s, and that is %s: divided once too "
                           "often?",
                           over, entries, part);
  if (inverse)
    return bp_arena_printf(arena, "the right gradient over %.0f %s", over, entries);
  return bp_arena_printf(arena, "%.6g times the right gradient %s", factor, entries);
}

/* The entry whose difference is known best, relative to itself. */
static const struct bp_entry *best_known(const struct bp_block *block) {
  const struct bp_entry *best = NULL;
  double share = 0x1p-10;
  for (size_t i = 0; i < count_of(block); i++) {
    const struct bp_entry *entry = &block->entries[i];
    if (!is_known(entry) || entry->reason == BP_REASON_KINK || entry->difference == 0)
      continue;
    if (entry->bound < share * fabs(entry->difference)) {
      share = entry->bound / fabs(entry->difference);
      best = entry;
    }
  }
  return best;
}

/* The whole number, or its reciprocal, that is meant by a factor known to `error`. */
static double rounded_factor(double factor, double error) {
  double whole = round(factor), part = round(1 / factor);
  if (fabs(factor - whole) <= error && whole != 0)
    return whole;
  if (part != 0 && fabs(factor - 1 / part) <= error)
    return 1 / part;
  return factor;
}

static bool explain_factor(struct bp_arena *arena, struct bp_block *block, double close) {
  const struct bp_entry *best = best_known(block);
  if (!best || best->backprop == 0 || !isfinite(best->backprop))
    return false;
  double factor = best->backprop / best->difference;
  factor =
      rounded_factor(factor, 2 * best->bound / fabs(best->difference) + 0x1p-50 * fabs(factor));
  struct pattern pattern = {block, block, factor, same_place, 0, close};
  if (!fits(&pattern, 2))
    return false;
  const char *kind, *words = name_factor(block, factor, &kind, arena);
  tell(block, kind, words ? bp_arena_printf(arena, "%s equals %s", block->name, words) : NULL);
  return true;
}

/* ---- zeros, places and strangers ------------------------------------------------------ */

static bool explain_zero(struct bp_arena *arena, struct bp_block *block) {
  size_t looked_at = 0;
  for (size_t i = 0; i < count_of(block); i++) {
    if (block->entries[i].reason == BP_REASON_SKIPPED)
      continue;
    looked_at++;
    if (block->entries[i].backprop != 0)
      return false;
  }
  const char *entries = in_all(block, arena);
  if (looked_at < 2 || !entries)
    return false;
  tell(block, "zero",
       bp_arena_printf(arena, "%s is 0 %s: was it never computed, or cleared afterwards?",
                       block->name, entries));
  return true;
}

static bool explain_transposed(struct bp_arena *arena, struct bp_block *block, double close) {
  struct pattern pattern = {block, block, 1, transposed_place, 0, close};
  if (block->rows < 2 || block->columns < 2 || !fits(&pattern, 2))
    return false;
  const char *name = block->name;
  tell(block, "transposed",
       block->rows == block->columns
           ? bp_arena_printf(arena,
                             "%s is the transpose of the right gradient: a transpose is missing, "
                             "or there is one too many",
                             name)
           : bp_arena_printf(arena,
                             "%s has the right numbers, but column by column: it was stored as "
                             "the transpose, %zu x %zu",
                             name, block->columns, block->rows));
  return true;
}

/* All but one entry, which the shift pushes over the edge. */
static bool fits_shifted(struct bp_block *block, long shift, double close) {
  size_t count = count_of(block), edge = shift > 0 ? count - 1 : 0;
  struct pattern pattern = {block, block, 1, same_place, shift, close};
  struct bp_entry kept = block->entries[edge];
  block->entries[edge].reason = BP_REASON_SKIPPED;
  bool fit = fits(&pattern, 2);
  block->entries[edge] = kept;
  return fit;
}

static bool explain_shifted(struct bp_arena *arena, struct bp_block *block, double close) {
  static const long shifts[] = {1, -1};
  for (size_t s = 0; s < 2 && count_of(block) >= 4; s++)
    if (fits_shifted(block, shifts[s], close)) {
      tell(block, "shifted",
           bp_arena_printf(arena,
                           "each entry of %s has the value of the one %s it: an index is off by "
                           "one",
                           block->name, shifts[s] > 0 ? "behind" : "before"));
      return true;
    }
  return false;
}

static bool explain_stranger(struct bp_arena *arena, const struct bp_report *report,
                             struct bp_block *block, double close) {
  for (size_t b = 0; b < report->block_count; b++) {
    const struct bp_block *other = &report->blocks[b];
    struct pattern pattern = {block, other, 1, same_place, 0, close};
    if (other == block || !other->parameter || !fits(&pattern, 2))
      continue;
    tell(block, "other-block",
         bp_arena_printf(arena, "%s has the numbers that belong to %s: are the two exchanged?",
                         block->name, other->name));
    return true;
  }
  return false;
}

/* ---- facts ------------------------------------------------------------------------------ */

/* Where the entries that fail are: their first and last row and column. */
struct span {
  size_t first_row, last_row, first_column, last_column, fails;
};

static struct span span_of_failures(const struct bp_block *block) {
  struct span span = {SIZE_MAX, 0, SIZE_MAX, 0, 0};
  for (size_t i = 0; i < count_of(block); i++) {
    if (block->entries[i].verdict != BP_FAILS)
      continue;
    size_t row = i / block->columns, column = i % block->columns;
    span.first_row = row < span.first_row ? row : span.first_row;
    span.last_row = row > span.last_row ? row : span.last_row;
    span.first_column = column < span.first_column ? column : span.first_column;
    span.last_column = column > span.last_column ? column : span.last_column;
    span.fails++;
  }
  return span;
}

static bool explain_place(struct bp_arena *arena, struct bp_block *block) {
  struct span span = span_of_failures(block);
  size_t looked_at = count_of(block) - block->skipped;
  if (block->holds + span.fails < looked_at || block->holds == 0)
    return false;
  if (span.fails == 1) {
    tell(block, "entry",
         bp_arena_printf(arena, "only the entry (%zu,%zu) of %s is wrong; the other %zu agree",
                         span.first_row + 1, span.first_column + 1, block->name, block->holds));
    return true;
  }
  bool row = span.first_row == span.last_row, column = span.first_column == span.last_column;
  if (!row && !column)
    return false;
  if ((row && block->rows == 1) || (column && block->columns == 1))
    return false; /* a vector is all one row or column */
  tell(block, row ? "row" : "column",
       bp_arena_printf(arena, "only in %s %zu of %s are entries wrong; the other %zu agree",
                       row ? "row" : "column", (row ? span.first_row : span.first_column) + 1,
                       block->name, block->holds));
  return true;
}

/* Entries that are no numbers, where nothing else is wrong: then there is nothing to guess. */
static bool explain_no_numbers(struct bp_arena *arena, struct bp_block *block) {
  size_t none = 0, first = 0;
  for (size_t i = 0; i < count_of(block); i++) {
    const struct bp_entry *entry = &block->entries[i];
    if (entry->verdict == BP_FAILS && isfinite(entry->backprop))
      return false;
    if (entry->verdict == BP_FAILS && none++ == 0)
      first = i;
  }
  if (none == 0)
    return false;
  const char *which = isnan(block->entries[first].backprop) ? "NaN" : "infinite";
  size_t row = first / block->columns + 1, column = first % block->columns + 1;
  const char *sentence =
      none == 1 ? bp_arena_printf(arena, "%s is %s at (%zu,%zu)", block->name, which, row, column)
                : bp_arena_printf(arena, "%s is not a number in %zu entries: it is %s at (%zu,%zu)",
                                  block->name, none, which, row, column);
  block->explanation = sentence;
  return true;
}

int bp_probe_explain(double unit, struct bp_arena *arena, struct bp_report *report) {
  double close = fmax(CLOSE, sqrt(unit));
  for (size_t b = 0; b < report->block_count; b++) {
    struct bp_block *block = &report->blocks[b];
    if (block->verdict != BP_FAILS || !block->parameter || explain_no_numbers(arena, block))
      continue;
    if (!explain_zero(arena, block) && !explain_factor(arena, block, close) &&
        !explain_transposed(arena, block, close) && !explain_shifted(arena, block, close) &&
        !explain_stranger(arena, report, block, close) && !explain_place(arena, block))
      block->explanation = unexplained;
  }
  return bp_arena_failed(arena) ? -1 : 0;
}
