/* The context of what is looked at: whatever other lines a claim leads to, and whether they are
 * right or wrong, afterwards that of the claim is in force again.
 *
 * Every row has a file that is used and the lines that use it, the last of which is the claim.  All
 * of its sides are looked at, and then a mistake is made up: it must stand in the claim's own file.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/mutable.h"
#include "judge/letters.h"
#include "judge/point.h"
#include "read/document.h"
#include "suite.h"
#include "value/vocabulary.h"

static struct bp_arena *arena;
static struct bp_diagnostics diagnostics;
static struct bp_model model;
static struct bp_point point;

static void set_up(void) {
  arena = bp_arena_new(0);
  bp_diagnostics_init(&diagnostics, arena);
}

static void tear_down(void) {
  bp_point_close(&point);
  bp_arena_free(arena);
}

struct row {
  const char *name;
  const char *used, *own; /* two files */
  const char *fault;      /* the file in which something is wrong; NULL: nothing is */
};

static const struct row rows[] = {
    {"let", "given V : 2 x 2\nlet A = V*V", "claim A = V*V", NULL},
    {"wrong let", "let A = Q", "claim A = A", "own"},
    {"let without a value", "given V : 2 x 2\nlet A = log(0*V)", "claim A = A", NULL},
    {"family", "given V[l] : 2 x 2 for l = 1..3", "claim V[l] = V[3]", NULL},
    {"wrong range", "given V[l] : 2 x 2 for l = 1..99999999999999999999", "claim V[1] = 1", "used"},
    {"no such member", "given V[l] : 2 x 2 for l = 1..3", "claim V[4] = 1", "own"},
    {"letter of a wrong range", "given V[l] : 2 x 2 for l = 1..99999999999999999999",
     "claim V[l] = 1", "used"},
    {"write of a letter", "given V : 2\ngiven U : 3\nwrite D[i] for V_i", "claim D[i] = V_i", NULL},
    {"wrong write of a letter", "given V : 2\nwrite D[i] for (V*ones(3, 1))_i", "claim D[i] = 0",
     "used"},
    {"function", "let f(t) = t^2", "claim f(3) = 9", NULL},
    {"slope", "let f(t) = t^2", "claim f'(3) = 6", NULL},
    {"wrong function", "let f(t) = t*Q", "claim f(3) = 9", "own"},
    {"other name of a function", "let g = tanh\nlet h = g", "claim h(0) = 0", NULL},
    {"slope of a wrong function", "let f(t) = t*Q", "claim f'(3) = 1", "own"},
    {"size", "size b = 3\nsize a = b + 1", "claim ones(a) = 1", NULL},
    {"size used too early", "size a = b + 1\nsize b = 3", "claim ones(a) = 1", "used"},
    {"size that is itself", "size a = a + 1", "claim ones(a) = 1", "used"},
    {"member of sizes", "size n[0] = 2\nsize n[1] = n[0]", "claim ones(n[1]) = 1", NULL},
    {"wrong member of sizes", "given k : 2\nsize n[k] = 2", "claim ones(n[1]) = 1", "used"},
    {"given of a wrong size", "size b in 5..2\ngiven V : b", "claim V = V", "own"},
    {"wrong domain", "given V : 2 x 3 in symmetric", "claim V = V", "own"},
    {"derivative", "layout numerator\ngiven V : 2\nwrite D for ∂sum(V)/∂V", "claim D = ones(1, 2)",
     NULL},
    {"derivative of what is wrong", "given V : 2\nlet J = sum(V)*q", "claim ∂J/∂V = 1", "own"},
    {"differential", "given V : 2", "vary V\nclaim d(sum(V)) = sum(d(V))", NULL},
    {"differential of what is given later", "given U : 2", "vary V\ngiven V : 2\nclaim d(V) = d(V)",
     "own"},
    {"at", "given V : 2\nlet J = sum(V)", "claim (J at V = 0*V) = 0", NULL},
};

/* Whichever name is asked for, it is the row's. */
static const struct bp_source *load_used(void *context, const struct bp_source *from,
                                         const char *path, const char **problem) {
  const struct row *row = context;
  struct bp_source *source = bp_arena_alloc(arena, 1, sizeof *source);
  ck_assert_ptr_nonnull(source);
  (void)from;
  (void)path;
  *source = (struct bp_source){"used", row->used, strlen(row->used)};
  *problem = NULL;
  return source;
}

/* The claim of the row, entered at a point of its own. */
static const struct bp_model_claim *open_row(const struct row *row) {
  struct bp_judge_options options = bp_judge_defaults(&(struct bp_judge_options){.seed = 1});
  const char *text = bp_arena_printf(arena, "use \"used.deriv\"\n%s\n", row->own);
  struct bp_source *source = bp_arena_alloc(arena, 1, sizeof *source);
  ck_assert(text && source);
  *source = (struct bp_source){"own", text, strlen(text)};
  const struct bp_document *document =
      bp_document_read(source, &bp_vocabulary, load_used, bp_unchanged(row), arena, &diagnostics);
  ck_assert_ptr_nonnull(document);
  ck_assert_int_eq(bp_model_build(document, arena, &diagnostics, &model), 0);
  ck_assert_msg(diagnostics.count == 0, "%s: cannot be read", row->name);
  ck_assert(bp_point_open(&point, &model, &options, 0, false));
  const struct bp_model_claim *claim = &model.claims[model.claim_count - 1];
  bp_world_begin(point.world, &claim->line, claim);
  return claim;
}

static bool look_at_sides(void *context, const struct bp_scope *scope) {
  const struct bp_statement *statement = context;
  for (size_t i = 0; i < statement->side_count; i++) {
    struct bp_symbolic shape;
    struct bp_balls value;
    if (!bp_expression_shape(point.world, statement->sides[i], scope, &shape) ||
        !bp_expression_value(point.world, statement->sides[i], scope, NULL, &value))
      return false;
  }
  return true;
}

START_TEST(a_claim_has_its_own_context_again) {
  const struct row *row = &rows[_i];
  const struct bp_model_claim *claim = open_row(row);
  const struct bp_statement *statement = claim->line.statement;
  struct bp_world *world = point.world;
  struct bp_letters letters;
  size_t members;
  bool fine =
      bp_letters_find(world, statement, &letters) &&
      bp_letters_each(world, statement, &letters, look_at_sides, bp_unchanged(statement), &members);
  ck_assert_msg(fine == !row->fault, "%s: %s", row->name, fine ? "no fault" : world->fault.message);
  ck_assert_msg(fine || !strcmp(world->fault.source->name, row->fault), "%s: %s in the file %s",
                row->name, world->fault.message, world->fault.source->name);
  ck_assert_msg(world->context.line == &claim->line, "%s: the line", row->name);
  ck_assert_msg(world->context.claim == claim, "%s: the claim", row->name);
  world->fault = (struct bp_fault){0};
  bp_fault_record(world, BP_FAULT_MISUSE, statement->span, NULL, "made up");
  ck_assert_msg(world->fault.source == claim->line.source, "%s: a later fault", row->name);
}
END_TEST

START_TEST(a_line_that_was_judged_is_left) {
  const struct bp_model_claim *claim = open_row(&rows[0]);
  struct bp_context before = point.world->context;
  struct bp_model_claim copy = *claim;
  struct bp_claim_state state = {.claim = &copy};
  bp_claim_try(point.world, &state, arena);
  ck_assert_int_eq(state.worst.verdict, BP_HOLDS);
  ck_assert_ptr_eq(point.world->context.line, before.line);
  ck_assert_ptr_eq(point.world->context.claim, before.claim);
}
END_TEST

START_TEST(a_line_of_another_claim_is_none) {
  const struct bp_model_claim *claim = open_row(&rows[0]);
  struct bp_context before = bp_world_enter(point.world, &claim->line);
  ck_assert_ptr_null(point.world->context.claim);
  bp_world_leave(point.world, before);
  ck_assert_ptr_eq(point.world->context.claim, claim);
}
END_TEST

/* A family of more members than the table of nodes has room for at first: each of them is one. */
START_TEST(members_are_found_again) {
  enum { MEMBERS = 20000 };
  const struct row family = {"large family", "given V[l] : number for l = 1..20000",
                             "claim V[l] = V[l]", NULL};
  const struct bp_statement *statement = open_row(&family)->line.statement;
  struct bp_letters letters;
  size_t members;
  for (int again = 0; again < 2; again++) {
    ck_assert(bp_letters_find(point.world, statement, &letters) &&
              bp_letters_each(point.world, statement, &letters, look_at_sides,
                              bp_unchanged(statement), &members));
    ck_assert_uint_eq(members, MEMBERS);
    ck_assert_uint_eq(point.world->node_count, MEMBERS);
  }
}
END_TEST

int main(void) {
  Suite *suite = suite_create("world");
  TCase *context = tcase_create("context");
  tcase_add_checked_fixture(context, set_up, tear_down);
  tcase_add_loop_test(context, a_claim_has_its_own_context_again, 0, sizeof rows / sizeof *rows);
  tcase_add_test(context, a_line_that_was_judged_is_left);
  tcase_add_test(context, a_line_of_another_claim_is_none);
  suite_add_tcase(suite, context);
  TCase *nodes = tcase_create("nodes");
  tcase_add_checked_fixture(nodes, set_up, tear_down);
  tcase_add_test(nodes, members_are_found_again);
  suite_add_tcase(suite, nodes);
  return run_suite(suite);
}
