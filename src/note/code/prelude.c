/* A program as declarations: what it is given, its definitions in an order in which each uses
 * earlier ones, the loss, and the names of its derivatives.
 */
#include <stdarg.h>
#include <string.h>

#include "base/growing.h"
#include "note/code/parts.h"

struct writer {
  const struct bp_program *program;
  const struct bp_program_reading *reading;
  struct bp_arena *arena;
  struct bp_growing out;
  bool *done; /* variables that are declared */
};

__attribute__((format(printf, 2, 3))) static void line(struct writer *writer, const char *format,
                                                       ...) {
  va_list arguments;
  va_start(arguments, format);
  bp_growing_add_list(&writer->out, format, arguments);
  va_end(arguments);
  bp_growing_add(&writer->out, "\n");
}

bool bp_program_has_loss(const struct bp_program *program) {
  return program->loss != NULL || program->handed;
}

static bool is_scaled(const struct bp_code_node *node) {
  bool scaled = node->kind == BP_CODE_SIZE || (node->kind == BP_CODE_SUM && node->mean) ||
                (node->kind == BP_CODE_NAME && bp_counts_samples(node->text));
  for (size_t k = 0; k < node->count && !scaled; k++)
    scaled = is_scaled(node->child[k]);
  return scaled;
}

/* Whether all derivatives by parameters are means over samples: then what a layer is handed belongs
 * to the sum of the losses, to some. */
static bool divides_by_samples(const struct bp_program *program) {
  bool any = false, all = true;
  for (size_t i = 0; i < program->count; i++) {
    const struct bp_code_step *step = program->list[i];
    const struct bp_code_variable *base =
        step->kind == BP_STEP_GRADIENT ? bp_variable_find(program, step->base) : NULL;
    if (!base || (!base->weight && !base->bias))
      continue;
    any = true;
    all = all && is_scaled(step->value);
  }
  return any && all && program->samples != BP_DIMENSION_ONE;
}

size_t bp_program_readings(const struct bp_program *program) {
  if (program->why)
    return 0;
  if (program->handed)
    return divides_by_samples(program) ? 2 : 1;
  bool single = program->outputs != BP_DIMENSION_ONE && !program->softmax; /* of one it is 1 */
  return program->loss ? (single ? 4 : 2) : (size_t)BP_PROGRAM_LOSS_COUNT * 3;
}

struct bp_program_reading bp_program_reading(const struct bp_program *program, size_t k) {
  if (program->handed)
    return (struct bp_program_reading){.of_the_sum = k == 1};
  if (program->loss)
    return (struct bp_program_reading){.of_the_sum = k % 2 == 0, .single = k > 1};
  size_t way = k / BP_PROGRAM_LOSS_COUNT;
  return (struct bp_program_reading){.loss = (enum bp_program_loss)(k % BP_PROGRAM_LOSS_COUNT),
                                     .of_the_sum = way == 0,
                                     .summed = way == 2};
}

size_t bp_program_many_outputs(const struct bp_program *program, size_t k) {
  bool asked = program->logarithm && !program->softmax;
  return program->loss && !program->handed && !asked && k > 1 ? k - 2 : k;
}

size_t bp_program_undivided(const struct bp_program *program, size_t k) {
  bool any = false;
  for (size_t i = 0; i < program->count && !any; i++) {
    const struct bp_code_step *step = program->list[i];
    const struct bp_code_variable *base =
        step->kind == BP_STEP_GRADIENT ? bp_variable_find(program, step->base) : NULL;
    any = base && (base->weight || base->bias || base->parameter) && is_scaled(step->value);
  }
  return program->loss && !program->handed && !any && k % 2 == 0 ? k + 1 : k;
}

static bool has_samples(const struct bp_program *program) {
  return program->samples != BP_DIMENSION_ONE;
}

/* ---- shapes -------------------------------------------------------------- */

/* The name of the samples: that of the program, or m. */
static const char *samples_name(const struct bp_program *program) {
  for (size_t i = 0; i < program->variable_count; i++)
    if (program->variables[i].kind == BP_VARIABLE_SIZE)
      return program->variables[i].text;
  return "m";
}

/* Which of the dimensions it is that have no name, from 1. */
static size_t number_of(const struct bp_program *program, size_t root) {
  size_t number = 1;
  for (size_t k = BP_DIMENSION_ONE + 1; k < root; k++)
    number += program->parents[k] == k && k != program->samples;
  return number;
}

static const char *dimension(const struct writer *writer, size_t which) {
  size_t root = bp_dimension_root(writer->program, which);
  bool single = writer->reading->single && root == writer->program->outputs;
  long count = bp_dimension_count(writer->program, root);
  if (count > 0)
    return bp_arena_printf(writer->arena, "%ld", count);
  if (root == BP_DIMENSION_ONE || single)
    return "1";
  if (root == writer->program->samples)
    return samples_name(writer->program);
  const char *name = bp_arena_printf(writer->arena, "size%zu", number_of(writer->program, root));
  return name ? name : "1";
}

/* Classes of samples: a row of each sample with a single 1. */
static void declare_label(struct writer *writer, const struct bp_code_variable *variable) {
  line(writer, "given onehots%s : %s x %s in onehot", variable->text,
       dimension(writer, variable->axes.columns), dimension(writer, variable->axes.rows));
  line(writer, "let %s = onehots%s'", variable->text, variable->text);
}

static void declare_given(struct writer *writer, const struct bp_code_variable *variable) {
  const struct bp_program *program = writer->program;
  if (variable->label) {
    declare_label(writer, variable);
    return;
  }
  size_t rows = bp_dimension_root(program, variable->axes.rows);
  size_t columns = bp_dimension_root(program, variable->axes.columns);
  bool target = variable == program->target ||
                (program->loss && !variable->parameter &&
                 (strchr("Tt", variable->key[0]) || bp_is_called_target(variable->key)));
  bool softmax = program->loss ? program->softmax && program->logarithm
                               : writer->reading->loss == BP_PROGRAM_LOSS_SOFTMAX;
  bool chances =
      program->loss ? program->logarithm : writer->reading->loss == BP_PROGRAM_LOSS_CROSS_ENTROPY;
  if (variable->number || (rows == BP_DIMENSION_ONE && columns == BP_DIMENSION_ONE))
    line(writer, "given %s : number%s", variable->text,
         variable->counts || (target && chances && !softmax) ? " in (0, 1)" : "");
  else if (target && softmax) {
    bool lie_as_rows = has_samples(program) && rows == program->samples;
    line(writer, "given onehots : %s x %s in onehot",
         dimension(writer, lie_as_rows ? columns : rows),
         dimension(writer, lie_as_rows ? rows : columns));
    line(writer, "let %s = onehots%s", variable->text, lie_as_rows ? "'" : "");
  } else
    line(writer, "given %s : %s x %s%s", variable->text, dimension(writer, rows),
         dimension(writer, columns), target && chances ? " in (0, 1)" : "");
}

/* ---- definitions --------------------------------------------------------- */

/* The text of a tree. */
static const char *written(const struct writer *writer, const struct bp_program *program,
                           const struct bp_code_node *node) {
  struct bp_written text = bp_written_new(writer->arena);
  if (!bp_code_write(writer->program->steps, program, node, &text))
    return NULL;
  return bp_arena_strndup(writer->arena, text.text ? text.text : "", text.length);
}

static void declare_helpers(struct writer *writer) {
  const struct bp_code_steps *steps = writer->program->steps;
  for (size_t k = 0; k < steps->helper_count && writer->out.text; k++) {
    const struct bp_code_helper *helper = &steps->helpers[k];
    const char *body = written(writer, writer->program, helper->body);
    const struct bp_code_variable *same = bp_variable_find(writer->program, helper->argument);
    if (body)
      line(writer, "let own%s(%s) = %s", helper->key, same ? same->text : helper->argument, body);
    else
      writer->out.text = NULL;
  }
}

static bool is_ready(const struct writer *writer, const struct bp_code_node *value) {
  const struct bp_program *program = writer->program;
  for (size_t k = 0; k < program->variable_count; k++)
    if (!writer->done[k] && bp_code_mentions(value, program->variables[k].key))
      return false;
  return true;
}

/* Definitions that can be written now; `upstream`: only what the loss is computed from. */
static void declare_definitions(struct writer *writer, bool upstream) {
  const struct bp_program *program = writer->program;
  for (bool more = true; more && writer->out.text;) {
    more = false;
    for (size_t i = 0; i < program->variable_count && writer->out.text; i++) {
      const struct bp_code_variable *variable = &program->variables[i];
      if (writer->done[i] || variable->kind != BP_VARIABLE_DEFINED || variable->clouded ||
          (upstream && !variable->upstream) || !is_ready(writer, variable->definition->value))
        continue;
      const char *value = written(writer, program, variable->definition->value);
      if (value)
        line(writer, "let %s = %s", variable->text, value);
      else
        writer->out.text = NULL;
      writer->done[i] = more = true;
    }
  }
}

static const char *loss_name(const struct bp_program *program) {
  if (program->loss)
    return program->loss->text;
  return bp_variable_find(program, "J") ? "Cost" : "J";
}

/* The sum of the products of what the program is handed with what that is by. */
static void declare_handed(struct writer *writer) {
  const struct bp_program *program = writer->program;
  const char *all = "";
  for (size_t k = 0; k < program->steps->handed_count && all; k++) {
    const struct bp_code_handed *one = &program->steps->handed[k];
    const struct bp_code_variable *gradient = bp_variable_find(program, one->gradient);
    const struct bp_code_variable *of = bp_variable_find(program, one->of);
    if (gradient && of && gradient->kind == BP_VARIABLE_GIVEN)
      all = bp_arena_printf(writer->arena, "%s%ssum(%s ⊙ %s)", all, *all ? " + " : "",
                            gradient->text, of->text);
  }
  const char *mean = writer->reading->of_the_sum ? dimension(writer, program->samples) : NULL;
  line(writer, "let %s = %s%s%s%s%s", loss_name(program), mean ? "1/" : "", mean ? mean : "",
       mean ? "*(" : "", all ? all : "0", mean ? ")" : "");
}

static void declare_loss(struct writer *writer) {
  const struct bp_program *program = writer->program;
  if (program->handed) {
    declare_handed(writer);
    return;
  }
  const char *out = program->output->text, *loss = loss_name(program);
  const char *y = program->target ? program->target->text : NULL;
  bool mean = has_samples(program) && !writer->reading->summed;
  const char *factor =
      mean ? bp_arena_printf(writer->arena, "1/%s*", dimension(writer, program->samples)) : "";
  struct bp_code_axes axes = program->output->axes;
  switch (y ? writer->reading->loss : BP_PROGRAM_LOSS_ANY) {
  case BP_PROGRAM_LOSS_ANY:
    line(writer, "given anything : %s x %s", dimension(writer, axes.rows),
         dimension(writer, axes.columns));
    line(writer, "given smooth : function");
    line(writer, "let %s = %ssum(anything ⊙ smooth(%s%s%s))", loss, factor, out, y ? " - " : "",
         y ? y : "");
    break;
  case BP_PROGRAM_LOSS_CROSS_ENTROPY:
    line(writer, "let %s = -%ssum(%s ⊙ log(%s) + (1 - %s) ⊙ log(1 - %s))", loss, factor, y, out, y,
         out);
    break;
  case BP_PROGRAM_LOSS_SOFTMAX:
    line(writer, "let %s = -%ssum(%s ⊙ log(%s))", loss, factor, y, out);
    break;
  default:
    line(writer, "let %s = %s%ssum((%s - %s).^2)", loss, factor,
         writer->reading->loss == BP_PROGRAM_LOSS_HALF_SQUARED ? "1/2*" : "", out, y);
  }
}

/* dZ of what there is for each sample, and dW of what there is once: the latter always belongs to
 * the loss itself. */
static void declare_gradients(struct writer *writer) {
  const struct bp_program *program = writer->program;
  const char *loss = loss_name(program);
  for (size_t i = 0; i < program->variable_count; i++) {
    const struct bp_code_variable *variable = &program->variables[i];
    const struct bp_code_variable *of =
        variable->kind == BP_VARIABLE_GRADIENT ? bp_variable_find(program, variable->base) : NULL;
    if (!of || !of->upstream || !of->shaped)
      continue;
    bool summed = has_samples(program) && writer->reading->of_the_sum &&
                  (bp_dimension_root(program, of->axes.rows) == program->samples ||
                   bp_dimension_root(program, of->axes.columns) == program->samples);
    bool turn = writer->reading->of_the_sum && !summed && of->definition &&
                of->definition->turn >= 0 && program->steps->followed &&
                bp_dimension_count(program, program->samples) > 0; /* of one of the samples */
    line(writer, "write %s for %s%s%s∂%s/∂%s", variable->text, program->opposite ? "-1*" : "",
         summed || turn ? dimension(writer, program->samples) : "", summed || turn ? "*" : "", loss,
         of->text);
    writer->done[i] = true;
  }
}

const char *bp_program_prelude(const struct bp_program *program,
                               const struct bp_program_reading *reading, struct bp_arena *arena) {
  struct writer writer = {program, reading, arena, bp_growing_new(arena),
                          bp_arena_alloc(arena, program->variable_count + 1, sizeof(bool))};
  if (!writer.done)
    return NULL;
  for (size_t i = 0; i < program->variable_count; i++) {
    const struct bp_code_variable *variable = &program->variables[i];
    bool number = variable->number && variable->kind == BP_VARIABLE_GIVEN;
    writer.done[i] = number || variable->kind == BP_VARIABLE_SIZE ||
                     (variable->kind == BP_VARIABLE_GIVEN && variable->shaped);
    if (writer.done[i] && variable->kind == BP_VARIABLE_GIVEN)
      declare_given(&writer, variable);
    else if (variable->kind == BP_VARIABLE_SIZE &&
             (!has_samples(program) || variable->text != samples_name(program) ||
              bp_dimension_count(program, program->samples) > 0))
      line(&writer, has_samples(program) ? "let %s = %s" : "size %s in 2..6", variable->text,
           dimension(&writer, program->samples));
  }
  declare_helpers(&writer);
  declare_definitions(&writer, true);
  if (!program->loss)
    declare_loss(&writer);
  declare_gradients(&writer);
  declare_definitions(&writer, false);
  return writer.out.text;
}

/* The name of the loss where it is assigned last. */
static const char *loss_as_written(const struct bp_program *program, struct bp_arena *arena) {
  struct bp_span place = program->loss->definition->target->span;
  const char *name = program->steps->followed
                         ? bp_arena_strndup(arena, program->steps->code->source->text + place.begin,
                                            place.end - place.begin)
                         : program->loss->key;
  return name ? name : program->loss->key;
}

const char *bp_program_words(const struct bp_program *program,
                             const struct bp_program_reading *reading, struct bp_arena *arena) {
  static const char *const losses[] = {"any smooth loss of the output",
                                       "cross-entropy of a sigmoid output",
                                       "cross-entropy of a softmax output, y one-hot",
                                       "half the squared error", "the squared error"};
  const char *loss =
      program->handed ? "its loss is what the derivatives that it is handed belong to"
      : program->loss ? bp_arena_printf(arena, "its loss is %s", loss_as_written(program, arena))
                      : bp_arena_printf(arena, "%s%s", losses[program->target ? reading->loss : 0],
                                        !has_samples(program) ? ""
                                        : reading->summed     ? ", summed over the samples"
                                                              : ", the mean over the samples");
  return loss ? bp_arena_printf(arena, "a program in NumPy; %s%s%s%s", loss,
                                reading->single ? "; the network has one output" : "",
                                has_samples(program) && reading->of_the_sum
                                    ? "; derivatives of what it computes belong to the sum of the "
                                      "losses"
                                    : "",
                                program->opposite ? "; its derivatives have the opposite sign, "
                                                    "since they are added"
                                                  : "")
              : NULL;
}

/* ---- and back again ------------------------------------------------------ */

static bool is_word(const char *word, const char *name, size_t length) {
  return strlen(word) == length && memcmp(word, name, length) == 0;
}

static const struct bp_code_variable *called(const struct bp_program *program, const char *name,
                                             size_t length) {
  for (size_t i = 0; i < program->variable_count; i++)
    if (is_word(program->variables[i].text, name, length))
      return &program->variables[i];
  return NULL;
}

/* sizeN, where something that the program is given has that axis. */
static const char *spelled_size(const struct bp_program *program, const char *name, size_t length,
                                struct bp_arena *arena) {
  const char *text = program->steps->code->source->text;
  for (size_t i = 0; i < program->variable_count; i++) {
    const struct bp_code_variable *variable = &program->variables[i];
    if (variable->kind != BP_VARIABLE_GIVEN || !variable->shaped)
      continue;
    for (int axis = 0; axis < 2; axis++) {
      size_t root =
          bp_dimension_root(program, axis == 0 ? variable->axes.rows : variable->axes.columns);
      char size[32];
      snprintf(size, sizeof size, "size%zu", number_of(program, root));
      const char *ours = root == program->samples ? samples_name(program) : size;
      if (root != BP_DIMENSION_ONE && is_word(ours, name, length))
        return bp_arena_printf(arena, "%.*s.shape[%d]",
                               (int)(variable->spelled.end - variable->spelled.begin),
                               text + variable->spelled.begin, axis);
    }
  }
  return NULL;
}

/* Where a name with that key stands in the value, within the bytes of `line`; NULL: nowhere.  The X
 * of X.shape[0] may be written n_samples there. */
static const struct bp_code_node *place_in(const struct bp_code_node *node, const char *key,
                                           struct bp_span line) {
  if (node->kind == BP_CODE_SIZE)
    return NULL;
  if (node->kind == BP_CODE_NAME && !strcmp(node->text, key) && node->span.begin >= line.begin &&
      node->span.end <= line.end)
    return node;
  const struct bp_code_node *found = NULL;
  for (size_t k = 0; k < node->count && !found; k++)
    found = place_in(node->child[k], key, line);
  return found;
}

static const struct bp_code_node *place_of(const struct bp_program *program, const char *key,
                                           struct bp_span line) {
  const struct bp_code_node *found = NULL;
  for (size_t k = 0; k < program->count && !found; k++)
    if (program->list[k]->line->span.begin == line.begin && program->list[k]->value)
      found = place_in(program->list[k]->value, key, line);
  return found;
}

bool bp_program_can_spell(const struct bp_program *program, const char *text, struct bp_span line) {
  for (size_t at = 0; text[at] && program->steps->followed;) {
    size_t over = at;
    while (bp_is_letter(text[over]) || (over > at && text[over] >= '0' && text[over] <= '9'))
      over++;
    const struct bp_code_variable *variable = called(program, text + at, over - at);
    if (over > at && variable && (variable->ambiguous || !variable->spelled.end) &&
        !place_of(program, variable->key, line))
      return false;
    at = over > at ? over : at + 1;
  }
  return true;
}

const char *bp_program_spelled(const struct bp_program *program, const char *name, size_t length,
                               struct bp_span line, struct bp_arena *arena) {
  const char *text = program->steps->code->source->text;
  const struct bp_code_variable *variable = called(program, name, length);
  const struct bp_code_node *here =
      variable && program->steps->followed ? place_of(program, variable->key, line) : NULL;
  if (here)
    return bp_arena_strndup(arena, text + here->span.begin, here->span.end - here->span.begin);
  if (variable && variable->spelled.begin < variable->spelled.end)
    return bp_arena_strndup(arena, text + variable->spelled.begin,
                            variable->spelled.end - variable->spelled.begin);
  if (length > 3 && memcmp(name, "own", 3) == 0)
    for (size_t k = 0; k < program->steps->helper_count; k++) {
      const struct bp_code_helper *helper = &program->steps->helpers[k];
      if (is_word(helper->key, name + 3, length - 3))
        return bp_arena_strndup(arena, text + helper->name.begin,
                                helper->name.end - helper->name.begin);
    }
  return variable ? NULL : spelled_size(program, name, length, arena);
}

bool bp_program_is_number(const struct bp_program *program, const char *name, size_t length) {
  const struct bp_code_variable *variable = called(program, name, length);
  if (variable)
    return variable->kind == BP_VARIABLE_SIZE || variable->number;
  return is_word(samples_name(program), name, length) ||
         (length > 4 && memcmp(name, "size", 4) == 0);
}
