/* "Did you mean": the edit distance between what was written and each candidate, where exchanging
 * two neighbours is one mistake like a letter too many, missing or wrong, and the wrong case is
 * half a mistake.  Distances are kept in half mistakes, so they are integers.  Only names of up to
 * LONGEST_NAME letters take part, which bounds the time whatever the input is.
 */
#include <string.h>
#include <utf8proc.h>

#include "base/diag.h"

enum {
  LONGEST_NAME = 64, /* code points */
  HALF_MISTAKE = 1,
  MISTAKE = 2,
  TOO_FAR = 1000000
};

struct name {
  int length;
  utf8proc_int32_t letter[LONGEST_NAME];
  utf8proc_int32_t lower[LONGEST_NAME];
};

/* Splits UTF-8 into letters; a byte that is not UTF-8 is a letter of its own.  False: too long. */
static bool decode(const char *text, size_t length, struct name *name) {
  const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)text;
  name->length = 0;
  while (length > 0) {
    if (name->length == LONGEST_NAME)
      return false;
    utf8proc_int32_t letter;
    utf8proc_ssize_t used =
        utf8proc_iterate(bytes, length < 4 ? (utf8proc_ssize_t)length : 4, &letter);
    if (used <= 0) {
      letter = -1 - (utf8proc_int32_t)*bytes; /* equal to no code point */
      used = 1;
    }
    name->letter[name->length] = letter;
    name->lower[name->length++] = letter < 0 ? letter : utf8proc_tolower(letter);
    bytes += used;
    length -= (size_t)used;
  }
  return true;
}

static int smaller(int a, int b) { return a < b ? a : b; }

/* Cost of writing letter i of `a` where letter j of `b` was meant. */
static int exchange_cost(const struct name *a, int i, const struct name *b, int j, int case_cost) {
  if (a->letter[i] == b->letter[j])
    return 0;
  return a->lower[i] == b->lower[j] ? case_cost : MISTAKE;
}

/* row[i % 3][j] is the distance between the first i letters of `a` and the first j of `b`; an
 * exchange of neighbours looks back two rows, so three are kept. */
static int distance(const struct name *a, const struct name *b, int case_cost) {
  int row[3][LONGEST_NAME + 1];
  for (int j = 0; j <= b->length; j++)
    row[0][j] = j * MISTAKE;
  for (int i = 1; i <= a->length; i++) {
    int *now = row[i % 3], *before = row[(i + 2) % 3], *two_before = row[(i + 1) % 3];
    now[0] = i * MISTAKE;
    for (int j = 1; j <= b->length; j++) {
      int best = before[j - 1] + exchange_cost(a, i - 1, b, j - 1, case_cost);
      best = smaller(best, smaller(before[j], now[j - 1]) + MISTAKE);
      if (i > 1 && j > 1 && a->lower[i - 1] == b->lower[j - 2] &&
          a->lower[i - 2] == b->lower[j - 1])
        best = smaller(best, two_before[j - 2] + MISTAKE);
      now[j] = best;
    }
  }
  return row[a->length % 3][b->length];
}

/* Near enough to be meant: a third of the letters may be wrong, one always, but not all of them
 * (every one-letter name is one mistake from every other).  Capitals are no obstacle here. */
static bool near_enough(const struct name *written, const struct name *candidate) {
  int longer = written->length > candidate->length ? written->length : candidate->length;
  int allowed = longer / 3 > 1 ? longer / 3 : 1;
  int cost = distance(written, candidate, 0);
  return cost <= allowed * MISTAKE && cost < smaller(written->length, candidate->length) * MISTAKE;
}

const char *bp_nearest_name(const char *written, size_t length, const char *const *candidates,
                            size_t count) {
  struct name given, candidate;
  const char *nearest = NULL;
  int least = TOO_FAR;
  if (!decode(written, length, &given))
    return NULL;
  for (size_t k = 0; k < count; k++) {
    if (!decode(candidates[k], strlen(candidates[k]), &candidate))
      continue;
    int cost = distance(&given, &candidate, HALF_MISTAKE);
    if (cost >= least || !near_enough(&given, &candidate))
      continue;
    least = cost;
    nearest = candidates[k];
  }
  return nearest;
}
