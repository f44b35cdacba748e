"""The files that both servers get: python3-pydicom's, and made ones for what those lack. `python3 files.py NAME` prints one."""
import io
import pathlib
import sys
import warnings

if __name__ == "__main__":
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

import pydicom
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

import support

warnings.filterwarnings("ignore", module="pydicom")  # of the values that are wrong on purpose

ROOT = "1.2.826.0.1.3680043.8.498.7"
SECONDARY_CAPTURE, CT, MR, PDF = (f"1.2.840.10008.5.1.4.1.1.{kind}" for kind in ("7", "2", "4", "104.1"))
LATIN, UTF8, CHINESE = "ISO_IR 100", "ISO_IR 192", "GB18030"


def image(pixels=bytes(16), rows=4, columns=4, bits=8, signed=0, photometric="MONOCHROME2", samples=1, **more):
    """The tags of an uncompressed image."""
    tags = {"SamplesPerPixel": samples, "PhotometricInterpretation": photometric, "Rows": rows, "Columns": columns, "BitsAllocated": bits,
            "BitsStored": bits, "HighBit": bits - 1, "PixelRepresentation": signed, "PixelData": pixels}
    if samples > 1:
        tags["PlanarConfiguration"] = 0
    return tags | more


def made(name, patient="GEN", study=1, series=1, number=1, syntax=ExplicitVRLittleEndian, sop_class=SECONDARY_CAPTURE, change=None, **tags):
    """(name, bytes) of a file with these tags; `None` leaves a tag out. `change` gets the data set before it is written."""
    uids = {"StudyInstanceUID": f"{ROOT}.{study}", "SeriesInstanceUID": f"{ROOT}.{study}.{series}",
            "SOPInstanceUID": f"{ROOT}.{study}.{series}.{number}"}
    everything = {"PatientID": patient, "PatientName": "Generated^One", "SOPClassUID": sop_class, "Modality": "OT"} | uids | tags
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = sop_class, everything["SOPInstanceUID"] or "1.2"
    meta.TransferSyntaxUID, meta.ImplementationClassUID = syntax, ROOT
    data = FileDataset(None, {}, file_meta=meta, preamble=bytes(128))
    data.is_little_endian, data.is_implicit_VR = syntax != ExplicitVRBigEndian, syntax == ImplicitVRLittleEndian
    for keyword, value in everything.items():
        if value is not None:
            setattr(data, keyword, value)
    if "PixelData" in data:
        data["PixelData"].VR = "OW" if data.BitsAllocated == 16 else "OB"
    if change:
        change(data)
    buffer = io.BytesIO()
    pydicom.dcmwrite(buffer, data, write_like_original=False)
    return name, buffer.getvalue()


def item(**tags):
    made_item = Dataset()
    for keyword, value in tags.items():
        setattr(made_item, keyword, value)
    return made_item


def nested(depth):
    """A sequence in a sequence, `depth` times."""
    inner = item(CodeValue="deepest", CodingSchemeDesignator="99X", CodeMeaning="Tiefe")
    for _ in range(depth):
        inner = item(CodeValue="level", ConceptCodeSequence=Sequence([inner, item(CodeValue="brother")]))
    return Sequence([inner])


def with_private_tags(data):
    block = data.private_block(0x11, "ACME 1.1", create=True)
    block.add_new(0x01, "LO", "private text")
    block.add_new(0x02, "SQ", Sequence([item(PatientComments="in private sequence")]))
    block.add_new(0x03, "OB", b"\1\2\3\4")
    block.add_new(0x04, "UN", b"unknown ")
    data.private_block(0x29, "SIEMENS CSA HEADER", create=True).add_new(0x08, "CS", "IMAGE NUM 4")
    data.add_new(0x00130010, "LO", "")
    data.add_new(0x00150001, "LO", "without creator")


def with_tags_behind_the_pixels(data):
    data.add_new(0xFFFCFFFC, "OB", bytes(8))
    data.private_block(0x7FE1, "BEHIND", create=True).add_new(1, "LO", "behind")


def with_binary_values(data):
    for tag, vr, value in ((0x00280106, "US", 7), (0x00280107, "SS", -7), (0x00081160, "IS", ["1", "2", "3"]), (0x00189306, "FD", 0.1),
                           (0x00189328, "FD", [1.5, -2.25e300]), (0x00720078, "UL", [1, 4294967295]), (0x0072007C, "SL", [-1, 2147483647]),
                           (0x00720076, "FL", [3.4e38, -1e-30, 0.0]), (0x00280009, "AT", [0x00181063, 0x00181065]), (0x00720066, "OF", bytes(8)),
                           (0x00720073, "OD", bytes(8)), (0x0040A121, "DA", ""), (0x0040A120, "DT", "20240102030405.678+0100"),
                           (0x00080005, "CS", ""), (0x00101010, "AS", "042Y"), (0x00101020, "DS", ["1.80", " 2 "]), (0x00287FE0, "UR", "http://x/ ")):
        data.add_new(tag, vr, value)


def generated_values():
    yield made("generated/private", change=with_private_tags)
    yield made("generated/private-implicit", study=2, syntax=ImplicitVRLittleEndian, change=with_private_tags)
    yield made("generated/behind-pixels", study=3, change=with_tags_behind_the_pixels, **image())
    yield made("generated/binary", study=4, change=with_binary_values)
    yield made("generated/binary-big-endian", study=5, syntax=ExplicitVRBigEndian, change=with_binary_values)
    yield made("generated/nested", study=6, ConceptNameCodeSequence=nested(5), ReferencedStudySequence=Sequence([]))
    yield made("generated/nested-implicit", study=7, syntax=ImplicitVRLittleEndian, ConceptNameCodeSequence=nested(5))
    lengths = {"ImageComments": "c" * 256, "PatientComments": "p" * 257, "AdditionalPatientHistory": "h" * 5000, "StudyDescription": "d" * 64}
    yield made("generated/long", study=8, **lengths)
    yield made("generated/long-multiple", study=9, ImageType=["ORIGINAL", "PRIMARY"] * 40, OtherPatientIDs=["A", "B ", " C"])
    yield made("generated/empty-tags", study=10, StudyDescription="", AccessionNumber=None, PatientBirthDate="", SeriesNumber=None, InstanceNumber=None)
    yield made("generated/blanks", patient=" P X ", study=11, StudyDescription="  both  ", PatientName="  Blank^ Name ", SeriesDescription=" ")


def generated_patients():
    yield made("generated/empty-patient", patient="", study=20)
    yield made("generated/no-patient", patient=None, study=21)
    yield made("generated/no-patient-modules", patient="BARE", study=22, PatientName=None, Modality=None)
    yield made("generated/same-uids-1", patient="TWIN1", study=23, PatientName="Twin^One")
    yield made("generated/same-uids-2", patient="TWIN2", study=23, PatientName="Twin^Two")
    yield made("generated/two-names-1", patient="RENAMED", study=24, PatientName="Before^Name", PatientSex="F")
    yield made("generated/two-names-2", patient="RENAMED", study=25, PatientName="After^Name", PatientSex="M", PatientBirthDate="19700101")
    for missing in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"):
        yield made(f"generated/without-{missing}", study=26, **{missing: None})
        yield made(f"generated/empty-{missing}", study=26, **{missing: ""})


def generated_texts():
    names = {LATIN: "Müller^Jürgen^Ärzte", UTF8: "Ωmega^Σ=山田^太郎=やまだ^たろう", CHINESE: "王^小东", "ISO_IR 144": "Люкceмбypг"}
    for index, (charset, name) in enumerate(names.items()):
        yield made(f"generated/charset-{charset}", patient=f"C{index}", study=30 + index, SpecificCharacterSet=charset, PatientName=name,
                   StudyDescription=name.replace("^", " "))
    kanji = {"SpecificCharacterSet": ["", "ISO 2022 IR 87"], "PatientName": "Yamada^Tarou=山田^太郎=やまだ^たろう"}
    yield made("generated/kanji", patient="KANJI", study=36, **kanji)
    yield made("generated/charset-in-item", patient="ITEM", study=37, SpecificCharacterSet=LATIN,
               RequestedProcedureCodeSequence=Sequence([item(SpecificCharacterSet=UTF8, CodeMeaning="日本 ü")]))
    yield made("generated/unknown-charset", patient="ODD", study=38, change=lambda data: data.add_new(0x00080005, "CS", "ISO_IR 999"))


def generated_series():
    """One study of several series with ordered slices, completeness of each kind, and values for searches."""
    study = {"patient": "SERIES", "study": 40, "StudyDate": "20200115", "StudyTime": "101112.5", "StudyDescription": "Thorax native",
             "AccessionNumber": "A-17", "ReferringPhysicianName": "Meier^Anna", "PatientName": "Schmidt^Hans", "PatientSex": "M", "PatientBirthDate": "19501231"}
    for number in (1, 2, 3, 4):
        place = {"ImagePositionPatient": [0, 0, 10 * (5 - number)], "ImageOrientationPatient": [1, 0, 0, 0, 1, 0]}
        yield made(f"generated/complete-{number}", series=1, number=number, Modality="CT", sop_class=CT, InstanceNumber=number, ImagesInAcquisition=4,
                   SeriesDescription="Axial", SeriesNumber=1, FrameOfReferenceUID=ROOT, **study, **place, **image())
    for number in (1, 3):
        yield made(f"generated/missing-{number}", series=2, number=number, Modality="MR", sop_class=MR, InstanceNumber=number, ImagesInAcquisition=3,
                   SeriesDescription="t2 AXIAL", SeriesNumber=2, SeriesDate="20200116", **study)
    for number in (1, 9):
        yield made(f"generated/inconsistent-{number}", series=3, number=number, Modality="US", InstanceNumber=number, CardiacNumberOfImages=2, **study)
    for number in (1, 2):
        yield made(f"generated/temporal-{number}", series=4, number=number, Modality="CT", ImageIndex=number, NumberOfSlices=2, NumberOfTemporalPositions=1, **study)
    yield made("generated/same-index-1", series=5, number=1, InstanceNumber=2, **study)
    yield made("generated/same-index-2", series=5, number=2, InstanceNumber=2, **study)


def generated_dates():
    """Studies that searches of ranges, lists and cases tell apart."""
    for index, (date, name) in enumerate((("20190101", "Anna^A"), ("20200101", "ANNA^B"), ("20200131", "anna^c"), ("20200201", "Änne^D"), ("", "Bob"), ("2020.02.02", "Bob*"))):
        yield made(f"generated/date-{index}", patient=f"D{index}", study=50 + index, StudyDate=date, PatientName=name, Modality=["CT", "MR", "CT", "US", "PT", "OT"][index],
                   StudyTime=["", "000000", "1200", "235959.999999", "12", "120000"][index], AccessionNumber=f"ACC{index // 2}", StudyID=f"id {index}")


def generated_images():
    ramp8, ramp16 = bytes(range(0, 256, 4)), b"".join((index * 900).to_bytes(2, "little") for index in range(64))
    signed = b"".join((index * 1000 - 32000).to_bytes(2, "little", signed=True) for index in range(64))
    square = {"rows": 8, "columns": 8}
    yield made("generated/image-8", study=60, **image(ramp8, **square))
    yield made("generated/image-8-inverted", study=61, **image(ramp8, photometric="MONOCHROME1", **square))
    yield made("generated/image-16", study=62, **image(ramp16, bits=16, **square))
    yield made("generated/image-16-signed", study=63, **image(signed, bits=16, signed=1, RescaleSlope="2", RescaleIntercept="-10", WindowCenter="100", WindowWidth="4000", **square))
    yield made("generated/image-windows", study=64, **image(ramp16, bits=16, WindowCenter=["20000", "100"], WindowWidth=["10000", "50"], **square))
    yield made("generated/image-12", study=65, **image(ramp16, bits=16, **square) | {"BitsStored": 12, "HighBit": 11})
    yield made("generated/image-colour", study=66, **image(bytes(range(192)), photometric="RGB", samples=3, **square))
    yield made("generated/image-planes", study=67, **image(bytes(range(192)), photometric="RGB", samples=3, **square) | {"PlanarConfiguration": 1})
    yield made("generated/image-frames", study=68, **image(ramp8 + ramp8[::-1] + bytes(64), NumberOfFrames=3, **square))
    yield made("generated/image-short", study=69, **image(ramp8[:20], **square))
    yield made("generated/image-flat", study=70, **image(bytes([9]) * 64, **square))
    yield made("generated/image-big-endian", study=71, syntax=ExplicitVRBigEndian, **image(ramp16, bits=16, **square))
    document = b"%PDF-1.4\n%%EOF\n"
    yield made("generated/pdf", study=72, sop_class=PDF, EncapsulatedDocument=document, MIMETypeOfEncapsulatedDocument="application/pdf", Modality="DOC")
    yield made("generated/pdf-of-other-class", study=73, EncapsulatedDocument=document, MIMETypeOfEncapsulatedDocument="application/pdf")


def samples_with_own_names():
    """Copies of the samples that are the same instance as another one: a server would keep only the first of them."""
    seen = set()
    for name, path in support.samples().items():
        try:
            data = pydicom.dcmread(path)
            uid = data.SOPInstanceUID
            if uid in seen:
                data.SOPInstanceUID = data.file_meta.MediaStorageSOPInstanceUID = f"{ROOT}.900.{len(seen)}.{len(name)}"
                buffer = io.BytesIO()
                data.save_as(buffer)
                yield f"renamed/{name}", buffer.getvalue()
            seen.add(uid)
        except Exception:  # no DICOM, or not for pydicom
            continue


def all_files():
    """{name: bytes}, in the order of upload."""
    found = {name: path.read_bytes() for name, path in support.samples().items()} | dict(samples_with_own_names())
    for family in (generated_values, generated_patients, generated_texts, generated_series, generated_dates, generated_images):
        found |= family()
    return found


if __name__ == "__main__":
    sys.stdout.buffer.write(all_files()[sys.argv[1]])
