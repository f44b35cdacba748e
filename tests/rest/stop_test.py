"""Starting and stopping: bounded, clean, and never two servers on one directory."""
import random
import signal
import time
import unittest

import support
from support import dicom_file, orthanc_id


class StopTest(unittest.TestCase):
    def setUp(self):
        self.server = support.Server(JobsHistorySize=10000)
        self.addCleanup(self.server.remove)
        self.server.start()

    def load(self):
        """Long jobs, and downloads that nobody reads; the jobs' ids and the sockets."""
        noise = random.Random(6).randbytes(1 << 20)
        for n in range(1, 33):
            self.server.upload(dicom_file(n, pixels=noise))
        study = "/studies/" + orthanc_id("P1", "1.2.3.4")
        downloads = []
        for _ in range(3):
            s = support.raw_connection(self.server.port, receive_buffer=65536)
            self.addCleanup(s.close)
            s.sendall(f"GET {study}/archive HTTP/1.1\r\nHost: a\r\n\r\n".encode())
            s.recv(1)
            downloads.append(s)
        return [self.server.submit(study) for _ in range(30)], downloads

    def test_an_idle_server_stops_quickly(self):
        idle = support.raw_connection(self.server.port)
        self.addCleanup(idle.close)
        begin = time.monotonic()
        self.server.stop()
        self.assertLess(time.monotonic() - begin, 5)

    def test_an_interrupt_stops_like_a_termination(self):
        self.server.signal(signal.SIGINT)
        self.assertEqual(self.server.wait(10), 0)

    def test_a_busy_server_stops_in_time_and_goes_on_later(self):
        jobs, _ = self.load()
        self.server.signal(signal.SIGTERM)
        self.assertEqual(self.server.wait(30), 0)
        self.server.start()
        for job in jobs:
            self.assertEqual(self.server.wait_for_job(job, seconds=120)["State"], "Success")
            self.assertEqual(len(support.members(self.server.get(f"/jobs/{job}/archive").body)), 32)
        self.server.stop()

    def test_a_second_signal_stops_at_once(self):
        jobs, _ = self.load()
        self.server.signal(signal.SIGTERM)
        self.server.signal(signal.SIGTERM)
        self.server.wait(5)
        self.server.start()
        for job in jobs:
            self.assertEqual(self.server.wait_for_job(job, seconds=120)["State"], "Success")
        self.server.stop()

    def test_asking_twice_for_the_end_is_asking_once(self):
        first, second = (support.raw_connection(self.server.port) for _ in range(2))
        for each in (first, second):
            self.addCleanup(each.close)
        head = "POST /tools/shutdown HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n"
        second.sendall(head.encode())  # its body comes while the server stops, which waits for requests that have begun
        first.sendall(head.encode() + b"x")
        support.eventually(lambda: "Stopping" in self.server.log(), 10, "the server stops")
        second.sendall(b"x")
        self.assertEqual(self.server.wait(30), 0)
        self.assertNotIn("Stopped at once", self.server.log())

    def test_a_second_server_on_the_directory_is_refused(self):
        self.server.upload(dicom_file(1))
        # Its port is another one: only the directory is shared.
        second = support.Server(StorageDirectory=str(self.server.folder / "data"))
        self.addCleanup(second.remove)
        with self.assertRaisesRegex(AssertionError, "did not start"):
            second.start()
        self.assertNotIn(second.process.poll(), (None, 0))
        self.assertIn(str(self.server.folder / "data"), second.log())
        self.assertEqual(len(self.server.get_json("/instances")), 1)
        self.server.upload(dicom_file(2))
        self.server.stop()

    def test_a_port_that_is_taken_is_named(self):
        second = support.Server()
        self.addCleanup(second.remove)
        (second.folder / "configuration.json").write_text(support.json.dumps(
            {"HttpPort": self.server.port, "StorageDirectory": str(second.folder / "data")}))
        second.process = second.launch()
        self.assertNotEqual(second.wait(30), 0)
        self.assertIn(str(self.server.port), second.log())
        self.assertEqual(self.server.get("/system").status, 200)


if __name__ == "__main__":
    unittest.main()
