/* What the JSON writers share.
 *
 * A json_t that is returned belongs to the caller, and one that is passed belongs to the function
 * from then on; NULL, in both directions, means that memory was short.
 */
#ifndef BP_REPORT_JSON_H
#define BP_REPORT_JSON_H

#include <jansson.h>
#include <stdio.h>

#include "results/results.h"

/* The names that a reader looks for first; a change that breaks readers gets a new number. */
#define BP_REPORT_SCHEMA "backproof-report/1"
#define BP_POWER_SCHEMA "backproof-power/1"
#define BP_DERIVATIONS_SCHEMA "backproof-derivations/1"
#define BP_CLASS_SCHEMA "backproof-class/1"
#define BP_TRAINING_SCHEMA "backproof-training/1"

/* A real number, or null where it is infinite or not a number. */
json_t *bp_json_number(double number);

/* A string; where the text is not valid UTF-8 (a path can be anything), what is not ASCII becomes a
 * question mark. */
json_t *bp_json_text(const char *text);
json_t *bp_json_text_or_null(const char *text); /* null where there is none */

/* The array with another item, the object with another member. */
json_t *bp_json_appended(json_t *array, json_t *item);
json_t *bp_json_with(json_t *object, const char *key, json_t *value);

/* The settings of a report as an object, its notes as an array. */
json_t *bp_json_settings(const struct bp_setting *settings, size_t count);
json_t *bp_json_sentences(const char *const *sentences, size_t count);

/* Writes `value`; JSON_EMBED in `flags` leaves out its braces.  0, or -1 where it is NULL or the
 * stream refused something. */
int bp_json_dump(json_t *value, size_t flags, FILE *out);

/* Writes `root` with a line end. */
int bp_json_finish(json_t *root, FILE *out);

#endif
