"""Pixels of PNG, JPEG, PAM and numpy replies."""
import io

import numpy
import PIL.Image


class Picture:
    def __init__(self, kind, pixels):
        self.kind, self.pixels = kind, pixels

    def __eq__(self, other):
        return self.kind == other.kind and self.pixels.dtype == other.pixels.dtype and numpy.array_equal(self.pixels, other.pixels)

    def __str__(self):
        return f"{self.kind} {self.pixels.shape} {self.pixels.dtype}"

    def difference(self, other):
        """A short account of how another one differs."""
        if self.pixels.shape != other.pixels.shape or self.pixels.dtype != other.pixels.dtype:
            return str(other)
        deltas = numpy.abs(self.pixels.astype("float64") - other.pixels.astype("float64"))
        return f"{other}, {numpy.count_nonzero(deltas)} values differ, by up to {deltas.max()}"


def array(data):
    """The values of a file of numpy."""
    try:
        return Picture("numpy", numpy.load(io.BytesIO(data), allow_pickle=False))
    except (OSError, ValueError):
        return data


def archive_of_arrays(data):
    with numpy.load(io.BytesIO(data), allow_pickle=False) as members:
        [name] = members.files
        return Picture(f"numpy archive of {name}", members[name])


def decoded(kind, data):
    """The picture; the bytes themselves where they are none that can be read (a fragment of a file, for instance)."""
    try:
        return Picture(kind, pixels_of(kind, data))
    except (OSError, PIL.Image.DecompressionBombError):
        return data


def pixels_of(kind, data):
    if kind == "image/x-portable-arbitrarymap":
        return numpy.frombuffer(data.partition(b"ENDHDR\n")[2], "uint8")
    with PIL.Image.open(io.BytesIO(data)) as image:
        return numpy.array(image)
