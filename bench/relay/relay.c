/* The floor of answering calls: what that costs at the very least, without any voice.
 *
 *     cc -O2 -o relay relay.c && ./relay PORT
 *
 * A POST is answered with a document that streams the call to this same port; on the media socket
 * every binary message is sent back as it came. No records, no playout, no detectors, no recording.
 * (`../bridge/relay.c` is the floor of carrying calls to a voice model.)
 */
#include "../bridge/ws.h"

static int port;

static int asked(struct conn *c, const char *head, const char *body, size_t size)
{
    char document[512];
    if (head[0] != 'P') return answer_http(c, "text/plain", "ready\n");
    /* Only the first post is a question; what follows tells how the stream and the call fare. */
    if (!memmem(body, size, "Ringing", 7)) return answer_http(c, "text/xml", "<Response></Response>");
    snprintf(document, sizeof document,
             "<Response><Stream name=\"relay\" url=\"ws://127.0.0.1:%d/media\" connect=\"true\" "
             "outputSamplingRate=\"16000\" bidirectionalSamplingRate=\"16000\"/></Response>", port);
    return answer_http(c, "text/xml", document);
}

static void came(struct conn *c, int op, uint8_t *data, size_t size)
{
    static uint8_t room[ROOM + (1 << 17)];
    if (op != OP_BINARY) return;
    if (size > sizeof room - ROOM) {
        close_conn(c);
        return;
    }
    memcpy(room + ROOM, data, size);
    send_in_place(c, OP_BINARY, room + ROOM, size);
}

int main(int count, char **words)
{
    if (count != 2) return fprintf(stderr, "usage: relay PORT\n"), 2;
    port = atoi(words[1]);
    subprotocol = "audio.drachtio.org";
    on_message = came, on_request = asked;
    begin();
    listen_at(port, NULL);
    for (;;) turn(-1);
}
