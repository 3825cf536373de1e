/* Where mathematics stands in a note: Markdown, LaTeX, or plain text, cut into passages.
 *
 * A passage is a stretch of the note that is read in one way: a formula, a block of code, a piece
 * of prose.  Passages come in the order of the text and do not overlap, but for headings, which are
 * followed by the passages that they are made of.  What lies between is layout.  Nothing is copied:
 * a passage names bytes of the note, so whatever is said of a formula later can be said at its
 * place.
 *
 * A formula in a quotation or a list has the marks of its container between its lines ("> " for
 * instance).  They belong to the bytes of the passage; `quotes` tells the reader of the formula how
 * many to leave out after each line break.
 */
#ifndef BP_NOTE_PASSAGE_H
#define BP_NOTE_PASSAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/diag.h"

enum bp_passage_kind {
  BP_PASSAGE_PROSE,     /* running text of one line, its container left out */
  BP_PASSAGE_HEADING,   /* likewise; `level` from 1 */
  BP_PASSAGE_FORMULA,   /* mathematics in LaTeX, without its delimiters */
  BP_PASSAGE_CODE,      /* the lines of a fenced block, or of verbatim and its like */
  BP_PASSAGE_CODE_SPAN, /* `x`, <code>x</code> */
  BP_PASSAGE_DIRECTIVE, /* what stands behind "backproof:" in a comment */
  BP_PASSAGE_IMAGE      /* a picture: what stands for it, and its address */
};

struct bp_passage {
  enum bp_passage_kind kind;
  struct bp_span span;     /* what is to be read */
  struct bp_span whole;    /* with its delimiters */
  struct bp_span language; /* CODE: "python"; empty where none is said */
  bool display;            /* FORMULA: set apart from the text */
  bool unclosed;           /* its end is missing, and it was taken to be that of the paragraph */
  unsigned level;          /* HEADING */
  unsigned quotes;         /* marks of quotation to be left out after a line break */
  unsigned cell;           /* the column of a table, from 1; 0: outside of tables */
  size_t section;          /* headings so far */
};

struct bp_passages {
  struct bp_passage *list;
  size_t count;
  size_t capacity;
};

enum bp_note_style {
  BP_NOTE_MARKDOWN, /* and plain text */
  BP_NOTE_TEX,      /* % begins a comment, and a dollar always means mathematics */
  BP_NOTE_PYTHON    /* a program as a whole */
};

/* Cuts the note into passages, which live in the arena.  Takes time in proportion to the length of
 * the text whatever is in it.  0, or -1 where memory is short. */
int bp_passages_find(const struct bp_source *source, enum bp_note_style style,
                     struct bp_arena *arena, struct bp_passages *passages);

#endif
