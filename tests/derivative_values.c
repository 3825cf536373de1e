/* Prints the value of every side of every claim of a derivation file, for
 * tests/derivatives_mpmath.py, and the point at which they were computed.
 *
 *     trial TRIAL BITS
 *     value LINE SIDE LETTERS ROWS COLUMNS KINK, and then KIND NUMBER for every element in order
 *     fault LINE SIDE LETTERS MESSAGE
 *     size NAME NUMBER, function NAME NUMBER..., given NAME ROWS COLUMNS NUMBER..., direction (as
 * given)
 *
 * LETTERS is "-" or "l=2,j=1"; KINK is 1 where a derivative was taken on a kink.  Numbers are
 * printed as ball_print.h says.  What was drawn stands behind the values that it was drawn for.
 *
 * Usage: derivative_values FILE SEED TRIALS BITS...
 */
#include <stdlib.h>
#include <string.h>

#include "ball_print.h"
#include "judge/letters.h"
#include "read/document.h"
#include "value/value.h"
#include "value/vocabulary.h"

static struct bp_arena *arena;
static struct bp_diagnostics diagnostics;
static struct bp_model model;

static bool read_model(const char *path) {
  struct bp_source *source = bp_arena_alloc(arena, 1, sizeof *source);
  FILE *file = fopen(path, "rb");
  enum { MOST_BYTES = 1 << 22 };
  char *text = bp_arena_alloc(arena, MOST_BYTES, 1);
  if (!file || !source || !text)
    return false;
  *source = (struct bp_source){path, text, fread(text, 1, MOST_BYTES, file)};
  fclose(file);
  const struct bp_document *document =
      bp_document_read(source, &bp_vocabulary, NULL, NULL, arena, &diagnostics);
  bool built = document && bp_model_build(document, arena, &diagnostics, &model) == 0;
  for (size_t k = 0; k < diagnostics.count; k++)
    fprintf(stderr, "%s\n", diagnostics.list[k].message);
  return built && diagnostics.errors == 0;
}

/* ---- the point ---- */

static void print_matrix(const char *word, const char *name, struct bp_balls matrix) {
  printf("%s %s %zu %zu", word, name, matrix.rows, matrix.columns);
  for (size_t k = 0; k < matrix.rows * matrix.columns; k++)
    print_number(matrix.at[k]);
  putchar('\n');
}

static void print_node(const struct bp_node *node) {
  if (node->direction.at)
    print_matrix("direction", node->name, node->direction);
  if (node->value_state != BP_NODE_DONE)
    return;
  if (node->declaration->kind == BP_DECLARED_GIVEN)
    print_matrix("given", node->name, node->value);
  if (node->declaration->kind != BP_DECLARED_UNKNOWN)
    return;
  printf("function %s", node->name);
  for (size_t k = 0; k < sizeof node->drawn.coefficient / sizeof *node->drawn.coefficient; k++)
    print_number(bp_ball_exact(node->drawn.coefficient[k]));
  putchar('\n');
}

static void print_point(const struct bp_world *world) {
  for (size_t i = 0; i < world->atom_count; i++)
    printf("size %s %ld\n", world->atoms[i]->name, world->atoms[i]->value);
  for (size_t bucket = 0; bucket < world->bucket_count; bucket++)
    for (const struct bp_node *node = world->nodes[bucket]; node; node = node->next)
      print_node(node);
}

/* ---- values ---- */

struct claim {
  struct bp_world *world;
  const struct bp_model_claim *claim;
};

static size_t line_of(const struct bp_model_line *line) {
  size_t number = 1;
  for (size_t k = 0; k < line->statement->span.begin; k++)
    number += line->source->text[k] == '\n';
  return number;
}

static void print_letters(const struct bp_scope *scope) {
  if (!scope)
    printf("-");
  for (; scope; scope = scope->outer)
    printf("%s=%ld%s", scope->name, scope->index, scope->outer ? "," : "");
}

static void print_side(const struct claim *claim, size_t side, const struct bp_scope *scope) {
  struct bp_world *world = claim->world;
  const struct bp_expression *expression = claim->claim->line.statement->sides[side];
  struct bp_symbolic shape;
  struct bp_balls value;
  world->kink = false;
  bool fine = bp_expression_shape(world, expression, scope, &shape) &&
              bp_expression_value(world, expression, scope, NULL, &value);
  printf("%s %zu %zu ", fine ? "value" : "fault", line_of(&claim->claim->line), side);
  print_letters(scope);
  if (!fine) {
    printf(" %s\n", world->fault.message);
    world->fault = (struct bp_fault){0};
    return;
  }
  printf(" %zu %zu %d", value.rows, value.columns, world->kink);
  for (size_t k = 0; k < value.rows * value.columns; k++) {
    printf(" %s", kind_of(value.at[k]));
    if (bp_ball_finite(value.at[k]))
      print_number(value.at[k]);
  }
  putchar('\n');
}

static bool print_sides(void *context, const struct bp_scope *scope) {
  const struct claim *claim = context;
  for (size_t side = 0; side < claim->claim->line.statement->side_count; side++)
    print_side(claim, side, scope);
  return true;
}

static void print_claim(struct bp_world *world, const struct bp_model_claim *claim) {
  struct claim context = {world, claim};
  struct bp_letters letters;
  size_t members;
  struct bp_arena_mark mark = bp_arena_mark(world->scratch);
  bp_world_begin(world, &claim->line, claim);
  if (!bp_letters_find(world, claim->line.statement, &letters) ||
      !bp_letters_each(world, claim->line.statement, &letters, print_sides, &context, &members))
    printf("fault %zu 0 - %s\n", line_of(&claim->line), world->fault.message);
  bp_arena_release(world->scratch, mark);
}

static bool print_trial(uint64_t seed, size_t trial, slong bits) {
  struct bp_arena *keep = bp_arena_new(0), *scratch = bp_arena_new(0);
  struct bp_world *world = keep ? bp_arena_alloc(keep, 1, sizeof *world) : NULL;
  bool fine =
      scratch && world && bp_world_init(world, &model, seed, trial, bits, keep, scratch) == 0;
  printf("trial %zu %ld\n", trial, (long)bits);
  for (size_t k = 0; fine && k < model.claim_count; k++)
    print_claim(world, &model.claims[k]);
  if (fine)
    print_point(world);
  bp_arena_free(scratch);
  bp_arena_free(keep);
  return fine;
}

int main(int count, char **arguments) {
  if (count < 5) {
    fprintf(stderr, "usage: derivative_values FILE SEED TRIALS BITS...\n");
    return 3;
  }
  arena = bp_arena_new(0);
  bp_diagnostics_init(&diagnostics, arena);
  bool fine = read_model(arguments[1]);
  uint64_t seed = strtoull(arguments[2], NULL, 10);
  size_t trials = strtoul(arguments[3], NULL, 10);
  for (size_t trial = 0; fine && trial < trials; trial++)
    for (int k = 4; fine && k < count; k++)
      fine = print_trial(seed, trial, strtol(arguments[k], NULL, 10));
  bp_arena_free(arena);
  flint_cleanup();
  return fine ? 0 : 1;
}
