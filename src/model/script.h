/* Decisions that are taken in one evaluation as they came out in another.
 *
 * On a kink a formula F of a number t that is moved is one analytic function for t > 0 and another
 * for t < 0.  Its decisions beside the kink are recorded at a small step; then F is evaluated again
 * with each of them forced, at the kink, in discs around it, and at steps to both sides: that is
 * the analytic function, wherever it is evaluated.  It is F from the kink up to the step if each
 * decision comes out there as it was recorded, which the disc proves: see bp_script_proves.  Of a
 * decision of which that is not proved, both ways are tried: whichever F goes from one t to the
 * next, its slope lies between theirs.
 *
 * Inside of the difference of another derivative, decisions are those of its middle.
 *
 * A script belongs to whoever takes a derivative on a kink, and lives on his stack.
 */
#ifndef BP_MODEL_SCRIPT_H
#define BP_MODEL_SCRIPT_H

#include "model/decision.h"

/* As many decisions that are level at once are forced both ways, each in turn. */
enum { BP_MOST_LEVEL = 5 };

enum bp_script_mode {
  BP_SCRIPT_RECORDS, /* beside the kink */
  BP_SCRIPT_ON_KINK,
  BP_SCRIPT_IN_DISC,
  BP_SCRIPT_FOLLOWS
};

struct bp_scripted {
  uint64_t key;
  enum bp_ball_order order; /* beside the kink */
  double apart;             /* what is compared there, at least: log2 */
  bool level;               /* on the kink both are the same number */
  bool equality;            /* it asks for nothing else */
  bool either;              /* nothing is known of it, and it is forced in both ways in turn */
  bool decided;             /* in the disc: one order holds in all of it */
  double farthest;          /* in the disc, at most: log2 */
};

struct bp_script {
  enum bp_script_mode mode;
  int depth; /* of the evaluations that it is for, see bp_world.depth */
  struct bp_scripted list[BP_MOST_DECISIONS];
  size_t count;
  bool open;  /* some decision is not known beside the kink, or there are too many */
  bool jumps; /* F or a derivative in it may jump on the kink */
};

/* How a lies to b at an element of the place, as the world's script has it; unknown where it has
 * nothing to say, and the numbers decide. */
enum bp_ball_order bp_scripted_order(struct bp_world *world, const struct bp_expression *place,
                                     const struct bp_scope *scope, size_t element, struct bp_ball a,
                                     struct bp_ball b);

/* Whether what is evaluated is F on the kink, and not within another derivative. */
bool bp_script_is_on_kink(const struct bp_world *world);

/* What the script chooses on the kink where the numbers choose something else: of a continuous F
 * both are one number.  Where that is not certain, F may jump. */
void bp_script_meet(struct bp_script *script, struct bp_ball forced, struct bp_ball found);

/* Begins to look at another disc. */
void bp_script_begin_disc(struct bp_script *script);

/* Whether all decisions come out as recorded on all of the way to the step, 2^step, by the disc of
 * radius 2^exponent that was looked at. */
bool bp_script_proves(const struct bp_script *script, slong step, slong exponent);

/* What is not proved by the last disc is forced from now on, where either way is one that it may
 * have.  How many decisions these are; 0 where there are none, or too many. */
size_t bp_script_leave_open(struct bp_script *script, slong step, slong exponent);

/* The same with all that are level on the kink, of which several may lie on theirs at once.  Where
 * there are too many, more than can be tried. */
size_t bp_script_leave_level(struct bp_script *script);

/* Begins the recording of one of the 2^n combinations of their orders. */
void bp_script_choose(struct bp_script *script, size_t combination);

#endif
