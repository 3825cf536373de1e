/* Runs a program and fails one of its calls to the system, the N-th of a kind.
 *
 *     fail REPORT CALL ERROR N PROGRAM ARGUMENT...   the N-th `CALL` gives ERROR, a number of errno
 *     fail REPORT - 0 0 PROGRAM ARGUMENT...          none; only count
 *
 * The kernel asks us about each such call (a seccomp filter with a listener), so those are met,
 * too, that the C library makes by itself, as fread and fopen do.  Counting begins where the
 * preloaded library `begin` says that everything has been loaded.  The calls of all its
 * processes count, but for one that has become a program anew.
 *
 * REPORT then has a line for each kind of call with its count, or the line "hit" with the file that
 * the failed call was about.  The exit status is that of the program, 128 and more for a signal,
 * 125 for trouble of our own, and 77 where the system has no such filters.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TROUBLE = 125, SKIPPED = 77, BEGINS = SYS_getpgid };

/* What the first argument of a call is, or the second. */
enum about { NOTHING, DESCRIPTOR, PATH, SECOND_PATH };

static struct kind {
  const char *name;
  int number;
  enum about about;
  unsigned long count;
} kinds[] = {
    {"read", SYS_read, DESCRIPTOR, 0},
    {"pread64", SYS_pread64, DESCRIPTOR, 0},
    {"write", SYS_write, DESCRIPTOR, 0},
    {"writev", SYS_writev, DESCRIPTOR, 0},
    {"openat", SYS_openat, SECOND_PATH, 0},
    {"close", SYS_close, DESCRIPTOR, 0},
    {"fsync", SYS_fsync, DESCRIPTOR, 0},
    {"ftruncate", SYS_ftruncate, DESCRIPTOR, 0},
    {"fchmod", SYS_fchmod, DESCRIPTOR, 0},
    {"fstat", SYS_fstat, DESCRIPTOR, 0},
    {"newfstatat", SYS_newfstatat, SECOND_PATH, 0},
    {"lseek", SYS_lseek, DESCRIPTOR, 0},
    {"getdents64", SYS_getdents64, DESCRIPTOR, 0},
    {"faccessat", SYS_faccessat, SECOND_PATH, 0},
    {"linkat", SYS_linkat, SECOND_PATH, 0},
    {"renameat", SYS_renameat, SECOND_PATH, 0},
    {"unlinkat", SYS_unlinkat, SECOND_PATH, 0},
    {"readlinkat", SYS_readlinkat, SECOND_PATH, 0},
#ifdef SYS_open /* older machines have these besides */
    {"open", SYS_open, PATH, 0},
    {"access", SYS_access, PATH, 0},
    {"link", SYS_link, PATH, 0},
    {"rename", SYS_rename, PATH, 0},
    {"unlink", SYS_unlink, PATH, 0},
    {"readlink", SYS_readlink, PATH, 0},
    {"mkdir", SYS_mkdir, PATH, 0},
    {"poll", SYS_poll, NOTHING, 0},

    {"fork", SYS_fork, NOTHING, 0},
    {"vfork", SYS_vfork, NOTHING, 0},
    {"dup2", SYS_dup2, DESCRIPTOR, 0},
#endif
    {"getcwd", SYS_getcwd, NOTHING, 0},
    {"fcntl", SYS_fcntl, DESCRIPTOR, 0},
    {"dup3", SYS_dup3, DESCRIPTOR, 0},
    {"pipe2", SYS_pipe2, NOTHING, 0},
    {"ppoll", SYS_ppoll, NOTHING, 0},
    {"wait4", SYS_wait4, NOTHING, 0},
    {"waitid", SYS_waitid, NOTHING, 0},
    {"mkdirat", SYS_mkdirat, SECOND_PATH, 0},

    {"clone", SYS_clone, NOTHING, 0},
    {"clone3", SYS_clone3, NOTHING, 0},
    {"execve", SYS_execve, PATH, 0},
    {"memfd_create", SYS_memfd_create, NOTHING, 0},
    {"mmap", SYS_mmap, NOTHING, 0},
    {"mprotect", SYS_mprotect, NOTHING, 0},
    {"brk", SYS_brk, NOTHING, 0},
    {"getrandom", SYS_getrandom, NOTHING, 0},
    {"prlimit64", SYS_prlimit64, NOTHING, 0},
    {"setitimer", SYS_setitimer, NOTHING, 0},
    {"rt_sigaction", SYS_rt_sigaction, NOTHING, 0},
    {"rt_sigprocmask", SYS_rt_sigprocmask, NOTHING, 0},
};

enum { KINDS = sizeof kinds / sizeof *kinds };

static _Noreturn void give_up(const char *what) {
  fprintf(stderr, "fail: %s: %s\n", what, strerror(errno));
  _exit(TROUBLE);
}

/* ---- the program --------------------------------------------------------- */

/* Asks about `only`, or all kinds, and the call that begins; returns the listener. */
static int install(const struct kind *only) {
  struct sock_filter filter[KINDS + 8];
  int length = 0, chosen[KINDS + 2], count = 0;
  chosen[count++] = BEGINS;
  if (only)
    chosen[count++] = SYS_execve;

  for (int i = 0; i < KINDS; i++)
    if (!only || only == &kinds[i])
      chosen[count++] = kinds[i].number;
  filter[length++] =
      (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
  for (int i = 0; i < count; i++)
    filter[length++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)chosen[i],
                                                    (unsigned char)(count - i), 0);
  filter[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  filter[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF);
  struct sock_fprog program = {(unsigned short)length, filter};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    return -1;
  return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER,
                      &program);
}

/* Memory of both processes.  The listener is closed by exec, so the other side has to have it
 * before; and between the filter and that there is no call that would have to be answered. */
struct handing_over {
  atomic_int listener; /* 0: none yet */
  atomic_bool taken;
};

static _Noreturn void become(char **command, const struct kind *only,
                             struct handing_over *handing) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  int descriptor = install(only);
  atomic_store(&handing->listener, descriptor < 0 ? -1 : descriptor);
  if (descriptor < 0)
    _exit(SKIPPED);
  while (!atomic_load(&handing->taken))
    sched_yield();
  execv(command[0], command);
  _exit(TROUBLE);
}

static int listener_of(pid_t process, struct handing_over *handing) {
  int number;
  while ((number = atomic_load(&handing->listener)) == 0)
    sched_yield();
  if (number < 0)
    return -1;
  int handle = (int)syscall(SYS_pidfd_open, process, 0);
  int descriptor = handle < 0 ? -1 : (int)syscall(SYS_pidfd_getfd, handle, number, 0);
  if (handle >= 0)
    close(handle);
  atomic_store(&handing->taken, true);
  return descriptor;
}

/* ---- its calls ----------------------------------------------------------- */

static void link_of(pid_t process, const char *what, char *text, size_t size) {
  char path[80];
  snprintf(path, sizeof path, "/proc/%d/%.40s", (int)process, what);
  ssize_t length = readlink(path, text, size - 1);
  text[length > 0 ? length : 0] = '\0';
}

/* Processes that the program has started and that have become others. */
static struct {
  pid_t list[4096];
  int count;
} others;

static bool is_other(pid_t process) {
  for (int i = 0; i < others.count; i++)
    if (others.list[i] == process)
      return true;
  return false;
}

static void note_other(pid_t process) {
  if (others.count < (int)(sizeof others.list / sizeof *others.list))
    others.list[others.count++] = process;
}

static void read_path(pid_t process, unsigned long long address, char *text, size_t size) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/mem", (int)process);
  int memory = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t got = memory < 0 ? -1 : pread(memory, text, size - 1, (off_t)address);
  text[got > 0 ? got : 0] = '\0';
  if (memory >= 0)
    close(memory);
}

/* What the call is about. */
static void object_of(const struct kind *kind, const struct seccomp_notif *asked, char *text,
                      size_t size) {
  char what[64];
  *text = '\0';
  if (kind->about == DESCRIPTOR) {
    snprintf(what, sizeof what, "fd/%d", (int)asked->data.args[0]);
    link_of((pid_t)asked->pid, what, text, size);
  } else if (kind->about != NOTHING)
    read_path((pid_t)asked->pid, asked->data.args[kind->about == SECOND_PATH], text, size);
}

/* What is to be failed: the N-th of `kind`. */
struct fault {
  struct kind *kind;
  int error;
  unsigned long at;
};

static struct kind *kind_numbered(int number) {
  for (int i = 0; i < KINDS; i++)
    if (kinds[i].number == number)
      return &kinds[i];
  return NULL;
}

static void answer(int listener, const struct fault *fault, FILE *report, bool *begun) {
  struct seccomp_notif asked = {0};
  if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &asked) != 0)
    return; /* it has gone */
  struct seccomp_notif_resp response = {.id = asked.id, .flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE};
  struct kind *kind = kind_numbered(asked.data.nr);
  *begun = *begun || asked.data.nr == BEGINS;
  char object[256] = "";
  bool counts =
      *begun && kind && (kind == fault->kind || !fault->kind) && !is_other((pid_t)asked.pid);
  if (counts)
    object_of(kind, &asked, object, sizeof object);
  /* A real close has closed, whatever it gives; who waits for the end of a pipe has to see that. */
  if (counts && kind->number == SYS_close && strncmp(object, "pipe:", 5) == 0)
    counts = false;
  if (counts && ++kind->count == fault->at) {
    fprintf(report, "hit %s\n", object);
    response = (struct seccomp_notif_resp){.id = asked.id, .error = -fault->error};
    if (kind->number == SYS_brk) /* which has no errors: its answer is where the memory ends */
      response.error = 0;
  } else if (*begun && asked.data.nr == SYS_execve)
    note_other((pid_t)asked.pid);
  ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &response);
}

/* Answers until the program is gone; what it leaves running goes on without answers, and its calls
 * fail. */
static int serve(pid_t process, int listener, const struct fault *fault, FILE *report) {
  bool begun = false;
  int status;
  for (;;) {
    struct pollfd waiting = {.fd = listener, .events = POLLIN};
    if (poll(&waiting, 1, 20) > 0 && waiting.revents & POLLIN)
      answer(listener, fault, report, &begun);
    else if (waitpid(process, &status, WNOHANG) == process)
      break;
  }
  for (int i = 0; i < KINDS; i++)
    if (!fault->kind && kinds[i].count > 0)
      fprintf(report, "%s %lu\n", kinds[i].name, kinds[i].count);
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int main(int argc, char **argv) {
  if (argc < 6)
    return TROUBLE;
  struct fault fault = {NULL, atoi(argv[3]), strtoul(argv[4], NULL, 10)};
  for (int i = 0; i < KINDS; i++)
    if (strcmp(argv[2], kinds[i].name) == 0)
      fault.kind = &kinds[i];
  if (!fault.kind && strcmp(argv[2], "-") != 0)
    return TROUBLE;
  struct handing_over *handing =
      mmap(NULL, sizeof *handing, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

  if (handing == MAP_FAILED)
    give_up(argv[5]);
  pid_t process = fork();
  if (process == 0)
    become(argv + 5, fault.kind, handing);
  int listener = process < 0 ? -1 : listener_of(process, handing);
  if (listener < 0)
    return SKIPPED;
  FILE *report = fopen(argv[1], "we");
  if (!report)
    give_up(argv[1]);
  int status = serve(process, listener, &fault, report);
  if (fclose(report) != 0)
    give_up(argv[1]);
  return status;
}
