"""Screenshots in 256 colours: a third of their size, and looking the same."""

from collections import Counter
from collections.abc import Iterator
from struct import pack, unpack
from zlib import compress, crc32, decompress

SIGNATURE = b"\x89PNG\r\n\x1a\n"
MOST_COLOURS = 256


def smaller(png: bytes) -> bytes:
    """The same picture with a palette: what a screenshot has of other colours, the nearest one."""
    width, height, channels, rows = _read(png)
    pixels = [[bytes(row[at : at + 3]) for at in range(0, len(row), channels)] for row in rows]
    counted = Counter(pixel for row in pixels for pixel in row)
    palette = [colour for colour, _ in counted.most_common(MOST_COLOURS)]
    index = {colour: palette.index(_nearest(colour, palette)) for colour in counted}
    lines = b"".join(b"\0" + bytes(index[pixel] for pixel in row) for row in pixels)
    header = pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    chunks = (b"IHDR", header), (b"PLTE", b"".join(palette)), (b"IDAT", compress(lines, 9))
    return SIGNATURE + b"".join(_chunk(*chunk) for chunk in (*chunks, (b"IEND", b"")))


def _nearest(colour: bytes, palette: list[bytes]) -> bytes:
    return min(palette, key=lambda p: sum((a - b) ** 2 for a, b in zip(p, colour, strict=True)))


def _read(png: bytes) -> tuple[int, int, int, list[bytearray]]:
    """Width, height, bytes a pixel, and the rows of a picture as Chromium writes it."""
    body, at = b"", len(SIGNATURE)
    width, height, bits, kind = unpack(">IIBB", png[16:26])
    assert bits == 8
    assert kind in (2, 6)
    while at < len(png):
        (length,) = unpack(">I", png[at : at + 4])
        if png[at + 4 : at + 8] == b"IDAT":
            body += png[at + 8 : at + 8 + length]
        at += length + 12
    channels = 3 if kind == 2 else 4
    return width, height, channels, list(_unfiltered(decompress(body), width * channels, channels))


def _unfiltered(body: bytes, stride: int, channels: int) -> Iterator[bytearray]:
    """PNG, section 9: each row is told by what is left and above of it."""
    above = bytearray(stride)
    for start in range(0, len(body), stride + 1):
        how, row = body[start], bytearray(body[start + 1 : start + 1 + stride])
        for x in range(stride if how else 0):
            left = row[x - channels] if x >= channels else 0
            corner = above[x - channels] if x >= channels else 0
            guess = (0, left, above[x], (left + above[x]) // 2, _paeth(left, above[x], corner))
            row[x] = (row[x] + guess[how]) & 255
        yield row
        above = row


def _paeth(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    return min((left, up, corner), key=lambda value: abs(guess - value))


def _chunk(name: bytes, content: bytes) -> bytes:
    return pack(">I", len(content)) + name + content + pack(">I", crc32(name + content))
