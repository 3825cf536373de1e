/* From options to a network with data: what is to be checked, traced or trained.
 *
 * Everything lives in the arena of the problem until bp_problem_free; options are the caller's. */
#ifndef BP_CLI_PROBLEM_H
#define BP_CLI_PROBLEM_H

#include <stddef.h>

#include "base/arena.h"
#include "cli/options.h"
#include "cli/terminal.h"
#include "data/dataset.h"
#include "net/check.h"
#include "net/network.h"
#include "results/results.h"

enum { BP_MOST_SETTINGS = 16 };

struct bp_problem {
  struct bp_arena *arena; /* of everything here */
  struct bp_diagnostics diagnostics;
  const struct bp_network_options *options;
  struct bp_source spec_source, loss_source, mistake_source; /* diagnostics point into them */
  struct bp_spec spec;
  const char *title;
  struct bp_dataset dataset; /* samples is 0 when X and Y are drawn */
  size_t samples;
  struct bp_network *network;
  struct bp_setting settings[BP_MOST_SETTINGS]; /* what was in force, for the head of a report */
  size_t setting_count;
};

/* Reads spec and loss.  Like all functions here it ends the program with a message when something
 * is wrong with the input or memory is short. */
void bp_problem_begin(struct bp_problem *problem, const struct bp_network_options *options,
                      const struct bp_common_options *common);

/* Reads the data file, if there is one, and settles the number of samples. */
void bp_problem_read_data(struct bp_problem *problem);

/* The same with data that is already in memory. */
void bp_problem_use_data(struct bp_problem *problem, const struct bp_source *source);

/* Refuses what would need more memory than the limit or the address space has, then makes the
 * network, all zeros. */
void bp_problem_allocate(struct bp_problem *problem, const struct bp_common_options *common);

/* The same, and fills it from the data or draws it. */
void bp_problem_build(struct bp_problem *problem, const struct bp_common_options *common);

/* Copies the data set into X and Y of a network with as many samples. */
void bp_problem_fill(const struct bp_dataset *dataset, struct bp_network *network);

void bp_problem_setting(struct bp_problem *problem, const char *name, const char *value);

/* Settings that say which part of the network is looked at, where it is not all. */
void bp_problem_describe_part(struct bp_problem *problem);

/* Says on stderr how long a check will take, if that is long, and what takes less. */
void bp_problem_estimate(const struct bp_problem *problem, const struct bp_common_options *common,
                         struct bp_progress *progress);

/* For what became of a check or of training; goes on where it is done. */
void bp_problem_require(enum bp_status status);

void bp_problem_free(struct bp_problem *problem);

#endif
