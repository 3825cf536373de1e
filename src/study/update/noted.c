/* A note counts its claims by the members of their context, so claims that were updates get theirs.
 */
#include "study/update/noted.h"

int bp_updates_note(const struct bp_gradients_request *request, struct bp_note_document *parsed,
                    struct bp_updates *updates) {
  if (bp_updates_read(request, updates) != 0)
    return -1;
  const struct bp_document *document = updates->document;
  size_t *members = bp_arena_alloc(request->arena, document->count + 1, sizeof *members);
  size_t count = 0, before = 0;
  for (size_t i = 0; i < document->count && members; i++) {
    const struct bp_statement *statement = &document->statements[i];
    if (statement->kind != BP_STATEMENT_CLAIM)
      continue;
    members[count] = parsed->members[before];
    before += !statement->update;
    for (size_t k = 0; k < parsed->document.update_count && statement->update; k++)
      if (parsed->document.updates[k].statement.span.begin == statement->span.begin)
        members[count] = parsed->updates[k];
    count++;
  }
  parsed->members = members;
  return members ? 0 : -1;
}

int bp_updates_tell_noted(const struct bp_updates *updates, const struct bp_note_document *parsed,
                          size_t members, struct bp_arena *arena,
                          struct bp_derivation_report *report, bool **turned) {
  *turned = bp_arena_alloc(arena, members + 1, sizeof **turned);
  for (size_t i = 0; i < report->claim_count && *turned; i++)
    for (size_t k = 0; k < updates->count; k++)
      if (updates->list[k].direction == BP_STEP_UP &&
          updates->list[k].update->statement.span.begin == report->claims[i].span.begin)
        (*turned)[parsed->members[i]] = true;
  return *turned ? bp_updates_tell(updates, arena, report) : -1;
}
