/* Trees in the language of derivations: @ is *, and * is ⊙, whatever the shapes are.
 *
 * Every byte keeps the place of what it stands for: the parentheses of np.dot(a, b) are the word
 * and the closing parenthesis, and its comma is the sign between the two.
 */
#include <string.h>

#include "note/code/parts.h"

struct writer {
  const struct bp_code_steps *steps;
  const struct bp_program *program;
  struct bp_written *text;
};

static bool write_node(const struct writer *writer, const struct bp_code_node *node);

static bool add(const struct writer *writer, const char *text, size_t begin, size_t end) {
  return bp_written_add(writer->text, text, strlen(text), (struct bp_span){begin, end});
}

static bool add_source(const struct writer *writer, struct bp_span span) {
  return bp_written_raw(writer->text, writer->steps->code->source->text, span.begin, span.end);
}

/* What a program about any layer calls its members, linear_backward(dZ, (A_prev, W, b)). */
static const char *const members[][3] = {
    {"Aprev", "A", "l-1"}, {"dAprev", "dA", "l-1"}, {"W", "W", "l"},   {"w", "W", "l"},
    {"dW", "dW", "l"},     {"dw", "dW", "l"},       {"b", "b", "l"},   {"db", "db", "l"},
    {"Z", "Z", "l"},       {"z", "Z", "l"},         {"dZ", "dZ", "l"}, {"dz", "dZ", "l"},
    {"A", "A", "l"},       {"dA", "dA", "l"},       {"AL", "A", "L"},  {"dAL", "dA", "L"}};

bool bp_is_of_any_layer(const struct bp_code_steps *steps) { return bp_steps_have(steps, "Aprev"); }

/* The row of what is called so in a program about any layer; NULL: there is none. */
static const char *const *member_of(const struct writer *writer, const char *key) {
  for (size_t k = 0; bp_is_of_any_layer(writer->steps) && k < sizeof members / sizeof *members; k++)
    if (strcmp(members[k][0], key) == 0)
      return members[k];
  return NULL;
}

/* W1 as W^{[1]}, and W1.T as W^{[1]T}. */
static bool write_layer(const struct writer *writer, const struct bp_code_node *node,
                        struct bp_span span, bool turned) {
  const char *const *member = member_of(writer, node->text);
  if (member) {
    const char *any = bp_arena_printf(writer->text->arena, "%s^{[%s]%s}", member[1], member[2],
                                      turned ? "T" : "");
    return any && add(writer, any, span.begin, span.end);
  }
  size_t letters = strlen(node->text);
  while (letters > 0 && node->text[letters - 1] >= '0' && node->text[letters - 1] <= '9')
    letters--;
  char *base = bp_arena_strndup(writer->text->arena, node->text, letters);
  if (!base)
    return false;
  const char *written =
      letters > 0 && node->text[letters]
          ? bp_arena_printf(writer->text->arena, "%s^{[%s]%s}", base, node->text + letters,
                            turned ? "T" : "")
          : bp_arena_printf(writer->text->arena, "%s%s", node->text, turned ? "^T" : "");
  return written && add(writer, written, span.begin, span.end);
}

static bool write_name(const struct writer *writer, const struct bp_code_node *node) {
  if (!writer->program)
    return write_layer(writer, node, node->span, false);
  const struct bp_code_variable *variable = bp_variable_find(writer->program, node->text);
  return add(writer, variable ? variable->text : node->text, node->span.begin, node->span.end);
}

static const char *operator_of(const struct bp_code_node *node) {
  switch (node->sign) {
  case '@':
    return "*";
  case '*':
    return "⊙";
  case '/':
    return "./";
  case '^':
    return ".^";
  case '+':
    return "+";
  case '-':
    return "-";
  case '<':
    return "<";
  case '>':
    return ">";
  case 'l':
    return "<=";
  case 'g':
    return ">=";
  default:
    return "=";
  }
}

/* Blanks around it stand where its sides end and begin. */
static bool add_operator(const struct writer *writer, const struct bp_code_node *node) {
  size_t before = node->child[0]->span.end, behind = node->child[1]->span.begin;
  return add(writer, " ", before, before) &&
         add(writer, operator_of(node), node->sign_span.begin, node->sign_span.end) &&
         add(writer, " ", behind, behind);
}

static int level_of(const struct bp_code_node *node) {
  if (node->grouped || node->kind != BP_CODE_BINARY)
    return node->kind == BP_CODE_OPPOSITE && !node->grouped ? 1 : 9;
  return strchr("+-", node->sign) ? 1 : node->sign == '^' ? 3 : strchr("*/@", node->sign) ? 2 : 0;
}

/* An operand, in parentheses where its signs bind less than the one around it. */
static bool write_operand(const struct writer *writer, const struct bp_code_node *node, int level) {
  if (level_of(node) >= level)
    return write_node(writer, node);
  return add(writer, "(", node->span.begin, node->span.begin) && write_node(writer, node) &&
         add(writer, ")", node->span.end, node->span.end);
}

/* Whether a term is one that only keeps a logarithm from its edge. */
static bool is_left_out(const struct writer *writer, const struct bp_code_node *node) {
  return bp_is_tiny(writer->steps->code->source, node);
}

static bool write_binary(const struct writer *writer, const struct bp_code_node *node) {
  const struct bp_code_node *left = node->child[0], *right = node->child[1];
  int level = level_of(&(struct bp_code_node){.kind = BP_CODE_BINARY, .sign = node->sign});
  if (strchr("+-", node->sign) && is_left_out(writer, right))
    return write_node(writer, left);
  if (node->sign == '+' && is_left_out(writer, left))
    return write_node(writer, right);
  bool call = node->called && !node->grouped; /* its parentheses */
  if (call && !add(writer, "(", node->span.begin, left->span.begin))
    return false;
  return write_operand(writer, left, level) && add_operator(writer, node) &&
         write_operand(writer, right, level + 1) &&
         (!call || add(writer, ")", node->span.end > 0 ? node->span.end - 1 : 0, node->span.end));
}

static bool write_call(const struct writer *writer, const struct bp_code_node *node,
                       const char *before, const char *behind) {
  size_t begin = node->span.begin, end = node->span.end;
  size_t inner = node->child[0]->span.begin >= begin ? node->child[0]->span.begin : begin;
  if (!add(writer, before, begin, inner))
    return false;
  for (size_t k = 0; k < node->count; k++) {
    const struct bp_code_node *one = node->child[k];
    if ((k > 0 && !add(writer, ", ", one->span.begin, one->span.begin)) || !write_node(writer, one))
      return false;
  }
  return add(writer, behind, end > begin ? end - 1 : end, end);
}

/* colmax(E), rowvar(E), max(E): what else there is of all, or along an axis. */
static bool write_reduced(const struct writer *writer, const struct bp_code_node *node) {
  const char *where = node->axis == BP_CODE_NO_AXIS ? "" : node->axis == 0 ? "col" : "row";
  const char *name = bp_arena_printf(writer->text->arena, "%s%s(", where, node->text);
  return name && write_call(writer, node, name, ")");
}

static bool write_sum(const struct writer *writer, const struct bp_code_node *node) {
  if (node->text)
    return write_reduced(writer, node);
  static const char *const sums[] = {"colsum(", "rowsum("}, *const counts[] = {"rows(", "columns("};
  if (node->axis == BP_CODE_NO_AXIS)
    return write_call(writer, node, node->mean ? "mean(" : "sum(", ")");
  size_t which = node->axis != 0;
  if (!write_call(writer, node, sums[which], ")"))
    return false;
  return !node->mean || (add(writer, " ./ ", node->span.end, node->span.end) &&
                         write_call(writer, node, counts[which], ")"));
}

/* Of every sample, along whichever axis they do not lie. */
static bool write_softmax(const struct writer *writer, const struct bp_code_node *node) {
  const struct bp_program *program = writer->program;
  const struct bp_code_variable *of = program && node->child[0]->kind == BP_CODE_NAME
                                          ? bp_variable_find(program, node->child[0]->text)
                                          : NULL;
  bool rows = node->axis == 1 || node->axis == -1;
  if (of && of->shaped && program->samples != BP_DIMENSION_ONE)
    rows = bp_dimension_root(program, of->axes.rows) == program->samples;
  if (!rows)
    return write_call(writer, node, "softmax(", ")");
  return write_call(writer, node, "softmax((", ")')'");
}

static bool write_function(const struct writer *writer, const struct bp_code_node *node) {
  const struct bp_code_helper *helper = bp_helper_find(writer->steps, node->text);
  const char *known = bp_known_function(node->text);
  if (helper && !node->module && writer->program)
    return write_call(writer, node, bp_arena_printf(writer->text->arena, "own%s(", helper->key),
                      ")");
  if (strcmp(known ? known : "", "softmax") == 0)
    return write_softmax(writer, node);
  if (known && strcmp(known, "clip") == 0)
    return write_node(writer, node->child[0]);
  if (known && strcmp(known, "log1p") == 0)
    return write_call(writer, node, "log(1 + ", ")");
  if (strcmp(node->text, "ones") == 0)
    return write_call(writer, node, "ones(", ")");
  const char *slope = known || helper ? NULL : bp_known_slope(node->text);
  if (slope)
    return write_call(writer, node, bp_arena_printf(writer->text->arena, "%s'(", slope), ")");
  return write_call(writer, node,
                    bp_arena_printf(writer->text->arena, "%s(", known ? known : node->text), ")");
}

static bool write_turned(const struct writer *writer, const struct bp_code_node *node) {
  const struct bp_code_node *of = node->child[0];
  if (!writer->program && of->kind == BP_CODE_NAME)
    return write_layer(writer, of, node->span, true);
  return write_operand(writer, of, 9) &&
         add(writer, writer->program ? "'" : "^T", of->span.end, node->span.end);
}

static const struct bp_code_variable *variable_of(const struct writer *writer,
                                                  const struct bp_code_node *node) {
  return writer->program && node->kind == BP_CODE_NAME
             ? bp_variable_find(writer->program, node->text)
             : NULL;
}

/* X_{1,:}, p_{1,2}; of what is no name the product with columns that are 0 but for an entry. */
static bool write_part(const struct writer *writer, const struct bp_code_node *node) {
  const struct bp_code_node *of = node->child[0];
  const struct bp_code_variable *variable = variable_of(writer, of);
  struct bp_arena *arena = writer->text->arena;
  bool row = variable && variable->shaped &&
             bp_dimension_root(writer->program, variable->axes.rows) == BP_DIMENSION_ONE;
  int i = node->index[0] + 1, j = node->index[1] + 1;
  const char *index =
      node->index[1] == BP_CODE_ONE_AXIS ? bp_arena_printf(arena, row ? "_{1,%d}" : "_{%d,1}", i)
      : node->index[1] == BP_CODE_WHOLE_AXIS ? bp_arena_printf(arena, "_{%d,:}", i)
      : node->index[0] == BP_CODE_WHOLE_AXIS ? bp_arena_printf(arena, "_{:,%d}", j)
                                             : bp_arena_printf(arena, "_{%d,%d}", i, j);
  return index && add(writer, "(", node->span.begin, node->span.begin) && write_node(writer, of) &&
         add(writer, ")", node->span.end, node->span.end) &&
         add(writer, index, node->span.end, node->span.end);
}

static bool write_unit(const struct writer *writer, const struct bp_code_node *node) {
  const struct bp_code_variable *variable = variable_of(writer, node->child[0]);
  const char *name = variable ? variable->text : node->child[0]->text;
  bool row = variable && variable->shaped &&
             bp_dimension_root(writer->program, variable->axes.rows) == BP_DIMENSION_ONE;
  bool turned = node->axis == 1 || (node->axis == BP_CODE_NO_AXIS && row);
  const char *all =
      bp_arena_printf(writer->text->arena, "unit(%s(%s), %d)%s", turned ? "columns" : "rows", name,
                      node->index[0] + 1, turned ? "'" : "");
  return all && add(writer, all, node->span.begin, node->span.end);
}

/* The name under which the samples are counted, where that is what the size is; NULL: it is not. */
static const char *samples_in(const struct writer *writer, const struct bp_code_node *node,
                              const struct bp_code_variable *of) {
  const struct bp_program *program = writer->program;
  if (!of || !of->shaped || node->axis == BP_CODE_NO_AXIS || !program->steps->followed ||
      program->samples == BP_DIMENSION_ONE ||
      bp_dimension_root(program, node->axis == 0 ? of->axes.rows : of->axes.columns) !=
          program->samples)
    return NULL;
  for (size_t i = 0; i < program->variable_count; i++)
    if (program->variables[i].kind == BP_VARIABLE_SIZE)
      return program->variables[i].text;
  return NULL;
}

static bool write_size(const struct writer *writer, const struct bp_code_node *node) {
  const struct bp_code_variable *variable = variable_of(writer, node->child[0]);
  const char *samples = samples_in(writer, node, variable);
  if (samples)
    return add(writer, samples, node->span.begin, node->span.end);
  if (node->axis == BP_CODE_NO_AXIS && !(variable && variable->label))
    return write_call(writer, node, "numel(", ")");
  if (node->axis == BP_CODE_NO_AXIS)
    return write_call(writer, node, "rows(", ")");
  return write_call(writer, node, node->axis == 0 ? "rows(" : "columns(", ")");
}

/* 1. and .5 have their zeros here. */
static bool write_number(const struct writer *writer, struct bp_span span) {
  const char *text = writer->steps->code->source->text;
  while (text[span.begin] == '(')
    span.begin++;
  while (span.end > span.begin && text[span.end - 1] == ')')
    span.end--;
  bool ends = text[span.end - 1] == '.';
  return (text[span.begin] != '.' || add(writer, "0", span.begin, span.begin)) &&
         add_source(writer, (struct bp_span){span.begin, span.end - ends});
}

static bool write_plain(const struct writer *writer, const struct bp_code_node *node) {
  switch (node->kind) {
  case BP_CODE_NAME:
    return write_name(writer, node);
  case BP_CODE_OPPOSITE:
    return add(writer, "-", node->span.begin, node->span.begin + 1) &&
           write_operand(writer, node->child[0], 2);
  case BP_CODE_BINARY:
    return write_binary(writer, node);
  case BP_CODE_TRANSPOSE:
    return write_turned(writer, node);
  case BP_CODE_SUM:
    return write_sum(writer, node);
  case BP_CODE_SIZE:
    return write_size(writer, node);
  case BP_CODE_CALL:
    return write_function(writer, node);
  case BP_CODE_PART:
    return write_part(writer, node);
  case BP_CODE_UNIT:
    return write_unit(writer, node);
  default:
    return node->text ? add(writer, node->text, node->span.begin, node->span.end)
                      : write_number(writer, node->span);
  }
}

static bool write_node(const struct writer *writer, const struct bp_code_node *node) {
  bool group = node->grouped && (node->kind == BP_CODE_BINARY || node->kind == BP_CODE_OPPOSITE);
  size_t begin = node->span.begin, end = node->span.end;
  if (!group)
    return write_plain(writer, node);
  return add(writer, "(", begin, begin + 1) && write_plain(writer, node) &&
         add(writer, ")", end - 1, end);
}

bool bp_code_write(const struct bp_code_steps *steps, const struct bp_program *program,
                   const struct bp_code_node *node, struct bp_written *text) {
  struct writer writer = {steps, program, text};
  return write_node(&writer, node);
}
