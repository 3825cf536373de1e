/* What is drawn: given matrices, according to their domain, and the directions of differentials.
 *
 * Numbers are multiples of a power of two with some 24 bits, so they are exact, and so is much of
 * what is computed from them; the same number is drawn whatever the bits of the world are.
 *
 * Numbers are of order 1 and keep away from 0 a little, so that a comparison is about numbers that
 * matter; in an interval they keep away from its ends.
 */
#include <math.h>

#include "base/random.h"
#include "model/world.h"

static const double LARGEST = 1.5, SMALLEST = 0.05;

/* The multiple of a small part of `size` that is next to x. */
static double dyadic(double x, double size) {
  enum { BITS = 24 };
  int exponent;
  frexp(size, &exponent);
  return ldexp(nearbyint(ldexp(x, BITS - exponent)), exponent - BITS);
}

static double draw_real(uint64_t *state) {
  double magnitude = dyadic(SMALLEST + (LARGEST - SMALLEST) * bp_uniform(state), LARGEST);
  return bp_uniform(state) < 0.5 ? -magnitude : magnitude;
}

static double draw_between(uint64_t *state, double low, double high) {
  return dyadic(low + (high - low) * (0.05 + 0.9 * bp_uniform(state)), high - low);
}

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

static bool check_numbers(struct bp_world *world, const struct bp_domain *domain) {
  const struct bp_ball_room *room = &world->room;
  for (size_t i = 0; i < domain->count; i++)
    if (!bp_ball_finite(value_of(room, domain->values[i])))
      return bp_fault_set(world, BP_FAULT_MISUSE, domain->values[i]->span, "write a smaller number",
                          "this is no number that can be computed with");
  if (domain->kind != BP_DOMAIN_INTERVAL || bp_ball_double(value_of(room, domain->values[0])) <
                                                bp_ball_double(value_of(room, domain->values[1])))
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

static struct bp_ball draw_one(const struct bp_ball_room *room, const struct bp_domain *domain,
                               uint64_t *state) {
  switch (domain->kind) {
  case BP_DOMAIN_POSITIVE:
    return bp_ball_exact(dyadic(0.2 + 2.0 * bp_uniform(state), 2.2));
  case BP_DOMAIN_INTERVAL:
    return bp_ball_exact(draw_between(state, bp_ball_double(value_of(room, domain->values[0])),
                                      bp_ball_double(value_of(room, domain->values[1]))));
  case BP_DOMAIN_SET: {
    size_t which = (size_t)(bp_uniform(state) * (double)domain->count);
    return value_of(room, domain->values[which < domain->count ? which : 0]);
  }
  case BP_DOMAIN_NONZERO: {
    double value = draw_real(state);
    return bp_ball_exact(value < 0 ? value - 0.25 : value + 0.25);
  }
  default:
    return bp_ball_exact(draw_real(state));
  }
}

static void make_symmetric(struct bp_balls a) {
  for (size_t i = 0; i < a.rows; i++)
    for (size_t j = 0; j < i && j < a.columns; j++)
      a.at[i * a.columns + j] = a.at[j * a.columns + i];
}

/* Symmetric with a dominant diagonal (Gershgorin), so positive definite. */
static void make_definite(struct bp_balls a) {
  make_symmetric(a);
  for (size_t i = 0; i < a.rows; i++) {
    double sum = 0.5 + fabs(bp_ball_double(a.at[i * a.columns + i]));
    for (size_t j = 0; j < a.columns; j++)
      if (j != i)
        sum += fabs(bp_ball_double(a.at[i * a.columns + j]));
    a.at[i * a.columns + i] = bp_ball_exact(sum);
  }
}

static void make_onehot(struct bp_balls a, uint64_t *state) {
  for (size_t j = 0; j < a.columns; j++) {
    size_t hot = (size_t)(bp_uniform(state) * (double)a.rows);
    for (size_t i = 0; i < a.rows; i++)
      a.at[i * a.columns + j] = bp_ball_exact(i == hot ? 1 : 0);
  }
}

static void fill(const struct bp_ball_room *room, struct bp_balls a, const struct bp_domain *domain,
                 uint64_t *state) {
  for (size_t i = 0; i < a.rows * a.columns; i++)
    a.at[i] = draw_one(room, domain, state);
  if (domain->kind == BP_DOMAIN_ONEHOT)
    make_onehot(a, state);
  else if (domain->kind == BP_DOMAIN_SYMMETRIC)
    make_symmetric(a);
  else if (domain->kind == BP_DOMAIN_SPD)
    make_definite(a);
}

static struct bp_balls new_matrix(struct bp_world *world, struct bp_symbolic shape) {
  struct bp_ball_room room = bp_world_keeping(world);
  return bp_balls_new(&room, (size_t)shape.rows.value, (size_t)shape.columns.value);
}

/* The first number takes turns from trial to trial: through the values of its domain, or from one
 * sign to the other, so that a few trials meet them all. */
static void take_turns(struct bp_world *world, const struct bp_node *node,
                       const struct bp_domain *domain) {
  size_t turn = world->trial;
  for (const char *letter = node->name; *letter; letter++)
    turn += (unsigned char)*letter;
  struct bp_ball_room room = bp_world_keeping(world);
  struct bp_ball *first = &node->value.at[0];
  if (domain->kind == BP_DOMAIN_SET)
    *first = value_of(&room, domain->values[turn % domain->count]);
  else if (domain->kind == BP_DOMAIN_REAL || domain->kind == BP_DOMAIN_NONZERO)
    *first = (bp_ball_double(*first) < 0) == (turn % 2 == 0) ? *first : bp_ball_neg(*first);
}

bool bp_world_draw(struct bp_world *world, struct bp_node *node) {
  uint64_t state = node->seed;
  node->value = new_matrix(world, node->shape);
  if (!node->value.at)
    return bp_fault_set(world, BP_FAULT_LIMIT, node->piece->target->span,
                        "choose smaller sizes: size m in 2..4",
                        "%s with %ld x %ld numbers does not fit into memory", node->name,
                        node->shape.rows.value, node->shape.columns.value);
  const struct bp_domain *domain = &node->piece->line.statement->domain;
  struct bp_ball_room room = bp_world_keeping(world);
  fill(&room, node->value, domain, &state);
  take_turns(world, node, domain);
  return true;
}

struct bp_balls bp_world_direction(struct bp_world *world, struct bp_node *node) {
  if (node->direction.at)
    return node->direction;
  static const struct bp_domain anywhere = {.kind = BP_DOMAIN_REAL};
  uint64_t state = node->seed ^ 0x5851f42d4c957f2du;
  node->direction = new_matrix(world, node->shape);
  if (node->direction.at)
    fill(&world->room, node->direction, &anywhere, &state);
  enum bp_domain_kind kind = node->piece->line.statement->domain.kind;
  bool drawn = node->declaration->kind == BP_DECLARED_GIVEN;
  if (node->direction.at && drawn && (kind == BP_DOMAIN_SYMMETRIC || kind == BP_DOMAIN_SPD))
    make_symmetric(node->direction);
  return node->direction;
}
