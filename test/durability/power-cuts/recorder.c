/*
 * Preloaded into the server: writes down every call that changes something below RECORD_ROOT, in the order in which
 * the calls took effect, and the first bytes of every HTTP answer between them. docs/design/durability.md, "Power cuts".
 *
 * One mutex covers a call and its record, so the order of the records is the order of the calls, across threads.
 * A sync is two records, with the mutex free between them. Calls that the replay cannot follow leave a FLAG.
 *
 *   RECORD_ROOT           absolute path without links; what lies below it is recorded
 *   RECORD_TRACE          file to which records are appended; trace-reader.ts has the format
 *   RECORD_KILL_AFTER     SIGKILL to the own process right after so many records
 *   RECORD_SYNC_DELAY_US  a sync takes up to so much longer: on a fast disk no cut would meet unsynced writes
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/fs.h>
#include <linux/io_uring.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { LIFE = 1, CREATE, WRITE, TRUNCATE, SYNC_BEGIN, SYNC_END, RENAME, UNLINK, RMDIR, MKDIR, LINK, SOCKET, ANSWER, FLAG };

enum { maxDescriptors = 1 << 16 };

struct descriptor {
  uint64_t inode; /* 0: not ours */
  int append;
  int sharedMemory;
};

struct header {
  uint32_t total;
  uint32_t type;
  uint64_t inode;
  uint64_t a;
  uint64_t b;
  uint32_t first;
  uint32_t second;
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct descriptor descriptors[maxDescriptors];
static char root[PATH_MAX];
static size_t rootLength;
static int trace = -1;
static int living;
static uint64_t records;
static uint64_t killAfter;
static uint64_t syncs;
static uint64_t delayUs;

static int (*realOpenat)(int, const char *, int, ...);
static int (*realClose)(int);
static ssize_t (*realWrite)(int, const void *, size_t);
static ssize_t (*realWritev)(int, const struct iovec *, int);
static ssize_t (*realPwrite)(int, const void *, size_t, off_t);
static ssize_t (*realPwritev)(int, const struct iovec *, int, off_t);
static ssize_t (*realPwritev2)(int, const struct iovec *, int, off_t, int);
static ssize_t (*realSend)(int, const void *, size_t, int);
static ssize_t (*realSendmsg)(int, const struct msghdr *, int);
static int (*realFtruncate)(int, off_t);
static int (*realTruncate)(const char *, off_t);
static int (*realFsync)(int);
static int (*realFdatasync)(int);
static int (*realRenameat2)(int, const char *, int, const char *, unsigned);
static int (*realUnlinkat)(int, const char *, int);
static int (*realMkdirat)(int, const char *, mode_t);
static int (*realLinkat)(int, const char *, int, const char *, int);
static int (*realSymlinkat)(const char *, int, const char *);
static int (*realBind)(int, const struct sockaddr *, socklen_t);
static int (*realDup)(int);
static int (*realDup3)(int, int, int);
static int (*realDup2)(int, int);
static void *(*realMmap)(void *, size_t, int, int, int, off_t);
static int (*realFallocate)(int, int, off_t, off_t);
static int (*realPosixFallocate)(int, off_t, off_t);
static ssize_t (*realCopyFileRange)(int, off_t *, int, off_t *, size_t, unsigned);
static ssize_t (*realSendfile)(int, int, off_t *, size_t);
static int (*realIoctl)(int, unsigned long, ...);
static FILE *(*realFopen)(const char *, const char *);
static long (*realSyscall)(long, ...);

static uint64_t numberOf(const char *name) {
  const char *text = getenv(name);
  return text == NULL ? 0 : strtoull(text, NULL, 10);
}

static void find(void *pointer, const char *name) {
  void *found = dlsym(RTLD_NEXT, name);
  memcpy(pointer, &found, sizeof found);
}

static void prepare(void) {
  find(&realOpenat, "openat64");
  find(&realClose, "close");
  find(&realWrite, "write");
  find(&realWritev, "writev");
  find(&realPwrite, "pwrite64");
  find(&realPwritev, "pwritev64");
  find(&realPwritev2, "pwritev64v2");
  find(&realSend, "send");
  find(&realSendmsg, "sendmsg");
  find(&realFtruncate, "ftruncate64");
  find(&realTruncate, "truncate64");
  find(&realFsync, "fsync");
  find(&realFdatasync, "fdatasync");
  find(&realRenameat2, "renameat2");
  find(&realUnlinkat, "unlinkat");
  find(&realMkdirat, "mkdirat");
  find(&realLinkat, "linkat");
  find(&realSymlinkat, "symlinkat");
  find(&realBind, "bind");
  find(&realDup, "dup");
  find(&realDup2, "dup2");
  find(&realDup3, "dup3");
  find(&realMmap, "mmap64");
  find(&realFallocate, "fallocate64");
  find(&realPosixFallocate, "posix_fallocate64");
  find(&realCopyFileRange, "copy_file_range");
  find(&realSendfile, "sendfile64");
  find(&realIoctl, "ioctl");
  find(&realFopen, "fopen64");
  find(&realSyscall, "syscall");
  const char *folder = getenv("RECORD_ROOT");
  const char *file = getenv("RECORD_TRACE");
  if (folder == NULL || file == NULL || folder[0] != '/' || strlen(folder) >= sizeof root) return;
  strcpy(root, folder);
  rootLength = strlen(root);
  killAfter = numberOf("RECORD_KILL_AFTER");
  delayUs = numberOf("RECORD_SYNC_DELAY_US");
  trace = realOpenat(AT_FDCWD, file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static void ready(void) { pthread_once(&once, prepare); }

static void lock(void) { pthread_mutex_lock(&mutex); }

static void unlock(void) { pthread_mutex_unlock(&mutex); }

static void mustBeWhole(ssize_t written, size_t asked) {
  if (written == (ssize_t)asked) return;
  static const char message[] = "recorder: the trace cannot be written\n";
  (void)!realWrite(2, message, sizeof message - 1);
  abort();
}

/* With the mutex held. Payload: `first` bytes, then those of `vector`, up to `second` in all. */
static void put(uint32_t type, uint64_t inode, uint64_t a, uint64_t b, const char *text, const struct iovec *vector,
                int count, size_t second) {
  int error = errno;
  if (trace < 0) return;
  if (!living) {
    living = 1;
    put(LIFE, 0, (uint64_t)getpid(), 0, "", NULL, 0, 0);
  }
  size_t first = strlen(text);
  struct header header = {(uint32_t)(sizeof header + first + second), type, inode, a, b, (uint32_t)first,
                          (uint32_t)second};
  char *whole = malloc(header.total);
  if (whole == NULL) abort();
  memcpy(whole, &header, sizeof header);
  memcpy(whole + sizeof header, text, first);
  size_t at = sizeof header + first;
  for (int i = 0; i < count && at < header.total; i++) {
    size_t length = vector[i].iov_len;
    if (length > header.total - at) length = header.total - at;
    memcpy(whole + at, vector[i].iov_base, length);
    at += length;
  }
  mustBeWhole(realWrite(trace, whole, header.total), header.total);
  free(whole);
  records += 1;
  /* With the mutex held, so that no other call takes effect behind the last record. */
  if (killAfter != 0 && records >= killAfter) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
  }
  errno = error;
}

static void putText(uint32_t type, uint64_t inode, uint64_t a, const char *first, const char *second) {
  struct iovec vector = {(void *)second, strlen(second)};
  put(type, inode, a, 0, first, &vector, 1, vector.iov_len);
}

static void flag(const char *call, const char *what) {
  lock();
  putText(FLAG, 0, 0, call, what);
  unlock();
}

/* The path below the root, without a slash at its start; NULL: elsewhere. */
static const char *below(int folder, const char *path, char *buffer) {
  if (trace < 0 || path == NULL) return NULL;
  if (path[0] != '/') {
    char link[64];
    char base[PATH_MAX];
    if (folder == AT_FDCWD) {
      if (getcwd(base, sizeof base) == NULL) return NULL;
    } else {
      snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
      ssize_t length = readlink(link, base, sizeof base - 1);
      if (length < 0) return NULL;
      base[length] = '\0';
    }
    if (snprintf(buffer, PATH_MAX, "%s/%s", base, path) >= PATH_MAX) return NULL;
  } else if (snprintf(buffer, PATH_MAX, "%s", path) >= PATH_MAX) {
    return NULL;
  }
  if (strncmp(buffer, root, rootLength) != 0) return NULL;
  if (buffer[rootLength] == '\0') return buffer + rootLength;
  return buffer[rootLength] == '/' ? buffer + rootLength + 1 : NULL;
}

static struct descriptor *tracked(int fd) {
  if (trace < 0 || fd < 0 || fd >= maxDescriptors || descriptors[fd].inode == 0) return NULL;
  return &descriptors[fd];
}

static int endsWith(const char *text, const char *end) {
  size_t length = strlen(text);
  return length >= strlen(end) && strcmp(text + length - strlen(end), end) == 0;
}

static int openFile(int folder, const char *path, int flags, mode_t mode) {
  ready();
  char buffer[PATH_MAX];
  int error = errno;
  const char *name = below(folder, path, buffer);
  errno = error;
  if (name == NULL) return realOpenat(folder, path, flags, mode);
  lock();
  struct stat before;
  error = errno;
  int existed = lstat(buffer, &before) == 0;
  errno = error;
  int fd = realOpenat(folder, path, flags, mode);
  if (fd >= 0) {
    struct stat facts;
    if (fd >= maxDescriptors || fstat(fd, &facts) != 0) abort();
    descriptors[fd] = (struct descriptor){facts.st_ino, (flags & O_APPEND) != 0, endsWith(name, "-shm")};
    if ((flags & O_TMPFILE) == O_TMPFILE) putText(FLAG, 0, 0, "O_TMPFILE", name);
    else if (!existed) putText(CREATE, facts.st_ino, facts.st_mode & 07777, name, "");
    else if ((flags & O_TRUNC) != 0 && (flags & O_ACCMODE) != O_RDONLY) put(TRUNCATE, facts.st_ino, 0, 0, "", NULL, 0, 0);
  }
  unlock();
  return fd;
}

#define OPEN_MODE                            \
  mode_t mode = 0;                           \
  if ((flags & (O_CREAT | O_TMPFILE)) != 0) { \
    va_list rest;                            \
    va_start(rest, flags);                   \
    mode = va_arg(rest, mode_t);             \
    va_end(rest);                            \
  }

int open(const char *path, int flags, ...) { OPEN_MODE return openFile(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { OPEN_MODE return openFile(AT_FDCWD, path, flags, mode); }
int openat(int folder, const char *path, int flags, ...) { OPEN_MODE return openFile(folder, path, flags, mode); }
int openat64(int folder, const char *path, int flags, ...) { OPEN_MODE return openFile(folder, path, flags, mode); }
int creat(const char *path, mode_t mode) { return openFile(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }
int creat64(const char *path, mode_t mode) { return creat(path, mode); }

int close(int fd) {
  ready();
  if (tracked(fd) == NULL) return realClose(fd);
  lock();
  descriptors[fd].inode = 0;
  int result = realClose(fd);
  unlock();
  return result;
}

/* With the mutex held, behind a call that wrote `length` bytes. */
static void written(struct descriptor *file, off_t offset, const struct iovec *vector, int count, ssize_t length) {
  if (length > 0) put(WRITE, file->inode, (uint64_t)offset, 0, "", vector, count, (size_t)length);
}

static off_t positionOf(int fd, const struct descriptor *file) {
  struct stat facts;
  if (!file->append) return lseek(fd, 0, SEEK_CUR);
  return fstat(fd, &facts) == 0 ? facts.st_size : 0;
}

static int isAnswer(const struct iovec *vector, int count) {
  static const char start[] = "HTTP/1.1 ";
  return trace >= 0 && count > 0 && vector[0].iov_len > sizeof start + 3 &&
         memcmp(vector[0].iov_base, start, sizeof start - 1) == 0;
}

/* With the mutex held, before the answer leaves: status and id of the request. */
static void answering(const struct iovec *vector) {
  static const char key[] = "\r\nX-Request-Id: ";
  const char *head = vector[0].iov_base;
  const char *end = head + vector[0].iov_len;
  char id[256] = "";
  for (const char *at = head; at + sizeof key < end; at++) {
    if (strncasecmp(at, key, sizeof key - 1) != 0) continue;
    size_t length = 0;
    for (const char *from = at + sizeof key - 1; from < end && *from != '\r' && length < sizeof id - 1; from++)
      id[length++] = *from;
    id[length] = '\0';
    break;
  }
  putText(ANSWER, 0, strtoull(head + 9, NULL, 10), id, "");
}

ssize_t writev(int fd, const struct iovec *vector, int count) {
  ready();
  struct descriptor *file = tracked(fd);
  int answer = file == NULL && isAnswer(vector, count);
  if (file == NULL && !answer) return realWritev(fd, vector, count);
  lock();
  if (answer) answering(vector);
  off_t offset = file == NULL ? 0 : positionOf(fd, file);
  ssize_t length = realWritev(fd, vector, count);
  if (file != NULL) written(file, offset, vector, count, length);
  unlock();
  return length;
}

ssize_t write(int fd, const void *bytes, size_t size) {
  ready();
  struct iovec one = {(void *)bytes, size};
  if (tracked(fd) == NULL && !isAnswer(&one, 1)) return realWrite(fd, bytes, size);
  return writev(fd, &one, 1);
}

ssize_t send(int fd, const void *bytes, size_t size, int flags) {
  ready();
  struct iovec one = {(void *)bytes, size};
  if (!isAnswer(&one, 1)) return realSend(fd, bytes, size, flags);
  lock();
  answering(&one);
  ssize_t length = realSend(fd, bytes, size, flags);
  unlock();
  return length;
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags) {
  ready();
  if (!isAnswer(message->msg_iov, (int)message->msg_iovlen)) return realSendmsg(fd, message, flags);
  lock();
  answering(message->msg_iov);
  ssize_t length = realSendmsg(fd, message, flags);
  unlock();
  return length;
}

ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t offset) {
  ready();
  struct descriptor *file = tracked(fd);
  if (file == NULL) return realPwrite(fd, bytes, size, offset);
  struct iovec one = {(void *)bytes, size};
  lock();
  ssize_t length = realPwrite(fd, bytes, size, offset);
  written(file, offset, &one, 1, length);
  unlock();
  return length;
}
ssize_t pwrite(int fd, const void *bytes, size_t size, off_t offset) { return pwrite64(fd, bytes, size, offset); }

ssize_t pwritev64(int fd, const struct iovec *vector, int count, off64_t offset) {
  ready();
  struct descriptor *file = tracked(fd);
  if (file == NULL) return realPwritev(fd, vector, count, offset);
  lock();
  ssize_t length = realPwritev(fd, vector, count, offset);
  written(file, offset, vector, count, length);
  unlock();
  return length;
}
ssize_t pwritev(int fd, const struct iovec *vector, int count, off_t offset) {
  return pwritev64(fd, vector, count, offset);
}

ssize_t pwritev64v2(int fd, const struct iovec *vector, int count, off64_t offset, int flags) {
  ready();
  if (tracked(fd) == NULL) return realPwritev2(fd, vector, count, offset, flags);
  if (flags != 0 || offset < 0) flag("pwritev2", "flags");
  return pwritev64(fd, vector, count, offset);
}
ssize_t pwritev2(int fd, const struct iovec *vector, int count, off_t offset, int flags) {
  return pwritev64v2(fd, vector, count, offset, flags);
}

int ftruncate64(int fd, off64_t size) {
  ready();
  struct descriptor *file = tracked(fd);
  if (file == NULL) return realFtruncate(fd, size);
  lock();
  int result = realFtruncate(fd, size);
  if (result == 0) put(TRUNCATE, file->inode, (uint64_t)size, 0, "", NULL, 0, 0);
  unlock();
  return result;
}
int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }

static int syncFile(int fd, int (*call)(int), uint64_t kind) {
  struct descriptor *file = tracked(fd);
  if (file == NULL) return call(fd);
  lock();
  uint64_t id = ++syncs;
  uint64_t inode = file->inode;
  put(SYNC_BEGIN, inode, id, kind, "", NULL, 0, 0);
  unlock();
  if (delayUs != 0) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    usleep((useconds_t)(((uint64_t)now.tv_nsec * 2654435761u + id * 40503u) / 97 % delayUs));
  }
  int result = call(fd);
  lock();
  if (result == 0) put(SYNC_END, inode, id, kind, "", NULL, 0, 0);
  unlock();
  return result;
}

int fsync(int fd) {
  ready();
  return syncFile(fd, realFsync, 0);
}
int fdatasync(int fd) {
  ready();
  return syncFile(fd, realFdatasync, 1);
}

static int renameFile(int fromFolder, const char *from, int toFolder, const char *to, unsigned flags) {
  ready();
  char fromBuffer[PATH_MAX];
  char toBuffer[PATH_MAX];
  const char *fromName = below(fromFolder, from, fromBuffer);
  const char *toName = below(toFolder, to, toBuffer);
  if (fromName == NULL && toName == NULL) return realRenameat2(fromFolder, from, toFolder, to, flags);
  if (fromName == NULL || toName == NULL || flags != 0) flag("rename", from);
  lock();
  int result = realRenameat2(fromFolder, from, toFolder, to, flags);
  if (result == 0 && fromName != NULL && toName != NULL) putText(RENAME, 0, 0, fromName, toName);
  unlock();
  return result;
}

int rename(const char *from, const char *to) { return renameFile(AT_FDCWD, from, AT_FDCWD, to, 0); }
int renameat(int a, const char *from, int b, const char *to) { return renameFile(a, from, b, to, 0); }
int renameat2(int a, const char *from, int b, const char *to, unsigned flags) {
  return renameFile(a, from, b, to, flags);
}

int unlinkat(int folder, const char *path, int flags) {
  ready();
  char buffer[PATH_MAX];
  const char *name = below(folder, path, buffer);
  if (name == NULL) return realUnlinkat(folder, path, flags);
  lock();
  int result = realUnlinkat(folder, path, flags);
  if (result == 0) putText((flags & AT_REMOVEDIR) != 0 ? RMDIR : UNLINK, 0, 0, name, "");
  unlock();
  return result;
}
int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }
int remove(const char *path) {
  int result = unlink(path);
  return result == 0 || (errno != EISDIR && errno != EPERM) ? result : rmdir(path);
}

int mkdirat(int folder, const char *path, mode_t mode) {
  ready();
  char buffer[PATH_MAX];
  const char *name = below(folder, path, buffer);
  if (name == NULL) return realMkdirat(folder, path, mode);
  lock();
  int result = realMkdirat(folder, path, mode);
  struct stat facts;
  if (result == 0 && lstat(buffer, &facts) == 0) putText(MKDIR, facts.st_ino, facts.st_mode & 07777, name, "");
  unlock();
  return result;
}
int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }

int linkat(int fromFolder, const char *from, int toFolder, const char *to, int flags) {
  ready();
  char fromBuffer[PATH_MAX];
  char toBuffer[PATH_MAX];
  const char *fromName = below(fromFolder, from, fromBuffer);
  const char *toName = below(toFolder, to, toBuffer);
  if (fromName == NULL && toName == NULL) return realLinkat(fromFolder, from, toFolder, to, flags);
  if (fromName == NULL || toName == NULL) flag("link", from);
  lock();
  int result = realLinkat(fromFolder, from, toFolder, to, flags);
  if (result == 0 && fromName != NULL && toName != NULL) putText(LINK, 0, 0, fromName, toName);
  unlock();
  return result;
}
int link(const char *from, const char *to) { return linkat(AT_FDCWD, from, AT_FDCWD, to, 0); }

int symlinkat(const char *target, int folder, const char *path) {
  ready();
  char buffer[PATH_MAX];
  if (below(folder, path, buffer) != NULL) flag("symlink", path);
  return realSymlinkat(target, folder, path);
}
int symlink(const char *target, const char *path) { return symlinkat(target, AT_FDCWD, path); }

int bind(int fd, const struct sockaddr *address, socklen_t length) {
  ready();
  char buffer[PATH_MAX];
  const char *path = address->sa_family == AF_UNIX ? ((const struct sockaddr_un *)address)->sun_path : NULL;
  const char *name = path == NULL || path[0] == '\0' ? NULL : below(AT_FDCWD, path, buffer);
  if (name == NULL) return realBind(fd, address, length);
  lock();
  int result = realBind(fd, address, length);
  if (result == 0) putText(SOCKET, 0, 0, name, "");
  unlock();
  return result;
}

/* What the replay does not know. */

int truncate64(const char *path, off64_t size) {
  ready();
  char buffer[PATH_MAX];
  if (below(AT_FDCWD, path, buffer) != NULL) flag("truncate", path);
  return realTruncate(path, size);
}
int truncate(const char *path, off_t size) { return truncate64(path, size); }

int dup(int fd) {
  ready();
  if (tracked(fd) != NULL) flag("dup", "");
  return realDup(fd);
}
int dup2(int fd, int other) {
  ready();
  if (tracked(fd) != NULL || tracked(other) != NULL) flag("dup2", "");
  return realDup2(fd, other);
}
int dup3(int fd, int other, int flags) {
  ready();
  if (tracked(fd) != NULL || tracked(other) != NULL) flag("dup3", "");
  return realDup3(fd, other, flags);
}

void *mmap64(void *address, size_t length, int protection, int flags, int fd, off64_t offset) {
  ready();
  struct descriptor *file = tracked(fd);
  int writable = (flags & MAP_TYPE) != MAP_PRIVATE && (protection & PROT_WRITE) != 0;
  if (file != NULL && writable && !file->sharedMemory) flag("mmap", "");
  return realMmap(address, length, protection, flags, fd, offset);
}
void *mmap(void *address, size_t length, int protection, int flags, int fd, off_t offset) {
  return mmap64(address, length, protection, flags, fd, offset);
}

int fallocate64(int fd, int mode, off64_t offset, off64_t length) {
  ready();
  if (tracked(fd) != NULL) flag("fallocate", "");
  return realFallocate(fd, mode, offset, length);
}
int fallocate(int fd, int mode, off_t offset, off_t length) { return fallocate64(fd, mode, offset, length); }

int posix_fallocate64(int fd, off64_t offset, off64_t length) {
  ready();
  if (tracked(fd) != NULL) flag("posix_fallocate", "");
  return realPosixFallocate(fd, offset, length);
}
int posix_fallocate(int fd, off_t offset, off_t length) { return posix_fallocate64(fd, offset, length); }

ssize_t copy_file_range(int in, off64_t *inOffset, int out, off64_t *outOffset, size_t length, unsigned flags) {
  ready();
  if (tracked(out) != NULL) flag("copy_file_range", "");
  return realCopyFileRange(in, inOffset, out, outOffset, length, flags);
}

ssize_t sendfile64(int out, int in, off64_t *offset, size_t count) {
  ready();
  if (tracked(out) != NULL) flag("sendfile", "");
  return realSendfile(out, in, offset, count);
}
ssize_t sendfile(int out, int in, off_t *offset, size_t count) { return sendfile64(out, in, offset, count); }

int ioctl(int fd, unsigned long request, ...) {
  ready();
  va_list rest;
  va_start(rest, request);
  void *argument = va_arg(rest, void *);
  va_end(rest);
  if ((request == FICLONE || request == FICLONERANGE) && tracked(fd) != NULL) flag("ioctl", "FICLONE");
  return realIoctl(fd, request, argument);
}

FILE *fopen64(const char *path, const char *mode) {
  ready();
  char buffer[PATH_MAX];
  if (strpbrk(mode, "wa+") != NULL && below(AT_FDCWD, path, buffer) != NULL) flag("fopen", path);
  return realFopen(path, mode);
}
FILE *fopen(const char *path, const char *mode) { return fopen64(path, mode); }

/* Calls that a library makes past the functions above. */
long syscall(long number, ...) {
  ready();
  long a[6];
  va_list rest;
  va_start(rest, number);
  for (int i = 0; i < 6; i++) a[i] = va_arg(rest, long);
  va_end(rest);
  switch (number) {
    case SYS_close:
      return close((int)a[0]);
    case SYS_io_uring_setup:
      /* libuv's ring for files polls; the one for epoll, which changes no file, does not. */
      if ((((const struct io_uring_params *)a[1])->flags & IORING_SETUP_SQPOLL) != 0) flag("io_uring", "");
      break;
    case SYS_copy_file_range:
      if (tracked((int)a[2]) != NULL) flag("copy_file_range", "");
      break;
    case SYS_pwritev2:
    case SYS_pwritev:
    case SYS_pwrite64:
    case SYS_write:
    case SYS_writev:
    case SYS_ftruncate:
    case SYS_fallocate:
      if (tracked((int)a[0]) != NULL) flag("syscall", "write");
      break;
    case SYS_openat2:
    case SYS_renameat2:
      flag("syscall", "name");
      break;
    default:
      break;
  }
  return realSyscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
