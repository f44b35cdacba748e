"""Pixels of PNG, JPEG and PAM replies."""
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
        deltas = numpy.abs(self.pixels.astype("int64") - other.pixels.astype("int64"))
        return f"{other}, {numpy.count_nonzero(deltas)} values differ, by up to {deltas.max()}"


def decoded(kind, data):
    if kind == "image/x-portable-arbitrarymap":
        return Picture(kind, numpy.frombuffer(data.partition(b"ENDHDR\n")[2], "uint8"))
    with PIL.Image.open(io.BytesIO(data)) as image:
        return Picture(kind, numpy.array(image))
