"""Modules on paper: booklets for learners and for those who lead, residents' sheet, poster, lists.

:mod:`curriculum.pdf.edition` is a module in one language with all its facts, ready for paper;
:mod:`curriculum.pdf.content` turns its blocks into what the templates read. Then one file for each
document, with its template of the same name beside it, and :mod:`curriculum.pdf.writing` for all of
them together. Everything goes through :mod:`kit.printing`.
"""
