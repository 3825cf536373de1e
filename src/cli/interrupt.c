/* The handler only stores the signal's number; whoever does long work asks for it between steps.
 * A signal that comes after such a question and before a call that waits would be asked for by
 * nobody until that call is done, so from then on an alarm ends whatever waits, once a second.  The
 * handler may also have to remove unfinished files, so their paths are kept in static memory that
 * the handler can read at any time: a place is marked as taken after it has been filled. */
#include "cli/interrupt.h"

#include <limits.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"

static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
enum { SIGNALS = sizeof signals / sizeof *signals };

static volatile sig_atomic_t received;
static volatile sig_atomic_t removable[BP_MOST_UNFINISHED];
static char unfinished[BP_MOST_UNFINISHED][PATH_MAX];

static void ring(int number) {
  (void)number;
  alarm(1);
}

static void handle(int number) {
  if (received) {
    for (int i = 0; i < BP_MOST_UNFINISHED; i++)
      if (removable[i])
        unlink(unfinished[i]);
    _exit(BP_EXIT_SIGNAL + number);
  }
  received = number;
  alarm(1);
}

void bp_interrupt_catch(void) {
  struct sigaction alarmed = {.sa_handler = ring};
  sigemptyset(&alarmed.sa_mask);
  sigaction(SIGALRM, &alarmed, NULL);
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
  alarm(0);
  for (int i = 0; i < SIGNALS; i++) {
    struct sigaction old;
    if (sigaction(signals[i], NULL, &old) == 0 && old.sa_handler == handle)
      signal(signals[i], SIG_DFL);
  }
}

void bp_interrupt_remove(const char *path) {
  for (int i = 0; i < BP_MOST_UNFINISHED && strlen(path) < PATH_MAX; i++)
    if (!removable[i]) {
      strcpy(unfinished[i], path);
      removable[i] = 1;
      return;
    }
}

void bp_interrupt_keep(const char *path) {
  for (int i = 0; i < BP_MOST_UNFINISHED; i++)
    if (removable[i] && strcmp(unfinished[i], path) == 0)
      removable[i] = 0;
}
