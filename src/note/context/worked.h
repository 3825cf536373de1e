/* Worked numbers: "if a = 2 then f(a) = 6".
 */
#ifndef BP_NOTE_CONTEXT_WORKED_H
#define BP_NOTE_CONTEXT_WORKED_H

#include "note/context/definitions.h"

struct bp_worked_value {
  const struct bp_definition *function; /* f(a) = 3a, before it */
  struct bp_symbol letter;              /* a */
  const char *value;                    /* 2 */
  bool together;                        /* both stand on its line, and the definition above it */
};

/* Whether the statement is the value of a function that the note has defined, at a number that it
 * has given to the argument; false where it is not, or memory is short. */
bool bp_worked_value_find(const struct bp_definitions *finder, size_t member,
                          struct bp_worked_value *worked);

#endif
