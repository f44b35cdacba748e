"""Images: every sample is decoded as other programs decode it; forms, errors, hostile files, decoders that crash."""
import gzip
import io
import itertools
import os
import pathlib
import signal
import struct
import tempfile
import threading
import unittest
import warnings

import numpy
import pydicom
from PIL import Image

import image_files
import support

warnings.simplefilter("ignore")

# Broken on purpose: its JPEG 2000 stream tells four thousand million tiles.
UNDECODABLE = {"JPEG2000-embedded-sequence-delimiter.dcm"}
# pydicom does not decode it: NumberOfFrames is `1A`.
NO_REFERENCE = {"badVR.dcm"}


def array(reply):
    return numpy.load(io.BytesIO(reply.body))


def pixels(reply):
    return numpy.array(Image.open(io.BytesIO(reply.body)))


class ImagesTest(support.RestTest):
    options = {"OverwriteInstances": True}

    def stored(self, data):
        return "/instances/" + self.server.upload(data)["ID"]

    def image(self, target, headers=None):
        reply = self.server.get(target, headers)
        self.assertEqual(reply.status, 200, reply)
        return pixels(reply)


class SampleTest(ImagesTest):
    def test_every_sample_is_decoded_as_other_programs_do(self):
        syntaxes = set()
        for name, path in support.samples().items():
            found = self.pixels_told(path)
            if found is None:
                continue
            with self.subTest(sample=name):
                reply = self.server.post("/instances", path.read_bytes())
                if reply.status != 200:
                    continue
                syntaxes.add(found.file_meta.get("TransferSyntaxUID"))
                self.check(reply.json()["Path"], path)
        self.assertGreaterEqual(len(syntaxes), 11, syntaxes)

    def pixels_told(self, path):
        """The data set if it has pixels that a reference exists for."""
        try:
            found = pydicom.dcmread(path, force=True)
            return found if "PixelData" in found and "Rows" in found and path.name not in UNDECODABLE | NO_REFERENCE else None
        except Exception:  # files that are no DICOM, or broken on purpose
            return None

    def check(self, instance, path):
        expected = image_files.reference(path)
        got = array(self.server.get(instance + "/numpy?rescale=false"))
        self.assertEqual(got.shape, expected.shape)
        self.assertTrue((got.astype("i8") == expected.astype("i8")).all(), "pixels differ")
        last = len(expected) - 1
        frame = array(self.server.get(f"{instance}/frames/{last}/numpy?rescale=0"))
        self.assertTrue((frame.astype("i8") == expected[last].astype("i8")).all(), "pixels of the last frame differ")
        self.assertEqual(self.image(f"{instance}/frames/{last}/preview").shape[:2], expected.shape[1:3])

    def test_a_sample_that_is_broken_is_415(self):
        for name in UNDECODABLE:
            instance = self.stored((support.PYDICOM_DATA / "test_files" / name).read_bytes())
            self.assert_error(self.server.get(instance + "/preview"), {415}, {3000})


class FormTest(ImagesTest):
    def setUp(self):
        super().setUp()
        self.gray = numpy.arange(0, 160, 10, dtype="u1").reshape(4, 4)
        self.instance = self.stored(image_files.native_file(self.gray, SOPInstanceUID="1.2.3.1"))

    def test_accept_chooses_the_format(self):
        for accept, expected in (
                (None, "image/png"), ("*/*", "image/png"), ("image/*", "image/png"), ("image/jpeg", "image/jpeg"),
                ("image/png;q=0.1, image/jpeg", "image/jpeg"), ("image/webp,*/*;q=0.8", "image/png"),
                ("image/jpeg, image/png", "image/jpeg"), ("*/*, image/jpeg", "image/jpeg"),
                ("image/x-portable-arbitrarymap", "image/x-portable-arbitrarymap")):
            with self.subTest(accept=accept):
                reply = self.server.get(self.instance + "/preview", {"Accept": accept} if accept else None)
                self.assertEqual((reply.status, reply.headers["Content-Type"]), (200, expected))

    def test_what_cannot_be_had_is_406(self):
        for target, accept in (("preview", "text/html"), ("preview", "image/gif"), ("preview", "image/png;q=0"),
                               ("image-uint16", "image/jpeg"), ("image-int16", "image/jpeg")):
            self.assert_error(self.server.get(f"{self.instance}/{target}", {"Accept": accept}), {406}, {34})

    def test_png_and_map_hold_16_bits(self):
        values = numpy.array([[-5, 300], [0, 32767]], "<i2")
        instance = self.stored(image_files.native_file(values))
        self.assertEqual(self.image(instance + "/image-int16").astype("u2").astype("i2").tolist(), values.tolist())
        self.assertEqual(self.image(instance + "/image-uint16").tolist(), [[0, 300], [0, 32767]])
        self.assertEqual(self.image(instance + "/image-uint8").tolist(), [[0, 255], [0, 255]])
        self.assertEqual(self.server.get(instance + "/preview", {"Accept": ""}).status, 200)
        reply = self.server.get(instance + "/image-int16", {"Accept": "image/x-portable-arbitrarymap"})
        self.assertTrue(reply.body.endswith(values.astype(">i2").tobytes()))

    def test_window_size_and_smoothing(self):
        self.assertEqual(self.image(self.instance + "/rendered?window-center=50&window-width=50")[0].tolist(), [0, 0, 0, 25])
        self.assertEqual(self.image(self.instance + "/rendered?width=2").tolist(), [[49, 69], [129, 149]])
        self.assertEqual(self.image(self.instance + "/rendered?width=2&smooth=1").tolist(), [[52, 67], [114, 130]])
        self.assertEqual(self.image(self.instance + "/rendered?width=8&height=100").shape, (8, 8))

    def test_malformed_parameters_are_400(self):
        for query in ("window-center=a", "window-width=nan", "width=-1", "height=1.5", "width=99999999999", "smooth=2", "quality=0",
                      "quality=101", "width=4000000000"):
            self.assert_error(self.server.get(f"{self.instance}/rendered?{query}"), {400}, {3})

    def test_raw_pixels_and_gzip(self):
        self.assertEqual(self.server.get(self.instance + "/frames/0/raw").body, self.gray.tobytes())
        reply = self.server.get(self.instance + "/frames/0/raw.gz")
        self.assertEqual((reply.headers["Content-Type"], gzip.decompress(reply.body)), ("application/gzip", self.gray.tobytes()))

    def test_raw_pixels_are_little_endian(self):
        folder = support.PYDICOM_DATA / "test_files"
        for name in ("MR_small_bigendian.dcm", "liver_expb_1frame.dcm"):
            little = name.replace("_bigendian", "").replace("_expb", "")
            bodies = [self.server.get(self.stored((folder / each).read_bytes()) + "/frames/0/raw").body for each in (name, little)]
            self.assertEqual(bodies[0], bodies[1])

    def test_frames(self):
        frames = numpy.arange(32, dtype="<u2").reshape(2, 4, 4)
        instance = self.stored(image_files.native_file(frames, NumberOfFrames="2", RescaleSlope="2", RescaleIntercept="-0.5"))
        self.assertEqual(self.server.get_json(instance + "/frames"), [0, 1])
        self.assertIn("rendered", self.server.get_json(instance + "/frames/1"))
        self.assertTrue((array(self.server.get(instance + "/numpy"))[..., 0] == frames * 2 - 0.5).all())
        self.assertTrue((array(self.server.get(instance + "/numpy?compress"))["arr_0"][..., 0] == frames * 2 - 0.5).all())
        self.assertEqual(self.server.get(instance + "/frames/1/matlab").body[:20], b"double([ 16 17 18 19")
        for form in ("preview", "rendered", "image-uint8"):
            self.assert_error(self.server.get(f"{instance}/frames/2/{form}"), {404})
            self.assert_error(self.server.get(f"{instance}/frames/x/{form}"), {404})
        for form, status in (("raw", 404), ("matlab", 404), ("numpy", 400)):
            self.assert_error(self.server.get(f"{instance}/frames/2/{form}"), {400}, {3})
            self.assert_error(self.server.get(f"{instance}/frames/x/{form}"), {status})

    def test_colors(self):
        colors = numpy.arange(24, dtype="u1").reshape(2, 4, 3) * 10
        instance = self.stored(image_files.native_file(colors))
        self.assertEqual(self.image(instance + "/preview").tolist(), colors.tolist())
        self.assertEqual(self.image(instance + "/rendered?window-center=1").tolist(), colors.tolist())
        self.assert_error(self.server.get(instance + "/image-uint8"), {415}, {3000})
        ybr = self.stored(image_files.native_file(colors, photometric="YBR_FULL"))
        expected = image_files.convert_color_space(colors, "YBR_FULL", "RGB")
        self.assertEqual(self.image(ybr + "/preview").tolist(), expected.tolist())

    def test_a_palette_gives_colors(self):
        indices = numpy.array([[0, 1, 2, 9]], "u1")
        tags = {}
        for number, name in enumerate(("Red", "Green", "Blue")):
            tags[name + "PaletteColorLookupTableDescriptor"] = [3, 0, 16]
            tags[name + "PaletteColorLookupTableData"] = struct.pack("<3H", 0, 0x1000 * (number + 1), 0xff00)
        instance = self.stored(image_files.native_file(indices, photometric="PALETTE COLOR", **tags))
        self.assertEqual(self.image(instance + "/preview").tolist(),
                         [[[0, 0, 0], [16, 32, 48], [255, 255, 255], [255, 255, 255]]])

    def test_black_and_white_may_be_exchanged(self):
        instance = self.stored(image_files.native_file(self.gray, photometric="MONOCHROME1"))
        self.assertEqual(self.image(instance + "/preview").tolist(), (255 - self.image(self.instance + "/preview")).tolist())

    def test_instances_without_an_image_are_415_or_the_placeholder(self):
        instance = self.stored(image_files.written(image_files.data_set(1, 1, 8)))
        self.assert_error(self.server.get(instance + "/preview"), {415}, {3000})
        no_image = image_files.data_set(1, 1, 8)
        del no_image.Rows
        no_image = self.stored(image_files.written(no_image))
        for form in ("raw", "raw.gz", "matlab", "numpy"):
            self.assert_error(self.server.get(f"{instance}/frames/0/{form}"), {400}, {15})
            self.assert_error(self.server.get(f"{no_image}/frames/0/{form}"), {500}, {2})
        for target, up in (("/preview", "../../"), ("/frames/0/rendered", "../../../../")):
            reply = self.server.get(f"{instance}{target}?returnUnsupportedImage")
            self.assertEqual((reply.status, reply.headers["Location"]), (301, up + "app/images/unsupported.png"))
        self.assertEqual(self.image("/app/images/unsupported.png").shape, (84, 150))

    def test_unknown_instances_are_404(self):
        for target in ("preview", "frames", "numpy", "frames/0/raw"):
            self.assert_error(self.server.get("/instances/" + support.orthanc_id("nobody") + "/" + target), {404})


class PdfTest(ImagesTest):
    ODD = b"%PDF-1.4\n%%EOF\n"

    def pdf(self, document, syntax=image_files.EXPLICIT, **tags):
        made = image_files.data_set(1, 1, 8, syntax=syntax, EncapsulatedDocument=document)
        made.SOPClassUID = made.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.104.1"
        for name, value in ({"MIMETypeOfEncapsulatedDocument": "application/pdf"} | tags).items():
            setattr(made, name, value)
        return self.server.get(self.stored(image_files.written(made)) + "/pdf")

    def test_a_document_is_sent_without_the_byte_that_makes_its_length_even(self):
        reply = self.pdf(self.ODD + b"\0")
        self.assertEqual((reply.status, reply.headers["Content-Type"], reply.body), (200, "application/pdf", self.ODD))
        self.assertEqual(self.pdf(b"even").body, b"even")
        self.assertEqual(self.pdf(self.ODD + b"\0", syntax="1.2.840.10008.1.2").body, self.ODD)

    def test_the_length_that_is_told_counts_where_it_can_be_true(self):
        self.assertEqual(self.pdf(self.ODD + b"\0", EncapsulatedDocumentLength=len(self.ODD) + 1).body, self.ODD + b"\0")
        self.assertEqual(self.pdf(self.ODD + b"x", EncapsulatedDocumentLength=len(self.ODD)).body, self.ODD)
        for length in (0, 1, 2**32 - 1):
            self.assertEqual(self.pdf(self.ODD + b"\0", EncapsulatedDocumentLength=length).body, self.ODD)

    def test_what_holds_no_pdf_has_none(self):
        for tags in ({"MIMETypeOfEncapsulatedDocument": "text/xml"}, {"SOPClassUID": support.SECONDARY_CAPTURE}):
            self.assert_error(self.pdf(self.ODD + b"\0", **tags), {404}, {17})
        self.assert_error(self.server.get("/instances/" + support.orthanc_id("nobody") + "/pdf"), {404}, {17})


class TranscodingTest(ImagesTest):
    SOURCES = ("CT_small.dcm", "MR_small_bigendian.dcm", "MR_small_RLE.dcm", "MR_small_jp2klossless.dcm", "MR_small_jpeg_ls_lossless.dcm",
               "SC_rgb_rle_2frame.dcm", "SC_rgb_jpeg_gdcm.dcm", "SC_rgb_jpeg_dcmtk.dcm", "ExplVR_BigEnd.dcm", "image_dfl.dcm")
    LOSSLESS = ("1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.5",
                "1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.90")

    def transcoded(self, instance, syntax):
        reply = self.server.get(f"{instance}/file?transcode={syntax}")
        self.assertEqual((reply.status, reply.headers["Content-Type"]), (200, "application/dicom"), reply)
        return reply.body

    def test_other_programs_read_the_same_pixels_in_every_syntax(self):
        for name in self.SOURCES:
            path = support.PYDICOM_DATA / "test_files" / name
            instance = self.stored(path.read_bytes())
            expected = image_files.reference(path)
            for syntax in self.LOSSLESS:
                with self.subTest(sample=name, syntax=syntax), tempfile.NamedTemporaryFile(suffix=".dcm") as file:
                    file.write(self.transcoded(instance, syntax))
                    file.flush()
                    self.assertEqual(pydicom.dcmread(file.name).file_meta.TransferSyntaxUID, syntax)
                    self.assertTrue((image_files.reference(file.name).astype("i8") == expected.astype("i8")).all())

    def test_pixels_of_few_bits_in_wide_containers_come_through(self):
        line = numpy.arange(-33, 32)
        made = {(bits, signed): numpy.tile(line if signed else line + 33, (7, 1)).astype("i2" if signed else "u2")
                for bits in (7, 8, 12, 16) for signed in (False, True)}
        for (bits, signed), pixels in made.items():
            instance = self.stored(image_files.native_file(pixels, BitsStored=bits, HighBit=bits - 1))
            for syntax in self.LOSSLESS[3:]:
                with self.subTest(bits=bits, signed=signed, syntax=syntax):
                    again = self.stored(self.transcoded(instance, syntax))  # replaces it: each syntax is made of the one before
                    self.assertTrue((array(self.server.get(again + "/numpy?rescale=false"))[0, ..., 0] == pixels).all())

    def test_a_file_in_its_own_syntax_stays_as_it_is(self):
        data = (support.PYDICOM_DATA / "test_files/MR_small_RLE.dcm").read_bytes()
        self.assertEqual(self.transcoded(self.stored(data), image_files.RLE), data)

    def test_lossy_pixels_are_another_instance(self):
        gray = numpy.tile(numpy.arange(0, 240, 15, dtype="u1"), (16, 1))
        instance = self.stored(image_files.native_file(gray))
        made = pydicom.dcmread(io.BytesIO(self.transcoded(instance, image_files.JPEG_BASELINE)))
        self.assertEqual(made.LossyImageCompression, "01")
        self.assertEqual(made.file_meta.MediaStorageSOPInstanceUID, made.SOPInstanceUID)
        before = pydicom.dcmread(io.BytesIO(self.server.get(instance + "/file").body))
        self.assertNotEqual(made.SOPInstanceUID, before.SOPInstanceUID)
        self.assertLess(abs(made.pixel_array.astype("i8") - gray).max(), 12)

    def test_what_cannot_be_transcoded_is_an_error(self):
        instance = self.stored((support.PYDICOM_DATA / "test_files/CT_small.dcm").read_bytes())
        for syntax in ("1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.100"):
            self.assert_error(self.server.get(f"{instance}/file?transcode={syntax}"), {500}, {2})
        for syntax in ("nonsense", ""):
            self.assert_error(self.server.get(f"{instance}/file?transcode={syntax}"), {400}, {3})
        self.assert_error(self.server.get(f"{instance}/file?transcode={image_files.RLE}&lossy-quality=0"), {400}, {3})


class SeriesTest(ImagesTest):
    def series(self, *tags):
        study, series = pydicom.uid.generate_uid(), pydicom.uid.generate_uid()
        replies = [self.server.upload(image_files.native_file(numpy.full((2, 2), number, "u1"), study=study, series=series, **each))
                   for number, each in enumerate(tags)]
        return "/series/" + replies[0]["ParentSeries"], [reply["ID"] for reply in replies]

    def test_slices_of_a_volume_are_ordered_in_space(self):
        series, ids = self.series(*({"ImagePositionPatient": [0, 0, z], "ImageOrientationPatient": [1, 0, 0, 0, 1, 0]}
                                    for z in (5, 3, 4)))
        ordered = [ids[1], ids[2], ids[0]]
        self.assertEqual(self.server.get_json(series + "/ordered-slices"), {
            "Dicom": [f"/instances/{each}/file" for each in ordered],
            "Slices": [f"/instances/{each}/frames/0" for each in ordered],
            "SlicesShort": [[each, 0, 1] for each in ordered],
            "Type": "Volume"})
        self.assertEqual(array(self.server.get(series + "/numpy"))[:, 0, 0, 0].tolist(), [1, 2, 0])

    def test_others_are_ordered_by_their_numbers(self):
        series, ids = self.series(*({"InstanceNumber": str(number)} for number in (3, 1, 2)))
        found = self.server.get_json(series + "/ordered-slices")
        self.assertEqual((found["Type"], [each[0] for each in found["SlicesShort"]]), ("Sequence", [ids[1], ids[2], ids[0]]))

    def test_what_has_no_order_is_refused(self):
        series, _ = self.series({}, {})
        for target in ("/ordered-slices", "/numpy"):
            self.assert_error(self.server.get(series + target), {500}, {2040})
        self.assert_error(self.server.get("/series/" + support.orthanc_id("nobody") + "/ordered-slices"), {404})


class HostileTest(ImagesTest):
    def refused(self, data):
        """No form of the image is sent, and the server lives."""
        instance = self.stored(data)
        for target in ("preview", "rendered", "numpy", "frames/0/preview"):
            self.assertIn(self.server.get(f"{instance}/{target}").status, (400, 415, 500), target)
        self.assert_alive()
        return instance

    def resident_mb(self):
        status = pathlib.Path(f"/proc/{self.server.process.pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) // 1024

    def test_forged_descriptions_are_refused(self):
        plain = numpy.zeros((4, 4), "<u2")
        for tags in ({"Rows": 65535, "Columns": 65535}, {"Rows": 0}, {"Columns": 5}, {"BitsAllocated": 32}, {"BitsAllocated": 12},
                     {"BitsStored": 17}, {"BitsStored": 0, "BitsAllocated": 0}, {"HighBit": 65535}, {"HighBit": 3},
                     {"SamplesPerPixel": 65535}, {"SamplesPerPixel": 3}, {"photometric": "PALETTE COLOR"}):
            with self.subTest(**tags):
                self.refused(image_files.native_file(plain, **tags))

    def test_claimed_frames_are_not_believed(self):
        before = self.resident_mb()
        instance = self.stored(image_files.native_file(numpy.zeros((1, 2, 2), "u1"), NumberOfFrames="2147483647"))
        self.assert_error(self.server.get(instance + "/frames"), {400}, {15})
        self.assertEqual(self.server.get(instance + "/frames/0/preview").status, 200)
        self.assertEqual(self.server.get(instance + "/frames/2147483646/preview").status, 415)
        self.assert_error(self.server.get(instance + "/numpy"), {500}, {4})
        series = self.server.get_json(instance)["ParentSeries"]
        self.assert_error(self.server.get(f"/series/{series}/ordered-slices"), {400, 500})
        self.assertLess(self.resident_mb() - before, 200)

    def test_streams_that_are_cut_off_or_forged_are_refused(self):
        image = Image.fromarray(numpy.arange(256, dtype="u1").reshape(16, 16))
        for syntax, form in ((image_files.JPEG_BASELINE, "JPEG"), (image_files.JPEG_2000, "JPEG2000")):
            stream = io.BytesIO()
            image.save(stream, form, **({"no_jp2": True} if form == "JPEG2000" else {}))
            whole = stream.getvalue()
            good = image_files.encapsulated_file([whole], syntax, 16, 16, 8)
            self.assertEqual(self.image(self.stored(good) + "/preview").shape, (16, 16))
            for data in (whole[:20], b"\xff\xd8", b"\0" * 100, whole[:2] + b"\xff" * 1000):
                self.refused(image_files.encapsulated_file([data], syntax, 16, 16, 8))
            # What the stream says of itself must be what the data set says.
            self.refused(image_files.encapsulated_file([whole], syntax, 17, 16, 8))
            self.refused(image_files.encapsulated_file([whole], syntax, 60000, 4000, 8))

    def test_run_lengths_that_promise_too_much_take_no_memory(self):
        before = self.resident_mb()
        header = struct.pack("<16I", 1, 64, *[0] * 14)
        for packed in (b"\x81\0", b"\x80" * 5000, b"", b"\x7f" * 4):
            self.refused(image_files.encapsulated_file([header + packed], image_files.RLE, 16000, 16000, 8))
        self.assertLess(self.resident_mb() - before, 100)

    def test_a_floating_point_image_is_415(self):
        made = image_files.data_set(1, 1, 32)
        made.FloatPixelData = struct.pack("<f", 1.5)
        self.refused(image_files.written(made))


class DecoderTest(ImagesTest):
    def decoders(self):
        """Process ids of the server's children."""
        tasks = pathlib.Path(f"/proc/{self.server.process.pid}/task")
        return [int(child) for task in tasks.iterdir() for child in (task / "children").read_text().split()]

    def setUp(self):
        super().setUp()
        self.instance = self.stored((support.PYDICOM_DATA / "test_files/JPEG-lossy.dcm").read_bytes())
        self.requests = itertools.count()
        self.assertEqual(self.preview().status, 200)

    def preview(self):
        """Asks in another way each time, since what was asked for before is answered without a decoder."""
        return self.server.get(f"{self.instance}/preview?{next(self.requests)}")

    def test_a_decoder_that_is_killed_between_frames_is_replaced(self):
        for decoder in self.decoders():
            os.kill(decoder, signal.SIGKILL)
            dead = pathlib.Path(f"/proc/{decoder}/stat")
            support.eventually(lambda: not dead.exists() or ") Z " in dead.read_text(), 10, "the end of the decoder")
        self.assertEqual(self.preview().status, 200)

    def test_a_decoder_that_crashes_over_a_frame_costs_that_frame_only(self):
        for number in (signal.SIGKILL, signal.SIGSEGV):
            with self.subTest(signal=number):
                for decoder in self.decoders():
                    os.kill(decoder, signal.SIGSTOP)
                replies = []
                client = threading.Thread(target=lambda: replies.append(self.preview()))
                client.start()
                support.eventually(self.frames_on_their_way, 30, "a frame is sent to a stopped decoder")
                for decoder in self.decoders():
                    os.kill(decoder, number)
                    if number != signal.SIGKILL:  # others come when it goes on
                        os.kill(decoder, signal.SIGCONT)
                client.join()
                self.assert_error(replies[0], {415}, {3000})
                self.assertEqual(self.preview().status, 200)
        self.assertIn("decoder process", self.server.log())
        self.assertNotIn(self.instance.split("/")[-1], self.server.log())

    def test_who_waits_for_a_decoder_holds_up_nobody_else(self):
        plain = self.stored((support.PYDICOM_DATA / "test_files/CT_small.dcm").read_bytes())
        for decoder in self.decoders():
            os.kill(decoder, signal.SIGSTOP)
        replies = []
        clients = [threading.Thread(target=lambda: replies.append(self.preview())) for _ in range(16)]
        for client in clients:
            client.start()
        support.eventually(self.frames_on_their_way, 30, "a frame is sent to a stopped decoder")
        for target in ("/studies?expand", plain + "/preview", plain + "/tags", self.instance + "/frames/0/raw"):
            self.assertEqual(self.server.get(target).status, 200)
        self.assertLess(len(replies), 16)
        for decoder in self.decoders():
            os.kill(decoder, signal.SIGCONT)
        for client in clients:
            client.join()
        self.assertEqual({reply.status for reply in replies}, {200})

    def test_what_was_shown_is_shown_again_until_something_changes(self):
        target = self.instance + "/preview"
        before = self.server.get(target)
        for decoder in self.decoders():
            os.kill(decoder, signal.SIGSTOP)
        self.assertEqual(self.server.get(target).body, before.body)
        for decoder in self.decoders():
            os.kill(decoder, signal.SIGCONT)
        self.assertEqual(self.server.get(target, {"Accept": "image/jpeg"}).headers["Content-Type"], "image/jpeg")
        self.server.request("DELETE", self.instance)
        self.assert_error(self.server.get(target), {404})

    def frames_on_their_way(self):
        """Whether a thread of the server waits for the answer of a decoder."""
        tasks = pathlib.Path(f"/proc/{self.server.process.pid}/task")
        return any((task / "wchan").read_text().startswith("poll_") for task in tasks.iterdir())

    def test_decoders_end_with_the_server(self):
        decoders = self.decoders()
        self.assertTrue(decoders)
        self.server.restart()
        self.assertFalse([each for each in decoders if pathlib.Path(f"/proc/{each}").exists()])

    def test_decoders_have_nothing_but_their_connection(self):
        for decoder in self.decoders():
            process = pathlib.Path(f"/proc/{decoder}")
            self.assertEqual(sorted(each.name for each in (process / "fd").iterdir()), ["0", "1", "2"])
            self.assertIn("Seccomp:\t2", (process / "status").read_text())
            self.assertEqual((process / "oom_score_adj").read_text().strip(), "1000")
            self.assertNotIn(b"TROUPE", (process / "environ").read_bytes())


if __name__ == "__main__":
    unittest.main()
