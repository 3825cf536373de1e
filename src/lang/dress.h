/* What people put around a formula: "(3) ", "- **Output:** ", "Step 2: ", "hence " in front of it,
 * " (BP4)", ", by the chain rule", "." behind it, and lines that hold no formula at all, as
 * headings and the rows of a table.
 *
 * Both look at the text of one line, and are linear in it.  Whatever could be part of a formula is
 * left to the parser: a word that the file declares is never dress.
 */
#ifndef BP_LANG_DRESS_H
#define BP_LANG_DRESS_H

#include "base/diag.h"
#include "lang/names.h"

struct bp_dress {
  size_t begin;         /* where the formula begins */
  struct bp_span label; /* what the line is called in front of a colon; empty where it is not */
  bool number; /* a number in parentheses is among what was left out: it could be a factor */
};

/* What stands in front of the formula of the line whose text begins at `begin`. */
struct bp_dress bp_dress_before(const struct bp_source *source, struct bp_names *names,
                                size_t begin);

/* Where on the line that begins at `begin` a remark begins that goes up to its end or to its
 * comment: `begin` itself where the line is none of formulas; SIZE_MAX where there is none. */
size_t bp_remark_of(const struct bp_source *source, struct bp_names *names, size_t begin);

/* ---- what both share: dress.c ---- */

/* The text of a line without its comment and the blanks around it. */
struct bp_span bp_line_text(const struct bp_source *source, size_t begin);

/* The same as below of a letter that is not ASCII, at < end. */
size_t bp_wide_letter(const struct bp_source *source, size_t at, size_t end);

/* Bytes of the letter of a word at `at` (any that is no ASCII sign), 0 where there is none.  Every
 * line is gone through with it several times. */
static inline size_t bp_word_letter(const struct bp_source *source, size_t at, size_t end) {
  unsigned char byte = at < end ? (unsigned char)source->text[at] : ' ';
  if (byte < 0x80)
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
  return bp_wide_letter(source, at, end);
}

/* Whether the word is one that a line declares, or a function. */
bool bp_word_is_taken(const struct bp_source *source, struct bp_names *names, struct bp_span word);

/* Whether the text at `at` is one of these words, and no longer one; capital letters at the
 * beginning of it count as small ones. */
bool bp_word_among(const struct bp_source *source, struct bp_span word, const char *const *words,
                   size_t count);

/* Where a sign that compares, as = or ≈, stands outside of all brackets; `end` where none does. */
size_t bp_first_relation(const struct bp_source *source, size_t at, size_t end);

/* ---- what both share: remark.c ---- */

/* Whether a line is a sentence with a formula in it, "At the minimum x = 1 all slopes vanish.":
 * three words at least that no line declares, one of which sentences have. */
bool bp_is_sentence(const struct bp_source *source, struct bp_names *names, size_t begin);

/* Whether the text between two brackets is what a formula is called or why it holds: BP4, eq 2,
 * chain rule. */
bool bp_is_rule(const struct bp_source *source, struct bp_names *names, size_t begin, size_t end);

/* The next word from `at` on; empty at `end` where there is none. */
struct bp_span bp_next_word(const struct bp_source *source, size_t at, size_t end);

/* Whether the line is A, B : n x n, with more of that kind or a word behind it: a x or × stands
 * with blanks around it somewhere behind a colon; or b, c : number; or y : n in positive. */
bool bp_declares_shape(const struct bp_source *source, struct bp_span line);

#endif
