/* Numbers with a decimal point, whatever the locale of the program that calls.
 *
 * The locale is changed for the calling thread only, and whoever changes it changes it back before
 * other people's code runs.
 */
#ifndef BP_BASE_NEUTRAL_H
#define BP_BASE_NEUTRAL_H

#include <locale.h>
#include <stdbool.h>

struct bp_neutral {
  locale_t neutral, before; /* (locale_t)0: nothing was changed, for want of memory */
};

static inline struct bp_neutral bp_neutral_begin(void) {
  struct bp_neutral change = {newlocale(LC_ALL_MASK, "C", (locale_t)0), (locale_t)0};
  if (change.neutral != (locale_t)0)
    change.before = uselocale(change.neutral);
  return change;
}

static inline void bp_neutral_end(struct bp_neutral change) {
  if (change.neutral == (locale_t)0)
    return;
  uselocale(change.before);
  freelocale(change.neutral);
}

#endif
