/* Pages: what the writers of HTML share.
 *
 * A page is one file that needs nothing else: no network, no script.  Formulas are MathML, pictures
 * are SVG with their values in tooltips, what is asked for seldom is folded away in <details>.
 * Every colour stands beside a word or a sign that says the same.
 */
#ifndef BP_REPORT_HTML_H
#define BP_REPORT_HTML_H

#include "report/markup.h"
#include "report/report.h"

/* Opens a page down to its heading, and closes it.  A page is written to `out` through `markup`. */
int bp_page_begin(struct bp_markup *markup, const char *title, FILE *out);
int bp_page_end(struct bp_markup *markup, FILE *out);

/* The heading of a section; `level` from 2.  Opens <section>, which the caller ends. */
void bp_page_section(struct bp_markup *markup, int level, const char *class, const char *id,
                     const char *title);

/* <details> with its summary, which the caller ends. */
void bp_page_fold(struct bp_markup *markup, const char *summary);

/* A table that scrolls where it is wider than the page: opens it down to its body, with a caption
 * and headings (NULL-terminated).  bp_page_table_end closes it. */
void bp_page_table(struct bp_markup *markup, const char *caption, const char *const *headings);
void bp_page_table_end(struct bp_markup *markup);

/* Lines as they were written, in a box that scrolls where they are wider than the page and that the
 * keyboard reaches. */
void bp_page_verbatim(struct bp_markup *markup, const char *text);

/* The same, but where a line of carets stands below another one, what it points at is marked
 * instead: few fonts give Chinese signs twice the width of others, as a terminal does. */
void bp_page_quoted(struct bp_markup *markup, const char *text);

/* A cell: <th scope="row"> or <td>, with a class or NULL. */
void bp_page_row_heading(struct bp_markup *markup, const char *text);
void bp_page_cell(struct bp_markup *markup, const char *class, const char *text);
void bp_page_cell_number(struct bp_markup *markup, double number);

/* Title, settings and notes of a report. */
void bp_page_settings(struct bp_markup *markup, const struct bp_report_head *head);
void bp_page_notes(struct bp_markup *markup, const char *const *notes, size_t count);

/* "holds", "fails", "undecided": the class of a verdict; and its sign, so that colour is not all.
 */
const char *bp_page_class(enum bp_verdict verdict);
const char *bp_page_sign(enum bp_verdict verdict);

/* A paragraph with the sign, the word in its colour, and a sentence. */
void bp_page_verdict(struct bp_markup *markup, enum bp_verdict verdict, const char *sentence);

/* What a text writer says, in one piece of text; NULL when memory is short or the writer failed.
 * To be freed. */
typedef int bp_page_teller(const void *result, const struct bp_report_style *style, FILE *out);
char *bp_page_told(bp_page_teller *tell, const void *result, const struct bp_report_style *style);

/* The closing sentence of the text report, behind its verdict. */
void bp_page_closing(struct bp_markup *markup, enum bp_verdict verdict, bp_page_teller *tell,
                     const void *result, const struct bp_report_style *style);

/* A formula; `shapes`: with the shape of each factor under it. */
void bp_page_formula(struct bp_markup *markup, const struct bp_picture *picture, bool shapes);

/* A formula that is known as text; names as "dW[1]" and "X'" with what is
 * raised in them, as words, which every table and every reader of screens takes. */
void bp_page_name(struct bp_markup *markup, const char *text);

/* Numbers row by row, `digits` of each, NaN and infinite ones as words. */
void bp_page_matrix(struct bp_markup *markup, const char *caption, size_t rows, size_t columns,
                    const double *values, int digits);

/* The numbers on the way to both sides of a line. */
void bp_page_worked(struct bp_markup *markup, const struct bp_worked *worked, int level);

/* A claim with everything that is known of it; `id` is its anchor. */
void bp_page_claim(struct bp_markup *markup, const struct bp_claim *claim,
                   const struct bp_report_style *style, int level, const char *id);

/* The heat maps of a block, what their colours mean, and the drawing of a network made of blocks
 * W[l] and b[l]. */
void bp_page_maps(struct bp_markup *markup, const struct bp_block *block, bool code);
void bp_page_map_legend(struct bp_markup *markup);
void bp_page_network(struct bp_markup *markup, const struct bp_report *report);

#endif
