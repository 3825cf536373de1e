/* NumPy's .npz format: a zip archive with an .npy array for each name.
 *
 * Opening lists the names; an array is unpacked when it is asked for, so that what nobody needs
 * costs nothing, be it damaged, huge or a pickle.
 *
 * Names and arrays live in the arena that is passed; the source is the caller's and outlives the
 * archive, which the caller closes.
 */
#ifndef BP_DATA_NPZ_H
#define BP_DATA_NPZ_H

#include <stddef.h>

#include "base/arena.h"
#include "base/diag.h"
#include "data/npy.h"

struct bp_npz_member {
  const char *name; /* "W1" for the member W1.npy */
  size_t index;     /* in the archive */
};

struct bp_npz {
  const struct bp_source *source;
  void *archive; /* libzip's */
  struct bp_npz_member *members;
  size_t count;
  size_t left;  /* bytes that may still be unpacked */
  bool lasting; /* the source stays as long as the arrays, which may then be bytes of it; the
                   caller's to set */
};

/* Opens the archive that `source` holds; at most `limit` bytes will be unpacked from it altogether.
 * Returns 0, and the caller calls bp_npz_close; or -1 with an error recorded, and there is nothing
 * to close. */
int bp_npz_open(const struct bp_source *source, size_t limit, struct bp_arena *arena,
                struct bp_diagnostics *diagnostics, struct bp_npz *npz);

/* Unpacks one array; its name is the member's.  Returns 0, or -1 with an error
 * recorded. */
int bp_npz_read(struct bp_npz *npz, size_t member, struct bp_arena *arena,
                struct bp_diagnostics *diagnostics, struct bp_array *array);

void bp_npz_close(struct bp_npz *npz);

#endif
