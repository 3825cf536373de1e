/* What is known while a scope is declared: shared by solve.c, which finds the shapes, and
 * declare.c, which writes the text.
 */
#ifndef BP_STUDY_OWN_DECLARER_H
#define BP_STUDY_OWN_DECLARER_H

#include "base/growing.h"
#include "lang/parse.h"
#include "study/own/declare.h"
#include "study/own/scope.h"
#include "study/own/shapes.h"

struct bp_own_declarer {
  const struct bp_own_scope *scope;
  struct bp_own_choice choice;
  const char *softmax; /* an unknown function that is taken for it, or NULL */
  const char *target;  /* the wanted output, where a loss is assumed; spelled */
  bool onehot;         /* it has a single 1 for each sample */
  struct bp_arena *arena;
  struct bp_own_shapes shapes;
  struct bp_document parsed;
  const char **spelled; /* of names: as expressions have them; NULL: it cannot be declared */
  const struct bp_statement **lets; /* of definitions; NULL: it was not read */
  size_t misfits;                   /* definitions whose shapes do not fit */
  bool *taken;                      /* of definitions */
  bool *misfit;                     /* of those that do not fit */
  bool *looped;                     /* of those given up since they hang on themselves */
  struct bp_growing out;            /* the declarations */
  const char *ranged; /* names of numbers of which the note says something for some lines, each
                         between blanks; NULL once memory was short */
};

/* Parses the definitions and gives shapes to all names; `order` gets the definitions that are
 * taken, each behind those that it uses.  False when memory is short. */
bool bp_own_solve(struct bp_own_declarer *declarer, const struct bp_vocabulary *vocabulary,
                  size_t *order, size_t *count);

bool bp_own_is_function(const struct bp_own_declarer *declarer, const struct bp_own_name *name);
bool bp_own_is_defined(const struct bp_own_declarer *declarer, size_t name);

/* What is called as a loss is, J or L; and what a note differentiates and otherwise does not have,
 * which may be one. */
bool bp_own_has_name_of_loss(const struct bp_own_name *name);
bool bp_own_is_loss(const struct bp_own_name *name);

/* A leaf is what the declarations give: no function, size, or loss, and not defined. */
bool bp_own_is_leaf(const struct bp_own_declarer *declarer, size_t name);

/* The shape of a leaf by its letter, and by what the note states. */
struct bp_own_shape bp_own_shape_of_leaf(struct bp_own_declarer *declarer,
                                         const struct bp_own_name *name);

/* Whether the note speaks of matrices that are not any, symmetric ones and the like. */
bool bp_own_has_special_matrices(const struct bp_note *note);

/* Whether everybody takes the letter for a matrix of a kind: Σ is a covariance, Q is orthogonal, D
 * has a diagonal. */
bool bp_own_is_special_letter(const char *base);

/* Whether a name of steps is used at another step than this one: h[t-1]. */
bool bp_own_is_other_step(const struct bp_expression *name);

/* Whether the steps of a definition need a value to begin with. */
bool bp_own_begins(const struct bp_own_declarer *declarer, size_t definition);

/* Adds a line to the declarations, and one that gives something in the shape of a name; `timed`:
 * one for each step.  What runs short of memory leaves no text. */
__attribute__((format(printf, 2, 3))) void bp_own_line(struct bp_own_declarer *declarer,
                                                       const char *format, ...);
void bp_own_give(struct bp_own_declarer *declarer, const char *written, const char *name,
                 const char *domain, bool timed);

#endif
