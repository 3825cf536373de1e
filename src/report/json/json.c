/* What the JSON writers share: numbers and texts of which anything can be, and values that are put
 * together without asking after each whether memory was short.
 *
 * jansson's setters take over what they are given and fail on NULL.  The two here fail on NULL in
 * either place and release the other, so that memory that ran out anywhere makes the outermost
 * value NULL, and only that is looked at. */
#include "report/json/json.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/plain.h"

enum { NUMBER_DIGITS = 17 };

json_t *bp_json_number(double number) { return isfinite(number) ? json_real(number) : json_null(); }

/* jansson refuses what is no UTF-8 as it refuses what there is no memory for. */
json_t *bp_json_text(const char *text) {
  errno = 0;
  json_t *string = json_string(text);
  if (string || errno == ENOMEM)
    return string;
  size_t length = strlen(text);
  char *plain = malloc(length + 1);
  if (!plain)
    return NULL;
  for (size_t i = 0; i <= length; i++)
    plain[i] = (unsigned char)text[i] < 0x80 ? text[i] : '?';
  string = json_string(plain);
  free(plain);
  return string;
}

json_t *bp_json_text_or_null(const char *text) { return text ? bp_json_text(text) : json_null(); }

json_t *bp_json_appended(json_t *array, json_t *item) {
  if (array && json_array_append_new(array, item) == 0)
    return array;
  if (!array)
    json_decref(item);
  json_decref(array);
  return NULL;
}

json_t *bp_json_with(json_t *object, const char *key, json_t *value) {
  if (object && json_object_set_new(object, key, value) == 0)
    return object;
  if (!object)
    json_decref(value);
  json_decref(object);
  return NULL;
}

json_t *bp_json_settings(const struct bp_setting *settings, size_t count) {
  json_t *object = json_object();
  for (size_t i = 0; i < count; i++)
    object = bp_json_with(object, settings[i].name, bp_json_text(settings[i].value));
  return object;
}

json_t *bp_json_sentences(const char *const *sentences, size_t count) {
  json_t *array = json_array();
  for (size_t i = 0; i < count; i++)
    array = bp_json_appended(array, bp_json_text(sentences[i]));
  return array;
}

/* Signs that steer a terminal or turn the direction of writing stand only in texts, where JSON has
 * another spelling for them.  jansson hands over whole characters. */
static int write_escaped(const char *bytes, size_t size, void *out) {
  size_t from = 0;
  for (size_t at = 0; at < size;) {
    const char *piece;
    size_t piece_length;
    uint32_t character;
    size_t taken = bp_character(bytes + at, size - at, &character);
    bp_plain_piece(bytes + at, size - at, false, &piece, &piece_length);
    bool steers = character >= 0x7F && character < 0xFFFD && piece != bytes + at;
    if (steers) {
      fwrite(bytes + from, 1, at - from, out);
      fprintf(out, "\\u%04x", (unsigned)character);
      from = at + taken;
    }
    at += taken;
  }
  fwrite(bytes + from, 1, size - from, out);
  return ferror((FILE *)out) ? -1 : 0;
}

int bp_json_dump(json_t *value, size_t flags, FILE *out) {
  flags |= JSON_REAL_PRECISION(NUMBER_DIGITS) | JSON_COMPACT | JSON_ENCODE_ANY;
  int status = value ? json_dump_callback(value, write_escaped, out, flags) : -1;
  json_decref(value);
  return status;
}

int bp_json_finish(json_t *root, FILE *out) {
  int status = bp_json_dump(root, 0, out);
  putc('\n', out);
  return status == 0 && !ferror(out) ? 0 : -1;
}
