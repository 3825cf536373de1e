/* What box.c and box_loss.c share: the fields of a box, and what both ask of it.
 */
#ifndef BP_NET_RESPONSE_BOX_INSIDE_H
#define BP_NET_RESPONSE_BOX_INSIDE_H

#include <gsl/gsl_matrix.h>
#include <math.h>

#include "net/response/box.h"
#include "net/response/nodes.h"

#define BP_BOX_LEAST_REACH 0x1p-60
#define BP_BOX_LARGEST_LINE 4 /* a unit that is no curve may move by this much of itself */

/* What is kept of each unit of the layers above. */
enum bp_box_field {
  LIMIT,     /* of RADIUS */
  ERROR,     /* what rounding below adds to RADIUS */
  LINEAR,    /* the largest |c_k| of any unit that moves */
  MOTION,    /* the unit moves by at most MOTION |α| */
  RADIUS,    /* reach MOTION + ERROR */
  SUMMED,    /* the magnitudes that are summed for its move, per |α| */
  SLOPE,     /* sup |g'| there */
  BEND,      /* sup |g''| / 2 */
  VARIATION, /* of ∂C/∂Z */
  LOSS,      /* rounding of the output's part of the loss, in units */
  FIELDS
};

struct bp_box_space {
  size_t nodes, *offset; /* of layer l in each field */
  double *fields;
  size_t chunk;     /* units that move, at a time */
  double *chain[2]; /* widest x chunk */
  double *work[3];  /* widest each */
  double *above;    /* for what moves, as many as that: variation of ∂C/∂A[l] */
  double *crossing; /* likewise: 1 / (way to a kink), by the linear part alone */
};

/* One layer and sample.  Layer l + 1 moves first, by `entering` times what moves. */
struct bp_box {
  const struct bp_rest *rest;
  struct bp_box_space *space;
  size_t l, s;
  const gsl_matrix *entering; /* n[l+1] rows: W[l+1], or directions of Z[l+1] */
  size_t moving;              /* so many of its columns, one at a time */
  bool direct;                /* directions: no product of matrices comes before Z[l+1] */
  double reach, fixed, rising;
  bool curved; /* more than lines and a loss of the second degree */
};

static inline double *field_of(const struct bp_box *box, enum bp_box_field field, size_t l) {
  return box->space->fields + (size_t)field * box->space->nodes + box->space->offset[l];
}

static inline size_t at(const struct bp_box *box, size_t k) {
  return k * box->rest->network->samples + box->s;
}

static inline double z_of(const struct bp_box *box, size_t l, size_t k) {
  return gsl_matrix_get(box->rest->forward->Z[l], k, box->s);
}

static inline double a_of(const struct bp_box *box, size_t l, size_t k) {
  return gsl_matrix_get(box->rest->forward->A[l], k, box->s);
}

/* How far unit k may move so that its row's disc serves. */
double bp_box_limit(const struct bp_box *box, size_t l, size_t k);

/* VARIATION and LOSS of the outputs, whose RADIUS and ERROR stand; size[k] gets a bound of |∂C/∂Z|
 * at rest.  Adds to `fixed` and `rising` what belongs to no single output; `motion` is the largest
 * MOTION of them. */
void bp_box_reach_loss(struct bp_box *box, double motion, double *size);

/* What the values of g may be off at both ends of a step of that radius. */
static inline double value_rounding(const struct bp_function *function, double z, double a,
                                    double slope, double radius) {
  double farthest = fabs(a) + slope * radius;
  return function->rounding(z, a) +
         fmax(function->rounding(z - radius, farthest), function->rounding(z + radius, farthest));
}

static inline double largest_of(const double *values, size_t count) {
  double largest = 0;
  for (size_t k = 0; k < count; k++)
    if (!(values[k] <= largest))
      largest = values[k];
  return largest;
}

/* About how far a derivative taken within that box is off. */
static inline double merit_of(const struct bp_box *box, double variation) {
  double bends = box->curved ? variation : 0, unit = BP_UNIT * BP_RESPONSE_AMPLIFICATION;
  double rounding = unit * box->fixed / box->reach, part = bp_response_part(bends, rounding);
  double merit = bp_response_truncation(bends, part) + rounding / part + unit * box->rising;
  return isfinite(merit) ? merit : INFINITY;
}

#endif
