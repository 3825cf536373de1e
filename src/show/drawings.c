/* Drawing a report: lines as they were judged, with the shapes of the first point, and mended
 * formulas as what the parser reads in them, so that a picture shows what was understood and not
 * what was meant; those of a note, of which no line is read by itself, as its tree with the edits.
 *
 * A line with index letters is drawn once, with its letters; its shapes are those of the first
 * combination of them.
 */
#include <string.h>

#include "judge/letters.h"
#include "judge/point.h"
#include "lang/parse.h"
#include "show/mended.h"
#include "show/picture.h"
#include "show/show.h"
#include "value/vocabulary.h"

/* Lines that fail and are worked out: a reader looks at a few, and each takes a trial. */
enum { MOST_WORKED = 12 };

struct drawing {
  struct bp_point point;
  const struct bp_model_claim *claim;
  struct bp_claim *result;
  struct bp_arena *arena;
};

/* ---- from text ----------------------------------------------------------- */

/* The picture of a formula that is known as text only; NULL where the parser cannot read it. */
static const struct bp_picture *draw_text(const char *text, const struct bp_span *marked,
                                          size_t count, struct bp_arena *arena) {
  static const char claim[] = "claim ";
  enum { MOST_MARKS = 2, LEAD = sizeof claim - 1 };
  struct bp_span spans[MOST_MARKS];
  struct bp_diagnostics unread;
  struct bp_document document;
  size_t next_id = 0;
  bool told = !strncmp(text, "let ", 4) || !strncmp(text, "write ", 6);
  const char *line = bp_arena_printf(arena, "%s%s", claim, told ? strchr(text, ' ') + 1 : text);
  struct bp_source *source = bp_arena_alloc(arena, 1, sizeof *source);
  if (!line || !source || count > MOST_MARKS)
    return NULL;
  *source = (struct bp_source){"formula", line, strlen(line)};
  size_t shift = strlen(line) - strlen(text);
  for (size_t i = 0; i < count; i++)
    spans[i] = (struct bp_span){marked[i].begin + shift, marked[i].end + shift};
  bp_diagnostics_init(&unread, arena);
  if (bp_parse(source, &bp_vocabulary, NULL, NULL, &next_id, arena, &unread, &document) != 0 ||
      unread.errors > 0 || document.count != 1 || document.statements[0].broken)
    return NULL;
  struct bp_drawer drawer = {.arena = arena, .marked = spans, .marked_count = count};
  return bp_draw_statement(&drawer, &document.statements[0], 0);
}

/* The picture of the line with the edits in its tree; NULL where they are of another line. */
static const struct bp_picture *draw_edited(const struct bp_statement *statement,
                                            const struct bp_hint *hint, struct bp_arena *arena) {
  enum { MOST_MARKS = 2 };
  struct bp_span spans[MOST_MARKS];
  struct bp_statement mended;
  if (hint->edit_count > MOST_MARKS || !bp_mended_statement(statement, hint, arena, &mended))
    return NULL;
  for (size_t i = 0; i < hint->edit_count; i++)
    spans[i] = hint->edits[i].span;
  struct bp_drawer drawer = {.arena = arena, .marked = spans, .marked_count = hint->edit_count};
  return bp_draw_statement(&drawer, &mended, 0);
}

static void draw_hints(const struct bp_statement *statement, struct bp_claim *claim,
                       struct bp_arena *arena) {
  struct bp_hint *hints =
      claim->hint_count > 0 ? bp_arena_alloc(arena, claim->hint_count, sizeof *hints) : NULL;
  if (!hints)
    return;
  memcpy(hints, claim->hints, claim->hint_count * sizeof *hints);
  for (size_t i = 0; i < claim->hint_count; i++) {
    size_t marks = hints[i].edit_count < 2 ? hints[i].edit_count : 2;
    hints[i].drawn = statement->broken ? NULL : draw_edited(statement, &hints[i], arena);
    if (!hints[i].drawn) /* another line is to be changed */
      hints[i].drawn = draw_text(hints[i].mended, hints[i].marked, marks, arena);
  }
  claim->hints = hints;
}

/* ---- from what was judged ------------------------------------------------ */

static bool draw_member(void *context, const struct bp_scope *scope) {
  struct drawing *drawing = context;
  struct bp_claim *claim = drawing->result;
  struct bp_drawer drawer = {
      .arena = drawing->arena, .world = drawing->point.world, .scope = scope};
  bool placed = claim->reason == BP_REASON_SHAPE && claim->where.message &&
                claim->where.source == drawing->claim->line.source;
  if (placed) { /* what does not fit is marked, and not the relation */
    drawer.marked = &claim->where.span;
    drawer.marked_count = 1;
  }
  claim->drawn = bp_draw_statement(&drawer, drawing->claim->line.statement,
                                   claim->verdict == BP_HOLDS || placed ? 0 : claim->broken_link);
  claim->drawn_at = bp_point_text(drawing->point.world, scope, drawing->arena);
  return false; /* one is enough */
}

static void draw_claim(struct drawing *drawing) {
  struct bp_world *world = drawing->point.world;
  const struct bp_statement *statement = drawing->claim->line.statement;
  struct bp_letters letters;
  size_t members;
  if (statement->broken)
    return;
  bp_world_begin(world, &drawing->claim->line, drawing->claim);
  struct bp_arena_mark mark = bp_arena_mark(drawing->point.scratch);
  if (bp_letters_find(world, statement, &letters))
    bp_letters_each(world, statement, &letters, draw_member, drawing, &members);
  world->fault = (struct bp_fault){0};
  bp_arena_release(drawing->point.scratch, mark);
  if (!drawing->result->drawn) { /* no combination exists: without shapes, then */
    struct bp_drawer drawer = {.arena = drawing->arena};
    drawing->result->drawn = bp_draw_statement(&drawer, statement, 0);
  }
}

/* A copy of the claim goes with the numbers, because they are those of one point. */
static void work_out(const struct bp_document *document, const struct bp_judgement *judgement,
                     const struct bp_judge_options *options, size_t index, struct bp_arena *arena,
                     struct bp_claim *claim) {
  struct bp_worked *worked = bp_arena_alloc(arena, 1, sizeof *worked);
  struct bp_claim *copy = bp_arena_alloc(arena, 1, sizeof *copy);
  if (!worked || !copy)
    return;
  *copy = *claim;
  if (bp_work_claim(document, copy, index, judgement, options, arena, worked) == 0 &&
      worked->count > 0)
    claim->worked = worked;
}

/* The claims of the model from `first` on, which are those of the list. */
static int draw_claims(const struct bp_document *document, const struct bp_judge_options *options,
                       size_t first, struct bp_claim *claims, size_t count,
                       struct bp_arena *arena) {
  struct bp_judge_options used = bp_judge_defaults(options);
  struct bp_diagnostics repeated; /* recorded while judging already */
  struct bp_model model;
  struct drawing drawing = {.arena = arena};
  bp_diagnostics_init(&repeated, arena);
  if (bp_model_build(document, arena, &repeated, &model) != 0)
    return -1;
  bool fine = bp_point_open(&drawing.point, &model, &used, 0, false);
  if (fine)
    bp_declarations_look(drawing.point.world);
  for (size_t i = 0; fine && i < count && first + i < model.claim_count; i++) {
    drawing.claim = &model.claims[first + i];
    drawing.result = &claims[i];
    draw_claim(&drawing);
    draw_hints(drawing.claim->line.statement, &claims[i], arena);
  }
  bp_point_close(&drawing.point);
  return fine && !bp_arena_failed(arena) ? 0 : -1;
}

int bp_draw_claim(const struct bp_document *document, const struct bp_judge_options *options,
                  size_t index, struct bp_arena *arena, struct bp_claim *claim) {
  return draw_claims(document, options, index, claim, 1, arena);
}

int bp_draw_report(const struct bp_document *document, const struct bp_judgement *judgement,
                   const struct bp_judge_options *options, struct bp_arena *arena,
                   struct bp_derivation_report *report) {
  if (draw_claims(document, options, 0, report->claims, report->claim_count, arena) != 0)
    return -1;
  size_t worked = 0;
  for (size_t i = 0; i < report->claim_count && worked < MOST_WORKED; i++) {
    struct bp_claim *claim = &report->claims[i];
    if (claim->verdict != BP_FAILS || claim->reason != BP_REASON_VALUE)
      continue;
    work_out(document, judgement, options, i, arena, claim);
    worked++;
  }
  return bp_arena_failed(arena) ? -1 : 0;
}
