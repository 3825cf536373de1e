/* A command is made from the options as they were understood, not from the words of the command
 * line: so it has no option about reports, names the seed even where nobody gave one, and does not
 * depend on abbreviations. */
#include "cli/replay.h"

#include <stdlib.h>
#include <string.h>

/* Whether a shell takes the word as it stands.  A dash in front would make it an option, and the
 * program takes such a path as "./-x" only. */
static bool is_safe(const char *word) {
  static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                             "_-./:=@%+,";
  return *word != '\0' && word[strspn(word, safe)] == '\0';
}

/* In single quotes nothing is special but the quote itself. */
static const char *quoted(const char *word, struct bp_arena *arena) {
  if (is_safe(word))
    return word;
  size_t length = strlen(word), quotes = 0;
  for (const char *at = word; *at; at++)
    quotes += *at == '\'';
  char *text = bp_arena_alloc(arena, length + 3 * quotes + 3, 1), *end = text;
  if (!text)
    return NULL;
  *end++ = '\'';
  for (; *word; word++)
    if (*word == '\'')
      end = stpcpy(end, "'\\''");
    else
      *end++ = *word;
  strcpy(end, "'");
  return text;
}

struct bp_command bp_command_begin(const char *verb, struct bp_arena *arena) {
  return (struct bp_command){arena, bp_arena_printf(arena, "backproof %s", verb)};
}

void bp_command_word(struct bp_command *command, const char *word) {
  const char *text = quoted(word, command->arena);
  if (command->text)
    command->text = text ? bp_arena_printf(command->arena, "%s %s", command->text, text) : NULL;
}

void bp_command_option(struct bp_command *command, const char *option, const char *value) {
  bp_command_word(command, option);
  if (value[0] == '-' && value[1] != '\0' && command->text) { /* not another option */
    const char *text = quoted(value, command->arena);
    command->text = text ? bp_arena_printf(command->arena, "%s=%s", command->text, text) : NULL;
    return;
  }
  bp_command_word(command, value);
}

void bp_command_count(struct bp_command *command, const char *option, size_t value) {
  char text[32];
  snprintf(text, sizeof text, "%zu", value);
  bp_command_option(command, option, text);
}

void bp_command_number(struct bp_command *command, const char *option, double value) {
  char text[40];
  for (int digits = 6; digits <= 17; digits++) { /* the fewest that give the same number back */
    snprintf(text, sizeof text, "%.*g", digits, value);
    if (strtod(text, NULL) == value)
      break;
  }
  bp_command_option(command, option, text);
}

void bp_command_common(struct bp_command *command, const struct bp_common_options *common) {
  struct bp_common_options usual;
  bp_common_defaults(&usual);
  if (common->memory_limit != usual.memory_limit)
    bp_command_count(command, "--memory-limit", common->memory_limit);
  if (common->time_limit != usual.time_limit)
    bp_command_number(command, "--time-limit", common->time_limit);
}

void bp_command_network(struct bp_command *command, const struct bp_network_options *options,
                        const struct bp_common_options *common) {
  struct bp_network_options usual;
  bp_network_defaults(&usual);
  bp_command_word(command, options->spec ? options->spec : "");
  if (options->loss)
    bp_command_option(command, "--loss", options->loss);
  if (options->samples > 0)
    bp_command_count(command, "--samples", options->samples);
  if (options->data)
    bp_command_option(command, "--data", options->data);
  if (options->targets > 0)
    bp_command_count(command, "--targets", options->targets);
  if (options->sample > 0)
    bp_command_count(command, "--sample", options->sample);
  if (options->directions > 0)
    bp_command_count(command, "--directions", options->directions);
  bp_command_count(command, "--seed", options->seed);
  if (options->weight_scale != usual.weight_scale)
    bp_command_number(command, "--weight-scale", options->weight_scale);
  if (options->input_scale != usual.input_scale)
    bp_command_number(command, "--input-scale", options->input_scale);
  if (options->route != usual.route)
    bp_command_option(command, "--route", "dA");
  bp_command_common(command, common);
  if (options->data && strcmp(options->data, "-") == 0)
    command->text = NULL;
}
