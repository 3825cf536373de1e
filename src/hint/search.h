/* The search for edits of one formula.
 *
 * Hints live in `arena`, whatever else comes up on the way in `trees`, which whoever starts a
 * search releases after it.
 */
#ifndef BP_HINT_SEARCH_H
#define BP_HINT_SEARCH_H

#include "hint/bench.h"
#include "hint/edit/edit.h"
#include "hint/gap/fill.h"
#include "hint/loose.h"

struct bp_filler;

enum {
  BP_MOST_FOUND = 8,
  BP_SINGLE_TRIES = 50000, /* work for all single edits of a formula */
};

struct bp_found {
  struct bp_hint hint;
  bool noted;           /* it fits only because the file fixes sizes */
  size_t change, bytes; /* how much is changed */
  uint64_t digest;      /* of the formula */
};

struct bp_search {
  struct bp_bench *bench;
  struct bp_arena *arena, *trees;
  const struct bp_model_claim *claim;
  const struct bp_expression *other, *formula; /* the side that stays, and the one that is edited */
  bool formula_left;
  struct bp_readings allowed; /* in edits of `allowed_in` */
  const struct bp_expression *allowed_in;
  struct bp_supply supply;
  size_t members;              /* of the claim as it stands */
  size_t limit;                /* of bench->spent */
  const struct bp_edit *first; /* of a pair */
  bool fitting;                /* first edits are those after which shapes fit, or the others */
  bool unordered;              /* what is farther may be followed by what is nearer */
  struct bp_filler *filler;    /* of the second edits of pairs, or NULL */
  bool repeated;               /* a small slip away from the other side itself */
  bool indices;                /* only edits of indices: the side is what is asked for */
  bool ordered;                /* second edits are not of an earlier kind than the first */
  unsigned nearest, farthest;  /* distances of the second edits, or of single ones */
  unsigned distance;           /* of what was found */
  struct bp_found found[BP_MOST_FOUND];
  size_t count;
};

/* ---- trivial.c ---- */

/* A name, a number or a derivative, an element of one or a multiple: m * ∂J/∂Z. */
bool bp_search_is_meaning(const struct bp_search *search, const struct bp_expression *side);

/* Whether something given is on the way to the formula, and not to what it equals: it can only be
 * there to cancel. */
bool bp_search_strays(const struct bp_search *search, const struct bp_expression *formula);

/* Whether the formula says no more than what it is compared with. */
bool bp_search_trivial(const struct bp_search *search, const struct bp_expression *formula);

/* Whether a part that was not there is always 1 or 0, whatever is drawn. */
bool bp_search_has_constant(struct bp_search *search, const struct bp_expression *formula);

/* The formula that is searched, as a question for what is missing in it. */
struct bp_gap_question bp_search_gap(struct bp_search *search);

/* ---- weigh.c ---- */

/* How many nodes a formula has. */
size_t bp_search_size(const struct bp_expression *node);

/* Sets how much of a change it is: what is put in is a worse guess than what is taken away, and
 * among equals what changes fewer bytes comes first. */
void bp_search_weigh(const struct bp_search *search, const struct bp_edit *edit,
                     struct bp_found *found);

/* ---- search.c ---- */

/* Whether looking further makes sense: nothing nearer was found, and there is time. */
bool bp_search_goes_on(const struct bp_search *search, unsigned distance);

/* Keeps the edited formula, which holds. */
void bp_search_keep(struct bp_search *search, const struct bp_edit *edit, bool noted);

/* Makes hints of what was found, for a change in that line of the file. */
void bp_search_offer(struct bp_search *search, size_t line, struct bp_claim *claim);

/* Searches the failing link of a claim: `left` and `right` are its sides.  `milliseconds` are for
 * pairs of edits, about. */
void bp_search_claim(struct bp_search *search, const struct bp_expression *left,
                     const struct bp_expression *right, struct bp_claim *claim,
                     size_t milliseconds);

#endif
