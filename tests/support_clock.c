/* The clocks of one process as a test wants them: real ones, plus two offsets that lie in a shared file.
 *
 * LD_PRELOAD this with MOCAM_TEST_CLOCK naming a file of two 64-bit numbers of nanoseconds: what is added to the time of
 * day, and what is added to the monotonic clock. Deadlines on the way to the kernel are moved back by as much, and
 * nobody sleeps in epoll_wait longer than LOOK_MS, so that a jump is noticed. Children get the same clocks if they use
 * libc (rclone, being Go, does not).
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define LOOK_MS 20
#define SECOND 1000000000LL

static volatile int64_t none[2];
static volatile int64_t *offsets = none;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("MOCAM_TEST_CLOCK");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0) return;
    void *at = mmap(NULL, sizeof none, PROT_READ, MAP_SHARED, file, 0);
    close(file);
    if (at != MAP_FAILED) offsets = at;
}

static int64_t offset(clockid_t clock) {
    switch (clock) {
    case CLOCK_REALTIME: case CLOCK_REALTIME_COARSE: return offsets[0];
    case CLOCK_MONOTONIC: case CLOCK_MONOTONIC_COARSE: case CLOCK_MONOTONIC_RAW: case CLOCK_BOOTTIME: return offsets[1];
    default: return 0;
    }
}

static void add(struct timespec *at, int64_t ns) {
    int64_t all = at->tv_sec * SECOND + at->tv_nsec + ns;
    if (all < 0) all = 0;
    at->tv_sec = all / SECOND;
    at->tv_nsec = all % SECOND;
}

static struct timespec back(const struct timespec *deadline, clockid_t clock) {
    struct timespec real = *deadline;
    add(&real, -offset(clock));
    return real;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

int clock_gettime(clockid_t clock, struct timespec *at) {
    int failed = (int)syscall(SYS_clock_gettime, clock, at);
    if (!failed) add(at, offset(clock));
    return failed;
}

int gettimeofday(struct timeval *restrict at, void *restrict zone) {
    struct timespec now;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &now);
    at->tv_sec = now.tv_sec;
    at->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *at) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (at) *at = now.tv_sec;
    return now.tv_sec;
}

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *wait, struct timespec *left) {
    struct timespec real = (flags & TIMER_ABSTIME) ? back(wait, clock) : *wait;
    return REAL(clock_nanosleep)(clock, flags, &real, left);
}

int sem_clockwait(sem_t *semaphore, clockid_t clock, const struct timespec *deadline) {
    struct timespec real = back(deadline, clock);
    return REAL(sem_clockwait)(semaphore, clock, &real);
}

int sem_timedwait(sem_t *semaphore, const struct timespec *deadline) {
    struct timespec real = back(deadline, CLOCK_REALTIME);
    return REAL(sem_timedwait)(semaphore, &real);
}

int pthread_cond_clockwait(pthread_cond_t *condition, pthread_mutex_t *mutex, clockid_t clock,
                           const struct timespec *deadline) {
    struct timespec real = back(deadline, clock);
    return REAL(pthread_cond_clockwait)(condition, mutex, clock, &real);
}

/* Which clock a condition uses cannot be asked: Python's own use the monotonic one. */
int pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *mutex, const struct timespec *deadline) {
    static __typeof__(&pthread_cond_timedwait) real_wait;
    struct timespec real = back(deadline, CLOCK_MONOTONIC);
    if (!real_wait) real_wait = (__typeof__(real_wait))dlvsym(RTLD_NEXT, "pthread_cond_timedwait", "GLIBC_2.3.2");
    if (!real_wait) real_wait = REAL(pthread_cond_timedwait);
    return real_wait(condition, mutex, &real);
}

int epoll_wait(int poll, struct epoll_event *events, int most, int wait_ms) {
    return REAL(epoll_wait)(poll, events, most, wait_ms < 0 || wait_ms > LOOK_MS ? LOOK_MS : wait_ms);
}
