/* Which way round the arrays lie, and the network that they fill.
 *
 * In the formulas a sample is a column and W[l] is n[l] x n[l-1].  NumPy and PyTorch code mostly
 * has samples as rows, and NumPy and Keras code with X @ W has weights n[l-1] x n[l].  The shapes
 * say which, except where they are square; then the layout of the formulas is taken, and a note
 * says so.
 */
#include "data/arrange.h"

#include <math.h>

#include "net/backprop.h"

/* Of mistakes that have no place in any text. */
static const struct bp_span nowhere = {0, 0};

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

static const struct bp_array *array_of(const struct bp_array_layout *layout, enum bp_role_kind kind,
                                       size_t l) {
  const struct bp_array *arrays = layout->arrays[kind];
  return arrays && arrays[l].data ? &arrays[l] : NULL;
}

void bp_array_layout_note(struct bp_array_layout *layout, const char *sentence) {
  if (layout->note_count < BP_MOST_NOTES)
    layout->notes[layout->note_count++] = sentence;
}

/* ---- samples ------------------------------------------------------------- */

static bool has_classes(const struct bp_array_layout *layout) {
  const struct bp_spec *spec = layout->spec;
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
static bool is_class_numbers(const struct bp_array_layout *layout, size_t m, bool rows) {
  const struct bp_array *Y = array_of(layout, BP_ROLE_Y, 0);
  return has_classes(layout) && fits(Y, turned((struct shape){1, m}, rows));
}

/* The number of samples if X and Y fit that layout, and what the options and the network say about
 * it; else 0. */
static size_t samples_as(const struct bp_array_layout *layout, bool rows) {
  const struct bp_spec *spec = layout->spec;
  size_t m = samples_in(array_of(layout, BP_ROLE_X, 0), spec->size[0], rows);
  size_t outputs = spec->size[spec->depth];
  bool targets = samples_in(array_of(layout, BP_ROLE_Y, 0), outputs, rows) == m;
  if (m == 0 || (spec->samples && spec->samples != m))
    return 0;
  return targets || is_class_numbers(layout, m, rows) ? m : 0;
}

/* "X (3,m) and Y (2,m)"; NULL when memory is short, as for all texts here. */
static const char *layout_text(const struct bp_array_layout *layout, bool rows) {
  const struct bp_spec *spec = layout->spec;
  struct bp_arena *arena = layout->arena;
  size_t inputs = spec->size[0], outputs = spec->size[spec->depth];
  const char *m = spec->samples ? bp_arena_printf(arena, "%zu", spec->samples) : "m";
  if (!m)
    return NULL;
  return rows ? bp_arena_printf(arena, "X (%s,%zu) and Y (%s,%zu)", m, inputs, m, outputs)
              : bp_arena_printf(arena, "X (%zu,%s) and Y (%zu,%s)", inputs, m, outputs, m);
}

static enum bp_arrange_status refuse_samples(const struct bp_array_layout *layout) {
  const struct bp_array *X = array_of(layout, BP_ROLE_X, 0), *Y = array_of(layout, BP_ROLE_Y, 0);
  bool rows = layout->options->samples == BP_SAMPLES_ROWS;
  bool chosen = layout->options->samples != BP_SAMPLES_GUESSED;
  bool broadcast = Y->dimensions == 2 && Y->shape[0] == Y->shape[1] && Y->count > 1;
  const char *advice = X->count == 0 || Y->count == 0
                           ? "a batch with samples in it: there are none (a slice beyond the end?)"
                       : broadcast ? "looking for a broadcast: (m,1) minus (m,) makes (m,m)"
                                   : "Y.reshape(...) or X.T, or another network";
  const char *title = bp_spec_text(layout->spec, layout->arena);
  const char *X_shape = bp_array_shape(X, layout->arena),
             *Y_shape = bp_array_shape(Y, layout->arena);
  const char *one = layout_text(layout, rows), *other = chosen ? "" : layout_text(layout, true);
  if (!title || !X_shape || !Y_shape || !one || !other)
    return BP_ARRANGE_NO_MEMORY;
  bp_error(layout->diagnostics, NULL, nowhere, advice,
           "%s is %s and %s is %s in the file; %s%s takes %s%s%s%s", X->name, X_shape, Y->name,
           Y_shape, title,
           !chosen ? ""
           : rows  ? " with --samples-as rows"
                   : " with --samples-as columns",
           one, chosen ? "" : ", or, with samples as rows, ", other,
           has_classes(layout) ? "; or for Y the numbers of the classes" : "");
  return BP_ARRANGE_REFUSED;
}

static enum bp_arrange_status arrange_samples(struct bp_array_layout *layout) {
  const struct bp_array *X = array_of(layout, BP_ROLE_X, 0);
  size_t columns = samples_as(layout, false), rows = samples_as(layout, true);
  enum bp_samples_as chosen = layout->options->samples;
  if (chosen == BP_SAMPLES_GUESSED)
    chosen = columns > 0 ? BP_SAMPLES_COLUMNS : BP_SAMPLES_ROWS;
  layout->samples_as = chosen;
  layout->samples = chosen == BP_SAMPLES_ROWS ? rows : columns;
  if (layout->samples == 0)
    return refuse_samples(layout);
  if (layout->options->samples != BP_SAMPLES_GUESSED || X->dimensions < 2 || X->count == 1)
    return BP_ARRANGE_DONE;
  if (columns > 0 && rows > 0)
    bp_array_layout_note(
        layout, "X and Y would fit with samples as rows, too: samples were taken to be columns; "
                "--samples-as rows if they are not");
  else if (rows > 0)
    bp_array_layout_note(layout, "X and Y have a row for each sample; the formulas have a column");
  return BP_ARRANGE_DONE;
}

/* ---- weights ------------------------------------------------------------- */

static struct shape weight_shape(const struct bp_array_layout *layout, size_t l) {
  const size_t *size = layout->spec->size;
  return (struct shape){size[l], size[l - 1]};
}

/* "3 - 4 tanh": layer l and the one before it, as the spec has them. */
static const char *layer_text(const struct bp_array_layout *layout, size_t l) {
  const struct bp_spec *spec = layout->spec;
  const char *before = l > 1 ? spec->activation[l - 1]->name : "";
  return bp_arena_printf(layout->arena, "%zu%s%s - %zu %s", spec->size[l - 1], *before ? " " : "",
                         before, spec->size[l], spec->activation[l]->name);
}

static enum bp_arrange_status refuse_weight(const struct bp_array_layout *layout, size_t l) {
  const struct bp_array *W = array_of(layout, BP_ROLE_W, l);
  enum bp_weights_as chosen = layout->options->weights;
  struct shape shape = weight_shape(layout, l);
  const char *option = chosen == BP_WEIGHTS_GUESSED  ? ""
                       : chosen == BP_WEIGHTS_IN_OUT ? " with --weights-as in-out"
                                                     : " with --weights-as out-in";
  const char *other = chosen == BP_WEIGHTS_GUESSED
                          ? bp_arena_printf(layout->arena, ", or (%zu,%zu) as X @ W has it",
                                            shape.columns, shape.rows)
                          : "";
  const char *layer = layer_text(layout, l), *stored = bp_array_shape(W, layout->arena);
  if (!layer || !stored || !other)
    return BP_ARRANGE_NO_MEMORY;
  shape = turned(shape, chosen == BP_WEIGHTS_IN_OUT);
  bp_error(layout->diagnostics, NULL, nowhere,
           "the network as the code has it, or the arrays of this network",
           "%s is %s in the file; %s%s makes W[%zu] (%zu,%zu)%s", W->name, stored, layer, option, l,
           shape.rows, shape.columns, other);
  return BP_ARRANGE_REFUSED;
}

/* A layout must do for all layers. */
static enum bp_arrange_status refuse_mixed(const struct bp_array_layout *layout, size_t out_in,
                                           size_t in_out) {
  const struct bp_array *W = array_of(layout, BP_ROLE_W, out_in);
  const struct bp_array *V = array_of(layout, BP_ROLE_W, in_out);
  const char *W_shape = bp_array_shape(W, layout->arena),
             *V_shape = bp_array_shape(V, layout->arena);
  if (!W_shape || !V_shape)
    return BP_ARRANGE_NO_MEMORY;
  bp_error(
      layout->diagnostics, NULL, nowhere, "the same layout for all weights: W.T of one of them",
      "%s is %s, outputs first, and %s is %s, inputs first", W->name, W_shape, V->name, V_shape);
  return BP_ARRANGE_REFUSED;
}

static enum bp_arrange_status arrange_weights(struct bp_array_layout *layout) {
  size_t L = layout->spec->depth, only_out_in = 0, only_in_out = 0, matrices = 0;
  enum bp_weights_as chosen = layout->options->weights;
  for (size_t l = 1; l <= L; l++) {
    const struct bp_array *W = array_of(layout, BP_ROLE_W, l);
    bool out_in = fits(W, weight_shape(layout, l)) && chosen != BP_WEIGHTS_IN_OUT;
    bool in_out = fits(W, turned(weight_shape(layout, l), true)) && chosen != BP_WEIGHTS_OUT_IN;
    if (!out_in && !in_out)
      return refuse_weight(layout, l);
    only_out_in = out_in && !in_out ? l : only_out_in;
    only_in_out = in_out && !out_in ? l : only_in_out;
    matrices += W->dimensions == 2 && W->count > 1;
  }
  if (only_out_in && only_in_out)
    return refuse_mixed(layout, only_out_in, only_in_out);
  layout->weights_as = only_in_out ? BP_WEIGHTS_IN_OUT : BP_WEIGHTS_OUT_IN;
  if (chosen != BP_WEIGHTS_GUESSED)
    return BP_ARRANGE_DONE;
  if (only_in_out)
    bp_array_layout_note(layout,
                         "weights are stored inputs first, as X @ W has them; the formulas have "
                         "W[l] as n[l] x n[l-1]");
  else if (!only_out_in && matrices > 0)
    bp_array_layout_note(
        layout, "all weights are square: they were taken to be outputs first, as W @ X has "
                "them; --weights-as in-out if the code has X @ W");
  return BP_ARRANGE_DONE;
}

/* ---- the other shapes ---------------------------------------------------- */

static bool is_turned(const struct bp_array_layout *layout, enum bp_role_kind kind) {
  switch (kind) {
  case BP_ROLE_W:
  case BP_ROLE_DW:
    return layout->weights_as == BP_WEIGHTS_IN_OUT;
  case BP_ROLE_B:
  case BP_ROLE_DB:
    return false;
  default:
    return layout->samples_as == BP_SAMPLES_ROWS;
  }
}

static struct shape shape_of(const struct bp_array_layout *layout, enum bp_role_kind kind,
                             size_t l) {
  if (kind == BP_ROLE_W || kind == BP_ROLE_DW)
    return weight_shape(layout, l);
  if (kind == BP_ROLE_B || kind == BP_ROLE_DB)
    return (struct shape){layout->spec->size[l], 1};
  return (struct shape){layout->spec->size[l], layout->samples};
}

/* Whether the weights of another layer have that shape. */
static bool fits_another(const struct bp_array_layout *layout, const struct bp_array *array,
                         size_t l) {
  bool turn = is_turned(layout, BP_ROLE_W);
  for (size_t k = 1; k <= layout->spec->depth; k++)
    if (k != l && fits(array, turned(weight_shape(layout, k), turn)))
      return true;
  return false;
}

/* What a wrong shape tells. */
static const char *shape_advice(const struct bp_array_layout *layout, enum bp_role_kind kind,
                                size_t l, const struct bp_array *array, struct shape stored) {
  size_t m = layout->samples, n = stored.rows;
  if (fits(array, turned(stored, true)))
    return kind == BP_ROLE_DW ? "its transpose: a gradient has the shape of its weights, and this "
                                "one has rows and columns exchanged"
                              : "its transpose, or another --samples-as";
  if (kind == BP_ROLE_DB && array->count == m)
    return "a sum over the samples: this looks like a sum over the units, one number for each "
           "sample (the other axis of np.sum)";
  if (kind == BP_ROLE_DW && fits_another(layout, array, l))
    return "the gradient of this layer: this has the shape of another layer's weights (are two "
           "names exchanged, or do layers count from 0 here and from 1 there?)";
  if (kind == BP_ROLE_DW && array->dimensions == 1 && array->count == n * stored.columns)
    return "reshape to the shape of the weights, in the order in which it was made flat";
  bool bias = kind == BP_ROLE_B || kind == BP_ROLE_DB;
  if (bias && array->dimensions == 2 && array->shape[0] == n && array->shape[1] == n)
    return "keepdims=True in np.sum: (n,1) and (n,) together broadcast to (n,n)";
  if (kind == BP_ROLE_DB && array->count == n * m)
    return "a sum over the samples: this looks like dZ itself";
  return "the shape of what it is the gradient of; print(array.shape) in the code shows where it "
         "changes";
}

static enum bp_arrange_status refuse_shape(const struct bp_array_layout *layout,
                                           enum bp_role_kind kind, size_t l, struct shape stored) {
  const struct bp_array *array = array_of(layout, kind, l);
  const char *role = bp_role_name(kind, l, layout->arena);
  const char *layer = layer_text(layout, l), *shape = bp_array_shape(array, layout->arena);
  if (!role || !layer || !shape)
    return BP_ARRANGE_NO_MEMORY;
  bp_error(layout->diagnostics, NULL, nowhere, shape_advice(layout, kind, l, array, stored),
           "%s is %s in the file; %s makes %s (%zu,%zu)", array->name, shape, layer, role,
           stored.rows, stored.columns);
  return BP_ARRANGE_REFUSED;
}

static enum bp_arrange_status check_shapes(const struct bp_array_layout *layout,
                                           enum bp_role_kind kind) {
  bool bias = kind == BP_ROLE_B || kind == BP_ROLE_DB;
  for (size_t l = 1; l <= layout->spec->depth; l++) {
    const struct bp_array *array = array_of(layout, kind, l);
    struct shape stored = turned(shape_of(layout, kind, l), is_turned(layout, kind));
    if (array && !fits(array, stored) && !(bias && fits(array, turned(stored, true))))
      return refuse_shape(layout, kind, l, stored);
  }
  return BP_ARRANGE_DONE;
}

enum bp_arrange_status bp_arrange(struct bp_array_layout *layout) {
  static const enum bp_role_kind kinds[] = {BP_ROLE_B, BP_ROLE_DW, BP_ROLE_DB, BP_ROLE_DZ,
                                            BP_ROLE_DA};
  enum bp_arrange_status status = arrange_samples(layout);
  if (status == BP_ARRANGE_DONE)
    status = arrange_weights(layout);
  for (size_t k = 0; status == BP_ARRANGE_DONE && k < sizeof kinds / sizeof *kinds; k++)
    status = check_shapes(layout, kinds[k]);
  return status;
}

/* ---- filling ------------------------------------------------------------- */

/* Copies an array into a matrix of as many entries. */
static void copy(const struct bp_array *array, bool turn, double factor, gsl_matrix *matrix) {
  for (size_t i = 0; i < matrix->size1; i++)
    for (size_t j = 0; j < matrix->size2; j++)
      gsl_matrix_set(matrix, i, j,
                     factor * array->data[turn ? j * matrix->size1 + i : i * matrix->size2 + j]);
}

/* Fills *matrix, or makes it the array itself where that stays and is the same. */
static void take(const struct bp_array *array, bool turn, double factor, gsl_matrix *matrix) {
  if (array->borrowed && !turn && factor == 1)
    matrix->data = array->data;
  else
    copy(array, turn, factor, matrix);
}

static enum bp_arrange_status fill_classes(const struct bp_array_layout *layout,
                                           const struct bp_array *Y, gsl_matrix *matrix) {
  gsl_matrix_set_zero(matrix);
  for (size_t s = 0; s < Y->count; s++) {
    double class = Y->data[s];
    if (class >= 0 && class < (double)matrix->size1 && class == floor(class)) {
      gsl_matrix_set(matrix, (size_t) class, s, 1);
      continue;
    }
    const char *place = bp_array_place(Y, s, layout->arena);
    if (!place)
      return BP_ARRANGE_NO_MEMORY;
    bp_error(layout->diagnostics, NULL, nowhere, "classes counted from 0, or one-hot targets",
             "%s is %g in the file; the classes of a softmax of %zu are 0 to %zu", place, class,
             matrix->size1, matrix->size1 - 1);
    return BP_ARRANGE_REFUSED;
  }
  return BP_ARRANGE_DONE;
}

/* Cross-entropy wants targets between 0 and 1 that, for softmax, add up to 1. */
static enum bp_arrange_status check_targets(struct bp_array_layout *layout, const gsl_matrix *Y) {
  bool softmax = has_classes(layout);
  if (!layout->spec->loss->classes)
    return BP_ARRANGE_DONE;
  for (size_t s = 0; s < Y->size2; s++) {
    double sum = 0;
    for (size_t k = 0; k < Y->size1; k++) {
      double y = gsl_matrix_get(Y, k, s);
      sum += y;
      if (y >= 0 && y <= 1)
        continue;
      bp_error(layout->diagnostics, NULL, nowhere,
               "targets of 0 and 1, or another loss: --loss squared",
               "the target of output %zu for sample %zu (counted from 0) is %g, and cross-entropy "
               "needs it between 0 and 1",
               k, s, y);
      return BP_ARRANGE_REFUSED;
    }
    if (softmax && !(fabs(sum - 1) <= 1e-6)) {
      bp_error(
          layout->diagnostics, NULL, nowhere, "one-hot targets, or the numbers of the classes",
          "the targets of sample %zu (counted from 0) add up to %.7g, and those of softmax must "
          "add up to 1",
          s, sum);
      return BP_ARRANGE_REFUSED;
    }
    if (softmax && sum != 1) /* A - Y is right only where they do, to the last digit */
      layout->route = BP_ROUTE_DA;
  }
  return BP_ARRANGE_DONE;
}

enum bp_arrange_status bp_arrange_network(struct bp_array_layout *layout,
                                          struct bp_network *network) {
  const struct bp_array *Y = array_of(layout, BP_ROLE_Y, 0);
  bool rows = layout->samples_as == BP_SAMPLES_ROWS;
  bool numbers = Y->count != network->Y->size1 * network->Y->size2;
  enum bp_arrange_status status = BP_ARRANGE_DONE;
  copy(array_of(layout, BP_ROLE_X, 0), rows, 1, network->X);
  if (numbers)
    status = fill_classes(layout, Y, network->Y);
  else
    copy(Y, rows, 1, network->Y);
  if (status == BP_ARRANGE_DONE)
    status = check_targets(layout, network->Y);
  for (size_t l = 1; l <= network->depth; l++) {
    take(array_of(layout, BP_ROLE_W, l), is_turned(layout, BP_ROLE_W), 1, network->W[l]);
    copy(array_of(layout, BP_ROLE_B, l), false, 1, network->b[l]);
  }
  return status;
}

/* ---- the gradient -------------------------------------------------------- */

/* What the code's gradient is to be multiplied by to be that of J. */
static double reduction_factor(const struct bp_array_layout *layout,
                               const struct bp_network *network) {
  switch (layout->options->reduction) {
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
static double distance(const struct bp_array_layout *layout, const struct bp_gradient *given,
                       const struct bp_gradient *right, double factor) {
  double sum = 0;
  for (int kind = BP_ROLE_DZ; kind <= BP_ROLE_DA; kind++)
    for (size_t l = 1; l <= layout->spec->depth; l++) {
      if (!array_of(layout, (enum bp_role_kind)kind, l))
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
static enum bp_arrange_status settle_deltas(struct bp_array_layout *layout,
                                            const struct bp_network *network,
                                            struct bp_gradient *gradient) {
  double m = (double)network->samples;
  struct bp_forward *forward = bp_forward_new(network, layout->arena);
  struct bp_gradient *right = bp_gradient_new(network, layout->arena);
  if (!forward || !right)
    return BP_ARRANGE_NO_MEMORY;
  bp_forward_run(network, forward);
  bp_backprop(network, forward, layout->route, NULL, right);
  if (!(distance(layout, gradient, right, m) < distance(layout, gradient, right, 1)))
    return BP_ARRANGE_DONE;
  for (size_t l = 1; l <= network->depth; l++) {
    gsl_matrix_scale(gradient->dZ[l], m);
    gsl_matrix_scale(gradient->dA[l], m);
  }
  bp_array_layout_note(layout,
                       "dZ and dA of the file are of the mean J: they were multiplied by m, since "
                       "here they are of the loss of each sample");
  return BP_ARRANGE_DONE;
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

/* False when memory is short. */
static bool note_type(struct bp_array_layout *layout, const struct bp_array *array) {
  const char *note = bp_arena_printf(layout->arena,
                                     "%s is of type %s: if the code cut its numbers off to whole "
                                     "ones, that is a mistake",
                                     array->name, bp_array_type(array));
  if (note)
    bp_array_layout_note(layout, note);
  return note != NULL;
}

/* The precision that the code computed in: the coarsest of its parameters and gradients. */
static enum bp_arrange_status find_unit(struct bp_array_layout *layout, double *unit) {
  *unit = 0x1p-53;
  bool single = true, long_ones = false;
  for (int kind = BP_ROLE_W; kind < BP_ROLE_COUNT; kind++)
    for (size_t l = 1; l <= layout->spec->depth; l++) {
      const struct bp_array *array = array_of(layout, (enum bp_role_kind)kind, l);
      if (!array)
        continue;
      *unit = fmax(*unit, unit_of(array));
      if (kind >= BP_ROLE_DW)
        single = single && is_single(array, &long_ones);
      if (kind >= BP_ROLE_DW && array->kind != 'f' && !note_type(layout, array))
        return BP_ARRANGE_NO_MEMORY;
    }
  if (*unit < 0x1p-24 && single && long_ones) {
    *unit = 0x1p-24;
    bp_array_layout_note(
        layout, "the gradients are stored as float64, but all of them are float32 numbers: "
                "they count as computed in float32; --precision float64 if they are not");
  }
  return BP_ARRANGE_DONE;
}

/* Copies what there is, in the scale of J; whether deltas are among it. */
static bool copy_gradient(const struct bp_array_layout *layout, double factor, bool *given,
                          struct bp_gradient *gradient) {
  size_t L = layout->spec->depth;
  bool deltas = false;
  for (int k = BP_ROLE_DW; k <= BP_ROLE_DA; k++)
    for (size_t l = 1; l <= L; l++) {
      enum bp_role_kind kind = (enum bp_role_kind)k;
      const struct bp_array *array = array_of(layout, kind, l);
      bool delta = kind == BP_ROLE_DZ || kind == BP_ROLE_DA;
      bool second = kind == BP_ROLE_DB || kind == BP_ROLE_DZ;
      if (!array)
        continue;
      given[(delta ? 2 * L : 0) + 2 * (l - 1) + second] = true;
      deltas = deltas || delta;
      bool scaled = !delta || layout->options->reduction == BP_REDUCTION_ELEMENTS;
      gsl_matrix *matrix = matrix_for(gradient, kind, l);
      if (kind == BP_ROLE_DW)
        take(array, is_turned(layout, kind), factor, matrix);
      else
        copy(array, is_turned(layout, kind), scaled ? factor : 1, matrix);
    }
  return deltas;
}

enum bp_arrange_status bp_arrange_gradient(struct bp_array_layout *layout,
                                           const struct bp_network *network,
                                           const struct bp_outside **outside) {
  struct bp_arena *arena = layout->arena;
  struct bp_outside *found = bp_arena_alloc(arena, 1, sizeof *found);
  struct bp_gradient *gradient = bp_gradient_new(network, arena);
  bool *given = bp_arena_alloc(arena, 4 * layout->spec->depth, sizeof *given);
  enum bp_arrange_status status = BP_ARRANGE_DONE;
  if (!found || !gradient || !given)
    return BP_ARRANGE_NO_MEMORY;
  if (copy_gradient(layout, reduction_factor(layout, network), given, gradient))
    status = settle_deltas(layout, network, gradient);
  double unit = layout->options->unit;
  if (status == BP_ARRANGE_DONE && !(unit > 0))
    status = find_unit(layout, &unit);
  *found = (struct bp_outside){gradient, given, unit};
  *outside = found;
  return status;
}
