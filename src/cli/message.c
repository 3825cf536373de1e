/* Everything that goes to stderr as a sentence. Each message stands alone: what was found, what was
 * expected, what to try. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/ranks/ranks.h"
#include "cli/cli.h"
#include "cli/interrupt.h"
#include "cli/terminal.h"
#include "num/flint_memory.h"
#include "results/results.h"

static bp_teller *also;

void bp_die_with(bp_teller *teller) { also = teller; }

/* A teller that has trouble of its own must not be called about that. */
void bp_die_tell(const struct bp_diagnostics *diagnostics) {
  bp_teller *teller = also;
  also = NULL;
  if (teller)
    teller(diagnostics);
}

/* What is wrong with the input all ranks find, and rank 0 says it and ends them; so the others give
 * it a moment before they speak of what may be theirs alone. */
static void let_the_first_speak(void) {
  static bool waited;
  if (bp_rank() > 0 && !waited)
    sleep(1);
  waited = true;
}

void bp_message_write(const struct bp_diagnostic *diagnostic) {
  let_the_first_speak();
  if (!diagnostic->source)
    fputs("backproof: ", stderr);
  bp_diagnostic_write(diagnostic, bp_terminal_colour(stderr), stderr);
}

_Noreturn void bp_die(const char *suggestion, const char *format, ...) {
  char message[2048];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  struct bp_diagnostic diagnostic = {.message = message, .suggestion = suggestion};
  bp_message_write(&diagnostic);
  bp_die_tell(&(struct bp_diagnostics){.list = &diagnostic, .count = 1, .errors = 1});
  exit(BP_EXIT_BAD_INPUT);
}

static bool memory_was_told;

void bp_memory_told(void) { memory_was_told = true; }

_Noreturn void bp_die_no_memory(void) {
  if (memory_was_told) /* of a file; that its report cannot be written either is no news */
    exit(BP_EXIT_BAD_INPUT);
  bp_die("a smaller network, fewer samples, or a larger --memory-limit if the machine has more",
         "there is not enough memory for this");
}

/* An allocator of FLINT's may be asked in any thread and in the middle of anything, so nothing is
 * cleaned up. */
__attribute__((noreturn)) static void flint_gone(void) {
  static const char message[] =
      "backproof: error: there is not enough memory for this\n"
      "  try: smaller sizes, or a larger --memory-limit if the machine has more\n";
  bp_interrupt_remove_all();
  if (write(STDERR_FILENO, message, sizeof message - 1) < 0)
    _exit(BP_EXIT_BAD_INPUT);
  _exit(BP_EXIT_BAD_INPUT);
}

void bp_flint_limit(size_t limit) {
  enum { RESERVE = 32 << 20 };
  struct bp_flint_memory memory = {.limit = limit, .reserve = RESERVE, .gone = flint_gone};
  if (!bp_flint_memory_install(&memory))
    bp_die_no_memory();
}

_Noreturn void bp_die_out_of_time(double seconds, const char *suggestion) {
  char message[96];
  snprintf(message, sizeof message, "the time limit of %g s was reached before all was checked",
           seconds);
  struct bp_diagnostic diagnostic = {.message = message, .suggestion = suggestion};
  bp_message_write(&diagnostic);
  bp_die_tell(&(struct bp_diagnostics){.list = &diagnostic, .count = 1, .errors = 1});
  exit(bp_exit_status(BP_UNDECIDED));
}

_Noreturn void bp_die_interrupted(void) {
  fputs("backproof: interrupted; nothing was written\n", stderr);
  exit(BP_EXIT_SIGNAL + bp_interrupt_signal());
}

_Noreturn void bp_die_diagnostics(const struct bp_diagnostics *diagnostics) {
  if (diagnostics->count == 0) /* there was no memory to keep even the first */
    bp_die_no_memory();
  for (size_t k = 0; k < diagnostics->count; k++)
    bp_message_write(&diagnostics->list[k]);
  bp_diagnostics_dropped(diagnostics, stderr);
  bp_die_tell(diagnostics);
  exit(BP_EXIT_BAD_INPUT);
}

void bp_remark(const struct bp_diagnostics *diagnostics) {
  if (diagnostics->count > 0 && bp_rank() == 0)
    bp_diagnostics_write(diagnostics, bp_terminal_colour(stderr), stderr);
}
