/* What a note is about: which of its statements speak of one network, and how that network can be
 * declared.
 *
 * The family is told by its marks: layers in brackets (W^{[l]}, as in courses after Ng), bare
 * superscripts (w^l, as in Nielsen's book), or a single unit without any (w^T x + b).  Statements
 * that speak of one sample and such that speak of m samples are two contexts, and so is each column
 * of a table.  What the text does not say (the loss, how samples lie, whether dZ belongs to the
 * mean or to the sum) is a reading; all readings of a context can be enumerated, and each can be
 * written as the declarations of a derivation.  Which of them is meant is decided elsewhere, by
 * what holds.
 *
 * A note that states declarations of its own has one context with one reading.
 */
#ifndef BP_NOTE_CONTEXT_CONTEXT_H
#define BP_NOTE_CONTEXT_CONTEXT_H

#include "note/statement.h"

enum bp_note_family {
  BP_FAMILY_NONE,
  BP_FAMILY_STATED,
  BP_FAMILY_BRACKETS,
  BP_FAMILY_RAISED,
  BP_FAMILY_UNIT,
  BP_FAMILY_OWN,    /* by definitions of its own */
  BP_FAMILY_PROGRAM /* its lines say what its names are, but not what its loss is */
};

/* Declarations that were made of the note's own definitions. */
struct bp_note_own {
  const char *prelude;
  const char *words;     /* what was left open, and how it is read */
  bool chains;           /* of derivatives, which say what depends on what */
  const char *symmetric; /* of a rule: the declarations with matrices that are, or NULL */
  bool worked;           /* a value at a number, f(a) = 6 where a is 2, which else states nothing */
  bool rule;             /* for any matrices: one claim, whose shapes are its own */
  bool steps;            /* of time are counted by t */
  bool cell;             /* a recurrent one, with nothing behind it that a loss could be of */
  size_t taken;          /* definitions of the note that are declared */
  size_t misfits;        /* definitions of the note that do not fit, and are left out */
  size_t apart;          /* those of them that define what no other definition uses */
  const bool *aside;     /* statements that are such */
  const char *unfit;     /* and what they define, each between blanks */
  bool numbers;          /* so that a product of derivatives is one, in any order and layout */
  const char *loose;     /* names of which nothing is known, each between blanks */
  const char *unsized;   /* names with a size that no formula speaks for, each between blanks */
  const char *single;    /* names of what is one number, each between blanks */
  const char *ranged; /* names of numbers that the note restricts, x > 2, maybe for some lines; NULL
                         or each between blanks */
  const bool *looped; /* statements left out since they say the same as others, if they hold */
  const bool *again;  /* definitions of what is a name for a derivative already: claims */
  const bool *defining;      /* statements of the note that hold because they are declared */
  struct bp_written **sides; /* of each statement of the note, in these names; NULL: as it is */
};

/* Which weights lead to layer l: W[l], or W[l-1]; the bias may go either way with them. */
enum bp_note_offset { BP_NOTE_OFFSET_NONE, BP_NOTE_OFFSET_WEIGHTS, BP_NOTE_OFFSET_BOTH };

enum bp_note_samples { BP_NOTE_SAMPLES_ONE, BP_NOTE_SAMPLES_COLUMNS, BP_NOTE_SAMPLES_ROWS };

/* loss, how a report says it */
#define BP_NOTE_LOSSES(X)                                                                          \
  X(ANY, "any smooth loss of the output")                                                          \
  X(CROSS_ENTROPY, "cross-entropy of a sigmoid output")                                            \
  X(SOFTMAX, "cross-entropy of a softmax output, y one-hot")                                       \
  X(HALF_SQUARED, "half the squared error")                                                        \
  X(SQUARED, "the squared error")

#define BP_ROW(loss, words) BP_NOTE_LOSS_##loss,
enum bp_note_loss { BP_NOTE_LOSSES(BP_ROW) BP_NOTE_LOSS_COUNT };
#undef BP_ROW

struct bp_note_reading {
  enum bp_note_samples samples;
  enum bp_note_loss loss;
  bool of_the_sum; /* dZ is m times the derivative of the mean */
  bool changes;    /* dZ is a differential */
  int layers;      /* of the network; 0: as many as the note has */
  enum bp_note_offset offset;
  size_t own; /* OWN: which declarations */
  size_t way; /* of a program: which of its readings */
};

struct bp_note_context {
  const struct bp_note *note;
  enum bp_note_family family;
  bool many;                        /* speaks of m samples */
  bool functions;                   /* its lines are about functions of one number each */
  unsigned cell;                    /* column of a table, from 1 */
  char last;                        /* the letter that stands for the last layer, or '\0' */
  const struct bp_program *program; /* whose lines they are, or NULL */
  size_t *members;                  /* statements */
  size_t count, capacity;
  struct bp_mentions *mentions; /* what its statements were asked for, or NULL */
  const char
      *layout; /* of derivatives, chosen by what holds; NULL: as the prose says, or as gradients */
  const struct bp_note_own *own; /* OWN */
  size_t own_count;
  bool sampled;   /* its lines are about samples, h_θ(x^{(i)}), and were written by entries */
  size_t backing; /* lines that hold in such other stretches of the note, in the same way */
};

/* Pieces of text, and whether one of these statements has them: every reading asks for the same
 * ones, and there may be 100,000 statements.  A part of a context that is one of its own has other
 * statements. */
struct bp_mentions {
  const size_t *members;
  size_t member_count;
  struct {
    char what[40];
    bool found;
  } list[256];
  size_t count;
};

struct bp_note_contexts {
  struct bp_note_context *list;
  size_t count, capacity;
};

/* 0, or -1 where memory is short. */
int bp_contexts_find(const struct bp_note *note, struct bp_arena *arena,
                     struct bp_note_contexts *contexts);

/* How many readings there are, and which the k-th is.  The most general come first. */
size_t bp_context_readings(const struct bp_note_context *context);
struct bp_note_reading bp_context_reading(const struct bp_note_context *context, size_t k);

/* Whether a name with a layer is mentioned: W^{[l]}, w^{l}. */
bool bp_context_has_layers(const struct bp_note_context *context, const char *name);

/* Whether it calls all layers in small letters, though they may be of m samples. */
bool bp_context_in_small_letters(const struct bp_note_context *context);

/* How many layers the note has. */
int bp_context_layers(const struct bp_note_context *context);

/* The activation that the note states for a layer, as the language calls it, or NULL. */
const char *bp_context_activation(const struct bp_note_context *context, int layer);

/* The declarations of a reading, as the text of a derivation; NULL where memory is short. */
const char *bp_context_prelude(const struct bp_note_context *context,
                               const struct bp_note_reading *reading, struct bp_arena *arena);

/* The reading in words for a report; NULL where memory is short. */
const char *bp_context_words(const struct bp_note_context *context,
                             const struct bp_note_reading *reading, struct bp_arena *arena);

/* Whether it is about a function of one number that the note gives a letter, f, g, h, φ or ψ: g(z)
 * = …, g'(z) = …, d/dz g(z) = …, a = g(z) = ….  Sets the bytes of its text that are the letter. */
bool bp_noted_of_function(const struct bp_noted *noted, struct bp_span *letter);

/* Whether a letter stands without a layer, ∂C/∂a, beside such with the layer l: it is taken to have
 * that one, as in notes that say z = w x + b of any layer. */
bool bp_context_has_bare(const struct bp_noted *noted);

/* Whether all letters are numbers under the reading: then no side is passed over. */
bool bp_context_numbers(const struct bp_note_context *context,
                        const struct bp_note_reading *reading);

/* How many definitions of the note do not fit the reading. */
size_t bp_context_misfits(const struct bp_note_context *context,
                          const struct bp_note_reading *reading);

/* How the derivatives of a statement are laid out, as the language calls it: as the prose before it
 * says, as the lines of the context do, or as gradients.  The numerator layout leaves open how a
 * gradient lies, which the lines decide. */
const char *bp_context_layout(const struct bp_note_context *context, const struct bp_noted *noted);

/* Adds one side of a statement, in the names of the declarations.  False when memory is short. */
bool bp_context_side(const struct bp_note_context *context, const struct bp_note_reading *reading,
                     const struct bp_noted *noted, size_t side, struct bp_written *text);

/* Adds the line that says what varies in a statement: what the declarations say of it, and else,
 * under a reading in which a d is that of a differential, what its last side has a d of.  False
 * when memory is short. */
bool bp_context_vary(const struct bp_note_context *context, const struct bp_note_reading *reading,
                     const struct bp_noted *noted, struct bp_written *text);

/* Whether a d may be that of a differential in the context: dJ = tr(...), dZ = d(W A + B). */
bool bp_context_has_differentials(const struct bp_note_context *context);

/* Adds the sides of a statement that are compared, in the names of the declarations, with "=" in
 * between; `left` has the left side where the statement has none of its own; what the `condition`
 * rules out is 0 on all sides; `chains`: products of derivatives are sides like others.  False when
 * memory is short. */
bool bp_context_claim(const struct bp_note_context *context, const struct bp_note_reading *reading,
                      const struct bp_noted *noted, const struct bp_noted *left,
                      struct bp_index_condition condition, bool chains, struct bp_written *text);

#endif
