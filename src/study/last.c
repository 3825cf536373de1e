/* A convention like others: it is chosen from all lines with the letter, and never for one. */
#include "study/last.h"

#include <stdio.h>
#include <string.h>

static bool has_layer(const struct bp_noted *noted, char letter, const char *behind) {
  char pattern[16];
  const struct bp_written *text = &noted->cut.text;
  snprintf(pattern, sizeof pattern, "^{[%c%s", letter, behind);
  return bp_text_find(text->text, 0, text->length, pattern) < text->length;
}

static const struct bp_noted *noted_of(const struct bp_note_context *context, size_t member) {
  return &context->note->list[context->members[member]];
}

/* Whether a letter stands for any layer in lines that hold. */
static bool has_general_letter(const struct bp_study_trials *trials, char other) {
  static const char letters[] = "lij";
  for (size_t i = 0; i < trials->context->count; i++)
    for (const char *letter = letters; *letter; letter++)
      if (*letter != other && has_layer(noted_of(trials->context, i), *letter, "") &&
          bp_study_outcome(trials, trials->best, i) == BP_TRIED_HOLDS)
        return true;
  return false;
}

/* Whether the letter may be the last layer: it is used, and nothing stands behind it. */
static bool may_be_last(const struct bp_note_context *context, char letter) {
  bool used = false;
  for (size_t i = 0; i < context->note->count; i++) {
    const struct bp_noted *noted = &context->note->list[i];
    if (has_layer(noted, letter, "+") || has_layer(noted, letter, " +") ||
        has_layer(noted, 'L', ""))
      return false;
    used = used || has_layer(noted, letter, "]");
  }
  return used;
}

/* Tries all lines with the letter as the last layer; keeps that where more of them hold, and more
 * lines with the letter hold than fail. */
static int try_letter(struct bp_note_context *context, struct bp_study_trials *trials,
                      char letter) {
  struct bp_study_trials other = {.opened = trials->opened,
                                  .context = context,
                                  .vocabulary = trials->vocabulary,
                                  .options = trials->options,
                                  .arena = trials->arena};
  long balance = 0;
  context->last = letter;
  if (bp_study_try(&other) != 0)
    return -1;
  for (size_t i = 0; i < context->count; i++)
    if (has_layer(noted_of(context, i), letter, "")) {
      enum bp_trial_outcome outcome = bp_study_outcome(&other, other.best, i);
      balance += (outcome == BP_TRIED_HOLDS) - (outcome == BP_TRIED_FAILS);
    }
  if (other.holding > trials->holding && balance > 0)
    *trials = other;
  else
    context->last = '\0';
  return 0;
}

int bp_study_last_layer(struct bp_note_context *context, struct bp_study_trials *trials) {
  static const char letters[] = "kKnNHD";
  if (context->family != BP_FAMILY_BRACKETS || trials->readings == 0)
    return 0;
  for (const char *letter = letters; *letter && context->last == '\0'; letter++)
    if (may_be_last(context, *letter) && has_general_letter(trials, *letter) &&
        try_letter(context, trials, *letter) != 0)
      return -1;
  return 0;
}
