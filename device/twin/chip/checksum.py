"""The checksum of images and of the boot loader's packets: all bytes by exclusive or."""

SEED = 0xEF


def checksum(data: bytes, seed: int = SEED) -> int:
    """Return the checksum of some bytes, going on from ``seed``."""
    # Folded in halves as one large number: byte by byte would take a second for an image.
    folded = int.from_bytes(data, "little")
    width = 1
    while width < len(data):
        width *= 2
    while width > 1:
        width //= 2
        folded = folded >> 8 * width ^ folded & (1 << 8 * width) - 1
    return folded ^ seed
