/* What the rules of the stream share; nothing outside this folder includes it.
 *
 * A rule gets a token that the lexer made.  It reads on in the stream's lexer as far as it needs,
 * and puts what stands for it into the queue: at most BP_STREAM_LONGEST tokens.  It returns false
 * where it has nothing to say, and then has read nothing.
 */
#ifndef BP_LANG_FOREIGN_REWRITE_H
#define BP_LANG_FOREIGN_REWRITE_H

#include "lang/foreign/stream.h"

/* What becomes of the parts of a bracket. NULL: they stay as they are. */
struct bp_bracket_form {
  const char *between; /* for a comma */
  const char *close;   /* for the closing bracket */
  /* What follows the closing bracket, NULL for nothing: LaTeX has arguments in brackets of their
   * own, and a raised index has a brace behind it.  It has put everything into the queue. */
  void (*after)(struct bp_stream *stream, struct bp_token closing);
  /* What a comma begins, NULL for nothing of its own: it reads on up to the closing bracket, or
   * returns false and has read nothing. */
  bool (*comma)(struct bp_stream *stream, struct bp_token comma);
  bool native; /* as our own language has it */
  bool one;    /* what follows the first argument is left out: axis=1, keepdims=True */
  bool matrix; /* & separates columns, and \\ rows */
  bool index;  /* what stands in it picks a member or an element */
  bool blanks; /* separate its entries */
};

/* ---- stream.c ---- */

void bp_push(struct bp_stream *stream, struct bp_token token);

/* Puts the tokens of a piece of our language into the queue, for the bytes `whole`.  Where it opens
 * something, its first token has these bytes; where it closes something, its last; what else there
 * is has none. */
enum bp_piece_end { BP_PIECE_OPENS, BP_PIECE_BETWEEN, BP_PIECE_CLOSES };
void bp_push_piece(struct bp_stream *stream, const char *piece, struct bp_span whole,
                   enum bp_piece_end kind);

/* Marks the token that was put in at `index` as spelled otherwise. */
void bp_mark(struct bp_stream *stream, size_t index, enum bp_spelling spelling, const char *ours);

/* The tokens of '^(-1), for the bytes `whole`. */
void bp_push_inverse_transpose(struct bp_stream *stream, struct bp_span whole);

/* A bracket of this form is open from here on. */
void bp_push_bracket(struct bp_stream *stream, const struct bp_bracket_form *form);

/* The next token of the lexer as it stands, which is not taken. */
struct bp_token bp_ahead(const struct bp_stream *stream);

/* Whether what was put in last can be the end of an operand, and stands right before `at`. */
bool bp_operand_before(const struct bp_stream *stream, size_t at);

extern const struct bp_bracket_form bp_form_brace; /* {a} for (a) */

/* ---- latex.c: \word ---- */

bool bp_read_command(struct bp_stream *stream, struct bp_token token);

/* The name in \hat{y}, \mathrm{T}, \sigma or y, if that stands at the lexer, which is then behind
 * it; otherwise NULL. */
struct bp_name *bp_read_face(struct bp_stream *stream, struct bp_lexer *lexer, int depth);

/* ---- numpy.c: A.T, np.dot(A, B), [:, None] ---- */

bool bp_read_dot(struct bp_stream *stream, struct bp_token token);
bool bp_read_module(struct bp_stream *stream, struct bp_token token);
bool bp_read_keywords(struct bp_stream *stream, struct bp_token token);
bool bp_read_widths(struct bp_stream *stream, struct bp_token comma);
bool bp_read_new_axis(struct bp_stream *stream, struct bp_token token);

/* ---- gradient.c: W1.grad, grad W1, dL_dW1, d L/d x ---- */

bool bp_read_gradient_name(struct bp_stream *stream, struct bp_token token);

/* d logL/d mu, with blanks behind the d: dlogL/dmu. */
bool bp_read_d_apart(struct bp_stream *stream, struct bp_token token);

/* ---- raised.c: W^{[l]}, x^{(i)}, w^l, g'^{[l]}, h_t, b_j^l ---- */

bool bp_read_raised(struct bp_stream *stream, struct bp_token token);
bool bp_hold_prime(struct bp_stream *stream, struct bp_token token);
bool bp_read_lowered(struct bp_stream *stream, struct bp_token token);

/* Whether ^{(i)} stands at the lexer, or _j^{(i)}: the sample i of what goes before. */
bool bp_sample_follows(struct bp_lexer ahead);

/* ---- marked.c: x⁺, x* ---- */

bool bp_read_primed_name(struct bp_stream *stream, struct bp_token token);
bool bp_read_marked(struct bp_stream *stream, struct bp_token token);

/* Whether a numerator, which begins at the lexer, starts with the letter d and has nothing that
 * moves below it, \frac{dS K}{\sqrt{n}}: then dS is a name, and no half of a derivative. */
bool bp_is_name_above(const struct bp_lexer *lexer);

/* ---- scripts.c: a .+ b, f.(x), abs2(x), t(A) ---- */

bool bp_read_broadcast(struct bp_stream *stream, struct bp_token token);
bool bp_read_script(struct bp_stream *stream, struct bp_token token);

/* What the commas of clip(x, a, b) say. */
bool bp_read_limit(struct bp_stream *stream, struct bp_token comma);

/* What the comma of eye(n, n) says, which is nothing. */
bool bp_read_same_size(struct bp_stream *stream, struct bp_token comma);

/* [1 2; 3 4]: whether blanks separate the entries of the matrix whose bracket was opened, its form,
 * and the comma that the blank in front of a token stands for. */
bool bp_blanks_separate(const struct bp_stream *stream);
extern const struct bp_bracket_form bp_form_blanks;
void bp_read_blank(struct bp_stream *stream, struct bp_token token);

/* Tr(A), sign(x), eye(n): a function by another name, where the parenthesis follows. */
bool bp_read_function(struct bp_stream *stream, struct bp_token token);

/* ---- spaces.c: ℝᵏˣⁿ ---- */

bool bp_read_space(struct bp_stream *stream, struct bp_token token);

/* The row of a table that declares something, as W : n x k. */
bool bp_read_row(struct bp_stream *stream, struct bp_token token);

/* Whether given x_t : n for t = 1..T declares a family, or ŷ_t = … h_t … computes its members, the
 * lexer being behind the _. */
bool bp_declares_steps(const struct bp_stream *stream);
bool bp_defines_steps(const struct bp_stream *stream);

/* Whether ^{(i)} ∈ or ^{(i)} : goes on at the lexer, behind a name: members of it are given. */
bool bp_gives_members(struct bp_lexer lexer);

/* ---- spelled.c: W1, dZ2, W1A0, a for A, W_h ---- */

bool bp_read_spelled(struct bp_stream *stream, struct bp_token token);

/* The name W_h or W_{hh} where it begins with `name`, the lexer stands behind that, and the file
 * declares it, or does so here; the lexer is then behind all of it.  Otherwise `name`. */
struct bp_name *bp_read_joined(struct bp_stream *stream, struct bp_name *name,
                               struct bp_lexer *lexer);

/* σ² where the file has a variance of that name, or defines one here. */
bool bp_read_squared(struct bp_stream *stream, struct bp_token token);

/* Whether the rest of the line says that the letter runs: for t = 1..T. */
bool bp_ranges_over(struct bp_lexer lexer, const char *letter, size_t length);

/* The name x' where it begins with `name`, the lexer stands behind that, and the file declares it,
 * or does so here; the lexer is then behind all of it.  Otherwise `name`. */
struct bp_name *bp_read_primed(struct bp_stream *stream, struct bp_name *name,
                               struct bp_lexer *lexer);

/* The name that is declared, or that a small letter stands for in a network: of all samples for one
 * of them. NULL where there is none. */
struct bp_name *bp_declared_name(struct bp_stream *stream, const char *text, size_t length);

#endif
