"""Modalities: what is known about them, C-ECHO and C-STORE. The peers are programs of DCMTK, and sockets that hang."""
import shutil
import socket
import subprocess
import threading
import time
import unittest

import pydicom

import support
from support import dicom_file, eventually, free_port

STUDY = "1.2.3.77"
COUNT = 7


class Storescp:
    """DCMTK's storage provider on a free port, with a folder of its own."""

    def __init__(self, folder, *options):
        self.folder = folder
        self.folder.mkdir()
        self.port = free_port()
        self.process = subprocess.Popen(["storescp", "-od", folder, "-aet", "STORESCP", *options, str(self.port)],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        eventually(self.listens, 10, "storescp listens")

    def listens(self):
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", self.port)) == 0

    def received(self):
        return sorted(self.folder.iterdir())

    def stop(self):
        self.process.kill()
        self.process.wait()


class Hanging:
    """A peer that takes connections and never says anything."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.lines = []
        self.taken = threading.Event()
        self.thread = threading.Thread(target=self.take, daemon=True)
        self.thread.start()

    def take(self):
        while True:
            try:
                self.lines.append(self.socket.accept()[0])
            except OSError:
                return
            self.taken.set()

    def stop(self):
        self.socket.close()
        for line in self.lines:
            line.close()


@unittest.skipUnless(shutil.which("storescp"), "the package dcmtk is not installed")
class ModalitiesTest(support.RestTest):
    options = {"DicomModalities": {"configured": ["CONF", "127.0.0.1", 104]}, "DicomScuTimeout": 30}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        uploaded = [cls.server.upload(dicom_file(number, study=STUDY, patient="P77", pixels=bytes(2000)))
                    for number in range(1, COUNT + 1)]
        cls.study = uploaded[0]["ParentStudy"]
        cls.instances = [each["ID"] for each in uploaded]

    def put(self, name, *parameters):
        reply = self.server.request("PUT", "/modalities/" + name, list(parameters))
        self.assertEqual((reply.status, reply.body), (200, b""), reply)

    def storescp(self, *options):
        peer = Storescp(self.server.folder / f"storescp-{free_port()}", *options)
        self.addCleanup(peer.stop)
        self.put("pacs", "STORESCP", "127.0.0.1", peer.port)
        return peer

    def hanging(self):
        peer = Hanging()
        self.addCleanup(peer.stop)
        self.put("hanging", "HANGS", "127.0.0.1", peer.port)
        return peer

    def store(self, body, name="pacs"):
        return self.server.post(f"/modalities/{name}/store", body)

    def stored(self, *resources, **fields):
        """The job that sends the resources, when it has ended."""
        reply = self.store({"Resources": resources, "Asynchronous": True} | fields)
        self.assertEqual(reply.status, 200, reply)
        return self.server.wait_for_job(reply.json()["ID"])

    def assert_failed(self, job, code, details=""):
        self.assertEqual((job["State"], job["ErrorCode"]), ("Failure", code), job)
        self.assertIn(details, job["ErrorDetails"])

    def assert_succeeded(self, job, failed=0):
        self.assertEqual((job["State"], job["Content"]["FailedInstancesCount"]), ("Success", failed), job)

    # -- what is known

    def test_modalities_are_listed_shown_changed_and_forgotten(self):
        self.put("one", "ONE", "localhost", "104", "Vitrea")
        self.assertIn("one", self.server.get_json("/modalities"))
        self.assertEqual(self.server.get_json("/modalities/one"), ["configuration", "echo", "store"])
        shown = self.server.get_json("/modalities/one/configuration")
        self.assertEqual((shown["AET"], shown["Host"], shown["Port"], shown["Manufacturer"]), ("ONE", "localhost", 104, "Vitrea"))
        self.assertEqual(self.server.get_json("/modalities?expand")["one"], shown)
        reply = self.server.request("PUT", "/modalities/one", shown | {"AET": "TWO", "Timeout": 5})
        self.assertEqual(reply.status, 200, reply)
        self.assertEqual(self.server.get_json("/modalities/one/configuration")["AET"], "TWO")
        self.assertEqual(self.server.request("DELETE", "/modalities/one").status, 200)
        self.assert_error(self.server.request("DELETE", "/modalities/one"), {404}, {7})
        for route in ("", "/configuration"):
            self.assert_error(self.server.get("/modalities/one" + route), {404}, {7})

    def test_what_is_no_modality_is_refused(self):
        for body in ([], ["A", "h"], ["A", "h", 0], {"AET": "A"}, "x", ["A", "h", 104, 5]):
            self.assert_error(self.server.request("PUT", "/modalities/bad", body), {400})
        self.assert_error(self.server.request("PUT", "/modalities/bad", ["A" * 17, "h", 104]), {500}, {2009})
        self.assert_error(self.server.request("PUT", "/modalities/b.d", ["A", "h", 104]), {400})

    def test_what_was_set_and_deleted_is_so_after_a_restart(self):
        self.put("kept", "KEPT", "h", 104)
        self.assertEqual(self.server.request("DELETE", "/modalities/configured").status, 200)
        self.server.restart()
        names = self.server.get_json("/modalities")
        self.assertIn("kept", names)
        self.assertNotIn("configured", names)
        self.put("configured", "AGAIN", "h", 104)
        self.assertIn("configured", self.server.get_json("/modalities"))

    # -- C-ECHO

    def test_echo_says_whether_the_peer_answers(self):
        self.storescp()
        for body in ("", "{}", '{"Timeout": 5}'):
            reply = self.server.post("/modalities/pacs/echo", body)
            self.assertEqual((reply.status, reply.json()), (200, {}), reply)
        self.put("nobody", "NOBODY", "127.0.0.1", free_port())
        self.assertIn("refused", self.assert_error(self.server.post("/modalities/nobody/echo", ""), {500}, {9})["Details"])
        self.assert_error(self.server.post("/modalities/unknown/echo", ""), {404}, {7})
        self.assert_error(self.server.post("/modalities/pacs/echo", {"Timeout": "soon"}), {400}, {15})
        self.hanging()
        self.assert_error(self.server.post("/modalities/hanging/echo", {"Timeout": 1}), {500}, {9})

    # -- C-STORE

    def assert_received(self, peer):
        """All instances of the study, each as it was uploaded."""
        eventually(lambda: len(peer.received()) == COUNT, 10, "the peer wrote everything")
        got = {}
        for path in peer.received():
            data_set = pydicom.dcmread(path)
            got[data_set.SOPInstanceUID] = data_set
        for instance in self.instances:
            path = self.server.folder / "sent.dcm"
            path.write_bytes(self.server.get(f"/instances/{instance}/file").body)
            sent = pydicom.dcmread(path)
            self.assertEqual(got[sent.SOPInstanceUID], sent)

    def test_a_study_is_sent_synchronously(self):
        peer = self.storescp()
        reply = self.store(self.study)
        self.assertEqual(reply.status, 200, reply)
        self.assertEqual(reply.json(), {"Description": "REST API", "InstancesCount": COUNT, "FailedInstancesCount": 0,
                                        "LocalAet": "TROUPE", "RemoteAet": "STORESCP", "ParentResources": [self.study],
                                        "Resources": [{"ID": self.study, "Type": "Study"}]})
        self.assert_received(peer)

    def test_a_study_is_sent_as_a_job(self):
        peer = self.storescp()
        reply = self.store({"Resources": [self.study], "Asynchronous": True, "LocalAet": "ME", "MoveOriginatorAet": "ORIG",
                            "MoveOriginatorID": 42})
        self.assertEqual(reply.status, 200, reply)
        job = self.server.wait_for_job(reply.json()["ID"])
        self.assertEqual((job["State"], job["Type"], job["Progress"]), ("Success", "DicomModalityStore", 100), job)
        self.assertEqual(job["Content"]["LocalAet"], "ME")
        self.assertEqual((job["Content"]["MoveOriginatorAET"], job["Content"]["MoveOriginatorID"]), ("ORIG", 42))
        self.assert_received(peer)

    def test_an_uncompressed_instance_goes_in_the_syntax_that_the_peer_takes(self):
        peer = self.storescp("+xi")
        self.assert_succeeded(self.stored(self.study))
        self.assertEqual(len(peer.received()), COUNT)
        self.assertEqual(pydicom.dcmread(peer.received()[0]).file_meta.TransferSyntaxUID, "1.2.840.10008.1.2")

    def test_what_to_send_is_said_in_many_ways(self):
        self.storescp()
        for body, count in ((f'"{self.study}"', COUNT), (self.instances[:2], 2), ([], 0), (self.instances[0] + "\n", 1),
                            ({"Resources": [self.study, self.instances[0]]}, COUNT)):
            reply = self.store(body)
            self.assertEqual((reply.status, reply.json().get("InstancesCount")), (200, count), (body, reply))

    def test_what_cannot_be_sent_is_refused_at_once(self):
        self.storescp()
        self.assert_error(self.store("nothing"), {400}, {15})
        self.assert_error(self.store({}), {400}, {15})
        self.assert_error(self.store({"Resources": [self.study], "Timeout": -1}), {400}, {15})
        self.assert_error(self.store({"Resources": [self.study], "MoveOriginatorID": 1}), {400}, {15})
        self.assert_error(self.store({"Resources": [self.study], "LocalAet": "x" * 17}), {500}, {2009})
        self.assert_error(self.store("0" * 8 + ("-" + "0" * 8) * 4), {404}, {17})
        self.assert_error(self.store(self.study, "unknown"), {404}, {7})

    def test_a_compressed_instance_needs_a_peer_that_takes_it(self):
        compressed = self.server.upload(support.samples()["test_files/JPEG2000.dcm"].read_bytes())["ID"]
        self.storescp()
        self.assert_failed(self.stored(compressed), 2015, "no presentation context")
        self.assert_succeeded(self.stored(compressed, self.study, Permissive=True), failed=1)
        peer = self.storescp("+xa")
        self.assert_succeeded(self.stored(compressed))
        self.assertEqual(len(peer.received()), 1)

    def test_a_refused_association_fails_the_job(self):
        self.storescp("--refuse")
        for permissive in (False, True):
            self.assert_failed(self.stored(self.study, Permissive=permissive), 2009, "rejected")

    def test_a_permissive_job_counts_every_instance_that_failed(self):
        full = self.storescp()
        shutil.rmtree(full.folder) # it cannot write any more
        ended = self.stored(self.study)
        self.assert_failed(ended, 2018, "0xA700")
        self.assertEqual((ended["Content"]["FailedInstancesCount"], ended["FailedItemsCount"]), (1, 1), ended)
        failures = self.server.get_json(f"/jobs/{ended['ID']}/failures")
        self.assertEqual([failure["ErrorCode"] for failure in failures], [2018], failures)
        self.assert_succeeded(self.stored(self.study, Permissive=True), failed=COUNT)
        self.storescp("--abort-during")
        self.assert_failed(self.stored(self.study), 9)
        self.assert_succeeded(self.stored(self.study, Permissive=True), failed=COUNT)

    def test_a_peer_that_is_not_there_fails_the_job(self):
        self.put("pacs", "NOBODY", "127.0.0.1", free_port())
        self.assert_failed(self.stored(self.study, Permissive=True), 9, "refused")
        self.assert_error(self.store({"Resources": [self.study]}), {500}, {9})

    def test_a_cancel_does_not_wait_for_a_hanging_peer(self):
        peer = self.hanging()
        job = self.store({"Resources": [self.study], "Asynchronous": True}, "hanging").json()["ID"]
        self.assertTrue(peer.taken.wait(10))
        begin = time.monotonic()
        self.assertEqual(self.server.post(f"/jobs/{job}/cancel", "").status, 200)
        self.server.wait_for_job(job)
        self.assertLess(time.monotonic() - begin, 1)
        self.assertEqual(self.server.get_json("/jobs/" + job)["ErrorCode"], 37)

    def test_a_paused_job_goes_on_where_it_was_with_the_port_of_then(self):
        peer = self.hanging()
        job = self.store({"Resources": [self.study], "Asynchronous": True}, "hanging").json()["ID"]
        self.assertTrue(peer.taken.wait(10))
        self.assertEqual(self.server.post(f"/jobs/{job}/pause", "").status, 200)
        self.server.wait_for_job(job, ("Paused",), 2)
        there = self.storescp()
        self.put("hanging", "STORESCP", "127.0.0.1", there.port)
        self.assertEqual(self.server.post(f"/jobs/{job}/resume", "").status, 200)
        self.assertEqual(self.server.wait_for_job(job)["State"], "Success")
        self.assert_received(there)

    def test_the_server_stops_while_a_peer_hangs_and_sends_the_rest_later(self):
        peer = self.hanging()
        job = self.store({"Resources": [self.study], "Asynchronous": True}, "hanging").json()["ID"]
        self.assertTrue(peer.taken.wait(10))
        there = self.storescp()
        self.put("hanging", "STORESCP", "127.0.0.1", there.port)
        begin = time.monotonic()
        self.server.stop()
        self.assertLess(time.monotonic() - begin, 5)
        self.server.start()
        self.assertEqual(self.server.wait_for_job(job)["State"], "Success")
        self.assert_received(there)


if __name__ == "__main__":
    unittest.main()
