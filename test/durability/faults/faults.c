// Makes file calls of a program fail or wait, as a test says meanwhile. Loaded with LD_PRELOAD; the file that FAULTS_FILE
// names holds one rule a line, and is looked at again whenever another one was put in its place:
//
//   <call> <errno> <count> <delay in ms> <fragment of the path>
//
// A call whose path holds the fragment waits, and then fails with errno, unless that is 0. A rule is used up after so many
// calls; -1 is never. The first rule that fits is taken. A fragment with $ behind it has to be the path's end. Calls: open, read, write, sync, truncate, rename, link, unlink,
// mkdir, rmdir, list, stat, statfs. What a rule did is added to <FAULTS_FILE>.hits: call, errno and path.
//
// Memory that is mapped, copy_file_range and io_uring are not covered: of what Berth and SQLite do to files, only SQLite's
// shared memory (-shm) and the copy of an upload that is taken over go that way.

#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

struct rule {
  char call[16];
  int error;
  int left;
  int delay_ms;
  char fragment[256];
};

enum { max_rules = 32, max_text = 8192, max_path = 4096 };

static struct rule rules[max_rules];
static volatile int rule_count;
static char control[max_path];
static char hits[max_path];
static struct timespec loaded_at;
static ino_t loaded_inode;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

__attribute__((constructor)) static void start(void) {
  const char *file = getenv("FAULTS_FILE");
  if (file == NULL) return;
  snprintf(hits, sizeof hits, "%s.hits", file);
  snprintf(control, sizeof control, "%s", file);
}

// Below, only system calls by number: the functions of that name are the ones that are being replaced.

static void load(void) {
  static char text[max_text];
  int fd = (int)syscall(SYS_openat, AT_FDCWD, control, O_RDONLY | O_CLOEXEC, 0);
  long length = fd < 0 ? 0 : syscall(SYS_read, fd, text, sizeof text - 1);
  if (fd >= 0) syscall(SYS_close, fd);
  text[length < 0 ? 0 : length] = 0;
  rule_count = 0;
  char *rest = NULL;
  for (char *line = strtok_r(text, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
    struct rule rule = {0};
    if (rule_count == max_rules ||
        sscanf(line, "%15s %d %d %d %255s", rule.call, &rule.error, &rule.left, &rule.delay_ms, rule.fragment) != 5) {
      dprintf(2, "faults: this is no rule: %s\n", line);
      abort();
    }
    rules[rule_count++] = rule;
  }
}

// Nothing to do in all but a few calls, so that a program without faults is as fast as ever.
static int armed(void) {
  struct stat found;
  if (control[0] == 0 || syscall(SYS_newfstatat, AT_FDCWD, control, &found, 0) != 0) return 0;
  if (found.st_ino != loaded_inode || memcmp(&found.st_mtim, &loaded_at, sizeof loaded_at) != 0) {
    pthread_mutex_lock(&lock);
    // Another thread may have been faster, with a newer file; loading one twice would give used-up rules back.
    if (syscall(SYS_newfstatat, AT_FDCWD, control, &found, 0) == 0 &&
        (found.st_ino != loaded_inode || memcmp(&found.st_mtim, &loaded_at, sizeof loaded_at) != 0))
      load();
    loaded_inode = found.st_ino;
    loaded_at = found.st_mtim;
    pthread_mutex_unlock(&lock);
  }
  return rule_count > 0;
}

static int fits(const struct rule *rule, const char *path) {
  size_t length = strlen(rule->fragment), all = strlen(path);
  if (rule->fragment[length - 1] != '$') return strstr(path, rule->fragment) != NULL;
  return all >= length - 1 && memcmp(path + all - (length - 1), rule->fragment, length - 1) == 0;
}

static int take(const char *call, const char *path, struct rule *taken) {
  int found = 0;
  pthread_mutex_lock(&lock);
  for (int index = 0; index < rule_count && !found; index++) {
    struct rule *rule = &rules[index];
    if (rule->left == 0 || strcmp(rule->call, call) != 0 || !fits(rule, path)) continue;
    if (rule->left > 0) rule->left--;
    *taken = *rule;
    found = 1;
  }
  pthread_mutex_unlock(&lock);
  return found;
}

static void note(const char *call, int error, const char *path) {
  char line[max_path + 64];
  int length = snprintf(line, sizeof line, "%s %d %s\n", call, error, path);
  int fd = (int)syscall(SYS_openat, AT_FDCWD, hits, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (fd < 0) return;
  syscall(SYS_write, fd, line, length);
  syscall(SYS_close, fd);
}

// A signal's handler may call what is replaced here while its thread holds the lock.
static __thread volatile int inside;

// 1: the call fails, and errno says how.
static int judge(const char *call, const char *path) {
  struct rule rule;
  int before = errno;
  if (!armed() || !take(call, path, &rule)) {
    errno = before;
    return 0;
  }
  note(call, rule.error, path);
  if (rule.delay_ms > 0) {
    struct timespec wait = {rule.delay_ms / 1000, (rule.delay_ms % 1000) * 1000000L};
    nanosleep(&wait, NULL);
  }
  errno = rule.error == 0 ? before : rule.error;
  return rule.error != 0;
}

static int wanted(const char *call) {
  for (int index = 0; index < rule_count; index++)
    if (rules[index].left != 0 && strcmp(rules[index].call, call) == 0) return 1;
  return 0;
}

static int fails(const char *call, const char *path) {
  if (path == NULL || inside) return 0;
  inside = 1;
  int failed = judge(call, path);
  inside = 0;
  return failed;
}

static int judge_fd(const char *call, int fd) {
  int before = errno;
  char path[max_path] = {0};
  char name[64];
  if (armed() && wanted(call)) {
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    if (syscall(SYS_readlinkat, AT_FDCWD, name, path, sizeof path - 1) > 0) {
      errno = before;
      return judge(call, path);
    }
  }
  errno = before;
  return 0;
}

static int fails_fd(const char *call, int fd) {
  if (inside) return 0;
  inside = 1;
  int failed = judge_fd(call, fd);
  inside = 0;
  return failed;
}

#define REAL(name) ({ \
  static __typeof__(&name) real; \
  if (real == NULL) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name); \
  real; \
})

#define ON_PATH(result, bad, call, name, path, parameters, ...) \
  result name parameters { return fails(call, path) ? bad : REAL(name)(__VA_ARGS__); }

#define ON_FD(result, call, name, parameters, ...) \
  result name parameters { return fails_fd(call, fd) ? -1 : REAL(name)(__VA_ARGS__); }

#define ON_TWO(call, name, parameters, from, to, ...) \
  int name parameters { return fails(call, from) || fails(call, to) ? -1 : REAL(name)(__VA_ARGS__); }

static mode_t mode_of(int flags, va_list more) {
  return (flags & (O_CREAT | __O_TMPFILE)) != 0 ? va_arg(more, mode_t) : 0;
}

#define ON_OPEN(name, parameters, ...) \
  int name parameters { \
    va_list more; \
    va_start(more, flags); \
    mode_t mode = mode_of(flags, more); \
    va_end(more); \
    return fails("open", path) ? -1 : REAL(name)(__VA_ARGS__); \
  }

ON_OPEN(open, (const char *path, int flags, ...), path, flags, mode)
ON_OPEN(open64, (const char *path, int flags, ...), path, flags, mode)
ON_OPEN(openat, (int at, const char *path, int flags, ...), at, path, flags, mode)
ON_OPEN(openat64, (int at, const char *path, int flags, ...), at, path, flags, mode)

ON_FD(ssize_t, "read", read, (int fd, void *to, size_t size), fd, to, size)
ON_FD(ssize_t, "read", readv, (int fd, const struct iovec *to, int count), fd, to, count)
ON_FD(ssize_t, "read", pread, (int fd, void *to, size_t size, off_t at), fd, to, size, at)
ON_FD(ssize_t, "read", pread64, (int fd, void *to, size_t size, off64_t at), fd, to, size, at)
ON_FD(ssize_t, "read", preadv, (int fd, const struct iovec *to, int count, off_t at), fd, to, count, at)
ON_FD(ssize_t, "read", preadv64, (int fd, const struct iovec *to, int count, off64_t at), fd, to, count, at)
ON_FD(ssize_t, "write", write, (int fd, const void *from, size_t size), fd, from, size)
ON_FD(ssize_t, "write", writev, (int fd, const struct iovec *from, int count), fd, from, count)
ON_FD(ssize_t, "write", pwrite, (int fd, const void *from, size_t size, off_t at), fd, from, size, at)
ON_FD(ssize_t, "write", pwrite64, (int fd, const void *from, size_t size, off64_t at), fd, from, size, at)
ON_FD(ssize_t, "write", pwritev, (int fd, const struct iovec *from, int count, off_t at), fd, from, count, at)
ON_FD(ssize_t, "write", pwritev64, (int fd, const struct iovec *from, int count, off64_t at), fd, from, count, at)
ON_FD(int, "sync", fsync, (int fd), fd)
ON_FD(int, "sync", fdatasync, (int fd), fd)
ON_FD(int, "truncate", ftruncate, (int fd, off_t size), fd, size)
ON_FD(int, "truncate", ftruncate64, (int fd, off64_t size), fd, size)

ON_TWO("rename", rename, (const char *from, const char *to), from, to, from, to)
ON_TWO("link", link, (const char *from, const char *to), from, to, from, to)
ON_PATH(int, -1, "unlink", unlink, path, (const char *path), path)
ON_PATH(int, -1, "unlink", unlinkat, path, (int at, const char *path, int flags), at, path, flags)
ON_PATH(int, -1, "mkdir", mkdir, path, (const char *path, mode_t mode), path, mode)
ON_PATH(int, -1, "rmdir", rmdir, path, (const char *path), path)
ON_PATH(DIR *, NULL, "list", opendir, path, (const char *path), path)
ON_PATH(int, -1, "stat", stat, path, (const char *path, struct stat *to), path, to)
ON_PATH(int, -1, "stat", stat64, path, (const char *path, struct stat64 *to), path, to)
ON_PATH(int, -1, "stat", lstat, path, (const char *path, struct stat *to), path, to)
ON_PATH(int, -1, "stat", lstat64, path, (const char *path, struct stat64 *to), path, to)
ON_PATH(int, -1, "statfs", statfs, path, (const char *path, struct statfs *to), path, to)
ON_PATH(int, -1, "statfs", statfs64, path, (const char *path, struct statfs64 *to), path, to)
ON_PATH(int, -1, "stat", statx, path, (int at, const char *path, int flags, unsigned mask, struct statx *to), at, path,
        flags, mask, to)

// What programs built with an older library call.
int __xstat(int version, const char *path, struct stat *to);
int __xstat64(int version, const char *path, struct stat64 *to);
ON_PATH(int, -1, "stat", __xstat, path, (int version, const char *path, struct stat *to), version, path, to)
ON_PATH(int, -1, "stat", __xstat64, path, (int version, const char *path, struct stat64 *to), version, path, to)
