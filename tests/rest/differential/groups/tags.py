"""The data set of every file in all formats, its header, and what its resources say of it."""
from differential.request import Request

LEVEL_OF_PARENT = (("series", "series"), ("study", "studies"), ("patient", "patients"))
FORMATS = ("", "?short", "?simplify", "?simplify&short")


def requests(world):
    seen = set()
    for identifier in world.ids["instances"]:
        instance = f"/instances/{identifier}"
        for sub in ("", "/tags", "/tags?short", "/tags?simplify", "/simplified-tags", "/header", "/header?short", "/header?simplify", "/file", "/frames",
                    "/module", "/module?short", "/statistics", "/metadata?expand", "/attachments", "/attachments/dicom/info"):
            yield Request("GET", instance + sub)
        for sub, level in LEVEL_OF_PARENT:
            _, ours = yield Request("GET", f"{instance}/{sub}")
            parent = f"/{level}/{ours.json()['ID']}" if ours.status == 200 else None
            if parent and parent not in seen:
                seen.add(parent)
                yield from of_parent(world, parent, level)
    yield from ignored_lengths(world)


def of_parent(world, parent, level):
    for sub in ("", "?short", "?full", "/module", "/module?simplify", "/shared-tags", "/shared-tags?simplify", "/statistics", "/metadata?expand", "/attachments"):
        yield Request("GET", parent + sub)
    below = {"patients": ("studies", "series", "instances"), "studies": ("series", "instances"), "series": ("instances",)}[level]
    above = {"patients": (), "studies": ("patient",), "series": ("study", "patient")}[level]
    for sub in below + above:
        yield Request("GET", f"{parent}/{sub}{world.random.choice(FORMATS)}")
    if world.random.random() < 0.3:
        yield Request("GET", f"{parent}/instances-tags{world.random.choice(FORMATS)}")
    if level == "studies":
        yield Request("GET", f"{parent}/module-patient{world.random.choice(FORMATS)}")
    if level == "series":
        yield Request("GET", parent + "/ordered-slices")


def ignored_lengths(world):
    long_ones = [world.instance(name) for name in ("generated/long", "generated/long-multiple")] + world.some("instances", 3)
    for identifier in long_ones:
        for names in ("PatientComments", "0010-4000", "0010,4000", "AdditionalPatientHistory,PatientComments", "00104000,0010,21b0", "PixelData", "unknown"):
            yield Request("GET", f"/instances/{identifier}/tags?ignore-length={names}")
            yield Request("GET", f"/instances/{identifier}/simplified-tags?ignore-length={names}")
