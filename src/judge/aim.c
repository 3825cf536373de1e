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
#include "judge/paths.h"

/* The trials of these points, apart from those of others. */
enum { FIRST_AIMED = 1 << 24, FIRST_CASE = 1 << 25 };
enum { MOST_CASES = 4096, FEW_CASES = 16, MOST_SIZE_CASES = 64, MOST_SPECIAL_CASES = 125 };
enum { SOME_CASES = 256 };                          /* of those that are too many to try all */
static const size_t MOST_COUNTED = (size_t)1 << 50; /* times a turn that is a number, still */
enum { MOST_BITS = 256, MOST_BITS_IF_EQUAL = 4096, MOST_CLIMBS = 4 };
/* Work that is always allowed for a claim, and the least that a point of its own costs. */
enum {
  CHEAP = 4000,
  CHEAP_SHARP = 40000,
  CHEAP_CASES = 60000,
  MANY_CASES = 1500000,
  POINT_WORK = 200
};
/* More than this is too much for one point. */
enum { MOST_POINT_WORK = 3000000 };

enum wanted_by { BY_ALL, BY_SIZES, BY_EDGES, BY_SHARP };

struct aimed_point {
  enum bp_draw_region region;
  enum bp_size_choice sizes;
  enum wanted_by wanted;
  bool full; /* numbers of as many bits as a float64 has */
};

static const struct aimed_point points[] = {
    {BP_REGION_NEAR, BP_SIZES_LEAST, BY_SIZES, false},
    {BP_REGION_NEAR, BP_SIZES_SHIFTED, BY_ALL, true},
    {BP_REGION_FAR, BP_SIZES_DRAWN, BY_ALL, true},
    {BP_REGION_NEAR, BP_SIZES_SHIFTED, BY_SIZES, false},
    {BP_REGION_NEAR, BP_SIZES_LARGEST, BY_SIZES, false},
    {BP_REGION_CORNER, BP_SIZES_DRAWN, BY_EDGES, false},
    {BP_REGION_ZERO, BP_SIZES_DRAWN, BY_SHARP, false},
    {BP_REGION_SPECIAL, BP_SIZES_DRAWN, BY_SHARP, false},
    {BP_REGION_EQUAL, BP_SIZES_DRAWN, BY_SHARP, false},
    {BP_REGION_POSITIVE, BP_SIZES_DRAWN, BY_EDGES, false},
    {BP_REGION_NEGATIVE, BP_SIZES_DRAWN, BY_EDGES, false},
    {BP_REGION_MIXED, BP_SIZES_DRAWN, BY_EDGES, false},
    {BP_REGION_NEAR, BP_SIZES_DRAWN, BY_SHARP, false},
    {BP_REGION_SPECIAL, BP_SIZES_SHIFTED, BY_SHARP, false},
    {BP_REGION_CORNER, BP_SIZES_SHIFTED, BY_SHARP, false},
    {BP_REGION_POSITIVE, BP_SIZES_LEAST, BY_SHARP, false},
    {BP_REGION_NEGATIVE, BP_SIZES_LEAST, BY_SHARP, false},
    {BP_REGION_FAR, BP_SIZES_SHIFTED, BY_SHARP, false},
    {BP_REGION_NEAR, BP_SIZES_SHIFTED, BY_SHARP, false},
};
enum { POINT_COUNT = sizeof points / sizeof *points, POINT_ROUNDS = 10, FEW_ROUNDS = 3 };

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

bool bp_aimed_is_open(const struct bp_aimed_claim *claim) {
  return !claim->state->decided && claim->spent < claim->allowed;
}

static bool wants(const struct bp_aimed_claim *claim, const struct aimed_point *point) {
  return bp_aimed_is_open(claim) &&
         (claim->sharp || point->wanted == BY_ALL || (point->wanted == BY_EDGES && claim->edged) ||
          (point->wanted == BY_SIZES && claim->state->open_sizes));
}

static void begin(struct bp_aiming *aiming, struct bp_claim_state *state,
                  struct bp_aimed_claim *claim) {
  const struct bp_statement *statement = state->claim->line.statement;
  *claim = (struct bp_aimed_claim){.state = state};
  bool tried = !state->decided && !statement->broken && state->worst.verdict == BP_HOLDS &&
               state->points > 0 && bp_judged_of(statement)->kind != BP_ASSERTION;
  if (!tried)
    return;
  claim->sharp = is_sharp(aiming->model, state);
  claim->cases = draws_cases(aiming->model, statement);
  claim->unequal = is_inequality(statement);
  for (size_t i = 0; i < state->place_count; i++)
    claim->edged = claim->edged || (state->places[i].sides.any && state->places[i].sides.edge);
  size_t cheap = claim->sharp ? CHEAP_SHARP : CHEAP;
  claim->allowed = state->steps / 2 > cheap ? state->steps / 2 : cheap;
}

/* ---- one point ---------------------------------------------------------- */

struct bp_world *bp_aimed_world(struct bp_aiming *aiming, size_t trial, slong bits,
                                const struct bp_drawing *drawing) {
  struct bp_arena *keep = bp_arena_within(aiming->arena, aiming->memory);
  struct bp_world *world = keep ? bp_arena_alloc(keep, 1, sizeof *world) : NULL;
  if (!world ||
      bp_world_init(world, aiming->model, aiming->seed, trial, bits, keep, aiming->scratch) != 0 ||
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

/* What the claim comes to in one world, quietly: what is wrong with this point is nobody's mistake.
 */
static struct bp_claim_state look(struct bp_aiming *aiming, struct bp_aimed_claim *claim,
                                  struct bp_world *world) {
  struct bp_claim_state here = {
      .claim = claim->state->claim, .largest_relative = NAN, .visible = NAN};
  size_t nodes = world->node_count;
  world->quiet = true;
  bp_claim_try(world, &here, aiming->arena);
  size_t made = BP_NODE_WORK * (world->node_count - nodes);
  claim->spent += POINT_WORK + (world->steps > made ? world->steps - made : 0);
  return here;
}

/* Whether < or > is open because both sides may be equal there.  Far out a side may only be so near
 * to its limit that no bits are enough. */
static bool may_be_equal(const struct bp_claim_state *here, const struct bp_drawing *drawing) {
  const struct bp_link_outcome *worst = &here->worst;
  bool far = bp_region_is_far(drawing->region);
  for (size_t i = 0; i < drawing->step_count; i++)
    far = far || bp_region_is_far(drawing->steps[i].region);
  if (worst->verdict != BP_UNDECIDED || worst->reason != BP_REASON_FLOOR || worst->link == 0 || far)
    return false;
  enum bp_relation relation = here->claim->line.statement->relations[worst->link - 1];
  return relation == BP_LESS || relation == BP_GREATER;
}

/* Whether the point is looked at with so many bits, too.  Equality is no matter of work. */
static bool wants_bits(const struct bp_aimed_claim *claim, const struct bp_claim_state *here,
                       const struct bp_drawing *drawing, slong bits) {
  bool needed = here->worst.verdict == BP_UNDECIDED && here->worst.bits == BP_BITS_NEEDED;
  const struct bp_claim_state *state = claim->state;
  bool cheap = state->steps < 5 * POINT_WORK * state->points;
  bool aimed = cheap && (bp_region_is_far(drawing->region) || drawing->step_count > 0);
  if (here->wanted == BP_BITS_WELCOME && aimed && claim->climbs < MOST_CLIMBS)
    return bits <= MOST_BITS_IF_EQUAL;
  if (needed && (may_be_equal(here, drawing) || (aimed && claim->climbs < MOST_CLIMBS)))
    return bits <= MOST_BITS_IF_EQUAL;
  return needed && bits <= MOST_BITS && bp_aimed_is_open(claim);
}

/* Whether the point lies exactly where a quotient or a logarithm ends, or where numbers were chosen
 * that may hit such a place: there a formula may lack its value without being wrong. */
static bool is_exceptional(const struct bp_aimed_claim *claim, const struct bp_world *world,
                           const struct bp_drawing *drawing) {
  bool chosen = drawing->region == BP_REGION_ZERO || drawing->region == BP_REGION_SPECIAL ||
                drawing->region == BP_REGION_EQUAL || drawing->numbers_cases ||
                drawing->sizes != BP_SIZES_DRAWN;
  for (size_t i = 0; i < claim->state->place_count && !chosen; i++) {
    const struct bp_sides *sides = &world->sides[claim->state->places[i].expression->id];
    chosen = sides->any && sides->edge && sides->nearest == 0;
  }
  return chosen;
}

/* Tells what speaks against the claim: once more, for the message. */
static void tell(struct bp_aiming *aiming, struct bp_aimed_claim *claim, struct bp_world *world,
                 const struct bp_drawing *drawing) {
  struct bp_claim_state *state = claim->state;
  struct bp_claim_state here = {.claim = state->claim, .largest_relative = NAN, .visible = NAN};
  world->quiet = false;
  bp_claim_try(world, &here, aiming->arena);
  state->worst = here.worst;
  state->shown = (struct bp_shown_point){true, world->trial, world->small, *drawing};
  state->decided = here.worst.verdict == BP_FAILS;
  state->largest_relative = fmax(state->largest_relative, here.largest_relative);
  if (!state->decided)
    state->worst.where.message = bp_arena_printf(
        aiming->arena,
        "at this point both sides are equal as far as %ld bits show, and %s says "
        "that they are not",
        (long)world->room.bits,
        here.claim->line.statement->relations[here.worst.link - 1] == BP_LESS ? "<" : ">");
}

/* Keeps, once for a claim, that a side has no value at a point where the other has one: x/x = 1
 * holds, and says so of 0. */
static void keep_gap(struct bp_aiming *aiming, struct bp_claim_state *state,
                     struct bp_world *world) {
  struct bp_claim_state here = bp_claim_untried(state->claim);
  if (state->one_sided_gap)
    return;
  world->quiet = false;
  bp_claim_try(world, &here, aiming->arena);
  const struct bp_link_outcome *worst = &here.worst;
  const char *message = worst->where.message ? worst->where.message : "one side has no value";
  state->one_sided_gap =
      bp_arena_printf(aiming->arena, "at %s %s", worst->at ? worst->at : "some point", message);
}

/* Tries the claim at the point of the world, which was drawn like this. */
void bp_aimed_try(struct bp_aiming *aiming, struct bp_aimed_claim *claim, struct bp_world *world,
                  const struct bp_drawing *drawing) {
  struct bp_claim_state *state = claim->state;
  struct bp_claim_state here = look(aiming, claim, world);
  struct bp_world *finer = NULL;
  size_t before = claim->spent;
  for (slong bits = 2 * BP_LEAST_BITS; wants_bits(claim, &here, drawing, bits); bits *= 2) {
    bp_arena_free(finer ? finer->keep : NULL);
    finer = bp_aimed_world(aiming, world->trial, bits, drawing);
    if (!finer)
      break;
    finer->small = world->small;
    here = look(aiming, claim, finer);
  }
  claim->climbs += finer != NULL;
  claim->spent = finer ? before : claim->spent; /* there are few of these */
  struct bp_world *used = finer ? finer : world;
  claim->margin = here.margin;
  bool valued = here.worst.reason == BP_REASON_VALUE ||
                (here.worst.reason == BP_REASON_NO_VALUE && !is_exceptional(claim, used, drawing));
  bool fails = here.worst.verdict == BP_FAILS && valued,
       doubt = may_be_equal(&here, drawing) && used->room.bits == MOST_BITS_IF_EQUAL;
  if (here.kink || here.points == 0 || (here.worst.verdict != BP_HOLDS && !fails && !doubt)) {
    state->aimed.skipped++;
    if (here.worst.verdict == BP_FAILS && here.worst.reason == BP_REASON_NO_VALUE && !here.kink)
      keep_gap(aiming, state, used);
    bp_claim_meet(aiming->model, state, used, false, aiming->arena);
  } else {
    count_point(&state->aimed, drawing->region);
    state->nonzero = state->nonzero || here.nonzero;
    state->branched = state->branched || here.branched;
    bp_claim_meet(aiming->model, state, used, true, aiming->arena);
    if (fails || (doubt && state->worst.verdict == BP_HOLDS))
      tell(aiming, claim, used, drawing);
  }
  bp_arena_free(finer ? finer->keep : NULL);
}

static bool try_point(struct bp_aiming *aiming, struct bp_aimed_claim *claims, size_t turn) {
  const struct aimed_point *point = &points[turn % POINT_COUNT];
  size_t round = turn / POINT_COUNT;
  struct bp_drawing drawing = {
      .region = point->region, .sizes = point->sizes, .turn = turn, .full = point->full};
  struct bp_world *world = NULL;
  bool fine = true;
  for (size_t i = 0; i < aiming->model->claim_count && fine; i++) {
    /* decisions are aimed at in paths.c */
    size_t rounds = !claims[i].sharp ? 1 : claims[i].state->branched ? FEW_ROUNDS : POINT_ROUNDS;
    if (!wants(&claims[i], point) || round >= rounds)
      continue;
    world = world ? world : bp_aimed_world(aiming, FIRST_AIMED + turn, BP_LEAST_BITS, &drawing);
    fine = world != NULL;
    if (fine)
      bp_aimed_try(aiming, &claims[i], world, &drawing);
  }
  if (world)
    bp_arena_free(world->keep);
  return fine;
}

/* ---- all cases ---------------------------------------------------------- */

/* Cases of a kind: at most so many are tried; how many were, of how many. */
struct case_trials {
  size_t most;
  size_t tried, of; /* of: 0 where these are too many to count */
};

static size_t common_divisor(size_t a, size_t b) {
  while (b) {
    size_t rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

/* The case whose turn it is: all of them once, far from one another, so that those that are left
 * out when there are too many are not all of one kind. */
static size_t case_in_turn(size_t turn, size_t total) {
  size_t stride = (size_t)(0.618 * (double)total) | 1;
  while (common_divisor(stride, total) != 1)
    stride += 2;
  return turn * stride % total;
}

/* How many turns there are when there are so many cases, 0 for too many to count: all where a turn
 * is cheap or they are few, else some. */
static size_t turns_of(const struct case_trials *trials, size_t cases, bool cheap) {
  size_t most = cheap || trials->most < SOME_CASES ? trials->most : SOME_CASES;
  size_t some = cheap ? SOME_CASES : 1;
  return cases > 0 && cases <= most ? cases : some < most ? some : most;
}

/* Tries the claim in one case; `cases` says of how many.  False when memory is short. */
static bool try_case(struct bp_aiming *aiming, struct bp_aimed_claim *claim,
                     struct bp_drawing drawing, size_t place, size_t *cases) {
  drawing.cases = (struct bp_cases){place, 1};
  struct bp_world *world =
      bp_aimed_world(aiming, FIRST_CASE + place % FIRST_CASE, BP_LEAST_BITS, &drawing);
  if (!world)
    return false;
  world->small = true;
  bp_aimed_try(aiming, claim, world, &drawing);
  *cases = world->drawing.cases.total;
  bp_arena_free(world->keep);
  return true;
}

static bool is_cheap(const struct bp_claim_state *state) {
  return state->points && state->steps / state->points < POINT_WORK;
}

/* Tries the claim in every case if there are so few, else in some.  False when memory is short. */
static bool try_cases(struct bp_aiming *aiming, struct bp_aimed_claim *claim,
                      struct bp_drawing drawing, struct case_trials *trials) {
  size_t allowed = claim->allowed, spent = claim->spent, turns = 1, turn = 0, cases = 1;
  bool cheap = false;
  claim->allowed = spent + (allowed > CHEAP_CASES ? allowed : CHEAP_CASES);
  for (; turn < turns && !claim->state->decided && (turn < FEW_CASES || bp_aimed_is_open(claim));
       turn++) {
    /* without a count any number stands for a case */
    size_t place =
        turn == 0 ? 0 : case_in_turn(turn, cases && cases < MOST_COUNTED ? cases : MOST_COUNTED);
    size_t found;
    if (!try_case(aiming, claim, drawing, place, &found))
      return false;
    cheap = turn == 0 ? claim->spent - spent < 3 * POINT_WORK : cheap;
    if (cheap && claim->allowed < spent + MANY_CASES)
      claim->allowed = spent + MANY_CASES;
    cases = turn == 0 || found == 0 || (cases && found > cases) ? found : cases;
    turns = turns_of(trials, cases, cheap);
  }
  claim->allowed = allowed; /* cases have an allowance of their own */
  claim->spent = spent;
  trials->tried = turn;
  trials->of = cases;
  return true;
}

static size_t all_of(const struct case_trials *trials, const struct bp_claim_state *state) {
  return trials->of > 1 && trials->tried == trials->of && !state->decided ? trials->of : 0;
}

static bool try_all_cases(struct bp_aiming *aiming, struct bp_aimed_claim *claim) {
  struct bp_aimed_points *aimed = &claim->state->aimed;
  struct bp_drawing of_numbers = {.region = BP_REGION_NEAR, .numbers_cases = true};
  struct bp_drawing of_special = {.region = BP_REGION_SPECIAL, .numbers_cases = true};
  struct bp_drawing of_sizes = {.region = BP_REGION_NEAR, .sizes = BP_SIZES_CASES};
  struct case_trials special = {.most = MOST_SPECIAL_CASES}, numbers = {.most = MOST_CASES},
                     sizes = {.most = MOST_SIZE_CASES};
  bool cheap = is_cheap(claim->state);
  bool fine = (!claim->sharp || !cheap || try_cases(aiming, claim, of_special, &special)) &&
              (!claim->cases || try_cases(aiming, claim, of_numbers, &numbers)) &&
              (!claim->state->open_sizes || !cheap || try_cases(aiming, claim, of_sizes, &sizes));
  aimed->cases = all_of(&numbers, claim->state);
  aimed->size_cases = all_of(&sizes, claim->state);
  claim->partly = claim->cases && aimed->cases == 0 && numbers.tried > 1;
  aimed->some_cases = claim->partly ? numbers.tried : 0;
  aimed->of_cases = claim->partly ? numbers.of : 0;
  return fine;
}

bool bp_claims_aim(struct bp_aiming *aiming) {
  size_t count = aiming->model->claim_count;
  struct bp_aimed_claim *claims = bp_arena_alloc(aiming->arena, count + 1, sizeof *claims);
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
    fine = (!claims[i].sharp || !claims[i].state->branched || bp_aimed_paths(aiming, &claims[i])) &&
           (claims[i].state->branched || !claims[i].edged || bp_aimed_ends(aiming, &claims[i])) &&
           (!(claims[i].partly && claims[i].unequal) || bp_aimed_choices(aiming, &claims[i])) &&
           (!(claims[i].sharp || claims[i].edged) || bp_aimed_lines(aiming, &claims[i])) &&
           bp_claim_tell_unmet(&aiming->states[i], aiming->arena);
  return fine;
}
