/* Everything is found, read and judged in the text of the cells; only then places are moved, so
 * that no one else knows of notebooks.
 */
#include "study/opened.h"

#include <string.h>

#include "read/note.h"

int bp_note_open(const struct bp_source *source, struct bp_arena *arena,
                 struct bp_opened_note *opened) {
  *opened = (struct bp_opened_note){source, bp_note_style_of(source), NULL};
  if (!bp_document_is_notebook(source))
    return 0;
  struct bp_notebook *notebook = bp_arena_alloc(arena, 1, sizeof *notebook);
  struct bp_diagnostics said;
  bp_diagnostics_init(&said, arena);
  if (!notebook || bp_notebook_decode(source, arena, &said, notebook) != 0)
    return -1;
  opened->notebook = notebook;
  opened->source = &notebook->note;
  return 0;
}

const char *bp_opened_line(const struct bp_opened_note *opened, size_t at, struct bp_arena *arena) {
  size_t line, column;
  if (opened->notebook)
    return bp_notebook_place(opened->notebook, at, arena);
  bp_locate(opened->source, at, &line, &column);
  return bp_arena_printf(arena, "line %zu", line);
}

/* ---- moving -------------------------------------------------------------- */

struct mover {
  const struct bp_opened_note *opened;
  struct bp_arena *arena;
  size_t at, line; /* where lines of the file were counted to */
};

static bool move(const struct mover *mover, const struct bp_source **source, struct bp_span *span) {
  bool whole;
  if (*source != mover->opened->source)
    return true;
  *span = bp_notebook_from(mover->opened->notebook, *span, &whole);
  *source = mover->opened->notebook->raw;
  return whole;
}

static size_t line_of(struct mover *mover, size_t at) {
  const struct bp_source *raw = mover->opened->notebook->raw;
  if (at < mover->at) {
    mover->at = 0;
    mover->line = 1;
  }
  for (; mover->at < at && mover->at < raw->length; mover->at++)
    mover->line += raw->text[mover->at] == '\n';
  return mover->line;
}

/* False where the edits are not of one string each. */
static bool move_hint(struct mover *mover, struct bp_hint *hint) {
  struct bp_replacement *edits = bp_arena_alloc(mover->arena, hint->edit_count + 1, sizeof *edits);
  bool whole = edits != NULL;
  for (size_t i = 0; i < hint->edit_count && whole; i++) {
    edits[i] = hint->edits[i];
    whole = move(mover, &edits[i].source, &edits[i].span);
    edits[i].text = bp_notebook_escaped(edits[i].text, mover->arena);
    whole = whole && edits[i].text;
  }
  hint->edits = edits;
  return whole;
}

static bool move_claim(struct mover *mover, struct bp_claim *claim) {
  const struct bp_source *note = mover->opened->source;
  if (claim->source != note)
    return true;
  claim->name = bp_notebook_place(mover->opened->notebook, claim->span.begin, mover->arena);
  if (claim->where.source == note)
    move(mover, &claim->where.source, &claim->where.span);
  move(mover, &claim->source, &claim->span);
  claim->line = line_of(mover, claim->span.begin);
  struct bp_hint *hints = bp_arena_alloc(mover->arena, claim->hint_count + 1, sizeof *hints);
  size_t kept = 0;
  for (size_t i = 0; hints && i < claim->hint_count; i++) {
    hints[kept] = claim->hints[i];
    hints[kept].line = claim->line;
    kept += move_hint(mover, &hints[kept]);
  }
  claim->hints = hints;
  claim->hint_count = kept;
  return hints && claim->name;
}

bool bp_opened_place(const struct bp_opened_note *opened, struct bp_arena *arena,
                     struct bp_derivation_report *report) {
  struct mover mover = {opened, arena, 0, 1};
  if (!opened->notebook)
    return true;
  for (size_t i = 0; i < report->claim_count; i++)
    if (!move_claim(&mover, &report->claims[i]))
      return false;
  for (size_t i = 0; i < report->remark_count; i++)
    move(&mover, &report->remarks[i].source, &report->remarks[i].span);
  return true;
}
