/* What may be put into a formula.
 *
 * Lists and whatever is no part of the document live in the arena that bp_supply_collect is given.
 */
#ifndef BP_HINT_EDIT_SUPPLY_H
#define BP_HINT_EDIT_SUPPLY_H

#include "base/arena.h"
#include "lang/ast.h"
#include "model/model.h"

/* What may be put in: names and derivatives that the formula, or the file, has to offer. */
struct bp_supply {
  const struct bp_expression **names; /* W[l], A[l-1], Y */
  size_t name_count;
  const struct bp_expression **slopes; /* g'(Z[l]) */
  size_t slope_count;
  const struct bp_expression **forms; /* a ⊙ (1 - a), where it is the sigmoid of a formula */
  size_t form_count;
  const struct bp_expression **written; /* names that are written for a derivative */
  size_t written_count;
  const struct bp_expression **terms; /* factors of a missing term: names and derivatives */
  size_t term_count;
  const struct bp_expression **pieces; /* parts of the claim, and what is made like them: 1 - A */
  size_t piece_count;
  const struct bp_expression **atoms; /* a few names and elements of the claim */
  size_t atom_count;
  bool kronecker; /* the claim has a ⊗, or is about such things */
  const struct bp_expression **exponents;
  size_t exponent_count;
  const struct bp_expression **sizes; /* m, n[l], L */
  size_t size_count;
  const struct bp_expression **scales; /* the same without numbers of layers */
  size_t scale_count;
  const char **letters; /* index letters of the claim */
  size_t letter_count;
  const struct bp_expression **calls; /* f(x) in the claim, and in definitions */
  size_t call_count;
  const struct bp_expression **arguments; /* formulas that definitions apply functions to */
  size_t argument_count;
  const struct bp_expression **softmaxes; /* what is defined as a softmax */
  size_t softmax_count;
  const char **functions; /* those of the claim first, then those of the file, then common ones */
  size_t function_count, own_function_count, file_function_count;
  const char **forgotten; /* functions that people leave out, sums aside */
  size_t forgotten_count;
};

/* Collects what the model has to offer for a formula of that line, which comes `order`-th. False
 * when memory is short. */
bool bp_supply_collect(const struct bp_model *model, const struct bp_statement *statement,
                       size_t order, struct bp_arena *arena, struct bp_supply *supply);

#endif
