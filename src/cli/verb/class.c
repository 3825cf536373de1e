/* backproof class: the files of a class, a student a file, and what became of each line.
 *
 * Files of a folder are those that some reader takes by its name, in the order of their names.
 */
#define _GNU_SOURCE /* asprintf */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mutable.h"
#include "cli/class/class.h"
#include "cli/cli.h"
#include "cli/file/stream.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/single_report.h"
#include "cli/terminal.h"
#include "read/readers.h"

enum { KEY_TEMPLATE = BP_KEY_VERB, KEY_NO_MEND, KEY_PAGES };

struct class_options {
  struct bp_common_options common;
  struct bp_point_options points;
  struct bp_single_report report;
  struct bp_class_options class;
  const char *pages; /* folder; NULL: none */
  const char **words;
  size_t word_count;
  const char **files;
  size_t file_count, file_capacity;
};

static const struct argp_option option_table[] = {
    {"template", KEY_TEMPLATE, "FILE", 0,
     "What a file must have: lines require \"dW[1]\" 2, with their points", 1},
    {"no-mend", KEY_NO_MEND, NULL, 0, "Say where and why, and never the formula that would hold",
     1},
    {"pages", KEY_PAGES, "FOLDER", 0,
     "Write a page for each student into FOLDER, and one of the class, index.html", 1},
    {0}};

static error_t parse(int key, char *value, struct argp_state *state) {
  struct class_options *options = state->input;
  switch (key) {
  case ARGP_KEY_INIT:
    state->child_inputs[0] = &options->points;
    state->child_inputs[1] = &options->report;
    state->child_inputs[2] = &options->common;
    return 0;
  case ARGP_KEY_ARG:
    options->words[options->word_count++] = value;
    return 0;
  case KEY_TEMPLATE:
    options->class.template = value;
    return 0;
  case KEY_NO_MEND:
    options->class.no_mend = true;
    return 0;
  case KEY_PAGES:
    options->pages = value;
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static bool serves(const struct bp_writer *writer) { return writer->classroom; }

static const struct argp_child children[] = {{&bp_point_argp, 0, "What is drawn:", 2},
                                             {&bp_single_report_argp, 0, "Reports:", 3},
                                             {&bp_common_argp, 0, "The run:", 4},
                                             {&bp_use_argp, 0, NULL, 0},
                                             {0}};

static const struct argp argp = {
    .options = option_table,
    .parser = parse,
    .args_doc = "FOLDER\nFILE...",
    .doc = "Judges the files of a class, each in a process of its own with limits of time and "
           "memory: a matrix of students and lines with their points, and the commonest "
           "mistakes.\v"
           "Exit status: 0 the report is written, whatever it says, 2 there is no file, 3 bad "
           "usage.",
    .children = children};

/* ---- the files ----------------------------------------------------------- */

static void add_file(struct class_options *options, const char *path) {
  bp_output_protect_file(path);
  if (options->file_count == options->file_capacity) {
    size_t capacity = options->file_capacity ? 2 * options->file_capacity : 64;
    const char **larger = realloc(options->files, capacity * sizeof *larger);
    if (!larger)
      bp_die_no_memory();
    options->files = larger;
    options->file_capacity = capacity;
  }
  char *copy = strdup(path);
  if (!copy)
    bp_die_no_memory();
  options->files[options->file_count++] = copy;
}

static int by_name(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Whether both paths are one file: the template may lie among those of the students. */
static bool is_same(const char *a, const char *b) {
  struct stat first, second;
  return a && stat(a, &first) == 0 && stat(b, &second) == 0 && first.st_dev == second.st_dev &&
         first.st_ino == second.st_ino;
}

static void add_folder(struct class_options *options, const char *path) {
  DIR *folder = bp_stream_folder(path);
  size_t before = options->file_count;
  for (const struct dirent *entry; folder && (errno = 0, entry = readdir(folder));) {
    char *whole = NULL;
    if (entry->d_name[0] == '.' || !bp_reader_named(entry->d_name))
      continue;
    if (asprintf(&whole, "%s%s%s", path, path[strlen(path) - 1] == '/' ? "" : "/", entry->d_name) <
        0)
      bp_die_no_memory();
    if (!is_same(options->class.template, whole))
      add_file(options, whole);
    free(whole);
  }
  if (!folder || errno != 0)
    bp_die("a folder with files", "cannot read %s: %s", path, strerror(errno));
  closedir(folder);
  if (options->file_count > before)
    qsort(options->files + before, options->file_count - before, sizeof *options->files, by_name);
}

static void find_files(struct class_options *options) {
  for (size_t i = 0; i < options->word_count; i++) {
    struct stat status;
    if (stat(options->words[i], &status) != 0)
      bp_die("check the spelling, and the folder you are in", "cannot read %s: %s",
             options->words[i], strerror(errno));
    if (S_ISDIR(status.st_mode))
      add_folder(options, options->words[i]);
    else
      add_file(options, options->words[i]);
  }
}

/* ---- reports ------------------------------------------------------------- */

static void write_report(const struct class_options *options, const struct bp_classroom *class) {
  struct bp_output output;
  bp_output_open(&output, options->report.output);
  bp_output_begin(&output);
  struct bp_report_style style = {.colour = bp_terminal_colour(output.stream),
                                  .width = bp_terminal_columns(output.stream),
                                  .brief = options->common.quiet};
  bp_output_finish(&output, options->report.writer->classroom(class, &style, output.stream));
}

static void write_page(const struct bp_classroom *class, const char *folder, const char *name) {
  struct bp_output output;
  struct bp_report_style style = {0};
  char *path = NULL;
  if (asprintf(&path, "%s/%s.html", folder, name) < 0)
    bp_die_no_memory();
  for (char *at = path + strlen(folder) + 1; *at; at++)
    if (*at == '/')
      *at = '-';
  bp_output_open(&output, path);
  bp_output_begin(&output);
  bp_output_finish(&output, bp_writer_find("html")->classroom(class, &style, output.stream));
  free(path);
}

static void write_pages(const struct bp_classroom *class, const char *folder) {
  if (mkdir(folder, 0777) != 0 && errno != EEXIST)
    bp_die("a folder that may be written", "cannot make %s: %s", folder, strerror(errno));
  write_page(class, folder, "index");
  for (size_t s = 0; s < class->student_count; s++) {
    struct bp_classroom one = *class;
    one.students = &class->students[s];
    one.student_count = 1;
    one.mistake_count = 0;
    one.title = class->students[s].name;
    write_page(&one, folder, class->students[s].name);
  }
}

/* ---- all of it ----------------------------------------------------------- */

/* That the machine could not judge some of them is not what a report of their authors' work should
 * end well with. */
static int complain(const struct class_options *options, const struct bp_class_report *reports) {
  size_t count = 0, first = 0;
  for (size_t i = options->file_count; i-- > 0;)
    if (reports[i].error) {
      first = i;
      count++;
    }
  if (count == 0)
    return 0;
  bool dead = reports[first].error == ECHILD;
  fprintf(
      stderr,
      "backproof: error: %zu of %zu files could not be judged on this machine, the first is %s: "
      "%s\n  try: the command again, with --threads 1\n",
      count, options->file_count, options->files[first],
      dead ? "its process ended before it began" : strerror(reports[first].error));
  return BP_EXIT_BAD_INPUT;
}

static int judge_class(struct class_options *options) {
  struct bp_class_template template;
  struct bp_classroom class;
  struct bp_arena *arena = bp_arena_new(0);
  size_t count = options->file_count;
  struct bp_class_report *reports = calloc(count + 1, sizeof *reports);
  if (!arena || !reports)
    bp_die_no_memory();
  if (options->class.template)
    bp_class_template_read(options->class.template, arena, &template);
  if (!bp_class_run(options->files, count, &options->class, reports))
    bp_die_interrupted();
  bp_class_fill(options->files, reports, count, options->class.template ? &template : NULL,
                options->class.no_mend, arena, &class);
  write_report(options, &class);
  if (options->pages)
    write_pages(&class, options->pages);
  int status = complain(options, reports);
  for (size_t i = 0; i < count; i++)
    free(reports[i].json);
  free(reports);
  bp_arena_free(arena);
  return status;
}

int bp_verb_class(int argc, char **argv) {
  struct class_options options = {
      .report = {.what = "report", .serves = serves, .writer = bp_writer_find("text")}};
  bp_point_defaults(&options.points);
  bp_common_defaults(&options.common);
  options.words = calloc((size_t)argc, sizeof *options.words);
  if (!options.words)
    bp_die_no_memory();
  bp_options_parse(&argp, argc, argv, &options);
  if (options.word_count == 0)
    bp_die("backproof class homework/", "which folder, or which files?");
  find_files(&options);
  options.class.seed = options.points.seed;
  options.class.trials = options.points.trials;
  options.class.threads = options.common.threads;
  options.class.seconds = bp_common_seconds(&options.common);
  if (options.class.seconds < 1) /* the system counts whole seconds, and has no 0 */
    bp_die("a number of seconds from 1", "--time-limit %g leaves no time for strangers' files",
           options.class.seconds);
  options.class.memory = options.common.memory_limit / 2; /* two at a time, as a rule */
  if (options.file_count == 0)
    fprintf(stderr, "backproof: no file of %s ends as derivations or notes do\n", options.words[0]);
  bool one = options.report.writer->classroom == bp_classroom_gradescope;
  if (one && options.file_count > 1)
    bp_die("a run for each file", "Gradescope grades one file at a time, and there are %zu",
           options.file_count);
  int status = options.file_count == 0 ? bp_exit_status(BP_UNDECIDED) : judge_class(&options);
  for (size_t i = 0; i < options.file_count; i++)
    free(bp_unchanged(options.files[i]));
  free(options.files);
  free(options.words);
  return status;
}
