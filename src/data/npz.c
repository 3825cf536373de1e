/* Zip archives through libzip, from memory.
 *
 * An archive's own figures are promises of a stranger.  A member may claim any size, so the claim
 * is held against what deflate can make of the member's bytes at best, and against what may still
 * be unpacked, before memory is taken for it; then exactly that much must come out, with the right
 * checksum.  Names are names and never paths: nothing is ever written to a disk.
 *
 * A member that is not packed may be used where it lies, if the source stays.  libzip does not say
 * where that is; what the directory says is taken for a guess, and only bytes that are the same as
 * those that libzip gives are used.
 */
#include "data/npz.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

enum {
  MOST_MEMBERS = 10000,
  DIRECTORY_ENTRY = 46, /* bytes that a member takes in the directory, at least */
  MOST_INFLATION = 1032 /* deflate writes 258 bytes with two bits, at best */
};

static const struct bp_span nowhere = {0, 0};

/* ---- opening ------------------------------------------------------------- */

static uint64_t number_at(const struct bp_source *source, size_t at, size_t width) {
  uint64_t number = 0;
  for (size_t k = 0; k < width; k++)
    number |= (uint64_t)(unsigned char)source->text[at + k] << 8 * k;
  return number;
}

/* How many members the end record at `at` claims; in a large archive another record says so, whose
 * place stands right before the end record. */
static uint64_t members_claimed(const struct bp_source *source, size_t at) {
  enum { LOCATOR = 20, LARGE_RECORD = 56 };
  if (at < LOCATOR || memcmp(source->text + at - LOCATOR, "PK\6\7", 4) != 0)
    return number_at(source, at + 10, 2);
  uint64_t record = number_at(source, at - LOCATOR + 8, 8);
  if (record > source->length || source->length - record < LARGE_RECORD)
    return UINT64_MAX;
  return number_at(source, (size_t)record + 32, 8);
}

/* libzip takes memory for as many members as the directory claims, so the claims are checked first.
 * Behind the record that makes them nothing but a comment of up to 64 KiB may follow. */
static bool claims_too_much(const struct bp_source *source) {
  enum { END_RECORD = 22, MOST_COMMENT = 65535 };
  for (size_t back = END_RECORD; back <= source->length && back <= END_RECORD + MOST_COMMENT;
       back++)
    if (memcmp(source->text + source->length - back, "PK\5\6", 4) == 0 &&
        members_claimed(source, source->length - back) > source->length / DIRECTORY_ENTRY)
      return true;
  return false;
}

static int refuse_format(const struct bp_source *source, struct bp_diagnostics *diagnostics) {
  const char *looks = bp_looks_like(source->text, source->length);
  if (claims_too_much(source))
    bp_error(diagnostics, NULL, nowhere, "another source for this file: it is damaged or hostile",
             "%s claims to have more members than there is room for in it", source->name);
  else if (source->length >= 4 && memcmp(source->text, "PK\3\4", 4) == 0)
    bp_error(diagnostics, NULL, nowhere, "writing or copying it again",
             "%s begins as a zip archive and has no sound directory at its end: it is cut off or "
             "damaged",
             source->name);
  else if (strstr(looks, ".npy"))
    bp_error(diagnostics, NULL, nowhere,
             "np.savez(\"g.npz\", X=X, Y=Y, W1=W1, b1=b1, dW1=dW1, db1=db1), which keeps the names",
             "%s is %s: it holds one array without a name", source->name, looks);
  else
    bp_error(diagnostics, NULL, nowhere,
             "np.savez(\"g.npz\", X=X, Y=Y, W1=W1, b1=b1, dW1=dW1, db1=db1)",
             "%s is no .npz file; it looks like %s", source->name, looks);
  return -1;
}

static zip_t *open_archive(const struct bp_source *source, struct bp_diagnostics *diagnostics) {
  zip_error_t error;
  zip_error_init(&error);
  zip_t *archive = NULL;
  if (source->length == 0 || claims_too_much(source)) { /* of nothing libzip makes an archive */
    refuse_format(source, diagnostics);
    return NULL;
  }
  errno = 0; /* libzip has other names for some of what it did not get memory for */
  zip_source_t *bytes = zip_source_buffer_create(source->text, source->length, 0, &error);
  if (bytes)
    archive = zip_open_from_source(bytes, ZIP_RDONLY, &error);
  if (bytes && !archive)
    zip_source_free(bytes);
  bool no_memory = errno == ENOMEM || zip_error_code_zip(&error) == ZIP_ER_MEMORY;
  if (!bytes || (!archive && no_memory))
    bp_error(diagnostics, NULL, nowhere, NULL, "there is no memory to read %s", source->name);
  else if (!archive)
    refuse_format(source, diagnostics);
  zip_error_fini(&error);
  return archive;
}

/* ---- names --------------------------------------------------------------- */

static bool is_path(const char *name) {
  if (name[0] == '/' || name[0] == '\\' || (name[0] && name[1] == ':'))
    return true;
  for (const char *at = name; (at = strstr(at, "..")); at++)
    if ((at == name || at[-1] == '/' || at[-1] == '\\') &&
        (at[2] == '/' || at[2] == '\\' || at[2] == '\0'))
      return true;
  return false;
}

static bool has_control(const char *name) {
  for (; *name; name++)
    if ((unsigned char)*name < 0x20 || *name == 0x7f)
      return true;
  return false;
}

/* The name of the array, or NULL where the member is none. */
static const char *array_name(const char *file, struct bp_arena *arena) {
  size_t length = strlen(file);
  if (length <= 4 || strcmp(file + length - 4, ".npy") != 0)
    return NULL;
  return bp_arena_strndup(arena, file, length - 4);
}

static int check_name(const struct bp_npz *npz, const char *file,
                      struct bp_diagnostics *diagnostics) {
  const char *what = is_path(file) ? "a path out of its folder" : "control characters";
  if (!is_path(file) && !has_control(file))
    return 0;
  bp_error(diagnostics, NULL, nowhere, "another source for this file: np.savez makes no such names",
           "%s has a member with %s for a name, \"%.80s\"", npz->source->name, what, file);
  return -1;
}

static int refuse_twins(const struct bp_npz *npz, struct bp_diagnostics *diagnostics) {
  const struct bp_npz_member *last = &npz->members[npz->count - 1];
  for (const struct bp_npz_member *member = npz->members; member < last; member++) {
    if (strcmp(member->name, last->name) != 0)
      continue;
    bp_error(diagnostics, NULL, nowhere, "writing the file anew instead of adding to it",
             "%s has two arrays with the name %s", npz->source->name, last->name);
    return -1;
  }
  return 0;
}

/* Members that lie on top of one another unpack the same bytes again and again. */
static int refuse_overlap(const struct bp_npz *npz, size_t members,
                          struct bp_diagnostics *diagnostics) {
  uint64_t left = npz->source->length;
  zip_stat_t stat;
  for (size_t k = 0; k < members; k++) {
    if (zip_stat_index(npz->archive, k, 0, &stat) != 0 || !(stat.valid & ZIP_STAT_COMP_SIZE))
      continue; /* it cannot be read, which is told where it is to be */
    if (stat.comp_size > left) {
      bp_error(diagnostics, NULL, nowhere, "another source for this file: it is damaged or hostile",
               "%s claims to hold more than its %zu bytes: its members overlap", npz->source->name,
               npz->source->length);
      return -1;
    }
    left -= stat.comp_size;
  }
  return 0;
}

static int list_members(struct bp_npz *npz, size_t members, struct bp_arena *arena,
                        struct bp_diagnostics *diagnostics) {
  const char *other = NULL;
  for (size_t k = 0; k < members; k++) {
    const char *file = zip_get_name(npz->archive, k, ZIP_FL_ENC_RAW);
    if (!file)
      return refuse_format(npz->source, diagnostics);
    if (check_name(npz, file, diagnostics) != 0)
      return -1;
    const char *name = array_name(file, arena);
    if (bp_arena_failed(arena))
      return -1;
    if (!name) {
      other = file;
      continue;
    }
    npz->members[npz->count++] = (struct bp_npz_member){name, k};
    if (refuse_twins(npz, diagnostics) != 0)
      return -1;
  }
  if (npz->count > 0)
    return 0;
  bp_error(diagnostics, NULL, nowhere,
           "np.savez with named arrays; from PyTorch, tensor.detach().numpy()",
           other ? "%s is a zip archive without a single .npy array; it has \"%.80s\""
                 : "%s is a zip archive without a single .npy array",
           npz->source->name, other);
  return -1;
}

int bp_npz_open(const struct bp_source *source, size_t limit, struct bp_arena *arena,
                struct bp_diagnostics *diagnostics, struct bp_npz *npz) {
  *npz = (struct bp_npz){.source = source, .left = limit};
  npz->archive = open_archive(source, diagnostics);
  if (!npz->archive)
    return -1;
  zip_int64_t members = zip_get_num_entries(npz->archive, 0);
  int status = -1;
  if (members > MOST_MEMBERS)
    bp_error(diagnostics, NULL, nowhere, NULL, "%s has %lld members; up to %d can be read",
             source->name, (long long)members, (int)MOST_MEMBERS);
  else if ((npz->members = bp_arena_alloc(arena, (size_t)members + 1, sizeof *npz->members)))
    status = refuse_overlap(npz, (size_t)members, diagnostics) == 0
                 ? list_members(npz, (size_t)members, arena, diagnostics)
                 : -1;
  if (status != 0 && diagnostics->errors == 0)
    bp_error(diagnostics, NULL, nowhere, NULL, "there is no memory to read %s", source->name);
  if (status != 0)
    bp_npz_close(npz);
  return status;
}

void bp_npz_close(struct bp_npz *npz) {
  zip_discard(npz->archive);
  npz->archive = NULL;
}

/* ---- members ------------------------------------------------------------- */

/* Looks at what the directory says about a member; *size is what it should unpack to. */
static int check_member(const struct bp_npz *npz, const struct bp_npz_member *member,
                        struct bp_diagnostics *diagnostics, size_t *size) {
  const zip_uint64_t needed =
      ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;
  const char *file = npz->source->name, *suggestion = "np.savez or np.savez_compressed";
  zip_stat_t stat;
  if (zip_stat_index(npz->archive, member->index, 0, &stat) != 0 || (stat.valid & needed) != needed)
    bp_error(diagnostics, NULL, nowhere, suggestion, "%s: the entry of %s is damaged", file,
             member->name);
  else if (stat.encryption_method != ZIP_EM_NONE)
    bp_error(diagnostics, NULL, nowhere, suggestion, "%s: %s is encrypted", file, member->name);
  else if (stat.comp_method != ZIP_CM_STORE && stat.comp_method != ZIP_CM_DEFLATE)
    bp_error(diagnostics, NULL, nowhere, suggestion,
             "%s: %s is packed by method %d; stored and deflated arrays can be read", file,
             member->name, (int)stat.comp_method);
  else if (stat.comp_size > npz->source->length ||
           stat.size > MOST_INFLATION * stat.comp_size + MOST_INFLATION)
    bp_error(diagnostics, NULL, nowhere, "another source for this file: it is damaged or hostile",
             "%s: %s claims to unpack from %llu to %llu bytes, which cannot be", file, member->name,
             (unsigned long long)stat.comp_size, (unsigned long long)stat.size);
  else if (stat.size > npz->left)
    bp_error(diagnostics, NULL, nowhere, "a larger --memory-limit if you trust this file",
             "%s: %s unpacks to %llu bytes, and %zu are left of the memory limit", file,
             member->name, (unsigned long long)stat.size, npz->left);
  else {
    *size = (size_t)stat.size;
    return 0;
  }
  return -1;
}

static int refuse_content(const struct bp_npz *npz, const struct bp_npz_member *member, int error,
                          struct bp_diagnostics *diagnostics) {
  const char *what = error == ZIP_ER_CRC ? "its checksum is wrong"
                     : error == ZIP_ER_MEMORY
                         ? "there is no memory to unpack it"
                         : "it does not unpack to as many bytes as the archive says";
  bp_error(diagnostics, NULL, nowhere, "writing or copying the file again", "%s: %s is damaged: %s",
           npz->source->name, member->name, what);
  return -1;
}

/* Fills `bytes` with exactly `size` bytes of the member. */
static int unpack(const struct bp_npz *npz, const struct bp_npz_member *member, char *bytes,
                  size_t size, struct bp_diagnostics *diagnostics) {
  enum { PIECE = 1 << 20 };
  zip_file_t *file = zip_fopen_index(npz->archive, member->index, 0);
  if (!file)
    return refuse_content(npz, member, zip_error_code_zip(zip_get_error(npz->archive)),
                          diagnostics);
  size_t length = 0;
  zip_int64_t got = 1;
  while (length < size && got > 0) {
    got = zip_fread(file, bytes + length, size - length < PIECE ? size - length : PIECE);
    length += got > 0 ? (size_t)got : 0;
  }
  char more;
  if (got >= 0) /* the checksum is looked at behind the last byte */
    got = zip_fread(file, &more, 1);
  int error = got < 0 ? zip_error_code_zip(zip_file_get_error(file)) : ZIP_ER_INCONS;
  zip_fclose(file);
  return length == size && got == 0 ? 0 : refuse_content(npz, member, error, diagnostics);
}

/* ---- what is stored as it is ---------------------------------------------- */

/* Where the directory begins, by the end record, whose comment ends with the file; 0: not found.
 * Archives of 4 GiB and more say it elsewhere, and are unpacked. */
static size_t find_directory(const struct bp_source *source) {
  enum { END_RECORD = 22, MOST_COMMENT = 65535 };
  for (size_t back = END_RECORD; back <= source->length && back <= END_RECORD + MOST_COMMENT;
       back++) {
    size_t at = source->length - back;
    if (memcmp(source->text + at, "PK\5\6", 4) == 0 &&
        number_at(source, at + 20, 2) == back - END_RECORD) {
      uint64_t begin = number_at(source, at + 16, 4);
      return begin < at ? (size_t)begin : 0;
    }
  }
  return 0;
}

/* The entry of a member in the directory; 0: not found. */
static size_t find_entry(const struct bp_source *source, size_t index) {
  size_t at = find_directory(source);
  for (size_t k = 0; at > 0; k++) {
    if (source->length - at < DIRECTORY_ENTRY || memcmp(source->text + at, "PK\1\2", 4) != 0)
      return 0;
    if (k == index)
      return at;
    at += DIRECTORY_ENTRY + (size_t)(number_at(source, at + 28, 2) + number_at(source, at + 30, 2) +
                                     number_at(source, at + 32, 2));
    if (at >= source->length)
      return 0;
  }
  return 0;
}

/* Where `size` bytes of a member that is not packed may lie in the source, which is a promise of a
 * stranger; NULL: it is packed, or that is not known. */
static const char *find_stored(const struct bp_npz *npz, const struct bp_npz_member *member,
                               size_t size) {
  enum { LOCAL = 30 };
  const struct bp_source *source = npz->source;
  size_t entry = find_entry(source, member->index);
  if (entry == 0 || number_at(source, entry + 10, 2) != ZIP_CM_STORE)
    return NULL;
  uint64_t local = number_at(source, entry + 42, 4);
  if (local >= source->length || source->length - local < LOCAL ||
      memcmp(source->text + local, "PK\3\4", 4) != 0)
    return NULL;
  uint64_t begin = local + LOCAL + number_at(source, (size_t)local + 26, 2) +
                   number_at(source, (size_t)local + 28, 2);
  return begin <= source->length && source->length - begin >= size ? source->text + begin : NULL;
}

/* Whether these are what libzip unpacks, which looks at the checksum, too. */
static bool is_content(const struct bp_npz *npz, const struct bp_npz_member *member,
                       const char *bytes, size_t size) {
  enum { PIECE = 1 << 16 };
  char *piece = malloc(PIECE);
  zip_file_t *file = piece ? zip_fopen_index(npz->archive, member->index, 0) : NULL;
  size_t length = 0;
  zip_int64_t got = file ? 1 : -1;
  while (got > 0) {
    got = zip_fread(file, piece, PIECE);
    if (got > 0 && ((size_t)got > size - length || memcmp(piece, bytes + length, (size_t)got) != 0))
      got = -1;
    length += got > 0 ? (size_t)got : 0;
  }
  if (file)
    zip_fclose(file);
  free(piece);
  return got == 0 && length == size;
}

/* ---- reading ------------------------------------------------------------- */

/* Whether the header at the beginning of a member promises as many bytes as the member has, before
 * memory is taken for them. */
static int check_header(const struct bp_npz *npz, const struct bp_npz_member *member, size_t size,
                        const char *name, struct bp_arena *spare, struct bp_arena *arena,
                        struct bp_diagnostics *diagnostics) {
  enum { HEAD = BP_MOST_NPY_HEADER + 64 };
  struct bp_array array;
  size_t length = size < HEAD ? size : HEAD;
  char *head = bp_arena_alloc(spare, length + 1, 1);
  zip_file_t *file = head ? zip_fopen_index(npz->archive, member->index, 0) : NULL;
  if (!file)
    return head ? refuse_content(npz, member, zip_error_code_zip(zip_get_error(npz->archive)),
                                 diagnostics)
                : -1;
  zip_int64_t got = zip_fread(file, head, length);
  int error = got < 0 ? zip_error_code_zip(zip_file_get_error(file)) : ZIP_ER_INCONS;
  zip_fclose(file);
  if (got < 0 || (size_t)got < length)
    return refuse_content(npz, member, error, diagnostics);
  struct bp_source source = {name, head, length};
  return bp_npy_check(&source, size, arena, diagnostics, &array);
}

int bp_npz_read(struct bp_npz *npz, size_t member, struct bp_arena *arena,
                struct bp_diagnostics *diagnostics, struct bp_array *array) {
  const struct bp_npz_member *wanted = &npz->members[member];
  size_t size, errors = diagnostics->errors;
  if (check_member(npz, wanted, diagnostics, &size) != 0)
    return -1;
  struct bp_arena *spare = bp_arena_new(0);
  const char *name = bp_arena_printf(arena, "%s: %s", npz->source->name, wanted->name);
  bool sound =
      spare && name && check_header(npz, wanted, size, name, spare, arena, diagnostics) == 0;
  const char *stored = sound && npz->lasting ? find_stored(npz, wanted, size) : NULL;
  if (stored && is_content(npz, wanted, stored, size)) {
    struct bp_source source = {name, stored, size};
    int found = bp_npy_borrow(&source, arena, diagnostics, array);
    array->name = wanted->name;
    bp_arena_free(spare);
    return found;
  }
  char *bytes = sound ? bp_arena_alloc(spare, size + 1, 1) : NULL;
  int status = -1;
  if (bytes && unpack(npz, wanted, bytes, size, diagnostics) == 0) {
    npz->left -= size;
    struct bp_source source = {name, bytes, size};
    status = bp_npy_read(&source, arena, diagnostics, array);
    array->name = wanted->name;
  }
  if (status != 0 && diagnostics->errors == errors)
    bp_error(diagnostics, NULL, nowhere, NULL, "there is no memory to unpack %s", wanted->name);
  bp_arena_free(spare);
  return status;
}
