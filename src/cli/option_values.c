/* The values of options.  Numbers are read by strict rules of our own wherever the C library is
 * generous: no hexadecimal, no blanks, no minus sign that wraps around, nothing left over. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/whole_number.h"
#include "cli/cli.h"
#include "cli/options.h"

size_t bp_option_count(const char *option, const char *text, size_t least, size_t most) {
  struct bp_arena *arena = bp_arena_new(0);
  struct bp_diagnostics diagnostics;
  size_t value;
  if (!arena)
    bp_die_no_memory();
  bp_diagnostics_init(&diagnostics, arena);
  if (!bp_whole_number_read(option, text, least, most, &diagnostics, &value))
    bp_die_diagnostics(&diagnostics);
  bp_arena_free(arena);
  return value;
}

/* A plain decimal number takes up the whole text. */
static bool is_decimal(const char *text) {
  if (*text == '-' || *text == '+')
    text++;
  size_t whole = strspn(text, "0123456789");
  text += whole;
  size_t fraction = 0;
  if (*text == '.') {
    fraction = strspn(text + 1, "0123456789");
    text += 1 + fraction;
  }
  if (whole + fraction == 0)
    return false;
  if (*text == 'e' || *text == 'E') {
    text++;
    if (*text == '-' || *text == '+')
      text++;
    if (!isdigit((unsigned char)*text))
      return false;
    text += strspn(text, "0123456789");
  }
  return *text == '\0';
}

double bp_option_number(const char *option, const char *text, double least, double most) {
  char range[96];
  snprintf(range, sizeof range, "a number from %g to %g, such as 0.1 or 1e-3", least, most);
  if (!is_decimal(text))
    bp_die(range, "%s \"%.40s\": that is not a number", option, text);
  double value = strtod(text, NULL); /* the locale is never set, so the point is a point */
  if (!(value >= least && value <= most))
    bp_die(range, "%s %.40s: that number is out of range", option, text);
  return value;
}

size_t bp_option_size(const char *option, const char *text) {
  static const char units[] = "KMGT";
  static const char example[] = "a size such as 500M or 4G";
  size_t digits = strspn(text, "0123456789"), value = 0;
  bool fits = true;
  for (size_t i = 0; i < digits; i++)
    fits = fits && !__builtin_mul_overflow(value, 10, &value) &&
           !__builtin_add_overflow(value, (size_t)(text[i] - '0'), &value);
  const char *unit = text + digits;
  size_t factor = 1;
  if (*unit) {
    const char *found = strchr(units, toupper((unsigned char)*unit));
    if (!found || (unit[1] != '\0' && strcmp(unit + 1, "B") != 0 && strcmp(unit + 1, "iB") != 0))
      digits = 0;
    else
      factor = (size_t)1 << (10 * (found - units + 1));
  }
  if (digits == 0)
    bp_die(example, "%s \"%.40s\": that is not a size of memory", option, text);
  if (!fits || __builtin_mul_overflow(value, factor, &value) || value == 0)
    bp_die(example, "%s %.40s: that size is out of range", option, text);
  return value;
}

size_t bp_option_word(const char *option, const char *text, const char *const *words,
                      size_t count) {
  char list[256] = "";
  for (size_t i = 0; i < count; i++) {
    if (strcmp(words[i], text) == 0)
      return i;
    size_t used = strlen(list);
    snprintf(list + used, sizeof list - used, "%s%s",
             i == 0          ? ""
             : i + 1 < count ? ", "
                             : " or ",
             words[i]);
  }
  const char *nearest = bp_nearest_name(text, strlen(text), words, count);
  bp_die(nearest, "%s \"%.40s\": expected %s", option, text, list);
}
