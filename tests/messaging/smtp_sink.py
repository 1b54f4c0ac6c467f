"""A mail server for tests: accepts, refuses and remembers."""

import socketserver
import threading
import time
from email import message_from_bytes
from email.policy import default


class SmtpSink:
    """``with SmtpSink() as sink``: listens on a free port of loopback; ``accepted`` are the mails it said 250 to.

    ``refuse`` maps a recipient to the (code, text) that answers it; ``data_answer`` answers every mail's text;
    ``pause_s`` passes between taking a mail in and answering, so that a sender can be killed in between.
    """

    def __init__(self, pause_s=0.0):
        self.accepted = []
        self.refuse = {}
        self.data_answer = (250, "kept")
        self.pause_s = pause_s
        self.lock = threading.Lock()
        sink = self

        class Talk(socketserver.StreamRequestHandler):
            def handle(self):
                try:
                    sink._talk(self.rfile, self.wfile)
                except ConnectionError:  # the sender was killed
                    pass

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True

        self.server = Server(("127.0.0.1", 0), Talk)
        self.port = self.server.server_address[1]

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    @property
    def message_ids(self):
        with self.lock:
            return [str(mail["Message-ID"]) for mail in self.accepted]

    def _talk(self, lines, out):
        def say(code, text):
            out.write(f"{code} {text}\r\n".encode())
            out.flush()

        say(220, "sink")
        while line := lines.readline():
            word = line.split(b":")[0].split()[0].upper()
            if word == b"QUIT":
                return say(221, "bye")
            if word == b"RCPT":
                address = line.partition(b"<")[2].partition(b">")[0].decode()
                say(*self.refuse.get(address, (250, "ok")))
            elif word == b"DATA":
                say(354, "go on")
                text = b""
                while (line := lines.readline()) not in (b".\r\n", b""):
                    text += line[1:] if line.startswith(b".") else line
                if not line:
                    return None
                time.sleep(self.pause_s)
                if self.data_answer[0] == 250:
                    with self.lock:
                        self.accepted.append(message_from_bytes(text, policy=default))
                say(*self.data_answer)
            else:
                say(250, "ok")
        return None
