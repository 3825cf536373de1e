/* What is written around the names of a layer, and says only how they lie.
 *
 * [b b … b] is one column beside itself m times, b*ones(1, m), and the brace below it tells how
 * often.  And a derivative of f by a matrix of a layer, where the note has no function f of layers
 * but derivatives of J by the same, is one of J: such notes explain differentials with any f, and
 * go on with its letter.  The text keeps its length, and every byte its place.
 */
#include <string.h>

#include "note/latex/written.h"
#include "note/statement.h"

/* Formulas that are looked at: each bracket asks where it ends. */
enum { LONGEST = 20000 };

static bool has(const struct bp_written *text, const char *what) {
  return bp_text_find(text->text, 0, text->length, what) < text->length;
}

static bool has_layers(const struct bp_written *text) { return has(text, "^{["); }

/* Braces below a formula with what stands below them: how many columns there are. */
static void drop_braces(struct bp_written *text) {
  static const char brace[] = "\\underbrace";
  for (size_t at = bp_text_find(text->text, 0, text->length, brace); at < text->length;
       at = bp_text_find(text->text, at + 1, text->length, brace)) {
    size_t open = at + sizeof brace - 1;
    while (open < text->length && text->text[open] == ' ')
      open++;
    size_t end = bp_group_end(text->text, open, text->length);
    if (end + 1 >= text->length || text->text[end] != '_' || text->text[end + 1] != '{')
      continue;
    size_t behind = bp_group_end(text->text, end + 1, text->length);
    memset(text->text + at, ' ', sizeof brace - 1);
    memset(text->text + end, ' ', behind - end);
  }
}

/* The next member of a list at *at, without the blanks and layout around it; empty: none is left.
 */
static struct bp_span next_member(const struct bp_written *text, size_t *at, size_t end) {
  static const char *const gaps[] = {"\\quad", "\\qquad", "\\,", "\\;", "&", " "};
  for (bool more = true; more;) {
    more = false;
    for (size_t k = 0; k < sizeof gaps / sizeof *gaps; k++)
      if (*at < end && bp_text_find(text->text, *at, end, gaps[k]) == *at) {
        *at += strlen(gaps[k]);
        more = true;
      }
  }
  struct bp_span member = {*at, *at};
  if (*at < end && text->text[*at] == '\\')
    *at = bp_command_end(text->text, *at, end);
  else
    *at += *at < end;
  while (*at < end && strchr("^_", text->text[*at]))
    *at = *at + 1 < end && text->text[*at + 1] == '{' ? bp_group_end(text->text, *at + 1, end)
                                                      : *at + 2;
  member.end = *at < end ? *at : end;
  return member;
}

/* Whether [begin, end) is one member several times with dots between; sets the member. */
static bool repeats(const struct bp_written *text, size_t begin, size_t end,
                    struct bp_span *member) {
  size_t count = 0;
  bool dots = false;
  for (size_t at = begin; at < end;) {
    struct bp_span one = next_member(text, &at, end);
    size_t length = one.end - one.begin;
    if (length == 0)
      break;
    if (bp_text_find(text->text, one.begin, one.end, "dots") < one.end) {
      dots = true;
      continue;
    }
    if (count++ == 0)
      *member = one;
    else if (length != member->end - member->begin ||
             memcmp(text->text + one.begin, text->text + member->begin, length) != 0)
      return false;
  }
  return dots && count >= 2 && bp_is_letter(text->text[member->begin]);
}

/* Writes b*ones(1, m) over the bytes [begin, end), which are at least as many. */
static void write_columns(struct bp_written *text, size_t begin, size_t end,
                          struct bp_span member) {
  static const char ones[] = "*ones(1,m))";
  char name[64];
  size_t length = member.end - member.begin, whole = 1 + length + sizeof ones - 1;
  if (length > sizeof name || end - begin < whole)
    return;
  memcpy(name, text->text + member.begin, length);
  memset(text->text + begin, ' ', end - begin);
  text->text[begin] = '(';
  memcpy(text->text + begin + 1, name, length);
  memcpy(text->text + begin + 1 + length, ones, sizeof ones - 1);
}

/* The matrix that opens at `at`: what stands in it, and its end in *behind; empty where none does.
 */
static struct bp_span matrix_at(const struct bp_written *text, size_t at, size_t *behind) {
  static const char matrix[] = "\\begin{bmatrix}", over[] = "\\end{bmatrix}";
  size_t begin = at, end = at, depth = 1;
  if (bp_text_is_at(text->text, at, text->length, matrix)) {
    begin = at + sizeof matrix - 1;
    end = bp_text_find(text->text, begin, text->length, over);
    *behind = end + sizeof over - 1;
    return end < text->length ? (struct bp_span){begin, end} : (struct bp_span){at, at};
  }
  bool index = at > 1 && text->text[at - 1] == '{' && strchr("^_", text->text[at - 2]);
  if (text->text[at] != '[' || index)
    return (struct bp_span){at, at};
  for (begin = end = at + 1; end < text->length && depth > 0; end++)
    depth += (size_t)(text->text[end] == '[') - (size_t)(text->text[end] == ']');
  *behind = end;
  return depth == 0 ? (struct bp_span){begin, end - 1} : (struct bp_span){at, at};
}

/* Matrices that are one column beside itself. */
static void fold_columns(struct bp_written *text) {
  for (size_t at = 0; at < text->length; at++) {
    size_t behind = at;
    struct bp_span inside = matrix_at(text, at, &behind), member = {0, 0};
    if (inside.begin < inside.end && repeats(text, inside.begin, inside.end, &member))
      write_columns(text, at, behind, member);
  }
}

/* ---- the letter of the loss ------------------------------------------------ */

/* Where the letter stands, from `at` on, that is differentiated by something with a layer;
 * text->length: nowhere. */
static size_t letter_above(const struct bp_written *text, size_t at, char letter) {
  static const char above[] = "\\frac{\\partial ";
  enum { LENGTH = sizeof above - 1 };
  for (at = bp_text_find(text->text, at, text->length, above); at < text->length;
       at = bp_text_find(text->text, at + 1, text->length, above)) {
    size_t open = at + LENGTH + 2;
    if (open >= text->length || text->text[at + LENGTH] != letter || text->text[open - 1] != '}' ||
        text->text[open] != '{')
      continue;
    size_t end = bp_group_end(text->text, open, text->length);
    if (bp_text_find(text->text, open, end, "^{[") < end)
      return at + LENGTH;
  }
  return text->length;
}

/* The letter of the loss where some lines of layers have f in its place; '\0': none does, or f is
 * something else. */
static char loss_for_function(const struct bp_note *note) {
  static const char losses[] = "JLCE";
  char loss = '\0';
  bool function = false;
  for (size_t i = 0; i < note->count; i++) {
    const struct bp_written *text = &note->list[i].cut.text;
    if (!has_layers(text) || note->list[i].code)
      continue;
    if (has(text, "f(") || has(text, "f'") || has(text, "f ^") || has(text, "f^"))
      return '\0';
    function = function || letter_above(text, 0, 'f') < text->length;
    for (size_t k = 0; losses[k] && loss == '\0'; k++)
      if (letter_above(text, 0, losses[k]) < text->length)
        loss = losses[k];
  }
  return function ? loss : '\0';
}

void bp_note_tidy_layers(struct bp_note *note) {
  char loss = loss_for_function(note);
  for (size_t i = 0; i < note->count; i++) {
    struct bp_noted *noted = &note->list[i];
    struct bp_written *text = &noted->cut.text;
    if (!has_layers(text) || noted->code || noted->side_count < 2 || text->length > LONGEST)
      continue;
    drop_braces(text);
    fold_columns(text);
    for (size_t at = letter_above(text, 0, 'f'); loss != '\0' && at < text->length;
         at = letter_above(text, at, 'f'))
      text->text[at] = loss;
    noted->layout = false;
    noted->why = NULL;
    bp_noted_classify(noted);
  }
}
