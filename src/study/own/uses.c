/* A look at the signs to the left and right of a name. */
#include "study/own/uses.h"

#include <string.h>

static size_t behind_blanks(const struct bp_written *text, size_t at, size_t end) {
  return bp_behind_blanks(text->text, at, end);
}

/* Whether "∂" or "\partial " ends right before `at`, and stands above a bar. */
bool bp_own_stands_above(const struct bp_written *text, size_t at) {
  static const char *const marks[] = {"\\frac{\\partial", "\\frac{∂", "\\frac{ \\partial"};
  size_t before = at;
  while (before > 0 && strchr(" {", text->text[before - 1]) && before + 3 > at)
    before--;
  for (size_t k = 0; k < sizeof marks / sizeof *marks; k++) {
    size_t length = strlen(marks[k]);
    if (before >= length && memcmp(text->text + before - length, marks[k], length) == 0)
      return true;
  }
  return false;
}

/* Whether "∂" or "\\partial " ends right before `at`, and stands below a bar. */
bool bp_own_stands_below(const struct bp_written *text, size_t at) {
  static const char *const marks[] = {"\\partial", "∂"};
  while (at > 0 && strchr(" {", text->text[at - 1]))
    at--;
  for (size_t k = 0; k < sizeof marks / sizeof *marks; k++) {
    size_t length = strlen(marks[k]), before = at - (at < length ? at : length);
    if (at < length || memcmp(text->text + before, marks[k], length) != 0)
      continue;
    while (before > 0 && strchr(" {", text->text[before - 1]))
      before--;
    return before > 0 && text->text[before - 1] == '}';
  }
  return false;
}

/* Whether a name at `at` says how many there are: \\sum_{i=1}^{N}, \\mathbb{R}^{N \\times D}, and
 * 1/N in front of a sum. */
bool bp_own_counts(const struct bp_written *text, size_t at, size_t over) {
  const char *all = text->text;
  size_t open = at;
  while (open > 0 && all[open - 1] != '{' && all[open - 1] != '}' && at - open < 24)
    open--;
  if (open < 2 || all[open - 1] != '{')
    return false;
  size_t next = behind_blanks(text, bp_group_end(all, open - 1, text->length), text->length);
  bool below_one = open >= 4 && memcmp(all + open - 4, "{1}{", 4) == 0 && all[over] == '}' &&
                   bp_text_is_at(all, next, text->length, "\\sum");
  if (all[open - 2] != '^')
    return below_one;
  size_t before = open - 2;
  while (before > 0 && all[before - 1] == ' ')
    before--;
  bool set = before > 1 && (memcmp(all + before - 2, "\\R", 2) == 0 ||
                            (before > 2 && memcmp(all + before - 3, "{R}", 3) == 0) ||
                            (before > 1 && memcmp(all + before - 2, " R", 2) == 0));
  if (set || before == 0 || all[before - 1] != '}')
    return set;
  size_t sub = before - 1;
  while (sub > 0 && all[sub] != '{')
    sub--;
  return sub > 4 && (memcmp(all + sub - 4, "sum_", 4) == 0);
}

/* Whether it stands alone below a number: \\frac{2}{N}. */
bool bp_own_divides_number(const struct bp_written *text, size_t at, size_t over) {
  const char *all = text->text;
  return at > 3 && over < text->length && all[over] == '}' && all[at - 1] == '{' &&
         all[at - 2] == '}' && all[at - 3] >= '0' && all[at - 3] <= '9' && all[at - 4] == '{';
}

/* Whether a ⊙ stands beside the name at [at, over). */
bool bp_own_stands_elementwise(const struct bp_written *text, size_t at, size_t over) {
  static const char *const signs[] = {"\\odot", "⊙", "\\circ"};
  size_t next = behind_blanks(text, over, text->length);
  while (at > 0 && text->text[at - 1] == ' ')
    at--;
  for (size_t k = 0; k < sizeof signs / sizeof *signs; k++) {
    size_t length = strlen(signs[k]);
    if (bp_text_is_at(text->text, next, text->length, signs[k]) ||
        (at >= length && memcmp(text->text + at - length, signs[k], length) == 0))
      return true;
  }
  return false;
}
