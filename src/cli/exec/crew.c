/* A request goes to a program only after the answer to the one before has come, so that a program
 * may read its input as it likes, and a request that hurts can be named.  While programs compute,
 * this one waits for all of them at once.
 *
 * Which program gets which point depends on which one is ready first; values are stored by point,
 * so nothing else depends on it.  A few points are not worth spreading, and whether a function
 * repeats itself can be seen in one process only, so they all go to the first. */
#include "cli/exec/crew.h"

#include <math.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/exec/trouble.h"
#include "cli/interrupt.h"

enum { FEW = 4 }; /* points for each program */

static const double SLICE = 0.1; /* seconds between two looks at who is still alive */

/* What an answer may be long: for each number room for its digits and more than enough blanks. */
static const size_t NUMBER_BYTES = 64, OTHER_BYTES = 1 << 16, DESCRIPTION_BYTES = 1 << 26;

/* ---- one request, one answer --------------------------------------------- */

static void ask(struct bp_crew *crew, size_t w) {
  struct bp_worker *worker = &crew->workers[w];
  if (bp_child_unread(&crew->children[w]).length > 0)
    bp_trouble_unasked(crew, w);
  worker->busy = true;
  worker->asked = bp_child_clock();
  bp_child_send(&crew->children[w], worker->request.parts, worker->request.count);
}

/* Until the first time limit or the next look, in milliseconds, rounded up. */
static int pause_for(const struct bp_crew *crew, double now) {
  double seconds = SLICE;
  for (size_t w = 0; w < crew->jobs; w++)
    if (crew->workers[w].busy)
      seconds = fmin(seconds, crew->workers[w].asked + crew->timeout - now);
  return seconds > 0 ? (int)ceil(1000 * seconds) : 0;
}

/* Ends the program when no answer can come any more. */
static void look_after(struct bp_crew *crew, size_t w, double now) {
  struct bp_child *child = &crew->children[w];
  if (child->overlong || child->no_memory)
    bp_trouble_overlong(crew, w);
  bool ended = now - crew->looked >= SLICE && bp_child_has_ended(child);
  if ((ended || child->output < 0) && bp_child_unread(child).length == 0)
    bp_trouble_gone(crew, w);
  if (now - crew->workers[w].asked >= crew->timeout && !bp_child_has_line(child))
    bp_trouble_late(crew, w);
}

/* Waits for the answer of any program that is busy.  False: interrupted. */
static bool next_answer(struct bp_crew *crew, size_t *who, char **line, size_t *length) {
  for (;;) {
    if (crew->time_limit > 0 && bp_child_clock() - crew->began > crew->time_limit)
      bp_trouble_out_of_time(crew);
    for (size_t w = 0; w < crew->jobs; w++) {
      struct bp_worker *worker = &crew->workers[w];
      if (!worker->busy || !bp_child_line(&crew->children[w], line, length))
        continue;
      worker->busy = false;
      worker->answers++;
      *who = w;
      return true;
    }
    if (bp_interrupt_signal())
      return false;
    double now = bp_child_clock();
    bp_children_wait(crew->children, crew->jobs, pause_for(crew, now));
    now = bp_child_clock();
    for (size_t w = 0; w < crew->jobs; w++)
      if (crew->workers[w].busy)
        look_after(crew, w, now);
    if (now - crew->looked >= SLICE)
      crew->looked = now;
  }
}

/* ---- the start ----------------------------------------------------------- */

/* All copies must start at the same point, or a difference between them is none of the function. */
static void compare(struct bp_crew *crew, size_t w, const struct bp_description *other) {
  const struct bp_description *first = &crew->description;
  size_t n = first->parameters, i = 0;
  if (other->parameters != n || other->outputs != first->outputs)
    bp_trouble_other_size(crew, w, other);
  while (i < n && first->theta[i] == other->theta[i])
    i++;
  if (i < n)
    bp_trouble_other_point(crew, w, i, other->theta[i]);
}

/* The first description becomes that of all, whichever came first. */
static bool describe(struct bp_crew *crew) {
  struct bp_description *descriptions =
      bp_arena_alloc(crew->arena, crew->jobs, sizeof *descriptions);
  if (!descriptions)
    bp_trouble_no_memory();
  for (size_t w = 0; w < crew->jobs; w++) {
    bp_request_describe(&crew->workers[w].request);
    ask(crew, w);
  }
  for (size_t done = 0; done < crew->jobs; done++) {
    size_t w, length;
    char *line;
    struct bp_answer_problem problem = {0};
    if (!next_answer(crew, &w, &line, &length))
      return false;
    bp_answer_description(line, length, crew->arena, &descriptions[w], &problem);
    bp_trouble_answer(crew, w, &problem, crew->arena);
  }
  crew->description = descriptions[0];
  for (size_t w = 1; w < crew->jobs; w++)
    compare(crew, w, &descriptions[w]);
  return true;
}

/* At most so many bytes for a line of one program; its buffer may be twice as large. */
static size_t allowed(const struct bp_crew *crew, size_t wanted) {
  size_t share = crew->memory / crew->jobs / 2;
  return crew->memory && share < wanted ? share : wanted;
}

static void limit_lines(struct bp_crew *crew) {
  size_t numbers;
  if (__builtin_mul_overflow(crew->description.parameters, crew->description.outputs, &numbers) ||
      numbers > SIZE_MAX / NUMBER_BYTES / 2)
    bp_trouble_no_memory();
  for (size_t w = 0; w < crew->jobs; w++)
    crew->children[w].most = allowed(crew, NUMBER_BYTES * numbers + OTHER_BYTES);
}

bool bp_crew_start(struct bp_crew *crew) {
  crew->broken_pipe = signal(SIGPIPE, SIG_IGN);
  crew->began = crew->looked = bp_child_clock();
  for (size_t w = 0; w < crew->jobs; w++) {
    crew->children[w].most = allowed(crew, DESCRIPTION_BYTES);
    int error = bp_child_start(&crew->children[w], crew->command);
    if (error)
      bp_trouble_start(crew, error);
  }
  if (!describe(crew))
    return false;
  limit_lines(crew);
  if (!bp_talk_room(&crew->base, crew->description.parameters, crew->arena))
    bp_trouble_no_memory();
  bp_crew_move(crew);
  return true;
}

void bp_crew_move(struct bp_crew *crew) { bp_talk_write(&crew->base, crew->description.theta); }

void bp_crew_end(struct bp_crew *crew) {
  bp_children_end(false);
  signal(SIGPIPE, crew->broken_pipe);
}

/* ---- numbers ------------------------------------------------------------- */

/* Asks for the gradient at `numbers`.  False: interrupted. */
static bool ask_for_gradient(struct bp_crew *crew, const struct bp_numbers_text *numbers,
                             double *gradient, struct bp_answer_problem *problem) {
  struct bp_worker *worker = &crew->workers[0];
  enum bp_op op = crew->description.jacobian ? BP_OP_JACOBIAN : BP_OP_GRAD;
  size_t w, length;
  char *line;
  bp_request_whole(&worker->request, op, numbers);
  ask(crew, 0);
  if (!next_answer(crew, &w, &line, &length))
    return false;
  bp_answer_gradient(line, length, op, &crew->description, crew->spare, gradient, problem);
  return true;
}

bool bp_crew_gradient(struct bp_crew *crew, double *gradient) {
  struct bp_answer_problem problem = {0};
  struct bp_arena_mark mark = bp_arena_mark(crew->spare);
  bool answered = ask_for_gradient(crew, &crew->base, gradient, &problem);
  if (answered)
    bp_trouble_answer(crew, 0, &problem, crew->spare);
  bp_arena_release(crew->spare, mark);
  return answered;
}

/* The numbers of a whole point, as text. */
static const struct bp_numbers_text *write_whole(struct bp_crew *crew, size_t w,
                                                 const double *theta) {
  struct bp_worker *worker = &crew->workers[w];
  if (!worker->whole.text &&
      !bp_talk_room(&worker->whole, crew->description.parameters, crew->arena))
    bp_trouble_no_memory();
  bp_talk_write(&worker->whole, theta);
  return &worker->whole;
}

int bp_crew_differentiate(void *user, const double *theta, double *gradient) {
  struct bp_crew *crew = user;
  struct bp_answer_problem problem = {0};
  size_t count = crew->description.parameters * crew->description.outputs;
  struct bp_arena_mark mark = bp_arena_mark(crew->spare);
  bool answered = ask_for_gradient(crew, write_whole(crew, 0, theta), gradient, &problem);
  if (answered && crew->children[0].output < 0)
    bp_trouble_answer(crew, 0, &problem, crew->spare);
  for (size_t i = 0; (problem.error || problem.message) && i < count; i++)
    gradient[i] = NAN;
  bp_arena_release(crew->spare, mark);
  return answered ? 0 : -1;
}

/* A point that is not finite needs no asking. */
static bool is_finite(const struct bp_crew *crew, const struct bp_probe_point *point) {
  if (!point->theta)
    return isfinite(point->value);
  for (size_t i = 0; i < crew->description.parameters; i++)
    if (!isfinite(point->theta[i]))
      return false;
  return true;
}

static bool is_base(const struct bp_crew *crew, const struct bp_probe_point *point) {
  return !point->theta && point->value == crew->description.theta[point->index];
}

static void ask_for_values(struct bp_crew *crew, size_t w, const struct bp_probe_point *point) {
  const struct bp_description *description = &crew->description;
  struct bp_worker *worker = &crew->workers[w];
  enum bp_op op = description->jacobian ? BP_OP_VALUES : BP_OP_LOSS;
  if (!point->theta) {
    bp_request_change(&worker->request, op, &crew->base, point->index, point->value,
                      description->changes);
  } else {
    bp_request_whole(&worker->request, op, write_whole(crew, w, point->theta));
  }
  ask(crew, w);
}

/* An error of the program's own means that there is no value, except at the base point. */
static void take_values(struct bp_crew *crew, size_t w, const char *line, size_t length,
                        const struct bp_probe_point *point, double *values) {
  const struct bp_description *description = &crew->description;
  struct bp_answer_problem problem = {0};
  struct bp_arena_mark mark = bp_arena_mark(crew->spare);
  bp_answer_values(line, length, crew->workers[w].request.op, description, crew->spare, values,
                   &problem);
  if (problem.error && !is_base(crew, point)) {
    if (crew->errors++ == 0) {
      crew->first_error = bp_arena_strdup(crew->arena, problem.error);
      crew->first_batch = crew->batches;
    }
  } else {
    bp_trouble_answer(crew, w, &problem, crew->spare);
  }
  bp_arena_release(crew->spare, mark);
}

/* Gives the next points that need asking to a program. */
static bool employ(struct bp_crew *crew, size_t w, const struct bp_probe_point *points,
                   size_t count, size_t *next, double *values) {
  size_t outputs = crew->description.outputs;
  for (; *next < count; ++*next) {
    if (is_finite(crew, &points[*next])) {
      crew->workers[w].point = *next;
      ask_for_values(crew, w, &points[(*next)++]);
      return true;
    }
    for (size_t o = 0; o < outputs; o++)
      values[*next * outputs + o] = NAN;
  }
  return false;
}

int bp_crew_evaluate(void *user, const struct bp_probe_point *points, size_t count,
                     double *values) {
  struct bp_crew *crew = user;
  size_t next = 0, waiting = 0, outputs = crew->description.outputs;
  size_t jobs = count < FEW * crew->jobs ? 1 : crew->jobs;
  crew->batches++;
  for (size_t w = 0; w < jobs; w++)
    waiting += employ(crew, w, points, count, &next, values);
  while (waiting > 0) {
    size_t w, length;
    char *line;
    if (!next_answer(crew, &w, &line, &length))
      return -1;
    size_t point = crew->workers[w].point;
    take_values(crew, w, line, length, &points[point], values + point * outputs);
    waiting -= !employ(crew, w, points, count, &next, values);
  }
  return 0;
}
