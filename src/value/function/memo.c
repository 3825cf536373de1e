/* Where one weight of a layer moves, one row of its pre-activations changes, and all of the layer
 * above is computed again, most of it from the same numbers: a sine is some fifty times as dear as
 * finding that it is known.  What an argument gives hangs on the function, the bits and the
 * argument alone, so a kept value is the one that would be computed, to the last bit.
 *
 * Only real numbers whose digits lie in the number itself are kept, which are those of up to 128
 * bits.  A world that asks for few values gets no table: most points are looked at once.
 */
#include "value/function/memo.h"

#include <string.h>

enum { ROWS = 256, FEW = 64 };

struct row {
  const void *function; /* NULL: an empty row */
  slong bits;
  struct bp_ball x, value;
};

struct bp_memo {
  struct row rows[ROWS];
};

static bool is_plain_arf(const arf_struct *a) {
  return !ARF_HAS_PTR(a) && !COEFF_IS_MPZ(ARF_EXP(a));
}

static bool is_plain(const struct bp_ball *x) {
  const arb_struct *real = acb_realref(&x->z);
  return arb_is_zero(acb_imagref(&x->z)) && is_plain_arf(arb_midref(real)) &&
         !COEFF_IS_MPZ(MAG_EXP(arb_radref(real)));
}

static uint64_t mix(uint64_t a, uint64_t b) { return (a ^ b) * 0x9e3779b97f4a7c15u; }

/* The digits that the number has, and 0 for those that it has not. */
static mp_limb_t digits(const arf_struct *a, mp_size_t k) {
  return k < ARF_SIZE(a) ? ARF_NOPTR_D(a)[k] : 0;
}

static size_t place_of(const void *function, const struct bp_ball *x) {
  const arb_struct *real = acb_realref(&x->z);
  const arf_struct *middle = arb_midref(real);
  uint64_t mark = mix((uint64_t)(uintptr_t)function, digits(middle, 0));
  mark = mix(mark + digits(middle, 1), (uint64_t)ARF_EXP(middle));
  return (size_t)(mix(mark, MAG_MAN(arb_radref(real))) >> 40) % ROWS;
}

static bool is_same(const struct bp_ball *a, const struct bp_ball *b) {
  const arb_struct *x = acb_realref(&a->z), *y = acb_realref(&b->z);
  const arf_struct *s = arb_midref(x), *t = arb_midref(y);
  return ARF_XSIZE(s) == ARF_XSIZE(t) && ARF_EXP(s) == ARF_EXP(t) && digits(s, 0) == digits(t, 0) &&
         digits(s, 1) == digits(t, 1) && MAG_EXP(arb_radref(x)) == MAG_EXP(arb_radref(y)) &&
         MAG_MAN(arb_radref(x)) == MAG_MAN(arb_radref(y));
}

/* The row for that argument, whether it is filled or not; NULL: none is to be had. */
static struct row *find(struct bp_world *world, const void *function, const struct bp_ball *x) {
  if (world->room.bits > BP_LEAST_BITS || !is_plain(x))
    return NULL;
  if (!world->memo && world->memo_asked++ >= FEW)
    world->memo = bp_arena_alloc(world->keep, 1, sizeof *world->memo);
  return world->memo ? &world->memo->rows[place_of(function, x)] : NULL;
}

static bool is_known(const struct row *row, const struct bp_world *world, const void *function,
                     const struct bp_ball *x) {
  return row && row->function == function && row->bits == world->room.bits && is_same(&row->x, x);
}

static void keep(struct row *row, const struct bp_world *world, const void *function,
                 struct bp_ball x, struct bp_ball value) {
  if (row && is_plain(&value))
    *row = (struct row){function, world->room.bits, x, value};
}

struct bp_ball bp_memo_apply(struct bp_world *world, bp_ball_unary *f, struct bp_ball x) {
  const void *function;
  memcpy(&function, &f, sizeof function); /* a function's address stands for it */
  struct row *row = find(world, function, &x);
  if (is_known(row, world, function, &x))
    return row->value;
  struct bp_ball value = bp_ball_apply(&world->room, f, x);
  keep(row, world, function, x, value);
  return value;
}

struct bp_ball bp_memo_drawn(struct bp_world *world, const struct bp_ball_drawn *drawn,
                             struct bp_ball x) {
  struct row *row = find(world, drawn, &x);
  if (is_known(row, world, drawn, &x))
    return row->value;
  struct bp_ball value = bp_ball_drawn_value(&world->room, drawn, x);
  keep(row, world, drawn, x, value);
  return value;
}
