"""Tags of files through the REST API: header, tree, modules, tags of many instances."""
import json
import struct
import unittest

import support
from support import element

SEQUENCE = element(0x10, 0x1002, "SQ", struct.pack("<HHI", 0xfffe, 0xe000, 10) + element(0x10, 0x20, "LO", "A1"))


class TagsTest(support.RestTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stored = [cls.server.upload(support.dicom_file(number, pixels=bytes([number] * 100_000), before_pixels=SEQUENCE))
                      for number in (1, 2, 3)]
        cls.instance = "/instances/" + cls.stored[0]["ID"]
        cls.series = "/series/" + cls.stored[0]["ParentSeries"]

    def test_simplify_wins_over_short_and_short_over_full(self):
        for route in (self.instance + "/tags", self.instance + "/header", self.series + "/module", self.series + "/shared-tags"):
            simplified = self.server.get_json(route + "?full&short&simplify")
            brief = self.server.get_json(route + "?full&short")
            full = self.server.get_json(route + "?full")
            self.assertEqual(full, self.server.get_json(route))
            for key, field in full.items():
                self.assertEqual(set(field), {"Name", "Type", "Value"})
                self.assertEqual(len(brief[key]) if field["Type"] == "Sequence" else brief[key],
                                 len(field["Value"]) if field["Type"] == "Sequence" else field["Value"])
                self.assertIn(field["Name"], simplified)

    def test_the_header_is_the_meta_information(self):
        header = self.server.get_json(self.instance + "/header?simplify")
        self.assertEqual(header["TransferSyntaxUID"], support.EXPLICIT_LITTLE_ENDIAN)
        self.assertEqual(header["MediaStorageSOPClassUID"], support.SECONDARY_CAPTURE)

    def test_the_tree_is_walked_down_to_the_raw_bytes(self):
        tags = self.server.get_json(self.instance + "/content")
        self.assertIn("0010-1002", tags)
        self.assertEqual(self.server.get_json(self.instance + "/content/0010-1002"), ["0"])
        self.assertEqual(self.server.get_json(self.instance + "/content/OtherPatientIDsSequence/0/"), ["0010-0020"])
        leaf = self.server.get(self.instance + "/content/0010-1002/0/PatientID")
        self.assertEqual((leaf.status, leaf.body, leaf.headers["Content-Type"]), (200, b"A1", "application/octet-stream"))
        self.assertEqual(self.server.get_json(self.instance + "/content/7fe0-0010"), ["0"])
        self.assertEqual(self.server.get(self.instance + "/content/PixelData/0").body, bytes([1] * 100_000))
        head = self.server.request("HEAD", self.instance + "/content/PixelData/0")
        self.assertEqual((head.status, head.headers["Content-Length"]), (200, "100000"))

    def test_places_that_are_not_there_are_refused(self):
        for path in ("0010-1002/1", "0010-1002/0/PatientName", "PatientName/0", "PatientAge"):
            self.assert_error(self.server.get(self.instance + "/content/" + path), {404}, {7})
        self.assert_error(self.server.get(self.instance + "/content/NoSuchTag"), {500}, {27})
        self.assert_error(self.server.get(self.instance + "/tags?ignore-length=NoSuchTag"), {500}, {27})
        self.assert_error(self.server.get("/instances/none/content/PatientName"), {404})
        self.assertEqual(self.server.request("PUT", self.instance + "/content/PatientName", b"").status, 405)

    def test_modules_hold_the_tags_of_their_level(self):
        first = self.stored[0]
        modules = {"/patients/" + first["ParentPatient"] + "/module": {"PatientName", "PatientID", "OtherPatientIDsSequence"},
                   "/studies/" + first["ParentStudy"] + "/module": {"StudyDate", "StudyDescription", "StudyInstanceUID"},
                   "/studies/" + first["ParentStudy"] + "/module-patient": {"PatientName", "PatientID", "OtherPatientIDsSequence"},
                   "/series/" + first["ParentSeries"] + "/module": {"Modality", "SeriesInstanceUID"},
                   self.instance + "/module": {"SOPClassUID", "SOPInstanceUID", "InstanceNumber"}}
        for route, names in modules.items():
            self.assertEqual(set(self.server.get_json(route + "?simplify")), names, route)
        self.assert_error(self.server.get("/patients/" + first["ParentStudy"] + "/module"), {404})

    def test_shared_tags_are_those_that_all_instances_have(self):
        shared = self.server.get_json(self.series + "/shared-tags?simplify")
        self.assertEqual(shared["PatientName"], "Doe^Jane")
        self.assertFalse({"SOPInstanceUID", "InstanceNumber", "PixelData", "OtherPatientIDsSequence"} & set(shared))
        self.assert_error(self.server.get("/series/none/shared-tags"), {404})

    def test_the_tags_of_all_instances_come_by_name(self):
        for level, parent in (("series", "ParentSeries"), ("studies", "ParentStudy"), ("patients", "ParentPatient")):
            reply = self.server.get(f"/{level}/{self.stored[0][parent]}/instances-tags?short")
            every = json.loads(reply.body)
            self.assertEqual(list(every), sorted(each["ID"] for each in self.stored))
            for name, tags in every.items():
                self.assertEqual(tags, self.server.get_json(f"/instances/{name}/tags?short"))
            self.assertEqual(reply.body.decode(), json.dumps(every, indent=3) + "\n")
        self.assert_error(self.server.get("/series/none/instances-tags"), {404})

    def test_a_client_that_leaves_in_the_middle_harms_nobody(self):
        for number in range(4, 40):
            self.server.upload(support.dicom_file(number, study="1.2.9", patient="many",
                                                  before_pixels=element(0x20, 0x4000, "LT", "x" * 60_000)))
        series = "/series/" + support.orthanc_id("many", "1.2.9", "1.2.9.1")
        target = series + "/instances-tags?ignore-length=ImageComments"
        for _ in range(3):
            connection = support.raw_connection(self.server.port, receive_buffer=4096)
            connection.sendall(f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            connection.recv(1000)
            connection.close()
        self.assertEqual(len(self.server.get_json(target)), 36)
        self.assert_alive()


if __name__ == "__main__":
    unittest.main()
