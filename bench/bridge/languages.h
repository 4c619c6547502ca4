/* How a voice model says what it has to say: Gemini Live's language, and OpenAI Realtime's.
 *
 * Only what a call needs of them, in the order in which each is sent. Of Gemini Live: the words of
 * the caller, sound and words of its own, generationComplete, usage and turnComplete. Of OpenAI
 * Realtime: the caller's turn (begun, stopped, committed, an item, its words), a response with one
 * item (sound and words as deltas), its ends, and the usage.
 */
#ifndef LANGUAGES_H
#define LANGUAGES_H
#include "ws.h"

struct language {
    const char *sound_begins; /* what stands before a caller's sound in base64, up to its quote */
    const char *setup;        /* by which the first message of a connection is known */
    int rate_ms;      /* of the caller's sound: samples a millisecond */
    int frames_after; /* how many frames of the caller's a turn goes on after its last burst */
    void (*opened)(struct conn *);
    void (*accepted)(struct conn *);
    void (*turn_begins)(struct conn *, int turn, int heard_ms);
    size_t (*before_sound)(char *out, int turn);
    const char *after_sound;
    void (*says_words)(struct conn *, int turn);
    void (*turn_ends)(struct conn *, int turn);
    int op;
};

static void tell(struct conn *c, int op, const char *text) { send_copy(c, op, text, strlen(text)); }

/* -- Gemini Live -- */

static void gemini_opened(struct conn *c) { (void)c; }

static void gemini_accepted(struct conn *c) { tell(c, OP_BINARY, "{\"setupComplete\":{}}"); }

static void gemini_turn_begins(struct conn *c, int turn, int heard_ms)
{
    (void)turn, (void)heard_ms;
    tell(c, OP_BINARY, "{\"serverContent\":{\"inputTranscription\":{"
                       "\"text\":\"I have a question about that.\"}}}");
}

static size_t gemini_before_sound(char *out, int turn)
{
    static const char before[] = "{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"inlineData\":{"
                                 "\"mimeType\":\"audio/pcm;rate=24000\",\"data\":\"";
    (void)turn;
    memcpy(out, before, sizeof before - 1);
    return sizeof before - 1;
}

static void gemini_words(struct conn *c, int turn)
{
    (void)turn;
    tell(c, OP_BINARY, "{\"serverContent\":{\"outputTranscription\":{\"text\":\" and so on\"}}}");
}

static void gemini_turn_ends(struct conn *c, int turn)
{
    (void)turn;
    tell(c, OP_BINARY, "{\"serverContent\":{\"generationComplete\":true}}");
    tell(c, OP_BINARY,
         "{\"serverContent\":{\"turnComplete\":true},\"usageMetadata\":{\"promptTokenCount\":310,"
         "\"responseTokenCount\":200,\"totalTokenCount\":510,\"promptTokensDetails\":[{\"modality\":"
         "\"AUDIO\",\"tokenCount\":250},{\"modality\":\"TEXT\",\"tokenCount\":60}],"
         "\"responseTokensDetails\":[{\"modality\":\"AUDIO\",\"tokenCount\":200}]}}");
}

static const struct language GEMINI = {
    "\"data\"", "\"setup\"", 16, 4, gemini_opened, gemini_accepted, gemini_turn_begins,
    gemini_before_sound, "\"}}]}}}", gemini_words, gemini_turn_ends, OP_BINARY,
};

/* -- OpenAI Realtime -- */

#define EVENT "\"event_id\":\"event_0\""
#define PART "\"response_id\":\"resp_%d\",\"item_id\":\"item_%d\",\"output_index\":0,\"content_index\":0"
#define OF_RESPONSE "\"response_id\":\"resp_%d\",\"output_index\":0"
#define SAID "\"id\":\"item_%d\",\"object\":\"realtime.item\",\"type\":\"message\",\"role\":\"assistant\""
#define RESPONSE "\"object\":\"realtime.response\",\"id\":\"resp_%d\""

static void tell_of(struct conn *c, const char *form, int turn)
{
    char text[1024];
    snprintf(text, sizeof text, form, turn, turn, turn);
    tell(c, OP_TEXT, text);
}

static void openai_opened(struct conn *c)
{
    tell(c, OP_TEXT, "{\"type\":\"session.created\"," EVENT ",\"session\":{\"type\":\"realtime\","
                     "\"id\":\"sess_0\",\"object\":\"realtime.session\",\"model\":\"any\"}}");
}

static void openai_accepted(struct conn *c)
{
    tell(c, OP_TEXT, "{\"type\":\"session.updated\"," EVENT ",\"session\":{\"type\":\"realtime\","
                     "\"id\":\"sess_0\",\"object\":\"realtime.session\",\"model\":\"any\"}}");
}

static void openai_turn_begins(struct conn *c, int turn, int heard_ms)
{
    char text[256];
    int began_ms = heard_ms > 20 ? heard_ms - 20 : 0;
    snprintf(text, sizeof text, "{\"type\":\"input_audio_buffer.speech_started\"," EVENT
             ",\"audio_start_ms\":%d,\"item_id\":\"said_%d\"}", began_ms, turn);
    tell(c, OP_TEXT, text);
    snprintf(text, sizeof text, "{\"type\":\"input_audio_buffer.speech_stopped\"," EVENT
             ",\"audio_end_ms\":%d,\"item_id\":\"said_%d\"}", heard_ms, turn);
    tell(c, OP_TEXT, text);
    tell_of(c, "{\"type\":\"input_audio_buffer.committed\"," EVENT
               ",\"item_id\":\"said_%d\",\"previous_item_id\":null}", turn);
    tell_of(c, "{\"type\":\"conversation.item.added\"," EVENT ",\"previous_item_id\":null,"
               "\"item\":{\"id\":\"said_%d\",\"object\":\"realtime.item\",\"type\":\"message\","
               "\"role\":\"user\",\"status\":\"completed\",\"content\":[{\"type\":\"input_audio\","
               "\"transcript\":null}]}}", turn);
    tell_of(c, "{\"type\":\"response.created\"," EVENT ",\"response\":{" RESPONSE
               ",\"status\":\"in_progress\",\"output\":[]}}", turn);
    tell_of(c, "{\"type\":\"response.output_item.added\"," EVENT "," OF_RESPONSE ",\"item\":{" SAID
               ",\"status\":\"in_progress\",\"content\":[]}}", turn);
    tell_of(c, "{\"type\":\"conversation.item.input_audio_transcription.completed\"," EVENT
               ",\"item_id\":\"said_%d\",\"content_index\":0,\"transcript\":"
               "\"I have a question about that.\",\"usage\":{\"type\":\"duration\","
               "\"seconds\":1.0}}", turn);
}

static size_t openai_before_sound(char *out, int turn)
{
    return (size_t)sprintf(out, "{\"type\":\"response.output_audio.delta\"," EVENT "," PART
                                ",\"delta\":\"", turn, turn);
}

static void openai_words(struct conn *c, int turn)
{
    tell_of(c, "{\"type\":\"response.output_audio_transcript.delta\"," EVENT "," PART
               ",\"delta\":\" and so on\"}", turn);
}

static void openai_turn_ends(struct conn *c, int turn)
{
    tell_of(c, "{\"type\":\"response.output_audio.done\"," EVENT "," PART "}", turn);
    tell_of(c, "{\"type\":\"response.output_item.done\"," EVENT "," OF_RESPONSE ",\"item\":{" SAID
               ",\"status\":\"completed\",\"content\":[]}}", turn);
    tell_of(c, "{\"type\":\"response.done\"," EVENT ",\"response\":{" RESPONSE
               ",\"status\":\"completed\",\"output\":[{" SAID ",\"status\":\"completed\"}],"
               "\"usage\":{\"total_tokens\":510,\"input_tokens\":310,\"output_tokens\":200,"
               "\"input_token_details\":{\"text_tokens\":60,\"audio_tokens\":250},"
               "\"output_token_details\":{\"audio_tokens\":200}}}}", turn);
}

/* A turn ends with its last burst: the next one begins with the news that the caller is heard, which
 * has a bridge silence what is still to be heard of the turn before, and by then nothing is. */
static const struct language OPENAI = {
    "\"audio\"", "\"session.update\"", 24, 0, openai_opened, openai_accepted, openai_turn_begins,
    openai_before_sound, "\"}", openai_words, openai_turn_ends, OP_TEXT,
};
#endif
