/* Rules: claims about matrices of which a note says nothing, \partial (Ax)/\partial x = A^T.
 *
 * Notes open with the rules that they are going to use, in letters that no formula defines and that
 * mean something else, or nothing, in the rest of the note.  Such a line is right if it is for any
 * matrices whose shapes its own products allow, so it is a context of its own.
 */
#ifndef BP_STUDY_OWN_RULES_H
#define BP_STUDY_OWN_RULES_H

#include "lang/names.h"
#include "note/context/context.h"

/* Takes the rules out of a context without a family and adds them to `all`, each as a context.  0,
 * or -1 where memory is short. */
int bp_own_take_rules(struct bp_note_context *context, const struct bp_vocabulary *vocabulary,
                      struct bp_arena *arena, struct bp_note_contexts *all);

/* The same of a context with a family, for what is said of traces alone, in letters without a
 * layer: tr(AB) = tr(BA). */
int bp_own_take_identities(struct bp_note_context *context, const struct bp_vocabulary *vocabulary,
                           struct bp_arena *arena, struct bp_note_contexts *all);

/* Whether a rule that holds for no matrices of any shape may be told to fail: nothing about it is
 * left to a convention, or to a property of its matrices that stands in words. */
bool bp_own_rule_may_fail(const struct bp_note *note, const struct bp_noted *noted,
                          const struct bp_vocabulary *vocabulary, struct bp_arena *arena);

#endif
