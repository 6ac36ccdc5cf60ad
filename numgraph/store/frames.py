"""What goes over the socket between a server and its readers: frames of one letter, a length and a body.

An answer is one ANSWER, any number of DATA, then END; or FAULT in place of whatever would have come next. Only END
makes an answer complete. Workers import this module: it stays light.
"""

from __future__ import annotations

import struct

HEADER = struct.Struct(">cI")  # letter, length of the body in bytes
CHUNK = 64 * 1024  # bytes of an answer in one DATA frame

OPEN = b"O"  # to a reader: path of an edition to open ahead of the first query
QUERY = b"Q"  # to a reader: JSON on one line, then the query as it is
ANSWER = b"A"  # to the server: the answer begins; JSON with its kind
DATA = b"D"  # to the server: bytes of the answer
END = b"E"  # to the server: the answer is complete
FAULT = b"F"  # to the server: JSON with the name of the fault and its words


def frame(letter: bytes, body: bytes = b"") -> bytes:
    return HEADER.pack(letter, len(body)) + body
