/* Arrays as NumPy stores them, byte for byte: every type, both orders of bytes and of indices, what
 * the header may look like, and what must be refused; and archives of them. */
#include <check.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "data/npz.h"
#include "diagnosed.h"
#include "suite.h"

/* An .npy file of version 1 with that header and data, in a block of exactly its size. */
static struct bp_source file(const char *header, const void *data, size_t size) {
  size_t length = strlen(header);
  char *bytes = bp_arena_alloc(arena, 10 + length + size, 1);
  ck_assert_ptr_nonnull(bytes);
  memcpy(bytes, "\x93NUMPY\1\0", 8);
  bytes[8] = (char)(length & 255);
  bytes[9] = (char)(length >> 8);
  memcpy(bytes + 10, header, length);
  if (size > 0)
    memcpy(bytes + 10 + length, data, size);
  return (struct bp_source){"a.npy", bytes, 10 + length + size};
}

static const char *header_of(const char *descr, const char *order, const char *shape) {
  return bp_arena_printf(arena, "{'descr': %s, 'fortran_order': %s, 'shape': %s, }\n", descr, order,
                         shape);
}

/* ---- numbers ------------------------------------------------------------- */

static const struct {
  const char *descr, *bytes;
  size_t width;
  double value;
  const char *type;
} numbers[] = {
    {"'<f8'", "\0\0\0\0\0\0\xf8\x3f", 8, 1.5, "float64"},
    {"'>f8'", "\x3f\xf8\0\0\0\0\0\0", 8, 1.5, "float64"},
    {"\"<f8\"", "\1\0\0\0\0\0\0\0", 8, 0x1p-1074, "float64"},
    {"'<f4'", "\0\0\xc0\x3f", 4, 1.5, "float32"},
    {"'>f4'", "\xbf\xc0\0\0", 4, -1.5, "float32"},
    {"'<f4'", "\1\0\0\0", 4, 0x1p-149, "float32"},
    {"'<f2'", "\0\x3e", 2, 1.5, "float16"},
    {"'>f2'", "\xbe\0", 2, -1.5, "float16"},
    {"'<f2'", "\xff\x7b", 2, 65504, "float16"},
    {"'<f2'", "\1\0", 2, 0x1p-24, "float16"},
    {"'<f2'", "\xff\3", 2, 1023 * 0x1p-24, "float16"},
    {"'<f2'", "\0\xfc", 2, -INFINITY, "float16"},
    {"'|i1'", "\x80", 1, -128, "int8"},
    {"'|u1'", "\x80", 1, 128, "uint8"},
    {"'i1'", "\x7f", 1, 127, "int8"},
    {"'<i2'", "\xfe\xff", 2, -2, "int16"},
    {"'>i2'", "\1\0", 2, 256, "int16"},
    {"'<u2'", "\xfe\xff", 2, 65534, "uint16"},
    {"'<i4'", "\xff\xff\xff\xff", 4, -1, "int32"},
    {"'>u4'", "\xff\xff\xff\xff", 4, 4294967295, "uint32"},
    {"'<i8'", "\xff\xff\xff\xff\xff\xff\xff\xff", 8, -1, "int64"},
    {"'>i8'", "\x80\0\0\0\0\0\0\0", 8, -0x1p63, "int64"},
    {"'<i8'", "\0\0\0\0\0\0\x20\0", 8, 0x1p53, "int64"},
    {"'<i8'", "\2\0\0\0\0\0\x20\0", 8, 0x1p53 + 2, "int64"},
    {"'<u8'", "\0\0\0\0\0\0\0\x80", 8, 0x1p63, "uint64"},
    {"'|b1'", "\1", 1, 1, "bool"},
    {"'|b1'", "\0", 1, 0, "bool"},
};

START_TEST(a_number) {
  struct bp_array array;
  struct bp_source source =
      file(header_of(numbers[_i].descr, "False", "()"), numbers[_i].bytes, numbers[_i].width);
  ck_assert_msg(bp_npy_read(&source, arena, &diagnostics, &array) == 0, "%s: %s", numbers[_i].descr,
                last_message());
  ck_assert_uint_eq(array.dimensions, 0);
  ck_assert_uint_eq(array.count, 1);
  ck_assert_msg(array.data[0] == numbers[_i].value, "%s: %g and not %g", numbers[_i].descr,
                array.data[0], numbers[_i].value);
  ck_assert_str_eq(bp_array_type(&array), numbers[_i].type);
}
END_TEST

START_TEST(not_a_number_is_read) {
  struct bp_array array;
  struct bp_source source = file(header_of("'<f2'", "False", "(2,)"), "\1\x7c\0\xfe", 4);
  ck_assert_int_eq(bp_npy_read(&source, arena, &diagnostics, &array), 0);
  ck_assert(isnan(array.data[0]) && isnan(array.data[1]));
}
END_TEST

START_TEST(integers_that_float64_does_not_have) {
  static const char *const bytes[] = {"\1\0\0\0\0\0\x20\0", "\xff\xff\xff\xff\xff\xff\xff\x7f"};
  struct bp_array array;
  for (size_t k = 0; k < 2; k++) {
    struct bp_source source = file(header_of("'<i8'", "False", "(1,)"), bytes[k], 8);
    ck_assert_int_eq(bp_npy_read(&source, arena, &diagnostics, &array), -1);
    ck_assert_str_eq(last_message(), "a.npy[0] is an integer that float64 cannot hold");
  }
}
END_TEST

/* ---- shapes -------------------------------------------------------------- */

static const struct {
  const char *order, *shape, *text;
  size_t dimensions, rows, columns;
  double data[6]; /* of the bytes 0 to 5 */
} shapes[] = {
    {"False", "(2, 3)", "(2,3)", 2, 2, 3, {0, 1, 2, 3, 4, 5}},
    {"True", "(2, 3)", "(2,3)", 2, 2, 3, {0, 2, 4, 1, 3, 5}},
    {"True", "(6,)", "(6,)", 1, 6, 1, {0, 1, 2, 3, 4, 5}},
    {"True", "(6, 1)", "(6,1)", 2, 6, 1, {0, 1, 2, 3, 4, 5}},
    {"False", "(1L, 6L)", "(1,6)", 2, 1, 6, {0, 1, 2, 3, 4, 5}},
    {"False", "( 3 ,2 , )", "(3,2)", 2, 3, 2, {0, 1, 2, 3, 4, 5}},
    {"False", "(0, 7)", "(0,7)", 2, 0, 7, {0}},
    {"False", "(0,)", "(0,)", 1, 0, 1, {0}},
};

START_TEST(a_shape) {
  struct bp_array array;
  size_t count = shapes[_i].rows * shapes[_i].columns;
  struct bp_source source =
      file(header_of("'|u1'", shapes[_i].order, shapes[_i].shape), "\0\1\2\3\4\5", count);
  ck_assert_msg(bp_npy_read(&source, arena, &diagnostics, &array) == 0, "%s", last_message());
  ck_assert_uint_eq(array.dimensions, shapes[_i].dimensions);
  ck_assert_uint_eq(array.shape[0], shapes[_i].rows);
  ck_assert_uint_eq(array.shape[1], shapes[_i].columns);
  ck_assert_str_eq(bp_array_shape(&array, arena), shapes[_i].text);
  for (size_t k = 0; k < count; k++)
    ck_assert_msg(array.data[k] == shapes[_i].data[k], "%s: number %zu is %g", shapes[_i].text, k,
                  array.data[k]);
}
END_TEST

START_TEST(places_count_from_0) {
  struct bp_array matrix = {.name = "W1", .dimensions = 2, .shape = {2, 3}};
  struct bp_array vector = {.name = "b", .dimensions = 1, .shape = {3, 1}};
  struct bp_array number = {.name = "c", .dimensions = 0, .shape = {1, 1}};
  ck_assert_str_eq(bp_array_place(&matrix, 5, arena), "W1[1,2]");
  ck_assert_str_eq(bp_array_place(&vector, 2, arena), "b[2]");
  ck_assert_str_eq(bp_array_place(&number, 0, arena), "c");
}
END_TEST

/* ---- headers ------------------------------------------------------------- */

static const char *const fine_headers[] = {
    "{'descr':'<i2','fortran_order':False,'shape':(1,)}",
    "{'shape': (1,), 'fortran_order': False, 'descr': '<i2'}",
    "{\"descr\": \"<i2\", \"fortran_order\": True, \"shape\": (1,), }            \n",
    " { 'descr' : '<i2' , 'fortran_order' : False , 'shape' : ( 1 ) , } ",
};

START_TEST(a_fine_header) {
  struct bp_array array;
  struct bp_source source = file(fine_headers[_i], "\5\0", 2);
  ck_assert_msg(bp_npy_read(&source, arena, &diagnostics, &array) == 0, "%s", last_message());
  ck_assert(array.data[0] == 5);
}
END_TEST

static const struct {
  const char *header;
  size_t size; /* of the data, zeros */
  const char *message;
} refused[] = {
    {"", 0, "a dictionary"},
    {"[]", 0, "a dictionary"},
    {"{}", 0, "the keys"},
    {"{'descr': '<f8', 'fortran_order': False}", 8, "the keys"},
    {"{'descr': '<f8', 'fortran_order': False, 'shape': (1,)} x", 8, "nothing but blanks"},
    {"{'descr': '<f8', 'fortran_order': False, 'shape': (1,), 'more': 1}", 8, "alone"},
    {"{'descr': '<f8', 'descr': '<f8'}", 8, "once"},
    {"{'descr': '<f8', 'fortran_order': 0, 'shape': (1,)}", 8, "True or False"},
    {"{'descr': '<f8' 'fortran_order': False}", 8, "a comma"},
    {"{'descr': '<f8", 8, "the end of the string"},
    {"{'descr': '\\x3cf8', 'fortran_order': False, 'shape': (1,)}", 8, "the end of the string"},
    {"{descr: '<f8'}", 8, "a string"},
    {"{'descr' '<f8'}", 8, "a colon"},
    {"{'descr': '<f8', 'fortran_order': False, 'shape': 1}", 8, "a shape such as"},
    {"{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}", 8, "a size"},
    {"{'descr': '<f8', 'fortran_order': False, 'shape': (,)}", 8, "a size"},
    {"{'descr': '<f8', 'fortran_order': False, 'shape': (1 1)}", 8, "a comma or the end"},
    {"{'descr': '<f8', 'fortran_order': False, 'shape': (1", 8, "a comma or the end"},
    {"{'descr': '<f8', 'fortran_order': False, 'shape': (1.5,)}", 8, "a comma or the end"},
    {"{'descr': '<f8', 'fortran_order': False, 'shape': (1, 1, 1)}", 8, "3 dimensions"},
    {"{'descr': '<f8', 'fortran_order': False, 'shape': (2305843009213693952,)}", 8, "any memory"},
    {"{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296)}", 8,
     "any memory"},
    {"{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999,)}", 8, "any memory"},
    {"{'descr': '<f8', 'fortran_order': False, 'shape': (2,)}", 15,
     "a.npy: shape (2,) of float64 takes 16 bytes, and 15 follow the header"},
    {"{'descr': '<f8', 'fortran_order': False, 'shape': (2,)}", 17, "takes 16 bytes, and 17"},
    {"{'descr': '<f8', 'fortran_order': False, 'shape': (0,)}", 1, "takes 0 bytes, and 1"},
    {"{'descr': '', 'fortran_order': False, 'shape': (1,)}", 8, "not known here"},
    {"{'descr': '<', 'fortran_order': False, 'shape': (1,)}", 8, "not known here"},
    {"{'descr': 'f8', 'fortran_order': False, 'shape': (1,)}", 8, "not known here"},
    {"{'descr': '|f8', 'fortran_order': False, 'shape': (1,)}", 8, "not known here"},
    {"{'descr': '<f1', 'fortran_order': False, 'shape': (1,)}", 1, "not known here"},
    {"{'descr': '<f3', 'fortran_order': False, 'shape': (1,)}", 3, "not known here"},
    {"{'descr': '<f80', 'fortran_order': False, 'shape': (1,)}", 80, "more digits than float64"},
    {"{'descr': '<f16', 'fortran_order': False, 'shape': (1,)}", 16, "more digits than float64"},
    {"{'descr': '<f99999999999999999999', 'fortran_order': False, 'shape': (1,)}", 16, "digits"},
    {"{'descr': '<i16', 'fortran_order': False, 'shape': (1,)}", 16, "not known here"},
    {"{'descr': '<f8x', 'fortran_order': False, 'shape': (1,)}", 8, "not known here"},
    {"{'descr': '|b2', 'fortran_order': False, 'shape': (1,)}", 2, "not known here"},
    {"{'descr': '<c8', 'fortran_order': False, 'shape': (1,)}", 8, "complex numbers (<c8)"},
    {"{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", 8, "Python objects"},
    {"{'descr': '<U3', 'fortran_order': False, 'shape': (1,)}", 12, "text"},
    {"{'descr': '|S3', 'fortran_order': False, 'shape': (1,)}", 3, "text"},
    {"{'descr': '<M8[s]', 'fortran_order': False, 'shape': (1,)}", 8, "dates"},
    {"{'descr': '|V2', 'fortran_order': False, 'shape': (1,)}", 2, "raw bytes"},
    {"{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,)}", 8, "records"},
};

START_TEST(a_refusal) {
  static const char zeros[256];
  struct bp_array array;
  struct bp_source source = file(refused[_i].header, zeros, refused[_i].size);
  ck_assert_msg(bp_npy_read(&source, arena, &diagnostics, &array) == -1, "accepted: %s",
                refused[_i].header);
  ck_assert_uint_eq(diagnostics.errors, 1);
  ck_assert_msg(strstr(last_message(), refused[_i].message) != NULL, "%s: %s", refused[_i].header,
                last_message());
}
END_TEST

/* A header of 65,536 nested brackets, or sizes, ends like any other. */
START_TEST(long_headers) {
  size_t length = 65000;
  char *header = bp_arena_alloc(arena, length + 1, 1);
  struct bp_array array;
  strcpy(header, "{'descr': '<f8', 'fortran_order': False, 'shape': (");
  for (size_t at = strlen(header); at + 2 <= length; at += 2)
    memcpy(header + at, "1,", 2);
  struct bp_source source = file(header, "", 0);
  ck_assert_int_eq(bp_npy_read(&source, arena, &diagnostics, &array), -1);
  memset(header, '{', length);
  source = file(header, "", 0);
  ck_assert_int_eq(bp_npy_read(&source, arena, &diagnostics, &array), -1);
}
END_TEST

/* Every beginning of a file, in a block of its size, so that sanitizers see what is read beyond. */
START_TEST(beginnings) {
  struct bp_source whole = file(header_of("'<f8'", "False", "(1,)"), "\0\0\0\0\0\0\xf8\x3f", 8);
  for (size_t length = 0; length < whole.length; length++) {
    char *copy = malloc(length ? length : 1);
    struct bp_array array;
    memcpy(copy, whole.text, length);
    struct bp_source source = {"a.npy", copy, length};
    ck_assert_int_eq(bp_npy_read(&source, arena, &diagnostics, &array), -1);
    free(copy);
  }
  ck_assert_uint_eq(diagnostics.errors, whole.length);
}
END_TEST

START_TEST(no_memory) {
  struct bp_array array;
  struct bp_source source = file(header_of("'|u1'", "False", "(100000,)"), "", 0);
  char *bytes = bp_arena_alloc(arena, source.length + 100000, 1);
  memcpy(bytes, source.text, source.length);
  source.text = bytes;
  source.length += 100000;
  struct bp_arena *small = bp_arena_new((size_t)64 << 10);
  ck_assert_int_eq(bp_npy_read(&source, small, &diagnostics, &array), -1);
  ck_assert_str_eq(last_message(), "there is no memory for the 100000 numbers of a.npy");
  bp_arena_free(small);
}
END_TEST

START_TEST(versions) {
  static const char header[] = "{'descr': '|u1', 'fortran_order': False, 'shape': (1,)}";
  for (unsigned version = 0; version <= 4; version++) {
    char bytes[128] = "\x93NUMPY";
    size_t field = version == 1 ? 2 : 4, length = strlen(header);
    struct bp_array array;
    bytes[6] = (char)version;
    bytes[8] = (char)length;
    memcpy(bytes + 8 + field, header, length);
    bytes[8 + field + length] = 9;
    struct bp_source source = {"a.npy", bytes, 8 + field + length + 1};
    int status = bp_npy_read(&source, arena, &diagnostics, &array);
    ck_assert_msg((status == 0) == (version >= 1 && version <= 3), "version %u", version);
    ck_assert(status != 0 || array.data[0] == 9);
  }
}
END_TEST

/* ---- archives ------------------------------------------------------------ */

struct archive {
  char bytes[4096];
  size_t length, directory, members;
  char entries[2048]; /* of the directory */
};

static uint32_t checksum(const unsigned char *bytes, size_t length) {
  uint32_t sum = UINT32_MAX;
  for (size_t k = 0; k < length; k++) {
    sum ^= bytes[k];
    for (int bit = 0; bit < 8; bit++)
      sum = sum & 1 ? sum >> 1 ^ 0xedb88320U : sum >> 1;
  }
  return ~sum;
}

static void put(char *at, uint32_t number, size_t width) {
  for (size_t k = 0; k < width; k++)
    at[k] = (char)(number >> 8 * k & 255);
}

/* Adds a stored member. */
static void add_member(struct archive *a, const char *name, struct bp_source content) {
  size_t named = strlen(name);
  char *local = a->bytes + a->length, *entry = a->entries + a->directory;
  uint32_t sum = checksum((const unsigned char *)content.text, content.length);
  memcpy(local, "PK\3\4\x14\0", 6);
  memcpy(entry, "PK\1\2\x14\0\x14\0", 8);
  char *common[] = {local + 14, entry + 16};
  for (size_t k = 0; k < 2; k++) {
    put(common[k], sum, 4);
    put(common[k] + 4, (uint32_t)content.length, 4);
    put(common[k] + 8, (uint32_t)content.length, 4);
    put(common[k] + 12, (uint32_t)named, 2);
  }
  put(entry + 42, (uint32_t)a->length, 4);
  memcpy(local + 30, name, named);
  memcpy(entry + 46, name, named);
  memcpy(local + 30 + named, content.text, content.length);
  a->length += 30 + named + content.length;
  a->directory += 46 + named;
  a->members++;
}

/* Adds directory and end record. */
static struct bp_source close_archive(struct archive *a) {
  char *end = a->bytes + a->length + a->directory;
  memcpy(a->bytes + a->length, a->entries, a->directory);
  memcpy(end, "PK\5\6", 4);
  put(end + 8, (uint32_t)a->members, 2);
  put(end + 10, (uint32_t)a->members, 2);
  put(end + 12, (uint32_t)a->directory, 4);
  put(end + 16, (uint32_t)a->length, 4);
  return (struct bp_source){"g.npz", a->bytes, a->length + a->directory + 22};
}

static struct bp_source small_array(void) {
  return file(header_of("'<i2'", "False", "(2,)"), "\1\0\2\0", 4);
}

START_TEST(an_archive) {
  static struct archive a;
  struct bp_npz npz;
  struct bp_array array;
  add_member(&a, "W1.npy", small_array());
  add_member(&a, "readme.txt", (struct bp_source){"", "hello", 5});
  add_member(&a, "layers/0.weight.npy", small_array());
  struct bp_source source = close_archive(&a);
  ck_assert_msg(bp_npz_open(&source, 1 << 20, arena, &diagnostics, &npz) == 0, "%s",
                last_message());
  ck_assert_uint_eq(npz.count, 2);
  ck_assert_str_eq(npz.members[0].name, "W1");
  ck_assert_str_eq(npz.members[1].name, "layers/0.weight");
  ck_assert_int_eq(bp_npz_read(&npz, 1, arena, &diagnostics, &array), 0);
  ck_assert_str_eq(array.name, "layers/0.weight");
  ck_assert(array.data[0] == 1 && array.data[1] == 2);
  bp_npz_close(&npz);
}
END_TEST

/* All that is unpacked counts, also the second time. */
START_TEST(the_limit_is_for_all) {
  static struct archive a;
  struct bp_npz npz;
  struct bp_array array;
  struct bp_source member = small_array();
  add_member(&a, "W1.npy", member);
  struct bp_source source = close_archive(&a);
  ck_assert_int_eq(bp_npz_open(&source, 2 * member.length, arena, &diagnostics, &npz), 0);
  ck_assert_int_eq(bp_npz_read(&npz, 0, arena, &diagnostics, &array), 0);
  ck_assert_int_eq(bp_npz_read(&npz, 0, arena, &diagnostics, &array), 0);
  ck_assert_int_eq(bp_npz_read(&npz, 0, arena, &diagnostics, &array), -1);
  ck_assert_ptr_nonnull(strstr(last_message(), "0 are left of the memory limit"));
  bp_npz_close(&npz);
}
END_TEST

/* Whatever byte is changed: the numbers are right, or there is an error. */
START_TEST(every_byte_changed) {
  static struct archive a;
  add_member(&a, "W1.npy", small_array());
  struct bp_source source = close_archive(&a);
  size_t refusals = 0;
  for (size_t k = 0; k < source.length; k++) {
    struct bp_npz npz;
    struct bp_array array;
    size_t errors = diagnostics.errors;
    a.bytes[k] ^= 0x15;
    if (bp_npz_open(&source, 1 << 20, arena, &diagnostics, &npz) == 0) {
      if (bp_npz_read(&npz, 0, arena, &diagnostics, &array) == 0)
        ck_assert_msg(array.count == 2 && array.data[0] == 1 && array.data[1] == 2, "byte %zu", k);
      bp_npz_close(&npz);
    }
    refusals += diagnostics.errors > errors;
    a.bytes[k] ^= 0x15;
  }
  ck_assert_uint_gt(refusals, source.length / 3);
}
END_TEST

/* The same where bytes may be used as they lie. */
START_TEST(every_byte_changed_of_what_stays) {
  static struct archive a;
  static const double values[2] = {1, 2};
  add_member(&a, "W1.npy", file(header_of("'<f8'", "False", "(2,)"), (const char *)values, 16));
  struct bp_source source = close_archive(&a);
  for (size_t k = 0; k < source.length; k++) {
    struct bp_npz npz;
    struct bp_array array;
    a.bytes[k] ^= 0x15;
    if (bp_npz_open(&source, 1 << 20, arena, &diagnostics, &npz) == 0) {
      npz.lasting = true;
      if (bp_npz_read(&npz, 0, arena, &diagnostics, &array) == 0)
        ck_assert_msg(array.count == 2 && array.data[0] == 1 && array.data[1] == 2, "byte %zu", k);
      bp_npz_close(&npz);
    }
    a.bytes[k] ^= 0x15;
  }
}
END_TEST

/* Two members, at addresses that are eight different ones in turn: those for numbers are not
 * copied. */
START_TEST(stored_members_stay_where_they_are) {
  static const double values[2] = {1.5, -2};
  size_t borrowed = 0;
  for (size_t padding = 1; padding <= 8; padding++) {
    struct archive *a = bp_arena_alloc(arena, 1, sizeof *a);
    memset(a, 0, sizeof *a);
    char name[16] = "pppppppp";
    name[padding] = '\0';
    add_member(a, name, (struct bp_source){"", "", 0});
    add_member(a, "W1.npy", file(header_of("'<f8'", "False", "(2,)"), (const char *)values, 16));
    struct bp_source source = close_archive(a);
    for (int lasting = 0; lasting < 2; lasting++) {
      struct bp_npz npz;
      struct bp_array array;
      ck_assert_int_eq(bp_npz_open(&source, 1 << 20, arena, &diagnostics, &npz), 0);
      npz.lasting = lasting;
      ck_assert_int_eq(bp_npz_read(&npz, 0, arena, &diagnostics, &array), 0);
      bool inside = (const char *)array.data > a->bytes &&
                    (const char *)array.data < a->bytes + source.length;
      ck_assert(array.data[0] == 1.5 && array.data[1] == -2);
      ck_assert(inside == array.borrowed);
      ck_assert(lasting || !array.borrowed);
      borrowed += array.borrowed;
      bp_npz_close(&npz);
    }
  }
  ck_assert_uint_eq(borrowed, 1);
}
END_TEST

static const struct {
  const char *descr, *order;
  bool usable;
} layouts[] = {{"'<f8'", "False", true},
               {"'<f8'", "True", false},
               {"'>f8'", "False", false},
               {"'<i8'", "False", false},
               {"'<f4'", "False", false}};

START_TEST(only_float64_in_order_is_borrowed) {
  static const double zeros[4];
  size_t width = (size_t)(layouts[_i].descr[3] - '0');
  struct bp_array array;
  struct bp_source source = file(header_of(layouts[_i].descr, layouts[_i].order, "(2, 2)"),
                                 (const char *)zeros, 4 * width);
  char *moved =
      bp_arena_alloc(arena, source.length + 8, 1); /* so that the numbers are where they may */
  size_t at = (8 - (source.length - 4 * width) % 8) % 8;
  memcpy(moved + at, source.text, source.length);
  source.text = moved + at;
  ck_assert_int_eq(bp_npy_borrow(&source, arena, &diagnostics, &array), 0);
  ck_assert(array.borrowed == layouts[_i].usable);
}
END_TEST

static const struct {
  const char *name, *message;
} bad_names[] = {
    {"../W1.npy", "a path out of its folder"},   {"a/../../W1.npy", "a path out of its folder"},
    {"/etc/W1.npy", "a path out of its folder"}, {"C:W1.npy", "a path out of its folder"},
    {"..\\W1.npy", "a path out of its folder"},  {"W1\n.npy", "control characters"},
    {".npy", "without a single .npy array"},     {"W1.NPY", "it has \"W1.NPY\""},
};

START_TEST(a_bad_name) {
  struct archive *a = bp_arena_alloc(arena, 1, sizeof *a);
  struct bp_npz npz;
  add_member(a, bad_names[_i].name, small_array());
  struct bp_source source = close_archive(a);
  ck_assert_int_eq(bp_npz_open(&source, 1 << 20, arena, &diagnostics, &npz), -1);
  ck_assert_msg(strstr(last_message(), bad_names[_i].message) != NULL, "%s: %s", bad_names[_i].name,
                last_message());
}
END_TEST

static const struct {
  const char *bytes;
  size_t length;
  const char *message;
} others[] = {
    {"", 0, "it looks like nothing: it is empty"},
    {"PK\3\4 and no more", 16, "cut off or damaged"},
    {"\x93NUMPY\1\0", 8, "one array without a name"},
    {"\x80\4\x95", 3, "a pickle"},
    {"\x89HDF\r\n\x1a\n", 8, "an HDF5 file"},
    {"\x1f\x8b\x08", 3, "a gzip file"},
    {"1, 2, 3\n", 8, "text"},
    {"\1\2\3\4", 4, "something else"},
    {"PK\5\6\0\0\0\0\xff\x7f\xff\x7f\0\0\0\0\0\0\0\0\0\0", 22, "more members than there is room"},
};

START_TEST(no_archive) {
  struct bp_npz npz;
  struct bp_source source = {"g.npz", others[_i].bytes, others[_i].length};
  ck_assert_int_eq(bp_npz_open(&source, 1 << 20, arena, &diagnostics, &npz), -1);
  ck_assert_msg(strstr(last_message(), others[_i].message) != NULL, "%s: %s", others[_i].message,
                last_message());
}
END_TEST

#define ROWS(table) (int)(sizeof(table) / sizeof *(table))

int main(void) {
  Suite *suite = suite_create("npy");
  TCase *arrays = tcase_create("arrays");
  tcase_add_checked_fixture(arrays, set_up, tear_down);
  tcase_add_loop_test(arrays, a_number, 0, ROWS(numbers));
  tcase_add_test(arrays, not_a_number_is_read);
  tcase_add_test(arrays, integers_that_float64_does_not_have);
  tcase_add_loop_test(arrays, a_shape, 0, ROWS(shapes));
  tcase_add_test(arrays, places_count_from_0);
  tcase_add_loop_test(arrays, a_fine_header, 0, ROWS(fine_headers));
  tcase_add_loop_test(arrays, a_refusal, 0, ROWS(refused));
  tcase_add_test(arrays, long_headers);
  tcase_add_test(arrays, beginnings);
  tcase_add_test(arrays, no_memory);
  tcase_add_test(arrays, versions);
  tcase_add_loop_test(arrays, only_float64_in_order_is_borrowed, 0, ROWS(layouts));
  suite_add_tcase(suite, arrays);

  TCase *archives = tcase_create("archives");
  tcase_add_checked_fixture(archives, set_up, tear_down);
  tcase_add_test(archives, an_archive);
  tcase_add_test(archives, the_limit_is_for_all);
  tcase_add_test(archives, every_byte_changed);
  tcase_add_test(archives, every_byte_changed_of_what_stays);
  tcase_add_test(archives, stored_members_stay_where_they_are);
  tcase_add_loop_test(archives, a_bad_name, 0, ROWS(bad_names));
  tcase_add_loop_test(archives, no_archive, 0, ROWS(others));
  suite_add_tcase(suite, archives);

  return run_suite(suite);
}
