/* What the parts of the parser share; nothing outside this folder includes it.
 *
 * Every parsing function takes the tokens of its rule and returns what it made, or NULL (false)
 * when it recorded an error; the caller then gives up too, up to the statement, which recovers.  So
 * there is one error for each statement.  Nodes, lists and texts live in the pool of the parser,
 * which is the document's arena.
 */
#ifndef BP_LANG_PARSER_H
#define BP_LANG_PARSER_H

#include "lang/ast.h"
#include "lang/foreign/stream.h"
#include "lang/names.h"
#include "lang/parse.h"
#include "lang/token.h"

/* Where in a statement the parser is, as far as it changes how tokens are read. */
struct bp_inside {
  bool size;     /* x and × separate two sizes */
  bool matrix;   /* directly between [ and ], where a blank is not a comma */
  bool partial;  /* behind a ∂, whose slash ends the product that is differentiated */
  bool averages; /* directly in mean(…) or its like, where |r|^2 has elements */
};

enum { BP_MOST_PAIRS = 16, BP_MOST_LATE = 8 };

/* A list that grows: of pointers, or of whatever has the size that is given with each call. */
struct bp_list {
  void *items;
  size_t count, capacity;
};

struct bp_parser {
  struct bp_stream stream;
  const struct bp_source *source;
  struct bp_token token;    /* not yet taken */
  struct bp_token previous; /* taken last */
  struct bp_names names;
  struct bp_lang_pool pool;
  struct bp_diagnostics *diagnostics;
  size_t statement; /* which it is, from 1 */
  bool formula;     /* it claims or defines something, so that another one may follow on its line */
  const struct bp_expression *left; /* its first side; NULL while that is read */
  size_t again; /* 1 + where what H = a = b defines is read once more, as a claim; 0 elsewhere */
  size_t front; /* 1 + where the case of this line stands, in front of its formula; 0: nowhere */
  bool solved; /* the line says where its formulas hold: at the optimum, with a slope set to zero */
  bool passed; /* the line was an update that stands alone, and is no statement */
  struct bp_update update; /* which */
  bool at_place;           /* it says so by "at the optimum" */
  struct bp_span label;    /* what is in front of it and a colon; empty where nothing is */
  size_t brackets;         /* open ones, so that a line end is no end */
  size_t nesting;          /* of expressions, against a stack that overflows */
  size_t bars;             /* open ones: the next closes, and begins no operand */
  struct bp_inside inside;
  const struct bp_expression *varied; /* the one thing that `vary` names; NULL: none, or several */
  struct bp_span *hole; /* where the first ? of this statement goes; NULL: it may have none */
  struct bp_expression *pairs[BP_MOST_PAIRS]; /* sums over i<j that are not settled yet */
  size_t pair_count;
  size_t late[BP_MOST_LATE]; /* where lines begin that were read before the others */
  size_t late_count;
  bool memory_short;
  bool plain;         /* nothing in the file speaks for more than numbers */
  bool product_signs; /* the file writes products of matrices @ or np.dot, so its * is that of NumPy
                       */
  bool star_products, star_elements,
      other_products; /* a * is one of matrices; one is written otherwise */
  unsigned noted;     /* other spellings that were told of, a bit each */
  size_t *next_id;
  bp_parse_use *use;
  void *context;
  struct bp_list updates;
  const struct bp_document **used; /* whose names are declared here already */
  size_t used_count, used_capacity;
};

/* ---- unsaid/recursion.c ---- */

/* Whether [t] = … stands there, behind a name of which only h[0] is declared: the rest of a
 * recursion. */
bool bp_picks_by_letter(struct bp_stream ahead);

/* given h[0] : k, and then h[t] = … h[t-1] …: what is given becomes the first member of what is
 * computed. */
bool bp_begin_recursion(struct bp_parser *parser, struct bp_name *name, struct bp_list *statements);

/* The family of which the line computes members and none is computed yet; NULL where it does not.
 */
struct bp_name *bp_begins_recursion(const struct bp_parser *parser, enum bp_statement_kind kind,
                                    bool bare);

/* ---- grammar/effort.c ---- */

/* What there was before a line. */
struct bp_effort_before {
  size_t statements; /* how many */
  struct bp_diagnostics_mark told;
};

/* How many tokens may be looked at while the file is read, and whether it were more. */
void bp_effort_limit(struct bp_names *names, const struct bp_source *source);
bool bp_effort_is_spent(const struct bp_names *names);

/* The error for the line in which that was, in the place of all others of it. */
void bp_effort_complain(struct bp_parser *parser, struct bp_list *statements,
                        const struct bp_effort_before *before);

/* ---- cursor.c: tokens ---- */

/* Takes the token; line ends are skipped where the statement goes on. */
void bp_advance(struct bp_parser *parser);

/* Takes a sign at the end of a line, which leaves nothing open there. */
void bp_end_line(struct bp_parser *parser);

/* Whether another formula follows on the line, behind the comma, the arrow or the word `and` here.
 */
bool bp_more_follows(struct bp_parser *parser);

/* Tells once in a file that something is spelled otherwise than here; `span` is the first of it. */
void bp_note_spelling(struct bp_parser *parser, enum bp_spelling spelling, struct bp_span span,
                      const char *ours);

/* The token after the current one, as it stands there (a line end is a token). */
struct bp_token bp_peek(const struct bp_parser *parser);

/* Whether a comma separates two things in the parentheses that open at the current token. */
bool bp_comma_inside(const struct bp_parser *parser);

/* Takes a token of this kind, if it is one. */
bool bp_take(struct bp_parser *parser, enum bp_token_kind kind);

/* Takes the opening bracket and tells where in a statement it was found, which goes to bp_close. */
struct bp_inside bp_open(struct bp_parser *parser);

/* The current token is this word of the language (and no name of the file's). */
bool bp_is_word(const struct bp_parser *parser, enum bp_word word);

/* The current token is a name with this text. */
bool bp_is_named(const struct bp_token *token, const char *text);

/* Whether a token stands for a relation, and which; == counts as =. */
bool bp_relation_of(enum bp_token_kind kind, enum bp_relation *relation);

/* ---- dot/dot.c ---- */

/* Makes the inner product of each u · v of two columns, where the line does not want a column in
 * its place; false without memory. */
bool bp_settle_dots(struct bp_parser *parser, struct bp_statement *statement);

/* ---- unsaid/told.c ---- */

/* Names all that bare lines define or declare, since none of it is judged. */
void bp_tell_definitions(struct bp_parser *parser, const struct bp_list *statements);

/* ---- unsaid/apart.c ---- */

/* The kind of a line that gives a value or defines something by a whole number, where that is not
 * what its keyword says. */
enum bp_statement_kind bp_kind_by_value(struct bp_parser *parser, enum bp_statement_kind kind,
                                        bool bare);

/* Whether the comma here is followed by another size and its value. */
bool bp_at_next_size(const struct bp_parser *parser);

/* Whether the words in front of a formula say that it is an equation, which holds somewhere:
 * "Setting this to zero", "At the optimum", "Stationarity:". */
bool bp_says_where(const struct bp_source *source, size_t begin, size_t end, bool *at_place);

/* Takes from such a claim the = 0 at its end, or passes it over where it says what something given
 * is there; a note says so. */
void bp_settle_equation(struct bp_parser *parser, struct bp_statement *statement);

/* Takes title: Temperature scaling as a text, without its quotes. */
void bp_take_rest_as_text(struct bp_parser *parser);

/* Where a definition stands behind the formulas of this line, as behind their "where", and where
 * that begins; 0 where none does. */
size_t bp_definition_behind(struct bp_parser *parser, size_t *cut);

/* Where the formula begins behind the case that begins with that token, "for i ≠ j:"; 0 where none
 * does. */
size_t bp_behind_front(const struct bp_parser *parser, const struct bp_token *word);

/* ---- complain.c: errors ---- */

/* Records an error; false, so that a rule can return it. */
bool bp_complain(struct bp_parser *parser, struct bp_span span, const char *suggestion,
                 const char *format, ...) __attribute__((format(printf, 4, 5)));

/* The error for a token that does not fit: `expected` is what would have ("a name"); signs from
 * other languages get their own message. */
bool bp_unexpected(struct bp_parser *parser, const char *expected, const char *suggestion);

/* The error for an operand where an operator should be: 2x, W X, W(X).  `left` is what stands
 * before. */
bool bp_missing_operator(struct bp_parser *parser, struct bp_span left);

/* What stands in the text, shortened to what fits into a sentence. */
const char *bp_quote(struct bp_parser *parser, struct bp_span span);

/* A suggestion, formatted; NULL where nobody will see it. */
const char *bp_suggest(struct bp_parser *parser, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The keyword that the word stands for where a line begins with it: a misspelt one, or, of the
 * first word of a line, refute for not, false and the like; NULL where it is none. */
const char *bp_meant_keyword(const struct bp_name *word, bool first);

bool bp_out_of_memory(struct bp_parser *parser);

/* Takes the closing bracket. False with an error recorded where it is missing. */
bool bp_close(struct bp_parser *parser, enum bp_token_kind kind, struct bp_span opening,
              struct bp_inside outer);

/* ---- grammar/expression.c ---- */

/* expression = what may stand between two relations */
struct bp_expression *bp_parse_expression(struct bp_parser *parser);

/* The part of an expression whose binary operators bind closer than `limit`. */
struct bp_expression *bp_parse_sub(struct bp_parser *parser, int limit);

/* operand = primary { postfix } */
struct bp_expression *bp_parse_operand(struct bp_parser *parser);

/* subscripts = { "_" subscript } around `base` */
struct bp_expression *bp_parse_subscripts(struct bp_parser *parser, struct bp_expression *base);

/* p[0] of one column, in a file with signs of NumPy: its first element, p_1.
 * Any other member as it is. */
struct bp_expression *bp_first_element(struct bp_parser *parser, const struct bp_name *name,
                                       struct bp_expression *member);

/* Whether the current token can begin an operand, so that an operator is missing before it. */
bool bp_begins_operand(const struct bp_parser *parser);

/* Between two sizes: x, ×, or an x that is stuck to the second size, as in 4x3. */
bool bp_at_size_separator(const struct bp_parser *parser);

/* ---- grammar/primary.c ---- */

/* primary = what an expression is made of, without its postfix signs */
struct bp_expression *bp_parse_primary(struct bp_parser *parser);

/* name [ "[" indices "]" ] */
struct bp_expression *bp_parse_indexed_name(struct bp_parser *parser);

/* function { "'" } "(" arguments ")" if that stands here; otherwise *call is NULL */
bool bp_parse_call_here(struct bp_parser *parser, struct bp_expression *function,
                        struct bp_expression **call);

/* range = name "=" expression ".." expression */
bool bp_parse_range(struct bp_parser *parser, const char *like, struct bp_range *range);

/* ---- grammar/calculus.c ---- */

/* partial = "∂" operand "/" "∂" target */
struct bp_expression *bp_parse_partial(struct bp_parser *parser);

/* gradient = "∇" [ "_" target ] function */
struct bp_expression *bp_parse_gradient(struct bp_parser *parser);

/* dE/dV, or dV alone, where the current token is such a name */
struct bp_expression *bp_parse_d_name(struct bp_parser *parser);

/* Whether a function is called behind the current token, a d, and divided by a dV. */
bool bp_at_d_of_call(const struct bp_parser *parser);

/* d(E), d(E)/dV or d f(E)/dV, where the current token is the d */
struct bp_expression *bp_parse_differential(struct bp_parser *parser);

/* Whether a dE/dV begins here of which the vocabulary declares a half. */
bool bp_at_d_pair(const struct bp_parser *parser);

/* function = ∂-pair | "(" expression ")" | root | name with indices, subscripts | call: what may
 * stand behind a ∂ */
struct bp_expression *bp_parse_differentiated(struct bp_parser *parser);

/* target = name with indices, subscripts | "vec" "(" target ")" | "(" target ")": what may stand
 * below */
struct bp_expression *bp_parse_target(struct bp_parser *parser);

/* The derivative that begins at `begin` is read; false with an error where a postfix sign follows.
 */
bool bp_check_derivative_end(struct bp_parser *parser, size_t begin);

/* The name V of a dV that may be half of a dE/dV, and the token taken without its d. */
struct bp_name *bp_half_of_pair(struct bp_parser *parser, const struct bp_token *token);
struct bp_expression *bp_parse_without_d(struct bp_parser *parser);

/* The name V in dV, where dV is not declared and V is; otherwise NULL. */
struct bp_name *bp_after_d(struct bp_parser *parser, const struct bp_token *token);

/* Whether the current token is a d and something that the file has, dW2 beside W or W[2], dz beside
 * the Z of a network, or the δ[2] of one: such a name has a meaning, wherever it is declared. */
bool bp_is_gradient(struct bp_parser *parser, const struct bp_token *token);

/* ---- grammar/order.c ---- */

/* Whether a power stands here as behind the ∂ of ∂²f; and takes it: the order, 1 where there is
 * none. */
bool bp_at_order(const struct bp_parser *parser);
unsigned bp_take_order(struct bp_parser *parser);

/* Whether ∂ aᵀ X b / ∂X stands here, behind its ∂: a product without signs above the slash; and
 * that product. */
bool bp_at_product_above(const struct bp_parser *parser);
struct bp_expression *bp_parse_product_above(struct bp_parser *parser);

/* derivative = ∂ [ power ] [ function ] "/" below, from behind the ∂ or d at `sign`; without a
 * function, of the product that follows */
struct bp_expression *bp_parse_order(struct bp_parser *parser, struct bp_span sign);

/* The same where the current token is a d: whether d²…, or d/dV, begins here, and the rest of it.
 */
bool bp_at_d_order(struct bp_parser *parser);
struct bp_expression *bp_parse_d_order(struct bp_parser *parser);

/* moved = ( "∂" | "d" ) target [ "'" ] [ power ]: what moves, and how many times. */
struct bp_expression *bp_parse_moved(struct bp_parser *parser, unsigned *times);

/* ---- grammar/function.c ---- */

/* Whether df/dV stands here, f a function of this file; and that derivative. */
bool bp_at_d_of_function(struct bp_parser *parser);
struct bp_expression *bp_parse_d_of_function(struct bp_parser *parser);

/* A function's name called with the names of its parameters, as f in ∂f/∂x; any other name as it
 * is. */
struct bp_expression *bp_called_by_name(struct bp_parser *parser, struct bp_expression *name);

/* A call of a function whose body is put in place of it, as D(x) of let D(u) = σ(w'*u); any other
 * call as it is. NULL with an error recorded. */
struct bp_expression *bp_put_in_body(struct bp_parser *parser, struct bp_expression *call);

/* L(w) = … of a w that is given, with a body that only whole matrices have: a definition of L, no
 * function. */
void bp_settle_function(struct bp_parser *parser, struct bp_statement *statement);

/* L(v) where L is written with a w: (L at w = v), L(w) is L.  *value is NULL where that does not
 * stand here. */
bool bp_parse_value_at(struct bp_parser *parser, struct bp_expression *whole,
                       struct bp_expression **value);

/* Whether u (1 - u/K) stands here, of a function u of the file: a product, since its value stands
 * inside without an argument, and a blank in front. */
bool bp_multiplies_itself(const struct bp_parser *parser, const struct bp_name *name);

/* What moves in ∇f: what f is written with, or the only thing, else the only column, that it
 * depends on; NULL where there is none, and then what to write. */
const struct bp_name *bp_moved_in(struct bp_parser *parser, const struct bp_expression *above,
                                  const char **offer);

/* ---- grammar/cases.c ---- */

/* Whether a condition stands here and ends with the parenthesis: a relation other than =. */
bool bp_at_mask(const struct bp_parser *parser, enum bp_relation *relation);

/* The rest of (left relation right), from the relation on. */
struct bp_expression *bp_parse_mask(struct bp_parser *parser, struct bp_expression *left,
                                    enum bp_relation relation);

/* Whether a bracket with a condition in it opens here, close to what went before or `apart`. */
bool bp_at_indicator(const struct bp_parser *parser, bool apart);

/* 1{condition}, from the bracket on; `one` is what stands before it. */
struct bp_expression *bp_parse_indicator(struct bp_parser *parser, struct bp_span one);

/* δ_{ij} where no δ is declared. */
struct bp_expression *bp_kronecker_delta(struct bp_parser *parser,
                                         const struct bp_expression *delta,
                                         struct bp_expression *const item[2]);

/* Whether cases follow behind the value that was just read, inside a parenthesis. */
bool bp_at_cases(const struct bp_parser *parser);

/* Whether cases follow a side of a formula that no bracket holds: a if x > 0, b otherwise. */
bool bp_at_open_cases(const struct bp_parser *parser);

/* The rest of (value if condition; value otherwise), up to the parenthesis. */
struct bp_expression *bp_parse_cases(struct bp_parser *parser, struct bp_span opening,
                                     const struct bp_expression *value);

/* Whether a claim says where it is meant: for i ≠ j, if x > 0. */
bool bp_at_proviso(const struct bp_parser *parser);

/* Reads that, and makes a where(…) of every side of the statement. */
bool bp_parse_proviso(struct bp_parser *parser, struct bp_statement *statement);

/* ---- grammar/bars.c ---- */

/* bars = "|" expression "|" | "‖" expression "‖" [ "_" kind ] */
struct bp_expression *bp_parse_bars(struct bp_parser *parser);

/* inner = "⟨" expression "," expression "⟩": the sum of the products of their elements */
struct bp_expression *bp_parse_inner(struct bp_parser *parser);

/* Whether a function of this name takes something of each row, or of all, that people mean for
 * each element of it. */
bool bp_is_average(const char *function);

/* ---- grammar/sum.c ---- */

/* sum = Σ or ∏ over a range, over all that a letter picks, or Σ of everything */
struct bp_expression *bp_parse_sum(struct bp_parser *parser, enum bp_join join);

/* Makes the sum of a definition, Σ_i y_i log a_i + (1 - y_i) log(1 - a_i), go on to the end where
 * its letter stands there; false without memory. */
bool bp_widen_sum(struct bp_parser *parser, struct bp_statement *statement);

/* Whether max_k, min_k, argmax_k or argmin_k stands here, also as arg max_k; and it, with what
 * follows. */
bool bp_at_extreme(const struct bp_parser *parser);
struct bp_expression *bp_parse_extreme(struct bp_parser *parser);

/* The rest of [entry for i = 1..n, j = 1..m], from the word for on. */
struct bp_expression *bp_parse_entries(struct bp_parser *parser, struct bp_span opening,
                                       const struct bp_expression *entry);

/* let z_i = E: what is defined becomes the matrix of these entries. */
bool bp_wrap_entries(struct bp_parser *parser, const struct bp_expression *element,
                     struct bp_statement *statement);

/* ---- grammar/chain.c ---- */

/* side = expression, into the statement */
bool bp_parse_side(struct bp_parser *parser, struct bp_statement *statement);

/* links = { relation side }, into the statement */
bool bp_parse_links(struct bp_parser *parser, struct bp_statement *statement);

/* Whether := or its like stands here, also the = of w = w - α*∂J/∂w, which is told; and the rest of
 * an update, from there on. */
bool bp_at_update(struct bp_parser *parser, const struct bp_statement *statement);
bool bp_parse_update(struct bp_parser *parser, struct bp_statement *statement);

/* Takes a line that is passed over from the statements; an update is kept beside them. */
bool bp_keep_update(struct bp_parser *parser, struct bp_list *statements);

/* Whether v := β*v + … stands here, or v += …, behind a name that nothing declares. */
bool bp_at_own_update(const struct bp_parser *parser, const struct bp_token *after);

/* ---- grammar/ranges.c ---- */

/* ranges = [ "for" range { "," range } ], into the statement */
bool bp_parse_ranges(struct bp_parser *parser, struct bp_statement *statement);

/* ---- grammar/settle.c ---- */

/* Says of sums over two letters which of them run.  False with an error recorded. */
bool bp_settle_sums(struct bp_parser *parser, const struct bp_statement *statement);

/* Gives the members that a let computes without a range that of the members which it uses; false
 * without memory. */
bool bp_settle_members(struct bp_parser *parser, struct bp_statement *statement);

/* Makes rows of columns that the last statement adds to the rows of a product of NumPy; false
 * without memory. */
bool bp_settle_rows(struct bp_parser *parser, struct bp_list *statements);

/* ---- grammar/chain.c ---- */

/* Where the parser is.  Names and memory are not part of it: they only grow. */
struct bp_parser_place {
  struct bp_stream stream;
  struct bp_token token, previous;
  size_t brackets, nesting, bars, pair_count;
  struct bp_inside inside;
  struct bp_span hole;
};

struct bp_parser_place bp_place_of(const struct bp_parser *parser);
void bp_go_to(struct bp_parser *parser, const struct bp_parser_place *place);

/* ---- unsaid/identity.c ---- */

/* Whether it is the I of the vocabulary. */
bool bp_is_identity(const struct bp_name *name);

/* A copy of a node whose child at `index` is another; NULL without memory. */
const struct bp_expression *bp_with_child(struct bp_parser *parser,
                                          const struct bp_expression *node, size_t index,
                                          const struct bp_expression *child);

/* Gives every bare I the size of what it is added to or compared with; false without memory. */
bool bp_settle_identities(struct bp_parser *parser, struct bp_statement *statement);

/* ---- unsaid/dots.c ---- */

/* The matrix of these parts, of which those that are dots are NULL. */
struct bp_expression *bp_close_dots(struct bp_parser *parser, struct bp_span opening,
                                    const struct bp_expression **part, size_t rows, size_t columns);

/* The names in a size of something given: 2N is a product. */
void bp_know_sizes(struct bp_parser *parser, const struct bp_expression *size);

/* write δ_j for ∂J/∂z_j, as written for each element: makes it that of the whole.  False with an
 * error recorded where the meaning is none of that kind. */
bool bp_whole_meaning(struct bp_parser *parser, struct bp_statement *statement,
                      const struct bp_expression *element);

/* ---- node.c ---- */

/* A node with room for `count` children, all NULL, up to the token taken last. */
struct bp_expression *bp_node(struct bp_parser *parser, enum bp_expression_kind kind, size_t begin,
                              struct bp_span sign, size_t count);

/* Sets the height when the children are there; NULL with an error recorded when it is too large. */
struct bp_expression *bp_node_done(struct bp_parser *parser, struct bp_expression *node);

/* A finished node with two children, or one (second is NULL); NULL where a first is missing. */
struct bp_expression *bp_node_of(struct bp_parser *parser, enum bp_expression_kind kind,
                                 struct bp_span sign, struct bp_expression *first,
                                 struct bp_expression *second);

/* A name or a number that was read as this token. */
struct bp_expression *bp_leaf(struct bp_parser *parser, const struct bp_token *token);

/* A name with this text at a place where something else is written. */
struct bp_expression *bp_name_node(struct bp_parser *parser, struct bp_span span, const char *text);

/* Guards the depth of recursion; each that returns true is followed by a bp_leave. */
bool bp_enter(struct bp_parser *parser);
void bp_leave(struct bp_parser *parser);

/* The list of `count` items that a statement keeps without its capacity: the power of two that
 * bp_list_add has made it. */
struct bp_list bp_list_of(void *items, size_t count);

/* A place for one more item at the end of the list, or NULL when memory is short. */
void *bp_list_add(struct bp_parser *parser, struct bp_list *list, size_t size);

/* ---- unsaid/assume.c ---- */

/* Takes for numbers, by a statement of its own, what a file without any declaration uses. */
void bp_assume_numbers(struct bp_parser *parser, struct bp_list *statements);

/* Whether a name is no capital letter and not too long: a number, as people call them. */
bool bp_is_small(const char *text);

/* ---- unsaid/bounds.c, unsaid/arguments.c ---- */

/* Whether < 5 stands at the stream, and nothing behind it; whether 0 < a < 1 stands here, or 0 < a,
 * of names that nobody declares. */
bool bp_is_bounded(struct bp_stream ahead);
bool bp_bounds_from_below(const struct bp_parser *parser);

/* The range of the last statement is that of all from `first` on whose letter it has. */
void bp_share_ranges(struct bp_parser *parser, struct bp_list *statements, size_t first);

/* Takes the word of assume y < 5, and all of it where y is declared above: *taken.  False without
 * memory. */
bool bp_take_assumption(struct bp_parser *parser, struct bp_list *statements, bool *taken);

/* Gives as a number what the claim that is the last statement has as an argument of functions of
 * numbers, and that nothing says; false without memory. */
bool bp_assume_arguments(struct bp_parser *parser, struct bp_list *statements);

/* ---- grammar/shape.c ---- */

/* shape = "number" | size [ ( "x" | "×" ) size ], into the statement */
bool bp_parse_shape(struct bp_parser *parser, struct bp_statement *statement);

/* Whether a comma or the word and stands here, and both taken, where something was. */
bool bp_at_separator(const struct bp_parser *parser);
bool bp_take_separator(struct bp_parser *parser);

/* Whether what ends a shape or a bound of something given stands here: a comma, and, with, a word
 * of a domain without in, as of A : n x n spd. */
bool bp_at_kind_end(const struct bp_parser *parser);

/* Whether x[1..T] stands here, all members at once; and it, which declares x[t] for t = 1..T. */
bool bp_at_all_members(const struct bp_parser *parser);
struct bp_expression *bp_parse_all_members(struct bp_parser *parser,
                                           struct bp_statement *statement);

/* Whether the comma or semicolon here is followed by other names and what they are: given q : n,
 * K : m x n. */
bool bp_at_next_given(const struct bp_parser *parser);

/* kind = ":" ( "function" | shape ) [ domain ] | "∈" space [ domain ] | domain | bounds: what is
 * said of the names that are given; `low` is the number of 0 < p < 1 before them, or NULL. */
bool bp_parse_kind(struct bp_parser *parser, struct bp_expression *low,
                   struct bp_statement *statement);

/* bounds = ( "<" | "≤" | ">" | "≥" ) number, into the domain of the statement */
bool bp_parse_bounds(struct bp_parser *parser, struct bp_statement *statement);

/* Keeps what is known of them now. */
bool bp_know_given(struct bp_parser *parser, const struct bp_statement *statement);

/* ---- grammar/statement.c ---- */

/* Reads a statement, whose keyword is the current token (or, of a bare one, what follows it), up to
 * its end.  False: it is broken. */
bool bp_parse_statement(struct bp_parser *parser, struct bp_statement *statement);

#endif
