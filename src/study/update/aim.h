/* What a text says of where its steps lead. */
#ifndef BP_STUDY_UPDATE_AIM_H
#define BP_STUDY_UPDATE_AIM_H

#include "base/diag.h"

struct bp_aim_words {
  bool down; /* it minimises, descends, or has a loss or a cost */
  bool up;   /* it maximises, ascends, or has a reward */
  bool own;  /* it names a method whose steps are no multiples of the gradient: Adam, Newton */
};

struct bp_aim_words bp_aim_words_of(const struct bp_source *source);

/* Whether what is called so is to be small. */
bool bp_is_loss_word(const char *name);

#endif
