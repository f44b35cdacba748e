#!/usr/bin/env python3
"""Fails when a file includes what its folder must not. The table below is the architecture (ARCHITECTURE.md)."""
import pathlib
import re
import sys

# folder: (project folders it may include, libraries it may include). The longest matching folder counts.
ALLOWED = {
    "include/troupe": (["troupe/"], ["nlohmann/json_fwd.hpp", "boost/system/", "caf/"]),
    "core": (["troupe/", "core/"], ["nlohmann/", "boost/system/", "boost/assert", "spdlog/", "fmt/", "openssl/", "zlib.h", "utf8proc.h"]),
    "persistence": (["troupe/", "core/", "persistence/"], ["lmdb.h", "zlib.h"]),
    "dicom": (["troupe/", "core/", "dicom/"], ["dcmtk/", "nlohmann/", "zlib.h", "archive", "openssl/", "iconv.h"]),
    "find": (["troupe/", "core/", "persistence/", "dicom/", "find/"], ["nlohmann/"]),
    "imaging": (["troupe/", "core/", "dicom/", "imaging/"],
                ["dcmtk/", "charls/", "libdeflate.h", "openjpeg.h", "seccomp.h", "turbojpeg.h", "zlib.h"]),
    "actors": (["troupe/", "core/", "persistence/", "actors/"], ["caf/", "nlohmann/", "boost/asio/"]),
    "actors/jobs": (["troupe/", "core/", "persistence/", "dicom/", "actors/jobs/"], ["nlohmann/"]),
    "http": (["troupe/", "core/", "persistence/", "dicom/", "find/", "imaging/", "http/", "actors/engine_tree.hpp"], ["nlohmann/", "openssl/", "caf/"]),
    "http/wire": (["troupe/", "core/", "http/call.hpp", "http/wire/"], ["boost/"]),
    "app": ([""], ["CLI/", "nlohmann/", "caf/"]),
    "bench": (["bench/", "troupe/"], ["boost/", "nlohmann/", "CLI/", "openssl/"]),
    "bench/index": (["troupe/", "core/", "persistence/", "dicom/identifiers.hpp"], ["CLI/"]),
    "examples": (["troupe/"], ["caf/"]),
}
# Within their folders only these files may know actors, or Beast.
ONLY = {
    "caf/": ["actors/", "app/serve.cpp", "http/gateway.", "include/troupe/protocol.hpp", "examples/in_your_actor_system.cpp"],
    "actors/": ["actors/", "app/", "http/gateway."],
    "boost/beast": ["http/wire/", "bench/"],
}
LIBRARY = re.compile(r"^(caf/|boost/|dcmtk/|nlohmann/|spdlog/|fmt/|openssl/|CLI/|lmdb\.h|utf8proc\.h|zlib\.h|iconv\.h|archive(_entry)?\.h|charls/|libdeflate\.h|openjpeg\.h|seccomp\.h|turbojpeg\.h)")
INCLUDE = re.compile(r'\s*#\s*include\s*[<"]([^">]+)')


def folder_of(path):
    return max((f for f in ALLOWED if path.startswith(f + "/")), key=len, default=None)


def wrong(path, included):
    own, libraries = ALLOWED[folder_of(path)]
    for library, places in ONLY.items():
        if included.startswith(library) and not any(path.startswith(p) for p in places):
            return True
    if LIBRARY.match(included):
        return not any(included.startswith(p) for p in libraries)
    return "/" in included and not included.startswith(("sys/", "netinet/")) and not any(included.startswith(p) for p in own)


def main(root):
    errors = seen = 0
    for path in sorted(root.rglob("*.[hc]pp")):
        name = path.relative_to(root).as_posix()
        if folder_of(name) is None:
            continue
        seen += 1
        for number, line in enumerate(path.read_text().splitlines(), 1):
            match = INCLUDE.match(line)
            if match and wrong(name, match[1]):
                print(f"{name}:{number}: {folder_of(name)} must not include {match[1]}")
                errors += 1
    print(f"{seen} files, {errors} wrong includes")
    return 1 if errors or not seen else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve()))
