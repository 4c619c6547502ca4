/* A stream's change of rate by UP / DOWN, each at most 3: a polyphase filter of 16 taps a phase. */
#ifndef RESAMPLE_H
#define RESAMPLE_H
#include <math.h>
#include <stdint.h>
#include <string.h>

enum { TAPS = 16, MOST_SAMPLES = 4096 };

struct resampler {
    int up, down, phase;
    float taps[3][TAPS];
    float sound[TAPS - 1 + MOST_SAMPLES];
};

static inline void resampler_begin(struct resampler *r, int up, int down)
{
    memset(r, 0, sizeof *r);
    r->up = up;
    r->down = down;
    int all = TAPS * up;
    double cutoff = 0.45 / (up > down ? up : down), middle = (all - 1) / 2.0;
    for (int i = 0; i < all; i++) {
        double x = i - middle;
        double ideal = x ? sin(2 * M_PI * cutoff * x) / (M_PI * x) : 2 * cutoff;
        double window = 0.5 - 0.5 * cos(2 * M_PI * (i + 0.5) / all);
        r->taps[i % up][TAPS - 1 - i / up] = (float)(ideal * window * up);
    }
}

/* Gives how many samples came out. At most MOST_SAMPLES may go in. */
static inline size_t resample(struct resampler *r, const int16_t *in, size_t size, int16_t *out)
{
    size_t given = 0, at = (size_t)(r->phase / r->up);
    int phase = r->phase % r->up;
    for (size_t i = 0; i < size; i++) r->sound[TAPS - 1 + i] = in[i];
    while (at < size) {
        const float *taps = r->taps[phase], *sound = r->sound + at;
        float sum = 0;
        for (int k = 0; k < TAPS; k++) sum += taps[k] * sound[k];
        long value = lrintf(sum);
        out[given++] = (int16_t)(value > 32767 ? 32767 : value < -32768 ? -32768 : value);
        phase += r->down;
        at += (size_t)(phase / r->up);
        phase %= r->up;
    }
    r->phase = (int)(at - size) * r->up + phase;
    memmove(r->sound, r->sound + size, (TAPS - 1) * sizeof *r->sound);
    return given;
}
#endif
