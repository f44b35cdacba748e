"""Tags of files through the REST API: header, tree, modules, tags of many instances."""
import base64
import json
import struct
import unittest
import xml.etree.ElementTree

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

    def test_a_file_is_shown_in_the_models_of_dicomweb(self):
        accepting = lambda kind: self.server.get(self.instance + "/file", {"Accept": kind})
        model = accepting("application/dicom+json")
        self.assertEqual(model.headers["Content-Type"], "application/dicom+json")
        self.assertEqual(model.json()["00100010"], {"vr": "PN", "Value": [{"Alphabetic": "Doe^Jane"}]})
        self.assertEqual(base64.b64decode(model.json()["7FE00010"]["InlineBinary"]), bytes([1] * 100_000))
        native = accepting("application/dicom+xml")
        self.assertEqual(native.headers["Content-Type"], "application/dicom+xml")
        attributes = {each.get("keyword"): each for each in xml.etree.ElementTree.fromstring(native.body)}
        self.assertEqual(attributes["PatientName"].find(".//{*}GivenName").text, "Jane")
        for kind in ("application/dicom", "*/*", "text/html", "application/dicom+json, */*"):
            self.assertEqual(accepting(kind).headers["Content-Type"], "application/dicom", kind)

    def test_the_default_encoding_holds_where_a_file_says_nothing(self):
        stored = self.server.upload(support.dicom_file(1, study="1.2.7", patient="encoding",
                                                       before_pixels=element(0x20, 0x4000, "LT", "\xcf\xf0\xe8\xe2\xe5\xf2")))
        target = f"/instances/{stored['ID']}/simplified-tags"
        self.assertEqual(self.server.get("/tools/default-encoding").body, b"Latin1")
        self.assertEqual(self.server.get_json(target)["ImageComments"], "\xcf\xf0\xe8\xe2\xe5\xf2")
        self.assertEqual(self.server.request("PUT", "/tools/default-encoding", "Windows1251").body, b"Windows1251")
        self.assertEqual(self.server.get_json(target)["ImageComments"], "\u041f\u0440\u0438\u0432\u0435\u0442")
        self.assert_error(self.server.request("PUT", "/tools/default-encoding", "Klingon"), {400}, {3})
        self.assertEqual(self.server.request("PUT", "/tools/default-encoding", "Latin1").status, 200)
        self.assertEqual(self.server.get_json(target)["ImageComments"], "\xcf\xf0\xe8\xe2\xe5\xf2")

    def test_small_tools(self):
        self.assertRegex(self.server.get("/tools/generate-uid?level=patient").body.decode(), r"^[0-9a-f-]{36}$")
        made = {self.server.get("/tools/generate-uid?level=" + level).body.decode() for level in ("study", "series", "instance", "study")}
        self.assertEqual(len(made), 4)
        for uid in made:
            self.assertRegex(uid, r"^2\.25\.[1-9][0-9]{0,38}$")
        for query in ("", "?level=", "?level=x", "?level=Study"):
            self.assert_error(self.server.get("/tools/generate-uid" + query), {404}, {17})
        for clock in ("now", "now-local"):
            self.assertRegex(self.server.get("/tools/" + clock).body.decode(), r"^\d{8}T\d{6}$")
        self.assertIn(b"Verification SOP Class", self.server.get("/tools/dicom-conformance").body)
        self.assertEqual(self.server.post("/tools/invalidate-tags", "").status, 200)

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


class DictionaryTest(support.RestTest):
    options = {"Dictionary": {"0057,1001": ["LO", "NameOfShip", 1, 1, "SHIPYARD"]}, "DefaultEncoding": "Utf8", "LoadPrivateDictionary": False}

    def test_private_tags_have_the_names_of_the_configuration(self):
        private = element(0x57, 0x10, "LO", "SHIPYARD") + element(0x57, 0x1001, "UN", "Argo")
        stored = self.server.upload(support.dicom_file(1, before_pixels=element(0x9, 0x10, "LO", "GEMS_IDEN_01") + element(0x9, 0x1001, "LO", "X")
                                                       + private))
        tags = self.server.get_json(f"/instances/{stored['ID']}/tags")
        self.assertEqual(tags["0057,1001"], {"Name": "NameOfShip", "PrivateCreator": "SHIPYARD", "Type": "String", "Value": "Argo"})
        self.assertEqual(tags["0009,1001"]["Name"], "Unknown Tag & Data")
        self.assertEqual(self.server.get(f"/instances/{stored['ID']}/content/NameOfShip").body, b"Argo")
        self.assertEqual(self.server.get("/tools/default-encoding").body, b"Utf8")

    def test_wrong_settings_are_refused_at_the_start(self):
        for options, place in (({"Dictionary": {"0057,1001": ["LO", "Name"]}}, "0057,1001"), ({"Dictionary": {"0010,0010": ["PN", "Name"]}}, "0010,0010"),
                               ({"DefaultEncoding": "Klingon"}, "DefaultEncoding"), ({"DefaultPrivateCreator": "x" * 65}, "DefaultPrivateCreator")):
            server = support.Server(**options)
            self.addCleanup(server.remove)
            with self.assertRaises(AssertionError) as refused:
                server.start()
            self.assertIn(place, str(refused.exception))
            self.assertEqual(server.process.wait(), 78)


if __name__ == "__main__":
    unittest.main()
