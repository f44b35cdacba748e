"""A request that both servers get, and what one of them answered."""
import dataclasses
import http.client
import json
import shlex


PATIENCE_S = 60


@dataclasses.dataclass
class Request:
    method: str
    target: str
    body: object = None  # text, bytes, or what is sent as JSON
    headers: dict = dataclasses.field(default_factory=dict)
    file: str = None  # the name in files.py of what the body is

    def payload(self):
        return self.body if self.body is None or isinstance(self.body, (bytes, str)) else json.dumps(self.body)

    def is_page(self):
        """Whether a search is asked for a part of what it finds."""
        return isinstance(self.body, dict) and not {"Limit", "Since"}.isdisjoint(self.body)

    def curl(self, port):
        """The command line that sends it again."""
        words = ["curl", "-si", "--path-as-is", f"http://127.0.0.1:{port}{self.target}"]
        words += ["-I"] if self.method == "HEAD" else ["-X", self.method]
        for name, value in self.headers.items():
            words += ["-H", f"{name}: {value}"]
        before, payload = "", self.payload()
        if self.file:
            before, words = f"python3 tests/rest/differential/files.py {shlex.quote(self.file)} | ", words + ["--data-binary", "@-"]
        elif isinstance(payload, bytes):
            before, words = f"printf {shlex.quote(''.join(f'{chr(92)}x{byte:02x}' for byte in payload))} | ", words + ["--data-binary", "@-"]
        elif payload is not None:
            words += ["--data-binary", payload]
        return before + shlex.join(words)


@dataclasses.dataclass
class Reply:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def json(self):
        return json.loads(self.body)

    def __str__(self):
        return f"{self.status} {self.body[:200]!r}"


class Connection:
    """A kept connection to one server, made anew when that has closed it."""

    def __init__(self, server):
        self.server, self.http = server, None

    def send(self, request):
        if self.http is None:
            self.http = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=PATIENCE_S)
        payload = request.payload()
        body = payload.encode() if isinstance(payload, str) else payload
        self.http.request(request.method, request.target, body, request.headers)

    def receive(self):
        response = self.http.getresponse()
        return Reply(response.status, response.headers, response.read())

    def ask(self, request):
        for last in (False, True):
            try:
                self.send(request)
                return self.receive()
            except TimeoutError:
                self.close()
                return Reply(0, http.client.HTTPMessage(), b"no answer")
            except (http.client.HTTPException, ConnectionError):
                self.close()
                if last:
                    return Reply(0, http.client.HTTPMessage(), b"the connection was closed")

    def close(self):
        if self.http is not None:
            self.http.close()
        self.http = None
