/* Pictures of formulas as MathML: the Core of it that browsers draw by themselves.
 *
 * Names of several letters are upright and single ones italic, which <mi> does of itself.  A shape
 * stands under its factor in the small type of the page.
 */
#include <string.h>

#include "report/html/html.h"

static void write_picture(struct bp_markup *markup, const struct bp_picture *picture, bool shapes);

static void write_parts(struct bp_markup *markup, const struct bp_picture *picture, bool shapes) {
  for (size_t i = 0; i < picture->count; i++)
    if (picture->part[i])
      write_picture(markup, picture->part[i], shapes);
}

static const char *scripts_element(const struct bp_picture *picture) {
  bool low = picture->part[1], high = picture->part[2];
  if (picture->kind == BP_PICTURE_LIMITS)
    return low && high ? "munderover" : low ? "munder" : "mover";
  return low && high ? "msubsup" : low ? "msub" : "msup";
}

static const char *element_of(const struct bp_picture *picture) {
  switch (picture->kind) {
  case BP_PICTURE_NAME:
    return "mi";
  case BP_PICTURE_NUMBER:
    return "mn";
  case BP_PICTURE_SIGN:
    return "mo";
  case BP_PICTURE_WORDS:
    return "mtext";
  case BP_PICTURE_FRACTION:
    return "mfrac";
  case BP_PICTURE_SCRIPTS:
  case BP_PICTURE_LIMITS:
    return picture->part[1] || picture->part[2] ? scripts_element(picture) : "mrow";
  case BP_PICTURE_ROOT:
    return "msqrt";
  case BP_PICTURE_TABLE:
    return "mtable";
  default:
    return "mrow";
  }
}

static void write_table(struct bp_markup *markup, const struct bp_picture *table, bool shapes) {
  for (size_t r = 0; r < table->rows; r++) {
    bp_element(markup, "mtr");
    for (size_t c = 0; c < table->columns; c++) {
      bp_element(markup, "mtd");
      write_picture(markup, table->part[r * table->columns + c], shapes);
      bp_element_end(markup);
    }
    bp_element_end(markup);
  }
}

static void write_bare(struct bp_markup *markup, const struct bp_picture *picture, bool shapes) {
  bp_element(markup, element_of(picture));
  if (picture->marked)
    bp_attribute(markup, "class", "mark");
  if (picture->kind == BP_PICTURE_SIGN && !strcmp(picture->text, "⊤"))
    bp_attribute(markup, "lspace", "0"); /* it is no operator between two sides */
  if (picture->kind == BP_PICTURE_TABLE)
    write_table(markup, picture, shapes);
  else if (picture->text)
    bp_markup_text(markup, picture->text);
  else
    write_parts(markup, picture, shapes);
  bp_element_end(markup);
}

static void write_picture(struct bp_markup *markup, const struct bp_picture *picture, bool shapes) {
  bool below = shapes && picture->shape;
  if (below)
    bp_element(markup, "munder");
  write_bare(markup, picture, shapes && !below);
  if (!below)
    return;
  bp_markup_element(markup, "mtext", "shape", picture->shape);
  bp_element_end(markup);
}

void bp_page_formula(struct bp_markup *markup, const struct bp_picture *picture, bool shapes) {
  bp_element(markup, "div");
  bp_attribute(markup, "class", "wide");
  bp_attribute(markup, "tabindex", "0");
  bp_element(markup, "math");
  bp_attribute(markup, "displaystyle", "true");
  write_picture(markup, picture, shapes);
  bp_elements_end(markup, 2);
}

/* ---- names that are text ------------------------------------------------- */

static void put(struct bp_markup *markup, const char *element, const char *text, size_t length) {
  struct bp_arena_mark mark = bp_arena_mark(markup->arena);
  bp_markup_element(markup, element, NULL, bp_arena_strndup(markup->arena, text, length));
  bp_arena_release(markup->arena, mark);
}

/* "dW[1]'": letters, one index in brackets, and a transposition; 0 where the text is not such. */
static bool is_name(const char *text, size_t *letters, size_t *index, bool *transposed) {
  static const char alphabet[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  *letters = strspn(text, alphabet);
  const char *rest = text + *letters;
  *index = *rest == '[' ? strcspn(rest, "]") + 1 : 0;
  if (*index > 0 && rest[*index - 1] != ']')
    return false;
  rest += *index;
  *transposed = !strcmp(rest, "'");
  return *letters > 0 && (*index > 0 || *transposed) && (*transposed || *rest == '\0');
}

void bp_page_name(struct bp_markup *markup, const char *text) {
  size_t letters, index;
  bool transposed;
  if (!text || !is_name(text, &letters, &index, &transposed)) {
    bp_markup_text(markup, text);
    return;
  }
  put(markup, "var", text, letters);
  bp_element(markup, "sup");
  bp_markup_format(markup, "%.*s%s", (int)index, text + letters, transposed ? "⊤" : "");
  bp_element_end(markup);
}
