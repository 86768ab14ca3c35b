"""What all parts of Fab'Num that run on a PC share: catalogue, settings, languages, errors."""
