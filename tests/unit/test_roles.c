/* Which array of an archive plays which part, by its name: W, b and the gradients of each layer, in
 * the orders and spellings that people use. */
#include <check.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "data/roles.h"
#include "diagnosed.h"
#include "suite.h"

#define ROWS(table) (int)(sizeof(table) / sizeof *(table))

static const struct {
  const char *name;
  enum bp_role_kind kind;
  bool numbered;
  size_t number;
  const char *path;
} role_rows[] = {
    {"X", BP_ROLE_X, false, 0, NULL},
    {"x", BP_ROLE_X, false, 0, NULL},
    {"inputs", BP_ROLE_X, false, 0, NULL},
    {"Y", BP_ROLE_Y, false, 0, NULL},
    {"labels", BP_ROLE_Y, false, 0, NULL},
    {"X1", BP_ROLE_NONE, false, 0, NULL},
    {"dX", BP_ROLE_NONE, false, 0, NULL},
    {"W1", BP_ROLE_W, true, 1, NULL},
    {"W[1]", BP_ROLE_W, true, 1, NULL},
    {"W_1", BP_ROLE_W, true, 1, NULL},
    {"w12", BP_ROLE_W, true, 12, NULL},
    {"W(3)", BP_ROLE_W, true, 3, NULL},
    {"weight1", BP_ROLE_W, true, 1, NULL},
    {"weights.1", BP_ROLE_W, true, 1, NULL},
    {"Weights_0", BP_ROLE_W, true, 0, NULL},
    {"W", BP_ROLE_W, false, 0, NULL},
    {"b2", BP_ROLE_B, true, 2, NULL},
    {"bias_2", BP_ROLE_B, true, 2, NULL},
    {"biases[2]", BP_ROLE_B, true, 2, NULL},
    {"dW1", BP_ROLE_DW, true, 1, NULL},
    {"dW[1]", BP_ROLE_DW, true, 1, NULL},
    {"d_w_1", BP_ROLE_DW, true, 1, NULL},
    {"grad_W1", BP_ROLE_DW, true, 1, NULL},
    {"gradW1", BP_ROLE_DW, true, 1, NULL},
    {"W1.grad", BP_ROLE_DW, true, 1, NULL},
    {"W1_grad", BP_ROLE_DW, true, 1, NULL},
    {"dbias1", BP_ROLE_DB, true, 1, NULL},
    {"b1.gradient", BP_ROLE_DB, true, 1, NULL},
    {"dZ2", BP_ROLE_DZ, true, 2, NULL},
    {"delta2", BP_ROLE_DZ, true, 2, NULL},
    {"dA[1]", BP_ROLE_DA, true, 1, NULL},
    {"fc1.weight", BP_ROLE_W, false, 0, "fc1"},
    {"layers.0.bias", BP_ROLE_B, false, 0, "layers.0"},
    {"fc1.weight.grad", BP_ROLE_DW, false, 0, "fc1"},
    {"grad_fc1.bias", BP_ROLE_DB, false, 0, "fc1"},
    {"dense1.weight", BP_ROLE_W, false, 0, "dense1"},
    {"dense/kernel", BP_ROLE_W, false, 0, "dense"},
    {"W1_old", BP_ROLE_NONE, false, 0, NULL},
    {"W[1", BP_ROLE_NONE, false, 0, NULL},
    {"W1]", BP_ROLE_NONE, false, 0, NULL},
    {"W-1", BP_ROLE_NONE, false, 0, NULL},
    {"W[]", BP_ROLE_NONE, false, 0, NULL},
    {"", BP_ROLE_NONE, false, 0, NULL},
    {"d", BP_ROLE_NONE, false, 0, NULL},
    {"grad", BP_ROLE_NONE, false, 0, NULL},
    {".grad", BP_ROLE_NONE, false, 0, NULL},
    {"Z1", BP_ROLE_NONE, false, 0, NULL},
    {"A1", BP_ROLE_NONE, false, 0, NULL},
    {"loss", BP_ROLE_NONE, false, 0, NULL},
    {"batch", BP_ROLE_NONE, false, 0, NULL},
    {"W99999999999", BP_ROLE_NONE, false, 0, NULL},
};

START_TEST(a_role) {
  struct bp_role role = bp_role_of(role_rows[_i].name);
  const char *path = role_rows[_i].path;
  ck_assert_msg(role.kind == role_rows[_i].kind, "%s is taken for %d", role_rows[_i].name,
                (int)role.kind);
  if (role.kind == BP_ROLE_NONE)
    return;
  ck_assert_msg(role.numbered == role_rows[_i].numbered && role.number == role_rows[_i].number,
                "%s has the number %zu", role_rows[_i].name, role.number);
  ck_assert_uint_eq(role.path_length, path ? strlen(path) : 0);
  ck_assert(!path || strncmp(role.path, path, role.path_length) == 0);
}
END_TEST

/* Whom a list of names, separated by blanks, makes W1, b1, W2, b2, dW1 and dW2 of two layers. */
static const struct {
  const char *names, *orders;
  size_t depth;
  const char *cast; /* or, where it begins with !, what the message has */
} casts[] = {
    {"X Y W1 b1 W2 b2 dW1 dW2", "", 2, "W1 b1 W2 b2 dW1 dW2"},
    {"W0 b0 W1 b1 dW0 dW1", "", 2, "W0 b0 W1 b1 dW0 dW1"},
    {"W0 W1 b1 W2 b2 dW1 dW2", "", 2, "W1 b1 W2 b2 dW1 dW2"},
    {"W b dW", "", 1, "W b - - dW -"},
    {"W b dW", "", 2, "- - - - - -"},
    {"fc2.weight fc1.weight fc1.bias fc2.bias fc1.weight.grad fc2.weight.grad", "", 2,
     "fc1.weight fc1.bias fc2.weight fc2.bias fc1.weight.grad fc2.weight.grad"},
    {"0.weight 0.bias 10.weight 10.bias 2.scale", "", 2, "0.weight 0.bias 10.weight 10.bias - -"},
    {"W1 w_1 b1", "", 2, "!both W1 and w_1 could be W1"},
    {"W1 w_1 b1", "W1=w_1", 2, "w_1 b1 - - - -"},
    {"alpha beta b1", "W1=alpha W2=beta", 2, "alpha b1 beta - - -"},
    {"W1 W2", "W1=W2 W2=W1", 2, "W2 - W1 - - -"},
    {"alpha", "W1=alpa", 2, "!has no array of this name"},
    {"alpha", "Q=alpha", 2, "!this names no array"},
    {"alpha", "W3=alpha", 2, "!this names no array"},
    {"alpha", "W=alpha", 2, "!this names no array"},
    {"alpha", "W1", 2, "!this names no array"},
    {"a.weight b.weight", "", 2, "!their order cannot be told"},
    {"fc1.weight fc2.weight fc3.weight", "", 2, "!the network has 2"},
    {"W1 b1 W2 b2 dW1 bn.weight", "", 2, "W1 b1 W2 b2 dW1 -"},
};

static size_t split(const char *text, const char **words) {
  size_t count = 0;
  char *copy = bp_arena_strdup(arena, text), *rest = NULL;
  for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
    words[count++] = word;
  return count;
}

START_TEST(a_cast) {
  static const enum bp_role_kind kinds[] = {BP_ROLE_W, BP_ROLE_B,  BP_ROLE_W,
                                            BP_ROLE_B, BP_ROLE_DW, BP_ROLE_DW};
  static const size_t layers[] = {1, 1, 2, 2, 1, 2};
  const char *names[16], *orders[4], *text = "";
  struct bp_source sources[4];
  struct bp_cast cast;
  size_t count = split(casts[_i].names, names), ordered = split(casts[_i].orders, orders);
  for (size_t k = 0; k < ordered; k++)
    sources[k] = (struct bp_source){"--name", orders[k], strlen(orders[k])};
  int status = bp_cast_roles("g.npz", names, count, casts[_i].depth, sources, ordered, arena,
                             &diagnostics, &cast);
  ck_assert_int_eq(status, casts[_i].cast[0] == '!' ? -1 : 0);
  if (status != 0) {
    ck_assert_msg(strstr(last_message(), casts[_i].cast + 1) != NULL, "%s: %s", casts[_i].names,
                  last_message());
    return;
  }
  for (size_t k = 0; k < 6; k++) {
    size_t place = layers[k] <= casts[_i].depth ? cast.place[kinds[k]][layers[k]] : SIZE_MAX;
    text = bp_arena_printf(arena, "%s%s%s", text, k ? " " : "",
                           place == SIZE_MAX ? "-" : names[place]);
  }
  ck_assert_str_eq(text, casts[_i].cast);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("roles");
  TCase *roles = tcase_create("roles");
  tcase_add_checked_fixture(roles, set_up, tear_down);
  tcase_add_loop_test(roles, a_role, 0, ROWS(role_rows));
  tcase_add_loop_test(roles, a_cast, 0, ROWS(casts));
  suite_add_tcase(suite, roles);
  return run_suite(suite);
}
