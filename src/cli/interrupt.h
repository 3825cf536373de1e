/* Ctrl-C and its relatives. */
#ifndef BP_CLI_INTERRUPT_H
#define BP_CLI_INTERRUPT_H

/* From here on the first SIGINT, SIGTERM or SIGHUP is only remembered, so that work can stop in an
 * orderly way; the second ends the program at once, after removing the file named last. */
void bp_interrupt_catch(void);

/* The signal that came, or 0. */
int bp_interrupt_signal(void);

/* From here on a signal ends the program in the ordinary way. */
void bp_interrupt_release(void);

/* The unfinished file to remove when the program is ended by a signal; NULL for none. */
void bp_interrupt_remove(const char *path);

#endif
