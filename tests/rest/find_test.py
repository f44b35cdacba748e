"""Finding resources: the query language, order and pages, tags that are in no index, and a model that says what is right."""
import io
import random
import unicodedata
import unittest

import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

import support


def dicom(**tags):
    """A file with these tags."""
    dataset = Dataset()
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.SOPClassUID = "1.2.840.10008.5.1.4.1.1.7"
    for keyword, value in tags.items():
        setattr(dataset, keyword, value)
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    dataset.file_meta = meta
    dataset.is_little_endian, dataset.is_implicit_VR = True, False
    buffer = io.BytesIO()
    pydicom.dcmwrite(buffer, dataset, write_like_original=False)
    return buffer.getvalue()


def item(**tags):
    made = Dataset()
    for keyword, value in tags.items():
        setattr(made, keyword, value)
    return made


KNEE = {"PatientID": "ID1", "PatientName": "Müller^Jörg", "StudyInstanceUID": "1.1", "StudyDate": "20200101", "StudyTime": "101500",
        "StudyDescription": "Knee Left", "AccessionNumber": "A1"}
FILES = [
    KNEE | {"SeriesInstanceUID": "1.1.1", "SOPInstanceUID": "1.1.1.1", "Modality": "CT", "SeriesNumber": "10", "InstanceNumber": "1", "KVP": "120"},
    KNEE | {"SeriesInstanceUID": "1.1.1", "SOPInstanceUID": "1.1.1.2", "Modality": "CT", "SeriesNumber": "10", "InstanceNumber": "2", "KVP": "120"},
    KNEE | {"SeriesInstanceUID": "1.1.2", "SOPInstanceUID": "1.1.2.1", "Modality": "MR", "SeriesNumber": "9", "InstanceNumber": "10", "KVP": "100"},
    {"PatientID": "id2", "PatientName": "SMITH^John", "StudyInstanceUID": "2.1", "SeriesInstanceUID": "2.1.1", "SOPInstanceUID": "2.1.1.1",
     "StudyDate": "20210615", "StudyTime": "09", "Modality": "US", "StudyDescription": "knee right", "AccessionNumber": "", "InstanceNumber": "1"},
    {"PatientID": "3", "PatientName": "", "StudyInstanceUID": "3.1", "SeriesInstanceUID": "3.1.1", "SOPInstanceUID": "3.1.1.1", "Modality": "OT",
     "InstanceNumber": "1"},
    {"PatientID": "4", "PatientName": "山田^太郎=Yamada", "StudyInstanceUID": "4.1", "SeriesInstanceUID": "4.1.1", "SOPInstanceUID": "4.1.1.1",
     "StudyDate": "20211231", "Modality": "OT", "InstanceNumber": "1",
     "ReferencedImageSequence": [item(ReferencedSOPInstanceUID="9.8"), item(ReferencedSOPInstanceUID="9.9", ReferencedFrameNumber="2")]},
]
UIDS = {"Patient": "PatientID", "Study": "StudyInstanceUID", "Series": "SeriesInstanceUID", "Instance": "SOPInstanceUID"}


class FindTest(support.RestTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for tags in FILES:
            reply = cls.server.post("/instances", dicom(**tags))
            assert reply.status == 200, reply

    def find(self, level, query, **fields):
        """The identifiers of what was found, by the UID that its level has."""
        reply = self.server.post("/tools/find", {"Level": level, "Query": query, "Expand": True} | fields)
        self.assertEqual(reply.status, 200, reply)
        count = self.server.post("/tools/count-resources", {"Level": level, "Query": query} | fields).json()
        if not fields.keys() & {"Since", "Limit"}:
            self.assertEqual(count, {"Count": len(reply.json())})
        return [one["MainDicomTags"][UIDS[level]] for one in reply.json()]

    def assert_finds(self, expected, level, query, **fields):
        self.assertEqual(self.find(level, query, **fields), expected, (level, query, fields))

    def test_names_are_found_without_case_and_accents(self):
        for name in ("muller*", "müller*", "MÜLLER^JÖRG", "Muller^Jorg", "*jorg", "M?ller*"):
            self.assert_finds(["1.1"], "Study", {"PatientName": name})
        self.assert_finds(["4.1"], "Study", {"PatientName": "?田*"})
        self.assert_finds(["4.1"], "Study", {"PatientName": "*yamada"})
        self.assert_finds([], "Study", {"PatientName": "muller*"}, CaseSensitive=True)
        self.assert_finds(["1.1"], "Study", {"PatientName": "Müller*"}, CaseSensitive=True)
        self.assert_finds(["2.1"], "Study", {"PatientID": "ID2"})
        self.assert_finds([], "Study", {"PatientID": "ID2"}, CaseSensitive=True)

    def test_nothing_asked_for_is_everything(self):
        everything = ["1.1", "2.1", "3.1", "4.1"]
        for query in ({}, {"PatientName": ""}, {"StudyDescription": ""}, {"StudyDate": "-"}, {"KVP": ""}, {"ReferencedImageSequence": ""},
                      {"ReferencedImageSequence": []}):
            self.assert_finds(everything, "Study", query)
        self.assert_finds(everything, "Study", {"PatientName": "*"})
        self.assert_finds(["1.1", "2.1"], "Study", {"StudyDescription": "*"})

    def test_lists_wildcards_and_empty_values(self):
        self.assert_finds(["1.1", "2.1"], "Study", {"PatientID": "id2\\ID1"})
        self.assert_finds(["1.1", "2.1"], "Study", {"PatientID": "ID?"})
        self.assert_finds(["1.1", "2.1"], "Study", {"AccessionNumber": "A1\\"})
        self.assert_finds(["2.1"], "Study", {"AccessionNumber": "\\"})
        self.assert_finds(["1.1"], "Study", {"AccessionNumber": "?*"})
        self.assert_finds(["1.1", "2.1"], "Study", {"AccessionNumber": "*"})

    def test_ranges_of_dates_and_times(self):
        self.assert_finds(["1.1"], "Study", {"StudyDate": "20200101-20210101"})
        self.assert_finds(["1.1"], "Study", {"StudyDate": "-20200101"})
        self.assert_finds(["2.1", "4.1"], "Study", {"StudyDate": "20210101-"})
        self.assert_finds(["2.1", "4.1"], "Study", {"StudyDate": "2021-2021"})
        self.assert_finds([], "Study", {"StudyDate": "20210101-20200101"})
        self.assert_finds(["1.1", "2.1"], "Study", {"StudyDate": "20200101\\20210615"})
        self.assert_finds(["1.1"], "Study", {"StudyTime": "100000-110000"})
        self.assert_finds(["1.1"], "Study", {"StudyTime": "10-10"})
        self.assert_finds(["2.1"], "Study", {"StudyTime": "08-10", "StudyDate": "2021-"})

    def test_tags_of_levels_above_and_below(self):
        self.assert_finds(["1.1.1.1", "1.1.1.2", "1.1.2.1"], "Instance", {"PatientID": "ID1", "StudyDate": "20200101"})
        self.assert_finds(["1.1.1"], "Series", {"PatientName": "mul*", "Modality": "CT"})
        self.assert_finds(["ID1"], "Patient", {"StudyDescription": "knee left"})
        self.assert_finds(["1.1"], "Study", {"Modality": "CT", "InstanceNumber": "2"})
        self.assert_finds([], "Study", {"Modality": "MR", "InstanceNumber": "2"})
        self.assert_finds(["1.1"], "Study", {"SOPInstanceUID": "1.1.1.2"})

    def test_computed_tags(self):
        self.assert_finds(["1.1"], "Study", {"ModalitiesInStudy": "CT"})
        self.assert_finds(["1.1", "2.1"], "Study", {"ModalitiesInStudy": "ct\\us"})
        self.assert_finds(["1.1"], "Study", {"ModalitiesInStudy": "C*"})
        self.assert_finds(["1.1"], "Study", {"NumberOfStudyRelatedInstances": "3", "NumberOfStudyRelatedSeries": "2"})
        self.assert_finds(["1.1.1"], "Series", {"NumberOfSeriesRelatedInstances": "2"})
        self.assert_finds(["1.1", "2.1", "3.1", "4.1"], "Study", {"SOPClassesInStudy": "1.2.840.10008.5.1.4.1.1.7"})
        reply = self.server.post("/tools/find", {"Level": "Study", "Query": {"PatientID": "ID1"}, "Expand": True, "RequestedTags": [
            "PatientID", "ModalitiesInStudy", "NumberOfPatientRelatedInstances", "KVP", "InstanceAvailability"]}).json()
        self.assertEqual(reply[0]["RequestedTags"], {"PatientID": "ID1", "ModalitiesInStudy": "CT\\MR", "NumberOfPatientRelatedInstances": "3",
                                                     "KVP": "120", "InstanceAvailability": "ONLINE"})

    def test_tags_that_are_in_no_index_are_looked_for_in_a_file(self):
        self.assert_finds(["1.1.1.1", "1.1.1.2"], "Instance", {"KVP": "120"})
        self.assert_finds(["1.1.1"], "Series", {"KVP": "120"})
        self.assert_finds(["4.1"], "Study", {"ReferencedImageSequence": [{"ReferencedSOPInstanceUID": "9.9"}]})
        self.assert_finds(["4.1"], "Study", {"ReferencedImageSequence": [{"ReferencedSOPInstanceUID": "9.9", "ReferencedFrameNumber": "2"}]})
        self.assert_finds([], "Study", {"ReferencedImageSequence": [{"ReferencedSOPInstanceUID": "9.8", "ReferencedFrameNumber": "2"}]})

    def test_parents(self):
        patient = support.orthanc_id("ID1")
        study = support.orthanc_id("ID1", "1.1")
        self.assert_finds(["1.1.1", "1.1.2"], "Series", {}, ParentPatient=patient)
        self.assert_finds(["1.1.2"], "Series", {"Modality": "MR"}, ParentStudy=study)
        self.assert_finds([], "Series", {}, ParentStudy=support.orthanc_id("id2", "1.1"))
        self.assert_finds([], "Series", {}, ParentStudy="nothing")
        self.assert_finds([], "Series", {}, ParentStudy=study, ParentPatient=support.orthanc_id("id2"))

    def test_order_and_pages(self):
        def by(key, direction="ASC"):
            return {"Type": "DicomTag", "Key": key, "Direction": direction}
        self.assert_finds(["3.1", "1.1", "2.1", "4.1"], "Study", {}, OrderBy=[by("StudyDate")])
        self.assert_finds(["4.1", "2.1", "1.1", "3.1"], "Study", {}, OrderBy=[by("StudyDate", "DESC")])
        self.assert_finds(["2.1", "1.1"], "Study", {}, OrderBy=[by("StudyDate", "DESC")], Since=1, Limit=2)
        self.assert_finds(["1.1.2", "1.1.1"], "Series", {"PatientID": "ID1"}, OrderBy=[by("SeriesNumber")])
        self.assert_finds(["1.1.2.1", "1.1.1.2", "1.1.1.1"], "Instance", {"PatientID": "ID1"}, OrderBy=[by("InstanceNumber", "DESC")])
        self.assert_finds(["1.1.2.1", "1.1.1.1", "1.1.1.2"], "Instance", {"PatientID": "ID1"}, OrderBy=[by("KVP"), by("InstanceNumber")])
        self.assert_finds(["2.1"], "Study", {}, Since=1, Limit=1)
        self.assert_finds(["1.1", "2.1", "3.1", "4.1"], "Study", {}, Limit=0)
        self.assert_finds([], "Study", {}, Since=100)

    def test_labels_and_metadata(self):
        studies = {uid: "/studies/" + support.orthanc_id(patient, uid) for patient, uid in (("ID1", "1.1"), ("id2", "2.1"), ("3", "3.1"))}
        for uid, label in (("1.1", "a"), ("1.1", "b"), ("2.1", "b")):
            self.assertEqual(self.server.request("PUT", f"{studies[uid]}/labels/{label}").status, 200)
        for uid, text in (("1.1", "Grün 2"), ("3.1", "grau 1")):
            self.assertEqual(self.server.request("PUT", f"{studies[uid]}/metadata/1024", text.encode()).status, 200)
        self.assert_finds(["1.1"], "Study", {}, Labels=["a", "b"])
        self.assert_finds(["1.1", "2.1"], "Study", {}, Labels=["a", "b"], LabelsConstraint="Any")
        self.assert_finds(["3.1", "4.1"], "Study", {}, Labels=["a", "b"], LabelsConstraint="None")
        self.assert_finds(["2.1"], "Study", {"PatientName": "smith*"}, Labels=["b"])
        self.assert_finds([], "Study", {"PatientName": "smith*"}, Labels=["a"])
        self.assert_finds([], "Series", {}, Labels=["a"])
        self.assert_finds(["1.1", "2.1", "3.1", "4.1"], "Study", {}, Labels=[])
        self.assert_finds(["1.1", "3.1"], "Study", {}, MetadataQuery={"1024": "gr*"})
        self.assert_finds(["1.1"], "Study", {}, MetadataQuery={"1024": "grun*"})
        self.assert_finds(["3.1", "1.1"], "Study", {}, MetadataQuery={"1024": "*"},
                          OrderBy=[{"Type": "Metadata", "Key": "1024", "Direction": "ASC"}])
        self.assert_finds(["1.1.2.1"], "Instance", {}, MetadataQuery={"IndexInSeries": "10"})
        for fields in ({"MetadataQuery": {"nothing": "x"}}, {"OrderBy": [{"Type": "Metadata", "Key": "nothing", "Direction": "ASC"}]}):
            self.assert_error(self.server.post("/tools/find", {"Level": "Study", "Query": {}} | fields), {404}, {7})

    def test_formats(self):
        ids = self.server.post("/tools/find", {"Level": "Study", "Query": {"0010,0020": "ID1"}}).json()
        self.assertEqual(ids, [support.orthanc_id("ID1", "1.1")])
        short = self.server.post("/tools/find", {"Level": "study", "Query": {"00100020": "ID1"}, "Expand": True, "Short": True,
                                                 "RequestedTags": ["KVP"]}).json()[0]
        self.assertEqual(short["MainDicomTags"]["0008,0020"], "20200101")
        self.assertEqual(short["RequestedTags"], {"0018,0060": "120"})
        full = self.server.post("/tools/find", {"Level": "Studies", "Query": {"0010-0020": "4"}, "Expand": True, "Full": True,
                                                "RequestedTags": ["ReferencedImageSequence"]}).json()[0]
        self.assertEqual(full["MainDicomTags"]["0008,0020"], {"Name": "StudyDate", "Type": "String", "Value": "20211231"})
        sequence = full["RequestedTags"]["0008,1140"]
        self.assertEqual(sequence["Type"], "Sequence")
        self.assertEqual(sequence["Value"][0], {"0008,1155": {"Name": "ReferencedSOPInstanceUID", "Type": "String", "Value": "9.8"}})

    def test_tags_can_be_requested_wherever_resources_are_shown(self):
        study, series = support.orthanc_id("ID1", "1.1"), support.orthanc_id("ID1", "1.1", "1.1.1")
        instance = support.orthanc_id("ID1", "1.1", "1.1.1", "1.1.1.1")
        asked = "requested-tags=PatientID;ModalitiesInStudy;0018,0060;PatientWeight"
        shown = {"PatientID": "ID1", "ModalitiesInStudy": "CT\\MR", "KVP": "120"}
        for one in (f"/studies/{study}", f"/series/{series}", f"/series/{series}/study", f"/instances/{instance}"):
            with self.subTest(one):
                self.assertEqual(self.server.get(f"{one}?{asked}").json()["RequestedTags"], shown)
                self.assertNotIn("RequestedTags", self.server.get(one).json())
        for some in ("/studies?expand&", f"/patients/{support.orthanc_id('ID1')}/studies?", f"/studies/{study}/series?", "/instances?expand&limit=1&since=0&"):
            with self.subTest(some):
                self.assertEqual(self.server.get(some + asked).json()[0]["RequestedTags"], shown)
        self.assertEqual(self.server.get(f"/studies/{study}?requestedTags=KVP&short").json()["RequestedTags"], {"0018,0060": "120"})
        self.assertEqual(self.server.get(f"/studies/{study}?requested-tags=").json(), self.server.get(f"/studies/{study}").json())
        for wrong, status, code in (("Nope", 500, 27), (";".join(["KVP"] * 257), 400, 3)):
            self.assert_error(self.server.get(f"/studies/{study}?requested-tags={wrong}"), {status}, {code})

    def test_a_count_is_of_all_pages_and_comments_are_no_part_of_a_question(self):
        question = b'{"Level": "Study", /* all */ "Query": {}, "Limit": 1, "Since": 2} // of them'
        self.assertEqual(len(self.server.post("/tools/find", question).json()), 1)
        self.assertEqual(self.server.post("/tools/count-resources", question).json(), {"Count": 4})

    def test_what_is_shown_can_be_chosen(self):
        shown = self.server.post("/tools/find", {"Level": "Study", "Query": {"PatientID": "ID1"}, "ResponseContent": ["Parent"]}).json()
        self.assertEqual(shown, [{"ID": support.orthanc_id("ID1", "1.1"), "Type": "Study", "ParentPatient": support.orthanc_id("ID1")}])

    def test_wrong_questions_are_refused_as_orthanc_does(self):
        good = {"Level": "Study", "Query": {}}
        for body, status, code in (
                ("", 400, 8), ("{", 400, 8), ("[]", 400, 8), ("{}", 400, 8), ({"Level": "Study"}, 400, 8), ({"Query": {}}, 400, 8),
                (good | {"Level": "Foo"}, 400, 3), (good | {"Level": 3}, 400, 8), (good | {"Limit": -1}, 400, 3), (good | {"Limit": "1"}, 400, 8),
                (good | {"Since": 1.5}, 400, 8), (good | {"CaseSensitive": 1}, 400, 8), (good | {"Short": 1}, 400, 15),
                (good | {"Query": {"Nope": "x"}}, 500, 27), (good | {"Query": {"": "x"}}, 500, 27), (good | {"Query": {"PatientID": 5}}, 400, 8),
                (good | {"Query": {"PatientID": ["ID1"]}}, 400, 8), (good | {"Query": {"StudyDate": "2020*"}}, 400, 3),
                (good | {"Query": {"KVP": "*"}}, 400, 3), (good | {"Query": {"SeriesInstanceUID": "1.*"}}, 400, 3),
                (good | {"Labels": "x"}, 400, 8), (good | {"LabelsConstraint": "Some"}, 400, 3), (good | {"OrderBy": [{"Type": "DicomTag"}]}, 400, 8),
                (good | {"OrderBy": [{"Type": "X", "Key": "PatientID", "Direction": "ASC"}]}, 400, 3), (good | {"ParentSeries": "x"}, 400, 8),
                (good | {"RequestedTags": "PatientID"}, 400, 8), (good | {"ResponseContent": ["X"]}, 400, 3), (good | {"Query": {"PatientName": "*" * 2000}}, 400, 3),
                (good | {"Query": {"PatientID": "\\" * 2000}}, 400, 3)):
            self.assert_error(self.server.post("/tools/find", body), {status}, {code})
            self.assert_error(self.server.post("/tools/count-resources", body), {status}, {code})

    def test_lookup_knows_all_four_names(self):
        def look(text):
            return [(one["Type"], one["ID"], one["Path"]) for one in self.server.post("/tools/lookup", text).json()]
        for level, parts in (("Patient", ("ID1",)), ("Study", ("ID1", "1.1")), ("Series", ("ID1", "1.1", "1.1.2")),
                             ("Instance", ("ID1", "1.1", "1.1.1", "1.1.1.2"))):
            name = support.orthanc_id(*parts)
            plural = level.lower().replace("study", "studie") + ("" if level == "Series" else "s")
            self.assertEqual(look(parts[-1]), [(level, name, f"/{plural}/{name}")])
        self.assertEqual(look("id1\n"), look("ID1"))
        self.assertEqual([look(text) for text in ("nope", "", "ID*")], [[], [], []])


class BulkTest(support.RestTest):
    def setUp(self):
        super().setUp()
        for tags in FILES:
            self.assertEqual(self.server.post("/instances", dicom(**tags)).status, 200)

    def content(self, **body):
        reply = self.server.post("/tools/bulk-content", body)
        self.assertEqual(reply.status, 200, reply)
        return [(one["Type"], one["ID"]) for one in reply.json()]

    def test_content_of_a_level_above_or_below(self):
        patient, study = support.orthanc_id("ID1"), support.orthanc_id("ID1", "1.1")
        series = [support.orthanc_id("ID1", "1.1", f"1.1.{number}") for number in (1, 2)]
        self.assertEqual(self.content(Resources=[study, study, "x", support.orthanc_id("unknown")]), [("Study", study)])
        self.assertEqual(self.content(Resources=[study], Level="Series"), [("Series", one) for one in series])
        self.assertEqual(self.content(Resources=series, Level="Patient"), [("Patient", patient)])
        self.assertEqual(len(self.content(Resources=[patient], Level="instances")), 3)
        self.assertEqual(self.content(Resources=[]), [])
        short = self.server.post("/tools/bulk-content", {"Resources": [study], "Short": True}).json()[0]
        self.assertEqual(short["MainDicomTags"]["0020,000d"], "1.1")

    def test_deletion_of_many(self):
        patient, other = support.orthanc_id("ID1"), support.orthanc_id("id2")
        gone = [support.orthanc_id("ID1", "1.1", "1.1.2"), patient, {"ID": other, "Level": "Patient"}, "x", support.orthanc_id("unknown")]
        reply = self.server.post("/tools/bulk-delete", {"Resources": gone})
        self.assertEqual((reply.status, reply.body), (200, b""))
        left = [support.orthanc_id("3"), support.orthanc_id("4")]
        self.assertEqual(self.server.get_json("/patients"), left)
        self.assertEqual(self.server.post("/tools/find", {"Level": "Patient", "Query": {}}).json(), left)
        self.assertEqual(self.server.post("/tools/lookup", "1.1.1.1").json(), [])

    def test_wrong_bodies_are_refused_and_nothing_is_deleted(self):
        good = support.orthanc_id("ID1")
        for path in ("/tools/bulk-content", "/tools/bulk-delete"):
            for body, code in (("", 8), ("[]", 8), ({}, 15), ({"Resources": "x"}, 15), ({"Resources": [good, 1]}, 15)):
                self.assert_error(self.server.post(path, body), {400}, {code})
        self.assert_error(self.server.post("/tools/bulk-content", {"Resources": [good], "Level": "foo"}), {400}, {3})
        for wrong in ({"Level": 1}, {"Metadata": "x"}):
            self.assert_error(self.server.post("/tools/bulk-content", {"Resources": [good]} | wrong), {400}, {15})
        self.assert_error(self.server.post("/tools/bulk-delete", {"Resources": [{"ID": good, "Level": "foo"}]}), {400}, {3})
        self.assertEqual(len(self.server.get_json("/patients")), 4)


NAMES = ["Müller^Anna", "Muller^Otto", "SMITH^John", "smith^jane", "Ångström^A", "O'Neil^B", "", "Zoë"]


def folded(text):
    return "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))


class ModelTest(support.RestTest):
    """Drawn questions over a drawn set of studies, against the simplest program that can answer them."""

    def test_drawn_questions_have_the_answers_of_the_model(self):
        seed = random.randrange(1 << 32)
        print(f"seed {seed}")
        drawn = random.Random(seed)
        studies = []
        for number in range(700 if support.LONG else 250):
            study = {"PatientID": f"P{number % 90}", "PatientName": NAMES[number % 90 % len(NAMES)], "StudyInstanceUID": f"7.{number}",
                     "SeriesInstanceUID": f"7.{number}.1", "SOPInstanceUID": f"7.{number}.1.1", "Modality": drawn.choice(["CT", "MR"]),
                     "StudyDate": drawn.choice(["", *(f"20{year:02}{month:02}11" for year in (19, 20) for month in (1, 2, 12))]),
                     "StudyDescription": drawn.choice(["Knee", "knee left", "HEAD", ""])}
            studies.append(study)
            self.assertEqual(self.server.post("/instances", dicom(**study)).status, 200)
        for _ in range(2):
            for _ in range(150):
                self.ask(drawn, studies)
            for study in drawn.sample(studies, 60):
                studies.remove(study)
                self.server.request("DELETE", "/studies/" + support.orthanc_id(study["PatientID"], study["StudyInstanceUID"]))

    def ask(self, drawn, studies):
        query, tests = {}, []
        if drawn.random() < 0.5:
            part = drawn.choice(["MULL", "mul", "smith^j", "å", "o'n", "zoe", "n"])
            shape = drawn.choice([(part + "*", str.startswith), ("*" + part + "*", str.__contains__)])
            query["PatientName"] = shape[0]
            tests.append(lambda study: shape[1](folded(study["PatientName"]), folded(part)))
        if drawn.random() < 0.5:
            first, last = sorted(drawn.choice(["20190101", "20190211", "20191211", "20200115"]) for _ in range(2))
            query["StudyDate"] = f"{first}-{last}"
            tests.append(lambda study: study["StudyDate"] != "" and first <= study["StudyDate"] <= last)
        if drawn.random() < 0.3:
            wanted = [f"P{drawn.randrange(95)}" for _ in range(drawn.randrange(1, 30))]
            query["PatientID"] = "\\".join(wanted)
            tests.append(lambda study: study["PatientID"] in wanted)
        if drawn.random() < 0.3:
            query["ModalitiesInStudy"] = "CT"
            tests.append(lambda study: study["Modality"] == "CT")
        expected = [study for study in studies if all(test(study) for test in tests)]
        body = {"Level": "Study", "Query": query}
        if drawn.random() < 0.6:
            keys = drawn.sample(["StudyDate", "PatientName", "StudyDescription", "PatientID"], drawn.randrange(1, 3))
            body["OrderBy"] = [{"Type": "DicomTag", "Key": key, "Direction": drawn.choice(["ASC", "DESC"])} for key in keys]
            for order in reversed(body["OrderBy"]):
                expected.sort(key=lambda study, key=order["Key"]: folded(study[key]), reverse=order["Direction"] == "DESC")
        if drawn.random() < 0.5:
            body |= {"Since": drawn.randrange(20), "Limit": drawn.randrange(30)}
            expected = expected[body["Since"]:][:body["Limit"] or None]
        found = self.server.post("/tools/find", body)
        self.assertEqual(found.json(), [support.orthanc_id(study["PatientID"], study["StudyInstanceUID"]) for study in expected], body)


if __name__ == "__main__":
    unittest.main()
