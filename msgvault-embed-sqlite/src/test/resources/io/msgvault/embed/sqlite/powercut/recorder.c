/*
 * Records what a process does to the files of one folder, for tests of power cuts. Preloaded by LD_PRELOAD.
 *
 *   POWERCUT_FOLDER    the folder, as an absolute path without links; empty when the process starts
 *   POWERCUT_TRACE     where the records go, outside of the folder
 *   POWERCUT_UNSYNCED  optional: syncs of files and folders whose path contains this are left out, as a fault
 *
 * One lock spans each call and its record, so the records are in the order of the calls. Syncs are recorded
 * and not made: nothing here waits for a disk. A record is: kind (1 byte), file (4), offset (8), length of
 * what follows (4), all big-endian, and the path or the bytes. A way to write that this file does not know
 * ends the process: no write may go unseen.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define MAX_FDS 4096
#define MAX_NAMES 8192
#define PATH 1024

enum { NONE, FILE_FD, FOLDER_FD };

static struct { int kind; uint32_t file; int append; int synced; char path[256]; } fds[MAX_FDS];
static struct { char path[256]; uint32_t file; } names[MAX_NAMES];
static int name_count;
static uint32_t next_file = 1;
static int trace = -1;
static char folder[PATH];
static size_t folder_length;
static const char *unsynced;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

#define REAL(name) ((__typeof__(&name)) real(#name))

static void *real(const char *name) {
  void *found = dlsym(RTLD_NEXT, name);
  if (!found) { fprintf(stderr, "recorder: no %s\n", name); abort(); }
  return found;
}

static void die(const char *what, const char *path) {
  fprintf(stderr, "recorder: %s of %s is not recorded: add it\n", what, path);
  abort();
}

__attribute__((constructor)) static void start(void) {
  const char *path = getenv("POWERCUT_FOLDER");
  const char *to = getenv("POWERCUT_TRACE");
  unsynced = getenv("POWERCUT_UNSYNCED");
  if (path && to) {
    snprintf(folder, sizeof folder, "%s", path);
    folder_length = strlen(folder);
    trace = REAL(open)(to, O_WRONLY | O_CREAT | O_APPEND, 0600);
  }
}

/* Returns the path below the folder, "" for the folder itself, or NULL outside of it. */
static const char *inside(int at, const char *path, char *buffer) {
  if (trace < 0 || !path) return NULL;
  if (path[0] != '/' && at >= 0 && at < MAX_FDS && fds[at].kind == FOLDER_FD) {
    snprintf(buffer, PATH, "%s%s%s", fds[at].path, fds[at].path[0] ? "/" : "", path);
    return buffer;
  }
  if (strncmp(path, folder, folder_length) != 0) return NULL;
  if (path[folder_length] == 0) return "";
  return path[folder_length] == '/' ? path + folder_length + 1 : NULL;
}

static void put(const void *bytes, size_t length) {
  const char *at = bytes;
  while (length > 0) {
    ssize_t done = REAL(write)(trace, at, length);
    if (done < 0) die("the record", "the trace");
    at += done;
    length -= done;
  }
}

static void record(char kind, uint32_t file, uint64_t offset, const void *bytes, uint32_t length) {
  unsigned char head[17];
  head[0] = kind;
  for (int i = 0; i < 4; i++) head[1 + i] = file >> (24 - 8 * i);
  for (int i = 0; i < 8; i++) head[5 + i] = offset >> (56 - 8 * i);
  for (int i = 0; i < 4; i++) head[13 + i] = length >> (24 - 8 * i);
  put(head, sizeof head);
  put(bytes, length);
}

static void record_path(char kind, uint32_t file, const char *path) {
  record(kind, file, 0, path, strlen(path));
}

static int named(const char *path) {
  for (int i = 0; i < name_count; i++) if (!strcmp(names[i].path, path)) return i;
  return -1;
}

static uint32_t add(const char *path) {
  if (name_count == MAX_NAMES || strlen(path) >= 256) die("a name", path);
  strcpy(names[name_count].path, path);
  names[name_count].file = next_file++;
  return names[name_count++].file;
}

static void forget(const char *path) {
  int i = named(path);
  if (i >= 0) names[i] = names[--name_count];
}

/* SQLite maps this file and makes it anew after a crash. */
static int is_shared_memory(const char *path) {
  size_t length = strlen(path);
  return length > 4 && !strcmp(path + length - 4, "-shm");
}

static int tracked(int fd) { return trace >= 0 && fd >= 0 && fd < MAX_FDS && fds[fd].kind == FILE_FD; }

static int open_recorded(int at, const char *path, int flags, mode_t mode) {
  char buffer[PATH];
  const char *below = inside(at, path, buffer);
  if (!below || is_shared_memory(below)) {
    int fd = REAL(openat)(at, path, flags, mode);
    if (trace >= 0 && fd >= 0 && fd < MAX_FDS) fds[fd].kind = NONE;
    return fd;
  }
  if ((flags & O_TMPFILE) == O_TMPFILE) die("O_TMPFILE", below);
  pthread_mutex_lock(&lock);
  struct stat before;
  int existed = REAL(fstatat)(at, path, &before, 0) == 0;
  int fd = REAL(openat)(at, path, flags, mode);
  int failure = errno;
  struct stat opened;
  if (fd >= 0) {
    if (fd >= MAX_FDS || fstat(fd, &opened) != 0) die("open", below);
    fds[fd].kind = NONE;
    if (S_ISDIR(opened.st_mode)) {
      fds[fd].kind = FOLDER_FD;
      snprintf(fds[fd].path, sizeof fds[fd].path, "%s", below);
    } else {
      int i = named(below);
      uint32_t file = i >= 0 ? names[i].file : add(below);
      if (!existed) record_path('C', file, below);
      else if (i < 0) die("a file from before", below);
      else if (flags & O_TRUNC) record('T', file, 0, "", 0);
      fds[fd].kind = FILE_FD;
      fds[fd].file = file;
      fds[fd].append = (flags & O_APPEND) != 0;
      fds[fd].synced = (flags & (O_SYNC | O_DSYNC)) != 0;
      snprintf(fds[fd].path, sizeof fds[fd].path, "%s", below);
    }
  }
  pthread_mutex_unlock(&lock);
  errno = failure;
  return fd;
}

static mode_t mode_of(int flags, va_list arguments) {
  return flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, mode_t) : 0;
}

#define OPENER(name) int name(const char *path, int flags, ...) { \
  va_list arguments; va_start(arguments, flags); mode_t mode = mode_of(flags, arguments); va_end(arguments); \
  return open_recorded(AT_FDCWD, path, flags, mode); }
OPENER(open)
OPENER(open64)

#define OPENER_AT(name) int name(int at, const char *path, int flags, ...) { \
  va_list arguments; va_start(arguments, flags); mode_t mode = mode_of(flags, arguments); va_end(arguments); \
  return open_recorded(at, path, flags, mode); }
OPENER_AT(openat64)

/* The real one is what all others call, so this is the one name that must not call itself. */
int openat(int at, const char *path, int flags, ...) {
  va_list arguments; va_start(arguments, flags); mode_t mode = mode_of(flags, arguments); va_end(arguments);
  return open_recorded(at, path, flags, mode);
}

int creat(const char *path, mode_t mode) {
  return open_recorded(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

int close(int fd) {
  pthread_mutex_lock(&lock);
  if (trace >= 0 && fd >= 0 && fd < MAX_FDS) fds[fd].kind = NONE;
  int result = REAL(close)(fd);
  pthread_mutex_unlock(&lock);
  return result;
}

int dup2(int from, int to) {
  pthread_mutex_lock(&lock);
  int result = REAL(dup2)(from, to);
  if (trace >= 0 && result >= 0 && from < MAX_FDS && to < MAX_FDS) fds[to] = fds[from];
  pthread_mutex_unlock(&lock);
  return result;
}

int dup(int from) {
  pthread_mutex_lock(&lock);
  int result = REAL(dup)(from);
  if (trace >= 0 && result >= 0 && from < MAX_FDS && result < MAX_FDS) fds[result] = fds[from];
  pthread_mutex_unlock(&lock);
  return result;
}

static ssize_t written(int fd, ssize_t result, const void *bytes, off_t offset) {
  int failure = errno;
  if (result > 0) {
    record('W', fds[fd].file, offset, bytes, result);
    if (fds[fd].synced) record('S', fds[fd].file, 0, "", 0);
  }
  pthread_mutex_unlock(&lock);
  errno = failure;
  return result;
}

static off_t place(int fd) {
  struct stat file;
  if (!fds[fd].append) return lseek(fd, 0, SEEK_CUR);
  return fstat(fd, &file) == 0 ? file.st_size : 0;
}

ssize_t write(int fd, const void *bytes, size_t length) {
  if (!tracked(fd)) return REAL(write)(fd, bytes, length);
  pthread_mutex_lock(&lock);
  off_t offset = place(fd);
  return written(fd, REAL(write)(fd, bytes, length), bytes, offset);
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) {
  if (!tracked(fd)) return REAL(pwrite)(fd, bytes, length, offset);
  pthread_mutex_lock(&lock);
  return written(fd, REAL(pwrite)(fd, bytes, length, offset), bytes, offset);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset) {
  return pwrite(fd, bytes, length, offset);
}

/* One write for each part: a caller must expect that less than all is written. */
ssize_t writev(int fd, const struct iovec *parts, int count) {
  if (!tracked(fd)) return REAL(writev)(fd, parts, count);
  return count == 0 ? 0 : write(fd, parts[0].iov_base, parts[0].iov_len);
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset) {
  if (!tracked(fd)) return REAL(pwritev)(fd, parts, count, offset);
  return count == 0 ? 0 : pwrite(fd, parts[0].iov_base, parts[0].iov_len, offset);
}

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t offset) {
  return pwritev(fd, parts, count, offset);
}

int ftruncate(int fd, off_t length) {
  if (!tracked(fd)) return REAL(ftruncate)(fd, length);
  pthread_mutex_lock(&lock);
  int result = REAL(ftruncate)(fd, length);
  if (result == 0) record('T', fds[fd].file, length, "", 0);
  pthread_mutex_unlock(&lock);
  return result;
}

int ftruncate64(int fd, off64_t length) { return ftruncate(fd, length); }

static int sync_recorded(int fd, int (*sync)(int)) {
  if (trace < 0 || fd < 0 || fd >= MAX_FDS || fds[fd].kind == NONE) return sync(fd);
  pthread_mutex_lock(&lock);
  if (!unsynced || !strstr(fds[fd].path, unsynced)) {
    if (fds[fd].kind == FILE_FD) record('S', fds[fd].file, 0, "", 0);
    else record_path('D', 0, fds[fd].path);
  }
  pthread_mutex_unlock(&lock);
  return 0;
}

int fsync(int fd) { return sync_recorded(fd, REAL(fsync)); }

int fdatasync(int fd) { return sync_recorded(fd, REAL(fdatasync)); }

int renameat(int from_at, const char *from, int to_at, const char *to) {
  char from_buffer[PATH], to_buffer[PATH];
  const char *source = inside(from_at, from, from_buffer);
  const char *target = inside(to_at, to, to_buffer);
  if (!source && !target) return REAL(renameat)(from_at, from, to_at, to);
  if (!source || !target) die("a move across the folder's border", from);
  pthread_mutex_lock(&lock);
  int result = REAL(renameat)(from_at, from, to_at, to);
  int i = named(source);
  if (result == 0) {
    if (i < 0) die("the renaming of a folder", source);
    char both[2 * PATH];
    int length = snprintf(both, sizeof both, "%s\n%s", source, target);
    record('R', 0, 0, both, length);
    forget(target);
    strcpy(names[named(source)].path, target);
  }
  pthread_mutex_unlock(&lock);
  return result;
}

int rename(const char *from, const char *to) { return renameat(AT_FDCWD, from, AT_FDCWD, to); }

int unlinkat(int at, const char *path, int flags) {
  char buffer[PATH];
  const char *below = inside(at, path, buffer);
  if (!below || is_shared_memory(below)) return REAL(unlinkat)(at, path, flags);
  pthread_mutex_lock(&lock);
  int result = REAL(unlinkat)(at, path, flags);
  int failure = errno;
  if (result == 0) {
    record_path('U', 0, below);
    forget(below);
  }
  pthread_mutex_unlock(&lock);
  errno = failure;
  return result;
}

int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }

int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }

int mkdir(const char *path, mode_t mode) {
  char buffer[PATH];
  const char *below = inside(AT_FDCWD, path, buffer);
  if (!below) return REAL(mkdir)(path, mode);
  pthread_mutex_lock(&lock);
  int result = REAL(mkdir)(path, mode);
  int failure = errno;
  if (result == 0) record_path('M', 0, below);
  pthread_mutex_unlock(&lock);
  errno = failure;
  return result;
}

static void *map_recorded(void *(*map)(void *, size_t, int, int, int, off_t), void *at, size_t length,
                          int protection, int flags, int fd, off_t offset) {
  if (tracked(fd) && (protection & PROT_WRITE) && (flags & MAP_SHARED)) die("a mapping", fds[fd].path);
  return map(at, length, protection, flags, fd, offset);
}

void *mmap(void *at, size_t length, int protection, int flags, int fd, off_t offset) {
  return map_recorded(REAL(mmap), at, length, protection, flags, fd, offset);
}

void *mmap64(void *at, size_t length, int protection, int flags, int fd, off64_t offset) {
  return map_recorded(REAL(mmap), at, length, protection, flags, fd, offset);
}

int fallocate(int fd, int mode, off_t offset, off_t length) {
  if (tracked(fd)) die("fallocate", fds[fd].path);
  return REAL(fallocate)(fd, mode, offset, length);
}

int posix_fallocate(int fd, off_t offset, off_t length) {
  if (tracked(fd)) die("posix_fallocate", fds[fd].path);
  return REAL(posix_fallocate)(fd, offset, length);
}

ssize_t copy_file_range(int from, off64_t *from_at, int to, off64_t *to_at, size_t length, unsigned flags) {
  if (tracked(to)) { errno = ENOSYS; return -1; }
  return REAL(copy_file_range)(from, from_at, to, to_at, length, flags);
}

ssize_t sendfile64(int to, int from, off64_t *offset, size_t length) {
  static ssize_t (*sendfile)(int, int, off64_t *, size_t);
  if (tracked(to)) { errno = ENOSYS; return -1; }
  if (!sendfile) sendfile = (ssize_t (*)(int, int, off64_t *, size_t)) real("sendfile64");
  return sendfile(to, from, offset, length);
}

int link(const char *from, const char *to) {
  char buffer[PATH];
  if (inside(AT_FDCWD, to, buffer)) die("link", to);
  return REAL(link)(from, to);
}

int truncate(const char *path, off_t length) {
  char buffer[PATH];
  if (inside(AT_FDCWD, path, buffer)) die("truncate", path);
  return REAL(truncate)(path, length);
}
