/* A message names the command, the request that it was about, and what was found and expected; what
 * to try follows, and the last lines of the program's standard error, where the reason mostly is.
 */
#include "cli/exec/trouble.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/interrupt.h"
#include "cli/replay.h"
#include "cli/reports.h"

enum { NAME_COLUMNS = 60, LINE_COLUMNS = 100, LAST_LINES = 10 };

static const double LAST_WORDS = 0.5; /* seconds until a closed output counts as one only */

const char *bp_command_shown(char *const *command, size_t columns, struct bp_arena *arena) {
  struct bp_command shown = {arena, ""};
  for (size_t i = 0; command[i]; i++)
    bp_command_word(&shown, command[i]);
  return shown.text ? bp_text_shown(shown.text + 1, columns, arena) : NULL;
}

_Noreturn void bp_trouble_no_memory(void) {
  bp_die(
      "--directions 4, which keeps no single entry, or a larger --memory-limit if the machine has "
      "more",
      "there is not enough memory for so many parameters");
}

/* Gives a dying program the time to be dead and to have said why. */
static bool has_ended_soon(struct bp_child *child) {
  double until = bp_child_clock() + LAST_WORDS;
  while (!bp_child_has_ended(child)) {
    if (bp_child_clock() >= until)
      return false;
    usleep(2000);
  }
  return true;
}

/* On standard error, and in the reports as far as there is memory. */
static void show_last_lines(const struct bp_child *child, struct bp_arena *arena) {
  const char *lines[LAST_LINES];
  const char *remark = "the end of its standard error:";
  size_t count = bp_child_last_lines(child, LAST_LINES, arena, lines);
  if (count > 0)
    fputs("  the end of its standard error:\n", stderr);
  for (size_t i = 0; i < count; i++) {
    const char *shown = bp_text_shown(lines[i], LINE_COLUMNS, arena);
    fprintf(stderr, "    %s\n", shown ? shown : "");
    if (shown && remark)
      remark = bp_arena_printf(arena, "%s\n  %s", remark, shown);
  }
  if (count > 0)
    bp_reports_remark(remark);
}

/* The message is the command and the rest of a sentence. */
static _Noreturn void die(struct bp_crew *crew, struct bp_child *child, const char *suggestion,
                          const char *sentence) {
  const char *name = bp_command_shown(crew->command, NAME_COLUMNS, crew->arena);
  if (bp_interrupt_signal())
    bp_die_interrupted();
  if (!name || !sentence)
    bp_trouble_no_memory();
  struct bp_diagnostic diagnostic = {
      .message = bp_arena_printf(crew->arena, "%s %s", name, sentence), .suggestion = suggestion};
  if (!diagnostic.message)
    bp_trouble_no_memory();
  bp_children_wait(child, 1, 0); /* what it said meanwhile */
  bp_message_write(&diagnostic);
  show_last_lines(child, crew->arena);
  bp_die_tell(&(struct bp_diagnostics){.list = &diagnostic, .count = 1, .errors = 1});
  exit(BP_EXIT_BAD_INPUT);
}

static const char *shown_request(struct bp_crew *crew, size_t w) {
  const char *text = bp_request_shown(&crew->workers[w].request, crew->arena);
  return text ? text : "";
}

static const char *shown_bytes(struct bp_crew *crew, struct bp_bytes bytes) {
  size_t length = bytes.length < 1024 ? bytes.length : 1024;
  const char *end = memchr(bytes.text, '\n', length);
  char *text = bp_arena_strndup(crew->arena, bytes.text, end ? (size_t)(end - bytes.text) : length);
  return text ? bp_text_shown(text, NAME_COLUMNS, crew->arena) : "";
}

/* ---- the start ----------------------------------------------------------- */

/* What runs a script by its ending. */
static const char *interpreter_of(const char *path) {
  static const char *const known[][2] = {{".py", "python3 -u"}, {".mjs", "node"}, {".js", "node"},
                                         {".sh", "sh"},         {".jl", "julia"}, {".R", "Rscript"},
                                         {".rb", "ruby"},       {".pl", "perl"}};
  const char *ending = strrchr(path, '.');
  for (size_t i = 0; ending && i < sizeof known / sizeof *known; i++)
    if (strcmp(ending, known[i][0]) == 0)
      return known[i][1];
  return NULL;
}

_Noreturn void bp_trouble_start(struct bp_crew *crew, int error) {
  const char *word = crew->command[0], *interpreter = interpreter_of(word);
  const char *reason = strerror(error), *slash = strchr(word, '/');
  const char *suggestion = "the command as you would type it: is it installed, and spelled so?";
  struct stat status;
  bool here = stat(word, &status) == 0 && S_ISREG(status.st_mode);
  if (error == ENOENT && here && slash) {
    reason = "what its first line, #!, names does not exist";
    suggestion = "the program that runs it in front: python3 -u, node, sh";
  } else if (error == ENOENT && !slash) {
    reason = "PATH has no program of that name";
    if (here)
      suggestion = bp_arena_printf(crew->arena, "./%s", word);
  } else if (error == EACCES && here) {
    suggestion = bp_arena_printf(crew->arena, "chmod +x %s", word);
  } else if (error == ENOEXEC) {
    reason = "it is no program, and has no first line #! that says what runs it";
    suggestion = "the program that runs it in front: python3 -u, node, sh";
  } else if (error == EAGAIN || error == ENOMEM || error == EMFILE) {
    suggestion = "fewer --jobs";
  }
  if (interpreter && here)
    suggestion = bp_arena_printf(crew->arena, "%s %s", interpreter, word);
  die(crew, &crew->children[0], suggestion,
      bp_arena_printf(crew->arena, "cannot be started: %s", reason));
}

/* ---- no answer ----------------------------------------------------------- */

/* "ended with exit status 1" */
static const char *how_it_ended(const struct bp_child *child, struct bp_arena *arena) {
  int status = child->status;
  if (status >= 0 && WIFEXITED(status))
    return bp_arena_printf(arena, "ended with exit status %d", WEXITSTATUS(status));
  if (status >= 0 && WIFSIGNALED(status))
    return bp_arena_printf(arena, "was ended by signal %d (%s)", WTERMSIG(status),
                           strsignal(WTERMSIG(status)));
  return "ended";
}

_Noreturn void bp_trouble_gone(struct bp_crew *crew, size_t w) {
  struct bp_child *child = &crew->children[w];
  bool first = crew->workers[w].answers == 0, ended = has_ended_soon(child);
  const char *suggestion = NULL;
  if (ended && first)
    suggestion =
        "running it by hand and typing {\"op\":\"describe\"}: it should answer with a line, "
        "and wait for the next";
  else if (!ended)
    suggestion = "leaving standard output open: answers are written there";
  else if (child->status >= 0 && WIFEXITED(child->status) && WEXITSTATUS(child->status) == 0)
    suggestion = "a loop that answers line after line until its input ends";
  die(crew, child, suggestion,
      bp_arena_printf(crew->arena, "%s without an answer to %s",
                      ended ? how_it_ended(child, crew->arena)
                            : "has closed its standard output, but goes on running,",
                      shown_request(crew, w)));
}

_Noreturn void bp_trouble_late(struct bp_crew *crew, size_t w) {
  struct bp_child *child = &crew->children[w];
  struct bp_bytes unread = bp_child_unread(child);
  const char *request = shown_request(crew, w), *suggestion;
  if (unread.length > 0)
    die(crew, child, "a line end after each answer",
        bp_arena_printf(crew->arena,
                        "has not finished its answer to %s within %g s; so far it is: %s", request,
                        crew->timeout, shown_bytes(crew, unread)));
  if (crew->workers[w].answers > 0)
    suggestion = "a longer --timeout, or finding out what that request is waiting for";
  else
    suggestion =
        "answering each line as it comes, and flushing the answer: python3 -u or "
        "print(..., flush=True), fflush(stdout); or a longer --timeout, if it starts slowly";
  die(crew, child, suggestion,
      bp_arena_printf(crew->arena, "has not answered %s within %g s%s", request, crew->timeout,
                      child->input < 0 ? ", and has closed its standard input" : ""));
}

_Noreturn void bp_trouble_out_of_time(const struct bp_crew *crew) {
  if (bp_interrupt_signal())
    bp_die_interrupted();
  bp_die_out_of_time(crew->time_limit,
                     "a larger --time-limit (0 for any), --jobs for several answers at once, or "
                     "--random 100, which looks at a part");
}

_Noreturn void bp_trouble_overlong(struct bp_crew *crew, size_t w) {
  struct bp_child *child = &crew->children[w];
  if (child->no_memory)
    bp_trouble_no_memory();
  struct bp_bytes unread = bp_child_unread(child);
  die(crew, child, "one line for each request, with a line end",
      bp_arena_printf(crew->arena,
                      "answered %s with more than %zu bytes without a line end; they begin with %s",
                      shown_request(crew, w), child->most, shown_bytes(crew, unread)));
}

/* ---- wrong answers ------------------------------------------------------- */

_Noreturn void bp_trouble_unasked(struct bp_crew *crew, size_t w) {
  struct bp_child *child = &crew->children[w];
  struct bp_bytes unread = bp_child_unread(child);
  const char *op = bp_op_name(crew->workers[w].request.op);
  die(crew, child,
      "one line for each request, and everything else to standard error: "
      "print(..., file=sys.stderr), console.error, fprintf(stderr, ...)",
      bp_arena_printf(crew->arena, "wrote more than one line before the request \"%s\": %s", op,
                      shown_bytes(crew, unread)));
}

_Noreturn void bp_trouble_other_size(struct bp_crew *crew, size_t w,
                                     const struct bp_description *other) {
  const struct bp_description *first = &crew->description;
  die(crew, &crew->children[w], "--jobs 1, or a program that is the same every time it is started",
      bp_arena_printf(crew->arena,
                      "was started %zu times, and its copies differ: one has %zu parameters and "
                      "%zu outputs, another %zu and %zu",
                      crew->jobs, first->parameters, first->outputs, other->parameters,
                      other->outputs));
}

_Noreturn void bp_trouble_other_point(struct bp_crew *crew, size_t w, size_t index, double value) {
  const struct bp_description *first = &crew->description;
  const char *name = bp_parameter_name(first, index, crew->arena);
  die(crew, &crew->children[w],
      "a fixed seed for what the program draws when it starts, or --jobs 1",
      bp_arena_printf(
          crew->arena,
          "was started %zu times, and its copies begin at different points: %s is %.17g "
          "in one and %.17g in another",
          crew->jobs, name ? name : "", first->theta[index], value));
}

void bp_trouble_answer(struct bp_crew *crew, size_t w, const struct bp_answer_problem *problem,
                       struct bp_arena *arena) {
  struct bp_child *child = &crew->children[w];
  if (!problem->error && !problem->message && !bp_arena_failed(arena))
    return;
  const char *request = shown_request(crew, w);
  if (problem->error)
    die(crew, child, NULL,
        bp_arena_printf(crew->arena, "answered %s with an error: %s", request, problem->error));
  if (!problem->message)
    bp_trouble_no_memory();
  bool ended = child->output < 0 && has_ended_soon(child);
  die(crew, child, problem->suggestion,
      bp_arena_printf(crew->arena, "answered %s %s%s%s", request, problem->message,
                      ended ? ", and " : "", ended ? how_it_ended(child, crew->arena) : ""));
}
