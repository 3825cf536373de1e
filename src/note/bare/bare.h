/* Formulas that stand in running text without delimiters: f'(x) = 2x e^{-x}, or two on a line.
 *
 * A line of prose is cut into words and what formulas are made of.  A stretch without words in
 * which an equals sign stands between things that look like mathematics is a formula, or several;
 * whether it may be read depends on the words beside it, since "minus" before or "times" behind
 * would change what it says.  One that may not be read is still told to be one: nothing that looks
 * like a formula is passed over in silence.
 */
#ifndef BP_NOTE_BARE_BARE_H
#define BP_NOTE_BARE_BARE_H

#include "base/diag.h"
#include "note/latex/written.h"

struct bp_bare {
  struct bp_span span; /* one formula, without what stands around it */
  const char *why;     /* a sentence on why it cannot be read; NULL: it can */
};

struct bp_bares {
  struct bp_bare *list;
  size_t count, capacity;
};

/* Adds the formulas in [begin, end), which are of one line.  False when memory is short. */
bool bp_bare_find(const struct bp_source *source, size_t begin, size_t end, struct bp_arena *arena,
                  struct bp_bares *bares);

/* Whether a formula that ends with its line, at `end`, goes on in the next one. */
bool bp_bare_goes_on(const struct bp_source *source, size_t end);

/* Writes one as it would stand between dollars: figures behind names are layers, as in all plain
 * text.  False when memory is short. */
bool bp_bare_spell(const struct bp_source *source, struct bp_span span, struct bp_written *latex);

/* What a piece of a line is. */
enum bp_bare_kind {
  BP_BARE_BLANK,
  BP_BARE_NAME,     /* also a function, a word that is put together, a command of LaTeX */
  BP_BARE_NUMBER,   /* with its exponent */
  BP_BARE_SIGN,     /* an operator, or whatever else formulas have */
  BP_BARE_OPEN,     /* a bracket of any kind */
  BP_BARE_CLOSE,    /* likewise */
  BP_BARE_EQUAL,    /* = and nothing else */
  BP_BARE_RELATION, /* <, ≠, :=, ≈, … */
  BP_BARE_COMMA,    /* also a semicolon */
  BP_BARE_STOP,     /* a full stop, a colon, an arrow: a formula ends */
  BP_BARE_PROSE     /* a word, or a sign of another script */
};

struct bp_bare_piece {
  enum bp_bare_kind kind;
  size_t begin, end;
};

/* The piece that begins at `at`, which is before `end`. */
struct bp_bare_piece bp_bare_piece(const char *text, size_t at, size_t end);

/* Whether [begin, end) is this word, however it begins. */
bool bp_bare_is_word(const char *text, size_t begin, size_t end, const char *const *words);

#endif
