/* The letters of a formula of numbers, and how each of them is used.
 *
 * A formula with an index, a layer or a sign that numbers do not have is none.
 */
#ifndef BP_NOTE_CONTEXT_SYMBOLS_H
#define BP_NOTE_CONTEXT_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>

enum { BP_MOST_SYMBOLS = 12 };

struct bp_symbol {
  const char *text; /* g, \sigma, ReLU; not terminated */
  size_t length;
  bool called;         /* g(z), g'(z) */
  bool bare;           /* neither called nor behind a ∂ */
  bool differentiated; /* \frac{∂f}{…} */
};

struct bp_symbols {
  struct bp_symbol list[BP_MOST_SYMBOLS];
  size_t count;
  bool known;      /* a known function is applied, or e raised */
  bool derivative; /* a fraction of ∂, or a prime */
  bool logarithm;  /* or a root: not every number has one */
  bool one_minus;  /* 1 - x */
};

/* Adds the letters in [begin, end); false where a formula of numbers has no such thing. */
bool bp_symbols_scan(struct bp_symbols *symbols, const char *text, size_t begin, size_t end);

/* Whether a function is applied in [begin, end), one that is known or one of the note's. */
bool bp_symbols_apply(const char *text, size_t begin, size_t end);

bool bp_symbol_is(const struct bp_symbol *symbol, const char *name, size_t length);

/* Whether the word is a function that everybody knows. */
bool bp_symbol_is_known(const char *word, size_t length);

/* The end of the letter that begins at `at`: g, \sigma, \hat{y}, or a word. */
size_t bp_symbol_end(const char *text, size_t at, size_t end);

/* Behind the primes at `at`: ', ^{'}, ^{\prime}. */
size_t bp_symbols_behind_primes(const char *text, size_t at, size_t end);

/* The same, and behind the power of what is called, g^{2} (z), where there is one. */
size_t bp_symbols_behind_power(const char *text, size_t at, size_t end);

/* Where the argument of the letter at [begin, at) opens, f(x), f'(x); 0 where it has none: in
 * a(1 - a) it is a factor. */
size_t bp_symbols_opens(const char *text, size_t begin, size_t at, size_t end);

/* Whether a derivative in one line of text begins at `at`, d(f(a))/da; where its parenthesis
 * closes, and where all of it ends. */
bool bp_symbols_quotient(const char *text, size_t at, size_t end, size_t *close, size_t *over);

#endif
