/* The pieces of the text report that have a file of their own, and what the files share.
 *
 * Texts that are handed out live as long as the arena that was passed in; NULL means that memory
 * was short.  Where a status is returned it is 0, or -1 where memory was short or the stream
 * refused something.
 */
#ifndef BP_REPORT_TEXT_H
#define BP_REPORT_TEXT_H

#include <stdio.h>

#include "base/arena.h"
#include "report/report.h"
#include "report/table.h"

/* "W[2](3,1)", counted from 1. */
/* What an entry of the block is called: "directions", where there are several and it has these. */
const char *bp_entry_word(const struct bp_block *block);

const char *bp_entry_name(const struct bp_block *block, size_t index, struct bp_arena *arena);

/* The worst entry of every parameter block, a row each. */
int bp_text_worst(const struct bp_report *report, const struct bp_report_style *style,
                  struct bp_arena *arena, FILE *out);

/* A paragraph for each block that does not hold: its worst entry with every number that led to the
 * verdict, in full. */
int bp_text_details(const struct bp_report *report, const struct bp_report_style *style,
                    struct bp_arena *arena, FILE *out);

/* A line with a number in full, such that signs and exponents of several such lines stand under
 * each other; `remark` may be empty. */
void bp_text_number(const char *name, double number, const char *remark,
                    const struct bp_report_style *style, FILE *out);

/* The entries that style->parameters asks for, a row each. */
int bp_text_listing(const struct bp_report *report, const struct bp_report_style *style, FILE *out);

/* The closing sentence. */
int bp_text_closing(const struct bp_report *report, const struct bp_report_style *style,
                    struct bp_arena *arena, FILE *out);

/* Below the row of a claim: why it does not hold, where, with which numbers, and its notes. */
int bp_text_claim(const struct bp_claim *claim, const struct bp_report_style *style,
                  struct bp_arena *arena, FILE *out);

/* The formulas that would hold in the place of a claim that fails, or that none was found. */
int bp_text_hints(const struct bp_claim *claim, const struct bp_report_style *style,
                  struct bp_arena *arena, FILE *out);

/* "refuted", "FAILS": what became of a claim, in a word, and how to tint it. */
const char *bp_claim_word(const struct bp_claim *claim);
enum bp_tint bp_claim_tint(const struct bp_claim *claim);

/* The numbers of a matrix with those of its rows and columns around them, each with so many
 * significant digits, with `.` for an exact zero, in groups of columns where the page is too
 * narrow. */
int bp_matrix_text(const struct bp_matrix_view *matrix, int digits,
                   const struct bp_report_style *style, FILE *out);

/* One Jacobian as text: name, formula and shape, then the numbers. */
int bp_jacobian_text(const struct bp_matrix_view *matrix, const struct bp_report_style *style,
                     FILE *out);

/* A step as lines of formula, symbols and numbers, `indent` columns from the left; without numbers
 * where they say nothing new. */
int bp_trace_below(const struct bp_trace_step *step, size_t indent, bool colour,
                   struct bp_arena *arena, FILE *out);

/* The cost curve alone, at most 72 columns by 14 lines, in braille dots. */
int bp_training_chart(const struct bp_training *training, FILE *out);

#endif
