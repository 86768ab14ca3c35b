"""The bench: one board after another, or many at once, from a blank chip to a labelled object.

    detect → check → flash → install → enrol → test → label

``model`` says what a step, a question and a board on the bench are; ``office`` what the bench needs
of the site; ``line`` runs the steps; terminal and page only watch it and answer its questions.
"""
