/* Points along lines: where a decision changes, where a domain ends, where an inequality is nearest
 * to failing.
 *
 * Between a point at which a condition was true and one at which it was false, halving leads to two
 * neighbouring numbers, one on each side, however narrow what lies between two such borders is.  A
 * side that was never met is looked for by golden-section search for where the two things compared
 * are nearest to each other, from one line to the next; so is an inequality that fails in a small
 * region only.  What is rare for each of several names is looked for by giving them numbers of
 * different points.
 */
#include <math.h>

#include "base/random.h"
#include "judge/aim.h"

/* The trials of these points, apart from those of others. */
enum { FIRST_LINE = 1 << 26, FIRST_MIXTURE = 1 << 28 };
enum { LINES = 10, LINES_IN_TURN = BP_MOST_STEPS, LINE_STEPS = 40, BISECTION_STEPS = 44 };
enum { MIXTURES = 64, MIXED_TRIES = 12 };
enum { CHEAP_LINES = 120000 }; /* work that is allowed for each kind of search */

/* Where two things come so near to each other they may be equal at a multiple of 2^-8. */
static const double COARSE = 1e-5;
enum { GRID = 8 };

/* ---- one line ----------------------------------------------------------- */

/* One place of one claim, and the line on which points are looked for: all steps but the last are
 * taken, and the last one has a part that varies. */
struct line {
  struct bp_aiming *aiming;
  struct bp_aimed_claim *claim;
  const struct bp_fork *place; /* NULL: the claim itself, an inequality */
  size_t from;                 /* the trial of its beginning */
  struct bp_drawing drawing;
  double best, best_part; /* the nearest so far */
  double farthest;
  bool fine; /* there was memory */
};

static bool met_both(const struct line *line) {
  return line->place && line->place->sides.first && line->place->sides.second;
}

/* What was met at a part of the line. */
static struct bp_sides met_at(struct line *line, double part) {
  static const struct bp_sides nothing;
  line->drawing.steps[line->drawing.step_count - 1].part = part;
  struct bp_world *world =
      line->fine ? bp_aimed_world(line->aiming, line->from, BP_LEAST_BITS, &line->drawing) : NULL;
  line->fine = world != NULL;
  if (!world)
    return nothing;
  bp_aimed_try(line->aiming, line->claim, world, &line->drawing);
  struct bp_sides sides = line->place ? world->sides[line->place->expression->id] : nothing;
  bp_arena_free(world->keep);
  return sides;
}

/* How far apart what is compared there is at a part of the line. */
static double apart(struct line *line, double part) {
  struct bp_sides sides = met_at(line, part);
  double distance = line->place ? (sides.any ? sides.nearest : INFINITY) : line->claim->margin;
  if (!(distance < INFINITY))
    return INFINITY;
  line->farthest = fmax(line->farthest, distance);
  if (distance < line->best) {
    line->best = distance;
    line->best_part = part;
  }
  return distance;
}

/* Golden-section search for where the two sides of the place meet, or an inequality comes nearest
 * to failing. */
static void search_line(struct line *line, double low, double high) {
  static const double golden = 0.6180339887498949;
  double left = high - golden * (high - low), right = low + golden * (high - low);
  double at_left = apart(line, left), at_right = apart(line, right);
  if (at_left == at_right)
    return; /* nothing moves, or nothing says where to go */
  for (int step = 0; step < LINE_STEPS && line->fine && bp_aimed_is_open(line->claim); step++) {
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

void bp_aimed_doubt(struct bp_aiming *aiming, struct bp_aimed_claim *claim, double least,
                    size_t trial, const struct bp_drawing *drawing) {
  struct bp_claim_state *state = claim->state;
  const struct bp_statement *statement = state->claim->line.statement;
  size_t link = 1;
  while (link + 1 < statement->side_count && statement->relations[link - 1] != BP_LESS &&
         statement->relations[link - 1] != BP_GREATER)
    link++;
  enum bp_relation relation = statement->relations[link - 1];
  bool strict = relation == BP_LESS || relation == BP_GREATER;
  if (!strict || state->worst.verdict != BP_HOLDS)
    return;
  state->worst = (struct bp_link_outcome){
      .verdict = BP_UNDECIDED,
      .reason = BP_REASON_FLOOR,
      .link = link,
      .where = {.source = state->claim->line.source,
                .span = statement->relation_spans[link - 1],
                .message =
                    bp_arena_printf(aiming->arena,
                                    "between two points the sides come as near as %.0e to each "
                                    "other, and %s says that they are never equal",
                                    least, relation == BP_LESS ? "<" : ">"),
                .suggestion =
                    relation == BP_LESS ? "<= if they may be equal" : ">= if they may be equal"}};
  state->shown = (struct bp_shown_point){true, trial, false, *drawing};
}

/* An inequality that comes so near to failing on the way between two points is likely to be an
 * equation there, at a number that no float64 is: sin(x) < 1.  Where it is nearest at an end, or
 * far out, it may only be on its way to a limit; and what is much smaller than the square of the
 * distance of two numbers is no minimum between them. */
static void doubt_touch(struct line *line, double low) {
  static const double NEAR = 1e-13, TINY = 1e-19;
  bool far = false, inside = line->best_part > low + 0.01 && line->best_part < low + 0.99;
  for (size_t i = 0; i < line->drawing.step_count; i++)
    far = far || bp_region_is_far(line->drawing.steps[i].region);
  if (!far && inside && line->best < NEAR * line->farthest && line->best > TINY * line->farthest)
    bp_aimed_doubt(line->aiming, line->claim, line->best, line->from, &line->drawing);
}

/* From one point along one line after the other, each from the nearest point of the one before: all
 * numbers move along the first, those of some names along the others. */
static bool search_lines(struct bp_aiming *aiming, struct bp_aimed_claim *claim,
                         const struct bp_fork *place, size_t number) {
  static const enum bp_draw_region ends[] = {BP_REGION_NEAR, BP_REGION_POSITIVE, BP_REGION_CORNER,
                                             BP_REGION_MIXED, BP_REGION_ZERO};
  struct line line = {.aiming = aiming,
                      .claim = claim,
                      .place = place,
                      .from = FIRST_LINE + number,
                      .drawing = {.region = BP_REGION_NEAR},
                      .best = INFINITY,
                      .fine = true};
  double low = number % 2 ? -1 : 0;
  for (size_t k = 0; k < LINES_IN_TURN && bp_aimed_is_open(claim) && !met_both(&line); k++) {
    double before = line.best;
    size_t count = ++line.drawing.step_count;
    struct bp_step *step = &line.drawing.steps[count - 1];
    *step = (struct bp_step){.trial = FIRST_LINE * 2 + LINES_IN_TURN * (number / 2) + k,
                             .region = ends[(number / 2 + k) % (sizeof ends / sizeof *ends)],
                             .some = k % 2 ? k : 0};
    search_line(&line, low, low + 1);
    step->part = line.best_part;
    line.drawing.grid = place && line.best < COARSE ? GRID : 0;
    if (line.drawing.grid)
      met_at(&line, line.best_part); /* x = -1 is such a number, and next to none is */
    line.drawing.grid = 0;
    if (!place && line.best < before)
      doubt_touch(&line, low);
    line.drawing.step_count -= !(line.best < before);
    if (!line.fine)
      return false;
  }
  return true;
}

static struct bp_step step_to(const struct bp_witness *witness, double part, uint64_t some) {
  return (struct bp_step){witness->trial, witness->region, part, some};
}

/* Halves the line between a point of one side and one of the other, down to neighbouring numbers.
 */
static bool bisect_line(struct bp_aiming *aiming, struct bp_aimed_claim *claim,
                        const struct bp_fork *place, const struct bp_witness *from,
                        const struct bp_witness *to) {
  struct line line = {.aiming = aiming,
                      .claim = claim,
                      .place = place,
                      .from = from->trial,
                      .drawing = {.region = from->region},
                      .fine = true};
  if (from->step.part != 0)
    line.drawing.steps[line.drawing.step_count++] = from->step;
  line.drawing.steps[line.drawing.step_count++] = step_to(to, 1, 0);
  struct bp_sides begin = met_at(&line, 0), end = met_at(&line, 1);
  /* with the sizes of the other end it is another point */
  bool opposite = begin.any && end.any && begin.first != begin.second &&
                  end.first == begin.second && end.second == begin.first;
  double same = 0, other = 1;
  for (int step = 0; step < BISECTION_STEPS && opposite && line.fine && bp_aimed_is_open(claim);
       step++) {
    double middle = same + (other - same) / 2;
    struct bp_sides met = met_at(&line, middle);
    if (!met.any || met.nearest == 0 || met.first == met.second)
      break;
    *(met.first == begin.first ? &same : &other) = middle;
  }
  claim->climbs = 0; /* the last two deserve a closer look */
  if (opposite && bp_aimed_is_open(claim)) {
    met_at(&line, same);
    met_at(&line, other);
    line.drawing.grid = place->sides.edge ? GRID : 0;
    if (line.drawing.grid)
      met_at(&line, same); /* where x/x has no value */
  }
  return line.fine;
}

/* Goes to where the decision changes, or the domain ends, as close as the numbers allow. */
static bool bisect_place(struct bp_aiming *aiming, struct bp_aimed_claim *claim,
                         const struct bp_fork *place) {
  const struct bp_witness *first = place->first, *second = place->second;
  bool fine = true, any = false;
  for (size_t i = BP_FIRST_WITNESS; i <= BP_LAST_WITNESS && bp_aimed_is_open(claim) && fine; i++) {
    bool again = i > 0 && first[i].trial == first[0].trial && second[i].trial == second[0].trial;
    any = any || (first[i].known && second[i].known);
    if (first[i].known && second[i].known && !again)
      fine = bisect_line(aiming, claim, place, &first[i], &second[i]);
  }
  if (any || !fine || !bp_aimed_is_open(claim))
    return fine;
  if (first[BP_NEAREST_WITNESS].known && second[BP_LAST_WITNESS].known)
    return bisect_line(aiming, claim, place, &first[BP_NEAREST_WITNESS], &second[BP_LAST_WITNESS]);
  if (second[BP_NEAREST_WITNESS].known && first[BP_LAST_WITNESS].known)
    return bisect_line(aiming, claim, place, &second[BP_NEAREST_WITNESS], &first[BP_LAST_WITNESS]);
  return true;
}

/* One of the points that were met on some side of some place; NULL: none was picked. */
static const struct bp_witness *any_witness(const struct bp_claim_state *state, uint64_t *random) {
  const struct bp_fork *place = &state->places[bp_random_bits(random) % state->place_count];
  const struct bp_witness *of = bp_random_bits(random) % 2 ? place->first : place->second;
  const struct bp_witness *witness = &of[bp_random_bits(random) % BP_WITNESSES];
  return witness->known ? witness : NULL;
}

/* What is rare for every name is rarer still for all of them at once: points of which some names
 * have the numbers of one witness, and some of another. */
static bool try_mixtures(struct bp_aiming *aiming, struct bp_aimed_claim *claim) {
  struct bp_claim_state *state = claim->state;
  uint64_t random = aiming->seed;
  claim->allowed = claim->spent + CHEAP_LINES / 2;
  for (size_t turn = 0; turn < MIXTURES && bp_aimed_is_open(claim); turn++) {
    struct bp_drawing drawing = {.region = BP_REGION_NEAR};
    for (size_t i = 0; i < MIXED_TRIES && drawing.step_count + 2 <= BP_MOST_STEPS; i++) {
      const struct bp_witness *witness = any_witness(state, &random);
      uint64_t some = drawing.step_count ? bp_random_bits(&random) | 1 : 0;
      if (!witness)
        continue;
      drawing.steps[drawing.step_count++] = step_to(witness, 1, some);
      if (witness->step.part != 0) {
        drawing.steps[drawing.step_count] = witness->step;
        drawing.steps[drawing.step_count++].some = some;
      }
    }
    struct bp_world *world = bp_aimed_world(aiming, FIRST_MIXTURE + turn, BP_LEAST_BITS, &drawing);
    if (!world)
      return false;
    bp_aimed_try(aiming, claim, world, &drawing);
    bp_arena_free(world->keep);
  }
  return true;
}

/* Looks for where an inequality is nearest to failing. */
static bool try_margin(struct bp_aiming *aiming, struct bp_aimed_claim *claim) {
  bool fine = true;
  claim->allowed = claim->spent + CHEAP_LINES;
  for (size_t i = 0; i < LINES && bp_aimed_is_open(claim) && fine; i++)
    fine = search_lines(aiming, claim, NULL, i);
  return fine;
}

/* Goes to where each decision changes, and farther where one of its sides was never met. */
bool bp_aimed_lines(struct bp_aiming *aiming, struct bp_aimed_claim *claim) {
  struct bp_claim_state *state = claim->state;
  bool fine = true;
  claim->allowed = claim->spent + CHEAP_LINES;
  for (size_t i = 0; i < state->place_count && fine; i++) {
    const struct bp_fork *place = &state->places[i];
    bool decides = place->sides.any && !place->sides.edge;
    for (size_t k = 0; k < LINES && decides && bp_aimed_is_open(claim) && fine; k++)
      fine = (place->sides.first && place->sides.second) || search_lines(aiming, claim, place, k);
    bool crossed =
        decides || (place->sides.any && bp_end_may_be_crossed(aiming->model, place->expression));
    fine = fine && (!crossed || bisect_place(aiming, claim, place));
  }
  return fine && (!claim->sharp || state->place_count < 2 || try_mixtures(aiming, claim)) &&
         (!claim->unequal || (bp_aimed_margin(aiming, claim) && try_margin(aiming, claim)));
}
