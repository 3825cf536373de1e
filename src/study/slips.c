/* Each kind of slip is looked for anew, sign by sign, and gives one or two replacements of bytes of
 * the note.  Where it would take more of them, or what stands in the note is spelled otherwise than
 * in the cleaned text, nothing is proposed: an edit that nobody can check by eye is no help.
 */
#include "study/slips.h"

#include <stdio.h>
#include <string.h>

enum { MOST_EDITS = 2 };

struct slip {
  const struct bp_noted *noted;
  const struct bp_source *source;
  struct bp_replacement edits[MOST_EDITS];
  size_t count;
  const char *sentence;
  const char *kind;
  bool wide; /* it takes more edits than are told */
};

/* Adds the edit of the bytes [begin, end) of the text, if the note has them as they are there. */
static void replace(struct slip *slip, size_t begin, size_t end, const char *text) {
  const struct bp_written *cut = &slip->noted->cut.text;
  struct bp_span from = bp_written_from(cut, begin, end);
  bool same = from.end - from.begin == end - begin &&
              memcmp(slip->source->text + from.begin, cut->text + begin, end - begin) == 0;
  slip->wide = slip->wide || !same || slip->count == MOST_EDITS;
  if (!slip->wide)
    slip->edits[slip->count++] = (struct bp_replacement){slip->source, from, text, slip->kind};
}

static bool stands_at(const struct bp_written *text, size_t at, const char *what) {
  return bp_text_is_at(text->text, at, text->length, what);
}

/* W^{[1](i)} x^{(i)}: the index of the sample goes. */
static void mend_weights(struct slip *slip) {
  const struct bp_written *text = &slip->noted->cut.text;
  slip->kind = "sample_extra";
  slip->sentence = "all samples share their weights: the index of the sample is one too many";
  for (size_t at = 0; at < text->length; at++) {
    bool apart = at == 0 || (!bp_is_letter(text->text[at - 1]) && text->text[at - 1] != '\\');
    if (!apart || !strchr("Wb", text->text[at]) || !stands_at(text, at + 1, "^{["))
      continue;
    size_t close = bp_text_find(text->text, at, text->length, "]");
    if (close + 4 < text->length && text->text[close + 1] == '(' && text->text[close + 3] == ')' &&
        text->text[close + 4] == '}')
      replace(slip, close + 1, close + 4, "");
  }
}

/* A letter that stands nowhere in the statement; '\0': all do. */
static char free_letter(const struct bp_written *text) {
  static const char letters[] = "jkpqrs";
  for (const char *letter = letters; *letter; letter++)
    if (!memchr(text->text, *letter, text->length))
      return *letter;
  return '\0';
}

/* sum_{i=1}^{m} dZ^{[i]}_{i}: the sum gets a letter of its own, and so does the index below. */
static void mend_letters(struct slip *slip, struct bp_arena *arena) {
  static const char sum[] = "\\sum_{";
  const struct bp_written *text = &slip->noted->cut.text;
  size_t at = bp_text_find(text->text, 0, text->length, sum), letter = at + sizeof sum - 1;
  char own = free_letter(text);
  if (letter + 1 >= text->length || own == '\0' || !strchr("=}", text->text[letter + 1]) ||
      bp_text_find(text->text, letter, text->length, sum) < text->length)
    return;
  const char bound = text->text[letter], below[] = {'_', '{', bound, '}', '\0'};
  const char *other = bp_arena_printf(arena, "%c", own);
  slip->kind = "letter_own";
  slip->sentence = bp_arena_printf(arena, "the sum needs a letter of its own: %c", own);
  if (!other || bp_text_find(text->text, letter, text->length, below) == text->length)
    return;
  replace(slip, letter, letter + 1, other);
  for (at = letter; (at = bp_text_find(text->text, at, text->length, below)) < text->length; at++)
    replace(slip, at + 2, at + 3, other);
}

/* sum_{j=0}^{m} over the m samples begins at 1. */
static void mend_bounds(struct slip *slip) {
  static const char sum[] = "\\sum_{";
  const struct bp_written *text = &slip->noted->cut.text;
  slip->kind = "sum_bound";
  slip->sentence = "the samples are counted from 1";
  for (size_t at = 0; (at = bp_text_find(text->text, at, text->length, sum)) < text->length; at++) {
    size_t letter = at + sizeof sum - 1;
    if (letter + 8 < text->length && stands_at(text, letter + 1, "=0}^{m}"))
      replace(slip, letter + 2, letter + 3, "1");
  }
}

/* The sample, (i), that the first name with one has, raised; an empty span: none has. */
static struct bp_span sample_in(const struct bp_written *text) {
  for (size_t at = 0; at + 4 < text->length; at++)
    if (text->text[at] == '(' && bp_is_letter(text->text[at + 1]) && text->text[at + 2] == ')' &&
        text->text[at + 3] == '}' && at > 0 && strchr("]{", text->text[at - 1]))
      return (struct bp_span){at, at + 3};
  return (struct bp_span){0, 0};
}

/* y beside a^{(i)}: it is that of the sample, too. */
static void mend_targets(struct slip *slip, struct bp_arena *arena) {
  const struct bp_written *text = &slip->noted->cut.text;
  struct bp_span sample = sample_in(text);
  const char *index =
      bp_arena_printf(arena, "%.*s", (int)(sample.end - sample.begin), text->text + sample.begin);
  slip->kind = "sample_missing";
  slip->sentence = "the target is that of the sample: its index is missing";
  if (!index || sample.begin == sample.end)
    return;
  for (size_t at = 0; at < text->length; at++) {
    char before = at > 0 ? text->text[at - 1] : ' ';
    bool name = text->text[at] == 'y' && !bp_is_letter(before) && !strchr("\\{", before) &&
                (at + 1 == text->length || !bp_is_letter(text->text[at + 1]));
    if (!name)
      continue;
    size_t over = at + 1;
    if (stands_at(text, over, "_{"))
      over = bp_group_end(text->text, over + 1, text->length);
    bool turned = stands_at(text, over, "^{T}");
    if (turned)
      replace(slip, over + 2, over + 3, bp_arena_printf(arena, "{%sT}", index));
    else
      replace(slip, at, at + 1, bp_arena_printf(arena, "y^{%s}", index));
  }
}

/* \frac{1}{m dZ A^T: of what stands below only the count of the samples is; where it ends, or 0. */
static size_t end_of_count(const struct bp_written *text, size_t open) {
  static const char frac[] = "\\frac";
  size_t before = open, letter = open + 1;
  while (before > 0 && text->text[before - 1] == ' ')
    before--;
  size_t above = before;
  while (above > 0 && text->text[above - 1] != '{')
    above--;
  bool fraction = before > 0 && text->text[before - 1] == '}' && above >= sizeof frac &&
                  !memcmp(text->text + above - sizeof frac, frac, sizeof frac - 1);
  while (letter < text->length && text->text[letter] == ' ')
    letter++;
  bool count = letter + 1 < text->length && strchr("mnN2", text->text[letter]) &&
               !strchr("_^", text->text[letter + 1]) && !bp_is_letter(text->text[letter + 1]);
  return fraction && count ? letter + 1 : 0;
}

/* dZ^{[2] A: an index in brackets of its own ends with them; where, or 0. */
static size_t end_of_index(const struct bp_written *text, size_t open) {
  size_t over = open + 1;
  if (open == 0 || !strchr("^_", text->text[open - 1]) || over >= text->length ||
      text->text[over] != '[')
    return 0;
  while (over < text->length && text->text[over] != ']')
    over++;
  return over < text->length ? over + 1 : 0;
}

/* Whether the note has \left before the bracket, which then wants its \right. */
static bool has_left(const struct slip *slip, size_t open) {
  static const char left[] = "\\left";
  size_t at = bp_written_from(&slip->noted->cut.text, open, open + 1).begin;
  const char *text = slip->source->text;
  while (at > 0 && text[at - 1] == ' ')
    at--;
  return at >= sizeof left && !memcmp(text + at - (sizeof left - 1), left, sizeof left - 1);
}

/* …): what is closed last and was never opened goes. */
static void mend_close(struct slip *slip, size_t close) {
  const struct bp_written *text = &slip->noted->cut.text;
  for (size_t at = close + 1; at < text->length; at++)
    if (text->text[at] != ' ')
      return;
  slip->kind = "bracket_open";
  slip->sentence = "a bracket is closed that was not opened";
  replace(slip, close, close + 1, "");
}

/* \sigma(w^T x + b: what is opened last and never closed is closed at the end. */
static void mend_bracket(struct slip *slip, struct bp_arena *arena) {
  const struct bp_written *text = &slip->noted->cut.text;
  char open[64];
  size_t depth = 0, begin[64];
  for (size_t at = 0; at < text->length; at++) {
    char sign = text->text[at];
    if (strchr("([{", sign)) {
      if (depth == sizeof open)
        return;
      begin[depth] = at;
      open[depth++] = sign;
    } else if (strchr(")]}", sign) && depth-- == 0) {
      mend_close(slip, at);
      return;
    }
  }
  size_t end = text->length;
  while (end > 0 && text->text[end - 1] == ' ')
    end--;
  if (depth != 1 || end == 0)
    return;
  size_t count = open[0] == '{' ? end_of_count(text, begin[0]) : 0;
  if (open[0] == '{' && count == 0)
    count = end_of_index(text, begin[0]);
  if (count > 0)
    end = count;
  struct bp_span from = bp_written_from(text, end - 1, end);
  slip->kind = "bracket_open";
  slip->sentence = "a bracket is opened and not closed";
  const char *close = open[0] == '(' ? ")" : open[0] == '[' ? "]" : "}";
  bool right = count == 0 && has_left(slip, begin[0]) &&
               !(from.end >= 6 && !memcmp(slip->source->text + from.end - 6, "\\right", 6));
  if (right)
    close = bp_arena_printf(arena, "\\right%s", close);
  if (close)
    slip->edits[slip->count++] =
        (struct bp_replacement){slip->source, {from.end, from.end}, close, slip->kind};
}

/* 1 / 1 + exp(-Z): the parentheses go around all that stands below. */
static void mend_parentheses(struct slip *slip) {
  const char *text = slip->noted->cut.text.text;
  struct bp_span below;
  slip->kind = "parentheses";
  slip->sentence = "the sum belongs below the line: 1/(1 + exp(-z))";
  if (!bp_noted_flat_sigmoid(slip->noted, &below))
    return;
  replace(slip, below.begin, below.begin + 1, "(1");
  replace(slip, below.end - 1, below.end, text[below.end - 1] == ')' ? "))" : "})");
}

/* a^{[l]} = g^{[l]}(a^{[l]}): what stands in the parentheses is the pre-activation. */
static void mend_argument(struct slip *slip) {
  const struct bp_written *text = &slip->noted->cut.text;
  size_t open = text->length;
  while (open > 0 && text->text[open - 1] != '(')
    open--;
  slip->kind = "own_argument";
  slip->sentence = "the activation is taken of what the layer computes before it";
  if (open > 0 && open < text->length)
    replace(slip, open, open + 1, text->text[open] == 'A' ? "Z" : "z");
}

/* g^{[2]}(z^{[z]}): the layer is that which stands before it. */
static void mend_layer(struct slip *slip, struct bp_arena *arena) {
  const struct bp_written *text = &slip->noted->cut.text;
  const char *layer = NULL;
  slip->kind = "layer_letter";
  slip->sentence = "the layer is that of the function, or of the left side";
  for (size_t at = 0; (at = bp_text_find(text->text, at, text->length, "^{[")) < text->length;
       at++) {
    size_t close = bp_text_find(text->text, at, text->length, "]");
    bool letter = at > 0 && close == at + 4 && text->text[at + 3] == text->text[at - 1];
    if (letter && layer)
      replace(slip, at + 3, at + 4, layer);
    else if (!letter && close < text->length)
      layer = bp_arena_strndup(arena, text->text + at + 3, close - at - 3);
  }
}

/* ---- the hint ---------------------------------------------------------------- */

/* The statement with the edits, on one line. */
static bool write_mended(const struct slip *slip, struct bp_arena *arena, struct bp_hint *hint) {
  const struct bp_span statement = slip->noted->cut.span;
  const char *all = "";
  size_t at = statement.begin;
  for (size_t k = 0; k <= slip->count && all; k++) {
    const struct bp_replacement *edit = &slip->edits[k];
    size_t stop = k < slip->count ? edit->span.begin : statement.end;
    char *bytes = bp_arena_strndup(arena, slip->source->text + at, stop - at);
    for (char *byte = bytes; byte && *byte; byte++)
      if (strchr("\n\t\r", *byte))
        *byte = ' ';
    all = bytes ? bp_arena_printf(arena, "%s%s", all, bytes) : NULL;
    if (!all || k == slip->count)
      break;
    hint->marked[k].begin = strlen(all);
    all = bp_arena_printf(arena, "%s%s", all, edit->text);
    hint->marked[k].end = all ? strlen(all) : 0;
    at = edit->span.end;
  }
  hint->mended = all;
  return all != NULL;
}

bool bp_study_mend_slip(const struct bp_noted *noted, const struct bp_source *source,
                        struct bp_arena *arena, struct bp_claim *claim) {
  static const struct {
    const char *word; /* of the sentence that says what is wrong */
    void (*mend)(struct slip *slip);
    void (*mend_with)(struct slip *slip, struct bp_arena *arena);
  } kinds[] = {{"a weight in it", mend_weights, NULL},
               {"the letter over which", NULL, mend_letters},
               {"its sum over the m samples", mend_bounds, NULL},
               {"y has no index", NULL, mend_targets},
               {"a layer is its own argument", mend_argument, NULL},
               {"a layer in it is called", NULL, mend_layer},
               {"it divides by 1", mend_parentheses, NULL},
               {"a bracket in it", NULL, mend_bracket}};
  struct slip slip = {.noted = noted, .source = source};
  for (size_t k = 0; noted->why && k < sizeof kinds / sizeof *kinds; k++) {
    if (strncmp(noted->why, kinds[k].word, strlen(kinds[k].word)) != 0)
      continue;
    if (kinds[k].mend)
      kinds[k].mend(&slip);
    else
      kinds[k].mend_with(&slip, arena);
  }
  if (slip.count == 0 || slip.wide)
    return !bp_arena_failed(arena);
  struct bp_hint *hint = bp_arena_alloc(arena, 1, sizeof *hint);
  struct bp_replacement *edits = bp_arena_alloc(arena, slip.count, sizeof *edits);
  size_t column;
  if (!hint || !edits || bp_arena_failed(arena))
    return false;
  memcpy(edits, slip.edits, slip.count * sizeof *edits);
  hint->sentence = slip.sentence;
  hint->edits = edits;
  hint->edit_count = slip.count;
  bp_locate(source, noted->cut.span.begin, &hint->line, &column);
  claim->hints = hint;
  claim->hint_count = 1;
  return write_mended(&slip, arena, hint);
}
