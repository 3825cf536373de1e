/* JSON that others wrote.
 *
 * The library takes what it could read before memory ran out for all there is: of a long string or
 * number it may even lose digits without a word.  So its requests are watched. */
#ifndef BP_CLI_FILE_JSON_H
#define BP_CLI_FILE_JSON_H

#include <jansson.h>

/* To be called before there is any JSON and any thread. */
void bp_json_watch(void);

/* Ends the program with a message where a request for memory has been refused. */
void bp_json_require(void);

/* json_loadb, and NULL only for what is no JSON. */
json_t *bp_json_read(const char *bytes, size_t length, size_t flags, json_error_t *error);

#endif
