/* What the files that work out expressions share. */
#ifndef BP_NOTE_TURNS_PARTS_H
#define BP_NOTE_TURNS_PARTS_H

#include "note/turns/turns.h"

extern const char bp_not_understood[];

/* The arguments of a call, worked out: the array itself first, where it is a method of one. */
struct bp_turns_arguments {
  struct bp_span span;
  struct bp_turns_held *list[BP_CODE_MOST_ARGUMENTS];
  size_t count;
  int axis;
  bool keeps; /* keepdims */
  bool fails;
  struct bp_turns_held *size; /* size=…, shape=…, or NULL */
};

struct bp_turns_held *bp_held_text(struct bp_turns *turns, const char *text);

/* A text, or a count in figures; NULL: it is neither. */
const char *bp_held_key(struct bp_turns *turns, const struct bp_turns_held *at);

/* The same array at the place where it is used. */
struct bp_turns_held *bp_turns_placed(struct bp_turns *turns, const struct bp_syntax *node,
                                      struct bp_turns_held *held);

/* Takes what is given for an array of one axis. */
void bp_turns_flat(struct bp_turns *turns, struct bp_turns_held *of);

/* Takes what is given, or what is given in a list, for numbers of entries. */
void bp_turns_counts(struct bp_turns *turns, const struct bp_turns_held *held);

/* The classes `at` as a matrix with a single 1 in each row, np.eye(k)[y]; NULL: `made` is no such
 * matrix. */
struct bp_turns_held *bp_turns_one_hot(struct bp_turns *turns, const struct bp_syntax *made,
                                       const struct bp_turns_held *at);

/* The value of an operand, as an array; NULL: it is none. */
struct bp_turns_held *bp_turns_operand(struct bp_turns *turns, const struct bp_syntax *node,
                                       struct bp_turns_held **value);

/* How many entries an axis has. */
struct bp_turns_held *bp_turns_size(struct bp_turns *turns, const struct bp_syntax *node,
                                    struct bp_code_node *of, int axis);

/* What nobody computes: given, or how many layers there are. */
struct bp_turns_held *bp_turns_unknown_name(struct bp_turns *turns, const char *name);

/* np, torch, np.linalg */
bool bp_turns_is_module(const struct bp_syntax *node);

/* The class whose method is followed; 0: none. */
size_t bp_turns_owner(const struct bp_turns *turns);

struct bp_turns_held *bp_turns_called(struct bp_turns *turns, const struct bp_syntax *call);

/* What a value takes the target from, a of a - y, or what is taken from it, where that is computed;
 * NULL: nothing.  dy = a - y is no derivative by y, but by a. */
const struct bp_code_node *bp_turns_compared(const struct bp_turns *turns,
                                             const struct bp_code_node *node, const char *target);

struct bp_turns_held *bp_turns_members_of(struct bp_turns *turns, const struct bp_syntax *node,
                                          struct bp_turns_held *of);

/* ---- assignment (turns.c) ------------------------------------------------ */

/* The step that an array was assigned by, as long as nothing was computed from it: it is taken
 * back, and its formula is what the array is. */
struct bp_turns_held *bp_turns_taken_back(struct bp_turns *turns, struct bp_turns_held *held);

/* The list or the table of which the target is a member; NULL: it is none. */
struct bp_turns_held *bp_turns_container(struct bp_turns *turns, const struct bp_syntax *target,
                                         const char **key, long *index);

/* The name, or the last field, that a target is or is a part of. */
const char *bp_turns_name_of(const struct bp_syntax *node);

bool bp_turns_assign_member(struct bp_turns *turns, const struct bp_syntax *target,
                            struct bp_turns_held *held);

/* ---- layers (backward.c) -------------------------------------------------- */

/* The method that computes what `unit` goes back through; 0: it is no such method. */
size_t bp_layer_forward(const struct bp_code_steps *steps, size_t unit);

/* Tells what the derivative is by that backward, whose parameters are set, is handed; forward was
 * followed.  False where memory is short, as below. */
bool bp_layer_hand(struct bp_turns *turns, const struct bp_turns_frame *frame, size_t forward);

/* Tells what that is the derivative by which backward, which was followed, returns. */
bool bp_layer_returned(struct bp_turns *turns, const struct bp_turns_frame *frame, size_t forward);

/* ---- changes (changes.c) -------------------------------------------------- */

/* Whether what is assigned to a name that held `before` is the parameter so called and a step along
 * its derivative: W = W - rate * dW. */
bool bp_turns_is_update(const struct bp_turns *turns, const char *key,
                        const struct bp_turns_held *before, const struct bp_turns_held *held);

/* Adds a step of training of the parameter `old`.  Where what is added to it is the product itself,
 * W += x.T.dot(d), that stands for its derivative.  False where there are too many steps. */
bool bp_turns_update(struct bp_turns *turns, const struct bp_turns_held *old, char sign,
                     const struct bp_turns_held *value);

/* ---- nodes (arrays.c) ---------------------------------------------------- */

struct bp_code_node *bp_turns_function_node(struct bp_turns *turns, struct bp_span span,
                                            const char *name, struct bp_code_node *one,
                                            struct bp_code_node *other);
struct bp_code_node *bp_turns_transposed(struct bp_turns *turns, struct bp_span span,
                                         struct bp_code_node *of);
struct bp_code_node *bp_turns_number(struct bp_turns *turns, struct bp_span span, long value);

/* ---- arrays that are made (made.c); NULL: it is not known which ----------- */

/* By the function `name`; `fresh`: drawn at random, or filled with anything. */
struct bp_turns_held *bp_made_zeros(struct bp_turns *turns, const struct bp_turns_arguments *call,
                                    const char *name, bool fresh);
struct bp_turns_held *bp_made_ones(struct bp_turns *turns, const struct bp_turns_arguments *call,
                                   const char *name);
struct bp_turns_held *bp_made_reshaped(struct bp_turns *turns,
                                       const struct bp_turns_arguments *call);

/* Given arrays beside one another. */
struct bp_turns_held *bp_made_stacked(struct bp_turns *turns,
                                      const struct bp_turns_arguments *call);

#endif
