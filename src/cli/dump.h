/* A file of arrays, and from its arrays to a network and the gradient that is to be checked.
 *
 * Everything lives in the arena of the problem; the options are the caller's and outlive it. */
#ifndef BP_CLI_DUMP_H
#define BP_CLI_DUMP_H

#include "cli/problem.h"
#include "data/arrange.h"
#include "data/npz.h"
#include "data/roles.h"
#include "net/check.h"

enum { BP_MOST_NAMES = 256 };

struct bp_dump_options {
  const char *file;
  struct bp_source names[BP_MOST_NAMES]; /* of --name */
  size_t name_count;
  struct bp_array_layout_options layout;
};

struct bp_dump {
  const struct bp_dump_options *options;
  struct bp_problem *problem;
  const struct bp_common_options *common;
  const char **names;
  size_t count;
  struct bp_source source; /* of an .npz file */
  struct bp_npz npz;
  bool folder;
  struct bp_cast cast;
  struct bp_array_layout layout; /* its arrays as cast.place */
};

/* Each of these ends the program with a message when something is wrong. */

/* Opens the file or folder and gives its arrays their roles; what is missing is said. */
void bp_dump_open(struct bp_dump *dump, const struct bp_dump_options *options,
                  struct bp_problem *problem, const struct bp_common_options *common);

/* Reads the arrays that are needed: all numbers are finite. */
void bp_dump_read(struct bp_dump *dump);

/* Settles the layouts from the shapes, and with them problem->samples. */
void bp_dump_arrange(struct bp_dump *dump);

/* Fills X, Y, W and b of the problem's network. */
void bp_dump_fill(struct bp_dump *dump);

/* The gradient. */
const struct bp_outside *bp_dump_gradient(struct bp_dump *dump);

#endif
