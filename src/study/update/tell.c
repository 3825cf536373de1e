/* What a report says of updates: which way they lead, and by how much more than the gradient.
 *
 * A step up that nothing asks for holds as a formula, and is undecided as an update; one that is
 * wrong was claimed to lead down, and so has failed already.
 */
#include "base/list.h"
#include "lang/print.h"
#include "study/update/updates.h"

static void doubt(struct bp_claim *claim, const struct bp_judged_update *update, const char *why,
                  const char *instead) {
  claim->verdict = BP_UNDECIDED;
  claim->reason = BP_REASON_NEEDS;
  claim->where = (struct bp_diagnostic){
      .source = claim->source, .span = update->update->sign, .message = why, .suggestion = instead};
  claim->rows = claim->columns = 0;
}

/* Where the words of the file do not say that it leads where it should. */
static void doubt_direction(struct bp_claim *claim, const struct bp_judged_update *update,
                            struct bp_arena *arena) {
  const char *loss = update->loss;
  if (update->direction == BP_STEP_UP)
    doubt(
        claim, update,
        bp_arena_printf(arena,
                        "this step goes up %s, and nothing says whether that is to be large or "
                        "small",
                        loss),
        bp_arena_printf(arena, "minimise %s, or maximise %s, in a comment or a note", loss, loss));
  else
    doubt(claim, update,
          bp_arena_printf(arena, "this step goes down %s, and the words of the file lead up", loss),
          bp_arena_printf(arena, "the other sign, or minimise %s in a comment or a note", loss));
}

static bool add_note(struct bp_claim *claim, struct bp_arena *arena, const char *note) {
  const char **longer = bp_list_longer(arena, claim->notes, claim->note_count, sizeof *longer);
  if (!longer || !note)
    return false;
  longer[claim->note_count++] = note;
  claim->notes = longer;
  return true;
}

static bool tell(const struct bp_judged_update *update, struct bp_arena *arena,
                 struct bp_claim *claim) {
  bool fine = true;
  const char *loss = update->loss;
  struct bp_span span = claim->span;
  span.begin = update->update->moved->span.begin;
  claim->text = bp_source_line(claim->source, span, arena);
  if (claim->kind != BP_CLAIM)
    return claim->text;
  if (claim->verdict == BP_HOLDS && update->factor)
    fine = add_note(
        claim, arena,
        bp_arena_printf(arena, "the step is %s times the gradient of %s, which the rate takes up",
                        update->factor, loss));
  if (claim->verdict == BP_HOLDS && update->decay && fine)
    fine = add_note(claim, arena,
                    bp_arena_printf(arena, "beside the gradient of %s the weight decays: %s", loss,
                                    update->decay));
  bool up = update->direction == BP_STEP_UP, only_up = update->meant_up && !update->meant_down;
  if (claim->verdict == BP_HOLDS && up != only_up)
    doubt_direction(claim, update, arena);
  else if (claim->verdict == BP_HOLDS && up)
    fine = add_note(claim, arena,
                    bp_arena_printf(arena, "a step up %s, as the words of the file say", loss));
  if (claim->verdict == BP_FAILS && update->direction == BP_STEP_UP)
    claim->where = (struct bp_diagnostic){
        .source = claim->source,
        .span = update->update->sign,
        .message = bp_arena_printf(arena, "this step goes up %s, which is to be small", loss),
        .suggestion = "the other sign; or the word maximise in a comment, if it is to be large"};
  if (claim->verdict == BP_FAILS && update->direction == BP_STEP_NOWHERE)
    fine = add_note(claim, arena,
                    bp_arena_printf(arena,
                                    "read as a step down %s, with any rate: its gradient, "
                                    "or a multiple of that, is to be taken away",
                                    loss));
  return fine && claim->text;
}

int bp_updates_tell(const struct bp_updates *updates, struct bp_arena *arena,
                    struct bp_derivation_report *report) {
  for (size_t i = 0; i < report->claim_count; i++)
    for (size_t k = 0; k < updates->count; k++) {
      struct bp_claim *claim = &report->claims[i];
      const struct bp_statement *statement = &updates->list[k].update->statement;
      enum bp_verdict before = claim->verdict;
      if (claim->source != updates->document->source || claim->span.begin != statement->span.begin)
        continue;
      if (!tell(&updates->list[k], arena, claim))
        return -1;
      if (before == BP_HOLDS && claim->verdict == BP_UNDECIDED) {
        report->head.holds--;
        report->head.undecided++;
        report->head.verdict = bp_verdict_join(report->head.verdict, BP_UNDECIDED);
      }
    }
  return 0;
}
