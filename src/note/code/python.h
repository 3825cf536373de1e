/* Python, as far as formulas stand in it: logical lines, and the functions, classes, loops and
 * branches around them.
 *
 * Nothing is run.  A program with loops and branches means something else at every turn, so what is
 * inside of them is marked; a straight line of assignments is what somebody derived, written in
 * NumPy.
 */
#ifndef BP_NOTE_CODE_PYTHON_H
#define BP_NOTE_CODE_PYTHON_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/diag.h"

enum bp_code_line_kind {
  BP_CODE_ASSIGNMENT, /* target = value, target += value */
  BP_CODE_RETURN,     /* return value */
  BP_CODE_OTHER       /* a call, an import, a header */
};

struct bp_code_line {
  enum bp_code_line_kind kind;
  struct bp_span span;          /* without its indentation and its comment */
  struct bp_span target, value; /* ASSIGNMENT; RETURN has a value */
  char sign;                    /* '=', or the operator of +=, -=, ... */
  size_t unit;                  /* whose body it is in */
  bool branched;                /* in a branch, or in a loop whose variable it mentions */
};

/* The body of a function, or (the first one) what stands outside of all functions. */
struct bp_code_unit {
  struct bp_span name;       /* of the function */
  struct bp_span parameters; /* between its parentheses */
  size_t owner;              /* 1 + which class it is a method of; 0: none */
  size_t loops, branches;    /* in it */
};

enum bp_code_block_kind {
  BP_CODE_FUNCTION,
  BP_CODE_CLASS,
  BP_CODE_LOOP,
  BP_CODE_BRANCH,
  BP_CODE_HARMLESS /* with, try: what stands in it is done once */
};

/* What a header opens.  Blocks count from 1 where something says in which one it stands; 0: none.
 */
struct bp_code_block {
  enum bp_code_block_kind kind;
  struct bp_span header; /* without its colon */
  size_t parent;
  size_t unit;  /* FUNCTION: the body that it opens; otherwise that around it */
  size_t owner; /* CLASS: which one, from 1 */
};

/* A logical line of any kind, in the order of the text, as one that is followed turn by turn. */
struct bp_code_statement {
  enum bp_code_line_kind kind;
  struct bp_span span, target, value;
  char sign;
  size_t block; /* the innermost one that it stands in */
  size_t opens; /* the block that it is the header of; 0: it is none */
};

struct bp_code {
  const struct bp_source *source;
  struct bp_code_statement *statements;
  size_t statement_count, statement_capacity;
  struct bp_code_block *blocks;
  size_t block_count, block_capacity;
  struct bp_code_line *lines;
  size_t line_count, line_capacity;
  struct bp_code_unit *units;
  size_t unit_count, unit_capacity;
  size_t classes;
  bool long_one; /* it has more lines than are read */
};

/* Begins a program without a line.  False where memory is short. */
bool bp_code_begin(const struct bp_source *source, struct bp_arena *arena, struct bp_code *code);

/* Adds the lines of [begin, end), of which `quotes` marks of a quotation are left out at the
 * beginning of each.  What stands outside of functions goes on from where the text before ended.
 * False where memory is short. */
bool bp_code_add(struct bp_code *code, size_t begin, size_t end, unsigned quotes,
                 struct bp_arena *arena);

#endif
