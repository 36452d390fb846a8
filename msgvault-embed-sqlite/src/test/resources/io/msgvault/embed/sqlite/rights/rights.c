/*
 * Notes the rights of the files that a process creates and writes below one folder. Preloaded by LD_PRELOAD.
 *
 *   RIGHTS_FOLDER    the folder, as an absolute path without links
 *   RIGHTS_TRACE     where the notes go, outside of the folder
 *
 * A note is a line: the call, the file's rights as an octal number right after the call, and its path. Each
 * file has one when it is opened for writing, so from its first moment on. Later calls that write are noted
 * only if others than the owner have any right by then.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define PATH 1024
#define OTHERS 077

static int trace = -1;
static char folder[PATH];

#define REAL(name) ((__typeof__(&name)) real(#name))

static void *real(const char *name) {
  void *found = dlsym(RTLD_NEXT, name);
  if (!found) { fprintf(stderr, "rights: no %s\n", name); abort(); }
  return found;
}

__attribute__((constructor)) static void start(void) {
  const char *path = getenv("RIGHTS_FOLDER");
  const char *to = getenv("RIGHTS_TRACE");
  if (path && to) {
    snprintf(folder, sizeof folder, "%s/", path);
    trace = REAL(open)(to, O_WRONLY | O_CREAT | O_APPEND, 0600);
  }
}

static void note(const char *call, int fd, int always) {
  int failure = errno;
  struct stat file;
  char link[64], path[PATH], line[2 * PATH];
  if (trace >= 0 && fd >= 0 && fstat(fd, &file) == 0 && S_ISREG(file.st_mode)
      && (always || file.st_mode & OTHERS)) {
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    path[length > 0 ? length : 0] = 0;
    if (!strncmp(path, folder, strlen(folder))) {
      int size = snprintf(line, sizeof line, "%s %o %s\n", call, file.st_mode & 07777, path);
      if (REAL(write)(trace, line, size) != size) abort();
    }
  }
  errno = failure;
}

static int opened(const char *call, int fd, int flags) {
  if (flags & (O_CREAT | O_WRONLY | O_RDWR)) note(call, fd, 1);
  return fd;
}

static mode_t mode_of(int flags, va_list arguments) {
  return flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, mode_t) : 0;
}

#define OPENER(name) int name(const char *path, int flags, ...) { \
  va_list arguments; va_start(arguments, flags); mode_t mode = mode_of(flags, arguments); va_end(arguments); \
  return opened(#name, REAL(name)(path, flags, mode), flags); }
OPENER(open)
OPENER(open64)

#define OPENER_AT(name) int name(int at, const char *path, int flags, ...) { \
  va_list arguments; va_start(arguments, flags); mode_t mode = mode_of(flags, arguments); va_end(arguments); \
  return opened(#name, REAL(name)(at, path, flags, mode), flags); }
OPENER_AT(openat)
OPENER_AT(openat64)

int creat(const char *path, mode_t mode) { return opened("creat", REAL(creat)(path, mode), O_CREAT); }

ssize_t write(int fd, const void *bytes, size_t length) {
  ssize_t done = REAL(write)(fd, bytes, length);
  note("write", fd, 0);
  return done;
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) {
  ssize_t done = REAL(pwrite)(fd, bytes, length, offset);
  note("pwrite", fd, 0);
  return done;
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset) {
  ssize_t done = REAL(pwrite64)(fd, bytes, length, offset);
  note("pwrite64", fd, 0);
  return done;
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
  ssize_t done = REAL(writev)(fd, parts, count);
  note("writev", fd, 0);
  return done;
}

int ftruncate(int fd, off_t length) {
  int result = REAL(ftruncate)(fd, length);
  note("ftruncate", fd, 0);
  return result;
}

int ftruncate64(int fd, off64_t length) {
  int result = REAL(ftruncate64)(fd, length);
  note("ftruncate64", fd, 0);
  return result;
}

void *mmap(void *at, size_t length, int protection, int flags, int fd, off_t offset) {
  void *mapped = REAL(mmap)(at, length, protection, flags, fd, offset);
  if (!(flags & MAP_ANONYMOUS)) note("mmap", fd, 0);
  return mapped;
}

void *mmap64(void *at, size_t length, int protection, int flags, int fd, off64_t offset) {
  void *mapped = REAL(mmap64)(at, length, protection, flags, fd, offset);
  if (!(flags & MAP_ANONYMOUS)) note("mmap64", fd, 0);
  return mapped;
}

int chmod(const char *path, mode_t mode) {
  if (trace >= 0 && !strncmp(path, folder, strlen(folder)) && mode & OTHERS) {
    char line[2 * PATH];
    int size = snprintf(line, sizeof line, "chmod %o %s\n", mode & 07777, path);
    if (REAL(write)(trace, line, size) != size) abort();
  }
  return REAL(chmod)(path, mode);
}

int fchmod(int fd, mode_t mode) {
  int result = REAL(fchmod)(fd, mode);
  note("fchmod", fd, 0);
  return result;
}
