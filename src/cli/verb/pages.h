/* Pages of the documentation, built into the program, so that `backproof help` has them wherever it
 * is installed.  A row: the page, docs/NAME.md, and what it is about; what is read first comes
 * first. */
#ifndef BP_CLI_VERB_PAGES_H
#define BP_CLI_VERB_PAGES_H

#include <stddef.h>

/* clang-format off */
#define BP_PAGES(X)                                                                                \
  X(tutorial, "fifteen minutes: write, read a FAILS, trace, explain, fix")               \
  X(cheatsheet, "the language on one page")                                                        \
  X(language, "the whole language, and what verdicts mean")                                        \
  X(hints, "what mends a line: every kind of hint, with an example")                               \
  X(notes, "what is read of notes in Markdown and LaTeX, and what is not")                   \
  X(class, "a class of students: marks, and the mistakes that they share")          \
  X(grads, "arrays that your code saved: names, layouts, precision")                               \
  X(exec, "gradients of a running program")                                                        \
  X(editors, "verdicts while you type: Neovim, Vim, Emacs, Helix, VS Code")                         \
  X(ci, "build servers, pre-commit, Meson, CMake, Check")                                          \
  X(install, "installing: Debian, a container, GitHub Actions, pre-commit")                        \
  X(json, "reports for programs")                                                                  \
  X(scale, "large networks: samples, threads, several machines, memory")                           \
  X(numerics, "how verdicts are reached, and what their bounds mean")                              \
  X(trials, "what it was tried on")
/* clang-format on */

#define BP_ROW(name, about)                                                                        \
  extern const char bp_page_##name##_text[];                                                       \
  extern const size_t bp_page_##name##_length;
BP_PAGES(BP_ROW)
#undef BP_ROW

#endif
