/* What a report on other people's code says in sentences, most important first.
 */
#include <math.h>

#include "probe/run.h"

enum { MOST_NOTES = 12 };
#define MOST_LOST 1e-4 /* what goes without saying */
#define MOST_LOST_FLOAT 0x1p-4

struct notes {
  const struct bp_run *run;
  struct bp_report *report;
};

static void add(const struct notes *notes, const char *sentence) {
  if (sentence && notes->report->head.note_count < MOST_NOTES)
    notes->report->head.notes[notes->report->head.note_count++] = sentence;
}

static void note_repetition(const struct notes *notes) {
  const struct bp_run *run = notes->run;
  if (run->function_random)
    add(notes, "the function is not deterministic: called twice with the same parameters it gave "
               "different values, so no difference means anything; give it a fixed seed, or switch "
               "off what draws random numbers");
  if (run->gradient_random)
    add(notes, "the gradient is not deterministic: computed twice with the same parameters it came "
               "out different; give it a fixed seed, or switch off what draws random numbers");
  if (run->function_remembers && !run->function_random)
    add(notes, "the function does not give the value at the end of the check that it gave at the "
               "beginning: something remembers earlier calls, so no difference means anything");
}

/* Components are ±k/128 of the scale of their parameter, k = 1 to 128, see along.c.  Let B be what
 * is seen along a direction and e the largest of all errors, each times the scale of its parameter.
 * Whatever the other components are, that of e would have to lie in an interval of length 2 B/e for
 * the mistake to pass, which holds at most 256 B/e + 1 of the 256: a chance of B/e + 1/256. */
static double missed(double times, size_t directions) {
  return pow(1 / times + 1. / 256, (double)directions);
}

static void note_directions(const struct notes *notes) {
  size_t given = notes->run->options->number, count = given >= 2 ? given : 2;
  add(notes,
      bp_arena_printf(notes->run->arena,
                      "only %zu random directions were looked at and no single entry. A "
                      "mistake, in one entry or in many, that comes to 10 times what is seen "
                      "along a direction is missed with a chance of at most %.0e, one of 100 "
                      "times with %.0e: its largest error counts, times the scale of that "
                      "parameter",
                      count, missed(10, count), missed(100, count)));
}

static void note_subset(const struct notes *notes) {
  const struct bp_probe_options *options = notes->run->options;
  struct bp_arena *arena = notes->run->arena;
  size_t number = options->number, skipped = notes->report->skipped;
  const char *rule = NULL;
  if (options->rule == BP_PROBE_DIRECTIONS) {
    note_directions(notes);
    return;
  }
  if (skipped == 0)
    return;
  if (options->rule == BP_PROBE_EVERY)
    rule = bp_arena_printf(arena, "every k-th of each block, k = %zu", number);
  else if (options->rule == BP_PROBE_RANDOM)
    rule = bp_arena_printf(arena, "%zu of each block, drawn with seed %lu", number ? number : 1,
                           options->seed ? options->seed : 1);
  else
    rule = "those that were named";
  add(notes, bp_arena_printf(arena, "%zu of %zu entries were not looked at; looked at were %s",
                             skipped, skipped + notes->report->head.entries, rule ? rule : ""));
}

static void note_kinks(const struct notes *notes) {
  size_t kinks = 0;
  for (size_t b = 0; b < notes->report->block_count; b++)
    kinks += notes->report->blocks[b].at_kink;
  if (kinks)
    add(notes, bp_arena_printf(notes->run->arena,
                               "at %zu entr%s the function has a kink, where every value between "
                               "the slopes to both sides is right",
                               kinks, kinks == 1 ? "y" : "ies"));
}

static void note_vanishing(const struct notes *notes) {
  const char *names = "";
  size_t count = 0;
  for (size_t b = 0; b < notes->report->block_count && names; b++) {
    const struct bp_block *block = &notes->report->blocks[b];
    if (block->parameter && block->verdict != BP_FAILS &&
        block->skipped < block->rows * block->columns &&
        (block->vanishes || block->largest_magnitude == 0) && count++ < 6)
      names =
          bp_arena_printf(notes->run->arena, "%s%s%s", names, count > 1 ? ", " : "", block->name);
  }
  if (count > 6 && names)
    names = bp_arena_printf(notes->run->arena, "%s and %zu more", names, count - 6);
  if (count && names)
    add(notes, bp_arena_printf(notes->run->arena,
                               "the gradient of %s is 0 here, or next to nothing beside the rest: "
                               "that much was checked, but a wrong sign or factor there would not "
                               "show",
                               names));
}

/* The noisiest output, where that is far more than rounding. */
static void note_noise(const struct notes *notes) {
  const struct bp_run *run = notes->run;
  double worst = 0;
  for (size_t o = 0; o < run->probed->outputs && !run->function_random; o++) {
    double relative = run->noise[o] / fabs(run->middle[o]);
    if (relative < INFINITY && run->quantum[o] == 0 && relative > worst &&
        relative > 1e4 * run->probed->unit)
      worst = relative;
  }
  if (worst > 0)
    add(notes, bp_arena_printf(run->arena,
                               "the function's values are noisy, with a relative error of about "
                               "%.0e: small mistakes cannot be seen (an iteration that stops "
                               "early, single precision, or terms that cancel?)",
                               worst));
}

/* Near a perfect fit, where everything cancels, neither side has many digits. */
static void note_loss(const struct notes *notes) {
  const struct bp_run *run = notes->run;
  if (run->lost > (run->single ? MOST_LOST_FLOAT : MOST_LOST))
    add(notes,
        bp_arena_printf(run->arena,
                        "moving the parameters by their last bits moves slopes by up to %.0e "
                        "of the largest entry of a block: so much of the gradient is rounding, "
                        "and smaller mistakes cannot be seen (close to a perfect fit "
                        "everything cancels; check at another point, too)",
                        run->lost));
}

/* At a fit that is better than the gradient's own last bits. */
static void note_fit(const struct notes *notes) {
  size_t count = notes->run->excused;
  if (count)
    add(notes, bp_arena_printf(notes->run->arena,
                               "%zu entr%s off by no more than rounding of numbers as large as the "
                               "gradient is farther from this point, where the same code agrees "
                               "with the function: this is next to a perfect fit, where it has "
                               "no digits left (a - y with a = 1 - 1e-17); check at another point",
                               count, count == 1 ? "y is" : "ies are"));
}

/* The output that was written with the fewest decimals, relative to its value. */
static void note_decimals(const struct notes *notes) {
  const struct bp_run *run = notes->run;
  double worst = 0, quantum = 0;
  for (size_t o = 0; o < run->probed->outputs && !run->function_random; o++) {
    double relative = run->quantum[o] / fmax(fabs(run->middle[o]), run->quantum[o]);
    if (relative > worst) {
      worst = relative;
      quantum = run->quantum[o];
    }
  }
  int decimals = -(int)lround(log10(quantum > 0 ? quantum : 1));
  if (decimals > 0 && decimals < 100)
    add(notes, bp_arena_printf(run->arena,
                               "the values of the function have only %d decimal%s, so small "
                               "mistakes cannot be seen: print more digits (\"%%.17g\" prints all)",
                               decimals, decimals == 1 ? "" : "s"));
  else if (quantum > 0)
    add(notes, bp_arena_printf(run->arena,
                               "the values of the function are all multiples of %g, so small "
                               "mistakes cannot be seen: are they rounded, or counted?",
                               quantum));
}

/* Entries of the gradient, named by the first: "(2,1) of W and in 3 more entries". */
static const char *where(const struct notes *notes, size_t first, size_t count) {
  const struct bp_probed *probed = notes->run->probed;
  size_t p = 0, j = first % probed->parameters;
  for (; j >= notes->run->parts[p].rows * notes->run->parts[p].columns; p++)
    j -= notes->run->parts[p].rows * notes->run->parts[p].columns;
  const struct bp_probe_part *part = &notes->run->parts[p];
  size_t row = probed->jacobian ? first / probed->parameters : j / part->columns;
  size_t column = probed->jacobian ? j : j % part->columns;
  const char *more = count > 1 ? bp_arena_printf(notes->run->arena, " and in %zu more entr%s",
                                                 count - 1, count == 2 ? "y" : "ies")
                               : "";
  return more ? bp_arena_printf(notes->run->arena, "(%zu,%zu) of %s%s", row + 1, column + 1,
                                part->name, more)
              : NULL;
}

static const char *derivative_word(const struct notes *notes) {
  return notes->run->probed->jacobian ? "Jacobian" : "gradient";
}

static void note_unfilled(const struct notes *notes) {
  const struct bp_run *run = notes->run;
  const char *place = run->unfilled ? where(notes, run->first_unfilled, run->unfilled) : NULL;
  if (place)
    add(notes, bp_arena_printf(run->arena,
                               "your %s was not filled at %s: its code writes nothing there, or "
                               "adds to what was there before (+=); set every entry, with = or "
                               "after setting all to 0",
                               derivative_word(notes), place));
}

static bool was_filled(const struct bp_probed *probed, size_t i) {
  return !(probed->again && isnan(probed->gradient[i]) && probed->again[i] == BP_PROBE_GARBAGE);
}

/* Entries of the gradient that are no numbers though they were filled. */
static void note_no_numbers(const struct notes *notes) {
  const struct bp_probed *probed = notes->run->probed;
  size_t count = 0, first = 0, total = probed->parameters * probed->outputs;
  for (size_t i = 0; i < total; i++)
    if (!isfinite(probed->gradient[i]) && was_filled(probed, i) && count++ == 0)
      first = i;
  const char *place = count ? where(notes, first, count) : NULL;
  if (place)
    add(notes, bp_arena_printf(notes->run->arena,
                               "your %s is %s at %s: look for a division by 0, a log of 0 or an "
                               "overflow in its code",
                               derivative_word(notes),
                               isnan(probed->gradient[first]) ? "NaN" : "infinite", place));
}

/* Outputs without a value at the point itself, where nothing can be checked. */
static void note_no_value(const struct notes *notes) {
  const struct bp_run *run = notes->run;
  size_t count = 0, first = 0, k = run->probed->outputs;
  for (size_t o = 0; o < k; o++)
    if (!isfinite(run->middle[o]) && count++ == 0)
      first = o;
  if (count == 0)
    return;
  const char *what = isnan(run->middle[first]) ? "NaN, or an error" : "infinite";
  if (k == 1)
    add(notes, bp_arena_printf(run->arena,
                               "your function has no value at this point (it is %s), so there is "
                               "nothing to compare with: choose another point",
                               what));
  else
    add(notes, bp_arena_printf(run->arena,
                               "%zu of %zu outputs of your function have no value at this point "
                               "(number %zu is %s), so there is nothing to compare them with: "
                               "choose another point",
                               count, k, first + 1, what));
}

static void note_float(const struct notes *notes) {
  const struct bp_run *run = notes->run;
  if (run->probed->unit > BP_PROBE_DOUBLE)
    add(notes, bp_arena_printf(run->arena,
                               "computed in float: errors of the gradient up to %.0e of the "
                               "largest entry of a block count as rounding",
                               bp_run_gradient_error(run, 1)));
}

enum bp_probe_status bp_run_notes(const struct bp_run *run, struct bp_report *report) {
  struct notes notes = {run, report};
  report->head.notes = bp_arena_alloc(run->arena, MOST_NOTES, sizeof *report->head.notes);
  if (!report->head.notes)
    return BP_PROBE_NO_MEMORY;
  note_repetition(&notes);
  note_no_value(&notes);
  note_unfilled(&notes);
  note_no_numbers(&notes);
  note_decimals(&notes);
  note_subset(&notes);
  note_vanishing(&notes);
  note_kinks(&notes);
  note_noise(&notes);
  note_loss(&notes);
  note_fit(&notes);
  note_float(&notes);
  return bp_arena_failed(run->arena) ? BP_PROBE_NO_MEMORY : BP_PROBE_OK;
}
