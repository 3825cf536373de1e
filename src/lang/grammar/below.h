/* What stands below the sign of a sum; nothing outside this folder includes it.
 *
 * Lists and nodes live in the pool of the parser.
 */
#ifndef BP_LANG_GRAMMAR_BELOW_H
#define BP_LANG_GRAMMAR_BELOW_H

#include "lang/parser.h"

/* A letter of a sum as it is read: a bound that nobody wrote is NULL. */
struct bp_summed {
  const char *name;
  struct bp_expression *from, *to;
  struct bp_expression *excluded; /* of j≠i; or with `pair` the other letter of i<j */
  bool pair;                      /* two letters: which of them run is settled later */
  enum bp_relation relation;      /* of a pair; BP_EQUAL for ≠ */
};

struct bp_condition {
  struct bp_expression *test; /* COMPARE */
  bool differ;                /* terms count where it is not true */
};

struct bp_below {
  struct bp_list list;       /* struct bp_summed */
  struct bp_list conditions; /* struct bp_condition */
  struct bp_list elements;   /* of a set that is listed, struct bp_expression * */
};

/* part = letter | letter range | letter "in" set | comparison | chain, into `below`.  False with an
 * error recorded. */
bool bp_parse_below_part(struct bp_parser *parser, struct bp_below *below);

/* The term, or where a condition is not true what leaves the sum or product as it is. */
struct bp_expression *bp_below_choose(struct bp_parser *parser, const struct bp_below *below,
                                      enum bp_join join, struct bp_expression *body);

/* The bound that a relation to the item sets: *to for < and ≤, *from for > and ≥. */
bool bp_letter_bound(struct bp_parser *parser, struct bp_expression *item,
                     enum bp_relation relation, struct bp_expression **from,
                     struct bp_expression **to);

#endif
