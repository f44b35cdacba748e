"""What legitimately varies between two servers: for each field the shape that both values must have."""
import collections
import fnmatch
import re

Volatile = collections.namedtuple("Volatile", "route field shape")

SECONDS, MICROSECONDS = r"\d{8}T\d{6}", r"\d{8}T\d{6}\.\d{6}"
UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"

VOLATILE = [
    Volatile("*", "body.*LastUpdate", SECONDS),
    Volatile("*", "body.*FileUuid", UUID),
    Volatile("*", "body.*ReceptionDate", SECONDS),
    Volatile("GET /{changes,exports}", "body.*Date", SECONDS),
    Volatile("GET /changes", "body.Changes.*.Date", SECONDS),
    Volatile("GET /*/metadata", "body.LastUpdate", SECONDS),
    Volatile("GET /*/metadata/LastUpdate", "body", SECONDS),
    Volatile("GET /*/metadata/7", "body", SECONDS),
    Volatile("GET /*/metadata/ReceptionDate", "body", SECONDS),
    Volatile("GET /*/metadata/2", "body", SECONDS),
    Volatile("GET /*/metadata/{name}", "header.ETag", r'"\d+-[0-9a-f]{32}"'),
    Volatile("GET /*/attachments/{name}/info", "body.Uuid", UUID),
    Volatile("GET /system", "body.HttpPort", r"\d+"),
    Volatile("GET /*/attachments/{name}/data", "header.Content-Disposition", rf'filename="{UUID}(\.dcm)?"'),
    Volatile("GET /tools/now*", "body", SECONDS),
    Volatile("GET /tools/generate-uid", "body", rf"[0-9]+(\.(0|[1-9][0-9]*))+|{UUID}"),
    Volatile("GET /instances/{id}/file", "header.Content-Disposition", rf'filename="{UUID}\.dcm"'),
]


def shape_of(route, field, value):
    """What stands for the value where only its shape counts; else the value."""
    for row in VOLATILE:
        if fnmatch.fnmatchcase(route, row.route) and fnmatch.fnmatchcase(field, row.field):
            if re.fullmatch(row.shape, str(value)):
                return f"<{row.shape}>"
    return value
