/* The names that the statements of a note use, and how.
 *
 * LaTeX does not say where a name ends: W_h may be a matrix called W_h, or the column h of W.  What
 * stands below a letter is an index where it is one of the letters that run (i to t), or where the
 * same letter has such an index elsewhere; otherwise it is a part of the name.
 */
#ifndef BP_STUDY_OWN_NAMES_H
#define BP_STUDY_OWN_NAMES_H

#include "lang/names.h"
#include "note/statement.h"

/* What is put behind the name of what there is one of for each step. */
#define BP_OWN_STEP "step"

struct bp_own_name {
  const char *text;  /* as it is declared: W_{h}, \hat{y}, δ_{1} */
  const char *base;  /* W, \hat{y}, δ */
  bool has_part;     /* a subscript belongs to the name */
  bool bare;         /* used as it is, not called and without an index */
  bool called;       /* f(...) */
  bool numerator;    /* something is its derivative: ∂J */
  bool denominator;  /* something is differentiated by it: ∂J/∂W, or dW */
  bool elsewhere;    /* it stands somewhere else than in a numerator */
  bool numbered;     /* a statement defines it with its number: δ_1 = ... */
  bool differential; /* dW is written */
  bool size;         /* a sum runs up to it, or a shape is stated with it */
  bool beside;       /* stands by itself beside elements: a number like them */
  bool divides;      /* a number by itself: 2/N */
  bool elementwise;  /* a ⊙ stands beside it, or it has elements: no number */
  bool timed;        /* h_t where something is computed from h_{t-1}: one for each step */
  unsigned indices;  /* at most so many stand below it */
};

struct bp_own_names {
  bool steps;     /* something is computed from its value one step before */
  char bound[32]; /* letters that sums run over */
  struct bp_own_name *list;
  size_t count, capacity;
};

/* A name as it is used at a place. */
struct bp_own_use {
  struct bp_own_name name;
  size_t begin, end; /* with its subscript */
  size_t open;       /* where the parenthesis of a call opens; 0: it is none */
  unsigned primes;   /* that are a part of the name: z' beside z */
  const char *index; /* "i", "i,j", "t-1", or NULL */
  const char *step;  /* of a timed one: "t-1" */
};

/* Adds the names in the statements [first, last) of the list.  False when memory is short. */
bool bp_own_names_collect(const struct bp_note *note, const size_t *members, size_t count,
                          const struct bp_vocabulary *vocabulary, struct bp_arena *arena,
                          struct bp_own_names *names);

/* The use that begins at `at`, if a name does; false otherwise.  Sets use->end in either case,
 * behind what stands there.  `names` has what is known so far, and may be NULL. */
bool bp_own_use_at(const struct bp_written *text, size_t at, size_t end,
                   const struct bp_own_names *names, const struct bp_vocabulary *vocabulary,
                   struct bp_arena *arena, struct bp_own_use *use);

/* The name that is declared so, or NULL. */
struct bp_own_name *bp_own_name_find(const struct bp_own_names *names, const char *text);

/* What a name that there is one of for each step is called: a word, hstep. NULL where memory is
 * short. */
const char *bp_own_step_name(const char *base, struct bp_arena *arena);

/* What the derivative by a name is called, dx; with an accent on both, \hat{dx}, which is one name.
 * NULL where memory is short. */
const char *bp_own_change_of(const char *name, struct bp_arena *arena);

#endif
