/* Names in one trial: which declaration a name is, which number an index, which symbol a size.
 *
 * Sizes that the file leaves free get pairwise different numbers from 2 on, in the order in which
 * they are first asked for, so that two of them never fit each other by luck.
 */
#include "model/world.h"

#include <limits.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* A claim may compute this many numbers: some ten seconds. */
static const size_t MOST_STEPS = 100000000;

/* Larger than allowed means: by up to so many. */
enum { FARTHER = 2 };

enum {
  MOST_TAKEN_FIRST = 256,
  FIRST_FREE = 2,
  FREE_CHOICES = 4,
  MOST_TAKEN = 4096,
  LEAST_LAYERS = 2,
  MOST_LAYERS = 3
};

void bp_fault_record(struct bp_world *world, enum bp_fault_kind kind, struct bp_span span,
                     const char *suggestion, const char *format, ...) {
  if (world->fault.kind != BP_FAULT_NONE)
    return;
  if (world->quiet) {
    world->fault = (struct bp_fault){kind, world->context.line->source, span, "", NULL};
    return;
  }
  char text[1024];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  world->fault = (struct bp_fault){
      kind, world->context.line->source, span, bp_arena_strdup(world->model->arena, text),
      suggestion ? bp_arena_strdup(world->model->arena, suggestion) : NULL};
  if (!world->fault.message)
    world->fault = (struct bp_fault){.kind = BP_FAULT_MEMORY, .message = "out of memory"};
}

/* Formulas within definitions within formulas may go deep, by the file's will.  Half of the usual
 * stack of 8 MiB is theirs. */
bool bp_world_room(struct bp_world *world, struct bp_span span) {
  static const ptrdiff_t MOST_STACK = (ptrdiff_t)4 << 20;
  ptrdiff_t used = world->stack - (const char *)__builtin_frame_address(0);
  if (used < MOST_STACK && -used < MOST_STACK)
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

bool bp_world_work(struct bp_world *world, size_t numbers, struct bp_span span) {
  if (__builtin_add_overflow(world->steps, numbers, &world->steps) || world->steps > MOST_STEPS) {
    world->steps = MOST_STEPS;
    return bp_fault_set(world, BP_FAULT_LIMIT, span,
                        "choose smaller sizes: size m in 2..4; they show the same mistakes",
                        "this takes too many numbers to compute");
  }
  return true;
}

static void take_fixed_sizes(struct bp_world *world);

/* Before the first line is entered: nothing is looked at there. */
static const struct bp_line nowhere;

int bp_world_init(struct bp_world *world, struct bp_model *model, uint64_t seed, size_t trial,
                  struct bp_arena *keep, struct bp_arena *scratch) {
  *world = (struct bp_world){.model = model,
                             .seed = seed,
                             .trial = trial,
                             .keep = keep,
                             .scratch = scratch,
                             .symbols = scratch,
                             .context = {.line = &nowhere}};
  world->atoms = bp_arena_alloc(keep, BP_MOST_ATOMS, sizeof(void *));
  world->taken = bp_arena_alloc(keep, MOST_TAKEN, sizeof *world->taken);
  world->memo.slots = bp_arena_alloc(keep, BP_MEMO_SLOTS, sizeof *world->memo.slots);
  world->bodies = bp_arena_alloc(keep, model->declaration_count + 1, sizeof *world->bodies);
  world->stack = __builtin_frame_address(0);
  if (!world->atoms || !world->taken || !world->memo.slots || !world->bodies)
    return -1;
  take_fixed_sizes(world);
  return 0;
}

void bp_world_redraw_sizes(struct bp_world *world) {
  world->other_sizes = true;
  world->atom_count = 0;
  memset(world->taken, 0, MOST_TAKEN * sizeof *world->taken);
}

struct bp_context bp_world_enter(struct bp_world *world, const struct bp_line *line) {
  struct bp_context before = world->context;
  world->context = (struct bp_context){line, NULL};
  return before;
}

void bp_world_leave(struct bp_world *world, struct bp_context before) { world->context = before; }

void bp_world_begin(struct bp_world *world, const struct bp_line *line,
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

bool bp_fault_unknown(struct bp_world *world, const struct bp_expression *name) {
  if (world->quiet)
    return bp_fault_set(world, BP_FAULT_MISUSE, name->span, NULL, "%s", name->name);
  struct bp_arena *arena = world->model->arena;
  const char *shown = bp_name_shown(world, name->name);
  const struct bp_declaration *later = bp_model_find(world->model, name->name);
  if (later && later->count)
    return bp_fault_set(world, BP_FAULT_MISUSE, name->span, "move that line up",
                        "%s is used before it is given in %s", shown,
                        bp_line_text(&later->pieces[0].line, world->context.line->source, arena));
  const struct bp_line *unread = bp_model_unread(world->model, name->name);
  if (unread)
    return bp_fault_set(world, BP_FAULT_CONSEQUENCE, name->span, NULL,
                        "%s is not known, because there is a mistake in %s", shown,
                        bp_line_text(unread, world->context.line->source, arena));
  const char *nearest = bp_model_nearest(world->model, name->name);
  const char *suggestion =
      nearest ? bp_arena_printf(arena, "did you mean %s?", bp_name_shown(world, nearest))
              : bp_arena_printf(arena, "say what it is: given %s : n x m, size %s, or let %s = …",
                                shown, shown, shown);
  return bp_fault_set(world, BP_FAULT_MISUSE, name->span, suggestion, "%s is not declared", shown);
}

/* ---- numbers drawn ------------------------------------------------------ */

/* Source: splitmix64, Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014.
 */
static uint64_t next_bits(uint64_t *state) {
  uint64_t z = *state += 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

double bp_uniform(uint64_t *state) { return ((double)(next_bits(state) >> 11) + 0.5) * 0x1p-53; }

/* A seed for everything that is drawn for this name in this trial. */
uint64_t bp_world_seed(const struct bp_world *world, const char *name) {
  uint64_t state = world->seed * 0x9e3779b97f4a7c15u + world->trial;
  uint64_t seed = next_bits(&state);
  for (; *name; name++) {
    state = seed ^ (unsigned char)*name;
    seed = next_bits(&state);
  }
  return seed;
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
  if (declaration->kind != BP_DECLARED_SIZE)
    return bp_fault_set(world, BP_FAULT_MISUSE, expression->span,
                        "sizes are declared like this: size m in 2..6",
                        "a whole number is needed here, and %s is no size", expression->name);
  const struct bp_size_atom *atom = bp_world_atom(world, declaration, expression, scope);
  if (atom)
    *value = atom->value;
  return atom != NULL;
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
  default:
    return bp_fault_set(world, BP_FAULT_MISUSE, expression->span,
                        "an index is made of letters, whole numbers, +, - and *: l+1",
                        "a whole number is needed here");
  }
}

/* ---- sizes -------------------------------------------------------------- */

/* Whether the line is about this member: its index is a letter, or a number equal to it.  False
 * with a fault. */
static bool size_matches(struct bp_world *world, const struct bp_piece *piece, const long *index,
                         bool *matches) {
  const struct bp_expression *target = piece->target;
  struct bp_context user = bp_world_enter(world, &piece->line);
  bool fine = true;
  *matches = true;
  for (size_t i = 0; fine && i < target->count; i++) {
    const struct bp_expression *written = target->child[i];
    long value = index[i];
    bool letter = written->kind == BP_EXPR_NAME && !bp_model_find(world->model, written->name);
    fine = letter || bp_world_index(world, written, NULL, &value);
    *matches = *matches && value == index[i];
  }
  bp_world_leave(world, user);
  return fine;
}

/* The last line that says something about the member; NULL: none.  False with a fault. */
static bool find_size_line(struct bp_world *world, const struct bp_declaration *declaration,
                           const long *index, const struct bp_piece **piece) {
  *piece = NULL;
  for (size_t i = 0; i < declaration->count; i++) {
    bool matches;
    if (!size_matches(world, &declaration->pieces[i], index, &matches))
      return false;
    *piece = matches ? &declaration->pieces[i] : *piece;
  }
  return true;
}

static void take(struct bp_world *world, long value) {
  if (value >= 0 && value < MOST_TAKEN)
    world->taken[value] = true;
}

/* A number in low..high that no other size has, if there is one. */
static long draw_between(struct bp_world *world, uint64_t seed, long low, long high) {
  long span = high - low < MOST_TAKEN ? high - low + 1 : MOST_TAKEN;
  long start = world->small ? 0 : (long)(bp_uniform(&seed) * (double)span);
  for (long i = 0; i < span; i++) {
    long value = low + (start + i) % span;
    if (value >= MOST_TAKEN || value < 0 || !world->taken[value])
      return value;
  }
  return low + start;
}

/* One of the smallest few that no other size has: a choice is left however many are taken, or what
 * is true of one number only would hold in every trial. */
static long draw_free(struct bp_world *world, uint64_t seed) {
  long skipped = world->small ? 0 : (long)(bp_uniform(&seed) * FREE_CHOICES);
  long free = FIRST_FREE;
  while (free < MOST_TAKEN - 1 && (world->taken[free] || skipped-- > 0))
    free++;
  return free;
}

/* In the line of the size. */
static bool value_within(struct bp_world *world, const struct bp_statement *statement, bool larger,
                         uint64_t seed, struct bp_size_atom *atom) {
  long low, high;
  if (!bp_world_index(world, statement->low, NULL, &low) ||
      !bp_world_index(world, statement->high, NULL, &high))
    return false;
  if (low < 0 || high < low)
    return bp_fault_set(
        world, BP_FAULT_MISUSE, (low < 0 ? statement->low : statement->high)->span,
        low < 0 ? "sizes count from 1" : "write the smaller number first: size m in 2..6",
        low < 0 ? "a size cannot be negative" : "from %ld to %ld there is no size", low, high);
  atom->fixed = low == high;
  if (!atom->fixed && larger)
    atom->value = draw_between(world, seed, high + 1, high + FARTHER);
  else
    atom->value = atom->fixed ? low : draw_between(world, seed, low, high);
  return true;
}

/* A size whose bounds are being computed may need those of others, but not its own. */
struct bp_bounding {
  const struct bp_piece *piece;
  const struct bp_bounding *outer;
};

static bool bounded_value(struct bp_world *world, const struct bp_declaration *declaration,
                          const struct bp_piece *piece, uint64_t seed, struct bp_size_atom *atom) {
  const struct bp_statement *statement = piece->line.statement;
  const struct bp_bounding *outer = world->bounding;
  struct bp_bounding own = {piece, outer};
  struct bp_context user = bp_world_enter(world, &piece->line);
  while (outer && outer->piece != piece)
    outer = outer->outer;
  bool fine = outer ? bp_fault_set(world, BP_FAULT_MISUSE, statement->low->span,
                                   "a size may use what stands before it, not itself",
                                   "%s is defined by itself", atom->name)
                    : true;
  world->bounding = &own;
  fine = fine &&
         value_within(world, statement, world->larger_sizes && !declaration->bounds, seed, atom);
  world->bounding = own.outer;
  bp_world_leave(world, user);
  return fine;
}

const char *bp_indexed_name(struct bp_arena *arena, const char *name, const long *index,
                            size_t count) {
  const char *text = name;
  for (size_t i = 0; text && i < count; i++)
    text = bp_arena_printf(arena, "%s%s%ld%s", text, i ? "," : "[", index[i],
                           i + 1 == count ? "]" : "");
  return text;
}

/* A fixed size other than 1 that is drawn all the same. */
static bool redrawn(const struct bp_world *world, const struct bp_declaration *declaration,
                    const struct bp_piece *piece) {
  const struct bp_expression *low = piece->line.statement->low;
  return world->other_sizes && !declaration->bounds && low == piece->line.statement->high &&
         low->kind == BP_EXPR_NUMBER && strcmp(low->text, "1") != 0;
}

static struct bp_size_atom *new_atom(struct bp_world *world, struct bp_declaration *declaration,
                                     const char *name, const long *index) {
  struct bp_size_atom *atom = bp_arena_alloc(world->keep, 1, sizeof *atom);
  if (!atom)
    return NULL;
  *atom =
      (struct bp_size_atom){.name = name, .order = world->atom_count, .declaration = declaration};
  memcpy(atom->index, index, sizeof atom->index);
  uint64_t seed = bp_world_seed(world, name);
  const struct bp_piece *piece;
  if (!find_size_line(world, declaration, index, &piece))
    return NULL;
  if (piece && piece->line.statement->low && !redrawn(world, declaration, piece)) {
    if (!bounded_value(world, declaration, piece, seed, atom))
      return NULL;
  } else if (declaration->counts) {
    double more = world->small ? 0 : bp_uniform(&seed) * (MOST_LAYERS - LEAST_LAYERS + 1);
    atom->value = LEAST_LAYERS + (long)more;
  } else {
    atom->value = draw_free(world, seed);
  }
  if (!declaration->counts)
    take(world, atom->value);
  return atom;
}

const struct bp_size_atom *bp_world_atom(struct bp_world *world, struct bp_declaration *declaration,
                                         const struct bp_expression *expression,
                                         const struct bp_scope *scope) {
  long index[BP_MOST_INDICES] = {0};
  if (expression->count > BP_MOST_INDICES) {
    bp_fault_record(world, BP_FAULT_MISUSE, expression->span, NULL, "more than %d indices",
                    BP_MOST_INDICES);
    return NULL;
  }
  for (size_t i = 0; i < expression->count; i++)
    if (!bp_world_index(world, expression->child[i], scope, &index[i]))
      return NULL;
  for (size_t i = 0; i < world->atom_count; i++)
    if (world->atoms[i]->declaration == declaration &&
        !memcmp(world->atoms[i]->index, index, expression->count * sizeof *index))
      return world->atoms[i];
  const char *name = bp_indexed_name(world->keep, declaration->name, index, expression->count);
  struct bp_size_atom *atom = NULL;
  if (!name)
    return NULL;
  if (world->atom_count == BP_MOST_ATOMS)
    bp_fault_record(world, BP_FAULT_LIMIT, expression->span, "take fewer layers",
                    "more than %d different sizes", BP_MOST_ATOMS);
  else
    atom = new_atom(world, declaration, name, index);
  if (atom)
    world->atoms[world->atom_count++] = atom;
  return atom;
}

/* The sizes that the file fixes are taken from the start, so that none that is drawn meets them.
 * What is wrong with one is found again, and reported, where it is used. */
static void take_fixed_sizes(struct bp_world *world) {
  for (size_t i = 0; i < world->model->declaration_count; i++) {
    struct bp_declaration *declaration = world->model->declarations[i];
    for (size_t k = 0; declaration->kind == BP_DECLARED_SIZE && k < declaration->count &&
                       world->atom_count < MOST_TAKEN_FIRST;
         k++) {
      const struct bp_piece *piece = &declaration->pieces[k];
      bool fixed =
          piece->line.statement->low && piece->line.statement->low == piece->line.statement->high;
      for (size_t j = 0; j < piece->target->count; j++)
        fixed = fixed && piece->target->child[j]->kind == BP_EXPR_NUMBER;
      struct bp_context user = bp_world_enter(world, &piece->line);
      if (fixed)
        bp_world_atom(world, declaration, piece->target, NULL);
      bp_world_leave(world, user);
      world->fault = (struct bp_fault){0};
    }
  }
}

bool bp_world_size(struct bp_world *world, const struct bp_expression *expression,
                   const struct bp_scope *scope, struct bp_size *size) {
  struct bp_size a, b;
  enum bp_expression_kind kind = expression->kind;
  if (kind == BP_EXPR_ADD || kind == BP_EXPR_SUBTRACT || kind == BP_EXPR_MULTIPLY) {
    if (!bp_world_size(world, expression->child[0], scope, &a) ||
        !bp_world_size(world, expression->child[1], scope, &b))
      return false;
    *size = kind == BP_EXPR_MULTIPLY
                ? bp_size_multiply(world->symbols, a, b)
                : bp_size_add(world->symbols, a, b, kind == BP_EXPR_ADD ? 1 : -1);
    return true;
  }
  bool name = kind == BP_EXPR_NAME && !bp_scope_find(scope, expression->name);
  struct bp_declaration *declaration = name ? bp_world_visible(world, expression->name) : NULL;
  if (declaration && declaration->kind == BP_DECLARED_SIZE) {
    const struct bp_size_atom *atom = bp_world_atom(world, declaration, expression, scope);
    if (atom)
      *size = bp_size_named(world->symbols, atom);
    return atom != NULL;
  }
  long value = 0;
  if (!bp_world_index(world, expression, scope, &value))
    return false;
  *size = bp_size_constant(world->symbols, value);
  return true;
}
