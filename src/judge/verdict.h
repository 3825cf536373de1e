/* The verdict of one claim, gathered trial by trial.
 *
 * What is kept of a claim lives in the arena that is passed; messages live in the model's.
 */
#ifndef BP_JUDGE_VERDICT_H
#define BP_JUDGE_VERDICT_H

#include <math.h>

#include "judge/judge.h"
#include "judge/letters.h"
#include "results/results.h"
#include "value/value.h"

/* Whether more bits would say more. */
enum bp_bits_wanted {
  BP_BITS_ENOUGH,
  BP_BITS_WELCOME, /* it holds, but what may be 0 could be tiny */
  BP_BITS_NEEDED   /* they may decide it */
};

/* What a link of a claim came to at one point. */
struct bp_link_outcome {
  enum bp_verdict verdict;
  enum bp_reason reason;
  size_t link; /* from 1; 0: the claim as a whole */
  struct bp_diagnostic where;
  const char *at;
  size_t row, column, rows, columns;
  double left, right;
  double bound; /* truncation and rounding explain a difference up to this */
  enum bp_bits_wanted bits;
  bool zero;                /* both sides are 0, as far as can be seen, and no side says so */
  bool faint;               /* that, but not exactly 0 */
  double equal;             /* <= and >= hold as both sides are equal to within this; NaN: no */
  double margin;            /* of an inequality: how far it is from failing; NaN: none */
  double relative, visible; /* of the link's worst numbers; NaN: not measured */
};

/* A point at which one side of a place was met, and not the other: drawn in a trial from a region,
 * and a step from there if it has a part. */
struct bp_witness {
  bool known;
  size_t trial;
  enum bp_draw_region region;
  struct bp_step step;
};

enum { BP_FIRST_WITNESS, BP_LAST_WITNESS, BP_NEAREST_WITNESS, BP_WITNESSES };

/* What a point had to say of the claim that was tried there. */
enum bp_meeting {
  BP_MEETING_NONE,
  BP_MEETING_GAP,      /* a side has no value, or too few digits: nothing */
  BP_MEETING_NO_SLOPE, /* a derivative was asked for where there is none: nothing */
  BP_MEETING_KINK,     /* a derivative stood for everything between two slopes */
  BP_MEETING_COMPARED
};

/* A call, a condition or a quotient on the way to a claim, with the sides of it that were met. */
struct bp_fork {
  const struct bp_source *source;
  const struct bp_expression *expression;
  struct bp_sides sides;                       /* .any: something is decided here */
  size_t first_points, second_points;          /* points at which that side was met */
  enum bp_meeting first_unsaid, second_unsaid; /* the same, where nothing fine was compared */
  struct bp_witness first[BP_WITNESSES],
      second[BP_WITNESSES]; /* of each side the earliest, the latest, and the latest behind a step
                             */
};

/* A product on the way to a claim, or a side of it, and what it came to at all points. */
struct bp_held {
  const struct bp_source *source;
  const struct bp_expression *expression;
  bool known, moves; /* not known: it was never computed; else it was always this number, or not */
  double value;
  size_t first_place, end_place; /* what is decided on the way to it, of the claim's places */
  size_t end;                    /* the first of those behind it that is no part of it */
};

/* A size that a claim computes with, as with a number. */
enum { BP_MOST_SIZED = 4, BP_LARGEST_SEEN = 255, BP_MOST_SIZE_NUMBERS = 6 };

struct bp_sized {
  const struct bp_declaration *declaration;
  int degree;    /* of the line in it, at most, as far as it is a polynomial */
  bool compared; /* a condition hangs on it */
  bool used, ordered, drawn;
  bool counted; /* it is how many there are of what is drawn from sets, and a sum counts these */
  bool shaped;  /* only the size of something given that an inequality is made of */
  long numbers[BP_MOST_SIZE_NUMBERS]; /* with which it is compared */
  size_t number_count;
  bool seen[BP_LARGEST_SEEN + 1]; /* which values it had where the line was compared */
};

/* A size that the file leaves open, and whether the claim was compared where it was even, and where
 * it was odd: det(-A) = det(A) is right at half of them. */
enum { BP_MOST_PARITIES = 8 };

struct bp_parity {
  const struct bp_declaration *declaration;
  bool met[2];
};

/* The point that a verdict is about, so that it can be shown again. */
struct bp_shown_point {
  bool known;
  size_t trial;
  bool small;
  struct bp_drawing drawing;
};

/* A claim with everything seen so far. */
struct bp_claim_state {
  const struct bp_model_claim *claim;
  struct bp_link_outcome worst; /* the first failure of the earliest link, else the first doubt */
  struct bp_link_outcome no_value; /* the first point at which a side had none */
  bool decided;                    /* it failed or cannot be judged: no further trial is needed */
  size_t points, invalid, members, numbers;
  size_t outside; /* of the invalid points: what a derivative is taken of has no value there */
  const char *outside_why;          /* of the first of them: "log of -2 has no value"; NULL */
  double largest_relative, visible; /* NaN: not measured */
  enum bp_bits_wanted wanted;       /* at the last point, by any link */
  slong bits;                       /* the most that a point took */
  bool exhausted;                   /* even the most bits did not decide a point */
  size_t welcomed;                  /* points at which more bits were only welcome */
  bool kink;
  size_t kink_trial; /* the first point at which it was on one */
  bool branched;     /* relu, max or where decided something: more points, to meet other branches */
  double equal;    /* <= or >= holds somewhere as both sides are equal to within this; 0: nowhere */
  double margin;   /* of inequalities, at the last point: how far they are from failing */
  bool nonzero;    /* at some point a side was not 0 */
  bool faint;      /* at some point both sides may be 0, but not for certain */
  bool open_sizes; /* sizes were drawn */
  size_t steps;    /* work done, in numbers computed */
  struct bp_fork *places; /* where something may be decided; NULL: not looked for yet */
  size_t place_count;
  struct bp_held *held; /* found with the places */
  size_t held_count;
  size_t degree;             /* of the polynomials that are compared; 0: they are none */
  size_t fine_points;        /* random points at which such a line was compared with more bits */
  double finest;             /* the smallest difference that would have been seen at all of these */
  const char *one_sided_gap; /* a special point at which one side alone has no value; NULL */
  double least_number, largest_number; /* of an inequality: sizes of what was drawn; 0: nothing */
  struct bp_sized *sized;
  size_t sized_count;
  uint32_t *combinations; /* of these sizes, where there are several, each that was met once */
  size_t combination_count, combination_capacity;
  struct bp_parity parities[BP_MOST_PARITIES];
  size_t parity_count;
  struct bp_shown_point shown;  /* where it fails, or is in doubt */
  struct bp_aimed_points aimed; /* what the points show that were aimed at something, see aim.h */
  const char **notes;
  size_t note_count;
};

/* What is known of a claim before it is tried. */
static inline struct bp_claim_state bp_claim_untried(const struct bp_model_claim *claim) {
  return (struct bp_claim_state){.claim = claim, .largest_relative = NAN, .visible = NAN};
}

/* Further trials, for claims whose sides have no value at some points: so many times as many. */
enum { BP_EXTRA_TRIALS = 4 };

/* The options with what is 0 replaced by its default. */
struct bp_judge_options bp_judge_defaults(const struct bp_judge_options *options);

/* Looks at every declaration, used or not, so that a mistake is found where it is made. */
void bp_declarations_look(struct bp_world *world);

/* Whether all shapes fit for one combination of the letters, values apart.  False with a fault. */
bool bp_claim_shapes(struct bp_world *world, const struct bp_statement *statement,
                     const struct bp_scope *scope);

/* Judges the claim for one combination of its letters.  False when a side has no value there. */
bool bp_claim_try_member(struct bp_world *world, struct bp_claim_state *state,
                         const struct bp_scope *scope, struct bp_arena *arena);

/* Judges the claim in one world, and sets what bits it wants there. */
void bp_claim_try(struct bp_world *world, struct bp_claim_state *state, struct bp_arena *arena);

/* Looks again at a claim that holds on a kink, where a derivative stood for everything between two
 * slopes.  It must be compared as it is, or the claim must hold with the lower, the upper or the
 * middle slope in its place, in worlds[] in turn; and no bound may be wide for another reason.
 * False, with the outcome that it has then. */
bool bp_claim_on_kink(struct bp_world *const worlds[BP_SLOPE_CHOICES],
                      const struct bp_claim_state *state, struct bp_arena *arena,
                      struct bp_link_outcome *outcome);

/* The claim as a result; `state` is not needed afterwards. */
void bp_claim_finish(const struct bp_claim_state *state, struct bp_arena *arena,
                     struct bp_claim *claim);

#endif
