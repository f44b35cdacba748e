"""Requests and files that nobody should send: each gets a clear error, and the server answers the next request."""
import random
import struct
import unittest
import zlib

import support
from support import data_set, dicom_file, part10

DEFLATED = "1.2.840.10008.1.2.1.99"
UNDEFINED = 0xffffffff


def sequence_start():
    return struct.pack("<HH2sHI", 0x40, 0xa730, b"SQ", 0, UNDEFINED) + struct.pack("<HHI", 0xfffe, 0xe000, UNDEFINED)


def sequence_end():
    return struct.pack("<HHI", 0xfffe, 0xe00d, 0) + struct.pack("<HHI", 0xfffe, 0xe0dd, 0)


def explicit_lengths(depth):
    """Nested sequences whose lengths are all given."""
    inner = b""
    headers = []
    size = 0
    for _ in range(depth):
        headers.append(struct.pack("<HH2sHI", 0x40, 0xa730, b"SQ", 0, size + 8) + struct.pack("<HHI", 0xfffe, 0xe000, size))
        size += 20
    return b"".join(reversed(headers)) + inner


class FilesTest(support.RestTest):
    def refused(self, data, statuses=(400,)):
        error = self.assert_error(self.server.post("/instances", data), statuses)
        self.assertTrue(error["Details"])
        self.assert_alive()
        return error

    def test_deeply_nested_sequences(self):
        for name, nested in (("closed", sequence_start() * 100_000 + sequence_end() * 100_000),
                             ("open", sequence_start() * 100_000), ("lengths", explicit_lengths(100_000))):
            with self.subTest(name):
                self.refused(dicom_file(1, before_pixels=nested))

    def test_a_truncated_file(self):
        file = dicom_file(1, pixels=bytes(1000))
        for size in (len(file) - 1, len(file) - 500, 600, 400, 200, 140, 133):
            with self.subTest(size=size):
                self.refused(file[:size])

    def test_what_is_no_dicom(self):
        noise = random.Random(4).randbytes(5000)
        for data in (b"hello", b"a text file\n" * 1000, bytes(5000), noise, bytes(128) + b"DICM", bytes(128) + b"DICM" + noise,
                     b"\x89PNG\r\n\x1a\n" + noise):
            with self.subTest(data=data[:20]):
                self.refused(data, (400, 404))

    def test_an_empty_body(self):
        self.refused(b"")

    def test_missing_identifiers(self):
        for data in (part10("1.2.3", b""), part10("1.2.3", support.element(0x10, 0x20, "LO", "P1"))):
            self.refused(data, (400, 404))

    def test_lengths_beyond_the_end(self):
        huge = struct.pack("<HH2sHI", 0x7fe0, 0x10, b"OW", 0, 0xfffffffe)
        self.refused(part10("1.2.3", data_set(1)[:-14] + huge + b"1234"))

    def test_every_cut_and_every_bit_is_survived(self):
        file = dicom_file(1, before_pixels=sequence_start() + support.element(0x40, 0xa160, "UT", "x") + sequence_end())
        chance = random.Random(5)
        client = self.server.client()
        for _ in range(2000 if support.LONG else 300):
            damaged = bytearray(file)
            for _ in range(chance.randint(1, 4)):
                damaged[chance.randrange(128, len(file))] ^= 1 << chance.randrange(8)
            self.assertIn(client.post("/instances", bytes(damaged)).status, (200, 400, 404), damaged.hex())
        client.close()
        self.assert_alive()

    def test_a_deflated_bomb(self):
        packer = zlib.compressobj(9, wbits=-15)
        bomb = packer.compress(data_set(1, pixels=bytes(400 << 20))) + packer.flush()
        reply = self.server.post("/instances", part10("1.2.3.4.1.1", bomb, DEFLATED))
        self.assertIn(reply.status, (200, 400, 413, 507), reply)
        self.assert_alive()

    def test_damaged_deflated_data(self):
        packer = zlib.compressobj(9, wbits=-15)
        packed = packer.compress(data_set(1)) + packer.flush()
        for bad in (packed[: len(packed) // 2], b"\xff" * 100, b""):
            self.refused(part10("1.2.3.4.1.1", bad, DEFLATED), (400, 404))


class BodiesTest(support.RestTest):
    options = {"MaximumRequestBodySizeMB": 1, "HttpRequestTimeout": 5}

    def connect(self):
        s = support.raw_connection(self.server.port)
        self.addCleanup(s.close)
        return s

    def send_raw(self, data, method="POST"):
        """Sends bytes and reads one reply, which may come before all was sent."""
        s = self.connect()
        try:
            s.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass
        return support.read_reply(s, method)

    def refused(self, reply, statuses=tuple(range(400, 500))):
        self.assert_error(reply, statuses)
        self.assert_alive()

    def malformed(self, reply):
        """What is hardly HTTP may be refused without the JSON, but not without an answer."""
        self.assertIn(reply.status, (*range(400, 500), 501, 505), reply)
        self.assert_alive()

    def test_a_body_above_the_limit(self):
        body = bytes(3 << 20)
        head = b"POST /instances HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % len(body)
        self.refused(self.send_raw(head + body), (413,))
        self.refused(self.send_raw(head), (413,))

    def test_an_announced_body_that_nobody_could_send(self):
        for length in (b"9223372036854775807", b"18446744073709551615"):
            self.refused(self.send_raw(b"POST /instances HTTP/1.1\r\nHost: a\r\nContent-Length: " + length + b"\r\n\r\n"))

    def test_a_chunked_body_above_the_limit(self):
        chunk = b"10000\r\n" + bytes(0x10000) + b"\r\n"
        head = b"POST /instances HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        self.refused(self.send_raw(head + chunk * 48 + b"0\r\n\r\n"), (413,))

    def test_a_json_body_above_its_limit(self):
        body = b'{"Filename": "' + b"x" * (17 << 20) + b'"}'
        head = b"POST /studies/a/archive HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % len(body)
        self.refused(self.send_raw(head + body), (413,))

    def test_a_chunked_body_that_comes_a_byte_at_a_time_is_taken(self):
        file = dicom_file(7)
        s = self.connect()
        s.sendall(b"POST /instances HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
        for byte in file:
            s.sendall(b"1\r\n%c\r\n" % byte)
        s.sendall(b"0\r\n\r\n")
        reply = support.read_reply(s, "POST")
        self.assertEqual(reply.status, 200, reply)
        self.assertEqual(self.server.get(reply.json()["Path"] + "/file").body, file)

    def test_transfer_encodings_that_are_not_known(self):
        for coding in (b"gzip", b"gzip, chunked", b"chunked, gzip", b"identity, nonsense"):
            with self.subTest(coding=coding):
                reply = self.send_raw(b"POST /instances HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: " + coding + b"\r\n\r\n0\r\n\r\n")
                self.malformed(reply)
                self.assertIn("Transfer-Encoding", reply.json()["Details"])

    def test_requests_that_two_servers_could_read_differently(self):
        for lines in (b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", b"Content-Length: 3\r\nContent-Length: 4\r\n",
                      b"Content-Length: -1\r\n", b"Content-Length: 3x\r\n", b"Content-Length : 3\r\n"):
            with self.subTest(lines=lines):
                self.malformed(self.send_raw(b"POST /instances HTTP/1.1\r\nHost: a\r\n" + lines + b"\r\n0\r\n\r\n"))

    def test_bad_chunks(self):
        for chunks in (b"zz\r\nabc\r\n", b"fffffffffffffffff\r\nabc\r\n", b"-1\r\nabc\r\n", b"3\r\nabcdef\r\n0\r\n\r\n"):
            with self.subTest(chunks=chunks):
                self.malformed(self.send_raw(b"POST /instances HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks))

    def test_bad_request_lines(self):
        for line in (b"GET /system HTTP/9.9", b"GET", b"\x16\x03\x01\x02\x00\x01\x00", b"BREW /system HTTP/1.1", b"GET /a b HTTP/1.1"):
            with self.subTest(line=line):
                self.malformed(self.send_raw(line + b"\r\nHost: a\r\n\r\n"))

    def test_a_head_without_end(self):
        self.malformed(self.send_raw(b"GET /system HTTP/1.1\r\nHost: a\r\nX: " + b"x" * (1 << 20)))

    def test_odd_targets(self):
        for target in (b"/instances/../../etc/passwd", b"/instances/%2e%2e%2fetc/file", b"/instances/%00", b"/%zz", b"/%",
                       b"/instances/" + b"a" * 4000, b"/jobs/\xff\xfe/archive", b"/" * 4000, b"//", b"*"):
            with self.subTest(target=target[:40]):
                reply = self.send_raw(b"GET " + target + b" HTTP/1.1\r\nHost: a\r\n\r\n", "GET")
                self.assertIn(reply.status, (200, 400, 404, 414))
                self.assert_alive()

    def test_a_client_that_stops_in_the_middle_is_let_go(self):
        for start in (b"POST /instances HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nabc", b"GET /sys"):
            s = self.connect()
            s.sendall(start)
            s.settimeout(30)
            while s.recv(4096):  # the server may say why, and closes
                pass
        self.assert_alive()


if __name__ == "__main__":
    unittest.main()
