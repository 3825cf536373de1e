/* Colours follow the agreements of no-color.org and CLICOLOR; the bar is drawn at most ten times a
 * second on one line that it always rewrites, so erasing it leaves no trace. */
#include "cli/terminal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "base/budget.h"
#include "base/ranks/ranks.h"
#include "cli/file/stream.h"
#include "cli/interrupt.h"

static const double SECONDS_BEFORE_BAR = 0.5;
static const double SECONDS_BETWEEN_DRAWINGS = 0.1;
static const double SECONDS_BETWEEN_LINES = 5;
enum { BAR_COLUMNS = 40, LEAST_COLUMNS = 80, MOST_COLUMNS = 120 };

static enum bp_colour_choice chosen = BP_COLOUR_AUTO;

void bp_terminal_choose(enum bp_colour_choice choice) { chosen = choice; }

/* Set and not empty, as both agreements want it. */
static const char *setting(const char *name) {
  const char *value = getenv(name);
  return value && *value ? value : NULL;
}

bool bp_terminal_colour(FILE *stream) {
  if (chosen != BP_COLOUR_AUTO)
    return chosen == BP_COLOUR_ALWAYS;
  if (setting("NO_COLOR"))
    return false;
  const char *force = setting("CLICOLOR_FORCE");
  if (force && strcmp(force, "0") != 0)
    return true;
  const char *wanted = setting("CLICOLOR");
  const char *terminal = setting("TERM");
  if ((wanted && strcmp(wanted, "0") == 0) || !terminal || strcmp(terminal, "dumb") == 0)
    return false;
  return isatty(bp_stream_descriptor(stream));
}

size_t bp_terminal_columns(FILE *stream) {
  struct winsize size;
  int descriptor = bp_stream_descriptor(stream);
  if (!isatty(descriptor) || ioctl(descriptor, TIOCGWINSZ, &size) != 0 ||
      size.ws_col < LEAST_COLUMNS)
    return LEAST_COLUMNS;
  return size.ws_col < MOST_COLUMNS ? size.ws_col : MOST_COLUMNS;
}

static double steady_seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void bp_progress_begin(struct bp_progress *progress, bool quiet) {
  bool shown = !quiet && bp_rank() == 0;
  *progress =
      (struct bp_progress){.begin = steady_seconds(), .enabled = shown && isatty(STDERR_FILENO)};
}

void bp_progress_expect_long(struct bp_progress *progress, bool quiet) {
  progress->lines = !quiet && bp_rank() == 0 && !progress->enabled;
}

static void write_line(double share, double elapsed) {
  if (share > 0.02)
    fprintf(stderr, "backproof: %d %%, about %.0f s left\n", (int)(100 * share),
            elapsed * (1 - share) / share);
}

static void draw(double share, double elapsed) {
  char bar[BAR_COLUMNS + 1];
  if (!(share >= 0))
    share = 0;
  if (share > 1)
    share = 1;
  int done = (int)(share * BAR_COLUMNS);
  memset(bar, '.', BAR_COLUMNS);
  memset(bar, '#', (size_t)done);
  bar[BAR_COLUMNS] = '\0';
  fprintf(stderr, "\r[%s] %3d %%", bar, (int)(100 * share));
  if (share > 0.02)
    fprintf(stderr, "  %.0f s left ", elapsed * (1 - share) / share);
  fflush(stderr);
}

bool bp_progress_report(double share, void *user) {
  struct bp_progress *progress = user;
  if (bp_interrupt_signal() || bp_budget_over_by_now())
    return false;
  if (!progress->enabled && !progress->lines)
    return true;
  double now = steady_seconds(), last = fmax(progress->begin, progress->drawn);
  if (progress->lines && now - last >= SECONDS_BETWEEN_LINES) {
    write_line(share, now - progress->begin);
    progress->drawn = now;
  }
  if (!progress->enabled)
    return true;
  if (now - progress->begin >= SECONDS_BEFORE_BAR &&
      now - progress->drawn >= SECONDS_BETWEEN_DRAWINGS) {
    draw(share, now - progress->begin);
    progress->drawn = now;
  }
  return true;
}

double bp_progress_end(struct bp_progress *progress) {
  if (progress->enabled && progress->drawn > 0) {
    fprintf(stderr, "\r%*s\r", BAR_COLUMNS + 30, "");
    fflush(stderr);
    progress->drawn = 0;
  }
  return steady_seconds() - progress->begin;
}
