"""Every file of python3-pydicom's data set is stored and comes back byte for byte, or is refused with a reason."""
import unittest

import pydicom

import support


def expected_id(path):
    """The instance's id as pydicom reads the file; None where pydicom cannot."""
    try:
        found = pydicom.dcmread(path, stop_before_pixels=True)
        tags = ("PatientID", "StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID")
        if any(found.get_item(tag).VR == "UN" for tag in tags):
            return None  # text or bytes? differential_test.py says what clients know
        uids = [found[tag].value for tag in tags]
        return support.orthanc_id(*(str(uid).strip() for uid in uids))
    except Exception:  # pydicom raises many kinds for files that are broken on purpose
        return None


class SamplesTest(support.RestTest):
    def test_every_sample_is_stored_or_refused_with_a_reason(self):
        stored = {}
        for name, path in support.samples().items():
            with self.subTest(sample=name):
                data = path.read_bytes()
                reply = self.server.post("/instances", data, {"Content-Type": "application/dicom"})
                if reply.status == 200:
                    self.check_stored(path, data, reply.json(), stored)
                else:
                    # 404 and code 21: DICOM without one of the identifiers, as in Orthanc.
                    error = self.assert_error(reply, {400, 404}, {15, 21})
                    self.assertTrue(error["Details"], "no reason is given")
        self.assertGreater(len(stored), 120)
        self.check_all_again(stored)

    def check_stored(self, path, data, reply, stored):
        self.assertIsInstance(reply, dict, reply)
        self.assertEqual(reply["Path"], "/instances/" + reply["ID"])
        # An instance that is there already stays as it is.
        self.assertEqual(reply["Status"], "AlreadyStored" if reply["ID"] in stored else "Success")
        first = stored.setdefault(reply["ID"], data)
        self.assertEqual(self.server.get(reply["Path"] + "/file").body, first)
        expected = expected_id(path)
        if expected is not None:
            self.assertEqual(reply["ID"], expected)
        for field, route in (("ParentSeries", "series"), ("ParentStudy", "studies"), ("ParentPatient", "patients")):
            self.assertEqual(self.server.get(f"/{route}/{reply[field]}").status, 200, field)

    def check_all_again(self, stored):
        """The same after a restart: nothing was only in memory."""
        self.server.restart()
        self.assertEqual(sorted(self.server.get_json("/instances")), sorted(stored))
        client = self.server.client()
        for identifier, data in stored.items():
            reply = client.get(f"/instances/{identifier}/file")
            self.assertEqual(reply.body, data)
            self.assertEqual(reply.headers["Content-Type"], "application/dicom")
        client.close()


if __name__ == "__main__":
    unittest.main()
