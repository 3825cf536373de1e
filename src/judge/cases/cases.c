/* All cases of what has few.
 *
 * A number of a set, a one-hot column and a size from a range are digits of a number in a mixed
 * base, in the order in which a world asks for them; where that order hangs on digits before, as
 * with t : n x 1 and n itself, it is a tree, and counting as far as its widest branch goes meets
 * every leaf.  So how many cases there are is only known once they are gone through: whenever a
 * world shows more, the count begins anew.
 *
 * Where a line hangs on nothing else and was compared in every case, it is proved.
 */
#include "judge/aim.h"

#include "judge/judged.h"

/* The trials of these points, apart from those of others. */
enum { FIRST_CASE = 1 << 25 };
enum { MOST_CASES = 4096, FEW_CASES = 6, MOST_SIZE_CASES = 64, MOST_SPECIAL_CASES = 125 };
enum { SOME_CASES = 256 }; /* of those that are too many to try all */
/* Times a turn that is a number, still. */
static const size_t MOST_COUNTED = (SIZE_MAX >> 14) + 1;
enum { CHEAP_CASES = 60000, CHEAP_POINT = 200 };
/* Work for all cases, of numbers and of more than that, and for some. */
enum { MANY_CASES = 4000000, MANY_DEAR_CASES = 1500000, SOME_CASES_WORK = 100000 };
enum { DEAR_CASE = 1000, DEAREST_CASE = 4000, DEAREST_CASES = 2000000 };

/* Cases of a kind: at most so many are tried; how many were, of how many. */
struct case_trials {
  size_t most;
  bool roughly;     /* it is no matter whether some are missed */
  size_t tried, of; /* of: 0 where these are too many to count */
  size_t leaves;    /* of these, different ones: a branch of the tree may be short */
  bool compared;    /* in each of them */
  bool missed;      /* some may have been */
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

/* How many turns there are when there are so many cases, 0 for too many to count, and one costs so
 * much: all where that is affordable, since it decides, else some. */
static size_t turns_of(const struct case_trials *trials, size_t cases, size_t cost) {
  size_t work = cost < DEAR_CASE ? MANY_CASES : MANY_DEAR_CASES;
  size_t all = work / (cost + 1), some = SOME_CASES_WORK / (cost + 1);
  all = all < trials->most ? all : trials->most;
  some = some > SOME_CASES ? SOME_CASES : some < FEW_CASES ? FEW_CASES : some;
  some = some < trials->most ? some : trials->most;
  return cases > 0 && cases <= (all > some ? all : some) ? cases : some;
}

/* A claim on its way through the cases. */
struct case_walk {
  struct bp_aimed_claim *claim;
  struct case_trials *trials;
  size_t allowed, spent;     /* before; cases have an allowance of their own */
  size_t turns, cases, cost; /* of the first turn */
  size_t since, skipped;     /* where the count began, and what had been skipped by then */
};

static bool is_cheap(const struct bp_claim_state *state) {
  return state->points && state->steps / state->points < CHEAP_POINT;
}

static void begin_cases(struct case_walk *walk, struct bp_aimed_claim *claim,
                        struct case_trials *trials) {
  *walk = (struct case_walk){.claim = claim,
                             .trials = trials,
                             .allowed = claim->allowed,
                             .spent = claim->spent,
                             .turns = 1,
                             .cases = 1,
                             .skipped = claim->state->aimed.skipped};
  claim->allowed = walk->spent + (walk->allowed > CHEAP_CASES ? walk->allowed : CHEAP_CASES);
}

static bool goes_on_with(const struct case_walk *walk, size_t turn) {
  return turn - walk->since < walk->turns && !walk->claim->state->decided &&
         (turn < FEW_CASES || bp_aimed_is_open(walk->claim));
}

/* Without a count any number stands for a case. */
static size_t place_of(const struct case_walk *walk, size_t turn) {
  bool counted = walk->cases && walk->cases < MOST_COUNTED;
  size_t since = turn - walk->since;
  return since == 0 ? 0 : case_in_turn(since, counted ? walk->cases : MOST_COUNTED);
}

static void count_anew(struct case_walk *walk, size_t turn) {
  walk->since = turn;
  walk->trials->leaves = 0;
  walk->skipped = walk->claim->state->aimed.skipped;
}

/* After a turn in the world of a case. */
static void end_turn(struct case_walk *walk, size_t turn, const struct bp_cases *cases) {
  struct bp_aimed_claim *claim = walk->claim;
  size_t found = cases->total;
  walk->cost = turn == 0 ? claim->spent - walk->spent : walk->cost;
  size_t average = (claim->spent - walk->spent) / (turn + 1); /* the first may have been cheap */
  size_t work = average > DEAREST_CASE ? DEAREST_CASES : MANY_CASES;
  claim->allowed = walk->spent + work > walk->allowed ? walk->spent + work : walk->allowed;
  bool grown = walk->cases && found > walk->cases;
  walk->cases = grown || turn == 0 || found == 0 ? found : walk->cases;
  walk->turns = turns_of(walk->trials, walk->cases, walk->cost);
  walk->trials->leaves += cases->rest == 0;
  if (grown && turn > 0 && !walk->trials->roughly)
    count_anew(walk, turn + 1);
  walk->trials->missed = walk->trials->missed || (grown && turn > 0 && walk->trials->roughly);
  walk->trials->tried = turn + 1 - walk->since;
}

static void end_cases(struct case_walk *walk) {
  walk->claim->allowed = walk->allowed;
  walk->claim->spent = walk->spent;
  walk->trials->of = walk->cases;
  walk->trials->compared = walk->claim->state->aimed.skipped == walk->skipped;
}

/* Once one of several claims is done another is the first to ask a world for its numbers, and may
 * ask in another order: the others count anew, and stay in step. */
static size_t count_going(struct case_walk *walks, size_t count, size_t turn, size_t before) {
  size_t going = 0;
  for (size_t i = 0; i < count; i++)
    going += goes_on_with(&walks[i], turn);
  for (size_t i = 0; i < count && going < before; i++)
    if (goes_on_with(&walks[i], turn))
      count_anew(&walks[i], turn);
  return going;
}

/* Tries claims that hang on the same cases in every case if there are so few, else in some; those
 * whose turn is the same case share its world.  False when memory is short. */
static bool try_cases(struct bp_aiming *aiming, struct case_walk *walks, size_t count,
                      struct bp_drawing drawing) {
  bool fine = true;
  size_t going = 0;
  for (size_t turn = 0; fine && (going = count_going(walks, count, turn, going)) > 0; turn++) {
    struct bp_world *world = NULL;
    size_t here = 0;
    for (size_t i = 0; i < count && fine; i++) {
      if (!goes_on_with(&walks[i], turn))
        continue;
      size_t place = place_of(&walks[i], turn);
      if (world && place != here) {
        bp_arena_free(world->keep);
        world = NULL;
      }
      drawing.cases = (struct bp_cases){here = place, 1};
      world =
          world ? world
                : bp_aimed_world(aiming, FIRST_CASE + place % FIRST_CASE, BP_LEAST_BITS, &drawing);
      fine = world != NULL;
      if (!fine)
        break;
      world->small = true;
      bp_aimed_try(aiming, walks[i].claim, world, &drawing);
      end_turn(&walks[i], turn, &world->drawing.cases);
    }
    if (world)
      bp_arena_free(world->keep);
  }
  for (size_t i = 0; i < count; i++)
    end_cases(&walks[i]);
  return fine;
}

static bool try_own_cases(struct bp_aiming *aiming, struct bp_aimed_claim *claim,
                          struct bp_drawing drawing, struct case_trials *trials) {
  struct case_walk walk;
  begin_cases(&walk, claim, trials);
  return try_cases(aiming, &walk, 1, drawing);
}

static size_t all_of(const struct case_trials *trials, bool sized,
                     const struct bp_claim_state *state) {
  bool all = trials->of > 1 && trials->tried == trials->of && !trials->missed && !state->decided;
  return !all ? 0 : sized ? trials->leaves : trials->of;
}

/* What has cases on the way to the claim, as a mark that claims with the same have in common; of
 * families a claim may use any member, so such claims have marks of their own. */
static uint64_t mark_of_cases(struct bp_model *model, const struct bp_aimed_claim *claim,
                              size_t number) {
  const struct bp_statement *statement = claim->state->claim->line.statement;
  uint64_t mark = 1;
  for (size_t d = 0; d < model->declaration_count; d++) {
    const struct bp_declaration *declaration = model->declarations[d];
    bool reached = false;
    for (size_t i = 0; i < statement->side_count && bp_declaration_has_cases(declaration); i++)
      reached = reached || bp_model_leads_to(model, statement->sides[i], declaration);
    if (reached && declaration->pieces[0].target->count > 0)
      return ~(uint64_t)number;
    mark = reached ? mark * 0x9e3779b97f4a7c15u + d + 1 : mark;
  }
  return mark;
}

/* What there is to know of a claim before and after. */
struct cased {
  struct bp_hangs hangs;
  struct case_trials trials, of_sizes;
  uint64_t mark; /* of its cases; 0: it has none, or they were gone through */
  bool with_sizes;
};

/* Whether sizes are digits of the cases, too: where the file says how large they may be, and
 * nothing is drawn that has more than a few cases, so that all together may be gone through. */
static bool goes_through_sizes(const struct bp_hangs *hangs) {
  return hangs->sizes && !hangs->numbers && !hangs->free_sizes;
}

static void begin_with(struct bp_aiming *aiming, const struct bp_aimed_claim *claim, size_t number,
                       struct cased *cased) {
  const struct bp_statement *statement = claim->state->claim->line.statement;
  *cased = (struct cased){.trials.most = MOST_CASES};
  if (claim->allowed == 0)
    return;
  cased->hangs = bp_statement_hangs_on(aiming->model, statement, aiming->arena);
  cased->with_sizes = goes_through_sizes(&cased->hangs);
  uint64_t mark = claim->cases ? mark_of_cases(aiming->model, claim, number) : 0;
  cased->mark = mark && cased->with_sizes ? mark ^ (uint64_t)1 << 63 : mark;
}

/* Whether all there is was compared: then the line is proved, as far as digits show. */
static bool is_exhausted(const struct bp_claim_state *state, const struct cased *cased) {
  const struct bp_hangs *hangs = &cased->hangs;
  bool sizes = !hangs->sizes || cased->with_sizes;
  if (hangs->numbers || hangs->free_sizes || state->decided)
    return false;
  return hangs->sets ? state->aimed.cases > 0 && cased->trials.compared && sizes
                     : state->aimed.size_cases > 0 && cased->of_sizes.compared;
}

static void end_with(struct bp_aimed_claim *claim, const struct cased *cased) {
  struct bp_aimed_points *aimed = &claim->state->aimed;
  aimed->cases = all_of(&cased->trials, cased->with_sizes, claim->state);
  aimed->least_sizes = aimed->cases > 0 && cased->hangs.set_sizes && !cased->with_sizes;
  claim->partly = claim->cases && aimed->cases == 0 && cased->trials.of != 1;
  aimed->some_cases = claim->partly ? cased->trials.tried : 0;
  aimed->of_cases = claim->partly ? cased->trials.of : 0;
  /* an equation of given sizes that is smooth in all else has been seen in every case */
  bool smooth = !claim->state->branched && !claim->unequal && !claim->state->open_sizes;
  claim->sharp = claim->sharp && !(smooth && aimed->cases > 0);
}

/* The cases of numbers: claims that hang on the same ones go through them together. */
static bool try_cases_of_numbers(struct bp_aiming *aiming, struct bp_aimed_claim *claims,
                                 struct cased *cased) {
  size_t count = aiming->model->claim_count;
  struct case_walk *walks = bp_arena_alloc(aiming->arena, count + 1, sizeof *walks);
  bool fine = walks != NULL;
  for (size_t i = 0; i < count && fine; i++) {
    struct bp_drawing drawing = {.region = BP_REGION_NEAR,
                                 .sizes = cased[i].with_sizes ? BP_SIZES_CASES : BP_SIZES_DRAWN,
                                 .numbers_cases = true};
    size_t together = 0;
    uint64_t mark = cased[i].mark;
    for (size_t k = i; k < count && mark; k++)
      if (cased[k].mark == mark) {
        begin_cases(&walks[together++], &claims[k], &cased[k].trials);
        cased[k].mark = 0;
      }
    fine = together == 0 || try_cases(aiming, walks, together, drawing);
  }
  for (size_t i = 0; i < count && fine; i++)
    end_with(&claims[i], &cased[i]);
  return fine;
}

/* Numbers at 0, 1 and the like, and sizes: all of them where the line hangs on nothing else. */
static bool try_other_cases(struct bp_aiming *aiming, struct bp_aimed_claim *claim,
                            struct cased *cased) {
  struct bp_drawing of_special = {.region = BP_REGION_SPECIAL, .numbers_cases = true};
  struct bp_drawing of_sizes = {.region = BP_REGION_NEAR, .sizes = BP_SIZES_CASES};
  struct case_trials special = {.most = MOST_SPECIAL_CASES};
  bool alone = cased->with_sizes && !cased->hangs.sets;
  bool cheap = is_cheap(claim->state);
  cased->of_sizes.most = alone ? MOST_CASES : MOST_SIZE_CASES;
  cased->of_sizes.roughly = !alone;
  bool fine = (!claim->sharp || !cheap || try_own_cases(aiming, claim, of_special, &special)) &&
              (!claim->state->open_sizes || !(cheap || alone) ||
               try_own_cases(aiming, claim, of_sizes, &cased->of_sizes));
  claim->state->aimed.size_cases = all_of(&cased->of_sizes, true, claim->state);
  return fine;
}

bool bp_aimed_cases(struct bp_aiming *aiming, struct bp_aimed_claim *claims) {
  size_t count = aiming->model->claim_count;
  struct cased *cased = bp_arena_alloc(aiming->arena, count + 1, sizeof *cased);
  if (!cased)
    return false;
  for (size_t i = 0; i < count; i++)
    begin_with(aiming, &claims[i], i, &cased[i]);
  bool fine = try_cases_of_numbers(aiming, claims, cased);
  for (size_t i = 0; i < count && fine; i++) {
    fine = try_other_cases(aiming, &claims[i], &cased[i]);
    claims[i].state->aimed.exhausted = is_exhausted(claims[i].state, &cased[i]);
  }
  return fine;
}
