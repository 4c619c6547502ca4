"""A voice URL in twenty lines, of nothing but Python: asks for a key and says which it was."""

import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs

ASK = '<Response><GetDigits maxDigits="1"><Say>Press a key, please.</Say></GetDigits></Response>'


class Webhook(BaseHTTPRequestHandler):
    def do_POST(self):
        post = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        keys, state = post.get("dtmfDigits", [""])[0], post["callSessionState"][0]
        answer = f"<Response><Say>You pressed {keys}.</Say></Response>" if keys else ASK
        if state not in ("Ringing", "Answered"):
            answer = "<Response></Response>"  # the call goes on, or is over: nothing to be done
        self.send_response(200)
        self.send_header("Content-Type", "text/xml")
        self.end_headers()
        self.wfile.write(answer.encode())


HTTPServer(("127.0.0.1", int(sys.argv[1])), Webhook).serve_forever()
