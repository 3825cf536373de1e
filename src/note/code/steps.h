/* The lines of a program as steps: what each of them assigns, and which of them belong together.
 *
 * People keep the forward pass in one function and the backward pass in another, and hand on what
 * both need in an object or a dictionary.  So a program is the body of a function (or what stands
 * outside of all) in which a derivative is assigned, with the definitions of those bodies that
 * compute what it uses under the same names.
 */
#ifndef BP_NOTE_CODE_STEPS_H
#define BP_NOTE_CODE_STEPS_H

#include "note/code/expression.h"
#include "note/code/python.h"

enum bp_step_kind {
  BP_STEP_NOTHING,    /* a copy, a setting, an input: no formula */
  BP_STEP_DEFINITION, /* a formula for a new name */
  BP_STEP_GRADIENT,   /* a formula for a derivative */
  BP_STEP_UPDATE,     /* W -= rate * dW */
  BP_STEP_SIZE        /* m = X.shape[1] */
};

struct bp_code_step {
  enum bp_step_kind kind;
  const struct bp_code_line *line;
  const struct bp_code_node *target; /* a name; NULL: something else is assigned */
  struct bp_code_node *value;
  const struct bp_code_node *more; /* GRADIENT: what += adds in a later line, or NULL */
  const char *base;                /* GRADIENT: the key of what it is the derivative by */
  const char *why;                 /* GRADIENT: why it cannot be judged, or NULL */
  unsigned ones; /* NOTHING: axes that are said to have one entry, as in np.zeros((n, 1)): 1 for the
                    rows, 2 for the columns */
  /* In a program that was followed: */
  size_t used;  /* how often something was computed from it */
  char sign;    /* UPDATE: + or -; '\0': as its line says */
  size_t call;  /* which of the bodies that were followed, in their order */
  bool again;   /* an earlier one says the same, and is used in its place */
  bool elected; /* GRADIENT: how it is used tells so, and not its name */
  bool inner;   /* it names a part of another line, which has its own step */
  long turn;    /* of the loop in which it was assigned; -1: none */
};

/* A function of one number that the program defines. */
struct bp_code_helper {
  struct bp_span name;
  const char *key;
  const char *argument; /* its key */
  const struct bp_code_node *body;
};

/* A derivative that a program is handed, and what it is by. */
struct bp_code_handed {
  const char *gradient, *of;
};

/* How often a loop is followed whose end the program leaves open: over samples, and over features
 * or classes, which are no fewer than a wrong factor would need to be seen. */
enum { BP_TURNS = 3, BP_TURNS_ACROSS = 4 };

/* An axis of an array of so many entries, since a loop was followed along it. */
struct bp_code_fixed {
  const char *key;
  int axis; /* NO_AXIS: the only one that it has */
  long count;
};

struct bp_code_steps {
  const struct bp_code *code;
  struct bp_arena *arena;
  struct bp_code_step *list; /* one for each line */
  size_t count;
  struct bp_code_helper *helpers;
  size_t helper_count, helper_capacity;
  size_t *first;     /* of each unit, its first step, and of each step the next one of its unit */
  size_t *next;      /* `count` ends both */
  const char **keys; /* of all names that stand anywhere, sorted */
  size_t key_count, key_capacity;
  /* Of a program that was followed turn by turn, in which each name is assigned once: */
  bool followed;
  const char *loss; /* the key of the last one, or NULL */
  bool loss_cut;    /* something is added to it of which nothing is known */
  const struct bp_code_handed *handed;
  size_t handed_count;
  const struct bp_code_fixed *fixed;
  size_t fixed_count;
  const char **labels; /* classes of samples: matrices with a single 1 in each row */
  size_t label_count;
  const char **flat; /* arrays of one axis */
  size_t flat_count;
  const char **scalars; /* what is one number */
  size_t scalar_count;
  const char **counts; /* of these: what says how many entries something has */
  size_t counts_count;
};

/* The axes of one entry in what makes an array, np.zeros((n, 1)), as in `ones`. */
unsigned bp_ones_of(const struct bp_code_steps *steps, struct bp_span value);

/* 0, or -1 where memory is short. */
int bp_steps_find(const struct bp_code *code, struct bp_arena *arena, struct bp_code_steps *steps);

/* The helper of that key, or NULL. */
const struct bp_code_helper *bp_helper_find(const struct bp_code_steps *steps, const char *key);

/* Whether a name so called stands anywhere. */
bool bp_steps_have(const struct bp_code_steps *steps, const char *key);

/* The key of what a name is the derivative by: W1 of dW1, grad_W1, dL_dW1; NULL: of nothing. */
const char *bp_gradient_base(const struct bp_code_steps *steps, const char *key);

/* Whether a function of that key is known without a definition, and how the language calls it. */
const char *bp_known_function(const char *key);

/* The activation of which a function so called is the derivative, or NULL.  Some programs mean the
 * slope by the value of the activation: a line that does not hold so says nothing. */
const char *bp_known_slope(const char *key);

/* Whether it is made of what formulas are made of, in functions that are known here. */
const struct bp_code_node *bp_unknown_part(const struct bp_code_steps *steps,
                                           const struct bp_code_node *node);

/* Whether names so called count samples. */
bool bp_counts_samples(const char *key);

/* A number so small that it only keeps a division or a logarithm from its edge. */
bool bp_is_tiny(const struct bp_source *source, const struct bp_code_node *node);

#endif
