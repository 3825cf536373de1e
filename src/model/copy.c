/* A model whose definitions may be given another meaning, while the one that it was made from stays
 * as it was read.
 *
 * What trials change in a model, the walks that met a declaration and what was reported of a line,
 * stands in declarations and their pieces, so these are copied; statements, names and claims are
 * only read and are shared.
 */
#include <string.h>

#include "model/model.h"

static struct bp_declaration *copy_of(const struct bp_declaration *declaration,
                                      struct bp_arena *arena) {
  struct bp_declaration *copy = bp_arena_alloc(arena, 1, sizeof *copy);
  struct bp_piece *pieces = bp_arena_alloc(arena, declaration->count, sizeof *pieces);
  if (!copy || !pieces)
    return NULL;
  if (declaration->count)
    memcpy(pieces, declaration->pieces, declaration->count * sizeof *pieces);
  *copy = *declaration;
  copy->pieces = pieces;
  copy->capacity = declaration->count;
  return copy;
}

int bp_model_copy(const struct bp_model *model, struct bp_arena *arena,
                  struct bp_diagnostics *diagnostics, struct bp_model *copy) {
  *copy = *model;
  copy->arena = arena;
  copy->diagnostics = diagnostics;
  copy->declaration_capacity = model->declaration_count;
  copy->declarations =
      bp_arena_alloc(arena, model->declaration_count, sizeof(struct bp_declaration *));
  copy->table = bp_arena_alloc(arena, model->table_size, sizeof(struct bp_declaration *));
  if (!copy->declarations || !copy->table)
    return -1;
  for (size_t i = 0; i < model->declaration_count; i++) {
    copy->declarations[i] = copy_of(model->declarations[i], arena);
    if (!copy->declarations[i])
      return -1;
  }
  for (size_t i = 0; i < model->table_size; i++)
    copy->table[i] = model->table[i] ? copy->declarations[model->table[i]->number] : NULL;
  return 0;
}
