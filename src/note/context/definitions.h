/* What a note defines in formulas of numbers: g(z) = 1/(1 + e^{-z}), a = \tanh(z).
 */
#ifndef BP_NOTE_CONTEXT_DEFINITIONS_H
#define BP_NOTE_CONTEXT_DEFINITIONS_H

#include "note/context/symbols.h"
#include "note/statement.h"

struct bp_definition {
  size_t member; /* statement of the note */
  const char *name;
  size_t length;
  const char *arguments; /* "z" of g(z), or NULL: it is a value */
  size_t side;           /* of the statement, that says what it is */
  struct bp_symbols letters;
};

struct bp_definitions {
  const struct bp_note *note;
  struct bp_arena *arena;
  struct bp_definition *definitions;
  size_t count, capacity;
};

/* Whether the list "x, y" of arguments has the letter. */
bool bp_is_argument(const char *arguments, const struct bp_symbol *letter);

/* Whether the letter is one that a function has beside its argument: α, β, λ. */
bool bp_is_parameter(const struct bp_symbol *letter);

/* Notes what the statement defines, if it defines something.  False where memory is short. */
bool bp_definition_note(struct bp_definitions *finder, size_t member);

/* The definition of the letter that stands nearest to the statement, before it or, where there is
 * none, in it or behind it; `several`: its section has another one. */
const struct bp_definition *bp_definition_nearest(const struct bp_definitions *finder,
                                                  size_t member, const struct bp_symbol *letter,
                                                  bool function, bool *several);

/* Whether the note calls the value of an activation a: a = g(z), with or without layers. */
bool bp_definitions_of_activations(const struct bp_note *note);

#endif
