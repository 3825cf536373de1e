/* An expression of Python as it is written, with subscripts, calls, lists and comprehensions: what
 * somebody who follows a program turn by turn must know of it.  What it means as a formula is told
 * in arrays.c.
 */
#ifndef BP_NOTE_CODE_SYNTAX_H
#define BP_NOTE_CODE_SYNTAX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/diag.h"

enum bp_syntax_kind {
  BP_SYNTAX_UNREAD,
  BP_SYNTAX_NUMBER,
  BP_SYNTAX_TEXT,     /* "W": `text` without its quotes */
  BP_SYNTAX_NAME,     /* `text` */
  BP_SYNTAX_FIELD,    /* child.text */
  BP_SYNTAX_PART,     /* child[others]: one for each axis */
  BP_SYNTAX_SLICE,    /* a:b, of what it has; a member that is missing is NULL */
  BP_SYNTAX_CALL,     /* child(others) */
  BP_SYNTAX_KEYWORD,  /* text=child, as an argument */
  BP_SYNTAX_SIGN,     /* -child */
  BP_SYNTAX_OPERATOR, /* `sign`: + - * / @ ^ and, as one sign each, i (//) % ? (anything else) */
  BP_SYNTAX_COMPARED, /* `sign`: < > l (<=) g (>=) = (==) n (!=) ? (in, is, a chain) */
  BP_SYNTAX_BOTH,     /* and, or, not: only that it is such */
  BP_SYNTAX_CHOICE,   /* child if child else child: value, condition, other value */
  BP_SYNTAX_TUPLE,
  BP_SYNTAX_LIST,
  BP_SYNTAX_DICTIONARY, /* key, value, key, value, ... */
  BP_SYNTAX_EACH        /* [child for child in child]: what, for which names, of what */
};

struct bp_syntax {
  enum bp_syntax_kind kind;
  struct bp_span span;
  struct bp_span word; /* the name, or the sign between two operands */
  const char *text;
  char sign;
  bool grouped; /* `span` has its parentheses */
  bool curly;   /* EACH: it makes a dictionary */
  struct bp_syntax **child;
  size_t count, capacity;
};

/* Reads the bytes of `span`, several values with commas between them as a TUPLE.  NULL only where
 * memory is short. */
struct bp_syntax *bp_syntax_read(const struct bp_source *source, struct bp_span span,
                                 struct bp_arena *arena);

/* Whether a name so called stands anywhere in it. */
bool bp_syntax_mentions(const struct bp_syntax *node, const char *name);

/* Whether it is the name `name`. */
bool bp_syntax_is(const struct bp_syntax *node, const char *name);

#endif
