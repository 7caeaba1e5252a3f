/* A disk that refuses, for one process and its children: no root and no mount is needed.
 *
 * LD_PRELOAD this with MOCAM_TEST_DISK naming a folder and MOCAM_TEST_REFUSES a file of one 32-bit number. While that is
 * not 0, whatever would change something below the folder fails with it: 30 (EROFS) is a disk that turned read-only, 28
 * (ENOSPC) a full one, on which files can still be deleted and renamed, 5 (EIO) one that is dying. Memory that is mapped
 * from a file is out of reach.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static volatile int32_t none[1];
static volatile int32_t *refusing = none;
static const char *folder;
static size_t length;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("MOCAM_TEST_REFUSES");
    folder = getenv("MOCAM_TEST_DISK");
    length = folder ? strlen(folder) : 0;
    int file = path && length ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0) return;
    void *at = mmap(NULL, sizeof none, PROT_READ, MAP_SHARED, file, 0);
    close(file);
    if (at != MAP_FAILED) refusing = at;
}

static int below(const char *path) {
    return !strncmp(path, folder, length) && (path[length] == '/' || !path[length]);
}

/* Relative to an open folder, or to where the process is. */
static int of_path(int at, const char *path) {
    char place[PATH_MAX], link[64];
    if (!*refusing) return 0;
    if (path[0] == '/') return below(path);
    if (at == AT_FDCWD) return getcwd(place, sizeof place) && below(place);
    snprintf(link, sizeof link, "/proc/self/fd/%d", at);
    ssize_t got = readlink(link, place, sizeof place - 1);
    if (got < 0) return 0;
    place[got] = 0;
    return below(place);
}

static int of_file(int file) { return of_path(file, "."); }

static int refuse(void) {
    errno = *refusing;
    return -1;
}

/* A full disk lets go of what is there. */
static int keeps(int at, const char *path) { return *refusing != ENOSPC && of_path(at, path); }

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static int changes(int at, const char *path, int flags) {
    if (!of_path(at, path)) return 0;
    if (*refusing == ENOSPC) return (flags & O_CREAT) && faccessat(at, path, F_OK, 0);
    return (flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC));
}

#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        va_list more; va_start(more, flags); mode_t mode = va_arg(more, mode_t); va_end(more); \
        return changes(AT_FDCWD, path, flags) ? refuse() : REAL(name)(path, flags, mode); \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name) \
    int name(int at, const char *path, int flags, ...) { \
        va_list more; va_start(more, flags); mode_t mode = va_arg(more, mode_t); va_end(more); \
        return changes(at, path, flags) ? refuse() : REAL(name)(at, path, flags, mode); \
    }
OPENAT(openat)
OPENAT(openat64)

ssize_t write(int file, const void *data, size_t size) {
    return of_file(file) ? refuse() : REAL(write)(file, data, size);
}
ssize_t writev(int file, const struct iovec *data, int count) {
    return of_file(file) ? refuse() : REAL(writev)(file, data, count);
}
ssize_t pwrite(int file, const void *data, size_t size, off_t at) {
    return of_file(file) ? refuse() : REAL(pwrite)(file, data, size, at);
}
ssize_t pwrite64(int file, const void *data, size_t size, off64_t at) {
    return of_file(file) ? refuse() : REAL(pwrite64)(file, data, size, at);
}
int ftruncate(int file, off_t size) { return of_file(file) ? refuse() : REAL(ftruncate)(file, size); }
int ftruncate64(int file, off64_t size) { return of_file(file) ? refuse() : REAL(ftruncate64)(file, size); }
int posix_fallocate(int file, off_t at, off_t size) {
    return of_file(file) ? *refusing : REAL(posix_fallocate)(file, at, size);
}
int mkdir(const char *path, mode_t mode) { return of_path(AT_FDCWD, path) ? refuse() : REAL(mkdir)(path, mode); }
int rmdir(const char *path) { return keeps(AT_FDCWD, path) ? refuse() : REAL(rmdir)(path); }
int unlink(const char *path) { return keeps(AT_FDCWD, path) ? refuse() : REAL(unlink)(path); }
int unlinkat(int at, const char *path, int flags) { return keeps(at, path) ? refuse() : REAL(unlinkat)(at, path, flags); }
int rename(const char *from, const char *to) { return keeps(AT_FDCWD, from) ? refuse() : REAL(rename)(from, to); }
int renameat(int at, const char *from, int into, const char *to) {
    return keeps(at, from) ? refuse() : REAL(renameat)(at, from, into, to);
}
int chmod(const char *path, mode_t mode) { return keeps(AT_FDCWD, path) ? refuse() : REAL(chmod)(path, mode); }
