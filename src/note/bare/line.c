/* From the pieces of a line to the formulas in it.
 *
 * A stretch goes on until a word or a stop; a remark in parentheses ends it, too.  Commas and wide
 * blanks cut it where an equation stands on both sides.  What then looks like mathematics is a
 * formula.  It may be read where the line, a stop or a comma stands beside it, or one of the words
 * that only lead to a formula, or from it; not where a condition on its numbers does, "for y = 1".
 */
#include "note/bare/bare.h"

#include <string.h>

#include "base/list.h"

enum { MOST_PIECES = 4000 };

static const char *const leading[] = {
    "so",    "then",   "hence",  "thus",    "and",   "where", "with",   "gives",  "give",
    "get",   "gets",   "have",   "is",      "let",   "since", "as",     "that",   "therefore",
    "also",  "using",  "yields", "becomes", "be",    "via",   "namely", "obtain", "define",
    "now",   "recall", "first",  "finally", "or",    "i.e",   "are",    "here",   "because",
    "given", "denote", "write",  "know",    "write", "set",   "but",    "while",  "next",
    "has",   "for",    "when",   "if",      "by",    "设",    "令",     "记",     "则",
    "有",    "得",     "故",     "以",      "此",    "即",    "为",     "是",     "中",
    "知",    "于",     "由",     "么",      "且",    "而",    NULL}; /* 所以, 因此, 其中, 那么 by
                                                                        their last sign */

/* Words that say what a name behind them is: "the loss L = …"; not "of the loss L". */
static const char *const nouns[] = {"loss",     "cost",   "error",      "function", "activation",
                                    "output",   "input",  "gradient",   "layer",    "derivative",
                                    "identity", "model",  "unit",       "formula",  "equation",
                                    "rule",     "update", "hypothesis", NULL};

static const char *const trailing[] = {"for",
                                       "if",
                                       "when",
                                       "where",
                                       "with",
                                       "because",
                                       "since",
                                       "by",
                                       "and",
                                       "so",
                                       "hence",
                                       "which",
                                       "as",
                                       "is",
                                       "are",
                                       "then",
                                       "thus",
                                       "holds",
                                       "here",
                                       "from",
                                       "using",
                                       "via",
                                       "follows",
                                       "gives",
                                       "but",
                                       "in",
                                       "while",
                                       "at",
                                       "has",
                                       "have",
                                       "therefore",
                                       "element",
                                       "elementwise",
                                       "i.e",
                                       "or",
                                       "entrywise",
                                       "componentwise",
                                       "其",
                                       "则",
                                       "所",
                                       "因",
                                       "故",
                                       "即",
                                       "由",
                                       "且",
                                       "而",
                                       NULL};

/* Words behind which a relation restricts what is said. */
static const char *const conditional[] = {"for",    "if",       "when",     "at",       "suppose",
                                          "assume", "provided", "unless",   "given",    "let",
                                          "where",  "with",     "assuming", "whenever", "当",
                                          "若",     "设",       "对",       "在",       NULL};

static const char of_word[] = "of";

struct line {
  const struct bp_source *source;
  size_t end;
  const char *text;
  const struct bp_bare_piece *pieces;
  size_t count;
  struct bp_arena *arena;
  struct bp_bares *bares;
  size_t lead;           /* 1 + the word right before what comes next, or 0 */
  size_t sentence;       /* how many formulas stand before the sentence */
  const char *condition; /* why what comes next is not read, which holds under one; or NULL */
  bool fine;
};

static bool is_kind(const struct line *line, size_t at, enum bp_bare_kind kind) {
  return at < line->count && line->pieces[at].kind == kind;
}

static bool is_word_of(const struct line *line, size_t at, const char *const *words) {
  return bp_bare_is_word(line->text, line->pieces[at].begin, line->pieces[at].end, words);
}

/* ---- does it look like mathematics? ----------------------------------------- */

/* What a side has that words and settings have not. */
struct evidence {
  bool name;   /* a name as formulas have it, and not only crc_value */
  bool thing;  /* a name or a number at all */
  bool strong; /* an operator between two things, a call, an index, a derivative */
  bool beside; /* two things side by side */
};

static bool is_operand(enum bp_bare_kind kind) {
  return kind == BP_BARE_NAME || kind == BP_BARE_NUMBER || kind == BP_BARE_CLOSE;
}

/* Whether a name is one of a letter or two, whatever its index, or has no long part at all. */
static bool is_short(const struct line *line, const struct bp_bare_piece *piece) {
  size_t joint = piece->begin;
  while (joint < piece->end && line->text[joint] != '_')
    joint++;
  return joint == piece->end || joint - piece->begin <= 2 || piece->end - joint <= 4;
}

static struct evidence look_at(const struct line *line, size_t begin, size_t end) {
  struct evidence found = {false, false, false, false};
  enum bp_bare_kind before = BP_BARE_BLANK, last = BP_BARE_BLANK;
  for (size_t k = begin; k < end; k++) {
    const struct bp_bare_piece *piece = &line->pieces[k];
    bool name = piece->kind == BP_BARE_NAME;
    found.name = found.name || (name && is_short(line, piece));
    found.thing = found.thing || name || piece->kind == BP_BARE_NUMBER;
    bool call = piece->kind == BP_BARE_OPEN && before == BP_BARE_NAME;
    bool sign =
        piece->kind == BP_BARE_SIGN && (is_operand(last) || line->text[piece->begin] & 0x80);
    found.strong = found.strong || call || sign;
    found.beside = found.beside || ((name || piece->kind == BP_BARE_OPEN) && is_operand(last));
    before = piece->kind;
    if (piece->kind != BP_BARE_BLANK)
      last = piece->kind;
  }
  return found;
}

/* Whether the part is more than a setting, "n = 5", or a name for a word. */
static bool is_mathematics(const struct line *line, size_t begin, size_t equal, size_t end) {
  struct evidence left = look_at(line, begin, equal), right = look_at(line, equal + 1, end);
  return left.name && right.thing && (right.name || left.strong) &&
         (left.strong || right.strong || right.beside);
}

/* ---- parts of a stretch ------------------------------------------------------ */

struct part {
  size_t begin, end; /* pieces */
  size_t equal;      /* the first = outside of brackets, or `end` */
  bool balanced;
};

static void trim(const struct line *line, size_t *begin, size_t *end) {
  while (*begin < *end && (line->pieces[*begin].kind == BP_BARE_BLANK ||
                           line->pieces[*begin].kind == BP_BARE_COMMA ||
                           line->text[line->pieces[*begin].begin] == '*'))
    ++*begin;
  while (*end > *begin && (line->pieces[*end - 1].kind == BP_BARE_BLANK ||
                           line->pieces[*end - 1].kind == BP_BARE_COMMA ||
                           line->text[line->pieces[*end - 1].begin] == '*'))
    --*end;
}

static bool is_wide(const struct line *line, size_t at) {
  size_t next = at;
  while (is_kind(line, next, BP_BARE_BLANK))
    next++;
  return next > at + 1 || line->text[line->pieces[at].begin] == '\t';
}

/* The next piece in [at, end) of the kind outside of brackets, before a comma; `end`: none. */
static size_t find_equal(const struct line *line, size_t at, size_t end) {
  for (size_t depth = 0; at < end; at++) {
    depth += line->pieces[at].kind == BP_BARE_OPEN;
    depth -= line->pieces[at].kind == BP_BARE_CLOSE && depth > 0;
    if (depth == 0 && line->pieces[at].kind == BP_BARE_COMMA)
      return end;
    if (depth == 0 && line->pieces[at].kind == BP_BARE_EQUAL)
      return at;
  }
  return end;
}

/* Whether another equation begins behind the wide blank at `at`. */
static bool is_separating(const struct line *line, const struct part *part, size_t at, size_t end) {
  size_t next = at;
  while (next < end && line->pieces[next].kind == BP_BARE_BLANK)
    next++;
  if (next >= end || part->equal >= at || !is_wide(line, at) || at <= part->equal + 1)
    return false;
  bool goes_on = line->pieces[next].kind == BP_BARE_SIGN ||
                 line->pieces[next].kind == BP_BARE_EQUAL || !is_operand(line->pieces[at - 1].kind);
  return !goes_on && find_equal(line, next, end) < end;
}

/* Takes the part that begins at `begin`, and returns where the next one does. */
static size_t take_part(const struct line *line, size_t begin, size_t end, struct part *part) {
  size_t depth = 0, at = begin;
  *part = (struct part){begin, end, end, true};
  for (; at < end; at++) {
    enum bp_bare_kind kind = line->pieces[at].kind;
    depth += kind == BP_BARE_OPEN;
    part->balanced = part->balanced && !(kind == BP_BARE_CLOSE && depth == 0);
    depth -= kind == BP_BARE_CLOSE && depth > 0;
    if (depth == 0 && kind == BP_BARE_EQUAL && part->equal == end)
      part->equal = at;
    if (depth == 0 &&
        (kind == BP_BARE_COMMA || (kind == BP_BARE_BLANK && is_separating(line, part, at, end))))
      break;
  }
  part->balanced = part->balanced && depth == 0;
  part->equal = part->equal < at ? part->equal : at;
  part->end = at;
  size_t next = at < end ? at + 1 : end;
  trim(line, &part->begin, &part->end);
  if (part->equal > part->end)
    part->equal = part->end;
  return next;
}

/* ---- may it be read? ---------------------------------------------------------- */

static const char *beside(const struct line *line, size_t word) {
  const struct bp_bare_piece *piece = &line->pieces[word];
  return bp_arena_printf(line->arena,
                         "\"%.*s\" stands beside it and may belong to it: $ before and behind the "
                         "formula say where it begins and ends",
                         (int)(piece->end - piece->begin), line->text + piece->begin);
}

/* Whether the word before a formula only leads to it. */
static bool leads(const struct line *line, size_t word) {
  if (is_word_of(line, word, leading))
    return true;
  if (!is_word_of(line, word, nouns))
    return false;
  static const char *const of[] = {of_word, NULL};
  for (size_t k = word, words = 0; k > 0 && words < 3; k--)
    if (line->pieces[k - 1].kind == BP_BARE_PROSE) {
      words++;
      if (is_word_of(line, k - 1, of))
        return false;
    }
  return true;
}

static void add(struct line *line, const struct part *part, const char *why) {
  struct bp_bares *bares = line->bares;
  if (!bp_list_room(line->arena, bares->list, bares->count, bares->capacity)) {
    line->fine = false;
    return;
  }
  bares->list[bares->count++] = (struct bp_bare){
      .span = {line->pieces[part->begin].begin, line->pieces[part->end - 1].end}, .why = why};
}

/* Why what holds under the condition in [begin, end) is not read. */
static const char *under_condition(const struct line *line, size_t begin, size_t end) {
  size_t at = line->pieces[begin].begin, over = line->pieces[end - 1].end;
  return bp_arena_printf(line->arena,
                         "it holds under a condition, which is read where both stand between "
                         "dollars: $…$ for $%.*s$",
                         (int)(over - at), line->text + at);
}

/* A stretch of pieces between words; `behind` is the word right behind it, or the count. */
struct stretch {
  size_t begin, end, behind;
};

/* Whether the line that ends at `end` is an item of a list. */
static bool is_item(const struct bp_source *source, size_t end) {
  size_t at = end;
  while (at > 0 && source->text[at - 1] != '\n')
    at--;
  at = bp_behind_blanks(source->text, at, end);
  return at + 1 < end && strchr("-+*", source->text[at]) && source->text[at + 1] == ' ';
}

/* Whether what ends with the line goes on in the next: that begins with an operator, or with more
 * of a formula where this one stands within a sentence. */
static bool goes_on(const struct line *line, bool sentence) {
  const struct bp_source *source = line->source;
  size_t at = line->end;
  while (at < source->length && strchr(" \t\r", source->text[at]))
    at++;
  if (at >= source->length || source->text[at] != '\n')
    return false;
  size_t begin = ++at, end = at;
  while (end < source->length && source->text[end] != '\n')
    end++;
  while (at < end && strchr(" \t>", source->text[at]))
    at++;
  if (at >= end || memchr(source->text + begin, '=', end - begin))
    return false;
  static const char *const words[] = {"plus", "minus", "times", NULL};
  struct bp_bare_piece first = bp_bare_piece(source->text, at, end);
  if (first.kind == BP_BARE_PROSE)
    return bp_bare_is_word(source->text, first.begin, first.end, words);
  if (first.kind != BP_BARE_SIGN)
    return sentence && (first.kind == BP_BARE_NAME || first.kind == BP_BARE_OPEN);
  size_t next = bp_behind_blanks(source->text, first.end, end);
  if (next > first.end && strchr("-+*", source->text[at])) /* an item of a list, unless … */
    for (size_t k = next; k < end;) {
      struct bp_bare_piece piece = bp_bare_piece(source->text, k, end);
      if (piece.kind == BP_BARE_PROSE || is_item(source, line->end))
        return false;
      k = piece.end;
    }
  return next < end && bp_bare_piece(source->text, next, end).kind != BP_BARE_PROSE;
}

bool bp_bare_goes_on(const struct bp_source *source, size_t end) {
  return goes_on(&(struct line){.source = source, .end = end}, false);
}

static void add_part(struct line *line, const struct stretch *stretch, const struct part *part,
                     bool first, bool last) {
  const char *why = NULL;
  if (part->equal >= part->end || !is_mathematics(line, part->begin, part->equal, part->end))
    return;
  if (!part->balanced)
    why = "a bracket in it has no partner on its line";
  else if (line->condition)
    why = line->condition;
  else if (first && line->lead > 0 && !leads(line, line->lead - 1))
    why = beside(line, line->lead - 1);
  else if (last && stretch->behind < line->count && !is_word_of(line, stretch->behind, trailing))
    why = beside(line, stretch->behind);
  else if (last && stretch->end == line->count &&
           (line->pieces[part->end - 1].kind == BP_BARE_SIGN || goes_on(line, line->lead > 0)))
    why = "it goes on in the next line: on one line, or between $$ and $$, it is read";
  add(line, part, why);
}

/* Whether the stretch says of two indices that they differ or are the same, which is read where
 * the formula is judged. */
static bool compares_indices(const struct line *line, size_t begin, size_t end) {
  size_t things = 0;
  for (size_t k = begin; k < end; k++) {
    const struct bp_bare_piece *piece = &line->pieces[k];
    things += piece->kind != BP_BARE_BLANK;
    if (piece->kind == BP_BARE_NAME && piece->end > piece->begin + 1)
      return false;
    if (piece->kind != BP_BARE_NAME && piece->kind != BP_BARE_BLANK &&
        piece->kind != BP_BARE_EQUAL && piece->kind != BP_BARE_RELATION)
      return false;
  }
  return things == 3;
}

/* Whether the stretch is a range of an index, i = 1, …, n. */
static bool is_range(const struct line *line, size_t begin, size_t end) {
  bool letter = line->pieces[begin].kind == BP_BARE_NAME &&
                line->pieces[begin].end == line->pieces[begin].begin + 1,
       more = false;
  for (size_t k = begin; k < end; k++)
    more = more || line->pieces[k].kind == BP_BARE_COMMA ||
           bp_text_find(line->text, line->pieces[k].begin, line->pieces[k].end, "…") <
               line->pieces[k].end ||
           bp_text_find(line->text, line->pieces[k].begin, line->pieces[k].end, "..") <
               line->pieces[k].end;
  static const char *const to[] = {"to", "in", "down", NULL};
  return letter && (more || (is_kind(line, end, BP_BARE_PROSE) && is_word_of(line, end, to)) ||
                    (is_kind(line, end + 1, BP_BARE_PROSE) && is_word_of(line, end + 1, to)));
}

/* Whether the stretch behind a word such as "for" restricts the numbers of formulas beside it. */
static bool restricts(const struct line *line, size_t begin, size_t end) {
  struct part part;
  bool relation = false;
  for (size_t k = begin; k < end; k++)
    relation = relation || line->pieces[k].kind == BP_BARE_RELATION;
  take_part(line, begin, end, &part);
  bool setting = part.equal < part.end && (!is_mathematics(line, part.begin, part.equal, part.end));
  return (relation || setting) && !compares_indices(line, begin, end) &&
         !is_range(line, begin, end);
}

static bool is_conditional(const struct line *line) {
  return line->lead > 0 && is_word_of(line, line->lead - 1, conditional);
}

/* Behind "a)" or "(2)" and a blank, where the stretch begins so. */
static size_t behind_label(const struct line *line, size_t begin, size_t end) {
  size_t at = begin + is_kind(line, begin, BP_BARE_OPEN);
  bool label = at + 2 < end && is_operand(line->pieces[at].kind) &&
               line->pieces[at].end - line->pieces[at].begin <= 3 &&
               is_kind(line, at + 1, BP_BARE_CLOSE) && is_kind(line, at + 2, BP_BARE_BLANK);
  size_t next = at + 3;
  bool joins = next < end && line->pieces[next].kind == BP_BARE_SIGN &&
               !(line->text[line->pieces[next].begin] & 0x80); /* (a) + b */
  bool formula = next < end && line->pieces[next].kind != BP_BARE_EQUAL && !joins;
  return label && formula && line->lead == 0 ? next : begin;
}

static void take_stretch(struct line *line, const struct stretch *stretch) {
  size_t begin = stretch->begin, end = stretch->end;
  trim(line, &begin, &end);
  begin = behind_label(line, begin, end);
  if (begin >= end)
    return;
  size_t known = line->bares->count;
  if (is_conditional(line)) {
    if (is_range(line, begin, end))
      return;
    if (restricts(line, begin, end)) {
      line->condition = under_condition(line, begin, end);
      if (known > line->sentence) /* "A for y = 1" */
        line->bares->list[known - 1].why = line->condition;
      return;
    }
  }
  for (size_t at = begin; at < end && line->fine;) {
    struct part part;
    bool first = at == begin;
    at = take_part(line, at, end, &part);
    add_part(line, stretch, &part, first, at >= end);
  }
}

/* ---- the line ------------------------------------------------------------------ */

static bool ends_stretch(const struct line *line, size_t at) {
  return line->pieces[at].kind == BP_BARE_PROSE || line->pieces[at].kind == BP_BARE_STOP;
}

/* The bracket that is open in [begin, at), the outermost one; `at`: none is. */
static size_t open_bracket(const struct line *line, size_t begin, size_t at) {
  size_t depth = 0, open = at;
  for (size_t k = begin; k < at; k++) {
    if (line->pieces[k].kind == BP_BARE_OPEN && depth++ == 0)
      open = k;
    if (line->pieces[k].kind == BP_BARE_CLOSE && depth > 0 && --depth == 0)
      open = at;
  }
  return open;
}

/* Behind the bracket that closes the one at `open`, or the end of the line. */
static size_t behind_bracket(const struct line *line, size_t open) {
  for (size_t depth = 0; open < line->count; open++) {
    depth += line->pieces[open].kind == BP_BARE_OPEN;
    depth -= line->pieces[open].kind == BP_BARE_CLOSE && depth > 0;
    if (depth == 0)
      return open + 1;
  }
  return open;
}

/* Takes the stretch that begins at `at`, and returns what comes behind it. */
static size_t walk_stretch(struct line *line, size_t at) {
  size_t end = at, open;
  while (end < line->count && !ends_stretch(line, end))
    end++;
  open = open_bracket(line, at, end);
  struct stretch stretch = {at, end, line->count};
  size_t next = end;
  bool remark = open < end && end < line->count &&
                (open == at || line->pieces[open - 1].kind == BP_BARE_BLANK);
  if (remark) { /* "= x (by the chain rule)" */
    stretch.end = open;
    next = behind_bracket(line, open);
  } else if (is_kind(line, end, BP_BARE_PROSE)) {
    size_t before = end;
    while (before > at && line->pieces[before - 1].kind == BP_BARE_BLANK)
      before--;
    bool apart = before > at && line->pieces[before - 1].kind == BP_BARE_COMMA;
    stretch.behind = apart ? line->count : end;
  }
  take_stretch(line, &stretch);
  line->lead = 0;
  return next;
}

static bool ends_sentence(const struct line *line, const struct bp_bare_piece *piece) {
  static const char *const stops[] = {".", "。", "!", "?"};
  for (size_t k = 0; k < sizeof stops / sizeof *stops; k++)
    if (piece->end - piece->begin == strlen(stops[k]) &&
        !memcmp(line->text + piece->begin, stops[k], strlen(stops[k])))
      return true;
  return false;
}

static void walk(struct line *line) {
  for (size_t at = 0; at < line->count && line->fine;) {
    const struct bp_bare_piece *piece = &line->pieces[at];
    if (piece->kind == BP_BARE_PROSE)
      line->lead = ++at;
    else if (piece->kind == BP_BARE_STOP || piece->kind == BP_BARE_COMMA) {
      if (ends_sentence(line, piece)) {
        line->condition = NULL;
        line->sentence = line->bares->count;
      }
      line->lead = 0;
      at++;
    } else if (piece->kind == BP_BARE_BLANK)
      at++;
    else
      at = walk_stretch(line, at);
  }
}

bool bp_bare_find(const struct bp_source *source, size_t begin, size_t end, struct bp_arena *arena,
                  struct bp_bares *bares) {
  if (!memchr(source->text + begin, '=', end - begin))
    return true;
  struct bp_arena *scratch = bp_arena_within(arena, 0);
  struct bp_bare_piece *pieces =
      scratch ? bp_arena_alloc(scratch, MOST_PIECES, sizeof *pieces) : NULL;
  struct line line = {.source = source,
                      .end = end,
                      .text = source->text,
                      .pieces = pieces,
                      .arena = arena,
                      .bares = bares,
                      .sentence = bares->count};
  for (size_t at = begin; pieces && at < end && line.count < MOST_PIECES; line.count++) {
    pieces[line.count] = bp_bare_piece(source->text, at, end);
    at = pieces[line.count].end;
  }
  line.fine = pieces != NULL;
  if (line.fine)
    walk(&line);
  if (scratch)
    bp_arena_free(scratch);
  return line.fine && !bp_arena_failed(arena);
}
