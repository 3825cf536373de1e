/* An .npy file is a magic word, a version, the length of a header, the header, and the numbers.
 * The header is a Python dictionary.  It is read by a parser for exactly the dictionaries that
 * NumPy writes, so that nothing in a file is ever evaluated; whatever else stands there is an error
 * with its place.
 *
 * Nothing that the header says is believed before it was compared with the bytes that are there:
 * memory is asked for only when the shape accounts for every one of them.
 */
#include "data/npy.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

static const char magic[] = "\x93NUMPY";
enum { MAGIC = 6, VERSIONS = 3 };

/* What the header says. */
struct header {
  struct bp_span descr, shape; /* in the text of the header */
  bool structured;             /* descr is a list */
  bool seen[3];                /* of the three keys */
  bool fortran;
  bool too_large; /* a size or the product of all overflows */
  bool big_endian;
  size_t dimensions;
};

struct parser {
  const struct bp_source *source; /* the text of the header alone */
  struct bp_diagnostics *diagnostics;
  size_t at;
  struct header header;
  struct bp_array *array;
};

/* ---- what it is not ------------------------------------------------------ */

static bool is_text(const char *bytes, size_t length) {
  size_t looked_at = length < 256 ? length : 256;
  for (size_t k = 0; k < looked_at; k++) {
    unsigned char c = (unsigned char)bytes[k];
    if (c < 0x20 ? !strchr("\t\n\r\f", c) || c == 0 : c == 0x7f)
      return false;
  }
  return true;
}

const char *bp_looks_like(const char *bytes, size_t length) {
  static const struct {
    const char *name, *start;
    size_t length;
  } known[] = {{"a zip archive, as np.savez writes it", "PK\3\4", 4},
               {"an empty zip archive", "PK\5\6", 4},
               {"a single .npy array, as np.save writes it", magic, MAGIC},
               {"an HDF5 file, as Keras and MATLAB write it", "\x89HDF\r\n\x1a\n", 8},
               {"a gzip file", "\x1f\x8b", 2},
               {"a MATLAB file", "MATLAB 5.0", 10}};
  if (length == 0)
    return "nothing: it is empty";
  for (size_t k = 0; k < sizeof known / sizeof *known; k++)
    if (length >= known[k].length && memcmp(bytes, known[k].start, known[k].length) == 0)
      return known[k].name;
  if (length >= 2 && bytes[0] == '\x80' && bytes[1] >= 2 && bytes[1] <= 5)
    return "a pickle, Python's own format";
  return is_text(bytes, length) ? "text" : "something else";
}

/* ---- the dictionary ------------------------------------------------------ */

static char peek(const struct parser *p) {
  return p->at < p->source->length ? p->source->text[p->at] : '\0';
}

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

static void skip_blanks(struct parser *p) {
  while (p->at < p->source->length && is_blank(peek(p)))
    p->at++;
}

static int wrong(struct parser *p, struct bp_span span, const char *expected) {
  bp_error(p->diagnostics, p->source, span, "save the array again with np.save or np.savez",
           "the header of an .npy array should have %s here", expected);
  return -1;
}

static int expect(struct parser *p, const char *sign, const char *expected) {
  skip_blanks(p);
  if (peek(p) != *sign)
    return wrong(p, (struct bp_span){p->at, p->at}, expected);
  p->at++;
  return 0;
}

/* string = "'" { any sign but the quote, a backslash or a line end } "'", or the same with '"' */
static int read_string(struct parser *p, struct bp_span *span) {
  skip_blanks(p);
  char quote = peek(p);
  if (quote != '\'' && quote != '"')
    return wrong(p, (struct bp_span){p->at, p->at}, "a string");
  span->begin = ++p->at;
  while (p->at < p->source->length && peek(p) != quote && peek(p) != '\\' && peek(p) != '\n')
    p->at++;
  span->end = p->at;
  return expect(p, quote == '"' ? "\"" : "'", "the end of the string");
}

/* descr = string | "[" ... : a list describes records, whose parts are of no interest */
static int read_descr(struct parser *p) {
  skip_blanks(p);
  if (peek(p) != '[')
    return read_string(p, &p->header.descr);
  p->header.structured = true;
  p->header.descr = (struct bp_span){p->at, p->source->length};
  for (size_t at = p->at; at < p->source->length; at++)
    if (p->source->text[at] == ']')
      p->header.descr.end = at + 1;
  return 0;
}

/* fortran_order = "True" | "False" */
static int read_order(struct parser *p) {
  static const char *const words[] = {"False", "True"};
  skip_blanks(p);
  for (size_t k = 0; k < 2; k++) {
    size_t length = strlen(words[k]);
    if (p->source->length - p->at < length ||
        memcmp(p->source->text + p->at, words[k], length) != 0)
      continue;
    p->at += length;
    p->header.fortran = k == 1;
    return 0;
  }
  return wrong(p, (struct bp_span){p->at, p->at}, "True or False");
}

/* size = digit { digit } [ "L" ] : Python 2 wrote the L */
static int read_size(struct parser *p, size_t *size) {
  size_t start = p->at;
  *size = 0;
  while (peek(p) >= '0' && peek(p) <= '9') {
    p->header.too_large |= __builtin_mul_overflow(*size, 10, size);
    p->header.too_large |= __builtin_add_overflow(*size, (size_t)(peek(p) - '0'), size);
    p->at++;
  }
  if (p->at == start)
    return wrong(p, (struct bp_span){p->at, p->at}, "a size");
  p->at += peek(p) == 'L';
  return 0;
}

/* shape = "(" [ size { "," size } [ "," ] ] ")" */
static int read_shape(struct parser *p) {
  struct header *header = &p->header;
  skip_blanks(p);
  header->shape.begin = p->at;
  if (expect(p, "(", "a shape such as (4, 3)") != 0)
    return -1;
  p->array->count = 1;
  for (;;) {
    size_t size;
    skip_blanks(p);
    if (peek(p) == ')')
      break;
    if (read_size(p, &size) != 0)
      return -1;
    if (header->dimensions < BP_MOST_DIMENSIONS)
      p->array->shape[header->dimensions] = size;
    header->dimensions++;
    header->too_large |= __builtin_mul_overflow(p->array->count, size, &p->array->count);
    skip_blanks(p);
    if (peek(p) != ',')
      break;
    p->at++;
  }
  if (expect(p, ")", "a comma or the end of the shape") != 0)
    return -1;
  header->shape.end = p->at;
  return 0;
}

/* pair = string ":" value */
static int read_pair(struct parser *p) {
  static const char *const keys[] = {"descr", "fortran_order", "shape"};
  static int (*const readers[])(struct parser *) = {read_descr, read_order, read_shape};
  struct bp_span key = {0, 0};
  if (read_string(p, &key) != 0 || expect(p, ":", "a colon") != 0)
    return -1;
  for (size_t k = 0; k < 3; k++) {
    size_t length = strlen(keys[k]);
    if (key.end - key.begin != length || memcmp(p->source->text + key.begin, keys[k], length) != 0)
      continue;
    if (p->header.seen[k])
      return wrong(p, key, "each key once");
    p->header.seen[k] = true;
    return readers[k](p);
  }
  return wrong(p, key, "the keys 'descr', 'fortran_order' and 'shape' alone");
}

/* header = "{" pair { "," pair } [ "," ] "}" blanks */
static int read_header(struct parser *p) {
  if (expect(p, "{", "a dictionary") != 0)
    return -1;
  for (skip_blanks(p); peek(p) != '}'; skip_blanks(p)) {
    if (read_pair(p) != 0)
      return -1;
    if (p->header.structured) /* nothing behind it matters */
      return 0;
    skip_blanks(p);
    if (peek(p) != '}' && expect(p, ",", "a comma or the end of the dictionary") != 0)
      return -1;
  }
  p->at++;
  skip_blanks(p);
  if (p->at < p->source->length)
    return wrong(p, (struct bp_span){p->at, p->source->length}, "nothing but blanks");
  if (!p->header.seen[0] || !p->header.seen[1] || !p->header.seen[2])
    return wrong(p, (struct bp_span){0, 0}, "the keys 'descr', 'fortran_order' and 'shape'");
  return 0;
}

/* ---- the type ------------------------------------------------------------ */

static int refuse_type(struct parser *p, const char *what, const char *suggestion) {
  int length = (int)(p->header.descr.end - p->header.descr.begin);
  bp_error(p->diagnostics, p->source, p->header.descr, suggestion,
           "the array holds %s (%.*s), and real numbers are needed here", what,
           length < 40 ? length : 40, p->source->text + p->header.descr.begin);
  return -1;
}

/* Types that are no numbers, or none that float64 could hold; the last row is for all others. */
static int refuse_kind(struct parser *p, char kind) {
  static const char convert[] = "array.astype(np.float64) before saving it";
  static const struct {
    const char *kinds, *what, *suggestion;
  } refusals[] = {{"O", "Python objects, stored as a pickle",
                   "np.array(list_of_numbers, dtype=np.float64); rows of different lengths, or "
                   "a list of arrays, make such an array: save each array under its own name"},
                  {"c", "complex numbers", "array.real.copy(), if the imaginary parts are 0"},
                  {"US", "text", convert},
                  {"Mm", "dates or times", convert},
                  {"V", "raw bytes, or bfloat16, which NumPy does not know", convert},
                  {NULL, "numbers of a type that is not known here", convert}};
  size_t k = 0;
  while (refusals[k].kinds && (kind == '\0' || !strchr(refusals[k].kinds, kind)))
    k++;
  return refuse_type(p, refusals[k].what, refusals[k].suggestion);
}

/* The types whose numbers float64 may hold. */
static const struct type {
  char kind;
  size_t width; /* bytes */
  const char *name;
} types[] = {{'f', 2, "float16"}, {'f', 4, "float32"}, {'f', 8, "float64"}, {'i', 1, "int8"},
             {'i', 2, "int16"},   {'i', 4, "int32"},   {'i', 8, "int64"},   {'u', 1, "uint8"},
             {'u', 2, "uint16"},  {'u', 4, "uint32"},  {'u', 8, "uint64"},  {'b', 1, "bool"}};

/* NULL: there is none, or float64 cannot hold its numbers. */
static const struct type *find_type(char kind, size_t width) {
  for (size_t k = 0; k < sizeof types / sizeof *types; k++)
    if (types[k].kind == kind && types[k].width == width)
      return &types[k];
  return NULL;
}

const char *bp_array_type(const struct bp_array *array) {
  const struct type *type = find_type(array->kind, array->width);
  return type ? type->name : "unknown";
}

/* descr = [ "<" | ">" | "|" ] kind { digit } */
static int read_type(struct parser *p) {
  const struct bp_span span = p->header.descr;
  const char *text = p->source->text;
  size_t at = span.begin, width = 0;
  if (p->header.structured)
    return refuse_type(p, "records", "one array for each field: array['name'].copy()");
  char order = at < span.end && strchr("<>|", text[at]) && text[at] ? text[at++] : '\0';
  char kind = at < span.end ? text[at++] : '\0';
  while (at < span.end && text[at] >= '0' && text[at] <= '9' && width <= 16)
    width = 10 * width + (size_t)(text[at++] - '0');
  if (kind == 'f' && width > 8)
    return refuse_type(p, "numbers with more digits than float64",
                       "array.astype(np.float64) before saving it");
  const struct type *type = find_type(kind, width);
  if (kind == '\0' || !strchr("fiub", kind))
    return refuse_kind(p, kind);
  if (at != span.end || !type || (type->width > 1 && order != '<' && order != '>'))
    return refuse_kind(p, '?');
  p->header.big_endian = order == '>';
  p->array->kind = type->kind;
  p->array->width = type->width;
  return 0;
}

/* ---- numbers ------------------------------------------------------------- */

/* The bytes of a number as an unsigned integer. */
static uint64_t gather(const unsigned char *bytes, size_t width, bool big_endian) {
  uint64_t bits = 0;
  for (size_t k = 0; k < width; k++)
    bits |= (uint64_t)bytes[k] << 8 * (big_endian ? width - 1 - k : k);
  return bits;
}

/* sign, 5 bits of exponent, 10 of the fraction */
static double from_half(uint64_t bits) {
  int exponent = (int)(bits >> 10 & 31);
  double fraction = (double)(bits & 1023);
  double value = exponent == 31  ? (fraction != 0 ? NAN : INFINITY)
                 : exponent == 0 ? ldexp(fraction, -24)
                                 : ldexp(1024 + fraction, exponent - 25);
  return bits >> 15 ? -value : value;
}

static double from_real(uint64_t bits, size_t width) {
  double value;
  float single;
  uint32_t low = (uint32_t)bits;
  if (width == 2)
    return from_half(bits);
  if (width == 4) {
    memcpy(&single, &low, sizeof single);
    return (double)single;
  }
  memcpy(&value, &bits, sizeof value);
  return value;
}

/* False where float64 does not have the number: an odd part of more than 53 bits. */
static bool from_integer(uint64_t bits, size_t width, bool is_signed, double *value) {
  bool negative = is_signed && bits >> ((8 * width - 1) & 63) & 1; /* width is 1 to 8 */
  if (negative) /* the two's complement, in 64 bits */
    bits = ~(bits | (width < 8 ? UINT64_MAX << 8 * width : 0)) + 1;
  *value = negative ? -(double)bits : (double)bits;
  int zeros = bits == 0 ? 0 : __builtin_ctzll(bits);
  return bits >> zeros < (uint64_t)1 << 53;
}

/* Writes all numbers; returns the index of the first that float64 does not have, or count. */
static size_t convert(const struct bp_array *array, const struct header *header,
                      const unsigned char *bytes) {
  bool transpose = header->fortran && array->dimensions == 2;
  size_t rows = array->shape[0], columns = array->shape[1], inexact = array->count;
  for (size_t k = 0; k < array->count; k++) {
    size_t place = transpose ? k % rows * columns + k / rows : k;
    uint64_t bits = gather(bytes + k * array->width, array->width, header->big_endian);
    if (array->kind == 'f')
      array->data[place] = from_real(bits, array->width);
    else if (array->kind == 'b')
      array->data[place] = bits != 0;
    else if (!from_integer(bits, array->width, array->kind == 'i', &array->data[place]) &&
             place < inexact)
      inexact = place;
  }
  return inexact;
}

/* ---- the file ------------------------------------------------------------ */

const char *bp_array_shape(const struct bp_array *array, struct bp_arena *arena) {
  if (array->dimensions == 0)
    return "()";
  if (array->dimensions == 1)
    return bp_arena_printf(arena, "(%zu,)", array->shape[0]);
  return bp_arena_printf(arena, "(%zu,%zu)", array->shape[0], array->shape[1]);
}

const char *bp_array_place(const struct bp_array *array, size_t index, struct bp_arena *arena) {
  if (array->dimensions == 0)
    return array->name;
  if (array->dimensions == 1)
    return bp_arena_printf(arena, "%s[%zu]", array->name, index);
  return bp_arena_printf(arena, "%s[%zu,%zu]", array->name, index / array->shape[1],
                         index % array->shape[1]);
}

/* Records an error about the file as a whole; always -1. */
static int refuse(struct bp_diagnostics *diagnostics, const char *suggestion, const char *message) {
  bp_error(diagnostics, NULL, (struct bp_span){0, 0}, suggestion, "%s",
           message ? message : "there is not enough memory to read an array");
  return -1;
}

/* Finds the header: its text goes to *text, copied, since messages about it may outlive the file.
 * Returns where the numbers begin, or 0 with an error recorded. */
static size_t find_header(const struct bp_source *source, struct bp_arena *arena,
                          struct bp_diagnostics *diagnostics, struct bp_source *text) {
  const unsigned char *bytes = (const unsigned char *)source->text;
  if (source->length < MAGIC || memcmp(bytes, magic, MAGIC) != 0) {
    refuse(diagnostics, "np.save or np.savez, which write that format",
           bp_arena_printf(diagnostics->arena, "%s is not an .npy array; it looks like %s",
                           source->name, bp_looks_like(source->text, source->length)));
    return 0;
  }
  unsigned version = source->length > MAGIC ? bytes[MAGIC] : 0;
  size_t field = version == 1 ? 2 : 4, start = MAGIC + 2 + field;
  if (source->length < start) {
    refuse(diagnostics, "writing it again: it is cut off",
           bp_arena_printf(diagnostics->arena,
                           "%s ends within the first %zu bytes of an .npy array", source->name,
                           start));
    return 0;
  }
  if (version < 1 || version > VERSIONS) {
    refuse(diagnostics, "np.save, which writes version 1, 2 or 3",
           bp_arena_printf(diagnostics->arena, "%s is of version %u of the .npy format",
                           source->name, version));
    return 0;
  }
  size_t length = (size_t)gather(bytes + MAGIC + 2, field, false);
  if (length > source->length - start || length > BP_MOST_NPY_HEADER) {
    refuse(diagnostics, "writing it again: it is damaged or cut off",
           bp_arena_printf(diagnostics->arena,
                           "%s: the header should have %zu bytes, and %zu follow", source->name,
                           length, source->length - start));
    return 0;
  }
  size_t numbers = start + length;
  while (length > 0 && is_blank(source->text[start + length - 1])) /* padding */
    length--;
  *text = (struct bp_source){source->name, bp_arena_strndup(arena, source->text + start, length),
                             length};
  if (text->text)
    return numbers;
  refuse(diagnostics, "a larger --memory-limit",
         bp_arena_printf(diagnostics->arena, "there is no memory to read %s", source->name));
  return 0;
}

/* `length`: of the whole file, of which `source` may be the beginning. */
static int check_shape(const struct parser *p, const struct bp_source *source, size_t start,
                       size_t length) {
  struct bp_diagnostics *diagnostics = p->diagnostics;
  const struct header *header = &p->header;
  const char *shape = p->source->text + header->shape.begin;
  int width = (int)(header->shape.end - header->shape.begin);
  size_t needed, found = length - start;
  width = width < 100 ? width : 100;
  if (header->dimensions > BP_MOST_DIMENSIONS) {
    bp_error(diagnostics, p->source, header->shape,
             "array.reshape(rows, columns), or array.squeeze() if sizes of 1 are too many",
             "the array has %zu dimensions, and vectors and matrices are needed here",
             header->dimensions);
    return -1;
  }
  if (header->too_large || __builtin_mul_overflow(p->array->count, p->array->width, &needed))
    return refuse(
        diagnostics, "writing it again: it is damaged",
        bp_arena_printf(diagnostics->arena,
                        "%s: an array of shape %.*s would have more bytes than any memory",
                        source->name, width, shape));
  if (needed != found)
    return refuse(diagnostics,
                  found < needed ? "writing it again: it is cut off"
                                 : "writing it again: np.save writes one array to a file",
                  bp_arena_printf(diagnostics->arena,
                                  "%s: shape %.*s of %s takes %zu bytes, and %zu follow the header",
                                  source->name, width, shape, bp_array_type(p->array), needed,
                                  found));
  return 0;
}

/* The header, for a file of `length` bytes, and where the numbers begin; 0 with an error recorded.
 */
static size_t read_beginning(const struct bp_source *source, size_t length, struct bp_arena *arena,
                             struct bp_diagnostics *diagnostics, struct bp_array *array,
                             struct header *header) {
  struct bp_source *text = bp_arena_alloc(arena, 1, sizeof *text);
  *array = (struct bp_array){.name = source->name, .shape = {1, 1}};
  if (!text) {
    refuse(diagnostics, "a larger --memory-limit",
           bp_arena_printf(diagnostics->arena, "there is no memory to read %s", source->name));
    return 0;
  }
  size_t start = find_header(source, arena, diagnostics, text);
  struct parser parser = {.source = text, .diagnostics = diagnostics, .array = array};
  if (start == 0 || read_header(&parser) != 0 || read_type(&parser) != 0 ||
      check_shape(&parser, source, start, length) != 0)
    return 0;
  array->dimensions = parser.header.dimensions;
  *header = parser.header;
  return start;
}

int bp_npy_check(const struct bp_source *beginning, size_t length, struct bp_arena *arena,
                 struct bp_diagnostics *diagnostics, struct bp_array *array) {
  struct header header;
  return read_beginning(beginning, length, arena, diagnostics, array, &header) > 0 ? 0 : -1;
}

/* Whether the bytes are float64 numbers that this machine can use where they are. */
static bool is_usable(const struct bp_array *array, const struct header *header,
                      const char *bytes) {
  bool in_order = !header->fortran || array->dimensions < 2;
  return array->kind == 'f' && array->width == sizeof(double) && in_order &&
         header->big_endian == (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__) &&
         (uintptr_t)bytes % _Alignof(double) == 0;
}

static int read_array(const struct bp_source *source, bool lasting, struct bp_arena *arena,
                      struct bp_diagnostics *diagnostics, struct bp_array *array) {
  struct header header;
  size_t start = read_beginning(source, source->length, arena, diagnostics, array, &header);
  if (start == 0)
    return -1;
  array->borrowed = lasting && is_usable(array, &header, source->text + start);
  if (array->borrowed) {
    array->data = (double *)(uintptr_t)(source->text + start);
    return 0;
  }
  array->data = bp_arena_alloc(arena, array->count, sizeof *array->data);
  if (!array->data)
    return refuse(diagnostics, "a larger --memory-limit",
                  bp_arena_printf(diagnostics->arena,
                                  "there is no memory for the %zu numbers of %s", array->count,
                                  source->name));
  size_t inexact = convert(array, &header, (const unsigned char *)source->text + start);
  if (inexact == array->count)
    return 0;
  const char *place = bp_array_place(array, inexact, arena);
  return refuse(diagnostics,
                "numbers of at most 2^53, or array.astype(np.float64) if rounding does no harm",
                bp_arena_printf(diagnostics->arena, "%s is an integer that float64 cannot hold",
                                place ? place : source->name));
}

int bp_npy_read(const struct bp_source *source, struct bp_arena *arena,
                struct bp_diagnostics *diagnostics, struct bp_array *array) {
  return read_array(source, false, arena, diagnostics, array);
}

int bp_npy_borrow(const struct bp_source *source, struct bp_arena *arena,
                  struct bp_diagnostics *diagnostics, struct bp_array *array) {
  return read_array(source, true, arena, diagnostics, array);
}
