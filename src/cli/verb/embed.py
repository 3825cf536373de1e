#!/usr/bin/env python3
"""Turns a file into a C array: embed.py INPUT OUTPUT.c HEADER NAME.

Numbers and not a string literal, because compilers only promise literals of 4095 characters.
"""
import sys


def main():
    source, target, header, name = sys.argv[1:]
    with open(source, "rb") as stream:
        data = stream.read()
    lines = [
        "    " + ", ".join(str(byte if byte < 128 else byte - 256) for byte in data[at:at + 20])
        for at in range(0, len(data), 20)
    ]
    with open(target, "w", encoding="ascii") as stream:
        stream.write(f'#include "{header}"\n\n')
        stream.write(f"const char {name}_text[] = {{\n" + ",\n".join(lines) + "};\n\n")
        stream.write(f"const size_t {name}_length = sizeof {name}_text;\n")


if __name__ == "__main__":
    main()
