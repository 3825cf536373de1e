/* What the JSON writers share. */
#ifndef BP_REPORT_JSON_H
#define BP_REPORT_JSON_H

#include <jansson.h>
#include <stdio.h>

#include "results/results.h"

/* The names that a reader looks for first; a change that breaks readers gets a new number. */
#define BP_REPORT_SCHEMA "backproof-report/1"
#define BP_POWER_SCHEMA "backproof-power/1"
#define BP_DERIVATIONS_SCHEMA "backproof-derivations/1"

/* A real number, or null where it is infinite or not a number. */
json_t *bp_json_number(double number);

/* A string; where the text is not valid UTF-8 (a path can be anything), what is not ASCII becomes a
 * question mark.  NULL when memory is short. */
json_t *bp_json_text(const char *text);

/* The settings of a report as an object, its notes as an array.  NULL when memory is short. */
json_t *bp_json_settings(const struct bp_report_head *head);
json_t *bp_json_sentences(const char *const *sentences, size_t count);

/* Writes `value` and releases it; JSON_EMBED in `flags` leaves out its braces.  0, or -1 where it
 * is NULL (memory was short) or the stream refused something. */
int bp_json_dump(json_t *value, size_t flags, FILE *out);

/* Writes `root` with a line end, and releases it.  NULL (memory was short) gives -1. */
int bp_json_finish(json_t *root, FILE *out);

#endif
