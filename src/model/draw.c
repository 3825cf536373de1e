/* What is drawn: given matrices, according to their domain, and the directions of differentials.
 *
 * Which numbers a region has is told in region.c; here they become matrices.  What is drawn for a
 * name hangs on nothing but the seed, the trial and the name.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "model/region.h"
#include "model/world.h"

/* The number that a value of a domain is, as it is written: 0.1 is a tenth. */
static struct bp_ball value_of(const struct bp_ball_room *room,
                               const struct bp_expression *expression) {
  struct bp_ball ball;
  if (expression->kind == BP_EXPR_NEGATE)
    return bp_ball_neg(value_of(room, expression->child[0]));
  if (expression->kind != BP_EXPR_NUMBER || !bp_ball_decimal(room, expression->text, &ball))
    return bp_ball_missing();
  return ball;
}

/* An end that belongs to its interval is just not taken, so that all others may ask whether a
 * number lies between the ends. */
double bp_domain_value(const struct bp_world *world, const struct bp_domain *domain, size_t which) {
  bool interval = domain->kind == BP_DOMAIN_INTERVAL;
  double outside = which ? (double)INFINITY : -(double)INFINITY;
  if (!domain->values[which])
    return outside;
  double number = bp_ball_double(value_of(&world->room, domain->values[which]));
  return interval && domain->closed[which] ? nextafter(number, outside) : number;
}

static bool check_numbers(struct bp_world *world, const struct bp_domain *domain) {
  const struct bp_ball_room *room = &world->room;
  for (size_t i = 0; i < domain->count; i++)
    if (domain->values[i] && !bp_ball_finite(value_of(room, domain->values[i])))
      return bp_fault_set(world, BP_FAULT_MISUSE, domain->values[i]->span, "write a smaller number",
                          "this is no number that can be computed with");
  if (domain->kind != BP_DOMAIN_INTERVAL ||
      bp_domain_value(world, domain, 0) < bp_domain_value(world, domain, 1))
    return true;
  return bp_fault_set(world, BP_FAULT_MISUSE, domain->span, "the smaller number first: (0, 1)",
                      "there is no number in this interval");
}

bool bp_domain_fits(struct bp_world *world, const struct bp_node *node) {
  const struct bp_domain *domain = &node->piece->line.statement->domain;
  bool square = domain->kind == BP_DOMAIN_SYMMETRIC || domain->kind == BP_DOMAIN_SPD;
  if (square && !bp_size_fits(world, node->shape.rows, node->shape.columns))
    return bp_fault_set(world, BP_FAULT_MISUSE, domain->span, "given A : n x n in symmetric",
                        "a symmetric matrix is square, and %s is %s", node->name,
                        bp_symbolic_text(world->symbols, node->shape));
  return check_numbers(world, domain);
}

/* What the numbers of one name are drawn with. */
struct pen {
  struct bp_drawing *drawing;
  const struct bp_domain *domain;
  struct bp_number_domain numbers;
  double scale;
  uint64_t common; /* a state that all names share */
  uint64_t *state;
};

static size_t choose(struct pen *pen, size_t count) {
  if (pen->drawing->numbers_cases)
    return bp_case_choice(&pen->drawing->cases, count);
  enum bp_draw_region region = pen->drawing->region;
  if (region == BP_REGION_NEGATIVE || region == BP_REGION_POSITIVE)
    return region == BP_REGION_NEGATIVE ? 0 : count - 1;
  uint64_t *from = region == BP_REGION_EQUAL ? &pen->common : pen->state;
  return (size_t)(bp_uniform(from) * (double)count) % count;
}

static struct bp_ball draw_one(const struct bp_ball_room *room, struct pen *pen) {
  if (pen->domain->kind == BP_DOMAIN_SET)
    return value_of(room, pen->domain->values[choose(pen, pen->domain->count)]);
  bool special = pen->drawing->numbers_cases && pen->drawing->region == BP_REGION_SPECIAL;
  if (special && pen->domain->kind == BP_DOMAIN_REAL)
    return bp_ball_exact(bp_special_case(&pen->drawing->cases));
  double number =
      bp_region_number(pen->drawing->region, pen->numbers, pen->scale, pen->common, pen->state);
  double full = pen->drawing->full ? bp_full_bits(number, pen->state) : number;
  bool interval = pen->domain->kind == BP_DOMAIN_INTERVAL;
  bool within = !interval || (full > pen->numbers.low && full < pen->numbers.high);
  return bp_ball_exact(within ? full : number);
}

static void make_symmetric(struct bp_balls a) {
  for (size_t i = 0; i < a.rows; i++)
    for (size_t j = 0; j < i && j < a.columns; j++)
      a.at[i * a.columns + j] = a.at[j * a.columns + i];
}

/* G G' + c I with a random G of few bits: positive definite, and its diagonal need not be the
 * largest of anything. */
static void make_definite(struct bp_balls a, struct bp_arena *scratch, struct pen *pen) {
  size_t n = a.rows;
  double *g = bp_arena_alloc(scratch, n * n + 1, sizeof *g);
  double wanted = bp_region_scale(pen->drawing->region, pen->state);
  double scale = ldexp(1, (int)lrint(log2(wanted > 0 ? wanted : 0.001)) + pen->drawing->definite);
  double least = pen->drawing->region == BP_REGION_EQUAL ? 0x1p-16 : 0.25; /* nearly singular */
  for (size_t i = 0; g && i < n * n; i++)
    g[i] = ldexp(rint(ldexp(bp_ball_double(a.at[i]), 6)), -6);
  for (size_t i = 0; g && i < n; i++) {
    for (size_t j = 0; j <= i; j++) {
      double sum = i == j ? least : 0;
      for (size_t k = 0; k < n; k++)
        sum += g[i * n + k] * g[j * n + k];
      a.at[i * n + j] = a.at[j * n + i] = bp_ball_exact(bp_few_bits(scale * sum));
    }
  }
}

/* Puts the single 1 of one sample. */
static void put_hot(struct bp_balls a, bool rows, size_t sample, size_t hot) {
  size_t samples = rows ? a.rows : a.columns, classes = rows ? a.columns : a.rows;
  for (size_t i = 0; sample < samples && i < classes; i++)
    a.at[rows ? sample * a.columns + i : i * a.columns + sample] = bp_ball_exact(i == hot ? 1 : 0);
}

bool bp_onehot_in_rows(const struct bp_node *node) {
  const struct bp_model_line *line = &node->piece->line;
  return line->rows_are_samples || line->statement->domain.along_rows;
}

/* A single 1 in every sample. */
static void make_onehot(struct bp_balls a, bool rows, struct pen *pen) {
  size_t samples = rows ? a.rows : a.columns, classes = rows ? a.columns : a.rows;
  for (size_t j = 0; j < samples; j++)
    put_hot(a, rows, j, choose(pen, classes));
}

/* ---- in order ----------------------------------------------------------- */

static int by_size(const void *a, const void *b) {
  double x = bp_ball_double(*(const struct bp_ball *)a);
  double y = bp_ball_double(*(const struct bp_ball *)b);
  return (x > y) - (x < y);
}

/* The place of the k-th smallest number where they go up or down, along rows or down columns. */
static size_t place_in_order(struct bp_balls a, size_t k, bool down, bool by_columns) {
  size_t count = a.rows * a.columns, at = down ? count - 1 - k : k;
  return by_columns ? at % a.rows * a.columns + at / a.rows : at;
}

/* Sorts what was drawn, or puts the largest number of each row where a diagonal or its mirror image
 * passes: of n numbers drawn alike one in n! is sorted, and of matrices fewer.  All names have the
 * order whose turn it is, or with other sizes each one of its own. */
static void put_in_order(const struct bp_world *world, struct bp_balls a, uint64_t *state) {
  enum { ASCENDING, DIAGONAL, DESCENDING, MIRRORED, ORDERS };
  const struct bp_drawing *drawing = &world->drawing;
  size_t count = a.rows * a.columns, own = bp_random_bits(state) % ORDERS;
  size_t order = drawing->sizes == BP_SIZES_DRAWN ? drawing->turn % ORDERS : own;
  bool by_columns = bp_random_bits(state) % 2;
  struct bp_ball *sorted = bp_arena_alloc(world->scratch, count + 1, sizeof *sorted);
  if (!sorted)
    return;
  memcpy(sorted, a.at, count * sizeof *sorted);
  qsort(sorted, count, sizeof *sorted, by_size);
  size_t on = a.rows < a.columns ? a.rows : a.columns, next = 0;
  bool diagonal = on > 1 && (order == DIAGONAL || order == MIRRORED);
  for (size_t k = 0; !diagonal && k < count; k++)
    a.at[place_in_order(a, k, order == DESCENDING, by_columns)] = sorted[k];
  for (size_t k = 0; diagonal && k < count; k++) {
    size_t row = k / a.columns, column = k % a.columns;
    size_t mirrored = order == MIRRORED ? a.columns - 1 - column : column;
    a.at[k] = row == mirrored ? sorted[count - 1 - row] : sorted[next++];
  }
}

static void fill(struct bp_world *world, size_t trial, const struct bp_ball_room *room,
                 struct bp_balls a, const struct bp_domain *domain, bool along_rows,
                 uint64_t *state) {
  struct pen pen = {.drawing = &world->drawing,
                    .domain = domain,
                    .numbers = {.kind = domain->kind},
                    .common = bp_world_seed_of_trial(world, "", trial),
                    .state = state};
  if (domain->kind == BP_DOMAIN_INTERVAL) {
    pen.numbers.low = bp_domain_value(world, domain, 0);
    pen.numbers.high = bp_domain_value(world, domain, 1);
    memcpy(pen.numbers.closed, domain->closed, sizeof domain->closed);
  }
  bool definite = domain->kind == BP_DOMAIN_SPD;
  struct bp_drawing near = {.region = BP_REGION_NEAR};
  enum bp_draw_region region = world->drawing.region;
  if (definite && region != BP_REGION_POSITIVE && region != BP_REGION_EQUAL)
    pen.drawing = &near;
  pen.scale = bp_region_scale(pen.drawing->region, state);
  for (size_t i = 0; domain->kind != BP_DOMAIN_ONEHOT && i < a.rows * a.columns; i++)
    a.at[i] = draw_one(room, &pen);
  pen.drawing = &world->drawing;
  bool discrete = domain->kind == BP_DOMAIN_SET || domain->kind == BP_DOMAIN_ONEHOT;
  if (world->drawing.region == BP_REGION_ORDERED && !discrete && !definite)
    put_in_order(world, a, state);
  if (domain->kind == BP_DOMAIN_ONEHOT)
    make_onehot(a, along_rows, &pen);
  else if (domain->kind == BP_DOMAIN_SYMMETRIC)
    make_symmetric(a);
  else if (definite)
    make_definite(a, world->scratch, &pen);
}

static struct bp_balls new_matrix(struct bp_world *world, struct bp_symbolic shape) {
  struct bp_ball_room room = bp_world_keeping(world);
  return bp_balls_new(&room, (size_t)shape.rows.value, (size_t)shape.columns.value);
}

/* The first number has the sign that its name has in the trial. */
static void give_sign(const struct bp_world *world, const struct bp_node *node, size_t trial,
                      struct bp_balls a) {
  enum bp_domain_kind kind = node->piece->line.statement->domain.kind;
  bool either = kind == BP_DOMAIN_REAL || kind == BP_DOMAIN_NONZERO;
  if (!either || world->drawing.region != BP_REGION_NEAR || a.rows * a.columns == 0)
    return;
  uint32_t turns = bp_sign_turns(world->seed, bp_world_seed_of_trial(world, node->name, 0));
  bool positive = turns >> trial % BP_SIGN_TURNS & 1;
  if ((bp_ball_double(a.at[0]) < 0) == positive)
    a.at[0] = bp_ball_neg(a.at[0]);
}

/* Goes part of the way to what another trial draws.  A set has nothing between its numbers. */
static void take_step(struct bp_world *world, const struct bp_node *node, struct bp_step step) {
  const struct bp_domain *domain = &node->piece->line.statement->domain;
  bool discrete = domain->kind == BP_DOMAIN_SET || domain->kind == BP_DOMAIN_ONEHOT;
  bool bounded = domain->kind != BP_DOMAIN_REAL && domain->kind != BP_DOMAIN_SYMMETRIC;
  bool taken = !step.some || (bp_world_seed_of_trial(world, node->name, step.some) & 1) != 0;
  double part = bounded ? fabs(step.part) : step.part;
  if (part == 0 || !taken || (discrete && part != 1))
    return;
  uint64_t state = bp_world_seed_of_trial(world, node->name, step.trial);
  struct bp_ball_room room = bp_world_keeping(world); /* what is taken over lives like the rest */
  struct bp_balls a = node->value, other = bp_balls_new(&room, a.rows, a.columns);
  if (!other.at)
    return;
  struct bp_drawing drawing = world->drawing;
  world->drawing = (struct bp_drawing){.region = step.region};
  fill(world, step.trial, &room, other, domain, bp_onehot_in_rows(node), &state);
  give_sign(world, node, step.trial, other);
  world->drawing = drawing;
  for (size_t k = 0; k < a.rows * a.columns; k++) {
    double from = bp_ball_double(a.at[k]), to = bp_ball_double(other.at[k]);
    if (domain->kind == BP_DOMAIN_NONZERO && (from < 0) != (to < 0))
      to = -to; /* there is no way through 0 */
    if (part == 1 && to == bp_ball_double(other.at[k]))
      a.at[k] = other.at[k]; /* a number of a set may be no float64 */
    else
      a.at[k] = bp_ball_exact(part == 1 ? to : bp_few_bits(from + part * (to - from)));
  }
}

/* The number that is put in the place of another. */
static struct bp_ball changed(const struct bp_ball_room *room, const struct bp_change *change) {
  return change->exact.below ? bp_ball_combine(room, bp_ball_whole(change->exact.above),
                                               bp_ball_whole(change->exact.below), bp_ball_div)
                             : bp_ball_exact(change->number);
}

/* Puts single numbers in the place of those that were drawn. */
static void make_changes(struct bp_world *world, const struct bp_node *node,
                         const struct bp_ball_room *room) {
  const struct bp_domain *domain = &node->piece->line.statement->domain;
  struct bp_balls a = node->value;
  for (size_t i = 0; i < world->drawing.change_count; i++) {
    const struct bp_change *change = &world->drawing.changes[i];
    size_t k = change->element;
    if (k >= a.rows * a.columns || strcmp(change->name, node->name) != 0)
      continue;
    if (domain->kind == BP_DOMAIN_ONEHOT) {
      put_hot(a, bp_onehot_in_rows(node), k, change->choice);
    } else if (domain->kind == BP_DOMAIN_SET) {
      a.at[k] = value_of(room, domain->values[change->choice % domain->count]);
    } else if (domain->kind != BP_DOMAIN_SPD || change->number > bp_ball_double(a.at[k])) {
      a.at[k] = changed(room, change); /* more on the diagonal keeps a matrix definite */
    }
    if (domain->kind == BP_DOMAIN_SYMMETRIC)
      a.at[k % a.columns * a.columns + k / a.columns] = a.at[k];
  }
}

/* Names that lie apart have their places for two trials, in the second of them on the other side of
 * 0: of any two each is once the larger one. */
static bool is_mirrored(const struct bp_world *world, const struct bp_domain *domain) {
  bool either = domain->kind == BP_DOMAIN_REAL || domain->kind == BP_DOMAIN_NONZERO;
  return either && world->drawing.region == BP_REGION_APART && world->trial % 2 == 0;
}

bool bp_world_draw(struct bp_world *world, struct bp_node *node) {
  bool apart = world->drawing.region == BP_REGION_APART;
  uint64_t state = apart ? bp_world_seed_of_trial(world, node->name, world->trial | 1) : node->seed;
  node->value = new_matrix(world, node->shape);
  if (!node->value.at)
    return bp_fault_exhausted(world, node->piece->target->span);
  const struct bp_domain *domain = &node->piece->line.statement->domain;
  struct bp_ball_room room = bp_world_keeping(world);
  fill(world, world->trial, &room, node->value, domain, bp_onehot_in_rows(node), &state);
  give_sign(world, node, world->trial, node->value);
  for (size_t k = 0; is_mirrored(world, domain) && k < node->value.rows * node->value.columns; k++)
    node->value.at[k] = bp_ball_neg(node->value.at[k]);
  for (size_t i = 0; i < world->drawing.step_count; i++)
    take_step(world, node, world->drawing.steps[i]);
  int grid = domain->kind == BP_DOMAIN_REAL ? world->drawing.grid : 0;
  for (size_t k = 0; grid && k < node->value.rows * node->value.columns; k++)
    node->value.at[k] = bp_ball_exact(
        bp_few_bits(ldexp(rint(ldexp(bp_ball_double(node->value.at[k]), grid)), -grid)));
  make_changes(world, node, &room);
  return true;
}

struct bp_balls bp_world_direction(struct bp_world *world, struct bp_node *node) {
  if (node->direction.at)
    return node->direction;
  static const struct bp_domain anywhere = {.kind = BP_DOMAIN_REAL};
  uint64_t state = node->seed ^ 0x5851f42d4c957f2du;
  node->direction = new_matrix(world, node->shape);
  struct bp_drawing drawing = world->drawing;
  world->drawing = (struct bp_drawing){.region = BP_REGION_NEAR};
  if (node->direction.at)
    fill(world, world->trial, &world->room, node->direction, &anywhere, false, &state);
  world->drawing = drawing;
  enum bp_domain_kind kind = node->piece->line.statement->domain.kind;
  bool drawn = node->declaration->kind == BP_DECLARED_GIVEN;
  if (node->direction.at && drawn && (kind == BP_DOMAIN_SYMMETRIC || kind == BP_DOMAIN_SPD))
    make_symmetric(node->direction);
  return node->direction;
}
