/* The words and signs of marks. */
#include "results/classroom.h"

const char *bp_mark_name(enum bp_mark mark) {
  static const char *const names[BP_MARK_COUNT] = {
      [BP_MARK_HOLDS] = "holds",     [BP_MARK_FAILS] = "fails", [BP_MARK_UNDECIDED] = "undecided",
      [BP_MARK_UNREAD] = "not read", [BP_MARK_EMPTY] = "empty", [BP_MARK_MISSING] = "missing"};
  return names[mark];
}

const char *bp_mark_sign(enum bp_mark mark) {
  static const char *const signs[BP_MARK_COUNT] = {
      [BP_MARK_HOLDS] = "✓",  [BP_MARK_FAILS] = "✗", [BP_MARK_UNDECIDED] = "?",
      [BP_MARK_UNREAD] = "!", [BP_MARK_EMPTY] = "0", [BP_MARK_MISSING] = "-"};
  return signs[mark];
}
