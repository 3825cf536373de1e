/* Whole runs of `backproof grads` on an archive that is made of arbitrary text, with small limits.
 *
 * The first line is the network.  Every other line is an array: its name, "f8" or "f4" or "i4", its
 * sizes, and its numbers, of which the last stands for all that are missing.  So the checksums of
 * the archive are right, and what is tried is what comes behind them.
 */
#define _GNU_SOURCE
#include <jansson.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "process.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST_NUMBERS = 4096, MOST_SIZES = 4, HEADER = 128 };

static void trouble(void) {
  fputs("the archive cannot be written\n", stderr);
  exit(3);
}

struct array {
  char name[40];
  char type[3];
  size_t count;
  char shape[80];
};

/* "W1 f8 2 3 : 0.5 ..."; false where the line is none. */
static bool read_array(const char *line, struct array *array, const char **numbers) {
  int used = 0;
  if (sscanf(line, "%39s %2s %n", array->name, array->type, &used) != 2 || used == 0)
    return false;
  const char *colon = strchr(line + used, ':');
  char *at = (char *)(uintptr_t)(line + used);
  array->count = 1;
  array->shape[0] = '\0';
  for (int k = 0; k < MOST_SIZES && (!colon || at < colon); k++) {
    char *end;
    unsigned long one = strtoul(at, &end, 10);
    if (end == at || one > MOST_NUMBERS || array->count * one > MOST_NUMBERS)
      break;
    array->count *= one;
    snprintf(array->shape + strlen(array->shape), sizeof array->shape - strlen(array->shape),
             "%lu,", one);
    at = end;
  }
  *numbers = colon ? colon + 1 : "";
  return true;
}

/* The bytes of an .npy file; their length. */
static size_t write_array(const struct array *array, const char *numbers, char *bytes) {
  size_t width = array->type[1] == '4' ? 4 : 8;
  memcpy(bytes, "\x93NUMPY\x01\x00", 8);
  bytes[8] = HEADER - 10;
  bytes[9] = 0;
  memset(bytes + 10, ' ', HEADER - 10);
  int length =
      snprintf(bytes + 10, HEADER - 10, "{'descr': '<%.2s', 'fortran_order': %s, 'shape': (%s), }",
               array->type, strchr(array->name, 'T') ? "True" : "False", array->shape);
  if (length < HEADER - 10)
    bytes[10 + length] = ' ';
  bytes[HEADER - 1] = '\n';
  double number = 0;
  for (size_t i = 0; i < array->count; i++) {
    char *end;
    double next = strtod(numbers, &end);
    number = end > numbers ? next : number;
    numbers = end;
    float single = (float)number;
    int32_t whole = number > -1e9 && number < 1e9 ? (int32_t)number : 0;
    memcpy(bytes + HEADER + i * width,
           array->type[0] == 'i' ? (void *)&whole
           : width == 4          ? (void *)&single
                                 : (void *)&number,
           width == 8 && array->type[0] == 'i' ? 4 : width);
  }
  return HEADER + array->count * width;
}

static void add_array(zip_t *archive, const char *line) {
  struct array array = {.count = 0};
  const char *numbers;
  if (!read_array(line, &array, &numbers))
    return;
  char *bytes = calloc(HEADER + array.count + 1, 8);
  char name[64];
  if (!bytes)
    trouble();
  size_t length = write_array(&array, numbers, bytes);
  snprintf(name, sizeof name, "%s.npy", array.name);
  zip_source_t *source = zip_source_buffer(archive, bytes, length, 1);
  if (!source)
    trouble();
  zip_int64_t index = zip_file_add(archive, name, source, 0);
  if (index < 0) /* a name that no archive may have, or one that is there already */
    zip_source_free(source);
  else
    zip_set_file_compression(archive, (zip_uint64_t)index, ZIP_CM_STORE, 0);
}

/* The archive as bytes; false where it has no arrays. */
static bool make_archive(char *text) {
  static char room[1 << 20];
  zip_error_t error;
  zip_source_t *target = zip_source_buffer_create(NULL, 0, 0, &error);
  zip_t *archive = target ? zip_open_from_source(target, ZIP_TRUNCATE, &error) : NULL;
  if (!archive)
    trouble();
  zip_source_keep(target);
  for (char *line; (line = strsep(&text, "\n"));)
    add_array(archive, line);
  bool has_arrays = zip_get_num_entries(archive, 0) > 0;
  if (zip_close(archive) != 0)
    trouble();
  if (has_arrays) {
    if (zip_source_open(target) != 0)
      trouble();
    zip_int64_t length = zip_source_read(target, room, sizeof room);
    zip_source_close(target);
    fuzz_file("g.npz", room, length > 0 ? (size_t)length : 0);
  }
  zip_source_free(target);
  return has_arrays;
}

/* Sizes of two digits: a large network is not what is tried. */
static void keep_small(char *spec) {
  size_t digits = 0, to = 0;
  for (size_t from = 0; spec[from]; from++) {
    digits = spec[from] >= '0' && spec[from] <= '9' ? digits + 1 : 0;
    if (digits <= 2)
      spec[to++] = spec[from];
  }
  spec[to] = '\0';
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  char *text = malloc(size + 1), *rest = text;
  if (!text)
    trouble();
  memcpy(text, data, size);
  text[size] = '\0';
  char *spec = strsep(&rest, "\n");
  keep_small(spec);
  if (rest && *spec != '-' && make_archive(rest)) {
    const char *words[] = {"backproof",      "grads", "--threads", "1",    "--time-limit", "1",
                           "--memory-limit", "200M",  "--format",  "json", "--",           spec,
                           "g.npz",          NULL};
    struct fuzz_outcome outcome = fuzz_run(words, NULL, 0);
    json_t *report = json_loadb(outcome.out, outcome.out_length, 0, NULL);
    fuzz_require(outcome.status == 3 || report, "its report in JSON cannot be read");
    json_decref(report);
    fuzz_require_plain(outcome.errors, outcome.errors_length);
  }
  free(text);
  return 0;
}
