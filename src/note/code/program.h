/* Programs whose lines can be judged: what they are given, what they compute, and their losses.
 *
 * A program in NumPy says how its layers are computed, so it needs no family: its own lines are the
 * definitions.  Their shapes follow from the products in them; which of two axes the samples lie
 * along, from where sums run or m is taken from.  What is left open is a reading: the loss where
 * the program has none, and what dZ belongs to.
 */
#ifndef BP_NOTE_CODE_PROGRAM_H
#define BP_NOTE_CODE_PROGRAM_H

#include "note/code/python.h"
#include "note/code/steps.h"
#include "note/latex/written.h"

struct bp_program;

enum bp_program_line_kind {
  BP_PROGRAM_DEFINITION,
  BP_PROGRAM_CLAIM,
  BP_PROGRAM_UPDATE,
  BP_PROGRAM_UNREAD
};

/* A statement of a program. */
struct bp_program_line {
  enum bp_program_line_kind kind;
  struct bp_span span; /* in the source */
  const struct bp_program *program;
  struct bp_written text; /* target = value, in the language of derivations */
  size_t sign;            /* where its = stands in the text */
  bool elected;           /* CLAIM: only how it is used tells that it is a derivative */
  const char *why;        /* UNREAD, or a CLAIM that cannot be judged */
};

struct bp_program_lines {
  struct bp_program_line *list; /* in the order of the source */
  size_t count, capacity;
};

/* Finds the statements of a program whose steps were found.  0, or -1 where memory is short. */
int bp_program_find(const struct bp_code_steps *steps, struct bp_program_lines *lines);

/* The statements of one that was followed turn by turn: all of its steps make one program.  They
 * come in the order of the steps. */
int bp_program_of_steps(const struct bp_code_steps *steps, struct bp_program_lines *lines);

/* Puts lines into the order of the source. */
void bp_program_sort(struct bp_program_lines *lines);

/* What a program leaves open about its loss; the order is that of the rows of readings. */
enum bp_program_loss {
  BP_PROGRAM_LOSS_ANY,
  BP_PROGRAM_LOSS_CROSS_ENTROPY,
  BP_PROGRAM_LOSS_SOFTMAX,
  BP_PROGRAM_LOSS_HALF_SQUARED,
  BP_PROGRAM_LOSS_SQUARED,
  BP_PROGRAM_LOSS_COUNT
};

struct bp_program_reading {
  enum bp_program_loss loss; /* without meaning where the program has its own */
  bool summed;               /* such a loss is a sum over the samples, not their mean */
  bool of_the_sum;           /* dZ is m times the derivative of the mean */
  bool single;               /* the network has one output */
};

/* Whether the loss is among its lines. */
bool bp_program_has_loss(const struct bp_program *program);

/* Whether it is known along which axis its samples lie; without that a bias may be taken for a
 * matrix. */
bool bp_program_knows_samples(const struct bp_program *program);

/* Whether something is added to its loss of which nothing is known: what fails may be right. */
bool bp_program_loses_part(const struct bp_program *program);

size_t bp_program_readings(const struct bp_program *program);
struct bp_program_reading bp_program_reading(const struct bp_program *program, size_t k);

/* The reading that is the same but for how many outputs there are, of one for a single output that
 * nothing in the program asks for; `k` itself of all others.  What has the cross-entropy of numbers
 * between 0 and 1 asks for it. */
size_t bp_program_many_outputs(const struct bp_program *program, size_t k);

/* The reading that is the same but for what dZ belongs to, of one in which that is the sum of the
 * losses although no derivative by a parameter is there that could be divided by the samples; `k`
 * itself of all others. */
size_t bp_program_undivided(const struct bp_program *program, size_t k);

/* The declarations of a reading, as the text of a derivation; the reading in words.  NULL where
 * memory is short. */
const char *bp_program_prelude(const struct bp_program *program,
                               const struct bp_program_reading *reading, struct bp_arena *arena);
const char *bp_program_words(const struct bp_program *program,
                             const struct bp_program_reading *reading, struct bp_arena *arena);

/* How the program spells a name of the declarations: self.W1 for W1, X.shape[0] for the name of a
 * size; in the statement `line` first, since a program that was followed calls one thing hs[t] here
 * and hs[t-1] there.  NULL: it has none so called. */
const char *bp_program_spelled(const struct bp_program *program, const char *name, size_t length,
                               struct bp_span line, struct bp_arena *arena);

/* Whether all names of the text that are the program's can be spelled in the statement `line`. */
bool bp_program_can_spell(const struct bp_program *program, const char *text, struct bp_span line);

/* Whether that name is a number in all readings. */
bool bp_program_is_number(const struct bp_program *program, const char *name, size_t length);

#endif
