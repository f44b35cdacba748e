"""What the black-box tests share: a server that is started, stopped and killed; requests; files to upload.

TROUPE_SERVER is the path of the server's program, TROUPE_TEST_FOLDER where temporary data goes (both set by CMake).
TROUPE_LONG_TESTS=1 runs more rounds.
"""
import contextlib
import hashlib
import http.client
import io
import json
import os
import pathlib
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time
import unittest
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
LONG = os.environ.get("TROUPE_LONG_TESTS") == "1"
ORTHANC = ROOT / "build/orthanc/run"
PYDICOM_DATA = pathlib.Path("/usr/lib/python3/dist-packages/pydicom/data")


# -- requests ---------------------------------------------------------------------------------------------------------


class Reply:
    def __init__(self, response, body):
        self.status = response.status
        self.headers = response.headers
        self.body = body

    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"<{self.status} {self.body[:300]!r}>"


class Client:
    """One keep-alive connection."""

    def __init__(self, port, timeout=60):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)

    def request(self, method, target, body=None, headers=None):
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
        self.connection.request(method, target, body=body, headers=headers or {})
        response = self.connection.getresponse()
        return Reply(response, response.read())

    def get(self, target, headers=None):
        return self.request("GET", target, headers=headers)

    def post(self, target, body, headers=None):
        return self.request("POST", target, body, headers)

    def close(self):
        self.connection.close()


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


# -- the server -------------------------------------------------------------------------------------------------------


class Server:
    """A server on a free port with a directory of its own, which `remove` deletes."""

    def __init__(self, program=None, **options):
        self.program = program or os.environ["TROUPE_SERVER"]
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="server-", dir=os.environ.get("TROUPE_TEST_FOLDER")))
        self.options = options
        self.process = None
        self.port = 0

    def start(self):
        self.port = free_port()
        configuration = {
            "HttpPort": self.port,
            "StorageDirectory": str(self.folder / "data"),
            "DicomServerEnabled": False,
            "RemoteAccessAllowed": False,
            "AuthenticationEnabled": False,
            "JobsHistorySize": 1000,
            "MediaArchiveSize": 1000,
        } | self.options
        (self.folder / "configuration.json").write_text(json.dumps(configuration))
        self.process = self.launch()
        self.wait_until_it_answers()
        return self

    def launch(self):
        """Starts a process with this server's configuration; its output is appended to the log."""
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("TROUPE__", "ORTHANC__"))}
        with open(self.folder / "log", "ab") as log:
            return subprocess.Popen([self.program, self.folder / "configuration.json"], stdout=log, stderr=log, env=environment)

    def wait_until_it_answers(self):
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.process.poll() is None:
            with contextlib.suppress(OSError, http.client.HTTPException):
                if self.get("/system").status == 200:
                    return
            time.sleep(0.02)
        raise AssertionError(f"the server did not start; its log:\n{self.log()[-4000:]}")

    def log(self):
        path = self.folder / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    def signal(self, number):
        self.process.send_signal(number)

    def wait(self, seconds):
        """Exit code; fails if the process is still there after that time."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"the server did not stop within {seconds} s; its log:\n{self.log()[-4000:]}") from None

    def stop(self):
        if self.process is None:
            return
        if self.process.poll() is None:
            self.signal(signal.SIGTERM)
        code = self.wait(60)
        self.process = None
        if code != 0:
            raise AssertionError(f"the server stopped with exit code {code}; its log:\n{self.log()[-8000:]}")

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process = None

    def restart(self):
        self.stop()
        return self.start()

    def remove(self):
        if self.process is not None:
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    # -- shorthands

    def client(self, timeout=60):
        return Client(self.port, timeout)

    def request(self, method, target, body=None, headers=None):
        client = self.client()
        try:
            return client.request(method, target, body, headers)
        finally:
            client.close()

    def get(self, target, headers=None):
        return self.request("GET", target, headers=headers)

    def post(self, target, body, headers=None):
        return self.request("POST", target, body, headers)

    def get_json(self, target):
        reply = self.get(target)
        if reply.status != 200:
            raise AssertionError(f"GET {target}: {reply}")
        return reply.json()

    def upload(self, data):
        reply = self.post("/instances", data, {"Content-Type": "application/dicom"})
        if reply.status != 200:
            raise AssertionError(f"upload: {reply}")
        return reply.json()

    def submit(self, resource, **fields):
        """Submits an asynchronous archive of `/studies/<id>`; the job's id."""
        reply = self.post(resource + "/archive", {"Asynchronous": True} | fields)
        if reply.status != 200:
            raise AssertionError(f"archive of {resource}: {reply}")
        return reply.json()["ID"]

    def wait_for_job(self, job, states=("Success", "Failure"), seconds=60):
        """The job's JSON as soon as it is in one of the states."""
        def look():
            found = self.get_json("/jobs/" + job)
            return found if found["State"] in states else None
        return eventually(look, seconds, f"job {job} in {states}")


def unpack_orthanc():
    """Makes ORTHANC, Debian's; why that cannot be, or None."""
    unpacked = subprocess.run([ROOT / "tools/unpack_orthanc.sh"], stderr=subprocess.PIPE, text=True, check=False)
    return unpacked.stderr.strip() if unpacked.returncode else None


class RestTest(unittest.TestCase):
    """Tests that share one server, which must stop with exit code 0 at the end."""

    options = {}

    @classmethod
    def setUpClass(cls):
        cls.server = Server(**cls.options)
        cls.addClassCleanup(cls.server.remove)
        cls.server.start()

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def setUp(self):
        # A test that brought the server down has failed by itself; the next ones still say something.
        if self.server.process.poll() is not None:
            self.server.kill()
            self.server.start()

    def assert_error(self, reply, statuses, codes=None):
        """An error reply with its JSON: `statuses` and `codes` are collections of what is allowed."""
        self.assertIn(reply.status, statuses, reply)
        error = reply.json()
        self.assertEqual(error["HttpStatus"], reply.status)
        for field in ("Message", "Method", "Uri", "HttpError", "OrthancError"):
            self.assertIsInstance(error[field], str, field)
        if codes is not None:
            self.assertIn(error["OrthancStatus"], codes, reply)
        return error

    def assert_alive(self):
        self.assertEqual(self.server.get("/system").status, 200)


def eventually(look, seconds, what):
    """The first true value of `look()`; fails when the time is over."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.02)


def raw_connection(port, timeout=60, receive_buffer=None):
    """A socket for requests that http.client would not send."""
    s = socket.socket()
    if receive_buffer:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    s.settimeout(timeout)
    s.connect(("127.0.0.1", port))
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return s


def read_reply(s, method="GET"):
    response = http.client.HTTPResponse(s, method=method)
    response.begin()
    return Reply(response, response.read())


# -- files ------------------------------------------------------------------------------------------------------------


def samples():
    """{name: path} of the sample files, DICOM or not, of python3-pydicom."""
    found = {}
    for folder in ("test_files", "charset_files"):
        for path in sorted((PYDICOM_DATA / folder).rglob("*")):
            if path.is_file() and path.suffix not in (".py", ".pyc"):
                found[str(path.relative_to(PYDICOM_DATA))] = path
    assert len(found) > 100, "python3-pydicom is not installed"
    return found


SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1"


def element(group, number, vr, value):
    """A data element in explicit VR little endian."""
    if isinstance(value, str):
        value = value.encode("latin-1")
    if len(value) % 2:
        value += b"\0" if vr in ("UI", "OB") else b" "
    long_form = vr in ("OB", "OW", "SQ", "UN", "UT")
    length = struct.pack("<HI", 0, len(value)) if long_form else struct.pack("<H", len(value))
    return struct.pack("<HH", group, number) + vr.encode() + length + value


def part10(instance_uid, data_set, syntax=EXPLICIT_LITTLE_ENDIAN):
    meta = (element(2, 1, "OB", b"\0\1") + element(2, 2, "UI", SECONDARY_CAPTURE) + element(2, 3, "UI", instance_uid)
            + element(2, 0x10, "UI", syntax) + element(2, 0x12, "UI", "2.25.17384056218"))
    return bytes(128) + b"DICM" + element(2, 0, "UL", struct.pack("<I", len(meta))) + meta + data_set


def data_set(number, study="1.2.3.4", series=None, patient="P1", pixels=b"\0\1", before_pixels=b""):
    """The data set of the small image `number` of a series; `before_pixels` are further elements."""
    series = series or study + ".1"
    return b"".join([
        element(8, 0x16, "UI", SECONDARY_CAPTURE), element(8, 0x18, "UI", f"{series}.{number}"), element(8, 0x20, "DA", "20240102"),
        element(8, 0x60, "CS", "OT"), element(8, 0x1030, "LO", "Study " + study[-3:]), element(0x10, 0x10, "PN", "Doe^Jane"),
        element(0x10, 0x20, "LO", patient), element(0x20, 0xd, "UI", study), element(0x20, 0xe, "UI", series),
        element(0x20, 0x13, "IS", str(number)), before_pixels, element(0x7fe0, 0x10, "OB", pixels)])


def dicom_file(number, study="1.2.3.4", series=None, patient="P1", pixels=b"\0\1", before_pixels=b""):
    series = series or study + ".1"
    return part10(f"{series}.{number}", data_set(number, study, series, patient, pixels, before_pixels))


def orthanc_id(*parts):
    digest = hashlib.sha1("|".join(parts).encode()).hexdigest()
    return "-".join(digest[i:i + 8] for i in range(0, 40, 8))


def members(archive):
    """Sorted contents of a ZIP that is checked on the way."""
    with zipfile.ZipFile(io.BytesIO(archive)) as z:
        broken = z.testzip()
        if broken is not None:
            raise AssertionError(f"damaged member {broken}")
        return sorted(z.read(name) for name in z.namelist())
