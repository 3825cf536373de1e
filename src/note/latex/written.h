/* Text that was made of a note, each byte of which knows the bytes of the note that it stands for.
 *
 * Cleaning a formula leaves things out, macros put things in, and the text of a derivation is put
 * together from formulas of many places.  Through all of it every byte keeps the place in the note
 * that a person would point at: for what a macro has put in, that is the use of the macro.  So
 * whatever is said later of the text can be said of the note.
 */
#ifndef BP_NOTE_LATEX_WRITTEN_H
#define BP_NOTE_LATEX_WRITTEN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/diag.h"

struct bp_written {
  struct bp_arena *arena; /* of both lists */
  char *text;             /* with a 0 behind it, for whoever looks at what follows; NULL: none */
  struct bp_span *from;   /* where each byte comes from */
  size_t length;
  size_t capacity, from_capacity;
};

static inline struct bp_written bp_written_new(struct bp_arena *arena) {
  return (struct bp_written){.arena = arena};
}

/* Adds bytes that all stand for `from`.  False when memory is short, which the arena remembers. */
bool bp_written_add(struct bp_written *written, const char *text, size_t length,
                    struct bp_span from);

/* Adds the bytes [begin, end) of a source, each from its own place; false where memory is short. */
bool bp_written_raw(struct bp_written *written, const char *text, size_t begin, size_t end);

/* Adds the bytes [begin, end) of another one, with their places. */
bool bp_written_copy(struct bp_written *written, const struct bp_written *other, size_t begin,
                     size_t end);

/* The bytes of the note that [begin, end) stand for; an empty span is where the next byte is. */
struct bp_span bp_written_from(const struct bp_written *written, size_t begin, size_t end);

static inline bool bp_is_letter(char sign) {
  return (sign >= 'a' && sign <= 'z') || (sign >= 'A' && sign <= 'Z');
}

/* The first place from `at` on that is no blank, or `end`. */
static inline size_t bp_behind_blanks(const char *text, size_t at, size_t end) {
  while (at < end && text[at] == ' ')
    at++;
  return at;
}

/* Where the parenthesis closes that opens at `open`; `end`: nowhere. */
size_t bp_closing_parenthesis(const char *text, size_t open, size_t end);

/* So many braces may lie in one another.  Whoever reads a formula asks each of its n braces for its
 * end; where they were followed to any depth, that would take n² steps. */
enum { BP_MOST_BRACES = 200 };

/* The end of the group that opens at `at`: behind the brace that closes the one there.  Where there
 * is none, or too many lie in one another, `end`. */
size_t bp_group_end(const char *text, size_t at, size_t end);

/* The end of the command at `at`, which is a backslash: behind its letters, or its one sign. */
size_t bp_command_end(const char *text, size_t at, size_t end);

/* Whether the command at [at, end) is \word. */
bool bp_command_is(const char *text, size_t at, size_t end, const char *word);

/* Where `what` stands first in [begin, end); `end` where it does not. */
size_t bp_text_find(const char *text, size_t begin, size_t end, const char *what);

/* Whether `what` stands at `at`, and all of it before `end`. */
bool bp_text_is_at(const char *text, size_t at, size_t end, const char *what);

/* Whether one of these, of which NULL is the last, stands in [begin, end). */
bool bp_text_has_any(const char *text, size_t begin, size_t end, const char *const *what);

#endif
