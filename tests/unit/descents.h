/* What suites of gradient descent share: drawn networks, and a run that has to succeed. */
#ifndef BP_TESTS_DESCENTS_H
#define BP_TESTS_DESCENTS_H

#include <check.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "net/network.h"
#include "net/spec.h"
#include "net/train.h"

static struct bp_arena *arena;
static inline void set_up(void) { arena = bp_arena_new(0); }
static inline void tear_down(void) { bp_arena_free(arena); }

static inline struct bp_network *network_of(const char *text, size_t samples,
                                            struct bp_arena *memory) {
  struct bp_source source = {"network spec", text, strlen(text)};
  struct bp_diagnostics diagnostics;
  struct bp_spec spec = {0};
  bp_diagnostics_init(&diagnostics, memory);
  ck_assert_msg(bp_spec_parse(&source, memory, &diagnostics, &spec) == 0, "%s: not read", text);
  return bp_network_new(&spec, samples, memory);
}

static inline struct bp_network *drawn(const char *text, size_t samples, unsigned long seed) {
  struct bp_network *network = network_of(text, samples, arena);
  struct bp_draw draw = {.seed = seed, .weight_scale = 1, .input_scale = 1};
  bp_network_draw_parameters(network, &draw);
  bp_network_draw_data(network, &draw);
  return network;
}

static inline struct bp_training *train(struct bp_network *network,
                                        const struct bp_network *held_out,
                                        const struct bp_train_options *options) {
  struct bp_training *training = NULL;
  ck_assert_int_eq(bp_train(network, held_out, options, arena, &training), BP_OK);
  return training;
}

#endif
