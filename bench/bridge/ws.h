/* WebSockets for measures: one thread, epoll, loopback only, cheap enough not to be what is measured.
 *
 * Not a general implementation: no extensions, IPv4 loopback, a client's key that is always the
 * same. RFC 6455 otherwise: frames of any length, fragments joined, pings answered, a close
 * returned. TLS for connections that are accepted, if WITH_TLS is defined (then link with -lssl
 * -lcrypto); nothing else needs a library.
 *
 * A program sets `on_open`, `on_message` and `on_close`, listens or connects, and calls `turn`
 * for ever. A server may also set `on_request` and answer plain HTTP.
 */
#ifndef WS_H
#define WS_H
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include "encodings.h"
#ifdef WITH_TLS
#include <openssl/err.h>
#include <openssl/ssl.h>
#else
typedef struct ssl_ctx_st SSL_CTX;
#endif

enum { OP_TEXT = 1, OP_BINARY = 2, OP_CLOSE = 8, OP_PING = 9, OP_PONG = 10 };
enum { ROOM = 32 }; /* free bytes that `send_in_place` wants before a message */
enum { READ_BYTES = 16384, MOST_EVENTS = 256 };

struct conn {
    int fd, is_client, is_listener, is_open, is_closed, wants_out;
    int is_other;      /* no socket of ours: `on_other` is called when it can be read */
    uint8_t *in;       /* what came and is not taken yet: from in_at to in_end */
    size_t in_at, in_end, in_room;
    uint8_t *out;      /* what the kernel would not take yet */
    size_t out_end, out_room;
    uint8_t *joined;   /* fragments so far */
    size_t joined_end, joined_room;
    int joined_op;
    void *user;        /* the program's */
    struct conn *peer; /* the program's */
#ifdef WITH_TLS
    SSL *ssl;
#endif
    SSL_CTX *tls;      /* of a listener: what it accepts speaks TLS */
};

static void (*on_open)(struct conn *, const char *path);
static void (*on_message)(struct conn *, int op, uint8_t *data, size_t size);
static void (*on_close)(struct conn *);
static void (*on_other)(struct conn *);
/* A request that is no upgrade; -1 ends the connection. Without it such a request is answered "ok". */
static int (*on_request)(struct conn *, const char *head, const char *body, size_t size);
static const char *subprotocol; /* asked for by clients, granted by servers; may be NULL */
static int queue = -1;          /* epoll's */

/* -- time -- */

static inline uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000ull + (uint64_t)t.tv_nsec;
}

static inline double own_cpu_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void give_up(const char *what)
{
    perror(what);
    exit(1);
}

/* -- sockets -- */

static void watch(struct conn *c, int how, uint32_t what)
{
    struct epoll_event wanted = {.events = what, .data.ptr = c};
    if (epoll_ctl(queue, how, c->fd, &wanted)) give_up("epoll_ctl");
}

static struct conn *new_conn(int fd, int is_client)
{
    struct conn *c = calloc(1, sizeof *c);
    if (!c) give_up("calloc");
    c->fd = fd;
    c->is_client = is_client;
    return c;
}

static void make_room(uint8_t **data, size_t *room, size_t wanted)
{
    if (wanted <= *room) return;
    size_t more = *room ? *room : 2048;
    while (more < wanted) more *= 2;
    *data = realloc(*data, more);
    if (!*data) give_up("realloc");
    *room = more;
}

/* The memory stays: a program here runs for minutes, and events of one turn may still name it. */
static void close_conn(struct conn *c)
{
    if (c->is_closed) return;
    c->is_closed = 1;
#ifdef WITH_TLS
    if (c->ssl) SSL_free(c->ssl);
#endif
    close(c->fd);
    if (c->is_open && on_close) on_close(c);
    free(c->in), free(c->out), free(c->joined);
    c->in = c->out = c->joined = NULL;
}

#ifdef WITH_TLS
static ssize_t tls_result(struct conn *c, int result)
{
    if (result > 0) return result;
    int why = SSL_get_error(c->ssl, result);
    if (why == SSL_ERROR_ZERO_RETURN) return 0;
    errno = why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? EAGAIN : EPIPE;
    return -1;
}
#endif

static ssize_t write_some(struct conn *c, const uint8_t *data, size_t size)
{
#ifdef WITH_TLS
    if (c->ssl) {
        ERR_clear_error();
        return tls_result(c, SSL_write(c->ssl, data, (int)size));
    }
#endif
    return send(c->fd, data, size, MSG_NOSIGNAL);
}

static ssize_t read_some(struct conn *c, uint8_t *data, size_t size)
{
#ifdef WITH_TLS
    if (c->ssl) {
        ERR_clear_error();
        return tls_result(c, SSL_read(c->ssl, data, (int)size));
    }
#endif
    return recv(c->fd, data, size, 0);
}

static int is_ready_to_write(const struct conn *c)
{
#ifdef WITH_TLS
    return !c->ssl || SSL_is_init_finished(c->ssl);
#else
    (void)c;
    return 1;
#endif
}

static void flush(struct conn *c)
{
    while (c->out_end) {
        ssize_t sent = write_some(c, c->out, c->out_end);
        if (sent <= 0) {
            if (errno != EAGAIN) close_conn(c);
            break;
        }
        memmove(c->out, c->out + sent, c->out_end - (size_t)sent);
        c->out_end -= (size_t)sent;
    }
    if (!c->is_closed && c->wants_out != (c->out_end > 0)) {
        c->wants_out = c->out_end > 0;
        watch(c, EPOLL_CTL_MOD, EPOLLIN | (c->wants_out ? EPOLLOUT : 0u));
    }
}

static void send_raw(struct conn *c, const void *what, size_t size)
{
    const uint8_t *data = what;
    if (c->is_closed) return;
    if (!c->out_end && is_ready_to_write(c)) {
        ssize_t sent = write_some(c, data, size);
        if (sent == (ssize_t)size) return;
        if (sent < 0) {
            if (errno != EAGAIN) {
                close_conn(c);
                return;
            }
            sent = 0;
        }
        data += sent;
        size -= (size_t)sent;
    }
    make_room(&c->out, &c->out_room, c->out_end + size);
    memcpy(c->out + c->out_end, data, size);
    c->out_end += size;
    if (!c->wants_out) {
        c->wants_out = 1;
        watch(c, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
    }
}

/* -- frames -- */

static uint32_t random_state = 2463534242u;

static inline uint32_t random_word(void) /* Marsaglia's xorshift: repeatable */
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state;
}

static inline void mask(uint8_t *data, size_t size, const uint8_t key[4])
{
    uint32_t four;
    memcpy(&four, key, 4);
    uint64_t eight = (uint64_t)four << 32 | four, word;
    size_t at = 0;
    for (; at + 8 <= size; at += 8) {
        memcpy(&word, data + at, 8);
        word ^= eight;
        memcpy(data + at, &word, 8);
    }
    for (; at < size; at++) data[at] ^= key[at & 3];
}

/* Sends one message. ROOM bytes before `data` are written over, and so is the data of a client. */
static void send_in_place(struct conn *c, int op, uint8_t *data, size_t size)
{
    uint8_t head[14];
    size_t length = 2;
    uint8_t masked = c->is_client ? 0x80 : 0;
    head[0] = (uint8_t)(0x80 | op);
    if (size < 126) {
        head[1] = (uint8_t)(masked | size);
    } else if (size < 65536) {
        head[1] = masked | 126;
        head[length++] = (uint8_t)(size >> 8);
        head[length++] = (uint8_t)size;
    } else {
        head[1] = masked | 127;
        for (int shift = 56; shift >= 0; shift -= 8) head[length++] = (uint8_t)((uint64_t)size >> shift);
    }
    if (c->is_client) {
        uint32_t key = random_word();
        memcpy(head + length, &key, 4);
        mask(data, size, head + length);
        length += 4;
    }
    memcpy(data - length, head, length);
    send_raw(c, data - length, size + length);
}

static inline void send_copy(struct conn *c, int op, const void *data, size_t size)
{
    uint8_t *copy = malloc(ROOM + size);
    if (!copy) give_up("malloc");
    if (size) memcpy(copy + ROOM, data, size);
    send_in_place(c, op, copy + ROOM, size);
    free(copy);
}

static void take_control(struct conn *c, int op, const uint8_t *data, size_t size)
{
    if (op == OP_PING) send_copy(c, OP_PONG, data, size);
    if (op == OP_CLOSE) {
        send_copy(c, OP_CLOSE, data, size);
        close_conn(c);
    }
}

static void take_piece(struct conn *c, int op, int is_last, const uint8_t *data, size_t size)
{
    if (op) {
        c->joined_op = op;
        c->joined_end = 0;
    }
    make_room(&c->joined, &c->joined_room, c->joined_end + size);
    memcpy(c->joined + c->joined_end, data, size);
    c->joined_end += size;
    if (is_last) on_message(c, c->joined_op, c->joined, c->joined_end);
}

/* Takes one frame, if it is whole. */
static int take_frame(struct conn *c)
{
    size_t have = c->in_end - c->in_at, head = 2;
    uint8_t *p = c->in + c->in_at;
    if (have < 2) return 0;
    int is_last = p[0] & 0x80, op = p[0] & 15, is_masked = p[1] & 0x80;
    uint64_t size = p[1] & 127;
    if (p[0] & 0x70) {
        fprintf(stderr, "an extension that nobody asked for\n");
        close_conn(c);
        return 0;
    }
    if (size == 126) {
        if (have < 4) return 0;
        size = (uint64_t)p[2] << 8 | p[3];
        head = 4;
    } else if (size == 127) {
        if (have < 10) return 0;
        size = 0;
        for (int i = 2; i < 10; i++) size = size << 8 | p[i];
        head = 10;
    }
    if (is_masked) head += 4;
    if (have < head + size) return 0;
    uint8_t *data = p + head;
    if (is_masked) mask(data, size, data - 4);
    c->in_at += head + size;
    if (op >= OP_CLOSE) take_control(c, op, data, size);
    else if (!is_last || !op) take_piece(c, op, is_last, data, size);
    else on_message(c, op, data, size);
    return 1;
}

/* -- handshakes, and plain HTTP -- */

static void accept_upgrade(struct conn *c, const char *path, const char *key)
{
    char joined[128], answer[512], accepted[32];
    uint8_t digest[20];
    if (sscanf(key, " %60[^\r\n ]", joined) != 1) {
        close_conn(c);
        return;
    }
    strcat(joined, "258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
    sha1(joined, digest);
    accepted[base64_of(digest, 20, accepted)] = 0;
    int size = snprintf(answer, sizeof answer,
                        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                        "Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n%s%s%s\r\n", accepted,
                        subprotocol ? "Sec-WebSocket-Protocol: " : "",
                        subprotocol ? subprotocol : "", subprotocol ? "\r\n" : "");
    c->is_open = 1;
    send_raw(c, answer, (size_t)size);
    if (on_open) on_open(c, path);
}

static int answer_http(struct conn *c, const char *type, const char *body)
{
    char answer[1024];
    int size = snprintf(answer, sizeof answer,
                        "HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %zu\r\n\r\n%s",
                        type, strlen(body), body);
    send_raw(c, answer, (size_t)size);
    return 0;
}

/* Takes one request, if it is whole. */
static int take_request(struct conn *c)
{
    char *text = (char *)c->in + c->in_at, path[512] = "";
    size_t have = c->in_end - c->in_at, body = 0;
    char *end = memmem(text, have, "\r\n\r\n", 4);
    if (!end) return 0;
    *end = 0;
    size_t head = (size_t)(end - text) + 4;
    char *length = strcasestr(text, "\ncontent-length:"), *key = strcasestr(text, "\nsec-websocket-key:");
    if (length) body = strtoul(length + 16, NULL, 10);
    if (head + body > have) {
        *end = '\r';
        return 0;
    }
    c->in_at += head + body;
    sscanf(text, "%*s %511s", path);
    if (key) accept_upgrade(c, path, key + 19);
    else if (on_request ? on_request(c, text, text + head, body) : answer_http(c, "text/plain", "ok\n"))
        close_conn(c);
    return 1;
}

/* Takes the answer to our upgrade, if it is whole. */
static int take_answer(struct conn *c)
{
    char *text = (char *)c->in + c->in_at;
    char *end = memmem(text, c->in_end - c->in_at, "\r\n\r\n", 4);
    if (!end) return 0;
    if (memcmp(text, "HTTP/1.1 101", 12)) {
        fprintf(stderr, "refused: %.60s\n", text);
        close_conn(c);
        return 0;
    }
    c->in_at += (size_t)(end - text) + 4;
    c->is_open = 1;
    if (on_open) on_open(c, "");
    return 1;
}

/* -- the loop -- */

static void take_all(struct conn *c)
{
    while (!c->is_closed && (c->is_open ? take_frame(c) : c->is_client ? take_answer(c) : take_request(c)))
        ;
    if (c->is_closed) return;
    memmove(c->in, c->in + c->in_at, c->in_end - c->in_at);
    c->in_end -= c->in_at;
    c->in_at = 0;
}

static void take_in(struct conn *c)
{
    for (;;) {
        make_room(&c->in, &c->in_room, c->in_end + READ_BYTES);
        size_t room = c->in_room - c->in_end;
        ssize_t got = read_some(c, c->in + c->in_end, room);
        if (got <= 0) {
            if (got < 0 && errno == EAGAIN) {
                if (c->out_end && is_ready_to_write(c)) flush(c);
            } else {
                close_conn(c);
            }
            return;
        }
        c->in_end += (size_t)got;
        take_all(c);
        int is_tls = 0;
#ifdef WITH_TLS
        is_tls = c->ssl != NULL;
#endif
        if (c->is_closed || (!is_tls && (size_t)got < room)) return;
    }
}

static void tune(int fd)
{
    int on = 1;
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

static void welcome(struct conn *listener)
{
    int fd;
    while ((fd = accept(listener->fd, NULL, NULL)) >= 0) {
        tune(fd);
        struct conn *c = new_conn(fd, 0);
#ifdef WITH_TLS
        if (listener->tls) {
            c->ssl = SSL_new(listener->tls);
            SSL_set_fd(c->ssl, fd);
            SSL_set_accept_state(c->ssl);
            SSL_set_mode(c->ssl, SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_ENABLE_PARTIAL_WRITE);
        }
#endif
        watch(c, EPOLL_CTL_ADD, EPOLLIN);
    }
}

static void begin(void)
{
    base64_begin();
    queue = epoll_create1(0);
    if (queue < 0) give_up("epoll_create1");
}

static struct sockaddr_in here(int port)
{
    return (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static inline void listen_at(int port, SSL_CTX *tls)
{
    struct sockaddr_in address = here(port);
    int on = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) || listen(fd, 1024)) give_up("listen");
    tune(fd);
    struct conn *c = new_conn(fd, 0);
    c->is_listener = 1;
    c->tls = tls;
    watch(c, EPOLL_CTL_ADD, EPOLLIN);
}

/* NULL if nobody listens there. */
static inline struct conn *connect_to(int port, const char *path, const char *asked)
{
    struct sockaddr_in address = here(port);
    char request[1024];
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(fd, (struct sockaddr *)&address, sizeof address)) {
        close(fd);
        return NULL;
    }
    tune(fd);
    struct conn *c = new_conn(fd, 1);
    watch(c, EPOLL_CTL_ADD, EPOLLIN);
    int size = snprintf(request, sizeof request,
                        "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\n"
                        "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                        "Sec-WebSocket-Version: 13\r\n%s%s%s\r\n", path, port,
                        asked ? "Sec-WebSocket-Protocol: " : "", asked ? asked : "",
                        asked ? "\r\n" : "");
    send_raw(c, request, (size_t)size);
    return c;
}

/* Waits for something to happen, and does all of it. */
static void turn(int longest_ms)
{
    struct epoll_event happened[MOST_EVENTS];
    int many = epoll_wait(queue, happened, MOST_EVENTS, longest_ms);
    for (int i = 0; i < many; i++) {
        struct conn *c = happened[i].data.ptr;
        if (c->is_closed) continue;
        if (c->is_listener) {
            welcome(c);
        } else if (c->is_other) {
            on_other(c);
        } else {
            if (happened[i].events & EPOLLOUT) flush(c);
            if (!c->is_closed && happened[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) take_in(c);
        }
    }
}
#endif
