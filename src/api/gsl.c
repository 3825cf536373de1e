/* The public calls for GSL's own types: each fills the frame of call.h from a struct of
 * GSL's and sees to what that struct has beside a function and its derivative (fdf, fvv, dfdt).
 *
 * Vectors are views of the working copy of the point and of the places where results are wanted, so
 * nothing is copied.  GSL's callbacks take their own struct or params without const; what they do
 * with it is theirs, as in GSL.
 */
#include <math.h>
#include <string.h>

#include "api/call.h"

static const char wrong_size[] = "the vector x has another size than the function says";
static const char no_point[] = "the vector x is NULL";
static const char no_jacobian[] = "the Jacobian could not be evaluated at this point: its function "
                                  "returned a status that is not 0";

/* A view of the point in the work. */
static gsl_vector_view point_of(struct bp_call *call) {
  return gsl_vector_view_array(call->theta, call->probed.parameters);
}

static void begin_at(struct bp_call *call, const struct bp_call_form *form, const void *system,
                     const struct bp_derivative_options *options, const gsl_vector *x, size_t n,
                     size_t k) {
  static const double nowhere;
  bool fine = x && x->size == n && n > 0;
  bp_call_begin(call, form, system, options, fine ? x->data : &nowhere, fine ? x->stride : 1,
                fine ? n : 1, k > 0 ? k : 1);
  if (!fine && call->arena) /* before anything that is said about a point that is none */
    call->complaint = x ? wrong_size : no_point;
}

/* Says what is missing, before anything that is said about sizes. */
static void refuse_incomplete(struct bp_call *call, const void *function, bool f, bool df,
                              size_t dimension) {
  const char *complaint = !function        ? "the function is NULL: pass GSL's struct with f and df"
                          : !f             ? "f is NULL: there is no function to check against"
                          : !df            ? "df is NULL: there is no derivative to check"
                          : dimension == 0 ? "the dimension is 0: there is nothing to check"
                                           : NULL;
  if (call->arena && complaint && call->complaint != no_point)
    call->complaint = complaint;
}

static void note_status(struct bp_call *call, enum bp_probe_status status) {
  if (status != BP_PROBE_OK)
    bp_call_refuse(call, "out of memory");
}

/* What fdf gives against what f and df give. */
static void compare_both(struct bp_call *call, const double *value, const double *both_value,
                         const double *both_gradient) {
  size_t n = call->probed.parameters, k = call->probed.outputs;
  if (bp_call_failed(call))
    return;
  note_status(call, bp_probe_compare("fdf: f", k, 1, both_value, value, BP_PROBE_DOUBLE,
                                     call->arena, call->report));
  note_status(call, bp_probe_compare("fdf: df", call->probed.jacobian ? k : n,
                                     call->probed.jacobian ? n : 1, both_gradient, call->gradient,
                                     BP_PROBE_DOUBLE, call->arena, call->report));
}

/* Room for what fdf gives: f alone, f of fdf, df of fdf. */
struct both {
  double *value, *both_value, *both_gradient;
};

static bool both_new(struct bp_call *call, struct both *both) {
  size_t n = call->probed.parameters, k = call->probed.outputs;
  if (bp_call_failed(call))
    return false;
  both->value = bp_arena_alloc(call->arena, k, sizeof(double));
  both->both_value = bp_arena_alloc(call->arena, k, sizeof(double));
  both->both_gradient = bp_arena_alloc(call->arena, k * n, sizeof(double));
  if (bp_arena_failed(call->arena)) {
    bp_call_refuse(call, "out of memory");
    return false;
  }
  bp_call_soil(both->value, k, false);
  bp_call_soil(both->both_value, k, false);
  bp_call_soil(both->both_gradient, k * n, false);
  return true;
}

/* ---- gsl_multimin_function_fdf ------------------------------------------------------ */

static bool multimin_value(struct bp_call *call, double *values) {
  const gsl_multimin_function_fdf *function = call->system;
  gsl_vector_view x = point_of(call);
  *values = function->f(&x.vector, function->params);
  return true;
}

static bool multimin_derivative(struct bp_call *call, double *derivative) {
  const gsl_multimin_function_fdf *function = call->system;
  gsl_vector_view x = point_of(call);
  gsl_vector_view out = gsl_vector_view_array(derivative, call->probed.parameters);
  function->df(&x.vector, function->params, &out.vector);
  return true;
}

static void multimin_both(struct bp_call *call, const gsl_multimin_function_fdf *function) {
  struct both both;
  gsl_vector_view x = point_of(call);
  if (!function->fdf || !both_new(call, &both))
    return;
  gsl_vector_view g = gsl_vector_view_array(both.both_gradient, call->probed.parameters);
  *both.value = function->f(&x.vector, function->params);
  function->fdf(&x.vector, function->params, both.both_value, &g.vector);
  compare_both(call, both.value, both.both_value, both.both_gradient);
}

static const struct bp_call_form multimin_form = {"gsl_multimin_function_fdf", NULL, "x",
                                                  multimin_value, multimin_derivative};

struct bp_result bp_check_multimin(const gsl_multimin_function_fdf *function, const gsl_vector *x,
                                   const struct bp_derivative_options *options) {
  struct bp_call call;
  begin_at(&call, &multimin_form, function, options, x, function ? function->n : 0, 1);
  refuse_incomplete(&call, function, function && function->f, function && function->df,
                    function ? function->n : 0);
  if (bp_call_failed(&call))
    return bp_call_finish(&call);
  bp_call_differentiate(&call);
  bp_call_check(&call);
  if (!bp_call_failed(&call))
    multimin_both(&call, function);
  return bp_call_finish(&call);
}

/* ---- functions with a vector of values ---------------------------------------------- */

typedef int vector_function(const gsl_vector *x, void *params, gsl_vector *f);
typedef int matrix_function(const gsl_vector *x, void *params, gsl_matrix *J);

static bool vector_value(struct bp_call *call, vector_function *f, void *params, double *values) {
  gsl_vector_view x = point_of(call), out = gsl_vector_view_array(values, call->probed.outputs);
  return f(&x.vector, params, &out.vector) == GSL_SUCCESS;
}

static bool matrix_derivative(struct bp_call *call, matrix_function *df, void *params,
                              double *derivative) {
  gsl_vector_view x = point_of(call);
  gsl_matrix_view out =
      gsl_matrix_view_array(derivative, call->probed.outputs, call->probed.parameters);
  return df(&x.vector, params, &out.matrix) == GSL_SUCCESS;
}

static void fill_jacobian(struct bp_call *call) {
  if (!bp_call_differentiate(call))
    bp_call_refuse(call, no_jacobian);
}

/* ---- gsl_multiroot_function_fdf ----------------------------------------------------- */

static bool multiroot_value(struct bp_call *call, double *values) {
  const gsl_multiroot_function_fdf *function = call->system;
  return vector_value(call, function->f, function->params, values);
}

static void multiroot_both(struct bp_call *call, const gsl_multiroot_function_fdf *function) {
  struct both both;
  size_t n = function->n;
  gsl_vector_view x = point_of(call);
  if (!function->fdf || !both_new(call, &both))
    return;
  gsl_vector_view f = gsl_vector_view_array(both.both_value, n);
  gsl_matrix_view J = gsl_matrix_view_array(both.both_gradient, n, n);
  if (!multiroot_value(call, both.value) ||
      function->fdf(&x.vector, function->params, &f.vector, &J.matrix) != GSL_SUCCESS)
    for (size_t i = 0; i < n; i++)
      both.both_value[i] = NAN; /* which agrees with nothing */
  compare_both(call, both.value, both.both_value, both.both_gradient);
}

static bool multiroot_derivative(struct bp_call *call, double *derivative) {
  const gsl_multiroot_function_fdf *function = call->system;
  return matrix_derivative(call, function->df, function->params, derivative);
}

static const struct bp_call_form multiroot_form = {"gsl_multiroot_function_fdf", "f", "x",
                                                   multiroot_value, multiroot_derivative};

struct bp_result bp_check_multiroot(const gsl_multiroot_function_fdf *function, const gsl_vector *x,
                                    const struct bp_derivative_options *options) {
  struct bp_call call;
  size_t n = function ? function->n : 0;
  begin_at(&call, &multiroot_form, function, options, x, n, n);
  refuse_incomplete(&call, function, function && function->f, function && function->df, n);
  if (bp_call_failed(&call))
    return bp_call_finish(&call);
  fill_jacobian(&call);
  bp_call_check(&call);
  if (!bp_call_failed(&call))
    multiroot_both(&call, function);
  return bp_call_finish(&call);
}

/* ---- gsl_multifit_nlinear_fdf ------------------------------------------------------- */

static bool multifit_value(struct bp_call *call, double *values) {
  const gsl_multifit_nlinear_fdf *function = call->system;
  return vector_value(call, function->f, function->params, values);
}

/* A direction of the size of the parameters, of few bits; different for each seed. */
static void draw_direction(const struct bp_call *call, double *direction) {
  unsigned long state = call->wishes->seed ? call->wishes->seed : 1;
  for (size_t j = 0; j < call->probed.parameters; j++) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    int part = 64 + (int)((state >> 40) % 64), sign = (state >> 60) & 1 ? -1 : 1;
    double x = call->probed.theta[j];
    direction[j] = ldexp(sign * part, (x != 0 ? ilogb(x) : 0) - 7);
  }
}

/* The second directional derivative, if the function has one. */
static void check_second(struct bp_call *call, const gsl_multifit_nlinear_fdf *function) {
  if (!function->fvv || bp_call_failed(call))
    return;
  double *direction = bp_arena_alloc(call->arena, function->p, sizeof *direction);
  double *second = bp_arena_alloc(call->arena, function->n, sizeof *second);
  if (!direction || !second) {
    note_status(call, BP_PROBE_NO_MEMORY);
    return;
  }
  draw_direction(call, direction);
  bp_call_soil(second, function->n, false);
  gsl_vector_view x = point_of(call), v = gsl_vector_view_array(direction, function->p);
  gsl_vector_view out = gsl_vector_view_array(second, function->n);
  if (function->fvv(&x.vector, &v.vector, function->params, &out.vector) != GSL_SUCCESS)
    for (size_t i = 0; i < function->n; i++)
      second[i] = NAN;
  note_status(call, bp_probe_second(&call->probed, &call->options, "fvv", direction, second,
                                    call->arena, call->report));
}

static void add_note(struct bp_call *call, const char *sentence) {
  struct bp_report *report = call->report;
  const char **notes = bp_arena_alloc(call->arena, report->head.note_count + 1, sizeof *notes);
  if (!notes)
    return; /* the arena remembers */
  memcpy(notes + 1, report->head.notes, report->head.note_count * sizeof *notes);
  notes[0] = sentence;
  report->head.notes = notes;
  report->head.note_count++;
}

/* Without df there is no Jacobian to look at; the zeros in its place are not shown. */
static void set_jacobian_aside(struct bp_call *call) {
  struct bp_report *report = call->report;
  report->block_count = 0;
  report->head.entries = report->head.holds = report->head.fails = report->head.undecided =
      report->skipped = 0;
  report->visible = 0;
  report->head.verdict = BP_HOLDS; /* until fvv has its say */
  report->head.note_count = 0;
  add_note(call, "df is NULL: GSL takes differences itself, so there is no Jacobian to check");
}

/* Then fvv is all there is, so its entries are what was checked. */
static void count_second(struct bp_call *call) {
  struct bp_report *report = call->report;
  struct bp_block *block = &report->blocks[report->block_count - 1];
  block->parameter = true;
  report->head.entries = block->rows;
  report->head.holds = block->holds;
  report->head.fails = block->fails;
  report->head.undecided = block->undecided;
  report->visible = 2 * block->widest_bound;
}

/* One column of zeros, looked at for the sake of the report's frame. */
static void stand_in(struct bp_call *call) {
  static const size_t first_column = 0;
  size_t count = call->probed.parameters * call->probed.outputs;
  call->options.rule = BP_PROBE_GIVEN;
  call->options.number = 0;
  call->options.indices = &first_column;
  call->options.index_count = 1;
  memset(call->gradient, 0, count * sizeof *call->gradient);
  memset(call->again, 0, count * sizeof *call->again);
}

/* Without df the zeros that stand in for it are all that there is. */
static bool multifit_derivative(struct bp_call *call, double *derivative) {
  const gsl_multifit_nlinear_fdf *function = call->system;
  return function->df && matrix_derivative(call, function->df, function->params, derivative);
}

static const struct bp_call_form multifit_form = {"gsl_multifit_nlinear_fdf", "f", "x",
                                                  multifit_value, multifit_derivative};

struct bp_result bp_check_multifit_nlinear(const gsl_multifit_nlinear_fdf *function,
                                           const gsl_vector *x,
                                           const struct bp_derivative_options *options) {
  struct bp_call call;
  begin_at(&call, &multifit_form, function, options, x, function ? function->p : 0,
           function ? function->n : 0);
  bool missing = function && !function->df;
  refuse_incomplete(&call, function, function && function->f, true,
                    function && function->p > 0 ? function->n : 0);
  if (missing && !function->fvv)
    bp_call_refuse(&call, "df and fvv are both NULL: GSL takes differences itself, and there is "
                          "nothing to check");
  if (bp_call_failed(&call))
    return bp_call_finish(&call);
  if (missing)
    stand_in(&call);
  else
    fill_jacobian(&call);
  bp_call_check(&call);
  if (missing && !bp_call_failed(&call))
    set_jacobian_aside(&call);
  if (!bp_call_failed(&call))
    check_second(&call, function);
  if (missing && !bp_call_failed(&call))
    count_second(&call);
  return bp_call_finish(&call);
}

/* ---- gsl_odeiv2_system -------------------------------------------------------------- */

/* The point is y and then t. */
static bool odeiv2_value(struct bp_call *call, double *values) {
  const gsl_odeiv2_system *system = call->system;
  return system->function(call->theta[system->dimension], call->theta, values, system->params) ==
         GSL_SUCCESS;
}

/* GSL wants dfdy (n x n) and dfdt apart; here they are n rows of n + 1. */
static bool odeiv2_derivative(struct bp_call *call, double *derivative) {
  const gsl_odeiv2_system *system = call->system;
  size_t n = system->dimension;
  bool again = derivative[0] == BP_PROBE_GARBAGE;
  struct bp_arena_mark mark = bp_arena_mark(call->arena);
  double *dfdy = bp_arena_alloc(call->arena, n * n, sizeof *dfdy);
  double *dfdt = bp_arena_alloc(call->arena, n, sizeof *dfdt);
  if (!dfdy || !dfdt) {
    bp_call_refuse(call, "out of memory");
    return false;
  }
  bp_call_soil(dfdy, n * n, again);
  bp_call_soil(dfdt, n, again);
  bool fine =
      system->jacobian(call->theta[n], call->theta, dfdy, dfdt, system->params) == GSL_SUCCESS;
  for (size_t i = 0; fine && i < n; i++) {
    memcpy(derivative + i * (n + 1), dfdy + i * n, n * sizeof *derivative);
    derivative[i * (n + 1) + n] = dfdt[i];
  }
  bp_arena_release(call->arena, mark);
  return fine;
}

/* The point (y, t) and the blocks of it, for bp_call_begin. */
struct odeiv2_frame {
  struct bp_arena *arena;
  struct bp_derivative_options options;
  double *point;
};

static bool frame_new(size_t n, double t, const double *y,
                      const struct bp_derivative_options *options, struct odeiv2_frame *frame) {
  *frame = (struct odeiv2_frame){.arena = bp_arena_new(0)};
  if (!frame->arena)
    return false;
  if (options)
    frame->options = *options;
  size_t count = frame->options.blocks ? frame->options.block_count : 1;
  if (count > n) /* to be refused, and not to be read */
    count = n;
  struct bp_parameter_block *blocks = bp_arena_alloc(frame->arena, count + 1, sizeof *blocks);
  frame->point = bp_arena_alloc(frame->arena, n + 1, sizeof *frame->point);
  double *scales = bp_arena_alloc(frame->arena, n + 1, sizeof *scales);
  if (!blocks || !frame->point || !scales)
    return false;
  if (frame->options.blocks)
    memcpy(blocks, frame->options.blocks, count * sizeof *blocks);
  else
    blocks[0] = (struct bp_parameter_block){"y", n, 1};
  blocks[count] = (struct bp_parameter_block){"t", 1, 1};
  frame->options.blocks = blocks;
  frame->options.block_count = count + 1;
  memcpy(frame->point, y, n * sizeof *y);
  frame->point[n] = t;
  if (frame->options.scales) /* of y; that of t is seen from its value */
    frame->options.scales = memcpy(scales, frame->options.scales, n * sizeof *scales);
  return true;
}

static const struct bp_call_form odeiv2_form = {"gsl_odeiv2_system", "f", "y", odeiv2_value,
                                                odeiv2_derivative};

struct bp_result bp_check_odeiv2(const gsl_odeiv2_system *system, double t, const double *y,
                                 const struct bp_derivative_options *options) {
  struct bp_call call;
  struct odeiv2_frame frame = {0};
  size_t n = system ? system->dimension : 0;
  bool sized = n > 0 && n < SIZE_MAX / 64 && y;
  bool fine = sized && frame_new(n, t, y, options, &frame);
  bp_call_begin(&call, &odeiv2_form, system, fine ? &frame.options : NULL, frame.point, 1,
                fine ? n + 1 : 0, n);
  if (!sized)
    call.complaint = !y        ? "y is NULL: pass the point at which to check"
                     : !system ? "the system is NULL: pass GSL's struct with function and jacobian"
                               : "the dimension is 0, or beyond all memory";
  else if (!fine)
    call.complaint = "out of memory";
  else if (options && options->blocks && options->block_count > n)
    call.complaint = "there are more blocks than numbers in y: is block_count right?";
  else if (!system->function || !system->jacobian)
    bp_call_refuse(&call, "function or jacobian is NULL");
  if (!bp_call_failed(&call) && !bp_call_differentiate(&call))
    bp_call_refuse(&call, no_jacobian);
  bp_call_check(&call);
  struct bp_result result = bp_call_finish(&call);
  bp_arena_free(frame.arena);
  return result;
}

/* ---- gsl_function_fdf --------------------------------------------------------------- */

static bool function_value(struct bp_call *call, double *values) {
  const gsl_function_fdf *function = call->system;
  *values = function->f(call->theta[0], function->params);
  return true;
}

static bool function_derivative(struct bp_call *call, double *derivative) {
  const gsl_function_fdf *function = call->system;
  *derivative = function->df(call->theta[0], function->params);
  return true;
}

static const struct bp_call_form function_form = {"gsl_function_fdf", NULL, "x", function_value,
                                                  function_derivative};

struct bp_result bp_check_function_fdf(const gsl_function_fdf *function, double x,
                                       const struct bp_derivative_options *options) {
  struct bp_call call;
  struct both both;
  bp_call_begin(&call, &function_form, function, options, &x, 1, 1, 1);
  refuse_incomplete(&call, function, function && function->f, function && function->df, 1);
  if (!bp_call_failed(&call))
    bp_call_differentiate(&call);
  bp_call_check(&call);
  if (!bp_call_failed(&call) && function->fdf && both_new(&call, &both)) {
    *both.value = function->f(x, function->params);
    function->fdf(x, function->params, both.both_value, both.both_gradient);
    compare_both(&call, both.value, both.both_value, both.both_gradient);
  }
  return bp_call_finish(&call);
}
