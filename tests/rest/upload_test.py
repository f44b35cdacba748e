"""What can be uploaded, how, and what happens to what should not be."""
import gzip
import io
import os
import pathlib
import random
import struct
import threading
import unittest
import zipfile
import zlib

import support
from support import dicom_file

FORM = {"Content-Type": "multipart/form-data; boundary=B0undary"}
SAMPLES = [path for path in support.samples().values() if path.read_bytes()[128:132] == b"DICM"]


def zip_of(members, method=zipfile.ZIP_DEFLATED):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return made.getvalue()


def form(*parts, boundary=b"B0undary", end=True):
    """`parts` are (name of the file or None, content)."""
    lines = []
    for name, content in parts:
        file = f'; filename="{name}"' if name is not None else ""
        lines += [b"--" + boundary, f'Content-Disposition: form-data; name="f"{file}'.encode(), b"", content]
    return b"\r\n".join(lines + ([b"--" + boundary + b"--", b""] if end else [b""]))


class UploadTest(support.RestTest):
    def stored(self, body, headers=None):
        """The reply's objects; each instance is there, whole, when the answer is."""
        reply = self.server.post("/instances", body, headers)
        self.assertEqual(reply.status, 200, reply)
        found = reply.json()
        for each in found if isinstance(found, list) else [found]:
            self.assertEqual(each["Path"], "/instances/" + each["ID"])
            self.assertEqual(self.server.get(each["Path"]).status, 200)
        return found

    def bytes_of(self, found):
        return self.server.get(found["Path"] + "/file").body

    def refused(self, body, headers=None, statuses=(400,), codes=None):
        error = self.assert_error(self.server.post("/instances", body, headers), statuses, codes)
        self.assertTrue(error["Details"])
        self.assert_alive()
        return error


class EncodingsTest(UploadTest):
    def test_any_content_type_will_do(self):
        for number, kind in enumerate(("application/dicom", "text/plain", "application/zip", "multipart/form-data", "x")):
            self.assertEqual(self.stored(dicom_file(number), {"Content-Type": kind})["Status"], "Success")

    def test_a_gzip_body_is_unpacked_and_stored_as_it_was(self):
        for number, coding in enumerate(("gzip", "GZIP", "x-gzip"), 10):
            file = dicom_file(number)
            self.assertEqual(self.bytes_of(self.stored(gzip.compress(file), {"Content-Encoding": coding})), file)

    def test_a_gzip_body_may_have_several_members(self):
        file = dicom_file(20)
        packed = gzip.compress(file[:300]) + gzip.compress(file[300:])
        self.assertEqual(self.bytes_of(self.stored(packed, {"Content-Encoding": "gzip"})), file)

    def test_real_files_survive_gzip(self):
        for path in SAMPLES[:20]:
            data = path.read_bytes()
            plain = self.server.post("/instances", data)
            packed = self.server.post("/instances", gzip.compress(data), {"Content-Encoding": "gzip"})
            self.assertEqual(packed.status, plain.status, path)
            if plain.status == 200:
                self.assertEqual(packed.json()["Status"], "AlreadyStored")

    def test_gzip_that_is_none_or_damaged_is_refused(self):
        whole = gzip.compress(dicom_file(21))
        damaged = bytearray(whole)
        damaged[len(whole) // 2] ^= 0xff
        for body in (dicom_file(21), whole[:-1], whole[:-20], whole[:5], bytes(damaged), whole + b"x", zip_of([("a", dicom_file(21))]),
                     gzip.compress(b"hello"), gzip.compress(zip_of([("a", dicom_file(21))])), gzip.compress(whole)):
            self.refused(body, {"Content-Encoding": "gzip"})
        self.assertEqual(self.stored(dicom_file(21))["Status"], "Success")

    def test_other_encodings_are_not_guessed(self):
        for coding in ("deflate", "br", "gzip, gzip"):
            self.refused(zlib.compress(dicom_file(22)), {"Content-Encoding": coding}, (415,))

    def test_gzip_without_the_header_is_no_dicom(self):
        self.refused(gzip.compress(dicom_file(22)))

    def test_an_upload_that_waits_to_be_asked_for(self):
        body = dicom_file(23)
        with support.raw_connection(self.server.port) as s:
            s.sendall(b"POST /instances HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(body))
            self.assertEqual(s.recv(100), b"HTTP/1.1 100 Continue\r\n\r\n")
            s.sendall(body)
            self.assertEqual(support.read_reply(s, "POST").json()["Status"], "Success")

    def test_an_upload_in_chunks(self):
        def pieces():
            for at in range(0, len(file), 100):
                yield file[at:at + 100]
        file = dicom_file(24)
        client = self.server.client()
        client.connection.request("POST", "/instances", body=pieces(), encode_chunked=True, headers={"Transfer-Encoding": "chunked"})
        reply = support.Reply(response := client.connection.getresponse(), response.read())
        client.close()
        self.assertEqual(self.bytes_of(reply.json()), file)


class OverwriteTest(unittest.TestCase):
    def answers(self, mode, *files):
        server = support.Server(OverwriteInstances=mode)
        self.addCleanup(server.remove)
        server.start()
        found = [server.upload(file) for file in files]
        last = server.get(found[-1]["Path"] + "/file").body
        known = server.get_json("/system")
        server.stop()
        return [each["Status"] for each in found], last, (known["OverwriteInstances"], known["OverwriteInstancesMode"])

    def test_the_modes(self):
        one, other = dicom_file(1, pixels=b"\1\1"), dicom_file(1, pixels=b"\2\2")
        for mode, expected, stays, shown in (
                (False, ["Success", "AlreadyStored", "AlreadyStored"], one, (False, "Never")),
                (True, ["Success", "Success", "Success"], other, (True, "Always")),
                ("Never", ["Success", "AlreadyStored", "AlreadyStored"], one, (False, "Never")),
                ("Always", ["Success", "Success", "Success"], other, (True, "Always")),
                ("IfChanged", ["Success", "AlreadyStored", "Success"], other, (True, "IfChanged"))):
            with self.subTest(mode=mode):
                self.assertEqual(self.answers(mode, one, one, other), (expected, stays, shown))

    def test_a_mode_that_is_none_is_told_at_the_start(self):
        server = support.Server(OverwriteInstances="Sometimes")
        self.addCleanup(server.remove)
        with self.assertRaisesRegex(AssertionError, "Never, Always, IfChanged"):
            server.start()


class FormTest(UploadTest):
    def test_one_file_of_a_form_is_one_instance(self):
        file = dicom_file(1)
        self.assertEqual(self.bytes_of(self.stored(form(("a.dcm", file)), FORM)), file)

    def test_several_files_of_a_form_are_a_list(self):
        files = [dicom_file(number) for number in (2, 3, 4)]
        found = self.stored(form(*(("a.dcm", file) for file in files)), FORM)
        self.assertEqual([self.bytes_of(each) for each in found], files)

    def test_fields_beside_the_files_are_passed_over(self):
        file = dicom_file(5)
        self.assertEqual(self.bytes_of(self.stored(form((None, b"value"), ("a.dcm", file), (None, b"more")), FORM)), file)

    def test_a_form_without_names_of_files(self):
        self.assertEqual(self.bytes_of(self.stored(form((None, dicom_file(6))), FORM)), dicom_file(6))

    def test_a_zip_in_a_form(self):
        found = self.stored(form(("a.zip", zip_of([("a", dicom_file(7)), ("b", dicom_file(8))])), ("c.dcm", dicom_file(9))), FORM)
        self.assertEqual([self.bytes_of(each) for each in found], [dicom_file(number) for number in (7, 8, 9)])

    def test_a_quoted_boundary_and_a_preamble(self):
        body = b"preamble\r\n" + form(("a", dicom_file(10)), boundary=b"a b") + b"epilogue"
        self.stored(body, {"Content-Type": 'multipart/form-data; charset=x; boundary="a b"'})

    def test_content_that_looks_like_a_boundary(self):
        file = dicom_file(11, pixels=b"\r\n--B0undar\r\n--\r\n-")
        self.assertEqual(self.bytes_of(self.stored(form(("a", file)), FORM)), file)

    def test_forms_that_are_not_whole_are_refused(self):
        whole = form(("a.dcm", dicom_file(12)))
        for body in (whole[:-20], form(end=True), form(("a.dcm", dicom_file(12)), end=False), b"--B0undary", b"--B0undary\r\n\r\n", b"x",
                     form(("a.dcm", b"hello")), form(("a.dcm", b""))):
            self.refused(body, FORM)
        self.refused(whole, {"Content-Type": "multipart/form-data"})
        self.assertEqual(self.stored(whole, FORM)["Status"], "Success")

    def test_what_came_before_a_refused_file_stays(self):
        self.refused(form(("a.dcm", dicom_file(13)), ("b.dcm", b"hello"), ("c.dcm", dicom_file(14))), FORM)
        self.assertEqual(self.stored(dicom_file(13))["Status"], "AlreadyStored")
        self.assertEqual(self.stored(dicom_file(14))["Status"], "Success")


class ZipTest(UploadTest):
    def test_a_zip_is_a_list_even_of_one(self):
        self.assertEqual(len(self.stored(zip_of([("a", dicom_file(1))]))), 1)
        files = [dicom_file(number) for number in range(2, 6)]
        for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            found = self.stored(zip_of([(f"d/{n}", file) for n, file in enumerate(files)], method))
            self.assertEqual([self.bytes_of(each) for each in found], files)

    def test_what_is_no_dicom_is_passed_over(self):
        dicomdir = (support.PYDICOM_DATA / "test_files/dicomdirtests/DICOMDIR").read_bytes()
        found = self.stored(zip_of([("a.txt", b"hello"), ("DICOMDIR", dicomdir), ("d/", b""), ("empty", b""), ("cut", dicom_file(10)[:-30]),
                                    ("in.zip", zip_of([("a", dicom_file(11))])), ("a.gz", gzip.compress(dicom_file(12))),
                                    ("good", dicom_file(13))]))
        self.assertEqual([self.bytes_of(each) for each in found], [dicom_file(13)])
        self.assertEqual(self.stored(zip_of([("a.txt", b"hello")])), [])

    def test_the_same_again(self):
        members = [("a", dicom_file(14)), ("b", dicom_file(14)), ("c", dicom_file(15))]
        self.assertEqual([each["Status"] for each in self.stored(zip_of(members))], ["Success", "AlreadyStored", "Success"])
        self.assertEqual({each["Status"] for each in self.stored(zip_of(members))}, {"AlreadyStored"})

    def test_our_own_archives_can_be_uploaded(self):
        for path in SAMPLES:
            self.server.post("/instances", path.read_bytes())
        study = self.server.get_json("/studies")[0]
        archive = self.server.get(f"/studies/{study}/archive").body
        self.assertEqual({each["Status"] for each in self.stored(archive)}, {"AlreadyStored"})

    def test_real_files_survive_a_zip(self):
        members = [(str(n), path.read_bytes()) for n, path in enumerate(SAMPLES)]
        expected = [member for _, member in members if self.server.post("/instances", member).status == 200]
        found = self.stored(zip_of(members))
        self.assertEqual(len(found), len(expected))

    def test_zips_with_zip64_fields_and_sizes_behind_the_data(self):
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            with archive.open("big", "w", force_zip64=True) as member:
                member.write(dicom_file(20))

        class Pipe(io.RawIOBase):
            def __init__(self):
                self.bytes = b""

            def write(self, data):
                self.bytes += bytes(data)
                return len(data)

            def writable(self):
                return True
        pipe = Pipe()
        with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("streamed", dicom_file(21))
        for body, number in ((made.getvalue(), 20), (pipe.bytes, 21)):
            self.assertEqual([self.bytes_of(each) for each in self.stored(body)], [dicom_file(number)])

    def test_zips_that_are_not_whole_or_damaged_are_refused(self):
        whole = zip_of([("a", dicom_file(30)), ("b", dicom_file(31))], zipfile.ZIP_STORED)
        for body in (whole[:-30], whole[:len(whole) // 2], whole[:4], zip_of([]), whole.replace(b"Doe^Jane", b"Doe^Jann", 1)):
            self.refused(body, codes=(15,))

    def test_an_encrypted_zip_is_refused_and_says_why(self):
        whole = bytearray(zip_of([("a", dicom_file(32))]))
        for signature, flags in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
            whole[whole.index(signature) + flags] |= 1
        self.assertIn("encrypted", self.refused(bytes(whole))["Details"])

    def test_other_methods_are_refused_and_say_why(self):
        for method in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
            self.assertIn("deflated", self.refused(zip_of([("a", dicom_file(33))], method))["Details"])

    def test_names_are_not_paths(self):
        names = ("../../../../tmp/evil", "/etc/evil", "a\\..\\b", "x" * 60000, "\u60a3", ".", "CON", "a\x01b")
        found = self.stored(zip_of([(name, dicom_file(40 + n)) for n, name in enumerate(names)]))
        self.assertEqual(len(found), len(names))
        self.assertFalse(os.path.exists("/tmp/evil"))

    def test_many_members_are_stored(self):
        count = 10_000 if support.LONG else 500
        found = self.stored(zip_of([(str(n), dicom_file(n, study="1.9.9")) for n in range(count)], zipfile.ZIP_STORED))
        self.assertEqual(len({each["ID"] for each in found}), count)

    def test_every_change_of_a_byte_is_survived(self):
        whole = zip_of([("a", dicom_file(50)), ("b", dicom_file(51)), ("c", b"text")])
        chance = random.Random(6)
        client = self.server.client()
        for _ in range(3000 if support.LONG else 300):
            damaged = bytearray(whole)
            for _ in range(chance.randint(1, 3)):
                damaged[chance.randrange(len(whole))] = chance.randrange(256)
            reply = client.post("/instances", bytes(damaged[:chance.choice((len(whole), chance.randrange(4, len(whole))))]))
            self.assertIn(reply.status, (200, 400, 413), f"{reply.body} {damaged.hex()}")
        client.close()
        self.assert_alive()

    def test_nothing_is_left_in_the_directory_of_what_is_received(self):
        # A body goes with its request, just behind the reply.
        support.eventually(lambda: not list((self.server.folder / "data/incoming").iterdir()), 10, "no bodies are left")


class BombsTest(UploadTest):
    options = {"MaximumFileSizeInArchiveMB": 300}

    def peak_mb(self):
        status = pathlib.Path(f"/proc/{self.server.process.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024

    def harmless(self, body, headers=None, statuses=(413,)):
        before = self.peak_mb()
        error = self.refused(body, headers, statuses)
        self.assertLess(self.peak_mb() - before, 32)
        self.assertEqual(list((self.server.folder / "data/incoming").iterdir()), [])
        return error

    def test_a_gzip_bomb(self):
        packer = zlib.compressobj(9, wbits=31)
        zeros = bytes(1 << 20)
        bomb = b"".join(packer.compress(zeros) for _ in range(1024)) + packer.flush()
        self.harmless(bomb, {"Content-Encoding": "gzip"})

    def test_a_zip_bomb(self):
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("bomb", "w") as member:
            for _ in range(512):
                member.write(bytes(1 << 20))
        self.assertIn("300", str(int(self.harmless(made.getvalue())["Details"].split(" the ")[1].split()[0]) >> 20))

    def test_members_that_share_their_bytes(self):
        """One compressed body that a directory names a thousand times."""
        one = zip_of([("a", bytes(20 << 20))])
        start, end = one.index(b"PK\1\2"), one.index(b"PK\5\6")
        entry, count = one[start:end], 1000
        tail = bytearray(one[end:])
        struct.pack_into("<HHI", tail, 8, count, count, len(entry) * count)
        body = one[:start] + entry * count + bytes(tail)
        if self.server.post("/instances", body).status != 200:
            self.harmless(body)

    def test_too_many_members(self):
        one = zip_of([("a", b"")])
        start, end = one.index(b"PK\1\2"), one.index(b"PK\5\6")
        self.assertIn("100000", self.harmless(one[:start] + one[start:end] * 100_001 + one[end:])["Details"])

    def test_forged_sizes(self):
        whole = zip_of([("a", dicom_file(1))])
        local, central = whole.index(b"PK\3\4"), whole.index(b"PK\1\2")
        for size in (0, 1, 0x7fffffff, 0xfffffffe):
            forged = bytearray(whole)
            struct.pack_into("<I", forged, local + 22, size)
            struct.pack_into("<I", forged, central + 24, size)
            reply = self.server.post("/instances", bytes(forged))
            self.assertIn((reply.status, reply.json() if reply.status == 200 else None), ((400, None), (200, [])), hex(size))
        self.assert_alive()

    def test_forms_with_too_many_parts(self):
        self.refused(b"--B0undary\r\n\r\n\r\n" * 100_001 + b"--B0undary--", FORM, (413,))

    def test_forms_with_endless_headers(self):
        self.refused(b"--B0undary\r\n" + b"a: b\r\n" * 100_000 + b"\r\n--B0undary--", FORM)


class LargeFilesTest(UploadTest):
    """Ten large uploads at once; TROUPE_LONG_TESTS=1: of 1 GB each."""

    megabytes = 1024 if support.LONG else 64
    # Bodies below 16 MiB stay in memory, 256 MiB of them together: that is not what these are.
    budget_mb = 300

    @staticmethod
    def pieces(number, megabytes):
        file = dicom_file(number, pixels=bytes(4))
        size = megabytes << 20
        head = file[:-16]  # without the pixel data
        yield head + struct.pack("<HH2sHI", 0x7fe0, 0x10, b"OW", 0, size)
        for n in range(megabytes):
            yield struct.pack("<II", number, n) * (1 << 17)

    def upload(self, number, into):
        client = self.server.client(timeout=600)
        head = next(self.pieces(number, self.megabytes))
        length = len(head) + (self.megabytes << 20)
        client.connection.request("POST", "/instances", body=self.pieces(number, self.megabytes), headers={"Content-Length": str(length)})
        response = client.connection.getresponse()
        into[number] = support.Reply(response, response.read())
        client.close()

    def test_memory_stays_within_a_budget(self):
        replies = {}
        threads = [threading.Thread(target=self.upload, args=(number, replies)) for number in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual([reply.status for reply in replies.values()], [200] * 10, replies)
        status = pathlib.Path(f"/proc/{self.server.process.pid}/status").read_text()
        peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024
        self.assertLess(peak, self.budget_mb)
        for number, reply in replies.items():
            info = self.server.get_json(reply.json()["Path"])
            self.assertEqual(info["FileSize"], (self.megabytes << 20) + len(next(self.pieces(number, self.megabytes))))
            last = self.server.get(reply.json()["Path"] + "/file", {"Range": "bytes=-8"})
            self.assertEqual(last.body, struct.pack("<II", number, self.megabytes - 1))
        self.assertEqual(list((self.server.folder / "data/incoming").iterdir()), [])
        self.server.restart()
        self.assertLessEqual({reply.json()["ID"] for reply in replies.values()}, set(self.server.get_json("/instances")))

    def test_a_large_member_of_a_zip_goes_through_a_file(self):
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive, archive.open("big", "w") as member:
            for piece in self.pieces(100, 40):
                member.write(piece)
        found = self.stored(made.getvalue())
        self.assertEqual(self.bytes_of(found[0]), b"".join(self.pieces(100, 40)))


if __name__ == "__main__":
    unittest.main()
