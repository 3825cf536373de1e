/* What a document says of names with a d in front, before anything is judged. */
#ifndef BP_STUDY_GRADIENT_NAMES_H
#define BP_STUDY_GRADIENT_NAMES_H

#include "base/arena.h"
#include "lang/ast.h"

enum { BP_MOST_GRADIENTS = 24, BP_MOST_LOSSES = 4, BP_MOST_SCALES = 2 };

/* dZ, which nobody declares, of a Z that somebody does; or δ, of the Z of a network. */
struct bp_gradient_name {
  const char *written; /* "dZ" */
  const char *name;    /* "Z" */
  const char *letter;  /* of its family; NULL: it is none */
  bool computed;       /* by a let, so that it differs between samples */
};

struct bp_gradient_loss {
  const char *name;
  const char *scales[BP_MOST_SCALES]; /* sizes that it is divided by */
  size_t scale_count;
};

struct bp_gradient_names {
  struct bp_gradient_name list[BP_MOST_GRADIENTS];
  size_t count;
  struct bp_gradient_loss losses[BP_MOST_LOSSES]; /* the last of all definitions: they may be */
  size_t loss_count;
  size_t place;          /* of the first statement with such a name */
  bool network;          /* J is among the losses */
  bool written;          /* other names have a write line */
  enum bp_layout layout; /* in force there */
  bool rows_are_samples;
  const char *some; /* a name that has one: "dZ" */
};

/* A statement that declares a name as a matrix or a number, and with which target. */
struct bp_declared {
  const struct bp_statement *statement; /* NULL: none does */
  const struct bp_expression *target;
};

/* By the statements before that one, and by what they use. */
struct bp_declared bp_declared_before(const struct bp_document *document, const char *name,
                                      size_t length, size_t end);

/* Whether there is a network among the statements before that one. */
bool bp_has_network(const struct bp_document *document, size_t end);

/* Adds as losses what the statements of that part of the document define last, which may be
 * numbers, and the J of a network. */
void bp_losses_find(const struct bp_document *document, const struct bp_document *part, size_t end,
                    struct bp_gradient_names *names);

/* False where there are none, where something speaks for differentials, or where what they belong
 * to is declared too late. */
bool bp_gradient_names_find(const struct bp_document *document, struct bp_arena *arena,
                            struct bp_gradient_names *names);

#endif
