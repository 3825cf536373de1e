/* The frame of the parser: lines, and recovery.
 *
 * A line that begins with no keyword is what people write on paper: a declaration where a shape
 * follows, a definition where its left side is a name that nothing has, and else a claim.  A dW
 * beside a W is never defined so: it has a meaning, and is claimed.
 *
 * After an error the rest of the statement is skipped; what belongs to it is settled by the same
 * rule as always, in cursor.c.
 */
#include "lang/parse.h"

#include <string.h>

#include "base/budget.h"
#include "lang/dress.h"
#include "lang/parser.h"

static bool at_line_end(const struct bp_parser *parser) {
  return parser->token.kind == BP_TOKEN_NEWLINE || parser->token.kind == BP_TOKEN_END;
}

/* Skips what is left of a statement that could not be read. */
static void recover(struct bp_parser *parser) {
  while (!at_line_end(parser)) {
    switch (parser->token.kind) {
    case BP_TOKEN_LEFT:
    case BP_TOKEN_LEFT_SQUARE:
    case BP_TOKEN_LEFT_BRACE:
    case BP_TOKEN_LEFT_ANGLE:
      parser->brackets++;
      break;
    case BP_TOKEN_RIGHT:
    case BP_TOKEN_RIGHT_SQUARE:
    case BP_TOKEN_RIGHT_BRACE:
    case BP_TOKEN_RIGHT_ANGLE:
      parser->brackets -= parser->brackets > 0;
      break;
    default:
      break;
    }
    bp_advance(parser);
  }
}

/* Whether a line has a word first, Weights w^l_{jk} and biases b^l_j, and nothing in it that
 * compares or declares. */
static bool says_nothing(const struct bp_parser *parser) {
  enum { SHORTEST = 4 };
  const struct bp_name *word = parser->token.name;
  struct bp_span line = bp_line_text(parser->source, parser->token.span.begin);
  const char *text = parser->source->text;
  bool large = word->length >= SHORTEST && word->text[0] >= 'A' && word->text[0] <= 'Z' &&
               word->text[1] >= 'a' && word->text[1] <= 'z';
  for (size_t at = line.begin; at < line.end; at++)
    if (text[at] == ':' || !memcmp(text + at, "∈", at + 3 <= line.end ? 3 : 1))
      return false;
  return large && bp_first_relation(parser->source, line.begin, line.end) == line.end;
}

/* The error for a line that begins with no keyword; *meant is that of a misspelt one, or stays. */
static void complain_of_line(struct bp_parser *parser, int *meant) {
  const struct bp_token *token = &parser->token;
  struct bp_token after = bp_peek(parser);
  bool operand = token->kind == BP_TOKEN_NAME || token->kind == BP_TOKEN_NUMBER ||
                 token->kind == BP_TOKEN_STRING || bp_begins_operand(parser) ||
                 token->kind == BP_TOKEN_MINUS;
  const char *nearest = NULL;
  bool shown = parser->diagnostics->count < BP_MOST_DIAGNOSTICS;
  size_t line = token->span.begin;
  while (line > 0 && parser->source->text[line - 1] != '\n')
    line--;
  if (shown && token->kind == BP_TOKEN_NAME && !token->name->declared)
    nearest = bp_meant_keyword(token->name, line == token->span.begin);
  bool prose = token->kind == BP_TOKEN_NAME && !token->name->declared &&
               (after.kind == BP_TOKEN_NAME || after.kind == BP_TOKEN_STRING ||
                after.kind == BP_TOKEN_NUMBER);
  if (prose && !nearest &&
      (bp_is_sentence(parser->source, &parser->names, line) || says_nothing(parser))) {
    bp_note(parser->diagnostics, parser->source, bp_line_text(parser->source, line),
            "a line of its own for the formula, if it is to be judged",
            "this is taken for a sentence, and what it says is not judged");
    return;
  }
  if (nearest && after.kind != BP_TOKEN_EQUAL && after.kind != BP_TOKEN_DEFINE) {
    bp_complain(parser, token->span, bp_suggest(parser, "did you mean %s?", nearest),
                "no statement begins with %s", bp_quote(parser, token->span));
    for (int kind = 0; kind < BP_STATEMENT_KIND_COUNT; kind++)
      if (!strcmp(bp_statement_keyword((enum bp_statement_kind)kind), nearest))
        *meant = kind;
  } else if (prose)
    bp_complain(parser, token->span,
                "claim for a formula that is to be judged, let for a definition, # for a comment",
                "no statement begins with %s", bp_quote(parser, token->span));
  else if (token->kind == BP_TOKEN_SLASH)
    bp_complain(parser, token->span, "# begins a comment", "this line begins with no statement");
  else if (token->kind >= BP_TOKEN_PLUS && token->kind <= BP_TOKEN_POINT_SLASH)
    bp_complain(parser, token->span,
                "# for a comment; to go on with the formula above, indent the line",
                "this line begins with no statement");
  else if (operand)
    bp_complain(parser, token->span,
                bp_suggest(parser, "let %s … to define it, claim %s … to have it judged",
                           bp_quote(parser, token->span), bp_quote(parser, token->span)),
                "this line begins with no statement");
  else
    bp_unexpected(parser, "a statement", "claim dW = dZ * A'");
}

/* Whether W[l] : n x k stands here, behind the name: a colon comes before any sign that compares.
 */
static bool declares_members(const struct bp_parser *parser) {
  struct bp_stream ahead = parser->stream;
  for (int depth = 0;;) {
    struct bp_token token = bp_stream_next(&ahead);
    depth += (token.kind == BP_TOKEN_LEFT_SQUARE) - (token.kind == BP_TOKEN_RIGHT_SQUARE);
    if (depth == 0 && token.kind != BP_TOKEN_RIGHT_SQUARE)
      return token.kind == BP_TOKEN_COLON ||
             (token.kind == BP_TOKEN_NAME && token.name->word == BP_WORD_IN);
    if (token.kind == BP_TOKEN_END || token.kind == BP_TOKEN_NEWLINE)
      return false;
  }
}

/* Whether [2] = … stands there, behind the name of a family of which a line has defined other
 * members by their numbers, and not this one. */
static bool defines_other_member(struct bp_parser *parser) {
  struct bp_stream ahead = parser->stream;
  bp_stream_next(&ahead);
  struct bp_token index = bp_stream_next(&ahead);
  if (parser->token.name->members == 0 || index.kind != BP_TOKEN_NUMBER ||
      bp_stream_next(&ahead).kind != BP_TOKEN_RIGHT_SQUARE ||
      bp_stream_next(&ahead).kind != BP_TOKEN_EQUAL)
    return false;
  uint64_t bit = bp_member_bit(bp_quote(parser, index.span));
  return bit != 0 && (parser->token.name->members & bit) == 0;
}

/* What a bare line is that begins with a name; false where it is prose, or a misspelt keyword. */
static bool kind_of_name(struct bp_parser *parser, enum bp_statement_kind *kind) {
  const struct bp_name *name = parser->token.name;
  struct bp_token after = bp_peek(parser);
  *kind = BP_STATEMENT_CLAIM;
  if (!name->declared &&
      (name->form == BP_FORM_SIGMA || name->form == BP_FORM_SUM || name->form == BP_FORM_PRODUCT))
    return true;
  if (!name->declared && name->form == BP_FORM_DIFFERENTIAL && after.kind == BP_TOKEN_NAME &&
      after.name->callable && !after.name->declared) /* d tr(A X) = … */
    return true;
  if (name->declared) {
    if (after.kind == BP_TOKEN_COLON)
      *kind = BP_STATEMENT_SHAPE;
    else if (after.kind == BP_TOKEN_LEFT_SQUARE && defines_other_member(parser))
      *kind = BP_STATEMENT_LET;
    else if (name->begun && after.kind == BP_TOKEN_LEFT_SQUARE &&
             bp_picks_by_letter(parser->stream))
      *kind = BP_STATEMENT_LET;
    return true;
  }
  if (bp_at_own_update(parser, &after))
    return true;
  switch (after.kind) {
  case BP_TOKEN_COLON:
  case BP_TOKEN_COMMA:
  case BP_TOKEN_GREATER:
  case BP_TOKEN_AT_LEAST:
  case BP_TOKEN_NOT_EQUAL:
    *kind = BP_STATEMENT_GIVEN;
    return true;
  case BP_TOKEN_LESS:
  case BP_TOKEN_AT_MOST:
    *kind = bp_is_bounded(parser->stream) ? BP_STATEMENT_GIVEN : BP_STATEMENT_CLAIM;
    return true;
  case BP_TOKEN_EQUAL:
  case BP_TOKEN_DEFINE:
  case BP_TOKEN_LEFT_SQUARE:
  case BP_TOKEN_UNDERSCORE:
    *kind = after.kind == BP_TOKEN_LEFT_SQUARE && declares_members(parser)   ? BP_STATEMENT_GIVEN
            : bp_is_gradient(parser, &parser->token) || bp_is_identity(name) ? BP_STATEMENT_CLAIM
                                                                             : BP_STATEMENT_LET;
    return name->word == BP_NO_WORD;
  case BP_TOKEN_LEFT:
    *kind = name->callable || name->form != BP_FORM_CALL ? BP_STATEMENT_CLAIM : BP_STATEMENT_LET;
    return name->word == BP_NO_WORD;
  case BP_TOKEN_NAME:
    if (after.name->word == BP_WORD_IN) {
      *kind = BP_STATEMENT_GIVEN;
      return true;
    }
    return name->callable != BP_NOT_CALLABLE;
  case BP_TOKEN_NUMBER:
    return name->callable != BP_NOT_CALLABLE;
  case BP_TOKEN_STRING:
  case BP_TOKEN_PARTIAL:
  case BP_TOKEN_NABLA:
  case BP_TOKEN_SIGMA:
  case BP_TOKEN_NEWLINE:
  case BP_TOKEN_END:
    return false;
  default:
    return bp_begins_operand(parser);
  }
}

/* Whether a formula begins with the opposite of something: the sign stands close to it. */
static bool at_sign(const struct bp_parser *parser) {
  struct bp_token after = bp_peek(parser);
  return parser->token.kind == BP_TOKEN_MINUS && after.span.begin == parser->token.span.end &&
         after.kind != BP_TOKEN_NEWLINE && after.kind != BP_TOKEN_END;
}

/* The kind of a line that begins with no keyword; false, with an error recorded, where it has none.
 */
static bool bare_kind(struct bp_parser *parser, enum bp_statement_kind *kind, int *meant) {
  *kind = BP_STATEMENT_CLAIM;
  if (bp_bounds_from_below(parser)) {
    *kind = BP_STATEMENT_GIVEN;
    return true;
  }
  if (!(parser->token.kind == BP_TOKEN_NAME ? kind_of_name(parser, kind)
                                            : bp_begins_operand(parser) || at_sign(parser))) {
    complain_of_line(parser, meant);
    return false;
  }
  return true;
}

/* Goes on behind what stands in front of the formula that begins somewhere behind `at`, where
 * nothing is open that was open before it. */
static void begin_formula(struct bp_parser *parser, size_t at) {
  struct bp_stream *stream = &parser->stream;
  size_t text = bp_line_text(parser->source, at).begin;
  struct bp_dress dress = {.begin = at};
  if (stream->lexer.remark != text + 1)
    dress = bp_dress_before(parser->source, &parser->names, at);
  bp_stream_restart(stream);
  bp_stream_return(stream, dress.begin);
  parser->label = dress.label;
  bool where = bp_says_where(parser->source, text, dress.begin, &parser->at_place);
  parser->solved = parser->solved || where;
  size_t end = dress.label.end > dress.label.begin ? dress.label.begin : dress.begin;
  while (end > text && strchr(" \t*", parser->source->text[end - 1]))
    end--;
  if (end > text)
    bp_note_spelling(parser, dress.number ? BP_SPELLING_COUNTED : BP_SPELLING_DRESS,
                     (struct bp_span){text, end}, NULL);
  bp_end_line(parser);
}

/* Goes on with the next formula of the line, behind what ended the one before it. */
static bool next_formula(struct bp_parser *parser) {
  size_t again = parser->again;
  parser->again = 0;
  if (again > 0 && !parser->memory_short) {
    bp_stream_restart(&parser->stream);
    bp_stream_return(&parser->stream, again - 1);
    parser->label = (struct bp_span){0, 0};
    bp_end_line(parser);
    return true;
  }
  if (parser->memory_short || !bp_more_follows(parser))
    return false;
  begin_formula(parser, parser->token.span.end);
  return true;
}

/* A layout that comes before anything is computed counts for what is given above it, too: which way
 * onehot lies. */
static void put_layout_first(struct bp_list *statements) {
  struct bp_statement *list = statements->items;
  size_t last = statements->count - 1;
  struct bp_statement layout = list[last];
  for (size_t k = 0; k < last; k++)
    if (list[k].kind != BP_STATEMENT_GIVEN && list[k].kind != BP_STATEMENT_SIZE &&
        list[k].kind != BP_STATEMENT_TITLE && list[k].kind != BP_STATEMENT_SOURCE &&
        list[k].kind != BP_STATEMENT_NOTE)
      return;
  memmove(list + 1, list, last * sizeof *list);
  list[0] = layout;
}

/* Reads the statement of that kind that begins here; false when memory is short. */
static bool read_statement(struct bp_parser *parser, enum bp_statement_kind kind, bool bare,
                           struct bp_list *statements) {
  struct bp_statement *statement = bp_list_add(parser, statements, sizeof *statement);
  if (!statement)
    return false;
  *statement = (struct bp_statement){.kind = kind, .bare = bare, .span = parser->token.span};
  parser->formula = /* other formulas may follow on the line */
      kind == BP_STATEMENT_SIZE || kind == BP_STATEMENT_LET || kind == BP_STATEMENT_CLAIM ||
      kind == BP_STATEMENT_REFUTE;
  parser->passed = false;
  statement->broken = !bp_parse_statement(parser, statement);
  if (statement->broken) {
    statement->hole = (struct bp_span){0, 0};
    recover(parser);
  }
  statement->broken = statement->broken || bp_statement_is_unfilled(statement);
  if (parser->previous.span.end > statement->span.end)
    statement->span.end = parser->previous.span.end;
  if (parser->passed && !statement->broken)
    return bp_keep_update(parser, statements);
  if (kind == BP_STATEMENT_LAYOUT)
    put_layout_first(statements);
  else if ((kind == BP_STATEMENT_CLAIM || kind == BP_STATEMENT_REFUTE) &&
           !bp_assume_arguments(parser, statements))
    return false;
  if (kind != BP_STATEMENT_LAYOUT && !bp_settle_rows(parser, statements))
    return false;
  return !parser->memory_short;
}

/* Reads a line with a misspelt keyword as it is meant, so that what it declares is not missed
 * below; its one error has been told. */
static bool read_as_meant(struct bp_parser *parser, enum bp_statement_kind kind,
                          struct bp_list *statements) {
  struct bp_diagnostics_mark told = bp_diagnostics_mark(parser->diagnostics);
  if (!read_statement(parser, kind, false, statements))
    return false;
  const struct bp_statement *last =
      (struct bp_statement *)statements->items + statements->count - 1;
  if (!last->broken)
    return true;
  bp_diagnostics_return(parser->diagnostics, told);
  statements->count -= bp_statement_declares(last) == BP_DECLARES_NOTHING;
  return true;
}

/* Whether "let X ∈ R^{n×d}" stands here, or "let x, y : n", which says what is given. */
static bool lets_be_given(const struct bp_parser *parser) {
  struct bp_stream ahead = parser->stream;
  ahead.defines = false;
  struct bp_token name = bp_stream_next(&ahead), after = bp_stream_next(&ahead);
  if (name.kind != BP_TOKEN_NAME || name.name->word != BP_NO_WORD)
    return false;
  if (!bp_stream_behind_brackets(&ahead, &after))
    return false;
  bool word = after.kind == BP_TOKEN_NAME && !after.name->declared;
  return after.kind == BP_TOKEN_COLON || after.kind == BP_TOKEN_COMMA ||
         after.kind == BP_TOKEN_GREATER || after.kind == BP_TOKEN_NOT_EQUAL ||
         (word && (after.name->word == BP_WORD_IN || !strcmp(after.name->text, "and")));
}

/* Reads a formula or declaration that begins here, of which several things may be given; false when
 * memory is short. */
static bool read_formula(struct bp_parser *parser, struct bp_list *statements) {
  enum bp_statement_kind kind = BP_STATEMENT_CLAIM;
  parser->statement++;
  parser->brackets = parser->nesting = parser->bars = 0;
  parser->inside = (struct bp_inside){.size = false};
  bool bare = parser->token.kind != BP_TOKEN_NAME || parser->token.name->keyword < 0;
  if (!bare)
    kind = (enum bp_statement_kind)parser->token.name->keyword;
  if (!bare && kind == BP_STATEMENT_LET && lets_be_given(parser)) {
    kind = BP_STATEMENT_GIVEN;
    parser->stream.defines = false;
  }
  int meant = -1;
  if (bare && !bare_kind(parser, &kind, &meant) && meant < 0) {
    recover(parser);
    return !parser->memory_short;
  }
  if (meant >= 0)
    return read_as_meant(parser, (enum bp_statement_kind)meant, statements);
  kind = bp_kind_by_value(parser, kind, bare);
  struct bp_name *family = bp_begins_recursion(parser, kind, bare);
  if (family && !bp_begin_recursion(parser, family, statements))
    return false;
  size_t first = statements->count;
  do {
    if (!read_statement(parser, kind, bare, statements))
      return false;
    if (kind == BP_STATEMENT_GIVEN)
      bp_share_ranges(parser, statements, first);
  } while ((kind == BP_STATEMENT_GIVEN && (bp_at_separator(parser) || bp_at_next_given(parser))) ||
           (kind == BP_STATEMENT_SIZE && bp_at_next_size(parser)));
  return true;
}

/* Goes on at that byte of the text, where a formula begins. */
static void go_on_at(struct bp_parser *parser, size_t at, size_t remark) {
  bp_stream_restart(&parser->stream);
  bp_stream_return(&parser->stream, at);
  if (remark > 0)
    parser->stream.lexer.remark = remark + 1;
  bp_end_line(parser);
}

static bool read_formulas(struct bp_parser *parser, struct bp_list *statements) {
  do {
    if (!read_formula(parser, statements))
      return false;
    parser->front = 0;
  } while (next_formula(parser));
  return true;
}

/* Reads what stands behind the formulas of the line before them, and goes back to them. */
static bool read_behind(struct bp_parser *parser, size_t behind, size_t cut,
                        struct bp_list *statements) {
  size_t begin = parser->token.span.begin;
  struct bp_span label = parser->label;
  parser->label = (struct bp_span){0, 0};
  bp_stream_restart(&parser->stream);
  bp_stream_return(&parser->stream, behind);
  parser->stream.declares = parser->stream.defines = true; /* as behind let */
  bp_end_line(parser);
  if (!read_formulas(parser, statements))
    return false;
  parser->label = label;
  go_on_at(parser, begin, cut);
  return true;
}

/* Reads a line; false when memory is short. */
static bool read_line(struct bp_parser *parser, struct bp_list *statements) {
  struct bp_lexer *lexer = &parser->stream.lexer;
  size_t cut = 0, behind = bp_definition_behind(parser, &cut);
  if (behind > 0 && !read_behind(parser, behind, cut, statements))
    return false;
  size_t front = bp_behind_front(parser, &parser->token);
  if (front > 0) {
    parser->front = parser->token.span.begin + 1;
    go_on_at(parser, front, behind > 0 ? cut : 0);
  }
  bool assumed = false;
  if (!bp_take_assumption(parser, statements, &assumed))
    return false;
  if (!assumed && !read_formulas(parser, statements))
    return false;
  if (behind > 0)
    lexer->left_out = (struct bp_span){0, 0};
  if (lexer->left_out.end > lexer->left_out.begin + 1 &&
      parser->source->text[lexer->left_out.begin] != '.')
    bp_note_spelling(parser, BP_SPELLING_DRESS, lexer->left_out, NULL);
  lexer->left_out = (struct bp_span){0, 0};
  return true;
}

/* Reads lines that give what lines above them use, and keeps where they begin. */
static void read_late(struct bp_parser *parser, struct bp_list *statements) {
  const struct bp_source *source = parser->source;
  if (parser->memory_short)
    return;
  for (size_t at = 0; parser->late_count < BP_MOST_LATE && !parser->memory_short;) {
    at = bp_late_given(source, &parser->names, at);
    if (at >= source->length)
      break;
    go_on_at(parser, at, 0);
    parser->late[parser->late_count++] = at;
    bp_note(parser->diagnostics, source, bp_line_text(source, at), "given lines above the others",
            "this line gives what a line above it uses, and is read first");
    if (!read_formulas(parser, statements))
      return;
    at = bp_line_text(source, at).end;
  }
  parser->stream = bp_stream_new(source, &parser->names);
}

/* Whether the line that begins here was read before the others. */
static bool was_read(const struct bp_parser *parser) {
  for (size_t k = 0; k < parser->late_count; k++)
    if (parser->late[k] == parser->token.span.begin)
      return true;
  return false;
}

static struct bp_effort_before line_begins(const struct bp_parser *parser,
                                           const struct bp_list *statements) {
  return (struct bp_effort_before){statements->count, bp_diagnostics_mark(parser->diagnostics)};
}

int bp_parse(const struct bp_source *source, const struct bp_vocabulary *vocabulary,
             bp_parse_use *use, void *context, size_t *next_id, struct bp_arena *arena,
             struct bp_diagnostics *diagnostics, struct bp_document *document) {
  struct bp_parser parser = {.source = source,
                             .pool = {.arena = arena},
                             .diagnostics = diagnostics,
                             .use = use,
                             .context = context};
  struct bp_list statements = {NULL, 0, 0};
  parser.next_id = next_id;
  parser.memory_short = bp_names_init(&parser.names, vocabulary, &parser.pool) != 0;
  if (!parser.memory_short)
    parser.stream = bp_stream_new(source, &parser.names);
  bp_effort_limit(&parser.names, source);
  struct bp_effort_before before = line_begins(&parser, &statements);
  parser.memory_short = parser.memory_short || !bp_tell_sizes_apart(source, &parser.names);
  if (!parser.memory_short)
    bp_assume_numbers(&parser, &statements);
  read_late(&parser, &statements);
  parser.token.kind = BP_TOKEN_NEWLINE;
  while (!parser.memory_short && parser.token.kind != BP_TOKEN_END)
    if (parser.token.kind == BP_TOKEN_NEWLINE) {
      parser.solved = parser.at_place = false;
      begin_formula(&parser, parser.stream.lexer.at);
      if (was_read(&parser))
        recover(&parser);
    } else {
      before = line_begins(&parser, &statements);
      read_line(&parser, &statements);
    }
  if (!parser.memory_short && bp_effort_is_spent(&parser.names))
    bp_effort_complain(&parser, &statements, &before);
  if (!parser.memory_short)
    bp_tell_definitions(&parser, &statements);
  *document =
      (struct bp_document){.source = source,
                           .vocabulary = vocabulary,
                           .statements = statements.items,
                           .count = statements.count,
                           .expressions = *next_id,
                           .updates = parser.updates.items,
                           .update_count = parser.updates.count,
                           .stars_go_by_elements = parser.other_products && parser.star_elements &&
                                                   !parser.star_products};
  if (!parser.memory_short)
    return 0;
  bp_budget_refuse(bp_budget_here());
  bp_error(diagnostics, source, parser.token.span, "raise --memory-limit, or shorten the file",
           "memory ran out while this file was read");
  return -1;
}
