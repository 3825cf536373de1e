/* One trial: what is in force, what went wrong, and what names and indices are.
 *
 * Whoever looks at a line enters it first, so that a name means there what it means to a reader,
 * and a mistake is shown where it was made.  Only the first mistake counts: what follows from it
 * would say the same in other words.
 */
#include "model/world.h"

#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base//budget.h"
#include "base/random.h"
#include "base/stack.h"
#include "lang/names.h"

/* A claim may compute this many numbers: some ten seconds. */
static const size_t MOST_STEPS = 100000000;

void bp_fault_record(struct bp_world *world, enum bp_fault_kind kind, struct bp_span span,
                     const char *suggestion, const char *format, ...) {
  if (world->fault.kind != BP_FAULT_NONE)
    return;
  if (world->quiet) {
    world->fault = (struct bp_fault){kind, world->context.line->source, span, "", NULL, false};
    return;
  }
  char text[1024];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  world->fault =
      (struct bp_fault){kind,
                        world->context.line->source,
                        span,
                        bp_arena_strdup(world->model->arena, text),
                        suggestion ? bp_arena_strdup(world->model->arena, suggestion) : NULL,
                        false};
  if (!world->fault.message)
    world->fault = (struct bp_fault){.kind = BP_FAULT_MEMORY, .message = "out of memory"};
}

/* Formulas within definitions within formulas may go deep, by the file's will.  Half of the usual
 * stack of 8 MiB is theirs, so that a file comes to the same in every thread, and less where there
 * is less. */
bool bp_world_room(struct bp_world *world, struct bp_span span) {
#ifdef __SANITIZE_ADDRESS__ /* whose frames are several times as large */
  static const ptrdiff_t MOST_STACK = (ptrdiff_t)24 << 20;
#else
  static const ptrdiff_t MOST_STACK = (ptrdiff_t)4 << 20;
#endif
  static const size_t FOR_LIBRARIES = (size_t)192 << 10; /* what is called from the last formula */
  ptrdiff_t used = world->stack - (const char *)__builtin_frame_address(0);
  if (used < MOST_STACK && -used < MOST_STACK && bp_stack_has(FOR_LIBRARIES))
    return true;
  return bp_fault_set(world, BP_FAULT_LIMIT, span, "take fewer layers, or fewer definitions",
                      "too many definitions use one another here");
}

/* What many lines use is wrong once. */
static bool said_already(const struct bp_diagnostics *diagnostics, const struct bp_fault *fault) {
  for (size_t i = 0; i < diagnostics->count; i++) {
    const struct bp_diagnostic *known = &diagnostics->list[i];
    if (known->source == fault->source && known->span.begin == fault->span.begin &&
        known->span.end == fault->span.end && !strcmp(known->message, fault->message))
      return true;
  }
  return false;
}

void bp_fault_report(const struct bp_world *world) {
  const struct bp_fault *fault = &world->fault;
  if (!said_already(world->model->diagnostics, fault))
    bp_error(world->model->diagnostics, fault->source, fault->span, fault->suggestion, "%s",
             fault->message);
}

/* What a number of so many bits takes, against one of the least. */
static size_t cost_of_bits(slong bits) {
  return bits <= BP_LEAST_BITS ? 1 : (size_t)pow((double)bits / BP_LEAST_BITS, 1.6);
}

bool bp_fault_exhausted(struct bp_world *world, struct bp_span span) {
  enum bp_budget_end end = bp_budget_end_here();
  if (end == BP_BUDGET_LASTS || end == BP_BUDGET_NO_MEMORY)
    return bp_fault_set(world, BP_FAULT_MEMORY, span, "choose smaller sizes: size m in 2..4",
                        "this does not fit into memory");
  return bp_fault_set(world, BP_FAULT_TIME, span, NULL, "the time was up here");
}

bool bp_world_work(struct bp_world *world, size_t numbers, struct bp_span span) {
  if (bp_budget_over())
    return bp_fault_exhausted(world, span);
  size_t most = world->most_steps ? world->most_steps : MOST_STEPS;
  if (__builtin_mul_overflow(numbers, cost_of_bits(world->room.bits), &numbers))
    numbers = SIZE_MAX;
  if (__builtin_add_overflow(world->steps, numbers, &world->steps) || world->steps > most) {
    world->steps = most;
    return bp_fault_set(world, BP_FAULT_LIMIT, span,
                        "choose smaller sizes: size m in 2..4; they show the same mistakes",
                        "this takes too many numbers to compute");
  }
  return true;
}

enum { FIRST_BUCKETS = 1024 };

/* Before the first line is entered: nothing is looked at there. */
static const struct bp_model_line nowhere;

int bp_world_init(struct bp_world *world, struct bp_model *model, uint64_t seed, size_t trial,
                  slong bits, struct bp_arena *keep, struct bp_arena *scratch) {
  *world = (struct bp_world){.model = model,
                             .seed = seed,
                             .trial = trial,
                             .keep = keep,
                             .scratch = scratch,
                             .symbols = scratch,
                             .room = {scratch, bits, &world->trail},
                             .context = {.line = &nowhere}};
  world->bodies = bp_arena_alloc(keep, model->declaration_count + 1, sizeof *world->bodies);
  world->bucket_count = FIRST_BUCKETS;
  world->nodes = bp_arena_alloc(keep, world->bucket_count, sizeof *world->nodes);
  world->stack = __builtin_frame_address(0);
  return world->bodies && world->nodes && bp_world_sizes_init(world) ? 0 : -1;
}

struct bp_ball_room bp_world_keeping(const struct bp_world *world) {
  struct bp_ball_room room = world->room;
  room.arena = world->keep;
  return room;
}

struct bp_context bp_world_enter(struct bp_world *world, const struct bp_model_line *line) {
  struct bp_context before = world->context;
  world->context = (struct bp_context){line, NULL};
  return before;
}

void bp_world_leave(struct bp_world *world, struct bp_context before) { world->context = before; }

void bp_world_begin(struct bp_world *world, const struct bp_model_line *line,
                    const struct bp_model_claim *claim) {
  world->fault = (struct bp_fault){0};
  world->gap = (struct bp_gap){0};
  world->trail = (struct bp_ball_trail){0};
  world->kink = world->no_slope = world->branched = false;
  world->notes = NULL;
  world->note_count = 0;
  world->steps = 0;
  world->computing = NULL;
  bp_world_enter(world, line);
  world->context.claim = claim;
}

const struct bp_scope *bp_scope_find(const struct bp_scope *scope, const char *name) {
  while (scope && strcmp(scope->name, name) != 0)
    scope = scope->outer;
  return scope;
}

struct bp_declaration *bp_world_visible(struct bp_world *world, const char *name) {
  struct bp_declaration *declaration = bp_model_find(world->model, name);
  if (!declaration || declaration->automatic || declaration->count == 0)
    return declaration;
  return declaration->pieces[0].line.order <= world->context.line->order ? declaration : NULL;
}

const char *bp_name_shown(struct bp_world *world, const char *name) {
  enum { LONGEST_NAME = 60 };
  const char *shown = bp_text_shown(name, LONGEST_NAME, world->model->arena);
  return shown ? shown : "this name";
}

const char *bp_indexed_name(struct bp_arena *arena, const char *name, const long *index,
                            size_t count) {
  const char *text = name;
  for (size_t i = 0; text && i < count; i++)
    text = bp_arena_printf(arena, "%s%s%ld%s", text, i ? "," : "[", index[i],
                           i + 1 == count ? "]" : "");
  return text;
}

/* ---- numbers drawn ------------------------------------------------------ */

uint64_t bp_world_seed_of_trial(const struct bp_world *world, const char *name, size_t trial) {
  uint64_t state = world->seed * 0x9e3779b97f4a7c15u + trial;
  uint64_t seed = bp_random_bits(&state);
  for (; *name; name++) {
    state = seed ^ (unsigned char)*name;
    seed = bp_random_bits(&state);
  }
  return seed;
}

uint64_t bp_world_seed(const struct bp_world *world, const char *name) {
  return bp_world_seed_of_trial(world, name, world->trial);
}

/* ---- whole numbers ------------------------------------------------------ */

static bool digits_value(struct bp_world *world, const struct bp_expression *number, long *value) {
  long result = 0;
  for (const char *digit = number->text; *digit; digit++) {
    if (*digit < '0' || *digit > '9')
      return bp_fault_set(world, BP_FAULT_MISUSE, number->span, "write a whole number",
                          "%s is no whole number", number->text);
    if (__builtin_mul_overflow(result, 10, &result) ||
        __builtin_add_overflow(result, *digit - '0', &result))
      return bp_fault_set(world, BP_FAULT_MISUSE, number->span, "write a smaller number",
                          "%s is absurdly large", number->text);
  }
  *value = result;
  return true;
}

static bool combine(enum bp_expression_kind kind, long a, long b, long *result) {
  if (kind == BP_EXPR_ADD)
    return !__builtin_add_overflow(a, b, result);
  if (kind == BP_EXPR_SUBTRACT)
    return !__builtin_sub_overflow(a, b, result);
  return !__builtin_mul_overflow(a, b, result);
}

static bool combine_index(struct bp_world *world, const struct bp_expression *expression,
                          enum bp_expression_kind kind, long a, long b, long *index) {
  return combine(kind, a, b, index) ||
         bp_fault_set(world, BP_FAULT_MISUSE, expression->span, "write a smaller number",
                      "this number is absurdly large");
}

static bool name_value(struct bp_world *world, const struct bp_expression *expression,
                       const struct bp_scope *scope, long *value) {
  const struct bp_scope *entry = expression->count ? NULL : bp_scope_find(scope, expression->name);
  if (entry && !entry->ball) {
    *value = entry->index;
    return true;
  }
  struct bp_declaration *declaration = bp_world_visible(world, expression->name);
  if (!declaration)
    return bp_fault_unknown(world, expression);
  if (declaration->kind != BP_DECLARED_SIZE) {
    bool number = declaration->kind == BP_DECLARED_GIVEN && declaration->count > 0 &&
                  !declaration->pieces[0].line.statement->rows;
    const char *instead =
        !strcmp(expression->name, "L")
            ? "where L is the loss a number of layers is written as it is: 1..2"
        : number ? bp_arena_printf(world->model->arena, "size %s in 1..6 instead of given %s",
                                   expression->name, expression->name)
                 : "sizes are declared like this: size m in 2..6";
    return bp_fault_set(world, BP_FAULT_MISUSE, expression->span, instead,
                        "a whole number is needed here, and %s is no size", expression->name);
  }
  const struct bp_size_atom *atom = bp_world_atom(world, declaration, expression, scope);
  if (atom)
    *value = atom->value;
  return atom != NULL;
}

/* rows(A) */
static bool measured(struct bp_world *world, const struct bp_expression *call,
                     const struct bp_scope *scope, long *index) {
  struct bp_size size;
  if (!world->model->vocabulary->measure(world, call, scope, &size))
    return false;
  *index = size.value;
  return true;
}

bool bp_world_index(struct bp_world *world, const struct bp_expression *expression,
                    const struct bp_scope *scope, long *index) {
  long a = 0, b = 0;
  switch (expression->kind) {
  case BP_EXPR_NUMBER:
    return digits_value(world, expression, index);
  case BP_EXPR_NAME:
    return name_value(world, expression, scope, index);
  case BP_EXPR_NEGATE:
    if (!bp_world_index(world, expression->child[0], scope, &a))
      return false;
    return combine_index(world, expression, BP_EXPR_SUBTRACT, 0, a, index);
  case BP_EXPR_ADD:
  case BP_EXPR_SUBTRACT:
  case BP_EXPR_MULTIPLY:
    if (!bp_world_index(world, expression->child[0], scope, &a) ||
        !bp_world_index(world, expression->child[1], scope, &b))
      return false;
    return combine_index(world, expression, expression->kind, a, b, index);
  case BP_EXPR_CALL:
    return measured(world, expression, scope, index);
  default:
    return bp_fault_set(world, BP_FAULT_MISUSE, expression->span,
                        "an index is made of letters, whole numbers, +, - and *: l+1",
                        "a whole number is needed here");
  }
}
