/* The handler only stores the signal's number; whoever does long work asks for it between steps.
 * A signal that comes after such a question and before a call that waits would be asked for by
 * nobody until that call is done, so from then on an alarm ends whatever waits, once a second.  The
 * handler may also have to remove unfinished files, so their paths are kept in static memory that
 * the handler can read at any time: a place is marked as taken after it has been filled.
 *
 * One step may take long all the same: the inverse of a large matrix is one call of a library.  So
 * the first signal sets a timer as well, of processor time and not of the clock on the wall, which
 * ends the program if it has not ended by itself by then.
 */
#include "cli/interrupt.h"

#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/time.h>
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

static const suseconds_t PATIENCE = 250000; /* microseconds of the processor */

void bp_interrupt_remove_all(void) {
  for (int i = 0; i < BP_MOST_UNFINISHED; i++)
    if (removable[i])
      unlink(unfinished[i]);
}

static _Noreturn void end_now(int number) {
  bp_interrupt_remove_all();
  _exit(BP_EXIT_SIGNAL + number);
}

static void run_out_of_patience(int unused) {
  static const char message[] = "backproof: interrupted; nothing was written\n";
  (void)unused;
  if (write(STDERR_FILENO, message, sizeof message - 1) < 0)
    end_now(received);
  end_now(received);
}

static volatile sig_atomic_t at_once;

void bp_interrupt_at_once(void) { at_once = 1; }

static void handle(int number) {
  if (received || at_once)
    end_now(number);
  received = number;
  alarm(1);
  struct itimerval timer = {.it_value = {.tv_usec = PATIENCE}};
  setitimer(ITIMER_PROF, &timer, NULL);
}

static void set_timer_off(void) {
  struct itimerval none = {0};
  setitimer(ITIMER_PROF, &none, NULL);
}

/* Signals that end a program because of what it did: a pipe without a reader, a limit.  They end
 * this one, too, but not before what is unfinished is removed. */
static const int endings[] = {SIGPIPE, SIGXCPU, SIGXFSZ};

static void end(int number) {
  bp_interrupt_remove_all();
  signal(number, SIG_DFL);
  raise(number);
}

static void catch_endings(void) {
  for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
    struct sigaction old, action = {.sa_handler = end};
    sigemptyset(&action.sa_mask);
    if (sigaction(endings[i], NULL, &old) == 0 && old.sa_handler == SIG_DFL)
      sigaction(endings[i], &action, NULL);
  }
}

void bp_interrupt_catch(void) {
  struct sigaction alarmed = {.sa_handler = ring};
  sigemptyset(&alarmed.sa_mask);
  sigaction(SIGALRM, &alarmed, NULL);
  catch_endings();
  struct sigaction impatience = {.sa_handler = run_out_of_patience};
  sigfillset(&impatience.sa_mask);
  sigaction(SIGPROF, &impatience, NULL);
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
  set_timer_off();
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
