/* A reading, written down: what backproof read prints.
 *
 * Formulas stay in LaTeX, which derivations may have, so a line here and in the note look alike.
 * What could not be read, and definitions that say nothing that the declarations know, are
 * comments: the text as a whole is a derivation and can be judged.
 */
#include <string.h>

#include "base/growing.h"
#include "lang/print.h"
#include "study/contexts.h"
#include "study/layout.h"
#include "study/opened.h"
#include "study/own/own.h"
#include "study/study.h"
#include "study/trial.h"

/* The formula of a member for a line of text, without blanks at its end. */
static const char *formula(const struct bp_study_trials *trials,
                           const struct bp_note_reading *reading, const struct bp_noted *noted) {
  struct bp_written text = bp_written_new(trials->arena);
  if (!bp_context_claim(trials->context, reading, noted, &trials->context->note->list[noted->left],
                        noted->condition, false, &text))
    return NULL;
  return bp_source_line(&(struct bp_source){"", text.text ? text.text : "", text.length},
                        (struct bp_span){0, text.length}, trials->arena);
}

static const char *member_line(const struct bp_study_trials *trials,
                               const struct bp_note_reading *reading, size_t member,
                               const char *unread) {
  const struct bp_note *note = trials->context->note;
  const struct bp_noted *noted = &note->list[trials->context->members[member]];
  bool states = noted->kind == BP_NOTED_CLAIM || noted->kind == BP_NOTED_DEFINITION;
  bool agrees = bp_study_outcome(trials, trials->best, member) == BP_TRIED_HOLDS;
  const char *why = noted->why ? noted->why : unread;
  const char *line = bp_opened_line(trials->opened, noted->cut.span.begin, trials->arena);
  if (!line)
    return NULL;
  if (states && !why && (noted->kind == BP_NOTED_CLAIM || agrees)) {
    const char *text = formula(trials, reading, noted);
    return text ? bp_arena_printf(trials->arena, "# %s\nclaim %s\n", line, text) : NULL;
  }
  const char *text = bp_source_line(note->source, noted->cut.span, trials->arena);
  return text ? bp_arena_printf(trials->arena, "# %s, %s%s%s: %s\n", line,
                                bp_noted_word(noted->kind), why ? ", not read, " : "",
                                why ? why : "", text)
              : NULL;
}

static const char *write_context(const struct bp_study_trials *trials) {
  struct bp_arena *arena = trials->arena;
  struct bp_note_reading reading = bp_context_reading(trials->context, trials->best);
  struct bp_note_choice all = {0};
  struct bp_note_document parsed;
  const char *prelude = bp_context_prelude(trials->context, &reading, arena);
  const char *words = bp_context_words(trials->context, &reading, arena);
  if (!prelude || !words ||
      bp_note_parse(trials->context, &reading, &all, trials->vocabulary, arena, &parsed) != 0)
    return NULL;
  bool says_as = strncmp(words, "as ", 3) == 0;
  struct bp_growing out = bp_growing_new(arena);
  bp_growing_add(&out, "# %s, read as: %s\n# %zu of %zu lines hold so\n%s\n",
                 trials->context->note->source->name, words + 3 * says_as, trials->holding,
                 trials->lines, prelude);
  const char *layout = "gradient";
  for (size_t i = 0; i < trials->context->count; i++) {
    const struct bp_noted *noted = &trials->context->note->list[trials->context->members[i]];
    const char *here = bp_context_layout(trials->context, noted);
    if (strcmp(here, layout) != 0)
      bp_growing_add(&out, "layout %s\n", here);
    layout = here;
    const char *line = member_line(trials, &reading, i, parsed.unread[i].message);
    if (!line || !bp_growing_add(&out, "%s", line))
      return NULL;
  }
  return out.text;
}

const char *bp_study_reading(const struct bp_source *source, const struct bp_vocabulary *vocabulary,
                             const struct bp_judge_options *options, size_t part,
                             struct bp_arena *arena, size_t *parts) {
  struct bp_note note;
  struct bp_note_contexts contexts;
  struct bp_opened_note opened;
  struct bp_note_context *chosen = NULL;
  *parts = 0;
  if (bp_note_open(source, arena, &opened) != 0 ||
      bp_note_find(opened.source, opened.style, arena, &note) != 0 ||
      bp_study_contexts(&note, vocabulary, options, arena, &contexts) != 0)
    return NULL;
  for (size_t i = 0; i < contexts.count; i++) {
    struct bp_note_context *context = &contexts.list[i];
    if (bp_context_readings(context) == 0)
      continue;
    ++*parts;
    if (part > 0 ? *parts == part : !chosen || context->count > chosen->count)
      chosen = context;
  }
  struct bp_study_trials trials = {.opened = &opened,
                                   .context = chosen,
                                   .vocabulary = vocabulary,
                                   .options = options,
                                   .arena = arena};
  bool tried = chosen && bp_study_read_context(chosen, &trials) == 0;
  return tried ? write_context(&trials) : NULL;
}
