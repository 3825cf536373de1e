/* When two sizes are one.
 *
 * Sizes are polynomials, and two that are the same polynomial fit whatever the numbers are.  Where
 * they are the same only with the sizes that the file fixes put in, they fit with a note, because
 * the line would not hold in general.
 */
#include <string.h>

#include "base/list.h"
#include "model/world.h"

/* "n[1] = 4, n[2] = 1": the fixed sizes in the polynomial, in their order. */
static const char *fixed_sizes(struct bp_arena *arena, struct bp_size size) {
  enum { MOST_FIXED = 8 };
  const struct bp_size_atom *fixed[MOST_FIXED];
  size_t count = 0;
  for (size_t i = 0; i < size.count; i++)
    for (size_t k = 0; k < size.terms[i].degree; k++) {
      const struct bp_size_atom *atom = size.terms[i].atoms[k];
      size_t at = count;
      while (at > 0 && fixed[at - 1]->order >= atom->order)
        at--;
      bool known = at < count && fixed[at] == atom;
      if (!atom->fixed || known || count == MOST_FIXED)
        continue;
      memmove(&fixed[at + 1], &fixed[at], (count - at) * sizeof *fixed);
      fixed[at] = atom;
      count++;
    }
  const char *text = "";
  for (size_t i = 0; i < count && text; i++)
    text = bp_arena_printf(arena, "%s%s%s = %ld", text, i ? ", " : "", fixed[i]->name,
                           fixed[i]->value);
  return text;
}

void bp_world_note(struct bp_world *world, const char *note) {
  for (size_t i = 0; note && i < world->note_count; i++)
    if (!strcmp(world->notes[i], note))
      return;
  note = note ? bp_arena_strdup(world->model->arena, note) : NULL;
  const char **notes = bp_list_longer(world->keep, world->notes, world->note_count, sizeof *notes);
  if (!notes || !note)
    return;
  notes[world->note_count++] = note;
  world->notes = notes;
}

bool bp_size_fits(struct bp_world *world, struct bp_size a, struct bp_size b) {
  if (bp_size_same(a, b))
    return true;
  struct bp_arena *arena = world->symbols;
  if (!bp_size_same(bp_size_reduced(arena, a), bp_size_reduced(arena, b)))
    return false;
  const char *fixed = fixed_sizes(arena, bp_size_add(arena, a, b, 1));
  if (fixed && *fixed)
    bp_world_note(world, bp_arena_printf(arena, "fits only because %s", fixed));
  return true;
}
