/* What `backproof exec` costs beyond the program that it checks.
 *
 * This program is both sides.  As `bench_exec child N FILE` it is the cheapest program there can
 * be: it answers every request for a loss with the same number and does not look at the point, and
 * at its end it adds to FILE how many such requests came and how long it took from the first to the
 * last. With a fourth argument it is a real function: a sum of squares of N parameters, of which a
 * change is one term.
 *
 * Without arguments it measures (1) the round trip alone: requests of the same bytes through the
 * same pipes to the same child, by plain write and read; (2) the same child under `backproof exec`;
 * the difference is what the check costs for each evaluation: choosing the point, writing it as
 * JSON, waiting for several programs at once, reading JSON, judging; (3) the time for 10,000
 * parameters. Times are the smallest of several runs, since whatever else the machine does only
 * adds to them.
 */
#define _GNU_SOURCE
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { RUNS = 20, ROUND_TRIPS = 2000, LARGE = 10000, MEDIUM = 3000, NUMBER = 24 };

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* ---- the child ----------------------------------------------------------- */

struct child {
  size_t parameters;
  bool real, changes;
  double *theta, sum; /* of squares */
};

static double point(size_t i) { return sin((double)i + 1); }

static void list_numbers(const struct child *child, const char *opening, double factor) {
  fputs(opening, stdout);
  for (size_t i = 0; i < child->parameters; i++)
    printf("%s%.17g", i > 0 ? "," : "", factor * child->theta[i]);
  putchar(']');
}

static double loss(const struct child *child, char *request) {
  double sum = 0;
  char *at = strchr(request, '[');
  if (!at || !child->real)
    return 0.5;
  if (strstr(request, "\"change\"")) {
    size_t index = strtoul(at + 1, &at, 10) % child->parameters;
    double value = strtod(at + 1, NULL), old = child->theta[index];
    return (child->sum - old * old + value * value) / 2;
  }
  for (size_t i = 0; i < child->parameters && (*at == ',' || *at == '['); i++) {
    double value = strtod(at + 1, &at);
    sum += value * value;
  }
  return sum / 2;
}

static void answer(const struct child *child, char *request) {
  if (strstr(request, "\"loss\"")) {
    printf("{\"loss\":%.17g}\n", loss(child, request));
  } else if (strstr(request, "\"grad\"")) {
    list_numbers(child, "{\"grad\":[", child->real ? 1 : 0);
    puts("}");
  } else {
    list_numbers(child, "{\"theta\":[", 1);
    printf("%s}\n", child->changes ? ",\"accepts\":[\"change\"]" : "");
  }
  fflush(stdout);
}

static int be_child(size_t parameters, const char *path, const char *kind) {
  struct child child = {.parameters = parameters,
                        .real = strstr(kind, "real"),
                        .changes = strstr(kind, "change"),
                        .theta = malloc(parameters * sizeof *child.theta)};
  size_t room = 0, count = 0;
  double first = 0, last = 0;
  char *line = NULL;
  if (!child.theta)
    return 1;
  for (size_t i = 0; i < parameters; i++) {
    child.theta[i] = point(i);
    child.sum += child.theta[i] * child.theta[i];
  }
  while (getline(&line, &room, stdin) > 0) {
    if (strncmp(line, "{\"op\":\"loss\"", 12) == 0 && count++ == 0)
      first = now();
    answer(&child, line);
    last = now();
  }
  FILE *file = fopen(path, "a");
  if (file)
    fprintf(file, "%zu %.9f\n", count, last - first);
  free(line);
  free(child.theta);
  return file && fclose(file) == 0 ? 0 : 1;
}

/* ---- the round trip alone -------------------------------------------------- */

static size_t write_request(char *text, size_t parameters, bool change) {
  char *end = text + sprintf(text, "{\"op\":\"loss\",\"%s\":[", change ? "change" : "theta");
  if (change)
    end += sprintf(end, "%zu,%.17g", parameters / 2, point(parameters / 2));
  for (size_t i = 0; i < parameters && !change; i++)
    end += sprintf(end, "%s%.17g", i > 0 ? "," : "", point(i));
  return (size_t)(stpcpy(end, "]}\n") - text);
}

static bool exchange(int to, int from, const char *request, size_t length) {
  char answer[256];
  for (size_t written = 0; written < length;) {
    ssize_t now_written = write(to, request + written, length - written);
    if (now_written <= 0)
      return false;
    written += (size_t)now_written;
  }
  for (;;) {
    ssize_t length_read = read(from, answer, sizeof answer);
    if (length_read <= 0 || answer[length_read - 1] == '\n')
      return length_read > 0;
  }
}

/* Seconds for one round trip of a request of that size; NaN when it went wrong. */
static double round_trip(const char *self, size_t parameters, bool change) {
  int to[2], from[2];
  char *request = malloc(NUMBER * parameters + 64), number[32];
  bool fine = request && pipe2(to, 0) == 0 && pipe2(from, 0) == 0;
  snprintf(number, sizeof number, "%zu", parameters);
  pid_t process = fine ? fork() : -1;
  if (process == 0) {
    dup2(to[0], 0);
    dup2(from[1], 1);
    for (int i = 0; i < 2; i++)
      close(to[i]), close(from[i]);
    execl(self, self, "child", number, "/dev/null", "constant", (char *)NULL);
    _exit(1);
  }
  if (process < 0) {
    free(request);
    return NAN;
  }
  close(to[0]);
  close(from[1]);
  size_t length = write_request(request, parameters, change);
  fine = exchange(to[1], from[0], request, length);
  double begin = now();
  for (int i = 0; i < ROUND_TRIPS && fine; i++)
    fine = exchange(to[1], from[0], request, length);
  double seconds = (now() - begin) / ROUND_TRIPS;
  close(to[1]);
  close(from[0]);
  waitpid(process, NULL, 0);
  free(request);
  return fine ? seconds : NAN;
}

/* ---- under backproof ------------------------------------------------------- */

/* Runs the check once; gives the wall time, or NaN, and what the child counted. */
static double check(const char *self, size_t parameters, const char *kind, size_t *evaluations,
                    double *inside) {
  char path[] = "bench-exec-XXXXXX", command[8192];
  int descriptor = mkstemp(path);
  if (descriptor < 0)
    return NAN;
  snprintf(command, sizeof command, "'%s' exec --quiet -- '%s' child %zu %s %s >/dev/null",
           BACKPROOF, self, parameters, path, kind);
  double begin = now();
  int status = system(command);
  double seconds = now() - begin;
  char line[64], *end;
  FILE *file = fdopen(descriptor, "r");
  *evaluations = 0;
  *inside = 0;
  while (file && fgets(line, sizeof line, file)) { /* a line for each child */
    *evaluations += strtoul(line, &end, 10);
    *inside += strtod(end, NULL);
  }
  if (file)
    fclose(file);
  unlink(path);
  return status == 0 && *evaluations > 0 ? seconds : NAN;
}

/* Seconds for one evaluation, from a child that answers a constant. */
static double evaluation(const char *self, size_t parameters, const char *kind) {
  double least = INFINITY;
  for (int run = 0; run < RUNS; run++) {
    size_t count = 0;
    double inside = 0;
    if (!isnan(check(self, parameters, kind, &count, &inside)))
      least = fmin(least, inside / (double)(count - 1));
  }
  return least;
}

static bool compare(const char *self, size_t parameters, bool change) {
  double alone = INFINITY,
         both = evaluation(self, parameters, change ? "constant-change" : "constant");
  for (int run = 0; run < RUNS; run++)
    alone = fmin(alone, round_trip(self, parameters, change));
  double overhead = 1e6 * (both - alone);
  printf("  %6zu parameters, %-14s %6.1f us each, round trip alone %6.1f us, overhead %6.1f us\n",
         parameters, change ? "\"change\":" : "whole points:", 1e6 * both, 1e6 * alone, overhead);
  return parameters != 100 || overhead < 50;
}

static bool time_check(const char *self, size_t parameters, const char *kind, double most) {
  size_t count = 0;
  double inside = 0, seconds = check(self, parameters, kind, &count, &inside);
  printf("  %6zu parameters, %-14s %6.2f s, %zu evaluations\n", parameters,
         strstr(kind, "change") ? "\"change\":" : "whole points:", seconds, count);
  return seconds < most;
}

int main(int argc, char **argv) {
  static char self[4096];
  if (argc == 5 && strcmp(argv[1], "child") == 0)
    return be_child(strtoul(argv[2], NULL, 10), argv[3], argv[4]);
  if (readlink("/proc/self/exe", self, sizeof self - 1) <= 0)
    return 1;
  printf("one evaluation, a child that answers a constant (least of %d runs)\n", RUNS);
  bool fine = compare(self, 100, false);
  fine &= compare(self, 100, true);
  compare(self, 1000, false);
  puts("the whole check, a sum of squares in C");
  fine &= time_check(self, LARGE, "real-change", 10);
  time_check(self, MEDIUM, "real", INFINITY); /* the time goes into reading whole points */
  puts(fine ? "within the limits: 50 us of overhead for 100 parameters, 10 s for 10,000"
            : "a limit is exceeded: 50 us of overhead for 100 parameters, 10 s for 10,000");
  return fine ? 0 : 1;
}
