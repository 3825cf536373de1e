/* A chain of derivatives that does not link.
 *
 * In ∂J/∂W = ∂J/∂θ ∂z/∂W nothing leads from θ to z: whatever the letters mean and in whatever
 * layout the factors stand, one of them is the wrong one.  Compared are letters without their
 * indices and faces, which people leave out where they are in the way; so only what differs in its
 * letters is told.  Factors may stand from either end.
 */
#include <string.h>

#include "note/latex/written.h"
#include "note/statement.h"

enum { MOST = 6 };

struct derivative {
  char above[24], below[24];  /* the letters of ∂above/∂below */
  struct bp_span over, under; /* both, with their indices and without their ∂ */
};

static bool is_any(const char *text, size_t at, size_t over, const char *const *list) {
  for (; *list; list++)
    if (bp_command_is(text, at, over, *list))
      return true;
  return false;
}

/* The letters in [begin, end) without ∂, indices, arguments and faces; false where there is
 * anything else. */
static bool letters_in(const char *text, size_t begin, size_t end, char letters[24]) {
  static const char *const dropped[] = {
      "partial", "mathbf", "bm",    "boldsymbol", "mathcal", "mathrm", "hat",      "text", "vec",
      "rm",      "bar",    "tilde", "widehat",    "mathsf",  "top",    "intercal", NULL};
  size_t count = 0;
  for (size_t at = begin; at < end;) {
    size_t over = at + 1;
    if (strchr("_^(", text[at])) {
      const char *close = text[at] == '(' ? memchr(text + at, ')', end - at) : NULL;
      over = close ? (size_t)(close - text) + 1 : at + 1;
      if (text[at] != '(' && over < end && text[over] == '{')
        over = bp_group_end(text, over, end);
    } else if (text[at] == '\\') {
      over = bp_command_end(text, at, end);
      if (!is_any(text, at, over, dropped))
        for (size_t i = at; i < over && count + 1 < 24; i++)
          letters[count++] = text[i];
    } else if (bp_is_letter(text[at]) && count + 1 < 24)
      letters[count++] = text[at];
    else if (!strchr(" {}'", text[at]) && !((unsigned char)text[at] & 0x80))
      return false;
    at = over;
  }
  letters[count] = '\0';
  return count > 0;
}

static bool is_partial(const char *text, size_t begin, size_t end) {
  return bp_text_find(text, begin, end, "\\partial") < end ||
         bp_text_find(text, begin, end, "∂") < end;
}

/* What stands behind the ∂ in [begin, end). */
static struct bp_span behind_partial(const char *text, size_t begin, size_t end) {
  static const char *const signs[] = {"\\partial", "∂"};
  for (size_t k = 0; k < sizeof signs / sizeof *signs; k++) {
    size_t at = bp_text_find(text, begin, end, signs[k]);
    if (at < end)
      return (struct bp_span){bp_behind_blanks(text, at + strlen(signs[k]), end), end};
  }
  return (struct bp_span){begin, end};
}

/* The derivative that the fraction at `at` is, "\frac{∂a}{∂b}"; its end, or 0 where it is none. */
static size_t derivative_at(const char *text, size_t at, size_t end, struct derivative *one) {
  static const char frac[] = "\\frac";
  if (end - at < sizeof frac || memcmp(text + at, frac, sizeof frac - 1) != 0)
    return 0;
  size_t above = at + sizeof frac - 1;
  while (above < end && text[above] == ' ')
    above++;
  if (above >= end || text[above] != '{')
    return 0;
  size_t below = bp_group_end(text, above, end);
  while (below < end && text[below] == ' ')
    below++;
  if (below >= end || text[below] != '{')
    return 0;
  size_t over = bp_group_end(text, below, end);
  bool partial = is_partial(text, above, below) && is_partial(text, below, over);
  one->over = behind_partial(text, above + 1, bp_group_end(text, above, end) - 1);
  one->under = behind_partial(text, below + 1, over - 1);
  return partial && letters_in(text, above + 1, below - 1, one->above) &&
                 letters_in(text, below + 1, over - 1, one->below)
             ? over
             : 0;
}

/* The derivatives that a side is a product of, and nothing else; their count, or 0. */
static size_t product_of(const char *text, size_t begin, size_t end, struct derivative list[MOST]) {
  size_t count = 0;
  for (size_t at = begin; at < end;) {
    if (strchr(" *", text[at])) {
      at++;
      continue;
    }
    if (bp_text_is_at(text, at, end, "\\cdot")) {
      at += strlen("\\cdot");
      continue;
    }
    size_t over = count < MOST ? derivative_at(text, at, end, &list[count]) : 0;
    if (over == 0)
      return 0;
    count++;
    at = over;
  }
  return count;
}

/* Whether each factor goes on where the one before it, or behind it, stops. */
static bool links(const struct derivative *list, size_t count, bool forwards) {
  for (size_t i = 0; i + 1 < count; i++) {
    const struct derivative *one = &list[i], *next = &list[i + 1];
    if (strcmp(forwards ? one->below : next->below, forwards ? next->above : one->above) != 0)
      return false;
  }
  return true;
}

bool bp_noted_is_chain(const struct bp_noted *noted, size_t side) {
  struct derivative list[MOST];
  return product_of(noted->cut.text.text, noted->sides[side].begin, noted->sides[side].end, list) >
         0;
}

bool bp_noted_chain_ends(const struct bp_noted *noted, size_t side, struct bp_chain_ends *ends) {
  struct derivative list[MOST];
  const char *text = noted->cut.text.text;
  size_t end = noted->sides[side].end, at = bp_behind_blanks(text, noted->sides[side].begin, end);
  ends->negative = at < end && text[at] == '-';
  size_t count = product_of(text, at + ends->negative, end, list);
  bool forwards = count > 0 && links(list, count, true);
  if (!forwards && (count == 0 || !links(list, count, false)))
    return false;
  ends->of = list[forwards ? 0 : count - 1].over;
  ends->by = list[forwards ? count - 1 : 0].under;
  return true;
}

bool bp_noted_breaks_chain(const struct bp_noted *noted) {
  const char *text = noted->cut.text.text;
  struct derivative whole[MOST], list[MOST];
  if (noted->side_count < 2 || noted->cut.continues ||
      product_of(text, noted->sides[0].begin, noted->sides[0].end, whole) != 1)
    return false;
  for (size_t k = 1; k < noted->side_count; k++) {
    size_t count = product_of(text, noted->sides[k].begin, noted->sides[k].end, list);
    if (count < 2)
      continue;
    const struct derivative *first = &list[0], *last = &list[count - 1];
    bool forwards = !strcmp(first->above, whole->above) && !strcmp(last->below, whole->below);
    bool backwards = !strcmp(last->above, whole->above) && !strcmp(first->below, whole->below);
    if ((forwards || backwards) && !links(list, count, true) && !links(list, count, false))
      return true;
  }
  return false;
}
