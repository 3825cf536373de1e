/* What a report on other people's code says in sentences, most important first.
 */
#include <math.h>

#include "probe/run.h"

enum { MOST_NOTES = 8 };

struct notes {
  const struct bp_run *run;
  struct bp_report *report;
};

static void add(const struct notes *notes, const char *sentence) {
  if (sentence && notes->report->note_count < MOST_NOTES)
    notes->report->notes[notes->report->note_count++] = sentence;
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

static void note_subset(const struct notes *notes) {
  const struct bp_probe_options *options = notes->run->options;
  struct bp_arena *arena = notes->run->arena;
  size_t number = options->number, skipped = notes->report->skipped;
  const char *rule = NULL;
  if (options->rule == BP_PROBE_DIRECTIONS) {
    add(notes, bp_arena_printf(arena,
                               "only %zu random directions were looked at and no single entry: a "
                               "mistake that is small beside the whole gradient may hide in them",
                               number >= 2 ? number : 2));
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
                             skipped, skipped + notes->report->entries, rule ? rule : ""));
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
    if (block->parameter && block->skipped < block->rows * block->columns &&
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
    if (relative < INFINITY && run->noise[o] > worst && relative > 1e4 * run->probed->unit)
      worst = relative;
  }
  if (worst > 0)
    add(notes, bp_arena_printf(run->arena,
                               "the function's values are noisy, with a relative error of about "
                               "%.0e: small mistakes cannot be seen (an iteration that stops "
                               "early, single precision, or terms that cancel?)",
                               worst));
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
  report->notes = bp_arena_alloc(run->arena, MOST_NOTES, sizeof *report->notes);
  if (!report->notes)
    return BP_PROBE_NO_MEMORY;
  note_repetition(&notes);
  note_subset(&notes);
  note_vanishing(&notes);
  note_kinks(&notes);
  note_noise(&notes);
  note_float(&notes);
  return bp_arena_failed(run->arena) ? BP_PROBE_NO_MEMORY : BP_PROBE_OK;
}
