/* Programs in NumPy: which of their lines are statements, what these are in the language of
 * derivations, and what the program is declared to be.
 *
 * A row is a program and its statements, one a line: its line, a letter for the kind (d definition,
 * c claim, u update, ? what is not read), and the text, or why there is none.
 */
#include <check.h>
#include <string.h>

#include "note/turns/programs.h"
#include "suite.h"

static struct bp_arena *arena;

static void set_up(void) { arena = bp_arena_new((size_t)256 << 20); }

static void tear_down(void) { bp_arena_free(arena); }

static struct bp_program_lines lines_of(const char *text, unsigned quotes) {
  struct bp_source *source = bp_arena_alloc(arena, 1, sizeof *source);
  struct bp_code *code = bp_arena_alloc(arena, 1, sizeof *code);
  struct bp_program_lines lines;
  *source = (struct bp_source){"a.py", text, strlen(text)};
  ck_assert(bp_code_begin(source, arena, code));
  ck_assert(bp_code_add(code, 0, source->length, quotes, arena));
  ck_assert_int_eq(bp_programs_find(code, arena, &lines), 0);
  for (size_t i = 0; i < lines.count; i++) {
    const struct bp_program_line *line = &lines.list[i];
    ck_assert_uint_le(line->span.begin, line->span.end);
    ck_assert_uint_le(line->span.end, source->length);
    for (size_t k = 0; k < line->text.length; k++)
      ck_assert_uint_le(line->text.from[k].end, source->length);
  }
  return lines;
}

static const char *statements_of(const char *text) {
  struct bp_program_lines lines = lines_of(text, 0);
  const char *all = "";
  for (size_t i = 0; i < lines.count; i++) {
    const struct bp_program_line *line = &lines.list[i];
    size_t number = 1;
    for (size_t at = 0; at < line->span.begin; at++)
      number += text[at] == '\n';
    all = bp_arena_printf(
        arena, "%s%zu %c %.*s%s\n", all, number, line->why ? '?' : "dcu?"[line->kind],
        (int)(line->why ? 0 : line->text.length), line -> text.text, line->why ? line->why : "");
  }
  return all;
}

#define LAYER "Z = np.dot(W, X) + b\nA = np.tanh(Z)\n"

struct row {
  const char *program, *statements;
};

static const struct row rows[] = {
    /* no derivative, no statement */
    {"x = 1\ny = x + 2\n", ""},
    {"import numpy as np\nprint('dW = 1')\n", ""},
    /* products, elementwise products, transposes, powers, sums along an axis */
    {LAYER "dW = dZ @ X.T\n", "1 d Z = (W * X) + b\n2 d A = tanh(Z)\n3 c dW = dZ * X'\n"},
    {LAYER "dZ = dA * (1 - A**2)\n",
     "1 d Z = (W * X) + b\n2 d A = tanh(Z)\n3 c dZ = dA ⊙ (1 - A .^ 2)\n"},
    {LAYER "db = np.sum(dZ, axis=1, keepdims=True) / m\n",
     "1 d Z = (W * X) + b\n2 d A = tanh(Z)\n3 c db = rowsum(dZ) ./ m\n"},
    {LAYER "dW = np.dot(dZ, X.T) * 1. / m\n",
     "1 d Z = (W * X) + b\n2 d A = tanh(Z)\n3 c dW = (dZ * X') ⊙ 1 ./ m\n"},
    {LAYER "dW = np.multiply(dZ, A + 1).dot(X.transpose())\n",
     "1 d Z = (W * X) + b\n2 d A = tanh(Z)\n3 c dW = ((dZ ⊙ (A + 1)) * X')\n"},
    {LAYER "db = dZ.sum(axis=1)\n", "1 d Z = (W * X) + b\n2 d A = tanh(Z)\n3 c db = rowsum(dZ)\n"},
    /* where people keep arrays */
    {"Z_1 = params['W1'] @ X\ndW_1 = self.dZ1 @ X.T\n", "1 d Z1 = W1 * X\n2 c dW1 = dZ1 * X'\n"},
    /* a copy states nothing, and a line goes on in brackets and behind a backslash */
    {LAYER "W = cache['W']\ndW = (dZ @\n  X.T)  # why\ndb = \\\n  dZ\n",
     "1 d Z = (W * X) + b\n2 d A = tanh(Z)\n4 c dW = (dZ * X')\n6 c db = dZ\n"},
    {LAYER "dW = dZ @ X.T; W -= 0.1 * dW\n",
     "1 d Z = (W * X) + b\n2 d A = tanh(Z)\n3 c dW = dZ * X'\n3 u \n"},
    /* += is a further summand, and a mask a factor */
    {"Z = W @ X\nJ = np.sum(Z) + lam * np.sum(W**2)\ndW = dZ @ X.T\ndW += 2 * lam * W\n",
     "1 d Z = W * X\n2 d J = sum(Z) + lam ⊙ sum(W .^ 2)\n3 c dW = dZ * X' + 2 ⊙ lam ⊙ W\n4 u "
     "\n"},
    {"Z = W @ X\nA = relu(Z)\ndZ = np.array(dA, copy=True)\ndZ[Z <= 0] = 0\n",
     "1 d Z = W * X\n2 d A = relu(Z)\n3 c dZ = dA ⊙ (Z > 0)\n"},
    /* what keeps a logarithm from its edge is left out */
    {"A = sigmoid(W @ X)\nJ = np.sum(np.log(A + 1e-8))\ndA = 1 / np.clip(A, 1e-9, 1)\n",
     "1 d A = sigmoid(W * X)\n2 d J = sum(log(A))\n3 c dA = 1 ./ A\n"},
    /* a function of the program, forward and backward apart */
    {"def f(x):\n  return x * x\ndef forward(X):\n  Z1 = W1 @ X\n  A1 = f(Z1)\ndef backward(X):\n  "
     "dZ1 = dA1 * A1\n  dW1 = dZ1 @ X.T\n",
     "4 d Z1 = W1 * X\n5 d A1 = ownf(Z1)\n7 c dZ1 = dA1 ⊙ A1\n8 c dW1 = dZ1 * X'\n"},
    /* loops and branches */
    {LAYER "for i in range(9):\n  dW = dZ @ X.T\n",
     "1 d Z = (W * X) + b\n2 d A = tanh(Z)\n4 c dW = dZ * X'\n"},
    {LAYER "for i in range(9):\n  dW = dZ[i] @ X.T\n",
     "1 d Z = (W * X) + b\n2 d A = tanh(Z)\n4 ? needs a program without loops and branches: this "
     "line is for some of their turns\n"},
    {LAYER "if fast:\n  dW = dZ @ X.T\n",
     "1 d Z = (W * X) + b\n2 d A = tanh(Z)\n4 ? needs a program without loops and branches: this "
     "line is for some of their turns\n"},
    {"if deep:\n  Z = V @ X\nelse:\n  Z = W @ X\nA = np.tanh(Z)\ndZ = dA * A\n",
     "5 d A = tanh(Z)\n6 ? needs one formula for Z: the program computes it in several ways, in "
     "branches or in parts\n"},
    /* what is not read */
    {LAYER "dW = np.einsum('ij,kj->ik', dZ, X)\n",
     "1 d Z = (W * X) + b\n2 d A = tanh(Z)\n3 ? needs to say what a function in it does: it is "
     "not defined\n"},
    {LAYER "dZ = dA * slope(Z)\n",
     "1 d Z = (W * X) + b\n2 d A = tanh(Z)\n3 ? needs to say what a function in it does: it is not "
     "defined\n"},
    {LAYER "dA = A - Y\ndA[0] = 1\n",
     "1 d Z = (W * X) + b\n2 d A = tanh(Z)\n3 ? it is changed again further down, and only the "
     "whole can be judged\n"},
    {"dW = dZ @ X.T\n", "1 ? needs the forward pass: no line of the program says how its layers "
                        "are computed\n"},
    /* numbered layers without a forward pass are handed to the note around them */
    {"dW2 = np.dot(dZ2, A1.T) / m\n", "1 c dW^{[2]} = (dZ^{[2]} * A^{[1]T}) ./ m\n"},
};

START_TEST(statements) {
  const struct row *row = &rows[_i];
  const char *found = statements_of(row->program);
  ck_assert_msg(!strcmp(found, row->statements), "%s\ngives\n%sinstead of\n%s", row->program, found,
                row->statements);
}
END_TEST

/* ---- declarations -------------------------------------------------------- */

static const struct row declared[] = {
    /* samples as columns, by a sum over them; a bias has one entry along it */
    {"Z = np.dot(W, X) + b\nJ = np.sum((Z - Y)**2) / m\ndZ = 2 * (Z - Y)\n"
     "db = np.sum(dZ, axis=1, keepdims=True) / m\n",
     "given W : size1 x size2\ngiven X : size2 x m\ngiven b : size1 x 1\ngiven Y : size1 x m\n"
     "let Z = (W * X) + b\nlet J = sum((Z - Y) .^ 2) ./ m\nwrite dZ for m*∂J/∂Z\n"
     "write db for ∂J/∂b\n"},
    /* and as rows, by a shape */
    {"N = X.shape[0]\nZ = X @ W + b\nloss = np.mean((Z - y)**2)\ndZ = 2 * (Z - y) / N\ndb = "
     "dZ.sum(axis=0)\n",
     "given X : N x size1\ngiven W : size1 x size2\ngiven b : 1 x size2\ngiven y : N x size2\n"
     "let Z = X * W + b\nlet loss = mean((Z - y) .^ 2)\nwrite dZ for N*∂loss/∂Z\n"
     "write db for ∂loss/∂b\n"},
    /* one number for all outputs makes the network one of one output */
    {"z = np.dot(X, w) + b\nloss = np.mean((z - y)**2)\ndz = z - y\ndb = np.sum(dz)\n",
     "given X : m x size1\ngiven w : size1 x 1\ngiven b : number\ngiven y : m x 1\n"
     "let z = (X * w) + b\nlet loss = mean((z - y) .^ 2)\nwrite dz for m*∂loss/∂z\n"
     "write db for ∂loss/∂b\n"},
    /* added derivatives have the opposite sign */
    {"z = X @ W\nloss = np.sum((z - y)**2)\ndW = X.T @ (y - z)\nW += dW\n",
     "given X : m x size1\ngiven W : size1 x size2\ngiven y : m x size2\nlet z = X * W\n"
     "let loss = sum((z - y) .^ 2)\nwrite dW for -1*∂loss/∂W\n"},
};

START_TEST(declarations) {
  const struct row *row = &declared[_i];
  struct bp_program_lines lines = lines_of(row->program, 0);
  ck_assert_uint_gt(lines.count, 0);
  struct bp_program_reading reading = bp_program_reading(lines.list[0].program, 0);
  const char *found = bp_program_prelude(lines.list[0].program, &reading, arena);
  ck_assert_msg(!strcmp(found, row->statements), "%s\ngives\n%sinstead of\n%s", row->program, found,
                row->statements);
}
END_TEST

/* The marks of a quotation, and of a console, are no part of a program. */
START_TEST(quoted) {
  struct bp_program_lines lines = lines_of("> >>> Z = W @ X\n> >>> dW = dZ @ X.T\n", 1);
  ck_assert_uint_eq(lines.count, 2);
}
END_TEST

/* Nothing that is long or deep takes long or much. */
START_TEST(bounds) {
  enum { MANY = 200000 };
  char *text = bp_arena_alloc(arena, MANY * 12 + 64, 1);
  strcpy(text, "dW = ");
  memset(text + 5, _i == 0 ? '(' : '-', MANY);
  lines_of(text, 0);
  size_t at = 5;
  for (size_t k = 0; k < MANY; k++, at += 4)
    memcpy(text + at, _i == 0 ? "x + " : "x**y", 4);
  text[at] = '\0';
  lines_of(text, 0);
  at = 0;
  for (size_t k = 0; k < MANY; k++, at += 7)
    memcpy(text + at, _i == 0 ? "dW = Z\n" : "if x:y\n", 7);
  text[at] = '\0';
  lines_of(text, 0);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("code");
  TCase *tests = tcase_create("programs");
  tcase_add_checked_fixture(tests, set_up, tear_down);
  tcase_add_loop_test(tests, statements, 0, sizeof rows / sizeof *rows);
  tcase_add_loop_test(tests, declarations, 0, sizeof declared / sizeof *declared);
  tcase_add_test(tests, quoted);
  tcase_add_loop_test(tests, bounds, 0, 2);
  suite_add_tcase(suite, tests);
  return run_suite(suite);
}
