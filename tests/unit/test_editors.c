/* The colours of editors know every word of the program: statements, domains, functions in all of
 * their spellings.  What the tables of the program have and a file of editors/ does not is named.
 */
#include <check.h>
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lang/ast.h"
#include "num/function.h"
#include "suite.h"
#include "value/builtin.h"

static const char *const files[] = {"editors/vim/syntax/deriv.vim",
                                    "editors/vscode/syntaxes/deriv.tmLanguage.json"};
enum { FILES = sizeof files / sizeof *files };

static char *texts[FILES];

static char *contents(const char *name) {
  enum { MOST = 1 << 16 };
  char path[4096], *text = calloc(MOST, 1);
  snprintf(path, sizeof path, "%s/%s", SOURCE_FOLDER, name);
  FILE *stream = fopen(path, "rb");
  ck_assert_msg(stream && text, "cannot read %s", path);
  size_t length = fread(text, 1, MOST - 1, stream);
  ck_assert_msg(length > 0 && length < MOST - 1, "%s is empty or too long", path);
  fclose(stream);
  return text;
}

static void set_up(void) {
  for (size_t k = 0; k < FILES; k++)
    texts[k] = contents(files[k]);
}

static void tear_down(void) {
  for (size_t k = 0; k < FILES; k++)
    free(texts[k]);
}

static bool ends_word(char sign) { return !isalnum((unsigned char)sign) && !(sign & 0x80); }

/* Whether the text has it as a whole word. */
static bool has_word(const char *text, const char *word) {
  size_t length = strlen(word);
  for (const char *at = strstr(text, word); at; at = strstr(at + 1, word))
    if (at > text && ends_word(at[-1]) && ends_word(at[length]))
      return true;
  return false;
}

static void require(const char *word) {
  for (size_t k = 0; k < FILES; k++) {
    /* vim has the two spellings of leaky_relu in one pattern */
    bool pattern = strstr(word, "leaky") == word && strstr(texts[k], "leaky[-_]relu");
    ck_assert_msg(pattern || has_word(texts[k], word), "%s lacks %s", files[k], word);
  }
}

START_TEST(statements_stand_there) {
  for (int kind = 0; kind < BP_STATEMENT_KIND_COUNT; kind++)
    require(bp_statement_keyword((enum bp_statement_kind)kind));
}
END_TEST

START_TEST(words_stand_there) {
#define DOMAIN_WORD(word, kind, example) #word,
  static const char *const words[] = {BP_DOMAINS(DOMAIN_WORD) "for",
                                      "in",
                                      "at",
                                      "odot",
                                      "number",
                                      "function",
                                      "all",
                                      "kron",
                                      "e",
                                      "numerator",
                                      "pi"};
#undef DOMAIN_WORD
  for (size_t k = 0; k < sizeof words / sizeof *words; k++)
    require(words[k]);
}
END_TEST

START_TEST(functions_stand_there) {
  for (size_t k = 0; k < bp_builtin_count; k++)
    require(bp_builtins[k].name);
  for (size_t k = 0; k < bp_function_count; k++) {
    require(bp_functions[k].name);
    require(bp_functions[k].symbol);
    for (size_t i = 0; i < BP_MOST_SPELLINGS && bp_functions[k].spelling[i]; i++)
      require(bp_functions[k].spelling[i]);
  }
}
END_TEST

/* The search itself must be able to miss. */
START_TEST(parts_of_words_do_not_count) {
  ck_assert(has_word(" tanh relu", "relu"));
  ck_assert(!has_word(" tanh leakyrelu", "relu"));
  ck_assert(!has_word(" relus", "relu"));
  ck_assert(!has_word(" xσ ", "σ"));
}
END_TEST

int main(void) {
  Suite *suite = suite_create("editors");
  TCase *words = tcase_create("words");
  tcase_add_unchecked_fixture(words, set_up, tear_down);
  tcase_add_test(words, statements_stand_there);
  tcase_add_test(words, words_stand_there);
  tcase_add_test(words, functions_stand_there);
  tcase_add_test(words, parts_of_words_do_not_count);
  suite_add_tcase(suite, words);
  return run_suite(suite);
}
