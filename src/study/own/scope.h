/* A stretch of a note in which a name means one thing: its names, and how they are defined. */
#ifndef BP_STUDY_OWN_SCOPE_H
#define BP_STUDY_OWN_SCOPE_H

#include "note/context/context.h"
#include "study/own/names.h"

enum bp_own_form {
  BP_OWN_VALUE,    /* h = f(z) */
  BP_OWN_FUNCTION, /* f(x) = 1/(1 + e^{-x}) */
  BP_OWN_WRITTEN,  /* δ = ∂J/∂z: a name for a derivative */
  BP_OWN_COUNTED   /* none, but its sums say how many there are of something */
};

struct bp_own_definition {
  enum bp_own_form form;
  size_t member;        /* statement of the note */
  const char *name;     /* as names have it */
  const char *argument; /* FUNCTION: x */
  const char *text;     /* the right side, for the parser */
  bool timed;           /* one for each step */
  const char *index;    /* WRITTEN: of the element that the note says it of, or NULL */
  const char *element;  /* i or i,j where the text is that of an element: z_i = sum_j W_{ij} x_j */
};

/* X \in \mathbb{R}^{N \times D} */
struct bp_own_stated {
  const char *name;
  const char *sizes[2]; /* "1" among them */
  size_t count;         /* 0: a number */
};

/* What x_i is of a capital X. */
enum bp_own_capitals { BP_OWN_COLUMNED, BP_OWN_ROWED, BP_OWN_ELEMENTS };

struct bp_own_scope {
  enum bp_own_capitals capitals;
  const struct bp_note *note;
  const size_t *members;
  size_t count;
  size_t own; /* so many of the first are its own; the others may define names for it */
  struct bp_own_names names;
  struct bp_own_definition *definitions;
  size_t definition_count, definition_capacity;
  const char *dropped; /* the index that is left out: x_i = f(z_i) says x = f(z) */
  bool defines;        /* something, and not only a name for a derivative */
  struct bp_own_stated *stated;
  size_t stated_count, stated_capacity;
};

/* Finds the names and definitions of the statements.  False when memory is short. */
bool bp_own_scope_read(struct bp_own_scope *scope, const struct bp_vocabulary *vocabulary,
                       struct bp_arena *arena);

/* The same where its names are known. */
bool bp_own_definitions_read(struct bp_own_scope *scope, const struct bp_vocabulary *vocabulary,
                             struct bp_arena *arena);

/* Whether a statement says what something is that a statement before it has named as a derivative,
 * of the same index: g_j = (y_j - t_j) f'(z_j) behind g_j = ∂E/∂z_j. */
bool bp_own_says_derivative_anew(const struct bp_own_scope *scope, size_t member,
                                 const struct bp_vocabulary *vocabulary, struct bp_arena *arena);

/* Whether a statement may be a definition at all. */
bool bp_own_may_define(const struct bp_noted *noted);

const struct bp_own_definition *bp_own_definition_of(const struct bp_own_scope *scope,
                                                     const char *name);

/* The shape that the note states for a name, or NULL. */
const struct bp_own_stated *bp_own_stated_of(const struct bp_own_scope *scope, const char *name);

#endif
