/* backproof lsp: a language server over standard input and output.
 *
 * One thread: messages are answered as they come, and when there is none, what is open is judged,
 * the page that changed last first.  Judging listens for messages, so an answer waits for a step of
 * it at most and what is out of date is given up.  An answer has a budget, because shapes and
 * worked numbers of what somebody wrote may take any time and memory: where it is used up, that is
 * the answer.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/interrupt.h"
#include "cli/lsp/page.h"
#include "cli/lsp/rpc.h"
#include "cli/options.h"
#include "num/flint_memory.h"

static const double ANSWER_SECONDS = 2;
static const size_t ANSWER_MEMORY = (size_t)1 << 30;

struct server {
  struct bp_page *pages; /* the one that changed last first */
  bool initialized, shut_down;
};

/* A request or a notification; answers are made by `reply`. */
struct message {
  const json_t *id; /* NULL: a notification */
  const char *method;
  const json_t *parameters;
};

static const char *uri_of(const struct message *message) {
  return json_string_value(
      json_object_get(json_object_get(message->parameters, "textDocument"), "uri"));
}

static struct bp_page *page_of(const struct server *server, const char *uri) {
  for (struct bp_page *page = server->pages; page && uri; page = page->next)
    if (!strcmp(page->uri, uri))
      return page;
  return NULL;
}

/* Takes the page out of the list; where it is put back, it is put in front. */
static void unlink_page(struct server *server, struct bp_page *page) {
  for (struct bp_page **at = &server->pages; *at; at = &(*at)->next)
    if (*at == page) {
      *at = page->next;
      return;
    }
}

static void put_first(struct server *server, struct bp_page *page) {
  page->next = server->pages;
  server->pages = page;
}

/* ---- notifications ------------------------------------------------------- */

static void open_page(struct server *server, const struct message *message) {
  const json_t *item = json_object_get(message->parameters, "textDocument");
  const json_t *text = json_object_get(item, "text");
  const char *uri = uri_of(message);
  struct bp_page *old = page_of(server, uri);
  if (!uri || !json_is_string(text))
    return;
  if (old) {
    unlink_page(server, old);
    bp_page_close(old);
  }
  put_first(server, bp_page_open(uri, text));
  bp_page_publish(server->pages);
}

static void change_page(struct server *server, const struct message *message) {
  struct bp_page *page = page_of(server, uri_of(message));
  if (!page)
    return;
  bp_page_change(page, json_object_get(message->parameters, "contentChanges"));
  unlink_page(server, page);
  put_first(server, page);
  bp_page_publish(page);
}

static void close_page(struct server *server, const struct message *message) {
  struct bp_page *page = page_of(server, uri_of(message));
  if (!page)
    return;
  unlink_page(server, page);
  bp_rpc_notify("textDocument/publishDiagnostics",
                json_pack("{s:s, s:[]}", "uri", page->uri, "diagnostics"));
  bp_page_close(page);
}

/* ---- requests ------------------------------------------------------------ */

static json_t *initialize(void) {
  return json_pack("{s:{s:s, s:{s:b, s:i}, s:b, s:b, s:b, s:b, s:{s:[s, s]}, s:{s:[s]}, s:b, s:{}, "
                   "s:{s:[s, s]}}, s:{s:s, s:s}}",
                   "capabilities", "positionEncoding", "utf-16", "textDocumentSync", "openClose", 1,
                   "change", 2, "hoverProvider", 1, "definitionProvider", 1,
                   "documentSymbolProvider", 1, "inlayHintProvider", 1, "completionProvider",
                   "triggerCharacters", "[", "∂", "codeActionProvider", "codeActionKinds",
                   "quickfix", "referencesProvider", 0, "codeLensProvider",
                   "executeCommandProvider", "commands", "backproof.explain", "backproof.trace",
                   "serverInfo", "name", "backproof", "version", BP_VERSION);
}

static struct bp_span range_of(const struct bp_page *page, const struct message *message) {
  const json_t *range = json_object_get(message->parameters, "range");
  return (struct bp_span){bp_page_offset(page, json_object_get(range, "start")),
                          bp_page_offset(page, json_object_get(range, "end"))};
}

static size_t place_of(const struct bp_page *page, const struct message *message) {
  return bp_page_offset(page, json_object_get(message->parameters, "position"));
}

static json_t *execute(const struct server *server, const struct message *message) {
  const json_t *arguments = json_object_get(message->parameters, "arguments");
  const char *command = json_string_value(json_object_get(message->parameters, "command"));
  const struct bp_page *page = page_of(server, json_string_value(json_array_get(arguments, 0)));
  json_int_t line = json_integer_value(json_array_get(arguments, 1));
  if (!page || !command || line < 1)
    return json_null();
  char *text = bp_page_explained(page, (size_t)line, !strcmp(command, "backproof.trace"));
  json_t *answer = text ? json_string(text) : json_null();
  free(text);
  return answer;
}

/* What is asked of a page; NULL: no such question. */
static json_t *ask(const struct bp_page *page, const struct message *message) {
  const char *method = message->method;
  if (!strcmp(method, "textDocument/hover"))
    return bp_page_hover(page, place_of(page, message));
  if (!strcmp(method, "textDocument/definition"))
    return bp_page_definition(page, place_of(page, message));
  if (!strcmp(method, "textDocument/codeAction"))
    return bp_page_fixes(page, range_of(page, message));
  if (!strcmp(method, "textDocument/documentSymbol"))
    return bp_page_symbols(page);
  if (!strcmp(method, "textDocument/completion"))
    return bp_page_completion(page);
  if (!strcmp(method, "textDocument/inlayHint"))
    return bp_page_shapes(page, range_of(page, message));
  if (!strcmp(method, "textDocument/codeLens"))
    return bp_page_lenses(page);
  return NULL;
}

static bool interrupted(void) { return bp_interrupt_signal() != 0; }

/* What is asked of a page or for a line of one; NULL: no such question.  Sets how the budget of the
 * answer ended; it then is no answer. */
static json_t *ask_in_time(const struct server *server, const struct message *message,
                           enum bp_budget_end *end) {
  const struct bp_page *page = page_of(server, uri_of(message));
  struct bp_budget budget = {
      .memory = ANSWER_MEMORY, .seconds = ANSWER_SECONDS, .stopped = interrupted};
  struct bp_budget *before = bp_budget_enter(&budget);
  bp_flint_memory_resume();
  json_t *result = !strcmp(message->method, "workspace/executeCommand") ? execute(server, message)
                   : page                                               ? ask(page, message)
                                                                        : json_null();
  bp_budget_leave(before);
  bp_flint_memory_resume();
  *end = bp_budget_end(&budget);
  return result;
}

static void answer_request(struct server *server, const struct message *message) {
  enum bp_budget_end end = BP_BUDGET_LASTS;
  json_t *result = NULL;
  if (!strcmp(message->method, "initialize")) {
    server->initialized = true;
    result = initialize();
  } else if (!server->initialized) {
    bp_rpc_refuse(message->id, BP_RPC_NOT_READY, "initialize comes first");
    return;
  } else if (!strcmp(message->method, "shutdown")) {
    server->shut_down = true;
    result = json_null();
  } else if (!strcmp(message->method, "workspace/executeCommand") ||
             !strncmp(message->method, "textDocument/", 13)) {
    result = ask_in_time(server, message, &end);
  }
  if (end != BP_BUDGET_LASTS) {
    json_decref(result);
    bp_rpc_refuse(message->id, BP_RPC_FAILED,
                  end == BP_BUDGET_NO_MEMORY
                      ? "this takes more memory than an answer may; try smaller sizes"
                      : "this takes longer than an answer may; try smaller sizes");
  } else if (result)
    bp_rpc_answer(message->id, result);
  else
    bp_rpc_refuse(message->id, BP_RPC_NO_METHOD, "this server has no such method");
}

/* False: the conversation ends. */
static bool handle(struct server *server, const json_t *root) {
  struct message message = {.id = json_object_get(root, "id"),
                            .method = json_string_value(json_object_get(root, "method")),
                            .parameters = json_object_get(root, "params")};
  if (!message.method)
    return true; /* an answer to something that was never asked */
  if (message.id)
    answer_request(server, &message);
  else if (!strcmp(message.method, "exit"))
    return false;
  else if (!strcmp(message.method, "textDocument/didOpen"))
    open_page(server, &message);
  else if (!strcmp(message.method, "textDocument/didChange"))
    change_page(server, &message);
  else if (!strcmp(message.method, "textDocument/didClose"))
    close_page(server, &message);
  return true;
}

/* Judges while nothing is said. */
static void judge_pages(const struct server *server) {
  for (struct bp_page *page = server->pages; page && !bp_rpc_waiting(); page = page->next)
    if (!page->judged)
      bp_page_judge(page);
}

static int serve(void) {
  struct server server = {0};
  bool broken = false, going = true;
  while (going) {
    judge_pages(&server);
    json_t *message = bp_rpc_read(&broken);
    if (!message)
      break;
    going = handle(&server, message);
    json_decref(message);
  }
  while (server.pages) {
    struct bp_page *page = server.pages;
    server.pages = page->next;
    bp_page_close(page);
  }
  if (broken)
    bp_die(NULL, "what came is no message of the language server protocol");
  if (!server.shut_down)
    bp_die("backproof help editors, which says how an editor starts it",
           "the conversation ended before the editor asked for \"shutdown\"");
  return 0;
}

enum { KEY_STDIO = BP_KEY_VERB };

static const struct argp_option option_table[] = {
    {"stdio", KEY_STDIO, NULL, 0, "Speak over standard input and output, as it does anyway", 1},
    {0}};

static error_t parse(int key, char *value, struct argp_state *state) {
  (void)state;
  if (key == ARGP_KEY_ARG)
    bp_die("backproof lsp, alone: editors start it", "found \"%.60s\"", value);
  return key == KEY_STDIO ? 0 : ARGP_ERR_UNKNOWN;
}

static const struct argp argp = {
    .options = option_table,
    .parser = parse,
    .doc = "A language server for derivations and notes, over standard input and output: verdicts "
           "while one types, mends as quick fixes, shapes, worked numbers.  Editors start it; "
           "backproof help editors says how."};

int bp_verb_lsp(int argc, char **argv) {
  bp_options_parse(&argp, argc, argv, NULL);
  return serve();
}
