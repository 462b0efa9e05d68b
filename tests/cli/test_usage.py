"""Wrong flags, keys and values: what is said, and what to type instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor import load_audit
from auditor.cli.main import COMMANDS, main

AUDIT = ["audit", "data.csv", "--predictions", "oof.npz"]


def refused(args: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """What is said on stderr when a call is refused as wrong usage."""
    assert main(args) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert not Path("audit").exists()
    return said.err


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["audti"], "no such command: audti (audit?)"),
        (["zzz"], "no such command: zzz\n"),
        (["audit", "data.csv", "--top", "-3"], "option-value: --top -3"),
        (["audit", "data.csv", "--top", "0"], "option-value: --top 0"),
        (["audit", "data.csv", "--top", "many"], "option-value: --top many"),
        (["audit", "data.csv", "--sep", "::"], "option-value: --sep ::"),
        (["audit", "data.csv", "--sep", "가"], "option-value: --sep 가: one ASCII character"),
        (["audit", "data.csv", "--sep", '"'], 'option-value: --sep "'),
        (["audit", "data.csv", "--lang", "fr"], "'en', 'ko'"),
        (["audit", "data.csv", "--align", "row"], "'auto', 'id', 'position'"),
        (["audit", "data.csv", "--missing", "skip"], "'error', 'drop'"),
        (["audit", "data.csv", "--out-of-sample", "maybe"], "'yes', 'no'"),
        (["audit"], "no dataset is named"),
        (["audit", "data.csv", "more.csv"], "more.csv"),
        (["audit", "data.csv", "--label", "lable"], "fix: --label label"),
        (["audit", "data.csv", "--config", "none.toml"], "config-unreadable: none.toml"),
        ([*AUDIT, "--predictions", "oof.npz"], "same-predictions-twice: oof.npz"),
        (["audit", "data.csv", "-o", "data.csv"], "output-exists: data.csv is a file"),
        (["audit", "data.csv", "-o", "."], "-o FOLDER"),
        (["audit", "data.csv", "-o", "data.csv/audit"], "output-not-writable: audit cannot be written"),
        (["explain", "class-ordr"], "did you mean class-order?"),
        (["explain", "qqqq"], "unknown-code: there is no code qqqq"),
        (["show"], "AUDIT"),
        (["show", "audit"], "ITEM"),
    ],
)
def test_a_wrong_call_is_refused_in_words(
    here: Path, capsys: pytest.CaptureFixture[str], args: list[str], said: str
) -> None:
    """Exit 2, nothing on stdout, nothing written, and the word that helps."""
    assert said in refused(args, capsys)


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("[data]\nlable = 'x'\n", "[data] has no key lable"),
        ("[audit]\nprivacy = 'id'\n", "privacy: id is not one of: full, snippet, ids"),
        ("lang = 'fr'\n", "lang: fr is not one of: en, ko"),
        ("[audit]\ntop = 0\n", "--top 0"),
        ('[audit]\noutput = "a\\u0000"\n', "config-unreadable: auditor.toml cannot be used: audit.output"),
        ('[data]\ntext = ["a", "b\\u0000"]\n', "config-unreadable: auditor.toml cannot be used: data.text"),
        ("[data]\nsep = '가'\n", "--sep 가"),
        ("[detect.model_quality]\nbins = 1000000000000\n", "detect.model_quality.bins"),
        ("[predictions]\nalign = 'row'\n", "align: row is not one of"),
        ("[predictions]\nmissing = 'skip'\n", "missing: skip is not one of"),
        ("[detect.class_balance]\ntoo_smal = 3\n", "did you mean too_small?"),
        ("[detect.class_balance]\ntoo_small = 'many'\n", "detect.class_balance.too_small: 'many'"),
        ("[detect.label_issues]\nflags_by = 'magic'\n", "detect.label_issues.flags_by: 'magic'"),
        ("[detect.class_balnce]\ntoo_small = 3\n", "did you mean class_balance?"),
    ],
)
def test_a_wrong_configuration_is_refused_in_words(
    here: Path, capsys: pytest.CaptureFixture[str], toml: str, said: str
) -> None:
    """A misspelt key or value is never passed over; a misspelt privacy least of all."""
    (here / "auditor.toml").write_text(toml)
    assert said in refused(AUDIT, capsys)


def test_flags_win_over_the_configuration_and_it_over_the_defaults(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every layer of one audit; the file that was used is named on stderr."""
    (here / "auditor.toml").write_text(
        "lang = 'ko'\n[data]\npath = 'data.csv'\n[predictions]\npath = 'oof.npz'\nout_of_sample = true\n"
        "[audit]\nprivacy = 'ids'\ntop = 30\noutput = 'out'\n[detect.class_balance]\ntoo_small = 80\n"
    )
    assert main(["audit", "--privacy", "snippet", "--lang", "en"]) == 0
    assert "settings from auditor.toml" in capsys.readouterr().err
    audit = load_audit("out")
    settings = audit.header["settings"]
    assert (settings["privacy"], settings["top"], settings["lang"]) == ("snippet", 30, "en")
    assert audit.header["predictions"]["out_of_sample"] == "yes"
    assert settings["input"]["missing"] == "error"
    assert len(audit.queue) == 30
    # 78 dogs are fewer than 80
    assert list(audit.findings.loc[audit.findings["kind"] == "class", "part"]) == ["dog"]


def test_a_flag_can_take_back_what_the_configuration_says(here: Path) -> None:
    """--out-of-sample no over true, --top all over a number."""
    (here / "auditor.toml").write_text("[predictions]\nout_of_sample = true\n[audit]\ntop = 30\n")
    assert main([*AUDIT, "--out-of-sample", "no", "--top", "all", "--quiet"]) == 0
    audit = load_audit("audit")
    assert audit.header["predictions"]["out_of_sample"] == "no"
    assert len(audit.queue) == 240


HELP = {
    "audit": [
        *("DATA", "--predictions", "--id", "--label", "--text", "--features", "--split", "--slice"),
        *("--classes", "--embeddings", "--annotations", "--near-threshold", "--model", "--model-seconds"),
        *("--image", "--image-root"),
        *("--class-order-checked", "--align", "--missing", "--out-of-sample", "--sep", "--input-format"),
        *("--config", "--privacy", "--top", "--lang", "-o", "--force", "--quiet", "--json", "--debug"),
        *("--decisions", "--items", "--split-weight", "--rarity", "--seed", "--max-size", "--help"),
        "--since",
    ],
    "check": [
        *("DATA", "--predictions", "--id", "--label", "--text", "--features", "--split", "--slice"),
        *("--classes", "--embeddings", "--annotations", "--near-threshold", "--model", "--model-seconds"),
        *("--image", "--image-root"),
        *("--class-order-checked", "--align", "--missing", "--out-of-sample", "--sep", "--input-format"),
        *("--config", "--lang", "--quiet", "--json", "--debug", "--help"),
    ],
    "predict": [
        *("DATA", "--predictions", "--id", "--label", "--text", "--features", "--split", "--slice"),
        *("--classes", "--embeddings", "--annotations", "--near-threshold", "--model", "--model-seconds"),
        *("--image", "--image-root"),
        *("--class-order-checked", "--align", "--missing", "--out-of-sample", "--sep", "--input-format"),
        *("--config", "--lang", "-o", "--force", "--quiet", "--json", "--debug", "--help"),
    ],
    "report": ["AUDIT", "--decisions", "--since", "--lang", "-o", "--debug", "--help"],
    "compare": ["OLD", "NEW", "--lang", "--json", "--debug", "--help", "--since"],
    "review": [
        *("AUDIT", "--decisions", "--items", "--spot", "--controls", "--blind", "--only", "--column"),
        *("--estimate", "--baseline"),
        *("--guidelines", "--contact", "--reviewers", "--overlap", "--max-size", "--lang", "--config", "-o"),
        *("--force", "--quiet"),
        *("--debug", "--help"),
    ],
    "merge": [
        *("DECISIONS", "--lead", "--audit", "--conflicts", "-o", "--strict", "--force", "--lang"),
        *("--quiet", "--json", "--debug", "--help"),
    ],
    "gain": [
        *("BEFORE", "AFTER", "TEST", "--test", "--test-predictions", "--seed", "--decisions"),
        *("--predictions", "--id", "--label", "--text", "--features", "--split", "--slice"),
        *("--classes", "--embeddings", "--annotations", "--near-threshold", "--model", "--model-seconds"),
        *("--image", "--image-root"),
        *("--class-order-checked", "--align", "--missing", "--out-of-sample", "--sep", "--input-format"),
        *("--config", "--lang", "--quiet", "--json", "--debug", "--help"),
    ],
    "forecast": [
        *("AUDIT", "DECISIONS", "--first", "--limit", "--width", "--lang", "--json", "--debug", "--help"),
        "--estimate",  # of auditor review, which its text names
    ],
    "apply": [
        *("DATA", "DECISIONS", "--predictions", "--id", "--label", "--text", "--features", "--split"),
        *("--slice", "--classes", "--embeddings", "--annotations", "--near-threshold", "--model"),
        *("--image", "--image-root"),
        *("--model-seconds", "--class-order-checked", "--align", "--missing", "--out-of-sample", "--sep"),
        *("--input-format", "--config", "-o", "--dry-run", "--min-votes", "--excluded", "--strict"),
        *("--force", "--lang", "--quiet", "--json", "--debug", "--help"),
    ],
    "gate": [
        *("DATA|AUDIT", "--predictions", "--id", "--label", "--text", "--features", "--split", "--slice"),
        *("--classes", "--embeddings", "--annotations", "--near-threshold", "--model", "--model-seconds"),
        *("--image", "--image-root"),
        *("--class-order-checked", "--align", "--missing", "--out-of-sample", "--sep", "--input-format"),
        *("--config", "--decisions", "--rule", "--warn", "--scope", "--fail-on", "--baseline"),
        *("--no-baseline", "--ratchet", "--require", "--allow-empty", "--report", "--format", "--ci"),
        *("--cache", "-o", "--lang", "--quiet", "--debug", "--help"),
    ],
    "baseline": [
        *("AUDIT", "write|update|show", "--decisions", "--accept-new", "--config", "-o", "--force"),
        *("--lang", "--debug", "--help"),
    ],
    "export": [
        *("AUDIT", "--to", "--decisions", "--items", "--spot", "--controls", "--blind", "--estimate"),
        *("--only", "--baseline", "--column", "--guidelines", "--prelabel", "--lang", "--config", "-o"),
        *("--force", "--quiet", "--debug", "--help"),
    ],
    "init": [
        *("DATA", "--predictions", "--id", "--label", "--text", "--features", "--split", "--slice"),
        *("--classes", "--embeddings", "--annotations", "--near-threshold", "--model", "--model-seconds"),
        *("--image", "--image-root"),
        *("--class-order-checked", "--align", "--missing", "--out-of-sample", "--sep", "--input-format"),
        *("--config", "-o", "--force", "--lang", "--quiet", "--debug", "--help"),
    ],
    "show": ["AUDIT", "ITEM", "--lang", "--debug", "--help"],
    "demo": ["-o", "--kind", "--lang", "--force", "--quiet", "--json", "--debug", "--help"],
    "detectors": ["--help"],
    "explain": ["CODE", "--lang", "--help"],
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_help_of_a_command_lists_what_it_takes(
    capsys: pytest.CaptureFixture[str], command: str, lang: str
) -> None:
    """Every argument and flag of the contract, and no others."""
    assert main([command, "--help"]) == 0
    words = capsys.readouterr().out.replace(",", " ").replace("[", " ").replace("]", " ").split()
    assert [word for word in HELP[command] if word not in words] == []
    flags = {word for word in words if word.startswith("--") and word.strip("-").replace("-", "").isalpha()}
    assert flags - {"--lang"} <= set(HELP[command])


def test_the_help_of_the_program_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    said = capsys.readouterr().out
    assert all(f"\n  {name} " in said for name in HELP)
    assert HELP.keys() == COMMANDS.keys()
