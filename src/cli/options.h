/* Options that several verbs share, as argp children, and what all option parsing needs.
 *
 * What options keep of the words of the command line points into argv; only the help texts are
 * allocated, and argp frees them. */
#ifndef BP_CLI_OPTIONS_H
#define BP_CLI_OPTIONS_H

#include <argp.h>
#include <stdbool.h>
#include <stddef.h>

#include "net/check.h"
#include "report/report.h"

/* Keys of options without a short letter, for every parser. */
enum bp_option_key {
  BP_KEY_FIRST = 0x100,
  BP_KEY_LOSS,
  BP_KEY_SAMPLES,
  BP_KEY_SEED,
  BP_KEY_WEIGHT_SCALE,
  BP_KEY_INPUT_SCALE,
  BP_KEY_DATA,
  BP_KEY_TARGETS,
  BP_KEY_ROUTE,
  BP_KEY_SAMPLE,
  BP_KEY_DIRECTIONS,
  BP_KEY_THREADS,
  BP_KEY_MEMORY_LIMIT,
  BP_KEY_TIME_LIMIT,
  BP_KEY_COLOR,
  BP_KEY_TRIALS,
  BP_KEY_USE,
  BP_KEY_REPORT,                     /* and those that follow it, see reports.c */
  BP_KEY_VERB = BP_KEY_REPORT + 0x10 /* a verb counts its own from here */
};

/* How the program runs; every verb that computes has these. */
struct bp_common_options {
  int threads; /* 0: one for each processor */
  size_t memory_limit;
  double time_limit; /* seconds of the processor for a file; 0: none; below: not given */
  bool quiet;
};

extern const struct argp bp_common_argp; /* its input is a struct bp_common_options */

/* Of these only the limits, for verbs without threads or progress. */
extern const struct argp bp_limits_argp;

/* What files that are judged may use; it has no input. */
extern const struct argp bp_use_argp;

/* Takes one of those options; ARGP_ERR_UNKNOWN: it is none of them.  For verbs that have only some
 * of them. */
error_t bp_common_take(int key, char *value, struct bp_common_options *options);

/* Which network, and which data. */
struct bp_network_options {
  const char *spec;
  const char *loss; /* NULL: as the spec says */
  size_t samples;   /* 0: not given */
  unsigned long seed;
  double weight_scale, input_scale;
  const char *data;  /* NULL: drawn */
  size_t targets;    /* 0: found out */
  size_t sample;     /* units of each layer to look at; 0: all */
  size_t directions; /* random directions of each block to look at in place of entries; 0: none */
  bool can_sample;   /* the verb has --sample */
  bool dealt;        /* the check is dealt to ranks, where there are several */
  enum bp_route route;
};

extern const struct argp bp_network_argp; /* its input is a struct bp_network_options */

/* How much of the network, for verbs that check it once; its input is a struct bp_network_options.
 */
extern const struct argp bp_sample_argp;

/* The same, along random directions. */
extern const struct argp bp_directions_argp;

/* At which points derivations are judged. */
struct bp_point_options {
  unsigned long seed;
  size_t trials;
};

extern const struct argp bp_point_argp; /* its input is a struct bp_point_options */

void bp_point_defaults(struct bp_point_options *options);
void bp_common_defaults(struct bp_common_options *options);

/* The time limit for a derivation or a note, which has one even where none is given. */
double bp_common_seconds(const struct bp_common_options *options);

/* That for a network, which is one's own and may be large. */
double bp_common_network_seconds(const struct bp_common_options *options);
void bp_network_defaults(struct bp_network_options *options);

/* Checks the words of the command line against the options of `argp` and its children and then
 * parses them.  What is wrong ends the program with one message that names the nearest option. */
void bp_options_parse(const struct argp *argp, int argc, char **argv, void *input);

/* Puts the network spec, the only word that is not an option, into options->spec; for the
 * ARGP_KEY_ARG of a verb. */
void bp_options_spec(struct bp_network_options *options, const char *word, const char *verb);

/* Values.  Each ends the program with a message when the text is not such a value. */
size_t bp_option_count(const char *option, const char *text, size_t least, size_t most);
double bp_option_number(const char *option, const char *text, double least, double most);
size_t bp_option_size(const char *option, const char *text); /* bytes: 500M, 4G */
/* The index of the word in the list. */
size_t bp_option_word(const char *option, const char *text, const char *const *words, size_t count);
/* What a text report lists one by one: none, failed or all. */
enum bp_listing bp_option_listing(const char *option, const char *text);

/* How formats are listed behind the default, text: as the table of formats has them, or by name. */
enum bp_format_order { BP_FORMATS_AS_TABLE, BP_FORMATS_BY_NAME };

/* The format of that name among those that serve. */
const struct bp_writer *bp_option_writer(const char *option, const char *text,
                                         bp_writer_filter *serves, enum bp_format_order order);

/* For the help filter of an argp: "text, json or csv (default text)". `remark` says what is to
 * stand behind a name; NULL: nothing. */
char *bp_option_formats(bp_writer_filter *serves, enum bp_format_order order,
                        const char *(*remark)(const char *name));

/* For the help filter of an argp likewise: "cross-entropy, squared or half-squared, whatever SPEC
 * says". */
char *bp_option_losses(void);

size_t bp_option_samples(const char *text); /* of --samples */
size_t bp_option_seed(const char *text);    /* of --seed */
void bp_option_colour(const char *text);    /* of --color; takes effect at once */

#endif
