/* A file of arrays, and from its arrays to a network and the gradient that is to be checked. */
#ifndef BP_CLI_DUMP_H
#define BP_CLI_DUMP_H

#include "cli/problem.h"
#include "data/npz.h"
#include "data/roles.h"
#include "net/check.h"

enum bp_samples_as { BP_SAMPLES_GUESSED, BP_SAMPLES_COLUMNS, BP_SAMPLES_ROWS };
enum bp_weights_as { BP_WEIGHTS_GUESSED, BP_WEIGHTS_OUT_IN, BP_WEIGHTS_IN_OUT };

/* What the code's gradients are of; J is the mean over the samples of the sum over the outputs. */
enum bp_reduction { BP_REDUCTION_MEAN, BP_REDUCTION_SUM, BP_REDUCTION_ELEMENTS };

enum { BP_MOST_NAMES = 256, BP_MOST_NOTES = 64 };

struct bp_dump_options {
  const char *file;
  struct bp_source names[BP_MOST_NAMES]; /* of --name */
  size_t name_count;
  enum bp_samples_as samples;
  enum bp_weights_as weights;
  enum bp_reduction reduction;
  double unit; /* 0: told from the arrays */
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
  struct bp_array *arrays[BP_ROLE_COUNT]; /* as cast.place; data NULL where there is none */
  enum bp_samples_as samples;             /* as settled */
  enum bp_weights_as weights;
  enum bp_route route;
  const char *notes[BP_MOST_NOTES];
  size_t note_count;
};

/* Each of these ends the program with a message when something is wrong. */

/* Opens the file or folder and gives its arrays their roles; what is missing is said. */
void bp_dump_open(struct bp_dump *dump, const struct bp_dump_options *options,
                  struct bp_problem *problem, const struct bp_common_options *common);

/* Reads the arrays that are needed: all numbers are finite. */
void bp_dump_read(struct bp_dump *dump);

/* Settles the layouts, and with them problem->samples, from the shapes. */
void bp_dump_arrange(struct bp_dump *dump);

/* Fills X, Y, W and b of the problem's network. */
void bp_dump_fill(struct bp_dump *dump);

/* The gradient, in the arena of the problem. */
const struct bp_outside *bp_dump_gradient(struct bp_dump *dump);

/* A sentence for the report. */
void bp_dump_note(struct bp_dump *dump, const char *sentence);

#endif
