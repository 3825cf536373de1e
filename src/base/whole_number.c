/* A whole number from a text, by rules of our own: digits and nothing else, because the C library
 * would also take blanks, hexadecimal, and a minus sign that wraps around.  A number that is below
 * 0 or has no room in a size_t is a number all the same, so the message calls it too small or too
 * large.
 */
#include "base/whole_number.h"

#include <stdio.h>
#include <string.h>

static bool is_digits(const char *text) {
  return *text != '\0' && text[strspn(text, "0123456789")] == '\0';
}

/* False where it does not fit. */
static bool value_of(const char *digits, size_t *value) {
  *value = 0;
  for (; *digits; digits++)
    if (__builtin_mul_overflow(*value, 10, value) ||
        __builtin_add_overflow(*value, (size_t)(*digits - '0'), value))
      return false;
  return true;
}

bool bp_whole_number_read(const char *what, const char *text, size_t least, size_t most,
                          struct bp_diagnostics *diagnostics, size_t *value) {
  const struct bp_span nowhere = {0, 0};
  bool negative = *text == '-' && is_digits(text + 1);
  char range[96];
  snprintf(range, sizeof range, "a whole number from %zu to %zu", least, most);
  if (!negative && !is_digits(text)) {
    bp_error(diagnostics, NULL, nowhere, range, "%s \"%.40s\": that is not a whole number", what,
             text);
    return false;
  }
  bool fits = !negative && value_of(text, value);
  if (fits && *value >= least && *value <= most)
    return true;
  bool small = negative || (fits && *value < least);
  bp_error(diagnostics, NULL, nowhere, range, "%s %.40s: that number is too %s", what, text,
           small ? "small" : "large");
  return false;
}
