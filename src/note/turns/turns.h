/* A program that is followed turn by turn, as one reads it: loops over a handful of samples, layers
 * or steps of time, lists and dictionaries of arrays, functions that call one another.
 *
 * Nothing is computed.  An array is a formula in names that are assigned once; a count, such as a
 * layer, is a number; how many samples or layers there are is chosen where the program leaves it
 * open.  What comes of it is a straight line of assignments, which program.c takes like any other.
 */
#ifndef BP_NOTE_CODE_TURNS_H
#define BP_NOTE_CODE_TURNS_H

#include "note/code/steps.h"
#include "note/turns/syntax.h"

enum bp_held_kind {
  BP_HELD_UNKNOWN,
  BP_HELD_NONE,
  BP_HELD_COUNT, /* `count` */
  BP_HELD_TEXT,  /* `text` */
  BP_HELD_ARRAY, /* `node`, which is one value for all who hold it */
  BP_HELD_ZEROS, /* an array in which something is added up; `like` which other one */
  BP_HELD_LIST,  /* `slots` in their order */
  BP_HELD_TABLE, /* `slots` by their keys: a dictionary, an object */
  BP_HELD_SIZES  /* the shape of `node` */
};

/* How an array of one axis lies here, where all have two. */
enum bp_held_way { BP_WAY_OPEN, BP_WAY_ROW, BP_WAY_COLUMN };

enum { BP_RANK_OPEN = 9 };

struct bp_slot {
  const char *key;
  struct bp_turns_held *held;
};

struct bp_turns_held {
  enum bp_held_kind kind;
  long count;
  long turns; /* COUNT: how many turns the loop has that counts it; 0: none does */
  const char *text;
  struct bp_code_node *node;
  const struct bp_turns_held *like;
  int rank; /* ARRAY: 0, 1, 2 or OPEN */
  enum bp_held_way way;
  bool given;         /* nobody computes it; `text` is its name */
  bool counts;        /* given: a number of entries, as the shape of an array says */
  bool asked, listed; /* given: whether it was asked if it is a list, and the answer */
  bool open;          /* LIST, TABLE: members are given as they are asked for */
  bool blank;         /* TABLE, open: its members begin as zeros, each like what is given so */
  bool label;         /* which class a sample belongs to: an array that is used as an index */
  size_t step;        /* ARRAY: 1 + the step that assigned it; 0: none did */
  const char *why;    /* UNKNOWN */
  struct bp_slot *slots;
  size_t count_of_slots, capacity;
};

/* The body of a function that is being followed. */
struct bp_turns_frame {
  size_t unit, call;                /* which body, and how many were followed before it */
  struct bp_turns_held names;       /* a table */
  struct bp_turns_held *self;       /* the object whose method it is, or NULL */
  const struct bp_turns_held *lent; /* the names of the body that it is handed values of, or NULL */
  struct bp_turns_held *returned;
  const struct bp_code_statement *returns; /* where, or NULL */
  size_t parameters;                       /* the first of `names` */
  bool over, next_turn, broken;            /* behind return, continue, break */
  const long *turn;                        /* of the innermost loop that is followed, or NULL */
  struct bp_turns_frame *caller;
};

struct bp_turns {
  const struct bp_code_steps *steps; /* of the program as it is written */
  struct bp_arena *arena;
  struct bp_code_steps *flat; /* the assignments, each made once */
  size_t step_capacity;
  struct bp_turns_held givens;    /* a table: what nobody computes, by name */
  struct bp_turns_held globals;   /* a table: what stands outside of all functions */
  struct bp_turns_held **selves;  /* of each class, from 1 */
  bool *followed;                 /* which bodies were, for what they leave in objects */
  bool *entered;                  /* which bodies were followed at all */
  struct bp_turns_held **results; /* of each body that was followed for its own sake, or NULL */
  struct bp_turns_frame **frames;
  struct bp_code_fixed *fixed;
  size_t fixed_count, fixed_capacity;
  const char **labels; /* names of classes of samples */
  size_t label_count, label_capacity;
  struct bp_code_handed *handed;
  size_t handed_count, handed_capacity;
  struct bp_turns_frame *frame;
  const struct bp_code_statement *statement; /* that is followed */
  const char *loss;                          /* its last name */
  bool loss_cut;   /* what is returned for it has a part of which nothing is known */
  int loss_rank;   /* how plainly that is called so */
  bool numbers;    /* each x is a number, and not a row */
  size_t work;     /* expressions so far */
  size_t calls;    /* bodies that were followed */
  size_t copies;   /* nodes of names at other places */
  size_t scanned;  /* bytes in which names were looked for */
  int of_numbers;  /* it has no arrays: 1, -1 if it has, 0 not asked */
  long layers;     /* what was chosen for L, or 0 */
  int depth;       /* of calls */
  const char *why; /* the first thing that was not understood and mattered */
};

/* ---- values (held.c) ----------------------------------------------------- */

struct bp_turns_held *bp_held_new(struct bp_turns *turns, enum bp_held_kind kind);
struct bp_turns_held *bp_held_unknown(struct bp_turns *turns, const char *why);
struct bp_turns_held *bp_held_count(struct bp_turns *turns, long count);
struct bp_turns_held *bp_held_array(struct bp_turns *turns, struct bp_code_node *node, int rank,
                                    enum bp_held_way way);

/* A name that nobody computes: the same one for everybody who uses that name. */
struct bp_turns_held *bp_held_given(struct bp_turns *turns, const char *name);

/* The member of a table, or NULL; and its assignment.  False where memory is short. */
struct bp_turns_held *bp_held_member(const struct bp_turns_held *table, const char *key);
bool bp_held_put(struct bp_turns *turns, struct bp_turns_held *table, const char *key,
                 struct bp_turns_held *held);
bool bp_held_append(struct bp_turns *turns, struct bp_turns_held *list, struct bp_turns_held *held);

/* The member `index` of a list, counted from its end where it is negative; NULL: there is none. */
struct bp_turns_held *bp_held_item(const struct bp_turns_held *list, long index);

/* Makes a given name a list, or a table, of given members. */
bool bp_held_open_list(struct bp_turns *turns, struct bp_turns_held *given);
void bp_held_open_table(struct bp_turns_held *given);

/* A member of an open table. */
struct bp_turns_held *bp_held_open_member(struct bp_turns *turns, struct bp_turns_held *table,
                                          const char *key);

/* How many members it has: a list, a table that is open (of weights and biases), or the first axis
 * of an array, which then has as many as are followed.  -1: it has none. */
long bp_held_length(struct bp_turns *turns, struct bp_turns_held *held);

/* That an axis of an array has so many entries; 0: as many as samples. */
bool bp_turns_fix(struct bp_turns *turns, const struct bp_code_node *of, int axis, long count);

/* How often a loop along an axis of what is called so is followed. */
long bp_turns_along(const char *name, int axis);

/* Whether members of what is called so are arrays of their own (weights), and not its rows (X). */
bool bp_is_list(const struct bp_turns *turns, const char *name);

/* Whether what is called so, which nobody computes, stands in the keys of members: how many layers
 * there are, p['W' + str(L)]. */
bool bp_is_layer_count(struct bp_turns *turns, const char *key);

/* A word as a key: without underscores. */
const char *bp_turns_key(struct bp_turns *turns, const char *word);

/* ---- nodes (arrays.c) ---------------------------------------------------- */

struct bp_code_node *bp_turns_node(struct bp_turns *turns, enum bp_code_node_kind kind,
                                   struct bp_span span, struct bp_code_node *one,
                                   struct bp_code_node *other);
struct bp_code_node *bp_turns_operation(struct bp_turns *turns, struct bp_span span, char sign,
                                        struct bp_span word, struct bp_code_node *one,
                                        struct bp_code_node *other);

/* What it is as an array: counts are numbers.  NULL: it is none. */
struct bp_turns_held *bp_turns_array(struct bp_turns *turns, struct bp_turns_held *held);

/* One with another; the sign as in bp_code_node. */
struct bp_turns_held *bp_turns_elementwise(struct bp_turns *turns, struct bp_span span, char sign,
                                           struct bp_span word, struct bp_turns_held *one,
                                           struct bp_turns_held *other);

/* The value of a call of NumPy or of a method of an array; NULL: it is none that is known. */
struct bp_turns_held *bp_turns_numpy(struct bp_turns *turns, const struct bp_syntax *call,
                                     const char *name, struct bp_turns_held *self);

/* Entries of an array; `at` has what stands between the brackets. */
struct bp_turns_held *bp_turns_entry(struct bp_turns *turns, const struct bp_syntax *part,
                                     struct bp_turns_held *of, struct bp_turns_held **at);

/* The array with `what` in the place of some entries, or added to them (`sign` + or -). */
struct bp_turns_held *bp_turns_written(struct bp_turns *turns, const struct bp_syntax *part,
                                       struct bp_turns_held *of, struct bp_turns_held **at,
                                       char sign, struct bp_turns_held *what);

/* ---- expressions (evaluate.c) and statements (turns.c) ------------------- */

/* Never NULL but where memory is short. */
struct bp_turns_held *bp_turns_value(struct bp_turns *turns, const struct bp_syntax *node);

/* What stands between brackets on one axis: a count, "every", "new", a class. */
struct bp_turns_held *bp_turns_index(struct bp_turns *turns, const struct bp_syntax *node);

/* The members of what a loop runs over, as a list; NULL: they are not known. */
struct bp_turns_held *bp_turns_members(struct bp_turns *turns, const struct bp_syntax *node);

struct bp_syntax *bp_turns_syntax(struct bp_turns *turns, size_t begin, size_t end);

/* A name that no step has. */
const char *bp_turns_fresh(struct bp_turns *turns, const char *key);

/* Adds an assignment in the statement that is followed.  NULL where there are too many. */
struct bp_code_step *bp_turns_step(struct bp_turns *turns, enum bp_step_kind kind, const char *key,
                                   struct bp_span place, struct bp_code_node *value);

/* Takes a number for the loss, under a name of its own. */
void bp_turns_call_loss(struct bp_turns *turns, const struct bp_turns_held *value);

/* What a name holds to which `held` is assigned: a formula gets a step, a derivative by `base`
 * unless that is NULL. */
struct bp_turns_held *bp_turns_defined(struct bp_turns *turns, const char *key, const char *base,
                                       struct bp_span place, struct bp_turns_held *held);

/* Where the block ends whose header is the statement. */
size_t bp_turns_block_end(const struct bp_code *code, size_t header);

/* Follows [begin, end) of the statements.  False where memory is short. */
bool bp_turns_statements(struct bp_turns *turns, size_t begin, size_t end);

/* Binds a name, a tuple of names, a member of a list or of a table. */
bool bp_turns_assign(struct bp_turns *turns, const struct bp_syntax *target,
                     struct bp_turns_held *held);

/* `target` with `value` added, or the like. */
bool bp_turns_change(struct bp_turns *turns, const struct bp_syntax *target, char sign,
                     struct bp_turns_held *value);

/* Follows the body of a function whose names are set; what it returns. */
struct bp_turns_held *bp_turns_follow(struct bp_turns *turns, struct bp_turns_frame *frame);

/* Calls a function of the program: the unit, with arguments. */
struct bp_turns_held *bp_turns_call(struct bp_turns *turns, size_t unit, struct bp_turns_held *self,
                                    const struct bp_syntax *call);

/* The function so called, as its unit, a method of `owner` or none (0); 0: there is none. */
size_t bp_turns_function(const struct bp_turns *turns, const char *name, size_t owner);

/* The member of an object, after the method that assigns it was followed. */
struct bp_turns_held *bp_turns_field(struct bp_turns *turns, struct bp_turns_held *self,
                                     size_t owner, const char *name);

/* Follows what the body `unit` needs, and the body; `numbers`: a sample that is called by a small
 * letter is a number.  0, or -1 where memory is short. */
int bp_turns_find(const struct bp_code_steps *steps, size_t unit, bool numbers,
                  struct bp_arena *arena, struct bp_turns *turns);

#endif
