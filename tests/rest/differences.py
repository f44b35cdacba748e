"""The intended differences to Orthanc in what orthanc_comparison_test.py compares, each with its reason.

`where` is a shell pattern over "<sample>:<document>:<path in the JSON>", such as "*:study:IsProtected". A difference that no
entry covers fails the test, and so does an entry that covers nothing.
"""
import collections

Difference = collections.namedtuple("Difference", "where reason")

DIFFERENCES = []
