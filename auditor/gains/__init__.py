"""What relabelling bought: the files, their rows, the models' words, the scores."""
