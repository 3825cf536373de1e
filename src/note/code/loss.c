/* The loss of a program, and where it has none its output.
 *
 * A loss is what is called so and comes of what the program has derivatives by.  Without one the
 * output is the last layer, that no other layer is computed from; what a body is handed derivatives
 * by needs neither, since they tell its loss.
 */
#include <string.h>

#include "note/code/parts.h"

static bool has_product(const struct bp_code_node *node) {
  bool product = node->kind == BP_CODE_BINARY && node->sign == '@';
  for (size_t k = 0; k < node->count && !product; k++)
    product = has_product(node->child[k]);
  return product;
}

/* An activation that is written out, 1/(1 + exp(-Z)), and no loss. */
static bool is_activation(const struct bp_code_node *node) {
  bool call = node->kind == BP_CODE_CALL && strcmp(node->text, "exp") == 0;
  bool total = node->kind == BP_CODE_SUM && node->axis == BP_CODE_NO_AXIS;
  for (size_t k = 0; k < node->count && !call; k++)
    call = is_activation(node->child[k]);
  return call && !total;
}

static bool uses_gradients(const struct bp_program *program,
                           const struct bp_code_variable *variable) {
  for (size_t i = 0; i < program->variable_count; i++)
    if (program->variables[i].kind == BP_VARIABLE_GRADIENT &&
        bp_code_mentions(variable->definition->value, program->variables[i].key))
      return true;
  return false;
}

static bool is_layer(const struct bp_program *program, const struct bp_code_variable *variable) {
  return variable->kind == BP_VARIABLE_DEFINED &&
         (variable->definition->value->kind == BP_CODE_CALL ||
          has_product(variable->definition->value) || is_activation(variable->definition->value)) &&
         !bp_code_unread(variable->definition->value) && !uses_gradients(program, variable);
}

/* What the loss is computed from. */
static void mark_upstream(struct bp_program *program, struct bp_code_variable *variable) {
  if (variable->upstream)
    return;
  variable->upstream = true;
  for (size_t i = 0; variable->kind == BP_VARIABLE_DEFINED && i < program->variable_count; i++)
    if (bp_code_mentions(variable->definition->value, program->variables[i].key))
      mark_upstream(program, &program->variables[i]);
}

/* What a derivative belongs to that the program is handed: out, where dout is used and never
 * assigned.  Its loss may then be anything. */
static struct bp_code_variable *find_handed(struct bp_program *program) {
  struct bp_code_variable *handed = NULL;
  for (size_t i = 0; i < program->variable_count; i++) {
    const struct bp_code_variable *variable = &program->variables[i];
    bool assigned = variable->kind != BP_VARIABLE_GRADIENT;
    for (size_t k = 0; k < program->count && !assigned; k++)
      assigned = program->list[k]->kind == BP_STEP_GRADIENT &&
                 strcmp(program->list[k]->target->text, variable->key) == 0;
    struct bp_code_variable *of = assigned ? NULL : bp_variable_find(program, variable->base);
    if (of && handed && of != handed)
      return NULL;
    handed = of && of->kind == BP_VARIABLE_DEFINED ? of : handed;
  }
  return handed;
}

bool bp_is_called_target(const char *key) {
  return strchr("Yy", key[0]) || !strcmp(key, "t") || !strcmp(key, "T") ||
         !strncmp(key, "target", 6) || !strncmp(key, "label", 5) || !strncmp(key, "onehot", 6);
}

/* How much that nobody computes a variable is computed from; 0 where that is what an output is
 * compared with. */
static size_t count_given(struct bp_program *program, struct bp_code_variable *variable) {
  size_t count = 0;
  bool compared = false;
  mark_upstream(program, variable);
  for (size_t i = 0; i < program->variable_count; i++) {
    bool given = program->variables[i].upstream && program->variables[i].kind == BP_VARIABLE_GIVEN;
    count += given;
    compared = compared || (given && bp_is_called_target(program->variables[i].key));
    program->variables[i].upstream = false;
  }
  return compared ? 0 : count;
}

/* The last layer that no other layer is computed from; in a program that was followed the one that
 * comes of most. */
static struct bp_code_variable *find_output(struct bp_program *program) {
  struct bp_code_variable *output = find_handed(program);
  if (output)
    return output;
  size_t most = 0;
  for (size_t i = 0; i < program->variable_count; i++) {
    struct bp_code_variable *variable = &program->variables[i];
    bool last = is_layer(program, variable), followed = program->steps->followed;
    for (size_t k = 0; k < program->variable_count && last && !followed; k++)
      last = !is_layer(program, &program->variables[k]) ||
             !bp_code_mentions(program->variables[k].definition->value, variable->key);
    size_t given = last && followed ? count_given(program, variable) : 0;
    if (last && given >= most && (given > 0 || !followed)) {
      output = variable;
      most = given;
    }
  }
  return output;
}

/* What is taken from the output: A2 - Y, Y - A2. */
static struct bp_code_variable *compared_with(struct bp_program *program,
                                              const struct bp_code_node *node, const char *output) {
  if (node->kind == BP_CODE_BINARY && node->sign == '-')
    for (size_t k = 0; k < 2; k++) {
      const struct bp_code_node *one = node->child[k], *other = node->child[1 - k];
      struct bp_code_variable *variable =
          one->kind == BP_CODE_NAME && !strcmp(one->text, output) && other->kind == BP_CODE_NAME
              ? bp_variable_find(program, other->text)
              : NULL;
      bool class = variable && variable->kind == BP_VARIABLE_DEFINED &&
                   variable->definition->value->kind == BP_CODE_TRANSPOSE;
      if (variable && (variable->kind == BP_VARIABLE_GIVEN || class))
        return variable;
    }
  struct bp_code_variable *found = NULL;
  for (size_t k = 0; k < node->count && !found; k++)
    found = compared_with(program, node->child[k], output);
  return found;
}

static bool calls(const struct bp_code_node *node, const char *name) {
  bool found = node->kind == BP_CODE_CALL && strcmp(node->text, name) == 0;
  for (size_t k = 0; k < node->count && !found; k++)
    found = calls(node->child[k], name);
  return found;
}

/* What a name that is defined stands for. */
static const struct bp_code_node *meant(const struct bp_program *program,
                                        const struct bp_code_node *node) {
  const struct bp_code_variable *variable =
      node->kind == BP_CODE_NAME ? bp_variable_find(program, node->text) : NULL;
  return variable && variable->kind == BP_VARIABLE_DEFINED ? variable->definition->value : node;
}

/* What is added up, along one axis, in a sum that may be reshaped, or bear a name. */
static const struct bp_code_node *summed(const struct bp_program *program,
                                         const struct bp_code_node *node) {
  const struct bp_code_node *sum = meant(program, node);
  while (sum->count == 1 && sum->kind != BP_CODE_SUM)
    sum = meant(program, sum->child[0]);
  return sum->kind == BP_CODE_SUM && !sum->text ? sum->child[0] : NULL;
}

/* A softmax that is written out: something is divided by the sum of itself, exp(Z) / sum(exp(Z)),
 * or has the logarithm of such a sum taken from it, Z - log(sum(exp(Z))). */
static bool writes_softmax(const struct bp_program *program, const struct bp_code_node *node) {
  bool found = false;
  if (node->kind == BP_CODE_BINARY && node->sign == '/') {
    const struct bp_code_node *above = node->child[0], *of = summed(program, node->child[1]);
    bool named = of && of->kind == BP_CODE_NAME && above->kind == BP_CODE_NAME;
    found = of && (named ? !strcmp(of->text, above->text)
                         : calls(meant(program, of), "exp") && calls(meant(program, above), "exp"));
  } else if (node->kind == BP_CODE_CALL && !strcmp(node->text, "log") && node->count == 1) {
    const struct bp_code_node *of = summed(program, node->child[0]);
    found = of && calls(meant(program, of), "exp");
  }
  for (size_t k = 0; k < node->count && !found; k++)
    found = writes_softmax(program, node->child[k]);
  return found;
}

bool bp_is_exponential(const struct bp_code_node *node) {
  return node->kind == BP_CODE_CALL && node->text && strcmp(node->text, "exp") == 0;
}

/* Whether something of which the program has the derivative is in the loss. */
static bool reaches(struct bp_program *program, struct bp_code_variable *loss) {
  bool any = false;
  mark_upstream(program, loss);
  for (size_t i = 0; i < program->count; i++) {
    const struct bp_code_step *step = program->list[i];
    const struct bp_code_variable *base =
        step->kind == BP_STEP_GRADIENT ? bp_variable_find(program, step->base) : NULL;
    any |=
        base && base->upstream && (base->kind == BP_VARIABLE_DEFINED || program->steps->followed);
  }
  for (size_t i = 0; i < program->variable_count; i++) {
    const struct bp_code_variable *variable = &program->variables[i];
    any |= variable->upstream && is_layer(program, variable) &&
           has_product(variable->definition->value);
  }
  for (size_t i = 0; i < program->variable_count; i++)
    program->variables[i].upstream = false;
  return any;
}

/* A program that is handed derivatives: its loss is the sum of their products with what they belong
 * to. */
static bool find_handed_loss(struct bp_program *program) {
  const struct bp_code_steps *steps = program->steps;
  for (size_t k = 0; k < steps->handed_count; k++) {
    struct bp_code_variable *gradient = bp_variable_find(program, steps->handed[k].gradient);
    struct bp_code_variable *of = bp_variable_find(program, steps->handed[k].of);
    if (!gradient || !of || gradient->kind != BP_VARIABLE_GIVEN)
      continue;
    mark_upstream(program, gradient);
    mark_upstream(program, of);
    program->handed = true;
  }
  return program->handed;
}

/* Whether other turns of a loop compute the same as the output from other samples; of a loop over
 * layers each turn goes on from the one before. */
static bool is_one_of_many(const struct bp_program *program, const struct bp_code_variable *top) {
  const struct bp_code_step *last = top->definition;
  bool found = false;
  for (size_t i = 0; i < program->variable_count && last && last->turn >= 0 && !found; i++) {
    const struct bp_code_variable *one = &program->variables[i];
    found = one->kind == BP_VARIABLE_DEFINED && !one->upstream && one->definition->turn >= 0 &&
            one->definition->turn != last->turn &&
            one->definition->line->span.begin == last->line->span.begin;
  }
  return found;
}

void bp_program_find_loss(struct bp_program *program) {
  struct bp_code_variable *loss = NULL;
  const char *last = program->steps->loss;
  for (size_t i = 0; i < program->variable_count; i++) {
    struct bp_code_variable *variable = &program->variables[i];
    bool called = last ? !strcmp(variable->key, last) : bp_is_called_loss(variable->key);
    bool less = loss && !last && bp_loss_rank(variable->key) < bp_loss_rank(loss->key);
    if (variable->kind == BP_VARIABLE_DEFINED && called && !less &&
        !bp_code_is_constant(variable->definition->value) &&
        !bp_is_exponential(variable->definition->value) && reaches(program, variable))
      loss = variable;
  }
  if (!loss && find_handed_loss(program))
    return;
  struct bp_code_variable *top = loss ? loss : find_output(program);
  program->loss = loss;
  program->output = loss ? NULL : top;
  if (!top) {
    program->why = "needs the forward pass: no line of the program says how its layers are "
                   "computed";
    return;
  }
  mark_upstream(program, top);
  if (!loss && is_one_of_many(program, top)) {
    program->why =
        "needs the loss: its output is computed at each turn of a loop, and no line adds "
        "up what is lost there";
    return;
  }
  for (size_t i = 0; i < program->count && !loss && !program->target; i++)
    if (program->list[i]->kind != BP_STEP_UPDATE)
      program->target = compared_with(program, program->list[i]->value, top->key);
  if (program->target && program->target->kind == BP_VARIABLE_DEFINED)
    mark_upstream(program, bp_variable_find(program, program->target->key));
  for (size_t i = 0; i < program->variable_count; i++) {
    const struct bp_code_variable *variable = &program->variables[i];
    if (!variable->upstream)
      continue;
    if (variable->clouded)
      program->why = bp_arena_printf(program->arena,
                                     "needs one formula for %s: the program computes it in several "
                                     "ways, in branches or in parts",
                                     variable->key);
    if (variable->kind == BP_VARIABLE_GRADIENT)
      program->why = "needs a loss that is computed without derivatives";
    const struct bp_code_node *value =
        variable->kind == BP_VARIABLE_DEFINED ? variable->definition->value : NULL;
    program->logarithm |= value && calls(value, "log");
    program->softmax |= value && (calls(value, "softmax") ||
                                  (program->steps->followed && writes_softmax(program, value)));
  }
}

bool bp_program_loses_part(const struct bp_program *program) { return program->steps->loss_cut; }

bool bp_program_knows_samples(const struct bp_program *program) {
  return program->samples != BP_DIMENSION_ONE;
}
