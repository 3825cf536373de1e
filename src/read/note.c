/* A text of lines "claim …", each byte with its place in the note; the parser of derivations; and a
 * walk over what it made, which moves the spans.
 *
 * What the parser complains of is no mistake of a file here: a formula of a note may be anything.
 * So diagnostics are a list of our own, from which each line that could not be read gets its first.
 */
#define _GNU_SOURCE /* memmem */
#include "read/note.h"

#include <string.h>

#include "base/mutable.h"
#include "note/notebook/notebook.h"
#include "read/readers.h"

struct composed {
  struct bp_written text;
  struct bp_source source;
  size_t *begins; /* where the line of each member begins; SIZE_MAX: it has none */
};

static bool is_read(const struct bp_note_context *context, const struct bp_note_reading *reading,
                    const struct bp_noted *noted, bool chains) {
  bool symbolic =
      noted->kind == BP_NOTED_SYMBOLIC && (chains || bp_context_numbers(context, reading));
  bool worked = context->family == BP_FAMILY_OWN && context->own[reading->own].worked;
  bool declared = noted->program && noted->kind == BP_NOTED_DEFINITION; /* in the prelude */
  return !noted->why && !declared &&
         (symbolic || worked || noted->kind == BP_NOTED_CLAIM ||
          noted->kind == BP_NOTED_DEFINITION);
}

/* Whether it is an update of two sides, w := w - η*g, which a choice may ask for. */
static bool is_asked_update(const struct bp_note_choice *choice, const struct bp_noted *noted) {
  return choice->updates && noted->kind == BP_NOTED_UPDATE && noted->side_count == 2 &&
         !noted->cut.continues && !noted->program && !noted->why;
}

/* Writes a line for the layout where it is another one than before. */
static bool lay_out(const char *layout, const char **before, struct bp_written *text) {
  static const char word[] = "layout ";
  const struct bp_span nowhere = {0, 0};
  bool same = strcmp(layout, *before) == 0;
  *before = layout;
  return same || (bp_written_add(text, word, sizeof word - 1, nowhere) &&
                  bp_written_add(text, layout, strlen(layout), nowhere) &&
                  bp_written_add(text, "\n", 1, nowhere));
}

/* Whether two texts are the same but for blanks. */
static bool is_same(const char *one, size_t one_length, const char *other, size_t other_length) {
  size_t i = 0, k = 0;
  for (;; i++, k++) {
    i = bp_behind_blanks(one, i, one_length);
    k = bp_behind_blanks(other, k, other_length);
    if (i == one_length || k == other_length || one[i] != other[k])
      return i == one_length && k == other_length;
  }
}

/* The right side of the definition whose left side is the text, in the names of the declarations;
 * NULL where the context has none. */
static const struct bp_written *formula_of(const struct bp_note_context *context,
                                           const struct bp_note_reading *reading, const char *text,
                                           size_t length) {
  struct bp_written **sides = context->own[reading->own].sides;
  for (size_t i = 0; i < context->count; i++) {
    const struct bp_noted *noted = &context->note->list[context->members[i]];
    const struct bp_written *side = sides[context->members[i]];
    if (noted->kind == BP_NOTED_DEFINITION && noted->side_count > 1 && side &&
        is_same(side[0].text, side[0].length, text, length))
      return &side[1];
  }
  return NULL;
}

/* Makes the derivatives behind `begin` immediate, \frac{\partial^{+} (x - μ)}{\partial x} for that
 * of y = x - μ. */
static bool make_immediate(const struct bp_note_context *context,
                           const struct bp_note_reading *reading, struct bp_written *text,
                           size_t begin) {
  static const char above[] = "\\frac{\\partial";
  struct bp_written made = bp_written_new(text->arena);
  size_t from = 0;
  for (size_t at = bp_text_find(text->text, begin, text->length, above); at < text->length;
       at = bp_text_find(text->text, from, text->length, above)) {
    size_t over = at + sizeof above - 1, end = bp_group_end(text->text, at + 5, text->length) - 1;
    struct bp_span span = bp_written_from(text, over - 1, over);
    const struct bp_written *formula =
        end > over ? formula_of(context, reading, text->text + over, end - over) : NULL;
    if (!bp_written_copy(&made, text, from, over) || !bp_written_add(&made, "^{+}", 4, span) ||
        (formula && (!bp_written_add(&made, "(", 1, span) ||
                     !bp_written_copy(&made, formula, 0, formula->length) ||
                     !bp_written_add(&made, ")", 1, span))))
      return false;
    from = formula ? end : over;
  }
  if (!bp_written_copy(&made, text, from, text->length))
    return false;
  *text = made;
  return true;
}

static bool compose(const struct bp_note_context *context, const struct bp_note_reading *reading,
                    const struct bp_note_choice *choice, struct bp_arena *arena,
                    struct composed *composed) {
  static const char use[] = "use \"declarations\"\n", claim[] = "claim ";
  const struct bp_span nowhere = {0, 0};
  composed->text = bp_written_new(arena);
  composed->begins = bp_arena_alloc(arena, context->count + 1, sizeof *composed->begins);
  bool fine = composed->begins && bp_written_add(&composed->text, use, sizeof use - 1, nowhere);
  const char *layout = "gradient";
  for (size_t i = 0; i < context->count && fine; i++) {
    const struct bp_noted *noted = &context->note->list[context->members[i]];
    size_t begin = noted->cut.span.begin, end = noted->cut.span.end;
    composed->begins[i] = SIZE_MAX;
    bool chains = choice->chains && choice->chains[i];
    bool left_out =
        !is_read(context, reading, noted, chains) || (choice->leave_out && choice->leave_out[i]);
    if (left_out && !is_asked_update(choice, noted))
      continue;
    fine = lay_out(choice->layout ? choice->layout : bp_context_layout(context, noted), &layout,
                   &composed->text);
    composed->begins[i] = composed->text.length;
    fine =
        fine && bp_context_vary(context, reading, noted, &composed->text) &&
        bp_written_add(&composed->text, claim, sizeof claim - 1, (struct bp_span){begin, begin}) &&
        bp_context_claim(context, reading, noted, &context->note->list[noted->left],
                         choice->condition ? *choice->condition : noted->condition, chains,
                         &composed->text) &&
        (!choice->immediate ||
         make_immediate(context, reading, &composed->text, composed->begins[i])) &&
        (!choice->suffix || bp_written_add(&composed->text, choice->suffix, strlen(choice->suffix),
                                           (struct bp_span){end, end})) &&
        bp_written_add(&composed->text, "\n", 1, (struct bp_span){end, end});
  }
  composed->source =
      (struct bp_source){context->note->source->name, composed->text.text, composed->text.length};
  return fine;
}

/* ---- moving spans -------------------------------------------------------- */

struct mover {
  const struct bp_written *text;
  const struct bp_source *source; /* of the note */
  size_t origin;
  bool *moved; /* expressions, by id */
  size_t count;
};

static void move(const struct mover *mover, struct bp_span *span) {
  *span = bp_written_from(mover->text, span->begin, span->end);
  span->begin -= span->begin < mover->origin ? span->begin : mover->origin;
  span->end -= span->end < mover->origin ? span->end : mover->origin;
}

static void move_expression(const struct mover *mover, const struct bp_expression *read) {
  struct bp_expression *expression = bp_unchanged(read);
  if (!expression || expression->id >= mover->count || mover->moved[expression->id])
    return;
  mover->moved[expression->id] = true;
  move(mover, &expression->span);
  move(mover, &expression->sign);
  for (size_t i = 0; i < expression->count; i++)
    move_expression(mover, expression->child[i]);
}

static void move_statement(const struct mover *mover, struct bp_statement *statement) {
  move(mover, &statement->span);
  move(mover, &statement->text_span);
  for (size_t i = 0; i < statement->side_count; i++)
    move_expression(mover, statement->sides[i]);
  for (size_t i = 0; i + 1 < statement->side_count; i++)
    move(mover, &statement->relation_spans[i]);
  for (size_t i = 0; i < statement->range_count; i++) {
    move(mover, &statement->ranges[i].span);
    move_expression(mover, statement->ranges[i].from);
    move_expression(mover, statement->ranges[i].to);
  }
}

/* ---- parsing ------------------------------------------------------------- */

static const struct bp_document *used(void *context, const struct bp_source *source,
                                      struct bp_span span, const char *path) {
  (void)source, (void)span, (void)path;
  return context;
}

/* Which member a byte of the text belongs to; context->count: none. */
static size_t member_at(const struct composed *composed, size_t count, size_t at) {
  size_t member = count;
  for (size_t i = 0; i < count && (composed->begins[i] == SIZE_MAX || composed->begins[i] <= at);
       i++)
    if (composed->begins[i] != SIZE_MAX)
      member = i;
  return member;
}

static void note_errors(const struct bp_diagnostics *diagnostics, const struct composed *composed,
                        size_t count, struct bp_note_document *parsed) {
  for (size_t i = 0; i < diagnostics->count; i++) {
    const struct bp_diagnostic *one = &diagnostics->list[i];
    size_t member = member_at(composed, count, one->span.begin);
    if (one->warning || member >= count || parsed->unread[member].message)
      continue;
    parsed->unread[member] = *one;
    parsed->unread[member].span = bp_written_from(&composed->text, one->span.begin, one->span.end);
  }
}

/* Takes the lines that were read, each with its member; the first, and layouts, have none. */
static bool keep_read(const struct composed *composed, const struct bp_note_context *context,
                      struct bp_arena *arena, struct bp_note_document *parsed) {
  struct bp_document *document = &parsed->document;
  size_t kept = 0, claims = 0, count = context->count;
  parsed->members = bp_arena_alloc(arena, document->count + 1, sizeof *parsed->members);
  parsed->updates = bp_arena_alloc(arena, document->count + 1, sizeof *parsed->updates);
  document->updates = bp_arena_alloc(arena, document->count + 1, sizeof *document->updates);
  document->update_count = 0;
  if (!parsed->members || !parsed->updates || !document->updates)
    return false;
  for (size_t i = 0; i < document->count; i++) {
    struct bp_statement *statement = &document->statements[i];
    bool head = i == 0 || statement->kind == BP_STATEMENT_LAYOUT;
    size_t member = head ? count : member_at(composed, count, statement->span.begin);
    bool fine = head || (!statement->broken && member < count && !parsed->unread[member].message);
    if (!fine) {
      if (member < count && !parsed->unread[member].message)
        parsed->unread[member].message =
            bp_statement_is_unfilled(statement)
                ? "it is still to be filled in: a formula in the place of ?"
                : "it is not understood";
      continue;
    }
    if (!head && context->note->list[context->members[member]].kind == BP_NOTED_UPDATE) {
      parsed->updates[document->update_count] = member;
      document->updates[document->update_count++].statement = *statement;
      continue;
    }
    if (statement->kind == BP_STATEMENT_CLAIM)
      parsed->members[claims++] = member;
    document->statements[kept++] = *statement;
  }
  document->count = kept;
  return true;
}

/* An update that was read like a claim, w = w - η*g, as what it is. */
static void make_update(const struct mover *mover, struct bp_update *update) {
  struct bp_statement *statement = &update->statement;
  move_statement(mover, statement);
  size_t at = statement->sides[0]->span.end, end = statement->sides[1]->span.begin;
  update->kind = BP_UPDATE_SETS;
  for (; at + 1 < end; at++)
    if (mover->source->text[at + 1] == '=' && strchr("+-", mover->source->text[at]))
      update->kind = mover->source->text[at] == '+' ? BP_UPDATE_ADDS : BP_UPDATE_SUBTRACTS;
  update->moved = statement->sides[0];
  update->sign = (struct bp_span){statement->sides[0]->span.end, end};
  statement->sides++;
  statement->side_count = 1;
  statement->bare = true;
}

/* What may be called, with the rates of updates as names: \eta \frac{1}{m} is a product, and no
 * call.
 */
static struct bp_vocabulary with_rates(const struct bp_note_context *context,
                                       const struct bp_note_choice *choice,
                                       const struct bp_vocabulary *vocabulary) {
  static const struct bp_implied rates[] = {{"η", false},    {"α", false},  {"ε", false},
                                            {"λ", false},    {"lr", false}, {"eta", false},
                                            {"alpha", false}};
  struct bp_vocabulary whole = *vocabulary;
  bool any = false;
  for (size_t i = 0; i < context->count; i++)
    any = any || is_asked_update(choice, &context->note->list[context->members[i]]);
  if (any && !whole.implied) {
    whole.implied = rates;
    whole.implied_count = sizeof rates / sizeof *rates;
  }
  return whole;
}

int bp_note_parse(const struct bp_note_context *context, const struct bp_note_reading *reading,
                  const struct bp_note_choice *choice, const struct bp_vocabulary *vocabulary,
                  struct bp_arena *arena, struct bp_note_document *parsed) {
  struct composed composed;
  struct bp_diagnostics diagnostics;
  struct bp_document *declarations = bp_arena_alloc(arena, 1, sizeof *declarations);
  struct bp_source *prelude = bp_arena_alloc(arena, 1, sizeof *prelude);
  const char *text = bp_context_prelude(context, reading, arena);
  size_t ids = 0;
  *parsed = (struct bp_note_document){
      .unread = bp_arena_alloc(arena, context->count + 1, sizeof *parsed->unread)};
  bp_diagnostics_init(&diagnostics, arena);
  if (!declarations || !prelude || !text || !parsed->unread ||
      !compose(context, reading, choice, arena, &composed))
    return -1;
  *prelude = (struct bp_source){"the declarations of the note", text, strlen(text)};
  if (bp_parse(prelude, vocabulary, NULL, NULL, &ids, arena, &diagnostics, declarations) != 0)
    return -1;
  bp_diagnostics_init(&diagnostics, arena);
  struct bp_source *source = bp_arena_alloc(arena, 1, sizeof *source);
  if (!source)
    return -1;
  struct bp_vocabulary *known = bp_arena_alloc(arena, 1, sizeof *known);
  if (!known)
    return -1;
  *known = with_rates(context, choice, vocabulary);
  *source = composed.source;
  if (bp_parse(source, known, used, declarations, &ids, arena, &diagnostics, &parsed->document) !=
      0)
    return -1;
  note_errors(&diagnostics, &composed, context->count, parsed);
  struct mover mover = {&composed.text, context->note->source, context->note->origin,
                        bp_arena_alloc(arena, ids + 1, sizeof(bool)), ids};
  if (!mover.moved || !keep_read(&composed, context, arena, parsed))
    return -1;
  for (size_t i = 1; i < parsed->document.count; i++)
    move_statement(&mover, &parsed->document.statements[i]);
  for (size_t i = 0; i < parsed->document.update_count; i++)
    make_update(&mover, &parsed->document.updates[i]);
  parsed->document.source = context->note->source;
  return 0;
}

/* ---- the row of the readers ---------------------------------------------- */

bool bp_document_is_note(const struct bp_source *source) {
  return bp_reader_for(source)->read == bp_note_read || bp_document_is_notebook(source);
}

bool bp_document_is_notebook(const struct bp_source *source) {
  return bp_reader_for(source)->read == bp_notebook_read;
}

/* Whether the first line that is neither blank nor behind a # begins as one of a derivation. */
static bool begins_as_derivation(const struct bp_source *source) {
#define BP_ROW(keyword, kind, rule, declares) #keyword " ",
  static const char *const words[] = {BP_STATEMENTS(BP_ROW)};
#undef BP_ROW
  const char *line = source->text, *end = line + source->length;
  while (line < end && strchr("#\n\r", *line)) {
    const char *next = memchr(line, '\n', (size_t)(end - line));
    line = next ? next + 1 : end;
  }
  for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
    size_t length = strlen(words[k]);
    if ((size_t)(end - line) > length && !memcmp(line, words[k], length))
      return true;
  }
  return false;
}

static bool contains(const struct bp_source *source, const char *word) {
  return memmem(source->text, source->length, word, strlen(word)) != NULL;
}

/* HTML, and reStructuredText with formulas. */
static bool is_marked_up(const struct bp_source *source) {
  return contains(source, "<!DOCTYPE html") || contains(source, "<html") ||
         contains(source, "math/tex") || contains(source, ".. math::") ||
         contains(source, ":math:`");
}

/* A text without a telling name is a note where formulas stand between delimiters, or where it has
 * pictures, quotations and blocks of code as Markdown has them; a derivation may have dollars as
 * well. */
bool bp_note_is_meant(const struct bp_source *source) {
  bool markdown = contains(source, "![") || contains(source, "\n> ") || contains(source, "\n```") ||
                  contains(source, "\n- `") || contains(source, "\n## ");
  return !begins_as_derivation(source) &&
         (markdown || is_marked_up(source) || contains(source, "$") || contains(source, "\\(") ||
          contains(source, "\\[") || contains(source, "\\begin{"));
}

bool bp_notebook_is_meant(const struct bp_source *source) {
  return source->length > 0 && source->text[0] == '{' && contains(source, "\"cells\"") &&
         contains(source, "\"nbformat\"");
}

bool bp_tex_is_meant(const struct bp_source *source) {
  return contains(source, "\\documentclass") || contains(source, "\\begin{document}");
}

/* A text that imports something in its first lines, and has no formula between delimiters. */
bool bp_python_is_meant(const struct bp_source *source) {
  bool imports =
      source->length > 7 && (!memcmp(source->text, "import ", 7) ||
                             contains(source, "\nimport numpy") || contains(source, "\nfrom "));
  return imports && contains(source, "np.") && !contains(source, "$") && !contains(source, "```");
}

enum bp_note_style bp_note_style_of(const struct bp_source *source) {
  const char *name = bp_reader_for(source)->name;
  return strcmp(name, "tex") == 0      ? BP_NOTE_TEX
         : strcmp(name, "python") == 0 ? BP_NOTE_PYTHON
                                       : BP_NOTE_MARKDOWN;
}

int bp_note_read(const struct bp_source *source, const struct bp_vocabulary *vocabulary,
                 bp_parse_use *use, void *context, size_t *next_id, struct bp_arena *arena,
                 struct bp_diagnostics *diagnostics, struct bp_document *document) {
  static const char typst[] = ".typ";
  size_t name = strlen(source->name), tail = sizeof typst - 1;
  (void)use, (void)context, (void)arena;
  if (name > tail && strcmp(source->name + name - tail, typst) == 0)
    bp_warning(diagnostics, source, (struct bp_span){0, 0},
               "pandoc -f typst -t markdown FILE -o note.md, and verify that",
               "formulas in the signs of Typst are not read; those of LaTeX are");
  *document =
      (struct bp_document){.source = source, .vocabulary = vocabulary, .expressions = *next_id};
  return 0;
}

/* What is wrong with the notebook is said here; its cells are read again by whoever judges them. */
int bp_notebook_read(const struct bp_source *source, const struct bp_vocabulary *vocabulary,
                     bp_parse_use *use, void *context, size_t *next_id, struct bp_arena *arena,
                     struct bp_diagnostics *diagnostics, struct bp_document *document) {
  struct bp_notebook notebook;
  (void)use, (void)context;
  *document =
      (struct bp_document){.source = source, .vocabulary = vocabulary, .expressions = *next_id};
  return bp_notebook_decode(source, arena, diagnostics, &notebook);
}
