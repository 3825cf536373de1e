/* The ways that points have gone through the decisions of a claim, as a tree.
 *
 * Nodes, and the points that came to them, live in ways->arena.
 */
#ifndef BP_JUDGE_WAYS_H
#define BP_JUDGE_WAYS_H

#include "judge/probe.h"

enum { BP_WAYS_SPOTS = 2 };

/* A decision with all those before it, or the end of a way. */
struct bp_ways_node {
  const struct bp_expression *place; /* NULL: the end */
  size_t element;
  uint64_t key;
  struct bp_ways_node *child[BP_WAYS], *parent;
  enum bp_way way;                            /* of the parent, that leads here */
  const struct bp_spot *spots[BP_WAYS_SPOTS]; /* the first and the latest that came here */
  unsigned char tries[BP_WAYS];               /* to go on in a way that was not gone yet */
};

/* An outcome of a decision, wherever it is taken. */
enum { BP_MOST_OUTCOMES = 192 };

/* A decision that comes out like another, or always the other way round. */
struct bp_twin {
  uint64_t key, of;
  double ratio; /* of the distances that decide them */
};

struct bp_ways {
  struct bp_arena *arena;
  struct bp_twin twins[BP_MOST_DECISIONS]; /* which are not asked for a second time */
  size_t twin_count;
  struct bp_ways_node **nodes; /* in the order in which they were met; the first is the root */
  size_t count, capacity;
  size_t leaves; /* ends of ways */
  bool more;     /* there were more decisions than are kept */
  /* the decisions that the nodes are about, each by one of them: outcomes 2k and 2k + 1 are the
   * first and the second way of the k-th */
  const struct bp_ways_node *decisions[BP_MOST_OUTCOMES / 2];
  size_t decision_count;
  bool seen[BP_MOST_OUTCOMES][BP_MOST_OUTCOMES];            /* both on one way */
  unsigned char failed[BP_MOST_OUTCOMES][BP_MOST_OUTCOMES]; /* times both were looked for in vain */
};

/* Finds decisions that are one and the same, relu(x) and -2*x < 0 for one: what they hang on has
 * one ratio at all of the spots at which these were met, which numbers drawn at random have by no
 * chance. */
void bp_ways_find_twins(struct bp_ways *ways, const struct bp_decisions *met, size_t spots);

/* Adds the way that a spot has gone; `fresh` says whether it is new.  False when memory is short.
 */
bool bp_ways_add(struct bp_ways *ways, const struct bp_decisions *decisions,
                 const struct bp_spot *spot, bool *fresh);

/* Whether some pair of the outcomes that lead to the node and on from it was looked for in vain so
 * many times, and never seen. */
bool bp_ways_hopeless(const struct bp_ways *ways, const struct bp_ways_node *node, enum bp_way way,
                      unsigned times);

/* Remembers that the way was looked for in vain. */
void bp_ways_fail(struct bp_ways *ways, const struct bp_ways_node *node, enum bp_way way);

/* Fills state->aimed.ways.  False when memory is short. */
bool bp_ways_tell(const struct bp_ways *ways, const struct bp_model *model,
                  struct bp_claim_state *state);

#endif
