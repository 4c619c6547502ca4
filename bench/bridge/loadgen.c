/* The phone platform's side of many calls, and the clock of what comes back.
 *
 *     loadgen PORT PATHS CALLS SECONDS QUIET
 *
 * PATHS is a path that all calls use, or a file with a path a line, one for each call. Each call
 * sends 640 bytes every 20 ms, the calls spread over the 20 ms: faint noise, no two frames of it
 * alike. After QUIET seconds of that some frames carry a burst of 10 ms, whose level tells its
 * number mod 3; bursts of a call are 240, 320 or 400 ms apart by chance, always a multiple of 80.
 * Each burst sweeps from one pitch to another, both by chance: were they alike, a bridge that looks
 * for its own voice in the caller's would find the burst before in each burst.
 * A model that answers the bursts lets this program measure:
 *
 *   lat_*     from sending a burst to the first message that holds it again, in ms
 *   gap_*     between two messages of a call, in ms; late_share: of those over 100 ms
 *   lost      bursts not back within 600 ms, or never
 *   rx_ratio  sound that came back / sound sent
 *
 * READY on stderr when the measured part begins (2 s after the first bursts), END when it ends;
 * one line of JSON on stdout.
 */
#include "ws.h"

#include <math.h>
#include <sys/timerfd.h>

enum { LEVELS = 3, FRAME = 320, NOISE = 16000 * 8, BURST_FROM = 8, BURST_TO = 168, DEAF = 260, AUDIBLE = 3500 };
static const int level_of[LEVELS] = {9000, 15000, 24000};
static const double SETTLING_S = 2.0, DRAIN_S = 0.8, HANG_UP_S = 0.5;
static const uint64_t LOST_NS = 600000000, TICK_NS = 1000000;

enum part { SETTLING, MEASURED, DRAINING, HUNG_UP };

struct burst {
    uint64_t sent_at;
    int is_out, counts;
};

struct call {
    struct conn *media;
    struct burst bursts[LEVELS];
    uint64_t frames, next_burst, last_came;
    size_t noise_at;
    int number, deaf_for;
};

struct list {
    double *values;
    size_t size, room;
};

static struct call *calls;
static int count, opened_count, closed_count;
static int16_t noise[NOISE + FRAME];
static enum part part;
static struct list latencies, gaps;
static uint64_t frames_sent, frames_late, messages, bytes, sent_bursts, lost, unexpected, late_gaps;
static uint64_t first_burst, tick, started_at;
static int timer;

static void add(struct list *list, double value)
{
    if (list->size == list->room) {
        list->room = list->room ? list->room * 2 : 65536;
        list->values = realloc(list->values, list->room * sizeof value);
        if (!list->values) give_up("realloc");
    }
    list->values[list->size++] = value;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double share_of(const struct list *sorted, double share)
{
    return sorted->size ? sorted->values[(size_t)(share * (double)(sorted->size - 1) + 0.5)] : -1;
}

/* -- what comes back -- */

static void heard(struct call *call, int number, uint64_t now)
{
    struct burst *burst = &call->bursts[number];
    if (!burst->is_out) unexpected++;
    else if (burst->counts) add(&latencies, (double)(now - burst->sent_at) / 1e6);
    burst->is_out = 0;
}

static int peak(const int16_t *sound, size_t size)
{
    int most = 0;
    for (size_t i = 0; i < size; i++) {
        int value = abs(sound[i]);
        if (value > most) most = value;
    }
    return most;
}

static void came(struct conn *c, int op, uint8_t *data, size_t size)
{
    struct call *call = c->user;
    const int16_t *sound = (const int16_t *)data;
    size_t samples = size / 2;
    uint64_t now = now_ns();
    if (op != OP_BINARY) return;
    if (part == MEASURED) {
        messages++;
        bytes += size;
        if (call->last_came) {
            double gap = (double)(now - call->last_came) / 1e6;
            add(&gaps, gap);
            late_gaps += gap > 100;
        }
    }
    call->last_came = now;
    for (size_t i = 0; i < samples;) {
        if (call->deaf_for > 0) { /* the rest of a burst that was heard */
            size_t over = samples - i < (size_t)call->deaf_for ? samples - i : (size_t)call->deaf_for;
            call->deaf_for -= (int)over;
            i += over;
        } else if (abs(sound[i]) < AUDIBLE) {
            i++;
        } else {
            int most = peak(sound + i, samples - i < 64 ? samples - i : 64);
            heard(call, most < 12000 ? 0 : most < 19500 ? 1 : 2, now);
            call->deaf_for = DEAF;
        }
    }
}

/* -- what is sent -- */

static void begin_sound(void)
{
    for (size_t i = 0; i < NOISE + FRAME; i++) noise[i] = (int16_t)(random_word() % 201) - 100;
}

static void put_burst(struct call *call, int16_t *frame, uint64_t now)
{
    int number = call->number++ % LEVELS;
    struct burst *burst = &call->bursts[number];
    lost += burst->is_out && burst->counts;
    *burst = (struct burst){now, 1, part == MEASURED};
    sent_bursts += part == MEASURED;
    double from = 700 + random_word() % 1800, to = 700 + random_word() % 1800, turns = 0.1;
    for (int i = 0; i < BURST_TO - BURST_FROM; i++) {
        frame[BURST_FROM + i] = (int16_t)(level_of[number] * sin(2 * M_PI * turns));
        turns += (from + (to - from) * i / (BURST_TO - BURST_FROM)) / 16000;
    }
    call->next_burst = call->frames + 12 + 4 * (random_word() % 3);
}

static void send_frame(struct call *call, uint64_t due_at)
{
    static uint8_t room[ROOM + FRAME * 2];
    int16_t *frame = (int16_t *)(room + ROOM);
    uint64_t now = now_ns();
    if (call->media->is_closed || part == HUNG_UP) return;
    memcpy(frame, noise + call->noise_at, FRAME * 2);
    call->noise_at = (call->noise_at + FRAME) % NOISE;
    if (part != DRAINING && call->frames == call->next_burst) put_burst(call, frame, now);
    send_in_place(call->media, OP_BINARY, room + ROOM, FRAME * 2);
    call->frames++;
    if (part == MEASURED) {
        frames_sent++;
        frames_late += now > due_at + 2 * TICK_NS;
    }
}

static void tick_came(struct conn *c)
{
    uint64_t times, due = (now_ns() - started_at) / TICK_NS + 1;
    if (read(c->fd, &times, sizeof times) != sizeof times) return;
    for (; tick < due; tick++)
        for (int i = (int)(tick % 20); i < count; i += 20)
            send_frame(&calls[i], started_at + tick * TICK_NS);
}

/* -- the run -- */

static void opened(struct conn *c, const char *path)
{
    (void)c, (void)path;
    opened_count++;
}

static void gone(struct conn *c)
{
    (void)c;
    closed_count++;
}

static void read_path(FILE *paths, const char *all, char path[512])
{
    snprintf(path, 512, "%s", all);
    if (paths && !fgets(path, 512, paths)) {
        fprintf(stderr, "the file has fewer paths than there are calls\n");
        exit(1);
    }
    path[strcspn(path, "\r\n")] = 0;
}

/* Opens the calls one after the other, as a platform does, with some patience for each. */
static void open_calls(int port, const char *all)
{
    char path[512];
    FILE *paths = all[0] == '/' && access(all, R_OK) ? NULL : fopen(all, "r");
    for (int i = 0; i < count; i++) {
        struct call *call = &calls[i];
        read_path(paths, all, path);
        call->media = connect_to(port, path, subprotocol);
        if (!call->media) give_up("connect");
        call->media->user = call;
        call->noise_at = random_word() % NOISE;
        call->next_burst = first_burst + random_word() % 16;
        uint64_t until = now_ns() + 5000000000ull;
        while (!call->media->is_open && !call->media->is_closed && now_ns() < until) turn(25);
    }
    if (paths) fclose(paths);
}

static void start_clock(void)
{
    timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    started_at = now_ns() + 20000000;
    struct itimerspec every = {.it_interval = {0, (long)TICK_NS},
                               .it_value = {(time_t)(started_at / 1000000000),
                                            (long)(started_at % 1000000000)}};
    if (timer < 0 || timerfd_settime(timer, TFD_TIMER_ABSTIME, &every, NULL)) give_up("timer");
    struct conn *c = new_conn(timer, 0);
    c->is_other = 1;
    watch(c, EPOLL_CTL_ADD, EPOLLIN);
}

static void run_for(double seconds)
{
    uint64_t until = now_ns() + (uint64_t)(seconds * 1e9);
    while (now_ns() < until) turn(20);
}

static void hang_up(void)
{
    static const uint8_t normally[2] = {1000 >> 8, 1000 & 255};
    for (int i = 0; i < count; i++)
        if (!calls[i].media->is_closed) send_copy(calls[i].media, OP_CLOSE, normally, sizeof normally);
    run_for(HANG_UP_S);
}

static void count_lost(void)
{
    uint64_t now = now_ns();
    for (int i = 0; i < count; i++)
        for (int l = 0; l < LEVELS; l++) {
            struct burst *burst = &calls[i].bursts[l];
            lost += burst->is_out && burst->counts && now - burst->sent_at > LOST_NS;
        }
}

static void print_figures(double seconds, double open_s, double cpu_s)
{
    qsort(latencies.values, latencies.size, sizeof(double), compare);
    qsort(gaps.values, gaps.size, sizeof(double), compare);
    printf("{\"calls\":%d,\"opened\":%d,\"closed\":%d,\"open_s\":%.2f,\"seconds\":%.1f,", count,
           opened_count, closed_count, open_s, seconds);
    printf("\"frames\":%llu,\"frames_late\":%llu,\"messages\":%llu,\"rx_ratio\":%.4f,",
           (unsigned long long)frames_sent, (unsigned long long)frames_late,
           (unsigned long long)messages,
           frames_sent ? (double)bytes / (double)(frames_sent * FRAME * 2) : 0.0);
    printf("\"bursts\":%llu,\"back\":%zu,\"lost\":%llu,\"unexpected\":%llu,",
           (unsigned long long)sent_bursts, latencies.size, (unsigned long long)lost,
           (unsigned long long)unexpected);
    printf("\"lat_p50\":%.3f,\"lat_p90\":%.3f,\"lat_p99\":%.3f,\"lat_max\":%.3f,",
           share_of(&latencies, 0.5), share_of(&latencies, 0.9), share_of(&latencies, 0.99),
           share_of(&latencies, 1));
    printf("\"gap_p50\":%.2f,\"gap_p99\":%.2f,\"gap_max\":%.2f,\"late_share\":%.5f,\"own_cpu_s\":%.3f}\n",
           share_of(&gaps, 0.5), share_of(&gaps, 0.99), share_of(&gaps, 1),
           gaps.size ? (double)late_gaps / (double)gaps.size : 0.0, cpu_s);
}

int main(int words_count, char **words)
{
    if (words_count != 6) return fprintf(stderr, "usage: loadgen PORT PATHS CALLS SECONDS QUIET\n"), 2;
    count = atoi(words[3]);
    double seconds = atof(words[4]), quiet_s = atof(words[5]);
    calls = calloc((size_t)count, sizeof *calls);
    if (!calls) give_up("calloc");
    first_burst = (uint64_t)(quiet_s * 50);
    subprotocol = "audio.drachtio.org";
    on_open = opened, on_message = came, on_close = gone, on_other = tick_came;
    begin();
    begin_sound();
    uint64_t began = now_ns();
    open_calls(atoi(words[1]), words[2]);
    double open_s = (double)(now_ns() - began) / 1e9;
    start_clock();
    run_for(quiet_s + SETTLING_S);
    part = MEASURED;
    double cpu_s = own_cpu_s();
    fprintf(stderr, "READY\n");
    run_for(seconds);
    fprintf(stderr, "END\n");
    part = DRAINING;
    cpu_s = own_cpu_s() - cpu_s;
    run_for(DRAIN_S);
    count_lost();
    int closed_early = closed_count;
    part = HUNG_UP;
    hang_up();
    closed_count = closed_early;
    print_figures(seconds, open_s, cpu_s);
    return 0;
}
