/* Tokens in our spelling, whatever the spelling of the text.
 *
 * Between the lexer and the parser stands a stream that turns what people bring along into tokens
 * of the language: \frac{a}{b} into (a)/(b), W^{[l]T} into W[l]', np.sum(A, axis=1) into rowsum(A),
 * W1A0 into W[1] A[0].  So the parser and everything behind it know one language, and every token
 * keeps the bytes that were written: what is put in between two of them is empty and points there,
 * and what was left out belongs to the token before or after it.
 *
 * A token that was spelled otherwise says so, and the parser tells it once in a file.  Text in our
 * own spelling passes through as it is.  A stream is a value; copying it is how the parser looks
 * ahead.
 */
#ifndef BP_LANG_FOREIGN_STREAM_H
#define BP_LANG_FOREIGN_STREAM_H

#include "lang/token.h"

struct bp_bracket_form;

enum { BP_STREAM_LONGEST = 14, BP_STREAM_DEEPEST = 48 };

struct bp_stream_bracket {
  const struct bp_bracket_form *form; /* how its commas and its end are read */
  unsigned char arguments;            /* that were read before */
};

struct bp_stream {
  struct bp_lexer lexer;
  struct bp_token queue[BP_STREAM_LONGEST]; /* read, and not taken yet: from `first` on */
  size_t first, count;
  struct bp_token last; /* the one that went before */
  struct bp_stream_bracket open[BP_STREAM_DEEPEST];
  size_t depth; /* open brackets, of which the first BP_STREAM_DEEPEST are known */
  size_t held;  /* primes that stand before a raised index and belong behind it */
  size_t sum;   /* 1 + the depth at which a sum was begun, whose ^ is a bound; or 0 */
  /* A subscript that stands before a raised index and belongs behind it, as in b_j^l: its bytes,
   * and where to go on behind it; all 0 where there is none. */
  struct bp_span before;
  size_t back_at, back_to;
  size_t row;        /* where a row of a table ends of which a shape is read, or 0 */
  bool defines;      /* this is a let or a write */
  bool declares;     /* names are declared here, which nothing is known of */
  bool latex;        /* something of this statement was LaTeX */
  bool line;         /* at the beginning of a line */
  bool first_name;   /* the token that went before begins a line */
  bool nabla;        /* below a ∇, where no letter is an index */
  bool moving;       /* a parenthesis behind a ∂ went before */
  bool moved;        /* the token that went before is the name behind a ∂ */
  struct bp_name *T; /* the transpose, unless the file declares it */
};

/* The stream at the start of the text. */
struct bp_stream bp_stream_new(const struct bp_source *source, struct bp_names *names);

/* Gives sizes that are called as a family of the text a name of their own; false without memory. */
bool bp_tell_sizes_apart(const struct bp_source *source, struct bp_names *names);

/* Where, from there on, the next line begins that gives what a line above it uses; the end of the
 * text where there is none. */
size_t bp_late_given(const struct bp_source *source, struct bp_names *names, size_t from);

/* Takes the next token. */
struct bp_token bp_stream_next(struct bp_stream *stream);

/* Goes behind square brackets where `*token`, the last of the stream, opens some: *token is what
 * follows.  False where they are not closed on the line. */
bool bp_stream_behind_brackets(struct bp_stream *stream, struct bp_token *token);

/* Takes the rest of the line as it stands; see bp_lexer_rest_of_line. */
struct bp_token bp_stream_rest_of_line(struct bp_stream *stream);

/* Goes back to that byte of the source, which is behind the token taken last. */
void bp_stream_return(struct bp_stream *stream, size_t at);

/* Forgets open brackets: a statement begins. */
void bp_stream_restart(struct bp_stream *stream);

#endif
