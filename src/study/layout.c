/* How the derivatives of a context are laid out, by what holds.
 *
 * Where a derivative of a vector by a vector stands, or the prose names the numerator layout,
 * people write in several ways, and a note keeps to one of them.  So a layout is a reading like
 * others: the one under which the most lines hold.  Prose that names the denominator layout leaves
 * nothing open.
 */
#include "study/layout.h"

#include <string.h>

#include "study/last.h"

static const char *const layouts[] = {"numerator", "denominator", "mixed"};

/* Whether the lines can be laid out in several ways. */
static bool is_open(const struct bp_note_context *context) {
  bool open = false;
  for (size_t i = 0; i < context->count; i++) {
    const struct bp_noted *noted = &context->note->list[context->members[i]];
    if (noted->stated == BP_STATED_DENOMINATOR)
      return false;
    open = open || noted->layout || noted->stated == BP_STATED_NUMERATOR;
  }
  return open && context->family == BP_FAMILY_OWN;
}

/* Whether a layout is what the prose leaves open. */
static bool is_meant(const struct bp_note_context *context, const char *layout) {
  for (size_t i = 0; i < context->count; i++)
    if (context->note->list[context->members[i]].stated == BP_STATED_NUMERATOR)
      return strcmp(layout, "denominator") != 0;
  return true;
}

/* Members with a derivative that lies in one layout otherwise than in another, which hold under the
 * one and not under the other. */
static size_t only_under(const struct bp_study_trials *one, const struct bp_study_trials *other,
                         bool *members) {
  const struct bp_note_context *context = one->context;
  size_t count = 0;
  for (size_t i = 0; i < context->count; i++) {
    bool only = context->note->list[context->members[i]].layout &&
                bp_study_outcome(one, one->best, i) == BP_TRIED_HOLDS &&
                bp_study_outcome(other, other->best, i) == BP_TRIED_FAILS;
    count += only;
    if (members)
      members[i] = members[i] || only;
  }
  return count;
}

/* Marks the members that hold in this layout alone, where as many hold in another one alone. */
static int weigh(struct bp_study_trials *trials, const struct bp_study_trials *tried,
                 size_t count) {
  bool *members = bp_arena_alloc(trials->arena, trials->context->count + 1, sizeof *members);
  bool doubtful = false;
  if (!members)
    return -1;
  for (size_t k = 0; k < count; k++) {
    size_t against = only_under(&tried[k], trials, NULL);
    if (against > 0 && against >= only_under(trials, &tried[k], members))
      doubtful = true;
  }
  trials->one_layout = doubtful ? members : NULL;
  return 0;
}

int bp_study_read_context(struct bp_note_context *context, struct bp_study_trials *trials) {
  struct bp_study_trials tried[1 + sizeof layouts / sizeof *layouts];
  size_t count = 0;
  context->layout = NULL;
  if (bp_study_try(trials) != 0 || bp_study_last_layer(context, trials) != 0)
    return -1;
  if (!is_open(context) || trials->readings == 0)
    return 0;
  tried[count++] = *trials;
  const char *best = NULL;
  for (size_t k = 0; k < sizeof layouts / sizeof *layouts; k++) {
    struct bp_study_trials other = {.opened = trials->opened,
                                    .context = context,
                                    .vocabulary = trials->vocabulary,
                                    .options = trials->options,
                                    .arena = trials->arena};
    if (!is_meant(context, layouts[k]))
      continue;
    context->layout = layouts[k];
    if (bp_study_try(&other) != 0)
      return -1;
    tried[count++] = other;
    if (other.holding > trials->holding) {
      *trials = other;
      best = layouts[k];
    }
  }
  context->layout = best;
  return weigh(trials, tried, count);
}

const char *bp_study_layout_words(const struct bp_study_trials *trials, struct bp_arena *arena) {
  const struct bp_note_context *context = trials->context;
  size_t denominators = 0;
  for (size_t i = 0; i < context->count; i++)
    denominators += context->note->list[context->members[i]].stated == BP_STATED_DENOMINATOR;
  if (denominators > 0)
    return "; derivatives in the denominator layout, as its text says";
  return context->layout ? bp_arena_printf(arena, "; derivatives in the %s layout", context->layout)
                         : "";
}
