"""The index is made anew from the files, and keeps more main tags if the configuration says so."""
import random
import resource
import unittest

import support
from support import element, orthanc_id

EXTRA = {"Study": ["PatientAge"], "Series": ["0018,5100", "RequestAttributesSequence"], "Instance": ["KVP"]}
STUDY, SERIES = orthanc_id("P1", "1.2.3.4"), orthanc_id("P1", "1.2.3.4", "1.2.3.4.1")


def file(number, pixels=b"\0\1"):
    return support.dicom_file(number, pixels=pixels, before_pixels=b"".join([
        element(0x10, 0x1010, "AS", "042Y"), element(0x18, 0x60, "DS", str(100 + number)), element(0x18, 0x5100, "CS", f"FF{number}")]))


def instance(number):
    return "/instances/" + orthanc_id("P1", "1.2.3.4", "1.2.3.4.1", f"1.2.3.4.1.{number}")


class ReconstructTest(support.RestTest):
    """Each test has a server of its own, since they start it again with other options."""

    @classmethod
    def setUpClass(cls):
        pass

    @classmethod
    def tearDownClass(cls):
        pass

    def setUp(self):
        self.server = support.Server(UserMetadata={"note": 1024})
        self.addCleanup(self.server.remove)
        self.server.start()
        for number in (1, 2, 3):
            self.server.upload(file(number, bytes(100_000)))  # large enough to be a file of its own

    def tearDown(self):
        self.server.stop()

    def restart(self, **options):
        self.server.options = {"UserMetadata": {"note": 1024}} | options
        self.server.restart()

    def tags(self, resource):
        return self.server.get_json(resource)["MainDicomTags"]

    def reconstruct(self, resource, body=b""):
        reply = self.server.post(resource + "/reconstruct", body)
        self.assertEqual((reply.status, reply.body), (200, b""), reply)

    def test_extra_tags_are_kept_of_new_resources_and_of_old_ones_that_are_reconstructed(self):
        self.restart(ExtraMainDicomTags=EXTRA)
        self.assertTrue(self.server.get_json("/system")["MainDicomTags"]["Study"].endswith("0010,1010;0020,000d;0020,0010;0032,1032;0032,1060"))
        self.server.upload(file(4))
        self.assertEqual(self.tags(instance(4))["KVP"], "104")
        self.assertNotIn("KVP", self.tags(instance(1)))
        self.assertNotIn("PatientAge", self.tags("/studies/" + STUDY))
        self.assertIn("0018,0060", self.server.get(instance(4) + "/metadata/MainDicomTagsSignature").body.decode())
        self.assertNotIn("0018,0060", self.server.get(instance(1) + "/metadata/MainDicomTagsSignature").body.decode())

        self.reconstruct(instance(2))
        self.assertEqual(self.tags(instance(2))["KVP"], "102")
        self.assertEqual(self.tags("/series/" + SERIES)["PatientPosition"], "FF2")
        self.assertNotIn("KVP", self.tags(instance(1)))
        self.reconstruct("/studies/" + STUDY)
        self.assertEqual([self.tags(instance(number))["KVP"] for number in (1, 2, 3, 4)], ["101", "102", "103", "104"])
        self.assertEqual(self.tags("/series/" + SERIES)["PatientPosition"], "FF1", "the first instance speaks for its series")
        self.assertEqual(self.tags("/studies/" + STUDY)["PatientAge"], "042Y")
        self.assertIn("0018,0060", self.server.get(instance(1) + "/metadata/MainDicomTagsSignature").body.decode())
        self.assertEqual(self.server.get_json(instance(1) + "/metadata?expand").keys() & {"MainDicomTagsSignature"}, {"MainDicomTagsSignature"})
        found = self.server.post("/tools/find", {"Level": "Instance", "Query": {"KVP": "103"}}).json()
        self.assertEqual(["/instances/" + each for each in found], [instance(3)])

        self.restart()
        self.server.post("/tools/reconstruct", b"")
        self.assertNotIn("KVP", self.tags(instance(1)))
        self.assertNotIn("0018,0060", self.server.get(instance(1) + "/metadata/MainDicomTagsSignature").body.decode())

    def test_one_level_alone(self):
        self.restart(ExtraMainDicomTags=EXTRA)
        self.reconstruct("/studies/" + STUDY, {"LimitToThisLevelMainDicomTags": True})
        self.assertEqual(self.tags("/studies/" + STUDY)["PatientAge"], "042Y")
        self.assertNotIn("PatientPosition", self.tags("/series/" + SERIES))
        self.assertNotIn("KVP", self.tags(instance(1)))

    def test_what_does_not_come_from_the_files_stays(self):
        study = "/studies/" + STUDY
        self.server.request("PUT", study + "/labels/kept")
        self.server.request("PUT", study + "/metadata/note", b"kept too")
        before = [self.server.get_json(path) for path in (study, "/changes", "/statistics", "/patients?expand", instance(1), study + "/metadata?expand")]
        self.reconstruct(study, {})
        self.reconstruct("/patients/" + orthanc_id("P1"))
        self.assertEqual(self.server.post("/tools/reconstruct", {"ReconstructFiles": False}).status, 200)
        self.assertEqual(before, [self.server.get_json(path) for path in (study, "/changes", "/statistics", "/patients?expand", instance(1), study + "/metadata?expand")])
        self.assertEqual(self.server.get(instance(1) + "/file").body, file(1, bytes(100_000)))

    def test_files_take_the_form_that_new_ones_have(self):
        big, small = instance(1), instance(4)
        self.server.upload(file(4))
        for compressed in (True, False):
            self.restart(StorageCompression=compressed)
            self.reconstruct("/studies/" + STUDY)
            self.assertEqual(self.server.get(big + "/attachments/dicom/is-compressed").body, str(int(not compressed)).encode())
            self.assertEqual(self.server.post("/tools/reconstruct", {"ReconstructFiles": True}).status, 200)
            for one, content in ((big, file(1, bytes(100_000))), (small, file(4))):
                self.assertEqual(self.server.get(one + "/attachments/dicom/is-compressed").body, str(int(compressed)).encode())
                self.assertEqual(self.server.get(one + "/file").body, content)
            self.assertEqual(int(self.server.get_json("/statistics")["TotalDiskSize"]) < 100_000, compressed)

    def test_a_damaged_file_is_told_and_stops_no_other(self):
        stored = sorted((self.server.folder / "data" / "storage").rglob("*.dcm"))
        self.assertEqual(len(stored), 3)
        stored[0].write_bytes(stored[0].read_bytes()[:400])
        self.restart(ExtraMainDicomTags=EXTRA)
        error = self.assert_error(self.server.post(f"/studies/{STUDY}/reconstruct", b""), {500}, {20})
        self.assertIn("1 of 3", error["Details"])
        self.assertEqual([self.tags(instance(number)).get("KVP") for number in (1, 2, 3)], [None, "102", "103"])

    def test_a_disk_that_takes_no_more_is_507_and_no_damage(self):
        large = file(4, random.Random(4).randbytes(3 << 20))  # no smaller when compressed
        self.server.upload(large)
        self.restart(StorageCompression=True)
        files = sorted((self.server.folder / "data" / "storage").rglob("*.dcm"))
        _, most = resource.prlimit(self.server.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self.server.process.pid, resource.RLIMIT_FSIZE, (1 << 20, most))
        self.assert_error(self.server.post("/tools/reconstruct", {"ReconstructFiles": True}), {507}, {19})
        resource.prlimit(self.server.process.pid, resource.RLIMIT_FSIZE, (most, most))
        self.assertNotIn("cannot be reconstructed", self.server.log())
        self.assertEqual(sorted((self.server.folder / "data" / "storage").rglob("*.dcm")), files, "none is left half-written")
        self.assertEqual(self.server.get(instance(4) + "/file").body, large)
        self.assertEqual(self.server.post("/tools/reconstruct", {"ReconstructFiles": True}).status, 200)
        self.assertEqual(self.server.get(instance(4) + "/file").body, large)

    def test_wrong_requests(self):
        self.assert_error(self.server.post("/studies/" + orthanc_id("nobody") + "/reconstruct", b""), {404})
        self.assert_error(self.server.post(f"/series/{STUDY}/reconstruct", b""), {404})
        for body in (b"[]", b"{", {"LimitToThisLevelMainDicomTags": 1}, {"ReconstructFiles": "yes"}):
            self.assert_error(self.server.post(f"/studies/{STUDY}/reconstruct", body), {400}, {15})

    def test_an_unusable_option_is_told_at_the_start(self):
        for extra, text in (({"Study": ["Nope"]}, "there is no tag Nope"), ({"Study": ["StudyDate"]}, "StudyDate is a main tag of level Study already")):
            server = support.Server(ExtraMainDicomTags=extra)
            self.addCleanup(server.remove)
            with self.assertRaises(AssertionError):
                server.start()
            self.assertIn(text, server.log())
            server.process = None


if __name__ == "__main__":
    unittest.main()
