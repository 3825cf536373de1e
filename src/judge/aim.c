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
enum { FIRST_AIMED = 1 << 24 };
enum { MOST_BITS = 256, MOST_BITS_IF_SMOOTH = 1024, MOST_BITS_IF_EQUAL = 4096, MOST_CLIMBS = 4 };
/* Work that is always allowed for a claim, and the least that a point of its own costs. */
enum { CHEAP = 4000, CHEAP_SHARP = 40000, POINT_WORK = 200 };
/* More than this is too much for one point, and for one to begin with large sizes. */
enum { MOST_POINT_WORK = 3000000, MOST_WORK_IF_LARGE = 50000 };

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
    {BP_REGION_APART, BP_SIZES_DRAWN, BY_SHARP, false},
    {BP_REGION_APART, BP_SIZES_SHIFTED, BY_SHARP, false},
    {BP_REGION_NEAR, BP_SIZES_SHIFTED, BY_SHARP, false},
    {BP_REGION_ORDERED, BP_SIZES_DRAWN, BY_SHARP, false},
    {BP_REGION_ORDERED, BP_SIZES_SHIFTED, BY_SHARP, false},
};
enum { POINT_COUNT = sizeof points / sizeof *points, POINT_ROUNDS = 10, FEW_ROUNDS = 3 };

/* ---- which claims ------------------------------------------------------- */

bool bp_draws_cases(struct bp_model *model, const struct bp_expression *expression) {
  for (size_t d = 0; d < model->declaration_count; d++) {
    const struct bp_declaration *declaration = model->declarations[d];
    if (bp_declaration_has_cases(declaration) && bp_model_leads_to(model, expression, declaration))
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
    if (!bp_relation_is_equal(statement->relations[i]))
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

/* Whether a point of large sizes is too much for what already takes so long at small ones. */
static bool is_heavy(const struct bp_claim_state *state) {
  return state->steps / (state->points + 1) > MOST_WORK_IF_LARGE;
}

static bool wants(const struct bp_aimed_claim *claim, const struct aimed_point *point) {
  if (point->sizes == BP_SIZES_LARGEST && is_heavy(claim->state))
    return false;
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
    claim->edged =
        claim->edged || (state->places[i].sides.any && state->places[i].sides.edge &&
                         bp_end_may_be_crossed(aiming->model, state->places[i].expression));
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

/* Whether numbers lie far out, as they were drawn or moved. */
static bool is_far_out(const struct bp_drawing *drawing) {
  static const double FAR = 1000;
  bool far = bp_region_is_far(drawing->region);
  for (size_t i = 0; i < drawing->step_count; i++)
    far = far || bp_region_is_far(drawing->steps[i].region);
  for (size_t i = 0; i < drawing->change_count; i++)
    far = far || fabs(drawing->changes[i].number) > FAR;
  return far;
}

/* Whether < or > is open because both sides may be equal there.  Far out a side may only be so near
 * to its limit that no bits are enough. */
static bool may_be_equal(const struct bp_claim_state *here, const struct bp_drawing *drawing) {
  const struct bp_link_outcome *worst = &here->worst;
  if (worst->verdict != BP_UNDECIDED || worst->reason != BP_REASON_FLOOR || worst->link == 0 ||
      is_far_out(drawing))
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
  slong most = claim->sharp || claim->edged ? MOST_BITS_IF_EQUAL : MOST_BITS_IF_SMOOTH;
  if (here->wanted == BP_BITS_WELCOME && aimed && claim->climbs < MOST_CLIMBS)
    return bits <= most;
  if (needed && (may_be_equal(here, drawing) || (aimed && claim->climbs < MOST_CLIMBS)))
    return bits <= most;
  return needed && bits <= MOST_BITS && bp_aimed_is_open(claim);
}

/* Whether the point lies exactly where a quotient or a logarithm ends, or where numbers were chosen
 * that may hit such a place: there a formula may lack its value without being wrong. */
static bool is_exceptional(const struct bp_aimed_claim *claim, const struct bp_world *world,
                           const struct bp_drawing *drawing) {
  bool chosen = drawing->region == BP_REGION_ZERO || drawing->region == BP_REGION_SPECIAL ||
                drawing->region == BP_REGION_EQUAL || drawing->numbers_cases ||
                drawing->sizes != BP_SIZES_DRAWN || drawing->told[0].name;
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
  if (state->decided && here.kink && !state->worst.where.message)
    state->worst.where.message =
        "on a kink a derivative may be any number from one of its one-sided slopes to the other, "
        "and no such number makes the two sides equal here";
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

/* What the point had to say.  On a kink a derivative stands for everything between two slopes: a
 * difference beyond all of that refutes, and an agreement shows nothing finer. */
static enum bp_meeting meeting_of(const struct bp_claim_state *here, bool speaks) {
  if (speaks)
    return BP_MEETING_COMPARED;
  if (here->worst.verdict == BP_UNDECIDED && here->worst.reason == BP_REASON_KINK)
    return BP_MEETING_NO_SLOPE;
  if (here->points == 0 || here->worst.verdict != BP_HOLDS)
    return BP_MEETING_GAP;
  return here->kink ? BP_MEETING_KINK : BP_MEETING_COMPARED;
}

static void count_unsaid(struct bp_aimed_points *aimed, enum bp_meeting meeting) {
  aimed->skipped++;
  aimed->on_kink += meeting == BP_MEETING_KINK;
  aimed->no_slope += meeting == BP_MEETING_NO_SLOPE;
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
  bool valued =
      here.worst.reason == BP_REASON_VALUE || (here.worst.reason == BP_REASON_NO_VALUE &&
                                               !here.kink && !is_exceptional(claim, used, drawing));
  bool fails = here.worst.verdict == BP_FAILS && valued,
       doubt = may_be_equal(&here, drawing) && used->room.bits == MOST_BITS_IF_EQUAL;
  enum bp_meeting meeting = meeting_of(&here, fails || doubt);
  bp_claim_meet(aiming->model, state, used, meeting, aiming->arena);
  if (meeting != BP_MEETING_COMPARED) {
    count_unsaid(&state->aimed, meeting);
    state->aimed.outside += here.outside;
    state->outside_why = state->outside_why ? state->outside_why : here.outside_why;
    if (here.worst.verdict == BP_FAILS && here.worst.reason == BP_REASON_NO_VALUE && !here.kink)
      keep_gap(aiming, state, used);
  } else {
    count_point(&state->aimed, drawing->region);
    state->nonzero = state->nonzero || here.nonzero;
    state->branched = state->branched || here.branched;
    if (fails || (doubt && state->worst.verdict == BP_HOLDS))
      tell(aiming, claim, used, drawing);
  }
  bp_arena_free(finer ? finer->keep : NULL);
}

static bool try_point(struct bp_aiming *aiming, struct bp_aimed_claim *claims, size_t turn) {
  const struct aimed_point *point = &points[turn % POINT_COUNT];
  size_t round = turn / POINT_COUNT;
  bool ordered = point->region == BP_REGION_ORDERED;
  struct bp_drawing drawing = {.region = point->region,
                               .sizes = point->sizes,
                               .turn = ordered ? round : turn,
                               .full = point->full};
  struct bp_world *world = NULL;
  bool fine = true;
  for (size_t i = 0; i < aiming->model->claim_count && fine; i++) {
    /* decisions are aimed at in paths.c */
    const struct bp_claim_state *state = claims[i].state;
    bool once =
        !claims[i].sharp || (state->aimed.cases > 0 && !state->branched && !claims[i].unequal);
    size_t rounds = once ? 1 : state->branched ? FEW_ROUNDS : POINT_ROUNDS;
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

bool bp_claims_aim(struct bp_aiming *aiming) {
  size_t count = aiming->model->claim_count;
  struct bp_aimed_claim *claims = bp_arena_alloc(aiming->arena, count + 1, sizeof *claims);
  if (!claims)
    return false;
  for (size_t i = 0; i < count; i++)
    begin(aiming, &aiming->states[i], &claims[i]);
  bool fine = bp_aimed_cases(aiming, claims);
  for (size_t turn = 0; fine && turn < POINT_COUNT * POINT_ROUNDS; turn++)
    fine = (aiming->stopped && aiming->stopped()) || try_point(aiming, claims, turn);
  for (size_t i = 0; fine && i < count; i++)
    fine = bp_aimed_sizes(aiming, &claims[i]) &&
           (!claims[i].sharp || !claims[i].state->branched || bp_aimed_paths(aiming, &claims[i])) &&
           (claims[i].state->branched || !claims[i].edged || bp_aimed_ends(aiming, &claims[i])) &&
           (!(claims[i].partly && claims[i].unequal) || bp_aimed_choices(aiming, &claims[i])) &&
           (!(claims[i].sharp || claims[i].edged) || bp_aimed_lines(aiming, &claims[i])) &&
           bp_claim_tell_unmet(aiming->model, &aiming->states[i], aiming->arena) &&
           bp_claim_tell_seen(&aiming->states[i], aiming->arena);
  return fine;
}
