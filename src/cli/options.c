/* Option parsing in two passes.
 *
 * The first pass looks at the words only: each must be an option of this verb, with a value where
 * one belongs, or a word that the verb takes.  It knows the options from the same argp structures
 * that argp parses with, so it can name the nearest one, which argp cannot.  The second pass is
 * argp's.
 *
 * Like getopt, both accept an option shortened to a beginning that only one option has. */
#include "cli/options.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/mutable.h"
#include "cli/cli.h"
#include "cli/derivation.h"
#include "cli/input.h"
#include "cli/terminal.h"
#include "net/loss/loss.h"

enum { MOST_OPTIONS = 64 };

struct known {
  const char *name; /* without the dashes; NULL for a short letter alone */
  int letter;       /* 0: none */
  const char *argument;
};

struct known_options {
  struct known list[MOST_OPTIONS];
  size_t count;
};

static void add(struct known_options *known, const char *name, int letter, const char *argument) {
  if (known->count < MOST_OPTIONS)
    known->list[known->count++] = (struct known){name, letter, argument};
}

static void collect(const struct argp *argp, struct known_options *known) {
  for (const struct argp_option *option = argp->options;
       option && (option->name || option->key || option->doc || option->group); option++)
    if (option->name || (option->key > ' ' && option->key < 0x7f))
      add(known, option->name, option->key > ' ' && option->key < 0x7f ? option->key : 0,
          option->arg);
  for (const struct argp_child *child = argp->children; child && child->argp; child++)
    collect(child->argp, known);
}

/* The option of that name, or the only one that begins so; NULL. *several is how many begin so. */
static const struct known *find_long(const struct known_options *known, const char *name,
                                     size_t length, size_t *several) {
  const struct known *found = NULL;
  *several = 0;
  for (size_t i = 0; i < known->count; i++) {
    const struct known *option = &known->list[i];
    if (!option->name || strncmp(option->name, name, length) != 0)
      continue;
    if (option->name[length] == '\0') {
      *several = 1;
      return option;
    }
    found = option;
    ++*several;
  }
  return *several == 1 ? found : NULL;
}

static _Noreturn void die_unknown(const struct known_options *known, const char *verb,
                                  const char *name, size_t length, size_t several) {
  const char *names[MOST_OPTIONS];
  size_t count = 0;
  for (size_t i = 0; i < known->count; i++)
    if (known->list[i].name)
      names[count++] = known->list[i].name;
  const char *nearest = bp_nearest_name(name, length, names, count);
  char suggestion[128];
  if (nearest)
    snprintf(suggestion, sizeof suggestion, "--%s", nearest);
  else
    snprintf(suggestion, sizeof suggestion, "%s --help, which lists the options", verb);
  if (several > 1)
    bp_die(suggestion, "--%.*s could be one of several options", (int)length, name);
  bp_die(suggestion, "%s has no option --%.*s", verb, (int)length, name);
}

/* Checks one "--name" or "--name=value"; returns whether the next word is its value. */
static bool check_long(const struct known_options *known, const char *verb, const char *word) {
  const char *name = word + 2;
  size_t length = strcspn(name, "="), several;
  const struct known *option = find_long(known, name, length, &several);
  if (!option)
    die_unknown(known, verb, name, length, several);
  if (name[length] == '=' && !option->argument)
    bp_die(NULL, "--%s takes no value", option->name);
  return option->argument && name[length] != '=';
}

/* Checks a word of short options, "-q" or "-oFILE"; returns whether the next word is a value. */
static bool check_short(const struct known_options *known, const char *verb, const char *word) {
  for (const char *letter = word + 1; *letter; letter++) {
    const struct known *option = NULL;
    for (size_t i = 0; i < known->count && !option; i++)
      if (known->list[i].letter == *letter)
        option = &known->list[i];
    if (!option) {
      char suggestion[128];
      snprintf(suggestion, sizeof suggestion, "%s --help, which lists the options", verb);
      bp_die(suggestion, "%s has no option -%c", verb, *letter);
    }
    if (option->argument)
      return letter[1] == '\0';
  }
  return false;
}

/* ---- help ---- */

static void help_without_memory(int unused) {
  static const char message[] = "backproof: error: there is not enough memory for this\n";
  ssize_t written = write(STDERR_FILENO, message, sizeof message - 1);
  (void)unused;
  (void)written; /* nothing is left to complain to */
  _exit(BP_EXIT_BAD_INPUT);
}

/* argp asserts that it gets memory for a help text, or prints nothing and goes on.  So the text is
 * looked at before it is printed. */
static _Noreturn void print_help(const struct argp *argp, int argc, char **argv, void *input) {
  struct sigaction gone = {.sa_handler = help_without_memory};
  sigemptyset(&gone.sa_mask);
  sigaction(SIGABRT, &gone, NULL);
  char *text = NULL;
  size_t length = 0;
  FILE *page = open_memstream(&text, &length), *terminal = stdout;
  if (!page)
    bp_die_no_memory();
  stdout = page;
  errno = 0;
  int status = argp_parse(argp, argc, argv, ARGP_NO_EXIT, NULL, input);
  stdout = terminal;
  bool complete = status == 0 && errno != ENOMEM; /* some of it may be left out without a word */
  bool whole = complete && fflush(page) == 0 && !ferror(page) && length > 0;
  if (!whole)
    bp_die_no_memory();
  fwrite(text, 1, length, stdout);
  fclose(page);
  free(text);
  exit(0);
}

/* --help, --usage, and what they are shortened to. */
static bool is_help(const char *word) {
  size_t length = strlen(word);
  return strcmp(word, "-?") == 0 ||
         (length > 2 && (!strncmp("--help", word, length) || !strncmp("--usage", word, length)));
}

void bp_options_parse(const struct argp *argp, int argc, char **argv, void *input) {
  struct known_options known = {.count = 0};
  bool asks_for_help = false;
  collect(argp, &known);
  add(&known, "help", '?', NULL);
  add(&known, "usage", 0, NULL);
  add(&known, "version", 'V', NULL);
  for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
    static char help[] = "--help";
    if (strcmp(argv[i], "-h") == 0)
      argv[i] = help;
    const char *word = argv[i];
    if (word[0] != '-' || word[1] == '\0')
      continue;
    asks_for_help = asks_for_help || is_help(word);
    bool value_follows =
        word[1] == '-' ? check_long(&known, argv[0], word) : check_short(&known, argv[0], word);
    if (value_follows && ++i >= argc)
      bp_die(NULL, "%s needs a value after it", word);
  }
  if (asks_for_help)
    print_help(argp, argc, argv, input);
  if (argp_parse(argp, argc, argv, 0, NULL, input) != 0)
    bp_die_no_memory();
}

void bp_options_spec(struct bp_network_options *options, const char *word, const char *verb) {
  if (options->spec) {
    char suggestion[160];
    snprintf(suggestion, sizeof suggestion, "one network in quotes: %s \"3 - 4 tanh - 1 sigmoid\"",
             verb);
    bp_die(suggestion, "found \"%.60s\" after the network \"%.60s\"", word, options->spec);
  }
  options->spec = word;
}

static const struct argp_option network_options[] = {
    {"loss", BP_KEY_LOSS, "NAME", 0, "the losses", 1},
    {"samples", BP_KEY_SAMPLES, "M", 0,
     "Number of samples, whatever SPEC says (default 5; with --data all rows, fewer are taken "
     "evenly "
     "from the whole file)",
     1},
    {"data", BP_KEY_DATA, "FILE", 0, "Take X and Y from a CSV file, - for standard input", 1},
    {"targets", BP_KEY_TARGETS, "K", 0, "How many of the last columns are targets", 1},
    {"seed", BP_KEY_SEED, "N", 0, "Seed of what is drawn (default 1)", 1},
    {"weight-scale", BP_KEY_WEIGHT_SCALE, "S", 0, "Scale of the drawn weights (default 1)", 1},
    {"input-scale", BP_KEY_INPUT_SCALE, "S", 0, "Scale of the drawn inputs (default 1)", 1},
    {"route", BP_KEY_ROUTE, "WAY", 0,
     "How the backward pass starts: direct (dZ = A - Y where that holds) or dA (default direct)",
     1},
    {0}};

static error_t parse_network(int key, char *value, struct argp_state *state) {
  static const char *const routes[] = {"direct", "dA"};
  struct bp_network_options *options = state->input;
  switch (key) {
  case BP_KEY_LOSS:
    options->loss = value;
    return 0;
  case BP_KEY_SAMPLES:
    options->samples = bp_option_samples(value);
    return 0;
  case BP_KEY_DATA:
    options->data = value;
    return 0;
  case BP_KEY_TARGETS:
    options->targets = bp_option_count("--targets", value, 1, 1000000);
    return 0;
  case BP_KEY_SEED:
    options->seed = bp_option_seed(value);
    return 0;
  case BP_KEY_WEIGHT_SCALE:
    options->weight_scale = bp_option_number("--weight-scale", value, 0, 1e100);
    return 0;
  case BP_KEY_INPUT_SCALE:
    options->input_scale = bp_option_number("--input-scale", value, 0, 1e100);
    return 0;
  case BP_KEY_ROUTE:
    options->route =
        bp_option_word("--route", value, routes, 2) == 0 ? BP_ROUTE_DIRECT : BP_ROUTE_DA;
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static char *explain_network(int key, const char *text, void *input) {
  (void)input;
  return key == BP_KEY_LOSS ? bp_option_losses() : bp_unchanged(text);
}

const struct argp bp_network_argp = {
    .options = network_options, .parser = parse_network, .help_filter = explain_network};

void bp_network_defaults(struct bp_network_options *options) {
  *options = (struct bp_network_options){
      .seed = 1, .weight_scale = 1, .input_scale = 1, .route = BP_ROUTE_DIRECT};
}

static const struct argp_option sample_options[] = {
    {"sample", BP_KEY_SAMPLE, "N", 0,
     "Look at N units of each layer only, drawn at random, with all weights into them: for "
     "networks "
     "too large to be checked whole",
     1},
    {0}};

static error_t parse_sample(int key, char *value, struct argp_state *state) {
  struct bp_network_options *options = state->input;
  options->can_sample = true;
  if (key != BP_KEY_SAMPLE)
    return ARGP_ERR_UNKNOWN;
  options->sample = bp_option_count("--sample", value, 1, 1000000);
  return 0;
}

const struct argp bp_sample_argp = {.options = sample_options, .parser = parse_sample};

static const struct argp_option direction_options[] = {
    {"directions", BP_KEY_DIRECTIONS, "N", 0,
     "Look at no single parameter, but along N random directions of each block: finds whether "
     "something is wrong, and in which block",
     1},
    {0}};

static error_t parse_directions(int key, char *value, struct argp_state *state) {
  struct bp_network_options *options = state->input;
  if (key == ARGP_KEY_END && options->sample && options->directions)
    bp_die("one of the two", "--sample looks at some rows entry by entry, and --directions at no "
                             "single entry");
  if (key != BP_KEY_DIRECTIONS)
    return ARGP_ERR_UNKNOWN;
  options->directions = bp_option_count("--directions", value, 1, 64);
  return 0;
}

const struct argp bp_directions_argp = {.options = direction_options, .parser = parse_directions};

static const struct argp_option point_options[] = {
    {"trials", BP_KEY_TRIALS, "N", 0, "Random points at which a line is judged (default 5)", 2},
    {"seed", BP_KEY_SEED, "N", 0, "Seed of what is drawn (default 1)", 2},
    {0}};

static error_t parse_points(int key, char *value, struct argp_state *state) {
  struct bp_point_options *options = state->input;
  switch (key) {
  case BP_KEY_TRIALS:
    options->trials = bp_option_count("--trials", value, 1, 1000000);
    return 0;
  case BP_KEY_SEED:
    options->seed = bp_option_seed(value);
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

const struct argp bp_point_argp = {.options = point_options, .parser = parse_points};

void bp_point_defaults(struct bp_point_options *options) {
  *options = (struct bp_point_options){.seed = 1, .trials = 5};
}

void bp_option_colour(const char *text) {
  static const char *const choices[] = {"auto", "always", "never"};
  bp_terminal_choose((enum bp_colour_choice)bp_option_word("--color", text, choices, 3));
}

static int compare_names(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The formats that serve, the default first. */
static size_t format_names(bp_writer_filter *serves, enum bp_format_order order,
                           const char **names) {
  size_t count = bp_writer_names(serves, names);
  if (order == BP_FORMATS_BY_NAME)
    qsort(names + 1, count - 1, sizeof *names, compare_names);
  return count;
}

const struct bp_writer *bp_option_writer(const char *option, const char *text,
                                         bp_writer_filter *serves, enum bp_format_order order) {
  const char *names[BP_WRITER_COUNT];
  size_t count = format_names(serves, order, names);
  return bp_writer_find(names[bp_option_word(option, text, names, count)]);
}

/* Ends the making of a help text, which argp frees. */
static char *help_text(const char *made, struct bp_arena *arena) {
  char *help = made ? strdup(made) : NULL;
  if (!help)
    bp_die_no_memory();
  bp_arena_free(arena);
  return help;
}

char *bp_option_losses(void) {
  struct bp_arena *arena = bp_arena_new(0);
  const char **names = arena ? bp_arena_alloc(arena, bp_loss_count, sizeof *names) : NULL;
  for (size_t k = 0; names && k < bp_loss_count; k++)
    names[k] = bp_losses[k]->name;
  const char *list = names ? bp_name_list(names, bp_loss_count, " or ", arena) : NULL;
  return help_text(list ? bp_arena_printf(arena, "%s, whatever SPEC says", list) : NULL, arena);
}

char *bp_option_formats(bp_writer_filter *serves, enum bp_format_order order,
                        const char *(*remark)(const char *name)) {
  const char *names[BP_WRITER_COUNT], *usual;
  struct bp_arena *arena = bp_arena_new(0);
  size_t count = format_names(serves, order, names);
  usual = names[0];
  for (size_t i = 0; arena && remark && i < count; i++)
    names[i] = bp_arena_printf(arena, "%s%s", names[i], remark(names[i]));
  bool complete = arena && !bp_arena_failed(arena);
  const char *list = complete ? bp_name_list(names, count, " or ", arena) : NULL;
  return help_text(list ? bp_arena_printf(arena, "%s (default %s)", list, usual) : NULL, arena);
}

size_t bp_option_samples(const char *text) {
  return bp_option_count("--samples", text, 1, 1000000000);
}

size_t bp_option_seed(const char *text) { return bp_option_count("--seed", text, 0, 4294967295); }

enum bp_listing bp_option_listing(const char *option, const char *text) {
  static const char *const listings[] = {"none", "failed", "all"};
  return (enum bp_listing)bp_option_word(option, text, listings, 3);
}

static const struct argp_option common_options[] = {
    {"threads", BP_KEY_THREADS, "N", 0, "Threads (default: one for each processor)", 3},
    {"memory-limit", BP_KEY_MEMORY_LIMIT, "SIZE", 0, "Refuse what needs more (default 4G)", 3},
    {"time-limit", BP_KEY_TIME_LIMIT, "SECONDS", 0,
     "Processor time for each file or network, 0 for any; what is not judged by then is undecided "
     "(default 20 for derivations and notes, 3600 for networks)",
     3},
    {"color", BP_KEY_COLOR, "WHEN", 0, "auto, always or never (default auto)", 3},
    {"quiet", 'q', NULL, 0, "No progress bar, and of a text report only the verdict", 3},
    {0}};

static const struct argp_option limit_options[] = {
    {"memory-limit", BP_KEY_MEMORY_LIMIT, "SIZE", 0, "Refuse what needs more (default 4G)", 3},
    {"time-limit", BP_KEY_TIME_LIMIT, "SECONDS", 0,
     "Processor time, 0 for any; what is not done by then is left out (default 20)", 3},
    {0}};

error_t bp_common_take(int key, char *value, struct bp_common_options *options) {
  switch (key) {
  case BP_KEY_THREADS:
    options->threads = (int)bp_option_count("--threads", value, 1, 1024);
    return 0;
  case BP_KEY_MEMORY_LIMIT:
    options->memory_limit = bp_option_size("--memory-limit", value);
    return 0;
  case BP_KEY_TIME_LIMIT:
    options->time_limit = bp_option_number("--time-limit", value, 0, 1e6);
    bp_input_wait(options->time_limit);
    return 0;
  case BP_KEY_COLOR:
    bp_option_colour(value);
    return 0;
  case 'q':
    options->quiet = true;
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static error_t parse_common(int key, char *value, struct argp_state *state) {
  return bp_common_take(key, value, state->input);
}

const struct argp bp_common_argp = {.options = common_options, .parser = parse_common};
const struct argp bp_limits_argp = {.options = limit_options, .parser = parse_common};

static const struct argp_option use_options[] = {
    {"use", BP_KEY_USE, "FOLDER", 0,
     "Files may use others in FOLDER or below, too, and not only beside them", 1},
    {0}};

static error_t parse_use(int key, char *value, struct argp_state *state) {
  (void)state;
  if (key != BP_KEY_USE)
    return ARGP_ERR_UNKNOWN;
  bp_derivation_allow(value);
  return 0;
}

const struct argp bp_use_argp = {.options = use_options, .parser = parse_use};

void bp_common_defaults(struct bp_common_options *options) {
  *options = (struct bp_common_options){.memory_limit = (size_t)4 << 30, .time_limit = -1};
}

double bp_common_seconds(const struct bp_common_options *options) {
  static const double USUAL = 20;
  return options->time_limit < 0 ? USUAL : options->time_limit;
}

double bp_common_network_seconds(const struct bp_common_options *options) {
  static const double USUAL = 3600;
  return options->time_limit < 0 ? USUAL : options->time_limit;
}
