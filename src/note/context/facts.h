/* Facts about functions of numbers: g'(z) = g(z)(1 - g(z)), tanh z = (e^z - e^{-z})/(e^z + e^{-z}).
 *
 * Notes on networks stop to differentiate an activation, and say there what it is, in letters that
 * mean something else in the rest of the note: g of the sigmoid's section is not that of the next
 * one, and z is a number.  So such a statement is a context of its own, whose declarations are the
 * definitions that stand nearest to it.
 */
#ifndef BP_NOTE_CONTEXT_FACTS_H
#define BP_NOTE_CONTEXT_FACTS_H

#include "note/context/context.h"

struct bp_fact {
  struct bp_note_context context; /* OWN, with one member; its readings differ in `ranged` */
  bool certain; /* all that it uses is known functions, or defined once, before it in its section */
  bool ranged;  /* the first reading heeds what the note says of its numbers, the second does not */
  bool binding; /* what it says is surely meant for the statement */
  bool figures; /* it has no letters, and what its signs mean is plain */
};

struct bp_facts {
  struct bp_fact *list;
  size_t count, capacity;
};

/* 0, or -1 where memory is short. */
int bp_facts_find(const struct bp_note *note, struct bp_arena *arena, struct bp_facts *facts);

#endif
