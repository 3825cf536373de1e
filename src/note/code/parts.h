/* What a program is made of, for those who put it together: program.c finds the parts, shape.c
 * their shapes, write.c writes them in the language of derivations, prelude.c the declarations.
 */
#ifndef BP_NOTE_CODE_PARTS_H
#define BP_NOTE_CODE_PARTS_H

#include "note/code/program.h"
#include "note/code/steps.h"

enum bp_variable_kind {
  BP_VARIABLE_GIVEN,
  BP_VARIABLE_DEFINED,
  BP_VARIABLE_GRADIENT, /* stands for a derivative */
  BP_VARIABLE_SIZE      /* counts samples */
};

/* Two axes, each the number of a dimension; bp_dimension_root tells whether two are the same. */
struct bp_code_axes {
  size_t rows, columns;
};

struct bp_code_variable {
  const char *key;
  struct bp_span spelled; /* where it stands in the source, as whole as it is written there */
  bool ambiguous;         /* it is written otherwise elsewhere: hs[t], and hs[t-1] a turn later */
  const char *text;       /* in the language: the key, unless that means something there */
  enum bp_variable_kind kind;
  const struct bp_code_step *definition; /* DEFINED */
  const char *base;                      /* GRADIENT */
  bool shaped;                           /* `axes` are known */
  struct bp_code_axes axes;
  bool bias;      /* it may be one entry along the axis of the samples, as what is added to */
  bool repeated;  /* it is: its shape was told by what it is added to, or a factor of */
  bool parameter; /* it has a derivative or is updated */
  bool weight;    /* it is called like a matrix of weights */
  bool upstream;  /* the loss is computed from it */
  bool clouded;   /* it is assigned in several ways */
  bool number;    /* a rate, a weight of a penalty */
  bool flat;      /* an array of one axis */
  bool scalar;    /* one number */
  bool counts;    /* it says how many entries something has */
  bool label;     /* classes of samples: a single 1 in each row */
};

enum { BP_DIMENSION_ONE = 0 };

struct bp_program {
  const struct bp_code_steps *steps;
  struct bp_arena *arena;
  const struct bp_code_step **list; /* definitions, sizes, derivatives and updates */
  size_t count, capacity;
  struct bp_code_variable *variables;
  size_t variable_count, variable_capacity;
  size_t *parents; /* of dimensions */
  size_t dimension_count, dimension_capacity;
  size_t outputs; /* the dimension of the other axis of the output; ONE: not known */
  size_t samples; /* the dimension of the samples; ONE: not known, or one */
  const struct bp_code_variable *loss;   /* NULL: it has none */
  const struct bp_code_variable *output; /* where it has no loss */
  const struct bp_code_variable *target; /* what the output is compared with, or NULL */
  bool opposite;                         /* derivatives are added to the parameters */
  bool handed;                           /* its loss is told by derivatives that it is handed */
  bool logarithm, softmax;               /* stand in its loss */
  const char *why;                       /* why none of its lines can be judged, or NULL */
};

/* Takes the steps of the body `unit`, and of those that it takes names from.  False where memory is
 * short. */
bool bp_program_choose_steps(struct bp_program *program, size_t unit);

/* Whether names so called are losses: 2, and 1 where another one may be the whole of it; 0: they
 * are not. */
int bp_loss_rank(const char *key);

/* Whether it is the exponential of something, which nobody takes for a loss. */
bool bp_is_exponential(const struct bp_code_node *node);
bool bp_is_called_loss(const char *key);

/* Whether outputs are compared with what is called so. */
bool bp_is_called_target(const char *key);

struct bp_code_variable *bp_variable_find(const struct bp_program *program, const char *key);

/* Whether no name and no call stands in it. */
bool bp_code_is_constant(const struct bp_code_node *node);

/* Finds the loss, or the output and what it is compared with, and marks what it is computed from.
 * Sets `why` where there is none. */
void bp_program_find_loss(struct bp_program *program);

/* Shapes of whatever the loss, or the output, is computed from.  Sets `why` where they do not come
 * to anything. */
void bp_program_shape(struct bp_program *program);

size_t bp_dimension_root(const struct bp_program *program, size_t dimension);

/* For how many entries of a dimension, the root of its like, loops were followed; 0: for none, -1:
 * for more in one loop than in another. */
long bp_dimension_count(const struct bp_program *program, size_t dimension);

/* Whether the code speaks of any layer, whose input it calls A_prev: a note around it may say what
 * it does not. */
bool bp_is_of_any_layer(const struct bp_code_steps *steps);

/* Writes a tree.  `program` gives names and axes; NULL: names are those of layers, W^{[1]}.  False
 * where memory is short. */
bool bp_code_write(const struct bp_code_steps *steps, const struct bp_program *program,
                   const struct bp_code_node *node, struct bp_written *text);

#endif
