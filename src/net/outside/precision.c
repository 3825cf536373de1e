/* An entry shows sign and size if right code lands much nearer to the difference than 0 is, within
 * its worst case or where drawn roundings put it (landing.h), and the number under test is there.
 * That it agrees better than right code has to is no such evidence, since among many
 * entries without digits one always does, also of a gradient with the other sign; nor is a dead
 * entry that is 0, or a small one of which no more is known than that it is small beside its block.
 */
#include "net/outside/precision.h"

#include <math.h>

const char *bp_outside_type(double unit) {
  return unit < 1e-12 ? "float64" : unit < 1e-6 ? "float32" : "float16";
}

/* Given entries of parameters. */
struct look {
  size_t without_digits;
  const char *blocks; /* with such entries, their names */
  double widest;      /* what such an entry may be off */
  bool size;          /* some entry shows its own */
};

bool bp_shows_size(double number, const struct bp_difference *difference, double worst,
                   double landing) {
  double of_difference = bp_difference_bound(difference), size = fabs(difference->value);
  return 3 * (worst + of_difference) < size ||
         (3 * (landing + of_difference) < size &&
          fabs(number - difference->value) <= landing + of_difference);
}

static bool entry_shows_size(const struct bp_view *view, size_t i, size_t j) {
  return bp_shows_size(gsl_matrix_get(view->value, i, j),
                       &view->difference[bp_view_index(view, i, j)],
                       gsl_matrix_get(view->error, i, j),
                       view->landing ? gsl_matrix_get(view->landing, i, j) : INFINITY);
}

static void look_at(const struct bp_view *view, const struct bp_block *block,
                    struct bp_arena *arena, struct look *look) {
  size_t before = look->without_digits;
  for (size_t k = 0; k < block->rows * block->columns; k++) {
    const struct bp_entry *entry = &block->entries[k];
    if (entry->reason == BP_REASON_PRECISION) {
      look->without_digits++;
      look->widest = fmax(look->widest, entry->bound);
    }
  }
  for (size_t i = view->own.from; i < view->own.to && !look->size; i++)
    for (size_t j = 0; j < block->columns; j++)
      look->size = look->size || entry_shows_size(view, i, j);
  if (look->without_digits > before && look->blocks)
    look->blocks = bp_arena_printf(arena, "%s%s%s", look->blocks, before ? ", " : "", block->name);
}

const char *bp_outside_precision(const struct bp_evidence *evidence, const struct bp_report *report,
                                 struct bp_arena *arena, bool *nothing) {
  const struct bp_outside *outside = evidence->outside;
  struct look look = {.blocks = ""};
  const char *type = bp_outside_type(outside->unit);
  const char *better = outside->unit < 1e-12 ? "check at a point that is farther from a perfect fit"
                                             : "compute the gradient in float64";
  for (size_t b = 0; b < report->block_count; b++) {
    struct bp_view view = bp_view_of(evidence, outside->gradient, NULL, b, NULL);
    if (outside->given[b] && report->blocks[b].parameter)
      look_at(&view, &report->blocks[b], arena, &look);
  }
  look.size = bp_network_any(evidence->network, look.size); /* of rows, every rank knows its own */
  *nothing = look.without_digits > 0 && !look.size;
  if (look.without_digits == 0 || !look.blocks)
    return NULL;
  if (*nothing)
    return bp_arena_printf(
        arena,
        "in %s nothing can be seen of this gradient but that no entry is off by more than %.1e: "
        "rounding alone moves right code by up to %.1e, and its entries are no larger than that. A "
        "wrong sign or factor would pass, too, so this is no pass; %s",
        type, 2 * look.widest, look.widest, better);
  bool one = look.without_digits == 1;
  return bp_arena_printf(
      arena,
      "%zu entr%s of %s %s no digits in %s here: rounding alone moves right code by up to %.1e "
      "there, which is as much as the gradient itself. The numbers are as near to it as that, and "
      "a "
      "wrong sign would be, too; to see more, %s",
      look.without_digits, one ? "y" : "ies", look.blocks, one ? "has" : "have", type, look.widest,
      better);
}
