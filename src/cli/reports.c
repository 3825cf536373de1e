/* Two reports must not have the same file, however it is called: files that exist are told apart by
 * what the system says they are, others by their folder and their name in it.  Standard output is a
 * place like any other, also when it is called /dev/stdout.
 *
 * A result that fails is worth nothing without its reports, so whatever stands between them and
 * their files is found before the work; and since a reader may look at one report because of
 * another, they get their names together. */
#include "cli/reports.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/mutable.h"
#include "base/ranks/ranks.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/terminal.h"

enum {
  KEY_FORMAT = 'f',
  KEY_OUTPUT = 'o',
  KEY_REPORT = BP_KEY_REPORT,
  KEY_ONLY_FAILED,
  KEY_MAX_FAILURES,
  KEY_DIGITS,
  KEY_REPLAY,
  KEY_PARAMETERS
};

static const struct argp_option option_table[] = {
    {"format", KEY_FORMAT, "NAME", 0, "the formats", 1},
    {"output", KEY_OUTPUT, "FILE", 0, "Write the report to FILE, once it is complete", 1},
    {"report", KEY_REPORT, "FORMAT:FILE", 0,
     "Write another report, besides the one of --format and --output; may be given several times; "
     "- is standard output, which then has no other report",
     1},
    {"only-failed", KEY_ONLY_FAILED, NULL, 0,
     "Reports list only what does not hold; their counts are still of all", 1},
    {"max-failures", KEY_MAX_FAILURES, "N", 0,
     "Reports list at most N that do not hold, and count the rest", 1},
    {"digits", KEY_DIGITS, "N", 0,
     "Show numbers of the text report with N digits, 1 to 17; without it with as many as help", 1},
    {"replay", KEY_REPLAY, NULL, 0,
     "With each that does not hold, the command that checks it again", 1},
    {0}};

void bp_reports_defaults(struct bp_reports *reports, bp_writer_filter *serves) {
  *reports = (struct bp_reports){.serves = serves};
}

/* "junit:out.xml" */
static void add_request(struct bp_reports *reports, const char *value) {
  static const char example[] = "--report junit:report.xml";
  const char *colon = strchr(value, ':');
  char format[16] = "";
  size_t length = strcspn(value, ":");
  if (length < sizeof format)
    memcpy(format, value, length);
  else
    bp_die(example, "--report \"%.60s\": expected a format, a colon, and a file", value);
  if (!colon && !bp_writer_find(format))
    bp_die(example, "--report \"%.60s\": expected a format, a colon, and a file", value);
  const struct bp_writer *writer =
      bp_option_writer("--report", format, reports->serves, BP_FORMATS_AS_TABLE);
  if (!colon || colon[1] == '\0') {
    char suggestion[80];
    snprintf(suggestion, sizeof suggestion, "--report %s:FILE, or %s:- for standard output",
             writer->name, writer->name);
    bp_die(suggestion, "--report \"%.60s\" names no file", value);
  }
  if (reports->count == BP_MOST_REPORTS)
    bp_die("a second run", "there are more than %d reports", BP_MOST_REPORTS);
  reports->list[reports->count++] =
      (struct bp_report_request){.writer = writer, .path = colon + 1, .option = "--report"};
}

static error_t parse(int key, char *value, struct argp_state *state) {
  struct bp_reports *reports = state->input;
  switch (key) {
  case KEY_FORMAT:
    reports->format = bp_option_writer("--format", value, reports->serves, BP_FORMATS_AS_TABLE);
    return 0;
  case KEY_OUTPUT:
    reports->output = value;
    return 0;
  case KEY_REPORT:
    add_request(reports, value);
    return 0;
  case KEY_ONLY_FAILED:
    reports->only_failed = true;
    return 0;
  case KEY_MAX_FAILURES:
    reports->most_failures = bp_option_count("--max-failures", value, 1, 1000000000);
    return 0;
  case KEY_DIGITS:
    reports->digits = bp_option_count("--digits", value, 1, 17);
    return 0;
  case KEY_REPLAY:
    reports->replay = true;
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static char *explain_option(int key, const char *text, void *input) {
  const struct bp_reports *reports = input;
  return key == KEY_FORMAT ? bp_option_formats(reports->serves, BP_FORMATS_AS_TABLE, NULL)
                           : bp_unchanged(text);
}

const struct argp bp_reports_argp = {
    .options = option_table, .parser = parse, .help_filter = explain_option};

static const struct argp_option parameter_options[] = {
    {"parameters", KEY_PARAMETERS, "WHICH", 0,
     "Which parameters a text report lists one by one: none, failed or all (default none)", 2},
    {0}};

static error_t parse_parameters(int key, char *value, struct argp_state *state) {
  enum bp_listing *parameters = state->input;
  if (key != KEY_PARAMETERS)
    return ARGP_ERR_UNKNOWN;
  *parameters = bp_option_listing("--parameters", value);
  return 0;
}

const struct argp bp_parameters_argp = {.options = parameter_options, .parser = parse_parameters};

/* ---- which reports ------------------------------------------------------- */

static bool is_standard_output(const char *path) { return strcmp(path, "-") == 0; }

/* What the system says the path is; standard output is what it has been connected with. */
static bool status_of(const char *path, struct stat *status) {
  return is_standard_output(path) ? fstat(1, status) == 0 : stat(path, status) == 0;
}

/* The folder of a path, as the system knows it, and the name in it; false where there is none. */
static bool folder_of(const char *path, struct stat *folder, const char **name) {
  char text[PATH_MAX];
  const char *slash = strrchr(path, '/');
  size_t length = slash ? (size_t)(slash - path) + 1 : 0;
  if (length >= sizeof text)
    return false;
  memcpy(text, path, length);
  text[length] = '\0';
  *name = path + length;
  return stat(length > 0 ? text : ".", folder) == 0;
}

/* Devices such as /dev/null take as many reports as one likes. */
static bool same_place(const char *a, const char *b) {
  struct stat first, second;
  const char *first_name, *second_name;
  if (strcmp(a, b) == 0 && (is_standard_output(a) || !status_of(a, &first)))
    return true;
  bool there = status_of(a, &first), too = status_of(b, &second);
  if (there && too)
    return first.st_dev == second.st_dev && first.st_ino == second.st_ino &&
           (S_ISREG(first.st_mode) ||
            (!S_ISCHR(first.st_mode) && (is_standard_output(a) || is_standard_output(b))));
  return !there && !too && folder_of(a, &first, &first_name) &&
         folder_of(b, &second, &second_name) && first.st_dev == second.st_dev &&
         first.st_ino == second.st_ino && strcmp(first_name, second_name) == 0;
}

static void refuse_same_place(const struct bp_reports *reports) {
  for (size_t i = 0; i < reports->count; i++)
    for (size_t k = 0; k < i; k++) {
      const struct bp_report_request *a = &reports->list[k], *b = &reports->list[i];
      if (!same_place(a->path, b->path))
        continue;
      const char *name = is_standard_output(b->path) ? "standard output" : b->path;
      bp_die("a file for each of them", "two reports, %s and %s, are to be written to %s",
             a->writer->name, b->writer->name, name);
    }
}

/* Decides which reports there are, and refuses two in the same place. */
static void settle(struct bp_reports *reports) {
  if (reports->settled)
    return;
  reports->settled = true;
  bool taken = false;
  for (size_t i = 0; i < reports->count; i++)
    taken = taken || same_place(reports->list[i].path, "-");
  if (reports->format || reports->output || !taken) {
    memmove(reports->list + 1, reports->list, reports->count * sizeof *reports->list);
    reports->list[0] =
        (struct bp_report_request){.writer = reports->format ? reports->format : &bp_writers[0],
                                   .path = reports->output ? reports->output : "-",
                                   .option = "--output"};
    reports->count++;
  }
  refuse_same_place(reports);
}

bool bp_reports_have(struct bp_reports *reports, const char *format) {
  settle(reports);
  for (size_t i = 0; i < reports->count; i++)
    if (strcmp(reports->list[i].writer->name, format) == 0)
      return true;
  return false;
}

bool bp_reports_are(struct bp_reports *reports, const char *format) {
  settle(reports);
  for (size_t i = 0; i < reports->count; i++)
    if (strcmp(reports->list[i].writer->name, format) != 0)
      return false;
  return true;
}

static bool plants(const struct bp_writer *writer) { return writer->power; }

void bp_reports_require_power(struct bp_reports *reports) {
  settle(reports);
  const char *names[BP_WRITER_COUNT];
  char formats[128] = "";
  size_t count = bp_writer_names(plants, names);
  for (size_t i = 0; i < count; i++)
    snprintf(formats + strlen(formats), sizeof formats - strlen(formats), "%s%s",
             *formats ? ", " : "", names[i]);
  for (size_t i = 0; i < reports->count; i++)
    if (!plants(reports->list[i].writer))
      bp_die(formats, "--power has a result for each mistake, and %s has no place for that",
             reports->list[i].writer->name);
}

/* ---- writing ------------------------------------------------------------- */

void bp_reports_open(struct bp_reports *reports) {
  settle(reports);
  if (bp_rank() > 0) /* rank 0 reports */
    reports->count = 0;
  for (size_t i = 0; i < reports->count; i++)
    bp_output_open_for(&reports->list[i].output, reports->list[i].path, reports->list[i].option);
}

static void write_one(const struct bp_reports *reports, struct bp_report_request *request,
                      const struct bp_report_style *style, bp_reports_writer *write,
                      const void *result) {
  FILE *out = request->output.stream;
  struct bp_report_style used = *style;
  used.colour = bp_terminal_colour(out);
  used.width = bp_terminal_columns(out);
  used.only_failed = reports->only_failed;
  used.most_failures = reports->most_failures;
  used.digits = reports->digits;
  used.replay = reports->replay;
  if (reports->only_failed && used.claims == BP_LIST_ALL)
    used.claims = BP_LIST_FAILED;
  if (reports->only_failed && used.parameters == BP_LIST_ALL)
    used.parameters = BP_LIST_FAILED;
  bp_output_begin(&request->output);
  bp_output_complete(&request->output, write(request->writer, &used, out, result));
}

/* Files first: until they have their names, a signal must not end the program in its own way. */
void bp_reports_write(struct bp_reports *reports, const struct bp_report_style *style,
                      bp_reports_writer *write, const void *result) {
  struct bp_report_request *list = reports->list;
  bp_die_with(NULL);
  for (size_t i = 0; i < reports->count; i++)
    if (list[i].output.target && !list[i].silent)
      write_one(reports, &list[i], style, write, result);
  for (size_t i = 0; i < reports->count; i++)
    if (list[i].silent)
      continue;
    else if (list[i].output.target)
      bp_output_publish(&list[i].output);
    else
      list[i].option = NULL; /* still to be written */
  for (size_t i = 0; i < reports->count; i++)
    if (!list[i].option) {
      write_one(reports, &list[i], style, write, result);
      bp_output_publish(&list[i].output);
    }
}

/* ---- what could not be checked ------------------------------------------- */

static struct {
  struct bp_reports *reports;
  const char *title, *place, *remark;
} expected;

/* The messages without their places, which are inside of what no reader of a report can open: in
 * the header of an array, in an option. */
static int take_refusal(const struct bp_diagnostics *said, struct bp_arena *arena,
                        struct bp_diagnostics *taken) {
  *taken = *said;
  taken->list = bp_arena_alloc(arena, said->count, sizeof *taken->list);
  for (size_t i = 0; taken->list && i < said->count; i++) {
    const struct bp_diagnostic *one = &said->list[i];
    taken->list[i] = *one;
    taken->list[i].source = NULL;
    if (one->source)
      taken->list[i].message = bp_arena_printf(arena, "%s: %s", one->source->name, one->message);
  }
  return bp_arena_failed(arena) ? -1 : 0;
}

static int write_one_refusal(const struct bp_writer *writer, const struct bp_report_style *style,
                             FILE *out, const void *result) {
  return writer->refusal(result, style, out);
}

static void write_refusal(const struct bp_diagnostics *said) {
  struct bp_reports *reports = expected.reports;
  struct bp_arena *arena = bp_arena_new(0);
  struct bp_diagnostics taken;
  if (!arena || take_refusal(said, arena, &taken) != 0)
    return;
  struct bp_refusal refusal = {.head = {.title = expected.title,
                                        .place = expected.place,
                                        .notes = &expected.remark,
                                        .note_count = expected.remark ? 1 : 0,
                                        .verdict = BP_UNDECIDED},
                               .diagnostics = &taken};
  for (size_t i = 0; i < reports->count; i++)
    reports->list[i].silent = !reports->list[i].writer->refusal;
  bp_reports_write(reports, &(struct bp_report_style){0}, write_one_refusal, &refusal);
  bp_arena_free(arena);
}

void bp_reports_expect(struct bp_reports *reports, const char *title, const char *place) {
  expected.reports = reports;
  expected.title = title;
  expected.place = place;
  bp_die_with(write_refusal);
}

void bp_reports_remark(const char *remark) { expected.remark = remark; }

bool bp_reports_gradients(const struct bp_writer *writer) { return writer->report; }

int bp_reports_gradient(const struct bp_writer *writer, const struct bp_report_style *style,
                        FILE *out, const void *result) {
  return writer->report(result, style, out);
}
