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
    "format-ambiguous": N_(
        "The content fits several formats equally well. auditor does not choose; --input-format does."
    ),
    "format-recognised": N_(
        "The format was told by the content and not by the ending. --input-format names another."
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
    "archive-empty": N_("The archive holds no file that could be read."),
    "several-tables": N_(
        "An archive with several files, or a workbook with several sheets that have rows. auditor never "
        "guesses which of them is the dataset; name one of them alone."
    ),
    "cells-nested": N_(
        "A column that is the label or the text holds lists or objects. Each is compared as one text, so two "
        "classes at once are a class of their own."
    ),
    "cells-merged": N_(
        "Cells of a sheet that are merged over several rows hold their value in the first row only; the "
        "others are empty. Read so, labels would be missing without a word."
    ),
    "cells-without-value": N_(
        "Cells of a sheet that hold an error (#N/A) or a formula that was never calculated. Read as empty "
        "they would be missing without a word. A spreadsheet program writes the values when it saves."
    ),
    "header-repeats": N_(
        "A row below the header holds names of columns: a second header, or files joined with their headers. "
        "Read as data, the names would be labels."
    ),
    "header-missing": N_(
        "The first row looks like data: a cell of it stands among the values below, or it is mostly numbers. "
        "A file needs a first row with the names of its columns, else its first row of data is lost."
    ),
    "header-incomplete": N_(
        "Columns of a sheet have cells and no name in the first row: a merged header, or a title above the "
        "table. Such a column could not be named."
    ),
    "extra-missing": N_(
        "Reading this kind of file or address needs a package that is not installed with auditor. The "
        "message holds the command that installs it."
    ),
    "address-refused": N_(
        "auditor fetches a plain address of a known kind that the user typed, and nothing else: no chained "
        "and no caching address, and none that stands in data."
    ),
    "address-unreadable": N_(
        "The address could not be fetched: no network, no permission, or nothing there. Download the file "
        "and name it."
    ),
    "address-too-large": N_(
        "The file at the address is larger than what is fetched into the temporary folder."
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
    "not-json": N_("The file is no JSON document. The message carries the parser's own words and place."),
    "not-this-format": N_(
        "The file is not of the format that --input-format names, or a part of it is not. Without the flag "
        "the format is told by the content."
    ),
    "json-no-table": N_(
        "A JSON document can hold anything. Read as a table are a list of objects, an object of lists of "
        "equal length, an object that holds one list of objects, and what pandas writes."
    ),
    "json-several-tables": N_(
        "The JSON object holds several lists of objects, and nothing says which of them is the dataset."
    ),
    "json-shape": N_("Where in the JSON document the table was found. Look whether it is the one you mean."),
    "json-flattened": N_(
        "Objects within the rows were read as columns, called by the key, a dot, and the key within: "
        "`annotation.label`. Flags name them so."
    ),
    "json-keys-repeat": N_(
        "A JSON object names a key twice. Most parsers keep the last value without a word, so half of what "
        "was written would be lost."
    ),
    "json-keys-vary": N_(
        "Nearly every object has keys of its own, so the table would consist of empty cells. Often ids or "
        "other values were written as keys."
    ),
    "json-too-deep": N_(
        "Lists and objects are nested deeper than any dataset needs; files that are made to crash a parser "
        "are."
    ),
    "json-too-large": N_(
        "A JSON document is read as a whole and takes several times its size in memory. JSON Lines are read "
        "line by line."
    ),
    "keys-missing": N_(
        "Some rows lack a key that others have. Their cell is empty, as if it had been written so: look "
        "whether the key is spelt alike everywhere."
    ),
    "row-too-long": N_("A row of the table is longer than the largest block that is read."),
    "no-room": N_(
        "The numbers of a CSV file are parsed once into a temporary file, and compressed and fetched files "
        "are copied into one. Its folder is full or cannot be written to."
    ),
    "column-names-repeat": N_("Two columns have the same name, so neither can be named. Rename one."),
    "no-rows": N_("The table has a header and nothing else."),
    "too-few-rows": N_("An audit compares rows with each other; one row has nothing to be compared with."),
    # annotation tools
    "annotations-differ": N_(
        "Several people annotated a row and chose different classes. The class of most is its label; without "
        "a majority it has none. Such rows are the first to look at: often the guideline is unclear."
    ),
    "annotations-empty": N_(
        "Rows that nobody answered, or whose annotation was submitted without a choice. They have no label."
    ),
    "answers-mark-parts": N_(
        "The answers mark spans or relations within a row. An audit asks for the class of a row, and of "
        "these rows there is none."
    ),
    "answers-without-class": N_(
        "Every answer of the export marks a place or a span, and none chooses a class of the whole item, so "
        "there is no label to audit. The fix names an export that is read with a row for each mark."
    ),
    "annotations-left-out": N_(
        "What the export holds and the audit does not count: skipped or discarded annotations, drafts, "
        "predictions of a model, and answers that are no choice of a class."
    ),
    "several-classes": N_(
        "Rows with several classes in one annotation. An audit of single classes cannot judge them, so they "
        "have no label here; they are still looked at for copies."
    ),
    "format-partly": N_(
        "Boxes, spans and words are audited for what can be said of them row by row; the note says what is "
        "looked at and what is not."
    ),
    "no-annotations": N_("The file is an export without annotations, so there is no row to audit."),
    "spans-broken": N_(
        "The borders of a span lie outside its text, or its end before its start. Often the text was changed "
        "after it was annotated."
    ),
    "spans-differ": N_(
        "The same text stands twice, and other spans were marked in it: one of the two misses a span or has "
        "one too many."
    ),
    "references-broken": N_(
        "Annotations name an image or a category that the file does not list: perhaps a part of a larger "
        "file was cut out."
    ),
    "references-ambiguous": N_(
        "Two images or two categories have the same id, so an annotation could mean either."
    ),
    # folders
    "annotations-odd": N_(
        "Boxes outside their image, classes without a name, lines of another form: counted by kind, the "
        "first places named. The rows are kept as they are."
    ),
    "annotations-not-read": N_(
        "Tables, JSON or XML files stand beside the images and are of no form that is read with them. The "
        "classes may be in them: then name the file, or write a table with a row for each image and its "
        "label."
    ),
    "class-folders-unclear": N_(
        "A file's class is the folder it stands in, below an optional folder for the split. Deeper folders "
        "could mean another class or a part of one, so nothing is guessed."
    ),
    "content-not-compared": N_(
        "Sounds and masks are listed by their names and not opened: classes, counts and labels are audited, "
        "copies of them are not found."
    ),
    "file-names-composed": N_(
        "Names made on a Mac write accents and Korean syllables as separate letters (NFD). They are "
        "composed (NFC) so that ids match other files, unless two names would become one."
    ),
    "files-left-out": N_(
        "Files in the folder that its format does not use, hidden names, and devices or pipes, which are "
        "never opened. If the data are among them, name that file or folder itself."
    ),
    "folder-too-large": N_(
        "More files than an audit looks at: perhaps a folder above the dataset was named."
    ),
    "images-without-boxes": N_(
        "Images without an object in them (background). They have no row, so they take no part in the audit."
    ),
    "links-left-out": N_(
        "Symbolic links in a folder are not followed, because they may lead anywhere on the disk. A "
        "snapshot of the Hugging Face cache consists of links: copy it with its files first."
    ),
    "not-a-folder": N_("A file was given for a format that is a folder."),
    "parts-differ": N_(
        "The files or splits of a folder are read as one table only where columns, types and class names "
        "are the same: else a number could mean one class in one file and another in the next."
    ),
    "parts-joined": N_("Several files or splits of a folder were read as one table, in their order."),
    "shards-missing": N_(
        "Files that the dataset itself names, or numbers of a series, are not there: a broken copy or "
        "download. Reading the rest would audit a part and call it the whole."
    ),
    "shards-repeat": N_(
        "The same numbered part is there twice, or series of two lengths: a newer version was copied over "
        "an older one. Read together, rows would be copies."
    ),
    "split-source": N_(
        "Where the split of a row was taken from: a column, or the words train, validation and test in the "
        "names of files and folders, as Hugging Face datasets reads them."
    ),
    "xml-refused": N_(
        "An XML file that declares a document type or entities, which can unfold to any size or name other "
        "files. Annotations need neither."
    ),
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
    "ids-told-apart": N_(
        "The files of a folder number their rows from the same number on. To tell rows apart, the name of "
        "the file was put before each id."
    ),
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
    "class-names-placeholders": N_(
        "LABEL_0, LABEL_1, ... is what a Hugging Face model calls classes that nobody named. They tell how "
        "many classes there are and not which; name them with --classes."
    ),
    "class-list-unused": N_(
        "A class list stands beside the data, and it does not fit: another number of names than there are "
        "columns, or names that no label has. The sorted labels were taken as the order of the columns "
        "instead; if that is not the order in which the model learned them, say --classes."
    ),
    "class-order-sources-differ": N_(
        "Two sources list the same classes in another order (say, classes in the .npz and classes.txt beside "
        "it). One of them is out of date; if it is the one that was taken, every column is another class's."
    ),
    "label-names": N_(
        "A label column of numbers and a column of their names stand side by side and fit one to one. The "
        "classes are called by the names and stand in the order of the numbers."
    ),
    "label-names-differ": N_(
        "A label column of numbers and a column of their names do not fit one to one: a number has two names "
        "or a name two numbers. One of the columns is wrong somewhere; --label says which to audit. Where "
        "only a few rows differ they are named in a warning, and the number is taken for the label."
    ),
    "class-names-alike": N_(
        "Labels that look the same and are not: `cat` and `cat` with a blank behind it, or one word in two "
        "Unicode forms. They are audited as different classes, so every row of the rarer one is doubtful."
    ),
    "class-name-blank": N_(
        "A class has a name of blanks alone, which nobody can see: usually rows without a label whose cells "
        "are not empty."
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
        ".npz, id2label in config.json, classes.txt or label_encoder.json beside the data, the dataset "
        "itself, or the sorted labels, the first that exists."
    ),
    "class-order": N_(
        "The labels agree far better with the columns in another order. A wrong order makes nearly every "
        "row a suspect. The better order is shown, ready to paste. Annotators can have swapped two classes "
        "wholesale: then the order as read is right, and --class-order-checked says so. Two swapped classes "
        "among many are seen only with about ten rows each, of which the model gets most right; classes for "
        "which the rows do not tell are named."
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
    "near-by-vectors": N_(
        "With --embeddings near copies are the rows whose vectors point the same way. The letters of the "
        "content are not compared as well, because one threshold cannot serve two similarities: a change of "
        "a few letters is found as far as the network that made the vectors sees it as nearly the same. An "
        "audit without --embeddings compares the content."
    ),
    "slice-unusable": N_(
        "A slice is a column whose values many rows share: an annotator, a batch, a source. With one value "
        "there is nothing to compare, and with nearly as many values as rows no rate says anything."
    ),
    "embeddings-columns": N_(
        "A table of vectors needs columns that are numbered through (e0, e1, ...), or one column of lists. "
        "auditor does not guess which of many numbers are the dimensions of a vector."
    ),
    "embeddings-shape": N_(
        "Embeddings are a matrix: a row per item, a column per dimension, two dimensions at least."
    ),
    "embeddings-key": N_(
        "The file holds several arrays or columns of lists, and none or several have a name that vectors "
        "have. Keep one of them, or give one a name of the list that is shown."
    ),
    "embeddings-not-numbers": N_("A cell of a vector is not a number."),
    "embeddings-not-finite": N_(
        "NaN or infinite values. A distance to such a vector is none, so the file is refused; often float16 "
        "overflowed, or a mean was taken over no words. --missing drop leaves these rows out."
    ),
    "vectors-left-out": N_(
        "Vectors with NaN or infinity, left out as --missing drop asks: their rows stand in no near group "
        "and can be no outlier."
    ),
    "embeddings-equal": N_(
        "Every vector is the same, or all zeros: whatever made them looked at nothing, and all rows would be "
        "copies of each other."
    ),
    "embeddings-missing": N_(
        "Some rows have no vector. --missing drop leaves them out of near-duplicates and outliers."
    ),
    "rows-without-vector": N_("Rows that stand in no near group and can be no outlier: they have no vector."),
    "embeddings-zero": N_(
        "A vector of zeros has no direction, so no cosine. Its row is in no near group and no outlier."
    ),
    "rows-differ": N_("Without ids rows can only be joined by position, and then the numbers must be equal."),
    "joined-by-position": N_(
        "Row i of the predictions was taken for row i of the dataset. If either file was sorted or filtered "
        "since, every row is wrong; ids beside the predictions rule that out."
    ),
    "index-differs": N_(
        "Both DataFrames have an index that names rows, and the two do not fit: other values, values that "
        "repeat, or an index that fits in two ways. Joined by position each row could get the prediction of "
        "another. Give both the same index, or say align='position'."
    ),
    "index-unused": N_(
        "A DataFrame has an index that does more than count its rows (after filtering, shuffling or "
        "set_index), and it joins nothing: the other side has none, or it repeats or has several levels."
    ),
    "joined-by-index": N_(
        "The index of a DataFrame told which prediction belongs to which row, whatever their order."
    ),
    "ids-one-sided": N_("Only one of two tables has ids. Name the id column, or say --align position."),
    "ids-do-not-match": N_("Not one id stands on both sides: perhaps one has a prefix or leading zeros."),
    "chance-level": N_(
        "Predictions and labels agree as if paired at random: shuffled rows, predictions for another file, "
        "class columns in another order, or a model that knows nothing. A queue from them would be in random "
        "order."
    ),
    "rows-shifted": N_(
        "All rows agree far better with the predictions a few rows up or down: a header was read as a "
        "row, or a first row as a header. Every row would be judged by its neighbour's prediction. Rows "
        "that are off by more than five look shuffled; where labels stand sorted by class, rows that are "
        "off by a few cannot be seen, and harm little."
    ),
    "rows-misaligned": N_(
        "Up to a row the predictions agree with the labels, and from there on as if paired at random, or the "
        "other way round: a row was lost or doubled there, or a part was sorted or shuffled. The place is "
        "good to a few rows. A part in the middle with sound rows on both sides is not looked for, nor any "
        "part where labels stand sorted by class. If the rows are in order, a model may know nothing of that "
        "part of the data."
    ),
    "weak-model": N_(
        "Agreement beyond chance (kappa) is under 0.3. The queue's order is then close to chance, and a "
        "wrong class order or shuffled rows cannot be told from the model's own errors."
    ),
    "no-model": N_(
        "There are no predictions, and the built-in model could not make any; the message says why. Copies, "
        "near copies and class counts are looked at all the same; label errors are not. Bring predictions, "
        "or vectors of the rows with --embeddings, or name columns with --text or --features."
    ),
    "model-sampled": N_(
        "The time for the built-in model (--model-seconds, 30 by default) is reckoned from the size of the "
        "data, not measured, so that the same input gives the same predictions on every machine. Where all "
        "rows would take longer, each model learns from a sample of them, every class in its share. Every "
        "row is predicted all the same."
    ),
    "leaky-column": N_(
        "One column alone tells the given label of every row, or of nearly every row: it was made from the "
        "label (its code, its name in another language), or the label from it (a rating). A model that is "
        "given it repeats the labels, their errors included, and finds none. The built-in model leaves it "
        "out; rows where it disagrees with the label are worth a look. Little is lost: a column that agrees "
        "with every given label contradicts none of them."
    ),
    "labels-repeated": N_(
        "The built-in model predicts nearly every given label of rows that it has not seen. Either the "
        "classes are easily told apart, or a column or a text holds the label in some form that was not "
        "recognised. Then the errors are repeated as well, and an audit that finds nothing means nothing."
    ),
    "column-names-rows": N_(
        "A column tells rows apart and nothing else: a counter, a code or a name that hardly repeats. The "
        "built-in model leaves it out, as it could only learn the order in which rows were collected."
    ),
    "telling-column": N_(
        "A column tells the rows of one class from all others without an exception. That may be what makes "
        "the class (milk makes a mammal), or it was made from the label; only a person knows, so it is kept "
        "and named."
    ),
    "class-not-learned": N_(
        "A row is predicted by a model that has not seen it. Where a class has one row only, or copies of "
        "one, that model does not know the class: it cannot be asked whether the label fits. Such rows have "
        "no prediction and are in no count of label errors."
    ),
    "near-group-parted": N_(
        "Rows that are nearly the same are predicted by models that have seen none of them. A near group "
        "that would fill more than half a fold (a template, or a long chain) cannot be treated so: its exact "
        "copies still are, but a row that is like it may have taught the model its label."
    ),
    "in-sample": N_(
        "The predictions repeat the labels almost everywhere, as a model does on its training rows. Such a "
        "model has learned the label errors and shows none of them. Predict by cross-validation. A model "
        "that was held back from learning rows by heart (few leaves, strong regularisation) does not "
        "repeat them and is not seen here; its queue is nearly as good as out of sample."
    ),
    "rounded": N_(
        "The probabilities have one or two decimals: they were rounded when they were written, or are votes "
        "of few trees or neighbours. Rows whose probabilities are equal cannot be put in order. Two decimals "
        "cost .03 to .09 of the average precision of the queue, three up to .014, four nothing."
    ),
    "saturated": N_(
        "Many rows share the lowest probability of their label, as after rounding or with a saturated "
        "softmax. Among them only the runner-up's probability tells the order."
    ),
    # audits on disk
    "not-an-audit": N_("The folder holds no audit.json that this version can read."),
    "audit-version": N_("The audit was written under another schema; run it again with this version."),
    # two audits beside each other
    "compare-other-task": N_(
        "The audits judge other labels: another label column with other classes, or no class in common. "
        "Compare audits by the same labels; of a renamed column the classes are the same, and that is said "
        "and compared."
    ),
    "compare-other-dataset": N_(
        "Of the smaller audit fewer than 5% of the rows are in the other one, so they are of two datasets; "
        "or there are no ids and nearly every row was edited. With ids (--id) a row is known again whatever "
        "became of its text and label."
    ),
    "compare-ids": N_(
        "One audit knows rows by their ids and the other, made without an id column, by their content, so no "
        "finding of the one can be found in the other. Audit both with --id COLUMN."
    ),
    "compare-schemes": N_(
        "The versions of auditor that made the audits name findings and rows differently, so that every "
        "finding would seem new. Audit the older data again with the newer version, and compare that."
    ),
    # reviews and what comes back
    "not-decisions": N_(
        "The file is neither what the labeller's page exports nor a table with an item and a label "
        "column. The page exports it with the key S or its button; a table needs the columns item and "
        "label."
    ),
    "decisions-too-large": N_(
        "A decisions file of 200 MB holds some 400,000 decisions, and an export of another tool is read up "
        "to 500 MB. Split it, or check that it is the right file."
    ),
    "decisions-version": N_(
        "The decisions file has a schema of another major version. Use the auditor that made the page, or "
        "export again from a page that this version wrote."
    ),
    "decisions-damaged": N_(
        "The number of decisions or the checksum in the file does not fit what it holds: it was cut off "
        "on the way, or edited. Ask the reviewer to export it again; nothing of it was used."
    ),
    "decisions-invalid": N_(
        "One decision has a value that is not allowed: an action or a reason that does not exist, a label "
        "that the page did not offer, a number that is none. Nothing of the file was used."
    ),
    "decisions-other-dataset": N_(
        "The decisions are about another dataset: the label column has another name, the classes are "
        "others, or none of the items is there. Give the dataset that was reviewed, or one made from it."
    ),
    "export-not-ours": N_(
        "An export of Label Studio or Argilla is read as decisions only where its items came from `auditor "
        "export`: the field `auditor` of each says which row was shown, with which label. The tool's own "
        "numbers say nothing of the dataset's rows, so nothing is guessed."
    ),
    "class-not-exportable": N_(
        "The other tool would drop the class, or give another back: an empty name, one that stands twice, "
        "characters that cannot be written, or in Label Studio a $, behind which it looks for a field."
    ),
    "export-too-large": N_(
        "Label Studio takes 250 MiB in one request. Fewer items make a smaller file; what is left is asked "
        "in the next round."
    ),
    "label-not-encodable": N_(
        "The dataset is in an encoding that cannot hold a decided label, e.g. an emoji in cp949. Save the "
        "dataset as UTF-8 and apply the decisions to that; they fit it as well."
    ),
    "format-not-written": N_(
        "The dataset is of a format, or of a shape within it, that is read but not written again. With an "
        "output that ends in .csv a table of item and label is written instead."
    ),
    "apply-not-verified": N_(
        "What is written is read again and compared with the dataset: every cell but the decided ones "
        "must be the same. It was not, so nothing was left behind. This should not happen; please report "
        "it."
    ),
    "output-in-place": N_(
        "The output is the dataset itself, a file of it, or a decisions file. What is read is never "
        "written over, so that nothing is lost when something goes wrong."
    ),
    "guidelines-too-long": N_(
        "The guidelines stand in the page as text, and half a megabyte of them is more than anybody reads "
        "there."
    ),
    "label-unknown": N_(
        "The dataset writes its labels as numbers, and a decided class has no number in it. --classes "
        "with all class names in their order says which number it is."
    ),
    "no-label-column": N_(
        "Decisions change cells of the label column, and the dataset has none. --label names it."
    ),
    "annotations-columns": N_(
        "Item, annotator and label are found by the names of the columns; three columns of other names are "
        "taken in this order, which is said. Name them item, annotator, label."
    ),
    "annotations-unused": N_("Answers to items that the dataset does not have: another version?"),
    "annotations-unknown-classes": N_(
        "Answers that name no class of the dataset. --classes adds a class that no row has."
    ),
    "annotations-incomplete": N_("An answer needs an item, an annotator and a label."),
    "annotations-repeat": N_(
        "The same answer of one annotator to one item stands there again; it is counted once."
    ),
    "annotations-contradict": N_(
        "One annotator gave one item different labels. Nobody knows which was meant, so none of them is used."
    ),
    "annotations-alone": N_(
        "No item has answers of two annotators, so nothing can be compared. With one label a row, make the "
        "annotator a column of the dataset: the slices find who stands clear."
    ),
    "annotations-none": N_("No answer is left: all are empty, contradict themselves, or name no class."),
    "rule-invalid": N_(
        "A rule of the gate has a key or a value that does not fit. A rule names a measure and one or both "
        'of error_if and warn_if: measure = "label_issues.rate", error_if = "> 3%". On the command line it '
        'is one text: --rule "label_issues.rate > 3%". Nothing was judged.'
    ),
    "rule-limit": N_(
        "A limit is an operator (>, >=, <, <=, ==, !=) and a number; shares and scores take percent, counts "
        "do not. There is no and, no or: two rules say it."
    ),
    "unknown-measure": N_(
        "A rule names a measure that does not exist, so it would never have been judged. auditor explain "
        "lists all, auditor explain MEASURE says what one counts."
    ),
    "not-a-baseline": N_(
        "The baseline is another file, of another version, or damaged: perhaps a merge left its marks in "
        "it. Write it again from an audit that is known to be good."
    ),
    "no-baseline": N_(
        "The ratchet lets no measure be worse than in the baseline, and there is none. auditor baseline "
        "write AUDIT writes one, to be kept in git."
    ),
    "nothing-new": N_(
        "Every finding of the audit stands in the baseline, or is of a row that it has seen as it is: there "
        "is nothing to review. Without --only new the page asks about the whole queue."
    ),
    "audit-partial": N_(
        "A detector failed, so what it would have found is missing. A baseline or limits made from this "
        "audit would take for new what was only not looked for. Run the audit again."
    ),
    # the gain of relabelling
    "gain-columns": N_(
        "A gain is measured by one model that learns from BEFORE and AFTER and is judged on TEST, so the "
        "three need the same columns, labels and classes. One of them lacks some, or has no labels. --label, "
        "--text and --features name columns in all three."
    ),
    "gain-not-corrected": N_(
        "AFTER is to be BEFORE with other labels. Rows are joined by their ids, else by their content, and "
        "hardly any fit: another file, or ids that were given anew and texts that were changed."
    ),
    "gain-few-rows": N_(
        "Too few rows are left to judge by. Rows without label, of other splits, and exact copies of rows "
        "that the model learns from are left out: a model repeats the label of a copy, right or wrong."
    ),
    "gain-test-touched": N_(
        "Rows of the test set went through the same review as the training data. The queue shows rows that a "
        "model doubts, and the label it prefers: people tend to agree. Judged by such labels a model of the "
        "same kind looks better than it is. Judge by rows that were labelled apart, without suggestions."
    ),
    "gain-leaks": N_(
        "Rows of the test set of which an exact copy is among the rows that are learned from are left out of "
        "the test: a model repeats the label of a copy, and relabelling the copy would look like a gain."
    ),
    "gain-class-not-learned": N_(
        "Rows of the test set have a class that nothing teaches. They count, and as wrong: a class that "
        "relabelling has brought in is part of the gain."
    ),
    "gain-not-dropped": N_(
        "The suspects that could be dropped instead are rows of BEFORE that cleanlab's default filter flags "
        "on out-of-sample predictions; there are none. --predictions FILE brings some."
    ),
    # images
    "images-found": N_(
        "Where the images of the rows are. A column that is called image, path, file, ... and holds names of "
        "images is looked up in the folder of the table, in the folder images and in images.zip beside it, "
        "or in what --image-root names. Names that stand there in another Unicode form (NFC, NFD), or with "
        "\\ for /, are found too and counted."
    ),
    "images-missing": N_(
        "Rows whose image is not there. They stay in the dataset, and the image is reported as missing; "
        "nothing is compared with it."
    ),
    "images-unreadable": N_(
        "Images that are missing, empty, damaged, cut off, larger than an image may be, of a format that is "
        "not opened, or refused because their path leads elsewhere. Their rows stay in the dataset and are "
        "findings of the detector images; nothing is compared with them. Where none can be opened at all, a "
        "dataset of images is not audited: most often its folder is not the one that paths are relative to."
    ),
    "images-refused": N_(
        "A path that is absolute, has a drive, or leads out of the folder of the images by .. may name any "
        "file of this computer, so it is not opened. Write paths relative to that folder."
    ),
    "images-not-fetched": N_(
        "Addresses in data are shown as text and never fetched: whoever made the dataset would learn who "
        "audits it, and could answer with anything. Download the images and name the files."
    ),
    "images-not-found": N_(
        "A column names images, and none of them is there. Without them copies and the quality of images "
        "are not looked for. --image-root names the folder or zip archive that the paths are relative to."
    ),
    "image-column": N_(
        "The column of images is needed and cannot be told: no column names images, or several do and not "
        "the same ones. --image names it."
    ),
    "archive-names-refused": N_(
        "An archive may name files outside of it (../, /, C:). Whoever unpacks it without care writes over "
        "files of the computer. auditor unpacks none of them, and reads the others."
    ),
    "archive-names-repeat": N_(
        "An archive can hold several files of one name; unpacked, the last one writes over the others. That "
        "one is read here too. Pack the folder again, so that everybody sees the same images."
    ),
    "archive-names-decoded": N_(
        "Windows in Korea packs names in cp949 without saying so. They are read so if all of them can be; "
        "pack the files with UTF-8 names if they look wrong."
    ),
}
"""Slug -> what it means, why it matters, what to do."""
