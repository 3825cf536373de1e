/* The author's own commands: \newcommand{\pd}[2]{\frac{\partial #1}{\partial #2}}, \def\bW{…}.
 *
 * They are collected from the whole note, since a preamble often stands in a formula of its own;
 * the last definition of a command counts.  A command that stands for itself, or that grows without
 * end, is stopped by a budget, and whatever formula uses it says so.
 */
#ifndef BP_NOTE_LATEX_MACROS_H
#define BP_NOTE_LATEX_MACROS_H

#include "note/latex/written.h"

enum { BP_MOST_MACROS = 256 };

struct bp_macro {
  struct bp_span name; /* without the backslash */
  struct bp_span body;
  struct bp_span preset; /* what its first argument is where none is given; empty: it must be */
  unsigned arguments;
};

struct bp_macros {
  const struct bp_source *source;
  struct bp_macro list[BP_MOST_MACROS];
  size_t count;
  size_t budget; /* bytes that may still be put in */
};

void bp_macros_collect(const struct bp_source *source, struct bp_macros *macros);

/* The text with all of them carried out; definitions in it are left out.  False where they do not
 * come to an end, or memory is short; `culprit` is then the use that began it. */
bool bp_macros_expand(struct bp_macros *macros, const struct bp_written *text,
                      struct bp_written *expanded, struct bp_span *culprit);

#endif
