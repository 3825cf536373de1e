/* How a trace is said, before any format lays it out: a symbol stays a symbol where its number is
 * not known, and a factor that is repeated to fit shows its shape before and after. */
#include "report/trace_words.h"

#include <string.h>

static const char *dimension_text(const struct bp_dimension *dimension, bool symbols,
                                  struct bp_arena *arena) {
  return symbols || dimension->number == 0 ? dimension->symbol
                                           : bp_arena_printf(arena, "%zu", dimension->number);
}

const char *bp_trace_shape_text(const struct bp_trace_shape *shape, bool symbols,
                                struct bp_arena *arena) {
  const char *rows = dimension_text(&shape->rows, symbols, arena);
  const char *column_count = dimension_text(&shape->columns, symbols, arena);
  return rows && column_count ? bp_arena_printf(arena, "(%s,%s)", rows, column_count) : NULL;
}

const char *bp_trace_factor_shape(const struct bp_trace_factor *factor, bool symbols,
                                  struct bp_arena *arena) {
  if (!factor->shaped)
    return "";
  const char *shape = bp_trace_shape_text(&factor->shape, symbols, arena);
  if (!factor->broadcast || !shape)
    return shape;
  const char *spread = bp_trace_shape_text(&factor->spread, symbols, arena);
  return spread ? bp_arena_printf(arena, "%s→%s", shape, spread) : NULL;
}

const char *bp_trace_factor_text(const struct bp_trace_factor *factor, bool symbols,
                                 struct bp_arena *arena) {
  const char *shape = bp_trace_factor_shape(factor, symbols, arena);
  return shape ? bp_arena_printf(arena, "%s%s%s%s", factor->text, *shape != '\0' ? " " : "", shape,
                                 factor->after)
               : NULL;
}

const char *bp_trace_gap(const struct bp_trace_factor *factor) {
  size_t length = strlen(factor->before);
  return length == 0 || factor->before[length - 1] == '(' ? "" : " ";
}
