/* The names of a document, each kept once: what stands in the text, and what the parser knows of
 * it.
 *
 * Two names are the same exactly when their pointers are, so a token carries a pointer and nothing
 * is compared twice.  Names live in the arena of their table, as long as that.  The parser asks for
 * three things only: whether a name begins a statement, whether something in the file declares it,
 * and whether that is a function.
 */
#ifndef BP_LANG_NAMES_H
#define BP_LANG_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/* What a name is that no line declares. */
enum bp_callable {
  BP_NOT_CALLABLE,
  BP_CALLABLE,
  BP_CALLABLE_WHOLE, /* a function that nobody asks for of a single number: sum, det */
  BP_CALLABLE_CHOICE /* a function with comparisons among its arguments: where(x > 0, a, b) */
};

/* A name that the text uses and declares nowhere, and that its reader takes for declared. */
struct bp_implied {
  const char *name;
  bool family;
};

struct bp_world;
struct bp_expression;
struct bp_scope;
struct bp_size;
struct bp_range;

/* What there is to be called, which this room does not know, and what is declared outside of the
 * text: whoever asks for a document says it. */
struct bp_vocabulary {
  enum bp_callable (*find)(const char *name);
  /* What a call such as rows(A) is as a size, in a world; false with a fault. */
  bool (*measure)(struct bp_world *world, const struct bp_expression *call,
                  const struct bp_scope *scope, struct bp_size *size);
  const struct bp_implied *implied; /* NULL where there are none */
  size_t implied_count;
};

/* Words with a place of their own inside a line. */
enum bp_word {
  BP_NO_WORD,
  BP_WORD_AT,
  BP_WORD_FOR,
  BP_WORD_IN,
  BP_WORD_ODOT,
  BP_WORD_IF,
  BP_WORD_OTHERWISE
};

/* What kind of thing a name is that is given. */
enum bp_given { BP_GIVEN_NOT, BP_GIVEN_NUMBER, BP_GIVEN_COLUMN, BP_GIVEN_MATRIX };

/* What is read in a way of its own where a call could stand. */
enum bp_form {
  BP_FORM_CALL,
  BP_FORM_SIGMA,       /* Σ_{i=1..m} */
  BP_FORM_SUM,         /* sum_{i=1..m}, and sum(A), a call */
  BP_FORM_PRODUCT,     /* prod_{i=1..m} */
  BP_FORM_KRONECKER,   /* kron(A, B), an operator */
  BP_FORM_DIFFERENTIAL /* d(E) */
};

struct bp_name {
  const char *text; /* normalised, terminated */
  size_t length;
  uint64_t hash;
  struct bp_name *next; /* in the same bucket */
  int keyword;          /* the kind of statement that it begins, or -1 */
  enum bp_word word;
  enum bp_form form;
  enum bp_callable callable;    /* a function of the vocabulary, unless the file says otherwise */
  bool declared;                /* by given, let, write, size or network */
  bool function;                /* declared, as a function */
  bool family;                  /* declared with indices: W[l] */
  const struct bp_range *range; /* of a family: over which its members are declared, or NULL */
  uint64_t members;      /* of the family those by number that a let defines, by their bits */
  bool begun;            /* of the family only members by number are declared: h[0] */
  bool network;          /* declared by `network` as a matrix, or as a family of matrices */
  bool sized;            /* a size in the shape of something given, whatever else it is */
  bool implied;          /* declared by the vocabulary: dJ/dW is a derivative all the same */
  bool primed;           /* the file declares this name with a prime, too: x' beside x */
  bool layers;           /* the number of layers of a network, and nothing that a line says */
  enum bp_given given;   /* a family: what each of it is */
  bool stepped;          /* a line gives or computes members of it: h_0, h_t, h^{(1)} */
  const char *size_name; /* in shapes, where it is a family elsewhere; or NULL */
  bool plane;            /* given with two sizes, neither of them written as 1 */
  bool square;           /* given with the same size twice */
  const struct bp_expression *definition; /* of a name that a line defines, no function */
  size_t
      given_place; /* of the last statement that gives it, from 1; 0: none, as far as was looked */
  size_t given_seen;                /* statements that were asked for it */
  const struct bp_expression *body; /* of a function of whole vectors, put in where it is called */
  const char *const *parameters;    /* of a function, or what a matrix is written with */
  size_t parameter_count;
  bool mean_loss; /* what a network calls the mean of its losses */
  /* The statement, counted from 1, in which it last was an index by itself: there i0 is one letter,
   * and no i and 0. */
  size_t letter_in;
  /* The statement in which it was looked for by itself, from which place, and where it stands so, 0
   * being nowhere. */
  size_t looked_in, looked_from, stands_at;
};

/* Given with a shape, and no number: a ^ cannot raise to it. */
static inline bool bp_name_is_matrix(const struct bp_name *name) {
  return name->given >= BP_GIVEN_COLUMN;
}

/* A name that every `network` line declares, whatever it says. */
struct bp_network_name {
  const char *text;
  bool function;
  bool size;   /* a size, of which other lines may say more */
  bool family; /* one for each layer */
  bool matrix; /* of all samples, where small letters mean one of them */
};

enum { BP_NETWORK_NAMES = 12 };
extern const struct bp_network_name bp_network_names[BP_NETWORK_NAMES];

/* What programs print where there is no number: nan, inf.  It is never n*a*n. */
bool bp_name_is_no_number(const char *name);

/* The bit of a member by its number; 0 for what is no small whole number. */
uint64_t bp_member_bit(const char *number);

/* Memory in small pieces from an arena, whose own pieces are 64 bytes at least. */
struct bp_lang_pool {
  struct bp_arena *arena;
  char *block;
  size_t left, next_block;
};

/* What a look ahead has found: whether the line goes on with "for i = …", from wherever in
 * [from, until] one looks. */
struct bp_seen_range {
  char letter[8];
  size_t length; /* 0: nothing yet */
  size_t from, until;
  bool ranges;
};

enum { BP_SEEN_RANGES = 32 };

struct bp_names {
  const struct bp_vocabulary *vocabulary; /* asked once for each name */
  struct bp_lang_pool *pool;
  struct bp_name **buckets;
  size_t capacity; /* a power of two */
  size_t count;
  unsigned char first_sign[256]; /* the lexer's: 1 + its first sign with this first byte, or 0 */
  size_t spent_at;               /* 1 + where that was; 0: it was not */
  size_t tokens, most_tokens;    /* looked at, and where the text ends for want of patience */
  struct bp_seen_range seen[BP_SEEN_RANGES]; /* by the first byte of the letter */
  size_t d_line, d_end; /* 1 + where the line begins of which is known, and where it ends, … */
  bool d_is_letter;     /* … if d runs over something there */
};

/* That many bytes of the text were looked at once more; four of them take as long as a token. */
static inline void bp_names_scanned(struct bp_names *names, size_t bytes) {
  names->tokens += bytes / 4;
}

/* `size` bytes, zeroed, aligned for any object; NULL when memory is short. */
void *bp_lang_pool_take(struct bp_lang_pool *pool, size_t count, size_t size);

/* The table with the words of the language in it. Returns 0, or -1 when memory is short. */
int bp_names_init(struct bp_names *names, const struct bp_vocabulary *vocabulary,
                  struct bp_lang_pool *pool);

/* The name with this text, new where it is not there yet. NULL when memory is short. */
struct bp_name *bp_names_find(struct bp_names *names, const char *text, size_t length);

/* The name as it is written, normalised first: subscript digits become plain ones, letters from
 * mathematical alphabets and full-width ones become ordinary, accents are composed. */
struct bp_name *bp_names_find_written(struct bp_names *names, const char *text, size_t length);

#endif
