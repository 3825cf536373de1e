/* Other people's spellings: LaTeX, NumPy, indices as on a blackboard.
 *
 * Each row is a formula as somebody writes it, and the same in our own spelling.  Both are read,
 * and must be the same tree; every part of what was read must be where it was written.  What is
 * said about the spelling is said once in a file.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lang/parse.h"
#include "lang/print.h"
#include "suite.h"
#include "value/vocabulary.h"

static const char prelude[] = "network 3 - 4 tanh - 1 sigmoid, m samples\n"
                              "write dZ[l] for m * ∂J/∂Z[l]\n"
                              "write dW[l] for ∂J/∂W[l]\n"
                              "write db[l] for ∂J/∂b[l]\n"
                              "given V, U : p x p\n"
                              "given c, v, δ : p\n"
                              "given h[t] : p for t = 0..3\n"
                              "given r, s : number\n"
                              "given ŷ, b_o : p\n"
                              "given W_{hh}, W_h : p x p\n"
                              "given Q, Q', Q'' : p x p\n";

static struct bp_arena *arena;

static void set_up(void) { arena = bp_arena_new(0); }

static void tear_down(void) { bp_arena_free(arena); }

static struct bp_document parse(const char *text, struct bp_diagnostics *diagnostics) {
  struct bp_source *source = bp_arena_alloc(arena, 1, sizeof *source);
  struct bp_document document = {0};
  size_t next_id = 0;
  *source = (struct bp_source){"test.deriv", text, strlen(text)};
  bp_diagnostics_init(diagnostics, arena);
  ck_assert_int_eq(
      bp_parse(source, &bp_vocabulary, NULL, NULL, &next_id, arena, diagnostics, &document), 0);
  return document;
}

static const char *text_of(const struct bp_expression *expression) {
  return bp_expression_text(expression, NULL, NULL, arena);
}

static const struct {
  const char *written, *ours;
} spellings[] = {
    /* LaTeX */
    {"$dZ^{[2]}$", "dZ[2]"},
    {"\\frac{1}{m} dZ^{[2]} A^{[1]T}", "1/m * dZ[2] * A[1]'"},
    {"\\frac1m dZ^{[l]}{A^{[l-1]}}^T", "1/m * dZ[l] * A[l-1]'"},
    {"\\dfrac{r + 1}{s}", "(r + 1)/s"},
    {"\\frac{1}m r", "1/m * r"},
    {"\\frac12 r", "1/2 * r"},
    {"\\frac{\\partial J}{\\partial W^{[2]}}", "∂J/∂W[2]"},
    {"\\frac{dJ}{dW^{[2]}}", "∂J/∂W[2]"},
    {"\\frac{\\mathrm{d} J}{\\mathrm{d} W^{[2]}}", "∂J/∂W[2]"},
    {"\\frac{\\partial}{\\partial r} \\left( r \\cdot s \\right)", "∂(r * s)/∂r"},
    {"\\frac{\\partial J}{\\partial W^{[2]}}^T", "(∂J/∂W[2])'"},
    {"W^{[2]\\top} dZ^{[2]} \\odot g^{[1]'}(Z^{[1]})", "W[2]' * dZ[2] ⊙ g[1]'(Z[1])"},
    {"g'^{[l]}\\left(Z^{[l]}\\right)", "g[l]'(Z[l])"},
    {"g^{[l]\\prime}(Z^{[l]})", "g[l]'(Z[l])"},
    {"W^{[l-1] T}", "W[l-1]'"},
    {"W^{[l]^T}", "W[l]'"},
    {"W^{(2)} + W^2 + W^{l+1} + W_2 + W_l", "W[2] + W[2] + W[l+1] + W[2] + W[l]"},
    {"Z^{[2](i)}", "Z[2]_{:,i}"},
    {"X^{(i)} + X^(i)", "X_{:,i} + X_{:,i}"},
    {"b_j^{[l]} + b^{[l]}_j", "b[l]_j + b[l]_j"},
    {"W_{jk}^{l} + W^l_{jk}", "W[l]_{j,k} + W[l]_{j,k}"},
    {"h_{t-1} + h_3 + h^{(t)}", "h[t-1] + h[3] + h[t]"},
    {"V^\\top c + V^{\\mathrm T} c + V^{T}c", "V' * c + V' * c + V' * c"},
    {"V^{-1} c", "V^-1 * c"},
    {"e^{-r}", "e^-r"},
    {"r^{2} s", "r^2 * s"},
    {"\\sum_{i=1}^{m} X_{ji}", "sum_{i=1..m} X_{j,i}"},
    {"\\sum_{i=1}^m X_{j,i}", "sum_{i=1..m} X_{j,i}"},
    {"\\sum_i c_i + r", "sum_{i} c_i + r"},
    {"\\sum_{j \\neq i} c_j", "sum_{j≠i} c_j"},
    {"\\sum_{j=1, j \\ne i}^{3} c_j", "sum_{j=1..3, j≠i} c_j"},
    {"\\sum_{i,j} V_{ij}", "sum_{i} sum_{j} V_{i,j}"},
    {"\\sigma(\\mathbf{V} c)", "σ(V * c)"},
    {"\\log r + \\log(1 - s)", "log(r) + log(1 - s)"},
    {"\\log r^2 + \\tanh c_i^2", "log(r^2) + tanh(c_i^2)"},
    {"\\tanh^2(c)", "tanh(c).^2"},
    {"sin^2 c", "sin(c).^2"},
    {"\\hat{y} + \\hat y", "ŷ + ŷ"},
    {"\\sqrt{r^2 + 1}", "sqrt(r^2 + 1)"},
    {"\\delta \\circ c \\times 2", "δ ⊙ c * 2"},
    {"\\begin{bmatrix} r & s \\\\ 1 & 2 \\end{bmatrix}", "[r, s; 1, 2]"},
    {"\\underbrace{V c}_{(p, 1)} + v \\tag{3.1}", "(V * c) + v"},
    {"\\boxed{r + s}", "r + s"},
    {"[g^{[1]}(Z^{[1]})]^{'}", "g[1]'(Z[1])"},
    {"Z^{[1]}_{(:,1)} + V_{(i,j)}", "Z[1]_{:,1} + V_{i,j}"},
    {"\\nabla_{V} J + ∇_V J", "∇_{V} J + ∇_{V} J"},
    {"∇_{W[2]} (J + r)", "∇_{W[2]} (J + r)"},
    {"W_{hh} c + W_h c + \\mathbf{b}_o", "W_hh * c + W_h * c + b_o"},
    {"dW_h c", "d(W_h) * c"},
    {"{1 + e}^{-r}", "1 + e^-r"},
    {"V^T c + V^Tc", "V' * c + V' * c"},
    {"W^lV", "W[l] * V"},
    {"g'[1](Z[1])", "g[1]'(Z[1])"},
    {"\\sum{(c_i - v_i)^2}", "sum_{i} (c_i - v_i)^2"},
    {"\\sum(c)", "sum(c)"},
    {"X^{(2)}", "X_{:,2}"},
    {"V_{j k}", "V_{j,k}"},
    {"\\frac{d(tanhr)}{dr}", "∂tanh(r)/∂r"},
    {"c \\, r \\; + \\quad v", "c * r + v"},
    /* NumPy */
    {"W2.T @ dZ2", "W[2]' * dZ[2]"},
    {"np.dot(dZ1, X.T) / m", "(dZ[1] * X')/m"},
    {"Q^{\\prime} c + Q^\\top c + Q''c", "Q' * c + Q^T * c + Q'' * c"},
    {"\\sum_{i<j} c_i v_j", "sum_{i} sum_{j=i+1} c_i * v_j"},
    {"\\sum_{1 \\le i \\leq p} c_i", "sum_{i=1..p} c_i"},
    {"\\sum_{i \\in \\{1, 2\\}} c_i", "(sum_{i=1..1} c_i + sum_{i=2..2} c_i)"},
    {"\\sum_{i : c_i > 0} v_i", "sum_{i} where(c_i > 0, v_i, 0)"},
    {"\\prod_{i \\mid c_i > 0} v_i", "prod_{i} where(c_i > 0, v_i, 1)"},
    {"\\sum_{i \\neq j} c_i v_j", "sum_{i} sum_{j≠i} c_i * v_j"},
    {"np.sum(dZ2, axis=1, keepdims=True)", "rowsum(dZ[2])"},
    {"np.mean(V, axis=0) + V.var(1) + std(V, axis=-1)", "colmean(V) + rowvar(V) + rowstd(V)"},
    {"np.max(V, 1) + np.linalg.norm(V, axis=0)", "rowmax(V) + colnorm(V)"},
    {"np.argmax(V, axis=0) + np.argmin(c)", "(colargmax(V) - 1) + (argmin(c) - 1)"},
    {"V.shape[0] * V.shape[-1] + c.size", "rows(V) * columns(V) + numel(c)"},
    {"∂L/∂W[2] + \\frac{\\partial C}{\\partial W^{[2]}}", "∂J/∂W[2] + ∂J/∂W[2]"},
    {"\\frac{\\partial \\mathcal{L}}{\\partial b^{[1]}}", "∂J/∂b[1]"},
    {"np.sum(dZ2, axis=0)", "colsum(dZ[2])"},
    {"np.sum(dZ2)", "sum(dZ[2])"},
    {"dZ2.sum(axis=1, keepdims=True) + dZ2.sum(0) + dZ2.sum()",
     "rowsum(dZ[2]) + colsum(dZ[2]) + sum(dZ[2])"},
    {"r * V.dot(c)", "r * (V * c)"},
    {"1 - np.power(A1, 2)", "1 - A[1].^2"},
    {"1 - np.square(np.tanh(Z1))", "1 - tanh(Z[1]).^2"},
    {"np.multiply(c, np.exp(v))", "c ⊙ exp(v)"},
    {"np.maximum(0, Z1)", "max(0, Z[1])"},
    {"np.outer(c, v)", "vec(c) * vec(v)'"},
    {"np.linalg.inv(V) @ c", "inv(V) * c"},
    {"np.ones((p, m)) + np.eye(p)", "ones(p, m) + I(p)"},
    {"c[:, None] + v[None, :]", "c + v'"},
    {"A1**2", "A[1].^2"},
    {"c.mean() + V.transpose()", "mean(c) + V'"},
    {"np.where(c > 0, c, 0)", "where(c > 0, c, 0)"},
    {"(Z1 > 0) * r", "where(Z[1] > 0, 1, 0) * r"},
    /* as it is said on a blackboard */
    {"2r + 2(r + s)(r - s)", "2 * r + 2 * (r + s) * (r - s)"},
    {"W1A0 + b1", "W[1] * A[0] + b[1]"},
    {"W1 A0 + b1", "W[1] * A[0] + b[1]"},
    {"A[1]T + A1T", "A[1]' + A[1]'"},
    {"g'1(Z1)", "g[1]'(Z[1])"},
    {"dz2 + a[1] + x_1", "dZ[2] + A[1] + X_1"},
    {"V c r", "V * c * r"},
    {"-V c", "-V * c"},
    {"r/s c", "r/s * c"},
    {"rlog(s) + rlog s", "r * log(s) + r * log(s)"},
};
enum { SPELLINGS = sizeof spellings / sizeof *spellings };

static bool same_text(const char *a, const char *b) { return a == b || (a && b && !strcmp(a, b)); }

static bool same_tree(const struct bp_expression *a, const struct bp_expression *b) {
  if (a->kind != b->kind || a->count != b->count || a->order != b->order ||
      a->relation != b->relation || !same_text(a->name, b->name) || !same_text(a->text, b->text))
    return false;
  for (size_t k = 0; k < a->count; k++)
    if (!same_tree(a->child[k], b->child[k]))
      return false;
  return true;
}

/* Every part lies in the formula, and in what it is a part of. */
static bool spans_nest(const struct bp_expression *part, struct bp_span whole) {
  if (part->span.begin > part->span.end || part->span.begin < whole.begin ||
      part->span.end > whole.end)
    return false;
  for (size_t k = 0; k < part->count; k++)
    if (!spans_nest(part->child[k], part->kind == BP_EXPR_CALL ? whole : part->span))
      return false;
  return true;
}

static const struct bp_expression *side_of(const char *formula, size_t *begin) {
  struct bp_diagnostics diagnostics;
  struct bp_document document =
      parse(bp_arena_printf(arena, "%sclaim %s = 1\n", prelude, formula), &diagnostics);
  ck_assert_msg(diagnostics.errors == 0, "%s: %s", formula,
                diagnostics.count ? diagnostics.list[diagnostics.count - 1].message : "");
  const struct bp_statement *last = &document.statements[document.count - 1];
  ck_assert_uint_eq(last->side_count, 2);
  *begin = strlen(prelude) + strlen("claim ");
  return last->sides[0];
}

START_TEST(spelling_is_read_as_ours) {
  size_t begin;
  const char *written = spellings[_i].written;
  const struct bp_expression *read = side_of(written, &begin);
  const struct bp_expression *ours = side_of(spellings[_i].ours, &begin);
  ck_assert_msg(same_tree(read, ours), "%s is read as %s", written, text_of(read));
  struct bp_span whole = {begin, begin + strlen(written)};
  ck_assert_msg(spans_nest(read, whole), "%s: a part is somewhere else", written);
}
END_TEST

/* ---- places -------------------------------------------------------------- */

static const struct {
  const char *formula;
  size_t child;
  const char *bytes; /* what that part of the formula is written as */
} places[] = {
    {"A^{[1]T} + r", 0, "A^{[1]T}"},
    {"r + \\frac{r}{s}", 1, "\\frac{r}{s}"},
    {"np.dot(V, c) + v", 0, "np.dot(V, c)"},
    {"V.sum(axis=0) + r", 0, "V.sum(axis=0)"},
    {"b_j^{[1]} + r", 0, "b_j^{[1]}"},
    {"W1A0 + b1", 1, "b1"},
    {"（V）c", 1, "c"},
};
enum { PLACES = sizeof places / sizeof *places };

START_TEST(a_part_is_where_it_is_written) {
  size_t begin;
  const struct bp_expression *read = side_of(places[_i].formula, &begin);
  struct bp_span span = read->child[places[_i].child]->span;
  const char *text = places[_i].formula + (span.begin - begin);
  ck_assert_msg(span.end - span.begin == strlen(places[_i].bytes) &&
                    !strncmp(text, places[_i].bytes, span.end - span.begin),
                "%s: %.*s", places[_i].formula, (int)(span.end - span.begin), text);
}
END_TEST

/* ---- notes --------------------------------------------------------------- */

START_TEST(a_kind_is_told_once) {
  struct bp_diagnostics diagnostics;
  parse(bp_arena_printf(arena, "%sclaim W2.T @ dZ2 = dA\nclaim A1.T @ A1**2 = 1\n", prelude),
        &diagnostics);
  size_t notes = 0, begin = strlen(prelude) + strlen("claim ");
  for (size_t k = 0; k < diagnostics.count; k++)
    notes += diagnostics.list[k].note;
  ck_assert_uint_eq(notes, 2);
  ck_assert_str_eq(diagnostics.list[0].message, "W2 is read as W[2]");
  ck_assert_uint_eq(diagnostics.list[0].span.begin, begin);
  ck_assert_str_eq(diagnostics.list[1].message, ".T is NumPy, and is read as '");
  ck_assert_uint_eq(diagnostics.list[1].span.end, begin + 4);
}
END_TEST

START_TEST(our_own_spelling_is_not_told) {
  struct bp_diagnostics diagnostics;
  parse(
      bp_arena_printf(arena, "%sclaim W[2]' * dZ[2] ⊙ (1 - A[1].^2) = sum_{i=1..m} c_i\n", prelude),
      &diagnostics);
  ck_assert_uint_eq(diagnostics.count, 0);
}
END_TEST

/* A name that is declared is that, whatever it could be taken apart into; and what cannot be taken
 * apart wholly is a slip. */
START_TEST(names_of_the_file_come_first) {
  size_t begin;
  struct bp_diagnostics diagnostics;
  struct bp_document document = parse(
      bp_arena_printf(arena, "%sgiven W1 : n[1] x n[0]\nclaim W1 = Wq\n", prelude), &diagnostics);
  const struct bp_statement *last = &document.statements[document.count - 1];
  ck_assert_uint_eq(diagnostics.count, 0);
  ck_assert_str_eq(text_of(last->sides[0]), "W1");
  ck_assert_str_eq(text_of(last->sides[1]), "Wq");
  ck_assert_str_eq(text_of(side_of("W1", &begin)), "W[1]");
}
END_TEST

int main(void) {
  Suite *suite = suite_create("foreign");
  TCase *test = tcase_create("foreign");
  tcase_add_checked_fixture(test, set_up, tear_down);
  tcase_add_loop_test(test, spelling_is_read_as_ours, 0, SPELLINGS);
  tcase_add_loop_test(test, a_part_is_where_it_is_written, 0, PLACES);
  tcase_add_test(test, a_kind_is_told_once);
  tcase_add_test(test, our_own_spelling_is_not_told);
  tcase_add_test(test, names_of_the_file_come_first);
  suite_add_tcase(suite, test);
  return run_suite(suite);
}
