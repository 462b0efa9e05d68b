"""What `auditor explain CODE` says: every problem code, why it matters and what to do.

A test holds that every code that is raised has an entry here, and that every entry is raised.
"""

from __future__ import annotations

from collections.abc import Mapping

from auditor.wording import N_

CODES: Mapping[str, str] = {
    # the call
    "option-value": N_(
        "A flag or argument has a value that is not allowed. The message names the value and what is allowed."
    ),
    "usage": N_(
        "A command or flag that auditor does not have. `auditor --help` and `auditor audit --help` list them."
    ),
    "bug": N_(
        "Something that auditor did not expect: a fault of the program, not of the data. Run again with "
        "--debug and report the traceback."
    ),
    "column-not-found": N_(
        "A column named by a flag does not stand in the file. Names are compared without case, spaces and "
        "punctuation; the message lists the columns and the nearest name."
    ),
    "column-ambiguous": N_(
        "Several columns have a name that fits the role. auditor never guesses between them: name one with "
        "the flag shown."
    ),
    "label-column": N_(
        "The label column is found by its name (label, target, class, y, ...), never by its values. Name it "
        "with --label, or audit without labels with --label none: copies are still found."
    ),
    "same-predictions-twice": N_(
        "The same predictions were given twice. Averaging pays only over different models; the same file "
        "twice would pretend to more evidence than there is."
    ),
    "config-unknown-key": N_(
        "A key in auditor.toml or [tool.auditor] is not known. Unknown keys are errors, because a misspelt "
        "limit would otherwise never be looked at."
    ),
    "config-unreadable": N_("The configuration file is no valid TOML, or a value has the wrong type."),
    "output-exists": N_(
        "The output folder holds files that auditor did not write. It replaces only its own; choose another "
        "folder, or --force, which keeps the foreign files."
    ),
    "output-not-writable": N_(
        "The output could not be written: no permission, no room, or the folder is in use."
    ),
    "no-such-item": N_("The audit has no item of this id. Ids are compared as text: 007 is not 7."),
    "unknown-code": N_("`auditor explain` knows the codes of problems, reasons, kinds and detectors."),
    # files
    "file-not-found": N_("There is no file of this name; the message names the nearest one in its folder."),
    "not-a-file": N_("A folder or a device was given where a file is needed."),
    "file-empty": N_("The file has no bytes: perhaps the job that writes it failed."),
    "file-unreadable": N_(
        "The file cannot be read, or its contents are not what its ending says. The message carries the "
        "reader's own words."
    ),
    "format-unknown": N_(
        "The ending of the file names no format that is read here. Say it with --input-format, or convert."
    ),
    "encoding-unknown": N_(
        "The file is not valid UTF-8, UTF-16 or cp949. It is not read with a codec in which everything is "
        "valid, because that turns text into noise without a word."
    ),
    "encoding-converted": N_(
        "The file is not UTF-8; it was read in the encoding named. Nothing is lost; saving it as UTF-8 "
        "silences this."
    ),
    "quotes-literal": N_(
        'The file uses the character " as text. Read as quotes, rows would have swallowed the next ones.'
    ),
    "quote-open": N_(
        "A cell begins with a quote that is not closed. A forgiving reader would take the following rows for "
        "a part of the cell, so none is read."
    ),
    "pickle-refused": N_(
        "Pickle files can run any code when they are opened, and so can most model files. auditor opens "
        "none. Write the array as .npy or .npz where it was made."
    ),
    "archive-refused": N_(
        "The file unpacks to far more than its size, as files made to fill memory do. Write "
        "probabilities as a plain .npy file, which is memory-mapped and costs no memory, and a table as CSV."
    ),
    "columns-not-read": N_(
        "Columns of a type that has no written form. They are left out; a column that is needed must be text "
        "or numbers."
    ),
    "ragged-rows": N_(
        "Rows with more or fewer cells than the header: usually a separator inside a cell without quotes. "
        "Cutting or filling such rows would shift labels, so none is read."
    ),
    "not-json-lines": N_("A line is not a JSON object. Nothing is skipped, because rows would vanish."),
    "row-too-long": N_("A row of the table is longer than the largest block that is read."),
    "no-room": N_(
        "The numbers of a CSV file are parsed once into a temporary file. Its folder is full or cannot be "
        "written to."
    ),
    "column-names-repeat": N_("Two columns have the same name, so neither can be named. Rename one."),
    "no-rows": N_("The table has a header and nothing else."),
    "too-few-rows": N_("An audit compares rows with each other; one row has nothing to be compared with."),
    # labels, ids
    "no-labels": N_("Every label cell is empty. `--label none` audits for copies without labels."),
    "one-class": N_(
        "All labelled rows have the same class: nothing can be confused. Often another column is the label."
    ),
    "labels-unknown": N_(
        "Labels that the class list does not have: misspellings, or a class list of another version. The "
        "rows are counted and take no part in the numbers about label errors. If most labels are unknown "
        "the audit stops."
    ),
    "labels-missing": N_(
        "Rows without a label. They are looked at for copies, stand in no denominator of label measures, "
        "and are the next to label."
    ),
    "labels-look-like-ids": N_(
        "Nearly every row has a label of its own: an id or a free text was taken for the label."
    ),
    "label-too-long": N_(
        "A label of more than ten thousand characters is a text and not the name of a class: another column "
        "is the label, or a separator inside a cell shifted a row."
    ),
    "many-classes": N_("With so many classes most have too few rows for their thresholds to mean anything."),
    "ids-repeat": N_("An id stands in several rows, so decisions about it could not be brought back."),
    "ids-empty": N_("Some rows have no id, so decisions about them could not be brought back."),
    "content-repeats": N_(
        "Most rows have a copy. Either the dataset is full of copies, or the content column is a number or a "
        "key. Copies stand together in the queue under one rank, so a wrong content column spoils its order."
    ),
    "identifier-columns": N_(
        "Columns whose name says id, key, url or the like and whose values are all different, or that name "
        "image or sound files: with them in the content no row would ever be a copy of another."
    ),
    "splits-unknown": N_(
        "A copy in a later split of a row in an earlier one is a leak; only train, validation and test (and "
        "the usual other words for them) stand in that order. Copies in other splits are found, but not as "
        "leaks."
    ),
    # classes
    "class-names-repeat": N_("The class list names a class twice, so a column could not be told."),
    "class-names-not-text": N_(
        "A class name holds half of a character, so it could not be written anywhere."
    ),
    "class-names-alike": N_(
        "Labels that look the same and are not: `cat` and `cat` with a blank behind it, or one word in two "
        "Unicode forms. They are audited as different classes, so every row of the rarer one is doubtful."
    ),
    "class-names-differ": N_(
        "The names of the probability columns are not those of the classes, so a column could be taken for "
        "another class. Give the class of each column with --classes."
    ),
    "class-count": N_(
        "The predictions have another number of columns than there are classes. Usually the labels lack a "
        "class the model knows: give the full list with --classes."
    ),
    "class-order-source": N_(
        "Where the order of the probability columns was taken from: --classes, names in the columns, the "
        ".npz, classes.txt beside the data, the dataset file, or the sorted labels, the first that exists."
    ),
    "class-order": N_(
        "The labels agree far better with the columns in another order. A wrong order makes nearly every "
        "row a suspect. The better order is shown, ready to paste. Annotators can have swapped two classes "
        "wholesale: then the order as read is right, and --class-order-checked says so."
    ),
    # predictions
    "predictions-key": N_("The .npz holds several arrays, and none or several have a known name."),
    "predictions-columns": N_(
        "No set of columns looks like one probability per class, or a column is either a class without a row "
        "or something else, and the numbers do not tell. --classes with the names of all classes decides."
    ),
    "columns-unused": N_(
        "Columns that could be class probabilities and are none: no row of the dataset has such a label, "
        "and the rows sum to one without them, or they hold text. They are not read."
    ),
    "predictions-shape": N_("Predictions are a matrix: a row per item, a column per class."),
    "predictions-not-numbers": N_("A cell of a probability column is not a number."),
    "hard-labels": N_(
        "A predicted label tells who disagrees with the given one, but not how surely, so no order of "
        "review can be made of it. Write the probabilities."
    ),
    "hard-predictions": N_(
        "Every probability is 0 or 1. The suspects can be told, their order cannot; a third to a half of "
        "the precision is lost against real probabilities."
    ),
    "probabilities-not-finite": N_(
        "NaN or infinite values. One such row makes the threshold of its class NaN, and label errors are "
        "then missed without a word; so the file is refused."
    ),
    "probabilities-rows-do-not-sum": N_(
        "Values between 0 and 1 whose rows do not sum to one: independent scores per class, or a column is "
        "missing. They cannot be compared across classes."
    ),
    "probabilities-renormalised": N_(
        "Rows summed to nearly one. They were cut to 0..1 and divided by their sum; differences of this "
        "size do not change the order."
    ),
    "predictions-converted": N_(
        "The numbers are logits, log-probabilities or percentages, told by their range and row sums, and "
        "were turned into probabilities."
    ),
    "predictions-quantised": N_(
        "Integers of 8 bits that are no probabilities and no percentages. Scores are only comparable with "
        "the scale they were rounded by, which the file does not tell."
    ),
    "predictions-missing": N_(
        "Some rows have no prediction. --missing drop audits them without a model, and counts them."
    ),
    "predictions-unused": N_("The predictions name items that the dataset does not have: another version?"),
    "rows-without-prediction": N_(
        "Rows audited without a model: they stand in no number about label errors, in no queue of suspects."
    ),
    "rows-differ": N_("Without ids rows can only be joined by position, and then the numbers must be equal."),
    "joined-by-position": N_(
        "Row i of the predictions was taken for row i of the dataset. If either file was sorted or filtered "
        "since, every row is wrong; ids beside the predictions rule that out."
    ),
    "ids-one-sided": N_("Only one of two tables has ids. Name the id column, or say --align position."),
    "ids-do-not-match": N_("Not one id stands on both sides: perhaps one has a prefix or leading zeros."),
    "chance-level": N_(
        "Predictions and labels agree as if paired at random: shuffled rows, predictions for another file, "
        "or a model that knows nothing. A queue from them would be in random order."
    ),
    "weak-model": N_(
        "Agreement beyond chance (kappa) is under 0.3. The queue's order is then close to chance, and a "
        "wrong class order or shuffled rows cannot be told from the model's own errors."
    ),
    "in-sample": N_(
        "The predictions repeat the labels almost everywhere, as a model does on its training rows. Such a "
        "model has learned the label errors and shows none of them. Predict by cross-validation."
    ),
    "saturated": N_(
        "Many rows share the lowest probability of their label, as after rounding or with a saturated "
        "softmax. Among them only the runner-up's probability tells the order."
    ),
    # audits on disk
    "not-an-audit": N_("The folder holds no audit.json that this version can read."),
    "audit-version": N_("The audit was written under another schema; run it again with this version."),
}
"""Slug -> what it means, why it matters, what to do."""
