/* base64, both ways and fast, and SHA-1: what a WebSocket and a voice model want of a program. */
#ifndef ENCODINGS_H
#define ENCODINGS_H
#include <stdint.h>
#include <string.h>

/* -- base64, twelve bits at a time -- */

static const char LETTERS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static uint16_t letter_pairs[4096];
static uint8_t letter_values[256];

static void base64_begin(void)
{
    for (int i = 0; i < 4096; i++) {
        char pair[2] = {LETTERS[i >> 6], LETTERS[i & 63]};
        memcpy(&letter_pairs[i], pair, 2);
    }
    for (int i = 0; i < 64; i++) letter_values[(uint8_t)LETTERS[i]] = (uint8_t)i;
    letter_values['-'] = 62, letter_values['_'] = 63; /* the alphabet for URLs, which Google's SDK writes */
}

static size_t base64_of(const uint8_t *data, size_t size, char *out)
{
    char *o = out;
    size_t i = 0;
    for (; i + 3 <= size; i += 3, o += 4) {
        uint32_t three = (uint32_t)data[i] << 16 | (uint32_t)data[i + 1] << 8 | data[i + 2];
        memcpy(o, &letter_pairs[three >> 12], 2);
        memcpy(o + 2, &letter_pairs[three & 4095], 2);
    }
    if (i < size) {
        uint32_t three = (uint32_t)data[i] << 16 | (i + 1 < size ? (uint32_t)data[i + 1] << 8 : 0);
        *o++ = LETTERS[three >> 18];
        *o++ = LETTERS[three >> 12 & 63];
        *o++ = i + 1 < size ? LETTERS[three >> 6 & 63] : '=';
        *o++ = '=';
    }
    return (size_t)(o - out);
}

static inline size_t from_base64(const uint8_t *text, size_t size, uint8_t *out)
{
    const uint8_t *v = letter_values;
    uint8_t *o = out;
    size_t i = 0;
    while (size && text[size - 1] == '=') size--;
    for (; i + 4 <= size; i += 4) {
        uint32_t three = (uint32_t)v[text[i]] << 18 | (uint32_t)v[text[i + 1]] << 12
                         | (uint32_t)v[text[i + 2]] << 6 | v[text[i + 3]];
        *o++ = (uint8_t)(three >> 16);
        *o++ = (uint8_t)(three >> 8);
        *o++ = (uint8_t)three;
    }
    if (size - i >= 2) *o++ = (uint8_t)(v[text[i]] << 2 | v[text[i + 1]] >> 4);
    if (size - i == 3) *o++ = (uint8_t)(v[text[i + 1]] << 4 | v[text[i + 2]] >> 2);
    return (size_t)(o - out);
}

/* -- SHA-1 (FIPS 180-4) of a short text: for Sec-WebSocket-Accept alone -- */

static uint32_t turned(uint32_t word, int by) { return word << by | word >> (32 - by); }

static void sha1_block(uint32_t state[5], const uint8_t block[64])
{
    uint32_t w[80], a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];
    for (int i = 0; i < 16; i++)
        w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16
               | (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
    for (int i = 16; i < 80; i++)
        w[i] = turned(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    for (int i = 0; i < 80; i++) {
        uint32_t f, k;
        if (i < 20) f = (b & c) | (~b & d), k = 0x5a827999;
        else if (i < 40) f = b ^ c ^ d, k = 0x6ed9eba1;
        else if (i < 60) f = (b & c) | (b & d) | (c & d), k = 0x8f1bbcdc;
        else f = b ^ c ^ d, k = 0xca62c1d6;
        uint32_t next = turned(a, 5) + f + e + k + w[i];
        e = d, d = c, c = turned(b, 30), b = a, a = next;
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d, state[4] += e;
}

static void sha1(const char *text, uint8_t out[20])
{
    uint32_t state[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
    uint8_t padded[192] = {0};
    size_t length = strlen(text), whole = (length + 9 + 63) / 64 * 64;
    memcpy(padded, text, length);
    padded[length] = 0x80;
    for (int i = 0; i < 8; i++) padded[whole - 1 - (size_t)i] = (uint8_t)((uint64_t)length * 8 >> 8 * i);
    for (size_t at = 0; at < whole; at += 64) sha1_block(state, padded + at);
    for (int i = 0; i < 20; i++) out[i] = (uint8_t)(state[i / 4] >> (24 - 8 * (i % 4)));
}
#endif
