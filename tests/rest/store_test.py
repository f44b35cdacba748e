"""The store as a whole: the log of changes, stability over restarts and kills, limits, protection, the log of exports."""
import resource
import unittest

import support
from modalities_test import Storescp
from support import RestTest, dicom_file, eventually, orthanc_id

STABLE = {"StableSeries", "StableStudy", "StablePatient"}


def changes(server, **query):
    text = "&".join(f"{name}={value}" for name, value in query.items())
    return server.get_json("/changes?" + text)["Changes"]


def types(server, **query):
    return [change["ChangeType"] for change in changes(server, **query)]


def patients(server):
    return [patient["MainDicomTags"]["PatientID"] for patient in server.get_json("/patients?expand")]


class Stability(unittest.TestCase):
    def setUp(self):
        self.server = support.Server(StableAge=3)
        self.addCleanup(self.server.remove)
        self.server.start()

    def upload(self, number, study):
        return self.server.upload(dicom_file(number, study=study, patient=study))

    def wait_until_stable(self, count):
        eventually(lambda: len([t for t in types(self.server, limit=1000) if t in STABLE]) >= count, 60, f"{count} stable changes")

    def test_resources_become_stable_although_the_server_was_stopped_or_killed_meanwhile(self):
        for end in (self.server.stop, self.server.kill):
            before = len(changes(self.server, limit=1000))
            study = f"1.2.3.{before}"
            stored = self.upload(1, study)
            self.assertFalse(self.server.get_json("/series/" + stored["ParentSeries"])["IsStable"])
            end()
            self.server.start()
            expected = 3 * (1 + (before > 0))
            self.wait_until_stable(expected)
            self.assertEqual(types(self.server, since=before)[-3:], ["StableSeries", "StableStudy", "StablePatient"])
            for path in ("/patients/" + stored["ParentPatient"], "/studies/" + stored["ParentStudy"], "/series/" + stored["ParentSeries"]):
                self.assertTrue(self.server.get_json(path)["IsStable"], path)

    def test_a_new_instance_ends_stability_and_only_that_of_its_parents(self):
        first = self.upload(1, "1.2.3.1")
        second = self.upload(1, "1.2.3.2")
        self.wait_until_stable(6)
        self.upload(2, "1.2.3.1")
        self.assertFalse(self.server.get_json("/studies/" + first["ParentStudy"])["IsStable"])
        self.assertTrue(self.server.get_json("/studies/" + second["ParentStudy"])["IsStable"])
        self.wait_until_stable(9)
        self.assertEqual(types(self.server, type="StableStudy").count("StableStudy"), 3)

    def test_a_client_that_follows_the_log_sees_each_change_once(self):
        seen = []

        def follow():
            while True:
                page = self.server.get_json(f"/changes?since={seen[-1] if seen else 0}&limit=3")
                seen.extend(change["Seq"] for change in page["Changes"])
                if page["Done"]:
                    return
        for number in range(1, 8):
            self.upload(number, "1.2.3.1")
            follow()
        self.wait_until_stable(3)
        follow()
        self.assertEqual(seen, list(range(1, 7 + 3 + 3 + 1)))


class Limits(unittest.TestCase):
    def server_with(self, **options):
        server = support.Server(**options)
        self.addCleanup(server.remove)
        return server.start()

    def upload(self, server, patient, number=1, size=2):
        return server.post("/instances", dicom_file(number, study="1.2." + str(ord(patient)), patient=patient, pixels=bytes(size)))

    def protect(self, server, patient, value):
        reply = server.request("PUT", f"/patients/{orthanc_id(patient)}/protected", value)
        self.assertEqual(reply.status, 200)

    def test_the_patient_that_was_added_to_least_recently_is_recycled(self):
        server = self.server_with(MaximumPatientCount=2)
        for patient, number in (("A", 1), ("B", 1), ("A", 2), ("C", 1)):
            self.assertEqual(self.upload(server, patient, number).status, 200)
        self.assertEqual(patients(server), ["A", "C"])
        self.protect(server, "A", "1")
        self.assertEqual(self.upload(server, "D").status, 200)
        self.assertEqual(patients(server), ["A", "D"])
        self.protect(server, "D", "1")
        refused = self.upload(server, "E")
        self.assertEqual((refused.status, refused.json()["OrthancStatus"]), (507, 19))
        self.assertEqual(self.upload(server, "D", 2).status, 200)
        server.restart()
        self.assertEqual(self.upload(server, "E").status, 507)
        self.protect(server, "D", "0")
        self.assertEqual(self.upload(server, "E").status, 200)
        self.assertEqual(patients(server), ["A", "E"])

    def test_files_never_take_more_than_the_limit(self):
        server = self.server_with(MaximumStorageSize=1)
        for patient in "ABCDEFGH":
            self.assertEqual(self.upload(server, patient, size=300_000).status, 200)
            self.assertLessEqual(int(server.get_json("/statistics")["TotalDiskSize"]), 1 << 20)
        self.assertEqual(patients(server), ["F", "G", "H"])
        self.assertEqual(self.upload(server, "I", size=1 << 20).status, 507)
        stored = sum(path.stat().st_size for path in (server.folder / "data" / "storage").rglob("*") if path.is_file())
        self.assertEqual(stored, int(server.get_json("/statistics")["TotalDiskSize"]))

    def test_a_disk_that_takes_no_more_is_507_and_leaves_nothing(self):
        server = self.server_with()
        _, most = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (1 << 20, most))
        refused = self.upload(server, "A", size=3 << 20)
        self.assertEqual((refused.status, refused.json()["OrthancStatus"]), (507, 19))
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (most, most))
        self.assertEqual(patients(server), [])
        self.assertEqual([p for part in ("storage", "incoming") for p in (server.folder / "data" / part).rglob("*") if p.is_file()], [])
        self.assertEqual(self.upload(server, "A", size=3 << 20).status, 200)

    def test_what_is_new_is_rejected_if_so_configured(self):
        server = self.server_with(MaximumPatientCount=1, MaximumStorageMode="Reject")
        self.assertEqual(self.upload(server, "A").status, 200)
        self.assertEqual(self.upload(server, "B").status, 507)
        self.assertEqual(self.upload(server, "A").json()["Status"], "AlreadyStored")
        self.assertEqual(patients(server), ["A"])
        self.assertEqual(server.get_json("/system")["MaximumStorageMode"], "Reject")

    def test_a_limit_that_was_narrowed_is_enforced_at_the_start(self):
        server = self.server_with()
        for patient in "ABC":
            self.upload(server, patient)
        self.protect(server, "A", "1")
        server.options = {"MaximumPatientCount": 2}
        server.restart()
        self.assertEqual(patients(server), ["A", "C"])


class Exports(RestTest):
    options = {"LogExportedResources": True}

    def test_what_is_sent_to_a_modality_is_logged(self):
        peer = Storescp(self.server.folder / "peer")
        self.addCleanup(peer.stop)
        stored = self.server.upload(dicom_file(1, study="1.2.3.1", patient="P1"))
        self.server.request("PUT", "/modalities/there", ["STORESCP", "127.0.0.1", peer.port])
        reply = self.server.post("/modalities/there/store", {"Resources": [stored["ParentStudy"], stored["ID"]]})
        self.assertEqual(reply.status, 200, reply)
        study, instance = self.server.get_json("/exports")["Exports"]
        self.assertEqual((study["ResourceType"], study["ID"], study["RemoteModality"]), ("Study", stored["ParentStudy"], "there"))
        self.assertEqual((study["PatientID"], study["StudyInstanceUID"]), ("P1", "1.2.3.1"))
        self.assertNotIn("SeriesInstanceUID", study)
        self.assertEqual(instance["SOPInstanceUID"], "1.2.3.1.1.1")
        self.server.restart()
        self.assertEqual(self.server.get_json("/exports?last")["Last"], 2)
        self.assertEqual(self.server.request("DELETE", "/exports").status, 200)
        self.assertEqual(self.server.get_json("/exports"), {"Exports": [], "Done": True, "Last": 0})

    def test_what_was_modified_is_told(self):
        stored = self.server.upload(dicom_file(1, study="1.2.3.2", patient="P2"))
        made = self.server.post(f"/studies/{stored['ParentStudy']}/modify", {"Replace": {"StudyDescription": "new"}}).json()
        told = [change["ID"] for change in changes(self.server, type="ModifiedStudy")]
        self.assertEqual(told, [made["ID"]])


if __name__ == "__main__":
    unittest.main()
