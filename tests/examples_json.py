"""Examples of formats of annotation tools: see `examples_of_formats`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from examples_of_formats import Example


def file_of(name: str, content: str) -> Callable[[Path], Path]:
    """Writes a text file."""

    def make(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content.encode())
        return path

    return make


def json_of(name: str, content: Any, **form: Any) -> Callable[[Path], Path]:
    """Writes a JSON document."""
    return file_of(name, json.dumps(content, **form))


def label_studio_task(number: int, text: str, *annotations: dict[str, Any]) -> dict[str, Any]:
    """A task as `exportType=JSON` of Label Studio 1.23 writes it."""
    return {
        "id": number,
        "annotations": list(annotations),
        "file_upload": "0b1c-tasks.json",
        "drafts": [],
        "predictions": [],
        "data": {"auditor_item": f"train-{number:05}", "text": text},
        "meta": {},
        "created_at": "2026-11-20T01:02:03.000004Z",
        "updated_at": "2026-11-20T01:02:03.000004Z",
        "allow_skip": True,
        "inner_id": number,
        "total_annotations": len(annotations),
        "cancelled_annotations": 0,
        "total_predictions": 0,
        "comment_count": 0,
        "unresolved_comment_count": 0,
        "last_comment_updated_at": None,
        "project": 7,
        "updated_by": 1,
        "comment_authors": [],
    }


def label_studio_annotation(
    person: Any, *choices: str, control: str = "label", skipped: bool = False
) -> dict[str, Any]:
    """An annotation with one `Choices` result, or with none."""
    result = {
        "value": {"choices": list(choices)},
        "id": "Dx_aB91ISN",
        "from_name": control,
        "to_name": "text",
        "type": "choices",
        "origin": "manual",
    }
    return {
        "id": 31,
        "completed_by": person,
        "result": [result] if choices else [],
        "was_cancelled": skipped,
        "ground_truth": False,
        "created_at": "2026-11-20T01:02:03.000004Z",
        "updated_at": "2026-11-20T01:02:03.000004Z",
        "draft_created_at": None,
        "lead_time": 4.288,
        "prediction": {},
        "result_count": 1,
        "unique_id": "0e6e2ab1-5f0f-44f5-8d1c-5d2b0e2f2d4c",
        "import_id": None,
        "last_action": None,
        "bulk_created": False,
        "task": 1,
        "project": 7,
        "updated_by": 1,
        "parent_prediction": None,
        "parent_annotation": None,
        "last_created_by": None,
    }


def argilla_record(item: str, text: str, *answers: tuple[str, Any]) -> dict[str, Any]:
    """A record as `JsonIO.to_json` of argilla 2.8 writes it; (person, value) of each response."""
    return {
        "id": item,
        "fields": {"text": text},
        "metadata": {"given": "정치"},
        "suggestions": {"label": {"value": "경제", "score": 0.93, "agent": "auditor/oof"}},
        "responses": {"label": [{"value": value, "user_id": user} for user, value in answers]},
        "vectors": {},
        "status": "pending",
        "_server_id": None,
    }


COCO = {
    "info": {"year": 2017, "version": "1.0"},
    "licenses": [{"id": 1, "name": "Attribution", "url": "http://localhost/by"}],
    "images": [
        {"license": 1, "file_name": "000000397133.jpg", "height": 427, "width": 640, "id": 397133},
        {"license": 1, "file_name": "000000037777.jpg", "height": 230, "width": 352, "id": 37777},
    ],
    "annotations": [
        {
            "segmentation": [[224.24, 297.18, 228.29, 297.18]],
            "area": 1481.38,
            "iscrowd": 0,
            "image_id": 397133,
            "bbox": [217.62, 240.54, 38.99, 57.75],
            "category_id": 44,
            "id": 82445,
        },
        {
            "segmentation": [[292.37, 425.1, 340.6, 373.86]],
            "area": 17376.9,
            "iscrowd": 0,
            "image_id": 37777,
            "bbox": [1.0, 240, 346.63, 186.76],
            "category_id": 1,
            "id": 119568,
        },
    ],
    "categories": [
        {"supercategory": "kitchen", "id": 44, "name": "bottle"},
        {"supercategory": "person", "id": 1, "name": "person"},
        {"supercategory": "vehicle", "id": 2, "name": "bicycle"},
    ],
}
"""As instances_val2017.json is written; bicycle has no box, and 44 stands before 1."""
UFO = {
    "images": {
        "img_1001.jpg": {
            "paragraphs": {},
            "words": {
                "0001": {
                    "points": [[273.31, 164.16], [585.2, 162.57], [585.2, 200.61], [271.72, 202.2]],
                    "transcription": "출입금지",
                    "language": ["ko"],
                    "illegibility": False,
                    "orientation": "Horizontal",
                    "word_tags": None,
                },
                "0002": {
                    "points": [[1, 2], [3, 2], [3, 4], [1, 4]],
                    "transcription": None,
                    "language": None,
                    "illegibility": True,
                    "orientation": "Horizontal",
                    "word_tags": ["occlusion"],
                },
            },
            "chars": {},
            "img_w": 1280,
            "img_h": 960,
            "tags": ["autoannotated"],
            "relations": {},
            "annotation_log": {"worker": "worker", "timestamp": "2022-02-22"},
            "license_tag": {"usability": True, "public": False, "commercial": True, "type": None},
        }
    }
}
"""As the ICDAR17 and camper data of the OCR task are written."""
KLUE = (
    "## 컬럼명 : CHAR\tNE_TAG\n"
    "## klue-ner-v1_train_00001-nsmc\t<한군데:QT>서 낭비\n"
    "한\tB-QT\n군\tI-QT\n데\tI-QT\n서\tO\n \tO\n낭\tO\n비\tO\n\n"
    "## klue-ner-v1_train_00002-wikitree\t<강릉:LC>\n"
    "강\tB-LC\n릉\tI-LC\n\n"
)
"""As klue-ner-v1 is written, syllable by syllable."""

EXAMPLES: dict[str, Example] = {
    "label-studio": Example(
        make=json_of(
            "project-7-at-2026-11-20.json",
            [
                label_studio_task(1, "주가가 올랐다", label_studio_annotation(1, "경제")),
                label_studio_task(2, "007 & <b>", label_studio_annotation(2, "문화")),
            ],
        ),
        cells={
            "id": ["1", "2"],
            "auditor_item": ["train-00001", "train-00002"],
            "text": ["주가가 올랐다", "007 & <b>"],
            "label": ["경제", "문화"],
            "annotator": ["1", "2"],
        },
        roles={
            "id": ("auditor_item",),
            "text": ("text",),
            "label": ("label",),
            "annotator": ("annotator",),
        },
    ),
    "argilla": Example(
        make=json_of(
            "records.json",
            [
                argilla_record("train-00017", "주가가 올랐다", ("u-1", "경제")),
                argilla_record("train-00018", "새 음반", ("u-1", "문화")),
            ],
        ),
        cells={
            "id": ["train-00017", "train-00018"],
            "text": ["주가가 올랐다", "새 음반"],
            "metadata.given": ["정치", "정치"],
            "label": ["경제", "문화"],
            "annotator": ["u-1", "u-1"],
        },
        roles={"id": ("id",), "text": ("text",), "label": ("label",), "annotator": ("annotator",)},
    ),
    "doccano": Example(
        make=file_of(
            "admin.jsonl",
            '{"id":12,"text":"EU rejects German call","label":[[0,2,"ORG"],[11,17,"MISC"]],"Comments":[]}\n'
            '{"id":13,"text":"Peter Blackburn","label":[[0,15,"PERSON"]],"Comments":[]}\n',
        ),
        cells={
            "example": ["12", "12", "13"],
            "before": ["", "EU rejects ", ""],
            "span": ["EU", "German", "Peter Blackburn"],
            "after": [" rejects German call", " call", ""],
            "label": ["ORG", "MISC", "PERSON"],
        },
        roles={"text": ("before", "span", "after"), "label": ("label",)},
    ),
    "prodigy": Example(
        make=file_of(
            "db.jsonl",
            '{"text": "007", "_input_hash": 1, "_task_hash": -1, "options": [{"id": "a"}, {"id": "b"}],'
            ' "accept": ["a"], "answer": "accept", "_view_id": "choice"}\n'
            '{"text": "None", "_input_hash": 2, "_task_hash": -2, "options": [{"id": "a"}, {"id": "b"}],'
            ' "accept": ["b"], "answer": "accept", "_view_id": "choice"}\n'
            '{"text": "", "_input_hash": 3, "_task_hash": -3, "options": [{"id": "a"}, {"id": "b"}],'
            ' "accept": [], "answer": "ignore", "_view_id": "choice"}\n',
        ),
        cells={"text": ["007", "None", ""], "label": ["a", "b", ""]},
        roles={"label": ("label",), "text": ("text",)},
    ),
    "fasttext": Example(
        make=file_of(
            "cooking.train", "__label__긍정 정말  재미있다!\n__label__부정  별로,\t\n__label__긍정 007\n"
        ),
        cells={"label": ["긍정", "부정", "긍정"], "text": ["정말  재미있다!", " 별로,\t", "007"]},
        roles={"text": ("text",), "label": ("label",)},
    ),
    "conll": Example(
        make=file_of("klue-ner-v1_train.tsv", KLUE),
        cells={
            "line": ["3", "12"],
            "before": ["", ""],
            "span": ["한군데", "강릉"],
            "after": ["서 낭비", ""],
            "label": ["QT", "LC"],
        },
        roles={"text": ("before", "span", "after"), "label": ("label",)},
    ),
    "coco": Example(
        make=json_of("instances_val2017.json", COCO),
        cells={
            "id": ["82445", "119568"],
            "image": ["000000397133.jpg", "000000037777.jpg"],
            "x": ["217.62", "1"],
            "y": ["240.54", "240"],
            "width": ["38.99", "346.63"],
            "height": ["57.75", "186.76"],
            "label": ["bottle", "person"],
        },
        roles={"id": ("id",), "label": ("label",), "features": ("image", "x", "y", "width", "height")},
    ),
    "ufo": Example(
        make=json_of("train.json", UFO, indent=4, ensure_ascii=False),
        cells={
            "id": ["img_1001.jpg#0001", "img_1001.jpg#0002"],
            "image": ["img_1001.jpg", "img_1001.jpg"],
            "points": [
                "[[273.31, 164.16], [585.2, 162.57], [585.2, 200.61], [271.72, 202.2]]",
                "[[1, 2], [3, 2], [3, 4], [1, 4]]",
            ],
            "transcription": ["출입금지", ""],
            "language": ['["ko"]', ""],
            "illegibility": ["False", "True"],
            "orientation": ["Horizontal", "Horizontal"],
            "word_tags": ["", '["occlusion"]'],
        },
        roles={"id": ("id",), "label": (), "features": ("image", "points", "transcription")},
    ),
}
