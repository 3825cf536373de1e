/* A run is a child of the fuzzer.  What it reaches is counted in the fuzzer's own memory: the
 * counters of the compiler are moved into pages that both share.  Those of the first and the last
 * page, where they lie among other variables, are not, so that nothing else is shared.
 *
 * The child may read whatever it is told to, but a filter of the system refuses it everything that
 * changes something outside, since words of a command line are made up here.  A leak at the end of
 * a program is none.
 */
#define _GNU_SOURCE
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SECONDS = 20, MOST_WORDS = 64 };

static const rlim_t MOST_OUTPUT = (rlim_t)32 << 20;
static const long MOST_MEMORY = 2L << 20; /* KiB, with what sanitizers add */

int backproof_main(int argc, char **argv);
int LLVMFuzzerInitialize(int *argc, char ***argv);
int __lsan_is_turned_off(void);

int __lsan_is_turned_off(void) { return 1; }

static int streams[3] = {-1, -1, -1};
static char *printed[3];
static const char *const *commanded;
static char folder[256];

/* ---- the fuzzer's side --------------------------------------------------- */

extern uint8_t __start___sancov_cntrs[] __attribute__((weak, visibility("hidden")));
extern uint8_t __stop___sancov_cntrs[] __attribute__((weak, visibility("hidden")));

static _Noreturn void give_up(const char *what) {
  perror(what);
  exit(3);
}

static void share_counters(void) {
  uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  uintptr_t begin = ((uintptr_t)__start___sancov_cntrs + page - 1) / page * page;
  uintptr_t end = (uintptr_t)__stop___sancov_cntrs / page * page;
  if (begin >= end)
    return;
  uint8_t *pages = __start___sancov_cntrs + (begin - (uintptr_t)__start___sancov_cntrs);
  if (mmap(pages, end - begin, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1,
           0) != pages)
    give_up("the counters cannot be shared");
}

static void make_streams(void) {
  for (int i = 0; i < 3; i++)
    if (streams[i] < 0 && (streams[i] = memfd_create("stream", MFD_CLOEXEC)) < 0)
      give_up("memfd_create");
}

static void make_folder(void) {
  if (*folder)
    return;
  snprintf(folder, sizeof folder, "%s.files", program_invocation_short_name);
  if (mkdir(folder, 0700) != 0 && errno != EEXIST)
    give_up(folder);
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc;
  (void)argv;
  share_counters();
  return 0;
}

void fuzz_file(const char *name, const void *bytes, size_t length) {
  char path[512];
  make_folder();
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "wb");
  if (!file || fwrite(bytes, 1, length, file) != length || fclose(file) != 0)
    give_up(path);
}

/* ---- the child's side ---------------------------------------------------- */

#define REFUSE(call, error)                                                                        \
  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (call), 0, 1),                                               \
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (error))

/* The call where these bits of its argument are set (`set` 1), or are not (`set` 0). */
#define REFUSE_BITS(call, argument, bits, set, error)                                              \
  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (call), 0, 4),                                               \
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[argument])),           \
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, (bits), (set) ? 0 : 1, (set) ? 1 : 0),                  \
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (error)),                                      \
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr))

static void refuse_changes(void) {
  static struct sock_filter rules[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      REFUSE_BITS(SYS_openat, 2, O_WRONLY | O_RDWR | O_CREAT | O_TRUNC, 1, EACCES),
      REFUSE_BITS(SYS_clone, 0, CLONE_THREAD, 0, EAGAIN),
      REFUSE(SYS_clone3, ENOSYS), /* the C library then takes clone, whose flags can be seen */
#ifdef SYS_open
      REFUSE_BITS(SYS_open, 1, O_WRONLY | O_RDWR | O_CREAT | O_TRUNC, 1, EACCES),
      REFUSE(SYS_fork, EAGAIN),
      REFUSE(SYS_vfork, EAGAIN),
      REFUSE(SYS_unlink, EACCES),
      REFUSE(SYS_rename, EACCES),
      REFUSE(SYS_link, EACCES),
      REFUSE(SYS_mkdir, EACCES),
      REFUSE(SYS_rmdir, EACCES),
      REFUSE(SYS_chmod, EACCES),
#endif
      REFUSE(SYS_execve, EACCES),
      REFUSE(SYS_execveat, EACCES),
      REFUSE(SYS_unlinkat, EACCES),
      REFUSE(SYS_renameat, EACCES),
      REFUSE(SYS_renameat2, EACCES),
      REFUSE(SYS_linkat, EACCES),
      REFUSE(SYS_symlinkat, EACCES),
      REFUSE(SYS_mkdirat, EACCES),
      REFUSE(SYS_mknodat, EACCES),
      REFUSE(SYS_fchmodat, EACCES),
      REFUSE(SYS_fchownat, EACCES),
      REFUSE(SYS_truncate, EACCES),
      REFUSE(SYS_socket, EACCES),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {.len = sizeof rules / sizeof *rules, .filter = rules};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
    give_up("seccomp");
}

/* The fuzzer takes an exit for a find and handles signals by itself; none of that is for a child.
 */
__attribute__((weak)) int __sanitizer_acquire_crash_state(void);

static void leave_fuzzer(void) {
  static const int signals[] = {SIGSEGV, SIGBUS,  SIGABRT, SIGILL,  SIGFPE, SIGINT,
                                SIGTERM, SIGXFSZ, SIGUSR1, SIGUSR2, SIGALRM};
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
    signal(signals[i], SIG_DFL);
  if (__sanitizer_acquire_crash_state)
    __sanitizer_acquire_crash_state();
}

static _Noreturn void be_program(const char *const *words) {
  static char *arguments[MOST_WORDS + 1];
  int count = 0;
  for (; words[count] && count < MOST_WORDS; count++)
    if (!(arguments[count] = strdup(words[count])))
      give_up("strdup");
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
  setrlimit(RLIMIT_CPU, &(struct rlimit){SECONDS, SECONDS + 1});
  setrlimit(RLIMIT_FSIZE, &(struct rlimit){MOST_OUTPUT, MOST_OUTPUT});
  for (int i = 0; i < 3; i++)
    if (dup2(streams[i], i) < 0)
      give_up("dup2");
  if (chdir(folder) != 0)
    give_up(folder);
  leave_fuzzer();
  refuse_changes();
  exit(backproof_main(count, arguments));
}

/* ---- what came of it ----------------------------------------------------- */

static size_t take_printed(int i) {
  struct stat status;
  if (fstat(streams[i], &status) != 0)
    give_up("fstat");
  free(printed[i]);
  printed[i] = malloc((size_t)status.st_size + 1);
  if (!printed[i])
    give_up("malloc");
  ssize_t got = pread(streams[i], printed[i], (size_t)status.st_size, 0);
  printed[i][got > 0 ? got : 0] = '\0';
  return got > 0 ? (size_t)got : 0;
}

void fuzz_require(bool condition, const char *complaint) {
  if (condition)
    return;
  fputs("--- the command\n", stderr);
  for (const char *const *word = commanded; word && *word; word++)
    fprintf(stderr, "[%s] ", *word);
  fprintf(stderr, "\n%s\n--- it printed\n%.3000s\n--- and said\n%.3000s\n", complaint,
          printed[1] ? printed[1] : "", printed[2] ? printed[2] : "");
  abort();
}

static void empty_streams(const void *input, size_t length) {
  for (int i = 0; i < 3; i++)
    if (ftruncate(streams[i], 0) != 0 || lseek(streams[i], 0, SEEK_SET) != 0)
      give_up("ftruncate");
  if (length > 0 && pwrite(streams[0], input, length, 0) != (ssize_t)length)
    give_up("pwrite");
}

struct fuzz_outcome fuzz_run(const char *const *words, const void *input, size_t length) {
  struct rusage used;
  int status;
  commanded = words;
  make_streams();
  make_folder();
  empty_streams(input, length);
  fflush(NULL);
  pid_t child = fork();
  if (child < 0)
    give_up("fork");
  if (child == 0)
    be_program(words);
  while (wait4(child, &status, 0, &used) < 0)
    if (errno != EINTR)
      give_up("wait4");
  size_t out = take_printed(1), errors = take_printed(2);
  fuzz_require(!WIFSIGNALED(status) || WTERMSIG(status) != SIGXCPU, "it took too long");
  fuzz_require(!WIFSIGNALED(status) || WTERMSIG(status) != SIGXFSZ, "it printed too much");
  fuzz_require(WIFEXITED(status), "a signal ended it");
  status = WEXITSTATUS(status);
  fuzz_require(status <= 3, "it ended with a status of its own");
  fuzz_require(used.ru_maxrss < MOST_MEMORY, "it took too much memory");
  fuzz_require(status != 3 || strstr(printed[2], "error:"), "it did not say what was wrong");
  fuzz_require(status != 0 || !strstr(printed[2], "error:"), "it complained and gave 0");
  return (struct fuzz_outcome){status, printed[1], printed[2], out, errors};
}

/* The length of the character at the start; 0: it is none, or can steer a terminal. */
static size_t plain_character(const unsigned char *text, size_t length) {
  static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  if (*text < 0x80)
    return (*text >= 0x20 && *text != 0x7f) || *text == '\n' || *text == '\t';
  size_t bytes = *text >= 0xf0 ? 4 : *text >= 0xe0 ? 3 : 2;
  if (*text < 0xc2 || *text > 0xf4 || bytes > length)
    return 0;
  uint32_t code = *text & (0x7fu >> bytes);
  for (size_t i = 1; i < bytes; i++) {
    if ((text[i] & 0xc0) != 0x80)
      return 0;
    code = code << 6 | (text[i] & 0x3f);
  }
  bool steers = code < 0xa0 || code == 0x61c || code == 0x200e || code == 0x200f ||
                (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) ||
                (code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff || code < least[bytes];
  return steers ? 0 : bytes;
}

void fuzz_require_plain(const char *text, size_t length) {
  for (size_t at = 0, bytes; at < length; at += bytes) {
    bytes = plain_character((const unsigned char *)text + at, length - at);
    fuzz_require(bytes > 0, "what it printed can steer a terminal, or is no text");
  }
}
