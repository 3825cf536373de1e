/* Facts about a block that need no recipe: which entries are wrong, and that the others are not.
 */
#include "net/cause/facts.h"

#include <math.h>

#include "net/cause/fits.h"

/* Whether an entry holds that would not with the other sign: one that is wrong everywhere shows in
 * a single entry where the others are on kinks or below their bounds. */
static bool is_sound(const struct bp_block *block, const struct bp_entry *entry) {
  double size = fabs(entry->backprop);
  return entry->verdict == BP_HOLDS && entry->reason != BP_REASON_KINK &&
         size > BP_CLOSE * block->largest_magnitude && size > entry->bound;
}

bool bp_has_sound_entries(const struct bp_block *block) {
  if (block->undecided > 0)
    return false;
  for (size_t k = 0; k < block->rows * block->columns; k++)
    if (is_sound(block, &block->entries[k]))
      return true;
  return false;
}

/* What should be next to nothing and is not comes rather from a wrong formula, which adds, than
 * from a wrong entry. */
bool bp_all_are_sound(const struct bp_block *block) {
  enum { TIMES = 16 };
  for (size_t k = 0; k < block->rows * block->columns; k++) {
    const struct bp_entry *entry = &block->entries[k];
    double size = fabs(entry->backprop), worth = BP_CLOSE * block->largest_magnitude;
    if (entry->verdict == BP_FAILS
            ? !(fabs(entry->difference) > worth)
            : size > worth && !(is_sound(block, entry) && size > TIMES * entry->bound))
      return false;
  }
  return bp_has_sound_entries(block);
}

/* A quotient near 1 with as many digits as tell it from 1: two of the difference. */
static const char *times_text(double quotient, struct bp_arena *arena) {
  double off = fabs(quotient - 1);
  int digits = off > 0 && off < 1 ? (int)ceil(-log10(off)) + 2 : 7;
  return bp_arena_printf(arena, "%.*g", digits < 7 ? 7 : digits > 17 ? 17 : digits, quotient);
}

const char *bp_entry_sentence(const struct bp_block *block, size_t k, bool witnesses,
                              struct bp_arena *arena) {
  const struct bp_entry *entry = &block->entries[k];
  size_t others = block->rows * block->columns - 1, i = k / block->columns, j = k % block->columns;
  const char *start = bp_arena_printf(
      arena, witnesses ? "only entry (%zu,%zu) of %s is wrong" : "entry (%zu,%zu) of %s is wrong",
      i + 1, j + 1, block->name);
  const char *end = others == 0   ? "there is no other"
                    : !witnesses  ? "no other is large enough to tell more"
                    : others == 1 ? "the other one holds"
                                  : bp_arena_printf(arena, "the other %zu hold", others);
  if (!start || !end)
    return NULL;
  if (entry->difference == 0)
    return bp_arena_printf(arena, "%s, which should be 0; %s", start, end);
  if (entry->backprop == 0)
    return bp_arena_printf(arena, "%s: it is 0, and should be %.7g; %s", start, entry->difference,
                           end);
  const char *times = times_text(entry->backprop / entry->difference, arena);
  return times
             ? bp_arena_printf(arena, "%s: it is %s times what it should be; %s", start, times, end)
             : NULL;
}

bool bp_all_in(const struct bp_block *block, bool row) {
  size_t columns = block->columns;
  for (size_t k = 0; k < block->rows * columns; k++)
    if (block->entries[k].verdict == BP_FAILS &&
        (row ? k / columns != block->worst / columns : k % columns != block->worst % columns))
      return false;
  return true;
}

const char *bp_line_sentence(const struct bp_question *q, bool row, struct bp_arena *arena) {
  const struct bp_block *block = &q->scene->blocks[q->block];
  size_t index = row ? block->worst / block->columns : block->worst % block->columns;
  static const char *const roles[2][4] = {{"weights from unit", "", "sample", "sample"},
                                          {"weights into unit", "unit", "unit", "unit"}};
  return bp_arena_printf(arena, "only %s %zu of %s is wrong (%s %zu); every other entry holds",
                         row ? "row" : "column", index + 1, block->name, roles[row][q->part],
                         index + 1);
}
