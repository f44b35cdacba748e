"""Pictures of all files: each kind, frames, sizes and windows, as PNG, JPEG, PAM, raw values, numpy and matlab."""
from differential.request import Request

KINDS = ("preview", "image-uint8", "image-uint16", "image-int16", "rendered", "frames/0/preview", "frames/0/raw", "frames/0/image-uint8", "frames/0/rendered", "frames/0/matlab", "matlab",
         "numpy", "frames/0/numpy", "frames/0/numpy?compress=1", "numpy?rescale=1", "pdf", "frames/0", "frames/1/raw", "frames/1/preview")
ACCEPTS = ("image/png", "image/jpeg", "image/x-portable-arbitrarymap", "image/*", "*/*", "application/json", "image/gif", "image/jpeg;q=0.5, image/png", "text/html", "image/png;q=0")
WINDOWS = ("window-center=100&window-width=200", "window-center=100", "window-width=50", "window-center=x&window-width=3", "window-center=1e3&window-width=0", "window-center=-5&window-width=-3")
SIZES = ("width=4", "height=3", "width=5&height=9", "width=4&smooth=1", "width=0", "height=x", "width=100&smooth=0", "width=100&height=100&smooth=1")


def requests(world):
    for identifier in world.ids["instances"]:
        yield from (Request("GET", f"/instances/{identifier}/{kind}") for kind in KINDS)
    named = [world.instance(name) for name in ("test_files/CT_small.dcm", "generated/image-8", "generated/image-16-signed", "generated/image-colour", "generated/image-frames", "generated/image-short",
                                               "generated/image-windows", "generated/long", "renamed/test_files/MR_small_RLE.dcm")]
    for identifier in named:
        for kind in ("preview", "image-uint8", "image-uint16", "rendered", "frames/0/image-int16"):
            yield from (Request("GET", f"/instances/{identifier}/{kind}", headers={"Accept": accept}) for accept in ACCEPTS)
            yield from (Request("GET", f"/instances/{identifier}/{kind}?{words}") for words in ("quality=1", "quality=0", "quality=x", "returnUnsupportedImage"))
            yield Request("GET", f"/instances/{identifier}/{kind}?quality=30", headers={"Accept": "image/jpeg"})
        yield from (Request("GET", f"/instances/{identifier}/rendered?{words}") for words in WINDOWS + SIZES)
        for frame in ("0", "1", "2", "3", "-1", "x", "0x1", "4294967296"):
            yield from (Request("GET", f"/instances/{identifier}/frames/{frame}/{kind}") for kind in ("preview", "raw", "rendered", "numpy"))
    for series in world.ids["series"]:
        yield Request("GET", f"/series/{series}/numpy")
        yield Request("GET", f"/series/{series}/numpy?rescale=1")
        yield Request("GET", f"/series/{series}/ordered-slices")
