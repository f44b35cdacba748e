"""/tools/find and /tools/lookup: searches made of the values in the files."""
from differential.request import Request

LEVELS = {
    "Patient": ("PatientID", "PatientName", "PatientBirthDate", "PatientSex", "OtherPatientIDs"),
    "Study": ("StudyInstanceUID", "StudyDate", "StudyTime", "StudyDescription", "AccessionNumber", "StudyID", "ReferringPhysicianName", "InstitutionName",
              "RequestingPhysician", "RequestedProcedureDescription", "PatientID", "PatientName", "PatientBirthDate", "PatientSex"),
    "Series": ("SeriesInstanceUID", "Modality", "SeriesDescription", "SeriesNumber", "BodyPartExamined", "ProtocolName", "Manufacturer", "StationName", "SeriesDate",
               "OperatorsName", "StudyDescription", "StudyDate", "PatientName", "PatientID"),
    "Instance": ("SOPInstanceUID", "InstanceNumber", "ImageComments", "NumberOfFrames", "InstanceCreationDate", "AcquisitionNumber", "ImagePositionPatient", "Modality",
                 "SeriesDescription", "StudyDate", "PatientName", "PatientID"),
}
# Not in the index: the files must be read.
IN_FILES = ("PatientAge", "SOPClassUID", "Rows", "ImageType", "PatientComments", "KVP", "ContentDate", "TransferSyntaxUID")
WRONG = ("", "x", "[]", "1", "null", '"x"', "{", "{}", '{"Level": "Study"}', '{"Query": {}}', '{"Level": "study", "Query": {}}', '{"Level": "Nope", "Query": {}}',
         '{"Level": 1, "Query": {}}', '{"Level": "Study", "Query": []}', '{"Level": "Study", "Query": "x"}', '{"Level": "Study", "Query": {"NoTag": "x"}}',
         '{"Level": "Study", "Query": {"PatientID": 1}}', '{"Level": "Study", "Query": {"PatientID": ["x"]}}', '{"Level": "Study", "Query": {"PatientID": null}}',
         '{"Level": "Study", "Query": {}, "Expand": "x"}', '{"Level": "Study", "Query": {}, "Expand": 1}', '{"Level": "Study", "Query": {}, "Limit": "x"}',
         '{"Level": "Study", "Query": {}, "Limit": -1}', '{"Level": "Study", "Query": {}, "Limit": 1.5}', '{"Level": "Study", "Query": {}, "Since": -1}',
         '{"Level": "Study", "Query": {}, "CaseSensitive": "x"}', '{"Level": "Study", "Query": {}, "Short": 1}', '{"Level": "Study", "Query": {}, "Unknown": 1}',
         '{"Level": "Study", "Query": {}} trailing', '// comment\n{"Level": "Study", "Query": {}}', '{"Level": "Study", "Query": {"": "x"}}', "\xff")


def requests(world):
    for level, keywords in LEVELS.items():
        for keyword in keywords:
            yield from of_tag(world, level, keyword)
    for level in LEVELS:
        for keyword in IN_FILES:
            yield from (find(level, {keyword: value}) for value in some_values(world, keyword, 2))
    yield from written_by_hand(world)
    for _ in range(150):
        yield drawn(world)
    for body in WRONG:
        yield Request("POST", "/tools/find", body)
    yield from lookups(world)


def find(level, query, **more):
    return Request("POST", "/tools/find", {"Level": level, "Query": query} | more)


def some_values(world, keyword, count):
    values = sorted(world.values(keyword))
    return world.random.sample(values, min(count, len(values)))


def of_tag(world, level, keyword):
    """Each way to ask for a value of a tag."""
    yield find(level, {keyword: ""})
    yield find(level, {keyword: "*"})
    for value in some_values(world, keyword, 5):
        for text in variants(world, value):
            yield find(level, {keyword: text})
        yield find(level, {keyword: value}, CaseSensitive=True)
        yield find(level, {keyword: value.lower()}, CaseSensitive=True)


def variants(world, value):
    cut = world.random.randrange(len(value) + 1)
    other = value[:cut] + "?" + value[cut + 1:]
    return (value, value.upper(), value.lower(), value[:cut] + "*", "*" + value[cut:], f"*{value[1:-1]}*", other, value + " ", " " + value, value + "\\nothing", "nothing\\" + value,
            f"{value}-", f"-{value}", f"{value}-{value}", "*" + value[:cut].lower() + "*", value + "?", value + "*", "**", "?")


def written_by_hand(world):
    for dates in ("20200101-20200131", "20200101-", "-20200101", "20200131-20200101", "2020*", "202001??", "-", "20200101-x", "2020", "20190101\\20200201", "20200101-20200131\\20190101", "2020.02.02-"):
        yield find("Study", {"StudyDate": dates})
    for times in ("000000-120000", "12-", "1200", "-235959", "235959.999999", "00*", "1200-"):
        yield find("Study", {"StudyTime": times})
    for level in LEVELS:
        for modality in ("CT", "ct", "CT\\MR", "C?", "*", "", "nope"):
            yield find(level, {"ModalitiesInStudy": modality})
        for names in ("Schmidt^Hans", "schmidt*", "SCHMIDT^HANS", "Änne^D", "änne*", "Än*", "Anne*", "MULLER*", "Müller*", "*太郎*", "Doe^", "^", "Bob*", "Bob\\*", "Bob*\\nothing"):
            yield find(level, {"PatientName": names})
        for more in ({"Expand": True}, {"Expand": True, "Short": True}, {"Expand": True, "Full": True}, {"Expand": True, "Simplify": True}, {"Limit": 3}, {"Limit": 0}, {"Limit": 3, "Since": 2},
                     {"Since": 5}, {"Since": 100000}, {"Limit": 2, "Expand": True}, {"Expand": False}, {"Limit": 1000000}):
            yield find(level, {}, **more)
    yield find("Study", {"PatientSex": "O"}, Limit=3, Since=2)
    for tag in ("0010,0020", "0010-0020", "00100020", "PatientID", "patientid", "RETIRED_StudyComments", "0011,0001", "0011,1001", "ReferencedStudySequence", "StudyInstanceUID"):
        yield find("Study", {tag: "GEN"})
        yield find("Instance", {tag: "*"}, Limit=5)


def drawn(world):
    """Several tags of one file at once, each a little changed or not."""
    level = world.random.choice(list(LEVELS))
    tags = world.tags[world.random.choice(world.ids["instances"])]
    usable = [keyword for keyword in LEVELS[level] if isinstance(tags.get(keyword), str)]
    query = {}
    for keyword in world.random.sample(usable, min(len(usable), world.random.randrange(1, 4))):
        query[keyword] = world.random.choice(variants(world, tags[keyword]) + (tags[keyword],) * 12)
    more = {"Expand": True} if world.random.random() < 0.5 else {}
    if world.random.random() < 0.3:
        more |= {"Limit": world.random.randrange(1, 5), "Since": world.random.randrange(0, 3)}
    return find(level, query, **more)


def lookups(world):
    for keyword in ("PatientID", "StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "AccessionNumber"):
        for value in some_values(world, keyword, 12):
            for text in (value, value + " ", " " + value, value.lower(), value.upper(), value[:-1], value + "\0", value + "\n"):
                yield Request("POST", "/tools/lookup", text)
    for text in ("", " ", "*", '"GEN"', "{}", "TWIN?", "\xff"):
        yield Request("POST", "/tools/lookup", text)
