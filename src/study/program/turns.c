/* Of a line of a program that was judged at several turns of its loop one verdict is told: that of
 * the turn at which it fails, or is open.  An edit is offered only where it mends the line at all
 * of them.
 */
#include "study/program/turns.h"

#include <string.h>

static bool is_same_edit(const struct bp_hint *one, const struct bp_hint *other) {
  bool same = one->edit_count == other->edit_count;
  for (size_t k = 0; same && k < one->edit_count; k++)
    same = one->edits[k].span.begin == other->edits[k].span.begin &&
           one->edits[k].span.end == other->edits[k].span.end &&
           strcmp(one->edits[k].text, other->edits[k].text) == 0;
  return same;
}

/* Leaves the hints of `claim` that mend the line at the other turn, too. */
static bool keep_common_hints(struct bp_arena *arena, const struct bp_claim *other,
                              struct bp_claim *claim) {
  struct bp_hint *hints = bp_arena_alloc(arena, claim->hint_count + 1, sizeof *hints);
  size_t kept = 0;
  for (size_t i = 0; hints && i < claim->hint_count; i++) {
    bool common = false;
    for (size_t k = 0; k < other->hint_count && !common; k++)
      common = is_same_edit(&claim->hints[i], &other->hints[k]);
    if (common)
      hints[kept++] = claim->hints[i];
  }
  claim->hints = hints;
  claim->hint_count = kept;
  return hints != NULL;
}

bool bp_study_join_turns(struct bp_arena *arena, struct bp_derivation_report *report) {
  size_t kept = 0;
  bool fine = true;
  for (size_t i = 0; i < report->claim_count && fine; i++) {
    struct bp_claim *last = kept > 0 ? &report->claims[kept - 1] : NULL;
    struct bp_claim claim = report->claims[i];
    if (!last || last->span.begin != claim.span.begin || last->span.end != claim.span.end) {
      report->claims[kept++] = claim;
      continue;
    }
    bool worse = bp_verdict_join(last->verdict, claim.verdict) != last->verdict;
    fine = keep_common_hints(arena, worse ? last : &claim, worse ? &claim : last);
    if (worse)
      *last = claim;
  }
  report->claim_count = kept;
  return fine;
}
