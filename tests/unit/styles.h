/* Gradients as other people write them: the same network in four styles and two precisions.
 *
 * All follow the textbook; they differ in the formulas of the elementwise functions.  `usual` is
 * what courses write, `stable` avoids cancellation, `naive` is the shortest formula that a book of
 * mathematics would give, and `torch` does what PyTorch's kernels do, its threshold in softplus
 * included.  Nothing of src is called, so what these find to be an alarm is one.
 */
#ifndef BP_TESTS_STYLES_H
#define BP_TESTS_STYLES_H

#include "net/backprop.h"

enum style { STYLE_USUAL, STYLE_STABLE, STYLE_NAIVE, STYLE_TORCH, STYLE_COUNT };

extern const char *const style_names[STYLE_COUNT];

/* Rounds X, Y, W and b to float32, where its gradient is to be computed. */
void style_round_point(struct bp_network *network);

/* The gradient in that style, in float32 or float64.  Returns false where something on the way is
 * not finite, or memory is short: then there is nothing to check. */
bool style_gradient(const struct bp_network *network, enum style style, bool single,
                    struct bp_arena *arena, struct bp_gradient *gradient);

#endif
