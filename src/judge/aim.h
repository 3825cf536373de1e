/* Points that are aimed at what random ones seldom meet.
 *
 * A claim that holds at its random points is tried at further ones: far out, at special numbers, at
 * other sizes, at every case of what has few.  They can only refute it: where a side has no value
 * there, or too few digits, or lies on a kink, the point says nothing and counts for nothing.
 *
 * What is found lives in the arena that is named.
 */
#ifndef BP_JUDGE_AIM_H
#define BP_JUDGE_AIM_H

#include "judge/verdict.h"

/* What a search for the other side of the end of a domain has come to, whichever claim made it. */
struct bp_known_end {
  uint64_t goal;
  bool found;
  size_t trial;
  struct bp_drawing drawing;
};

struct bp_aiming {
  struct bp_model *model;
  struct bp_claim_state *states; /* one for each claim of the model */
  struct bp_arena *arena, *scratch;
  size_t memory;
  uint64_t seed;
  bool (*stopped)(void); /* may be NULL */
  struct bp_known_end *ends;
  size_t end_count, end_capacity;
};

/* Tries every claim that holds at the points aimed at it, and fills state->aimed.  False when
 * memory is short. */
bool bp_claims_aim(struct bp_aiming *aiming);

/* Whether something that has a few cases, a number of a set or a one-hot column, is drawn on the
 * way to the expression. */
bool bp_draws_cases(struct bp_model *model, const struct bp_expression *expression);

/* Takes over which sides of its decisions the claim has met in the world.  Where the point did not
 * compare, only that and the way there are kept. */
void bp_claim_meet(struct bp_model *model, struct bp_claim_state *state,
                   const struct bp_world *world, enum bp_meeting meeting, struct bp_arena *arena);

/* The place as it is written. */
const char *bp_place_text(const struct bp_claim_state *state, const struct bp_expression *place,
                          struct bp_arena *arena);

/* Fills the degree of each claim's state.  False when memory is short. */
bool bp_claims_count_degrees(const struct bp_model *model, struct bp_claim_state *states,
                             struct bp_arena *arena);

/* The chance that a wrong line of that degree passes all points at which it was compared finely;
 * NaN: it is not known. */
double bp_claim_chance(const struct bp_claim_state *state);

/* Fills state->aimed.unmet and the branches.  False when memory is short. */
bool bp_claim_tell_unmet(const struct bp_model *model, struct bp_claim_state *state,
                         struct bp_arena *arena);

/* ---- for the files that choose points: what is found lives in aiming->arena, and a world in the
 * arena world->keep, which the caller frees -------------------------------------------------------
 */

/* One claim on its way through the points. */
struct bp_aimed_claim {
  struct bp_claim_state *state;
  bool sharp, cases;
  bool edged;    /* some quotient, root or logarithm on the way has an end that may be crossed */
  bool unequal;  /* an inequality */
  bool partly;   /* not all cases of what is drawn from sets were tried */
  double margin; /* at the last point, how far an inequality was from failing */
  size_t climbs; /* points at which more bits were only welcome */
  size_t spent, allowed;
};

/* Whether the claim is not refuted yet, and has work left. */
bool bp_aimed_is_open(const struct bp_aimed_claim *claim);

/* Whether the end of a domain at the place may have something beyond it; where it is plain that
 * nothing ever is, as below sum(exp(z)), it is none to look for. */
bool bp_end_may_be_crossed(const struct bp_model *model, const struct bp_expression *place);

/* A world of so many bits, its numbers drawn as told; NULL when memory is short. */
struct bp_world *bp_aimed_world(struct bp_aiming *aiming, size_t trial, slong bits,
                                const struct bp_drawing *drawing);

/* Tries the claim at the point of the world, which was drawn like this. */
void bp_aimed_try(struct bp_aiming *aiming, struct bp_aimed_claim *claim, struct bp_world *world,
                  const struct bp_drawing *drawing);

/* Goes to where each decision changes and each domain ends, to mixtures of such points, and to
 * where an inequality is nearest to failing.  False when memory is short. */
bool bp_aimed_lines(struct bp_aiming *aiming, struct bp_aimed_claim *claim);

/* Leaves a < in doubt of which the sides come so near to each other that they are likely to be
 * equal at a number that no float64 is. */
void bp_aimed_doubt(struct bp_aiming *aiming, struct bp_aimed_claim *claim, double least,
                    size_t trial, const struct bp_drawing *drawing);

/* ---- in cases/: what has few cases ------------------------------------------------------------
 */

/* What a formula hangs on, of all that is drawn. */
struct bp_hangs {
  bool numbers;    /* that are drawn from more than a few, and functions of these */
  bool sets;       /* numbers of sets, one-hot columns */
  bool sizes;      /* that the file leaves open, of shapes and bounds, too */
  bool free_sizes; /* of these some for which it names no range */
  bool set_sizes;  /* sizes of the shapes of what is drawn from sets */
};

/* Of all of the expressions together. */
struct bp_hangs bp_hangs_of(const struct bp_model *model,
                            const struct bp_expression *const *expressions, size_t count,
                            struct bp_arena *arena);

/* The same of everything that a statement says, its ranges of index letters included. */
struct bp_hangs bp_statement_hangs_on(const struct bp_model *model,
                                      const struct bp_statement *statement, struct bp_arena *arena);

/* Whether it is drawn from a set or is a one-hot column. */
bool bp_declaration_has_cases(const struct bp_declaration *declaration);

/* Takes all claims of the model through their cases, and fills in what of state->aimed tells of
 * them.  False when memory is short. */
bool bp_aimed_cases(struct bp_aiming *aiming, struct bp_aimed_claim *claims);

/* ---- in margin/: how far a verdict reaches; texts are made in the arena that is passed ---------
 */

/* Goes as far out as numbers go, and down to where the sides touch.  False when memory is short. */
bool bp_aimed_margin(struct bp_aiming *aiming, struct bp_aimed_claim *claim);

/* Finds the sizes that the claim computes with as with numbers, n in (n - 1)*(n - 2), and not only
 * as the shape of something.  False when memory is short. */
bool bp_claim_find_sizes(struct bp_model *model, struct bp_claim_state *state,
                         struct bp_arena *arena);

/* Takes over the numbers and sizes of a world in which the claim was compared. */
void bp_claim_see(struct bp_model *model, struct bp_claim_state *state,
                  const struct bp_world *world, struct bp_arena *arena);

/* Tries further values of such sizes: as many as a polynomial of that degree needs, and those
 * beside the numbers that they are compared with.  False when memory is short. */
bool bp_aimed_sizes(struct bp_aiming *aiming, struct bp_aimed_claim *claim);

/* Fills in state->aimed what is told of both.  False when memory is short. */
bool bp_claim_tell_seen(struct bp_claim_state *state, struct bp_arena *arena);

#endif
