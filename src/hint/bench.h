/* Trying out formulas: whether a changed line would hold, in worlds that are kept for the purpose.
 *
 * Nothing that is tried is reported; messages about candidates live in an arena that is given back
 * after each.  The bench owns its worlds and its copy of the model until bp_bench_free.
 */
#ifndef BP_HINT_BENCH_H
#define BP_HINT_BENCH_H

#include "judge/verdict.h"

/* In the last of them the sizes that the file fixes are drawn as well: what does not hold there
 * fits only by those.  In the one before, sizes that the file bounds lie beyond their bounds: 2 (n
 * - 1) is no 2^n because n is only 2 or 3. */
enum { BP_BENCH_WORLDS = 10 };
/* Further ones for what decides something on the way, or draws from sets: other branches and cases
 * have to be met.  The second half is aimed at far, special and equal numbers, see region.h. */
enum { BP_BENCH_BRANCHES = 28, BP_BENCH_ALL = BP_BENCH_WORLDS + BP_BENCH_BRANCHES };

struct bp_bench {
  struct bp_model model; /* a copy: it reports to nobody, and its definitions may be changed */
  struct bp_diagnostics silent;
  struct bp_arena *messages, *scratch;
  struct bp_arena *keep[BP_BENCH_ALL];
  struct bp_world *worlds[BP_BENCH_ALL]; /* made when they are first needed */
  const struct bp_expression *remembered[2];
  struct bp_arena *known;       /* for their values */
  struct bp_arena_mark unknown; /* before the first of them */
  uint64_t seed;
  size_t memory;
  struct bp_statement other; /* a definition with another right side */
  const struct bp_expression *other_side;
  bool *follows; /* by declaration number: its definition leads to `followed` */
  const struct bp_declaration *followed;
  const struct bp_statement *written; /* what it stands for, while it does */
  size_t spent;          /* work done so far, in steps of the size of one small candidate */
  size_t limit;          /* of spent, for the whole file; 0: none */
  bool (*stopped)(void); /* whether somebody wants an end, or NULL */
  bool heavy;            /* a single try takes long: fewer worlds have to do */
  bool failed;           /* memory was short */
};

/* Whether to try no more. */
bool bp_bench_exhausted(const struct bp_bench *bench);

/* Returns 0, or -1 when memory is short.  bp_bench_free in either case. */
int bp_bench_init(struct bp_bench *bench, const struct bp_model *model, uint64_t seed,
                  size_t memory);
void bp_bench_free(struct bp_bench *bench);

/* Gives the right side of one line of a definition another meaning in what is tried from now on
 * (NULL: as it is written again). Everything computed from it is forgotten. */
void bp_bench_redefine(struct bp_bench *bench, const struct bp_declaration *declaration,
                       size_t piece, const struct bp_expression *side);

/* Values of these formulas and their parts are kept from now on (NULL, NULL: of none), which must
 * live as long.  A redefinition ends this. */
void bp_bench_remember(struct bp_bench *bench, const struct bp_expression *formula,
                       const struct bp_expression *other);

/* One of its worlds; NULL when memory is short. */
struct bp_world *bp_bench_world(struct bp_bench *bench, size_t k);

/* A line as it might be: the claim with other sides. */
struct bp_candidate {
  const struct bp_model_claim *claim;
  const struct bp_expression *left, *right;
};

/* The same as a claim that the judge takes, with what that is made of: it must stay in its place.
 */
struct bp_candidate_claim {
  struct bp_model_claim claim;
  struct bp_statement statement;
  const struct bp_expression *sides[2];
  enum bp_relation relation;
  struct bp_span span;
};

void bp_candidate_as_claim(const struct bp_candidate *candidate, struct bp_candidate_claim *made);

struct bp_tried {
  bool holds;
  bool fits;      /* its shapes do */
  bool noted;     /* it holds only because the file fixes sizes */
  size_t members; /* combinations of index letters in the first world */
};

/* Combinations of its index letters in the first world. */
size_t bp_bench_members(struct bp_bench *bench, const struct bp_candidate *candidate);

/* Tries the candidate in one world after the other; the first that does not hold ends it. */
struct bp_tried bp_bench_try(struct bp_bench *bench, const struct bp_candidate *candidate);

#endif
