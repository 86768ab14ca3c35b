"""What the fablab itself keeps track of: orders, machines, indicators. Of objects and groups only.

Orders are files that people write (``orders/*.toml``); how far they are is never written down, but
seen: which objects are enrolled, tested, publishing. Machines and indicators are tables that any
spreadsheet opens.
"""
