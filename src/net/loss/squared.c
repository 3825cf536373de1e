/* The squared losses: (a - y)² and half of it.
 *
 * Both are a weight times a square, so whatever is not taught in two forms is written once with the
 * weight.  A loss of a alone: what a comes from, a function of z or softmax, is no concern of it.
 * The square is no more than quadratic in a, so its central difference has no truncation, and its
 * bounds end with the second.
 */
#include <math.h>

#include "net/loss/loss.h"

/* ---- the loss itself ----------------------------------------------------- */

static double sample(size_t outputs, double weight, const double *a, const double *y,
                     size_t stride) {
  double loss = 0;
  for (size_t k = 0; k < outputs; k++) {
    double error = a[k * stride] - y[k * stride];
    loss += error * error * weight;
  }
  return loss;
}

static double squared_sample(size_t outputs, const double *z, const double *a, const double *y,
                             size_t stride) {
  (void)z;
  return sample(outputs, 1, a, y, stride);
}

static double half_squared_sample(size_t outputs, const double *z, const double *a, const double *y,
                                  size_t stride) {
  (void)z;
  return sample(outputs, 0.5, a, y, stride);
}

/* ---- BP1-BP4 ------------------------------------------------------------- */

static double squared_taught(double a, double y) { return 2 * (a - y); }
static bp_quad squared_taught_quad(bp_quad a, bp_quad y) { return 2 * (a - y); }
static double half_squared_taught(double a, double y) { return a - y; }
static bp_quad half_squared_taught_quad(bp_quad a, bp_quad y) { return a - y; }

static void half_squared_taught_ball(const struct bp_ball_room *room, acb_srcptr a, acb_srcptr y,
                                     acb_ptr out) {
  acb_sub(out, a, y, room->bits);
}

static void squared_taught_ball(const struct bp_ball_room *room, acb_srcptr a, acb_srcptr y,
                                acb_ptr out) {
  acb_sub(out, a, y, room->bits);
  acb_mul_2exp_si(out, out, 1);
}

static void taught_error(double factor, double a, double y, double a_error, double *error,
                         double *magnitude) {
  *magnitude = factor * (fabs(a) + fabs(y));
  *error = factor * (a_error + 2 * BP_UNIT * fabs(a - y));
}

static void squared_taught_error(double a, double y, double a_error, double *error,
                                 double *magnitude) {
  taught_error(2, a, y, a_error, error, magnitude);
}

static void half_squared_taught_error(double a, double y, double a_error, double *error,
                                      double *magnitude) {
  taught_error(1, a, y, a_error, error, magnitude);
}

static double squared_outside_error(double a, double y, double a_error, double unit) {
  return 2 * (a_error + 2 * unit * (fabs(a) + fabs(y)));
}

static double half_squared_outside_error(double a, double y, double a_error, double unit) {
  return a_error + 2 * unit * (fabs(a) + fabs(y));
}

/* ---- Kronecker ----------------------------------------------------------- */

static double squared_slope(double z, double a, double y) {
  (void)z;
  return 2 * (a - y);
}

static double half_squared_slope(double z, double a, double y) {
  (void)z;
  return a - y;
}

/* ---- differences --------------------------------------------------------- */

static void add(size_t n, const double *a, const double *y, double weight, double *change) {
  for (size_t c = 0; c < n; c++)
    change[c] += weight * (a[c] - y[c]) * (a[c] - y[c]);
}

static void squared_add(size_t n, const double *a, const double *y, double sign, double *work,
                        double *change) {
  (void)work;
  add(n, a, y, sign, change);
}

static void half_squared_add(size_t n, const double *a, const double *y, double sign, double *work,
                             double *change) {
  (void)work;
  add(n, a, y, sign * 0.5, change);
}

static bp_quad squared_change(bp_quad before, bp_quad after, bp_quad y) {
  return (after - y) * (after - y) - (before - y) * (before - y);
}

static bp_quad half_squared_change(bp_quad before, bp_quad after, bp_quad y) {
  return squared_change(before, after, y) / 2;
}

static void squared_ball(const struct bp_ball_room *room, acb_srcptr a, acb_srcptr y, acb_ptr out) {
  acb_sub(out, a, y, room->bits);
  acb_sqr(out, out, room->bits);
}

static void half_squared_ball(const struct bp_ball_room *room, acb_srcptr a, acb_srcptr y,
                              acb_ptr out) {
  squared_ball(room, a, y, out);
  acb_mul_2exp_si(out, out, -1);
}

/* The error of x matters where a - y all but vanishes. */
static double bounds(double weight, double a, double error, double r, double y,
                     double bound[BP_ORDER + 1]) {
  double distance = fabs(a - y) + r + error;
  for (int k = 3; k <= BP_ORDER; k++)
    bound[k] = 0;
  bound[1] = 2 * weight * distance;
  bound[2] = weight;
  return 4 * weight * distance * (distance + fabs(a));
}

static double squared_bounds(double a, double error, double r, double y,
                             double bound[BP_ORDER + 1]) {
  return bounds(1, a, error, r, y, bound);
}

static double half_squared_bounds(double a, double error, double r, double y,
                                  double bound[BP_ORDER + 1]) {
  return bounds(0.5, a, error, r, y, bound);
}

static void disc(double weight, double a, double r, double y, double *slope, double *bend) {
  *slope = 2 * weight * (fabs(a - y) + r);
  *bend = weight;
}

static void squared_disc(double a, double r, double y, double *slope, double *bend) {
  disc(1, a, r, y, slope, bend);
}

static void half_squared_disc(double a, double r, double y, double *slope, double *bend) {
  disc(0.5, a, r, y, slope, bend);
}

static double at_output(double weight, double a, double y, double *truncation, double *rounding) {
  bp_quad h = 0x1p-30, above = (bp_quad)a + h - y, below = (bp_quad)a - h - y;
  double value = (double)((above * above - below * below) * weight / (2 * h));
  double size = fabs(a) + fabs(y) + (double)h;
  *truncation = 0;
  *rounding = 4 * BP_UNIT * fabs(value) + 16 * BP_QUAD_UNIT * size * size / (double)h;
  return value;
}

static double squared_at_output(double a, double y, double *truncation, double *rounding) {
  return at_output(1, a, y, truncation, rounding);
}

static double half_squared_at_output(double a, double y, double *truncation, double *rounding) {
  return at_output(0.5, a, y, truncation, rounding);
}

/* ---- the rows ------------------------------------------------------------ */

static const struct bp_loss_term squared_terms[] = {{"=", "(A - Y).^2", ""}, {0}};
static const struct bp_loss_term squared_slope_terms[] = {
    {"= 2 · (", "A", ""}, {"-", "Y", ")"}, {0}};
static const struct bp_loss_term half_squared_terms[] = {{"= 1/2 ·", "(A - Y).^2", ""}, {0}};
static const struct bp_loss_term half_squared_slope_terms[] = {{"=", "A", ""}, {"-", "Y", ""}, {0}};

#define NOTE "the difference is squared entry by entry"
#define SLOPE_NOTE "derivative of the loss by each output"

static const struct bp_loss_by_entry squared_by_entry = BP_LOSS_BY_ENTRY(squared, false);
static const struct bp_loss_rules squared_rules =
    BP_LOSS_RULES(squared, &squared_by_entry, NULL, squared_ball, NULL, false, NOTE, SLOPE_NOTE,
                  "1/m · 2 (a - y)", "colsum((A - Y).^2)");

static const struct bp_loss_by_entry half_squared_by_entry = BP_LOSS_BY_ENTRY(half_squared, false);
static const struct bp_loss_rules half_squared_rules =
    BP_LOSS_RULES(half_squared, &half_squared_by_entry, NULL, half_squared_ball, NULL, false, NOTE,
                  SLOPE_NOTE, "1/m · (a - y)", "1/2 * colsum((A - Y).^2)");

static const char *const none[] = {NULL};
static const char *const squared_abbreviations[] = {"mse", "l2", NULL};
static const char *const half_squared_spellings[] = {"half_squared", "quadratic", NULL};

const struct bp_loss bp_squared = BP_LOSS("squared", none, squared_abbreviations, BP_OUTPUT_ANY, 0,
                                          false, NULL, NULL, &squared_rules, &squared_rules);

const struct bp_loss bp_half_squared =
    BP_LOSS("half-squared", half_squared_spellings, none, BP_OUTPUT_ANY, BP_OUTPUT_NUMBER, false,
            NULL, NULL, &half_squared_rules, &half_squared_rules);
