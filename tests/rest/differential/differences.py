"""The intended differences to Orthanc, each with its reason. A difference that no row covers fails the test, and so does a row that covers none."""
import re

from differential.compare import ABSENT
from differential.routes import LEVELS
from differential.rules import Difference
from differential.world import OF_ANOTHER_LEVEL

# Routes that Debian's Orthanc (1.10) does not have: other tests hold them to the promise of later versions.
NEWER_ROUTES = {
    "GET /": "Orthanc leads to its own web pages from here",
    "GET /tools/create-archive": "1.12.2",
    "POST /tools/count-resources": "1.12.5",
    "GET /tools/labels": "1.12.0",
}
for level in LEVELS:
    NEWER_ROUTES[f"GET /{level}/{{id}}/labels"] = "1.12.0"
    NEWER_ROUTES[f"GET /{level}/{{id}}/attachments/{{name}}/uuid"] = "1.12"
    for method in ("GET", "PUT", "DELETE"):
        NEWER_ROUTES[f"{method} /{level}/{{id}}/labels/{{label}}"] = "1.12.0"

# Routes that other tests compare with what is written about Orthanc: a job's life depends on time.
ELSEWHERE = re.compile(r"\w+ /(jobs|lanes|modalities|openapi\.json|tools/(metrics|diagnostic-job|shutdown|reset)|\w+/\{id\}/modify)")

# Flags of later versions, which Debian's Orthanc passes over.
NEWER_FLAGS = {
    ("*", "whole"): "1.12.4",
    ("*", "requested-tags"): "1.11",
    ("*", "requestedTags"): "1.11",
    ("*", "response-content"): "1.12.5",
    ("/changes", "to"): "1.12.5",
    ("/changes", "type"): "1.12.5",
    ("/instances/{id}/file", "filename"): "1.12",
    ("/instances/{id}/file", "transcode"): "1.12.2",
    ("/instances/{id}/file", "lossy-quality"): "1.13",
    ("*", "numeric"): "1.12",
}


def appears(theirs, ours):
    return theirs == ABSENT


def empty_became_error(theirs, ours):
    return theirs == "" and isinstance(ours, dict) and ours.get("HttpStatus", 0) >= 400


def typed_error(theirs, ours):
    return theirs == ABSENT and ours == "application/json; charset=utf-8"


def yen_for_backslash(theirs, ours):
    return isinstance(theirs, str) and isinstance(ours, str) and theirs.replace("\N{YEN SIGN}", "\\") == ours


def kanji(theirs, ours):
    """They show the bytes of a text, or another part of it in half-width letters; we the text."""
    return isinstance(theirs, str) and isinstance(ours, str) and not japanese(theirs) and japanese(ours)


def japanese(text):
    return any("\u3040" <= letter <= "\u9fff" for letter in text)


def found_more(theirs, ours):
    """Of a search; compare.py yields what only one of them found, or two lengths."""
    return theirs == [] if isinstance(theirs, list) else theirs < ours


def with_head(theirs, ours):
    return sorted(theirs + ["HEAD"]) == ours


def statuses(theirs_are, ours_are):
    """Both begin with these statuses."""
    return lambda theirs, ours: theirs.startswith(theirs_are) and ours.startswith(ours_are)


# Images that Debian's Orthanc does not decode: JPEG 2000, YBR, 32 bits, colors of 16 bits.
DECODED = (r"(693_J2KI|GDCMJ2K_TextGBR|J2K_pixelrep_mismatch|JPEG2000|MR_small_jp2klossless|SC_rgb_gdcm_KY|SC_rgb_rle_16bit(_2frame)?|SC_ybr_full_422_uncompressed|badVR|"
           r"rtdose(_expb|_rle)?(_1frame)?)\.dcm")
MALFORMED = r"[?&](quality=(0|101|x)|smooth=x|window-(center|width)=x|(width|height)=x)(&| |$)"

BLANK_AT_AN_END = r': "( [^"]*|[^"]* |[^"]*( \\\\|\\\\ )[^"]*)"[,}]'

# What is done with other nodes, and what makes or changes DICOM: no part of what is compared here.
TOOLS_ELSEWHERE = {"accepted-transfer-syntaxes", "unknown-sop-class-accepted", "dicom-echo", "bulk-anonymize", "bulk-modify", "create-dicom", "create-media", "create-media-extended",
                   "reconstruct"}

DIFFERENCES = [
    # Errors
    Difference("*", "body", "the error JSON where Orthanc's body is empty", empty_became_error),
    Difference("*", "header.Content-Type", "error replies have a type since Orthanc 1.12.2", typed_error),

    # HTTP
    Difference("*", "status", "no path goes up", lambda theirs, ours: ours.startswith("400") and "are not allowed" in ours, r"/(\.|%2e){1,2}([/ ]|$)"),
    Difference("*", "status", "nor has one a NUL", lambda theirs, ours: ours.startswith("400") and "%00" in ours, "%00"),
    Difference("*", "header.Allow", "HEAD is answered wherever GET is", with_head),
    Difference("* /tools/create-archive", "header.Allow", "GET since Orthanc 1.12.2", lambda theirs, ours: sorted(theirs + ["GET", "HEAD"]) == ours),
    Difference("* /tools/count-resources", "status", "a route since Orthanc 1.12.5", statuses("404", ("405", "400", "200"))),
    Difference("HEAD *", "status", "HEAD is answered as GET is", statuses("404", "200")),
    Difference("OPTIONS *", "status", "says what is offered", statuses("404", "204")),
    Difference("PATCH *", "status", "a method that is offered nowhere is not a malformed request", statuses("400", "40")),
    Difference("POST /studies", "status", "a POST can mean a GET", statuses("400", "200")),
    Difference("*", "status", "no link may change anything, so that a query names no method", lambda theirs, ours: "no link may change" in ours, "_method="),
    Difference("*", "status", "a method that is none is refused as such", lambda theirs, ours: "X-HTTP-Method-Override must be" in ours),
    Difference("GET *", "status", "a fragment is no part of a request", statuses(("404", "200"), "400"), "#x"),
    Difference("GET *", "status", "an escaped slash is a part of a name", statuses("200", "404"), "%2F"),
    Difference("GET /instances/{id}/*", "status", "an empty Accept says as little as none", statuses("404", "200"), "Accept: $"),
    Difference("GET *", "status", "406 since Orthanc 1.12", statuses(("404", "400"), "406"), "Accept: "),
    Difference("*", "header.Content-Encoding", "nothing is compressed by default since Orthanc 1.12.2", lambda theirs, ours: ours == ABSENT),
    Difference("GET *", "header.Content-Type", "weights count", lambda theirs, ours: "xml" in theirs and "json" in ours),
    Difference("GET *", "body.root*", "XML has the fields of later versions, too", lambda theirs, ours: "Labels" in str(ours) or "First" in str(ours)),
    Difference("GET *", "body", "XML is well-formed", lambda theirs, ours: "<0008,0005>" in str(theirs)),
    Difference("TRACE *", "status", "methods that are offered nowhere", statuses("4", "501")),
    Difference("GET /instances/{id}/file", "header.ETag", "so that interrupted downloads can go on", appears),
    Difference("GET /instances/{id}/file", "status", "so that interrupted downloads can go on", statuses("200", "206")),
    Difference("GET /instances/{id}/file", "status", "an unchanged file is not sent again", statuses("200", "304")),

    Difference("*", "body.Uri", "an error shows the path as it was sent", target="%|//"),
    Difference("GET /*", "status", "escaped characters stand for themselves in values too", statuses("400", "200"), "since=%31"),

    Difference("POST (none)", "status", "what is nowhere is no malformed request", statuses("400", "404"), "/nothing( |$)"),

    # Uploads
    Difference("POST /instances", "body.OrthancStatus", "zeros are no DICOM", lambda theirs, ours: (theirs, ours) == (3, 15)),

    Difference("POST /instances", "status", "a damaged file is called so", statuses("404", "400"), "DICOMDIR-nooffset"),

    Difference("POST /instances", "status", "what is no gzip is no fault of the server", statuses("500", "400"), "Content-Encoding: gzip"),

    # Fields and tags of later versions
    Difference("*", "body.*Labels", "a field of Orthanc since 1.12", appears),
    Difference("*", "body.*IsProtected", "a field of Orthanc since 1.12", appears),
    Difference("*", "body.*MainDicomTags.TimezoneOffsetFromUTC", "a main tag since Orthanc 1.12.5", appears),
    Difference("*", "body.*MainDicomTags.0008,0201", "the same", appears),
    Difference("*", "body.*MainDicomTags.PerformedProcedureStepStart*", "main tags since Orthanc 1.12.5", appears),
    Difference("*", "body.*MainDicomTags.0040,024?", "the same", appears),

    # Texts
    Difference("*", "body.*", "the backslash between values stays one in ISO_IR 13, where that byte is a yen sign in texts", yen_for_backslash),
    Difference("*", "body.*", "Orthanc does not read Japanese of two bytes a letter", kanji),

    # Lists
    Difference("GET /*", "body", "limit=0 is no limit since Orthanc 1.12.5", lambda theirs, ours: theirs == [], "limit=0"),
    Difference("GET /*", "status", "Orthanc takes negative numbers for huge ones", statuses("200", "400"), r"=-\d"),

    Difference("GET /exports", "body.Last", "nothing comes before the first", lambda theirs, ours: theirs < 0 and ours == 0),
    Difference("GET /changes", "body.First", "since Orthanc 1.12.5", appears),
    Difference("GET /changes", "body.Done", "no limit is asked for, so that nothing is left", target="limit=-1"),

    # Resources
    Difference("GET /*", "status", "a resource of another level is not there", statuses(("200", "400", "415", "500"), "404"), re.escape(OF_ANOTHER_LEVEL)),

    # Tags
    Difference("GET /instances/*tags", "status", "an empty list names no tag", statuses("500", "200"), "ignore-length=(&| |$)"),
    Difference("GET /patients/{id}/module", "body.*", "of several instances the first to arrive stands for a patient, in Orthanc any", target="/(da39a3ee|ff0cd5cd|5ff22dfc|1011803b)(-|%2D)"),
    Difference("GET /studies/{id}/module-patient", "body.*", "the same", target="/8d4d4277(-|%2D)"),
    Difference("GET /*/{id}/shared-tags", "body.*", "texts that Orthanc cannot read differ for it", lambda theirs, ours: theirs == ABSENT and japanese(str(ours))),
    Difference("* /instances/{id}/content*", "status", "methods that a tree does not take are refused as everywhere", statuses("404", "405")),
    Difference("GET *", "status", "a path is read before the file is", statuses("404", "500"), "/content/"),

    Difference("GET /series/{id}/ordered-slices", "body.*", "17 images of one number have no order in Orthanc; with us that of arrival", target="/0786ff77-"),

    Difference("GET /instances/{id}/content/{path}", "body", "raw bytes keep the blanks at their end", lambda theirs, ours: (theirs or b"") + b"  " == ours, "generated/blanks|SC_rgb_gdcm_KY"),

    # Archives
    Difference("POST /*/archive", "status", "a body that is no object is refused", statuses("200", "400")),
    Difference("POST /*/archive", "status", "a body that is no object is refused first", statuses("404", "400")),
    Difference("POST /tools/create-archive", "body", "an instance below two of the resources is put in once", lambda theirs, ours: set(theirs) == set(ours)),
    Difference("POST *", "body.OrthancStatus", "what is no JSON has a code of its own", lambda theirs, ours: (theirs, ours) == (15, 28)),

    # Metadata
    Difference("GET /*", "body.MainDicomTagsSignature", "metadata since Orthanc 1.11", appears),
    Difference("GET /instances/{id}/metadata", "body.PixelDataVR", "metadata since Orthanc 1.12.1", appears),
    Difference("GET /*/{id}/metadata", "body", "the same", lambda theirs, ours: theirs == [name for name in ours if name not in ("MainDicomTagsSignature", "PixelDataVR")]),
    Difference("* /*/{name}*", "header.ETag", "Orthanc counts no revisions in SQLite", lambda theirs, ours: theirs[:3] in ('"0-', '"1-') and theirs[3:] == ours[3:]),
    Difference("GET /*/{name}*", "status", "RFC 9110: * stands for whatever is there", statuses("400", "304"), "/metadata/"),
    Difference("GET /*/{name}*", "status", "RFC 9110: a tag of something else does not match", statuses("400", "200"), "/attachments/"),
    Difference("* /*/{id}/metadata/{name}", "status", "what is no number and no name is not there", statuses("403", "404"), "/metadata/-1( |$)"),

    # Searches
    Difference("POST /tools/find", "body", "blanks at the ends of what is asked for do not count (DICOM PS3.5 6.2)", found_more, BLANK_AT_AN_END),
    Difference("POST /tools/find", "body.length", "the same", found_more, BLANK_AT_AN_END),
    Difference("POST /tools/find", "body", "nor do those of values", files="rtdose_rle|generated/blanks"),
    Difference("POST /tools/find", "body.length", "the same", found_more, '"PatientSex": "O"'),
    Difference("POST /tools/find", "body", "an empty value lies in no range, and an end includes what it leaves open", target=r': "-\d'),
    Difference("POST /tools/find", "body", "ranges include what an end leaves open, and dates written with points", found_more, r'Study(Date|Time)": "[\d.]*-[\dx.]*"'),
    Difference("POST /tools/find", "body", "dates with points are dates at the ends of ranges, too", target=r'"StudyDate": "\d{4}\.\d\d\.\d\d-'),
    Difference("POST /tools/find", "body", "of several values each can be asked for, and all of them", found_more, '"(ImagePositionPatient|ImageType)": '),
    Difference("POST /tools/find", "body", "an alternative may be a pattern or a range", found_more, r'"(Bob\\\\\*|Bob\*\\\\nothing|nothing\\\\Bob\*|20200101-20200131\\\\20190101)"'),
    Difference("POST /tools/find", "body", "case and accents of letters outside of ASCII do not count, and Orthanc reads some of them as bytes", files="charset|/kanji|generated/date-3"),
    Difference("POST /tools/find", "body", "nor do those of letters that are asked for", found_more, r'Name": "[^"]*\\u[0-9a-f]{4}|"(Anne|MULLER)\*"'),
    Difference("POST /tools/find", "body", "the modalities of a study are known of all levels", found_more, '"(Patient|Series|Instance)", "Query": {"ModalitiesInStudy"'),
    Difference("POST /tools/find", "body", "* is whatever is there, or nothing", found_more, '"Study", "Query": {"ModalitiesInStudy": "\\*"'),
    Difference("POST /tools/find", "status", "a retired tag has a keyword", statuses("500", "200"), '"OtherPatientIDs": '),
    Difference("POST /tools/find", "status", "what takes no wildcards takes none in a list", lambda theirs, ours: "Wildcards are not allowed" in ours, r'"ImagePositionPatient": "[^"]*[*?]'),
    Difference("POST /tools/find", "status", "a wrong type is no fault of the server", statuses("500", "400"), r'"(Query|Expand)": ("x"|\[\])'),
    Difference("POST /tools/find", "status", "what follows the JSON is no part of it", statuses("200", "400"), " trailing$"),
    Difference("POST /tools/find", "body.length", "of several values each can be asked for", found_more, '"ImagePositionPatient": '),
    Difference("POST /tools/lookup", "status", "an identifier is a text without wildcards", statuses("400", "200"), r"/tools/lookup .*[*?]$"),
    Difference("POST /tools/lookup", "body", "an empty identifier names nobody, after a reconstruction neither", lambda theirs, ours: ours == [], "/tools/lookup( \xff)?( |$)", "generated/empty-patient"),

    Difference("POST /tools/bulk-content", "body", "what is asked for twice is shown once", lambda theirs, ours: len(theirs) > len(ours), r'\["([0-9a-f-]{44})", "\1"\]'),
    Difference("POST /tools/bulk-content", "body.*.Metadata.MainDicomTagsSignature", "metadata since Orthanc 1.11", appears),
    Difference("POST /tools/bulk-content", "body.*.Metadata.PixelDataVR", "metadata since Orthanc 1.12.1", appears),

    Difference("GET /patients", "body.*.MainDicomTags.Patient*", "after a reconstruction, too, the first instance stands for a patient, in Orthanc the last", target=r"^/patients\?expand$"),

    # Images
    Difference("GET /instances/*", "status", "a frame that is not there is not found, whatever Orthanc makes of it", lambda theirs, ours: theirs[:3] in ("415", "301", "500") and "There is no frame of that number" in ours),
    Difference("GET /instances/*", "status", "what is malformed is told so, and first", statuses(("404", "415", "301"), "400"), MALFORMED),
    Difference("GET /instances/*", "status", "images of more kinds are decoded", statuses(("415", "500", "400", "301"), "200"), DECODED),
    Difference("GET /series/{id}/numpy", "body.OrthancStatus", "images of several sizes are told so", lambda theirs, ours: (theirs, ours) == (2, 24), "/0786ff77-"),
    Difference("GET /series/{id}/numpy", "status", "the same", statuses("500", "200"), DECODED),
    Difference("GET /instances/*", "status", "RFC 9110: a weight of 0 means never", statuses(("200", "415"), "406"), "Accept: image/png;q=0"),
    Difference("GET /instances/*", "status", "whether the reply would be acceptable is seen before the pixels are", statuses("415", "406"), "Accept: "),
    Difference("GET /instances/*/frames/*", "body.OrthancStatus", "a frame that is not there is a number out of range", lambda theirs, ours: (theirs, ours) == (15, 3)),
    Difference("GET /*/numpy", "body", "values are not cut off after the rescale", lambda theirs, ours: re.search(r"float32, \d+ values differ, by up to 0\.99\d*$", ours)),
    Difference("GET /instances/*", "body", "bits above the highest one are no part of a pixel (DICOM PS3.5 8.1.1)", target="generated/image-12"),
    Difference("GET /series/{id}/numpy", "body", "the same", target="generated/image-12"),
    Difference("GET /instances/*/rendered", "body", "rounding", lambda theirs, ours: ours.endswith(" 1 values differ, by up to 1.0"), "/6273( |$)"),
    Difference("GET /instances/*/rendered", "body", "32 bits have a window of all values, in Orthanc they are white", target=r"/rtdose_rle(_1frame)?\.dcm"),
    Difference("GET /instances/{id}/frames/{frame}/raw*", "body", "32 bits are turned as a whole", target=r"/rtdose_expb(_1frame)?\.dcm"),
    Difference("GET /instances/*/matlab", "body", "rows and columns of colors are not exchanged", target=r"/ExplVR_BigEnd\.dcm"),
    Difference("GET /app/images/unsupported.png", "body", "a picture of our own", lambda theirs, ours: "(84, 150)" in ours),

    Difference("POST /*/{id}/reconstruct", "status", "a body that is no object is refused", statuses("200", "400")),

    # The server
    Difference("GET /system", "body.*", "fields of later versions", appears),
    Difference("GET /system", "body.*Version", "the version is that of the behaviour", lambda theirs, ours: (theirs, ours) in (("1.10.1", "1.12.5"), (16, 26))),
    Difference("GET /system", "body.DatabaseVersion", "the database is another one"),
    Difference("GET /system", "body.DicomAet", "a name of our own"),
    Difference("GET /system", "body.DicomPort", "nothing listens there yet", lambda theirs, ours: ours == ABSENT),
    Difference("GET /system", "body.PluginsEnabled", "there are no plugins"),
    Difference("GET (none)", "body", "the tools that there are", lambda theirs, ours: set(theirs) - set(ours) <= TOOLS_ELSEWHERE, "^/tools$"),
    Difference("GET /favicon.ico", "status", "there is no picture of the program", statuses("301", "204")),
    Difference("GET /plugins/{id}", "body", "a comment in words of our own", lambda theirs, ours: b"//" in ours, "/plugins/explorer.js$"),
    Difference("GET /tools/dicom-conformance", "body", "the statement is about another program"),
]
