/* Probing: the same world as for a judgement, of which only the decisions are kept.
 *
 * Sizes are as small as they may be, so an element of a matrix is the same thing at every point.
 */
#include "judge/probe.h"

#include <math.h>
#include <string.h>

#include "judge/letters.h"

/* A probe counts for less work than a point that is judged. */
enum { PROBE_WORK = 60 };

static struct bp_drawing drawing_of(const struct bp_probing *probing, const struct bp_spot *spot,
                                    struct bp_arena *arena) {
  struct bp_drawing drawing = {.region = spot->region, .definite = spot->definite};
  struct bp_change *changes = bp_arena_alloc(arena, probing->count + 1, sizeof *changes);
  for (size_t i = 0; changes && i < probing->count; i++) {
    const struct bp_coordinate *of = &probing->coordinates[i];
    if (spot->changed[i])
      changes[drawing.change_count++] =
          (struct bp_change){.name = of->name,
                             .element = of->element,
                             .number = spot->at[i],
                             .exact = spot->exact[i],
                             .choice = of->choices ? (size_t)spot->at[i] : 0};
  }
  drawing.changes = changes;
  return drawing;
}

/* ---- evaluation --------------------------------------------------------- */

static bool look_at_member(void *context, const struct bp_scope *scope) {
  struct bp_world *world = context;
  const struct bp_statement *statement = world->context.claim->line.statement;
  struct bp_arena_mark mark = bp_arena_mark(world->scratch);
  bool fine = true;
  for (size_t i = 0; fine && i < statement->side_count; i++) {
    struct bp_balls value;
    struct bp_symbolic shape;
    fine = bp_expression_shape(world, statement->sides[i], scope, &shape) &&
           bp_expression_value(world, statement->sides[i], scope, NULL, &value);
  }
  bp_arena_release(world->scratch, mark);
  return fine;
}

static bool look(struct bp_world *world, const struct bp_model_claim *claim) {
  const struct bp_statement *statement = claim->line.statement;
  struct bp_arena_mark mark = bp_arena_mark(world->scratch);
  struct bp_context before = world->context;
  struct bp_letters letters;
  size_t members;
  bp_world_begin(world, &claim->line, claim);
  bool fine = bp_letters_find(world, statement, &letters) &&
              bp_letters_each(world, statement, &letters, look_at_member, world, &members);
  bp_world_leave(world, before);
  bp_arena_release(world->scratch, mark);
  return fine;
}

/* The world of the spot, looked at; NULL when memory is short. */
static struct bp_world *probe(struct bp_probing *probing, const struct bp_spot *spot, bool *fine) {
  struct bp_aiming *aiming = probing->aiming;
  struct bp_arena_mark mark = bp_arena_mark(aiming->scratch);
  struct bp_drawing drawing = drawing_of(probing, spot, aiming->scratch);
  struct bp_world *world = bp_aimed_world(aiming, spot->trial, BP_LEAST_BITS, &drawing);
  if (world && !bp_world_watch_decisions(world, probing->derivatives)) {
    bp_arena_free(world->keep);
    world = NULL;
  }
  if (world) {
    world->small = world->quiet = true;
    *fine = look(world, probing->claim->state->claim);
    size_t made = BP_NODE_WORK * world->node_count;
    probing->claim->spent += PROBE_WORK + (world->steps > made ? world->steps - made : 0) / 4;
    probing->probes++;
  }
  bp_arena_release(aiming->scratch, mark);
  return world;
}

/* ---- coordinates -------------------------------------------------------- */

static size_t choices_of(const struct bp_node *node) {
  const struct bp_domain *domain = &node->piece->line.statement->domain;
  if (domain->kind == BP_DOMAIN_ONEHOT)
    return bp_onehot_in_rows(node) ? node->value.columns : node->value.rows;
  return domain->kind == BP_DOMAIN_SET ? domain->count : 0;
}

/* Which of its choices a number is. */
static double choice_at(const struct bp_world *world, const struct bp_node *node, size_t element) {
  const struct bp_domain *domain = &node->piece->line.statement->domain;
  struct bp_balls a = node->value;
  size_t choice = 0, count = choices_of(node);
  for (; choice + 1 < count; choice++)
    if (domain->kind == BP_DOMAIN_ONEHOT
            ? bp_ball_double(a.at[bp_onehot_in_rows(node) ? element * a.columns + choice
                                                          : choice * a.columns + element]) == 1
            : bp_ball_double(a.at[element]) == bp_domain_value(world, domain, choice))
      break;
  return (double)choice;
}

static bool is_drawn(const struct bp_node *node) {
  return node->declaration->kind == BP_DECLARED_GIVEN && node->value_state == BP_NODE_DONE;
}

static void add_coordinates(struct bp_probing *probing, const struct bp_world *world,
                            const struct bp_node *node, const char *name) {
  const struct bp_domain *domain = &node->piece->line.statement->domain;
  struct bp_balls a = node->value;
  size_t count = domain->kind != BP_DOMAIN_ONEHOT ? a.rows * a.columns
                 : bp_onehot_in_rows(node)        ? a.rows
                                                  : a.columns;
  struct bp_coordinate coordinate = {
      name, 0, domain->kind, -INFINITY, (double)INFINITY, choices_of(node)};
  if (domain->kind == BP_DOMAIN_INTERVAL) {
    coordinate.low = bp_domain_value(world, domain, 0);
    coordinate.high = bp_domain_value(world, domain, 1);
  } else if (domain->kind == BP_DOMAIN_POSITIVE || domain->kind == BP_DOMAIN_SPD)
    coordinate.low = 0;
  for (size_t k = 0; k < count && probing->count < BP_MOST_COORDINATES; k++) {
    coordinate.element = k;
    bool symmetric = domain->kind == BP_DOMAIN_SYMMETRIC && k / a.columns < k % a.columns;
    bool definite = domain->kind == BP_DOMAIN_SPD && k / a.columns != k % a.columns;
    if (!symmetric && !definite)
      probing->coordinates[probing->count++] = coordinate;
  }
}

/* In the order in which the nodes were made. */
static const struct bp_node *next_node(const struct bp_world *world, const struct bp_node *last) {
  const struct bp_node *next = NULL;
  for (size_t i = 0; i < world->bucket_count; i++)
    for (const struct bp_node *node = world->nodes[i]; node; node = node->next)
      if (is_drawn(node) && (!last || node->number > last->number) &&
          (!next || node->number < next->number))
        next = node;
  return next;
}

static void read_numbers(const struct bp_probing *probing, const struct bp_world *world,
                         struct bp_spot *spot) {
  for (size_t i = 0; i < world->bucket_count; i++)
    for (const struct bp_node *node = world->nodes[i]; node; node = node->next)
      for (size_t k = 0; is_drawn(node) && k < probing->count; k++) {
        const struct bp_coordinate *of = &probing->coordinates[k];
        bool here = !spot->changed[k] && !strcmp(of->name, node->name) &&
                    of->element < node->value.rows * node->value.columns;
        if (here)
          spot->at[k] = of->choices ? choice_at(world, node, of->element)
                                    : bp_ball_double(node->value.at[of->element]);
      }
}

/* Whether a decision on the way hangs on a derivative. */
static bool decides_derivatives(const struct bp_aiming *aiming,
                                const struct bp_claim_state *state) {
  for (size_t i = 0; i < state->place_count; i++) {
    const struct bp_fork *place = &state->places[i];
    if (place->sides.any && !place->sides.edge &&
        bp_model_depth(aiming->model, place->expression) > 0)
      return true;
  }
  return false;
}

bool bp_probing_init(struct bp_probing *probing, struct bp_aiming *aiming,
                     struct bp_aimed_claim *claim) {
  *probing = (struct bp_probing){.aiming = aiming, .claim = claim};
  probing->derivatives = decides_derivatives(aiming, claim->state);
  struct bp_spot spot = {.region = BP_REGION_NEAR};
  bool fine = false;
  struct bp_world *world = probe(probing, &spot, &fine);
  if (!world)
    return false;
  for (const struct bp_node *node = NULL; (node = next_node(world, node)) != NULL;) {
    const char *name = bp_arena_strdup(aiming->arena, node->name);
    if (name)
      add_coordinates(probing, world, node, name);
  }
  bp_arena_free(world->keep);
  return !bp_arena_failed(aiming->arena);
}

bool bp_probe_at(struct bp_probing *probing, struct bp_spot *spot, struct bp_decisions *decisions) {
  bool fine = false;
  struct bp_world *world = probe(probing, spot, &fine);
  if (!world)
    return false;
  *decisions = *world->decisions;
  read_numbers(probing, world, spot);
  bp_arena_free(world->keep);
  return fine;
}

struct bp_drawing bp_probing_drawing(const struct bp_probing *probing, const struct bp_spot *spot) {
  return drawing_of(probing, spot, probing->aiming->arena);
}

bool bp_probing_judge_drawn(struct bp_probing *probing, size_t trial,
                            const struct bp_drawing *drawing) {
  struct bp_world *world = bp_aimed_world(probing->aiming, trial, BP_LEAST_BITS, drawing);
  if (!world)
    return false;
  world->small = true;
  bp_aimed_try(probing->aiming, probing->claim, world, drawing);
  bp_arena_free(world->keep);
  return true;
}

bool bp_probing_judge(struct bp_probing *probing, const struct bp_spot *spot) {
  struct bp_drawing drawing = bp_probing_drawing(probing, spot);
  return bp_probing_judge_drawn(probing, spot->trial, &drawing);
}
