/* Contexts by marks that are counted: three formulas of a kind make a family. */
#include <string.h>

#include "base/list.h"
#include "note/context/context.h"

enum { ENOUGH = 3 };

static bool has(const struct bp_noted *noted, const char *what) {
  const struct bp_written *text = &noted->cut.text;
  return bp_text_find(text->text, 0, text->length, what) < text->length;
}

static bool in_brackets(const struct bp_noted *noted) { return has(noted, "^{["); }

static bool raised(const struct bp_noted *noted) {
  return has(noted, "^{l") || has(noted, "^{L");
}

static enum bp_note_family family_of(const struct bp_note *note) {
  size_t brackets = 0, superscripts = 0;
  if (note->declared_count > 0)
    return BP_FAMILY_STATED;
  for (size_t i = 0; i < note->count; i++) {
    brackets += in_brackets(&note->list[i]);
    superscripts += raised(&note->list[i]);
  }
  if (brackets >= ENOUGH)
    return BP_FAMILY_BRACKETS;
  return superscripts >= ENOUGH ? BP_FAMILY_RAISED : BP_FAMILY_NONE;
}

/* Whether it speaks of all samples: capital letters for what is one column of one sample. */
static bool of_many(const struct bp_noted *noted) {
  static const char *const marks[] = {"Z^{[",  "A^{[",      "X",    "Y",
                                      "\\frac{1}{m}", "\\frac {1} {m}", BP_SUM_OF_SAMPLES_MARK,
                                      "np.sum", "A - ", "A-"};
  for (size_t k = 0; k < sizeof marks / sizeof *marks; k++)
    if (has(noted, marks[k]))
      return true;
  return false;
}

static struct bp_note_context *context_for(struct bp_note_contexts *contexts, const struct bp_note_context *like,
                                      struct bp_arena *arena) {
  for (size_t i = 0; i < contexts->count; i++)
    if (contexts->list[i].many == like->many && contexts->list[i].cell == like->cell)
      return &contexts->list[i];
  if (!bp_list_room(arena, contexts->list, contexts->count, contexts->capacity))
    return NULL;
  contexts->list[contexts->count] = *like;
  return &contexts->list[contexts->count++];
}

int bp_contexts_find(const struct bp_note *note, struct bp_arena *arena,
                     struct bp_note_contexts *contexts) {
  enum bp_note_family family = family_of(note);
  *contexts = (struct bp_note_contexts){NULL, 0, 0};
  for (size_t i = 0; i < note->count; i++) {
    const struct bp_noted *noted = &note->list[i];
    struct bp_note_context like = {.note = note, .family = family};
    if (family == BP_FAMILY_BRACKETS) {
      like.many = of_many(noted) || of_many(&note->list[noted->left]);
      like.cell = noted->cell;
    }
    struct bp_note_context *context = context_for(contexts, &like, arena);
    if (!context ||
        !bp_list_room(arena, context->members, context->count, context->capacity))
      return -1;
    context->members[context->count++] = i;
  }
  return 0;
}
