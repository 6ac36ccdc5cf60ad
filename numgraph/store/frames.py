"""What goes over the sockets between a server, its nursery and its readers: frames of a letter, a length and a body.

A reader begins with HELLO. An answer is WHOLE; or one ANSWER, any number of DATA, then END; or FAULT in place of
whatever would have come next. Only WHOLE and END make an answer complete. Readers import this module: it stays light.
"""

from __future__ import annotations

import socket
import struct

HEADER = struct.Struct(">cI")  # letter, length of the body in bytes
CHUNK = 64 * 1024  # bytes of an answer in one DATA frame; an answer of fewer comes WHOLE

QUERY = b"Q"  # to a reader: JSON on one line, then the query as it is
HELLO = b"P"  # to the server: a reader stands ready; its process number
WHOLE = b"W"  # to the server: the answer, complete
ANSWER = b"A"  # to the server: the answer begins
DATA = b"D"  # to the server: bytes of the answer
END = b"E"  # to the server: the answer is complete
FAULT = b"F"  # to the server: JSON with the name of the fault and its words

FORK = b"K"  # to a nursery, with a socket: JSON with the terms of a new reader
LOAD = b"L"  # to a nursery: path of the edition to hold in memory
PATCH = b"C"  # to a nursery: JSON with the path of the next edition and of the patch that leads to it
BURY = b"B"  # to a nursery: process number of a reader that was killed
HELD = b"H"  # to the server: the nursery holds what it was told to


def frame(letter: bytes, body: bytes = b"") -> bytes:
    return HEADER.pack(letter, len(body)) + body


def read(connection: socket.socket, length: int) -> bytes:
    """That many bytes; fewer only where the other side has hung up."""
    parts = b""
    while len(parts) < length and (part := connection.recv(length - len(parts))):
        parts += part
    return parts
