/* Two walks: the first sees which letters have indices that run, the second takes the names. */
#include "study/own/names.h"

#include <string.h>

#include "base/list.h"
#include "note/latex/written.h"
#include "study/own/uses.h"

static bool is_any(const char *text, size_t length, const char *const *list) {
  for (; *list; list++)
    if (strlen(*list) == length && memcmp(*list, text, length) == 0)
      return true;
  return false;
}

static const char *const greek[] = {
    "alpha", "beta",  "gamma",  "delta", "epsilon", "varepsilon", "zeta",     "eta",
    "theta", "kappa", "lambda", "mu",    "nu",      "xi",         "rho",      "sigma",
    "tau",   "phi",   "varphi", "chi",   "psi",     "omega",      "Gamma",    "Theta",
    "Phi",   "Psi",   "Omega",  "ell",   "Lambda",  "vartheta",   "varsigma", NULL};
static const char *const faces[] = {"mathbf", "boldsymbol",   "bm",  "mathrm", "mathcal", "text",
                                    "mathit", "operatorname", "vec", "mathsf", "bold",    "textbf",
                                    NULL};
static const char *const accents[] = {"hat",      "tilde",     "bar", "widehat",
                                      "overline", "widetilde", NULL};

static size_t blanks(const struct bp_written *text, size_t at, size_t end) {
  while (at < end && text->text[at] == ' ')
    at++;
  return at;
}

/* The letter, word or command at `at`, without its faces; NULL where none is.  Sets *over. */
static const char *base_at(const struct bp_written *text, size_t at, size_t end,
                           struct bp_arena *arena, size_t *over) {
  const char *all = text->text;
  *over = at + 1;
  if (bp_is_letter(all[at])) {
    while (*over < end && bp_is_letter(all[*over]))
      ++*over;
    return bp_arena_strndup(arena, all + at, *over - at);
  }
  if (all[at] != '\\')
    return NULL;
  *over = bp_command_end(all, at, end);
  const char *word = all + at + 1;
  size_t length = *over - at - 1;
  if (is_any(word, length, greek))
    return bp_arena_strndup(arena, all + at, length + 1);
  static const char *const skipped[] = {"begin", "end", "mathbb", "tag", NULL};
  size_t group = blanks(text, *over, end);
  if (is_any(word, length, skipped) && group < end && all[group] == '{')
    *over = bp_group_end(all, group, end);
  bool accent = is_any(word, length, accents);
  if (!accent && !is_any(word, length, faces))
    return NULL;
  size_t open = blanks(text, *over, end);
  if (open >= end)
    return NULL;
  size_t close = all[open] == '{' ? bp_group_end(all, open, end) : 0, inner_end;
  size_t begin = blanks(text, close > 0 ? open + 1 : open, end);
  const char *inner =
      begin < end ? base_at(text, begin, close > 0 ? close - 1 : end, arena, &inner_end) : NULL;
  if (!inner || (close > 0 && blanks(text, inner_end, close - 1) < close - 1)) {
    *over = close > 0 ? close : open;
    return NULL;
  }
  *over = close > 0 ? close : inner_end;
  return accent ? bp_arena_printf(arena, "\\%.*s{%s}", (int)length, word, inner) : inner;
}

/* ---- subscripts ---------------------------------------------------------- */

static bool runs(const struct bp_own_names *names, char sign) {
  return sign != '\0' && (strchr("ijklmnpqrst", sign) || (names && strchr(names->bound, sign)));
}

/* How many indices a subscript has: "i", "ij", "i,j", "i+1"; 0: it is none of them. */
static unsigned indices_in(const struct bp_own_names *names, const char *text, size_t length) {
  unsigned count = 0;
  bool letter = false;
  for (size_t i = 0; i < length; i++) {
    if (bp_is_letter(text[i]) && !runs(names, text[i]))
      return 0;
    bool shift = i > 0 && (text[i - 1] == '+' || text[i - 1] == '-');
    if (!bp_is_letter(text[i]) && !strchr(":,+- 0123456789", text[i]))
      return 0;
    letter = letter || bp_is_letter(text[i]);
    count += (bp_is_letter(text[i]) && !shift) || text[i] == ':';
  }
  return letter && count <= 2 ? count : 0;
}

/* "ij" as "i,j". */
static const char *spelled_indices(const char *text, size_t length, struct bp_arena *arena) {
  const char *all = "";
  for (size_t i = 0; i < length && all; i++) {
    bool index = bp_is_letter(text[i]) || text[i] == ':';
    bool apart = i > 0 && index && (bp_is_letter(text[i - 1]) || text[i - 1] == ':');
    all = bp_arena_printf(arena, "%s%s%c", all, apart ? "," : "", text[i]);
  }
  return all;
}

/* Whether the base is used with an index that runs. */
static bool is_indexed(const struct bp_own_names *names, const char *base) {
  for (size_t i = 0; names && i < names->count; i++)
    if (names->list[i].indices > 0 && !names->list[i].has_part &&
        strcmp(names->list[i].base, base) == 0)
      return true;
  return false;
}

static bool is_numeral(const char *text, size_t length) {
  for (size_t i = 0; i < length; i++)
    if (!(text[i] >= '0' && text[i] <= '9') && text[i] != ',')
      return false;
  return length > 0;
}

/* Whether a name with this part below it is used without an index, in small or capital letters:
 * then z_{oi} is the element i of z_o. */
static bool has_part(const struct bp_own_names *names, const char *base, const char *part,
                     size_t length) {
  for (size_t i = 0; names && i < names->count; i++) {
    const struct bp_own_name *name = &names->list[i];
    size_t own = strlen(name->base);
    bool alike = own == strlen(base) && strncmp(name->base, base, own - 1) == 0 &&
                 (name->base[own - 1] | 0x20) == (base[own - 1] | 0x20);
    if (name->has_part && alike && strncmp(name->text + own, "_{", 2) == 0 &&
        strncmp(name->text + own + 2, part, length) == 0 && name->text[own + 2 + length] == '}')
      return true;
  }
  return false;
}

/* Whether the number below it makes a name that some statement defines. */
static bool is_numbered(const struct bp_own_names *names, const char *base, const char *text,
                        size_t length) {
  size_t own = strlen(base);
  for (size_t i = 0; names && i < names->count; i++) {
    const struct bp_own_name *name = &names->list[i];
    if (name->numbered && strcmp(name->base, base) == 0 && strlen(name->text) == own + length + 3 &&
        strncmp(name->text + own + 2, text, length) == 0)
      return true;
  }
  return false;
}

/* Whether the letter below it tells one weight from others, W_i beside W_f and W_o, and is no
 * index. */
static bool is_gate(const struct bp_own_names *names, const char *base, const char *text,
                    size_t length) {
  bool weight = strcmp(base, "W") == 0 || strcmp(base, "U") == 0 || strcmp(base, "V") == 0 ||
                strcmp(base, "b") == 0 || strcmp(base, "R") == 0;
  for (size_t i = 0; names && weight && length == 1 && bp_is_letter(text[0]) && i < names->count;
       i++)
    if (names->list[i].has_part && strcmp(names->list[i].base, base) == 0 &&
        strlen(names->list[i].text) == strlen(base) + 4 &&
        bp_is_letter(names->list[i].text[strlen(base) + 2]) &&
        !strchr(names->bound, names->list[i].text[strlen(base) + 2]))
      return true;
  return false;
}

/* Whether the subscript is a step of time: t, t-1, and so on, or a number beside such. */
static bool is_step(const struct bp_own_names *names, const char *base, const char *text,
                    size_t length) {
  if (!names || !names->steps)
    return false;
  bool known = false;
  for (size_t i = 0; i < names->count; i++)
    known = known || (names->list[i].timed && strcmp(names->list[i].base, base) == 0);
  bool letter =
      text[0] == 't' && (length == 1 || ((text[1] == '-' || text[1] == '+') && length == 3));
  return letter || (known && (is_numeral(text, length) || (length == 1 && text[0] == 'T')));
}

/* Whether a name with a subscript is all that stands under a root, \sqrt{d_{k} }: a size, or
 * another number with a name of its own, for whoever means an entry says for which. */
static bool is_rooted(const struct bp_written *text, size_t at, size_t over, size_t end) {
  static const char root[] = "\\sqrt{";
  size_t begin = at;
  while (begin > 0 && (bp_is_letter(text->text[begin - 1]) || text->text[begin - 1] == ' '))
    begin--;
  over = blanks(text, over, end);
  return begin >= sizeof root - 1 && over < end && text->text[over] == '}' &&
         memcmp(text->text + begin - (sizeof root - 1), root, sizeof root - 1) == 0;
}

/* Takes the subscript at `at`, which is "_{". */
static size_t take_subscript(const struct bp_written *text, size_t at, size_t end,
                             const struct bp_own_names *names, struct bp_arena *arena,
                             struct bp_own_use *use) {
  struct bp_own_name *name = &use->name;
  size_t over = bp_group_end(text->text, at + 1, end), begin = at + 2;
  size_t length = over > begin ? over - 1 - begin : 0;
  const char *inside = text->text + begin;
  unsigned indices = is_gate(names, name->base, inside, length) || is_rooted(text, at, over, end)
                         ? 0
                         : indices_in(names, inside, length);
  bool numeral = is_numeral(inside, length);
  if (is_step(names, name->base, inside, length)) {
    use->step = bp_arena_strndup(arena, inside, length);
    name->timed = true;
    return over;
  }
  if (numeral && names == NULL)
    return over;
  if (indices > 0 || (numeral && is_indexed(names, name->base) &&
                      !is_numbered(names, name->base, inside, length))) {
    name->indices = indices > 0 ? indices : 1 + (memchr(inside, ',', length) != NULL);
    use->index = spelled_indices(inside, length, arena);
    return over;
  }
  size_t part = length;
  for (size_t k = 1; k < length && name->indices == 0; k++) {
    size_t rest = k + (inside[k] == ',');
    indices = rest < length ? indices_in(names, inside + rest, length - rest) : 0;
    if (indices > 0 && has_part(names, name->base, inside, k)) {
      name->indices = indices;
      use->index = spelled_indices(inside + rest, length - rest, arena);
      part = k;
    }
  }
  bool command = inside[0] == '\\' && part > 1; /* L_λ is no entry of L, whatever λ is */
  name->text = command
                   ? bp_arena_printf(arena, "%s_{of%.*s}", name->base, (int)part - 1, inside + 1)
                   : bp_arena_printf(arena, "%s_{%.*s}", name->base, (int)part, inside);
  name->has_part = true;
  name->divides = name->divides || is_rooted(text, at, over, end);
  return over;
}

/* Takes h^{(t)} and h^{\langle t\rangle}: a step that is raised. */
static size_t take_raised_step(const struct bp_written *text, size_t at, size_t end,
                               const struct bp_own_names *names, struct bp_arena *arena,
                               struct bp_own_use *use) {
  static const char *const opens[] = {"^{(", "^{<", "^{\\langle"};
  for (size_t k = 0; names && names->steps && k < sizeof opens / sizeof *opens; k++) {
    size_t length = strlen(opens[k]);
    if (at + length + 3 > end || memcmp(text->text + at, opens[k], length) != 0)
      continue;
    size_t over = bp_group_end(text->text, at + 1, end), begin = blanks(text, at + length, end);
    size_t close = begin;
    while (close < over && !strchr(")>\\ }", text->text[close]))
      close++;
    if (close == begin || !strchr("tT0123456789", text->text[begin]))
      continue;
    use->step = bp_arena_strndup(arena, text->text + begin, close - begin);
    use->name.timed = true;
    return over;
  }
  return at;
}

/* ---- uses ---------------------------------------------------------------- */

/* Whether the d of two letters is that of a derivative: dW, and not the index d. */
static bool is_differential(const char *base) {
  return base[0] == 'd' && bp_is_letter(base[1]) && base[2] == '\0';
}

/* Behind \left and blanks. */
static size_t behind_left(const struct bp_written *text, size_t at, size_t end) {
  at = blanks(text, at, end);
  if (at + 5 < end && bp_text_is_at(text->text, at, end, "\\left"))
    at = blanks(text, at + 5, end);
  return at;
}

static bool is_called(const struct bp_own_names *names, const char *base) {
  for (size_t i = 0; names && i < names->count; i++)
    if (names->list[i].called && strcmp(names->list[i].base, base) == 0)
      return true;
  return false;
}

/* Takes the primes at `at`: of a function they are a derivative, of anything else a part of the
 * name, for nobody transposes with a prime in LaTeX.  Returns what is behind them. */
static size_t take_primes(const struct bp_written *text, size_t at, size_t end,
                          const struct bp_own_names *names, struct bp_arena *arena,
                          struct bp_own_use *use) {
  static const char *const raised[] = {"^{'}", "^{\\prime}", "^{\\prime }", "^\\prime"};
  size_t over = at;
  unsigned primes = 0;
  while (over < end && text->text[over] == '\'') {
    primes++;
    over++;
  }
  for (size_t k = 0; primes == 0 && over < end && k < sizeof raised / sizeof *raised; k++)
    if (bp_text_is_at(text->text, over, end, raised[k])) {
      primes = 1;
      over += strlen(raised[k]);
    }
  size_t next = behind_left(text, over, end);
  bool call = next < end && text->text[next] == '(';
  if (primes == 0 || call || use->index || use->step || use->name.has_part ||
      is_called(names, use->name.base))
    return over;
  use->primes = primes;
  use->name.text =
      bp_arena_printf(arena, "%s_{%s}", use->name.base, primes == 1 ? "prime" : "second");
  use->name.has_part = true;
  use->end = over;
  return over;
}

const char *bp_own_step_name(const char *base, struct bp_arena *arena) {
  char *word = bp_arena_printf(arena, "%s" BP_OWN_STEP, base);
  size_t kept = 0;
  for (size_t i = 0; word && word[i]; i++)
    if (bp_is_letter(word[i]))
      word[kept++] = word[i];
  if (word)
    word[kept] = '\0';
  return word;
}

/* Where the group opens that ends right before `behind`; `behind`: none does. */
static size_t group_before(const char *all, size_t behind) {
  size_t depth = 0;
  for (size_t at = behind; at-- > 0;) {
    depth += all[at] == '}';
    if (all[at] == '{' && --depth == 0)
      return at;
    if (depth == 0)
      return behind;
  }
  return behind;
}

/* Whether a d is that of a derivative, d/dz or df(z)/dz, above the bar or below it. */
static bool is_operator(const struct bp_written *text, size_t at, size_t end) {
  static const char frac[] = "\\frac";
  const char *all = text->text;
  if (all[at] != 'd' || at < sizeof frac || all[at - 1] != '{')
    return false;
  size_t open = at - 1, above = group_before(all, open);
  if (above < open) /* below the bar */
    return all[above + 1] == 'd' && above >= sizeof frac - 1 &&
           !memcmp(all + above - sizeof frac + 1, frac, sizeof frac - 1);
  size_t below = bp_group_end(all, open, end);
  return !memcmp(all + open - sizeof frac + 1, frac, sizeof frac - 1) && below + 1 < end &&
         all[below] == '{' && all[below + 1] == 'd';
}

/* Greek letters by which people differentiate, and what they are behind a d. */
static const struct {
  const char *command, *letter;
} behind_d[] = {{"\\alpha", "α"}, {"\\beta", "β"}, {"\\gamma", "γ"}, {"\\theta", "θ"},
                {"\\mu", "μ"},    {"\\phi", "φ"},  {"\\sigma", "σ"}, {"\\lambda", "λ"}};

/* The letter with an accent, or the Greek one, behind the d at `at`, d\hat{x} and d\gamma, which
 * are derivatives as dx is; NULL: none is, or d is a name of its own.  Sets *over. */
static const char *command_behind_d(const struct bp_written *text, size_t at, size_t end,
                                    const struct bp_own_names *names, struct bp_arena *arena,
                                    size_t *over) {
  bool alone = text->text[at] == 'd' && at + 1 < end && text->text[at + 1] == '\\' &&
               !(at > 0 && bp_is_letter(text->text[at - 1])) &&
               !(names && bp_own_name_find(names, "d"));
  const char *base = alone ? base_at(text, at + 1, end, arena, over) : NULL;
  bool known = base && base[0] == '\\' && strchr(base, '{');
  for (size_t k = 0; base && k < sizeof behind_d / sizeof *behind_d; k++)
    known = known || strcmp(base, behind_d[k].command) == 0;
  return known ? base : NULL;
}

bool bp_own_use_at(const struct bp_written *text, size_t at, size_t end,
                   const struct bp_own_names *names, const struct bp_vocabulary *vocabulary,
                   struct bp_arena *arena, struct bp_own_use *use) {
  *use = (struct bp_own_use){.begin = at, .end = at + 1};
  const char *accented = command_behind_d(text, at, end, names, arena, &use->end);
  const char *base = accented ? accented : base_at(text, at, end, arena, &use->end);
  if (!base)
    return false;
  bool known = vocabulary->find(base[0] == '\\' ? base + 1 : base) != BP_NOT_CALLABLE;
  bool exponential = strcmp(base, "e") == 0 && text->text[blanks(text, use->end, end)] == '^';
  bool sign = strcmp(base, "T") == 0 && at > 0 && strchr("{^]", text->text[at - 1]);
  bool step = names && names->steps && use->end + 3 < end &&
              bp_text_is_at(text->text, use->end, use->end + 3, "_{t");
  bool runner = base[1] == '\0' && strchr("ijk", base[0]) && !step;
  bool is_d = is_operator(text, at, end);
  if (runner || is_d || (known && strcmp(base, "\\sigma") != 0) || exponential || sign)
    return false;
  use->name.differential = accented || is_differential(base);
  use->name.base = use->name.text = base + (use->name.differential && !accented ? 1 : 0);
  size_t over = use->end, below = blanks(text, over, end);
  if (below + 3 < end && bp_text_is_at(text->text, below, below + 2, "_{"))
    over = below;
  if (over + 3 < end && bp_text_is_at(text->text, over, over + 2, "_{"))
    over = take_subscript(text, over, end, names, arena, use);
  if (!use->step)
    over = take_raised_step(text, over, end, names, arena, use);
  use->end = over;
  over = take_primes(text, over, end, names, arena, use);
  over = behind_left(text, over, end);
  if (over < end && text->text[over] == '(' && use->name.indices == 0)
    use->open = over;
  if (use->name.timed && !use->name.has_part)
    use->name.text = bp_own_step_name(use->name.base, arena);
  use->name.called = use->open > 0;
  use->name.bare = !use->name.called && use->name.indices == 0;
  return use->name.text != NULL;
}

const char *bp_own_change_of(const char *name, struct bp_arena *arena) {
  const char *open = name[0] == '\\' ? strchr(name, '{') : NULL;
  for (size_t k = 0; k < sizeof behind_d / sizeof *behind_d; k++) {
    size_t length = strlen(behind_d[k].command);
    if (strncmp(name, behind_d[k].command, length) == 0 && !bp_is_letter(name[length]))
      return bp_arena_printf(arena, "d%s%s", behind_d[k].letter, name + length);
  }
  return open ? bp_arena_printf(arena, "%.*sd%s", (int)(open - name) + 1, name, open + 1)
              : bp_arena_printf(arena, "d%s", name);
}

struct bp_own_name *bp_own_name_find(const struct bp_own_names *names, const char *text) {
  for (size_t i = 0; i < names->count; i++)
    if (strcmp(names->list[i].text, text) == 0)
      return &names->list[i];
  return NULL;
}

static bool add_use(struct bp_own_names *names, const struct bp_own_name *used,
                    struct bp_arena *arena) {
  struct bp_own_name *name = bp_own_name_find(names, used->text);
  if (!name) {
    if (!bp_list_room(arena, names->list, names->count, names->capacity))
      return false;
    name = &names->list[names->count++];
    *name =
        (struct bp_own_name){.text = used->text, .base = used->base, .has_part = used->has_part};
  }
  name->bare = name->bare || used->bare;
  name->called = name->called || used->called;
  name->numerator = name->numerator || used->numerator;
  name->denominator = name->denominator || used->denominator || used->differential;
  name->elsewhere = name->elsewhere || used->elsewhere;
  name->differential = name->differential || used->differential;
  name->size = name->size || used->size;
  name->numbered = name->numbered || used->numbered;
  name->divides = name->divides || used->divides;
  name->elementwise = name->elementwise || used->elementwise;
  name->timed = name->timed || used->timed;
  if (used->indices > name->indices)
    name->indices = used->indices;
  return true;
}

/* Whether a superscript is an index or a power: one letter, or an index in parentheses. */
static bool is_index_above(const struct bp_written *text, size_t at) {
  if (text->text[at] != '^' || at + 3 >= text->length || text->text[at + 1] != '{')
    return false;
  return text->text[at + 2] == '(' ||
         (bp_is_letter(text->text[at + 2]) && text->text[at + 3] == '}' &&
          !(text->text[at + 2] >= 'A' && text->text[at + 2] <= 'Z'));
}

/* Notes the letter that a sum at `at`, behind "\\sum", runs over. */
static void note_bound(const struct bp_written *text, size_t at, struct bp_own_names *names) {
  size_t count = strlen(names->bound);
  char letter = at + 3 < text->length ? text->text[at + 2] : '\0';
  bool alone = letter != '\0' && strchr("=}, ", text->text[at + 3]) != NULL;
  if (bp_is_letter(letter) && alone && !strchr(names->bound, letter) &&
      count + 1 < sizeof names->bound)
    names->bound[count] = letter;
}

static bool states(const struct bp_noted *noted) {
  return noted->kind == BP_NOTED_CLAIM || noted->kind == BP_NOTED_DEFINITION ||
         noted->kind == BP_NOTED_SHAPE || noted->kind == BP_NOTED_SYMBOLIC;
}

/* The names of a statement.  Superscripts are powers, transposes and bounds. */
static bool collect_statement(const struct bp_written *text, const struct bp_own_names *known,
                              const struct bp_vocabulary *vocabulary, struct bp_arena *arena,
                              struct bp_own_names *names) {
  for (size_t at = 0; at < text->length;) {
    struct bp_own_use use;
    bool bound = at > 3 && memcmp(text->text + at - 3, "sum", 3) == 0 && text->text[at] == '_';
    if (bound && at + 1 < text->length && text->text[at + 1] == '{') {
      note_bound(text, at, names);
      at = bp_group_end(text->text, at + 1, text->length);
      continue;
    }
    if (text->text[at] == '_' && at + 1 < text->length && text->text[at + 1] == '{') {
      at = bp_group_end(text->text, at + 1, text->length);
      continue;
    }
    if (is_index_above(text, at) && !bp_own_counts(text, at + 2, at + 3)) {
      at = bp_group_end(text->text, at + 1, text->length);
      continue;
    }
    bool is_name = bp_own_use_at(text, at, text->length, known, vocabulary, arena, &use);
    use.name.numerator = is_name && bp_own_stands_above(text, at);
    use.name.denominator = is_name && bp_own_stands_below(text, at);
    use.name.elsewhere = is_name && !use.name.numerator;
    use.name.divides = use.name.divides || (is_name && bp_own_divides_number(text, at, use.end));
    use.name.elementwise = is_name && bp_own_stands_elementwise(text, at, use.end);
    use.name.size = is_name && bp_own_counts(text, at, use.end);
    if (is_name && !add_use(names, &use.name, arena))
      return false;
    at = use.end;
  }
  return true;
}

/* Whether something of the step before stands in it. */
static bool has_step_before(const struct bp_written *text) {
  static const char *const marks[] = {"_{t-1}", "_{t - 1}", "^{(t-1)}", "^{(t - 1)}", "^{<t-1>}"};
  for (size_t k = 0; k < sizeof marks / sizeof *marks; k++)
    if (bp_text_find(text->text, 0, text->length, marks[k]) < text->length)
      return true;
  return false;
}

/* Notes that a statement defines a name with a number, if it does. */
static bool note_numbered(const struct bp_noted *noted, const struct bp_vocabulary *vocabulary,
                          struct bp_arena *arena, struct bp_own_names *names) {
  const struct bp_written *text = &noted->cut.text;
  if (noted->side_count < 2 || noted->cut.continues)
    return true;
  size_t end = noted->sides[0].end, at = blanks(text, noted->sides[0].begin, end);
  struct bp_own_use use;
  if (at >= end || !bp_own_use_at(text, at, end, NULL, vocabulary, arena, &use) ||
      use.end < at + 4 || text->text[use.end - 1] != '}' || blanks(text, use.end, end) < end)
    return true;
  size_t open = use.end - 1;
  while (open > at && text->text[open] != '{')
    open--;
  if (open < at + 2 || text->text[open - 1] != '_' ||
      !is_numeral(text->text + open + 1, use.end - open - 2))
    return true;
  struct bp_own_name name = {.base = use.name.base, .has_part = true, .numbered = true};
  name.text = bp_arena_printf(arena, "%s_{%.*s}", name.base, (int)(use.end - open - 2),
                              text->text + open + 1);
  return name.text && add_use(names, &name, arena);
}

/* Takes Kronecker's delta from the names: a δ that has two indices wherever it stands, and that no
 * statement begins with. */
static void leave_out_kronecker(const struct bp_note *note, const size_t *members, size_t count,
                                struct bp_own_names *names) {
  static const char delta[] = "\\delta";
  struct bp_own_name *name = bp_own_name_find(names, delta);
  if (!name || name->indices != 2 || name->bare || name->called || name->numbered || name->timed)
    return;
  for (size_t i = 0; i < count; i++) {
    const struct bp_noted *noted = &note->list[members[i]];
    const struct bp_written *text = &noted->cut.text;
    size_t begin = noted->side_count > 1 ? blanks(text, noted->sides[0].begin, text->length) : 0;
    if (noted->side_count > 1 && bp_text_is_at(text->text, begin, text->length, delta))
      return;
  }
  *name = names->list[--names->count];
}

/* Takes the last steps from the names, h_T where h_t is one of each step: no name of its own. */
static void leave_out_last_steps(struct bp_own_names *names) {
  for (size_t i = 0; i < names->count; i++) {
    const struct bp_own_name *one = &names->list[i];
    bool last = one->has_part && !one->timed && strcmp(one->text + strlen(one->base), "_{T}") == 0;
    bool timed = false;
    for (size_t k = 0; last && k < names->count; k++)
      timed = timed || (names->list[k].timed && strcmp(names->list[k].base, one->base) == 0);
    if (timed)
      names->list[i--] = names->list[--names->count];
  }
}

bool bp_own_names_collect(const struct bp_note *note, const size_t *members, size_t count,
                          const struct bp_vocabulary *vocabulary, struct bp_arena *arena,
                          struct bp_own_names *names) {
  struct bp_own_names first = {0};
  for (size_t i = 0; i < count; i++)
    first.steps = first.steps || has_step_before(&note->list[members[i]].cut.text);
  names->steps = first.steps;
  for (size_t i = 0; i < count; i++)
    if (states(&note->list[members[i]]) &&
        !note_numbered(&note->list[members[i]], vocabulary, arena, &first))
      return false;
  for (size_t pass = 0; pass < 2; pass++)
    for (size_t i = 0; i < count; i++)
      if (states(&note->list[members[i]]) &&
          !collect_statement(&note->list[members[i]].cut.text, pass == 0 ? NULL : &first,
                             vocabulary, arena, pass == 0 ? &first : names))
        return false;
  for (size_t i = 0; i < first.count; i++) {
    struct bp_own_name *name =
        first.list[i].numbered ? bp_own_name_find(names, first.list[i].text) : NULL;
    if (name)
      name->numbered = true;
  }
  leave_out_kronecker(note, members, count, names);
  leave_out_last_steps(names);
  return !bp_arena_failed(arena);
}
