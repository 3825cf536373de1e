/* Each reading is parsed and judged in an arena of its own, at two points. */
#include "study/trial.h"

#include <string.h>

#include "study/doubt.h"
#include "study/own/own.h"

/* Points, and lines by which a reading is chosen. */
enum { FEW = 2, MOST_VOTERS = 200 };

/* Lines of a program that refute a reading of it. */
enum { ENOUGH_AGAINST = 3 };

static void take_outcomes(const struct bp_derivation_report *report,
                          const struct bp_note_document *parsed, unsigned char *outcomes) {
  for (size_t i = 0; i < report->claim_count; i++) {
    enum bp_verdict verdict = report->claims[i].verdict;
    outcomes[parsed->members[i]] = verdict == BP_HOLDS   ? BP_TRIED_HOLDS
                                   : verdict == BP_FAILS ? BP_TRIED_FAILS
                                                         : BP_TRIED_OPEN;
  }
}

int bp_study_judge_briefly(const struct bp_study_trials *trials, size_t reading,
                           const struct bp_note_choice *choice, unsigned char *outcomes) {
  struct bp_judge_options options = *trials->options;
  struct bp_arena *arena = bp_arena_new(options.memory);
  struct bp_note_reading chosen = bp_context_reading(trials->context, reading);
  struct bp_note_document parsed;
  struct bp_diagnostics diagnostics;
  struct bp_derivation_report report;
  chosen.layers = choice->layers;
  options.trials = FEW;
  options.brief = true;
  int status = -1;
  if (arena &&
      bp_note_parse(trials->context, &chosen, choice, trials->vocabulary, arena, &parsed) == 0) {
    bp_diagnostics_init(&diagnostics, arena);
    status = bp_judge(&parsed.document, &options, arena, &diagnostics, &report, NULL);
    if (status == 0)
      take_outcomes(&report, &parsed, outcomes);
  }
  bp_arena_free(arena);
  return status;
}

/* Whether the member holds because it is declared: it speaks for no reading. */
static bool is_declared(const struct bp_note_context *context, size_t reading, size_t member) {
  size_t number = context->members[member];
  const bool *again = context->family == BP_FAMILY_OWN
                          ? context->own[bp_context_reading(context, reading).own].again
                          : NULL;
  return context->family == BP_FAMILY_OWN && !(again && again[number]) &&
         (context->note->list[number].kind == BP_NOTED_DEFINITION ||
          context->own[bp_context_reading(context, reading).own].defining[number]);
}

static size_t count(const struct bp_study_trials *trials, size_t reading, bool all) {
  size_t sum = 0;
  for (size_t i = 0; i < trials->context->count; i++) {
    if (is_declared(trials->context, reading, i))
      continue;
    enum bp_trial_outcome outcome = bp_study_outcome(trials, reading, i);
    sum += all ? outcome != BP_NOT_TRIED : outcome == BP_TRIED_HOLDS;
  }
  return sum;
}

/* Whether the member defines something with a weight, and does so under the reading. */
static bool defines_forward(const struct bp_study_trials *trials, size_t reading, size_t member) {
  const struct bp_note_context *context = trials->context;
  const struct bp_noted *noted = &context->note->list[context->members[member]];
  const struct bp_written *text = &noted->cut.text;
  static const char *const weights[] = {"W", "w", "Theta", "theta"};
  bool weight = false;
  for (size_t k = 0; k < sizeof weights / sizeof *weights; k++)
    weight = weight || bp_text_find(text->text, 0, text->length, weights[k]) < text->length;
  return noted->kind == BP_NOTED_DEFINITION && weight &&
         bp_study_outcome(trials, reading, member) == BP_TRIED_HOLDS;
}

/* Whether a statement says how any layer is computed, in letters that have none: z = w x + b. */
static bool defines_a_layer(const struct bp_noted *noted) {
  static const char *const layers[] = {"wx+b", "Wx+b", "wa+b", "Wa+b", "WX+b", "WA+b", "w^{T}x+b"};
  const struct bp_written *text = &noted->cut.text;
  char side[16];
  size_t kept = 0, left = noted->side_count > 1 ? noted->sides[0].begin : text->length;
  while (left < text->length && text->text[left] == ' ')
    left++;
  if (noted->kind != BP_NOTED_DEFINITION || left >= text->length || !strchr("zZ", text->text[left]))
    return false;
  for (size_t at = noted->sides[1].begin; at < noted->sides[1].end; at++)
    if (text->text[at] != ' ' && kept + 1 < sizeof side)
      side[kept++] = text->text[at];
  side[kept] = '\0';
  for (size_t k = 0; k < sizeof layers / sizeof *layers; k++)
    if (strcmp(side, layers[k]) == 0)
      return true;
  return false;
}

/* Whether a note whose layers are raised says without them how each is computed: they have no
 * forward equations of their own then. */
static bool has_bare_forward(const struct bp_study_trials *trials) {
  const struct bp_note *note = trials->context->note;
  for (size_t i = 0; i < note->count && trials->context->family == BP_FAMILY_RAISED; i++)
    if (defines_a_layer(&note->list[i]))
      return true;
  return false;
}

static bool has_own_forward(const struct bp_study_trials *trials) {
  for (size_t i = 0; i < trials->context->count; i++)
    if (defines_forward(trials, trials->best, i))
      return true;
  if (has_bare_forward(trials))
    return true;
  return trials->context->family == BP_FAMILY_STATED || trials->context->family == BP_FAMILY_OWN ||
         trials->context->program;
}

/* How many lines hold under the best reading, and fail under this one.  What nobody calls a
 * derivative is one only as far as it comes out as one, so where such a line fails it is enough. */
static size_t speak_against(const struct bp_study_trials *trials, size_t reading) {
  const struct bp_note_context *context = trials->context;
  size_t count = 0;
  for (size_t i = 0; i < context->count; i++)
    if (bp_study_outcome(trials, trials->best, i) == BP_TRIED_HOLDS &&
        bp_study_outcome(trials, reading, i) == BP_TRIED_FAILS)
      count += context->note->list[context->members[i]].elected ? ENOUGH_AGAINST : 1;
  return count;
}

/* Whether the text is of any layer: a letter stands in its raised index. */
static bool is_general(const struct bp_noted *noted) {
  const char *text = noted->cut.text.text;
  for (size_t at = noted->sides[0].begin; at + 3 < noted->sides[0].end; at++)
    if (text[at] == '^' && text[at + 1] == '{') {
      size_t letter = at + 2 + (text[at + 2] == '[');
      return text[letter] >= 'a' && text[letter] <= 'z';
    }
  return false;
}

bool bp_study_plausible(const struct bp_study_trials *trials, size_t reading) {
  if (trials->context->program) /* it does the same thing everywhere */
    return speak_against(trials, reading) < ENOUGH_AGAINST;
  size_t against = 0, other = 0; /* forward equations, where the note has those of two networks */
  for (size_t i = 0; i < trials->context->count; i++) {
    bool best = defines_forward(trials, trials->best, i),
         here = defines_forward(trials, reading, i);
    against += best && !here;
    if (here && !best)
      other += is_general(&trials->context->note->list[trials->context->members[i]]) ? 2 : 1;
  }
  return against == 0 || other > 1;
}

bool bp_study_one_output(const struct bp_study_trials *trials, size_t member) {
  const struct bp_note_context *context = trials->context;
  size_t others =
      context->program ? bp_program_many_outputs(context->program, trials->best) : trials->best;
  return others < trials->best &&
         bp_study_outcome(trials, trials->best, member) == BP_TRIED_HOLDS &&
         bp_study_outcome(trials, others, member) == BP_TRIED_FAILS;
}

bool bp_study_undivided(const struct bp_study_trials *trials, size_t member) {
  const struct bp_note_context *context = trials->context;
  size_t twin =
      context->program ? bp_program_undivided(context->program, trials->best) : trials->best;
  return twin != trials->best && bp_study_outcome(trials, trials->best, member) == BP_TRIED_HOLDS &&
         bp_study_outcome(trials, twin, member) == BP_TRIED_FAILS;
}

bool bp_study_loops(const struct bp_study_trials *trials) {
  const struct bp_note_context *context = trials->context;
  struct bp_note_reading reading = bp_context_reading(context, trials->best);
  const bool *looped = context->family == BP_FAMILY_OWN ? context->own[reading.own].looped : NULL;
  for (size_t i = 0; looped && i < context->count; i++)
    if (looped[context->members[i]] && bp_study_outcome(trials, trials->best, i) != BP_TRIED_HOLDS)
      return true;
  return false;
}

bool bp_study_leaves_out(const struct bp_study_trials *trials, const struct bp_noted *noted) {
  struct bp_note_reading reading = bp_context_reading(trials->context, trials->best);
  const struct bp_note *note = trials->context->note;
  size_t misfits = bp_context_misfits(trials->context, &reading);
  if (bp_study_loops(trials))
    return true;
  const struct bp_note_own *own = misfits > 0 ? &trials->context->own[reading.own] : NULL;
  if (!own || misfits > own->apart || trials->holding < BP_STUDY_ENOUGH)
    return misfits > 0;
  for (size_t i = 0; i < note->count; i++)
    if (own->aside[i] && note->list[i].section == noted->section)
      return true;
  return bp_own_mentions(noted, own->unfit, trials->vocabulary, trials->arena);
}

/* The letter that a statement defines, without its indices, as bytes of its text. */
static struct bp_span defined_letter(const struct bp_noted *noted) {
  const char *text = noted->cut.text.text;
  struct bp_span letter = {noted->sides[0].begin, noted->sides[0].end};
  while (letter.begin < letter.end && text[letter.begin] == ' ')
    letter.begin++;
  size_t end = letter.begin;
  while (end < letter.end && !strchr("_^( ", text[end]))
    end++;
  return (struct bp_span){letter.begin, end};
}

bool bp_study_is_repeated(const struct bp_note *note, size_t number) {
  const struct bp_written *text = &note->list[number].cut.text;
  for (size_t i = 0; i < number; i++)
    if (note->list[i].cut.text.length == text->length &&
        memcmp(note->list[i].cut.text.text, text->text, text->length) == 0)
      return true;
  return false;
}

bool bp_study_defined_before(const struct bp_note_context *context, size_t member) {
  const struct bp_noted *noted = &context->note->list[context->members[member]];
  struct bp_span letter = defined_letter(noted);
  for (size_t i = 0; i < member; i++) {
    const struct bp_noted *before = &context->note->list[context->members[i]];
    if (before->kind != BP_NOTED_DEFINITION || before->why || !is_general(before))
      continue;
    struct bp_span its = defined_letter(before);
    size_t length = letter.end - letter.begin, size = before->cut.text.length;
    bool same =
        its.end - its.begin == length &&
        !memcmp(before->cut.text.text + its.begin, noted->cut.text.text + letter.begin, length);
    bool repeats = size == noted->cut.text.length &&
                   !memcmp(before->cut.text.text, noted->cut.text.text, size);
    if (same)
      return !repeats;
  }
  return false;
}

/* Judges the members that have products of derivatives with these, under the best reading.  Who
 * holds so is told with them; in all others they are passed over. */
static int try_chains(struct bp_study_trials *trials) {
  const struct bp_note_context *context = trials->context;
  size_t members = context->count, tried = 0;
  bool *leave_out = bp_arena_alloc(trials->arena, members + 1, sizeof *leave_out);
  bool *all = bp_arena_alloc(trials->arena, members + 1, sizeof *all);
  unsigned char *outcomes = bp_arena_alloc(trials->arena, members + 1, 1);
  trials->chains = bp_arena_alloc(trials->arena, members + 1, sizeof *trials->chains);
  if (!leave_out || !all || !outcomes || !trials->chains)
    return -1;
  for (size_t i = 0; i < members; i++) {
    const struct bp_noted *noted = &context->note->list[context->members[i]];
    for (size_t k = 0; k < noted->side_count; k++)
      all[i] = all[i] || (noted->sides[k].symbolic && bp_noted_is_chain(noted, k));
    leave_out[i] = !all[i] || i >= MOST_VOTERS || noted->why;
    tried += !leave_out[i];
  }
  struct bp_note_choice choice = {.leave_out = leave_out, .chains = all};
  if (tried == 0)
    return 0;
  if (bp_study_judge_briefly(trials, trials->best, &choice, outcomes) != 0)
    return -1;
  for (size_t i = 0; i < members; i++)
    if (outcomes[i] == BP_TRIED_HOLDS) {
      trials->chains[i] = true;
      trials->outcomes[trials->best * members + i] = BP_TRIED_HOLDS;
    }
  return 0;
}

int bp_study_try(struct bp_study_trials *trials) {
  size_t members = trials->context->count;
  bool *silent = bp_arena_alloc(trials->arena, members + 1, sizeof *silent);
  struct bp_note_choice voters = {.leave_out = silent};
  trials->readings = bp_context_readings(trials->context);
  trials->outcomes = bp_arena_alloc(trials->arena, trials->readings * members + 1, 1);
  if (!trials->outcomes || !silent)
    return -1;
  for (size_t i = MOST_VOTERS; i < members; i++)
    silent[i] = true;
  for (size_t k = 0; k < trials->readings; k++) {
    bool stopped = trials->options->stopped && trials->options->stopped();
    if (!stopped && bp_study_judge_briefly(trials, k, &voters, trials->outcomes + k * members) != 0)
      return -1;
    size_t holding = count(trials, k, false);
    if (k == 0 || holding > trials->holding) {
      trials->runner_up = k == 0 ? 0 : trials->holding;
      trials->holding = holding;
      trials->best = k;
    } else if (holding > trials->runner_up)
      trials->runner_up = holding;
  }
  if (trials->readings > 0 && try_chains(trials) != 0)
    return -1;
  if (trials->readings > 0) {
    trials->lines = count(trials, trials->best, true);
    trials->own_forward = has_own_forward(trials);
  }
  return 0;
}

/* Whether the left side is a loss by itself: J, J(\theta), \mathcal{L}(w, b). */
static bool is_of_loss(const struct bp_noted *noted) {
  static const char script[] = "\\mathcal{";
  const char *text = noted->cut.text.text;
  struct bp_span left = bp_noted_trimmed(noted, 0);
  bool scripted = bp_text_is_at(text, left.begin, left.end, script);
  size_t at = left.begin + (scripted ? sizeof script - 1 : 0);
  if (noted->side_count < 2 || noted->cut.continues || at >= left.end || !strchr("JLEC", text[at]))
    return false;
  at = bp_behind_blanks(text, at + 1 + scripted, left.end);
  if (at < left.end && text[at] == '(')
    at = bp_closing_parenthesis(text, at, left.end) + 1;
  return at >= left.end;
}

bool bp_study_knows_loss(const struct bp_study_trials *trials) {
  const struct bp_note_context *context = trials->context;
  size_t count = 0;
  for (size_t i = 0; i < context->count && context->sampled; i++)
    if (is_of_loss(&context->note->list[context->members[i]])) {
      if (count > 0 && bp_study_outcome(trials, trials->best, i) != BP_TRIED_HOLDS)
        return false;
      count++;
    }
  return count > 0;
}

bool bp_study_misreads_output(const struct bp_study_trials *trials, const struct bp_noted *noted) {
  static const char *const outputs[] = {"\\hat{y}", "\\hat y"};
  const struct bp_note_context *context = trials->context;
  for (size_t k = 0; k < sizeof outputs / sizeof *outputs; k++) {
    const struct bp_written *text = &noted->cut.text;
    if (bp_text_find(text->text, 0, text->length, outputs[k]) == text->length)
      continue;
    for (size_t i = 0; i < context->count; i++) {
      const struct bp_noted *one = &context->note->list[context->members[i]];
      struct bp_span left = bp_noted_trimmed(one, 0);
      if (one->kind == BP_NOTED_DEFINITION && left.end - left.begin == strlen(outputs[k]) &&
          bp_text_is_at(one->cut.text.text, left.begin, left.end, outputs[k]) &&
          bp_study_outcome(trials, trials->best, i) == BP_TRIED_FAILS)
        return true;
    }
  }
  return false;
}
