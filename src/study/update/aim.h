/* What a text says of where its steps lead. */
#ifndef BP_STUDY_UPDATE_AIM_H
#define BP_STUDY_UPDATE_AIM_H

#include <stddef.h>

#include "base/diag.h"

struct bp_aim_words {
  bool down; /* it minimises, descends, or has a loss or a cost */
  bool up;   /* it maximises, ascends, or has a reward */
  bool own;  /* it names a method whose steps are no multiples of the gradient: Adam, Newton */
};

struct bp_aim_words bp_aim_words_of(const struct bp_source *source);

/* Whether one of the words, in small letters, begins a word of the text; one of a language without
 * blanks, anywhere. */
bool bp_aim_has_any(const struct bp_source *source, const char *const *words, size_t count);

/* Whether what is called so is to be small. */
bool bp_is_loss_word(const char *name);

#endif
