/* Small linear systems in plain float64, where a value has to be found and not vouched for. */
#ifndef BP_HINT_GAP_SOLVE_H
#define BP_HINT_GAP_SOLVE_H

#include "hint/gap/stock.h"

/* The only F with F * by = value (`before`) or by * F = value, in `arena`; `at` is NULL where there
 * is none, or more than one. */
struct bp_numbers bp_solve_product(struct bp_numbers value, struct bp_numbers by, bool before,
                                   struct bp_arena *arena);

#endif
