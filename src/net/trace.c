/* The dimension trace: the formulas of a network written down factor by factor, with shapes.
 *
 * The formulas are the ones that src/net computes with, but nothing is computed here, so a network
 * of any size is traced at once.  One function writes the forward step of a layer and one its
 * backward step; what differs between one sample and many (lower-case names, no repetition, no 1/m)
 * is asked of the writer, and the general rule for "any layer l" comes from the same functions,
 * given a layer whose index and sizes are letters.
 *
 * A request for memory that is refused sets `failed` and leaves the writer usable: steps then go to
 * a spare place.  So only the end has to look.
 */
#include "net/trace.h"

#include <ctype.h>
#include <string.h>

enum { MOST_FACTORS = 4 };

struct writer {
  struct bp_arena *arena;
  struct bp_trace *trace;
  struct bp_trace_part *part;
  bool single;                 /* one sample: x, z[1], a[1] */
  struct bp_dimension columns; /* 1 or m */
  bool failed;
  struct bp_trace_step spare;
  struct bp_trace_factor spare_factors[MOST_FACTORS + 1];
  struct bp_trace_part spare_part;
};

/* A layer whose index may be a letter. */
struct layer {
  const char *here, *below; /* "1" and "0", or "l" and "l-1" */
  bool first;               /* its input is X */
  struct bp_dimension size, size_below;
  const char *activation;       /* "tanh", "g[l]" */
  const char *activation_below; /* NULL for the first layer */
  bool columnwise;
};

static const struct bp_dimension ONE = {"1", 1};

static const char *keep(struct writer *writer, const char *text) {
  writer->failed |= text == NULL;
  return text != NULL ? text : "";
}

/* A matrix with a column for each sample: "dZ[1]'", and "dz[1]'" where there is only one sample. */
static const char *data_name(struct writer *writer, const char *letters, const char *index,
                             const char *suffix) {
  char *name = bp_arena_printf(writer->arena, "%s[%s]%s", letters, index, suffix);
  for (char *c = name; writer->single && c != NULL && *c != '['; c++)
    *c = (char)tolower((unsigned char)*c);
  return keep(writer, name);
}

/* A weight or bias: the same for one sample and for many. */
static const char *parameter_name(struct writer *writer, const char *letters, const char *index,
                                  const char *suffix) {
  return keep(writer, bp_arena_printf(writer->arena, "%s[%s]%s", letters, index, suffix));
}

static const char *input_name(struct writer *writer, const struct layer *layer,
                              const char *suffix) {
  if (!layer->first)
    return data_name(writer, "A", layer->below, suffix);
  return keep(writer, bp_arena_printf(writer->arena, "%s%s", writer->single ? "x" : "X", suffix));
}

static const char *target_name(const struct writer *writer) { return writer->single ? "y" : "Y"; }

static const char *call(struct writer *writer, const char *function, const char *prime,
                        const char *argument) {
  return keep(writer, bp_arena_printf(writer->arena, "%s%s(%s)", function, prime, argument));
}

static struct bp_trace_shape shape_of(struct bp_dimension rows, struct bp_dimension columns) {
  return (struct bp_trace_shape){rows, columns};
}

/* "5", or "m" where no number is known. */
static const char *number_text(struct writer *writer, struct bp_dimension dimension) {
  if (dimension.number == 0 || writer->part->symbols)
    return dimension.symbol;
  return keep(writer, bp_arena_printf(writer->arena, "%zu", dimension.number));
}

static void begin_part(struct writer *writer, const char *title, const char *sentence,
                       size_t capacity) {
  struct bp_trace *trace = writer->trace;
  struct bp_trace_step *steps = bp_arena_alloc(writer->arena, capacity, sizeof *steps);
  writer->failed |= steps == NULL;
  writer->part = steps != NULL ? &trace->parts[trace->part_count++] : &writer->spare_part;
  *writer->part = (struct bp_trace_part){.title = title, .sentence = sentence, .steps = steps};
}

static struct bp_trace_step *begin_step(struct writer *writer, const char *label,
                                        const char *result, struct bp_trace_shape shape) {
  struct bp_trace_step *step = &writer->spare;
  struct bp_trace_factor *factors =
      bp_arena_alloc(writer->arena, MOST_FACTORS + 1, sizeof *factors);
  if (factors != NULL && writer->part->steps != NULL)
    step = &writer->part->steps[writer->part->step_count++];
  else
    factors = writer->spare_factors;
  writer->failed |= step == &writer->spare;
  *step = (struct bp_trace_step){.label = label, .factors = factors, .factor_count = 1};
  factors[0] = (struct bp_trace_factor){
      .before = "", .text = result, .after = "", .shaped = true, .shape = shape};
  return step;
}

/* No step has more than MOST_FACTORS factors after its result. */
static struct bp_trace_factor *add_factor(struct bp_trace_step *step, const char *before,
                                          const char *text, struct bp_trace_shape shape) {
  struct bp_trace_factor *factor = &step->factors[step->factor_count++];
  *factor = (struct bp_trace_factor){
      .before = before, .text = text, .after = "", .shaped = true, .shape = shape};
  return factor;
}

/* Z[l] = W[l] A[l-1] + b[l], and A[l] = g[l](Z[l]). */
static void write_forward_layer(struct writer *writer, const struct layer *layer) {
  struct bp_trace_shape shape = shape_of(layer->size, writer->columns);
  const char *z = data_name(writer, "Z", layer->here, "");
  const char *bias = parameter_name(writer, "b", layer->here, "");

  struct bp_trace_step *step = begin_step(writer, "", z, shape);
  add_factor(step, "=", parameter_name(writer, "W", layer->here, ""),
             shape_of(layer->size, layer->size_below));
  add_factor(step, "·", input_name(writer, layer, ""),
             shape_of(layer->size_below, writer->columns));
  struct bp_trace_factor *last = add_factor(step, "+", bias, shape_of(layer->size, ONE));
  if (writer->columns.number != 1 || writer->part->symbols) {
    last->broadcast = true;
    last->spread = shape;
    step->note = keep(writer, bp_arena_printf(writer->arena, "%s is repeated over %s columns", bias,
                                              number_text(writer, writer->columns)));
  }

  step = begin_step(writer, "", data_name(writer, "A", layer->here, ""), shape);
  add_factor(step, "=", call(writer, layer->activation, "", z), shape);
  if (layer->columnwise)
    step->note = "softmax takes each column as a whole; its entries then sum to 1";
}

/* The factors of one of a loss's formulas. */
static void add_terms(struct writer *writer, struct bp_trace_step *step,
                      const struct bp_loss_term *term, const char *a, struct bp_trace_shape shape) {
  for (int k = 0; k < MOST_FACTORS && term[k].before; k++) {
    const char *text = bp_loss_text(term[k].text, a, target_name(writer), writer->arena);
    add_factor(step, term[k].before, keep(writer, text), shape)->after = term[k].after;
  }
}

/* What each output of each sample loses, and the sum of it. */
static void write_loss(struct writer *writer, const struct layer *layer,
                       const struct bp_loss_rules *rules) {
  struct bp_trace_shape shape = shape_of(layer->size, writer->columns);
  const char *a = data_name(writer, "A", layer->here, "");
  struct bp_trace_step *step = begin_step(writer, "", "loss", shape);
  add_terms(writer, step, rules->terms, a, shape);
  step->note = rules->note;

  step = begin_step(writer, "", writer->single ? "L" : "J", shape_of(ONE, ONE));
  add_factor(step, writer->single ? "= sum of the" : "= 1/m · sum of the", "loss", shape);
  step->note = writer->single ? "over the outputs" : "over the outputs and the samples";
}

/* dA[L], by the derivative of the loss itself. */
static void write_output_activation(struct writer *writer, const struct layer *layer,
                                    const struct bp_loss_rules *rules) {
  struct bp_trace_shape shape = shape_of(layer->size, writer->columns);
  const char *a = data_name(writer, "A", layer->here, "");
  struct bp_trace_step *step =
      begin_step(writer, "", data_name(writer, "dA", layer->here, ""), shape);
  add_terms(writer, step, rules->slope_terms, a, shape);
  step->note = rules->slope_note;
}

/* dZ[L] = dA[L] ⊙ g'(Z[L]); for softmax a matrix stands in the place of g', one for each sample. */
static void write_output_delta(struct writer *writer, const struct layer *layer) {
  const char *column = writer->single ? "" : "_{:,i}";
  struct bp_dimension width = layer->columnwise ? ONE : writer->columns;
  struct bp_trace_shape shape = shape_of(layer->size, width);
  const char *suffix = layer->columnwise ? column : "";
  const char *slope =
      call(writer, layer->activation, "'", data_name(writer, "Z", layer->here, suffix));
  struct bp_trace_step *step =
      begin_step(writer, "BP1", data_name(writer, "dZ", layer->here, suffix), shape);
  const char *delta = data_name(writer, "dA", layer->here, suffix);
  if (layer->columnwise) {
    add_factor(step, "=", slope, shape_of(layer->size, layer->size));
    add_factor(step, "·", delta, shape);
    step->note = writer->single
                     ? "softmax mixes the entries of a column, so softmax' is a matrix: "
                       "Diag(a) - a·a'"
                     : "softmax mixes the entries of a column, so softmax' is a matrix for each "
                       "sample i: Diag(a) - a·a'";
    return;
  }
  add_factor(step, "=", delta, shape);
  add_factor(step, "⊙", slope, shape);
  step->note = "⊙ multiplies entry by entry: equal shapes, and no inner product";
}

/* Both routes to dZ[L]: through dA[L], and A[L] - Y where the factors cancel. */
static void write_output(struct writer *writer, const struct layer *layer,
                         const struct bp_loss_rules *rules) {
  write_output_activation(writer, layer, rules);
  write_output_delta(writer, layer);
  if (!rules->direct)
    return;
  struct bp_trace_shape shape = shape_of(layer->size, writer->columns);
  struct bp_trace_step *step =
      begin_step(writer, "direct", data_name(writer, "dZ", layer->here, ""), shape);
  add_factor(step, "=", data_name(writer, "A", layer->here, ""), shape);
  add_factor(step, "-", target_name(writer), shape);
  step->note = keep(writer, bp_arena_printf(writer->arena,
                                            "the same without the detour through %s: "
                                            "the denominators cancel",
                                            data_name(writer, "dA", layer->here, "")));
}

/* BP4 and BP3: the gradient of a layer's own parameters. */
static void write_parameters(struct writer *writer, const struct layer *layer) {
  struct bp_trace_shape shape = shape_of(layer->size, writer->columns);
  const char *delta = data_name(writer, "dZ", layer->here, "");
  struct bp_trace_step *step =
      begin_step(writer, "BP4", parameter_name(writer, "dW", layer->here, ""),
                 shape_of(layer->size, layer->size_below));
  add_factor(step, writer->single ? "=" : "= 1/m ·", delta, shape);
  add_factor(step, "·", input_name(writer, layer, "'"),
             shape_of(writer->columns, layer->size_below));

  step = begin_step(writer, "BP3", parameter_name(writer, "db", layer->here, ""),
                    shape_of(layer->size, ONE));
  add_factor(step, writer->single ? "=" : "= 1/m · sum over samples of", delta, shape);
  if (!writer->single) {
    const char *rows = number_text(writer, layer->size);
    step->note = keep(writer, bp_arena_printf(writer->arena,
                                              "stays a column: (%s,1), not (%s,); NumPy: axis=1, "
                                              "keepdims=True",
                                              rows, rows));
  }
}

/* From the delta of a layer to that of the layer below: in two steps, and as BP2 writes it. */
static void write_backward_layer(struct writer *writer, const struct layer *layer) {
  struct bp_trace_shape shape = shape_of(layer->size, writer->columns);
  struct bp_trace_shape below = shape_of(layer->size_below, writer->columns);
  struct bp_trace_shape transposed = shape_of(layer->size_below, layer->size);
  const char *weight = parameter_name(writer, "W", layer->here, "'");
  const char *delta = data_name(writer, "dZ", layer->here, "");
  const char *below_a = data_name(writer, "dA", layer->below, "");
  const char *below_z = data_name(writer, "dZ", layer->below, "");
  const char *slope =
      call(writer, layer->activation_below, "'", data_name(writer, "Z", layer->below, ""));

  struct bp_trace_step *step = begin_step(writer, "", below_a, below);
  add_factor(step, "=", weight, transposed);
  add_factor(step, "·", delta, shape);

  step = begin_step(writer, "", below_z, below);
  add_factor(step, "=", below_a, below);
  add_factor(step, "⊙", slope, below);

  step = begin_step(writer, "BP2", below_z, below);
  add_factor(step, "= (", weight, transposed);
  add_factor(step, "·", delta, shape)->after = ")";
  add_factor(step, "⊙", slope, below);
  const char *rows = number_text(writer, layer->size_below);
  step->note = keep(writer, bp_arena_printf(writer->arena,
                                            "the product in brackets is (%s,%s), the shape of %s",
                                            rows, number_text(writer, writer->columns), slope));
}

static void write_update(struct writer *writer, const struct layer *layer) {
  for (int bias = 0; bias <= 1; bias++) {
    struct bp_trace_shape shape = shape_of(layer->size, bias ? ONE : layer->size_below);
    const char *name = parameter_name(writer, bias ? "b" : "W", layer->here, "");
    struct bp_trace_step *step = begin_step(writer, "", name, shape);
    add_factor(step, ":=", name, shape);
    add_factor(step, "- α ·", parameter_name(writer, bias ? "db" : "dW", layer->here, ""), shape);
  }
}

/* Layer l of the spec, with the sizes of the table at the head. */
static struct layer layer_at(struct writer *writer, const struct bp_spec *spec, size_t l) {
  return (struct layer){
      .here = keep(writer, bp_arena_printf(writer->arena, "%zu", l)),
      .below = keep(writer, bp_arena_printf(writer->arena, "%zu", l - 1)),
      .first = l == 1,
      .size = writer->trace->sizes[l],
      .size_below = writer->trace->sizes[l - 1],
      .activation = spec->activation[l]->symbol,
      .activation_below = l > 1 ? spec->activation[l - 1]->symbol : NULL,
      .columnwise = spec->activation[l]->columnwise,
  };
}

/* The two passes for one sample or for m. */
static void write_passes(struct writer *writer, const struct bp_spec *spec) {
  const struct bp_loss_rules *rules = bp_loss_rules(spec->loss, spec->activation[spec->depth]);
  size_t capacity = 5 * spec->depth + 8;
  begin_part(writer, writer->single ? "Forward, one sample" : "Forward, m samples",
             writer->single ? "x, z and a are columns" : "a sample is a column of X, Z and A",
             capacity);
  for (size_t l = 1; l <= spec->depth; l++) {
    struct layer layer = layer_at(writer, spec, l);
    write_forward_layer(writer, &layer);
    if (l == spec->depth)
      write_loss(writer, &layer, rules);
  }

  begin_part(writer, writer->single ? "Backward, one sample" : "Backward, m samples",
             writer->single ? "every d is a derivative of the loss L of this sample"
                            : "dZ and dA are derivatives of each sample's own loss, dW and db of "
                              "the mean J",
             capacity);
  for (size_t l = spec->depth; l >= 1; l--) {
    struct layer layer = layer_at(writer, spec, l);
    if (l == spec->depth)
      write_output(writer, &layer, rules);
    write_parameters(writer, &layer);
    if (l > 1)
      write_backward_layer(writer, &layer);
  }
}

/* The rule behind all layers, in letters. */
static void write_general(struct writer *writer) {
  const struct layer layer = {
      .here = "l",
      .below = "l-1",
      .size = {"n[l]", 0},
      .size_below = {"n[l-1]", 0},
      .activation = "g[l]",
      .activation_below = "g[l-1]",
  };
  begin_part(writer, "Any layer l, m samples",
             "A[0] is X, and g[l] is the activation of layer l; the last three lines are for l > 1",
             8);
  writer->part->symbols = true;
  write_forward_layer(writer, &layer);
  write_parameters(writer, &layer);
  write_backward_layer(writer, &layer);
}

static void add_matrix(struct writer *writer, const char *name, const char *gradient,
                       const char *meaning, struct bp_trace_shape shape) {
  writer->trace->matrices[writer->trace->matrix_count++] =
      (struct bp_trace_matrix){name, gradient, meaning, shape};
}

static void write_matrices(struct writer *writer, const struct bp_spec *spec) {
  const struct bp_dimension *sizes = writer->trace->sizes;
  struct bp_dimension m = writer->columns;
  add_matrix(writer, "X", NULL, "inputs", shape_of(sizes[0], m));
  for (size_t l = 1; l <= spec->depth; l++) {
    struct layer layer = layer_at(writer, spec, l);
    struct bp_trace_shape units = shape_of(layer.size, m);
    add_matrix(writer, parameter_name(writer, "W", layer.here, ""),
               parameter_name(writer, "dW", layer.here, ""), "weights",
               shape_of(layer.size, layer.size_below));
    add_matrix(writer, parameter_name(writer, "b", layer.here, ""),
               parameter_name(writer, "db", layer.here, ""), "biases", shape_of(layer.size, ONE));
    add_matrix(writer, parameter_name(writer, "B", layer.here, ""), NULL,
               keep(writer, bp_arena_printf(writer->arena, "b[%s] in every column", layer.here)),
               units);
    add_matrix(writer, data_name(writer, "Z", layer.here, ""),
               data_name(writer, "dZ", layer.here, ""), "pre-activations", units);
    add_matrix(writer, data_name(writer, "A", layer.here, ""),
               data_name(writer, "dA", layer.here, ""),
               l == spec->depth ? "outputs" : "activations", units);
  }
  add_matrix(writer, "Y", NULL, "targets", shape_of(sizes[spec->depth], m));
}

static void write_notes(struct writer *writer) {
  static const char *const notes[] = {
      "W[l] is (n[l],n[l-1]); Z[l] and A[l] are (n[l],m). The shapes of dW, db, dZ and dA equal "
      "those of W, b, Z and A.",
      "A product (p,q)·(q,r) is (p,r). Where the inner numbers differ, or the result has not the "
      "shape of its left side, a transpose is missing or one too many.",
      "dZ and dA are derivatives of the loss of each sample, without 1/m; dW and db are "
      "derivatives "
      "of the mean J, with 1/m. A text that puts the 1/m into dZ has none in dW and db.",
      "' transposes, · is the matrix product, ⊙ and ⊘ work entry by entry on equal shapes, and "
      "(p,1)→(p,r) means: repeated to that shape.",
  };
  enum { NOTES = sizeof notes / sizeof *notes };
  const char **list = bp_arena_alloc(writer->arena, NOTES, sizeof *list);
  writer->failed |= list == NULL;
  if (list == NULL)
    return;
  memcpy(list, notes, sizeof notes);
  writer->trace->notes = list;
  writer->trace->note_count = NOTES;
}

/* n[0], ..., n[L], m.  Returns false when memory is short. */
static bool write_sizes(struct writer *writer, const struct bp_spec *spec, size_t samples) {
  struct bp_trace *trace = writer->trace;
  trace->sizes = bp_arena_alloc(writer->arena, spec->depth + 2, sizeof *trace->sizes);
  if (trace->sizes == NULL)
    return false;
  trace->size_count = spec->depth + 2;
  for (size_t l = 0; l <= spec->depth; l++)
    trace->sizes[l] = (struct bp_dimension){
        keep(writer, bp_arena_printf(writer->arena, "n[%zu]", l)), spec->size[l]};
  trace->sizes[spec->depth + 1] = (struct bp_dimension){"m", samples};
  return true;
}

struct bp_trace *bp_trace_shapes(const struct bp_spec *spec, size_t samples,
                                 struct bp_arena *arena) {
  struct bp_trace *trace = bp_arena_alloc(arena, 1, sizeof *trace);
  struct writer writer = {.arena = arena, .trace = trace, .columns = {"m", samples}};
  if (trace == NULL || !write_sizes(&writer, spec, samples))
    return NULL;
  trace->parts = bp_arena_alloc(arena, 6, sizeof *trace->parts);
  trace->matrices = bp_arena_alloc(arena, 5 * spec->depth + 2, sizeof *trace->matrices);
  const char *text = bp_spec_text(spec, arena);
  if (trace->parts == NULL || trace->matrices == NULL || text == NULL)
    return NULL;
  trace->title = keep(&writer, bp_arena_printf(arena, "%s, %s", text, spec->loss->name));

  write_matrices(&writer, spec);
  write_general(&writer);
  writer.single = true;
  writer.columns = ONE;
  write_passes(&writer, spec);
  writer.single = false;
  writer.columns = (struct bp_dimension){"m", samples};
  write_passes(&writer, spec);
  begin_part(&writer, "Update", "α is the learning rate", 2 * spec->depth);
  for (size_t l = 1; l <= spec->depth; l++) {
    struct layer layer = layer_at(&writer, spec, l);
    write_update(&writer, &layer);
  }
  write_notes(&writer);
  return writer.failed ? NULL : trace;
}
