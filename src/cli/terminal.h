/* What a terminal can do, and the progress bar. */
#ifndef BP_CLI_TERMINAL_H
#define BP_CLI_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum bp_colour_choice { BP_COLOUR_AUTO, BP_COLOUR_ALWAYS, BP_COLOUR_NEVER };

/* What --color said, for all streams. */
void bp_terminal_choose(enum bp_colour_choice choice);

/* Whether to colour what goes to `stream`: as --color says; otherwise not when NO_COLOR is set or
 * CLICOLOR is 0 or TERM is dumb, always when CLICOLOR_FORCE is set, and else on a terminal. */
bool bp_terminal_colour(FILE *stream);

/* How wide a page is: the width of the terminal that `stream` goes to, from 80 to 120; 80 where it
 * goes elsewhere. */
size_t bp_terminal_columns(FILE *stream);

/* A progress bar on stderr that appears when work takes longer than half a second and stderr is a
 * terminal. */
struct bp_progress {
  double begin; /* seconds of a steady clock */
  double drawn; /* when the bar was last drawn, or a line written; 0: never */
  bool enabled;
  bool lines; /* in place of the bar, where stderr is no terminal */
};

void bp_progress_begin(struct bp_progress *progress, bool quiet);

/* It will take long: where there is no terminal for a bar, a line every few seconds says how far it
 * is. */
void bp_progress_expect_long(struct bp_progress *progress, bool quiet);

/* For the progress members of options: `progress` is a struct bp_progress.  False when a signal
 * asks to stop. */
bool bp_progress_report(double share, void *progress);

/* Erases the bar; gives the seconds since the beginning. */
double bp_progress_end(struct bp_progress *progress);

#endif
