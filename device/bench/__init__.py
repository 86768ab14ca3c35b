"""What the bench runs on a board from its RAM; it is never installed there.

``provisioning`` reads these files as text and sends them to MicroPython's prompt.
"""
