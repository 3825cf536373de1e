/* What ranks must know of each other before they go to the next layer down; a network that is not
 * dealt is left as it is.
 */
#ifndef BP_NET_RESPONSE_DEALT_H
#define BP_NET_RESPONSE_DEALT_H

#include "net/response/box.h"

/* Each rank has found the boxes of its share of the samples, response[i * m + s]: now all have
 * those of all.  False: memory is short. */
bool bp_dealt_boxes(const struct bp_rest *rest, size_t l, struct bp_response *response);

/* Each has measured its share of the rows of the layer: how large derivatives are, which boxes
 * below ask for; and `of_Z`, the responses themselves, where that is not NULL. */
void bp_dealt_rows(const struct bp_rest *rest, size_t l, struct bp_response *of_Z);

#endif
