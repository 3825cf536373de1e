/* Inside the edits: what the walk and the kinds share.
 *
 * What is proposed lives in the builder's arena until the walk leaves the place.
 */
#ifndef BP_HINT_EDIT_PROPOSE_H
#define BP_HINT_EDIT_PROPOSE_H

#include "hint/edit/edit.h"
#include "lang/build.h"

typedef const struct bp_expression *expr;

enum { DEEPEST_PLACE = 48 };

struct bp_editor {
  const struct bp_supply *supply;
  struct bp_builder *build; /* of what stands at the place where the walk is */
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

/* The node around the place, or NULL at the root. */
expr bp_edit_parent(const struct bp_editor *editor);

/* Proposes the formula with `replacement` at `place`, which is where the walk is; `subject` is what
 * the sentence names, or NULL. */
void bp_edit_propose(struct bp_editor *editor, expr place, expr replacement, expr subject);

/* Proposes the node at the place with another child; nothing where `other` is NULL. */
void bp_edit_propose_child(struct bp_editor *editor, expr place, size_t child, expr other,
                           expr subject);

/* factor * node, the factor being a number; in a chain of factors it goes before the first, and
 * behind a minus, where a person would write it. */
expr bp_edit_prefixed(struct bp_builder *build, expr node, expr factor);

/* Each kind at one place. */
#define BP_ROW(name, distance, sentence)                                                           \
  void bp_propose_##name(struct bp_editor *editor, expr node);
BP_EDITS(BP_ROW)
#undef BP_ROW

#endif
