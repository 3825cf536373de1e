/* A hash table with chains, doubled when it is as full as it is long, so that finding stays
 * constant on average whatever the number of names.
 *
 * Normal form is NFC, not NFKC: NFKC would also make the loss ℓ and the layer l the same.  Only
 * what looks like an ordinary letter in another type face is folded: subscript digits, mathematical
 * alphabets (as PDF files have them), full-width letters, the micro sign and the increment sign.
 */
#include "lang/names.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "lang/ast.h"

enum { FIRST_BLOCK = 2048, LARGEST_BLOCK = 256 * 1024, FIRST_CAPACITY = 256, ALIGNMENT = 16 };

void *bp_lang_pool_take(struct bp_lang_pool *pool, size_t count, size_t size) {
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX - ALIGNMENT)
    return bp_arena_alloc(pool->arena, count, size); /* which refuses and remembers it */
  bytes = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  if (bytes > pool->left) {
    if (bytes > LARGEST_BLOCK / 4)
      return bp_arena_alloc(pool->arena, bytes, 1);
    if (pool->next_block < FIRST_BLOCK)
      pool->next_block = FIRST_BLOCK;
    while (pool->next_block < bytes)
      pool->next_block *= 2;
    char *block = bp_arena_alloc(pool->arena, pool->next_block, 1);
    if (!block)
      return NULL;
    pool->block = block;
    pool->left = pool->next_block;
    if (pool->next_block < LARGEST_BLOCK)
      pool->next_block *= 2;
  }
  void *result = pool->block;
  pool->block += bytes;
  pool->left -= bytes;
  return result;
}

/* FNV-1a */
static uint64_t hash_of(const char *text, size_t length) {
  uint64_t hash = 14695981039346656037u;
  for (size_t k = 0; k < length; k++)
    hash = (hash ^ (unsigned char)text[k]) * 1099511628211u;
  return hash ^ hash >> 32;
}

static int grow(struct bp_names *names) {
  size_t capacity = names->capacity ? 2 * names->capacity : FIRST_CAPACITY;
  struct bp_name **buckets = bp_arena_alloc(names->pool->arena, capacity, sizeof *buckets);
  if (!buckets)
    return -1;
  for (size_t k = 0; k < names->capacity; k++)
    for (struct bp_name *name = names->buckets[k], *next; name; name = next) {
      next = name->next;
      name->next = buckets[name->hash & (capacity - 1)];
      buckets[name->hash & (capacity - 1)] = name;
    }
  names->buckets = buckets;
  names->capacity = capacity;
  return 0;
}

static struct bp_name *add(struct bp_names *names, const char *text, size_t length, uint64_t hash) {
  if (names->count >= names->capacity && grow(names) != 0)
    return NULL;
  struct bp_name *name = bp_lang_pool_take(names->pool, 1, sizeof *name);
  char *copy = bp_lang_pool_take(names->pool, length + 1, 1);
  if (!name || !copy)
    return NULL;
  memcpy(copy, text, length);
  struct bp_name **bucket = &names->buckets[hash & (names->capacity - 1)];
  *name = (struct bp_name){.text = copy,
                           .length = length,
                           .hash = hash,
                           .next = *bucket,
                           .keyword = -1,
                           .callable = names->vocabulary->find(copy)};
  *bucket = name;
  names->count++;
  return name;
}

struct bp_name *bp_names_find(struct bp_names *names, const char *text, size_t length) {
  uint64_t hash = hash_of(text, length);
  for (struct bp_name *name = names->buckets[hash & (names->capacity - 1)]; name; name = name->next)
    if (name->hash == hash && name->length == length && !memcmp(name->text, text, length))
      return name;
  return add(names, text, length, hash);
}

const struct bp_network_name bp_network_names[BP_NETWORK_NAMES] = {
    {"X", false, false, false, true},  {"Y", false, false, false, true},
    {"W", false, false, true, true},   {"b", false, false, true, true},
    {"Z", false, false, true, true},   {"A", false, false, true, true},
    {"g", true, false, true, false},   {"loss", false, false, false, false},
    {"J", false, false, false, false}, {"L", false, true, false, false},
    {"n", false, true, true, false},   {"m", false, true, false, false},
};

static bool add_keywords(struct bp_names *names) {
  for (int kind = 0; kind < BP_STATEMENT_KIND_COUNT; kind++) {
    const char *keyword = bp_statement_keyword((enum bp_statement_kind)kind);
    struct bp_name *name = bp_names_find(names, keyword, strlen(keyword));
    if (!name)
      return false;
    name->keyword = kind;
  }
  return true;
}

/* What a line begins with for people who begin sentences with a capital letter, or in Chinese. */
static bool add_translated(struct bp_names *names) {
  static const char *const words[][2] = {
      {"Given", "given"},   {"Let", "let"},       {"Claim", "claim"},   {"Network", "network"},
      {"Write", "write"},   {"Title", "title"},   {"Refute", "refute"}, {"Vary", "vary"},
      {"Layout", "layout"}, {"给定", "given"},    {"已知", "given"},    {"设", "let"},
      {"令", "let"},        {"定义", "let"},      {"断言", "claim"},    {"证明", "claim"},
      {"尺寸", "size"},     {"大小", "size"},     {"长度", "size"},     {"Size", "size"},
      {"求证", "claim"},    {"网络", "network"},  {"注", "note"},       {"标题", "title"},
      {"soit", "let"},      {"Soit", "let"},      {"soient", "let"},    {"Soient", "let"},
      {"sei", "let"},       {"Sei", "let"},       {"seien", "let"},     {"Seien", "let"},
      {"gegeben", "given"}, {"Gegeben", "given"}, {"sea", "let"},       {"Sea", "let"},
      {"写", "write"},      {"记", "write"},      {"Define", "let"},    {"define", "let"},
      {"Denote", "let"},    {"sean", "let"},      {"Sean", "let"},      {"dado", "given"},
      {"Dado", "given"}};
  for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
    struct bp_name *name = bp_names_find(names, words[k][0], strlen(words[k][0]));
    const struct bp_name *keyword = bp_names_find(names, words[k][1], strlen(words[k][1]));
    if (!name || !keyword)
      return false;
    name->keyword = keyword->keyword;
  }
  return true;
}

static bool add_words(struct bp_names *names) {
  static const char *const words[] = {
      [BP_WORD_AT] = "at",     [BP_WORD_FOR] = "for", [BP_WORD_IN] = "in",
      [BP_WORD_ODOT] = "odot", [BP_WORD_IF] = "if",   [BP_WORD_OTHERWISE] = "otherwise"};
  for (size_t k = BP_WORD_AT; k <= BP_WORD_OTHERWISE; k++) {
    struct bp_name *name = bp_names_find(names, words[k], strlen(words[k]));
    if (!name)
      return false;
    name->word = (enum bp_word)k;
  }
  static const struct {
    const char *text;
    enum bp_word word;
  } others[] = {{"else", BP_WORD_OTHERWISE}, /* a if x > 0 else b, as in programs */
                {"für", BP_WORD_FOR},        {"pour", BP_WORD_FOR}, {"属于", BP_WORD_IN},
                {"取值", BP_WORD_IN},        {"取值于", BP_WORD_IN}};
  for (size_t k = 0; k < sizeof others / sizeof *others; k++) {
    struct bp_name *name = bp_names_find(names, others[k].text, strlen(others[k].text));
    if (!name)
      return false;
    name->word = others[k].word;
  }
  return true;
}

static bool add_forms(struct bp_names *names) {
  static const char *const forms[] = {[BP_FORM_SIGMA] = "Σ",
                                      [BP_FORM_SUM] = "sum",
                                      [BP_FORM_PRODUCT] = "prod",
                                      [BP_FORM_KRONECKER] = "kron",
                                      [BP_FORM_DIFFERENTIAL] = "d"};
  for (size_t k = BP_FORM_SIGMA; k <= BP_FORM_DIFFERENTIAL; k++) {
    struct bp_name *name = bp_names_find(names, forms[k], strlen(forms[k]));
    if (!name)
      return false;
    name->form = (enum bp_form)k;
  }
  return true;
}

static bool add_implied(struct bp_names *names) {
  for (size_t k = 0; k < names->vocabulary->implied_count; k++) {
    const struct bp_implied *implied = &names->vocabulary->implied[k];
    struct bp_name *name = bp_names_find(names, implied->name, strlen(implied->name));
    if (!name)
      return false;
    name->declared = name->implied = true;
    name->family = implied->family;
  }
  return true;
}

int bp_names_init(struct bp_names *names, const struct bp_vocabulary *vocabulary,
                  struct bp_lang_pool *pool) {
  *names = (struct bp_names){.vocabulary = vocabulary, .pool = pool, .most_tokens = SIZE_MAX};
  bool fine = grow(names) == 0 && add_keywords(names) && add_translated(names) &&
              add_words(names) && add_forms(names) && add_implied(names);
  return fine ? 0 : -1;
}

bool bp_name_is_no_number(const char *name) {
  static const char *const words[] = {"nan", "NaN", "NAN",      "inf",
                                      "Inf", "INF", "infinity", "Infinity"};
  for (size_t k = 0; k < sizeof words / sizeof *words; k++)
    if (!strcmp(name, words[k]))
      return true;
  return false;
}

/* A subscript digit becomes plain, and what differs in type face only becomes ordinary. */
static utf8proc_int32_t fold(utf8proc_int32_t code) {
  if (code >= 0x2080 && code <= 0x2089)
    return '0' + (code - 0x2080);
  bool other_face =
      (code >= 0x1D400 && code <= 0x1D7FF) || (code >= 0xFF10 && code <= 0xFF5A) || code == 0xB5;
  if (code == 0x2206)
    return 0x394;
  if (!other_face)
    return code;
  utf8proc_int32_t plain[4];
  int boundary = 0;
  utf8proc_ssize_t length =
      utf8proc_decompose_char(code, plain, 4, UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE, &boundary);
  return length == 1 ? plain[0] : code;
}

static bool is_ascii(const char *text, size_t length) {
  for (size_t k = 0; k < length; k++)
    if (text[k] & 0x80)
      return false;
  return true;
}

/* No code point gets longer by folding, so `folded` needs `length` bytes. */
static size_t fold_all(const char *text, size_t length, char *folded) {
  size_t used = 0;
  for (size_t at = 0; at < length;) {
    utf8proc_int32_t code;
    utf8proc_ssize_t step = utf8proc_iterate((const utf8proc_uint8_t *)text + at,
                                             (utf8proc_ssize_t)(length - at), &code);
    if (step <= 0)
      break; /* the lexer lets only valid text through */
    used += (size_t)utf8proc_encode_char(fold(code), (utf8proc_uint8_t *)folded + used);
    at += (size_t)step;
  }
  return used;
}

struct bp_name *bp_names_find_written(struct bp_names *names, const char *text, size_t length) {
  if (is_ascii(text, length))
    return bp_names_find(names, text, length);
  char *folded = bp_lang_pool_take(names->pool, length + 1, 1);
  if (!folded)
    return NULL;
  size_t used = fold_all(text, length, folded);
  utf8proc_uint8_t *composed = NULL;
  utf8proc_ssize_t size = utf8proc_map((const utf8proc_uint8_t *)folded, (utf8proc_ssize_t)used,
                                       &composed, UTF8PROC_COMPOSE | UTF8PROC_STABLE);
  if (size == UTF8PROC_ERROR_NOMEM)
    return NULL;
  if (size < 0) /* longer than can be: the name as folded still serves */
    return bp_names_find(names, folded, used);
  struct bp_name *name = bp_names_find(names, (const char *)composed, (size_t)size);
  free(composed);
  return name;
}

uint64_t bp_member_bit(const char *number) {
  enum { MOST = 63 };
  char *end;
  long index = strtol(number, &end, 10);
  return *end == '\0' && index >= 0 && index <= MOST ? (uint64_t)1 << index : 0;
}
