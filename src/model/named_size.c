/* Named sizes in one trial: which line says what one is, and what is drawn.
 *
 * Sizes that the file leaves free get pairwise different numbers from 2 on, in the order in which
 * they are first asked for, so that two of them never fit each other by luck.
 */
#include <limits.h>
#include <string.h>

#include "base/random.h"
#include "lang/names.h"
#include "model/world.h"

/* Larger than allowed means: by up to so many. */
enum { FARTHER = 2 };

enum {
  MOST_TAKEN_FIRST = 256,
  FIRST_FREE = 2,
  FREE_CHOICES = 4,
  MOST_TAKEN = 4096,
  LEAST_LAYERS = 2,
  MOST_LAYERS = 3,
  LARGE = 9,
  MOST_SHIFTED = 6,
  MOST_LAYERS_AIMED = 4
};

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

/* The place of the size of a turn among `count`: odd and even ones take turns, also where the last
 * is followed by the first. */
static long shifted(size_t turn, size_t count) {
  size_t place = turn % (count + count % 2);
  return (long)(place < count ? place : count > 1);
}

/* A size that is aimed at, of those from low to high; two of them may be equal. */
static long aimed_between(struct bp_world *world, uint64_t seed, long low, long high) {
  struct bp_drawing *drawing = &world->drawing;
  size_t count = high - low < MOST_TAKEN ? (size_t)(high - low) + 1 : MOST_TAKEN;
  switch (drawing->sizes) {
  case BP_SIZES_LEAST:
    return low;
  case BP_SIZES_LARGEST:
    return high;
  case BP_SIZES_CASES:
    return low + (long)bp_case_choice(&drawing->cases, count);
  default:
    return low + shifted(bp_random_bits(&seed) % count + drawing->turn, count);
  }
}

/* The same of a size that the file leaves free, or a number of layers.  Not all are large at once:
 * that would take long. */
static long aimed_free(struct bp_world *world, uint64_t seed, bool counts) {
  if (world->drawing.sizes != BP_SIZES_LARGEST || counts)
    return aimed_between(world, seed, 1, counts ? MOST_LAYERS_AIMED : MOST_SHIFTED);
  long choice = (long)(bp_random_bits(&seed) % 4);
  return choice < 2 ? LARGE : choice;
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
    atom->value = atom->fixed                              ? low
                  : world->drawing.sizes == BP_SIZES_DRAWN ? draw_between(world, seed, low, high)
                                                           : aimed_between(world, seed, low, high);
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

/* A fixed size other than 1 that is drawn all the same. */
static bool redrawn(const struct bp_world *world, const struct bp_declaration *declaration,
                    const struct bp_piece *piece) {
  const struct bp_expression *low = piece->line.statement->low;
  return world->other_sizes && !declaration->bounds && low == piece->line.statement->high &&
         low->kind == BP_EXPR_NUMBER && strcmp(low->text, "1") != 0;
}

/* The size that the drawing tells, if the file allows it. */
static long told_size(struct bp_world *world, const struct bp_piece *piece, long told, long drawn) {
  const struct bp_statement *statement = piece ? piece->line.statement : NULL;
  long low = 1, high = LONG_MAX;
  if (statement && statement->low) {
    struct bp_context user = bp_world_enter(world, &piece->line);
    bool fine = bp_world_index(world, statement->low, NULL, &low) &&
                bp_world_index(world, statement->high, NULL, &high);
    bp_world_leave(world, user);
    if (!fine)
      return drawn;
  }
  return told >= low && told <= high ? told : drawn;
}

static struct bp_size_atom *new_atom(struct bp_world *world, struct bp_declaration *declaration,
                                     const char *name, const long *index) {
  struct bp_size_atom *atom = bp_arena_alloc(world->keep, 1, sizeof *atom);
  if (!atom)
    return NULL;
  *atom =
      (struct bp_size_atom){.name = name, .order = world->atom_count, .declaration = declaration};
  memcpy(atom->index, index, sizeof atom->index);
  uint64_t seed = world->drawing.sizes == BP_SIZES_SHIFTED ? bp_world_seed_of_trial(world, name, 0)
                                                           : bp_world_seed(world, name);
  const struct bp_piece *piece;
  if (!find_size_line(world, declaration, index, &piece))
    return NULL;
  if (piece && piece->line.statement->low && !redrawn(world, declaration, piece)) {
    if (!bounded_value(world, declaration, piece, seed, atom))
      return NULL;
  } else if (world->drawing.sizes != BP_SIZES_DRAWN) {
    atom->value = aimed_free(world, seed, declaration->counts);
  } else if (declaration->counts) {
    double more = world->small ? 0 : bp_uniform(&seed) * (MOST_LAYERS - LEAST_LAYERS + 1);
    atom->value = LEAST_LAYERS + (long)more;
  } else {
    atom->value = draw_free(world, seed);
  }
  for (size_t i = 0; !atom->fixed && i < BP_MOST_TOLD_SIZES; i++) {
    const struct bp_told_size *told = &world->drawing.told[i];
    if (told->name && !strcmp(told->name, name))
      atom->value = told_size(world, piece, told->size, atom->value);
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

bool bp_world_sizes_init(struct bp_world *world) {
  world->atoms = bp_arena_alloc(world->keep, BP_MOST_ATOMS, sizeof(void *));
  world->taken = bp_arena_alloc(world->keep, MOST_TAKEN, sizeof *world->taken);
  if (!world->atoms || !world->taken)
    return false;
  take_fixed_sizes(world);
  return true;
}

void bp_world_redraw_sizes(struct bp_world *world) {
  world->other_sizes = true;
  world->atom_count = 0;
  memset(world->taken, 0, MOST_TAKEN * sizeof *world->taken);
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
  if (kind == BP_EXPR_CALL)
    return world->model->vocabulary->measure(world, expression, scope, size);
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
