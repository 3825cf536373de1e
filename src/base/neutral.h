/* What a computation rests on, whatever the program that calls has set: numbers with a decimal
 * point, and rounding to nearest, for which every bound on rounding is made and digits are read and
 * written; what overflows or has no value is that, and no trap ends the process.
 *
 * Both are changed for the calling thread only, and for threads that it starts, and whoever changes
 * them changes them back before other people's code runs.
 */
#ifndef BP_BASE_NEUTRAL_H
#define BP_BASE_NEUTRAL_H

#include <fenv.h>
#include <locale.h>
#include <stdbool.h>

struct bp_neutral {
  locale_t neutral, before; /* (locale_t)0: nothing was changed, for want of memory */
  fenv_t floating;          /* theirs, with its flags */
  bool inside;
};

static inline void bp_neutral_resume(struct bp_neutral *change) {
  if (!change->inside)
    return;
  if (change->neutral != (locale_t)0)
    change->before = uselocale(change->neutral);
  feholdexcept(&change->floating); /* which also switches traps off */
  fesetround(FE_TONEAREST);
}

/* Other people's code follows, until bp_neutral_resume. */
static inline void bp_neutral_pause(const struct bp_neutral *change) {
  if (!change->inside)
    return;
  if (change->neutral != (locale_t)0)
    uselocale(change->before);
  fesetenv(&change->floating);
}

static inline struct bp_neutral bp_neutral_begin(void) {
  struct bp_neutral change = {.neutral = newlocale(LC_ALL_MASK, "C", (locale_t)0), .inside = true};
  bp_neutral_resume(&change);
  return change;
}

static inline void bp_neutral_end(struct bp_neutral *change) {
  bp_neutral_pause(change);
  if (change->inside && change->neutral != (locale_t)0)
    freelocale(change->neutral);
  *change = (struct bp_neutral){.inside = false};
}

#endif
