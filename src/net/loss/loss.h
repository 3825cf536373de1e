/* Loss functions: what the outputs of one sample cost, given its targets.
 *
 * A loss is one row, `struct bp_loss`, with all that the program knows of it.  What it computes
 * stands in its rules, of which a row has two: one for outputs that are functions of their own z
 * each, one for softmax, where all of a column hang together.  Within the rules the three ways have
 * members of their own, and no way calls another's:
 *
 *     BP1-BP4      taught and its error: ∂C/∂a as courses write it, in float64, in 113 bits and in
 *                  ball arithmetic
 *     Kronecker    slope: the same derivative without cancellation
 *     differences  by_entry or by_column: the loss itself at both ends of a step, never a
 *                  derivative; only the bounds of the comparison know of derivatives
 *
 * A row is written with the macros below, which paste the names of its functions together: a row
 * that lacks one does not compile.  Nothing here owns memory but bp_loss_text, whose result is its
 * arena's.
 */
#ifndef BP_NET_LOSS_LOSS_H
#define BP_NET_LOSS_LOSS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/quad.h"
#include "num/ball_function.h"
#include "num/function.h"

struct bp_enclosure;
struct bp_softmax_motion;

/* What an output can be; a set of these is a sum. */
enum bp_output_kind {
  BP_OUTPUT_NUMBER = 1,      /* anything that is no probability */
  BP_OUTPUT_PROBABILITY = 2, /* between 0 and 1: sigmoid, softmax */
  BP_OUTPUT_ANY = 3
};

/* A factor of a formula for people: in front of it, itself, behind it. In `text` the letters A and
 * Y stand for the matrices of outputs and targets; a list ends where `before` is NULL. */
struct bp_loss_term {
  const char *before, *text, *after;
};

/* The difference way where each output has a loss C(x, y) of its own; x is z or a. */
struct bp_loss_by_entry {
  bool of_z; /* loss and output are one function of z; else x is a, whatever it comes from */
  /* change[k] += sign · C(x[k], y[k]); work holds n doubles */
  void (*add)(size_t n, const double *x, const double *y, double sign, double *work,
              double *change);
  /* C(after, y) - C(before, y) */
  bp_quad (*change)(bp_quad before, bp_quad after, bp_quad y);
  /* C(x, y) of balls: of numbers, or of a disc and a number */
  bp_ball_binary *ball;
  /* bound[k] >= sup of |C^(k)| / k! over [x - r, x + r] for k = 1..BP_ORDER, where x is known to
   * `error`.  Returns how far C computed there may be off, in units of the arithmetic's roundoff.
   */
  double (*bounds)(double x, double error, double r, double y, double bound[BP_ORDER + 1]);
  /* sup of |C'| and |C''| / 2 over the complex disc of radius r around x */
  void (*disc)(double x, double r, double y, double *slope, double *bend);
};

/* Both ends of many steps in the z of softmax outputs: matrices of outputs x columns, where the
 * columns are those of `samples` samples, several times over. */
struct bp_softmax_ends {
  size_t outputs, samples, columns;
  /* z at rest, minus the largest of its column; -INFINITY in place of the largest itself, which
   * likeliest[sample] names */
  const double *rest;
  const size_t *likeliest;
  const double *y; /* targets, outputs x samples with `stride` */
  size_t stride;
  double *sums[2], *linear, *work; /* `columns` doubles each, to work with */
};

/* Outputs of softmax whose z_k move within complex discs. */
struct bp_softmax_disc {
  size_t outputs, likeliest;
  const double *z, *a, *y; /* of the sample, with `stride` */
  size_t stride;
  const double *change; /* a_k changes by no more than this */
  double growth;        /* e^(z_j - z_k) grows at most by this factor */
};

/* The difference way where the loss takes a column of softmax as a whole, from z. */
struct bp_loss_by_column {
  /* change = C at end 0 minus C at end 1, where z moved by shift[end], which may be spoilt */
  void (*add)(const struct bp_softmax_ends *ends, double *const shift[2], double *change);
  /* the same where output k moved by weight[k · stride] times delta[end]: one unit below moved */
  void (*add_unit)(const struct bp_softmax_ends *ends, const double *weight, size_t stride,
                   double *const delta[2], double *change);
  /* C after z moved minus C at z, in 113 bits */
  bp_quad (*change)(size_t outputs, const double *z, const double *y, size_t stride,
                    const bp_quad *moved);
  /* C of balls, from z: of numbers, or of discs */
  void (*ball)(const struct bp_ball_room *room, size_t outputs, acb_srcptr z, acb_srcptr y,
               acb_ptr out);
  /* adds the bounds of that */
  void (*enclose)(const struct bp_softmax_motion *motion, struct bp_enclosure *sum);
  /* slope[k] bounds |∂C/∂z_k| at rest, variation[k] how much that varies in the discs.  In units of
   * the arithmetic's roundoff, `add` and `add_unit` are off at each end by no more than
   * rounding[0], and rounding[1] times the largest motion of a z. */
  void (*disc)(const struct bp_softmax_disc *disc, double *slope, double *variation,
               double rounding[2]);
};

struct bp_loss_rules {
  /* J: the loss of one column of outputs, without cancellation; `stride` is in doubles */
  double (*sample)(size_t outputs, const double *z, const double *a, const double *y,
                   size_t stride);

  /* BP1-BP4.  error: of `taught` where a is off by a_error; magnitude: what it adds up */
  double (*taught)(double a, double y);
  bp_quad (*taught_quad)(bp_quad a, bp_quad y);
  bp_ball_binary *taught_ball; /* of real a and y */
  void (*taught_error)(double a, double y, double a_error, double *error, double *magnitude);
  bool direct; /* dZ[L] = A[L] - Y, without dA[L] */
  /* other code in arithmetic of that unit roundoff: how far its ∂C/∂a may be off */
  double (*outside_error)(double a, double y, double a_error, double unit);

  /* Kronecker; infinite where a rounds to a pole.  fused: ∂C/∂z of output k at once, for that case;
   * NULL where the slope has no poles */
  double (*slope)(double z, double a, double y);
  double (*fused)(size_t outputs, size_t k, const double *z, const double *a, const double *y,
                  size_t stride);

  /* differences; one of the two is NULL */
  const struct bp_loss_by_entry *by_entry;
  const struct bp_loss_by_column *by_column;
  /* the central difference of C in a itself, and its errors */
  double (*at_output)(double a, double y, double *truncation, double *rounding);
  bp_ball_binary *of_output; /* C of balls, from a itself and real y */

  /* for people: the loss and its slope, factor by factor, and what to say of them (NULL: nothing)
   */
  const struct bp_loss_term *terms, *slope_terms;
  const char *note, *slope_note;
  const char *jacobian;  /* "1/m · 2 (a - y)": the slope in the chain of Jacobians */
  const char *statement; /* the losses of the samples as a row, in the language of derivations */
};

struct bp_loss {
  const char *name;
  const char *const *spellings; /* others that are read; the last is NULL */
  /* what other programs call it, though it may not be quite the same there: suggested, not read */
  const char *const *abbreviations;
  enum bp_output_kind fits; /* outputs that it may stand behind */
  int usual;                /* outputs behind which it is meant where none is named; 0: none */
  bool classes;             /* its targets are 0 or 1 */
  /* what happens through dA where A - Y does better, see note_routes in check.c; NULL: not direct
   */
  const char *breaks, *cancels;
  const struct bp_loss_rules *elementwise, *columnwise;
};

#define BP_LOSS_BY_ENTRY(stem, of_z_)                                                              \
  {                                                                                                \
    .of_z = (of_z_), .add = stem##_add, .change = stem##_change, .ball = stem##_ball,              \
    .bounds = stem##_bounds, .disc = stem##_disc                                                   \
  }

#define BP_LOSS_BY_COLUMN(stem)                                                                    \
  {                                                                                                \
    .add = stem##_add, .add_unit = stem##_add_unit, .change = stem##_change, .ball = stem##_ball,  \
    .enclose = stem##_enclose, .disc = stem##_disc                                                 \
  }

#define BP_LOSS_RULES(stem, by_entry_, by_column_, of_output_, fused_, direct_, note_,             \
                      slope_note_, jacobian_, statement_)                                          \
  {                                                                                                \
    .sample = stem##_sample, .taught = stem##_taught, .taught_quad = stem##_taught_quad,           \
    .taught_ball = stem##_taught_ball, .taught_error = stem##_taught_error, .direct = (direct_),   \
    .outside_error = stem##_outside_error, .slope = stem##_slope, .fused = (fused_),               \
    .by_entry = (by_entry_), .by_column = (by_column_), .at_output = stem##_at_output,             \
    .of_output = (of_output_), .terms = stem##_terms, .slope_terms = stem##_slope_terms,           \
    .note = (note_), .slope_note = (slope_note_), .jacobian = (jacobian_),                         \
    .statement = (statement_)                                                                      \
  }

#define BP_LOSS(name_, spellings_, abbreviations_, fits_, usual_, classes_, breaks_, cancels_,     \
                elementwise_, columnwise_)                                                         \
  {                                                                                                \
    .name = (name_), .spellings = (spellings_), .abbreviations = (abbreviations_),                 \
    .fits = (fits_), .usual = (usual_), .classes = (classes_), .breaks = (breaks_),                \
    .cancels = (cancels_), .elementwise = (elementwise_), .columnwise = (columnwise_)              \
  }

/* Every row, for messages, tests and documentation. */
extern const struct bp_loss *const bp_losses[];
extern const size_t bp_loss_count;

/* The rows that have a file of their own; ask bp_loss_find for a loss. */
extern const struct bp_loss bp_cross_entropy, bp_squared, bp_half_squared;

/* The loss of that name or spelling, or NULL.  `length` bytes of `name` count. */
const struct bp_loss *bp_loss_find(const char *name, size_t length);

/* Which loss somebody may have meant who wrote something else, or NULL. */
const struct bp_loss *bp_loss_meant(const char *name, size_t length);

bool bp_loss_fits(const struct bp_loss *loss, const struct bp_function *output);

/* The loss that is meant where none is named. */
const struct bp_loss *bp_loss_usual(const struct bp_function *output);

static inline const struct bp_loss_rules *bp_loss_rules(const struct bp_loss *loss,
                                                        const struct bp_function *output) {
  return output->columnwise ? loss->columnwise : loss->elementwise;
}

/* A formula of a row with its letters A and Y replaced; NULL when memory is short. */
const char *bp_loss_text(const char *formula, const char *a, const char *y, struct bp_arena *arena);

#endif
