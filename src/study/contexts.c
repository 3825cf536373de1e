/* The contexts of a note, with declarations.
 *
 * A weighted sum w^T x + b makes a note one about a single unit, with a loss that courses have.
 * Many have it as one of their own definitions, and go on in their own way.  So the note's own
 * definitions are tried as well, and taken if more lines hold under them.
 */
#include "study/contexts.h"

#include <stdint.h>

#include "base/list.h"
#include "study/doubt.h"
#include "study/layout.h"
#include "study/own/own.h"

static bool is_unit(const struct bp_note_context *context) {
  return context->family == BP_FAMILY_UNIT && !context->program && context->cell == 0;
}

/* How many lines hold in the contexts that are chosen, or in all; SIZE_MAX: memory is short. */
static size_t holding(struct bp_note_contexts *contexts, bool units,
                      const struct bp_study_trials *like) {
  size_t count = 0;
  for (size_t i = 0; i < contexts->count; i++) {
    struct bp_study_trials trials = *like;
    trials.context = &contexts->list[i];
    if (units ? !is_unit(&contexts->list[i]) : bp_context_readings(&contexts->list[i]) == 0)
      continue;
    if (bp_study_read_context(&contexts->list[i], &trials) != 0)
      return SIZE_MAX;
    count += trials.holding;
  }
  return count;
}

/* All members of the contexts about a single unit, in the order of the note. */
static bool merge_units(const struct bp_note_contexts *contexts, struct bp_arena *arena,
                        struct bp_note_context *merged) {
  size_t next = 0;
  for (size_t number = 0; contexts->count > 0 && number < contexts->list[0].note->count; number++)
    for (size_t i = 0; i < contexts->count; i++) {
      const struct bp_note_context *context = &contexts->list[i];
      for (next = 0; is_unit(context) && next < context->count; next++)
        if (context->members[next] == number) {
          if (!bp_list_room(arena, merged->members, merged->count, merged->capacity))
            return false;
          merged->note = context->note;
          merged->members[merged->count++] = number;
        }
    }
  return true;
}

/* Puts the scopes in the place of the contexts about a single unit. */
static int replace_units(struct bp_note_contexts *contexts, const struct bp_note_contexts *scopes,
                         struct bp_arena *arena) {
  struct bp_note_contexts all = {NULL, 0, 0};
  bool placed = false;
  for (size_t i = 0; i < contexts->count; i++) {
    const struct bp_note_context *list =
        is_unit(&contexts->list[i]) ? scopes->list : &contexts->list[i];
    size_t count = is_unit(&contexts->list[i]) ? (placed ? 0 : scopes->count) : 1;
    placed = placed || is_unit(&contexts->list[i]);
    for (size_t k = 0; k < count; k++) {
      if (!bp_list_room(arena, all.list, all.count, all.capacity))
        return -1;
      all.list[all.count++] = list[k];
    }
  }
  *contexts = all;
  return 0;
}

/* Whether the k-th member holds under the reading that the context speaks for. */
static int holds(const struct bp_note_context *context, size_t k, const void *like) {
  struct bp_study_trials trials = *(const struct bp_study_trials *)like;
  trials.context = context;
  if (bp_study_try(&trials) != 0)
    return -1;
  return trials.readings > 0 && bp_study_outcome(&trials, trials.best, k) == BP_TRIED_HOLDS;
}

/* Counts for each stretch about samples the lines that hold in the others.  h, y and X are the same
 * in all of them, and each has only a few lines. */
static int back_samples(struct bp_note_contexts *contexts, const struct bp_study_trials *like) {
  size_t all = 0;
  for (size_t i = 0; i < contexts->count; i++) {
    struct bp_note_contexts one = {&contexts->list[i], 1, 1};
    if (!contexts->list[i].sampled)
      continue;
    size_t holds = holding(&one, false, like);
    if (holds == SIZE_MAX)
      return -1;
    contexts->list[i].backing = holds;
    all += holds;
  }
  for (size_t i = 0; i < contexts->count; i++)
    if (contexts->list[i].sampled)
      contexts->list[i].backing = all - contexts->list[i].backing;
  return 0;
}

int bp_study_contexts(const struct bp_note *note, const struct bp_vocabulary *vocabulary,
                      const struct bp_judge_options *options, struct bp_arena *arena,
                      struct bp_note_contexts *contexts) {
  struct bp_study_trials like = {.vocabulary = vocabulary, .options = options, .arena = arena};
  struct bp_note_context merged = {.note = NULL};
  struct bp_note_contexts scopes;
  const struct bp_own_asked asked = {holds, &like};
  bool units = false;
  if (bp_contexts_find(note, arena, contexts) != 0 ||
      bp_own_declare(contexts, &asked, vocabulary, arena) != 0)
    return -1;
  for (size_t i = 0; i < contexts->count; i++)
    units = units || is_unit(&contexts->list[i]);
  if (!units)
    return back_samples(contexts, &like);
  size_t known = holding(contexts, true, &like);
  if (known == SIZE_MAX)
    return -1;
  if (!merge_units(contexts, arena, &merged) ||
      bp_own_declare_instead(&merged, &asked, vocabulary, arena, &scopes) != 0)
    return -1;
  size_t own = holding(&scopes, false, &like);
  if (own == SIZE_MAX)
    return -1;
  if (own > known && replace_units(contexts, &scopes, arena) != 0)
    return -1;
  return back_samples(contexts, &like);
}
