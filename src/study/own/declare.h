/* A scope as declarations. */
#ifndef BP_STUDY_OWN_DECLARE_H
#define BP_STUDY_OWN_DECLARE_H

#include "study/own/scope.h"
#include "study/own/shapes.h"

/* How letters without a stated shape are meant; how a report says it. */
#define BP_OWN_WAYS(X)                                                                             \
  X(COLUMNS, "small letters are columns")                                                          \
  X(ROWS, "small letters are rows")                                                                \
  X(NUMBERS, "all letters are numbers")                                                            \
  X(DATA, "capital letters are columns, small ones numbers")

#define BP_ROW(way, words) BP_OWN_##way,
enum bp_own_way { BP_OWN_WAYS(BP_ROW) BP_OWN_WAY_COUNT };
#undef BP_ROW

/* What is taken for a loss of which only the name is known. */
#define BP_OWN_LOSSES(X)                                                                           \
  X(ANY, "")                                                                                       \
  X(CROSS_ENTROPY, "; the loss is the cross-entropy")                                              \
  X(HALF_SQUARED, "; the loss is half the squared error")

#define BP_ROW(loss, words) BP_OWN_LOSS_##loss,
enum bp_own_loss { BP_OWN_LOSSES(BP_ROW) BP_OWN_LOSS_COUNT };
#undef BP_ROW

struct bp_own_choice {
  enum bp_own_way way;
  enum bp_own_loss loss;
  bool named; /* functions without a formula are what the prose calls them */
};

/* The declarations, as the text of a derivation; NULL where memory is short.  An empty text: the
 * choice makes no difference, or has no meaning here.  Sets what `own` says of names and of
 * definitions that are left out. */
const char *bp_own_prelude(const struct bp_own_scope *scope, struct bp_own_choice choice,
                           const struct bp_vocabulary *vocabulary, struct bp_arena *arena,
                           struct bp_note_own *own);

#endif
