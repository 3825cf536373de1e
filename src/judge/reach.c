/* One step after the other, each from the slopes of all requirements.
 *
 * Every probe tells of all requirements how far they are from changing over, so a probe beside a
 * spot in one number gives the slope of each in that number.  Read as straight lines, the
 * requirements are half-spaces, and a point in all of them is found by projecting on one after the
 * other (Agmon 1954; Motzkin and Schoenberg 1954), which needs no further probe.  Formulas are
 * seldom straight, so what counts is what the probe there says, and the next step begins anew.
 * Where that does not help one number is moved alone: the lines cut its axis into intervals, and it
 * goes into the middle of the one in which most requirements are met.  Numbers of a set are tried
 * one by one.  What trades a requirement for another is taken if nothing better is found; where
 * nothing moves what is not met yet, numbers are thrown far off, a few times.
 */
#include "judge/reach.h"

#include <math.h>
#include <stdlib.h>

#include "base/random.h"

enum { MOST_TRADES = 3, MOST_THROWS = 4, MOST_CHOICES = 4 };

/* A spot, and how it stands to the goal. */
struct stand {
  struct bp_spot spot;
  struct bp_decisions decisions;
  size_t met;
  double distance; /* of what is not met */
};

struct search {
  struct bp_probing *probing;
  const struct bp_goal *goal;
  uint64_t random;
  size_t from; /* probes that others have made */
  struct stand here, shifted, next, best;
  bool any; /* there is a best */
};

/* On which side of 0 the distance must lie: 1, -1, 0 for on it, 2 for on any side but not on it. */
static int side_of(const struct bp_requirement *wanted) {
  bool first = wanted->way == BP_WAY_FIRST, level = wanted->way == BP_WAY_LEVEL;
  bool equal =
      wanted->place->kind == BP_EXPR_COMPARE && bp_relation_is_equal(wanted->place->relation);
  if (equal)
    return first ? 0 : 2;
  return level ? 0 : first ? 1 : -1;
}

static bool lies_there(double apart, int side) {
  return side == 2 ? apart != 0 : side == 0 ? apart == 0 : apart * side > 0;
}

static bool is_met(const struct bp_requirement *wanted, const struct bp_decisions *decisions) {
  const struct bp_decided *found = bp_decided_find(decisions, wanted->key);
  return found && found->way == wanted->way;
}

static bool is_open(const struct search *search) {
  return search->probing->probes - search->from < search->goal->most_probes &&
         bp_aimed_is_open(search->probing->claim);
}

static bool probe(struct search *search, struct stand *stand) {
  if (!bp_probe_at(search->probing, &stand->spot, &stand->decisions))
    return false;
  stand->met = 0;
  stand->distance = 0;
  for (size_t i = 0; i < search->goal->count; i++) {
    const struct bp_requirement *wanted = &search->goal->list[i];
    const struct bp_decided *found = bp_decided_find(&stand->decisions, wanted->key);
    bool met = found && found->way == wanted->way;
    stand->met += met;
    stand->distance += met ? 0 : found ? fabs(found->apart) : INFINITY;
  }
  return true;
}

static bool is_better(const struct stand *a, const struct stand *b) {
  return a->met > b->met || (a->met == b->met && a->distance < 0.75 * b->distance);
}

static bool is_within(const struct bp_coordinate *of, double number) {
  return number > of->low && number < of->high && isfinite(number) &&
         (of->kind != BP_DOMAIN_NONZERO || number != 0);
}

static void put(struct stand *stand, size_t which, double number) {
  stand->spot.at[which] = number;
  stand->spot.changed[which] = true;
}

/* ---- straight lines ----------------------------------------------------- */

/* Lines are drawn for so many numbers at a time. */
enum { MOST_MOVED = 16, PROJECTIONS = 60 };

/* A requirement as a straight line in the numbers that move. */
struct line {
  double at, by[MOST_MOVED];
  int side;
};

struct lines {
  struct line list[BP_MOST_DECISIONS + 1];
  size_t count, moved[MOST_MOVED], moved_count;
  bool any; /* what is to be met hangs on one of them */
};

static double beside(const struct bp_coordinate *of, double from) {
  double step = ldexp(1, ilogb(fmax(fabs(from), 0.125)) - 6);
  return is_within(of, from + step) ? step : is_within(of, from - step) ? -step : 0;
}

/* Fills in how the lines change with the number. */
static void draw_lines(const struct search *search, double step, struct lines *lines) {
  size_t which = lines->moved_count;
  for (size_t i = 0; i < lines->count; i++) {
    const struct bp_requirement *wanted = &search->goal->list[i];
    const struct bp_decided *found = bp_decided_find(&search->shifted.decisions, wanted->key);
    struct line *line = &lines->list[i];
    double by = found ? (found->apart - line->at) / step : 0;
    line->by[which] = isfinite(by) ? by : 0;
    lines->any = lines->any || (by != 0 && !is_met(wanted, &search->here.decisions));
  }
}

/* False when memory is short, or the claim has a fault. */
static bool find_lines(struct search *search, struct lines *lines) {
  size_t order[BP_MOST_COORDINATES], count = search->probing->count;
  *lines = (struct lines){.count = search->goal->count};
  for (size_t i = 0; i < lines->count; i++) {
    const struct bp_decided *found =
        bp_decided_find(&search->here.decisions, search->goal->list[i].key);
    lines->list[i].at = found ? found->apart : 0;
    lines->list[i].side = found ? side_of(&search->goal->list[i]) : 2;
  }
  for (size_t i = 0; i < count; i++)
    order[i] = i;
  for (size_t i = 0; i < count && lines->moved_count < MOST_MOVED && is_open(search); i++) {
    size_t other = i + bp_random_bits(&search->random) % (count - i), which = order[other];
    const struct bp_coordinate *of = &search->probing->coordinates[which];
    order[other] = order[i];
    double from = search->here.spot.at[which], step = of->choices ? 0 : beside(of, from);
    if (step == 0)
      continue;
    search->shifted.spot = search->here.spot;
    put(&search->shifted, which, from + step);
    if (!probe(search, &search->shifted))
      return false;
    draw_lines(search, step, lines);
    lines->moved[lines->moved_count++] = which;
  }
  return true;
}

static void keep_better(struct search *search) {
  if (!search->any || is_better(&search->next, &search->best))
    search->best = search->next;
  search->any = true;
}

/* Numbers with few bits keep sums and products exact. */
static double landing(const struct bp_coordinate *of, double number) {
  double rounded = bp_few_bits(number);
  return is_within(of, rounded) ? rounded : number;
}

/* ---- all numbers at once ------------------------------------------------ */

/* How far the line is from lying where it should, and beyond its border by a part of its distance:
 * more than that may be more than there is. */
static double shortfall(const struct line *line, const double *step, size_t count) {
  double there = line->at, room = line->at != 0 ? fabs(line->at) / 4 : 0.125;
  for (size_t k = 0; k < count; k++)
    there += line->by[k] * step[k];
  if (line->side == 0)
    return -there;
  if (line->side == 2 || there * line->side >= room)
    return 0;
  return line->side * room - there;
}

/* Goes onto the right side of one line after the other. */
static void project(const struct lines *lines, double *step) {
  for (size_t turn = 0; turn < PROJECTIONS; turn++) {
    bool done = true;
    for (size_t i = 0; i < lines->count; i++) {
      const struct line *line = &lines->list[i];
      double short_of = shortfall(line, step, lines->moved_count), size = 0;
      for (size_t k = 0; k < lines->moved_count; k++)
        size += line->by[k] * line->by[k];
      if (short_of == 0 || !(size > 0))
        continue;
      done = false;
      for (size_t k = 0; k < lines->moved_count; k++)
        step[k] += (line->side == 0 ? 1 : 1.25) * short_of / size * line->by[k];
    }
    if (done)
      return;
  }
}

static bool try_all(struct search *search, const struct lines *lines) {
  double step[MOST_MOVED] = {0};
  project(lines, step);
  search->next.spot = search->here.spot;
  for (size_t k = 0; k < lines->moved_count; k++) {
    const struct bp_coordinate *of = &search->probing->coordinates[lines->moved[k]];
    double from = search->here.spot.at[lines->moved[k]];
    for (int halving = 0; halving < 8 && !is_within(of, from + step[k]); halving++)
      step[k] /= 2; /* the domain ends there */
    if (step[k] != 0 && is_within(of, from + step[k]))
      put(&search->next, lines->moved[k], landing(of, from + step[k]));
  }
  if (!probe(search, &search->next))
    return false;
  keep_better(search);
  return true;
}

/* ---- one number alone --------------------------------------------------- */

static int by_size(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static size_t met_at(const struct lines *lines, size_t k, double step) {
  size_t met = 0;
  for (size_t i = 0; i < lines->count; i++) {
    const struct line *line = &lines->list[i];
    double there = line->at + line->by[k] * step;
    met += line->side == 0 ? step == -line->at / line->by[k] || there == 0
                           : lies_there(there, line->side);
  }
  return met;
}

enum { MOST_BREAKS = BP_MOST_DECISIONS + 3 };

/* The step of the number at which most of the lines lie where they should, the shortest of equals,
 * and how many these are; 0: none changes. */
static double best_step(const struct search *search, const struct lines *lines, size_t k,
                        size_t *most) {
  const struct bp_coordinate *of = &search->probing->coordinates[lines->moved[k]];
  double breaks[MOST_BREAKS], best = 0, from = search->here.spot.at[lines->moved[k]];
  size_t breaking = 0;
  *most = 0;
  for (size_t i = 0; i < lines->count; i++)
    if (lines->list[i].by[k] != 0 && isfinite(lines->list[i].at / lines->list[i].by[k]))
      breaks[breaking++] = -lines->list[i].at / lines->list[i].by[k];
  if (breaking == 0)
    return 0;
  if (isfinite(of->low))
    breaks[breaking++] = of->low - from;
  if (isfinite(of->high))
    breaks[breaking++] = of->high - from;
  qsort(breaks, breaking, sizeof *breaks, by_size);
  for (size_t i = 0; i < 2 * breaking + 1; i++) {
    size_t next = i / 2;
    double room = fmax(fabs(from), 1) / 4;
    double step = i % 2              ? breaks[next]
                  : next == 0        ? breaks[0] - fmax(room, fabs(breaks[0]) / 8)
                  : next == breaking ? breaks[next - 1] + fmax(room, fabs(breaks[next - 1]) / 8)
                                     : breaks[next - 1] + (breaks[next] - breaks[next - 1]) / 2;
    size_t met = is_within(of, from + step) ? met_at(lines, k, step) : 0;
    if (met > *most || (met == *most && met > 0 && fabs(step) < fabs(best))) {
      *most = met;
      best = step;
    }
  }
  return best;
}

/* Moves the number there; what must be equal to another is not rounded. */
static bool try_one(struct search *search, const struct lines *lines, size_t k, double step) {
  size_t which = lines->moved[k];
  const struct bp_coordinate *of = &search->probing->coordinates[which];
  double number = search->here.spot.at[which] + step;
  bool exact = false;
  for (size_t i = 0; i < lines->count; i++)
    exact = exact || (lines->list[i].side == 0 && lines->list[i].by[k] != 0);
  search->next.spot = search->here.spot;
  put(&search->next, which, exact ? number : landing(of, number));
  if (!probe(search, &search->next))
    return false;
  keep_better(search);
  return true;
}

/* The numbers that promise most, one after the other. */
static bool try_each(struct search *search, const struct lines *lines) {
  enum { MOST_TRIED = 4 };
  double steps[MOST_MOVED];
  size_t promise[MOST_MOVED];
  for (size_t k = 0; k < lines->moved_count; k++)
    steps[k] = best_step(search, lines, k, &promise[k]);
  for (size_t tried = 0; tried < MOST_TRIED && is_open(search); tried++) {
    size_t best = 0;
    for (size_t k = 1; k < lines->moved_count; k++)
      best = promise[k] > promise[best] ? k : best;
    if (promise[best] == 0)
      break;
    promise[best] = 0;
    if (!try_one(search, lines, best, steps[best]))
      return false;
    if (search->best.met > search->here.met)
      break;
  }
  return true;
}

static bool try_choices(struct search *search, size_t which) {
  size_t choices = search->probing->coordinates[which].choices;
  size_t first = bp_random_bits(&search->random) % choices;
  size_t tried = choices < MOST_CHOICES ? choices : MOST_CHOICES;
  for (size_t i = 0; i < tried && is_open(search); i++) {
    double choice = (double)((first + i) % choices);
    if (choice == search->here.spot.at[which])
      continue;
    search->next.spot = search->here.spot;
    put(&search->next, which, choice);
    if (!probe(search, &search->next))
      return false;
    keep_better(search);
  }
  return true;
}

/* ---- step by step ------------------------------------------------------- */

static bool has_gained(const struct search *search) {
  return search->any && search->best.met > search->here.met;
}

/* The best step from here; false when memory is short, or the claim has a fault. */
static bool try_steps(struct search *search) {
  struct lines lines;
  bool fine = find_lines(search, &lines);
  search->any = false;
  if (fine && lines.any)
    fine = try_all(search, &lines);
  if (fine && lines.any && !has_gained(search))
    fine = try_each(search, &lines);
  size_t count = search->probing->count, start = bp_random_bits(&search->random) % count;
  for (size_t i = 0; i < count && fine && is_open(search) && !has_gained(search); i++)
    if (search->probing->coordinates[(start + i) % count].choices)
      fine = try_choices(search, (start + i) % count);
  return fine;
}

/* Throws a number far off. */
static void throw_number(struct search *search) {
  static const double factors[] = {-1, 0, 8, 0.125, 64, -8};
  size_t which = bp_random_bits(&search->random) % search->probing->count;
  const struct bp_coordinate *of = &search->probing->coordinates[which];
  double factor = factors[bp_random_bits(&search->random) % (sizeof factors / sizeof *factors)];
  double number = of->choices ? (double)(bp_random_bits(&search->random) % of->choices)
                              : search->here.spot.at[which] * factor;
  if (of->choices || is_within(of, number))
    put(&search->here, which, number);
}

/* Goes on from the best step: one that leads nearer, or one of a few that trade something. */
static bool goes_on(struct search *search, size_t *trades, bool *nearer) {
  bool better = search->any && is_better(&search->best, &search->here);
  bool traded = search->any && search->best.met + 1 >= search->here.met;
  *nearer = *nearer || better;
  if (!better && (!traded || *trades == MOST_TRADES))
    return false;
  *trades = better ? 0 : *trades + 1;
  search->here = search->best;
  return true;
}

bool bp_spot_reach(struct bp_probing *probing, const struct bp_goal *goal, struct bp_spot *spot,
                   bool *nearer) {
  struct search search = {.probing = probing,
                          .goal = goal,
                          .random =
                              goal->list[goal->count - 1].key ^ spot->trial ^ goal->most_probes,
                          .from = probing->probes};
  size_t throws = 0, trades = 0;
  *nearer = false;
  search.here.spot = *spot;
  if (probing->count == 0 || !probe(&search, &search.here))
    return false;
  while (search.here.met < goal->count && is_open(&search)) {
    if (!try_steps(&search))
      return false;
    if (goes_on(&search, &trades, nearer))
      continue;
    if (throws++ == MOST_THROWS)
      return false;
    throw_number(&search);
    if (!probe(&search, &search.here))
      return false;
  }
  if (search.here.met < goal->count)
    return false;
  *spot = search.here.spot;
  return true;
}
