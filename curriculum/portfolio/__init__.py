"""A learner's portfolio: a page and a PDF made of a folder on their own USB stick.

Everything in it belongs to the learner: nothing of it goes to the gateway, and no site is needed to
make it. :mod:`folder` prepares and reads the folder, :mod:`page` and :mod:`paper` show it.
"""
