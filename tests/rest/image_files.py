"""DICOM images that tests make, and how other programs decode those that are there."""
import io
import pathlib
import subprocess
import tempfile

import numpy
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.pixel_data_handlers.util import convert_color_space
from pydicom.uid import generate_uid

import support

EXPLICIT = "1.2.840.10008.1.2.1"
RLE = "1.2.840.10008.1.2.5"
JPEG_BASELINE = "1.2.840.10008.1.2.4.50"
JPEG_2000 = "1.2.840.10008.1.2.4.90"
JPEG_SYNTAXES = {"1.2.840.10008.1.2.4." + last for last in ("50", "51", "53", "55", "57", "70")}
JPEG_LS_SYNTAXES = {"1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81"}


def data_set(rows, columns, bits, photometric="MONOCHROME2", study=None, series=None, syntax=EXPLICIT, **tags):
    """A secondary capture without pixels; `tags` are added or changed."""
    made = Dataset()
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = syntax
    made.SOPClassUID = made.file_meta.MediaStorageSOPClassUID = support.SECONDARY_CAPTURE
    made.SOPInstanceUID = made.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    made.StudyInstanceUID = study or generate_uid()
    made.SeriesInstanceUID = series or generate_uid()
    made.PatientID = "images"
    made.Rows, made.Columns = rows, columns
    made.SamplesPerPixel = 1 if photometric.startswith(("MONOCHROME", "PALETTE")) else 3
    made.PhotometricInterpretation = photometric
    made.BitsAllocated = made.BitsStored = bits
    made.HighBit = bits - 1
    made.PixelRepresentation = 0
    if made.SamplesPerPixel == 3:
        made.PlanarConfiguration = 0
    for name, value in tags.items():
        setattr(made, name, value)
    made.is_little_endian, made.is_implicit_VR = True, syntax == "1.2.840.10008.1.2"
    return made


def written(made):
    out = io.BytesIO()
    pydicom.dcmwrite(out, made, write_like_original=False)
    return out.getvalue()


def native_file(pixels, **tags):
    """Of an array (rows, columns[, 3]), or (frames, rows, columns) with NumberOfFrames."""
    shape = pixels.shape[1:] if "NumberOfFrames" in tags else pixels.shape
    tags = {"PixelRepresentation": int(pixels.dtype.kind == "i")} | tags
    photometric = tags.pop("photometric", "RGB" if len(shape) == 3 else "MONOCHROME2")
    made = data_set(shape[0], shape[1], pixels.dtype.itemsize * 8, photometric, **tags)
    made.PixelData = pixels.tobytes() + bytes(pixels.nbytes % 2)
    made["PixelData"].VR = "OW" if pixels.dtype.itemsize > 1 else "OB"
    return written(made)


def encapsulated_file(frames, syntax, rows, columns, bits, **tags):
    made = data_set(rows, columns, bits, syntax=syntax, **tags)
    made.PixelData = encapsulate(frames)
    made["PixelData"].is_undefined_length = True
    made["PixelData"].VR = "OB"
    return written(made)


def converted(path, program):
    """The data set after dcmdjpeg or dcmdjpls."""
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "out.dcm"
        subprocess.run([program, path, out], check=True, capture_output=True)
        return pydicom.dcmread(out)


def reference(path):
    """Stored values of all frames, colors as RGB: (frames, rows, columns, samples), as DCMTK, GDCM or pydicom decode them."""
    found = pydicom.dcmread(path, force=True)
    syntax = found.file_meta.get("TransferSyntaxUID", "1.2.840.10008.1.2")
    if syntax in JPEG_SYNTAXES:
        found = converted(path, "dcmdjpeg")
    elif syntax in JPEG_LS_SYNTAXES:
        found = converted(path, "dcmdjpls")
    elif syntax.startswith("1.2.840.10008.1.2.4.9"):
        found.convert_pixel_data("gdcm")
    pixels = found.pixel_array
    if found.BitsAllocated == 1:
        pixels = pixels * 255
    if found.PhotometricInterpretation.startswith("YBR_FULL"):
        pixels = convert_color_space(pixels, "YBR_FULL", "RGB")
    shape = (int(found.get("NumberOfFrames") or 1), found.Rows, found.Columns, found.SamplesPerPixel)
    return numpy.asarray(pixels).reshape(shape)
