/* Contexts by marks that are counted: three formulas of a kind make a family. */
#include <string.h>

#include "base/list.h"
#include "note/context/context.h"

enum { ENOUGH = 3 };

static bool has(const struct bp_noted *noted, const char *what) {
  const struct bp_written *text = &noted->cut.text;
  return bp_text_find(text->text, 0, text->length, what) < text->length;
}

static bool in_brackets(const struct bp_noted *noted) { return has(noted, "^{["); }

static bool raised(const struct bp_noted *noted) { return has(noted, "^{l") || has(noted, "^{L"); }

/* Whether it has the weighted sum of a single unit: w^T x + b, whatever blanks are in it. */
static bool of_a_unit(const struct bp_noted *noted) {
  static const char *const weights[] = {"w^{T}", "w^\\top"};
  const struct bp_written *text = &noted->cut.text;
  for (size_t k = 0; k < sizeof weights / sizeof *weights; k++)
    for (size_t at = bp_text_find(text->text, 0, text->length, weights[k]); at < text->length;
         at = bp_text_find(text->text, at + 1, text->length, weights[k])) {
      size_t over = at + strlen(weights[k]);
      while (over < text->length && text->text[over] == ' ')
        over++;
      if (over < text->length && strchr("xX", text->text[over]))
        return true;
    }
  return false;
}

/* Where the letter of a function of one letter ends that begins at `at`, g in g(z); `at`: it is
 * none. */
static size_t function_end(const struct bp_written *text, size_t at, size_t end) {
  static const char *const letters[] = {"f", "g", "h", "\\phi", "\\varphi", "\\psi"};
  for (size_t k = 0; k < sizeof letters / sizeof *letters; k++)
    if (bp_text_is_at(text->text, at, end, letters[k]))
      return at + strlen(letters[k]);
  return at;
}

static size_t behind_blanks(const struct bp_written *text, size_t at, size_t end) {
  while (at < end && text->text[at] == ' ')
    at++;
  return at;
}

/* Whether a function stands at `at`, as g(z), g'(z) or g^{\prime}(z), and nothing behind it. */
static bool is_function(const struct bp_written *text, size_t at, size_t end) {
  static const char *const slopes[] = {"'", "^{'}", "^{\\prime}", "^{\\prime }"};
  size_t over = function_end(text, at, end);
  if (over == at)
    return false;
  over = behind_blanks(text, over, end);
  for (size_t k = 0; k < sizeof slopes / sizeof *slopes; k++)
    if (bp_text_is_at(text->text, over, end, slopes[k]))
      over += strlen(slopes[k]);
  over = behind_blanks(text, over, end);
  if (over + 2 >= end || text->text[over] != '(' || text->text[over + 2] != ')')
    return false;
  char argument = text->text[over + 1];
  return argument >= 'a' && argument <= 'z' && behind_blanks(text, over + 3, end) == end;
}

bool bp_noted_of_function(const struct bp_noted *noted, struct bp_span *letter) {
  const struct bp_written *text = &noted->cut.text;
  for (size_t k = 0; k < noted->side_count; k++) {
    size_t end = noted->sides[k].end, at = behind_blanks(text, noted->sides[k].begin, end);
    if (k == 0 && bp_text_is_at(text->text, at, end, "\\frac")) {
      size_t above = behind_blanks(text, at + strlen("\\frac"), end);
      size_t below = behind_blanks(text, bp_group_end(text->text, above, end), end);
      at = behind_blanks(text, bp_group_end(text->text, below, end), end);
    }
    *letter = (struct bp_span){at, function_end(text, at, end)};
    if (is_function(text, at, end) && (k == 0 || k + 1 < noted->side_count))
      return true;
  }
  return false;
}

static bool of_a_function(const struct bp_noted *noted) {
  struct bp_span letter;
  return bp_noted_of_function(noted, &letter);
}

/* The families of a note: of statements with layers in brackets, with raised ones, and without. */
struct families {
  enum bp_note_family brackets, raised, plain;
};

static struct families families_of(const struct bp_note *note) {
  size_t brackets = 0, superscripts = 0, units = 0;
  for (size_t i = 0; i < note->count; i++) {
    brackets += in_brackets(&note->list[i]);
    superscripts += raised(&note->list[i]);
    units += of_a_unit(&note->list[i]);
  }
  bool layers = brackets >= ENOUGH || superscripts >= ENOUGH;
  enum bp_note_family plain = units > 0 || layers ? BP_FAMILY_UNIT : BP_FAMILY_NONE;
  if (note->declared_count > 0)
    return (struct families){BP_FAMILY_STATED, BP_FAMILY_STATED, BP_FAMILY_STATED};
  return (struct families){.brackets = brackets >= ENOUGH ? BP_FAMILY_BRACKETS : plain,
                           .raised = superscripts >= ENOUGH ? BP_FAMILY_RAISED : plain,
                           .plain = plain};
}

/* Whether it speaks of all samples: capital letters for what is one column of one sample. */
static bool of_many(const struct bp_noted *noted) {
  static const char *const marks[] = {
      "Z",      "A^{[", "X",  "Y",       "dA",  "{1}{m}", "{1} {m}", BP_SUM_OF_SAMPLES_MARK,
      "np.sum", "A - ", "A-", "rowsum(", "./ m"};
  for (size_t k = 0; k < sizeof marks / sizeof *marks; k++)
    if (has(noted, marks[k]))
      return true;
  return false;
}

/* Whether a side multiplies values by the weights behind them, x W^{[1]}, a^{[1]} \cdot W^{[2]}. */
static bool multiplies_rows(const struct bp_noted *noted, size_t side) {
  static const char *const products[] = {"\\cdot", "\\times", "*", "@"};
  static const char weight[] = "W^{[";
  const struct bp_written *text = &noted->cut.text;
  size_t end = noted->sides[side].end, at = behind_blanks(text, noted->sides[side].begin, end);
  if (at >= end || !strchr("xah", text->text[at]))
    return false;
  at = behind_blanks(text, at + 1, end);
  if (bp_text_is_at(text->text, at, end, "^{["))
    at = behind_blanks(text, bp_group_end(text->text, at + 1, end), end);
  for (size_t k = 0; k < sizeof products / sizeof *products; k++)
    if (bp_text_is_at(text->text, at, end, products[k]))
      at = behind_blanks(text, at + strlen(products[k]), end);
  return bp_text_is_at(text->text, at, end, weight);
}

/* Whether the samples of a note are rows, which it writes in small letters: z^{[1]} = x W^{[1]}. */
static bool has_rows(const struct bp_note *note) {
  size_t rows = 0;
  for (size_t i = 0; i < note->count; i++) {
    const struct bp_noted *noted = &note->list[i];
    bool shown = noted->kind == BP_NOTED_DEFINITION || noted->kind == BP_NOTED_CLAIM;
    rows += shown && !noted->program && noted->side_count > 1 && multiplies_rows(noted, 1);
  }
  return rows > 1;
}

/* Whether two lines of code stand in one block, with nothing but lines between them. */
static bool same_block(const struct bp_note *note, size_t one, size_t next) {
  size_t begin = note->list[one].cut.span.end, end = note->list[next].cut.span.begin;
  return note->list[one].code && note->list[next].code && begin <= end &&
         bp_text_find(note->source->text, begin, end, "\n\n") == end &&
         bp_text_find(note->source->text, begin, end, "```") == end;
}

/* For each line of code that belongs to the layers of the note, whether it speaks of all samples,
 * or one of those around it does: a block is of one kind. */
static bool *blocks_of_many(const struct bp_note *note, struct bp_arena *arena) {
  bool *many = bp_arena_alloc(arena, note->count + 1, sizeof *many);
  for (size_t begin = 0, end; many && begin < note->count; begin = end) {
    bool any = note->list[begin].code && of_many(&note->list[begin]);
    for (end = begin + 1; end < note->count && same_block(note, end - 1, end); end++)
      any = any || of_many(&note->list[end]);
    for (size_t k = begin; k < end; k++)
      many[k] = any;
  }
  return many;
}

static struct bp_note_context *context_for(struct bp_note_contexts *contexts,
                                           const struct bp_note_context *like,
                                           struct bp_arena *arena) {
  for (size_t i = 0; i < contexts->count; i++)
    if (contexts->list[i].many == like->many && contexts->list[i].cell == like->cell &&
        contexts->list[i].family == like->family &&
        contexts->list[i].functions == like->functions &&
        contexts->list[i].program == like->program)
      return &contexts->list[i];
  if (!bp_list_room(arena, contexts->list, contexts->count, contexts->capacity))
    return NULL;
  contexts->list[contexts->count] = *like;
  return &contexts->list[contexts->count++];
}

int bp_contexts_find(const struct bp_note *note, struct bp_arena *arena,
                     struct bp_note_contexts *contexts) {
  struct families families = families_of(note);
  const bool *many = blocks_of_many(note, arena);
  bool rows = has_rows(note);
  *contexts = (struct bp_note_contexts){NULL, 0, 0};
  if (!many)
    return -1;
  for (size_t i = 0; i < note->count; i++) {
    const struct bp_noted *noted = &note->list[i];
    struct bp_note_context like = {.note = note,
                                   .family = in_brackets(noted) ? families.brackets
                                             : raised(noted)    ? families.raised
                                                                : families.plain};
    if (like.family == BP_FAMILY_UNIT && (!noted->code || noted->bare) && of_a_function(noted))
      like = (struct bp_note_context){.note = note, .family = BP_FAMILY_NONE, .functions = true};
    if (like.family == BP_FAMILY_BRACKETS || like.family == BP_FAMILY_UNIT) {
      like.many = of_many(noted) || many[i] || (rows && like.family == BP_FAMILY_BRACKETS) ||
                  of_many(&note->list[noted->left]) ||
                  (like.family == BP_FAMILY_UNIT && has(noted, "^{(") &&
                   (has(noted, "\\sum") || has(noted, "^{(1)}")));
      like.cell = noted->cell;
    }
    if (noted->program)
      like = (struct bp_note_context){
          .note = note,
          .program = noted->program,
          .family = bp_program_has_loss(noted->program) ? BP_FAMILY_STATED : BP_FAMILY_PROGRAM};
    struct bp_note_context *context = context_for(contexts, &like, arena);
    if (!context || !bp_list_room(arena, context->members, context->count, context->capacity))
      return -1;
    context->members[context->count++] = i;
  }
  for (size_t i = 0; i < contexts->count; i++) {
    struct bp_note_context *context = &contexts->list[i];
    if (!(context->mentions = bp_arena_alloc(arena, 1, sizeof *context->mentions)))
      return -1;
    context->mentions->members = context->members;
    context->mentions->member_count = context->count;
  }
  return 0;
}
