/* backproof: the first word is a verb, the rest belongs to it. */
#define _DEFAULT_SOURCE /* on_exit */
#include <argp.h>
#include <errno.h>
#include <fcntl.h>
#include <gsl/gsl_errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/parallel.h"
#include "base/quad.h"
#include "base/ranks/ranks.h"
#include "cli/address_space.h"
#include "cli/cli.h"
#include "cli/file/stream.h"
#include "cli/interrupt.h"
#include "cli/terminal.h"
#include "cli/verb/pages.h"
#include "num/blas.h"
#include "read/readers.h"

/* The linker's list of what runs before the libraries are initialised, see address_space.c. */
__attribute__((section(".preinit_array"),
               used)) static void (*const before_libraries)(int, char **,
                                                            char **) = bp_address_space_require;

static const struct verb {
  const char *name;
  int (*run)(int argc, char **argv);
  const char *summary;
} verbs[] = {
#define BP_ROW(name, function, summary) {name, function, summary},
    BP_VERBS(BP_ROW)
#undef BP_ROW
};

enum { VERBS = sizeof verbs / sizeof *verbs };

static void print_version(FILE *out, struct argp_state *state) {
  (void)state;
  fputs("backproof " BP_VERSION "\n", out);
}

static int overview(void) {
  fputs("backproof proofreads back-propagation: every parameter's gradient, three ways,\n"
        "and every line of a derivation.\n\n"
        "Usage: backproof VERB ...\n\n",
        stdout);
  for (int i = 0; i < VERBS; i++)
    printf("  %-9s%s\n", verbs[i].name, verbs[i].summary);
  fputs("\nExamples:\n"
        "  backproof net \"3 - 4 tanh - 1 sigmoid\" --samples 5\n"
        "  backproof net \"3 - 4 tanh - 1 sigmoid\" --inject \"sign W[1]\"\n"
        "  backproof net \"4 - 8 tanh - 3 softmax\" --data examples/iris.csv\n"
        "  backproof new \"3 - 4 tanh - 1 sigmoid\" -o homework.deriv\n"
        "  backproof verify homework.deriv\n"
        "  backproof explain homework.deriv:12\n"
        "  backproof trace \"3 - 4 tanh - 1 sigmoid\"\n"
        "  backproof train \"4 - 8 tanh - 3 softmax\" --data examples/iris.csv --steps 500\n\n"
        "backproof VERB --help lists the options of a verb, backproof help PAGE shows a\n"
        "page of the documentation:\n\n",
        stdout);
  static const struct {
    const char *name, *about;
  } pages[] = {
#define BP_ROW(name, about) {#name, about},
      BP_PAGES(BP_ROW)
#undef BP_ROW
  };
  for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
    printf("  %-12s%s\n", pages[i].name, pages[i].about);
  fputs("\n"
        "Exit status: 0 holds, 1 fails, 2 undecided or nothing checked, 3 bad input or\n"
        "usage.\n",
        stdout);
  return 0;
}

/* Runs when the program exits: a message that could not be written is an error like any other. */
static void check_standard_output(void) {
  if (fflush(stdout) == 0 && !ferror(stdout))
    return;
  fprintf(stderr, "backproof: error: cannot write to standard output: %s\n",
          strerror(bp_stream_error(stdout)));
  _exit(BP_EXIT_BAD_INPUT);
}

static _Noreturn void die_unknown_verb(const char *word) {
  const char *names[VERBS];
  for (int i = 0; i < VERBS; i++)
    names[i] = verbs[i].name;
  const char *nearest = bp_nearest_name(word, strlen(word), names, VERBS);
  char suggestion[256] = "";
  for (int i = 0; i < VERBS; i++)
    snprintf(suggestion + strlen(suggestion), sizeof suggestion - strlen(suggestion), "%s%s",
             names[i],
             i + 2 < VERBS   ? ", "
             : i + 1 < VERBS ? " or "
                             : "; backproof --help explains them");
  if (nearest)
    snprintf(suggestion, sizeof suggestion, "backproof %s", nearest);
  else if (bp_reader_named(word))
    snprintf(suggestion, sizeof suggestion, "backproof verify %.80s", word);
  else if (strchr(word, ' '))
    snprintf(suggestion, sizeof suggestion, "backproof net \"%.80s\"", word);
  if (word[0] == '-')
    bp_die(suggestion, "backproof has no option %.60s before the verb", word);
  bp_die(suggestion, "backproof has no verb \"%.60s\"", word);
}

static _Noreturn void die_without_streams(void) {
  static const char message[] =
      "backproof: error: a standard stream is closed, and /dev/null cannot stand in for it\n"
      "  try: the command without <&-, >&- and 2>&-\n";
  ssize_t written = write(STDERR_FILENO, message, sizeof message - 1);
  (void)written; /* that may be the one which is closed */
  _exit(BP_EXIT_BAD_INPUT);
}

/* Where a standard stream is closed, the next file that is opened would get its number, and
 * messages would land in a report. */
static void fill_standard_streams(void) {
  for (int i = 0; i <= STDERR_FILENO; i++)
    if (fcntl(i, F_GETFD) < 0 && open("/dev/null", i == STDIN_FILENO ? O_WRONLY : O_RDONLY) != i)
      die_without_streams();
}

/* ---- ranks --------------------------------------------------------------- */

/* How many processes a launcher of MPI has started like this one, or 1 where it says no number; 0:
 * there was none. */
static long launched(void) {
  static const char *const names[] = {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "PMIX_RANK", "PMI_RANK"};
  for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
    const char *value = getenv(names[k]);
    if (value)
      return k < 2 ? strtol(value, NULL, 10) : 1;
  }
  return 0;
}

/* Which verbs deal their work to ranks; the others are left to rank 0. */
static bool is_dealt(int (*run)(int argc, char **argv)) {
  return run == bp_verb_net || run == bp_verb_grads || run == bp_verb_exec;
}

/* A rank that exits while the others may still wait for it ends them, too; after --help, or as bad
 * input is told, none waits. */
static void end_others(int status, void *unused) {
  (void)unused;
  fflush(stderr);
  if (status != 0)
    bp_ranks_abort(status);
  bp_ranks_end();
}

/* Whatever is printed from here on goes nowhere. */
static void silence_output(void) {
  int nowhere = bp_stream_open("/dev/null", O_WRONLY, 0);
  if (nowhere < 0 || dup2(nowhere, STDOUT_FILENO) < 0)
    bp_die(NULL, "cannot open /dev/null: %s", strerror(errno));
  close(nowhere);
}

static int run_verb(const struct verb *verb, int argc, char **argv) {
  long processes = launched();
  if (processes == 0)
    return verb->run(argc, argv);
  if (processes > 1 && is_dealt(verb->run) && !bp_ranks_built())
    bp_die("one process, or a build with -Dmpi=enabled, see backproof help scale",
           "%ld processes were started together, but this program is built without MPI", processes);
  bp_ranks_begin();
  if (bp_ranks() > 1)
    bp_interrupt_at_once();
  bp_processors_share(bp_ranks_here());
  bp_terminal_choose(BP_COLOUR_NEVER); /* a launcher's terminal says nothing of what it writes to */
  if (bp_rank() > 0)                   /* rank 0 reports */
    silence_output();
  bool here = bp_rank() == 0 || is_dealt(verb->run);
  int status = here ? verb->run(argc, argv) : 0;
  bp_ranks_end();
  return status;
}

/* For jansson, which takes what it could read before memory ran out for all there is, loses digits
 * of a long number without a word, or ends the program with an assertion. */
static void *json_memory(size_t bytes) {
  void *block = malloc(bytes);
  if (!block)
    bp_die_no_memory();
  return block;
}

/* argp takes the shape of its help from there, and never comes to an end where a column lies behind
 * the margin. */
static void forget_help_format(void) { unsetenv("ARGP_HELP_FMT"); }

int main(int argc, char **argv) {
  static char name[64];
  forget_help_format();
  fill_standard_streams();
  bp_blas_alone();
  on_exit(end_others, NULL);
  if (!bp_stream_standard_output())
    bp_die_no_memory();
  atexit(check_standard_output);
  gsl_set_error_handler_off();
  json_set_alloc_funcs(json_memory, free);
  argp_err_exit_status = BP_EXIT_BAD_INPUT;
  argp_program_version_hook = print_version;
  const char *word = argc > 1 ? argv[1] : "--help";
  bool asked = strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
  if (asked || (strcmp(word, "help") == 0 && argc == 2))
    return overview();
  if (strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0) {
    print_version(stdout, NULL);
    return 0;
  }
  if (!bp_quad_is_exact())
    bp_die("a build with the GNU C library", "%s", BP_QUAD_COMPLAINT);
  bp_interrupt_catch();
  for (int i = 0; i < VERBS; i++) {
    if (strcmp(word, verbs[i].name) != 0)
      continue;
    snprintf(name, sizeof name, "backproof %s", verbs[i].name);
    argv[1] = name; /* what usage messages call the program */
    return run_verb(&verbs[i], argc - 1, argv + 1);
  }
  die_unknown_verb(word);
}
