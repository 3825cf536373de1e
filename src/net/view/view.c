/* One matrix of a gradient beside everything that it is compared with. */
#include <stdatomic.h>

#include "base/parallel.h"
#include "net/compare.h"

size_t bp_view_count(const struct bp_network *network) {
  return (network->looked_at ? 2 : 4) * network->depth;
}

size_t bp_view_first(const struct bp_network *network, enum bp_difference_target target, size_t l) {
  size_t before = target == BP_TARGET_PARAMETER ? 0 : 2 * network->depth;
  return before + 2 * (l - 1) + (target == BP_TARGET_Z);
}

struct bp_view bp_view_of(const struct bp_evidence *e, const struct bp_gradient *g,
                          const struct bp_quad_gradient *q, size_t b, struct bp_arena *arena) {
  const struct bp_kronecker *k = e->kronecker;
  const struct bp_gradient *error = &e->error.error, *magnitude = &e->error.magnitude;
  const struct bp_gradient *tight = e->outside ? e->tight : NULL;
  const struct bp_gradient *landing = e->outside ? e->landing : NULL;
  size_t parameters = 2 * e->network->depth, l = b % parameters / 2 + 1;
  bool second = b % 2;
  struct bp_view view = {
      .l = l, .outside = e->outside != NULL, .unit = e->outside ? e->outside->unit : 0};
  if (b < parameters) {
    view.target = BP_TARGET_PARAMETER;
    view.bias = second;
    if (arena)
      view.name = bp_arena_printf(arena, second ? "b[%zu]" : "W[%zu]", l);
    view.value = second ? g->db[l] : g->dW[l];
    view.error = second ? error->db[l] : error->dW[l];
    view.tight = !tight ? NULL : second ? tight->db[l] : tight->dW[l];
    view.landing = !landing ? NULL : second ? landing->db[l] : landing->dW[l];
    view.magnitude = second ? magnitude->db[l] : magnitude->dW[l];
    view.kronecker = second ? k->db[l] : k->dW[l];
    view.kronecker_sum = second ? k->db_sum[l] : k->dW_sum[l];
    view.quad = !q ? NULL : second ? q->db[l] : q->dW[l];
  } else {
    view.target = second ? BP_TARGET_Z : BP_TARGET_A;
    if (arena)
      view.name = bp_arena_printf(arena, second ? "dZ[%zu]" : "dA[%zu]", l);
    view.value = second ? g->dZ[l] : g->dA[l];
    view.error = second ? error->dZ[l] : error->dA[l];
    view.tight = !tight ? NULL : second ? tight->dZ[l] : tight->dA[l];
    view.landing = !landing ? NULL : second ? landing->dZ[l] : landing->dA[l];
    view.magnitude = second ? magnitude->dZ[l] : magnitude->dA[l];
    view.kronecker = second ? k->dZ[l] : k->dA[l];
    view.kronecker_sum = second ? k->dZ_sum[l] : k->dA_sum[l];
    view.quad = !q ? NULL : second ? q->dZ[l] : q->dA[l];
    if (view.target == BP_TARGET_A && l == e->network->depth) {
      view.own_error = e->error.at_output;
      view.quad = NULL; /* that is at g(Z[L]), not at the stored A[L] */
    }
  }
  view.stride = bp_difference_columns(e->network, view.target, l);
  view.own = bp_network_share(e->network, view.value->size1);
  view.dealt = e->network->dealt;
  view.threads = e->threads;
  view.difference = e->differences->of[view.target][l];
  return view;
}

struct needing {
  const struct bp_view *view;
  double tolerance;
  atomic_bool needed;
};

static void look_for_need(size_t index, int worker, void *user) {
  (void)worker;
  struct needing *needing = user;
  struct bp_share share = bp_view_share(needing->view, index);
  size_t columns = needing->view->value->size2;
  bool needed = false;
  for (size_t k = share.from; k < share.to && !needed; k++)
    needed = bp_view_needs_formula(needing->view, needing->tolerance, k / columns, k % columns);
  if (needed)
    atomic_store_explicit(&needing->needed, true, memory_order_relaxed);
}

bool bp_views_need_formula(const struct bp_evidence *e, const struct bp_gradient *g) {
  bool needed = false;
  for (size_t b = 0; b < bp_view_count(e->network) && !needed; b++) {
    struct bp_view view = bp_view_of(e, g, NULL, b, NULL);
    struct needing needing = {&view, e->tolerance, false};
    bp_parallel_for(bp_view_shares(&view), view.threads, look_for_need, &needing);
    needed = needing.needed;
  }
  return bp_network_any(e->network, needed);
}
