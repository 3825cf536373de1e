/* The distinct classes of a class column, found in one pass over it.
 *
 * Everything belongs to the arena of the set, names included, and is NULL where that is short of
 * memory. */
#ifndef BP_DATA_CLASSES_H
#define BP_DATA_CLASSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"

enum { BP_MOST_CLASSES = 10000 };

struct bp_class {
  const char *name;
  bool number; /* the name is a number, `value` */
  double value;
  struct bp_span first; /* where it was met first */
  size_t rows;          /* how often */
};

struct bp_classes {
  struct bp_arena *arena;
  struct bp_class *list; /* in order of appearance */
  size_t count, capacity;
  uint32_t *slots; /* hash table: index into `list` plus one, 0 where free */
  bool too_many;   /* more than BP_MOST_CLASSES; those found later are not kept */
};

/* An empty set.  False when memory is short. */
bool bp_classes_init(struct bp_classes *classes, struct bp_arena *arena);

/* The index of the class of that name, which is added if it is new; `class.rows` goes up by one.
 * Returns BP_MOST_CLASSES when there are too many or memory is short. */
size_t bp_classes_find(struct bp_classes *classes, const struct bp_class *wanted);

/* order[k] = place of class k when the classes are sorted by value (all of them numbers), or simply
 * k. */
size_t *bp_classes_order(const struct bp_classes *classes, bool by_value);

/* "setosa, versicolor, virginica": the first few names, for a message.  "" when memory is short. */
const char *bp_classes_names(const struct bp_classes *classes);

#endif
