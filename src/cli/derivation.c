/* A file has an arena of its own, so files can be worked on by several threads that share nothing;
 * whatever goes wrong is recorded in the file's diagnostics.
 *
 * `use "path"` means a path from the folder of the file that says so.  Files are told apart by what
 * the system says they are and not by their names, so two ways to write a path, or a link, still
 * lead to the same source, and a file that uses itself through a link is recognised.
 */
#include "cli/derivation.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/input.h"
#include "cli/interrupt.h"
#include "cli/terminal.h"
#include "num/flint_memory.h"
#include "read/document.h"
#include "read/note.h"
#include "read/readers.h"
#include "report/claims.h"
#include "show/show.h"
#include "study/study.h"
#include "value/vocabulary.h"

static const size_t MOST_BYTES = (size_t)64 << 20;

struct opened {
  struct opened *next;
  dev_t device;
  ino_t number;
  const struct bp_source *source;
};

struct loader {
  struct bp_arena *arena;
  const char *path; /* of the file that was named; - for standard input */
  struct opened *opened;
};

/* Whether the file is a known one: then *found is its source. */
static bool look_up(const struct loader *loader, const struct stat *status,
                    const struct bp_source **found) {
  for (const struct opened *file = loader->opened; file; file = file->next)
    if (file->device == status->st_dev && file->number == status->st_ino) {
      *found = file->source;
      return true;
    }
  return false;
}

static void remember(struct loader *loader, const struct stat *status,
                     const struct bp_source *source) {
  struct opened *file = bp_arena_alloc(loader->arena, 1, sizeof *file);
  if (!file) /* the arena knows, and its owner says so */
    return;
  *file = (struct opened){loader->opened, status->st_dev, status->st_ino, source};
  loader->opened = file;
}

/* Why a file was not read, as the end of a sentence. */
static const char *outcome_words(enum bp_input_outcome outcome, int error) {
  switch (outcome) {
  case BP_INPUT_TOO_LARGE:
    return "it is larger than 64 MiB";
  case BP_INPUT_NO_MEMORY:
    return "there is not enough memory";
  case BP_INPUT_NOTHING_CAME:
    return bp_input_nothing_came;
  case BP_INPUT_INTERRUPTED:
    return "interrupted";
  default:
    break;
  }
  switch (error) {
  case ENOENT:
    return "there is no such file";
  case EISDIR:
    return "it is a folder";
  case EACCES:
    return "you may not read it";
  default:
    return strerror(error);
  }
}

static bool file_status(const char *path, struct stat *status) {
  return strcmp(path, "-") == 0 ? fstat(0, status) == 0 : stat(path, status) == 0;
}

/* Reads the file, or finds it among those that were read; NULL with *problem set. */
static const struct bp_source *load(struct loader *loader, const char *path, const char **problem) {
  struct stat status;
  const struct bp_source *known;
  bool regular = file_status(path, &status) && S_ISREG(status.st_mode);
  if (regular && look_up(loader, &status, &known))
    return known;
  struct bp_source *source = bp_arena_alloc(loader->arena, 1, sizeof *source);
  int error = 0;
  enum bp_input_outcome outcome =
      source ? bp_input_try(path, MOST_BYTES, loader->arena, source, &error) : BP_INPUT_NO_MEMORY;
  if (outcome == BP_INPUT_NO_MEMORY)
    bp_budget_refuse(bp_budget_here());
  if (outcome != BP_INPUT_READ) {
    *problem = outcome_words(outcome, error);
    return NULL;
  }
  if (regular)
    remember(loader, &status, source);
  return source;
}

/* The path of a used file: from the folder of `from`, unless it says otherwise. */
static const char *used_path(const struct bp_source *from, const char *path,
                             struct bp_arena *arena) {
  const char *slash = strrchr(from->name, '/');
  if (path[0] == '/' || !slash)
    return bp_arena_strdup(arena, path);
  return bp_arena_printf(arena, "%.*s%s", (int)(slash - from->name) + 1, from->name, path);
}

/* The folder that a path names something in, as the system knows it; to be freed. */
static char *home_of(const char *path) {
  const char *slash = strrchr(path, '/');
  if (!slash)
    return getcwd(NULL, 0);
  char *folder = slash == path ? strdup("/") : strndup(path, (size_t)(slash - path));
  char *whole = folder ? realpath(folder, NULL) : NULL;
  int error = errno;
  free(folder);
  errno = error;
  return whole;
}

/* Folders that were allowed on the command line, as the system knows them. */
static struct {
  const char *given;
  char *whole;
} allowed[BP_MOST_ALLOWED];
static size_t allowed_count;

void bp_derivation_allow(const char *folder) {
  struct stat status;
  char *whole = realpath(folder, NULL);
  if (!whole || stat(whole, &status) != 0)
    bp_die("a folder that is there", "--use \"%.200s\": %s", folder, strerror(errno));
  if (!S_ISDIR(status.st_mode))
    bp_die("the folder that it lies in", "--use \"%.200s\": this is no folder", folder);
  if (allowed_count == BP_MOST_ALLOWED)
    bp_die("a folder above several of them", "--use allows at most %d folders",
           (int)BP_MOST_ALLOWED);
  allowed[allowed_count].given = folder;
  allowed[allowed_count++].whole = whole;
}

const char *bp_derivation_allowed(size_t index) {
  return index < allowed_count ? allowed[index].given : NULL;
}

/* Whether a path lies below a folder, both as the system knows them. */
static bool lies_below(const char *path, const char *folder) {
  size_t length = strlen(folder);
  return !strncmp(path, folder, length) &&
         (path[length] == '/' || (length > 0 && folder[length - 1] == '/'));
}

static bool is_allowed(const char *path) {
  for (size_t i = 0; i < allowed_count; i++)
    if (lies_below(path, allowed[i].whole))
      return true;
  return false;
}

/* Whether a file may be used: others than the reader choose what a file uses, so it leads to
 * nothing but documents in the folder of the file that was named, in those that the reader allows,
 * and below, wherever links point; no line of another file is ever read, and so none is shown. */
static const char *why_not_used(const struct loader *loader, const char *path) {
  struct stat status;
  if (stat(path, &status) != 0)
    return NULL; /* opening it says why */
  if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode))
    return "it is no file that stays";
  char *home = home_of(loader->path), *whole = home ? realpath(path, NULL) : NULL;
  const char *hidden = whole ? NULL : strerror(errno);
  bool inside = whole && (lies_below(whole, home) || is_allowed(whole));
  free(home);
  free(whole);
  if (hidden)
    return hidden;
  if (!inside)
    return "it is not in the folder of the file that was named, nor below it; --use FOLDER allows "
           "another";
  return S_ISREG(status.st_mode) && !bp_reader_named(path)
             ? "its name does not end as that of a derivation, .deriv"
             : NULL;
}

/* Whether the path itself is such a link. */
static bool link_leads_out(const char *path) {
  struct stat status;
  if (lstat(path, &status) != 0 || !S_ISLNK(status.st_mode))
    return false;
  char *home = home_of(path), *whole = home ? realpath(path, NULL) : NULL;
  bool nowhere = home && !whole && errno == ENOENT;
  bool inside = whole && (lies_below(whole, home) || is_allowed(whole));
  free(home);
  free(whole);
  return !nowhere && !inside;
}

bool bp_derivation_leads_out(const char *path, size_t meant) {
  char part[PATH_MAX];
  size_t length = strlen(path);
  bool found = false;
  if (length >= sizeof part)
    return false; /* opening it says why */
  memcpy(part, path, length + 1);
  for (char *slash = strchr(part + meant, '/'); slash && !found; slash = strchr(slash + 1, '/')) {
    *slash = '\0';
    found = link_leads_out(part);
    *slash = '/';
  }
  return found || link_leads_out(path);
}

/* Whether the path is called like a derivation and leads to a file elsewhere that is not, such as
 * /etc/passwd: a pattern takes it with the files of strangers, and whoever reads the report would
 * see lines that nobody meant to be read.  Who names that file itself means it. */
static bool is_disguised(const char *path) {
  struct stat status;
  if (!bp_reader_named(path) || !link_leads_out(path) || stat(path, &status) != 0 ||
      !S_ISREG(status.st_mode))
    return false;
  char *whole = realpath(path, NULL);
  bool other = whole && !bp_reader_named(whole);
  free(whole);
  return other;
}

static const struct bp_source *load_used(void *context, const struct bp_source *from,
                                         const char *path, const char **problem) {
  struct loader *loader = context;
  *problem = outcome_words(BP_INPUT_NO_MEMORY, 0);
  if (path[0] == '\0') {
    *problem = "the name is empty";
    return NULL;
  }
  const char *whole = used_path(from, path, loader->arena);
  const char *refused = whole ? why_not_used(loader, whole) : NULL;
  if (refused) {
    *problem = refused;
    return NULL;
  }
  return whole ? load(loader, whole, problem) : NULL;
}

/* Whether somebody meant a network: "3 - 4 tanh - 1 sigmoid". */
static bool looks_like_network(const char *word) {
  return isdigit((unsigned char)word[0]) && strchr(word, '-') && !strchr(word, '/');
}

static const char disguised[] =
    "it is a link that leads out of its folder, to a file that is not called like a derivation";

static void record_unopened(struct bp_derivation *derivation, const char *problem) {
  const char *path = derivation->path;
  char suggestion[192] = "check the spelling, and the folder you are in";
  struct stat status;
  bool there = file_status(path, &status);
  if (!there && looks_like_network(path))
    snprintf(suggestion, sizeof suggestion, "backproof net \"%.120s\", which checks a network",
             path);
  else if (there && S_ISDIR(status.st_mode))
    snprintf(suggestion, sizeof suggestion, "the files in it: %.120s%s*.deriv", path,
             path[strlen(path) - 1] == '/' ? "" : "/");
  const char *helps = *path && (!there || S_ISDIR(status.st_mode)) ? suggestion : NULL;
  if (problem == bp_input_nothing_came)
    helps = bp_input_instead;
  else if (problem == disguised)
    helps = "the name of that file itself, or --use with its folder, if it is to be read";
  bp_error(&derivation->diagnostics, NULL, (struct bp_span){0, 0}, helps, "cannot read %s: %s",
           *path ? bp_derivation_name(derivation) : "\"\"", problem);
}

static bool interrupted(void) { return bp_interrupt_signal() != 0; }

/* Names such as dZ that nobody declares, as what they are meant to be. */
bool bp_derivation_read_gradients(struct bp_derivation *derivation, size_t memory,
                                  bool (*stopped)(void)) {
  struct bp_judge_options options = {.seed = 1, .memory = memory, .stopped = stopped};
  struct bp_gradients_request request = {.document = derivation->document,
                                         .options = &options,
                                         .arena = derivation->arena,
                                         .diagnostics = &derivation->diagnostics};
  struct bp_gradients gradients = {0};
  struct bp_updates updates = {0};
  if (bp_document_is_note(derivation->document->source) ||
      bp_gradients_read(&request, &gradients) != 0)
    return true; /* where memory is short, the judge says so */
  request.document = gradients.document;
  if (bp_updates_read(&request, &updates) != 0)
    return true;
  if (stopped())
    return false;
  derivation->gradients = gradients;
  derivation->updates = updates;
  derivation->document = updates.document;
  return true;
}

/* False where there is no memory for anything. */
static bool begin(struct bp_derivation *derivation, size_t memory) {
  derivation->arena = bp_arena_new(memory);
  bp_diagnostics_init(&derivation->diagnostics, derivation->arena);
  if (!derivation->arena)
    derivation->diagnostics.errors = 1;
  return derivation->arena;
}

/* Whether a file begins like none of those that are read: with a zero among its first bytes, or
 * with many where its name says that it is one.  UTF-16, which has many, is told by its reader. */
static bool is_no_text(const struct bp_source *source) {
  enum { FIRST = 4096, MANY = 8 };
  const char *text = source->text;
  size_t length = source->length < FIRST ? source->length : FIRST, zeros = 0;
  bool wide = length >= 2 && (!memcmp(text, "\xFF\xFE", 2) || !memcmp(text, "\xFE\xFF", 2));
  for (size_t i = 0; i < length; i++)
    zeros += text[i] == '\0';
  return !wide && zeros >= (bp_reader_named(source->name) ? MANY : 1);
}

static void read_source(struct bp_derivation *derivation, struct loader *loader,
                        const struct bp_source *source) {
  derivation->document = bp_document_read(source, &bp_vocabulary, load_used, loader,
                                          derivation->arena, &derivation->diagnostics);
  if (!derivation->document && derivation->diagnostics.errors == 0)
    derivation->diagnostics.errors = 1;
}

void bp_derivation_open_text(struct bp_derivation *derivation, const char *path, const char *text,
                             size_t length, size_t memory) {
  *derivation = (struct bp_derivation){.path = path};
  if (!begin(derivation, memory))
    return;
  struct loader loader = {.arena = derivation->arena, .path = path};
  struct bp_source *source = bp_arena_alloc(derivation->arena, 1, sizeof *source);
  if (!source)
    return;
  *source = (struct bp_source){path, text, length};
  read_source(derivation, &loader, source);
}

void bp_derivation_open(struct bp_derivation *derivation, const char *path,
                        const struct bp_derivation_limits *limits) {
  *derivation = (struct bp_derivation){
      .path = path,
      .budget = {.memory = limits->memory, .seconds = limits->seconds, .stopped = interrupted}};
  bp_budget_enter(&derivation->budget);
  bp_flint_memory_resume();
  if (!begin(derivation, 0))
    return;
  struct loader loader = {.arena = derivation->arena, .path = path};
  const char *problem = !*path ? "the name is empty" : is_disguised(path) ? disguised : NULL;
  const struct bp_source *source = problem ? NULL : load(&loader, path, &problem);
  if (!source) {
    record_unopened(derivation, problem);
    return;
  }
  if (is_no_text(source)) {
    bp_error(&derivation->diagnostics, NULL, (struct bp_span){0, 0},
             "a derivation (.deriv), a note (.md, .tex, .ipynb) or a program (.py)",
             "%s is no text: it has bytes that no text has", bp_derivation_name(derivation));
    return;
  }
  read_source(derivation, &loader, source);
  if (derivation->document)
    bp_derivation_read_gradients(derivation, limits->memory, interrupted);
}

void bp_derivation_leave(void) {
  bp_budget_leave(NULL);
  bp_flint_memory_resume();
}

bool bp_derivation_lacks_memory(struct bp_derivation *derivation) {
  if (bp_budget_end(&derivation->budget) != BP_BUDGET_NO_MEMORY)
    return false;
  snprintf(derivation->lack_message, sizeof derivation->lack_message,
           "%.160s takes more memory than there is for it", bp_derivation_name(derivation));
  derivation->lack = (struct bp_diagnostic){
      .message = derivation->lack_message,
      .suggestion = "smaller sizes (size m in 2..4), or a larger --memory-limit"};
  derivation->diagnostics =
      (struct bp_diagnostics){.list = &derivation->lack, .count = 1, .capacity = 1, .errors = 1};
  derivation->document = NULL;
  derivation->judged = false;
  return true;
}

void bp_derivation_require_memory(struct bp_derivation *derivation) {
  if (bp_derivation_lacks_memory(derivation))
    bp_die_diagnostics(&derivation->diagnostics);
}

static void judge_note(struct bp_derivation *derivation,
                       const struct bp_derivations_options *options) {
  const struct bp_judge_options *judge = &options->judge;
  struct bp_hint_options hints = {.seed = judge->seed,
                                  .milliseconds = options->hint_milliseconds,
                                  .memory = judge->memory,
                                  .stopped = judge->stopped};
  derivation->judged =
      bp_study(&(struct bp_study_request){.source = derivation->document->source,
                                          .vocabulary = &bp_vocabulary,
                                          .judge = judge,
                                          .hints = options->no_hints ? NULL : &hints,
                                          .drawn = options->drawn},
               derivation->arena, &derivation->report) == 0;
  if (!derivation->judged)
    bp_error(&derivation->diagnostics, derivation->document->source, (struct bp_span){0, 0},
             "raise --memory-limit, or shorten the note", "memory ran out");
}

static void judge(struct bp_derivation *derivation, const struct bp_derivations_options *options) {
  const struct bp_judge_options *judge = &options->judge;
  struct bp_judgement judgement;
  if (derivation->document && bp_document_is_note(derivation->document->source)) {
    judge_note(derivation, options);
    return;
  }
  if (!derivation->document ||
      bp_judge(derivation->document, judge, derivation->arena, &derivation->diagnostics,
               &derivation->report, &judgement) ||
      bp_updates_tell(&derivation->updates, derivation->arena, &derivation->report) != 0)
    return;
  derivation->report.reading = derivation->gradients.reading;
  derivation->report.reading_count = derivation->gradients.reading_count;
  struct bp_hint_options hints = {.seed = judge->seed,
                                  .milliseconds = options->hint_milliseconds,
                                  .memory = judge->memory,
                                  .stopped = judge->stopped};
  derivation->judged =
      options->no_hints || derivation->report.head.fails == 0 ||
      bp_hints_find(&judgement, &hints, &derivation->report, derivation->arena) == 0;
  if (derivation->judged && options->drawn)
    derivation->judged = bp_draw_report(derivation->document, &judgement, judge, derivation->arena,
                                        &derivation->report) == 0;
}

void bp_derivation_judge(struct bp_derivation *derivation,
                         const struct bp_derivations_options *options) {
  judge(derivation, options);
  bp_derivation_lacks_memory(derivation);
}

static bool exists(const char *path) {
  struct stat status;
  return strcmp(path, "-") == 0 || stat(path, &status) == 0;
}

void bp_derivation_word(char *word, const char **file, const char **which) {
  *file = word;
  *which = NULL;
  if (exists(word))
    return;
  char *last = strrchr(word, ':');
  for (char *colon = strchr(word, ':'); colon; colon = strchr(colon + 1, ':')) {
    *colon = '\0';
    if (colon == last || exists(word)) {
      *which = colon + 1;
      return;
    }
    *colon = ':';
  }
}

void bp_derivation_free(struct bp_derivation *derivation) { bp_arena_free(derivation->arena); }

const char *bp_derivation_name(const struct bp_derivation *derivation) {
  return strcmp(derivation->path, "-") == 0 ? "standard input" : derivation->path;
}

void bp_derivation_complain(const struct bp_derivation *derivation) {
  const struct bp_diagnostics *diagnostics = &derivation->diagnostics;
  if (!derivation->document || diagnostics->count == 0)
    fputs(diagnostics->errors > 0 ? "backproof: " : "", stderr);
  if (diagnostics->count == 0 && diagnostics->errors > 0) /* there was no memory to say so */
    fprintf(stderr, "error: there is not enough memory for %s\n", bp_derivation_name(derivation));
  bp_diagnostics_write(diagnostics, bp_terminal_colour(stderr), stderr);
  if (bp_budget_end(&derivation->budget) == BP_BUDGET_NO_MEMORY)
    bp_memory_told();
}

void bp_derivation_require(struct bp_derivation *derivation) {
  bp_derivation_require_memory(derivation);
  if (derivation->document)
    return;
  bp_derivation_complain(derivation);
  exit(BP_EXIT_BAD_INPUT);
}

struct bp_document_lines bp_derivation_lines(const struct bp_derivation *derivation) {
  struct bp_document_lines lines;
  if (bp_lines_of(derivation->document, derivation->arena, &lines) != 0)
    bp_die_no_memory();
  return lines;
}

size_t bp_derivation_line(const struct bp_document_lines *lines, const char *which) {
  struct bp_diagnostics diagnostics; /* those of the file are told elsewhere */
  size_t index;
  bp_diagnostics_init(&diagnostics, lines->arena);
  if (!bp_lines_find(lines, which, &diagnostics, &index))
    bp_die_diagnostics(&diagnostics);
  return index;
}

/* ---- several files ------------------------------------------------------- */

struct work {
  const char *const *paths;
  const struct bp_derivations_options *options;
  size_t share; /* of the memory, for one file */
  struct bp_derivation *list;
};

static void work_on(size_t index, int worker, void *user) {
  struct work *work = user;
  if (worker != 0) /* a thread of ours, which ends with the work */
    bp_flint_thread();
  struct bp_derivation_limits limits = {work->share, work->options->seconds};
  struct bp_derivations_options options = *work->options;
  options.judge.stopped = interrupted;
  options.judge.memory = work->share;
  bp_derivation_open(&work->list[index], work->paths[index], &limits);
  bp_derivation_judge(&work->list[index], &options);
  bp_derivation_leave();
}

bool bp_derivations_judge(const char *const *paths, size_t count,
                          const struct bp_derivations_options *options,
                          struct bp_derivation *list) {
  int threads = options->threads > 0 ? options->threads : bp_processors();
  if ((size_t)threads > count)
    threads = count > 0 ? (int)count : 1;
  struct work work = {paths, options, options->memory / (size_t)threads, list};
  return bp_parallel_for_progress(count, threads, work_on, &work, options->progress, options->user);
}

int bp_derivations_status(const struct bp_derivation *list, size_t count) {
  enum bp_verdict verdict = count > 0 ? BP_HOLDS : BP_UNDECIDED;
  for (size_t i = 0; i < count; i++) {
    struct bp_derivation_result result;
    bp_derivations_results(&list[i], 1, &result);
    struct bp_claim_counts counts = bp_claims_count(&result);
    if (counts.errors > 0 || !result.report)
      return BP_EXIT_BAD_INPUT;
    verdict = bp_verdict_join(verdict, bp_claims_verdict(&counts));
  }
  return bp_exit_status(verdict);
}

void bp_derivations_results(const struct bp_derivation *list, size_t count,
                            struct bp_derivation_result *results) {
  for (size_t i = 0; i < count; i++)
    results[i] = (struct bp_derivation_result){.file = bp_derivation_name(&list[i]),
                                               .report = list[i].judged ? &list[i].report : NULL,
                                               .diagnostics = &list[i].diagnostics};
}
