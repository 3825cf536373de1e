/* Bodies put together, variables told apart, and the lines that come of it.
 *
 * A line can be judged where the loss, or at least an output, is computed from what it is about,
 * and nothing on the way is assigned in several ways.  Otherwise it says what it needs.
 */
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "note/code/parts.h"

enum { MOST_VARIABLES = 400, MOST_PROGRAMS = 40 };

/* ---- variables ----------------------------------------------------------- */

struct bp_code_variable *bp_variable_find(const struct bp_program *program, const char *key) {
  for (size_t i = 0; i < program->variable_count; i++)
    if (strcmp(program->variables[i].key, key) == 0)
      return &program->variables[i];
  return NULL;
}

/* A word that the language does not take for something else. */
static const char *text_for(const struct bp_program *program, const char *key) {
  static const char *const taken[] = {
      "at",   "for",   "in",   "e",       "pi",   "I",   "det",    "inv",      "tr",     "diag",
      "ones", "zeros", "rows", "columns", "mean", "sum", "smooth", "anything", "onehots"};
  bool clash = bp_known_function(key) != NULL || bp_helper_find(program->steps, key) != NULL;
  for (size_t k = 0; k < sizeof taken / sizeof *taken && !clash; k++)
    clash = strcmp(taken[k], key) == 0;
  return clash ? bp_arena_printf(program->arena, "%sof", key) : key;
}

static bool is_weight_of_penalty(const char *key) {
  static const char *const names[] = {"lam",  "alpha", "reg", "lr",      "eta",
                                      "rate", "eps",   "wd",  "epsilon", "momentum"};
  static const char *const parts[] = {"lambd",   "lamda",     "decay",         "learningrate",
                                      "penalty", "regstre",   "regcoef",       "regparam",
                                      "regrate", "regweight", "regularization"};
  for (size_t k = 0; k < sizeof names / sizeof *names; k++)
    if (strcmp(names[k], key) == 0)
      return true;
  for (size_t k = 0; k < sizeof parts / sizeof *parts; k++)
    if (strstr(key, parts[k]))
      return true;
  return false;
}

static bool add_variable(struct bp_program *program, const char *key) {
  if (bp_variable_find(program, key))
    return true;
  if (program->variable_count >= MOST_VARIABLES) {
    program->why = "needs a shorter program: it has more names than are kept apart";
    return true;
  }
  if (!bp_list_room(program->arena, program->variables, program->variable_count,
                    program->variable_capacity))
    return false;
  program->variables[program->variable_count++] =
      (struct bp_code_variable){.key = key, .text = text_for(program, key)};
  return true;
}

static bool add_names(struct bp_program *program, const struct bp_code_node *node) {
  if (node->kind == BP_CODE_NAME && !add_variable(program, node->text))
    return false;
  struct bp_code_variable *variable =
      node->kind == BP_CODE_NAME && !node->grouped ? bp_variable_find(program, node->text) : NULL;
  if (variable) {
    const char *text = program->steps->code->source->text;
    size_t before = variable->spelled.end - variable->spelled.begin;
    size_t length = node->span.end - node->span.begin;
    variable->ambiguous =
        variable->ambiguous ||
        (before > 0 && (before != length || memcmp(text + variable->spelled.begin,
                                                   text + node->span.begin, length) != 0));
    variable->spelled = node->span;
  }
  for (size_t k = 0; k < node->count; k++)
    if (!add_names(program, node->child[k]))
      return false;
  return true;
}

bool bp_code_is_constant(const struct bp_code_node *node) {
  bool constant =
      node->kind != BP_CODE_NAME && node->kind != BP_CODE_CALL && node->kind != BP_CODE_UNREAD;
  for (size_t k = 0; k < node->count && constant; k++)
    constant = bp_code_is_constant(node->child[k]);
  return constant;
}

static bool same_text(const struct bp_program *program, const struct bp_code_node *one,
                      const struct bp_code_node *other) {
  size_t length = one->span.end - one->span.begin;
  const char *text = program->steps->code->source->text;
  return length == other->span.end - other->span.begin &&
         !memcmp(text + one->span.begin, text + other->span.begin, length);
}

/* The name is a parameter: it has a derivative of its own, or is updated. */
static bool is_parameter(const struct bp_program *program, const char *key) {
  for (size_t i = 0; i < program->count; i++) {
    const struct bp_code_step *step = program->list[i];
    if ((step->kind == BP_STEP_GRADIENT && step->base && !strcmp(step->base, key)) ||
        (step->kind == BP_STEP_UPDATE && !strcmp(step->target->text, key)))
      return true;
  }
  return false;
}

static bool is_called_weight(const char *key) {
  return strchr("Ww", key[0]) || !strncmp(key, "theta", 5) || !strncmp(key, "syn", 3);
}

static bool is_called_bias(const char *key) {
  return !strncmp(key, "bias", 4) ||
         (key[0] == 'b' && (key[1] == '\0' || key[2] == '\0' || (key[1] >= '0' && key[1] <= '9') ||
                            key[1] == 'h' || key[1] == 'o')); /* bz of a gate */
}

/* Whether a line that is no formula here assigns it: a branch, or an unknown function of names that
 * the program computes. */
static bool is_clouded(const struct bp_program *program, const struct bp_code_variable *variable) {
  const struct bp_code_steps *steps = program->steps;
  for (size_t i = 0; i < steps->count; i++) {
    const struct bp_code_step *step = &steps->list[i];
    const char *key = step->target ? step->target->text : step->base;
    if (!key || step->line->kind != BP_CODE_ASSIGNMENT || strcmp(key, variable->key) != 0)
      continue;
    bool own = false;
    for (size_t k = 0; k < program->count && !own; k++)
      own = program->list[k]->line->unit == step->line->unit;
    bool formula = step->kind == BP_STEP_DEFINITION;
    if (own && ((step->line->branched && formula) || (!step->target && variable->definition) ||
                (formula && variable->definition &&
                 !same_text(program, variable->definition->value, step->value))))
      return true;
  }
  return false;
}

/* Whether the key, or its transpose, is a factor of a product of matrices. */
static bool multiplies(const struct bp_code_node *node, const char *key) {
  for (size_t k = 0; k < node->count; k++) {
    const struct bp_code_node *one = node->child[k];
    const struct bp_code_node *inside = one->kind == BP_CODE_TRANSPOSE ? one->child[0] : one;
    bool product = node->kind == BP_CODE_BINARY && node->sign == '@';
    if ((product && inside->kind == BP_CODE_NAME && strcmp(inside->text, key) == 0) ||
        multiplies(one, key))
      return true;
  }
  return false;
}

static bool is_factor(const struct bp_program *program, const struct bp_code_variable *variable) {
  for (size_t i = 0; i < program->count; i++)
    if (program->list[i]->kind == BP_STEP_DEFINITION &&
        multiplies(program->list[i]->value, variable->key))
      return true;
  return false;
}

static bool is_among(const char *key, const char **list, size_t count) {
  for (size_t k = 0; k < count; k++)
    if (strcmp(list[k], key) == 0)
      return true;
  return false;
}

static void tell_variable(struct bp_program *program, struct bp_code_variable *variable) {
  const struct bp_code_steps *steps = program->steps;
  variable->flat = is_among(variable->key, steps->flat, steps->flat_count);
  variable->label = is_among(variable->key, steps->labels, steps->label_count);
  variable->counts = is_among(variable->key, steps->counts, steps->counts_count);
  variable->scalar = is_among(variable->key, steps->scalars, steps->scalar_count);
  for (size_t i = 0; i < program->count; i++) {
    const struct bp_code_step *step = program->list[i];
    bool target = step->target && strcmp(step->target->text, variable->key) == 0;
    if (step->kind == BP_STEP_DEFINITION && target && !variable->definition &&
        !step->line->branched)
      variable->definition = step;
    if (step->kind == BP_STEP_SIZE && target && bp_counts_samples(variable->key))
      variable->kind = BP_VARIABLE_SIZE;
    if (step->kind == BP_STEP_GRADIENT && target) {
      variable->kind = BP_VARIABLE_GRADIENT;
      variable->base = step->base;
    }
  }
  bool updated = is_parameter(program, variable->key);
  bool started = variable->definition && bp_code_is_constant(variable->definition->value);
  if (started && (updated || is_called_weight(variable->key) || is_called_bias(variable->key)))
    variable->definition = NULL; /* where training begins */
  variable->clouded = is_clouded(program, variable);
  if (variable->definition && variable->kind == BP_VARIABLE_GIVEN)
    variable->kind = BP_VARIABLE_DEFINED;
  if (variable->kind != BP_VARIABLE_GIVEN)
    return;
  const char *base = steps->followed ? NULL : bp_gradient_base(steps, variable->key);
  bool stands_for = base && bp_variable_find(program, base) && !is_called_bias(variable->key);
  if (bp_counts_samples(variable->key) && !variable->flat && !updated)
    variable->kind = BP_VARIABLE_SIZE;
  else if (stands_for) {
    variable->kind = BP_VARIABLE_GRADIENT;
    variable->base = base;
  }
  variable->parameter = updated || is_called_weight(variable->key) || is_called_bias(variable->key);
  variable->bias = is_called_bias(variable->key) ||
                   (updated && !is_called_weight(variable->key) && !is_factor(program, variable));
  variable->weight = is_called_weight(variable->key);
  variable->number = is_weight_of_penalty(variable->key);
}

static bool find_variables(struct bp_program *program) {
  for (size_t i = 0; i < program->count; i++) {
    const struct bp_code_step *step = program->list[i];
    if (step->kind == BP_STEP_UPDATE)
      continue;
    if (!add_names(program, step->value) || (step->more && !add_names(program, step->more)) ||
        !add_variable(program, step->target->text) ||
        (step->kind == BP_STEP_GRADIENT && step->base && !add_variable(program, step->base)))
      return false;
  }
  const struct bp_code_steps *steps = program->steps;
  for (size_t k = 0; k < steps->handed_count; k++) /* also where the program forgets it */
    if (bp_variable_find(program, steps->handed[k].of) &&
        !add_variable(program, steps->handed[k].gradient))
      return false;
  for (size_t i = 0; i < program->variable_count; i++)
    tell_variable(program, &program->variables[i]);
  for (size_t i = 0; i < program->count && program->steps->followed; i++) {
    const struct bp_code_step *step = program->list[i]; /* sizes stand as X.shape[0] in values */
    struct bp_code_variable *size =
        step->kind == BP_STEP_SIZE ? bp_variable_find(program, step->target->text) : NULL;
    if (size && size->spelled.begin == size->spelled.end)
      size->spelled = step->target->span;
  }
  return true;
}

/* -rate * dW */
static bool is_negative(const struct bp_code_node *node) {
  return node->kind == BP_CODE_OPPOSITE ||
         (node->kind == BP_CODE_BINARY && strchr("*/", node->sign) && is_negative(node->child[0]));
}

/* W += rate*dW, or W = W + rate*dW: the derivatives of the program have the opposite sign. */
static void find_direction(struct bp_program *program) {
  size_t added = 0, taken = 0;
  for (size_t i = 0; i < program->count; i++) {
    const struct bp_code_step *step = program->list[i];
    const struct bp_code_variable *of =
        step->kind == BP_STEP_UPDATE ? bp_variable_find(program, step->target->text) : NULL;
    if (!of || !of->parameter || of->kind == BP_VARIABLE_GRADIENT)
      continue;
    const struct bp_code_node *value = step->value;
    bool sum = !step->sign && step->line->sign == '=' && value->kind == BP_CODE_BINARY;
    char sign = step->line->sign == '=' ? (sum ? value->sign : ' ') : step->line->sign;
    sign = step->sign ? step->sign : sign;
    const struct bp_code_node *change = sum ? value->child[1] : value;
    added += sign == '+' && !is_negative(change);
    taken += sign == '-' || (sign == '+' && is_negative(change));
  }
  program->opposite = added > 0 && taken == 0;
}

/* The name as the program spells it. */
static const char *spelled(const struct bp_program *program, const char *key) {
  const struct bp_code_variable *variable = bp_variable_find(program, key);
  size_t length = variable ? variable->spelled.end - variable->spelled.begin : 0;
  const char *name =
      length > 0
          ? bp_arena_strndup(program->arena,
                             program->steps->code->source->text + variable->spelled.begin, length)
          : NULL;
  return name ? name : key;
}

/* ---- lines --------------------------------------------------------------- */

/* Why the derivative cannot be judged; NULL: it can. */
static const char *open_gradient(struct bp_program *program, const struct bp_code_step *step) {
  if (step->line->branched)
    return "needs a program without loops and branches: this line is for some of their turns";
  if (step->why)
    return step->why;
  if (program->why)
    return program->why;
  if (step->more && !program->loss)
    return "needs the loss: something is added to it further down, as for a penalty";
  const struct bp_code_variable *base = bp_variable_find(program, step->base);
  if (!base || !base->upstream || !base->shaped)
    return bp_arena_printf(program->arena,
                           "needs a loss that is computed from %s: no line of the program does",
                           spelled(program, step->base));
  for (size_t i = 0; i < program->variable_count; i++) {
    const struct bp_code_variable *variable = &program->variables[i];
    bool used = bp_code_mentions(step->value, variable->key) ||
                (step->more && bp_code_mentions(step->more, variable->key));
    bool open = variable->kind == BP_VARIABLE_GIVEN && !variable->shaped && !variable->number;
    if (variable->kind == BP_VARIABLE_GRADIENT) {
      const struct bp_code_variable *of = bp_variable_find(program, variable->base);
      open = !of || !of->upstream || !of->shaped;
    }
    if (used && variable->number && !program->loss && !program->handed)
      return "needs the loss: a penalty is in this line, and no line of the program has one";
    if (used && (open || (variable->clouded && variable->kind != BP_VARIABLE_GRADIENT)))
      return bp_arena_printf(program->arena,
                             "needs to say what %s is: no line of the program computes it, or "
                             "several do",
                             spelled(program, variable->key));
  }
  return NULL;
}

/* What is written of a number that was worked out, or of an argument that nobody hands over, stands
 * nowhere: it is that of the whole statement. */
static void place(struct bp_program_line *line) {
  for (size_t k = 0; k < line->text.length; k++) {
    struct bp_span *from = &line->text.from[k];
    if (from->end == 0 || from->end < from->begin)
      *from = line->span;
  }
}

static bool add_line(struct bp_program *program, const struct bp_code_step *step, bool layered,
                     struct bp_program_lines *lines) {
  const struct bp_code_steps *steps = program->steps;
  bool claim = step->kind == BP_STEP_GRADIENT;
  struct bp_program_line line = {.kind = claim                          ? BP_PROGRAM_CLAIM
                                         : step->kind == BP_STEP_UPDATE ? BP_PROGRAM_UPDATE
                                                                        : BP_PROGRAM_DEFINITION,
                                 .span = step->line->span,
                                 .program = layered ? NULL : program,
                                 .elected = step->elected,
                                 .text = bp_written_new(program->arena)};
  line.why = claim && !layered ? open_gradient(program, step) : claim ? step->why : NULL;
  const struct bp_program *names = layered ? NULL : program;
  bool readable = step->kind != BP_STEP_UPDATE && !bp_unknown_part(steps, step->value);
  if (readable && !line.why) {
    struct bp_span gap = {step->target->span.end, step->value->span.begin};
    if (!bp_code_write(steps, names, step->target, &line.text))
      return false;
    line.sign = line.text.length + 1;
    if (!bp_written_add(&line.text, " = ", 3, gap) ||
        !bp_code_write(steps, names, step->value, &line.text) ||
        (step->more && (!bp_written_add(&line.text, " + ", 3, step->more->span) ||
                        !bp_code_write(steps, names, step->more, &line.text))))
      return false;
  }
  place(&line);
  if (!bp_list_room(program->arena, lines->list, lines->count, lines->capacity))
    return false;
  lines->list[lines->count++] = line;
  return true;
}

/* Whether the names of the program have the numbers of layers: then a note around it may say what
 * it does not. */
static bool has_layers(const struct bp_program *program) {
  for (size_t i = 0; i < program->variable_count; i++) {
    const char *key = program->variables[i].key;
    size_t length = strlen(key);
    if (program->variables[i].kind == BP_VARIABLE_GRADIENT && length > 2 &&
        key[length - 1] >= '1' && key[length - 1] <= '9' && strchr("WbZAz", key[1]))
      return true;
  }
  return false;
}

/* The lines of a program whose steps are chosen. */
static bool find_lines(struct bp_program *program, bool one_too_many, bool *told,
                       struct bp_program_lines *lines) {
  const struct bp_code_steps *steps = program->steps;
  if (!find_variables(program))
    return false;
  bp_program_find_loss(program);
  if (one_too_many)
    program->why = "needs a shorter file: so many functions with derivatives are not judged";
  find_direction(program);
  bool layered = !steps->followed && !program->loss && !program->output &&
                 (has_layers(program) || bp_is_of_any_layer(steps));
  if (!program->why)
    bp_program_shape(program);
  for (size_t i = 0; i < program->count; i++) {
    const struct bp_code_step *step = program->list[i];
    size_t at = (size_t)(step - steps->list);
    bool constant = step->kind == BP_STEP_DEFINITION && bp_code_is_constant(step->value);
    bool turns = step->line->branched && step->kind != BP_STEP_GRADIENT;
    if (told[at] || step->kind == BP_STEP_SIZE || turns || constant || step->inner)
      continue;
    told[at] = true;
    if (!add_line(program, step, layered, lines))
      return false;
  }
  return true;
}

static struct bp_program *new_program(const struct bp_code_steps *steps) {
  struct bp_program *program = bp_arena_alloc(steps->arena, 1, sizeof *program);
  if (program)
    *program = (struct bp_program){.steps = steps, .arena = steps->arena};
  return program;
}

static bool find_in_unit(const struct bp_code_steps *steps, size_t unit, bool one_too_many,
                         bool *told, struct bp_program_lines *lines) {
  struct bp_program *program = new_program(steps);
  return program && bp_program_choose_steps(program, unit) &&
         find_lines(program, one_too_many, told, lines);
}

static int by_place(const void *a, const void *b) {
  const struct bp_program_line *one = a, *other = b;
  return (one->span.begin > other->span.begin) - (one->span.begin < other->span.begin);
}

static bool unit_has(const struct bp_code_steps *steps, size_t unit, enum bp_step_kind kind) {
  for (size_t i = steps->first[unit]; i < steps->count; i = steps->next[i])
    if (steps->list[i].kind == kind)
      return true;
  return false;
}

int bp_program_of_steps(const struct bp_code_steps *steps, struct bp_program_lines *lines) {
  struct bp_program *program = new_program(steps);
  bool *told = bp_arena_alloc(steps->arena, steps->count + 1, sizeof *told);
  *lines = (struct bp_program_lines){NULL, 0, 0};
  if (!program || !told)
    return -1;
  for (size_t i = 0; i < steps->count; i++) {
    if (steps->list[i].kind == BP_STEP_NOTHING || !steps->list[i].target)
      continue;
    if (!bp_list_room(program->arena, program->list, program->count, program->capacity))
      return -1;
    program->list[program->count++] = &steps->list[i];
  }
  return find_lines(program, false, told, lines) && !bp_arena_failed(steps->arena) ? 0 : -1;
}

void bp_program_sort(struct bp_program_lines *lines) {
  if (lines->count > 1)
    qsort(lines->list, lines->count, sizeof *lines->list, by_place);
}

int bp_program_find(const struct bp_code_steps *steps, struct bp_program_lines *lines) {
  const struct bp_code *code = steps->code;
  struct bp_arena *arena = steps->arena;
  *lines = (struct bp_program_lines){NULL, 0, 0};
  bool *told = bp_arena_alloc(arena, steps->count + 1, sizeof *told);
  if (!told)
    return -1;
  for (size_t unit = 0, count = 0; unit < code->unit_count; unit++)
    if (unit_has(steps, unit, BP_STEP_GRADIENT) &&
        !find_in_unit(steps, unit, ++count > MOST_PROGRAMS, told, lines))
      return -1;
  bp_program_sort(lines);
  return bp_arena_failed(arena) ? -1 : 0;
}
