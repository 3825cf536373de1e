/* All readings of a context, tried. */
#ifndef BP_STUDY_TRIAL_H
#define BP_STUDY_TRIAL_H

#include "judge/judge.h"
#include "read/note.h"

enum bp_trial_outcome { BP_NOT_TRIED, BP_TRIED_HOLDS, BP_TRIED_FAILS, BP_TRIED_OPEN };

struct bp_opened_note;

struct bp_study_trials {
  const struct bp_opened_note *opened; /* for who says where lines stand; may be NULL */
  const struct bp_note_context *context;
  const struct bp_vocabulary *vocabulary;
  const struct bp_judge_options *options;
  struct bp_arena *arena;
  size_t readings;
  unsigned char *outcomes; /* enum bp_trial_outcome: readings x members */
  size_t best;             /* the reading under which the most lines hold */
  size_t holding;          /* lines that hold under it */
  size_t runner_up;        /* lines that hold under the next best */
  size_t lines;            /* lines that could be read under it */
  bool *chains;            /* members that hold with their products of derivatives */
  bool own_forward;        /* a forward equation of the note agrees with it */
  bool *laid_out;          /* members that fail, and hold in another layout; or NULL */
  bool *turned;            /* members that are updates by a multiple of the gradient, but up: what
                              they are read as is what is meant; or NULL */
  bool *one_layout;        /* members that hold in a layout that is no more likely than another; or
                              NULL */
  unsigned under;          /* of one line: a bit for each layout under which it was tried and
                              holds */
  bool *some_indices;      /* members that fail, and hold for some of their indices; or NULL */
  bool *immediate;         /* members that fail, and hold of the immediate derivative; or NULL */
};

/* 0, or -1 where memory is short. */
int bp_study_try(struct bp_study_trials *trials);

static inline enum bp_trial_outcome bp_study_outcome(const struct bp_study_trials *trials,
                                                     size_t reading, size_t member) {
  return (enum bp_trial_outcome)trials->outcomes[reading * trials->context->count + member];
}

/* How many lines speak for how a line was read: those that hold around it, and those in other
 * stretches of the note that are about samples in the same way. */
static inline size_t bp_study_speaking(const struct bp_study_trials *trials) {
  return trials->holding + trials->context->backing;
}

/* Whether the note's own forward equations, as far as they agree with the best reading, agree with
 * this one; of a program, whether fewer than three lines refute it. */
bool bp_study_plausible(const struct bp_study_trials *trials, size_t reading);

/* Whether what a statement defines was defined for any layer before it, and otherwise: then it says
 * that both come to the same. */
bool bp_study_defined_before(const struct bp_note_context *context, size_t member);

/* Whether the note has the statement in the same words before. */
bool bp_study_is_repeated(const struct bp_note *note, size_t number);

/* Judges the members for which `leave_out` is not set, briefly, with `suffix` behind each; adds
 * what they come to.  0, or -1 where memory is short. */
int bp_study_judge_briefly(const struct bp_study_trials *trials, size_t reading,
                           const struct bp_note_choice *choice, unsigned char *outcomes);

/* Whether the member, of a program, holds under the best reading for networks with one output
 * alone, where nothing says that this one has. */
bool bp_study_one_output(const struct bp_study_trials *trials, size_t member);

/* Whether the member, of a program, holds only if it is divided by the number of samples elsewhere,
 * where nothing of the program does so. */
bool bp_study_undivided(const struct bp_study_trials *trials, size_t member);

/* Whether a definition that hangs on itself was left out under the reading that is meant, and does
 * not hold under the others. */
bool bp_study_loops(const struct bp_study_trials *trials);

/* Whether the reading leaves out such a definition, or one that does not fit and on which the line
 * may hang: whatever it defines, another definition uses it, or the line, or it stands in the
 * section of the line. */
bool bp_study_leaves_out(const struct bp_study_trials *trials, const struct bp_noted *noted);

/* Whether a note on regression says what its loss is, once or several times alike: then all that
 * its lines are about follows, however few of them there are. */
bool bp_study_knows_loss(const struct bp_study_trials *trials);

/* Whether a line is about a \hat{y} that the note defines, and not as it was read: linear, where
 * the output has an activation. */
bool bp_study_misreads_output(const struct bp_study_trials *trials, const struct bp_noted *noted);

#endif
