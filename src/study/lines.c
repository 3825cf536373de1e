/* A line alone is the statement under the declarations of the reading that is meant, which all
 * lines of its part have chosen.  In a notebook the source is the text of its cell, so lines count
 * as people count them there.
 */
#include "study/lines.h"

#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "lang/print.h"
#include "study/contexts.h"
#include "study/layout.h"
#include "study/opened.h"
#include "study/own/own.h"
#include "study/trial.h"

struct search {
  struct bp_opened_note opened;
  struct bp_note note;
  struct bp_note_contexts contexts;
  const struct bp_vocabulary *vocabulary;
  const struct bp_judge_options *options;
  struct bp_arena *arena;
  struct bp_study_lines *lines;
};

static int begin(const struct bp_source *source, struct search *search) {
  *search->lines = (struct bp_study_lines){NULL, 0, 0};
  return bp_note_open(source, search->arena, &search->opened) != 0 ||
                 bp_note_find(search->opened.source, search->opened.style, search->arena,
                              &search->note) != 0 ||
                 bp_study_contexts(&search->note, search->vocabulary, search->options,
                                   search->arena, &search->contexts) != 0
             ? -1
             : 0;
}

static bool add(struct search *search, struct bp_study_line line) {
  struct bp_study_lines *lines = search->lines;
  if (!bp_list_room(search->arena, lines->list, lines->count, lines->capacity))
    return false;
  lines->list[lines->count++] = line;
  return true;
}

/* The line of the file. */
static size_t line_of(const struct search *search, size_t at) {
  const struct bp_source *source = search->opened.source;
  size_t line, column;
  bool whole;
  if (search->opened.notebook) {
    at = bp_notebook_from(search->opened.notebook, (struct bp_span){at, at + 1}, &whole).begin;
    source = search->opened.notebook->raw;
  }
  bp_locate(source, at, &line, &column);
  return line;
}

static bool is_named(const struct search *search, const struct bp_noted *noted, const char *which) {
  const char *place = bp_opened_line(&search->opened, noted->cut.span.begin, search->arena);
  if (place && strcmp(place, which) == 0)
    return true;
  char *end;
  const char *digits = which + (*which == ':');
  unsigned long number = strtoul(digits, &end, 10);
  return end > digits && *end == '\0' && number == line_of(search, noted->cut.span.begin);
}

static bool states(const struct bp_noted *noted) {
  return noted->kind == BP_NOTED_CLAIM || noted->kind == BP_NOTED_DEFINITION ||
         noted->kind == BP_NOTED_UNREAD || noted->kind == BP_NOTED_MALFORMED;
}

/* ---- documents ----------------------------------------------------------- */

/* Tries the readings of a part.  0; 1: it has none; -1: memory is short. */
static int try_readings(struct search *search, struct bp_note_context *context,
                        struct bp_study_trials *trials) {
  *trials = (struct bp_study_trials){.opened = &search->opened,
                                     .context = context,
                                     .vocabulary = search->vocabulary,
                                     .options = search->options,
                                     .arena = search->arena};
  if (bp_context_readings(context) == 0)
    return 1;
  return bp_study_read_context(context, trials);
}

/* The source of the cell in which `at` is, or that of the note; *origin is where it begins. */
static const struct bp_source *source_at(struct search *search, size_t at, size_t *origin) {
  const struct bp_notebook *notebook = search->opened.notebook;
  *origin = 0;
  if (!notebook)
    return search->opened.source;
  const struct bp_notebook_cell *cell = notebook->cells;
  for (size_t k = 0; k < notebook->cell_count && notebook->cells[k].begin <= at; k++)
    cell = &notebook->cells[k];
  struct bp_source *source = bp_arena_alloc(search->arena, 1, sizeof *source);
  if (!source)
    return NULL;
  *origin = cell->begin;
  *source = (struct bp_source){
      bp_arena_printf(search->arena, "%s, cell %zu", notebook->raw->name, cell->number),
      notebook->note.text + cell->begin, notebook->note.length - cell->begin};
  return source->name ? source : NULL;
}

static int add_line(struct search *search, const struct bp_study_trials *trials, size_t member) {
  const struct bp_note_context *context = trials->context;
  const struct bp_noted *noted = &search->note.list[context->members[member]];
  struct bp_note_document *parsed = bp_arena_alloc(search->arena, 1, sizeof *parsed);
  bool *leave_out = bp_arena_alloc(search->arena, context->count + 1, sizeof *leave_out);
  struct bp_study_line line = {
      .place = bp_opened_line(&search->opened, noted->cut.span.begin, search->arena),
      .text = bp_source_line(search->opened.source, noted->cut.span, search->arena),
      .why = noted->why};
  struct bp_note_choice choice = {.leave_out = leave_out};
  struct bp_note note = *context->note;
  struct bp_note_context here = *context;
  const struct bp_source *source = source_at(search, noted->cut.span.begin, &note.origin);
  here.note = &note;
  if (!parsed || !leave_out || !source || !line.place || !line.text)
    return -1;
  if (!line.why && trials->readings == 0)
    line.why = "needs declarations: nothing in the note tells what its names are";
  if (!line.why && noted->program && noted->kind == BP_NOTED_DEFINITION)
    line.why = "it is a definition of the program, and holds by itself";
  if (!line.why) {
    struct bp_note_reading reading = bp_context_reading(context, trials->best);
    memset(leave_out, true, context->count);
    leave_out[member] = false;
    line.words = bp_context_words(context, &reading, search->arena);
    if (!line.words ||
        bp_note_parse(&here, &reading, &choice, search->vocabulary, search->arena, parsed) != 0)
      return -1;
    parsed->document.source = source;
    line.why = parsed->unread[member].message;
    line.document = line.why ? NULL : &parsed->document;
  }
  return add(search, line) ? 0 : -1;
}

static int search_context(struct search *search, struct bp_note_context *context,
                          const char *which) {
  struct bp_study_trials trials;
  bool tried = false;
  for (size_t i = 0; i < context->count; i++) {
    const struct bp_noted *noted = &search->note.list[context->members[i]];
    if (!states(noted) || !is_named(search, noted, which))
      continue;
    if (!tried && try_readings(search, context, &trials) < 0)
      return -1;
    tried = true;
    if (add_line(search, &trials, i) != 0)
      return -1;
  }
  return 0;
}

static int list_all(struct search *search) {
  for (size_t i = 0; i < search->note.count; i++) {
    const struct bp_noted *noted = &search->note.list[i];
    struct bp_study_line line = {
        .place = bp_opened_line(&search->opened, noted->cut.span.begin, search->arena),
        .text = bp_source_line(search->opened.source, noted->cut.span, search->arena)};
    if (states(noted) && !add(search, line))
      return -1;
  }
  return 0;
}

int bp_study_lines(const struct bp_source *source, const struct bp_vocabulary *vocabulary,
                   const struct bp_judge_options *options, const char *which,
                   struct bp_arena *arena, struct bp_study_lines *lines) {
  struct search search = {
      .vocabulary = vocabulary, .options = options, .arena = arena, .lines = lines};
  if (begin(source, &search) != 0)
    return -1;
  if (!which)
    return list_all(&search);
  for (size_t i = 0; i < search.contexts.count; i++)
    if (search_context(&search, &search.contexts.list[i], which) != 0)
      return -1;
  return 0;
}

int bp_study_parts(const struct bp_source *source, const struct bp_vocabulary *vocabulary,
                   const struct bp_judge_options *options, struct bp_arena *arena,
                   struct bp_study_lines *parts) {
  struct search search = {
      .vocabulary = vocabulary, .options = options, .arena = arena, .lines = parts};
  if (begin(source, &search) != 0)
    return -1;
  for (size_t i = 0; i < search.contexts.count; i++) {
    struct bp_note_context *context = &search.contexts.list[i];
    struct bp_study_trials trials;
    int tried = try_readings(&search, context, &trials);
    if (tried > 0)
      continue;
    struct bp_note_document *parsed = bp_arena_alloc(arena, 1, sizeof *parsed);
    struct bp_note_choice all = {0};
    struct bp_note_reading reading = bp_context_reading(context, tried == 0 ? trials.best : 0);
    const char *words = bp_context_words(context, &reading, arena);
    if (tried < 0 || !parsed || !words ||
        bp_note_parse(context, &reading, &all, vocabulary, arena, parsed) != 0)
      return -1;
    bool lines = parsed->document.count > 1; /* besides the declarations */
    if (lines &&
        !add(&search, (struct bp_study_line){.words = words, .document = &parsed->document}))
      return -1;
  }
  return 0;
}
