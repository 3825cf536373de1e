/* The world of one point, and looking at a document there without judging it.
 *
 * What is shown to a reader may contain parts that make no sense on their own (a factor whose
 * shape does not fit, a term of a sum).  So everything here that looks at a part leaves no fault
 * behind: the part is simply not shown, and the verdict on the whole says why.
 */
#include "judge/point.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lang/print.h"

/* ---- the world ---------------------------------------------------------- */

bool bp_point_open(struct bp_point *point, struct bp_model *model,
                   const struct bp_judge_options *options, size_t trial, bool small) {
  *point = (struct bp_point){.keep = bp_arena_new(options->memory),
                             .scratch = bp_arena_new(options->memory)};
  if (!point->keep || !point->scratch)
    return false;
  point->world = bp_arena_alloc(point->keep, 1, sizeof *point->world);
  if (!point->world || bp_world_init(point->world, model, options->seed, trial, BP_LEAST_BITS,
                                     point->keep, point->scratch) != 0)
    return false;
  point->world->small = small;
  return true;
}

void bp_point_close(struct bp_point *point) {
  bp_arena_free(point->scratch);
  bp_arena_free(point->keep);
  *point = (struct bp_point){0};
}

/* ---- parts of a line ---------------------------------------------------- */

bool bp_point_shape(struct bp_world *world, const struct bp_expression *expression,
                    const struct bp_scope *scope, struct bp_symbolic *shape) {
  struct bp_fault before = world->fault;
  world->fault = (struct bp_fault){0};
  bool fine = bp_expression_shape(world, expression, scope, shape);
  world->fault = before;
  return fine;
}

struct bp_node *bp_point_node(struct bp_world *world, const struct bp_expression *name,
                              const struct bp_scope *scope) {
  struct bp_declaration *declaration = name->count == 0 && bp_scope_find(scope, name->name)
                                           ? NULL
                                           : bp_world_visible(world, name->name);
  if (!declaration)
    return NULL;
  bool matrix = declaration->kind == BP_DECLARED_GIVEN || declaration->kind == BP_DECLARED_LET ||
                declaration->kind == BP_DECLARED_WRITE;
  struct bp_fault before = world->fault;
  world->fault = (struct bp_fault){0};
  struct bp_node *node = matrix ? bp_world_node(world, declaration, name, scope) : NULL;
  if (node && bp_node_alias(world, node))
    node = NULL;
  world->fault = before;
  return node;
}

bool bp_point_plain(struct bp_world *world, const struct bp_expression *expression,
                    const struct bp_scope *scope) {
  switch (expression->kind) {
  case BP_EXPR_NUMBER:
    return true;
  case BP_EXPR_NAME: {
    if (expression->count == 0 && bp_scope_find(scope, expression->name))
      return true;
    const struct bp_declaration *declaration = bp_world_visible(world, expression->name);
    return declaration ? declaration->kind == BP_DECLARED_SIZE
                       : bp_constant_find(expression->name) != NULL;
  }
  case BP_EXPR_ADD:
  case BP_EXPR_SUBTRACT:
  case BP_EXPR_MULTIPLY:
  case BP_EXPR_DIVIDE:
  case BP_EXPR_POWER:
  case BP_EXPR_NEGATE:
    for (size_t i = 0; i < expression->count; i++)
      if (!bp_point_plain(world, expression->child[i], scope))
        return false;
    return true;
  default:
    return false;
  }
}

/* ---- as text ------------------------------------------------------------ */

struct letters {
  const struct bp_scope *scope;
  struct bp_arena *arena;
};

static const char *letter_text(void *context, const char *name) {
  const struct letters *letters = context;
  const struct bp_scope *entry = bp_scope_find(letters->scope, name);
  return entry && !entry->ball ? bp_arena_printf(letters->arena, "%ld", entry->index) : NULL;
}

const char *bp_point_expression(const struct bp_expression *expression,
                                const struct bp_scope *scope, struct bp_arena *arena) {
  struct letters letters = {scope, arena};
  const char *text = bp_expression_text(expression, letter_text, &letters, arena);
  return text ? text : "?";
}

/* Whether numbers are drawn as for every claim, so that nobody asks for them. */
static bool is_ordinary(const struct bp_drawing *drawing) {
  return drawing->region == BP_REGION_NEAR && drawing->step_count == 0 && !drawing->numbers_cases &&
         drawing->change_count == 0;
}

static bool is_used(struct bp_world *world, const struct bp_declaration *declaration) {
  const struct bp_model_claim *claim = world->context.claim;
  for (size_t i = 0; claim && i < claim->line.statement->side_count; i++)
    if (bp_model_leads_to(world->model, claim->line.statement->sides[i], declaration))
      return true;
  return false;
}

/* As many digits as keep it within its interval: 0.9999999999 is not 1. */
static int digits_of(const struct bp_world *world, const struct bp_node *node, double number) {
  enum { FEW = 9, ALL = 17, ROOM = 40 };
  const struct bp_domain *domain = &node->piece->line.statement->domain;
  char text[ROOM];
  snprintf(text, sizeof text, "%.*g", FEW, number);
  double shown = strtod(text, NULL);
  bool beyond = domain->kind == BP_DOMAIN_INTERVAL && (shown <= bp_domain_value(world, domain, 0) ||
                                                       shown >= bp_domain_value(world, domain, 1));
  return beyond ? ALL : FEW;
}

/* A number that is named as a fraction, where its decimals would be cut: "1/3"; NULL: it is none.
 */
static const char *fraction_text(const struct bp_world *world, const struct bp_node *node,
                                 struct bp_arena *arena) {
  for (size_t i = 0; i < world->drawing.change_count; i++) {
    const struct bp_change *change = &world->drawing.changes[i];
    long rest = change->exact.below;
    while (rest && rest % 2 == 0)
      rest /= 2;
    while (rest && rest % 5 == 0)
      rest /= 5;
    if (rest > 1 && !strcmp(change->name, node->name))
      return bp_arena_printf(arena, "%ld/%ld", change->exact.above, change->exact.below);
  }
  return NULL;
}

/* The given numbers of an aimed point: "x = 1e-06, y = 2". */
static const char *numbers_text(struct bp_world *world, const char *text, struct bp_arena *arena) {
  enum { MOST_NUMBERS = 4 };
  size_t count = 0;
  for (size_t i = 0; i < world->bucket_count; i++)
    for (const struct bp_node *node = world->nodes[i]; node; node = node->next) {
      bool number = node->declaration->kind == BP_DECLARED_GIVEN &&
                    node->value_state == BP_NODE_DONE && node->value.rows == 1 &&
                    node->value.columns == 1;
      if (!text || !number || count == MOST_NUMBERS || !is_used(world, node->declaration))
        continue;
      count++;
      double shown = bp_ball_double(node->value.at[0]);
      const char *fraction = fraction_text(world, node, arena);
      text = fraction ? bp_arena_printf(arena, "%s%s%s = %s", text, *text ? ", " : "", node->name,
                                        fraction)
                      : bp_arena_printf(arena, "%s%s%s = %.*g", text, *text ? ", " : "", node->name,
                                        digits_of(world, node, shown), shown);
    }
  return text;
}

/* The sizes behind the text: not all of a thousand, which would be said again of every line. */
static const char *sizes_text(const struct bp_world *world, const char *text,
                              struct bp_arena *arena) {
  enum { MOST_SIZES = 40 };
  size_t count = 0;
  for (size_t i = 0; text && i < world->atom_count; i++) {
    const struct bp_size_atom *atom = world->atoms[i];
    if (atom->fixed || count++ >= MOST_SIZES)
      continue;
    text = bp_arena_printf(arena, "%s%s%s = %ld", text, *text ? ", " : "", atom->name, atom->value);
  }
  if (text && count > MOST_SIZES)
    text = bp_arena_printf(arena, "%s, and %zu more sizes", text, count - MOST_SIZES);
  return text;
}

const char *bp_point_text(struct bp_world *world, const struct bp_scope *scope,
                          struct bp_arena *arena) {
  const char *text = "";
  if (world->quiet)
    return NULL;
  for (; scope && text; scope = scope->outer)
    text =
        bp_arena_printf(arena, "%s = %ld%s%s", scope->name, scope->index, *text ? ", " : "", text);
  text = sizes_text(world, text, arena);
  if (!is_ordinary(&world->drawing))
    text = numbers_text(world, text, arena);
  return text && *text ? text : NULL;
}

static struct bp_dimension dimension(struct bp_size size, struct bp_arena *arena) {
  return (struct bp_dimension){bp_size_text(arena, size), size.value > 0 ? (size_t)size.value : 0};
}

struct bp_trace_shape bp_point_shape_text(struct bp_symbolic shape, struct bp_arena *arena) {
  return (struct bp_trace_shape){dimension(shape.rows, arena), dimension(shape.columns, arena)};
}

const char *bp_point_join(const char *a, const char *b, struct bp_arena *arena) {
  if (!a || !b)
    return a ? a : b;
  const char *text = bp_arena_printf(arena, "%s; %s", a, b);
  return text ? text : "?";
}

/* ---- memory ------------------------------------------------------------- */

const struct bp_scope *bp_point_keep_scope(const struct bp_scope *scope, struct bp_arena *arena) {
  if (!scope)
    return NULL;
  struct bp_scope *copy = bp_arena_alloc(arena, 1, sizeof *copy);
  if (!copy)
    return NULL;
  *copy = *scope;
  copy->outer = bp_point_keep_scope(scope->outer, arena);
  return copy;
}
