/* The same document for the eye: one line worked out in numbers, and the shapes of every factor.
 *
 * What is filled lives in the arena that is named with it, and points into the document.
 */
#ifndef BP_SHOW_SHOW_H
#define BP_SHOW_SHOW_H

#include "judge/judge.h"
#include "results/trace.h"
#include "results/worked.h"

/* Works out the claim number `index` (of the report's claims).  Returns 0, or -1 with an error
 * recorded. */
int bp_explain_claim(const struct bp_document *document, size_t index,
                     const struct bp_judge_options *options, struct bp_arena *arena,
                     struct bp_diagnostics *diagnostics, struct bp_worked *worked);

/* The same of a line that was judged, where the arguments of bp_judge and what it gave are at hand.
 * The claim gets the numbers of the point that is shown. */
int bp_work_claim(const struct bp_document *document, struct bp_claim *claim, size_t index,
                  const struct bp_judgement *judgement, const struct bp_judge_options *options,
                  struct bp_arena *arena, struct bp_worked *worked);

/* Draws one line that was judged, and its hints. */
int bp_draw_claim(const struct bp_document *document, const struct bp_judge_options *options,
                  size_t index, struct bp_arena *arena, struct bp_claim *claim);

/* Draws every line and every mended formula of a report, with shapes, and works out lines that fail
 * (up to a few).  Returns 0, or -1 when memory is short. */
int bp_draw_report(const struct bp_document *document, const struct bp_judgement *judgement,
                   const struct bp_judge_options *options, struct bp_arena *arena,
                   struct bp_derivation_report *report);

/* The shapes of every factor of every definition and claim, symbols and numbers.  Returns 0, or -1
 * when memory is short. */
int bp_trace_document(const struct bp_document *document, const struct bp_judge_options *options,
                      struct bp_arena *arena, struct bp_diagnostics *diagnostics,
                      struct bp_trace *trace);

#endif
