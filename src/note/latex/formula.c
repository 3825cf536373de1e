/* The bytes of a formula as they stand in a note, for the cutter: without comments, and without
 * the marks of a quotation behind line breaks.
 */
#include "note/latex/cut.h"

/* The bytes of the formula, without its comments and the marks of a quotation behind its line
 * breaks. */
static bool take_bytes(const struct bp_source *source, const struct bp_passage *formula,
                       struct bp_written *bytes) {
  const char *text = source->text;
  for (size_t at = formula->span.begin; at < formula->span.end;) {
    bool comment = text[at] == '%' && (at == formula->span.begin || text[at - 1] != '\\');
    while (comment && at < formula->span.end && text[at] != '\n')
      at++; /* before macros, which may have a line break in them */
    if (at >= formula->span.end)
      break;
    if (!bp_written_add(bytes, text + at, 1, (struct bp_span){at, at + 1}))
      return false;
    if (text[at++] != '\n')
      continue;
    for (unsigned marks = 0; at < formula->span.end && marks <= formula->quotes; at++)
      if (text[at] == '>' && marks < formula->quotes)
        marks++;
      else if (text[at] != ' ' && text[at] != '\t')
        break;
  }
  return true;
}

bool bp_formula_cut(const struct bp_source *source, const struct bp_passage *formula,
                    struct bp_macros *macros, struct bp_arena *arena, struct bp_cuts *cuts) {
  struct bp_arena *scratch = bp_arena_within(arena, 0);
  if (!scratch)
    return false;
  struct bp_written bytes = bp_written_new(scratch);
  bool fine = take_bytes(source, formula, &bytes) && bp_text_cut(&bytes, macros, arena, cuts);
  bp_arena_free(scratch);
  return fine;
}
