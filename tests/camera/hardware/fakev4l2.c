/* An LD_PRELOAD library that puts one USB camera into a process, for the real V4L2 demuxer of FFmpeg.
 *
 *   gcc -shared -fPIC -O2 -o libfakev4l2.so fakev4l2.c -ldl
 *
 *   FAKE_V4L2         the device's path, such as /dev/video7
 *   FAKE_V4L2_DEV     a folder in place of /dev: the files video0, video1, .. in it are cameras too
 *   FAKE_V4L2_FORMAT  YUYV, MJPG or H264: the format that it begins with
 *   FAKE_V4L2_MODES   what it offers, such as MJPG:640x360@30,YUYV:640x360@5; the one format, size and rate if not set
 *   FAKE_V4L2_FRAMES  a file of its frames, each with its length before it (32 bit, little endian); played in a circle
 *   FAKE_V4L2_SIZE    640x360
 *   FAKE_V4L2_FPS     30
 *   FAKE_V4L2_GONE    unplugged while a file of this path exists
 *   FAKE_V4L2_STALL   plugged in but silent while a file of this path exists
 *   FAKE_V4L2_DENIED  set: the user may not open it
 *   FAKE_V4L2_SILENT  set: it lists no formats
 *   FAKE_V4L2_CONTROLS  a folder where each control that is set leaves a file with its value, named by its number
 *
 * One opener at a time, as with a real camera. Not for threads that open it at once.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/videodev2.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#define MOST_BUFFERS 8
#define QUEUE 64
#define MOST_MODES 16

static struct mode {
    uint32_t format;
    int width, height, fps;
} modes[MOST_MODES];
static int mode_count;

static struct {
    int fd, nonblocking, width, height, fps;
    uint32_t format;
    FILE *frames;
    size_t room, stride; /* of one buffer: bytes that fit, distance in the mapping */
    unsigned buffers, sequence;
    unsigned queue[QUEUE], head, tail;
    struct timespec next;
} camera = {.fd = -1};

static int fail(int error) {
    errno = error;
    return -1;
}

static int exists(const char *variable) {
    const char *path = getenv(variable);
    return path && access(path, F_OK) == 0;
}

static const char *setting(const char *variable, const char *otherwise) {
    const char *value = getenv(variable);
    return value ? value : otherwise;
}

static int is_ours(const char *path) {
    const char *device = getenv("FAKE_V4L2"), *dev = getenv("FAKE_V4L2_DEV");
    if (device && path && strcmp(device, path) == 0) return 1;
    char resolved[PATH_MAX];
    if (!dev || !path || strncmp(path, dev, strlen(dev)) || !realpath(path, resolved)) return 0;
    size_t length = strlen(dev);
    return strncmp(resolved, dev, length) == 0 && strncmp(resolved + length, "/video", 6) == 0;
}

static void list_modes(void) {
    char text[512], *rest = NULL;
    snprintf(text, sizeof text, "%s:%s@%s", setting("FAKE_V4L2_FORMAT", "YUYV"), setting("FAKE_V4L2_SIZE", "640x360"),
             setting("FAKE_V4L2_FPS", "30"));
    if (getenv("FAKE_V4L2_MODES")) snprintf(text, sizeof text, "%s", getenv("FAKE_V4L2_MODES"));
    mode_count = 0;
    for (char *one = strtok_r(text, ",", &rest); one && mode_count < MOST_MODES; one = strtok_r(NULL, ",", &rest)) {
        struct mode *mode = &modes[mode_count];
        char name[5];
        if (sscanf(one, "%4s:%dx%d@%d", name, &mode->width, &mode->height, &mode->fps) != 4) continue;
        mode->format = v4l2_fourcc(name[0], name[1], name[2], name[3]);
        mode_count++;
    }
}

static int open_camera(int flags) {
    if (exists("FAKE_V4L2_GONE")) return fail(ENOENT);
    if (getenv("FAKE_V4L2_DENIED")) return fail(EACCES);
    if (camera.fd >= 0) return fail(EBUSY);
    const char *format = setting("FAKE_V4L2_FORMAT", "YUYV");
    camera.format = v4l2_fourcc(format[0], format[1], format[2], format[3]);
    if (sscanf(setting("FAKE_V4L2_SIZE", "640x360"), "%dx%d", &camera.width, &camera.height) != 2) return fail(EINVAL);
    camera.fps = atoi(setting("FAKE_V4L2_FPS", "30"));
    list_modes();
    camera.room = (size_t)camera.width * camera.height * 2;
    camera.stride = (camera.room + 4095) & ~(size_t)4095;
    camera.nonblocking = flags & O_NONBLOCK;
    camera.head = camera.tail = camera.sequence = 0;
    camera.frames = fopen(setting("FAKE_V4L2_FRAMES", "/dev/null"), "rb");
    camera.fd = memfd_create("fakev4l2", 0);
    return camera.fd;
}

#define OPEN(name)                                                       \
    int name(const char *path, int flags, ...) {                         \
        va_list rest;                                                    \
        va_start(rest, flags);                                           \
        int mode = va_arg(rest, int);                                    \
        va_end(rest);                                                    \
        if (is_ours(path)) return open_camera(flags);                    \
        static int (*real)(const char *, int, ...);                      \
        if (!real) real = dlsym(RTLD_NEXT, #name);                       \
        return real(path, flags, mode);                                  \
    }
OPEN(open)
OPEN(open64)

/* Python asks whether a path is a camera before it opens it. */
#define STAT(name, type)                                                 \
    int name(const char *path, struct type *about) {                     \
        static int (*real)(const char *, struct type *);                 \
        if (!real) real = dlsym(RTLD_NEXT, #name);                       \
        int result = real(path, about);                                  \
        if (result == 0 && is_ours(path)) {                              \
            about->st_mode = S_IFCHR | 0660;                             \
            about->st_rdev = makedev(81, 0);                             \
        }                                                                \
        return result;                                                   \
    }
STAT(stat, stat)
STAT(stat64, stat64)

int close(int fd) {
    static int (*real)(int);
    if (!real) real = dlsym(RTLD_NEXT, "close");
    if (fd >= 0 && fd == camera.fd) {
        camera.fd = -1;
        if (camera.frames) fclose(camera.frames);
        camera.frames = NULL;
    }
    return real(fd);
}

static int set_format(struct v4l2_format *format, int may_change) {
    struct v4l2_pix_format *picture = &format->fmt.pix;
    const struct mode *nearest = NULL;
    for (int i = 0; i < mode_count && !may_change; i++)
        if (modes[i].format == picture->pixelformat &&
            (!nearest || (modes[i].width == (int)picture->width && modes[i].height == (int)picture->height)))
            nearest = &modes[i];
    if (!may_change && !nearest) return fail(EINVAL);
    if (nearest) {
        camera.format = nearest->format;
        camera.width = nearest->width;
        camera.height = nearest->height;
        camera.fps = nearest->fps;
        camera.room = (size_t)camera.width * camera.height * 2;
        camera.stride = (camera.room + 4095) & ~(size_t)4095;
    }
    picture->width = camera.width;
    picture->height = camera.height;
    picture->pixelformat = camera.format;
    picture->field = V4L2_FIELD_NONE;
    picture->bytesperline = camera.format == V4L2_PIX_FMT_YUYV ? camera.width * 2 : 0;
    picture->sizeimage = camera.room;
    picture->colorspace = V4L2_COLORSPACE_SRGB;
    return 0;
}

static int describe(struct v4l2_capability *capability) {
    memset(capability, 0, sizeof *capability);
    strcpy((char *)capability->driver, "fake");
    strcpy((char *)capability->card, "Fake USB Camera");
    strcpy((char *)capability->bus_info, "usb-fake-1");
    capability->device_caps = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
    capability->capabilities = capability->device_caps | V4L2_CAP_DEVICE_CAPS;
    return 0;
}

static int describe_input(struct v4l2_input *input) {
    unsigned index = input->index;
    if (index) return fail(EINVAL);
    memset(input, 0, sizeof *input);
    strcpy((char *)input->name, "Camera 1");
    input->type = V4L2_INPUT_TYPE_CAMERA;
    return 0;
}

static int describe_format(struct v4l2_fmtdesc *format) {
    unsigned distinct = 0;
    for (int i = 0; i < mode_count; i++) {
        int seen = 0;
        for (int j = 0; j < i; j++) seen |= modes[j].format == modes[i].format;
        if (seen || distinct++ != format->index) continue;
        format->flags = modes[i].format == V4L2_PIX_FMT_YUYV ? 0 : V4L2_FMT_FLAG_COMPRESSED;
        strcpy((char *)format->description, "A format");
        format->pixelformat = modes[i].format;
        return 0;
    }
    return fail(EINVAL);
}

static int describe_size(struct v4l2_frmsizeenum *size) {
    unsigned index = 0;
    for (int i = 0; i < mode_count; i++) {
        if (modes[i].format != size->pixel_format || index++ != size->index) continue;
        size->type = V4L2_FRMSIZE_TYPE_DISCRETE;
        size->discrete.width = modes[i].width;
        size->discrete.height = modes[i].height;
        return 0;
    }
    return fail(EINVAL);
}

static int describe_rate(struct v4l2_frmivalenum *rate) {
    for (int i = 0; i < mode_count && !rate->index; i++) {
        if (modes[i].format != rate->pixel_format || modes[i].width != (int)rate->width ||
            modes[i].height != (int)rate->height)
            continue;
        rate->type = V4L2_FRMIVAL_TYPE_DISCRETE;
        rate->discrete.numerator = 1;
        rate->discrete.denominator = modes[i].fps;
        return 0;
    }
    return fail(EINVAL);
}

static int describe_control(struct v4l2_queryctrl *control) {
    if (!getenv("FAKE_V4L2_CONTROLS")) return fail(EINVAL);
    control->minimum = 0;
    control->maximum = control->id == V4L2_CID_FOCUS_ABSOLUTE ? 250 : 2;
    control->flags = 0;
    return 0;
}

static int set_control(const struct v4l2_control *control) {
    const char *folder = getenv("FAKE_V4L2_CONTROLS");
    if (!folder) return fail(EINVAL);
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%x", folder, control->id);
    FILE *file = fopen(path, "w");
    if (!file) return -1;
    fprintf(file, "%d", control->value);
    return fclose(file);
}

static int set_rate(struct v4l2_streamparm *parameters) {
    parameters->parm.capture.capability = V4L2_CAP_TIMEPERFRAME;
    parameters->parm.capture.timeperframe.numerator = 1;
    parameters->parm.capture.timeperframe.denominator = camera.fps;
    return 0;
}

static int make_buffers(int fd, struct v4l2_requestbuffers *request) {
    if (request->memory != V4L2_MEMORY_MMAP) return fail(EINVAL);
    camera.buffers = request->count > MOST_BUFFERS ? MOST_BUFFERS : request->count;
    request->count = camera.buffers;
    camera.head = camera.tail = 0;
    return ftruncate(fd, (off_t)(camera.buffers * camera.stride));
}

static int describe_buffer(struct v4l2_buffer *buffer) {
    if (buffer->index >= camera.buffers) return fail(EINVAL);
    buffer->length = camera.stride;
    buffer->m.offset = buffer->index * camera.stride;
    buffer->flags = 0;
    return 0;
}

static size_t read_frame(unsigned char *data) {
    uint32_t length = 0;
    for (int again = 0; again < 2 && camera.frames; again++) {
        if (fread(&length, sizeof length, 1, camera.frames) == 1 && length <= camera.room &&
            fread(data, 1, length, camera.frames) == length)
            return length;
        rewind(camera.frames);
    }
    return 0;
}

/* A camera does not wait: what its buffers could not hold is lost. */
static void skip_lost_frames(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    double late = (double)(now.tv_sec - camera.next.tv_sec) + (double)(now.tv_nsec - camera.next.tv_nsec) / 1e9;
    if (late * camera.fps > camera.buffers) camera.next = now;
}

static int is_early(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec < camera.next.tv_sec || (now.tv_sec == camera.next.tv_sec && now.tv_nsec < camera.next.tv_nsec);
}

static int take_frame(int fd, struct v4l2_buffer *buffer) {
    while (!camera.nonblocking && exists("FAKE_V4L2_STALL") && !exists("FAKE_V4L2_GONE")) usleep(10000);
    if (exists("FAKE_V4L2_GONE")) return fail(ENODEV);
    if (exists("FAKE_V4L2_STALL") || camera.head == camera.tail) return fail(camera.nonblocking ? EAGAIN : EIO);
    skip_lost_frames();
    if (is_early()) {
        if (camera.nonblocking) return fail(EAGAIN);
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &camera.next, NULL);
    }
    unsigned index = camera.queue[camera.head++ % QUEUE];
    unsigned char *data = malloc(camera.room);
    size_t length = read_frame(data);
    ssize_t written = pwrite(fd, data, length, (off_t)(index * camera.stride));
    free(data);
    if (written < 0) return -1;
    describe_buffer((buffer->index = index, buffer));
    buffer->bytesused = length;
    buffer->flags = V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC;
    buffer->field = V4L2_FIELD_NONE;
    buffer->sequence = camera.sequence++;
    buffer->timestamp.tv_sec = camera.next.tv_sec;
    buffer->timestamp.tv_usec = camera.next.tv_nsec / 1000;
    camera.next.tv_nsec += 1000000000L / camera.fps;
    if (camera.next.tv_nsec >= 1000000000L) {
        camera.next.tv_nsec -= 1000000000L;
        camera.next.tv_sec++;
    }
    return 0;
}

int ioctl(int fd, unsigned long request, ...) {
    va_list rest;
    va_start(rest, request);
    void *argument = va_arg(rest, void *);
    va_end(rest);
    if (fd < 0 || fd != camera.fd) {
        static int (*real)(int, unsigned long, ...);
        if (!real) real = dlsym(RTLD_NEXT, "ioctl");
        return real(fd, request, argument);
    }
    if (exists("FAKE_V4L2_GONE")) return fail(ENODEV);
    switch ((unsigned)request) {
    case VIDIOC_QUERYCAP: return describe(argument);
    case VIDIOC_ENUMINPUT: return describe_input(argument);
    case VIDIOC_G_INPUT: *(int *)argument = 0; return 0;
    case VIDIOC_S_INPUT: return *(int *)argument ? fail(EINVAL) : 0;
    case VIDIOC_ENUM_FMT: return getenv("FAKE_V4L2_SILENT") ? fail(ENOTTY) : describe_format(argument);
    case VIDIOC_ENUM_FRAMESIZES: return describe_size(argument);
    case VIDIOC_ENUM_FRAMEINTERVALS: return describe_rate(argument);
    case VIDIOC_QUERYCTRL: return describe_control(argument);
    case VIDIOC_S_CTRL: return set_control(argument);
    case VIDIOC_G_FMT: return set_format(argument, 1);
    case VIDIOC_S_FMT:
    case VIDIOC_TRY_FMT: return set_format(argument, 0);
    case VIDIOC_G_PARM:
    case VIDIOC_S_PARM: return set_rate(argument);
    case VIDIOC_REQBUFS: return make_buffers(fd, argument);
    case VIDIOC_QUERYBUF: return describe_buffer(argument);
    case VIDIOC_QBUF:
        camera.queue[camera.tail++ % QUEUE] = ((struct v4l2_buffer *)argument)->index;
        return 0;
    case VIDIOC_DQBUF: return take_frame(fd, argument);
    case VIDIOC_STREAMON: clock_gettime(CLOCK_MONOTONIC, &camera.next); return 0;
    case VIDIOC_STREAMOFF: camera.head = camera.tail = 0; return 0;
    }
    return fail(ENOTTY);
}
