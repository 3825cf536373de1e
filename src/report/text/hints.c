/* Below a line that fails: the formulas that would hold, with what changed in them marked.
 *
 *     holds with   dW[1] = 1/m * dZ[1] * X'
 *                                        ^~
 *                  the transpose is missing
 *     or with      ...
 *
 * The formulas of a claim stand under each other.  A sentence stands beside its formula where the
 * page is wide enough for all of the claim, else below it.  A formula is what the reader is going
 * to copy, so one that is too long is broken at its blanks and never cut, and each of its lines has
 * marks of its own.  Marks are there with and without colour: what is copied from a terminal has
 * lost its colours.
 */
#include <string.h>

#include "report/report.h"
#include "report/table.h"
#include "report/text/text.h"

enum { PAGE = 80, INDENT = 6, GAP = 3, SENTENCE_GAP = 4, LEAST_COLUMNS = 12, LINE_BYTES = 512 };

/* Where the parts of a claim's hints stand. */
struct layout {
  size_t page;
  size_t formula;  /* column of the formulas */
  bool below_lead; /* the leads are so long that formulas begin on a line of their own */
  size_t sentence; /* column of the sentences; 0: below their formulas */
};

/* A line of a formula: bytes [begin, end) of it; the next line begins at `next`. */
struct piece {
  size_t begin, end, next;
};

static size_t larger(size_t a, size_t b) { return a > b ? a : b; }
static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

static size_t columns_of(const char *text) { return bp_text_columns(text, strlen(text)); }

/* ---- places -------------------------------------------------------------- */

/* Whether what is to be changed stands in another file, which the claim's file uses. */
static const struct bp_source *other_source(const struct bp_claim *claim,
                                            const struct bp_hint *hint) {
  const struct bp_source *source = hint->edit_count > 0 ? hint->edits[0].source : NULL;
  return source && claim->source && source != claim->source ? source : NULL;
}

/* "holds with", "or with line 7 as"; of what is malformed nothing was judged. */
static const char *lead_of(const struct bp_claim *claim, size_t index, struct bp_arena *arena) {
  const struct bp_hint *hint = &claim->hints[index];
  const struct bp_source *other = other_source(claim, hint);
  const char *verb = claim->verdict == BP_UNDECIDED ? "meant is"
                     : index == 0                   ? "holds with"
                                                    : "or with";
  if (hint->link)
    verb = bp_arena_printf(arena, "%slink %zu holds with", index == 0 ? "" : "or ", hint->link);
  if (!verb)
    return NULL;
  if (other) {
    const char *name = bp_text_shown(other->name, SIZE_MAX, arena);
    return name ? bp_arena_printf(arena, "%s %s:%zu as", verb, name, hint->line) : NULL;
  }
  if (hint->line > 0 && hint->line != claim->line)
    return bp_arena_printf(arena, "%s line %zu as", verb, hint->line);
  return verb;
}

static struct layout layout_of(const struct bp_claim *claim, const struct bp_report_style *style,
                               const char *const *leads) {
  struct layout layout = {.page = style->width ? style->width : PAGE};
  size_t lead = 0, formula = 0, sentence = 0;
  for (size_t i = 0; i < claim->hint_count; i++) {
    lead = larger(lead, columns_of(leads[i]));
    formula = larger(formula, columns_of(claim->hints[i].mended));
    if (strlen(claim->hints[i].mended) > LINE_BYTES)
      formula = layout.page;
    if (claim->hints[i].sentence)
      sentence = larger(sentence, columns_of(claim->hints[i].sentence));
  }
  layout.formula = INDENT + lead + GAP;
  layout.below_lead = layout.formula > layout.page / 2;
  if (layout.below_lead)
    layout.formula = INDENT + 2;
  size_t beside = layout.formula + formula + SENTENCE_GAP;
  if (beside + sentence <= layout.page)
    layout.sentence = beside;
  return layout;
}

/* ---- a formula, line by line --------------------------------------------- */

static bool continues_sign(char byte) { return ((unsigned char)byte & 0xC0) == 0x80; }

/* Bytes of the sign at the start of a text: up to the next byte that begins one. */
static size_t sign_bytes(const char *text) {
  size_t bytes = 1;
  while (bytes < 4 && continues_sign(text[bytes]))
    bytes++;
  return bytes;
}

/* As much of the text from `begin` as fits, up to a blank where there is one; at least a sign. */
static struct piece piece_at(const char *text, size_t begin, size_t room) {
  size_t at = begin, blank = begin, used = 0;
  while (text[at] != '\0') {
    size_t bytes = sign_bytes(text + at);
    used += bp_text_columns(text + at, bytes);
    if (text[at] == ' ')
      blank = at;
    if (at > begin && (used > room || at + bytes - begin > LINE_BYTES))
      break;
    at += bytes;
  }
  struct piece piece = {begin, at, at};
  if (text[at] == '\0')
    return piece;
  if (blank > begin)
    piece.end = piece.next = blank;
  while (piece.end > begin && text[piece.end - 1] == ' ')
    piece.end--;
  while (text[piece.next] == ' ')
    piece.next++;
  return piece;
}

/* A mark, of whole signs. */
static struct bp_span mark_of(const struct bp_hint *hint, size_t index) {
  size_t length = strlen(hint->mended);
  struct bp_span span = hint->marked[index];
  span.end = smaller(span.end, length);
  span.begin = smaller(span.begin, span.end);
  while (span.begin > 0 && continues_sign(hint->mended[span.begin]))
    span.begin--;
  while (continues_sign(hint->mended[span.end]))
    span.end++;
  return span;
}

static size_t mark_count(const struct bp_hint *hint) {
  return smaller(hint->edit_count, sizeof hint->marked / sizeof *hint->marked);
}

/* Whether the byte is in a mark, and up to where that stays so. */
static bool is_marked(const struct bp_hint *hint, size_t at, size_t *until) {
  bool marked = false;
  for (size_t i = 0; i < mark_count(hint); i++) {
    struct bp_span span = mark_of(hint, i);
    if (at < span.begin)
      *until = smaller(*until, span.begin);
    else if (at < span.end) {
      *until = smaller(*until, span.end);
      marked = true;
    }
  }
  return marked;
}

static void write_piece(const struct bp_hint *hint, struct piece piece, bool colour,
                        struct bp_arena *arena, FILE *out) {
  for (size_t at = piece.begin; at < piece.end;) {
    size_t until = piece.end;
    enum bp_tint tint = is_marked(hint, at, &until) ? BP_GOOD : BP_PLAIN;
    const char *part = bp_arena_strndup(arena, hint->mended + at, until - at);
    const char *shown = part ? bp_text_shown(part, SIZE_MAX, arena) : NULL;
    fprintf(out, "%s%s%s", bp_tint_on(tint, colour), shown ? shown : "", bp_tint_off(tint, colour));
    at = until;
  }
}

/* Draws one mark into the line below a piece.  Where something was only taken away there is nothing
 * to underline, and the caret stands where it was. */
static void draw_mark(const char *text, struct piece piece, struct bp_span span, char *marks) {
  bool last = text[piece.next] == '\0';
  bool begins = span.begin >= piece.begin && (span.begin < piece.next || last);
  bool goes_on = span.begin < piece.begin && span.end > piece.begin;
  if (!begins && !goes_on)
    return;
  size_t begin = smaller(larger(span.begin, piece.begin), piece.end);
  size_t end = larger(smaller(span.end, piece.end), begin);
  size_t column = bp_text_columns(text + piece.begin, begin - piece.begin);
  size_t columns = larger(bp_text_columns(text + begin, end - begin), 1);
  memset(marks + column, '~', columns);
  if (begins)
    marks[column] = '^';
}

static void write_marks(const struct bp_hint *hint, struct piece piece, size_t indent, bool colour,
                        struct bp_arena *arena, FILE *out) {
  size_t room = piece.end - piece.begin + 1; /* a sign has no more columns than bytes */
  char *marks = bp_arena_alloc(arena, room + 1, 1);
  if (!marks)
    return;
  memset(marks, ' ', room);
  for (size_t i = 0; i < mark_count(hint); i++)
    draw_mark(hint->mended, piece, mark_of(hint, i), marks);
  while (room > 0 && marks[room - 1] == ' ')
    room--;
  marks[room] = '\0';
  if (room > 0)
    fprintf(out, "%*s%s%s%s\n", (int)indent, "", bp_tint_on(BP_GOOD, colour), marks,
            bp_tint_off(BP_GOOD, colour));
}

/* ---- a hint -------------------------------------------------------------- */

/* The lead, and blanks up to the formula. */
static void write_lead(const char *lead, const struct layout *layout, bool colour, FILE *out) {
  size_t used = INDENT + columns_of(lead);
  fprintf(out, "%*s%s%s%s", INDENT, "", bp_tint_on(BP_GOOD, colour), lead,
          bp_tint_off(BP_GOOD, colour));
  if (layout->below_lead) {
    putc('\n', out);
    used = 0;
  }
  fprintf(out, "%*s", (int)(layout->formula - used), "");
}

static void write_sentence(const struct bp_hint *hint, const struct layout *layout,
                           struct bp_arena *arena, FILE *out) {
  const char *blanks = bp_arena_printf(arena, "%*s", (int)layout->formula, "");
  const char *sentence = bp_text_shown(hint->sentence, SIZE_MAX, arena);
  if (blanks && sentence)
    bp_wrap(blanks, sentence, layout->page, out);
}

static void write_hint(const struct bp_hint *hint, const char *lead, const struct layout *layout,
                       bool colour, struct bp_arena *arena, FILE *out) {
  size_t room = layout->page > layout->formula + LEAST_COLUMNS ? layout->page - layout->formula
                                                               : LEAST_COLUMNS;
  write_lead(lead, layout, colour, out);
  struct piece piece = {0};
  do {
    piece = piece_at(hint->mended, piece.next, room);
    if (piece.begin > 0)
      fprintf(out, "%*s", (int)layout->formula, "");
    write_piece(hint, piece, colour, arena, out);
    if (layout->sentence > 0 && hint->sentence) { /* then the formula has one line */
      const char *sentence = bp_text_shown(hint->sentence, SIZE_MAX, arena);
      size_t used = layout->formula + columns_of(hint->mended);
      fprintf(out, "%*s%s", (int)(layout->sentence - used), "", sentence ? sentence : "");
    }
    putc('\n', out);
    write_marks(hint, piece, layout->formula, colour, arena, out);
  } while (hint->mended[piece.next] != '\0');
  if (layout->sentence == 0 && hint->sentence)
    write_sentence(hint, layout, arena, out);
}

int bp_text_hints(const struct bp_claim *claim, const struct bp_report_style *style,
                  struct bp_arena *arena, FILE *out) {
  if (claim->hint_count == 0) {
    if (claim->searched && claim->verdict == BP_FAILS)
      fprintf(out, "%*sno small change was found that makes it hold\n", INDENT, "");
    return 0;
  }
  const char **leads = bp_arena_alloc(arena, claim->hint_count, sizeof *leads);
  for (size_t i = 0; leads && i < claim->hint_count; i++)
    if (!(leads[i] = lead_of(claim, i, arena)))
      return -1;
  if (!leads)
    return -1;
  struct layout layout = layout_of(claim, style, leads);
  for (size_t i = 0; i < claim->hint_count; i++)
    write_hint(&claim->hints[i], leads[i], &layout, style->colour, arena, out);
  return 0;
}
