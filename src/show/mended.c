/* The lines of a note are read in the light of all others: Z^{[1]} is a layer in one and a power in
 * another.  So a mended line cannot be read back by itself, as those of a derivation can; but its
 * tree is there, and an edit is what one node of it becomes, in the language of derivations.
 */
#include "show/mended.h"

#include <string.h>

#include "lang/build.h"
#include "lang/parse.h"
#include "value/vocabulary.h"

typedef const struct bp_expression *expr;

/* A formula by itself; NULL where it cannot be read. */
static expr read_formula(const char *text, struct bp_arena *arena) {
  struct bp_diagnostics unread;
  struct bp_document document;
  size_t next_id = 0;
  const char *line = bp_arena_printf(arena, "claim %s = 0", text);
  struct bp_source *source = bp_arena_alloc(arena, 1, sizeof *source);
  if (!line || !source)
    return NULL;
  *source = (struct bp_source){"formula", line, strlen(line)};
  bp_diagnostics_init(&unread, arena);
  if (bp_parse(source, &bp_vocabulary, NULL, NULL, &next_id, arena, &unread, &document) != 0 ||
      unread.errors > 0 || document.count != 1 || document.statements[0].broken ||
      document.statements[0].side_count != 2)
    return NULL;
  return document.statements[0].sides[0];
}

/* The tree with `other` in the place of the highest node at `span`; NULL where there is none. */
static expr replace(struct bp_builder *builder, expr node, struct bp_span span, expr other) {
  if (!node)
    return NULL;
  if (node->span.begin == span.begin && node->span.end == span.end)
    return other;
  for (size_t i = 0; i < node->count; i++) {
    expr child = replace(builder, node->child[i], span, other);
    if (!child)
      continue;
    struct bp_expression *copy = bp_build_with_child(builder, node, i, child);
    if (copy) {
      copy->span = node->span;
      copy->sign = node->sign;
    }
    return copy;
  }
  return NULL;
}

static bool carry_out(const struct bp_replacement *edit, struct bp_arena *arena,
                      struct bp_statement *mended) {
  struct bp_builder builder = {.arena = arena};
  expr read = edit->span.end > edit->span.begin ? read_formula(edit->text, arena) : NULL;
  struct bp_expression *other = read ? bp_build_copy(&builder, read) : NULL;
  if (!other)
    return false;
  other->span = edit->span;
  for (size_t i = 0; i < mended->side_count; i++) {
    expr side = replace(&builder, mended->sides[i], edit->span, other);
    if (!side)
      continue;
    mended->sides[i] = side;
    return true;
  }
  return false;
}

bool bp_mended_statement(const struct bp_statement *statement, const struct bp_hint *hint,
                         struct bp_arena *arena, struct bp_statement *mended) {
  *mended = *statement;
  mended->sides = bp_arena_alloc(arena, statement->side_count + 1, sizeof *mended->sides);
  if (!mended->sides || hint->edit_count == 0)
    return false;
  memcpy(mended->sides, statement->sides, statement->side_count * sizeof *mended->sides);
  for (size_t i = 0; i < hint->edit_count; i++)
    if (!carry_out(&hint->edits[i], arena, mended))
      return false;
  return true;
}
