/* One walk over the text.  A star is a product of matrices unless one of its sides is a number, and
 * names get the objects and dictionaries back in which the program keeps them.
 */
#include "study/program/numpy.h"
#include "note/latex/written.h"

#include <string.h>

struct walk {
  const struct bp_program *program;
  struct bp_span line; /* the statement for which it is written */
  struct bp_arena *arena;
  const char *text;
  size_t at;
  const char *all; /* written so far; NULL once memory was short */
};

static bool is_digit(char sign) { return sign >= '0' && sign <= '9'; }

static void put(struct walk *walk, const char *text, size_t length) {
  if (walk->all && text)
    walk->all = bp_arena_printf(walk->arena, "%s%.*s", walk->all, (int)length, text);
  else
    walk->all = NULL;
}

static size_t word_length(const char *text) {
  size_t length = 0;
  while (bp_is_letter(text[length]) || (length > 0 && is_digit(text[length])))
    length++;
  return length;
}

/* Whether [begin, end) has no array in it: figures, sizes, rates. */
static bool is_number(const struct walk *walk, size_t begin, size_t end) {
  bool any = false;
  for (size_t at = begin; at < end;) {
    size_t word = word_length(walk->text + at);
    bool number = walk->program ? bp_program_is_number(walk->program, walk->text + at, word)
                                : word == 1 && walk->text[at] == 'm';
    if (word > 0 && !number)
      return false;
    any = any || word > 0 || is_digit(walk->text[at]);
    at += word > 0 ? word : 1;
  }
  return any;
}

/* Where the operand before `end` begins: back to an operator outside of brackets. */
static size_t operand_begin(const char *text, size_t end) {
  size_t depth = 0, at = end;
  while (at > 0 && text[at - 1] == ' ')
    at--;
  for (; at > 0; at--) {
    char sign = text[at - 1];
    depth += strchr(")]", sign) != NULL;
    if (strchr("([", sign) && depth-- == 0)
      break;
    if (depth == 0 && strchr("+*, ", sign))
      break;
  }
  return at;
}

static size_t operand_end(const char *text, size_t at) {
  size_t depth = 0;
  while (text[at] == ' ')
    at++;
  for (; text[at]; at++) {
    depth += strchr("([", text[at]) != NULL;
    if (strchr(")]", text[at]) && depth-- == 0)
      break;
    if (depth == 0 && strchr("+-*, ", text[at]))
      break;
  }
  return at;
}

static void star(struct walk *walk) {
  bool scaled = is_number(walk, operand_begin(walk->text, walk->at), walk->at) ||
                is_number(walk, walk->at + 1, operand_end(walk->text, walk->at + 1));
  put(walk, scaled ? "*" : "@", 1);
  walk->at++;
}

/* The bracket that closes the one at `at`; the end of the text where none does. */
static size_t closing(const char *text, size_t at) {
  size_t depth = 0;
  for (; text[at]; at++) {
    depth += text[at] == '(';
    if (text[at] == ')' && --depth == 0)
      return at;
  }
  return at;
}

static bool is_word(const struct walk *walk, size_t length, const char *word) {
  return strlen(word) == length && memcmp(walk->text + walk->at, word, length) == 0;
}

/* rowsum(E) and colsum(E), which NumPy says behind E. */
static bool sum(struct walk *walk, size_t length) {
  bool rows = is_word(walk, length, "rowsum"), columns = is_word(walk, length, "colsum");
  size_t open = walk->at + length;
  if ((!rows && !columns) || walk->text[open] != '(')
    return false;
  size_t close = closing(walk->text, open);
  const char *inside = bp_arena_strndup(walk->arena, walk->text + open + 1, close - open - 1);
  inside = inside ? bp_study_numpy(walk->program, inside, walk->line, walk->arena) : NULL;
  const char *all = inside ? bp_arena_printf(walk->arena, "np.sum(%s, axis=%d, keepdims=True)",
                                             inside, rows ? 1 : 0)
                           : NULL;
  put(walk, all, all ? strlen(all) : 0);
  walk->at = walk->text[close] ? close + 1 : close;
  return true;
}

static void word(struct walk *walk) {
  static const char *const functions[] = {"exp", "log",  "tanh", "sqrt",  "abs",
                                          "sum", "mean", "ones", "zeros", "where"};
  size_t length = word_length(walk->text + walk->at);
  if (sum(walk, length))
    return;
  const char *spelled = walk->program ? bp_program_spelled(walk->program, walk->text + walk->at,
                                                           length, walk->line, walk->arena)
                                      : NULL;
  bool calls = walk->text[walk->at + length] == '(';
  for (size_t k = 0; calls && !spelled && k < sizeof functions / sizeof *functions; k++)
    if (is_word(walk, length, functions[k]))
      spelled = bp_arena_printf(walk->arena, "np.%s", functions[k]);
  put(walk, spelled ? spelled : walk->text + walk->at, spelled ? strlen(spelled) : length);
  walk->at += length;
  while (walk->text[walk->at] == '[') { /* a layer: W[1] is W1, and of any layer A[l-1] A_prev */
    const char *index = walk->text + walk->at + 1, *close = strchr(index, ']');
    size_t inside = close ? (size_t)(close - index) : 0;
    bool any = inside > 0 && index[0] == 'l', before = inside == 3 && !memcmp(index, "l-1", 3);
    if (before)
      put(walk, "_prev", strlen("_prev"));
    else if (!any || inside > 1)
      put(walk, index, inside);
    walk->at += inside + 1 + (close != NULL);
  }
}

static bool take(struct walk *walk, const char *ours, const char *theirs) {
  if (strncmp(walk->text + walk->at, ours, strlen(ours)) != 0)
    return false;
  put(walk, theirs, strlen(theirs));
  walk->at += strlen(ours);
  return true;
}

const char *bp_study_numpy(const struct bp_program *program, const char *text, struct bp_span line,
                           struct bp_arena *arena) {
  struct walk walk = {program, line, arena, text, 0, ""};
  while (text[walk.at] && walk.all) {
    char sign = text[walk.at];
    bool field = walk.at > 0 && strchr(".\"'_", text[walk.at - 1]); /* as the program has it */
    if (bp_is_letter(sign) && field) {
      put(&walk, text + walk.at, word_length(text + walk.at));
      walk.at += word_length(text + walk.at);
    } else if (bp_is_letter(sign))
      word(&walk);
    else if (sign == '*' && text[walk.at + 1] != '*')
      star(&walk);
    else if (!take(&walk, "**", "**") && !take(&walk, "⊙", "*") && !take(&walk, "./", "/") &&
             !take(&walk, ".^", "**") && !take(&walk, "^", "**") && !take(&walk, "'", ".T")) {
      put(&walk, text + walk.at, 1);
      walk.at++;
    }
  }
  return walk.all;
}

const char *bp_study_numpy_sentence(const struct bp_program *program, const char *sentence,
                                    struct bp_span line, struct bp_arena *arena) {
  static const char size[] = "size";
  const char *told = "", *from = sentence, *at = program ? strstr(sentence, size) : NULL;
  for (; told && at; at = strstr(at + 1, size)) {
    size_t length = sizeof size - 1 + strspn(at + sizeof size - 1, "0123456789");
    bool name = length >= sizeof size && (at == sentence || !bp_is_letter(at[-1]));
    const char *spelled = name ? bp_program_spelled(program, at, length, line, arena) : NULL;
    if (!spelled)
      continue;
    told = bp_arena_printf(arena, "%s%.*s%s", told, (int)(at - from), from, spelled);
    from = at + length;
  }
  return told ? bp_arena_printf(arena, "%s%s", told, from) : NULL;
}
