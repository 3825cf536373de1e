/* Small edits of a formula: what a student may have meant.
 *
 * Each kind is one row: its stable name, how far it is from what was written (a pair of edits is as
 * far as both together), and the mistake that it mends, in the words of a course.  An edit replaces
 * one sub-expression; the original is never changed.  An edit lives as long as the call that is
 * told of it: what is wanted longer is printed there.
 */
#ifndef BP_HINT_EDIT_EDIT_H
#define BP_HINT_EDIT_EDIT_H

#include "hint/edit/supply.h"

/* name, distance, sentence (%s: what belongs there, or what is too much); the function that
 * proposes it is bp_propose_NAME */
#define BP_EDITS(X)                                                                                \
  X(transpose_missing, 1, "the transpose is missing")                                              \
  X(transpose_extra, 1, "the transpose is one too many")                                           \
  X(factors_swapped, 1, "the factors stand in the wrong order")                                    \
  X(product_turned, 1, "the transpose of this product belongs here: %s")                           \
  X(elementwise_missing, 1, "⊙ belongs here: element by element, no matrix product")               \
  X(elementwise_extra, 1, "* belongs here: a matrix product, not element by element")              \
  X(point_missing, 1, "element by element, so with a point: ./ or .^")                             \
  X(kronecker_missing, 1, "⊗ belongs here: the Kronecker product")                                 \
  X(kronecker_extra, 1, "* belongs here, not the Kronecker product")                               \
  X(sign_of_term, 1, "the sign of this term is wrong")                                             \
  X(difference_turned, 1, "the difference is the wrong way round")                                 \
  X(sign, 1, "the sign is wrong")                                                                  \
  X(slope_missing, 1, "the derivative belongs here, not the function itself")                      \
  X(slope_extra, 1, "the function itself belongs here, not its derivative")                        \
  X(slope_point, 1, "the derivative is taken at the wrong place: it belongs at %s")                \
  X(layer, 1, "this belongs to a neighbouring layer or step: %s")                                  \
  X(indices_exchanged, 1, "the indices are exchanged")                                             \
  X(index_shifted, 1, "an index is off by one")                                                    \
  X(index_other, 1, "this is the wrong index: it should be %s")                                    \
  X(sum_axis, 1, "another sum belongs here: %s")                                                   \
  X(sum_missing, 1, "a sum is missing here")                                                       \
  X(sum_extra, 1, "this sum is one too many")                                                      \
  X(sum_bound, 1, "the sum begins or ends at the wrong place")                                     \
  X(factor_extra, 1, "the factor %s is one too many")                                              \
  X(factor_two, 1, "a factor 2 is missing")                                                        \
  X(factor_half, 1, "a factor 1/2 is missing")                                                     \
  X(factor_size, 1, "a factor %s is missing")                                                      \
  X(factor_size_inverse, 1, "a factor 1/%s is missing")                                            \
  X(square_missing, 1, "a square is missing")                                                      \
  X(square_extra, 1, "the power is one too many")                                                  \
  X(power_missing, 2, "a power is missing: %s")                                                    \
  X(reciprocal, 1, "a reciprocal is missing: it belongs below the fraction line")                  \
  X(number, 1, "this number is off: it should be %s")                                              \
  X(grouping, 1, "parentheses are missing or stand in the wrong place")                            \
  X(term_extra, 1, "the term %s is one too many")                                                  \
  X(parts_exchanged, 1, "what the two terms have is exchanged")                                    \
  X(index_everywhere, 1, "this is about another layer or step: %s")                                \
  X(index_reversed, 1, "the index runs the other way round: %s")                                   \
  X(condition_turned, 1, "the condition is the wrong way round")                                   \
  X(product_missing, 1, "a product belongs here, not a sum")                                       \
  X(product_extra, 1, "a sum belongs here, not a product")                                         \
  X(index_joined, 1, "the index goes with both letters: %s")                                       \
  X(names_exchanged, 1, "two names stand in each other's place")                                   \
  X(quotient_extra, 1, "a difference belongs here, not a quotient")                                \
  X(power_of_terms, 1, "the power is one of each term, not of the sum")                            \
  X(complement_extra, 1, "%s belongs here, not what it leaves of 1")                               \
  X(slope_form, 1, "the derivative is written wrongly: it is %s")                                  \
  X(factors_extra, 2, "the factors %s are too many")                                               \
  X(complement_missing, 2, "%s belongs here")                                                      \
  X(share_missing, 2, "what the other term leaves of 1 is missing: the factor %s")                 \
  X(identity_missing, 2, "a matrix belongs here: %s")                                              \
  X(identity_kronecker, 2, "the derivative by a matrix has a column for each of its entries: %s")  \
  X(sum_steps, 2, "a sum is missing: over %s")                                                     \
  X(product_rule, 2, "the product rule has a term for each factor: %s")                            \
  X(quotient_rule, 2, "the derivative of a quotient is no quotient of derivatives: %s")            \
  X(exponential_rule, 2, "it is the exponent that moves, and not the base: %s")                    \
  X(softmax_slope, 2, "softmax mixes its entries, so its derivative is no elementwise one: %s")    \
  X(row_repeated, 2, "this is the sum of each column, repeated in every row: %s")                  \
  X(binomial, 2, "the square of a sum has a mixed term: %s")                                       \
  X(other_class, 2, "the term of the other class is missing: %s")                                  \
  X(indicator_missing, 2, "this is so for equal indices only: %s is 1 there and 0 elsewhere")      \
  X(slope_between, 2, "there is an activation on the way: its derivative %s is missing")           \
  X(name_everywhere, 2, "this should be %s, wherever it stands")                                   \
  X(name, 2, "this should be %s")                                                                  \
  X(function, 2, "another function belongs here: %s")                                              \
  X(function_missing, 2, "a function is missing here: %s")                                         \
  X(function_extra, 1, "the function %s is one too many")                                          \
  X(factor_slope, 2, "the derivative of the activation is missing: the factor %s")                 \
  X(factor_missing, 2, "the factor %s is missing")                                                 \
  X(factor_formula, 3, "the factor %s is missing")                                                 \
  X(divisor_missing, 3, "the division by %s is missing")                                           \
  X(term_missing, 3, "a term is missing: %s")

/* What is found by the value that is missing (hint/gap/fill.h), since no walk could try them all: a
 * row like those above, but nothing proposes it. */
#define BP_GAPS(X)                                                                                 \
  X(factor_number, 2, "a factor %s is missing")                                                    \
  X(factor_joint, 4, "the factor %s is missing")                                                   \
  X(term_product, 4, "a term is missing: %s")

#define BP_ROW(name, distance, sentence) BP_EDIT_##name,
enum bp_edit_kind { BP_EDITS(BP_ROW) BP_GAPS(BP_ROW) BP_EDIT_KIND_COUNT };
#undef BP_ROW

const char *bp_edit_name(enum bp_edit_kind kind); /* "transpose_missing", stable */
unsigned bp_edit_distance(enum bp_edit_kind kind);
const char *bp_edit_sentence(enum bp_edit_kind kind); /* with its %s */

/* One edit. */
struct bp_edit {
  enum bp_edit_kind kind;
  const struct bp_expression *place;       /* what is replaced */
  const struct bp_expression *replacement; /* by this */
  const struct bp_expression *subject;     /* what the sentence names, or NULL */
  const struct bp_expression *whole;       /* the formula with the replacement */
};

/* Calls `each` with every edit of the formula, nearer kinds first, until that returns false. What
 * is proposed is made in `arena`.  Returns false when `each` did, or when memory was short. */
bool bp_edits_each(const struct bp_expression *formula, const struct bp_supply *supply,
                   struct bp_arena *arena, bool (*each)(void *context, const struct bp_edit *edit),
                   void *context);

/* The same with the edits of one kind. */
bool bp_edits_of_kind(enum bp_edit_kind kind, const struct bp_expression *formula,
                      const struct bp_supply *supply, struct bp_arena *arena,
                      bool (*each)(void *context, const struct bp_edit *edit), void *context);

#endif
