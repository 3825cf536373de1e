/* Judging a document: trials, and the claims in each.
 *
 * All claims of a file share the world of a trial, so a derivative that many of them use is
 * computed once.  A claim whose sides have no value at a point (the logarithm of a negative number)
 * gets further trials, up to four times as many; one that has failed gets none.
 */
#include "judge/judge.h"

#include <math.h>
#include <string.h>

#include "base/budget.h"
#include "base/list.h"
#include "judge/aim.h"
#include "judge/nothing.h"
#include "judge/roots.h"
#include "judge/verdict.h"

static const size_t DEFAULT_TRIALS = 5, DEFAULT_MEMORY = (size_t)1 << 30;

struct bp_judge_options bp_judge_defaults(const struct bp_judge_options *options) {
  struct bp_judge_options used = *options;
  used.trials = used.trials ? used.trials : DEFAULT_TRIALS;
  used.memory = used.memory ? used.memory : DEFAULT_MEMORY;
  return used;
}

/* ---- declarations ------------------------------------------------------- */

static bool look_at_node(void *context, struct bp_node *node) {
  struct bp_world *world = context;
  if (node->declaration->kind != BP_DECLARED_UNKNOWN && !bp_node_alias(world, node))
    bp_node_shape(world, node, node->piece->target->span);
  world->fault = (struct bp_fault){0}; /* reported by bp_node_shape */
  return true;
}

static void report_fault(struct bp_world *world) {
  enum bp_fault_kind kind = world->fault.kind;
  if (kind != BP_FAULT_NONE && kind != BP_FAULT_CONSEQUENCE && !bp_fault_is_end(&world->fault))
    bp_fault_report(world);
  world->fault = (struct bp_fault){0};
}

void bp_declarations_look(struct bp_world *world) {
  for (size_t i = 0; i < world->model->declaration_count; i++) {
    struct bp_declaration *declaration = world->model->declarations[i];
    if (declaration->count == 0)
      continue;
    const struct bp_piece *last = &declaration->pieces[declaration->count - 1];
    bp_world_begin(world, &last->line, NULL);
    if (declaration->kind == BP_DECLARED_SIZE) {
      if (last->target->count == 0)
        bp_world_atom(world, declaration, last->target, NULL);
    } else if (declaration->kind == BP_DECLARED_FUNCTION) {
      if (!last->line.statement->put_in)
        bp_function_look(world, declaration);
    } else {
      bp_world_members(world, declaration, last->target->span, look_at_node, world);
    }
    report_fault(world);
  }
}

/* ---- trials ------------------------------------------------------------- */

struct judging {
  struct bp_model *model;
  struct bp_claim_state *states;
  struct bp_arena *arena, *scratch;
  size_t trials, memory;
  uint64_t seed;
  bool (*stopped)(void);
};

/* A claim with branches wants more points, so that a rare branch is met. */
static bool wants_more(const struct bp_claim_state *state, size_t trials) {
  size_t wanted = state->branched ? trials * BP_EXTRA_TRIALS : trials;
  return !state->decided && state->points < wanted;
}

/* A world in an arena of its own, world->keep; NULL when there is no memory for it. */
static struct bp_world *new_world(struct judging *judging, size_t trial, slong bits) {
  struct bp_arena *keep = bp_arena_within(judging->arena, judging->memory);
  struct bp_world *world = keep ? bp_arena_alloc(keep, 1, sizeof *world) : NULL;
  if (world &&
      bp_world_init(world, judging->model, judging->seed, trial, bits, keep, judging->scratch) ==
          0 &&
      bp_world_watch_sides(world))
    return world;
  bp_arena_free(keep);
  return NULL;
}

/* One point with all the bits that it took so far: worlds of 128, 256, 512, ... bits, made when
 * they are asked for. */
enum { RUNGS = 6, WELCOME_RUNGS = 5 };

struct ladder {
  size_t trial;
  struct bp_world *worlds[RUNGS];
};

static struct bp_world *rung(struct judging *judging, struct ladder *ladder, size_t k) {
  if (!ladder->worlds[k])
    ladder->worlds[k] = new_world(judging, ladder->trial, (slong)BP_LEAST_BITS << k);
  return ladder->worlds[k];
}

static void free_ladder(struct ladder *ladder) {
  for (size_t k = 0; k < RUNGS; k++)
    if (ladder->worlds[k])
      bp_arena_free(ladder->worlds[k]->keep);
}

/* How many rungs the claim may climb, for what it wants now.  Once all of them did not help it gets
 * few; and what is 0 to so many bits at two points is not asked at every further one. */
static size_t most_rungs(const struct bp_claim_state *state) {
  enum { MOST_WELCOME = 2 };
  bool asked = state->wanted == BP_BITS_WELCOME && state->welcomed >= MOST_WELCOME;
  if (state->wanted == BP_BITS_ENOUGH || asked)
    return 0;
  bool welcome = state->wanted == BP_BITS_WELCOME && state->nonzero;
  return welcome || state->exhausted ? WELCOME_RUNGS : RUNGS;
}

/* Whether the claim came to nothing for want of work or time. */
static bool out_of_work(const struct bp_claim_state *state) {
  return state->worst.reason == BP_REASON_LIMIT || state->worst.reason == BP_REASON_TIME;
}

static const char *open_question(enum bp_reason reason) {
  switch (reason) {
  case BP_REASON_KINK:
    return "nothing says on which side of a kink it lies";
  case BP_REASON_OVERFLOW:
    return "a value on the way is infinite or not a number";
  default:
    return "what rounding leaves open is larger than the numbers themselves";
  }
}

/* Says with how many bits a claim was left undecided. */
static void name_budget(struct judging *judging, struct bp_claim_state *state) {
  struct bp_link_outcome *worst = &state->worst;
  if (worst->verdict != BP_UNDECIDED || worst->bits != BP_BITS_NEEDED ||
      state->bits <= BP_LEAST_BITS)
    return;
  const char *question = worst->where.message ? worst->where.message : open_question(worst->reason);
  worst->where.message =
      bp_arena_printf(judging->arena, "%s, with %ld bits", question, (long)state->bits);
  worst->bits = BP_BITS_ENOUGH; /* it is said once */
}

/* Judges a claim at one point, with more bits as long as these are wanted and there is work left.
 * Every rung judges the whole point anew, and what the one before it said is forgotten. */
static bool climb(struct judging *judging, struct ladder *ladder, struct bp_claim_state *state) {
  struct bp_claim_state before = *state, reached;
  for (size_t k = 0;; k++) {
    struct bp_world *world = rung(judging, ladder, k);
    if (!world)
      return false;
    bp_claim_try(world, state, judging->arena);
    if (k > 0 && out_of_work(state)) {
      *state = reached;
      break;
    }
    state->bits = world->room.bits > before.bits ? world->room.bits : before.bits;
    if (k + 1 >= most_rungs(state))
      break;
    reached = *state;
    *state = before;
  }
  state->exhausted = state->exhausted || state->wanted == BP_BITS_NEEDED;
  state->welcomed += state->wanted == BP_BITS_WELCOME;
  name_budget(judging, state);
  return true;
}

/* A polynomial that holds, once more with so many bits that what is not seen of a difference is
 * next to nothing: the chance that is told of such a line is of a difference that is 0. */
static bool look_finely(struct judging *judging, struct ladder *ladder,
                        struct bp_claim_state *state) {
  enum { FINE = 2, MOST_STEPS = 400000 };
  bool cheap = state->steps < MOST_STEPS * state->points;
  if (state->degree == 0 || state->worst.verdict != BP_HOLDS || state->points == 0 || !cheap)
    return true;
  struct bp_world *world = rung(judging, ladder, FINE);
  struct bp_claim_state here = bp_claim_untried(state->claim);
  if (!world)
    return false;
  bp_claim_try(world, &here, judging->arena);
  if (here.worst.verdict == BP_FAILS && here.worst.reason == BP_REASON_VALUE) {
    state->worst = here.worst;
    state->decided = true;
    state->bits = world->room.bits;
    state->largest_relative = fmax(state->largest_relative, here.largest_relative);
  } else if (here.worst.verdict == BP_HOLDS && here.points > 0) {
    state->fine_points++;
    state->finest = fmax(state->finest, here.visible);
  }
  return true;
}

/* A claim at one point, and where something decides it at further ones that are aimed there. */
static bool try_claim(struct judging *judging, struct ladder *ladder,
                      struct bp_claim_state *state) {
  if (!climb(judging, ladder, state) || !look_finely(judging, ladder, state))
    return false;
  bp_claim_meet(judging->model, state, ladder->worlds[0], BP_MEETING_COMPARED, judging->arena);
  return true;
}

/* One trial; 0, or -1 when there is no memory for it. */
static int run_trial(struct judging *judging, size_t trial) {
  struct ladder ladder = {.trial = trial};
  bool fine = rung(judging, &ladder, 0) != NULL;
  if (fine && trial == 0)
    bp_declarations_look(ladder.worlds[0]);
  for (size_t i = 0; fine && i < judging->model->claim_count; i++)
    if (wants_more(&judging->states[i], judging->trials))
      fine = try_claim(judging, &ladder, &judging->states[i]);
  free_ladder(&ladder);
  return fine ? 0 : -1;
}

static bool on_kink(const struct bp_claim_state *state) {
  return state->kink && state->points > 0 && state->worst.verdict == BP_HOLDS;
}

/* Worlds in which a derivative on a kink is one slope, the other, and the middle. */
static bool make_kink_worlds(struct judging *judging, size_t trial, struct bp_world **worlds) {
  for (size_t k = 0; k < BP_SLOPE_CHOICES; k++) {
    worlds[k] = new_world(judging, trial, BP_LEAST_BITS);
    if (!worlds[k])
      return false;
    worlds[k]->slopes = (enum bp_kink_slopes)(BP_SLOPE_BELOW + k);
  }
  return true;
}

static void free_kink_worlds(struct bp_world **worlds) {
  for (size_t k = 0; k < BP_SLOPE_CHOICES; k++) {
    if (worlds[k])
      bp_arena_free(worlds[k]->keep);
    worlds[k] = NULL;
  }
}

/* Claims that hold on a kink, once more without the gaps between slopes, where they were on it. */
static int look_at_kinks(struct judging *judging) {
  struct bp_world *worlds[BP_SLOPE_CHOICES] = {NULL};
  bool fine = true;
  for (size_t i = 0; i < judging->model->claim_count && fine; i++) {
    struct bp_claim_state *state = &judging->states[i];
    struct bp_link_outcome outcome;
    if (!on_kink(state))
      continue;
    if (worlds[0] && worlds[0]->trial != state->kink_trial)
      free_kink_worlds(worlds);
    fine = worlds[0] || make_kink_worlds(judging, state->kink_trial, worlds);
    if (fine && !bp_claim_on_kink(worlds, state, judging->arena, &outcome))
      state->worst = outcome;
  }
  free_kink_worlds(worlds);
  return fine ? 0 : -1;
}

static bool any_wants_more(const struct judging *judging) {
  for (size_t i = 0; i < judging->model->claim_count; i++)
    if (wants_more(&judging->states[i], judging->trials))
      return true;
  return false;
}

static int run_trials(struct judging *judging) {
  size_t most = judging->trials * BP_EXTRA_TRIALS;
  for (size_t trial = 0; trial < most; trial++) {
    bool stopped = judging->stopped && judging->stopped();
    if (stopped || bp_budget_over() || (trial > 0 && !any_wants_more(judging)))
      return 0;
    if (run_trial(judging, trial) != 0)
      return -1;
  }
  return 0;
}

/* What a claim comes to once the time is up: a refutation stands, and so does what cannot be judged
 * in any time, but what holds so far was not tried at all points that it should have been. */
static void end_in_time(struct judging *judging) {
  for (size_t i = 0; i < judging->model->claim_count; i++) {
    struct bp_claim_state *state = &judging->states[i];
    if (state->worst.verdict == BP_HOLDS)
      state->worst = (struct bp_link_outcome){.verdict = BP_UNDECIDED, .reason = BP_REASON_TIME};
    else if (state->worst.reason == BP_REASON_TIME)
      state->worst.where = (struct bp_diagnostic){0};
  }
}

/* ---- the report --------------------------------------------------------- */

static void count_claims(struct bp_derivation_report *report) {
  report->head.verdict = report->claim_count ? BP_HOLDS : BP_UNDECIDED;
  for (size_t i = 0; i < report->claim_count; i++) {
    const struct bp_claim *claim = &report->claims[i];
    report->head.holds += claim->verdict == BP_HOLDS;
    report->head.fails += claim->verdict == BP_FAILS;
    report->head.undecided += claim->verdict == BP_UNDECIDED;
    report->head.verdict = bp_verdict_join(report->head.verdict, claim->verdict);
  }
  report->head.entries = report->claim_count;
}

/* Line numbers, counted in one walk through the file. */
static void number_lines(struct bp_derivation_report *report) {
  size_t line = 1, at = 0;
  for (size_t i = 0; i < report->claim_count; i++) {
    struct bp_claim *claim = &report->claims[i];
    for (; at < claim->span.begin; at++)
      line += claim->source->text[at] == '\n';
    claim->line = line;
  }
}

/* What was in force, for the head of the report.  The arena remembers where memory is short. */
static void add_setting(struct bp_report_head *head, struct bp_arena *arena, const char *name,
                        const char *value) {
  struct bp_setting *settings =
      bp_list_longer(arena, head->settings, head->setting_count, sizeof *settings);
  if (!settings)
    return;
  settings[head->setting_count++] = (struct bp_setting){name, value};
  head->settings = settings;
}

static bool fill_report(const struct judging *judging, const struct bp_document *document,
                        struct bp_derivation_report *report) {
  struct bp_arena *arena = judging->arena;
  size_t count = judging->model->claim_count;
  *report = (struct bp_derivation_report){.head.title = judging->model->title,
                                          .head.notes = judging->model->notes,
                                          .head.note_count = judging->model->note_count};
  report->claims = bp_arena_alloc(arena, count + 1, sizeof *report->claims);
  if (!report->claims)
    return false;
  report->claim_count = count;
  for (size_t i = 0; i < count; i++)
    bp_claim_note_nothing(judging->model, &judging->states[i], arena);
  for (size_t i = 0; i < count; i++)
    bp_claim_finish(&judging->states[i], arena, &report->claims[i]);
  add_setting(&report->head, arena, "file", document->source->name);
  add_setting(&report->head, arena, "points", bp_arena_printf(arena, "%zu", judging->trials));
  add_setting(&report->head, arena, "seed",
              bp_arena_printf(arena, "%llu", (unsigned long long)judging->seed));
  if (judging->model->origin)
    add_setting(&report->head, arena, "source", judging->model->origin);
  number_lines(report);
  count_claims(report);
  return bp_roots_find(judging->model, judging->model->diagnostics, report) &&
         !bp_arena_failed(arena);
}

static int out_of_memory(struct bp_diagnostics *diagnostics) {
  bp_error(diagnostics, NULL, (struct bp_span){0, 0},
           "smaller sizes (size m in 2..4), or a larger --memory-limit",
           "there is not enough memory to judge this file");
  return -1;
}

/* Random points, kinks and aimed points; false when memory is short. */
static bool judge_all(struct judging *judging, bool brief) {
  struct bp_aiming aiming = {.model = judging->model,
                             .states = judging->states,
                             .arena = judging->arena,
                             .scratch = judging->scratch,
                             .memory = judging->memory,
                             .seed = judging->seed,
                             .stopped = judging->stopped};
  bool fine = bp_claims_count_degrees(judging->model, judging->states, judging->arena) &&
              run_trials(judging) == 0 && look_at_kinks(judging) == 0 &&
              (brief || bp_claims_aim(&aiming));
  enum bp_budget_end end = bp_budget_end_here();
  if (end == BP_BUDGET_TIME || end == BP_BUDGET_STOPPED)
    end_in_time(judging);
  return fine && end != BP_BUDGET_NO_MEMORY;
}

static int judge(const struct bp_document *document, const struct bp_judge_options *options,
                 struct bp_arena *arena, struct bp_diagnostics *diagnostics,
                 struct bp_derivation_report *report, struct bp_judgement *judgement) {
  struct bp_judge_options used = bp_judge_defaults(options);
  struct judging judging = {.model = bp_arena_alloc(arena, 1, sizeof *judging.model),
                            .arena = arena,
                            .trials = used.trials,
                            .memory = used.memory,
                            .seed = used.seed,
                            .stopped = used.stopped};
  if (!judging.model)
    return out_of_memory(diagnostics);
  if (bp_model_build(document, arena, diagnostics, judging.model))
    return -1;
  judging.scratch = bp_arena_within(arena, judging.memory);
  judging.states = bp_arena_alloc(arena, judging.model->claim_count + 1, sizeof *judging.states);
  bool fine = judging.scratch && judging.states;
  for (size_t i = 0; fine && i < judging.model->claim_count; i++)
    judging.states[i] = bp_claim_untried(&judging.model->claims[i]);
  fine = fine && judge_all(&judging, used.brief) && fill_report(&judging, document, report) &&
         bp_budget_end_here() != BP_BUDGET_NO_MEMORY;
  bp_arena_free(judging.scratch);
  if (judgement)
    *judgement = (struct bp_judgement){judging.model, judging.states};
  return fine ? 0 : out_of_memory(diagnostics);
}

/* A refusal of memory must be known whoever met it, so there is a budget in any case.  What is made
 * on one of our own is freed here. */
int bp_judge(const struct bp_document *document, const struct bp_judge_options *options,
             struct bp_arena *arena, struct bp_diagnostics *diagnostics,
             struct bp_derivation_report *report, struct bp_judgement *judgement) {
  if (bp_budget_here())
    return judge(document, options, arena, diagnostics, report, judgement);
  struct bp_budget own = {0};
  struct bp_budget *before = bp_budget_enter(&own);
  int status = judge(document, options, arena, diagnostics, report, judgement);
  bp_budget_leave(before);
  return status;
}
