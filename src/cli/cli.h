/* The command line: verbs, exit statuses, and how the program speaks on stderr.
 *
 * This folder is the only one that prints to the terminal, opens files, reads the environment and
 * exits.  A verb is one file and one row of BP_VERBS; its function gets its own arguments and gives
 * the exit status.  What is wrong with the input ends the program where it is found, through
 * bp_die: output under way is then removed by the exit handler of output.c.
 */
#ifndef BP_CLI_CLI_H
#define BP_CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"

/* name, function, what it does */
#define BP_VERBS(X)                                                                                \
  X("net", bp_verb_net, "check the gradient of a network, every parameter three ways")             \
  X("grads", bp_verb_grads, "check gradients that other code wrote into a file")                   \
  X("exec", bp_verb_exec, "check the gradient that any running program computes")                  \
  X("verify", bp_verb_verify, "judge every line of derivation files and notes")                    \
  X("new", bp_verb_new, "write a derivation to be filled in, for a network")                       \
  X("read", bp_verb_read, "print how a note is read, as a derivation")                             \
  X("class", bp_verb_class, "judge the files of a class: students, lines, points, mistakes")       \
  X("lsp", bp_verb_lsp, "serve an editor: verdicts while one types (editors start it)")            \
  X("explain", bp_verb_explain, "work out one line of a derivation, number by number")             \
  X("trace", bp_verb_trace, "show the shapes under every factor of a network or a derivation")     \
  X("train", bp_verb_train, "gradient descent with gradients that are checked on the way")         \
  X("run", bp_verb_run, "check the built-in suite of networks, and one on Fisher's iris data")     \
  X("help", bp_verb_help, "show a page of the documentation, or what it says under a word")

#define BP_ROW(name, function, summary) int function(int argc, char **argv);
BP_VERBS(BP_ROW)
#undef BP_ROW

enum { BP_EXIT_BAD_INPUT = 3, BP_EXIT_SIGNAL = 128 };

/* Prints a message to standard error: with its place, or else with the name of the program. */
void bp_message_write(const struct bp_diagnostic *diagnostic);

/* Prints one message, with what to try if that is not NULL, and exits with BP_EXIT_BAD_INPUT. */
__attribute__((noreturn)) void bp_die(const char *suggestion, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

__attribute__((noreturn)) void bp_die_no_memory(void);

/* It has been said that memory is short: bp_die_no_memory says it no more. */
void bp_memory_told(void);

/* Counts what FLINT and GMP allocate against the limit, from now on; to be called before there are
 * threads.  Where even the reserve is gone the process ends with a message. */
void bp_flint_limit(size_t limit);

/* For the check of a gradient whose time is up: reports say so, too, and it is undecided. */
__attribute__((noreturn)) void bp_die_out_of_time(double seconds, const char *suggestion);

/* For work that was stopped by a signal. */
__attribute__((noreturn)) void bp_die_interrupted(void);

/* Prints what was found wrong with the input and exits with BP_EXIT_BAD_INPUT. */
__attribute__((noreturn)) void bp_die_diagnostics(const struct bp_diagnostics *diagnostics);

/* Has a message that ends the program with BP_EXIT_BAD_INPUT told to `teller`, too, once, after it
 * was printed; NULL: no more.  What prints such a message by itself calls bp_die_tell. */
typedef void bp_teller(const struct bp_diagnostics *diagnostics);
void bp_die_with(bp_teller *teller);
void bp_die_tell(const struct bp_diagnostics *diagnostics);

/* Prints remarks, if there are any, and goes on. */
void bp_remark(const struct bp_diagnostics *diagnostics);

#endif
