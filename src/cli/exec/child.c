/* A child gets a process group of its own, so that what it starts can be ended with it, and on
 * Linux a signal when this program dies, so that it is not left behind even then.  A child is
 * waited for by its number and never by the end of its output: a grandchild may hold the pipe open
 * for ever. The group is killed while the dead child has not been reaped, for until then no other
 * process can get its number.
 *
 * Between fork and exec there are only calls that are allowed in a signal handler, since other
 * threads may hold any lock.  That exec failed is told through a pipe that exec closes.
 */
#define _GNU_SOURCE /* pipe2, execvpe */
#include "cli/exec/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "base/mutable.h"
#include "cli/cli.h"

enum { FIRST_ROOM = 4096, MOST_READ = 1 << 16, FDS = 3 };

static const double PATIENCE = 2.0;    /* seconds from the end of its input to SIGTERM, */
static const double INSISTENCE = 0.5;  /* from there to SIGKILL, */
static const double RESIGNATION = 5.0; /* and from there until it is left alone */

static struct bp_child *alive; /* the first of a list */

double bp_child_clock(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* ---- start --------------------------------------------------------------- */

struct pipes {
  int input[2], output[2], cry[2], failure[2];
};

static void close_both(const int pipe[2]) {
  for (int i = 0; i < 2; i++)
    if (pipe[i] >= 0)
      close(pipe[i]);
}

static void close_all(const struct pipes *pipes) {
  close_both(pipes->input);
  close_both(pipes->output);
  close_both(pipes->cry);
  close_both(pipes->failure);
}

static int open_all(struct pipes *pipes) {
  *pipes = (struct pipes){{-1, -1}, {-1, -1}, {-1, -1}, {-1, -1}};
  if (pipe2(pipes->input, O_CLOEXEC) == 0 && pipe2(pipes->output, O_CLOEXEC) == 0 &&
      pipe2(pipes->cry, O_CLOEXEC) == 0 && pipe2(pipes->failure, O_CLOEXEC) == 0)
    return 0;
  int error = errno;
  close_all(pipes);
  return error;
}

/* A pipe's end may itself have the number of a standard stream, where this program was started
 * without one: so all are moved out of the way before they are put in place. */
static bool put_in_place(int a, int b, int c) {
  int high[3] = {fcntl(a, F_DUPFD_CLOEXEC, 10), fcntl(b, F_DUPFD_CLOEXEC, 10),
                 fcntl(c, F_DUPFD_CLOEXEC, 10)};
  return high[0] >= 0 && high[1] >= 0 && high[2] >= 0 && dup2(high[0], STDIN_FILENO) >= 0 &&
         dup2(high[1], STDOUT_FILENO) >= 0 && dup2(high[2], STDERR_FILENO) >= 0;
}

/* In the child. */
static _Noreturn void become(char *const *command, const struct pipes *pipes, pid_t parent) {
  int failure = fcntl(pipes->failure[1], F_DUPFD_CLOEXEC, 10);
  setpgid(0, 0);
  signal(SIGPIPE, SIG_DFL); /* what is ignored stays so after exec; what is caught does not */
  signal(SIGCHLD, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
#ifdef __linux__
  prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
  if (getppid() != parent) /* it died before it could be asked for the signal */
    _exit(BP_EXIT_BAD_INPUT);
  if (failure >= 0 && put_in_place(pipes->input[0], pipes->output[1], pipes->cry[1]))
    execvp(command[0], command);
  int error = errno;
  ssize_t written = write(failure, &error, sizeof error);
  (void)written;
  _exit(BP_EXIT_BAD_INPUT);
}

static void set_nonblocking(int descriptor) {
  fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK);
}

static void end_at_exit(void) { bp_children_end(true); }

static void enlist(struct bp_child *child) {
  static bool registered;
  if (!registered) {
    registered = true;
    atexit(end_at_exit);
    signal(SIGCHLD, SIG_DFL); /* ignored, it would take the exit status away */
  }
  child->next = alive;
  alive = child;
}

int bp_child_start(struct bp_child *child, char *const *command) {
  struct pipes pipes;
  size_t most = child->most;
  *child = (struct bp_child){.input = -1, .output = -1, .cry = -1, .status = -1, .most = most};
  int error = open_all(&pipes);
  if (error)
    return error;
  enlist(child);
  pid_t parent = getpid();
  child->process = fork();
  if (child->process == 0)
    become(command, &pipes, parent);
  if (child->process < 0) {
    error = errno;
    child->process = 0;
    close_all(&pipes);
    return error;
  }
  setpgid(child->process,
          child->process); /* both do it, so that it is done before either goes on */
  child->input = pipes.input[1];
  child->output = pipes.output[0];
  child->cry = pipes.cry[0];
  close(pipes.input[0]);
  close(pipes.output[1]);
  close(pipes.cry[1]);
  close(pipes.failure[1]);
  ssize_t told;
  while ((told = read(pipes.failure[0], &error, sizeof error)) < 0 && errno == EINTR)
    continue;
  close(pipes.failure[0]);
  set_nonblocking(child->input);
  set_nonblocking(child->output);
  set_nonblocking(child->cry);
  return told == sizeof error ? error : 0;
}

/* ---- bytes --------------------------------------------------------------- */

static void shut(int *descriptor) {
  if (*descriptor >= 0)
    close(*descriptor);
  *descriptor = -1;
}

static bool is_temporary(int error) {
  return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

/* What could not be written because nobody reads is forgotten: that the program has ended, or has
 * closed its input, shows when no answer comes. */
static void write_pending(struct bp_child *child) {
  struct iovec vector[BP_CHILD_PARTS];
  size_t count = 0;
  for (size_t i = child->pending_begin; i < child->pending_end; i++)
    vector[count++] =
        (struct iovec){bp_unchanged(child->pending[i].text), child->pending[i].length};
  ssize_t written = writev(child->input, vector, (int)count);
  if (written < 0 && is_temporary(errno))
    return;
  if (written < 0) {
    child->pending_begin = child->pending_end;
    shut(&child->input);
    return;
  }
  size_t left = (size_t)written;
  while (child->pending_begin < child->pending_end) {
    struct bp_bytes *part = &child->pending[child->pending_begin];
    size_t taken = left < part->length ? left : part->length;
    part->text += taken;
    part->length -= taken;
    left -= taken;
    if (part->length > 0)
      break;
    child->pending_begin++;
  }
}

void bp_child_send(struct bp_child *child, const struct bp_bytes *parts, size_t count) {
  memcpy(child->pending, parts, count * sizeof *parts);
  child->pending_begin = 0;
  child->pending_end = count;
  if (child->input >= 0)
    write_pending(child);
}

static bool make_room(struct bp_child *child) {
  if (child->begin > 0 && child->begin == child->end)
    child->begin = child->end = child->scanned = 0;
  if (child->end + 1 < child->capacity)
    return true;
  if (child->begin > 0) {
    memmove(child->text, child->text + child->begin, child->end - child->begin);
    child->end -= child->begin;
    child->scanned -= child->begin;
    child->begin = 0;
    return true;
  }
  child->overlong = child->end > child->most;
  if (child->overlong)
    return false;
  size_t capacity = child->capacity ? 2 * child->capacity : FIRST_ROOM;
  char *larger = realloc(child->text, capacity);
  child->no_memory = !larger;
  if (!larger)
    return false;
  child->text = larger;
  child->capacity = capacity;
  return true;
}

/* Reads what is there; one byte stays free for a terminator. */
static void read_output(struct bp_child *child) {
  if (!make_room(child))
    return;
  size_t room = child->capacity - child->end - 1;
  ssize_t length = read(child->output, child->text + child->end, room);
  if (length > 0)
    child->end += (size_t)length;
  else if (length == 0 || !is_temporary(errno))
    shut(&child->output);
}

static void read_cry(struct bp_child *child) {
  char bytes[BP_CHILD_TAIL];
  ssize_t length = read(child->cry, bytes, sizeof bytes);
  if (length == 0 || (length < 0 && !is_temporary(errno)))
    shut(&child->cry);
  for (ssize_t i = 0; i < length; i++)
    child->tail[child->cried++ % BP_CHILD_TAIL] = bytes[i];
}

bool bp_child_has_line(struct bp_child *child) {
  if (child->scanned < child->end) {
    const char *from = child->text + child->scanned;
    const char *found = memchr(from, '\n', child->end - child->scanned);
    child->scanned = found ? (size_t)(found - child->text) : child->end;
  }
  return child->scanned < child->end;
}

static bool wants_output(struct bp_child *child) {
  return child->output >= 0 && !child->overlong && !child->no_memory && !bp_child_has_line(child);
}

/* A closed stream has a negative number, which poll passes over. */
static void list_streams(struct bp_child *child, struct pollfd *list) {
  bool writes = child->pending_begin < child->pending_end;
  list[0] = (struct pollfd){.fd = wants_output(child) ? child->output : -1, .events = POLLIN};
  list[1] = (struct pollfd){.fd = child->cry, .events = POLLIN};
  list[2] = (struct pollfd){.fd = writes ? child->input : -1, .events = POLLOUT};
}

void bp_children_wait(struct bp_child *children, size_t count, int milliseconds) {
  struct pollfd few[8 * FDS], *list = few;
  if (count > 8)
    list = malloc(count * FDS * sizeof *list);
  if (!list)
    bp_die_no_memory();
  for (size_t i = 0; i < count; i++)
    list_streams(&children[i], list + FDS * i);
  if (poll(list, FDS * count, milliseconds) > 0)
    for (size_t i = 0; i < count; i++) {
      if (list[FDS * i].revents)
        read_output(&children[i]);
      if (list[FDS * i + 1].revents)
        read_cry(&children[i]);
      if (list[FDS * i + 2].revents && children[i].input >= 0)
        write_pending(&children[i]);
    }
  if (list != few)
    free(list);
}

bool bp_child_line(struct bp_child *child, char **line, size_t *length) {
  bool whole = bp_child_has_line(child);
  if (!whole && (child->output >= 0 || child->begin == child->end))
    return false;
  *line = child->text + child->begin;
  *length = child->scanned - child->begin;
  (*line)[*length] = '\0';
  child->begin = child->scanned += whole;
  if (*length > 0 && (*line)[*length - 1] == '\r')
    (*line)[--*length] = '\0';
  return true;
}

struct bp_bytes bp_child_unread(const struct bp_child *child) {
  return (struct bp_bytes){child->text + child->begin, child->end - child->begin};
}

/* ---- the end ------------------------------------------------------------- */

/* Looks without reaping. */
static bool is_dead(const struct bp_child *child) {
  siginfo_t what = {.si_pid = 0};
  int looked = waitid(P_PID, (id_t)child->process, &what, WEXITED | WNOHANG | WNOWAIT);
  return looked != 0 ? errno == ECHILD : what.si_pid == child->process;
}

static void reap(struct bp_child *child) {
  kill(-child->process, SIGKILL); /* what it leaves behind */
  if (waitpid(child->process, &child->status, 0) != child->process)
    child->status = -1;
  child->process = 0;
}

static void drain(struct bp_child *child) {
  for (int turns = 0; turns < 1024 && (wants_output(child) || child->cry >= 0); turns++) {
    struct pollfd list[FDS];
    list_streams(child, list);
    list[2].fd = -1;
    if (poll(list, FDS, 0) <= 0)
      return;
    if (list[0].revents)
      read_output(child);
    if (list[1].revents)
      read_cry(child);
  }
}

bool bp_child_has_ended(struct bp_child *child) {
  if (child->process == 0)
    return true;
  if (!is_dead(child))
    return false;
  reap(child);
  drain(child);
  shut(&child->output);
  shut(&child->cry);
  return true;
}

/* Lets it write what it still has to say, so that it cannot hang on a full pipe. */
static bool ends_within(struct bp_child *child, double seconds) {
  double until = bp_child_clock() + seconds;
  int pause = 1;
  while (!bp_child_has_ended(child)) {
    if (bp_child_clock() >= until)
      return false;
    child->begin = child->end = child->scanned = 0;
    child->pending_begin = child->pending_end;
    bp_children_wait(child, 1, child->output >= 0 || child->cry >= 0 ? pause : 0);
    if (child->output < 0 && child->cry < 0)
      nanosleep(&(struct timespec){.tv_nsec = pause * 1000000L}, NULL);
    pause = pause < 16 ? 2 * pause : 16;
  }
  return true;
}

static void end(struct bp_child *child, bool at_once) {
  shut(&child->input);
  if (child->process != 0 && !ends_within(child, at_once ? 0 : PATIENCE)) {
    kill(-child->process, SIGTERM);
    kill(-child->process, SIGCONT);
    if (!ends_within(child, INSISTENCE)) {
      kill(-child->process, SIGKILL);
      ends_within(child, RESIGNATION);
    }
  }
  shut(&child->output);
  shut(&child->cry);
  free(child->text);
  child->text = NULL;
  child->begin = child->end = child->scanned = child->capacity = 0;
  struct bp_child **place = &alive;
  while (*place && *place != child)
    place = &(*place)->next;
  if (*place)
    *place = child->next;
}

/* All inputs are closed first, so that the children end at the same time. */
void bp_children_end(bool at_once) {
  for (struct bp_child *child = alive; child; child = child->next) {
    shut(&child->input);
    if (at_once && child->process != 0 && !bp_child_has_ended(child))
      kill(-child->process, SIGTERM);
  }
  while (alive)
    end(alive, at_once);
}

/* ---- what it said -------------------------------------------------------- */

/* A line of which only the end is left in the ring is shown from there on. */
size_t bp_child_last_lines(const struct bp_child *child, size_t most, struct bp_arena *arena,
                           const char **lines) {
  size_t length = child->cried < BP_CHILD_TAIL ? child->cried : BP_CHILD_TAIL, count = 0;
  char *text = bp_arena_alloc(arena, length + 1, 1);
  if (!text)
    return 0;
  for (size_t i = 0; i < length; i++) {
    char letter = child->tail[(child->cried - length + i) % BP_CHILD_TAIL];
    text[i] = letter ? letter : ' ';
  }
  while (length > 0 && strchr(" \r\n\t", text[length - 1]))
    length--;
  text[length] = '\0';
  while (length > 0 && count < most) {
    size_t begin = length;
    while (begin > 0 && text[begin - 1] != '\n')
      begin--;
    lines[count++] = text + begin;
    length = begin;
    if (begin > 0)
      text[--length] = '\0';
  }
  for (size_t i = 0; i < count / 2; i++) { /* the oldest first */
    const char *line = lines[i];
    lines[i] = lines[count - 1 - i];
    lines[count - 1 - i] = line;
  }
  return count;
}
