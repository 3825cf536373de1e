/* What the JSON writers share. */
#ifndef BP_REPORT_JSON_H
#define BP_REPORT_JSON_H

#include <jansson.h>
#include <stdio.h>

/* The names that a reader looks for first; a change that breaks readers gets a new number. */
#define BP_REPORT_SCHEMA "backproof-report/1"
#define BP_POWER_SCHEMA "backproof-power/1"

/* A real number, or null where it is infinite or not a number. */
json_t *bp_json_number(double number);

/* A string; where the text is not valid UTF-8 (a path can be anything), what is not ASCII becomes a
 * question mark.  NULL when memory is short. */
json_t *bp_json_text(const char *text);

/* Writes `root` with a line end, and releases it.  NULL (memory was short) gives -1. */
int bp_json_finish(json_t *root, FILE *out);

#endif
