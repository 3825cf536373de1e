/* What is offered for a wrong line, and what must not be: pairs of edits, conventions,
 * consequences, coincidences.  One example for each single kind of edit is in tests/hints.txt.
 */
#include <check.h>
#include <gsl/gsl_errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "documents.h"
#include "hint/hint.h"
#include "hint/proof.h"
#include "suite.h"

#define NETWORK "network 3 - 4 tanh - 2 sigmoid, cross-entropy, m samples\n"
#define DELTAS "write dZ[l] for m * ∂J/∂Z[l]\n"

static struct bp_arena *arena;
static struct bp_derivation_report report;

static void set_up(void) { arena = bp_arena_new(0); }
static void tear_down(void) { bp_arena_free(arena); }

static uint64_t hash_more(uint64_t hash, const void *bytes, size_t count) {
  for (size_t i = 0; i < count; i++)
    hash = (hash ^ ((const unsigned char *)bytes)[i]) * 1099511628211u;
  return hash;
}

/* Of all bytes that say what the document declares. */
static uint64_t hash_of(const struct bp_model *model) {
  uint64_t hash = hash_more(0, model, sizeof *model);
  hash = hash_more(hash, model->table, model->table_size * sizeof *model->table);
  hash = hash_more(hash, model->claims, model->claim_count * sizeof *model->claims);
  for (size_t i = 0; i < model->declaration_count; i++) {
    const struct bp_declaration *declaration = model->declarations[i];
    hash = hash_more(hash, declaration, sizeof *declaration);
    hash = hash_more(hash, declaration->pieces, declaration->count * sizeof *declaration->pieces);
    for (size_t k = 0; k < declaration->count; k++) {
      const struct bp_statement *statement = declaration->pieces[k].line.statement;
      hash = hash_more(hash, statement, sizeof *statement);
      hash = hash_more(hash, statement->sides, statement->side_count * sizeof *statement->sides);
    }
  }
  return hash;
}

/* The search gives definitions other meanings, and never those of the model that was judged. */
static void judge_with(const char *text, uint64_t seed, unsigned milliseconds) {
  struct bp_diagnostics diagnostics;
  bp_diagnostics_init(&diagnostics, arena);
  struct bp_judge_options options = {.seed = seed};
  struct bp_hint_options wanted = {.seed = seed, .milliseconds = milliseconds};
  struct bp_judgement judgement;
  const struct bp_document *document = bp_test_reread("test.deriv", text, arena, &diagnostics);
  ck_assert_ptr_nonnull(document);
  ck_assert_int_eq(bp_judge(document, &options, arena, &diagnostics, &report, &judgement), 0);
  uint64_t before = hash_of(judgement.model);
  ck_assert_int_eq(bp_hints_find(&judgement, &wanted, &report, arena), 0);
  ck_assert_msg(hash_of(judgement.model) == before, "the model was changed by\n%s", text);
  ck_assert_msg(diagnostics.errors == 0, "%s\n%s", text,
                diagnostics.count ? diagnostics.list[0].message : "");
}

static void judge(const char *text) { judge_with(text, 1, 300); }

static const struct bp_claim *last_claim(void) {
  ck_assert_uint_gt(report.claim_count, 0);
  return &report.claims[report.claim_count - 1];
}

static bool offers(const struct bp_claim *claim, const char *mended) {
  for (size_t i = 0; i < claim->hint_count; i++)
    if (!strcmp(claim->hints[i].mended, mended))
      return true;
  return false;
}

static const char *first_mended(const struct bp_claim *claim) {
  return claim->hint_count ? claim->hints[0].mended : "nothing";
}

/* ---- one line ---------------------------------------------------------------------------------
 */

static const struct {
  const char *text, *mended;
} lines[] = {
    /* the spelling of the author stays */
    {NETWORK "claim ∂J/∂Z[1] = (W[2]' * ∂J/∂Z[2]) .* tanh(Z[1])",
     "∂J/∂Z[1] = (W[2]' * ∂J/∂Z[2]) .* tanh'(Z[1])"},
    /* what stands in d(...) keeps its parentheses; blanks are shown once */
    {"given A : n x n\nclaim 2*dA + A = d(2*A + A) + A", "2*dA + A = d(A + A) + A"},
    {"given A : n x n\nclaim dA  +  dA' = d(A - A')", "dA - dA' = d(A - A')"},
    /* no 1*x, no 2/2, no m*(1/m) */
    {NETWORK "claim ∂J/∂Z[2] = 1/2 * (1/m) * (A[2] - Y)", "∂J/∂Z[2] = 1/m * (A[2] - Y)"},
    {"given x : n\nclaim tanh'(x) = 2 * (1 - tanh(x).^2)", "tanh'(x) = 1 - tanh(x).^2"},
    {"given x : n\nclaim ∂sum(x.^3)/∂x = 3 * x.^2.^1 .* x", "∂sum(x.^3)/∂x = 3 * x.^2.^1"},
    /* the middle of a chain is wrong where its ends agree */
    {"given A, C : n x n\nclaim det(A*C) = det(A) = det(A)*det(C)",
     "det(A*C) = det(A * C) = det(A)*det(C)"},
    {"given W : n x k\ngiven X : n x m\nlet Y = W'*X\nlet S = sum(tanh(Y))\n"
     "claim ∂S/∂X = W' * ∂S/∂Y",
     "∂S/∂X = W * ∂S/∂Y"},
    /* what is missing may be a formula of its own */
    {NETWORK DELTAS "claim ∂J/∂W[2] = A[1]'", "∂J/∂W[2] = ∂J/∂Z[2] * A[1]'"},
    {NETWORK "claim m * ∂J/∂A[2] = -Y ./ A[2]",
     "m * ∂J/∂A[2] = -Y ./ A[2] + (1 - Y) ./ (1 - A[2])"},
    {"given A : k x n\ngiven X : n x m\nclaim ∂vec(A*X)/∂vec(X) = A",
     "∂vec(A*X)/∂vec(X) = I(m) ⊗ A"},
    /* the exponent is a size, and none of those that fit because n is only 2 or 3 */
    {"size n in 2..3\ngiven A : n x n\nclaim det(2*A) = 2*det(A)", "det(2*A) = 2^n*det(A)"},
    /* an element with another index is written with braces */
    {"given x : 3\ngiven k : 3\nlet y = x_1*k_3 + x_2*k_2 + x_3*k_1\n"
     "claim y = sum_{u=1..3} x_u*k_u",
     "y = sum_{u=1..3} x_{4-u}*k_u"},
    /* the slope is asked for, the number is wrong */
    {"given x : n\nclaim tanh'(x) = 1 - x.^2", "tanh'(x) = 1 - tanh(x).^2"},
};

START_TEST(a_line_is_mended) {
  judge(lines[_i].text);
  ck_assert_str_eq(first_mended(last_claim()), lines[_i].mended);
}
END_TEST

static const struct {
  const char *text, *mended;
} pairs[] = {
    {NETWORK DELTAS "claim ∂J/∂W[2] = dZ[2] * A[1]", "∂J/∂W[2] = 1/m * dZ[2] * A[1]'"},
    {NETWORK DELTAS "claim dZ[1] = (W[2] * dZ[2]) ⊙ tanh'(A[1])",
     "dZ[1] = (W[2]' * dZ[2]) ⊙ tanh'(Z[1])"},
    {NETWORK "claim ∂J/∂Z[1] = -(W[2]' * ∂J/∂Z[2]) ⊙ tanh(Z[1])",
     "∂J/∂Z[1] = W[2]' * ∂J/∂Z[2] ⊙ tanh'(Z[1])"},
    {NETWORK "claim ∂J/∂b[1] = 2 * ∂J/∂Z[1]", "∂J/∂b[1] = rowsum(∂J/∂Z[1])"},
    {"given x : n\nlet s = x' * x\nclaim ∂s/∂x = -x", "∂s/∂x = 2 * x"},
};

START_TEST(two_mistakes_are_mended) {
  judge(pairs[_i].text);
  const struct bp_claim *claim = last_claim();
  ck_assert_msg(offers(claim, pairs[_i].mended), "%s: first is %s", pairs[_i].text,
                first_mended(claim));
  ck_assert_ptr_nonnull(strstr(claim->hints[0].sentence, "; and "));
}
END_TEST

START_TEST(pairs_take_no_time_where_none_is_given) {
  judge_with(pairs[0].text, 1, 0);
  ck_assert_uint_eq(last_claim()->hint_count, 0);
  ck_assert(last_claim()->searched);
}
END_TEST

/* ---- conventions ------------------------------------------------------------------------------
 */

static const struct {
  const char *text, *words;
} conventions[] = {
    {NETWORK "write dZ[l] for ∂J/∂Z[l]\n"
             "claim dZ[2] = A[2] - Y\n"
             "claim ∂J/∂W[2] = 1/m * dZ[2] * A[1]'\n"
             "claim ∂J/∂b[2] = 1/m * rowsum(dZ[2])\n",
     "if dZ[l] were m * ∂J/∂Z[l]"},
    {"network 3 - 4 tanh - 2 identity, squared, m samples\n" DELTAS "write dW[l] for ∂J/∂W[l]\n"
     "claim dZ[2]' = A[2] - Y\n"
     "claim dW[2]' = 1/m * A[1]' * dZ[2]\n"
     "claim dW[1]' = 1/m * X' * dZ[1]\n",
     NULL},
    {"given W : k x n\ngiven X : n x m\ngiven B : k x m\nlet Z = W*X + B\nlet J = sum(Z.^2)\n"
     "write dW for ∂J/∂W\nwrite dX for ∂J/∂X\nwrite dZ for ∂J/∂Z\n"
     "claim dW = X' * dZ\nclaim dX = dZ * W'\n",
     "samples as rows"},
    {"given W : k x n\ngiven X : n x m\nlet Z = W*X\nlet J = sum(Z.^2)\n"
     "write dW for ∂J/∂W\nwrite dX for ∂J/∂X\nwrite dZ for ∂J/∂Z\n"
     "claim Z = W' * X\nclaim dX = W * dZ\n",
     "transposed weights"},
    {"given W : k x n\ngiven x : n\nlet z = W*x\nlet J = sum(z.^2)\n"
     "write dW for ∂J/∂W\nwrite dx for ∂J/∂x\nwrite dz for ∂J/∂z\n"
     "claim dx = dz * W\nclaim dW = x * dz\n",
     "numerator layout"},
    {"given a, y : n\nlet C = sum((a - y).^2)\n"
     "claim ∂C/∂a = a - y\nclaim ∂C/∂y = y - a\n",
     "if C were 1/2 * "},
};

START_TEST(a_convention_is_said_once) {
  judge(conventions[_i].text);
  if (!conventions[_i].words)
    return;
  ck_assert_msg(report.convention != NULL, "%s", conventions[_i].text);
  ck_assert_msg(strstr(report.convention, conventions[_i].words) != NULL, "%s", report.convention);
  for (size_t k = 0; k < report.claim_count; k++)
    ck_assert(report.claims[k].searched);
}
END_TEST

/* What would be a convention, but for a line of any kind that does what it should now. */
static const char *const contradicted[] = {
    /* a forgotten 1/m of two lines, of which a third speaks otherwise */
    NETWORK DELTAS "write db[l] for ∂J/∂b[l]\n"
                   "claim db[1] = rowsum(dZ[1])\n"
                   "claim db[2] = rowsum(dZ[2])\n"
                   "claim sum(db[1]) = 1/m * sum(dZ[1])\n",
    /* the rest of a chain */
    NETWORK DELTAS "write db[l] for ∂J/∂b[l]\n"
                   "claim db[1] = rowsum(dZ[1])\n"
                   "claim m * ∂J/∂Z[2] = dZ[2]\n"
                   "claim ∂J/∂b[2] = db[2] = rowsum(dZ[2])\n",
    /* a line that is refuted rightly */
    NETWORK DELTAS "write db[l] for ∂J/∂b[l]\n"
                   "claim db[1] = rowsum(dZ[1])\n"
                   "claim db[2] = rowsum(dZ[2])\n"
                   "refute db[2] = m * ∂J/∂b[2]\nrefute dZ[2] = ∂J/∂Z[2]\n",
    /* what is no equation, and hangs on the name */
    NETWORK DELTAS "write db[l] for ∂J/∂b[l]\n"
                   "claim db[1] = rowsum(dZ[1])\n"
                   "claim db[2] = rowsum(dZ[2])\n"
                   "claim norm(db[1]) * norm(dZ[1]) <= 2 * m * norm(∂J/∂b[1]) * norm(∂J/∂Z[1])\n",
    /* a shape that would be turned */
    "given W : k x n\ngiven X : n x m\ngiven B : k x m\nlet Z = W*X + B\nlet J = sum(Z.^2)\n"
    "write dW for ∂J/∂W\nwrite dX for ∂J/∂X\nwrite dZ for ∂J/∂Z\n"
    "claim dW = X' * dZ\nclaim dX = dZ * W'\nshape dX : n x m\n",
    /* a line that fails and no convention explains */
    NETWORK "write dZ[l] for ∂J/∂Z[l]\n"
            "claim dZ[2] = A[2] - Y\n"
            "claim ∂J/∂W[2] = 1/m * dZ[2] * A[1]'\n"
            "shape dZ[2] : m x n[2]\n",
};

START_TEST(a_convention_agrees_with_all_lines) {
  judge(contradicted[_i]);
  ck_assert_msg(report.convention == NULL, "%s\n%s", contradicted[_i], report.convention);
}
END_TEST

START_TEST(one_line_is_no_convention) {
  judge("given a, y : n\nlet C = sum((a - y).^2)\nclaim ∂C/∂a = a - y\n");
  ck_assert_ptr_null(report.convention);
  ck_assert_str_eq(first_mended(last_claim()), "∂C/∂a = 2 * (a - y)");
}
END_TEST

/* ---- definitions ------------------------------------------------------------------------------
 */

START_TEST(a_definition_is_blamed_once) {
  judge(NETWORK "let dZ2 = Y - A[2]\n"
                "claim ∂J/∂W[2] = 1/m * dZ2 * A[1]'\n"
                "claim ∂J/∂b[2] = 1/m * rowsum(dZ2)\n"
                "claim ∂J/∂A[1] = 1/m * W[2]' * dZ2\n");
  ck_assert_uint_eq(report.claims[0].hint_count > 0, 1);
  ck_assert_str_eq(report.claims[0].hints[0].mended, "let dZ2 = A[2] - Y");
  ck_assert_uint_eq(report.claims[0].hints[0].line, 2);
  for (size_t k = 0; k < 3; k++)
    ck_assert_uint_eq(report.claims[k].consequence, 2);
  ck_assert_uint_eq(report.claims[1].hint_count + report.claims[2].hint_count, 0);
}
END_TEST

/* A line with a mistake of its own does not hide the one that the others share. */
START_TEST(a_definition_is_blamed_for_most) {
  judge(NETWORK "let D = Y - A[2]\n"
                "claim ∂J/∂W[2] = 1/m * D * A[1]'\n"
                "claim ∂J/∂b[2] = 1/m * rowsum(D)\n"
                "claim ∂J/∂Z[2] = 1/m * D\n"
                "claim ∂J/∂A[1] = 1/m * W[2] * D\n");
  for (size_t i = 0; i < 3; i++)
    ck_assert_uint_eq(report.claims[i].consequence, 2);
  ck_assert_uint_eq(report.claims[3].consequence, 0);
  ck_assert_str_eq(report.claims[0].hints[0].mended, "let D = A[2] - Y");
}
END_TEST

/* What mends two lines and breaks a third is no mistake of the definition. */
START_TEST(a_definition_with_a_line_that_holds_is_left_alone) {
  judge(NETWORK "let D = A[2] - Y\n"
                "claim ∂J/∂W[2] = -1/m * D * A[1]'\n"
                "claim ∂J/∂b[2] = -1/m * rowsum(D)\n"
                "claim ∂J/∂Z[2] = 1/m * D\n");
  ck_assert_uint_eq(report.claims[0].consequence, 0);
  ck_assert_uint_eq(report.claims[1].consequence, 0);
  ck_assert_ptr_null(report.convention);
}
END_TEST

/* In a condition hardly anything shows at a few points, so nothing is put in there. */
START_TEST(conditions_are_not_filled) {
  judge("given x, y : n\ngiven λ : number in positive\nlet L = 3\n"
        "claim relu'(x) = where(x > y, 1, 0)");
  const struct bp_claim *claim = last_claim();
  for (size_t i = 0; i < claim->hint_count; i++)
    ck_assert_msg(!strchr(claim->hints[i].mended, '*'), "%s", claim->hints[i].mended);
}
END_TEST

/* What is true and no help: it takes itself away, is the other side once more, or fits only sizes
 * that the file allows. */
static const char *const silly[] = {
    "given a, b, c : n\nclaim a ⊙ b = a ⊙ c",
    "given y : n\nclaim y = 2*y",
    "given W : n x n\nclaim W = W + 1",
    "given t, s : number\nclaim log(t*t + s*s) = log(s)*log(t)",
    "given x : n\ngiven z : n\nlet J = sum(x)\nclaim ∂J/∂z = x - z",
    "given b : n\nclaim sum_{i=1} b_i = 1",
    "given b : n\nclaim sum_{i=1..n} b_i = 1",
};

START_TEST(nothing_silly_is_offered) {
  judge_with(silly[_i], 1, 300);
  ck_assert_msg(last_claim()->hint_count == 0, "%s: %s", silly[_i], first_mended(last_claim()));
}
END_TEST

/* The first link is mended, the second one is as wrong as before: that is said. */
START_TEST(a_chain_may_hold_in_part) {
  judge("given x : n\nlet s = sum(x.^2)\nclaim ∂s/∂x = 3*x = 4*x");
  ck_assert_uint_gt(last_claim()->hint_count, 0);
  ck_assert_uint_eq(last_claim()->hints[0].link, 1);
}
END_TEST

START_TEST(two_wrong_definitions) {
  judge(NETWORK "let dZ2 = Y - A[2]\n"
                "let dZ1 = (W[2]' * (A[2] - Y)) ⊙ tanh'(A[1])\n"
                "claim ∂J/∂W[2] = 1/m * dZ2 * A[1]'\n"
                "claim ∂J/∂b[2] = 1/m * rowsum(dZ2)\n"
                "claim ∂J/∂W[1] = 1/m * dZ1 * X'\n"
                "claim ∂J/∂b[1] = 1/m * rowsum(dZ1)\n");
  ck_assert_uint_eq(report.claims[0].consequence, 2);
  ck_assert_uint_eq(report.claims[1].consequence, 2);
  ck_assert_uint_eq(report.claims[2].consequence, 3);
  ck_assert_uint_eq(report.claims[3].consequence, 3);
  ck_assert_str_eq(first_mended(&report.claims[0]), "let dZ2 = A[2] - Y");
  ck_assert_str_eq(first_mended(&report.claims[2]), "let dZ1 = (W[2]' * (A[2] - Y)) ⊙ tanh'(Z[1])");
}
END_TEST

START_TEST(the_forward_pass_is_not_blamed) {
  judge("given W : k x n\ngiven x : n\nlet z = W*x\nlet J = sum(z.^2)\n"
        "claim ∂J/∂z = z\nclaim ∂J/∂W = 2 * z * x\n");
  for (size_t k = 0; k < report.claim_count; k++)
    ck_assert_uint_eq(report.claims[k].consequence, 0);
}
END_TEST

/* Constants and the name that a line is about are not blamed either. */
START_TEST(what_a_line_is_about_is_not_blamed) {
  judge("given x : n\nlet y = 2*x\nclaim y = x ⊙ x ⊙ x - exp(x)\n");
  ck_assert_uint_eq(last_claim()->consequence, 0);
  judge("given x : n\nlet e = ones(n, 1)\nclaim x ⊙ e + e = x\n");
  ck_assert_uint_eq(last_claim()->consequence, 0);
}
END_TEST

/* ---- nothing false ----------------------------------------------------------------------------
 */

/* Each of them has edits that hold by luck, say nothing, or none at all; `never` must not appear.
 */
static const struct {
  const char *text, *never;
} false_ones[] = {
    {"size n = 2\nsize k = 2\ngiven W : k x n\ngiven x : n\nlet s = sum(W*x)\n"
     "claim ∂s/∂x = W * ones(k, 1)",
     "∂s/∂x = W * ones(n, 1)"},
    {"given x : n\nclaim silu'(x) = relu'(x)", "silu'(x) = swish'(x)"},
    {"given x : n\nlet s = sum(x.^2)\nclaim ∂s/∂x = x.^7", "∂s/∂x = ∂s/∂x"},
    {"given y : number in {0, 1}\nclaim y = y + 3*y + 5 - 1", "y = y^2"},
    {"size m = 2\ngiven x : m\nclaim ∂sum(x.^2)/∂x = x", "∂sum(x.^2)/∂x = m * x"},
};

START_TEST(nothing_false_is_offered) {
  judge(false_ones[_i].text);
  ck_assert_int_eq(last_claim()->verdict, BP_FAILS);
  ck_assert_msg(!offers(last_claim(), false_ones[_i].never), "%s", false_ones[_i].never);
}
END_TEST

/* What is offered holds with other numbers and sizes. */
START_TEST(what_is_offered_holds_elsewhere) {
  judge(lines[_i].text);
  const struct bp_claim *claim = last_claim();
  ck_assert_uint_gt(claim->hint_count, 0);
  size_t count = claim->hint_count;
  const struct bp_hint *hints = claim->hints;
  const char *start = strstr(lines[_i].text, "claim ");
  for (size_t i = 0; i < count; i++) {
    const char *text = bp_arena_printf(arena, "%.*sclaim %s", (int)(start - lines[_i].text),
                                       lines[_i].text, hints[i].mended);
    judge_with(text, 77, 0);
    ck_assert_msg(last_claim()->verdict == BP_HOLDS, "%s", text);
  }
}
END_TEST

/* Lines with branches, dead units and sets, for which a few points of order 1 prove little; what is
 * offered has to hold wherever the judge looks. */
static const char *const sharp[] = {
    "given p, q : number\nclaim max(p, q) = p*q",
    "given p, q : number\nclaim max(p, q) = p",
    "given p, q : number\nclaim min(p, q) = p + q",
    "given p : number\nclaim relu(p) = p",
    "given p : number\nclaim relu'(p) = 1",
    "given p : number\nclaim abs(p) = p",
    "given p, q : number\nclaim abs(p)*abs(q) = p*q",
    "given w, x, y : number\nlet a = relu(w*x)\nlet C = (a - y)^2\nclaim ∂C/∂w = (a - y)*x",
    "given w, x, u : n\nlet s = sum(relu(w ⊙ x))\nclaim ∂s/∂w = u",
    "given y : number in {0, 1}\nclaim y^3 = 1",
    ("given y : number in {0, 1}\ngiven a : number in (0, 1)\n"
     "let C = -(y*log(a) + (1 - y)*log(1 - a))\nclaim ∂C/∂a = y/a - (1 - y)/(1 - a)"),
    "given x : number\nclaim where(x > 2, x, 0) = 0",
    "given x : number\nclaim log(max(x, 0.01)) = log(x)",
    "given Y : n x m in onehot\nclaim colsum(Y) = Y",
    "given x : number\nclaim exp(log(x^2)) = x",
    "given x : number\nclaim x*0 = 1",
};

START_TEST(what_is_offered_is_proved) {
  judge(sharp[_i]);
  ck_assert_int_eq(last_claim()->verdict, BP_FAILS);
  size_t count = last_claim()->hint_count;
  const struct bp_hint *hints = last_claim()->hints;
  const char *start = strstr(sharp[_i], "claim ");
  for (size_t i = 0; i < count; i++)
    for (uint64_t seed = 1000; seed < 1003; seed++) {
      const char *text = bp_arena_printf(arena, "%.*sclaim %s", (int)(start - sharp[_i]), sharp[_i],
                                         hints[i].mended);
      judge_with(text, seed, 0);
      ck_assert_msg(last_claim()->verdict == BP_HOLDS, "%s", text);
    }
}
END_TEST

/* What the proof says of a line by itself: some are false in a corner only. */
static const struct {
  const char *text;
  bool holds;
} proofs[] = {
    {"given x : number\nclaim min(relu(x), 6) = relu(x)", false},
    {"given x : number\nclaim max(x, -5) = x", false},
    {"given x, y : number\nclaim relu(x*y) = 0", false},
    {"given p : number in (0, 1)\nclaim log(max(p, 0.01)) = log(p)", false},
    {"given Y : n x 1 in onehot\nclaim Y_1 = 0", false},
    {"given X : n x m\nclaim rowsum(X) = X*ones(m, 1)", true},
    {"given x : number\nclaim relu(x) - relu(-x) = x", true},
    {"given y : number in {0, 1}\nclaim y^3 = y", true},
};

START_TEST(a_proof_looks_into_corners) {
  struct bp_diagnostics diagnostics;
  bp_diagnostics_init(&diagnostics, arena);
  struct bp_judge_options options = {.seed = 1};
  struct bp_judgement judgement;
  const struct bp_document *document =
      bp_test_reread("test.deriv", proofs[_i].text, arena, &diagnostics);
  ck_assert_int_eq(bp_judge(document, &options, arena, &diagnostics, &report, &judgement), 0);
  struct bp_bench bench;
  ck_assert_int_eq(bp_bench_init(&bench, judgement.model, 1, (size_t)1 << 28), 0);
  const struct bp_model_claim *claim = &judgement.model->claims[0];
  const struct bp_expression *const *sides = claim->line.statement->sides;
  struct bp_candidate candidate = {claim, sides[0], sides[1]};
  bool holds = bp_proof_holds(&bench, &candidate, judgement.model->expressions);
  bp_bench_free(&bench);
  ck_assert_msg(holds == proofs[_i].holds, "%s", proofs[_i].text);
}
END_TEST

/* What is wrong with them is not mended by anything small, and what is right is told. */
static const struct {
  const char *text, *note;
} partly[] = {
    {"given A, B : n x n\nclaim A = diag(diagonal(A)) + B*0*inv(B)*B*0",
     "the entries on the diagonal agree"},
    {"given X : n x m\nclaim X = 7*X", "right up to the constant 1/7"},
    {"given X : n x m\ngiven v : m\nclaim X = X*diag(v)", "a factor that depends on the column"},
    {"given X : n x m\ngiven v : n\nclaim X = diag(v)*X", "a factor that depends on the row"},
    {"given X : n x m\ngiven u : number\nclaim X = u^3*X", "another one at every point"},
    {"given Z : n x m\ngiven u, v : n\nlet J = sum(Z)\nclaim ∂J/∂Z = u*v'*0*ones(n, m) + 1 + "
     "sin(u)*0",
     NULL},
};

START_TEST(what_is_right_is_told) {
  judge(partly[_i].text);
  bool told = partly[_i].note == NULL;
  for (size_t i = 0; i < last_claim()->note_count; i++)
    told = told || strstr(last_claim()->notes[i], partly[_i].note);
  ck_assert_msg(told, "%s: %s %s", partly[_i].text, first_mended(last_claim()),
                last_claim()->note_count ? last_claim()->notes[0] : "no note");
}
END_TEST

START_TEST(refuted_lines_get_no_hints) {
  judge("given x : n\nrefute tanh'(x) = 1 + tanh(x).^2\nrefute tanh'(x) = 1 - tanh(x).^2\n");
  for (size_t k = 0; k < 2; k++) {
    ck_assert_uint_eq(report.claims[k].hint_count, 0);
    ck_assert(!report.claims[k].searched);
  }
}
END_TEST

START_TEST(the_same_file_gets_the_same_hints) {
  judge(pairs[_i].text);
  struct bp_claim first = *last_claim();
  judge(pairs[_i].text);
  const struct bp_claim *second = last_claim();
  ck_assert_uint_eq(first.hint_count, second->hint_count);
  for (size_t i = 0; i < first.hint_count; i++) {
    ck_assert_str_eq(first.hints[i].mended, second->hints[i].mended);
    ck_assert_str_eq(first.hints[i].sentence, second->hints[i].sentence);
  }
}
END_TEST

/* A formula of 60 terms has thousands of edits and millions of pairs. */
START_TEST(long_formulas_end_in_time) {
  char text[4096] = "given x, y : n\nclaim x = y";
  for (int k = 0; k < 60; k++)
    sprintf(text + strlen(text), " + %d*x ⊙ y", k);
  judge(text);
  ck_assert(last_claim()->searched);
}
END_TEST

START_TEST(marks_are_where_the_change_is) {
  judge(lines[0].text);
  const struct bp_hint *hint = &last_claim()->hints[0];
  ck_assert_uint_eq(hint->edit_count, 1);
  struct bp_span span = hint->marked[0];
  ck_assert_uint_eq(strlen(hint->edits[0].text), span.end - span.begin);
  ck_assert_int_eq(memcmp(hint->mended + span.begin, hint->edits[0].text, span.end - span.begin),
                   0);
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof *(table)))

int main(void) {
  gsl_set_error_handler_off();
  Suite *suite = suite_create("hints");
  TCase *all = tcase_create("all");
  tcase_add_checked_fixture(all, set_up, tear_down);
  add_long_loop_test(all, a_line_is_mended, COUNT(lines), 16);
  add_long_loop_test(all, what_is_offered_holds_elsewhere, COUNT(lines), 16);
  add_long_loop_test(all, two_mistakes_are_mended, COUNT(pairs), 16);
  add_long_loop_test(all, the_same_file_gets_the_same_hints, COUNT(pairs), 16);
  tcase_add_test(all, pairs_take_no_time_where_none_is_given);
  tcase_add_loop_test(all, a_convention_is_said_once, 0, COUNT(conventions));
  tcase_add_loop_test(all, a_convention_agrees_with_all_lines, 0, COUNT(contradicted));
  tcase_add_test(all, one_line_is_no_convention);
  tcase_add_test(all, a_definition_is_blamed_once);
  tcase_add_test(all, a_definition_is_blamed_for_most);
  tcase_add_test(all, a_definition_with_a_line_that_holds_is_left_alone);
  tcase_add_test(all, conditions_are_not_filled);
  tcase_add_loop_test(all, nothing_silly_is_offered, 0, sizeof silly / sizeof *silly);
  tcase_add_test(all, a_chain_may_hold_in_part);
  tcase_add_test(all, two_wrong_definitions);
  tcase_add_test(all, the_forward_pass_is_not_blamed);
  tcase_add_test(all, what_a_line_is_about_is_not_blamed);
  tcase_add_loop_test(all, nothing_false_is_offered, 0, COUNT(false_ones));
  tcase_add_loop_test(all, what_is_offered_is_proved, 0, sizeof sharp / sizeof *sharp);
  tcase_add_loop_test(all, a_proof_looks_into_corners, 0, COUNT(proofs));
  tcase_add_loop_test(all, what_is_right_is_told, 0, COUNT(partly));
  tcase_add_test(all, refuted_lines_get_no_hints);
  tcase_add_test(all, long_formulas_end_in_time);
  tcase_add_test(all, marks_are_where_the_change_is);
  suite_add_tcase(suite, all);
  return run_suite(suite);
}
