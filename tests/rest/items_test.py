"""What belongs to resources besides their tags: metadata, attachments, labels; and how files lie on the disk."""
import hashlib
import random
import unittest
import zlib

import support
from support import dicom_file, members, orthanc_id

LEVELS = ("patients", "studies", "series", "instances")
# Compresses well, but not to nothing.
PIXELS = bytes(random.Random(2).choices(b"abcd", k=300_000))


def md5(data):
    return hashlib.md5(data).hexdigest()


def tag(revision, data):
    return f'"{revision}-{md5(data)}"'


class ItemsTest(support.RestTest):
    options = {"UserMetadata": {"reviewer": 2000}, "UserContentType": {"report": 2000, "photo": [2001, "image/jpeg"]}}

    def setUp(self):
        super().setUp()
        self.number = getattr(type(self), "number", 0) + 1
        type(self).number = self.number
        self.study = f"1.2.3.{self.number}"
        self.file = dicom_file(1, study=self.study, patient=f"P{self.number}", pixels=PIXELS)
        self.server.upload(self.file)
        names = (f"P{self.number}", self.study, self.study + ".1", self.study + ".1.1")
        self.paths = {level: f"/{level}/{orthanc_id(*names[:n])}" for n, level in enumerate(LEVELS, 1)}
        self.instance = self.paths["instances"]

    def put(self, target, body, **headers):
        return self.server.request("PUT", target, body, {k.replace("_", "-"): v for k, v in headers.items()})

    def delete(self, target, **headers):
        return self.server.request("DELETE", target, headers={k.replace("_", "-"): v for k, v in headers.items()})

    def text(self, target):
        reply = self.server.get(target)
        self.assertEqual(reply.status, 200, reply)
        self.assertEqual(reply.headers["Content-Type"], "text/plain")
        return reply.body.decode()

    def disk_and_content(self):
        totals = self.server.get_json("/statistics")
        return int(totals["TotalDiskSize"]), int(totals["TotalUncompressedSize"])

    # -- metadata

    def test_metadata_of_the_server_follow_from_the_upload(self):
        found = self.server.get_json(self.instance + "/metadata?expand")
        self.assertEqual(found["Origin"], "RestApi")
        self.assertEqual(found["RemoteIP"], "127.0.0.1")
        self.assertEqual(found["IndexInSeries"], "1")
        self.assertEqual(found["TransferSyntax"], support.EXPLICIT_LITTLE_ENDIAN)
        self.assertEqual(found["SopClassUid"], support.SECONDARY_CAPTURE)
        self.assertEqual(found["PixelDataOffset"], str(self.file.index(b"\xe0\x7f\x10\0OB")))
        self.assertIn("LastUpdate", self.server.get_json(self.paths["studies"] + "/metadata"))
        self.assertIn(7, self.server.get_json(self.paths["studies"] + "/metadata?numeric"))
        self.assertEqual(self.text(self.instance + "/metadata/8"), "RestApi")

    def test_metadata_of_users_at_every_level(self):
        for level, path in self.paths.items():
            with self.subTest(level=level):
                where = path + "/metadata/reviewer"
                self.assertEqual(self.server.get(where).status, 404)
                first = self.put(where, "Ann")
                self.assertEqual((first.status, first.body, first.headers["ETag"]), (200, b"", tag(0, b"Ann")))
                self.assertEqual(self.put(where, "Bob").headers["ETag"], tag(1, b"Bob"))
                self.assertEqual(self.text(path + "/metadata/2000"), "Bob")
                self.assertEqual(self.server.get(where).headers["ETag"], tag(1, b"Bob"))
                self.assertIn("reviewer", self.server.get_json(path + "/metadata"))
                self.put(path + "/metadata/3000", "")
                self.assertEqual(self.server.get_json(path + "/metadata?expand")["3000"], "")
                self.assertEqual(self.server.get_json(path + "/metadata?expand&numeric")["2000"], "Bob")
                self.assertEqual(self.delete(where).status, 200)
                self.assert_error(self.delete(where), {404}, {17})

    def test_metadata_that_are_not_the_users(self):
        for name in ("RemoteAET", "1", "1023", "65536"):
            with self.subTest(name=name):
                self.assertEqual(self.put(f"{self.instance}/metadata/{name}", "x").status, 403)
                self.assertEqual(self.delete(f"{self.instance}/metadata/{name}").status, 403)
        for name in ("nobody", "1024x"):
            self.assert_error(self.put(f"{self.instance}/metadata/{name}", "x"), {404}, {7})
        for target in ("/instances/nothing/metadata", "/studies" + self.instance[10:] + "/metadata"):
            self.assert_error(self.server.get(target), {404}, {17})
            self.assert_error(self.put(target + "/reviewer", "x"), {404}, {17})

    def test_who_names_an_old_version_changes_nothing(self):
        where = self.instance + "/metadata/reviewer"
        self.put(where, "a", If_Match=tag(9, b"no matter, there is none yet"))
        self.assert_error(self.put(where, "b", If_Match=tag(1, b"a")), {409}, {43})
        self.assert_error(self.put(where, "b", If_Match=tag(0, b"b")), {409}, {43})
        self.assert_error(self.put(where, "b", If_Match="nonsense"), {400}, {3})
        self.assert_error(self.delete(where, If_Match=tag(1, b"a")), {409}, {43})
        self.assertEqual(self.text(where), "a")
        self.assertEqual(self.put(where, "b", If_Match=tag(0, b"a")).status, 200)
        self.assertEqual(self.delete(where, If_Match="*").status, 200)

    def test_what_the_client_has_is_not_sent(self):
        where = self.instance + "/metadata/reviewer"
        self.put(where, "a")
        for known in (tag(0, b"a"), tag(0, b"a").strip('"'), "*", f'"x", {tag(0, b"a")}'):
            reply = self.server.get(where, {"If-None-Match": known})
            self.assertEqual((reply.status, reply.body, reply.headers["ETag"]), (304, b"", tag(0, b"a")))
        self.assertEqual(self.server.get(where, {"If-None-Match": tag(1, b"a")}).body, b"a")
        self.assert_error(self.server.get(where, {"If-None-Match": "nonsense"}), {400}, {3})

    def test_bytes_that_are_no_utf_8_do_not_break_the_list(self):
        self.put(self.instance + "/metadata/3001", b"\xff\xfe")
        self.assertEqual(self.server.get_json(self.instance + "/metadata?expand")["3001"], "\ufffd\ufffd")
        self.assertEqual(self.server.get(self.instance + "/metadata/3001").body, b"\xff\xfe")

    # -- labels

    def test_labels_at_every_level(self):
        for level, path in self.paths.items():
            with self.subTest(level=level):
                self.assertEqual(self.server.get_json(path + "/labels"), [])
                for label in ("b", "a", f"only-{level}", "a"):
                    self.assertEqual(self.put(f"{path}/labels/{label}", "").status, 200)
                self.assertEqual(self.server.get_json(path + "/labels"), ["a", "b", f"only-{level}"])
                self.assertEqual(self.server.get_json(path)["Labels"], ["a", "b", f"only-{level}"])
                self.assertEqual(self.server.get(path + "/labels/a").status, 200)
                self.assertEqual(self.server.get(path + "/labels/c").status, 404)
                self.assertEqual(self.delete(path + "/labels/a").status, 200)
                self.assertEqual(self.delete(path + "/labels/a").status, 200)
                self.assertEqual(self.server.get(path + "/labels/a").status, 404)
        self.assertLessEqual({f"only-{level}" for level in LEVELS}, set(self.server.get_json("/tools/labels")))
        self.assertEqual(self.delete(self.instance).status, 200)
        self.assertFalse({f"only-{level}" for level in LEVELS} & set(self.server.get_json("/tools/labels")))

    def test_texts_that_are_no_labels_are_refused(self):
        for label in ("a%20b", "%C3%A9", "a.b", "x" * 65):
            with self.subTest(label=label):
                self.assert_error(self.put(f"{self.instance}/labels/{label}", ""), {400})
        self.assertEqual(self.put(f"{self.instance}/labels/{'x' * 64}", "").status, 200)
        self.assert_error(self.put("/instances/nothing/labels/a", ""), {404}, {17})

    # -- attachments

    def test_attachments_at_every_level(self):
        for level, path in self.paths.items():
            with self.subTest(level=level):
                own = ["dicom"] if level == "instances" else []
                where = path + "/attachments"
                self.assertEqual(self.server.get_json(where), own)
                self.assert_error(self.server.get(where + "/report/data"), {404}, {17})
                first = self.put(where + "/report", b"one")
                self.assertEqual((first.status, first.json(), first.headers["ETag"]), (200, {}, tag(0, b"one")))
                self.assertEqual(self.put(where + "/report", b"two").headers["ETag"], tag(1, b"two"))
                self.put(where + "/3000", b"")
                self.assertEqual(self.server.get_json(where), own + ["report", "3000"])
                self.assertEqual(self.server.get_json(where + "?full"), {n: 1 for n in own} | {"report": 2000, "3000": 3000})
                self.assertEqual(self.server.get(where + "/2000/data").body, b"two")
                self.assertEqual(self.server.get(where + "/3000/data").body, b"")
                self.assertEqual(self.delete(where + "/report").status, 200)
                self.assert_error(self.delete(where + "/report"), {404}, {17})
                self.assertEqual(self.server.get_json(where), own + ["3000"])

    def test_what_is_known_of_an_attachment(self):
        where = self.instance + "/attachments/dicom"
        self.assertIn("compressed-data", self.server.get_json(where))
        info = self.server.get_json(where + "/info")
        self.assertEqual(self.text(where + "/uuid"), info.pop("Uuid"))
        self.assertEqual(info, {"ContentType": 1, "UncompressedSize": len(self.file), "CompressedSize": len(self.file),
                                "UncompressedMD5": md5(self.file), "CompressedMD5": md5(self.file)})
        self.assertEqual(self.text(where + "/size"), str(len(self.file)))
        self.assertEqual(self.text(where + "/compressed-size"), str(len(self.file)))
        self.assertEqual(self.text(where + "/md5"), md5(self.file))
        self.assertEqual(self.text(where + "/compressed-md5"), md5(self.file))
        self.assertEqual(self.text(where + "/is-compressed"), "0")
        self.assertEqual(self.server.get(where + "/info").headers["ETag"], tag(0, self.file))
        self.assertEqual(self.server.get(where + "/size", {"If-None-Match": tag(0, self.file)}).status, 304)

    def test_the_content_of_an_attachment_whole_and_in_parts(self):
        where = self.instance + "/attachments/dicom/data"
        whole = self.server.get(where)
        self.assertEqual((whole.body, whole.headers["Content-Type"]), (self.file, "application/dicom"))
        self.assertTrue(whole.headers["Content-Disposition"].endswith('.dcm"'))
        part = self.server.get(where, {"Range": "bytes=128-131"})
        self.assertEqual((part.status, part.body), (206, b"DICM"))
        self.assertEqual(self.server.get(where, {"Range": "bytes=9999999-"}).status, 416)
        self.put(self.instance + "/attachments/photo", b"jpeg")
        self.assertEqual(self.server.get(self.instance + "/attachments/photo/data").headers["Content-Type"], "image/jpeg")
        head = self.server.request("HEAD", where)
        self.assertEqual((head.status, head.headers["Content-Length"]), (200, str(len(self.file))))

    def test_attachments_that_are_not_the_users(self):
        for name in ("dicom", "1", "1023", "65536"):
            with self.subTest(name=name):
                self.assertEqual(self.put(f"{self.instance}/attachments/{name}", "x").status, 403)
                self.assertEqual(self.delete(f"{self.instance}/attachments/{name}").status, 403)
        self.assert_error(self.put(self.instance + "/attachments/nothing", "x"), {404}, {7})
        self.assert_error(self.put("/instances/nothing/attachments/report", "x"), {404}, {17})
        unknown = "/instances/" + orthanc_id("nobody")
        before = self.disk_and_content()
        self.assert_error(self.put(unknown + "/attachments/report", "x"), {404}, {17})
        self.assertEqual(self.disk_and_content(), before)

    def test_who_names_an_old_version_of_an_attachment_changes_nothing(self):
        where = self.instance + "/attachments/report"
        self.put(where, b"a")
        self.assert_error(self.put(where, b"b", If_Match=tag(1, b"a")), {409}, {43})
        self.assert_error(self.delete(where, If_Match=tag(1, b"a")), {409}, {43})
        self.assertEqual(self.server.get(where + "/data").body, b"a")
        self.assertEqual(self.put(where, b"b", If_Match=tag(0, b"a")).headers["ETag"], tag(1, b"b"))
        self.assertEqual(self.delete(where, If_Match=tag(1, b"b")).status, 200)

    def test_md5_is_verified(self):
        where = self.instance + "/attachments/report"
        self.put(where, PIXELS + self.study.encode())
        for act in ("verify-md5", "compress", "verify-md5"):
            self.assertEqual(self.server.post(f"{where}/{act}", "").json(), {})
        [stored] = [f for f in (self.server.folder / "data/storage").rglob("*") if f.is_file()
                    and md5(f.read_bytes()) == self.text(where + "/compressed-md5")]
        damaged = bytearray(stored.read_bytes())
        damaged[len(damaged) // 2] ^= 1
        stored.write_bytes(damaged)
        self.assert_error(self.server.post(where + "/verify-md5", ""), {400})
        self.assert_error(self.server.get(where + "/data"), {500}, {20})
        self.assert_error(self.server.post(self.instance + "/attachments/3005/verify-md5", ""), {400})
        self.assertEqual(self.delete(where).status, 200)

    # -- how files lie on the disk

    def test_a_file_is_compressed_and_uncompressed(self):
        where = self.instance + "/attachments/dicom"
        before = self.disk_and_content()
        self.assertEqual(self.server.post(where + "/compress", "").json(), {})
        self.assertEqual(self.server.post(where + "/compress", "").json(), {})
        self.assertEqual(self.text(where + "/is-compressed"), "1")
        packed = self.server.get(where + "/compressed-data").body
        self.assertEqual(int.from_bytes(packed[:8], "little"), len(self.file))
        self.assertEqual(zlib.decompress(packed[8:]), self.file)
        self.assertEqual(self.text(where + "/compressed-size"), str(len(packed)))
        self.assertEqual(self.text(where + "/compressed-md5"), md5(packed))
        self.assertEqual(self.text(where + "/size"), str(len(self.file)))
        after = self.disk_and_content()
        self.assertEqual(before[0] - after[0], len(self.file) - len(packed))
        self.assertEqual(before[1], after[1])
        self.check_readers()
        self.assertEqual(self.server.post(where + "/uncompress", "").json(), {})
        self.assertEqual(self.text(where + "/is-compressed"), "0")
        self.assertEqual(self.disk_and_content(), before)
        self.check_readers()
        self.assert_error(self.server.post(self.instance + "/attachments/3006/compress", ""), {404}, {17})

    def check_readers(self):
        """Whoever wants the file gets its content."""
        self.assertEqual(self.server.get(self.instance + "/file").body, self.file)
        self.assertEqual(self.server.get(self.instance + "/file", {"Range": "bytes=128-131"}).body, b"DICM")
        self.assertEqual(self.server.get(self.instance + "/attachments/dicom/data").body, self.file)
        self.assertEqual(self.server.get_json(self.instance + "/simplified-tags")["PatientName"], "Doe^Jane")
        self.assertEqual(self.server.get(self.instance + "/content/7fe0-0010/0").body, PIXELS)
        self.assertEqual(members(self.server.get(self.paths["studies"] + "/archive").body), [self.file])
        modified = self.server.post(self.paths["studies"] + "/modify", {"Replace": {"StudyDescription": "new"}})
        self.assertEqual(modified.status, 200, modified)
        self.assertEqual(self.server.get_json(modified.json()["Path"])["MainDicomTags"]["StudyDescription"], "new")
        self.assertEqual(self.server.get_json(modified.json()["Path"])["ModifiedFrom"], self.paths["studies"][9:])
        self.assertEqual(self.delete(modified.json()["Path"]).status, 200)

    def test_nothing_is_left_when_all_is_deleted(self):
        for path in self.paths.values():
            self.put(path + "/metadata/reviewer", "x")
            self.put(path + "/attachments/report", PIXELS)
            self.put(path + "/labels/gone", "")
        self.server.post(self.instance + "/attachments/report/compress", "")
        for patient in self.server.get_json("/patients"):
            self.assertEqual(self.delete("/patients/" + patient).status, 200)
        self.assertEqual(self.disk_and_content(), (0, 0))
        self.assertEqual(self.server.get_json("/tools/labels"), [])
        left = lambda: [f for f in (self.server.folder / "data/storage").rglob("*") if f.is_file()]
        self.assertEqual(left(), [])

    def test_all_of_it_survives_a_kill(self):
        for path in self.paths.values():
            self.put(path + "/metadata/reviewer", "x")
            self.put(path + "/attachments/report", PIXELS)
            self.put(path + "/labels/kept", "")
        self.server.post(self.instance + "/attachments/dicom/compress", "")
        totals = self.disk_and_content()
        self.server.kill()
        self.server.start()
        for path in self.paths.values():
            self.assertEqual(self.text(path + "/metadata/reviewer"), "x")
            self.assertEqual(self.server.get(path + "/attachments/report/data").body, PIXELS)
            self.assertEqual(self.server.get_json(path + "/labels"), ["kept"])
        self.assertEqual(self.disk_and_content(), totals)
        self.check_readers()


class CompressionTest(ItemsTest):
    """The same where everything new is compressed."""

    options = ItemsTest.options | {"StorageCompression": True}

    def test_what_is_known_of_an_attachment(self):
        where = self.instance + "/attachments/dicom"
        self.assertEqual(self.text(where + "/is-compressed"), "1")
        self.assertEqual(self.text(where + "/size"), str(len(self.file)))
        self.assertLess(int(self.text(where + "/compressed-size")), len(self.file) // 2)
        self.assertEqual(self.text(where + "/md5"), md5(self.file))
        self.assertEqual(self.server.get_json(self.instance)["FileSize"], len(self.file))
        self.check_readers()

    def test_a_file_is_compressed_and_uncompressed(self):
        self.assertEqual(self.server.post(self.instance + "/attachments/dicom/uncompress", "").json(), {})
        super().test_a_file_is_compressed_and_uncompressed()

    def test_a_large_file_is_unpacked_on_the_disk(self):
        large = random.Random(3).randbytes(1000) * 20_000
        where = self.instance + "/attachments/report"
        self.assertEqual(self.put(where, large).status, 200)
        self.assertEqual(self.server.get(where + "/data").body, large)
        self.assertEqual(self.server.get(where + "/data", {"Range": "bytes=19999990-"}).body, large[-10:])
        self.assertEqual(list((self.server.folder / "data/incoming").iterdir()), [])


class RevisionsTest(support.RestTest):
    """Where the option CheckRevisions is on, and MD5 is not kept."""

    options = {"CheckRevisions": True, "StoreMD5ForAttachments": False}

    def test_a_change_must_name_the_version(self):
        instance = "/instances/" + self.server.upload(dicom_file(1))["ID"]
        self.assertTrue(self.server.get_json("/system")["CheckRevisions"])
        for where, first in ((instance + "/metadata/1024", tag(0, b"a")), (instance + "/attachments/1024", None)):
            with self.subTest(where=where):
                stored = self.server.request("PUT", where, "a").headers["ETag"]
                self.assertEqual(first or stored, stored)
                first = stored
                self.assert_error(self.server.request("PUT", where, "b"), {409}, {43})
                self.assert_error(self.server.request("DELETE", where), {409}, {43})
                self.assert_error(self.server.request("DELETE", where + "1"), {409}, {43})
                changed = self.server.request("PUT", where, "b", {"If-Match": first})
                self.assertEqual(changed.status, 200)
                self.assertEqual(self.server.request("DELETE", where, headers={"If-Match": changed.headers["ETag"]}).status, 200)

    def test_contents_without_md5_are_told_apart(self):
        where = "/instances/" + self.server.upload(dicom_file(3))["ID"] + "/attachments/1025"
        first = self.server.request("PUT", where, "first").headers["ETag"]
        self.assertEqual(self.server.get(where + "/data", {"If-None-Match": first}).status, 304)
        self.assertEqual(self.server.request("DELETE", where, headers={"If-Match": first}).status, 200)
        self.assertEqual(self.server.request("PUT", where, "second").status, 200)
        self.assertEqual(self.server.get(where + "/data", {"If-None-Match": first}).body, b"second")
        self.assert_error(self.server.request("DELETE", where, headers={"If-Match": first}), {409}, {43})

    def test_md5_that_is_not_kept_is_shown_as_nothing(self):
        instance = "/instances/" + self.server.upload(dicom_file(2))["ID"]
        self.assertEqual(self.server.get_json(instance + "/attachments/dicom/info")["UncompressedMD5"], "")
        for name in ("md5", "compressed-md5"):
            self.assert_error(self.server.get(f"{instance}/attachments/dicom/{name}"), {404})
        self.assert_error(self.server.post(instance + "/attachments/dicom/verify-md5", ""), {400})


if __name__ == "__main__":
    unittest.main()
