/* Tables, searched from end to end. */
#include "note/latex/words.h"

#include <string.h>

#define ROW(word, kind)                                                                            \
  { word, BP_CUT_##kind, BP_WRITTEN_EQUAL, NULL }
#define RELATION(word, relation, ours)                                                             \
  { word, BP_CUT_RELATION, BP_WRITTEN_##relation, ours }

static const struct bp_cut_word words[] = {
    ROW(",", BLANK),
    ROW(";", BLANK),
    ROW(":", BLANK),
    ROW("!", BLANK),
    ROW(" ", BLANK),
    ROW(">", BLANK),
    ROW("nonumber", BLANK),
    ROW("notag", BLANK),
    ROW("displaystyle", BLANK),
    ROW("textstyle", BLANK),
    ROW("boxed", BLANK),
    ROW("class", LABEL),
    ROW("cssId", LABEL),
    ROW("htmlClass", LABEL),
    ROW("style", LABEL),
    ROW("href", LABEL),
    ROW("label", LABEL),
    ROW("tag", LABEL),
    ROW("color", LABEL),
    ROW("hspace", LABEL),
    ROW("vspace", LABEL),
    ROW("phantom", LABEL),
    ROW("underset", LABEL),
    ROW("stackrel", LABEL),
    ROW("overset", LABEL),
    ROW("bbox", BLANK),
    ROW("fbox", BLANK),
    ROW("quad", SOFT),
    ROW("qquad", SOFT),
    ROW("Rightarrow", HARD),
    ROW("rightarrow", HARD),
    ROW("Longrightarrow", HARD),
    ROW("implies", HARD),
    ROW("impliedby", HARD),
    ROW("iff", HARD),
    ROW("Leftrightarrow", HARD),
    ROW("to", HARD),
    ROW("therefore", HARD),
    ROW("because", HARD),
    ROW("text", WORDS),
    ROW("mbox", WORDS),
    ROW("textrm", WORDS),
    ROW("textit", WORDS),
    ROW("begin", BEGIN),
    ROW("end", END),
    ROW("sum", SUM),
    RELATION("equiv", EQUAL, "="),
    RELATION("triangleq", EQUAL, "="),
    RELATION("doteq", EQUAL, "="),
    RELATION("coloneqq", UPDATE, "="),
    RELATION("leftarrow", UPDATE, "="),
    RELATION("gets", UPDATE, "="),
    RELATION("approx", ABOUT, "≈"),
    RELATION("simeq", ABOUT, "≈"),
    RELATION("leq", ORDER, "<="),
    RELATION("le", ORDER, "<="),
    RELATION("geq", ORDER, ">="),
    RELATION("ge", ORDER, ">="),
    RELATION("lt", ORDER, "<"),
    RELATION("gt", ORDER, ">"),
    RELATION("in", MEMBER, " in "),
    RELATION("sim", MEMBER, " in "),
    RELATION("propto", MEMBER, " in "),
    RELATION("ne", MEMBER, "≠"),
    RELATION("neq", MEMBER, "≠"),
};

#undef ROW
#define ROW(sign, kind, ours)                                                                      \
  { sign, BP_CUT_##kind, BP_WRITTEN_EQUAL, ours }

static const struct bp_cut_sign signs[] = {
    ROW("，", SOFT, ","),
    ROW("；", SOFT, " "),
    ROW("、", SOFT, ","),
    ROW("（", KEEP, "("),
    ROW("）", KEEP, ")"),
    ROW("。", KEEP, ""),
    ROW("＋", KEEP, "+"),
    ROW("－", KEEP, "-"),
    ROW("\u200B", KEEP, ""),
    ROW("\uFEFF", KEEP, ""),
    ROW("\u00A0", KEEP, " "),
    ROW("\u2061", KEEP, ""),
    ROW("’", KEEP, "'"),
    ROW("−", KEEP, "-"),
    RELATION("＝", EQUAL, "="),
    RELATION("≈", ABOUT, "≈"),
    RELATION("≤", ORDER, "<="),
    RELATION("≥", ORDER, ">="),
    RELATION("∈", MEMBER, " in "),
    RELATION("即为参数", NAMED, "="),
    RELATION("即为权重", NAMED, "="),
    RELATION("即为", EQUAL, "="),
    RELATION("等于", EQUAL, "="),
    ROW("！", WORDS, ""),
    ROW("？", WORDS, ""),
    ROW("：", WORDS, ""),
};

const struct bp_cut_word *bp_cut_word_find(const char *word, size_t length) {
  for (size_t k = 0; k < sizeof words / sizeof *words; k++)
    if (strlen(words[k].word) == length && memcmp(words[k].word, word, length) == 0)
      return &words[k];
  return NULL;
}

const struct bp_cut_sign *bp_cut_sign_find(const char *text, size_t left, size_t *length) {
  static const struct bp_cut_sign script = ROW("", WORDS, "");
  unsigned char first = (unsigned char)text[0];
  for (size_t k = 0; k < sizeof signs / sizeof *signs; k++) {
    *length = strlen(signs[k].sign);
    if (*length <= left && memcmp(text, signs[k].sign, *length) == 0)
      return &signs[k];
  }
  *length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1;
  if (*length > left)
    *length = left;
  bool unspaced = *length == 3 && first >= 0xE3 && first <= 0xED; /* U+3000 to U+DFFF */
  return unspaced ? &script : NULL;
}

static bool is_any(const char *text, size_t length, const char *const *list) {
  for (; *list; list++)
    if (strlen(*list) == length && memcmp(*list, text, length) == 0)
      return true;
  return false;
}

enum bp_environment bp_environment_of(const char *group, size_t length) {
  static const char *const matrices[] = {"matrix",  "bmatrix",     "pmatrix", "vmatrix", "Bmatrix",
                                         "Vmatrix", "smallmatrix", "cases",   NULL};
  static const char *const columns[] = {"array", "tabular", NULL};
  if (length < 2)
    return BP_ENVIRONMENT_LAYOUT;
  if (is_any(group + 1, length - 2, columns))
    return BP_ENVIRONMENT_COLUMNS;
  return is_any(group + 1, length - 2, matrices) ? BP_ENVIRONMENT_MATRIX : BP_ENVIRONMENT_LAYOUT;
}

bool bp_is_short_word(const char *letters) {
  return memcmp(letters, "ln", 2) == 0 || memcmp(letters, "tr", 2) == 0 ||
         memcmp(letters, "np", 2) == 0 || memcmp(letters, "CE", 2) == 0;
}

/* cosT is a product, and cost a word. */
static bool is_word_of_four(const char *letters, size_t length) {
  static const char *const words[] = {"cost", "sink", "sine", "sing", "logs", "logo", NULL};
  return is_any(letters, length, words);
}

size_t bp_function_before(const char *letters, size_t length) {
  static const char *const functions[] = {"tanh", "sinh", "cosh", "log", "exp", "sin", "cos"};
  if (is_word_of_four(letters, length))
    return 0;
  for (size_t k = 0; k < sizeof functions / sizeof *functions; k++)
    if (strlen(functions[k]) + 1 == length &&
        memcmp(letters, functions[k], strlen(functions[k])) == 0 && letters[length - 1] != 'h')
      return length - 1;
  return 0;
}
