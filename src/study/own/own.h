/* What a note declares by its own definitions.
 *
 * Formulas without layers have no family whose declarations are known beforehand.  But a note says
 * how one thing is computed from another: "z = Wx + b", "h = f(z)", "where W is n x m".  So the
 * definitions are the declarations: what they use and do not define is given, with the shapes that
 * follow, and what they leave open is a reading, as anywhere: whether small letters are columns,
 * rows or numbers.
 */
#ifndef BP_STUDY_OWN_OWN_H
#define BP_STUDY_OWN_OWN_H

#include "lang/names.h"
#include "note/context/context.h"

/* Who says whether the k-th member of a context holds under the reading that is meant: 1, 0, or -1
 * where memory is short; `data` is his own. */
struct bp_own_asked {
  int (*holds)(const struct bp_note_context *context, size_t k, const void *data);
  const void *data;
};

/* Declares the contexts of which no family was recognised, as far as the note defines what they
 * speak of.  0, or -1 where memory is short. */
int bp_own_declare(struct bp_note_contexts *contexts, const struct bp_own_asked *asked,
                   const struct bp_vocabulary *vocabulary, struct bp_arena *arena);

/* The scopes of a context that was taken for a family, by the definitions of the note instead; none
 * where it has layers.  0, or -1 where memory is short. */
int bp_own_declare_instead(const struct bp_note_context *context, const struct bp_own_asked *asked,
                           const struct bp_vocabulary *vocabulary, struct bp_arena *arena,
                           struct bp_note_contexts *scopes);

/* Whether a statement has derivatives, and all of them are of one of these numbers: such a one is
 * laid out as what it is taken by. */
bool bp_own_differentiates_numbers(const struct bp_noted *noted, const char *names,
                                   const struct bp_vocabulary *vocabulary, struct bp_arena *arena);

/* Whether a statement has one of the names, which stand between blanks. */
bool bp_own_mentions(const struct bp_noted *noted, const char *names,
                     const struct bp_vocabulary *vocabulary, struct bp_arena *arena);

#endif
