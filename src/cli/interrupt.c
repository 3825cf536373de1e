/* The handler only stores the signal's number; whoever does long work asks for it between steps. It
 * may also have to remove an unfinished file, so the path is kept in static memory that the handler
 * can read at any time: it is cleared before it is changed. */
#include "cli/interrupt.h"

#include <limits.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"

static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
enum { SIGNALS = sizeof signals / sizeof *signals };

static volatile sig_atomic_t received;
static volatile sig_atomic_t removable;
static char path_to_remove[PATH_MAX];

static void handle(int number) {
  if (received) {
    if (removable)
      unlink(path_to_remove);
    _exit(BP_EXIT_SIGNAL + number);
  }
  received = number;
}

void bp_interrupt_catch(void) {
  for (int i = 0; i < SIGNALS; i++) {
    struct sigaction old, action = {.sa_handler = handle};
    sigemptyset(&action.sa_mask);
    /* no SA_RESTART: a read that waits for a person must end, too */
    if (sigaction(signals[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
      sigaction(signals[i], &action, NULL);
  }
}

int bp_interrupt_signal(void) { return received; }

void bp_interrupt_release(void) {
  for (int i = 0; i < SIGNALS; i++) {
    struct sigaction old;
    if (sigaction(signals[i], NULL, &old) == 0 && old.sa_handler == handle)
      signal(signals[i], SIG_DFL);
  }
}

void bp_interrupt_remove(const char *path) {
  removable = 0;
  if (path && strlen(path) < sizeof path_to_remove) {
    strcpy(path_to_remove, path);
    removable = 1;
  }
}
