"""All files, once and some again; as gzip, ZIP and form; and what is no file."""
import gzip
import io
import zipfile

from differential.request import Request

NO_FILES = (b"", b"no DICOM at all", b"{}", b"DICM", bytes(132), bytes(128) + b"DICM", bytes(128) + b"DICM" + b"\xff" * 40)


def requests(world):
    for name, data in world.files.items():
        theirs, ours = yield Request("POST", "/instances", data, {"Content-Type": "application/dicom"}, file=name)
        if theirs.status == ours.status == 200 and isinstance(theirs.json(), dict) and "ID" in theirs.json() and "ID" in ours.json():
            world.keep(name, ours.json())
    yield from again(world)
    yield from packed(world)
    for data in NO_FILES:
        yield Request("POST", "/instances", data)
    for method in ("PUT", "DELETE"):
        yield Request(method, "/instances", b"x")


def again(world):
    for identifier in world.some("instances", 12):
        name = world.file_of[identifier]
        yield Request("POST", "/instances", world.files[name], {"Content-Type": "application/octet-stream"}, file=name)


def packed(world):
    names = [world.file_of[identifier] for identifier in world.some("instances", 3)]
    plain = world.files[names[0]]
    yield Request("POST", "/instances", gzip.compress(plain, mtime=0), {"Content-Encoding": "gzip"})
    yield Request("POST", "/instances", plain, {"Content-Encoding": "gzip"}, file=names[0])
    yield Request("POST", "/instances", gzip.compress(plain, mtime=0))
    yield Request("POST", "/instances", zipped({name: world.files[name] for name in names}))
    yield Request("POST", "/instances", zipped({"a.txt": b"text", "folder/": b"", "one": plain, "empty": b""}))
    yield Request("POST", "/instances", zipped({}))
    yield Request("POST", "/instances", zipped({"README": b"nothing"}))
    for field in ('name="file"; filename="a.dcm"', 'name="x"'):
        yield Request("POST", "/instances", form(field, plain), {"Content-Type": "multipart/form-data; boundary=edge"})


def zipped(members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return buffer.getvalue()


def form(field, data):
    head = f"--edge\r\nContent-Disposition: form-data; {field}\r\nContent-Type: application/dicom\r\n\r\n"
    return head.encode() + data + b"\r\n--edge--\r\n"
