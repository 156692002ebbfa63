#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""tdvf_mrtd.py IMAGE: the MRTD of a TD that begins with this firmware.

Intel TDX Module Base Architecture, "Build-Time Measurement Register": each page adds a
record of 128 bytes, and with MR.EXTEND each 256 bytes of it one more and themselves.
"""
import hashlib
import struct
import sys

METADATA = bytes.fromhex("35657ae44a989847865e4685a7bf8ec2")  # its GUID


def sections(image):
    at = image.rindex(METADATA)
    metadata = len(image) - struct.unpack_from("<I", image, at - 6)[0]
    signature, _, version, count = struct.unpack_from("<4sIII", image, metadata)
    assert signature == b"TDVF" and version == 1
    for i in range(count):
        yield struct.unpack_from("<IIQQII", image, metadata + 16 + 32 * i)


def record(name, gpa):
    return name.ljust(16, b"\0") + struct.pack("<Q", gpa).ljust(112, b"\0")


def mrtd(image):
    digest = hashlib.sha384()
    for offset, _, start, size, _, attributes in sections(image):
        for page in range(0, size, 4096):
            digest.update(record(b"MEM.PAGE.ADD", start + page))
            if not attributes & 1:
                continue
            for at in range(page, page + 4096, 256):
                digest.update(record(b"MR.EXTEND", start + at))
                digest.update(image[offset + at:offset + at + 256])
    return digest.hexdigest()


with open(sys.argv[1], "rb") as file:
    print(mrtd(file.read()))
