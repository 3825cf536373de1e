/* A line that holds says where it was not looked at: decisions that came out one way only,
 * combinations of decisions and cases of sets that were not tried.  One short note for each.
 *
 * A matrix behind max has a decision for each of its entries, and no check ever meets all 2^20 of
 * their combinations: said below every line of a network that hides what can be read.  So there it
 * is said once, with how many lines it is true of.
 */
#include "report/unmet.h"

#include <math.h>
#include <string.h>

/* "8", "2^20" */
static const char *number_of_ways(size_t of, struct bp_arena *arena) {
  enum { MOST_WRITTEN = 100000 };
  if (of == 0)
    return "very many";
  bool power = (of & (of - 1)) == 0;
  return of < MOST_WRITTEN || !power ? bp_arena_printf(arena, "%zu", of)
                                     : bp_arena_printf(arena, "2^%d", ilogb((double)of));
}

/* Decisions of which one can still say which combinations are missing. */
enum { MOST_NAMED = 8 };

/* Whether all combinations were met of decisions that came out either way; where every point lay on
 * some border, as those of a set may, there is nothing to count. */
static bool all_ways(const struct bp_ways_met *ways) {
  return ways->decisions < 2 || ways->met == 0 || (ways->of > 0 && ways->met >= ways->of);
}

bool bp_unmet_crowded(const struct bp_claim *claim) {
  return claim->verdict == BP_HOLDS && claim->aimed.ways.decisions > MOST_NAMED &&
         !all_ways(&claim->aimed.ways);
}

/* "6 of 8 combinations of its 3 decisions were met; never: x > 2 and y > 5 together"; NULL where
 * there is nothing to say.  Of many nobody wants to know which.  Where all combinations of those
 * that came out either way were met, another decision may still have been met only where it does
 * not matter. */
static const char *ways_words(const struct bp_aimed_points *aimed, struct bp_arena *arena) {
  const struct bp_ways_met *ways = &aimed->ways;
  if (all_ways(ways))
    return ways->behind && aimed->unmet_count == 0
               ? bp_arena_printf(arena, "never met where it matters: %s", ways->behind)
               : NULL;
  const char *of = number_of_ways(ways->of, arena);
  const char *text =
      of ? bp_arena_printf(arena, "%zu of %s combinations of its %zu decisions were met", ways->met,
                           of, ways->decisions)
         : NULL;
  if (text && ways->never_count > 0 && ways->decisions <= MOST_NAMED)
    text = bp_arena_printf(arena, "%s; never: %s%s", text, ways->never[0],
                           ways->never_count > 1 ? ", and more" : "");
  return text;
}

static const char *sides_words(const struct bp_aimed_points *aimed, struct bp_arena *arena) {
  if (aimed->unmet_count == 0)
    return NULL;
  size_t more = aimed->unmet_count - 1;
  return bp_arena_printf(arena, more ? "%s, and %zu more" : "%s", aimed->unmet[0], more);
}

/* "at 2 points, on a jump or a tie, a side has no derivative: nothing was compared there" */
static const char *slopes_words(const struct bp_aimed_points *aimed, struct bp_arena *arena) {
  return aimed->no_slope == 0
             ? NULL
             : bp_arena_printf(arena,
                               "at %zu point%s, on a jump or a tie, a side has no derivative: "
                               "nothing was compared there",
                               aimed->no_slope, aimed->no_slope == 1 ? "" : "s");
}

/* "31 of 512 cases of what is drawn from sets were tried" */
static const char *cases_words(const struct bp_aimed_points *aimed, struct bp_arena *arena) {
  if (aimed->some_cases == 0)
    return NULL;
  const char *of = number_of_ways(aimed->of_cases, arena);
  return of ? bp_arena_printf(arena, "%zu of %s cases of what is drawn from sets were tried",
                              aimed->some_cases, of)
            : NULL;
}

/* "at 4 random points there is nothing to differentiate (log of -2 has no value), ..." */
static const char *outside_words(const struct bp_claim *claim, struct bp_arena *arena) {
  bool random = claim->outside > 0;
  size_t outside = random ? claim->outside : claim->aimed.outside;
  size_t others = random ? claim->points : claim->aimed.points;
  bool inverted = claim->outside_why && strstr(claim->outside_why, "singular");
  return outside == 0
             ? NULL
             : bp_arena_printf(arena,
                               "at %zu %s point%s there is nothing to %s (%s), so "
                               "the line says nothing there; compared at %zu others",
                               outside, random ? "random" : "aimed", outside == 1 ? "" : "s",
                               inverted ? "invert" : "differentiate",
                               claim->outside_why ? claim->outside_why : "no value", others);
}

static bool has_range(const struct bp_claim *claim) {
  return claim->aimed.largest_number > 0 && claim->kind != BP_REFUTE;
}

/* "it held at 335 points, in each of the 8 cases of what is drawn from sets, of numbers from 9e-302
 * to 1e+300 in size, where n was 1 to 24; a proof for all ..." */
static const char *range_words(const struct bp_claim *claim, struct bp_arena *arena) {
  const struct bp_aimed_points *aimed = &claim->aimed;
  if (!has_range(claim))
    return NULL;
  const char *cases =
      aimed->cases == 0
          ? ""
          : bp_arena_printf(arena, " in each of the %zu cases of what is drawn from sets%s,",
                            aimed->cases, aimed->least_sizes ? " (at the least sizes)" : "");
  const char *sizes = aimed->sizes ? bp_arena_printf(arena, ", where %s", aimed->sizes) : "";
  return cases && sizes
             ? bp_arena_printf(arena,
                               "it held at %zu points,%s of numbers from %.0e to %.0e in size%s; a "
                               "proof for all it is not",
                               claim->points + aimed->points, cases, aimed->least_number,
                               aimed->largest_number, sizes)
             : NULL;
}

/* An inequality of which nothing but sets and sizes are drawn: "of what is drawn from sets all 4
 * cases were tried, at the least sizes". */
static const char *all_cases_words(const struct bp_claim *claim, struct bp_arena *arena) {
  const struct bp_aimed_points *aimed = &claim->aimed;
  bool told = aimed->largest_number > 0 || !isnan(claim->visible);
  return aimed->cases == 0 || told || claim->kind == BP_REFUTE
             ? NULL
             : bp_arena_printf(arena, "of what is drawn from sets all %zu cases were tried%s",
                               aimed->cases, aimed->least_sizes ? ", at the least sizes" : "");
}

/* "n was 1 to 8, 13 here; of other sizes this says nothing" */
static const char *sizes_words(const struct bp_claim *claim, struct bp_arena *arena) {
  const char *sizes = claim->kind == BP_REFUTE || has_range(claim) ? NULL : claim->aimed.sizes;
  return sizes ? bp_arena_printf(arena, "%s here; of other sizes this says nothing", sizes) : NULL;
}

size_t bp_unmet_words(const struct bp_claim *claim, bool crowded, struct bp_arena *arena,
                      const char *words[BP_MOST_UNMET_WORDS]) {
  const struct bp_aimed_points *aimed = &claim->aimed;
  bool holds = claim->verdict == BP_HOLDS && !aimed->exhausted; /* else there is nothing more */
  const char *all[BP_MOST_UNMET_WORDS] = {
      sides_words(aimed, arena),
      bp_unmet_crowded(claim) && !crowded ? NULL : ways_words(aimed, arena),
      cases_words(aimed, arena),
      slopes_words(aimed, arena),
      outside_words(claim, arena),
      sizes_words(claim, arena),
      range_words(claim, arena),
      all_cases_words(claim, arena),
      aimed->rare};
  size_t count = 0;
  for (size_t i = 0; holds && i < BP_MOST_UNMET_WORDS; i++)
    if (all[i])
      words[count++] = all[i];
  return count;
}
