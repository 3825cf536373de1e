/* backproof: check the gradients of back-propagation from a C program.
 *
 * Link with `pkg-config --cflags --libs backproof`.  Nothing here prints, exits or reads the
 * environment: reports and messages go to the streams that are passed in.
 *
 * Every argument stays the caller's: it is not changed, and no pointer to it is kept after the
 * call. What a call returns in a struct bp_result is the caller's, too, until bp_result_free;
 * strings in it live as long.
 */
#ifndef BACKPROOF_H
#define BACKPROOF_H

#include <gsl/gsl_math.h>
#include <gsl/gsl_multifit_nlinear.h>
#include <gsl/gsl_multimin.h>
#include <gsl/gsl_multiroots.h>
#include <gsl/gsl_odeiv2.h>
#include <gsl/gsl_vector.h>
#include <stddef.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a check returns; the same numbers as the program's exit status. */
enum bp_outcome {
  BP_OUTCOME_HOLDS = 0,
  BP_OUTCOME_FAILS = 1,
  BP_OUTCOME_UNDECIDED = 2,
  BP_OUTCOME_BAD_INPUT = 3 /* also: out of memory, or the report could not be written */
};

/* How to check a network.  All zeros means the defaults. */
struct bp_network_request {
  const char *loss;   /* as --loss of the program, such as "squared"; NULL: what suits the output */
  size_t samples;     /* 0: what the spec says, else 5 */
  unsigned long seed; /* 0: 1 */
  double weight_scale; /* 0: 1; W[l] is normal with deviation weight_scale / sqrt(n[l-1]) */
  double input_scale;  /* 0: 1; X is normal with this deviation */
  const char *mistake; /* a mistake to plant, such as "sign W[1]"; the check must then fail */
  const char *format;  /* of the report, a name that --format has, such as "json"; NULL: "text" */
  size_t memory_limit; /* bytes; 0: 4 GiB.  A network that would need more is refused */
};

/* Checks BP1-BP4 against central differences and Kronecker/vec Jacobians for every parameter of the
 * network `spec`, such as "3 - 4 tanh - 1 sigmoid", on drawn values: W[l] is n[l] x n[l-1], b[l] is
 * n[l] x 1, and X and Y have a column for each sample.  `request` may be NULL.  Writes the report
 * to `report` (NULL: none), and what is wrong with the input as sentences to `messages` (NULL:
 * nowhere); the outcome then is BAD_INPUT, as it is where memory is short or `report` refuses
 * something.  The streams are not closed. */
enum bp_outcome bp_network_check(const char *spec, const struct bp_network_request *request,
                                 FILE *report, FILE *messages);

/* ---- derivations -----------------------------------------------------------
 *
 * Every line of a text in the language of docs/language.md is judged: what is given is drawn,
 * derivatives are taken by differences, and both sides of each claim are compared.
 */

/* A text and what messages call it.  It need not be terminated. */
struct bp_derivation_text {
  const char *name;
  const char *bytes;
  size_t length;
};

/* How to judge a derivation.  All zeros means the defaults. */
struct bp_derivation_request {
  const char *name;    /* "notes.deriv": what messages and reports call the text; its ending says
                          the format; NULL: "derivation", whose text says it */
  unsigned long seed;  /* of what is drawn; 0: 1 */
  size_t points;       /* at which each line is judged; 0: 5 */
  const char *format;  /* of the report, as for bp_result_write; NULL: text */
  size_t memory_limit; /* bytes; 0: 4 GiB.  A text that needs more is refused */
  int no_hints;        /* not 0: do not look for small changes that mend a line that fails */
  unsigned hint_milliseconds; /* to look for pairs of changes, for each such line; 0: 300 */
  /* Finds the text of `use "path"`, which the text called `from` says: fills *text, whose name
   * identifies it (the same text always gets the same name) and which stays as it is until the
   * check returns, and returns 0; or returns anything else where there is no such text.  NULL:
   * every `use` is an error. */
  int (*use)(void *user, const char *from, const char *path, struct bp_derivation_text *text);
  void *user; /* the first argument of use */
};

/* Judges the text of `length` bytes.  `request` may be NULL.  Writes the report to `report` (NULL:
 * none) and what is wrong with the text to `messages` (NULL: nowhere); lines that can be judged
 * are, and with something wrong the outcome is BAD_INPUT all the same.  A text without a line to
 * judge is UNDECIDED.  The caller owns every argument; nothing is kept.  While lines are judged
 * GSL's error handler is off, as below. */
enum bp_outcome bp_derivation_check(const char *text, size_t length,
                                    const struct bp_derivation_request *request, FILE *report,
                                    FILE *messages);

/* ---- your own code ---------------------------------------------------------
 *
 * Each of these calls checks a gradient or a Jacobian that your code computes against differences
 * of the values that your code computes:
 *
 *     struct bp_result result = bp_check_gradient(loss, gradient, theta, n, NULL, NULL);
 *     bp_result_write(&result, "text", stdout);
 *     int status = result.outcome;
 *     bp_result_free(&result);
 *
 * They return when all is decided, and print nothing.  What is wrong with the arguments (NULL where
 * a function or a point is needed, no parameters, blocks that do not add up), and memory that is
 * short, is no crash but the outcome BAD_INPUT with a message.  Functions are called from the
 * calling thread only, with points that differ from yours in one parameter mostly; a point is valid
 * during the call only.  Three things are asked of a function: the same input gives the same value
 * (what is drawn at random needs a fixed seed; if not so, that is reported); where it has no value
 * it returns NaN, or GSL_EDOM or any other status but 0 where it returns a status; and it does not
 * end with longjmp or an exception.
 *
 * While a check runs, GSL's error handler is off, so that GSL's functions report an argument out
 * of their domain with NaN and a status instead of ending your program; afterwards the handler is
 * what it was. GSL has one handler for all threads, so do not run checks at the same time as other
 * threads that depend on it.  Your functions run in your locale and in your floating-point
 * environment, ours in one that rounds to nearest and traps nothing; afterwards rounding, traps and
 * flags are what you left.
 *
 * FLINT and GMP end a process whose memory is refused.  For as long as a check runs they get theirs
 * from functions of the library, which have a reserve, if you have left them the ones that they
 * come with; then the outcome is BAD_INPUT instead.  Blocks are those of malloc on either side.
 */

/* What became of a single entry: an enum bp_outcome, or this. */
enum { BP_ENTRY_SKIPPED = 4 /* not looked at */ };

/* A stretch of the parameters with a name and a shape, such as "W1", 4 x 3, row by row. */
struct bp_parameter_block {
  const char *name;
  size_t rows, columns;
};

/* How to check.  All zeros, or NULL in place of the options, means the defaults. */
struct bp_derivative_options {
  const char *title; /* of the report; NULL: what is checked */
  /* The parameters, block after block; rows · columns of all add up to n.  NULL: one block. */
  const struct bp_parameter_block *blocks;
  size_t block_count;

  /* Which parameters to look at where all are too many; at most one of the four.  Reports say what
   * was not looked at. */
  size_t every;          /* every k-th of each block */
  size_t random;         /* so many of each block, drawn with the seed */
  const size_t *indices; /* these, counted from 0 over all parameters */
  size_t index_count;
  size_t directions;  /* no single entries, but the slope along so many (at least 2) random
                         directions: finds that something is wrong, not what */
  unsigned long seed; /* of all that is drawn; 0: 1 */

  const double *scales; /* n typical magnitudes of the parameters, where their values do not show
                           them; NULL: seen from the values */
  double noise; /* relative error of the function's values, where you know it; 0: measured */
  double gradient_error; /* relative error that the gradient itself may have, relative to the
                            largest entry of its block; 0: 512 units roundoff of its type */
  int ranks; /* not 0: every process of MPI_COMM_WORLD makes this call with the same arguments,
                after MPI_Init and from the thread that may call MPI.  The points at which the
                function is wanted are dealt to them, rank 0 differentiates, and all get the same
                result. BAD_INPUT where the library is built without MPI, or MPI_Init was not called
              */
};

/* One entry. */
struct bp_result_entry {
  double value;       /* from your gradient */
  double difference;  /* from your function */
  double bound;       /* |value - difference| up to this is explained by rounding and truncation */
  int outcome;        /* BP_OUTCOME_HOLDS, _FAILS, _UNDECIDED or BP_ENTRY_SKIPPED */
  const char *reason; /* "none", "difference", "kink", "skipped", ...; stable words */
};

struct bp_result {
  enum bp_outcome outcome;
  const char *message; /* one sentence: the verdict, or with BAD_INPUT what is wrong; never NULL */
  size_t parameters, outputs;              /* outputs is 1 for a gradient */
  size_t checked, holds, fails, undecided; /* entries looked at, and their verdicts */
  size_t skipped;                          /* entries not looked at */
  size_t evaluations;                      /* calls of the function */
  double visible;                          /* any error above this would have been seen */
  struct bp_result_detail *detail;         /* the library's own */
};

/* Frees what the result owns: its detail and its message.  It may be freed twice, and result may be
 * NULL. */
void bp_result_free(struct bp_result *result);

/* Writes the report in a format of the program's --format, such as "json" or "junit"; NULL means
 * "text".  0, or -1 when there is no such format, no report (BAD_INPUT), or the stream refuses
 * something; what it took until then is no report. */
int bp_result_write(const struct bp_result *result, const char *format, FILE *out);

/* The entry of output `output` and parameter `parameter`, both from 0. For a gradient `output` is
 * 0.  With `directions`, `parameter` counts the directions.  What does not exist is skipped.
 * Reports, which are for people, count rows and columns from 1: parameter 0 of a block W with two
 * columns is W(1,1) there, and parameter 3 is W(2,2).  In C++ the function hides the struct of the
 * same name: write `auto entry = bp_result_entry(...)`, or `struct bp_result_entry entry`. */
struct bp_result_entry bp_result_entry(const struct bp_result *result, size_t output,
                                       size_t parameter);

/* The gradient of a loss of n parameters: `theta` has n numbers, and `gradient` fills n. */
struct bp_result bp_check_gradient(double (*loss)(const double *theta, size_t n, void *user),
                                   void (*gradient)(const double *theta, size_t n, void *user,
                                                    double *gradient),
                                   const double *theta, size_t n, void *user,
                                   const struct bp_derivative_options *options);

/* The same in float: `theta` has n numbers, and `gradient` fills n.  What is allowed for rounding
 * follows: errors below some 1e-4 of the largest entry of a block cannot be told from the rounding
 * of float, see docs/numerics.md. */
struct bp_result bp_check_gradient_float(float (*loss)(const float *theta, size_t n, void *user),
                                         void (*gradient)(const float *theta, size_t n, void *user,
                                                          float *gradient),
                                         const float *theta, size_t n, void *user,
                                         const struct bp_derivative_options *options);

/* The Jacobian of k values of n numbers: `x` has n numbers, `value` fills k, and `jacobian` k rows
 * of n: entry i * n + j is the derivative of value i by number j.  Both return 0, or anything else
 * where they have no value; where the Jacobian has none at `x` itself, the outcome is BAD_INPUT. */
struct bp_result
bp_check_jacobian(int (*value)(const double *x, size_t n, size_t k, void *user, double *values),
                  int (*jacobian)(const double *x, size_t n, size_t k, void *user, double *entries),
                  const double *x, size_t n, size_t k, void *user,
                  const struct bp_derivative_options *options);

/* GSL's minimizers: df (n numbers) against f, and, where there is an fdf, whether it gives what f
 * and df give.  `x` has function->n numbers. */
struct bp_result bp_check_multimin(const gsl_multimin_function_fdf *function, const gsl_vector *x,
                                   const struct bp_derivative_options *options);

/* GSL's root finders: the Jacobian df (n x n) against f (n values), and, where there is an fdf,
 * whether it gives what f and df give.  `x` has function->n numbers.  A df that has no value at `x`
 * is BAD_INPUT. */
struct bp_result bp_check_multiroot(const gsl_multiroot_function_fdf *function, const gsl_vector *x,
                                    const struct bp_derivative_options *options);

/* GSL's nonlinear least squares: the Jacobian df (n x p) against f (n values); where there is an
 * fvv, also that (n values), along a drawn direction.  `x` has function->p numbers.  The counters
 * in `function` are not changed.  Without df there is nothing to check but fvv, and with neither
 * the outcome is BAD_INPUT. */
struct bp_result bp_check_multifit_nlinear(const gsl_multifit_nlinear_fdf *function,
                                           const gsl_vector *x,
                                           const struct bp_derivative_options *options);

/* GSL's differential equations: both outputs of `jacobian`, dfdy (n x n) and dfdt (n), at (t, y); y
 * has n = system->dimension numbers.  Blocks and scales in the options are those of y; t is
 * one block more, and parameter n.  A jacobian that has no value there is BAD_INPUT. */
struct bp_result bp_check_odeiv2(const gsl_odeiv2_system *system, double t, const double *y,
                                 const struct bp_derivative_options *options);

/* GSL's one-dimensional functions: df against f at `x`, and, where there is an fdf, whether it
 * gives what f and df give. */
struct bp_result bp_check_function_fdf(const gsl_function_fdf *function, double x,
                                       const struct bp_derivative_options *options);

/* "0.1.0"; the library's own. */
const char *bp_version(void);

#ifdef __cplusplus
}
#endif

#endif
