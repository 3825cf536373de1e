/* Which way round the arrays lie, and the network that they fill.
 *
 * In the formulas a sample is a column and W[l] is n[l] x n[l-1].  NumPy and PyTorch code mostly
 * has samples as rows, and NumPy and Keras code with X @ W has weights n[l-1] x n[l].  The shapes
 * say which, except where they are square; then the layout of the formulas is taken, and a note
 * says so.
 */
#include <math.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/dump.h"
#include "net/backprop.h"

/* Shape of a matrix as the formulas have it, or as it is stored. */
struct shape {
  size_t rows, columns;
};

static struct shape turned(struct shape shape, bool turn) {
  return turn ? (struct shape){shape.columns, shape.rows} : shape;
}

/* Whether the array is that matrix; one dimension is enough where the other is 1. */
static bool fits(const struct bp_array *array, struct shape shape) {
  if (array->dimensions == 2)
    return array->shape[0] == shape.rows && array->shape[1] == shape.columns;
  return array->count == shape.rows * shape.columns && (shape.rows == 1 || shape.columns == 1);
}

static const char *shape_text(const struct bp_dump *dump, const struct bp_array *array) {
  const char *text = bp_array_shape(array, dump->problem->arena);
  if (!text)
    bp_die_no_memory();
  return text;
}

static struct bp_array *array_of(const struct bp_dump *dump, enum bp_role_kind kind, size_t l) {
  return dump->arrays[kind][l].data ? &dump->arrays[kind][l] : NULL;
}

/* ---- samples ------------------------------------------------------------- */

static bool has_classes(const struct bp_problem *problem) {
  const struct bp_spec *spec = &problem->spec;
  return spec->activation[spec->depth]->columnwise;
}

/* How many samples the array would hold in that layout; 0: it does not fit. */
static size_t samples_in(const struct bp_array *array, size_t size, bool rows) {
  if (array->dimensions == 2) {
    size_t across = array->shape[rows ? 1 : 0];
    return across == size ? array->shape[rows ? 0 : 1] : 0;
  }
  return size == 1 ? array->count : array->count == size ? 1 : 0;
}

/* Whether Y holds the number of a class for each of m samples. */
static bool is_class_numbers(const struct bp_dump *dump, size_t m, bool rows) {
  const struct bp_array *Y = array_of(dump, BP_ROLE_Y, 0);
  return has_classes(dump->problem) && fits(Y, turned((struct shape){1, m}, rows));
}

/* The number of samples if X and Y fit that layout, and what the options and the network say about
 * it; else 0. */
static size_t samples_as(const struct bp_dump *dump, bool rows) {
  const struct bp_spec *spec = &dump->problem->spec;
  size_t m = samples_in(array_of(dump, BP_ROLE_X, 0), spec->size[0], rows);
  size_t outputs = spec->size[spec->depth];
  bool targets = samples_in(array_of(dump, BP_ROLE_Y, 0), outputs, rows) == m;
  if (m == 0 || (spec->samples && spec->samples != m))
    return 0;
  return targets || is_class_numbers(dump, m, rows) ? m : 0;
}

/* "X (3,m) and Y (2,m)" */
static const char *layout_text(const struct bp_dump *dump, bool rows) {
  const struct bp_spec *spec = &dump->problem->spec;
  struct bp_arena *arena = dump->problem->arena;
  size_t inputs = spec->size[0], outputs = spec->size[spec->depth];
  const char *m = spec->samples ? bp_arena_printf(arena, "%zu", spec->samples) : "m", *text = NULL;
  if (m && rows)
    text = bp_arena_printf(arena, "X (%s,%zu) and Y (%s,%zu)", m, inputs, m, outputs);
  else if (m)
    text = bp_arena_printf(arena, "X (%zu,%s) and Y (%zu,%s)", inputs, m, outputs, m);
  if (!text)
    bp_die_no_memory();
  return text;
}

static _Noreturn void die_samples(const struct bp_dump *dump) {
  const struct bp_array *X = array_of(dump, BP_ROLE_X, 0), *Y = array_of(dump, BP_ROLE_Y, 0);
  bool rows = dump->options->samples == BP_SAMPLES_ROWS;
  bool chosen = dump->options->samples != BP_SAMPLES_GUESSED;
  bool broadcast = Y->dimensions == 2 && Y->shape[0] == Y->shape[1] && Y->count > 1;
  bp_die(broadcast ? "looking for a broadcast: (m,1) minus (m,) makes (m,m)"
                   : "Y.reshape(...) or X.T, or another network",
         "%s is %s and %s is %s in the file; %s%s takes %s%s%s%s", X->name, shape_text(dump, X),
         Y->name, shape_text(dump, Y), dump->problem->title,
         !chosen ? ""
         : rows  ? " with --samples-as rows"
                 : " with --samples-as columns",
         layout_text(dump, rows), chosen ? "" : ", or, with samples as rows, ",
         chosen ? "" : layout_text(dump, true),
         has_classes(dump->problem) ? "; or for Y the numbers of the classes" : "");
}

static void arrange_samples(struct bp_dump *dump) {
  const struct bp_array *X = array_of(dump, BP_ROLE_X, 0);
  size_t columns = samples_as(dump, false), rows = samples_as(dump, true);
  enum bp_samples_as chosen = dump->options->samples;
  if (chosen == BP_SAMPLES_GUESSED)
    chosen = columns > 0 ? BP_SAMPLES_COLUMNS : BP_SAMPLES_ROWS;
  dump->samples = chosen;
  dump->problem->samples = chosen == BP_SAMPLES_ROWS ? rows : columns;
  if (dump->problem->samples == 0)
    die_samples(dump);
  if (dump->options->samples != BP_SAMPLES_GUESSED || X->dimensions < 2 || X->count == 1)
    return;
  if (columns > 0 && rows > 0)
    bp_dump_note(dump,
                 "X and Y would fit with samples as rows, too: samples were taken to be columns; "
                 "--samples-as rows if they are not");
  else if (rows > 0)
    bp_dump_note(dump, "X and Y have a row for each sample; the formulas have a column");
}

/* ---- weights ------------------------------------------------------------- */

static struct shape weight_shape(const struct bp_dump *dump, size_t l) {
  const size_t *size = dump->problem->spec.size;
  return (struct shape){size[l], size[l - 1]};
}

/* "3 - 4 tanh": layer l and the one before it, as the spec has them. */
static const char *layer_text(const struct bp_dump *dump, size_t l) {
  const struct bp_spec *spec = &dump->problem->spec;
  const char *before = l > 1 ? spec->activation[l - 1]->name : "";
  return bp_arena_printf(dump->problem->arena, "%zu%s%s - %zu %s", spec->size[l - 1],
                         *before ? " " : "", before, spec->size[l], spec->activation[l]->name);
}

static _Noreturn void die_weight(const struct bp_dump *dump, size_t l) {
  const struct bp_array *W = array_of(dump, BP_ROLE_W, l);
  struct shape shape = weight_shape(dump, l);
  const char *layer = layer_text(dump, l), *other = "", *option = "";
  if (dump->options->weights == BP_WEIGHTS_GUESSED)
    other = bp_arena_printf(dump->problem->arena, ", or (%zu,%zu) as X @ W has it", shape.columns,
                            shape.rows);
  else
    option = dump->options->weights == BP_WEIGHTS_IN_OUT ? " with --weights-as in-out"
                                                         : " with --weights-as out-in";
  shape = turned(shape, dump->options->weights == BP_WEIGHTS_IN_OUT);
  bp_die("the network as the code has it, or the arrays of this network",
         "%s is %s in the file; %s%s makes W[%zu] (%zu,%zu)%s", W->name, shape_text(dump, W),
         layer ? layer : "the network", option, l, shape.rows, shape.columns, other ? other : "");
}

/* A layout must do for all layers. */
static _Noreturn void die_mixed(const struct bp_dump *dump, size_t one, size_t other) {
  const struct bp_array *W = array_of(dump, BP_ROLE_W, one), *V = array_of(dump, BP_ROLE_W, other);
  bp_die("the same layout for all weights: W.T of one of them",
         "%s is %s, outputs first, and %s is %s, inputs first", W->name, shape_text(dump, W),
         V->name, shape_text(dump, V));
}

static void arrange_weights(struct bp_dump *dump) {
  size_t L = dump->cast.depth, only_out_in = 0, only_in_out = 0, matrices = 0;
  enum bp_weights_as chosen = dump->options->weights;
  for (size_t l = 1; l <= L; l++) {
    const struct bp_array *W = array_of(dump, BP_ROLE_W, l);
    bool out_in = fits(W, weight_shape(dump, l)) && chosen != BP_WEIGHTS_IN_OUT;
    bool in_out = fits(W, turned(weight_shape(dump, l), true)) && chosen != BP_WEIGHTS_OUT_IN;
    if (!out_in && !in_out)
      die_weight(dump, l);
    only_out_in = out_in && !in_out ? l : only_out_in;
    only_in_out = in_out && !out_in ? l : only_in_out;
    matrices += W->dimensions == 2 && W->count > 1;
  }
  if (only_out_in && only_in_out)
    die_mixed(dump, only_out_in, only_in_out);
  dump->weights = only_in_out ? BP_WEIGHTS_IN_OUT : BP_WEIGHTS_OUT_IN;
  if (chosen != BP_WEIGHTS_GUESSED)
    return;
  if (only_in_out)
    bp_dump_note(dump, "weights are stored inputs first, as X @ W has them; the formulas have "
                       "W[l] as n[l] x n[l-1]");
  else if (!only_out_in && matrices > 0)
    bp_dump_note(dump, "all weights are square: they were taken to be outputs first, as W @ X has "
                       "them; --weights-as in-out if the code has X @ W");
}

/* ---- the other shapes ---------------------------------------------------- */

static bool is_turned(const struct bp_dump *dump, enum bp_role_kind kind) {
  switch (kind) {
  case BP_ROLE_W:
  case BP_ROLE_DW:
    return dump->weights == BP_WEIGHTS_IN_OUT;
  case BP_ROLE_B:
  case BP_ROLE_DB:
    return false;
  default:
    return dump->samples == BP_SAMPLES_ROWS;
  }
}

static struct shape shape_of(const struct bp_dump *dump, enum bp_role_kind kind, size_t l) {
  if (kind == BP_ROLE_W || kind == BP_ROLE_DW)
    return weight_shape(dump, l);
  if (kind == BP_ROLE_B || kind == BP_ROLE_DB)
    return (struct shape){dump->problem->spec.size[l], 1};
  return (struct shape){dump->problem->spec.size[l], dump->problem->samples};
}

/* What a wrong shape tells. */
static const char *shape_advice(const struct bp_dump *dump, enum bp_role_kind kind,
                                const struct bp_array *array, struct shape stored) {
  size_t m = dump->problem->samples, n = stored.rows;
  if (fits(array, turned(stored, true)))
    return kind == BP_ROLE_DW ? "its transpose: a gradient has the shape of its weights, and this "
                                "one has rows and columns exchanged"
                              : "its transpose, or another --samples-as";
  if (kind == BP_ROLE_DB && array->count == m)
    return "a sum over the samples: this looks like a sum over the units, one number for each "
           "sample (the other axis of np.sum)";
  bool bias = kind == BP_ROLE_B || kind == BP_ROLE_DB;
  if (bias && array->dimensions == 2 && array->shape[0] == n && array->shape[1] == n)
    return "keepdims=True in np.sum: (n,1) and (n,) together broadcast to (n,n)";
  if (kind == BP_ROLE_DB && array->count == n * m)
    return "a sum over the samples: this looks like dZ itself";
  return "the shape of what it is the gradient of; print(array.shape) in the code shows where it "
         "changes";
}

static void check_shapes(const struct bp_dump *dump, enum bp_role_kind kind) {
  for (size_t l = 1; l <= dump->cast.depth; l++) {
    const struct bp_array *array = array_of(dump, kind, l);
    struct shape stored = turned(shape_of(dump, kind, l), is_turned(dump, kind));
    bool bias = kind == BP_ROLE_B || kind == BP_ROLE_DB;
    if (!array || fits(array, stored) || (bias && fits(array, turned(stored, true))))
      continue;
    const char *role = bp_role_name(kind, l, dump->problem->arena);
    const char *layer = layer_text(dump, l);
    bp_die(shape_advice(dump, kind, array, stored), "%s is %s in the file; %s makes %s (%zu,%zu)",
           array->name, shape_text(dump, array), layer ? layer : "the network",
           role ? role : array->name, stored.rows, stored.columns);
  }
}

void bp_dump_arrange(struct bp_dump *dump) {
  static const enum bp_role_kind kinds[] = {BP_ROLE_B, BP_ROLE_DW, BP_ROLE_DB, BP_ROLE_DZ,
                                            BP_ROLE_DA};
  arrange_samples(dump);
  arrange_weights(dump);
  for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
    check_shapes(dump, kinds[k]);
}

/* ---- filling ------------------------------------------------------------- */

/* Copies an array into a matrix of as many entries. */
static void copy(const struct bp_array *array, bool turn, double factor, gsl_matrix *matrix) {
  for (size_t i = 0; i < matrix->size1; i++)
    for (size_t j = 0; j < matrix->size2; j++)
      gsl_matrix_set(matrix, i, j,
                     factor * array->data[turn ? j * matrix->size1 + i : i * matrix->size2 + j]);
}

static void fill_classes(const struct bp_dump *dump, const struct bp_array *Y, gsl_matrix *matrix) {
  gsl_matrix_set_zero(matrix);
  for (size_t s = 0; s < Y->count; s++) {
    double class = Y->data[s];
    if (!(class >= 0 && class < (double)matrix->size1 && class == floor(class))) {
      const char *place = bp_array_place(Y, s, dump->problem->arena);
      bp_die("classes counted from 0, or one-hot targets",
             "%s is %g in the file; the classes of a softmax of %zu are 0 to %zu",
             place ? place : "Y", class, matrix->size1, matrix->size1 - 1);
    }
    gsl_matrix_set(matrix, (size_t) class, s, 1);
  }
}

/* Cross-entropy wants targets between 0 and 1 that, for softmax, add up to 1. */
static void check_targets(struct bp_dump *dump, const gsl_matrix *Y) {
  bool softmax = has_classes(dump->problem);
  if (dump->problem->spec.loss != BP_CROSS_ENTROPY)
    return;
  for (size_t s = 0; s < Y->size2; s++) {
    double sum = 0;
    for (size_t k = 0; k < Y->size1; k++) {
      double y = gsl_matrix_get(Y, k, s);
      sum += y;
      if (!(y >= 0 && y <= 1))
        bp_die("targets of 0 and 1, or another loss: --loss squared",
               "the target of output %zu for sample %zu (counted from 0) is %g, and cross-entropy "
               "needs it between 0 and 1",
               k, s, y);
    }
    if (softmax && !(fabs(sum - 1) <= 1e-6))
      bp_die("one-hot targets, or the numbers of the classes",
             "the targets of sample %zu (counted from 0) add up to %.7g, and those of softmax must "
             "add up to 1",
             s, sum);
    if (softmax && sum != 1) /* A - Y is right only where they do, to the last digit */
      dump->route = BP_ROUTE_DA;
  }
}

void bp_dump_fill(struct bp_dump *dump) {
  struct bp_network *network = dump->problem->network;
  const struct bp_array *Y = array_of(dump, BP_ROLE_Y, 0);
  bool rows = dump->samples == BP_SAMPLES_ROWS;
  copy(array_of(dump, BP_ROLE_X, 0), rows, 1, network->X);
  bool numbers = Y->count != network->Y->size1 * network->Y->size2;
  if (numbers)
    fill_classes(dump, Y, network->Y);
  else
    copy(Y, rows, 1, network->Y);
  check_targets(dump, network->Y);
  for (size_t l = 1; l <= network->depth; l++) {
    copy(array_of(dump, BP_ROLE_W, l), is_turned(dump, BP_ROLE_W), 1, network->W[l]);
    copy(array_of(dump, BP_ROLE_B, l), false, 1, network->b[l]);
  }
}

/* ---- the gradient -------------------------------------------------------- */

/* What the code's gradient is to be multiplied by to be that of J. */
static double reduction_factor(const struct bp_dump *dump) {
  const struct bp_network *network = dump->problem->network;
  switch (dump->options->reduction) {
  case BP_REDUCTION_SUM:
    return 1 / (double)network->samples;
  case BP_REDUCTION_ELEMENTS:
    return (double)network->size[network->depth];
  default:
    return 1;
  }
}

static gsl_matrix *matrix_for(const struct bp_gradient *gradient, enum bp_role_kind kind,
                              size_t l) {
  switch (kind) {
  case BP_ROLE_DW:
    return gradient->dW[l];
  case BP_ROLE_DB:
    return gradient->db[l];
  case BP_ROLE_DZ:
    return gradient->dZ[l];
  default:
    return gradient->dA[l];
  }
}

/* Sum of |factor · given - right| over the deltas of the file, relative to their size. */
static double distance(const struct bp_dump *dump, const struct bp_gradient *given,
                       const struct bp_gradient *right, double factor) {
  double sum = 0;
  for (int kind = BP_ROLE_DZ; kind <= BP_ROLE_DA; kind++)
    for (size_t l = 1; l <= dump->cast.depth; l++) {
      if (!array_of(dump, (enum bp_role_kind)kind, l))
        continue;
      const gsl_matrix *g = matrix_for(given, (enum bp_role_kind)kind, l);
      const gsl_matrix *r = matrix_for(right, (enum bp_role_kind)kind, l);
      for (size_t k = 0; k < g->size1 * g->size2; k++)
        sum += fabs(factor * g->data[k] - r->data[k]);
    }
  return sum;
}

/* dZ is taught in two ways, of the loss of each sample and of the mean J: the nearer one is meant.
 */
static void settle_deltas(struct bp_dump *dump, struct bp_gradient *gradient) {
  const struct bp_network *network = dump->problem->network;
  double m = (double)network->samples;
  struct bp_forward *forward = bp_forward_new(network, dump->problem->arena);
  struct bp_gradient *right = bp_gradient_new(network, dump->problem->arena);
  if (!forward || !right)
    bp_die_no_memory();
  bp_forward_run(network, forward);
  bp_backprop(network, forward, dump->route, NULL, right);
  if (!(distance(dump, gradient, right, m) < distance(dump, gradient, right, 1)))
    return;
  for (size_t l = 1; l <= network->depth; l++) {
    gsl_matrix_scale(gradient->dZ[l], m);
    gsl_matrix_scale(gradient->dA[l], m);
  }
  bp_dump_note(dump, "dZ and dA of the file are of the mean J: they were multiplied by m, since "
                     "here they are of the loss of each sample");
}

/* Whether every number is one of float32, and not only because all are short. */
static bool is_single(const struct bp_array *array, bool *long_ones) {
  for (size_t k = 0; k < array->count; k++) {
    if (array->data[k] != (double)(float)array->data[k])
      return false;
    int exponent;
    double digits = ldexp(frexp(array->data[k], &exponent), 16);
    *long_ones = *long_ones || digits != floor(digits);
  }
  return true;
}

static double unit_of(const struct bp_array *array) {
  return array->kind != 'f'  ? 0x1p-53
         : array->width == 2 ? 0x1p-11
         : array->width == 4 ? 0x1p-24
                             : 0x1p-53;
}

/* The precision that the code computed in: the coarsest of its parameters and gradients. */
static double find_unit(struct bp_dump *dump) {
  double unit = 0x1p-53;
  bool single = true, long_ones = false;
  for (int kind = BP_ROLE_W; kind < BP_ROLE_COUNT; kind++)
    for (size_t l = 1; l <= dump->cast.depth; l++) {
      const struct bp_array *array = array_of(dump, (enum bp_role_kind)kind, l);
      if (!array)
        continue;
      unit = fmax(unit, unit_of(array));
      if (kind >= BP_ROLE_DW)
        single = single && is_single(array, &long_ones);
      if (kind >= BP_ROLE_DW && array->kind != 'f')
        bp_dump_note(dump, bp_arena_printf(dump->problem->arena,
                                           "%s is of type %s: if the code cut its numbers off to "
                                           "whole ones, that is a mistake",
                                           array->name, bp_array_type(array)));
    }
  if (unit < 0x1p-24 && single && long_ones) {
    unit = 0x1p-24;
    bp_dump_note(dump, "the gradients are stored as float64, but all of them are float32 numbers: "
                       "they count as computed in float32; --precision float64 if they are not");
  }
  return unit;
}

const struct bp_outside *bp_dump_gradient(struct bp_dump *dump) {
  struct bp_arena *arena = dump->problem->arena;
  size_t L = dump->cast.depth;
  struct bp_outside *outside = bp_arena_alloc(arena, 1, sizeof *outside);
  struct bp_gradient *gradient = bp_gradient_new(dump->problem->network, arena);
  bool *given = bp_arena_alloc(arena, 4 * L, sizeof *given), deltas = false;
  if (!outside || !gradient || !given)
    bp_die_no_memory();
  double factor = reduction_factor(dump);
  for (int k = BP_ROLE_DW; k <= BP_ROLE_DA; k++)
    for (size_t l = 1; l <= L; l++) {
      enum bp_role_kind kind = (enum bp_role_kind)k;
      const struct bp_array *array = array_of(dump, kind, l);
      bool delta = kind == BP_ROLE_DZ || kind == BP_ROLE_DA;
      bool second = kind == BP_ROLE_DB || kind == BP_ROLE_DZ;
      if (!array)
        continue;
      given[(delta ? 2 * L : 0) + 2 * (l - 1) + second] = true;
      deltas = deltas || delta;
      bool scaled = !delta || dump->options->reduction == BP_REDUCTION_ELEMENTS;
      copy(array, is_turned(dump, kind), scaled ? factor : 1, matrix_for(gradient, kind, l));
    }
  if (deltas)
    settle_deltas(dump, gradient);
  *outside = (struct bp_outside){gradient, given,
                                 dump->options->unit > 0 ? dump->options->unit : find_unit(dump)};
  return outside;
}
