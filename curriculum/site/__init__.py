"""The modules as a static site: from a folder, from a USB stick, or served by the gateway.

French and English side by side, without an outside request; everything is there without JavaScript.

    html.py      blocks as HTML; code.py: programs and terminals
    files.py     the pictures, drawings and programs that pages lead to
    pages.py     what stands on each page; wording.py: numbers and states in words
    search.py    the index that a browser searches
    render.py    all files of the site, in memory
    folder.py    puts them into a folder, whole or not at all
"""
