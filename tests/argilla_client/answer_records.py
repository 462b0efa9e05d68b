"""Answers records with the Argilla client; run by the Python that has it: RECORDS SETTINGS ANSWERS FOLDER.

Writes `nested.json` as `records.to_json` does, `flattened.json` and `flattened.jsonl` as
`records.to_list(flatten=True)`.
"""

import json
import sys
from pathlib import Path
from unittest import mock
from uuid import UUID

import argilla as rg
from argilla.client import Argilla
from argilla.records._io import GenericIO, JsonIO


def main(records: str, settings: str, answers: str, folder: str) -> None:
    """Read what auditor wrote, answer it, write it as the client does."""
    with mock.patch.object(Argilla, "_get_default", return_value=mock.MagicMock()):
        rg.Settings.from_json(settings).validate()
    given = json.loads(Path(answers).read_text(encoding="utf-8"))
    with Path(records).open() as stream:  # in the encoding of this computer, as the client does it
        found = [rg.Record.from_dict(record) for record in json.load(stream)]
    for record in found:
        for item, person, status, values in given:
            if item == record.metadata["auditor_item"]:
                for question, value in values.items():
                    user = UUID(int=person)
                    record.responses.add(rg.Response(question, value, user_id=user, status=status))
    JsonIO.to_json(found, Path(folder, "nested.json"))
    flat = GenericIO.to_list(found, flatten=True)
    Path(folder, "flattened.json").write_text(json.dumps(flat, ensure_ascii=False), encoding="utf-8")
    lines = "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in flat)
    Path(folder, "flattened.jsonl").write_text(lines, encoding="utf-8")


main(*sys.argv[1:])
