"""A text of a module as a tree of blocks: read from Markdown, written as HTML or as PDF.

:mod:`curriculum.document.nodes` says what blocks there are, :mod:`curriculum.document.markdown`
reads them. What is a fact (parts, pins, prices, steps of a workshop) never stands in a text: a
*directive*, such as ``{{ wiring }}`` on a line of its own, says where it shall appear.
"""
