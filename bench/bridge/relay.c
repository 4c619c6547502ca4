/* The floor of a bridge: what carrying calls to a voice model costs at the very least.
 *
 *     relay PORT MODELPORT
 *
 * One thread: base64, JSON by template, a short filter from 24 to 16 kHz. No webhook, no token, no
 * records, no recording, no playout; whatever the model sends goes to the caller at once.
 */
#include "ws.h"

#include "resample.h"

static const char SETUP[] =
    "{\"setup\":{\"model\":\"models/x\",\"generationConfig\":{\"responseModalities\":[\"AUDIO\"]}}}";
static const char BEFORE_SOUND[] =
    "{\"realtimeInput\":{\"audio\":{\"mimeType\":\"audio/pcm;rate=16000\",\"data\":\"";
static const char AFTER_SOUND[] = "\"}}}";

static int model_port;
static uint8_t room[1 << 18];

static void opened(struct conn *c, const char *path)
{
    (void)path;
    if (c->is_client) {
        send_copy(c, OP_TEXT, SETUP, sizeof SETUP - 1);
        return;
    }
    struct conn *model = connect_to(model_port, "/Bidi", NULL);
    if (!model) give_up("the model");
    struct resampler *down = malloc(sizeof *down);
    if (!down) give_up("malloc");
    resampler_begin(down, 2, 3);
    model->user = down;
    c->peer = model;
    model->peer = c;
}

static void to_model(struct conn *model, const uint8_t *sound, size_t size)
{
    uint8_t *out = room + ROOM;
    size_t length = sizeof BEFORE_SOUND - 1;
    memcpy(out, BEFORE_SOUND, length);
    length += base64_of(sound, size, (char *)out + length);
    memcpy(out + length, AFTER_SOUND, sizeof AFTER_SOUND - 1);
    send_in_place(model, OP_TEXT, out, length + sizeof AFTER_SOUND - 1);
}

static void to_caller(struct conn *caller, struct resampler *down, uint8_t *text, size_t size)
{
    uint8_t pcm[32768], *sound = memmem(text, size, "\"data\":\"", 8);
    if (!sound) return;
    sound += 8;
    uint8_t *end = memchr(sound, '"', (size_t)(text + size - sound));
    if (!end || (size_t)(end - sound) > sizeof pcm) return;
    size_t samples = from_base64(sound, (size_t)(end - sound), pcm) / 2, given = 0;
    int16_t *out = (int16_t *)(room + ROOM);
    for (size_t at = 0; at < samples; at += MOST_SAMPLES) {
        size_t piece = samples - at < MOST_SAMPLES ? samples - at : MOST_SAMPLES;
        given += resample(down, (int16_t *)pcm + at, piece, out + given);
    }
    send_in_place(caller, OP_BINARY, room + ROOM, given * 2);
}

static void came(struct conn *c, int op, uint8_t *data, size_t size)
{
    struct conn *other = c->peer;
    if (!other || other->is_closed) return;
    if (c->is_client) to_caller(other, c->user, data, size);
    else if (op == OP_BINARY && other->is_open) to_model(other, data, size);
}

static void gone(struct conn *c)
{
    if (c->is_client) free(c->user);
    if (!c->peer) return;
    c->peer->peer = NULL;
    close_conn(c->peer);
    c->peer = NULL;
}

int main(int count, char **words)
{
    if (count != 3) return fprintf(stderr, "usage: relay PORT MODELPORT\n"), 2;
    model_port = atoi(words[2]);
    subprotocol = "audio.drachtio.org";
    on_open = opened, on_message = came, on_close = gone;
    begin();
    listen_at(atoi(words[1]), NULL);
    for (;;) turn(-1);
}
