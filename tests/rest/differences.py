"""The intended differences to Orthanc in what orthanc_comparison_test.py compares, each with its reason.

`where` is a shell pattern over "<sample>:<document>:<path in the JSON>", such as "*:study:IsProtected". A difference that no
entry covers fails the test, and so does an entry that covers nothing. `check(theirs, ours)` narrows an entry to certain values.
"""
import collections

Difference = collections.namedtuple("Difference", "where reason check", defaults=[lambda theirs, ours: True])


def appears(theirs, ours):
    return theirs == "(absent)"


def yen_for_backslash(theirs, ours):
    return isinstance(theirs, str) and theirs.replace("\N{YEN SIGN}", "\\") == ours


DIFFERENCES = [
    Difference("*:patient:IsProtected", "a field of Orthanc since 1.12", appears),
    Difference("*:study:MainDicomTags.TimezoneOffsetFromUTC", "a main tag since Orthanc 1.12.5", appears),
    Difference("*:series:MainDicomTags.TimezoneOffsetFromUTC", "a main tag since Orthanc 1.12.5", appears),
    Difference("*:series:MainDicomTags.PerformedProcedureStepStart*", "main tags since Orthanc 1.12.5", appears),
    Difference("*", "the backslash between values stays one in ISO_IR 13, where that byte is a yen sign in texts", yen_for_backslash),
    Difference("charset_files/chrH32.dcm:*:0010,0010*", "Orthanc cannot read ISO 2022 IR 87 (Kanji) here, we can"),
    Difference("charset_files/chrH32.dcm:*PatientName", "Orthanc cannot read ISO 2022 IR 87 (Kanji) here, we can"),
]
