/* Wrong variants of right formulas, made mechanically: the slips of a tired student.
 *
 * A mutation replaces one node of an expression.  The original is never changed: the nodes from the
 * root down to that place are copied, everything else is shared.
 */
#ifndef BP_TESTS_MUTATE_H
#define BP_TESTS_MUTATE_H

#include "base/arena.h"
#include "lang/ast.h"

/* kind, what is done, the function that does it */
#define BP_MUTATIONS(X)                                                                            \
  X(TRANSPOSE_DROPPED, "transpose dropped", transpose_dropped)                                     \
  X(TRANSPOSE_ADDED, "transpose added", transpose_added)                                           \
  X(SIGN_OF_TERM, "sign of a term", sign_of_term)                                                  \
  X(SIGN_OF_ALL, "sign of the whole", sign_of_all)                                                 \
  X(MINUS_DROPPED, "minus dropped", minus_dropped)                                                 \
  X(FACTOR_TWO, "factor 2", factor_two)                                                            \
  X(FACTOR_HALF, "factor 1/2", factor_half)                                                        \
  X(SIZE_DROPPED, "factor m dropped", size_dropped)                                                \
  X(SIZE_ADDED, "factor m added", size_added)                                                      \
  X(HADAMARD_FOR_PRODUCT, "⊙ for *", hadamard_for_product)                                         \
  X(PRODUCT_FOR_HADAMARD, "* for ⊙", product_for_hadamard)                                         \
  X(PRODUCT_FOR_KRONECKER, "* for ⊗", product_for_kronecker)                                       \
  X(FACTORS_SWAPPED, "factors swapped", factors_swapped)                                           \
  X(FACTOR_DROPPED, "factor dropped", factor_dropped)                                              \
  X(TERM_DROPPED, "term dropped", term_dropped)                                                    \
  X(ELEMENT_SHIFTED, "element off by one", element_shifted)                                        \
  X(ROW_FOR_COLUMN, "row for column", row_for_column)                                              \
  X(LAYER_SHIFTED, "neighbouring layer", layer_shifted)                                            \
  X(BOUND_SHIFTED, "sum bound off by one", bound_shifted)                                          \
  X(OTHER_NAME, "Z for A, A for Z", other_name)                                                    \
  X(SLOPE_DROPPED, "g for g'", slope_dropped)                                                      \
  X(SLOPE_ADDED, "g' for g", slope_added)                                                          \
  X(OTHER_SUM, "rowsum for colsum", other_sum)                                                     \
  X(SQUARE_DROPPED, "power dropped", square_dropped)                                               \
  X(SQUARE_ADDED, "square added", square_added)                                                    \
  X(NUMBER_CHANGED, "number off by one", number_changed)

#define BP_ROW(kind, text, function) BP_MUTATION_##kind,
enum bp_mutation_kind { BP_MUTATIONS(BP_ROW) BP_MUTATION_KIND_COUNT };
#undef BP_ROW

/* The names that a document declares, where a mutation has to know them: mostly in order not to
 * make variants that are plainly equal, such as the transpose of a number. */
struct bp_mutation_names {
  const char **names, **sizes;
  const char **numbers; /* given as single numbers */
  const char **binary;  /* given as zeros and ones */
  size_t name_count, size_count, number_count, binary_count;
};

/* Collects the names of the document and of what it uses.  False where memory is short. */
bool bp_mutation_names(const struct bp_document *document, struct bp_arena *arena,
                       struct bp_mutation_names *names);

/* Whether the expression is a single number, as far as that can be seen without shapes. */
bool bp_mutation_is_number(const struct bp_mutation_names *names,
                           const struct bp_expression *expression);

/* One wrong variant. */
struct bp_mutant {
  enum bp_mutation_kind kind;
  const struct bp_expression *expression;
};

/* Every variant of the expression, in the order of the places from the left, nodes before what they
 * consist of.  Returns how many, and the list; NULL in *mutants where memory is short. */
size_t bp_mutate(const struct bp_expression *expression, const struct bp_mutation_names *names,
                 struct bp_arena *arena, struct bp_mutant **mutants);

const char *bp_mutation_text(enum bp_mutation_kind kind);

#endif
