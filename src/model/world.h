/* One trial: the sizes, the given matrices, and everything computed from them.
 *
 * A name with its indices, W[2], is a node.  A node's value is computed when it is first asked for
 * and then kept.  Derivatives are taken in frames: a frame puts other values in the place of some
 * nodes and computes anew exactly the nodes that depend on those; everything else is taken from
 * outside the frame.  Frames nest, so derivatives of derivatives need nothing more.
 *
 * What is drawn depends only on the seed, the trial and the node's name, so a change elsewhere in a
 * file leaves all numbers as they were, and a world with more bits is the same point, computed
 * better.
 *
 * Nodes, sizes and what is drawn live in world->keep, as long as the trial; messages live in the
 * model's arena.
 */
#ifndef BP_MODEL_WORLD_H
#define BP_MODEL_WORLD_H

#include <stdint.h>

#include "model/decision.h"
#include "model/model.h"
#include "model/region.h"
#include "model/size.h"
#include "num/ball.h"
#include "num/ball_function.h"
#include "num/ball_matrix.h"

/* What index letters and parameters of functions stand for, innermost first. */
struct bp_scope {
  const char *name;
  long index;                 /* an index letter */
  const struct bp_ball *ball; /* a parameter of a function; NULL: an index letter */
  const struct bp_scope *outer;
};

/* Why an expression has no shape or no value. */
enum bp_fault_kind {
  BP_FAULT_NONE,
  BP_FAULT_SHAPE,       /* the shapes do not fit */
  BP_FAULT_MISUSE,      /* a name that is not known, a function with too few arguments, ... */
  BP_FAULT_CONSEQUENCE, /* it uses something whose own definition is at fault */
  BP_FAULT_LIMIT,       /* it would take too much work */
  BP_FAULT_TIME,        /* the time for everything is up */
  BP_FAULT_MEMORY
};

struct bp_fault {
  enum bp_fault_kind kind;
  const struct bp_source *source;
  struct bp_span span;
  const char *message, *suggestion;
  bool too_small; /* a size as drawn is too small for it; a larger one may do */
};

/* The first thing that had no value, for the message. */
struct bp_gap {
  bool set;
  bool outside; /* it is what a derivative is taken of that has none at this point */
  const struct bp_source *source;
  struct bp_span span;
  const char *message;
};

enum { BP_MOST_INDICES = BP_SIZE_INDICES };

enum bp_node_state { BP_NODE_NEW, BP_NODE_BUSY, BP_NODE_DONE, BP_NODE_BROKEN };

struct bp_node {
  struct bp_declaration *declaration;
  struct bp_piece *piece;       /* the line that defines it */
  const struct bp_scope *scope; /* its index letters */
  long index[BP_MOST_INDICES];
  size_t index_count;
  const char *name; /* "W[2]" */
  size_t number;    /* its place among the nodes of the world */
  uint64_t seed;    /* for what is drawn */
  enum bp_node_state shape_state, value_state;
  struct bp_symbolic shape;
  struct bp_balls value;                     /* outside every frame */
  struct bp_balls direction;                 /* in which it varies; at is NULL until asked for */
  struct bp_ball_drawn drawn;                /* an unknown function */
  const struct bp_function_reference *alias; /* another name for a function */
  bool kink;             /* on the way to the value a derivative was taken on a kink */
  bool unsure;           /* see bp_ball_trail */
  bool branched;         /* something was decided on the way */
  struct bp_gap gap;     /* why there is no value, where that is so */
  struct bp_node **uses; /* nodes that its value was computed from, directly */
  size_t use_count, use_capacity;
  struct bp_node *next; /* in its bucket */
};

/* What a derivative on a kink is: everything between the slopes, or one of them, or their middle.
 */
enum bp_kink_slopes { BP_SLOPES_ALL, BP_SLOPE_BELOW, BP_SLOPE_ABOVE, BP_SLOPE_MIDDLE };
enum { BP_SLOPE_CHOICES = 3 };

/* Other values in the place of nodes. */
struct bp_override {
  struct bp_node *node;
  struct bp_balls value;
};

/* Whether nodes depend on the overridden ones, by node number: 0 not known, 1 no, 2 yes. */
struct bp_dependents {
  unsigned char *known;
  size_t capacity; /* later nodes are looked at anew every time */
};

struct bp_frame {
  const struct bp_frame *outer;
  const struct bp_override *overrides;
  size_t count;
  struct bp_dependents dependents;
  struct bp_balls *values; /* by node number: what was computed in this frame */
  bool disc;               /* the overrides are discs: what is computed encloses all of them */
};

/* Where an expression stands: what is in force there.  Names declared after its line are not
 * visible, mistakes in it are shown in the line's file, derivatives have the line's layout, and in
 * a claim d(...) has a meaning. */
struct bp_context {
  const struct bp_model_line *line;
  const struct bp_model_claim *claim; /* NULL: the line is not judged */
};

enum { BP_MOST_ATOMS = 4096 };

/* What making a node counts for, in numbers computed: far more than it takes, so that endless
 * families end soon. */
enum { BP_NODE_WORK = 1000 };

struct bp_world {
  struct bp_model *model;
  uint64_t seed;
  size_t trial;
  struct bp_drawing drawing; /* where its numbers and sizes come from */
  bool small;                /* sizes as small as they may be and still different */
  struct bp_arena *keep;     /* lives as long as the trial */
  struct bp_arena *symbols;  /* for shapes: scratch, or keep where a node's shape is found */
  struct bp_arena *scratch;  /* intermediate results: released after every claim */
  struct bp_ball_room room;  /* of intermediate results: scratch, the bits, and the trail */
  struct bp_node **nodes;    /* in buckets, about one to each */
  size_t bucket_count;
  size_t node_count;
  struct bp_size_atom **atoms;
  size_t atom_count;
  bool *taken; /* sizes that are in use, so that the next one is different */
  struct bp_ball_trail trail;
  struct bp_fault fault; /* the first */
  struct bp_gap gap;
  struct bp_node *computing;          /* the node whose uses are being recorded */
  struct bp_context context;          /* of the expression at hand */
  int nesting;                        /* derivatives that are being taken, one within another */
  size_t most_steps;                  /* as many as are allowed for a claim; 0: a lot */
  size_t steps;                       /* work done for this claim, in numbers computed */
  const char *stack;                  /* where it stood when the world was made */
  enum bp_node_state *bodies;         /* by declaration: functions, whose body must be a number */
  const struct bp_bounding *bounding; /* sizes whose bounds are being computed, innermost first */
  bool branched;                      /* something was decided on the way: relu, max, where */
  bool kink;                          /* a derivative was taken on a kink */
  struct bp_sides *sides;             /* by the id of the expression; NULL: not wanted */
  struct bp_decisions *decisions;     /* NULL: not wanted */
  struct bp_script *script; /* by which decisions are taken on a kink, see script.h; NULL: none */
  uint64_t use;             /* which call, and which element of it, is being computed */
  int depth;                /* differences that are being evaluated, one within another */
  const char **notes;       /* fits that hang on fixed sizes */
  size_t note_count;
  struct bp_partial_cache *partials;
  struct bp_memo *memo; /* values of functions, see value/function/memo.c; NULL: none */
  size_t memo_asked;    /* how many were asked for before there was one */
  struct bp_formula_cache *formulas; /* values of formulas that are asked for again, or NULL */
  bool no_slope;              /* a derivative was asked for where not even one-sided slopes exist */
  int printed_places;         /* numbers of a claim with so many decimal places or more are rounded
                                 ones, as they were printed; 0: none are */
  bool quiet;                 /* nobody reads what is wrong here: faults get no message */
  enum bp_kink_slopes slopes; /* what a derivative on a kink is */
  bool forgiving;             /* no difference fails: only how wide the bounds are is asked */
  signed char *signs; /* where forgiving: of the left side minus the right, 0 where they may be
                         equal, for each number that is compared */
  size_t sign_count, sign_capacity;
  bool larger_sizes; /* sizes that the file bounds may be larger, unless they bound a range */
  bool
      other_sizes; /* sizes that the file fixes are drawn all the same, unless they bound a range */
};

enum { BP_LEAST_BITS = 128 }; /* numbers of so many bits need no memory of their own */

/* Room for one trial, whose numbers have so many bits; what is drawn does not depend on them.
 * Returns 0, or -1 when memory is short. */
int bp_world_init(struct bp_world *world, struct bp_model *model, uint64_t seed, size_t trial,
                  slong bits, struct bp_arena *keep, struct bp_arena *scratch);

/* The room of numbers that live as long as the world. */
struct bp_ball_room bp_world_keeping(const struct bp_world *world);

/* Readies the named sizes of a new world: those that the file fixes are known from the start. False
 * when memory is short. */
bool bp_world_sizes_init(struct bp_world *world);

/* Draws the sizes that the file fixes as well, from now on; nothing may have been computed yet. */
void bp_world_redraw_sizes(struct bp_world *world);

/* Every look at something that another line says stands between these two: what is in force is that
 * of the other line, which is no claim, and afterwards that of before. */
struct bp_context bp_world_enter(struct bp_world *world, const struct bp_model_line *line);
void bp_world_leave(struct bp_world *world, struct bp_context before);

/* Enters a line that is looked at for its own sake, and forgets what was met in the one before;
 * `claim` is NULL where it is none.  The line must live until another is entered. */
void bp_world_begin(struct bp_world *world, const struct bp_model_line *line,
                    const struct bp_model_claim *claim);

/* Records why the expression has no shape or value, if nothing has been recorded yet; is false, for
 * return statements. */
#define bp_fault_set(...) (bp_fault_record(__VA_ARGS__), false)
void bp_fault_record(struct bp_world *world, enum bp_fault_kind kind, struct bp_span span,
                     const char *suggestion, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Whether there is room on the stack to go one step further into definitions and formulas; false
 * with a fault. */
bool bp_world_room(struct bp_world *world, struct bp_span span);

/* Tells the reader of the file about the fault, unless the same was said already, and forgets
 * nothing: the caller decides what follows from it. */
void bp_fault_report(const struct bp_world *world);

/* The fault of what got no memory, or no time: a result that was not made.  Returns false. */
bool bp_fault_exhausted(struct bp_world *world, struct bp_span span);

/* Whether the fault says that work ended and not that something is wrong. */
static inline bool bp_fault_is_end(const struct bp_fault *fault) {
  return fault->kind == BP_FAULT_LIMIT || fault->kind == BP_FAULT_TIME ||
         fault->kind == BP_FAULT_MEMORY;
}

/* One more thing without a value.  That a function has no derivative where it has no value itself
 * gives way to everything else that is missing. */
static inline void bp_world_meet_gap(struct bp_world *world, struct bp_gap gap) {
  if (!world->gap.set || (world->gap.outside && gap.set && !gap.outside))
    world->gap = gap;
}

/* Counts work; false with a fault when it is too much, or when the budget is over. */
bool bp_world_work(struct bp_world *world, size_t numbers, struct bp_span span);

/* The scope entry of that name, or NULL. */
const struct bp_scope *bp_scope_find(const struct bp_scope *scope, const char *name);

/* The declaration that the name has where the expression stands; NULL when there is none, with no
 * fault recorded. */
struct bp_declaration *bp_world_visible(struct bp_world *world, const char *name);

/* The name as a message can show it: a long one is cut. */
const char *bp_name_shown(struct bp_world *world, const char *name);

/* Records that the name is not known, with what is near or with where it is declared later. */
bool bp_fault_unknown(struct bp_world *world, const struct bp_expression *name);

/* The whole number that an index or a bound is. False with a fault. */
bool bp_world_index(struct bp_world *world, const struct bp_expression *expression,
                    const struct bp_scope *scope, long *index);

/* The size that an expression of a shape is.  False with a fault. */
bool bp_world_size(struct bp_world *world, const struct bp_expression *expression,
                   const struct bp_scope *scope, struct bp_size *size);

/* From which number rows and columns of a matrix count: 1, or 0 where a line says so. */
struct bp_origin {
  long row, column;
};
struct bp_origin bp_world_origin(struct bp_world *world, const struct bp_expression *whole);

/* Whether a name x, which counts from 1, has an element 0 that is declared as x_0; and that, where
 * the element is x_0 with an index that is 0 here.  NULL: it is none, with no fault. */
bool bp_world_has_zero(struct bp_world *world, const struct bp_expression *whole);
struct bp_node *bp_world_zero(struct bp_world *world, const struct bp_expression *element,
                              const struct bp_scope *scope);

/* The size (a named one) as a symbol. NULL with a fault. */
const struct bp_size_atom *bp_world_atom(struct bp_world *world, struct bp_declaration *declaration,
                                         const struct bp_expression *expression,
                                         const struct bp_scope *scope);

/* The node that a NAME expression is; it exists (its indices are in range).  NULL with a fault. */
struct bp_node *bp_world_node(struct bp_world *world, struct bp_declaration *declaration,
                              const struct bp_expression *expression, const struct bp_scope *scope);

/* The smallest and largest index that members of the family have, by the ranges of its lines.
 * False when it has none or they are not limited. */
bool bp_world_extent(struct bp_world *world, const struct bp_declaration *declaration,
                     size_t dimension, long *low, long *high);

/* The direction in which a node varies; at is NULL when memory is short. */
struct bp_balls bp_world_direction(struct bp_world *world, struct bp_node *node);

/* Every member of a declared matrix, or those of a family that its lines limit: calls `each` until
 * that returns false.  False with a fault, or when `each` said so. */
bool bp_world_members(struct bp_world *world, struct bp_declaration *declaration,
                      struct bp_span span, bool (*each)(void *context, struct bp_node *node),
                      void *context);

/* Keeps a note on the claim at hand, once; NULL is none. */
void bp_world_note(struct bp_world *world, const char *note);

/* Whether two sizes are equal in every trial; where that hangs on sizes that the file fixes, a note
 * is kept. */
bool bp_size_fits(struct bp_world *world, struct bp_size a, struct bp_size b);

/* The same without a note: whether both are one size as they are written, or one of them is the
 * number that the file fixes the other to, 4 beside n[1] of a network 3 - 4 - 1. */
bool bp_size_meant(struct bp_world *world, struct bp_size a, struct bp_size b);

/* Whether what is given can be drawn from its domain: a symmetric matrix is square, an interval has
 * numbers in it.  False with a fault. */
bool bp_domain_fits(struct bp_world *world, const struct bp_node *node);

/* One of the numbers that the domain is written with: of a set, or an end of an interval. */
double bp_domain_value(const struct bp_world *world, const struct bp_domain *domain, size_t which);

/* Draws the value of a given node of known shape into node->value. False with a fault. */
bool bp_world_draw(struct bp_world *world, struct bp_node *node);

/* Whether what is drawn from onehot has a single 1 in each row, and not in each column. */
bool bp_onehot_in_rows(const struct bp_node *node);

/* A seed for everything that is drawn for this name in this trial. */
uint64_t bp_world_seed(const struct bp_world *world, const char *name);

/* The same of another trial. */
uint64_t bp_world_seed_of_trial(const struct bp_world *world, const char *name, size_t trial);

/* "W[2]"; NULL when memory is short. */
const char *bp_indexed_name(struct bp_arena *arena, const char *name, const long *index,
                            size_t count);

#endif
