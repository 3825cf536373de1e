/* Lines that fail, tried in whatever other way they may be meant.
 *
 * A line fails only where no reading makes it hold: not another one of its context, not for some
 * layers or in a network with fewer, not for some indices, and not with derivatives laid out
 * otherwise.  Here all of these are tried, briefly, for the lines that fail under the reading that
 * is meant; doubt.c says what follows.
 */
#include "study/retry.h"

#include <string.h>

#include "study/doubt.h"

static bool mentions(const struct bp_noted *noted, const char *what) {
  const struct bp_written *text = &noted->cut.text;
  return bp_text_find(text->text, 0, text->length, what) < text->length;
}

/* Marks failing lines that hold where their layer, for which `letter` stands, is one of a range:
 * OPEN where it must be the last one. */
static int try_layer(const struct bp_study_trials *trials, const char *letter,
                     const bool *leave_out, unsigned char *outcomes) {
  static const char *const ranges[] = {"L..L", "1..L-1", "2..L", "1..1"};
  size_t count = trials->context->count;
  unsigned char *found = bp_arena_alloc(trials->arena, count + 1, sizeof *found);
  for (size_t reading = 0; reading < trials->readings; reading++)
    for (size_t k = 0; k < sizeof ranges / sizeof *ranges; k++) {
      const char *suffix = bp_arena_printf(trials->arena, " for %s = %s", letter, ranges[k]);
      struct bp_note_choice choice = {.leave_out = leave_out, .suffix = suffix};
      if (!bp_study_plausible(trials, reading))
        continue;
      if (!found || !suffix || bp_study_judge_briefly(trials, reading, &choice, found) != 0)
        return -1;
      for (size_t i = 0; i < count; i++)
        if (found[i] == BP_TRIED_HOLDS && outcomes[i] != BP_TRIED_HOLDS &&
            !bp_study_contradicted(trials, reading, i))
          outcomes[i] = k == 0 ? BP_TRIED_OPEN : BP_TRIED_HOLDS;
    }
  return 0;
}

/* The same for whatever letters stand for a layer in lines that fail. */
static int try_some_layers(const struct bp_study_trials *trials, const bool *leave_out,
                           unsigned char *outcomes) {
  static const char *const letters[] = {"l", "k", "i", "j", "n"};
  const struct bp_note_context *context = trials->context;
  bool *without = bp_arena_alloc(trials->arena, context->count + 1, sizeof *without);
  for (size_t k = 0; without && k < sizeof letters / sizeof *letters; k++) {
    const char *mark = bp_arena_printf(
        trials->arena, context->family == BP_FAMILY_BRACKETS ? "^{[%s" : "^{%s", letters[k]);
    bool any = false;
    for (size_t i = 0; mark && i < context->count; i++) {
      without[i] = leave_out[i] || !mentions(&context->note->list[context->members[i]], mark);
      any = any || !without[i];
    }
    if (!mark || (any && try_layer(trials, letters[k], without, outcomes) != 0))
      return -1;
  }
  return without ? 0 : -1;
}

/* Marks failing lines, OPEN, that hold in a network with fewer layers: where a line calls its last
 * layer by a number, that may be another network than the one with the most layers. */
static int try_depths(const struct bp_study_trials *trials, const bool *leave_out,
                      unsigned char *outcomes) {
  size_t count = trials->context->count;
  int most = bp_context_layers(trials->context);
  bool layered = trials->context->family == BP_FAMILY_BRACKETS;
  unsigned char *found = bp_arena_alloc(trials->arena, count + 1, sizeof *found);
  for (int layers = 1; layered && layers < most; layers++)
    for (size_t k = 0; k < trials->readings; k++) {
      struct bp_note_choice choice = {.leave_out = leave_out, .layers = layers};
      if (!bp_study_plausible(trials, k))
        continue;
      if (!found || bp_study_judge_briefly(trials, k, &choice, found) != 0)
        return -1;
      for (size_t i = 0; i < count; i++)
        if (found[i] == BP_TRIED_HOLDS && outcomes[i] != BP_TRIED_HOLDS &&
            !bp_study_contradicted(trials, k, i))
          outcomes[i] = BP_TRIED_OPEN;
    }
  return found ? 0 : -1;
}

/* Marks failing lines that hold where derivatives are laid out otherwise: only an own definition
 * says that something is a number, and not a loss, whose gradient has the shape of what it is taken
 * by. */
static int try_layouts(struct bp_study_trials *trials, const bool *leave_out) {
  static const char *const layouts[] = {"numerator", "denominator", "mixed"};
  size_t count = trials->context->count;
  unsigned char *found = bp_arena_alloc(trials->arena, count + 1, sizeof *found);
  trials->laid_out = bp_arena_alloc(trials->arena, count + 1, sizeof *trials->laid_out);
  if (!found || !trials->laid_out)
    return -1;
  for (size_t reading = 0; trials->context->family == BP_FAMILY_OWN && reading < trials->readings;
       reading++)
    for (size_t k = 0; k < sizeof layouts / sizeof *layouts; k++) {
      struct bp_note_choice choice = {.leave_out = leave_out, .layout = layouts[k]};
      if (bp_study_judge_briefly(trials, reading, &choice, found) != 0)
        return -1;
      for (size_t i = 0; i < count; i++)
        trials->laid_out[i] = trials->laid_out[i] || found[i] == BP_TRIED_HOLDS;
    }
  return 0;
}

/* The two letters that are indices of the left side, and no more; false: there are others. */
static bool letters_of(const struct bp_noted *noted, struct bp_index_condition *condition) {
  const char *text = noted->cut.text.text;
  *condition = (struct bp_index_condition){'\0', '\0', false};
  for (size_t at = noted->sides[0].begin; at + 2 < noted->sides[0].end; at++) {
    if (text[at] != '_' || text[at + 1] != '{')
      continue;
    size_t over = bp_group_end(text, at + 1, noted->sides[0].end);
    for (at += 2; at + 1 < over; at++) {
      char sign = text[at];
      if (!bp_is_letter(sign) || sign == condition->left || sign == condition->right)
        continue;
      if (condition->right != '\0')
        return false;
      *(condition->left == '\0' ? &condition->left : &condition->right) = sign;
    }
  }
  return condition->right != '\0';
}

/* Whether both letters are the indices of one weight, ∂L/∂W_{id}: whoever means its diagonal writes
 * W_{ii}. */
static bool of_one_entry(const struct bp_noted *noted, const struct bp_index_condition *condition) {
  const char *text = noted->cut.text.text;
  size_t end = noted->sides[0].end, at = bp_text_find(text, noted->sides[0].begin, end, "_{");
  size_t over = at < end ? bp_group_end(text, at + 1, end) : end;
  size_t before = at;
  while (before > noted->sides[0].begin && text[before - 1] == ' ')
    before--;
  bool left = false, right = false;
  bool entry = before > noted->sides[0].begin && bp_is_letter(text[before - 1]) && /* no (…)_{ij} */
               mentions(noted, "\\frac");
  for (; at < over; at++) {
    left = left || text[at] == condition->left;
    right = right || text[at] == condition->right;
  }
  return left && right && entry;
}

/* Marks failing lines that hold for different indices only, or, where their section speaks of such
 * a condition, for equal ones: then they may be meant so. */
static int try_conditions(struct bp_study_trials *trials, const bool *leave_out) {
  const struct bp_note_context *context = trials->context;
  unsigned char *found = bp_arena_alloc(trials->arena, context->count + 1, sizeof *found);
  bool *without = bp_arena_alloc(trials->arena, context->count + 1, sizeof *without);
  trials->some_indices = bp_arena_alloc(trials->arena, context->count + 1, 1);
  if (!found || !without || !trials->some_indices)
    return -1;
  for (size_t i = 0; i < context->count; i++) {
    const struct bp_noted *noted = &context->note->list[context->members[i]];
    struct bp_index_condition condition;
    if (leave_out[i] || noted->program || noted->condition.left || noted->side_count < 2 ||
        !letters_of(noted, &condition))
      continue;
    memset(without, true, context->count);
    without[i] = false;
    bool equal = noted->compares_indices && !of_one_entry(noted, &condition);
    for (int same = 0; same <= equal; same++) {
      condition.same = same == 1;
      struct bp_note_choice choice = {.leave_out = without, .condition = &condition};
      if (bp_study_judge_briefly(trials, trials->best, &choice, found) != 0)
        return -1;
      trials->some_indices[i] = trials->some_indices[i] || found[i] == BP_TRIED_HOLDS;
    }
  }
  return 0;
}

/* Whether the statement says what one derivative is, of something else than a loss, and has no
 * other one. */
static bool is_of_one_step(const struct bp_noted *noted) {
  const char *text = noted->cut.text.text;
  static const char frac[] = "\\frac{";
  size_t length = noted->cut.text.length, count = 0;
  size_t begin = bp_behind_blanks(text, noted->sides[0].begin, noted->sides[0].end);
  for (size_t at = bp_text_find(text, 0, length, "\\partial"); at < length;
       at = bp_text_find(text, at + 1, length, "\\partial"))
    count++;
  return count == 2 && noted->side_count > 1 && bp_text_is_at(text, begin, length, frac);
}

/* Marks failing lines that hold of the immediate derivative: who lists ∂y/∂x, ∂y/∂μ and ∂μ/∂x for a
 * chain rule with all of them holds μ fixed in the first. */
static int try_immediate(struct bp_study_trials *trials, const bool *leave_out) {
  const struct bp_note_context *context = trials->context;
  unsigned char *found = bp_arena_alloc(trials->arena, context->count + 1, sizeof *found);
  bool *without = bp_arena_alloc(trials->arena, context->count + 1, sizeof *without), any = false;
  trials->immediate = bp_arena_alloc(trials->arena, context->count + 1, 1);
  if (!found || !without || !trials->immediate)
    return -1;
  for (size_t i = 0; i < context->count; i++) {
    without[i] = leave_out[i] || !is_of_one_step(&context->note->list[context->members[i]]);
    any = any || !without[i];
  }
  struct bp_note_choice choice = {.leave_out = without, .immediate = true};
  if (context->family != BP_FAMILY_OWN || !any)
    return 0;
  if (bp_study_judge_briefly(trials, trials->best, &choice, found) != 0)
    return -1;
  for (size_t i = 0; i < context->count; i++)
    trials->immediate[i] = !without[i] && found[i] == BP_TRIED_HOLDS;
  return 0;
}

/* Tries the lines that fail in whatever way they may be meant: under all readings, those of them
 * too that had no voice in the choice, and for some layers only, which is marked in `layers`. */
int bp_study_retry(struct bp_study_trials *trials, const struct bp_derivation_report *report,
                   const struct bp_note_document *parsed, unsigned char *layers) {
  size_t count = trials->context->count, failing = 0;
  bool *leave_out = bp_arena_alloc(trials->arena, count + 1, sizeof *leave_out);
  if (!leave_out)
    return -1;
  memset(leave_out, true, count);
  for (size_t i = 0; i < report->claim_count; i++)
    if (report->claims[i].verdict == BP_FAILS) {
      leave_out[parsed->members[i]] = false;
      failing++;
    }
  struct bp_note_choice only = {.leave_out = leave_out};
  for (size_t k = 0; k < trials->readings && failing > 0; k++)
    if (bp_study_judge_briefly(trials, k, &only, trials->outcomes + k * count) != 0)
      return -1;
  if (failing == 0)
    return 0;
  return try_layouts(trials, leave_out) != 0 || try_conditions(trials, leave_out) != 0 ||
                 try_immediate(trials, leave_out) != 0 || try_depths(trials, leave_out, layers) != 0
             ? -1
             : try_some_layers(trials, leave_out, layers);
}
