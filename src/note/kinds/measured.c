/* Sides that are nothing but figures.
 *
 * Measured numbers are those of one example: ∂L/∂b = -0.0547 says nothing of other weights, so such
 * a side is passed over, and with it what would be compared to random numbers.  (64 \times 20)(20
 * \times 1) is no product of numbers: whoever writes that counts rows and columns.
 */
#include "note/kinds/measured.h"

#include <string.h>

#include "note/latex/written.h"

/* Whether the command at [at, over) is one of these. */
static bool is_among(const char *text, size_t at, size_t over, const char *const *commands) {
  while (*commands && !bp_command_is(text, at, over, *commands))
    commands++;
  return *commands;
}

bool bp_noted_is_measured(const struct bp_noted *noted, struct bp_span side) {
  static const char *const signs[] = {"\\",    "left", "right", "top",  "cdot",
                                      "times", "frac", ",",     "quad", NULL};
  const char *text = noted->cut.text.text;
  bool measured = false;
  for (size_t at = side.begin; at < side.end; at++) {
    bool figure = text[at] >= '0' && text[at] <= '9';
    measured = measured || (figure && at > side.begin && text[at - 1] == '.');
    if (text[at] == '\\') {
      size_t over = bp_command_end(text, at, side.end);
      bool array = bp_command_is(text, at, over, "begin") || bp_command_is(text, at, over, "end");
      if (array)
        over = bp_group_end(text, bp_behind_blanks(text, over, side.end), side.end);
      else if (!is_among(text, at, over, signs))
        return false;
      at = over - 1;
    } else if (bp_text_is_at(text, at, side.end, "^{T}"))
      at += strlen("^{T}") - 1;
    else if (!figure && !strchr(" .,;-+*/&()[]{}^", text[at]))
      return false;
  }
  return measured;
}

/* Whether a side has a figure other than an index: σ(0.14). */
static bool has_figure(const struct bp_noted *noted, struct bp_span side) {
  const char *text = noted->cut.text.text;
  for (size_t at = side.begin; at < side.end; at++)
    if (strchr("_^", text[at]) && at + 1 < side.end && text[at + 1] == '{')
      at = bp_group_end(text, at + 1, side.end) - 1;
    else if (text[at] >= '0' && text[at] <= '9')
      return true;
  return false;
}

void bp_noted_pass_over_measured(struct bp_noted *noted) {
  const char *text = noted->cut.text.text;
  struct bp_span left = bp_noted_trimmed(noted, 0);
  bool slope = bp_text_find(text, left.begin, left.end, "\\frac") < left.end ||
               bp_text_find(text, left.begin, left.end, "\\nabla") < left.end ||
               bp_text_find(text, left.begin, left.end, "\\delta") < left.end;
  for (size_t i = 1; i < noted->side_count && slope && !has_figure(noted, left); i++)
    noted->sides[i].symbolic =
        noted->sides[i].symbolic || bp_noted_is_measured(noted, bp_noted_trimmed(noted, i));
}

/* Behind "(64 \times n)" at `at`; `at`: it does not stand there. */
static size_t behind_shape(const char *text, size_t at, size_t end) {
  static const char times[] = "\\times";
  if (at >= end || text[at] != '(')
    return at;
  size_t close = bp_closing_parenthesis(text, at, end), sign = bp_text_find(text, at, close, times);
  if (close >= end || sign >= close)
    return at;
  for (size_t i = at + 1; i < close; i++) {
    if (i == sign)
      i += sizeof times - 1;
    if (!bp_is_letter(text[i]) && !strchr(" 0123456789_^{}[]+-", text[i]))
      return at;
  }
  return close + 1;
}

static bool is_product_of_shapes(const struct bp_noted *noted, struct bp_span side) {
  static const char *const between[] = {"\\cdot", "\\times", "*", "+"};
  const char *text = noted->cut.text.text;
  size_t at = side.begin, count = 0;
  for (;;) {
    size_t over = behind_shape(text, at, side.end);
    if (over == at)
      return false;
    count++;
    at = bp_behind_blanks(text, over, side.end);
    if (at == side.end)
      return count > 0;
    for (size_t k = 0; k < sizeof between / sizeof *between; k++)
      if (bp_text_is_at(text, at, side.end, between[k])) {
        at = bp_behind_blanks(text, at + strlen(between[k]), side.end);
        break;
      }
  }
}

bool bp_noted_compares_shapes(const struct bp_noted *noted) {
  for (size_t i = 1; i < noted->side_count; i++)
    if (!is_product_of_shapes(noted, bp_noted_trimmed(noted, i)))
      return false;
  return noted->side_count > 1;
}
