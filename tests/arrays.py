#!/usr/bin/env python3
"""Writes files of arrays for tests, without NumPy: what np.savez would write, and what nobody should.

    arrays.py g.npz                         a network 3 - 4 tanh - 2 sigmoid and its right gradients
    arrays.py g.npz --times dW1=-1 --drop b2 --type f4 --order F --deflated ...
    arrays.py --hostile bomb g.npz          a file that has to be refused; --list names them
    arrays.py --seeds FOLDER                small npy and npz files for the fuzzer to start from

The numbers are the same in every run: they come from a generator of a few lines.
"""

import argparse
import io
import math
import pathlib
import struct
import sys
import zipfile

FORMATS = {"f2": "e", "f4": "f", "f8": "d", "i1": "b", "i2": "h", "i4": "i", "i8": "q",
           "u1": "B", "u2": "H", "u4": "I", "u8": "Q", "b1": "?"}


# Arrays: a list of rows, or a list of numbers, or a number


def shape_of(array):
    if not isinstance(array, list):
        return ()
    return (len(array),) + (shape_of(array[0]) if array else ())


def flatten(array):
    if not isinstance(array, list):
        return [array]
    return [number for row in array for number in flatten(row)]


def transposed(matrix):
    return [list(column) for column in zip(*matrix)]


def product(a, b):
    return [[sum(x * y for x, y in zip(row, column)) for column in zip(*b)] for row in a]


def npy(array, kind="f8", order="<", fortran=False, version=1):
    """The bytes of an .npy file."""
    shape = shape_of(array)
    numbers = flatten(transposed(array) if fortran and len(shape) == 2 else array)
    if FORMATS[kind] in "bhiqBHIQ":
        numbers = [int(number) for number in numbers]
    header = "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }" % (
        ("|" if kind[1] == "1" else order) + kind, fortran, shape)
    packed = struct.pack("%s%d%s" % (order, len(numbers), FORMATS[kind]), *numbers)
    return raw_npy(header, packed, version)


def raw_npy(header, data=b"", version=1):
    text = header.encode("utf-8")
    length = "<H" if version == 1 else "<I"
    start = 8 + struct.calcsize(length)
    text += b" " * (-(start + len(text) + 1) % 64) + b"\n"
    return b"\x93NUMPY" + bytes([version, 0]) + struct.pack(length, len(text)) + text + data


def npz(members, deflated=False):
    """The bytes of an .npz file of (name, bytes)."""
    stream = io.BytesIO()
    method = zipfile.ZIP_DEFLATED if deflated else zipfile.ZIP_STORED
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, method)
    return stream.getvalue()


# The network


def drawn(rows, columns, seed):
    state, matrix = seed, []
    for _ in range(rows):
        matrix.append([])
        for _ in range(columns):
            state = (1103515245 * state + 12345) % 2**31
            matrix[-1].append(round(2 * state / 2**31 - 1, 3))
    return matrix


def two_layers():
    """X, Y, parameters and gradients of 3 - 4 tanh - 2 sigmoid, cross-entropy, 5 samples."""
    m = 5
    X, W1, b1 = drawn(3, m, 1), drawn(4, 3, 2), drawn(4, 1, 3)
    W2, b2 = drawn(2, 4, 4), drawn(2, 1, 5)
    Y = [[1, 0, 0, 1, 1], [0, 1, 0, 1, 0]]
    A1 = [[math.tanh(z + b[0]) for z in row] for row, b in zip(product(W1, X), b1)]
    A2 = [[1 / (1 + math.exp(-z - b[0])) for z in row] for row, b in zip(product(W2, A1), b2)]
    dZ2 = [[a - y for a, y in zip(*rows)] for rows in zip(A2, Y)]
    dA1 = product(transposed(W2), dZ2)
    dZ1 = [[d * (1 - a * a) for d, a in zip(*rows)] for rows in zip(dA1, A1)]
    arrays = {"X": X, "Y": Y, "W1": W1, "b1": b1, "W2": W2, "b2": b2}
    for name, dZ, A in (("1", dZ1, X), ("2", dZ2, A1)):
        arrays["dW" + name] = [[d / m for d in row] for row in product(dZ, transposed(A))]
        arrays["db" + name] = [[sum(row) / m] for row in dZ]
    arrays["dZ1"], arrays["dZ2"] = dZ1, dZ2
    return arrays


# Files that must be refused


def damaged(content, search, change):
    place = content.index(search)
    return content[:place] + change + content[place + len(change):]


def bomb():
    """Claims four times as much as deflate could make of its bytes."""
    content = npz(members(X=npy([[0.0] * 100] * 100)), deflated=True)
    entry = content.index(b"PK\1\2")
    content = content[:entry + 24] + struct.pack("<I", 2**31) + content[entry + 28:]
    return content


def bomb_inside():
    """Honest about its size, which no memory limit of 64 MB allows for."""
    header = raw_npy("{'descr': '<f8', 'fortran_order': False, 'shape': (10000000,), }")
    return npz([("X.npy", header + bytes(80000000))] + members(skip="X"), deflated=True)


def many_members():
    """An end record that promises 65534 members, and none is there."""
    return b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 65534, 65534, 0, 0, 0)


def many_members_zip64():
    record = struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, 2**40, 2**40, 46 * 2**40, 0)
    locator = struct.pack("<IIQI", 0x07064B50, 0, 0, 1)
    end = b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 65535, 65535, 2**32 - 1, 2**32 - 1, 0)
    return record + locator + end


def overlapping():
    """Each member of the directory is the same deflated bytes."""
    content = npz(members(X=npy([[0.25] * 50] * 50)), deflated=False)
    begin, end = content.index(b"PK\1\2"), content.index(b"PK\5\6")
    entry = content.index(b"X.npy", begin) - 46
    large = content[entry:entry + 46 + len(b"X.npy")]
    copies = b"".join(large[:46] + b"%c.npy" % (97 + k) for k in range(8))
    count = struct.unpack_from("<H", content, end + 10)[0] + 8
    record = b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, count, count, end - begin + len(copies), begin, 0)
    return content[:end] + copies + record


def encrypted():
    content = npz(members())
    for sign, place in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = content.index(sign)
        content = content[:at + place] + b"\1" + content[at + place + 1:]
    return content


def wrong_checksum():
    content = npz(members())
    data = content.index(b"}", content.index(b"X.npy"))
    place = content.index(b"\n", data) + 3
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1:]


def members(skip="", **changed):
    arrays = two_layers()
    return [(name + ".npy", changed.get(name) or npy(array))
            for name, array in arrays.items() if name != skip]


def with_x(content):
    return npz(members(X=content))


def header(descr="'<f8'", order="False", shape="(3, 5)", data=120):
    return raw_npy("{'descr': %s, 'fortran_order': %s, 'shape': %s, }" % (descr, order, shape),
                   bytes(data))


HOSTILE = {
    "empty": lambda: b"",
    "text": lambda: b"X = [[1, 2], [3, 4]]\n",
    "pickle": lambda: b"\x80\x04\x95\x0b\0\0\0\0\0\0\0}\x94.",
    "hdf5": lambda: b"\x89HDF\r\n\x1a\n" + bytes(64),
    "lone-npy": lambda: npy([[1.0, 2.0]]),
    "truncated": lambda: npz(members())[:700],
    "no-arrays": lambda: npz([("archive/data.pkl", b"\x80\x02.")]),
    "twins": lambda: npz(members() + [("W1.npy", npy([[1.0]]))]),
    "path": lambda: npz(members() + [("../../etc/W9.npy", npy([[1.0]]))]),
    "absolute-path": lambda: npz(members() + [("/etc/W9.npy", npy([[1.0]]))]),
    "control": lambda: npz(members() + [("W9\x1b[31m.npy", npy([[1.0]]))]),
    "bomb": bomb,
    "bomb-inside": bomb_inside,
    "many-members": many_members,
    "many-members-zip64": many_members_zip64,
    "overlapping": overlapping,
    "encrypted": encrypted,
    "wrong-checksum": wrong_checksum,
    "not-npy": lambda: with_x(b"hello"),
    "version": lambda: with_x(b"\x93NUMPY\x09\0\x10\0" + b"{} " * 9),
    "header-too-long": lambda: with_x(b"\x93NUMPY\1\0\xff\xff{}"),
    "header-is-code": lambda: with_x(raw_npy("__import__('os').system('true')")),
    "header-unfinished": lambda: with_x(raw_npy("{'descr': '<f8', 'fortran_order': ")),
    "header-key": lambda: with_x(raw_npy("{'descr': '<f8', 'shape': (1,), 'x': 1}", bytes(8))),
    "header-twice": lambda: with_x(raw_npy("{'descr': '<f8', 'descr': '<f8'}")),
    "objects": lambda: with_x(header("'|O'")),
    "records": lambda: with_x(header("[('a', '<f8'), ('b', '<i4')]")),
    "complex": lambda: with_x(header("'<c16'", data=240)),
    "unicode": lambda: with_x(header("'<U5'")),
    "dates": lambda: with_x(header("'<M8[ns]'")),
    "longdouble": lambda: with_x(header("'<f16'", data=240)),
    "bfloat16": lambda: with_x(header("'<V2'", data=30)),
    "three-dimensions": lambda: with_x(header(shape="(1, 3, 5)")),
    "overflow": lambda: with_x(header(shape="(4294967296, 4294967296)")),
    "huge-size": lambda: with_x(header(shape="(99999999999999999999999, 1)")),
    "negative-size": lambda: with_x(header(shape="(-3, 5)")),
    "short": lambda: with_x(header(data=112)),
    "long": lambda: with_x(header(data=121)),
    "large-integer": lambda: with_x(npy([[2**53 + 1] * 5] * 3, "i8")),
    "nan": lambda: npz(members(dW2=npy([[0.0, 0.0, math.nan, 0.0], [math.inf] * 4]))),
    "nan-at-point": lambda: with_x(npy([[math.nan] * 5] * 3)),
}


# The command line


def seeds(folder):
    folder = pathlib.Path(folder)
    arrays = {"f8": npy([[1.5, -2.0], [0.25, 1e300]]), "fortran": npy([[1, 2, 3]], fortran=True),
              "big": npy([1.5, 2.5], order=">"), "scalar": npy(2.0), "empty": npy([]),
              "version-2": npy([1.0], version=2), "version-3": npy([1.0], version=3)}
    arrays.update({kind: npy([[0, 1], [1, 0]], kind) for kind in FORMATS if kind != "f8"})
    for name in ("version", "header-too-long", "header-is-code", "header-unfinished", "header-key",
                 "header-twice", "objects", "records", "complex", "three-dimensions", "overflow",
                 "huge-size", "negative-size", "short", "long", "large-integer"):
        with zipfile.ZipFile(io.BytesIO(HOSTILE[name]())) as archive:
            arrays[name] = archive.read("X.npy")
    small = [("W1.npy", npy([[0.5, 0.25]])), ("b1.npy", npy([1], "i1"))]
    archives = {"stored": npz(small), "deflated": npz(small, True), "none": npz([])}
    for name in ("bomb", "many-members", "many-members-zip64", "no-arrays", "lone-npy", "pickle"):
        archives[name] = HOSTILE[name]()
    archives["twins"] = npz(small + small[:1])
    archives["path"] = npz(small + [("../x.npy", small[0][1])])
    archives["truncated"] = npz(small)[:-30]
    archives["wrong-checksum"] = damaged(npz(small), struct.pack("<d", 0.25), b"\1")
    for kind, files in (("npy", arrays), ("npz", archives)):
        (folder / kind).mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / kind / name).write_bytes(content)


def pairs(words):
    return [word.split("=", 1) for word in words or []]


def change(arrays, arguments):
    if arguments.rows:
        for name in arrays:
            if name not in ("b1", "b2", "db1", "db2") and not (
                    arguments.out_in and name.lstrip("d")[0] == "W"):
                arrays[name] = transposed(arrays[name])
    for name, factor in pairs(arguments.times):
        arrays[name] = [[float(factor) * number for number in row] for row in arrays[name]]
    for name in arguments.transpose or []:
        arrays[name] = transposed(arrays[name])
    for name in arguments.flat or []:
        arrays[name] = flatten(arrays[name])
    for name in arguments.empty or []:
        arrays[name] = [[] for _ in arrays[name]]
    for name in arguments.drop or []:
        del arrays[name]
    for old, new in pairs(arguments.rename):
        arrays = {new if name == old else name: array for name, array in arrays.items()}
    return arrays


def main():
    parser = argparse.ArgumentParser(description="Writes files of arrays for tests.")
    parser.add_argument("file", nargs="?", help="FILE.npz, or a folder for .npy files")
    parser.add_argument("--hostile", choices=sorted(HOSTILE))
    parser.add_argument("--list", action="store_true", help="list what --hostile knows")
    parser.add_argument("--seeds", metavar="FOLDER")
    parser.add_argument("--times", action="append", metavar="NAME=FACTOR")
    parser.add_argument("--transpose", action="append", metavar="NAME")
    parser.add_argument("--flat", action="append", metavar="NAME", help="in one dimension")
    parser.add_argument("--empty", action="append", metavar="NAME", help="rows of nothing")
    parser.add_argument("--drop", action="append", metavar="NAME")
    parser.add_argument("--rename", action="append", metavar="OLD=NEW")
    parser.add_argument("--rows", action="store_true", help="samples and inputs first")
    parser.add_argument("--out-in", action="store_true", help="with --rows: weights as they are")
    parser.add_argument("--deltas", action="store_true", help="with dZ1 and dZ2")
    parser.add_argument("--type", default="f8", choices=sorted(FORMATS))
    parser.add_argument("--endian", default="<", choices="<>")
    parser.add_argument("--fortran", action="store_true")
    parser.add_argument("--version", type=int, default=1)
    parser.add_argument("--deflated", action="store_true")
    arguments = parser.parse_args()
    if arguments.list:
        print("\n".join(sorted(HOSTILE)))
    elif arguments.seeds:
        seeds(arguments.seeds)
    elif arguments.hostile:
        pathlib.Path(arguments.file).write_bytes(HOSTILE[arguments.hostile]())
    else:
        arrays = two_layers()
        if not arguments.deltas:
            del arrays["dZ1"], arrays["dZ2"]
        content = [(name + ".npy", npy(array, arguments.type, arguments.endian, arguments.fortran,
                                       arguments.version))
                   for name, array in change(arrays, arguments).items()]
        path = pathlib.Path(arguments.file)
        if path.suffix == ".npz":
            path.write_bytes(npz(content, arguments.deflated))
        else:
            path.mkdir()
            for name, array in content:
                (path / name).write_bytes(array)
    return 0


if __name__ == "__main__":
    sys.exit(main())
