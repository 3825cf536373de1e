/* Derivatives by a row, \frac{\partial y}{\partial x^T}, and of one, \frac{\partial y^T}{\partial
 * x}.
 *
 * The raised T is no operation there: it says how the derivative is laid out, as a row for each
 * entry of y in the first and as a column for each in the second, whatever the rest of the note
 * does.  So it is left out of such a line, which gets that layout as if its text stated it.  The
 * same sign behind vec(W) only says what the derivative of two such columns always is.
 */
#include "note/statement.h"

#include <string.h>

#include "note/latex/written.h"

/* The transpose right before `end`, behind a name or a parenthesis that ends there; `end`: none. */
static size_t transpose_at(const char *text, size_t begin, size_t end) {
  static const char *const signs[] = {"^{T}", "^{\\top}", "^{\\top }", "^{\\mathrm{T}}", "^\\top"};
  while (end > begin && strchr(" }", text[end - 1]) && text[end - 1] == ' ')
    end--;
  for (size_t k = 0; k < sizeof signs / sizeof *signs; k++) {
    size_t length = strlen(signs[k]);
    if (end - begin > length && memcmp(text + end - length, signs[k], length) == 0)
      return end - length;
  }
  return end;
}

/* Whether what is differentiated, or by which, is a column: a small letter, in whatever face. */
static bool is_column(const char *text, size_t begin, size_t end) {
  static const char *const faces[] = {"\\mathbf", "\\boldsymbol", "\\bm", "\\vec"};
  size_t at = bp_behind_blanks(text, begin, end);
  for (size_t k = 0; k < sizeof faces / sizeof *faces; k++)
    if (bp_text_is_at(text, at, end, faces[k]))
      at += strlen(faces[k]);
  while (at < end && strchr(" {", text[at]))
    at++;
  size_t letter = at;
  while (at < end && strchr(" }", text[at + 1]))
    at++;
  return letter < end && text[letter] >= 'a' && text[letter] <= 'z' && at + 1 >= end;
}

/* Whether it is vec(...), whatever it is set in. */
static bool is_vec(const char *text, size_t begin, size_t end) {
  size_t at = bp_text_find(text, begin, end, "vec");
  return at < end && (at == begin || !bp_is_letter(text[at - 1])) &&
         bp_text_find(text, begin, at, "(") == at && bp_text_find(text, at, end, "(") < end;
}

struct turned {
  size_t sign, length; /* of the raised T; 0: there is none */
  bool vec;            /* it stands behind vec(...) */
};

/* The raised T of a part of a fraction, whose brace opens at `open` and is closed before `over`. */
static struct turned turned_in(const char *text, size_t open, size_t over) {
  static const char partial[] = "\\partial";
  size_t begin = bp_behind_blanks(text, open + 1, over - 1);
  struct turned turned = {0, 0, false};
  if (!bp_text_is_at(text, begin, over - 1, partial))
    return turned;
  begin += sizeof partial - 1;
  size_t sign = transpose_at(text, begin, over - 1);
  size_t end = over - 1;
  while (end > sign && text[end - 1] == ' ')
    end--;
  turned.vec = is_vec(text, begin, sign);
  if (sign < end && (turned.vec || is_column(text, begin, sign)))
    turned = (struct turned){sign, end - sign, turned.vec};
  return turned;
}

static void leave_out(struct bp_written *text, const struct turned *turned) {
  memset(text->text + turned->sign, ' ', turned->length);
}

/* What the derivatives of a line say: how many are by a row, of a row, and by a column as it is. */
struct count {
  size_t by, of, plain;
};

/* Counts the derivatives, and leaves out their transposes where `change`. */
static struct count walk(struct bp_written *text, bool change) {
  static const char frac[] = "\\frac{";
  struct count count = {0, 0, 0};
  for (size_t at = bp_text_find(text->text, 0, text->length, frac); at < text->length;
       at = bp_text_find(text->text, at + 1, text->length, frac)) {
    size_t open = at + sizeof frac - 2, middle = bp_group_end(text->text, open, text->length);
    if (middle >= text->length || text->text[middle] != '{')
      continue;
    size_t over = bp_group_end(text->text, middle, text->length);
    struct turned above = turned_in(text->text, open, middle),
                  below = turned_in(text->text, middle, over);
    above.length =
        above.vec ? 0 : above.length; /* vec(Y)^T by vec(X) is no layout of the language */
    bool derivative = bp_text_find(text->text, middle, over, "\\partial") < over;
    count.by += below.length > 0 && !below.vec;
    count.of += above.length > 0;
    count.plain += derivative && below.length == 0;
    if (change && below.length > 0)
      leave_out(text, &below);
    if (change && above.length > 0)
      leave_out(text, &above);
  }
  return count;
}

/* Where a line has both, ∂y^T/∂x beside ∂L/∂x^T, it is left as it is: no layout has the two. */
static void tidy(struct bp_noted *noted) {
  struct count count = walk(&noted->cut.text, false);
  if (count.by > 0 && count.of > 0)
    return;
  walk(&noted->cut.text, true);
  if (count.by > 0)
    noted->stated = count.plain > 0 ? BP_STATED_JACOBIANS : BP_STATED_ROWS;
  else if (count.of > 0)
    noted->stated = BP_STATED_COLUMNS;
}

void bp_note_take_turned(struct bp_note *note) {
  for (size_t i = 0; i < note->count; i++)
    if (!note->list[i].program && !note->list[i].code)
      tidy(&note->list[i]);
}
