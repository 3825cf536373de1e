/* Judging derivations: the verdict of every claim of a document.
 *
 * The document's declarations make a graph of named matrices.  In every trial the sizes and the
 * given matrices are drawn anew; shapes are compared as symbols first; then both sides of every
 * link are computed in ball arithmetic, where every derivative is a difference quotient taken by
 * moving one number of a named matrix and computing again what depends on it.  A link holds when
 * both sides' balls overlap in every trial, and fails when in some trial they are disjoint.
 *
 * The report and what the judge saw live in the arena that is passed, and point into the document.
 */
#ifndef BP_JUDGE_JUDGE_H
#define BP_JUDGE_JUDGE_H

#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"
#include "lang/ast.h"
#include "results/results.h"

struct bp_claim_state;
struct bp_model;

struct bp_judge_options {
  uint64_t seed;
  size_t trials;         /* points at which every claim is compared; 0: 5 */
  size_t memory;         /* bytes that one trial may use; 0: 1 GiB */
  bool brief;            /* random points only: no others are aimed at */
  bool (*stopped)(void); /* asked now and then: true ends the judging, whose report is of no use
                            then; may be NULL */
};

/* What the judge saw, for who wants to know more than the report says. */
struct bp_judgement {
  const struct bp_model *model;
  const struct bp_claim_state *states; /* one for each claim of the model and of the report */
};

/* Judges every claim, refutation and shape of the document.  Mistakes in declarations are recorded
 * in `diagnostics`; claims that use them are undecided (BP_REASON_BROKEN).  The report's title and
 * settings are set too.  Claims appear in the order of the file.  With `judgement` (NULL: not
 * wanted) what was seen is kept, for bp_hints_find.  Returns 0, or -1 when memory is short (with an
 * error recorded). */
int bp_judge(const struct bp_document *document, const struct bp_judge_options *options,
             struct bp_arena *arena, struct bp_diagnostics *diagnostics,
             struct bp_derivation_report *report, struct bp_judgement *judgement);

#endif
