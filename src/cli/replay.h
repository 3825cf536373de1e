/* Shell commands that do something again: what a person pastes to see one failure.
 *
 * Texts live in the arena of their command. */
#ifndef BP_CLI_REPLAY_H
#define BP_CLI_REPLAY_H

#include "base/arena.h"
#include "cli/options.h"

/* A command as it grows.  `text` is NULL once memory was short. */
struct bp_command {
  struct bp_arena *arena;
  const char *text;
};

/* "backproof net" */
struct bp_command bp_command_begin(const char *verb, struct bp_arena *arena);

/* Adds a word, in quotes where a shell would take it for anything else. */
void bp_command_word(struct bp_command *command, const char *word);

/* Adds an option with a value; numbers in such a way that reading them gives the same number. */
void bp_command_option(struct bp_command *command, const char *option, const char *value);
void bp_command_count(struct bp_command *command, const char *option, size_t value);
void bp_command_number(struct bp_command *command, const char *option, double value);

/* Adds the network and what its data is made of, with the seed.  What has its default is left out,
 * and so is what only concerns speed.  The text becomes NULL where the data came from standard
 * input and cannot be had again. */
void bp_command_network(struct bp_command *command, const struct bp_network_options *options,
                        const struct bp_common_options *common);

/* --memory-limit, unless it has its default. */
void bp_command_common(struct bp_command *command, const struct bp_common_options *common);

#endif
