/* Passages in their order, formulas cut, sides taken apart.
 *
 * A statement that begins with a relation is about the left side of the statement before it, if
 * that stands close enough: people write "=" at the beginning of a display, or after "So".
 */
#include "note/statement.h"
#include "note/turns/programs.h"

#include <string.h>
#include <strings.h>

#include "base/list.h"
#include "note/bare/bare.h"
#include "note/plain/plain.h"

enum { NEAR = 200 /* bytes between a formula and the one that it goes on from */ };

#define BP_ROW(kind, word, several) word,
static const char *const words[] = {BP_NOTED_KINDS(BP_ROW)};
#undef BP_ROW
#define BP_ROW(kind, word, several) several,
static const char *const several_words[] = {BP_NOTED_KINDS(BP_ROW)};
#undef BP_ROW

const char *bp_noted_word(enum bp_noted_kind kind) { return words[kind]; }

const char *bp_noted_words(enum bp_noted_kind kind, size_t count) {
  return count == 1 ? words[kind] : several_words[kind];
}

struct bp_span bp_noted_trimmed(const struct bp_noted *noted, size_t side) {
  const char *text = noted->cut.text.text;
  struct bp_span span = {bp_behind_blanks(text, noted->sides[side].begin, noted->sides[side].end),
                         noted->sides[side].end};
  while (span.end > span.begin && text[span.end - 1] == ' ')
    span.end--;
  return span;
}

/* Takes the text apart at its relations. */
static bool take_sides(struct bp_noted *noted, struct bp_arena *arena) {
  const struct bp_cut *cut = &noted->cut;
  size_t begin = 0;
  noted->sides = bp_arena_alloc(arena, cut->sign_count + 1, sizeof *noted->sides);
  if (!noted->sides)
    return false;
  for (size_t i = 0; i <= cut->sign_count; i++) {
    size_t end = i < cut->sign_count ? cut->signs[i].begin : cut->text.length;
    noted->sides[noted->side_count++] = (struct bp_noted_side){.begin = begin, .end = end};
    begin = i < cut->sign_count ? cut->signs[i].end : end;
    if (begin > cut->text.length) /* the blank behind the last sign is not in the text */
      begin = cut->text.length;
  }
  return true;
}

/* A statement of so many bytes is none that somebody wrote.  What is found out about statements
 * looks at each of them many times, and at places of it from other places. */
enum { MOST_BYTES = 10000 };

/* Leaves the text of such a statement out; true where it is one. */
static bool too_long(struct bp_noted *noted) {
  if (noted->cut.text.length <= MOST_BYTES)
    return false;
  noted->cut.text = (struct bp_written){.arena = noted->cut.text.arena};
  noted->cut.sign_count = 0;
  noted->kind = BP_NOTED_UNREAD;
  noted->why = "a statement of more than 10,000 bytes is not read; shorter ones are";
  return true;
}

/* Whether the bytes are a word that leads from a formula to what it equals: so, thus, 即. */
static bool leads_on(const char *word, size_t length) {
  static const char *const words[] = {"so",   "and",  "thus", "hence", "therefore", "or",
                                      "also", "then", "now",  "again", "finally",   "with"};
  for (size_t k = 0; k < sizeof words / sizeof *words; k++)
    if (strlen(words[k]) == length && !strncasecmp(words[k], word, length))
      return true;
  return (unsigned char)word[0] >= 0x80 && length <= 6;
}

/* Whether words stand before a formula that begins with =, on its line and behind the one before
 * it: "the perplexity $= e^{H}$" is about the perplexity, and nothing that is written in signs. */
static bool is_about_words(const struct bp_source *source, size_t from, size_t begin) {
  size_t at = begin;
  while (at > from && source->text[at - 1] != '\n')
    at--;
  while (at < begin) {
    size_t over = at;
    while (over < begin &&
           (bp_is_letter(source->text[over]) || (unsigned char)source->text[over] >= 0x80))
      over++;
    bool command = at > 0 && source->text[at - 1] == '\\';
    if (over > at + 1 && !command && !leads_on(source->text + at, over - at))
      return true;
    at = over > at ? over : at + 1;
  }
  return false;
}

static bool add_cut(struct bp_note *note, const struct bp_cut *cut,
                    const struct bp_passage *passage, struct bp_arena *arena) {
  bool equals = memchr(cut->text.text ? cut->text.text : "", '=', cut->text.length) != NULL;
  if (cut->sign_count == 0 && cut->state != BP_CUT_ENDLESS && !equals) {
    note->plain++;
    return true;
  }
  if (!bp_list_room(arena, note->list, note->count, note->capacity))
    return false;
  struct bp_noted *noted = &note->list[note->count];
  *noted = (struct bp_noted){.cut = *cut, .section = passage->section, .cell = passage->cell};
  noted->left = note->count;
  bool words = false;
  if (cut->continues && note->count > 0) {
    const struct bp_noted *before = noted - 1;
    bool near = cut->span.begin - before->cut.span.end < NEAR && before->cell == noted->cell &&
                before->section == noted->section;
    noted->left = near ? before->left : note->count;
    words = is_about_words(note->source, before->cut.span.end, cut->span.begin);
  }
  note->count++;
  bool left_out = too_long(noted);
  if (!take_sides(noted, arena))
    return false;
  if (words)
    noted->kind = BP_NOTED_NOTHING;
  else if (!left_out)
    bp_noted_classify(noted);
  return true;
}

static bool add_formula(struct bp_note *note, const struct bp_passage *passage,
                        struct bp_macros *macros, struct bp_arena *arena) {
  struct bp_cuts cuts = {NULL, 0, 0};
  if (!bp_formula_cut(note->source, passage, macros, arena, &cuts))
    return false;
  note->formulas++;
  note->plain += cuts.count == 0; /* a macro is defined there, or nothing is */
  for (size_t i = 0; i < cuts.count; i++)
    if (!add_cut(note, &cuts.list[i], passage, arena))
      return false;
  return true;
}

/* ---- code ---------------------------------------------------------------- */

static bool is_language(const struct bp_note *note, const struct bp_passage *passage,
                        const char *const *names) {
  struct bp_span language = passage->language;
  for (; *names; names++)
    if (language.end - language.begin == strlen(*names) &&
        memcmp(note->source->text + language.begin, *names, strlen(*names)) == 0)
      return true;
  return false;
}

static bool has_text(const struct bp_note *note, struct bp_span span, const char *what) {
  return bp_text_find(note->source->text, span.begin, span.end, what) < span.end;
}

/* A block that says so, or that calls NumPy. */
static bool is_python(const struct bp_note *note, const struct bp_passage *passage,
                      enum bp_note_style style) {
  static const char *const names[] = {"python", "py",       "python3", "Python", "ipython",
                                      "numpy",  "ipython3", "pycon",   NULL};
  if (passage->kind != BP_PASSAGE_CODE)
    return false;
  if (passage->language.begin < passage->language.end)
    return is_language(note, passage, names);
  return style == BP_NOTE_PYTHON || has_text(note, passage->span, "np.") ||
         has_text(note, passage->span, "def ");
}

static bool add_program_line(struct bp_note *note, const struct bp_program_line *line,
                             const struct bp_passage *passage, struct bp_arena *arena) {
  static const enum bp_noted_kind kinds[] = {BP_NOTED_DEFINITION, BP_NOTED_CLAIM, BP_NOTED_UPDATE,
                                             BP_NOTED_UNREAD};
  if (!bp_list_room(arena, note->list, note->count, note->capacity))
    return false;
  struct bp_noted *noted = &note->list[note->count];
  *noted = (struct bp_noted){.cut = {.text = line->text, .span = line->span},
                             .kind = line->why ? BP_NOTED_UNREAD : kinds[line->kind],
                             .section = passage->section,
                             .cell = passage->cell,
                             .why = line->why,
                             .code = true,
                             .program = line->program,
                             .elected = line->elected,
                             .left = note->count};
  for (size_t k = note->count; k > 0 && !noted->again && note->list[k - 1].program; k--)
    noted->again = note->list[k - 1].cut.span.begin == line->span.begin;
  note->count++;
  note->formulas += !noted->again;
  if (line->text.length > 0) {
    noted->cut.signs = bp_arena_alloc(arena, 1, sizeof *noted->cut.signs);
    if (!noted->cut.signs)
      return false;
    noted->cut.signs[noted->cut.sign_count++] =
        (struct bp_written_sign){line->sign, line->sign + 1, BP_WRITTEN_EQUAL};
  }
  return take_sides(noted, arena);
}

/* Reads all programs of the note, since one may go on in the next block. */
static bool find_programs(struct bp_note *note, const struct bp_passages *passages,
                          enum bp_note_style style, struct bp_arena *arena,
                          struct bp_program_lines *lines) {
  struct bp_code *code = bp_arena_alloc(arena, 1, sizeof *code);
  bool any = false;
  *lines = (struct bp_program_lines){NULL, 0, 0};
  if (!code || !bp_code_begin(note->source, arena, code))
    return false;
  for (size_t i = 0; i < passages->count; i++) {
    const struct bp_passage *passage = &passages->list[i];
    if (!is_python(note, passage, style))
      continue;
    any = true;
    if (!bp_code_add(code, passage->span.begin, passage->span.end, passage->quotes, arena))
      return false;
  }
  for (size_t unit = 0; unit < code->unit_count; unit++)
    note->turns += code->units[unit].loops + code->units[unit].branches;
  note->cut_off = code->long_one;
  return !any || bp_programs_find(code, arena, lines) == 0;
}

/* ---- formulas without delimiters ----------------------------------------- */

/* A formula in the bytes [begin, end) of one line; none is no failure. */
static bool add_plain(struct bp_note *note, size_t begin, size_t end,
                      const struct bp_passage *passage, struct bp_arena *arena) {
  struct bp_plain plain;
  if (!bp_plain_formula(note->source, begin, end, arena, &plain))
    return !bp_arena_failed(arena);
  struct bp_noted noted = {
      .section = passage->section,
      .cell = passage->cell,
      .left = note->count,
      .code = true,
      .bare = passage->kind == BP_PASSAGE_PROSE,
      .cut = {.text = plain.text, .span = plain.span, .sign_count = plain.sign_count}};
  noted.cut.signs = bp_arena_alloc(arena, plain.sign_count, sizeof *noted.cut.signs);
  if (!noted.cut.signs || !bp_list_room(arena, note->list, note->count, note->capacity))
    return false;
  for (size_t k = 0; k < plain.sign_count; k++)
    noted.cut.signs[k] =
        (struct bp_written_sign){plain.signs[k], plain.signs[k] + 1, BP_WRITTEN_EQUAL};
  note->list[note->count++] = noted;
  note->formulas++;
  struct bp_noted *added = &note->list[note->count - 1];
  bool left_out = too_long(added);
  if (!take_sides(added, arena))
    return false;
  if (left_out)
    return true;
  bp_noted_classify(added);
  if (bp_plain_is_shape(note->source, added->cut.span))
    added->kind = BP_NOTED_SHAPE;
  return true;
}

/* Formulas of layers within sentences, between words of a script without blanks. */
static bool add_embedded(struct bp_note *note, const struct bp_passage *passage,
                         struct bp_arena *arena) {
  for (size_t at = passage->span.begin; at < passage->span.end;) {
    struct bp_span run = bp_plain_run(note->source, at, passage->span.end);
    if (bp_plain_has_layer(note->source, run) &&
        !add_plain(note, run.begin, run.end, passage, arena))
      return false;
    at = run.end > at ? run.end : at;
    at += at < passage->span.end && strchr(",\n", note->source->text[at]) != NULL;
    if (at == run.begin && run.end == run.begin)
      at++;
  }
  return true;
}

/* A formula in running text that is told to be one, and not read. */
static bool add_unread(struct bp_note *note, const struct bp_bare *bare,
                       const struct bp_passage *passage, struct bp_arena *arena) {
  if (!bp_list_room(arena, note->list, note->count, note->capacity))
    return false;
  note->list[note->count] =
      (struct bp_noted){.cut = {.text = bp_written_new(arena), .span = bare->span},
                        .section = passage->section,
                        .cell = passage->cell,
                        .left = note->count,
                        .kind = BP_NOTED_UNREAD,
                        .why = bare->why};
  note->formulas++;
  return take_sides(&note->list[note->count++], arena);
}

/* Formulas in a line of running text, or in code within one.  Of code only those that may be read:
 * it need not be mathematics. */
static bool add_bare(struct bp_note *note, struct bp_span span, const struct bp_passage *passage,
                     struct bp_macros *macros, struct bp_arena *arena) {
  struct bp_bares bares = {NULL, 0, 0};
  if (!bp_bare_find(note->source, span.begin, span.end, arena, &bares))
    return false;
  for (size_t i = 0; i < bares.count; i++) {
    const struct bp_bare *bare = &bares.list[i];
    struct bp_cuts cuts = {NULL, 0, 0};
    struct bp_written latex = bp_written_new(arena);
    size_t known = note->count;
    if (bare->why) {
      if (passage->kind == BP_PASSAGE_PROSE && !add_unread(note, bare, passage, arena))
        return false;
      continue;
    }
    if (!add_plain(note, bare->span.begin, bare->span.end, passage, arena))
      return false;
    if (note->count > known)
      continue;
    if (!bp_bare_spell(note->source, bare->span, &latex) ||
        !bp_text_cut(&latex, macros, arena, &cuts))
      return false;
    note->formulas++;
    for (size_t k = 0; k < cuts.count; k++)
      if (!add_cut(note, &cuts.list[k], passage, arena))
        return false;
    for (; known < note->count; known++)
      note->list[known].code = note->list[known].bare = true;
  }
  return true;
}

/* The lines of a block that is no program. */
static bool add_plain_lines(struct bp_note *note, const struct bp_passage *passage,
                            struct bp_macros *macros, struct bp_arena *arena) {
  for (size_t at = passage->span.begin; at < passage->span.end;) {
    struct bp_span piece = bp_plain_next(note->source, passage->span.end, &at);
    size_t known = note->count;
    if (!add_plain(note, piece.begin, piece.end, passage, arena) ||
        (note->count == known && !add_bare(note, piece, passage, macros, arena)))
      return false;
  }
  return true;
}

/* Whether nothing but the marks of its container stands beside the passage on its line. */
static bool is_whole_line(const struct bp_note *note, const struct bp_passage *passage) {
  const char *text = note->source->text;
  size_t begin = passage->span.begin, end = passage->span.end;
  while (begin > 0 && strchr(" \t>-*+.)0123456789", text[begin - 1]))
    begin--;
  while (end < note->source->length && strchr(" \t\r", text[end]))
    end++;
  return (begin == 0 || text[begin - 1] == '\n') &&
         (end == note->source->length || text[end] == '\n');
}

/* Blocks in which formulas are written as text. */
static bool is_plain_block(const struct bp_note *note, const struct bp_passage *passage) {
  static const char *const names[] = {"text",   "txt",    "plain", "plaintext",  "pseudo",
                                      "octave", "matlab", "none",  "pseudocode", NULL};
  return passage->language.begin == passage->language.end || is_language(note, passage, names);
}

/* Whether a wide blank stands between two equals signs: they may be those of two formulas. */
static bool is_spaced(const struct bp_source *source, struct bp_span span) {
  size_t first = bp_text_find(source->text, span.begin, span.end, "=");
  size_t blank = bp_text_find(source->text, first, span.end, "  ");
  return bp_text_find(source->text, blank, span.end, "=") < span.end;
}

static bool add_without_delimiters(struct bp_note *note, const struct bp_passage *passage,
                                   enum bp_note_style style, struct bp_macros *macros,
                                   struct bp_arena *arena) {
  size_t known = note->count;
  bool prose = passage->kind == BP_PASSAGE_PROSE;
  bool whole = passage->kind == BP_PASSAGE_CODE_SPAN || (prose && is_whole_line(note, passage));
  bool complete = whole && !(prose && (bp_bare_goes_on(note->source, passage->span.end) ||
                                       is_spaced(note->source, passage->span)));
  if (complete && !add_plain(note, passage->span.begin, passage->span.end, passage, arena))
    return false;
  if (prose && note->count == known && !add_embedded(note, passage, arena))
    return false;
  return !whole || note->count > known || style == BP_NOTE_TEX ||
         add_bare(note, passage->span, passage, macros, arena);
}

/* The lines of programs that stand in the passage; `next` is the first that was not added. */
static bool add_code(struct bp_note *note, const struct bp_passage *passage,
                     enum bp_note_style style, const struct bp_program_lines *lines, size_t *next,
                     struct bp_macros *macros, struct bp_arena *arena) {
  size_t before = *next, known = note->count;
  for (; *next < lines->count && lines->list[*next].span.begin < passage->span.end; ++*next)
    if (!add_program_line(note, &lines->list[*next], passage, arena))
      return false;
  if (*next == before && style != BP_NOTE_PYTHON && is_plain_block(note, passage) &&
      !add_plain_lines(note, passage, macros, arena))
    return false;
  note->code += note->count == known;
  return true;
}

/* Columns of tables are documents of their own, "rows" beside "columns"; but not where all but one
 * only define, as in "forward" beside "backward". */
static void join_columns(struct bp_note *note) {
  unsigned claiming = 0;
  for (size_t i = 0; i < note->count; i++) {
    const struct bp_noted *noted = &note->list[i];
    if (noted->cell == 0 || noted->kind != BP_NOTED_CLAIM)
      continue;
    if (claiming > 0 && claiming != noted->cell)
      return;
    claiming = noted->cell;
  }
  for (size_t i = 0; i < note->count; i++)
    note->list[i].cell = 0;
}

int bp_note_find(const struct bp_source *source, enum bp_note_style style, struct bp_arena *arena,
                 struct bp_note *note) {
  struct bp_passages passages = {NULL, 0, 0};
  struct bp_macros *macros = bp_arena_alloc(arena, 1, sizeof *macros);
  *note = (struct bp_note){.source = source};
  if (!macros || bp_passages_find(source, style, arena, &passages) != 0)
    return -1;
  bp_macros_collect(source, macros);
  struct bp_program_lines lines;
  size_t next_line = 0;
  if (!find_programs(note, &passages, style, arena, &lines))
    return -1;
  for (size_t i = 0; i < passages.count; i++) {
    const struct bp_passage *passage = &passages.list[i];
    if (passage->kind == BP_PASSAGE_FORMULA && !add_formula(note, passage, macros, arena))
      return -1;
    note->images += passage->kind == BP_PASSAGE_IMAGE;
    if (!add_without_delimiters(note, passage, style, macros, arena))
      return -1;
    bool states =
        passage->kind == BP_PASSAGE_DIRECTIVE ||
        (passage->kind == BP_PASSAGE_CODE && passage->language.end - passage->language.begin == 5 &&
         memcmp(source->text + passage->language.begin, "deriv", 5) == 0);
    if (passage->kind == BP_PASSAGE_CODE && !states &&
        !add_code(note, passage, style, &lines, &next_line, macros, arena))
      return -1;
    if (!states)
      continue;
    if (!bp_list_room(arena, note->declared, note->declared_count, note->declared_capacity))
      return -1;
    note->declared[note->declared_count++] = passage->span;
  }
  join_columns(note);
  if (!bp_note_name_weights(note))
    return -1;
  bp_note_drop_faces(note);
  bp_note_find_layers(note);
  bp_note_name_squares(note);
  bp_note_tidy_layers(note);
  bp_note_find_slips(note);
  bp_note_group_brackets(note);
  if (!bp_note_tidy_sums(note))
    return -1;
  bp_note_take_conditions(note);
  bp_note_find_conditions(note);
  bp_note_find_layout(note);
  bp_note_take_turned(note);
  bp_note_tell_deltas(note);
  return 0;
}

/* ---- in words ------------------------------------------------------------ */

const char *bp_note_unseen(const struct bp_note *note, struct bp_arena *arena) {
  const char *images = "", *code = "", *turns = "", *rest = "";
  if (note->images > 0)
    images = bp_arena_printf(arena, "; %zu image%s cannot be read", note->images,
                             note->images == 1 ? "" : "s");
  if (note->code > 0)
    code = bp_arena_printf(arena, "; %zu block%s of code %s not read", note->code,
                           note->code == 1 ? "" : "s", note->code == 1 ? "is" : "are");
  if (note->turns > 0)
    turns = bp_arena_printf(arena, "; of programs, %zu loop%s or branch%s %s not run", note->turns,
                            note->turns == 1 ? "" : "s", note->turns == 1 ? "" : "es",
                            note->turns == 1 ? "is" : "are");
  if (note->cut_off)
    rest = "; a program has more lines than are read, and ends early";
  return images && code && turns ? bp_arena_printf(arena, "%s%s%s%s", images, code, turns, rest)
                                 : NULL;
}

const char *bp_note_nothing(enum bp_note_style style) {
  return style == BP_NOTE_PYTHON
             ? "no line was found that computes a derivative, such as dW1 = … or grad_b = …"
             : "no formula was found: they stand between $ and $, $$ and $$, or \\( and \\)";
}
