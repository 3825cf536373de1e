/* Aiming at what random points of order 1 seldom meet.
 *
 * An equation between analytic formulas that holds at a few random points holds everywhere, for the
 * sizes that it was tried with; so what such a claim needs is other sizes.  A claim in which
 * something is decided, an inequality, or one about numbers from a set may be wrong in some corner
 * only. It is tried in all regions, in every case where there are few, and along lines towards the
 * sides of its decisions that no point has met.
 *
 * Points are shared: all claims of a file are tried in the world of one, as in judge.c.  Only cases
 * and lines are a claim's own.  How far this goes is counted in work, not on a clock, so a file
 * always gets the same points.
 */
#include "judge/aim.h"

#include <math.h>

#include "judge/judged.h"

/* The trials of these points, apart from those of others. */
enum { FIRST_AIMED = 1 << 24, FIRST_CASE = 1 << 25, FIRST_LINE = 1 << 26 };
enum { LINES = 8, LINES_IF_MET = 2, LINE_STEPS = 16 };
enum { MOST_CASES = 256, MOST_SIZE_CASES = 64 };
/* Work that is always allowed for a claim, and the least that a point of its own costs. */
enum {
  CHEAP = 4000,
  CHEAP_SHARP = 40000,
  CHEAP_CASES = 60000,
  CHEAP_LINES = 50000,
  POINT_WORK = 200
};
/* More than this is too much for one point. */
enum { MOST_POINT_WORK = 3000000 };

enum wanted_by { BY_ALL, BY_SIZES, BY_SHARP };

struct aimed_point {
  enum bp_draw_region region;
  enum bp_size_choice sizes;
  enum wanted_by wanted;
};

static const struct aimed_point points[] = {
    {BP_REGION_NEAR, BP_SIZES_LEAST, BY_SIZES},     {BP_REGION_NEAR, BP_SIZES_SHIFTED, BY_SIZES},
    {BP_REGION_NEAR, BP_SIZES_SHIFTED, BY_SIZES},   {BP_REGION_NEAR, BP_SIZES_LARGEST, BY_SIZES},
    {BP_REGION_FAR, BP_SIZES_DRAWN, BY_ALL},        {BP_REGION_CORNER, BP_SIZES_DRAWN, BY_SHARP},
    {BP_REGION_ZERO, BP_SIZES_DRAWN, BY_SHARP},     {BP_REGION_SPECIAL, BP_SIZES_DRAWN, BY_SHARP},
    {BP_REGION_EQUAL, BP_SIZES_DRAWN, BY_SHARP},    {BP_REGION_POSITIVE, BP_SIZES_DRAWN, BY_SHARP},
    {BP_REGION_NEGATIVE, BP_SIZES_DRAWN, BY_SHARP}, {BP_REGION_MIXED, BP_SIZES_DRAWN, BY_SHARP},
    {BP_REGION_NEAR, BP_SIZES_DRAWN, BY_SHARP},     {BP_REGION_SPECIAL, BP_SIZES_SHIFTED, BY_SHARP},
    {BP_REGION_CORNER, BP_SIZES_SHIFTED, BY_SHARP}, {BP_REGION_POSITIVE, BP_SIZES_LEAST, BY_SHARP},
    {BP_REGION_NEGATIVE, BP_SIZES_LEAST, BY_SHARP}, {BP_REGION_FAR, BP_SIZES_SHIFTED, BY_SHARP},
    {BP_REGION_NEAR, BP_SIZES_SHIFTED, BY_SHARP},
};
enum { POINT_COUNT = sizeof points / sizeof *points, POINT_ROUNDS = 6 };

/* ---- which claims ------------------------------------------------------- */

static bool has_cases(const struct bp_domain *domain) {
  return domain->kind == BP_DOMAIN_ONEHOT || (domain->kind == BP_DOMAIN_SET && domain->count > 1);
}

bool bp_draws_cases(struct bp_model *model, const struct bp_expression *expression) {
  for (size_t d = 0; d < model->declaration_count; d++) {
    const struct bp_declaration *declaration = model->declarations[d];
    bool cases = false;
    for (size_t i = 0; declaration->kind == BP_DECLARED_GIVEN && i < declaration->count; i++)
      cases = cases || has_cases(&declaration->pieces[i].line.statement->domain);
    if (cases && bp_model_leads_to(model, expression, declaration))
      return true;
  }
  return false;
}

static bool draws_cases(struct bp_model *model, const struct bp_statement *statement) {
  for (size_t i = 0; i < statement->side_count; i++)
    if (bp_draws_cases(model, statement->sides[i]))
      return true;
  return false;
}

static bool is_inequality(const struct bp_statement *statement) {
  for (size_t i = 0; i + 1 < statement->side_count; i++)
    if (statement->relations[i] != BP_EQUAL && statement->relations[i] != BP_APPROXIMATE)
      return true;
  return false;
}

/* Whether the claim is one whose truth may hang on where its points lie. */
static bool is_sharp(struct bp_model *model, const struct bp_claim_state *state) {
  const struct bp_statement *statement = state->claim->line.statement;
  return state->branched || is_inequality(statement) || draws_cases(model, statement);
}

/* One claim on its way through the points. */
struct aimed_claim {
  struct bp_claim_state *state;
  bool sharp, cases;
  size_t spent, allowed;
};

static bool is_open(const struct aimed_claim *claim) {
  return !claim->state->decided && claim->spent < claim->allowed;
}

static bool wants(const struct aimed_claim *claim, const struct aimed_point *point) {
  return is_open(claim) && (claim->sharp || point->wanted == BY_ALL ||
                            (point->wanted == BY_SIZES && claim->state->open_sizes));
}

static void begin(struct bp_aiming *aiming, struct bp_claim_state *state,
                  struct aimed_claim *claim) {
  const struct bp_statement *statement = state->claim->line.statement;
  *claim = (struct aimed_claim){.state = state};
  bool tried = !state->decided && !statement->broken && state->worst.verdict == BP_HOLDS &&
               state->points > 0 && bp_judged_of(statement)->kind != BP_ASSERTION;
  if (!tried)
    return;
  claim->sharp = is_sharp(aiming->model, state);
  claim->cases = draws_cases(aiming->model, statement);
  size_t cheap = claim->sharp ? CHEAP_SHARP : CHEAP;
  claim->allowed = state->steps / 2 > cheap ? state->steps / 2 : cheap;
}

/* ---- one point ---------------------------------------------------------- */

static struct bp_world *new_world(struct bp_aiming *aiming, size_t trial,
                                  const struct bp_drawing *drawing) {
  struct bp_arena *keep = bp_arena_new(aiming->memory);
  struct bp_world *world = keep ? bp_arena_alloc(keep, 1, sizeof *world) : NULL;
  if (!world ||
      bp_world_init(world, aiming->model, aiming->seed, trial, BP_LEAST_BITS, keep,
                    aiming->scratch) != 0 ||
      !bp_world_watch_sides(world)) {
    bp_arena_free(keep);
    return NULL;
  }
  world->drawing = *drawing;
  world->most_steps = MOST_POINT_WORK;
  return world;
}

static void count_point(struct bp_aimed_points *aimed, enum bp_draw_region region) {
  aimed->points++;
  switch (region) {
  case BP_REGION_FAR:
  case BP_REGION_MIXED:
  case BP_REGION_CORNER:
    aimed->far++;
    break;
  case BP_REGION_ZERO:
  case BP_REGION_SPECIAL:
  case BP_REGION_EQUAL:
    aimed->special++;
    break;
  case BP_REGION_POSITIVE:
  case BP_REGION_NEGATIVE:
    aimed->signs++;
    break;
  default:
    break;
  }
}

/* Tries the claim quietly: what is wrong with this point is nobody's mistake.  What fails is looked
 * at once more, for the message. */
static void try_at(struct bp_aiming *aiming, struct aimed_claim *claim, struct bp_world *world) {
  struct bp_claim_state *state = claim->state;
  struct bp_claim_state here = {.claim = state->claim, .largest_relative = NAN, .visible = NAN};
  size_t nodes = world->node_count;
  world->quiet = true;
  bp_claim_try(world, &here, aiming->arena);
  size_t made = BP_NODE_WORK * (world->node_count - nodes);
  claim->spent += POINT_WORK + (world->steps > made ? world->steps - made : 0);
  bool fails = here.worst.verdict == BP_FAILS && here.worst.reason == BP_REASON_VALUE;
  if (here.kink || here.points == 0 || (here.worst.verdict != BP_HOLDS && !fails)) {
    state->aimed.skipped++;
    return;
  }
  count_point(&state->aimed, world->drawing.region);
  state->nonzero = state->nonzero || here.nonzero;
  state->branched = state->branched || here.branched;
  if (state->branched)
    bp_claim_meet(aiming->model, state, world, aiming->arena);
  if (!fails)
    return;
  here = (struct bp_claim_state){.claim = state->claim, .largest_relative = NAN, .visible = NAN};
  world->quiet = false;
  bp_claim_try(world, &here, aiming->arena);
  state->worst = here.worst;
  state->decided = true;
  state->largest_relative = fmax(state->largest_relative, here.largest_relative);
}

static bool try_point(struct bp_aiming *aiming, struct aimed_claim *claims, size_t turn) {
  const struct aimed_point *point = &points[turn % POINT_COUNT];
  size_t round = turn / POINT_COUNT;
  struct bp_drawing drawing = {.region = point->region, .sizes = point->sizes, .turn = turn};
  struct bp_world *world = NULL;
  bool fine = true;
  for (size_t i = 0; i < aiming->model->claim_count && fine; i++) {
    if (!wants(&claims[i], point) || (round > 0 && !claims[i].sharp))
      continue;
    world = world ? world : new_world(aiming, FIRST_AIMED + turn, &drawing);
    fine = world != NULL;
    if (fine)
      try_at(aiming, &claims[i], world);
  }
  if (world)
    bp_arena_free(world->keep);
  return fine;
}

/* ---- all cases ---------------------------------------------------------- */

/* Tries the claim in every case, if there are so few; `*all` says how many these were.  False when
 * memory is short. */
static bool try_cases(struct bp_aiming *aiming, struct aimed_claim *claim,
                      struct bp_drawing drawing, size_t most, size_t *all) {
  size_t total = 1, place = 0, allowed = claim->allowed, spent = claim->spent;
  claim->allowed = spent + (allowed > CHEAP_CASES ? allowed : CHEAP_CASES);
  for (; place < total && is_open(claim); place++) {
    drawing.cases = (struct bp_cases){place, 1};
    struct bp_world *world = new_world(aiming, FIRST_CASE + place, &drawing);
    if (!world)
      return false;
    world->small = true;
    try_at(aiming, claim, world);
    size_t cases = world->drawing.cases.total;
    bp_arena_free(world->keep);
    if (cases == 0 || cases > most)
      break;
    total = cases > total ? cases : total;
  }
  claim->allowed = allowed; /* cases have an allowance of their own */
  claim->spent = spent;
  *all = total > 1 && place == total && !claim->state->decided ? total : 0;
  return true;
}

static bool try_all_cases(struct bp_aiming *aiming, struct aimed_claim *claim) {
  struct bp_aimed_points *aimed = &claim->state->aimed;
  struct bp_drawing of_numbers = {.region = BP_REGION_NEAR, .numbers_cases = true};
  struct bp_drawing of_sizes = {.region = BP_REGION_NEAR, .sizes = BP_SIZES_CASES};
  bool cheap = claim->state->points && claim->state->steps / claim->state->points < POINT_WORK;
  return (!claim->cases || try_cases(aiming, claim, of_numbers, MOST_CASES, &aimed->cases)) &&
         (!claim->state->open_sizes || !cheap ||
          try_cases(aiming, claim, of_sizes, MOST_SIZE_CASES, &aimed->size_cases));
}

/* ---- along lines -------------------------------------------------------- */

/* One place of one claim, and the line on which points are looked for. */
struct line {
  struct bp_aiming *aiming;
  struct aimed_claim *claim;
  const struct bp_fork *place;
  size_t number;
  bool fine; /* there was memory */
};

static bool met_both(const struct line *line) {
  return line->place->sides.first && line->place->sides.second;
}

/* How far apart what is compared there is at a part of the line. */
static double apart(struct line *line, double part) {
  static const enum bp_draw_region ends[] = {BP_REGION_NEAR, BP_REGION_CORNER, BP_REGION_MIXED,
                                             BP_REGION_EQUAL, BP_REGION_ZERO};
  size_t from = FIRST_LINE + line->number, to = FIRST_LINE * 2 + line->number;
  struct bp_drawing drawing = {
      .region = BP_REGION_NEAR,
      .between = {to, ends[line->number % (sizeof ends / sizeof *ends)], part}};
  struct bp_world *world = line->fine ? new_world(line->aiming, from, &drawing) : NULL;
  line->fine = world != NULL;
  if (!world)
    return INFINITY;
  try_at(line->aiming, line->claim, world);
  const struct bp_sides sides = world->sides[line->place->expression->id];
  bp_arena_free(world->keep);
  return sides.any ? sides.nearest : INFINITY;
}

/* Golden-section search for where the two sides of the place meet. */
static void search_line(struct line *line) {
  static const double golden = 0.6180339887498949;
  double low = 0, high = 1, left = 1 - golden, right = golden;
  double at_left = apart(line, left), at_right = apart(line, right);
  for (int step = 0; step < LINE_STEPS && line->fine && is_open(line->claim); step++) {
    if (at_left <= at_right) {
      high = right, right = left, at_right = at_left;
      left = high - golden * (high - low);
      at_left = apart(line, left);
    } else {
      low = left, left = right, at_left = at_right;
      right = low + golden * (high - low);
      at_right = apart(line, right);
    }
  }
}

/* Goes to where each decision changes, and farther where one of its sides was never met. */
static bool try_lines(struct bp_aiming *aiming, struct aimed_claim *claim) {
  struct bp_claim_state *state = claim->state;
  claim->allowed = claim->spent + CHEAP_LINES;
  for (size_t i = 0; i < state->place_count; i++) {
    struct line line = {aiming, claim, &state->places[i], 0, true};
    size_t most = met_both(&line) ? LINES_IF_MET : LINES;
    for (; line.place->sides.any && line.number < most && is_open(claim); line.number++) {
      search_line(&line);
      if (!line.fine)
        return false;
      most = met_both(&line) ? LINES_IF_MET : LINES;
    }
  }
  return true;
}

bool bp_claims_aim(struct bp_aiming *aiming) {
  size_t count = aiming->model->claim_count;
  struct aimed_claim *claims = bp_arena_alloc(aiming->arena, count + 1, sizeof *claims);
  if (!claims)
    return false;
  for (size_t i = 0; i < count; i++)
    begin(aiming, &aiming->states[i], &claims[i]);
  bool fine = true;
  for (size_t i = 0; fine && i < count; i++)
    fine = try_all_cases(aiming, &claims[i]);
  for (size_t turn = 0; fine && turn < POINT_COUNT * POINT_ROUNDS; turn++)
    fine = (aiming->stopped && aiming->stopped()) || try_point(aiming, claims, turn);
  for (size_t i = 0; fine && i < count; i++)
    fine = (!claims[i].sharp || try_lines(aiming, &claims[i])) &&
           bp_claim_tell_unmet(&aiming->states[i], aiming->arena);
  return fine;
}
