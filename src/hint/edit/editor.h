/* Inside the edits: what the walk and the kinds share. */
#ifndef BP_HINT_EDIT_EDITOR_H
#define BP_HINT_EDIT_EDITOR_H

#include "hint/edit/edit.h"

typedef const struct bp_expression *expr;

enum { DEEPEST_PLACE = 48 };

struct bp_editor {
  const struct bp_edit_pool *pool;
  struct bp_arena *arena;
  bool (*each)(void *context, const struct bp_edit *edit);
  void *context;
  enum bp_edit_kind only; /* the kind that is asked for now */
  struct {
    expr node;
    size_t child;
  } path[DEEPEST_PLACE]; /* from the root to the place, which is not in it */
  size_t depth;
  bool inside_derivative; /* below ∂…/∂: only names and indices are edited */
  bool inside_condition;  /* of where(...): nothing is put in or taken away */
  bool stopped;
};

/* A copy of the node with children of its own; NULL when memory is short. */
struct bp_expression *bp_edit_copy(struct bp_editor *editor, expr node);

/* A node of one or two children at the place of `at`; NULL when memory is short or `first` is NULL.
 */
expr bp_edit_make(struct bp_editor *editor, enum bp_expression_kind kind, expr at, expr first,
                  expr second);
expr bp_edit_number(struct bp_editor *editor, expr at, long value);
expr bp_edit_call(struct bp_editor *editor, expr at, const char *name, expr argument);

/* Proposes the formula with `replacement` at `place`, which is where the walk is; `subject` is what
 * the sentence names, or NULL. */
void bp_edit_propose(struct bp_editor *editor, expr place, expr replacement, expr subject);

/* Each kind at one place. */
#define BP_ROW(name, distance, sentence)                                                           \
  void bp_propose_##name(struct bp_editor *editor, expr node);
BP_EDITS(BP_ROW)
#undef BP_ROW

#endif
