"""What kind of numbers are the predictions? Decided as they are read; here it is said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from auditor.checks import CannotTell, Fine, Said, Subject, check
from auditor.wording import N_, Text

KINDS: Mapping[str, str] = {
    "probabilities": N_("{name}: probabilities; every row sums to 1"),
    "percentages": N_("{name}: percentages; divided by 100"),
    "log-probabilities": N_("{name}: log-probabilities; turned into probabilities by exp"),
    "logits": N_("{name}: logits; turned into probabilities by softmax"),
}
NEARLY = N_("{name}: probabilities; rows summed to nearly 1 and were renormalised")
HARD = N_("{name}: every value is 0 or 1; how sure the model is cannot be told")


@check("predictions", N_("kind of numbers"))
def kind_of_numbers(subject: Subject) -> Iterator[Said]:
    """Probabilities, logits, log-probabilities or percentages, of every file."""
    if subject.probabilities is None or subject.sums is None:
        return
    noted = {(note.slug, note.what.values.get("name")) for note in subject.probabilities.notes}
    for file in () if subject.made_here else subject.probabilities.files:
        values = {"name": file.name}
        if ("hard-predictions", file.name) in noted:
            yield CannotTell(Text(HARD, values))
        elif ("probabilities-renormalised", file.name) in noted:
            yield Fine(Text(NEARLY, values))
        elif file.kind in KINDS:
            yield Fine(Text(KINDS[file.kind], values))
