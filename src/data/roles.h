/* What the arrays of a file are, by their names: X, Y, the weights and biases of each layer, and
 * the gradients of them.
 *
 *     name      = [ "d" | "d_" | "grad_" | "grad." ] part [ number ] [ ".grad" | "_grad" ]
 *     part      = "W" | "weight" | "weights" | "kernel" | "b" | "bias" | "biases"
 *     number    = digits | "_" digits | "." digits | "[" digits "]" | "(" digits ")"
 *     or        [ "grad_" | "grad." | "d_" ] path ( "." | "_" | "/" ) part [ ".grad" | "_grad" ]
 *     or        "X" | "input" | "inputs" | "Y" | "target" | "targets" | "label" | "labels"
 *     or        "dZ" number | "delta" number | "dA" number
 *
 * in any letter case.  Numbers from 0 to L - 1 are taken for 1 to L; paths, as PyTorch's "fc1" or
 * "layers.2", are numbered in the order of the last number in them; without a number a part belongs
 * to the only layer of a network that has one.
 *
 * Casts and texts live in the arena that is passed, parts of names in the names themselves.
 */
#ifndef BP_DATA_ROLES_H
#define BP_DATA_ROLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"

enum bp_role_kind {
  BP_ROLE_NONE,
  BP_ROLE_X,
  BP_ROLE_Y,
  BP_ROLE_W,
  BP_ROLE_B,
  BP_ROLE_DW,
  BP_ROLE_DB,
  BP_ROLE_DZ,
  BP_ROLE_DA,
  BP_ROLE_COUNT
};

struct bp_role {
  enum bp_role_kind kind;
  bool numbered;
  size_t number;      /* as written */
  size_t path_length; /* of a path, from `path` on; 0: none */
  const char *path;
};

/* What one name says. */
struct bp_role bp_role_of(const char *name);

/* "dW1", "X": the plainest name of a role.  NULL when memory is short. */
const char *bp_role_name(enum bp_role_kind kind, size_t layer, struct bp_arena *arena);

/* Who plays what: place[kind][l] is the index of a name, or SIZE_MAX; X and Y are at l = 0, layers
 * from 1. */
struct bp_cast {
  size_t depth;
  size_t *place[BP_ROLE_COUNT];
  bool *used;   /* by index of name */
  bool shifted; /* layers were numbered from 0 */
};

/* Gives every role to a name: first as `orders` say ("W1=kernel_a"), then by the names themselves.
 * Returns 0, or -1 with an error recorded for two names that want the same role, an order that
 * makes no sense, or paths whose order cannot be told; what is missing is no error here.  `file` is
 * for messages. */
int bp_cast_roles(const char *file, const char *const *names, size_t count, size_t depth,
                  const struct bp_source *orders, size_t order_count, struct bp_arena *arena,
                  struct bp_diagnostics *diagnostics, struct bp_cast *cast);

#endif
