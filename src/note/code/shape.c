/* Dimensions are found by unification: a product ties the columns of its left to the rows of its
 * right, a sum ties both axes but for those of one entry.  Only what the loss is computed from is
 * asked; lines that claim derivatives may be wrong, and say nothing about shapes.
 *
 * What is added to a product is a bias where it is a parameter: it has one entry along the axis of
 * the samples.  That axis is known once all products have been seen, so biases come last.
 */
#include <string.h>

#include "base/list.h"
#include "note/code/parts.h"

static size_t new_dimension(struct bp_program *program) {
  if (!bp_list_room(program->arena, program->parents, program->dimension_count,
                    program->dimension_capacity))
    return BP_DIMENSION_ONE;
  program->parents[program->dimension_count] = program->dimension_count;
  return program->dimension_count++;
}

size_t bp_dimension_root(const struct bp_program *program, size_t dimension) {
  while (program->parents[dimension] != dimension)
    dimension = program->parents[dimension];
  return dimension;
}

static void unify(struct bp_program *program, size_t one, size_t other) {
  one = bp_dimension_root(program, one);
  other = bp_dimension_root(program, other);
  if (one == other)
    return;
  if (one == BP_DIMENSION_ONE)
    program->parents[other] = one;
  else
    program->parents[one] = other;
}

static bool is_one(const struct bp_program *program, size_t dimension) {
  return bp_dimension_root(program, dimension) == BP_DIMENSION_ONE;
}

static bool is_number(const struct bp_program *program, struct bp_code_axes axes) {
  return is_one(program, axes.rows) && is_one(program, axes.columns);
}

static const struct bp_code_axes number = {BP_DIMENSION_ONE, BP_DIMENSION_ONE};

/* A given name whose shape nothing has told yet. */
static struct bp_code_variable *unshaped(struct bp_program *program,
                                         const struct bp_code_node *node) {
  struct bp_code_variable *variable =
      node->kind == BP_CODE_NAME ? bp_variable_find(program, node->text) : NULL;
  return variable && !variable->shaped && !variable->scalar && variable->kind == BP_VARIABLE_GIVEN
             ? variable
             : NULL;
}

static void shape_as(struct bp_code_variable *variable, struct bp_code_axes axes) {
  variable->axes = axes;
  variable->shaped = true;
}

static struct bp_code_axes axes_of(struct bp_program *program, const struct bp_code_node *node);

/* One entry is repeated along an axis. */
static size_t joined(struct bp_program *program, size_t one, size_t other) {
  if (is_one(program, one))
    return other;
  if (!is_one(program, other))
    unify(program, one, other);
  return one;
}

static bool has_product(const struct bp_code_node *node) {
  bool product = node->kind == BP_CODE_BINARY && node->sign == '@';
  for (size_t k = 0; k < node->count && !product && node->kind == BP_CODE_BINARY; k++)
    product = has_product(node->child[k]);
  return product;
}

static struct bp_code_axes elementwise(struct bp_program *program, const struct bp_code_node *one,
                                       const struct bp_code_node *other) {
  struct bp_code_variable *left = unshaped(program, one), *right = unshaped(program, other);
  struct bp_code_variable *open = left ? left : right;
  const struct bp_code_node *beside = left ? other : one;
  bool literal = program->steps->followed && beside->kind == BP_CODE_NUMBER;
  if (open && bp_code_mentions(beside, open->key)) /* Z - max(Z) tells its own shape */
    open = NULL;
  if (open && !(left && right) && open->bias && !literal) {
    struct bp_code_axes axes = axes_of(program, left ? other : one);
    if (!is_number(program, axes) || (program->steps->followed && beside->kind != BP_CODE_NAME))
      shape_as(open, axes); /* until the axis of the samples is known */
    open->repeated = open->shaped;
    return axes;
  }
  bool target = open && program->steps->followed && bp_is_called_target(open->key);
  if (open && (open->flat || target) && !(left && right)) { /* it lies as what it stands beside */
    struct bp_code_axes axes = axes_of(program, beside);
    if (!is_number(program, axes) && !open->shaped)
      shape_as(open, axes);
  }
  struct bp_code_axes a = axes_of(program, one), b = axes_of(program, other);
  if (program->steps->followed && has_product(one) && has_product(other)) { /* none is a bias */
    unify(program, a.rows, b.rows);
    unify(program, a.columns, b.columns);
  }
  return (struct bp_code_axes){joined(program, a.rows, b.rows),
                               joined(program, a.columns, b.columns)};
}

/* An array of one axis lies as a product needs it. */
static void lay_flat(struct bp_program *program, const struct bp_code_node *node, bool row) {
  struct bp_code_variable *variable = unshaped(program, node);
  if (!variable || !variable->flat)
    return;
  size_t length = new_dimension(program);
  shape_as(variable, row ? (struct bp_code_axes){BP_DIMENSION_ONE, length}
                         : (struct bp_code_axes){length, BP_DIMENSION_ONE});
}

static struct bp_code_axes product(struct bp_program *program, const struct bp_code_node *node) {
  lay_flat(program, node->child[0], true);
  lay_flat(program, node->child[1], false);
  struct bp_code_axes a = axes_of(program, node->child[0]), b = axes_of(program, node->child[1]);
  if (is_number(program, a))
    return b;
  if (is_number(program, b))
    return a;
  unify(program, a.columns, b.rows);
  return (struct bp_code_axes){a.rows, b.columns};
}

static struct bp_code_axes axes_of_name(struct bp_program *program,
                                        const struct bp_code_node *node) {
  struct bp_code_variable *variable = bp_variable_find(program, node->text);
  if (!variable || variable->kind == BP_VARIABLE_SIZE || variable->number)
    return number;
  if (variable->scalar)
    shape_as(variable, number);
  if (!variable->shaped)
    shape_as(variable, (struct bp_code_axes){new_dimension(program), new_dimension(program)});
  return variable->axes;
}

static size_t length_of(struct bp_program *program, const struct bp_code_node *size) {
  if (size->kind != BP_CODE_SIZE || size->axis == BP_CODE_NO_AXIS)
    return size->kind == BP_CODE_NUMBER ? BP_DIMENSION_ONE : new_dimension(program);
  struct bp_code_axes axes = axes_of(program, size->child[0]);
  return size->axis == 0 ? axes.rows : axes.columns;
}

static struct bp_code_axes axes_of_part(struct bp_program *program,
                                        const struct bp_code_node *node) {
  struct bp_code_axes axes = axes_of(program, node->child[0]);
  if (node->kind == BP_CODE_UNIT)
    return node->axis == BP_CODE_NO_AXIS ? axes
           : node->axis == 0             ? (struct bp_code_axes){axes.rows, BP_DIMENSION_ONE}
                                         : (struct bp_code_axes){BP_DIMENSION_ONE, axes.columns};
  bool row = node->index[1] == BP_CODE_WHOLE_AXIS, column = node->index[0] == BP_CODE_WHOLE_AXIS;
  return row      ? (struct bp_code_axes){BP_DIMENSION_ONE, axes.columns}
         : column ? (struct bp_code_axes){axes.rows, BP_DIMENSION_ONE}
                  : number;
}

static struct bp_code_axes axes_of_call(struct bp_program *program,
                                        const struct bp_code_node *node) {
  if (strcmp(node->text, "ones") == 0 && node->count == 2) {
    size_t rows = length_of(program, node->child[0]);
    return (struct bp_code_axes){rows, length_of(program, node->child[1])};
  }
  struct bp_code_axes axes = axes_of(program, node->child[0]);
  const char *name = node->text;
  if (strcmp(name, "vec") == 0)
    return (struct bp_code_axes){is_one(program, axes.rows) ? axes.columns : axes.rows,
                                 BP_DIMENSION_ONE};
  if (strcmp(name, "norm") == 0)
    return number;
  if (strcmp(name, "maximum") == 0 || strcmp(name, "minimum") == 0)
    return elementwise(program, node->child[0], node->child[1]);
  if (strcmp(name, "where") == 0)
    return elementwise(program, node->child[1], node->child[2]);
  return axes;
}

static struct bp_code_axes axes_of(struct bp_program *program, const struct bp_code_node *node) {
  struct bp_code_axes axes;
  switch (node->kind) {
  case BP_CODE_NAME:
    return axes_of_name(program, node);
  case BP_CODE_OPPOSITE:
    return axes_of(program, node->child[0]);
  case BP_CODE_BINARY:
    if (node->sign == '@')
      return product(program, node);
    return node->sign == '^' ? axes_of(program, node->child[0])
                             : elementwise(program, node->child[0], node->child[1]);
  case BP_CODE_TRANSPOSE:
    axes = axes_of(program, node->child[0]);
    return (struct bp_code_axes){axes.columns, axes.rows};
  case BP_CODE_SUM:
    axes = axes_of(program, node->child[0]);
    return node->axis == BP_CODE_NO_AXIS ? number
           : node->axis == 0             ? (struct bp_code_axes){BP_DIMENSION_ONE, axes.columns}
                                         : (struct bp_code_axes){axes.rows, BP_DIMENSION_ONE};
  case BP_CODE_CALL:
    return axes_of_call(program, node);
  case BP_CODE_PART:
  case BP_CODE_UNIT:
    return axes_of_part(program, node);
  default:
    return number;
  }
}

/* ---- the samples --------------------------------------------------------- */

static size_t axis(const struct bp_code_variable *variable, int which) {
  return which == 0 ? variable->axes.rows : variable->axes.columns;
}

/* From m = X.shape[1]. */
static void samples_by_size(struct bp_program *program) {
  for (size_t i = 0; i < program->count; i++) {
    const struct bp_code_step *step = program->list[i];
    if (step->kind != BP_STEP_SIZE || !bp_counts_samples(step->target->text))
      continue;
    const struct bp_code_node *of = step->value->child[0];
    const struct bp_code_variable *variable =
        of->kind == BP_CODE_NAME ? bp_variable_find(program, of->text) : NULL;
    if (variable && variable->shaped && program->samples == BP_DIMENSION_ONE)
      program->samples = axis(variable, step->value->axis);
  }
}

static bool is_in_parameter(const struct bp_program *program, size_t dimension) {
  for (size_t i = 0; i < program->variable_count; i++) {
    const struct bp_code_variable *variable = &program->variables[i];
    bool weight = program->steps->followed ? variable->weight : variable->parameter;
    if (variable->kind == BP_VARIABLE_GIVEN && weight && !variable->bias && variable->shaped &&
        (bp_dimension_root(program, variable->axes.rows) == dimension ||
         bp_dimension_root(program, variable->axes.columns) == dimension))
      return true;
  }
  return false;
}

/* From db = np.sum(dZ, axis=1): the sum over a derivative runs over the samples, unless weights
 * have that axis, for the line may be wrong. */
static void samples_by_sum(struct bp_program *program, const struct bp_code_node *node) {
  const struct bp_code_node *of = node->kind == BP_CODE_SUM ? node->child[0] : NULL;
  const struct bp_code_variable *variable =
      of && of->kind == BP_CODE_NAME && node->axis != BP_CODE_NO_AXIS
          ? bp_variable_find(program, of->text)
          : NULL;
  if (variable && variable->kind == BP_VARIABLE_GRADIENT)
    variable = bp_variable_find(program, variable->base);
  if (variable && variable->shaped && program->samples == BP_DIMENSION_ONE) {
    size_t dimension = bp_dimension_root(program, axis(variable, node->axis));
    if (!is_in_parameter(program, dimension))
      program->samples = dimension;
  }
  for (size_t k = 0; k < node->count; k++)
    samples_by_sum(program, node->child[k]);
}

/* From what is given and no parameter: an axis of it that no parameter has. */
static void samples_by_data(struct bp_program *program) {
  for (size_t i = 0; i < program->variable_count; i++) {
    const struct bp_code_variable *variable = &program->variables[i];
    if (variable->kind != BP_VARIABLE_GIVEN || variable->parameter || !variable->shaped)
      continue;
    for (int which = 0; which < 2; which++) {
      size_t dimension = bp_dimension_root(program, axis(variable, which));
      if (program->samples == BP_DIMENSION_ONE && dimension != BP_DIMENSION_ONE &&
          !is_in_parameter(program, dimension))
        program->samples = dimension;
    }
  }
}

/* From what weights act on: of its two axes the one that no parameter has. */
static void samples_by_weights(struct bp_program *program) {
  for (size_t i = 0; i < program->variable_count; i++) {
    const struct bp_code_variable *variable = &program->variables[i];
    if (variable->kind != BP_VARIABLE_GIVEN || variable->weight || variable->bias ||
        !variable->shaped)
      continue;
    size_t rows = bp_dimension_root(program, variable->axes.rows);
    size_t columns = bp_dimension_root(program, variable->axes.columns);
    bool by_rows = is_in_parameter(program, rows), by_columns = is_in_parameter(program, columns);
    if (program->samples == BP_DIMENSION_ONE && by_rows != by_columns)
      program->samples = by_rows ? columns : rows;
  }
}

static bool has_sum(const struct bp_code_node *node) {
  bool sum = node->kind == BP_CODE_SUM || node->kind == BP_CODE_SIZE ||
             (node->kind == BP_CODE_NAME && bp_counts_samples(node->text));
  for (size_t k = 0; k < node->count && !sum; k++)
    sum = has_sum(node->child[k]);
  return sum;
}

/* Whether a program that was followed is about one sample: the derivatives of its biases are no
 * sums, and nothing in its derivatives counts samples. */
static bool is_of_one_sample(const struct bp_program *program) {
  bool any = false, sums = !program->steps->followed;
  for (size_t i = 0; i < program->count; i++) {
    const struct bp_code_step *step = program->list[i];
    const struct bp_code_variable *base =
        step->kind == BP_STEP_GRADIENT ? bp_variable_find(program, step->base) : NULL;
    sums = sums || (base && has_sum(step->value));
    any = any || (base && base->repeated);
  }
  return any && !sums;
}

static void find_samples(struct bp_program *program) {
  samples_by_size(program);
  if (program->steps->followed)
    samples_by_weights(program);
  for (size_t i = 0; i < program->count; i++)
    if (program->list[i]->kind == BP_STEP_GRADIENT)
      samples_by_sum(program, program->list[i]->value);
  samples_by_data(program);
  if (is_of_one_sample(program) &&
      !bp_dimension_count(program, bp_dimension_root(program, program->samples)))
    unify(program, program->samples, BP_DIMENSION_ONE);
  program->samples = bp_dimension_root(program, program->samples);
}

/* db = np.sum(dz), np.mean(dz): one number for all outputs and samples. */
static bool is_total(const struct bp_code_node *node) {
  if (node->kind == BP_CODE_SUM)
    return node->axis == BP_CODE_NO_AXIS;
  if (node->kind == BP_CODE_BINARY && strchr("*/", node->sign))
    return is_total(node->child[0]) || is_total(node->child[1]);
  if (node->kind == BP_CODE_BINARY && strchr("+-", node->sign))
    return is_total(node->child[0]) && is_total(node->child[1]);
  return node->kind == BP_CODE_OPPOSITE && is_total(node->child[0]);
}

static bool has_total_gradient(const struct bp_program *program,
                               const struct bp_code_variable *variable) {
  for (size_t i = 0; i < program->count; i++) {
    const struct bp_code_step *step = program->list[i];
    if (step->kind == BP_STEP_GRADIENT && strcmp(step->base, variable->key) == 0)
      return is_total(step->value);
  }
  return false;
}

/* What the program says where it makes or reshapes an array. */
static void shape_by_beginnings(struct bp_program *program) {
  const struct bp_code_steps *steps = program->steps;
  for (size_t i = 0; i < steps->count; i++) {
    const struct bp_code_step *step = &steps->list[i];
    struct bp_code_variable *variable =
        step->ones > 0 && step->target ? bp_variable_find(program, step->target->text) : NULL;
    if (!variable || variable->kind != BP_VARIABLE_GIVEN || !variable->shaped || variable->bias)
      continue;
    if (step->ones & 1)
      unify(program, variable->axes.rows, BP_DIMENSION_ONE);
    if (step->ones & 2)
      unify(program, variable->axes.columns, BP_DIMENSION_ONE);
  }
}

static void shape_biases(struct bp_program *program) {
  for (size_t i = 0; i < program->variable_count; i++) {
    struct bp_code_variable *variable = &program->variables[i];
    if (variable->repeated && has_total_gradient(program, variable)) {
      size_t rows = bp_dimension_root(program, variable->axes.rows);
      size_t columns = bp_dimension_root(program, variable->axes.columns);
      unify(program, rows == program->samples ? columns : rows, BP_DIMENSION_ONE);
    }
    if (!variable->repeated || program->samples == BP_DIMENSION_ONE)
      continue;
    if (bp_dimension_root(program, variable->axes.rows) == program->samples)
      variable->axes.rows = BP_DIMENSION_ONE;
    if (bp_dimension_root(program, variable->axes.columns) == program->samples)
      variable->axes.columns = BP_DIMENSION_ONE;
  }
}

/* Definitions in an order in which each uses earlier ones: rounds until nothing new is shaped. */
static void shape_definitions(struct bp_program *program) {
  for (bool more = true; more;) {
    more = false;
    for (size_t i = 0; i < program->variable_count; i++) {
      struct bp_code_variable *variable = &program->variables[i];
      bool ready = variable->kind == BP_VARIABLE_DEFINED && variable->upstream && !variable->shaped;
      for (size_t k = 0; ready && k < program->variable_count; k++) {
        const struct bp_code_variable *other = &program->variables[k];
        ready = other->kind != BP_VARIABLE_DEFINED || other->shaped ||
                !bp_code_mentions(variable->definition->value, other->key);
      }
      if (!ready)
        continue;
      struct bp_code_axes axes = axes_of(program, variable->definition->value);
      shape_as(variable, axes);
      more = true;
    }
  }
}

/* What a program that was followed turn by turn knows besides: derivatives that it is handed are
 * shaped as what they are by, arrays of one axis have one, and some axes have as many entries as
 * there were turns. */
static void shape_followed(struct bp_program *program) {
  const struct bp_code_steps *steps = program->steps;
  for (size_t k = 0; k < steps->handed_count; k++) {
    struct bp_code_variable *gradient = bp_variable_find(program, steps->handed[k].gradient);
    struct bp_code_variable *of = bp_variable_find(program, steps->handed[k].of);
    if (gradient && of && of->shaped && !gradient->shaped)
      shape_as(gradient, of->axes);
  }
  for (size_t i = 0; i < program->variable_count; i++) {
    struct bp_code_variable *variable = &program->variables[i];
    if (variable->flat && variable->shaped && !variable->label && !variable->bias &&
        !is_one(program, variable->axes.rows) && !is_one(program, variable->axes.columns))
      unify(program, variable->axes.columns, BP_DIMENSION_ONE);
  }
}

/* np.outer(a, b) is of arrays of one axis: what is given to it is no matrix. */
static void shape_outer(struct bp_program *program, const struct bp_code_node *node) {
  const struct bp_code_node *of =
      node->kind == BP_CODE_CALL && !strcmp(node->text, "vec") ? node->child[0] : NULL;
  const struct bp_code_variable *variable =
      of && of->kind == BP_CODE_NAME ? bp_variable_find(program, of->text) : NULL;
  if (variable && variable->kind == BP_VARIABLE_GIVEN && variable->shaped)
    unify(program, variable->axes.columns, BP_DIMENSION_ONE);
  for (size_t k = 0; k < node->count; k++)
    shape_outer(program, node->child[k]);
}

long bp_dimension_count(const struct bp_program *program, size_t dimension) {
  const struct bp_code_steps *steps = program->steps;
  long count = 0;
  for (size_t k = 0; k < steps->fixed_count; k++) {
    const struct bp_code_variable *variable = bp_variable_find(program, steps->fixed[k].key);
    if (!variable || !variable->shaped)
      continue;
    size_t rows = bp_dimension_root(program, variable->axes.rows);
    size_t columns = bp_dimension_root(program, variable->axes.columns);
    bool by_rows = steps->fixed[k].axis == 0 || (steps->fixed[k].axis == BP_CODE_NO_AXIS &&
                                                 (variable->label || columns == BP_DIMENSION_ONE));
    if (dimension != BP_DIMENSION_ONE && (by_rows ? rows : columns) == dimension)
      count = count == 0 || count == steps->fixed[k].count ? steps->fixed[k].count : -1;
  }
  return count;
}

/* The dimension that is an axis of one matrix of weights, and of nothing else that is given but
 * biases: outputs, of a program that compares them with nothing.  ONE: there is none, or several.
 */
static size_t outputs_by_weights(const struct bp_program *program) {
  size_t found = BP_DIMENSION_ONE;
  for (size_t k = BP_DIMENSION_ONE + 1; k < program->dimension_count; k++) {
    size_t weights = 0, others = 0;
    for (size_t i = 0; i < program->variable_count; i++) {
      const struct bp_code_variable *variable = &program->variables[i];
      if (variable->kind != BP_VARIABLE_GIVEN || !variable->shaped || !variable->upstream ||
          (bp_dimension_root(program, variable->axes.rows) != k &&
           bp_dimension_root(program, variable->axes.columns) != k))
        continue;
      weights += variable->weight;
      others += !variable->weight && !variable->bias;
    }
    if (weights == 1 && others == 0 && k != program->samples) {
      if (found != BP_DIMENSION_ONE)
        return BP_DIMENSION_ONE;
      found = k;
    }
  }
  return found;
}

void bp_program_shape(struct bp_program *program) {
  if (new_dimension(program) != BP_DIMENSION_ONE)
    return;
  shape_definitions(program);
  shape_followed(program);
  shape_by_beginnings(program);
  for (size_t i = 0; i < program->count && !program->steps->followed; i++)
    if (program->list[i]->kind == BP_STEP_GRADIENT)
      shape_outer(program, program->list[i]->value);
  find_samples(program);
  shape_biases(program);
  for (size_t i = 0; i < program->variable_count; i++) {
    const struct bp_code_variable *variable = &program->variables[i];
    size_t rows = bp_dimension_root(program, variable->axes.rows);
    if (variable->kind == BP_VARIABLE_GIVEN && variable->upstream && !variable->parameter &&
        variable->shaped && (strchr("Tt", variable->key[0]) || bp_is_called_target(variable->key)))
      program->outputs =
          rows == program->samples ? bp_dimension_root(program, variable->axes.columns) : rows;
  }
  if (program->outputs == BP_DIMENSION_ONE)
    program->outputs = outputs_by_weights(program);
  for (size_t k = 0; k < program->dimension_count; k++)
    if (bp_dimension_count(program, k) < 0)
      program->why = "needs loops that go along one axis in one way: how often they turn is not "
                     "understood";
  const struct bp_code_variable *loss = program->loss;
  if (loss && (!loss->shaped || !is_number(program, loss->axes)))
    program->why = "needs a loss that is a number: what the program calls so is not one";
  if (!loss && program->output && program->output->shaped && program->target) {
    struct bp_code_variable *target = bp_variable_find(program, program->target->key);
    if (!target->shaped)
      shape_as(target, program->output->axes);
    if (target->kind == BP_VARIABLE_DEFINED) {
      unify(program, target->axes.rows, program->output->axes.rows);
      unify(program, target->axes.columns, program->output->axes.columns);
    }
  }
}
