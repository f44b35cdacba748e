"""What the common clients ask for, in the order in which they do, and what they read of the replies: pyorthanc, python-orthanc-api-client and
Orthanc Explorer 2."""
import datetime
import gzip
import io
import unittest
import urllib.parse
import zipfile

import support

SECONDS = "%Y%m%dT%H%M%S"


class ClientTest(support.RestTest):
    """Studies 1.2.3.1 (two series, of two instances and one) and 1.2.3.2 (one instance) of one patient, and one of another."""
    options = {"StableAge": 1, "UserMetadata": {"reviewer": 2000}, "UserContentType": {"report": 2000}}
    FILES = ((1, "1.2.3.1", "1.2.3.1.1", "P1"), (2, "1.2.3.1", "1.2.3.1.1", "P1"), (1, "1.2.3.1", "1.2.3.1.2", "P1"), (1, "1.2.3.2", "1.2.3.2.1", "P1"), (1, "1.2.3.3", "1.2.3.3.1", "P2"))

    def setUp(self):
        super().setUp()
        self.client = self.server.client()
        self.addCleanup(self.client.close)
        for patient in self.json("/patients"):
            self.client.request("DELETE", f"/patients/{patient}")
        self.uploaded = [self.json("/instances", "POST", support.dicom_file(*file)) for file in self.FILES]
        self.first = self.uploaded[0]
        self.study, self.series, self.instance = self.first["ParentStudy"], self.first["ParentSeries"], self.first["ID"]

    def ask(self, target, method="GET", body=None, headers=None):
        """A reply that the client would not take for an error."""
        reply = self.client.request(method, target, body, headers)
        self.assertEqual(reply.status, 200, (method, target, reply))
        return reply

    def json(self, target, method="GET", body=None):
        reply = self.ask(target, method, body)
        self.assertTrue(reply.headers["Content-Type"].startswith("application/json"), target)
        return reply.json()

    def find(self, level, query, **fields):
        return self.json("/tools/find", "POST", {"Level": level, "Query": query} | fields)


class PyorthancTest(ClientTest):
    def all_found(self, level, query, limit, **fields):
        """Pages until one is empty."""
        found, since = [], 0
        while page := self.find(level, query, Expand=True, Limit=limit, Since=since, **fields):
            found += page
            since += limit
        return [each["ID"] for each in found]

    def test_a_search_is_read_page_by_page_until_one_is_empty(self):
        for level, count in (("Patient", 2), ("Study", 3), ("Series", 4), ("Instance", 5)):
            for limit in (1, 2, 1000):
                found = self.all_found(level, {}, limit)
                self.assertEqual((len(found), len(set(found))), (count, count), (level, limit))
        self.assertEqual(self.all_found("Study", {"StudyInstanceUID": "1.2.3.1"}, 1000), [self.study])

    def test_labels_come_with_the_resource_and_are_searched_for(self):
        for level, identifier in (("Patient", self.first["ParentPatient"]), ("Study", self.study), ("Series", self.series), ("Instance", self.instance)):
            path = ("/series" if level == "Series" else f"/{level.lower()}s".replace("ys", "ies")) + f"/{identifier}"
            self.ask(f"{path}/labels/urgent", "PUT")
            self.assertEqual(self.json(path)["Labels"], ["urgent"])
            for constraint, expected in (("All", True), ("Any", True), ("None", False)):
                found = self.all_found(level, {}, 1000, Labels=["urgent"], LabelsConstraint=constraint)
                self.assertEqual(identifier in found, expected, (level, constraint))
            self.ask(f"{path}/labels/urgent", "DELETE")
            self.assertEqual(self.json(path)["Labels"], [])

    def test_a_walk_from_patient_to_instance_reads_what_each_has(self):
        patient = self.json("/patients/" + self.first["ParentPatient"])
        self.assertEqual(patient["MainDicomTags"]["PatientID"], "P1")
        self.assertFalse(patient["IsProtected"])
        self.assertEqual(len(patient["Studies"]), 2)
        study = self.json("/studies/" + patient["Studies"][0])
        self.assertEqual((study["MainDicomTags"]["StudyInstanceUID"], study["ParentPatient"]), ("1.2.3.1", patient["ID"]))
        self.assertEqual(study["PatientMainDicomTags"]["PatientName"], "Doe^Jane")
        for each in (patient, study):
            self.assertIsInstance(each["IsStable"], bool)
            datetime.datetime.strptime(each["LastUpdate"], SECONDS)
        series = self.json("/series/" + study["Series"][0])
        self.assertEqual((series["MainDicomTags"]["Modality"], series["ParentStudy"]), ("OT", study["ID"]))
        instance = self.json("/instances/" + series["Instances"][0])
        self.assertEqual(instance["ParentSeries"], series["ID"])
        self.assertEqual(instance["FileSize"], len(support.dicom_file(*self.FILES[0])))
        self.assertEqual(int(instance["MainDicomTags"]["InstanceNumber"]), 1)

    def test_contents_of_an_instance(self):
        path = f"/instances/{self.instance}"
        self.assertEqual(self.ask(path + "/file").body, support.dicom_file(*self.FILES[0]))
        self.assertIn("0010-0010", self.json(path + "/content/"))
        self.assertEqual(self.ask(path + "/content/PatientName").body.decode().strip(), "Doe^Jane")
        self.assertEqual(self.json(path + "/tags")["0010,0010"], {"Name": "PatientName", "Type": "String", "Value": "Doe^Jane"})
        self.assertEqual(self.json(path + "/tags?simplify=true")["PatientName"], "Doe^Jane")
        self.assertEqual(self.json(path + "/tags?short=true")["0010,0010"], "Doe^Jane")

    def test_children_are_objects_or_names(self):
        for words, kind in (("", dict), ("?expand=true", dict), ("?expand=false", str)):
            self.assertEqual({type(each) for each in self.json(f"/studies/{self.study}/series{words}")}, {kind}, words)
        for words, kind in (("", str), ("?expand=true", dict), ("?expand=false", str), ("?expand", dict)):
            self.assertEqual({type(each) for each in self.json(f"/studies{words}")}, {kind}, words)

    def test_archives_are_read_while_they_come(self):
        for path, count in ((f"/patients/{self.first['ParentPatient']}", 4), (f"/studies/{self.study}", 3), (f"/series/{self.series}", 2)):
            reply = self.ask(path + "/archive")
            self.assertEqual(reply.headers["Content-Type"], "application/zip")
            self.assertEqual(len(support.members(reply.body)), count)

    def test_shared_tags_modules_and_statistics(self):
        shared = self.json(f"/studies/{self.study}/shared-tags?simplify=true")
        self.assertEqual(shared["StudyInstanceUID"], "1.2.3.1")
        self.assertNotIn("SOPInstanceUID", shared)
        self.assertEqual(self.json(f"/studies/{self.study}/module?simplify=true")["StudyDate"], "20240102")
        self.assertEqual(self.json(f"/studies/{self.study}/module-patient?simplify=true")["PatientID"], "P1")
        self.assertEqual(self.json(f"/studies/{self.study}/statistics")["CountInstances"], 3)

    def test_a_patient_is_protected_and_freed(self):
        path = f"/patients/{self.first['ParentPatient']}"
        for protected in ("1", "0"):
            self.ask(path + "/protected", "PUT", protected)
            self.assertEqual(self.ask(path + "/protected").body.decode(), protected)
            self.assertEqual(self.json(path)["IsProtected"], protected == "1")


class OrthancApiClientTest(ClientTest):
    def test_it_finds_out_whom_it_speaks_to(self):
        system = self.json("/system")
        version = tuple(map(int, system["Version"].split(".")))
        self.assertEqual(len(version), 3)
        self.assertGreaterEqual(version, (1, 12, 5))
        self.assertTrue(system["HasLabels"])
        self.assertIsInstance(system["Name"], str)
        self.assertIsInstance(system["DicomAet"], str)
        self.assertIsInstance(self.json("/plugins"), list)
        statistics = self.json("/statistics")
        self.assertEqual([statistics["Count" + level] for level in ("Patients", "Studies", "Series", "Instances")], [2, 3, 4, 5])
        for size in ("TotalDiskSize", "TotalUncompressedSize"):
            self.assertGreater(int(statistics[size]), 0)
            self.assertIsInstance(statistics[size + "MB"], int)

    def test_uploads_of_files_and_zips_and_what_is_none(self):
        file = support.dicom_file(1, "1.2.3.4", "1.2.3.4.1", "P3")
        self.assertEqual(self.json("/instances", "POST", file)["Status"], "Success")
        self.assertEqual(self.json("/instances", "POST", file)["Status"], "AlreadyStored")
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("a.dcm", file)
            archive.writestr("b.dcm", support.dicom_file(2, "1.2.3.4", "1.2.3.4.1", "P3"))
        self.assertEqual(len({each["ID"] for each in self.json("/instances", "POST", packed.getvalue())}), 2)
        self.assert_error(self.client.post("/instances", b"no DICOM"), {400}, {15})

    def test_lists_have_a_slash_at_their_end_and_what_is_not_there_is_404(self):
        for level, count in (("patients", 2), ("studies", 3), ("series", 4), ("instances", 5)):
            self.assertEqual(len(self.json(f"/{level}/")), count)
            self.assertEqual(self.client.get(f"/{level}/none").status, 404)
            self.assertEqual(self.client.request("DELETE", f"/{level}/none").status, 404)

    def test_identifiers_are_looked_up(self):
        for uid, kind, expected in (("P1", "Patient", self.first["ParentPatient"]), ("1.2.3.1", "Study", self.study), ("1.2.3.1.1", "Series", self.series), ("1.2.3.1.1.1", "Instance", self.instance)):
            self.assertEqual([each["ID"] for each in self.json("/tools/lookup", "POST", uid) if each["Type"] == kind], [expected])
        self.assertEqual(self.json("/tools/lookup", "POST", "nothing"), [])

    def test_studies_are_found_and_read_to_their_first_instance(self):
        [study] = self.find("Study", {"StudyInstanceUID": "1.2.3.1"}, Expand=True, CaseSensitive=True)
        self.assertEqual((study["ID"], study["PatientMainDicomTags"]["PatientID"], study["MainDicomTags"]["StudyDate"]), (self.study, "P1", "20240102"))
        series = self.json("/series/" + study["Series"][0])
        self.assertEqual(self.json(f"/instances/{series['Instances'][0]}/tags")["0020,000d"]["Value"], "1.2.3.1")
        self.assertEqual(self.find("Study", {"StudyDate": "20240102"}, Expand=False, CaseSensitive=False), self.json("/studies/"))

    def test_metadata_and_attachments_change_only_as_they_were_read(self):
        for kind, read in (("metadata/reviewer", ""), ("attachments/report", "/data")):
            path = f"/studies/{self.study}/{kind}"
            self.assertEqual(self.client.get(path + read).status, 404)
            self.ask(path, "PUT", b"first")
            reply = self.ask(path + read)
            revision = reply.headers["etag"]
            self.assertEqual(reply.body, b"first")
            self.ask(path, "PUT", b"second", {"If-Match": revision})
            self.assertEqual(self.client.request("PUT", path, b"late", {"If-Match": revision}).status, 409)
            self.assertEqual(self.ask(path + read).body, b"second")

    def test_labels_of_one_and_of_all(self):
        path = f"/studies/{self.study}/labels"
        for label in ("a", "b"):
            self.ask(f"{path}/{label}", "PUT")
        self.assertEqual(self.json(path), ["a", "b"])
        self.assertEqual(self.json("/tools/labels"), ["a", "b"])
        self.ask(f"{path}/a", "DELETE")
        self.assertEqual(self.json(path), ["b"])
        self.assertEqual(self.client.get(path + "/a").status, 404)

    def test_changes_are_followed_to_their_end(self):
        since, seen = 0, []
        while True:
            page = self.json("/changes?" + urllib.parse.urlencode({"since": since, "limit": 3} if since else {"limit": 3}))
            seen += page["Changes"]
            since = page["Last"]
            if page["Done"]:
                break
        self.assertEqual([each["Seq"] for each in seen], sorted({each["Seq"] for each in seen}))
        for each in seen:
            datetime.datetime.strptime(each["Date"], SECONDS)
            self.assertTrue(each["Path"].endswith(each["ID"]))
        self.assertEqual({each["ID"] for each in seen if each["ChangeType"] == "NewInstance"}, {each["ID"] for each in self.uploaded})

    def test_everything_is_deleted_one_by_one(self):
        self.assertEqual(self.json(f"/instances/{self.instance}", "DELETE")["RemainingAncestor"]["Type"], "Series")
        for patient in self.json("/patients/"):
            self.assertIsNone(self.json(f"/patients/{patient}", "DELETE")["RemainingAncestor"])
        self.assertEqual(self.json("/statistics")["CountInstances"], 0)

    def test_levels_of_the_log_are_read_and_set(self):
        self.ask("/tools/log-level", "PUT", "verbose")
        self.assertEqual(self.ask("/tools/log-level").body, b"verbose")
        self.ask("/tools/log-level", "PUT", "default")

    def test_metrics_for_prometheus(self):
        reply = self.ask("/tools/metrics-prometheus", headers={"Accept": "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"})
        self.assertIn(b"orthanc_count_instances 5", reply.body)


class OrthancExplorerTest(ClientTest):
    CONTENT = ["Parent", "Labels", "Children", "Metadata", "RequestedTags", "MainDicomTags"]

    def test_the_list_of_studies_newest_first_with_what_it_shows(self):
        search = {"RequestedTags": ["ModalitiesInStudy", "NumberOfStudyRelatedSeries", "NumberOfStudyRelatedInstances"], "ResponseContent": self.CONTENT, "Expand": True, "Limit": 2, "Since": 0,
                  "OrderBy": [{"Type": "Metadata", "Key": "LastUpdate", "Direction": "DESC"}, {"Type": "DicomTag", "Key": "StudyInstanceUID", "Direction": "ASC"}]}
        found = self.find("Study", {}, **search)
        self.assertEqual(len(found), 2)
        for each in found:
            self.assertEqual(each["RequestedTags"]["ModalitiesInStudy"], "OT")
            self.assertIn("LastUpdate", each["Metadata"])
            self.assertEqual(each["Labels"], [])
            self.assertIn("PatientName", each["PatientMainDicomTags"])
        more = self.find("Study", {}, **search | {"Since": 2})
        self.assertEqual({each["ID"] for each in found + more}, set(self.json("/studies")))
        [wide] = [each for each in found + more if each["ID"] == self.study]
        self.assertEqual((wide["RequestedTags"]["NumberOfStudyRelatedSeries"], wide["RequestedTags"]["NumberOfStudyRelatedInstances"]), ("2", "3"))

    def test_how_many_there_are(self):
        for level, count in (("Study", 3), ("Instance", 5)):
            self.assertEqual(self.json("/tools/count-resources", "POST", {"Level": level, "Query": {}}), {"Count": count})
        self.assertEqual(self.json("/tools/count-resources", "POST", {"Level": "Study", "Query": {"PatientName": "*doe*", "StudyDate": "20240101-"}}), {"Count": 3})

    def test_a_study_is_opened_down_to_its_picture(self):
        study = self.json(f"/studies/{self.study}?requested-tags=ModalitiesInStudy;NumberOfStudyRelatedInstances")
        self.assertEqual(study["RequestedTags"]["NumberOfStudyRelatedInstances"], "3")
        series = self.find("Series", {}, ParentStudy=self.study, Expand=True, RequestedTags=["NumberOfSeriesRelatedInstances"], OrderBy=[{"Type": "DicomTag", "Key": "SeriesInstanceUID", "Direction": "ASC"}])
        self.assertEqual([each["RequestedTags"]["NumberOfSeriesRelatedInstances"] for each in series], ["2", "1"])
        instances = self.find("Instance", {}, ParentSeries=series[0]["ID"], Expand=True, OrderBy=[{"Type": "DicomTag", "Key": "InstanceNumber", "Direction": "ASC"}])
        self.assertEqual([each["IndexInSeries"] for each in instances], [1, 2])
        path = f"/instances/{instances[0]['ID']}"
        self.assertEqual(self.json(path + "/tags?simplify")["PatientID"], "P1")
        self.assertEqual(self.json(path + "/header?simplify")["TransferSyntaxUID"], support.EXPLICIT_LITTLE_ENDIAN)
        self.assertEqual(self.client.get(path + "/preview").status, 415)  # these files have no picture
        self.assertEqual(self.client.get(path + "/pdf").status, 404)

    def test_downloads_have_the_names_that_it_chooses(self):
        reply = self.ask(f"/instances/{self.instance}/file?filename=a%20b.dcm")
        self.assertIn('filename="a b.dcm"', reply.headers["Content-Disposition"])
        reply = self.ask(f"/studies/{self.study}/archive?filename=study.zip")
        self.assertIn('filename="study.zip"', reply.headers["Content-Disposition"])
        both = [each["ParentStudy"] for each in self.uploaded[-2:]]
        reply = self.ask(f"/tools/create-archive?resources={','.join(both)}&filename=two.zip")
        self.assertIn('filename="two.zip"', reply.headers["Content-Disposition"])
        self.assertEqual(len(support.members(reply.body)), 2)

    def test_several_are_labelled_and_deleted_at_once(self):
        self.ask(f"/studies/{self.study}/labels/to-delete", "PUT")
        [found] = self.find("Study", {}, Labels=["to-delete"], LabelsConstraint="All", Expand=True)
        self.ask("/tools/bulk-delete", "POST", {"Resources": [found["ID"], self.uploaded[3]["ParentStudy"]]})
        self.assertEqual(self.json("/studies"), [self.uploaded[4]["ParentStudy"]])

    def test_it_watches_the_last_changes_and_the_jobs(self):
        last = self.json("/changes?last")
        self.assertEqual([each["Seq"] for each in last["Changes"]], [last["Last"]])
        newest = self.json(f"/changes?to={last['Last']}&limit=2")["Changes"]
        self.assertEqual([each["Seq"] for each in newest], [last["Last"] - 1, last["Last"]])
        job = self.json(f"/studies/{self.study}/archive", "POST", {"Asynchronous": True})["ID"]
        self.server.wait_for_job(job)
        [shown] = [each for each in self.json("/jobs?expand") if each["ID"] == job]
        self.assertEqual((shown["State"], shown["Type"], shown["Progress"]), ("Success", "Archive", 100))
        self.ask(f"/jobs/{job}", "DELETE")
        self.assertEqual(self.client.get(f"/jobs/{job}").status, 404)

    def test_browsers_get_json_compressed_when_that_is_on(self):
        browser = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "Accept-Encoding": "gzip, deflate"}
        reply = self.ask(f"/instances/{self.instance}/tags", headers=browser)
        self.assertTrue(reply.headers["Content-Type"].startswith("application/json"))
        body = gzip.decompress(reply.body) if reply.headers.get("Content-Encoding") == "gzip" else reply.body
        self.assertIn(b"Doe^Jane", body)


if __name__ == "__main__":
    unittest.main()
