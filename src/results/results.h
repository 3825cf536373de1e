/* What a check found, as plain data, and the words for it.
 *
 * Checks fill these structs and report writers read them; neither knows the other.  A report is a
 * head that all have, and what was found: entries of a gradient, with a few facts more of a network
 * or of other people's code, or the lines of derivations.  What there is only for one kind of check
 * can be reached only through the struct of that kind.
 *
 * Everything that a report points to lives as long as the arena of the check that made it.
 */
#ifndef BP_RESULTS_RESULTS_H
#define BP_RESULTS_RESULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "results/picture.h"
#include "results/reasons.h"

/* The order matters: the verdict of a whole is the greatest of its parts, see bp_verdict_join. */
enum bp_verdict { BP_HOLDS = 0, BP_UNDECIDED = 1, BP_FAILS = 2 };

/* One number of the gradient. */
struct bp_entry {
  double backprop;   /* the value under test */
  double difference; /* central difference; at a kink the middle of the one-sided slopes */
  double kronecker;  /* from the Jacobians; NaN when there is none */
  /* What explains a distance of backprop and difference; bp_entry_allow sets all three. */
  double truncation; /* of the difference quotient: smaller with a smaller step */
  double rounding;   /* of both: larger with a smaller step */
  double bound;      /* the sum; at a kink half the distance of the one-sided slopes, too */
  double relative;   /* |backprop - difference| / max(|backprop|, |difference|); 0 if both are 0 */
  float digits;      /* decimal digits of `backprop` that are right; 0..16 */
  uint8_t verdict;   /* enum bp_verdict */
  uint8_t reason;    /* enum bp_reason */
  uint8_t method;    /* enum bp_method */
  uint8_t log2_bits; /* ball arithmetic of 2 to this many bits decided; 0: none was needed */
};

/* A matrix of them: W[l], b[l], or an intermediate dZ[l], dA[l]. */
struct bp_block {
  const char *name;     /* "W[2]", "b[2]", "dZ[1]", "dA[1]" */
  size_t rows, columns; /* shape; entries are row by row */
  struct bp_entry *entries;
  /* Of a sample: which row and column of the whole matrix each of these is, from 0; NULL: the same.
   * And how many rows that has; 0: all are here. */
  const size_t *row_at, *column_at;
  size_t rows_of;
  double missed; /* of a sample: the chance that a mistake in a single row is not among these */
  /* Along random directions: each row is one, and this many entries move along it; 0: rows are
   * entries.  largest_magnitude is then that of an entry, and `visible` what is seen in a single
   * one; `missed` the chance that wrong entries, one of them by 1 % of the largest, cancel. */
  size_t moved;
  bool parameter;   /* false for an intermediate */
  bool informative; /* an intermediate that the gradient does not use: no part in the verdict */
  size_t holds, fails, undecided, lost_digits, at_kink;
  size_t skipped; /* entries not looked at: their reason is SKIPPED, and they count in no verdict */
  double largest_relative; /* over entries whose relative error is a number */
  double median_relative;
  double largest_magnitude;  /* largest |backprop| or |kronecker| */
  size_t worst;              /* index of the entry farthest outside, or nearest to, its bound */
  double kronecker_relative; /* largest |backprop - kronecker| relative to the magnitudes summed */
  size_t proved;             /* entries that ball arithmetic decided */
  size_t bits;               /* in at most so many; 0: none */
  double visible;      /* smallest error, relative to largest_magnitude, seen in every entry */
  bool vanishes;       /* no entry above 1e-30 of J: that it is 0 can be seen, its sign cannot */
  double widest_bound; /* largest bound of an entry that holds; its parts but for kinks: */
  double truncation, rounding;
  enum bp_verdict verdict;
  enum bp_reason reason; /* of the worst entry */
  /* A block that fails: which mistake gives exactly these numbers, as a sentence, which also says
   * where no simple one does; NULL where none was looked for. */
  const char *explanation;
  const char *explanation_kind; /* "no-mean", stable; "twice|no-mean" where the numbers cannot tell;
                                   NULL where no explanation was found */
  const char *replay;           /* a shell command that checks this block again; NULL: not known */
};

/* Where an entry stands in the matrix, counted from 1. */
static inline size_t bp_block_row(const struct bp_block *block, size_t index) {
  size_t row = index / block->columns;
  return (block->row_at ? block->row_at[row] : row) + 1;
}

static inline size_t bp_block_column(const struct bp_block *block, size_t index) {
  size_t column = index % block->columns;
  return (block->column_at ? block->column_at[column] : column) + 1;
}

/* A piece of a source to be replaced, as an editor would do it. */
struct bp_replacement {
  const struct bp_source *source;
  struct bp_span span;
  const char *text;
  const char *kind; /* "transpose": which edit of the table it is; stable */
};

/* A small change that makes a line hold in every trial. */
struct bp_hint {
  const char *sentence; /* "the transpose is missing": the mistake, in the words of a course */
  const struct bp_replacement *edits; /* one or two */
  size_t edit_count;
  const char *mended;             /* the formula with the change, on one line */
  struct bp_span marked[2];       /* what changed in `mended`, a span for each edit */
  const struct bp_picture *drawn; /* `mended`, with what changed marked; NULL: not drawn */
  size_t line; /* of the change, from 1: another one than the claim's where a let is to blame */
  size_t link; /* of a chain that this makes hold, while the chain as a whole still fails; 0: all */
};

struct bp_worked;

/* What kind of line was judged. */
enum bp_claim_kind {
  BP_CLAIM,    /* sides and relations between them */
  BP_REFUTE,   /* the same, and it must not hold */
  BP_ASSERTION /* something is said of one formula: its shape */
};

/* Combinations of the outcomes of what is decided on the way to a line: of its conditions, of relu,
 * abs, max and min, element by element. */
struct bp_ways_met {
  size_t decisions;   /* that came out either way */
  size_t met;         /* of the combinations, at points of all kinds */
  size_t of;          /* those that there may be; 0: too many to count */
  const char **never; /* some that were not met: "x > 2 and y > 5 together"; outcomes that were
                         never met at all stand last */
  size_t never_count;
  const char *behind; /* a comparison of what is drawn that came out one way only behind others,
                         where alone it matters: "a > b behind c > 0"; NULL: none */
};

/* One line of a derivation.  For a refuted line `verdict` says whether the line does what it
 * should: a refuted line that is wrong as it should be BP_HOLDS, and `reason` still says how it is
 * wrong. */
/* What further points, aimed at what random ones seldom meet, came to: none of them speaks against
 * a claim that holds. */
struct bp_aimed_points {
  size_t points;   /* at which it was compared */
  size_t skipped;  /* that say nothing: no value, too few digits, a kink */
  size_t on_kink;  /* of these: a derivative stood for everything between its one-sided slopes */
  size_t no_slope; /* of these: a derivative was asked for where there is none, as at a jump */
  size_t outside;  /* of these: what a derivative is taken of has no value there */
  size_t far;     /* of the points: at scales from 10^-3 to 10^3, or near the ends of an interval */
  size_t special; /* at 0, 1 or equal numbers */
  size_t signs;   /* with all numbers of one sign */
  size_t cases;   /* all of so many cases of what is drawn from sets; 0: not all */
  bool least_sizes;  /* ... at the least sizes: how many there are hangs on sizes */
  bool exhausted;    /* it was compared in all of these, or all of size_cases, and nothing else is
                        drawn for it */
  size_t size_cases; /* the same of sizes */
  size_t
      some_cases; /* so many cases were tried where these were not all; 0: all, or there are none */
  size_t of_cases; /* of so many; 0: too many to count */
  const char *
      *branches; /* decisions, with the points at which they came out either way; sentences */
  size_t branch_count;
  const char **unmet; /* decisions that only ever came out one way; sentences */
  size_t unmet_count;
  struct bp_ways_met ways;
  const char *rare;  /* a condition that was true at few special points only, with what it decides;
                        a sentence; NULL: none */
  const char *sizes; /* "n was 1 to 8, 13": sizes that the line computes with, where other values
                        might show something else; NULL */
  double least_number, largest_number; /* of an inequality, the numbers drawn; 0: nothing was */
};

struct bp_claim {
  enum bp_claim_kind kind;
  const char *keyword; /* as the file begins it: "shape" */
  const char *name;    /* as written, "000.6"; NULL where it has none */
  const char *text;    /* the formula as written, on one line */
  const struct bp_source *source;
  struct bp_span span; /* of the statement */
  size_t line;         /* from 1 */
  enum bp_verdict verdict;
  enum bp_reason reason;
  /* why it is not plainly right: a place in the source with a sentence; message NULL: nothing to
   * say.  For a shape this is the exact operator. */
  struct bp_diagnostic where;
  size_t links;       /* = signs in the chain; 1 for a shape */
  size_t broken_link; /* the first that fails or is undecided, from 1; 0: none */
  const char *left;   /* the two sides of that link, as written; NULL: none */
  const char *right;
  size_t points;  /* trials in which it was compared */
  size_t invalid; /* trials in which a side had no value (log of a negative number) */
  size_t outside; /* of these: what a derivative is taken of has no value, so it has none, either */
  const char *outside_why; /* of the first: "log of -2 has no value"; NULL */
  struct bp_aimed_points aimed;
  bool at_aimed; /* it is an aimed point at which it fails, or is in doubt */
  size_t bits;   /* the most that a random point took; 128 are the least */
  size_t
      degree; /* of the polynomials in drawn numbers that are compared; 0: not known to be such */
  double chance;  /* that a wrong line of this degree passes all random points, at most; NaN: not
                     known */
  double finest;  /* it may be wrong by this, relative to an entry, and pass all the same; NaN */
  size_t members; /* combinations of index letters in each trial, at most */
  size_t numbers; /* numbers compared, all together */
  double
      largest_relative; /* largest difference seen, relative to the larger side's largest entry */
  double visible;       /* the smallest difference that would have been seen, relative likewise */
  /* the worst number of a line that differs */
  const char *at;       /* "l = 2, n[1] = 4, m = 3"; NULL: none */
  size_t row, column;   /* from 0 */
  size_t rows, columns; /* of the sides; 0: nothing to show */
  double left_value, right_value, bound;
  const char **notes; /* "fits only because n[2] = 1", "on a kink: ..."; sentences */
  size_t note_count;
  const struct bp_hint *hints; /* smallest first; none: hint_count is 0 */
  size_t hint_count;
  bool searched;      /* hints were looked for: that there is none means something */
  size_t consequence; /* line of the let that is to blame and has the hints, or 0 */
  size_t needs; /* of a line that was not read: the line with the error that keeps it from that,
                   which may be itself; 0: not known, and `where` says why */
  const char *needs_file; /* the file of that line, where it is another one; NULL */
  const char *replay;     /* a shell command that judges this line again; NULL: not known */
  /* for who wants to look at it, and asked for it; else NULL */
  const struct bp_picture *drawn; /* the formula; what stands at a broken link is marked */
  const char *drawn_at;           /* what letters stand for in its shapes: "l = 1" */
  const struct bp_worked *worked; /* the numbers on the way to both sides, at one point */
};

/* A setting that was in force, for the head of a report: "samples" = "5". */
struct bp_setting {
  const char *name;
  const char *value;
};

/* What every report has, whatever it is about. */
struct bp_report_head {
  const char *title; /* the network spec in normal form; of derivations, their title or NULL */
  struct bp_setting *settings;
  size_t setting_count;
  const char **notes; /* sentences for the reader, most important first */
  size_t note_count;
  size_t entries; /* parameters or claims checked */
  size_t holds, fails, undecided;
  enum bp_verdict verdict;
  double seconds;    /* wall time of the check; 0 when not to be shown */
  const char *place; /* path of the file that it is about; NULL: there is none */
};

/* What could not be checked at all, and why. */
struct bp_refusal {
  struct bp_report_head head; /* without counts */
  const struct bp_diagnostics *diagnostics;
};

/* Of a network only. */
struct bp_network_facts {
  double loss;        /* J at the point of the check */
  size_t lost_digits; /* entries that hold with that reason */
  const char *tested; /* what to call the value under test; NULL: "BP1-BP4" */
};

/* Of other people's code only: a function of which nothing is known but its values, so there is no
 * Kronecker way and `kronecker` of its entries is NaN. */
struct bp_code_facts {
  double value;       /* of the function at the point of the check; NaN where it has several */
  size_t outputs;     /* of the function */
  size_t directions;  /* random directions looked at in place of entries; 0: entries */
  size_t evaluations; /* of the function */
};

/* A gradient, or a Jacobian, entry by entry. */
struct bp_report {
  struct bp_report_head head;
  /* Whose it is: one of the two, and the other is NULL. */
  struct bp_network_facts *network;
  struct bp_code_facts *code;
  struct bp_block *blocks;
  size_t block_count;
  /* Entries not looked at; not among head.entries.  Of other code a subset may have been asked for,
   * and the file with the gradient of a network may lack some of it. */
  size_t skipped;
  double
      visible; /* a mistake changing any parameter's entry by more than this (absolute) is seen */
};

/* A statement of a note that is not judged: a definition, an update, a shape. */
struct bp_remark {
  const char *kind; /* "definition" */
  const char *text; /* as written, on one line */
  const struct bp_source *source;
  struct bp_span span;
};

/* Derivations, line by line. */
struct bp_derivation_report {
  struct bp_report_head head;
  struct bp_claim *claims;
  size_t claim_count;
  /* of a note only, in its order; and how it was read, as sentences */
  struct bp_remark *remarks;
  size_t remark_count;
  const char **reading;
  size_t reading_count;
  /* Another convention under which every line that fails would hold and none would fail that
   * holds, as a sentence; NULL: none. */
  const char *convention;
};

/* What became of one planted mistake. */
enum bp_exposure {
  BP_CAUGHT,
  BP_NOT_EXPOSED,   /* the check still holds: this data cannot tell */
  BP_NOT_PLANTABLE, /* the network has no such place, or the shapes would not fit */
  BP_BLURRED,       /* the check neither holds nor fails: only "undecided" */
  BP_EXPOSURE_COUNT
};

struct bp_power_row {
  const char *text;     /* "sign W[1]" */
  const char *sentence; /* what is wrong */
  enum bp_exposure exposure;
  const char *block;  /* CAUGHT: where, "W[1]" */
  size_t row, column; /* CAUGHT: worst entry, from 0 */
  double change;      /* largest change that the mistake makes to any entry, relative to J */
  const char *reason; /* NOT_EXPOSED and NOT_PLANTABLE: why this data cannot tell, in a sentence */
};

/* Every typical mistake, planted in turn and checked against the same data. */
struct bp_power {
  const char *title; /* the network spec in normal form; the caller's to fill */
  struct bp_power_row *rows;
  size_t count;
  size_t caught, not_exposed, not_plantable, blurred;
  enum bp_verdict correct; /* verdict of the gradient without a mistake */
};

static inline enum bp_verdict bp_verdict_join(enum bp_verdict a, enum bp_verdict b) {
  return a > b ? a : b;
}

const char *bp_verdict_name(enum bp_verdict verdict); /* "holds" */

/* The only place where a bound is made of its parts.  `spread` is half the distance of the slopes
 * to the sides of a kink, 0 elsewhere. */
static inline void bp_entry_allow(struct bp_entry *entry, double truncation, double rounding,
                                  double spread) {
  entry->truncation = truncation;
  entry->rounding = rounding;
  entry->bound = truncation + rounding + spread;
}

/* Why a bound made of these is too wide: whichever is larger. */
static inline enum bp_reason bp_reason_of_width(double truncation, double rounding) {
  return truncation > rounding ? BP_REASON_TRUNCATION : BP_REASON_FLOOR;
}

/* Takes the bound of an entry that holds, if it is the widest of its block so far.  `spread` as in
 * bp_entry_allow. */
static inline void bp_block_widen(struct bp_block *block, double truncation, double rounding,
                                  double spread) {
  if (!(truncation + rounding + spread > block->widest_bound))
    return;
  block->widest_bound = truncation + rounding + spread;
  block->truncation = truncation;
  block->rounding = rounding;
}

/* How bad an entry is, for choosing the one to show: fails before undecided before holds, then by
 * distance in bounds. */
double bp_entry_badness(const struct bp_entry *entry);

/* The verdict of a whole report: nothing checked is never a pass. */
enum bp_verdict bp_report_verdict(const struct bp_report_head *head);

/* J, or the value of the function; NaN where there is none. */
double bp_report_value(const struct bp_report *report);

/* Entries of a network that hold with lost digits; none of other people's code. */
size_t bp_report_lost_digits(const struct bp_report *report);

/* The exit status that a verdict means: 0 holds, 1 fails, 2 undecided. */
int bp_exit_status(enum bp_verdict verdict);

#endif
