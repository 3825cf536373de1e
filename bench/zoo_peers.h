/* What others would have said of a gradient: three rules as they are taught, with central
 * differences of the loss in float64.
 *
 *     Ng         |g - n| / (|g| + |n|) of the whole vector, steps of 1e-7: wrong above 2e-7
 *                (Ng, "Improving Deep Neural Networks", assignment on gradient checking)
 *     gradcheck  |g - n| <= 1e-5 + 1e-3 |n| in every entry, steps of 1e-6 (torch.autograd)
 *     CS231n     |g - n| / max(|g|, |n|) of each entry, steps of 1e-5: right up to 1e-7, wrong
 * above 1e-2 (Stanford CS231n, "Neural Networks Part 3")
 */
#ifndef BP_BENCH_ZOO_PEERS_H
#define BP_BENCH_ZOO_PEERS_H

#include "net/backprop.h"

enum { PEER_COUNT = 3 };
enum peer_verdict { PEER_WRONG, PEER_RIGHT, PEER_UNCLEAR };

extern const char *const peer_names[PEER_COUNT];

struct peers;

/* Takes the differences, in the arena; the network is as before afterwards. */
struct peers *peers_new(struct bp_network *network, struct bp_arena *arena);

void peers_say(const struct peers *peers, const struct bp_gradient *gradient,
               enum peer_verdict said[PEER_COUNT]);

#endif
