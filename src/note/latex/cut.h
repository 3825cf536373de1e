/* A formula, cleaned and cut into the statements that it is made of.
 *
 * What is layout goes (& and \\ between lines, \quad, \tag, sizes of brackets, colours), what
 * people read through is spelled out (w^la is w^{l} a), and what separates statements separates:
 * lines of an align, words, arrows, commas behind which another equation begins.  What is left of
 * each is LaTeX that the parser of derivations reads, with the places of its relations.
 */
#ifndef BP_NOTE_LATEX_CUT_H
#define BP_NOTE_LATEX_CUT_H

#include "note/latex/macros.h"
#include "note/passage.h"

/* What a \sum without an index becomes.  It is no name that people give. */
#define BP_SUM_OF_SAMPLES_MARK "sumofsamples"

enum bp_written_relation {
  BP_WRITTEN_EQUAL,
  BP_WRITTEN_NAMED,  /* "is the weight": what follows is what it is called */
  BP_WRITTEN_ABOUT,  /* \approx */
  BP_WRITTEN_ORDER,  /* <, \geq, ... */
  BP_WRITTEN_UPDATE, /* :=, \leftarrow, += */
  BP_WRITTEN_MEMBER  /* \in, \sim: a shape or a set */
};

struct bp_written_sign {
  size_t begin, end; /* in the text of the statement */
  enum bp_written_relation kind;
};

enum bp_cut_state {
  BP_CUT_FINE,
  BP_CUT_UNBALANCED, /* a bracket is open, or closed that was not open */
  BP_CUT_ENDLESS     /* a macro of the author's never comes to an end */
};

struct bp_cut {
  struct bp_written text;
  struct bp_written_sign *signs;
  size_t sign_count, sign_capacity;
  bool continues; /* it begins with a relation: its left side stands before it */
  bool wordy;     /* words followed or preceded it in its formula */
  enum bp_cut_state state;
  struct bp_span span; /* in the note; of ENDLESS, the use of the macro */
};

struct bp_cuts {
  struct bp_cut *list;
  size_t count, capacity;
};

/* Adds the statements of a formula, fragments without a relation included.  False when memory is
 * short. */
bool bp_formula_cut(const struct bp_source *source, const struct bp_passage *formula,
                    struct bp_macros *macros, struct bp_arena *arena, struct bp_cuts *cuts);

/* The same of text that was made of the note. */
bool bp_text_cut(const struct bp_written *bytes, struct bp_macros *macros, struct bp_arena *arena,
                 struct bp_cuts *cuts);

#endif
