/* A voice model that answers at once, in the language of the path that it is asked for: OpenAI
 * Realtime's where "realtime" is in it, else Gemini Live's (languages.h).
 *
 *     fakemodel PORT [TLSPORT CERTIFICATE KEY]
 *
 * It listens until a burst of sound comes (see loadgen.c): that begins its turn. It tells the
 * caller's words, speaks LEAD_MS of faint noise faster than it would be heard, as models do, and
 * from then on says what it hears, at 24 kHz, in messages of CHUNK_MS, with words of its own every
 * 400 ms. A message that holds a burst is sent at once, so that no waiting for a whole message is
 * in a latency. Its turn ends at its TURN_BURSTS-th burst or a moment later; the next burst begins
 * another.
 *
 * The lead is such that a message with a burst just fills 80 ms: a bridge that sends sound on in
 * steps of 80 ms, as the media module wants it, has a whole step then, and its latency is its own.
 * One that sends no sound before its time (Pipecat) would count the lead as latency: it asks for
 * none by a path with "no-lead" in it.
 *
 * Gemini Live takes the caller's sound at 16 kHz, OpenAI Realtime at 24; both speak at 24.
 */
#include "languages.h"
#include "resample.h"

enum { RATE_MS = 24, LEAD_MS = 145, CHUNK_MS = 40, WORDS_MS = 400, TURN_BURSTS = 25 };
enum { LOUD = 5000, MOST_HELD = 65536 };

struct session {
    const struct language *language;
    struct resampler up;
    int16_t held[MOST_HELD]; /* said, not sent */
    size_t held_size;
    int lead_ms, is_speaking, deaf_for, bursts, frames_left, turn;
    size_t said_since_words, heard; /* samples */
};

static uint8_t room[1 << 19];

static void send_sound(struct conn *c, struct session *s, size_t samples)
{
    uint8_t *out = room + ROOM;
    size_t length = s->language->before_sound((char *)out, s->turn);
    size_t after = strlen(s->language->after_sound);
    length += base64_of((uint8_t *)s->held, samples * 2, (char *)out + length);
    memcpy(out + length, s->language->after_sound, after);
    send_in_place(c, s->language->op, out, length + after);
    memmove(s->held, s->held + samples, (s->held_size - samples) * 2);
    s->held_size -= samples;
    s->said_since_words += samples;
}

static void say_faint_noise(struct session *s, int ms)
{
    for (int i = 0; i < ms * RATE_MS; i++) s->held[s->held_size++] = (int16_t)(random_word() % 201) - 100;
}

static void begin_turn(struct conn *c, struct session *s)
{
    s->is_speaking = 1;
    s->turn++;
    s->bursts = 0;
    s->held_size = 0;
    s->said_since_words = WORDS_MS * RATE_MS;
    resampler_begin(&s->up, 3, 2);
    s->language->turn_begins(c, s->turn, (int)(s->heard / (size_t)s->language->rate_ms));
    say_faint_noise(s, s->lead_ms);
}

static void end_turn(struct conn *c, struct session *s)
{
    s->is_speaking = 0;
    if (s->held_size) send_sound(c, s, s->held_size);
    s->language->turn_ends(c, s->turn);
}

static int is_burst(struct session *s, const int16_t *sound, size_t samples)
{
    if (s->deaf_for > 0) {
        s->deaf_for--;
        return 0;
    }
    for (size_t i = 0; i < samples; i++)
        if (sound[i] > LOUD) {
            s->deaf_for = 2;
            return 1;
        }
    return 0;
}

static void speak(struct conn *c, struct session *s, int is_at_once)
{
    if (is_at_once) send_sound(c, s, s->held_size);
    while (s->held_size >= CHUNK_MS * RATE_MS) send_sound(c, s, CHUNK_MS * RATE_MS);
    if (s->said_since_words >= WORDS_MS * RATE_MS) {
        s->said_since_words = 0;
        s->language->says_words(c, s->turn);
    }
}

static size_t taken_in(struct session *s, const int16_t *sound, size_t samples)
{
    int16_t *held = s->held + s->held_size;
    if (s->language->rate_ms != RATE_MS) return resample(&s->up, sound, samples, held);
    memcpy(held, sound, samples * 2);
    return samples;
}

static void hear(struct conn *c, struct session *s, const int16_t *sound, size_t samples)
{
    int burst = is_burst(s, sound, samples);
    s->heard += samples;
    if (burst && !s->is_speaking) begin_turn(c, s);
    if (!s->is_speaking) return;
    if (samples > MOST_SAMPLES || s->held_size + 2 * samples > MOST_HELD) give_up("too much sound");
    s->held_size += taken_in(s, sound, samples);
    if (burst && ++s->bursts == TURN_BURSTS) s->frames_left = s->language->frames_after;
    speak(c, s, burst);
    if (s->bursts >= TURN_BURSTS && s->frames_left-- == 0) end_turn(c, s);
}

static void opened(struct conn *c, const char *path)
{
    struct session *s = c->user = calloc(1, sizeof *s);
    if (!s) give_up("calloc");
    s->language = strstr(path, "realtime") ? &OPENAI : &GEMINI;
    s->lead_ms = strstr(path, "no-lead") ? 0 : LEAD_MS;
    s->language->opened(c);
}

static void came(struct conn *c, int op, uint8_t *data, size_t size)
{
    static uint8_t pcm[MOST_HELD];
    (void)op;
    struct session *s = c->user;
    const char *setup = s->language->setup, *begins = s->language->sound_begins;
    uint8_t *sound = NULL, *end = NULL;
    if (memmem(data, size < 80 ? size : 80, setup, strlen(setup))) s->language->accepted(c);
    else sound = memmem(data, size, begins, strlen(begins)); /* spaces may follow */
    if (sound) sound = memchr(sound + strlen(begins), '"', (size_t)(data + size - sound) - strlen(begins));
    if (sound) end = memchr(sound + 1, '"', (size_t)(data + size - sound - 1));
    if (end) sound++;
    if (!end || (size_t)(end - sound) > sizeof pcm) return;
    size_t samples = from_base64(sound, (size_t)(end - sound), pcm) / 2;
    hear(c, s, (int16_t *)pcm, samples);
}

static void gone(struct conn *c)
{
    free(c->user);
    c->user = NULL;
}

#ifdef WITH_TLS
static SSL_CTX *tls_with(const char *certificate, const char *key)
{
    SSL_CTX *tls = SSL_CTX_new(TLS_server_method());
    if (SSL_CTX_use_certificate_chain_file(tls, certificate) < 1
        || SSL_CTX_use_PrivateKey_file(tls, key, SSL_FILETYPE_PEM) < 1) {
        fprintf(stderr, "the certificate or its key cannot be used\n");
        exit(1);
    }
    return tls;
}
#endif

int main(int count, char **words)
{
    if (count != 2 && count != 5)
        return fprintf(stderr, "usage: fakemodel PORT [TLSPORT CERTIFICATE KEY]\n"), 2;
    on_open = opened, on_message = came, on_close = gone;
    begin();
    listen_at(atoi(words[1]), NULL);
    if (count == 5) {
#ifdef WITH_TLS
        listen_at(atoi(words[2]), tls_with(words[3], words[4]));
#else
        return fprintf(stderr, "built without TLS\n"), 2;
#endif
    }
    for (;;) turn(-1);
}
