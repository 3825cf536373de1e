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
  static const char *const signs[] = {"\\",   "left",  "right", "top", "cdot", "odot", "times",
                                      "frac", ",",     "quad",  "exp", "ln",   "log",  "tanh",
                                      "sqrt", "sigma", " ",     "big", "bigl", "bigr", NULL};
  const char *text = noted->cut.text.text;
  bool measured = false, several = false;
  for (size_t at = side.begin; at < side.end; at++) {
    bool figure = text[at] >= '0' && text[at] <= '9';
    measured = measured || (figure && at > side.begin && text[at - 1] == '.');
    several = several || (text[at] == ',' && at > side.begin && text[side.begin] == '(');
    if (text[at] == '\\') {
      size_t over = bp_command_end(text, at, side.end);
      bool array = bp_command_is(text, at, over, "begin") || bp_command_is(text, at, over, "end");
      if (array)
        over = bp_group_end(text, bp_behind_blanks(text, over, side.end), side.end);
      else if (!is_among(text, at, over, signs))
        return false;
      at = over - 1;
    } else if (bp_text_is_at(text, at, side.end, "e^"))
      continue;
    else if (bp_text_is_at(text, at, side.end, "^{T}"))
      at += strlen("^{T}") - 1;
    else if (!figure && !strchr(" .,;-+*/&()[]{}^", text[at]))
      return false;
  }
  return measured || (several && noted->side_count > 2);
}

/* Whether a side has letters other than those of commands, which are no call with figures, σ(0.14):
 * it has a value only where these have one. */
static bool has_letters(const struct bp_noted *noted, struct bp_span side) {
  const char *text = noted->cut.text.text;
  bool letters = false;
  for (size_t at = side.begin; at < side.end; at++) {
    size_t over = text[at] == '\\' ? bp_command_end(text, at, side.end) : at;
    static const char *const greek[] = {"delta", "Delta", "theta", "Theta", "nabla", "partial",
                                        "mu",    "beta",  "alpha", "gamma", NULL};
    letters = letters || bp_is_letter(text[at]) || (over > at && is_among(text, at, over, greek));
    if (text[at] == '(') {
      size_t close = bp_closing_parenthesis(text, at, side.end), inner = at + 1;
      while (inner < close && strchr(" 0123456789.-", text[inner]))
        inner++;
      if (inner == close)
        return false;
    }
    at = over > at ? over - 1 : at;
  }
  return letters;
}

void bp_noted_pass_over_measured(struct bp_noted *noted) {
  bool open = has_letters(noted, bp_noted_trimmed(noted, 0));
  for (size_t i = 1; i < noted->side_count && open; i++)
    noted->sides[i].measured = bp_noted_is_measured(noted, bp_noted_trimmed(noted, i));
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
