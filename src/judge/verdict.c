/* One claim at one point: shapes of all members first, then values, link by link.
 *
 * Two balls of equal true value overlap; so an equation fails exactly where the midpoints are
 * farther apart than both radii together.  It holds where they are not, and the radii are small
 * against the numbers compared: a comparison that could not have seen an error decides nothing.
 */
#include "judge/verdict.h"

#include <math.h>
#include <string.h>

#include "lang/print.h"

/* A difference of this part of the largest number must be seen, or the comparison says nothing. */
static const double LEAST_SIGHT = 1e-6;
/* Where both sides are 0: numbers are of order 1, and a difference of this size must be seen. */
static const double LEAST_SIGHT_OF_ZERO = 1e-9;

/* ---- gathering ---------------------------------------------------------- */

/* Failures before doubts, earlier links before later ones, the first of equals. */
static bool worse(const struct bp_outcome *a, const struct bp_outcome *b) {
  if (a->verdict != b->verdict)
    return a->verdict > b->verdict;
  return a->verdict != BP_HOLDS && a->link < b->link;
}

static void gather(struct bp_claim_state *state, const struct bp_outcome *outcome) {
  if (worse(outcome, &state->worst))
    state->worst = *outcome;
}

/* The outcome that a fault is. */
static struct bp_outcome of_fault(const struct bp_fault *fault, size_t link) {
  struct bp_outcome outcome = {.link = link};
  bool shape = fault->kind == BP_FAULT_SHAPE, limit = fault->kind == BP_FAULT_LIMIT;
  outcome.verdict = shape ? BP_FAILS : BP_UNDECIDED;
  outcome.reason = shape ? BP_REASON_SHAPE : limit ? BP_REASON_LIMIT : BP_REASON_BROKEN;
  outcome.where =
      (struct bp_diagnostic){fault->source, fault->span, fault->message, fault->suggestion, false};
  return outcome;
}

const char *bp_point_text(struct bp_world *world, const struct bp_scope *scope,
                          struct bp_arena *arena) {
  const char *text = "";
  for (; scope && text; scope = scope->outer)
    text =
        bp_arena_printf(arena, "%s = %ld%s%s", scope->name, scope->index, *text ? ", " : "", text);
  for (size_t i = 0; text && i < world->atom_count; i++)
    if (!world->atoms[i]->fixed)
      text = bp_arena_printf(arena, "%s%s%s = %ld", text, *text ? ", " : "", world->atoms[i]->name,
                             world->atoms[i]->value);
  return text && *text ? text : NULL;
}

/* ---- comparing ---------------------------------------------------------- */

/* What one link is about. */
struct link {
  struct bp_world *world;
  const struct bp_statement *statement;
  const struct bp_scope *scope;
  struct bp_arena *arena; /* of the results */
  size_t number;          /* from 1 */
  struct bp_balls left, right;
};

static enum bp_relation relation_of(const struct link *link) {
  return link->statement->relations[link->number - 1];
}

/* A side that is a single number repeats: claim ∂J/∂X = 0. */
static struct bp_ball element(struct bp_balls side, size_t k) {
  return side.at[side.rows * side.columns == 1 ? 0 : k];
}

static void set_place(const struct link *link, size_t k, double bound, struct bp_outcome *outcome) {
  struct bp_balls shape = link->left.rows * link->left.columns == 1 ? link->right : link->left;
  outcome->rows = shape.rows;
  outcome->columns = shape.columns;
  outcome->row = k / shape.columns;
  outcome->column = k % shape.columns;
  outcome->left = bp_ball_double(element(link->left, k));
  outcome->right = bp_ball_double(element(link->right, k));
  outcome->bound = bound;
  outcome->at = bp_point_text(link->world, link->scope, link->arena);
}

static double distance(struct bp_ball a, struct bp_ball b) {
  return (double)bp_quad_fabs(a.mid - b.mid);
}

/* Half a unit of the last digit printed; 0 for an equation. */
static double printed_tolerance(const struct bp_expression *side, size_t k) {
  if (side->kind == BP_EXPR_MATRIX)
    return printed_tolerance(side->child[k < side->count ? k : 0], 0);
  if (side->kind == BP_EXPR_NEGATE)
    return printed_tolerance(side->child[0], k);
  return side->kind == BP_EXPR_NUMBER ? 0.5 * pow(10, side->last_place) * (1 + 1e-12) : 0;
}

/* What the elements of an equation came to. */
struct sight {
  double scale;    /* largest number on either side */
  double widest;   /* widest bound */
  double farthest; /* largest difference */
  bool zero;       /* every number on both sides may be 0 */
  bool blunt;      /* ≈: a bound is wider than what is printed allows */
};

static bool may_be_zero(struct bp_ball a) { return fabs(bp_ball_double(a)) <= a.rad; }

/* One element; a difference beyond its bound fails, the largest is shown. */
static void compare_element(const struct link *link, size_t k, struct sight *sight, double *worst,
                            struct bp_outcome *outcome) {
  struct bp_ball a = element(link->left, k), b = element(link->right, k);
  bool approximate = relation_of(link) == BP_APPROXIMATE;
  double bound = (a.rad + b.rad) * BP_BALL_UP, apart = distance(a, b);
  double printed = approximate ? printed_tolerance(link->statement->sides[link->number], k) : 0;
  if (!link->world->narrow && apart > (bound + printed) * BP_BALL_UP && apart > *worst) {
    *worst = apart;
    outcome->verdict = BP_FAILS;
    outcome->reason = BP_REASON_VALUE;
    set_place(link, k, bound + printed, outcome);
  }
  sight->widest = fmax(sight->widest, isnan(bound) ? INFINITY : bound);
  sight->farthest = fmax(sight->farthest, apart);
  sight->zero = sight->zero && may_be_zero(a) && may_be_zero(b);
  sight->blunt = sight->blunt || (approximate && !(bound <= printed));
}

/* = and ≈, element by element.  Where both sides are 0 as far as can be seen, differences count as
 * they are: given numbers are of order 1.  On a kink bounds are as wide as the gap between two
 * slopes; how wide they would be without is looked at by bp_claim_sight. */
static void compare_equal(const struct link *link, struct bp_outcome *outcome) {
  size_t left = link->left.rows * link->left.columns;
  size_t right = link->right.rows * link->right.columns;
  struct sight sight = {.scale = fmax(bp_balls_largest(link->left), bp_balls_largest(link->right)),
                        .zero = true};
  double worst = -1;
  for (size_t k = 0; k < (left > right ? left : right); k++)
    compare_element(link, k, &sight, &worst, outcome);
  bool holds = outcome->verdict == BP_HOLDS, approximate = relation_of(link) == BP_APPROXIMATE;
  bool kink = link->world->kink && sight.widest < INFINITY;
  bool seen =
      sight.zero ? sight.widest <= LEAST_SIGHT_OF_ZERO : sight.widest <= LEAST_SIGHT * sight.scale;
  if (approximate)
    seen = !sight.blunt;
  if (holds && !seen && !kink) {
    outcome->verdict = BP_UNDECIDED;
    outcome->reason = link->world->no_slope ? BP_REASON_KINK : BP_REASON_FLOOR;
    set_place(link, 0, sight.widest, outcome);
  }
  if (approximate || (holds && kink))
    return; /* printed digits, and what lies between two slopes, show nothing finer */
  outcome->relative = sight.zero ? sight.farthest : sight.farthest / sight.scale;
  outcome->visible = sight.zero ? sight.widest : sight.widest / sight.scale;
}

/* The smallest of right - left for <, turned round for >. */
static void compare_order(const struct link *link, struct bp_outcome *outcome) {
  enum bp_relation relation = relation_of(link);
  bool less = relation == BP_LESS || relation == BP_AT_MOST;
  bool strict = relation == BP_LESS || relation == BP_GREATER;
  size_t left = link->left.rows * link->left.columns;
  size_t right = link->right.rows * link->right.columns;
  for (size_t k = 0; k < (left > right ? left : right); k++) {
    struct bp_ball a = element(link->left, k), b = element(link->right, k);
    struct bp_ball room = less ? bp_ball_sub(b, a) : bp_ball_sub(a, b);
    double value = bp_ball_double(room);
    bool equal = room.rad == 0 && value == 0;
    if (value > room.rad || (equal && !strict))
      continue;
    bool fails = value < -room.rad || equal;
    struct bp_outcome here = {.verdict = fails ? BP_FAILS : BP_UNDECIDED,
                              .reason = fails ? BP_REASON_VALUE : BP_REASON_FLOOR,
                              .link = link->number};
    set_place(link, k, room.rad, &here);
    if (worse(&here, outcome))
      *outcome = here;
  }
}

static bool has_value(struct bp_balls a) {
  for (size_t k = 0; k < a.rows * a.columns; k++)
    if (isnan(bp_ball_double(a.at[k])))
      return false;
  return true;
}

/* One link whose shapes fit.  False when a side has no value here, and that is nobody's mistake. */
static bool try_link(struct link *link, struct bp_outcome *outcome) {
  *outcome = (struct bp_outcome){.link = link->number, .relative = NAN, .visible = NAN};
  bool left = has_value(link->left), right = has_value(link->right);
  struct bp_gap *gap = &link->world->gap;
  outcome->where =
      (struct bp_diagnostic){gap->set ? gap->source : NULL, gap->span, gap->message, NULL, false};
  if (!left || !right) {
    outcome->verdict = left != right && gap->meant ? BP_FAILS : BP_UNDECIDED;
    outcome->reason = gap->meant ? BP_REASON_NO_VALUE : BP_REASON_DOMAIN;
    outcome->at = bp_point_text(link->world, link->scope, link->arena);
    return outcome->verdict == BP_FAILS;
  }
  outcome->where = (struct bp_diagnostic){0};
  enum bp_relation relation = relation_of(link);
  if (relation == BP_EQUAL || relation == BP_APPROXIMATE)
    compare_equal(link, outcome);
  else
    compare_order(link, outcome);
  if (outcome->verdict == BP_FAILS && link->world->trail.unsure) {
    outcome->verdict = BP_UNDECIDED;
    outcome->reason = BP_REASON_KINK;
  }
  return true;
}

/* ---- one member --------------------------------------------------------- */

struct trial {
  struct bp_world *world;
  struct bp_claim_state *state;
  struct bp_arena *arena;
  bool valid;
};

static bool is_zero(const struct bp_expression *expression) {
  return expression->kind == BP_EXPR_NUMBER &&
         strspn(expression->text, "0.") == strlen(expression->text);
}

/* Whether the sides of the link have one shape; a plain 0 fits everything. */
static bool sides_fit(struct bp_world *world, const struct bp_statement *statement, size_t link,
                      struct bp_symbolic left, struct bp_symbolic right) {
  const struct bp_expression *a = statement->sides[link - 1], *b = statement->sides[link];
  if (is_zero(a) || is_zero(b) ||
      (bp_size_fits(world, left.rows, right.rows) &&
       bp_size_fits(world, left.columns, right.columns)))
    return true;
  struct bp_arena *arena = world->model->arena;
  bool turned = bp_size_same(left.rows, right.columns) && bp_size_same(left.columns, right.rows);
  return bp_fault_set(
      world, BP_FAULT_SHAPE, statement->relation_spans[link - 1],
      turned ? "one side is the transpose of the other's shape: is a ' missing or too many?" : NULL,
      "the left side is %s, the right side %s; in numbers (%ld,%ld) and (%ld,%ld)",
      bp_symbolic_text(arena, left), bp_symbolic_text(arena, right), left.rows.value,
      left.columns.value, right.rows.value, right.columns.value);
}

/* ≈ compares with what is printed. */
static bool printed(const struct bp_expression *side) {
  if (side->kind == BP_EXPR_NEGATE)
    return printed(side->child[0]);
  for (size_t i = 0; side->kind == BP_EXPR_MATRIX && i < side->count; i++)
    if (!printed(side->child[i]))
      return false;
  return side->kind == BP_EXPR_NUMBER || side->kind == BP_EXPR_MATRIX;
}

static bool link_shapes(struct bp_world *world, const struct bp_statement *statement, size_t link,
                        const struct bp_scope *scope, struct bp_symbolic *left,
                        struct bp_symbolic *right) {
  if (link == 1 && !bp_shape(world, statement->sides[0], scope, left))
    return false;
  if (!bp_shape(world, statement->sides[link], scope, right))
    return false;
  if (statement->relations[link - 1] == BP_APPROXIMATE && !printed(statement->sides[link]))
    return bp_fault_set(world, BP_FAULT_MISUSE, statement->sides[link]->span,
                        "write the number as it is printed, or = for an equation",
                        "right of ≈ stands a number, or a matrix of numbers");
  return sides_fit(world, statement, link, *left, *right);
}

/* A member: link by link up to the first that does not hold. */
static bool try_member(void *context, const struct bp_scope *scope) {
  struct trial *trial = context;
  struct bp_world *world = trial->world;
  const struct bp_statement *statement = trial->state->claim->line.statement;
  struct bp_arena_mark mark = bp_arena_mark(world->scratch);
  struct bp_symbolic left, right;
  struct link link = {world, statement, scope, trial->arena, 0, {0}, {0}};
  for (size_t k = 1; k < statement->side_count; k++) {
    struct bp_outcome outcome;
    link.number = k;
    if (!link_shapes(world, statement, k, scope, &left, &right) ||
        (k == 1 && !bp_value(world, statement->sides[0], scope, NULL, &link.left)) ||
        !bp_value(world, statement->sides[k], scope, NULL, &link.right)) {
      outcome = of_fault(&world->fault, k);
      outcome.at = bp_point_text(world, scope, trial->arena);
      gather(trial->state, &outcome);
      return false;
    }
    if (!try_link(&link, &outcome))
      trial->valid = false;
    gather(trial->state, &outcome);
    struct bp_claim_state *state = trial->state;
    state->largest_relative = fmax(state->largest_relative, outcome.relative);
    state->visible = fmax(state->visible, outcome.visible);
    state->numbers += link.left.rows * link.left.columns;
    if (outcome.verdict != BP_HOLDS)
      break;
    left = right;
    link.left = link.right;
  }
  bp_arena_release(world->scratch, mark);
  return trial->state->worst.verdict != BP_FAILS;
}

/* A size that is said as a number means just that number; one said in symbols must be the same, or
 * fits with a note. */
static bool said_fits(struct bp_world *world, struct bp_size found, struct bp_size said) {
  bool number = bp_size_same(said, bp_size_constant(world->symbols, said.value));
  if (number)
    return bp_size_same(bp_size_reduced(world->symbols, found), said);
  return bp_size_fits(world, found, said);
}

/* shape E : rows x columns */
static bool shape_as_said(struct bp_world *world, const struct bp_statement *statement,
                          const struct bp_scope *scope) {
  struct bp_symbolic found, said;
  said.rows = said.columns = bp_size_constant(world->symbols, 1);
  bool fine =
      bp_shape(world, statement->sides[0], scope, &found) &&
      (!statement->rows || bp_world_size(world, statement->rows, scope, &said.rows)) &&
      (!statement->columns || bp_world_size(world, statement->columns, scope, &said.columns));
  if (fine &&
      !(said_fits(world, found.rows, said.rows) && said_fits(world, found.columns, said.columns)))
    fine = bp_fault_set(
        world, BP_FAULT_SHAPE, statement->sides[0]->span, NULL,
        "this is %s, not %s; in numbers (%ld,%ld)", bp_symbolic_text(world->symbols, found),
        bp_symbolic_text(world->symbols, said), found.rows.value, found.columns.value);
  return fine;
}

static bool try_shape(void *context, const struct bp_scope *scope) {
  struct trial *trial = context;
  struct bp_world *world = trial->world;
  trial->state->numbers++;
  if (shape_as_said(world, trial->state->claim->line.statement, scope))
    return true;
  struct bp_outcome outcome = of_fault(&world->fault, 1);
  outcome.at = bp_point_text(world, scope, trial->arena);
  gather(trial->state, &outcome);
  return false;
}

bool bp_claim_shapes(struct bp_world *world, const struct bp_statement *statement,
                     const struct bp_scope *scope) {
  if (statement->kind == BP_STATEMENT_SHAPE)
    return shape_as_said(world, statement, scope);
  struct bp_symbolic left, right;
  for (size_t k = 1; k < statement->side_count; k++) {
    if (!link_shapes(world, statement, k, scope, &left, &right))
      return false;
    left = right;
  }
  return true;
}

bool bp_claim_try_member(struct bp_world *world, struct bp_claim_state *state,
                         const struct bp_scope *scope, struct bp_arena *arena) {
  struct trial trial = {world, state, arena, true};
  if (state->claim->line.statement->kind == BP_STATEMENT_SHAPE)
    try_shape(&trial, scope);
  else
    try_member(&trial, scope);
  return trial.valid;
}

/* ---- one trial ---------------------------------------------------------- */

void bp_world_begin(struct bp_world *world, const struct bp_line *line,
                    const struct bp_model_claim *claim) {
  world->fault = (struct bp_fault){0};
  world->gap = (struct bp_gap){0};
  world->trail = (struct bp_ball_trail){0};
  world->kink = world->no_slope = false;
  world->notes = NULL;
  world->note_count = 0;
  world->steps = 0;
  world->computing = NULL;
  world->claim = claim;
  world->source = line->source;
  world->order = line->order;
}

static void keep_notes(struct bp_world *world, struct bp_claim_state *state,
                       struct bp_arena *arena) {
  if (world->note_count <= state->note_count)
    return;
  const char **notes = bp_arena_alloc(arena, world->note_count, sizeof *notes);
  if (!notes)
    return;
  memcpy(notes, world->notes, world->note_count * sizeof *notes);
  state->notes = notes;
  state->note_count = world->note_count;
}

/* A mistake in the claim itself, as opposed to a wrong claim, is reported like any bad input. */
static void report_misuse(const struct bp_world *world) {
  if (world->fault.kind == BP_FAULT_MISUSE)
    bp_fault_report(world);
}

void bp_claim_try(struct bp_world *world, struct bp_claim_state *state, struct bp_arena *arena) {
  const struct bp_statement *statement = state->claim->line.statement;
  struct trial trial = {world, state, arena, true};
  struct bp_letters letters;
  size_t members = 0;
  if (statement->broken) {
    state->worst = (struct bp_outcome){.verdict = BP_UNDECIDED, .reason = BP_REASON_BROKEN};
    state->decided = true;
    return;
  }
  struct bp_arena_mark mark = bp_arena_mark(world->scratch);
  bp_world_begin(world, &state->claim->line, state->claim);
  bool shape = statement->kind == BP_STATEMENT_SHAPE;
  bool fine =
      bp_letters_find(world, statement, &letters) &&
      bp_letters_each(world, statement, &letters, shape ? try_shape : try_member, &trial, &members);
  if (!fine && world->fault.kind != BP_FAULT_NONE && state->worst.verdict == BP_HOLDS) {
    struct bp_outcome outcome = of_fault(&world->fault, 1);
    gather(state, &outcome);
  }
  report_misuse(world);
  state->members = members > state->members ? members : state->members;
  state->points += trial.valid && members > 0;
  state->invalid += !trial.valid;
  state->kink = state->kink || world->kink;
  keep_notes(world, state, arena);
  bool doubt = world->fault.kind != BP_FAULT_NONE; /* the next trial would end the same way */
  state->decided = state->worst.verdict == BP_FAILS || doubt;
  bp_arena_release(world->scratch, mark);
}

/* A claim that holds on a kink, looked at with the middle of the slopes instead of all between
 * them: bounds that are wide for another reason hide what they hide. */
void bp_claim_sight(struct bp_world *world, struct bp_claim_state *state, struct bp_arena *arena) {
  struct bp_claim_state narrow = {.claim = state->claim, .largest_relative = NAN, .visible = NAN};
  bp_claim_try(world, &narrow, arena);
  if (narrow.worst.verdict == BP_HOLDS && !(narrow.visible > LEAST_SIGHT))
    return;
  state->worst = (struct bp_outcome){
      .verdict = BP_UNDECIDED, .reason = BP_REASON_FLOOR, .link = narrow.worst.link};
}

/* ---- the result --------------------------------------------------------- */

/* A trial without values is no reason to doubt those that had them. */
static struct bp_outcome final_outcome(const struct bp_claim_state *state) {
  struct bp_outcome outcome = state->worst;
  bool gap = outcome.reason == BP_REASON_DOMAIN || outcome.reason == BP_REASON_NO_VALUE;
  if (outcome.verdict == BP_UNDECIDED && gap && state->points > 0)
    outcome = (struct bp_outcome){0};
  if (outcome.verdict == BP_HOLDS && state->points == 0)
    outcome = (struct bp_outcome){.verdict = BP_UNDECIDED, .reason = BP_REASON_NOTHING};
  if (outcome.verdict == BP_HOLDS && state->kink)
    outcome.reason = BP_REASON_KINK;
  return outcome;
}

static void turn_round(struct bp_outcome *outcome) {
  if (outcome->verdict == BP_FAILS) {
    outcome->verdict = BP_HOLDS;
  } else if (outcome->verdict == BP_HOLDS) {
    *outcome = (struct bp_outcome){.verdict = BP_FAILS, .reason = BP_REASON_REFUTED};
  }
}

static const char *side_text(const struct bp_model_claim *claim, size_t side,
                             struct bp_arena *arena) {
  const struct bp_statement *statement = claim->line.statement;
  if (side >= statement->side_count)
    return NULL;
  return bp_source_line(claim->line.source, statement->sides[side]->span, arena);
}

/* The formula without its keyword and its name. */
static const char *formula(const struct bp_model_claim *claim, struct bp_arena *arena) {
  const struct bp_statement *statement = claim->line.statement;
  struct bp_span span = statement->span;
  if (!statement->broken && statement->side_count)
    span.begin = statement->sides[0]->span.begin;
  return bp_source_line(claim->line.source, span, arena);
}

void bp_claim_finish(const struct bp_claim_state *state, struct bp_arena *arena,
                     struct bp_claim *claim) {
  const struct bp_statement *statement = state->claim->line.statement;
  struct bp_outcome outcome = final_outcome(state);
  size_t link = outcome.link;
  if (statement->kind == BP_STATEMENT_REFUTE)
    turn_round(&outcome);
  bool sides = link > 0 && statement->kind != BP_STATEMENT_SHAPE && !statement->broken;
  *claim = (struct bp_claim){
      .kind = statement->kind == BP_STATEMENT_CLAIM    ? BP_CLAIM
              : statement->kind == BP_STATEMENT_REFUTE ? BP_REFUTE
                                                       : BP_SHAPE_CLAIM,
      .name = statement->text,
      .text = formula(state->claim, arena),
      .source = state->claim->line.source,
      .span = statement->span,
      .verdict = outcome.verdict,
      .reason = outcome.reason,
      .where = outcome.where,
      .links = statement->side_count > 1 ? statement->side_count - 1 : 1,
      .broken_link =
          outcome.verdict == BP_HOLDS && statement->kind != BP_STATEMENT_REFUTE ? 0 : link,
      .left = sides ? side_text(state->claim, link - 1, arena) : NULL,
      .right = sides ? side_text(state->claim, link, arena) : NULL,
      .points = state->points,
      .invalid = state->invalid,
      .members = state->members,
      .numbers = state->numbers,
      .largest_relative = state->largest_relative,
      .visible = state->visible,
      .at = outcome.at,
      .row = outcome.row,
      .column = outcome.column,
      .rows = outcome.rows,
      .columns = outcome.columns,
      .left_value = outcome.left,
      .right_value = outcome.right,
      .bound = outcome.bound,
      .notes = state->notes,
      .note_count = state->note_count,
  };
}
