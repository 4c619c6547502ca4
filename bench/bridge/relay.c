/* The floor of a bridge: what carrying calls to a voice model costs at the very least.
 *
 *     relay PORT MODELPORT [openai]
 *
 * One thread: base64, JSON by template, a short filter from 24 to 16 kHz; to OpenAI Realtime, which
 * wants 24 kHz, one more the other way. No webhook, no token, no records, no recording, no playout;
 * whatever the model sends goes to the caller at once.
 */
#include "ws.h"

#include "resample.h"

struct language {
    const char *path, *setup, *before_sound, *after_sound, *sound_begins;
    int up, down; /* what the caller's sound is changed by */
};

static const struct language GEMINI = {
    "/Bidi",
    "{\"setup\":{\"model\":\"models/x\",\"generationConfig\":{\"responseModalities\":[\"AUDIO\"]}}}",
    "{\"realtimeInput\":{\"audio\":{\"mimeType\":\"audio/pcm;rate=16000\",\"data\":\"",
    "\"}}}",
    "\"data\":\"",
    1, 1,
};
static const struct language OPENAI = {
    "/v1/realtime",
    "{\"type\":\"session.update\",\"session\":{\"type\":\"realtime\"}}",
    "{\"type\":\"input_audio_buffer.append\",\"audio\":\"",
    "\"}",
    "\"response.output_audio.delta\"",
    3, 2,
};

struct rates {
    struct resampler up, down;
};

static const struct language *language = &GEMINI;
static int model_port;
static uint8_t room[1 << 18];

static void opened(struct conn *c, const char *path)
{
    (void)path;
    if (c->is_client) {
        send_copy(c, OP_TEXT, language->setup, strlen(language->setup));
        return;
    }
    struct conn *model = connect_to(model_port, language->path, NULL);
    if (!model) give_up("the model");
    struct rates *rates = malloc(sizeof *rates);
    if (!rates) give_up("malloc");
    resampler_begin(&rates->up, language->up, language->down);
    resampler_begin(&rates->down, 2, 3);
    model->user = rates;
    c->peer = model;
    model->peer = c;
}

static void to_model(struct conn *model, const uint8_t *sound, size_t size)
{
    static int16_t higher[2 * MOST_SAMPLES];
    uint8_t *out = room + ROOM;
    size_t length = strlen(language->before_sound), after = strlen(language->after_sound);
    if (size > 2 * MOST_SAMPLES) give_up("too much sound");
    if (language->up != language->down) {
        struct rates *rates = model->user;
        size = 2 * resample(&rates->up, (const int16_t *)sound, size / 2, higher);
        sound = (const uint8_t *)higher;
    }
    memcpy(out, language->before_sound, length);
    length += base64_of(sound, size, (char *)out + length);
    memcpy(out + length, language->after_sound, after);
    send_in_place(model, OP_TEXT, out, length + after);
}

static void to_caller(struct conn *caller, struct resampler *down, uint8_t *text, size_t size)
{
    uint8_t pcm[32768], *sound = memmem(text, size, language->sound_begins, strlen(language->sound_begins));
    if (sound && language == &OPENAI) sound = memmem(sound, (size_t)(text + size - sound), "\"delta\":\"", 9);
    if (!sound) return;
    sound += language == &OPENAI ? 9 : strlen(language->sound_begins);
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
    if (c->is_client) to_caller(other, &((struct rates *)c->user)->down, data, size);
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
    if (count != 3 && (count != 4 || strcmp(words[3], "openai")))
        return fprintf(stderr, "usage: relay PORT MODELPORT [openai]\n"), 2;
    model_port = atoi(words[2]);
    if (count == 4) language = &OPENAI;
    subprotocol = "audio.drachtio.org";
    on_open = opened, on_message = came, on_close = gone;
    begin();
    listen_at(atoi(words[1]), NULL);
    for (;;) turn(-1);
}
