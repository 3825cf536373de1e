/* Ctrl-C and its relatives. */
#ifndef BP_CLI_INTERRUPT_H
#define BP_CLI_INTERRUPT_H

/* How many unfinished files there may be at the same time. */
enum { BP_MOST_UNFINISHED = 32 };

/* From here on the first SIGINT, SIGTERM or SIGHUP is only remembered, so that work can stop in an
 * orderly way; the second ends the program at once, after removing the unfinished files, and so
 * does a quarter of a second of the processor after the first. */
void bp_interrupt_catch(void);

/* The signal that came, or 0. */
int bp_interrupt_signal(void);

/* From now on the first signal ends the program, after what is unfinished was removed: it may wait
 * for others that are gone. */
void bp_interrupt_at_once(void);

/* From here on a signal ends the program in the ordinary way. */
void bp_interrupt_release(void);

/* An unfinished file, to be removed when the program is ended by a signal, until it is kept (or has
 * been removed already). */
void bp_interrupt_remove(const char *path);
void bp_interrupt_keep(const char *path);

/* Removes all of them, now; whatever else the program is in the middle of. */
void bp_interrupt_remove_all(void);

#endif
