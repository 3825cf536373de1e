#!/usr/bin/env python3
"""Compiles the core to WebAssembly with the libraries that it stands on, and makes page.html of it.

    build.py CACHE PAGE

Debian has the libraries for its own processors only, so their sources are compiled here: GMP and MPFR
by their own build, of all others just the files that are needed.  Which those are is found by
following undefined symbols from page.c on: an index says which file seems to define a symbol, the
file is compiled, and what it leaves undefined is looked up in turn.  The sources of this project
are taken in the same way and as they are.  What a browser does not have is stood in for by the
headers of include/ and by stand_in.c and long_double.c, and by nothing else.

The exit status is 69 where the sources cannot be fetched, and 1 where something does not build.

Everything but the page lies in CACHE: the sources of the libraries as their authors and Debian publish them, without Debian's
patches; what GMP and MPFR built; objects, named after what went into them.
"""

import base64
import concurrent.futures
import gzip
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

WEB = pathlib.Path(__file__).resolve().parent
ROOT = WEB.parent
INCLUDE = WEB / "include"
JOBS = min(2, os.cpu_count() or 1)
PACKAGES = ("gmp", "mpfr4", "flint", "flint-arb", "gsl", "utf8proc", "libxml2", "jansson")
TARGET = ["--target=wasm32-wasi", "-O2", "-g0", "-ffunction-sections", "-fdata-sections",
          "-D_WASI_EMULATED_SIGNAL", "-D_WASI_EMULATED_GETPID", "-D_WASI_EMULATED_PROCESS_CLOCKS"]
# A call without a prototype only warns when linked, and traps much later.
STRICT = ["-Werror=implicit-function-declaration", "-Werror=incompatible-pointer-types"]
STACK = int(re.search(r"WEB_STACK_BYTES (\d+)", (INCLUDE / "pthread.h").read_text()).group(1))
LARGEST = 1 << 30
UNAVAILABLE = 69  # as in sysexits.h
LIBC = pathlib.Path("/usr/lib/wasm32-wasi/libc.a")

# Sources that make names by macros cannot be searched for symbols; these are all that serve, and its BLAS.
GSL_FILES = """
blas/blas.c block/init.c bst/avl.c bst/bst.c bst/rb.c bst/trav.c err/error.c err/strerror.c err/stream.c linalg/cholesky.c
matrix/copy.c matrix/getset.c matrix/init.c matrix/matrix.c matrix/oper.c matrix/rowcol.c matrix/submatrix.c matrix/swap.c
matrix/view.c randist/gauss.c randist/gausszig.c rng/default.c rng/inline.c rng/mt.c rng/ranlxd.c rng/rng.c rng/taus.c rng/types.c
sort/sort.c sort/sortind.c sort/sortvec.c statistics/select.c spblas/spdgemv.c spmatrix/getset.c spmatrix/init.c spmatrix/util.c sys/fdiv.c
sys/infnan.c vector/copy.c vector/init.c vector/oper.c vector/prop.c vector/subvector.c vector/vector.c vector/view.c
"""


def say(text):
    print("page: " + text, file=sys.stderr, flush=True)


def fail(text, status=1):
    say(text)
    sys.exit(status)


def run(command, cwd=None, log=None, env=None, status=1):
    """Runs a command, whose words are kept and shown only where it fails; then this ends with the status."""
    done = subprocess.run(command, cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if log:
        log.write_bytes(done.stdout)
    if done.returncode != 0:
        sys.stderr.write(done.stdout.decode(errors="replace")[-4000:])
        fail("this failed: " + " ".join(str(word) for word in command)[:300], status)
    return done.stdout.decode(errors="replace")


# ---- the sources of the libraries ----

def apt_of(place):
    """apt-get with a list and an index of its own, so that nothing of the machine's own configuration changes."""
    for folder in ("lists/partial", "archives/partial"):
        (place / folder).mkdir(parents=True, exist_ok=True)
    entry = place / "bookworm.list"
    entry.write_text("deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] "
                     "http://deb.debian.org/debian bookworm main\n")
    options = {"Dir::Etc::SourceList": entry, "Dir::Etc::SourceParts": "/dev/null", "Dir::State::Lists": place / "lists",
               "Dir::Cache": place, "APT::Sandbox::User": "root"}
    return ["apt-get", "-qq"] + [word for name, value in options.items() for word in ("-o", "%s=%s" % (name, value))]


def fetch(cache):
    """The sources of Debian 12, whose signatures apt checks, unpacked: a folder for each package."""
    place = cache / "sources"
    place.mkdir(parents=True, exist_ok=True)
    missing = [package for package in PACKAGES if not (place / package / "unpacked").exists()]
    if missing:
        say("fetching the sources of %s" % ", ".join(missing))
        apt = apt_of(place)
        run(apt + ["update"], status=UNAVAILABLE)
        if not any((place / "lists").glob("*Sources*")):  # update ends well without a network, too
            fail("the sources of Debian 12 cannot be fetched: is there a network, and does it lead to deb.debian.org?", UNAVAILABLE)
    for package in missing:
        folder = place / package
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "tree").mkdir(parents=True)
        run(apt + ["source", "--download-only", package], cwd=folder, status=UNAVAILABLE)
        archive = next(folder.glob("*.orig.tar.*"))
        run(["tar", "-C", str(folder / "tree"), "--strip-components=1", "-xf", str(archive)])
        (folder / "unpacked").touch()
    return {package: place / package / "tree" for package in PACKAGES}


# ---- GMP and MPFR, by their own build ----

def configured(cache, name, source, options, library):
    """Builds a library with its configure and make, and returns the folder of the build."""
    folder = cache / "built" / name
    if (folder / "done").exists():
        return folder
    say("building %s" % name)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    # GMP calls kill, which no header here declares and stand_in.c has; compilers from Clang 16 on refuse that.
    flags = TARGET[1:] + ["-include", str(INCLUDE / "limbs.h"), "-Wno-error=implicit-function-declaration"]
    env = dict(os.environ, CC="clang " + TARGET[0], CC_FOR_BUILD="cc", AR="llvm-ar", RANLIB="llvm-ranlib", NM="llvm-nm",
               CFLAGS=" ".join(flags))
    run([str(source / "configure"), "--build=x86_64-linux-gnu", "--host=none-unknown-none", "--disable-shared"] + options,
        cwd=folder, log=folder / "configure.log", env=env)
    run(["make", "-j%d" % JOBS] + library, cwd=folder, log=folder / "make.log")
    (folder / "done").write_text("")
    return folder


def build_gmp(cache, source):
    (source / "doc").mkdir(exist_ok=True)  # Debian left the manual out, configure wants it
    (source / "doc" / "Makefile.in").write_text("all:\n")
    return configured(cache, "gmp", source, ["--disable-assembly", "ABI=standard"], ["all"])


def build_mpfr(cache, source, gmp):
    return configured(cache, "mpfr", source,
                      ["--with-gmp-include=%s" % gmp, "--with-gmp-lib=%s" % (gmp / ".libs"), "--disable-thread-safe",
                       "--disable-decimal-float", "--disable-float128"], ["-C", "src", "libmpfr.la"])


# ---- headers that a configure would have made ----

def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def link(path, target):
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.is_symlink():
        path.symlink_to(target)


def prepare_flint(flint):
    write(flint / "flint-config.h", "".join("#define %s 0\n" % name for name in (
        "FLINT_USES_TLS", "FLINT_REENTRANT", "FLINT_WANT_ASSERT", "FLINT_USES_CPUSET", "FLINT_USES_PTHREAD",
        "FLINT_USES_BLAS", "FLINT_USES_FENV", "FLINT_USES_GC")) + "#define FLINT_DLL\n#define POPCNT_INTRINSICS\n")
    write(flint / "fft_tuning.h", (flint / "fft_tuning32.in").read_text())
    write(flint / "fmpz-conversions.h", (flint / "fmpz-conversions-single.in").read_text())
    write(flint / "fmpz" / "fmpz.c", (flint / "fmpz" / "link" / "fmpz_single.c").read_text())


def prepare_xml(tree):
    wanted = ("OUTPUT", "TREE", "WRITER", "PUSH", "SAX1")
    def value(match):
        name = match.group(1)
        return "1" if name.startswith("WITH_") and name[5:] in wanted else \
            {"VERSION": "2.9.14", "LIBXML_VERSION_NUMBER": "20914"}.get(name, "0" if name.startswith("WITH_") else "")
    text = (tree / "include" / "libxml" / "xmlversion.h.in").read_text()
    write(tree / "include" / "libxml" / "xmlversion.h", re.sub(r"@(\w+)@", value, text))
    write(tree / "config.h", "".join("#define HAVE_%s 1\n" % name for name in (
        "CTYPE_H", "ERRNO_H", "FCNTL_H", "FLOAT_H", "INTTYPES_H", "LIMITS_H", "MATH_H", "SNPRINTF", "STDARG_H",
        "STDINT_H", "STDLIB_H", "STRING_H", "STRINGS_H", "SYS_STAT_H", "SYS_TYPES_H", "TIME_H", "UNISTD_H",
        "VA_COPY", "VFPRINTF", "VSNPRINTF", "STAT")))


def prepare_jansson(tree):
    values = {"json_inline": "inline", "json_have_long_long": "1"}
    text = (tree / "src" / "jansson_config.h.in").read_text()
    write(tree / "src" / "jansson_config.h", re.sub(r"@(\w+)@", lambda m: values.get(m.group(1), "0"), text))
    write(tree / "src" / "jansson_private_config.h", "#define HAVE_STDINT_H 1\n")


def prepare_gsl(tree):
    write(tree / "config.h", "".join("#define HAVE_%s 1\n" % name for name in (
        "DECL_ACOSH", "DECL_ASINH", "DECL_ATANH", "DECL_EXPM1", "DECL_FINITE", "DECL_FREXP", "DECL_HYPOT", "DECL_ISFINITE",
        "DECL_ISINF", "DECL_ISNAN", "DECL_LDEXP", "DECL_LOG1P", "IEEE_COMPARISONS", "IEEE_DENORMALS", "MEMCPY", "MEMMOVE",
        "STRDUP", "STRTOL", "STRTOUL", "VPRINTF", "EXIT_SUCCESS_AND_FAILURE"))
          + "#define GSL_COERCE_DBL(x) (x)\n#define RETURN_IF_NULL(x) if (!x) { return; }\n"
          "#define HAVE_INLINE 1\n#define HAVE_C99_INLINE 1\n")
    for header in sorted(tree.glob("*/gsl_*.h")) + sorted(tree.glob("gsl_*.h")):
        link(tree / "gsl" / header.name, header)


# ---- compiling what is needed ----

class Group:
    """Sources that are compiled with the same flags."""

    def __init__(self, name, files, flags):
        self.name, self.files, self.flags = name, files, flags


class Builder:
    """Compiles files, each once, and knows what they leave undefined."""

    def __init__(self, cache, groups):
        self.objects = cache / "objects"
        self.objects.mkdir(parents=True, exist_ok=True)
        self.compiled, self.stamps = {}, {}
        self.where = {}
        for group in groups:
            for path in group.files:
                for symbol in defined_in(path):
                    self.where.setdefault(symbol, []).append((path, group))
        for symbol, found in self.where.items():
            found.sort(key=lambda one: -fit(symbol, one[0]))

    def object_of(self, path, group):
        """Named after what goes in: the text, the headers of this project, the flags."""
        stamp = self.stamps.get(group.name)
        if stamp is None:
            whole = hashlib.sha256(" ".join(TARGET + STRICT + group.flags).encode())
            for header in sorted(INCLUDE.glob("*.h")) + (sorted(ROOT.glob("src/**/*.h")) if group.name == "backproof" else []):
                whole.update(header.read_bytes())
            stamp = self.stamps[group.name] = whole.digest()
        return self.objects / (hashlib.sha256(stamp + str(path).encode() + path.read_bytes()).hexdigest()[:32] + ".o")

    def compile(self, item):
        path, group = item
        output = self.object_of(path, group)
        if not output.exists():
            partial = output.with_suffix(".partial%d" % os.getpid())
            run(["clang"] + TARGET + STRICT + ["-c", str(path), "-o", str(partial)] + group.flags)
            partial.rename(output)
        return path, output

    def close(self, first, given):
        """Compiles the files of `first` and all that they need but for the symbols that are given."""
        seen, wanted = set(given), list(first)
        with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
            while wanted:
                new = {path: output for path, output in pool.map(self.compile, wanted)}
                self.compiled.update(new)
                say("%d files" % len(self.compiled))
                wanted = []
                for symbol in undefined(new.values()) - seen:
                    seen.add(symbol)
                    for path, group in self.where.get(symbol, [])[:1]:
                        if path not in self.compiled and path not in (one for one, _ in wanted):
                            wanted.append((path, group))
        return list(self.compiled.values())


DEFINITION = re.compile(r"^\w*CACHED_CONSTANT\((\w+),|"
                        r"^(?!static\b|typedef\b|#|extern\b)[A-Za-z_][\w \t*]*?\b(\w+)[ \t]*\(|"
                        r"^(?!static\b|typedef\b|extern\b)[A-Za-z_][\w \t*]*?\b(\w+)(?:\[[^\]]*\])*\s*=|^(\w+)\s*\(|"
                        r"^(?!static\b|typedef\b|extern\b|return\b|struct\b)[A-Za-z_][\w \t*]*?\b(\w+)(?:\[[^\]]*\])*;", re.M)


def defined_in(path):
    """The symbols that a file seems to define; too many do no harm."""
    text = path.read_text(errors="replace")
    return {name for match in DEFINITION.finditer(text) for name in match.groups() if name}


def fit(symbol, path):
    """How well a file's name says that a symbol is in it: fmpz_poly_add in fmpz_poly/add.c."""
    name = path.parent.name + "_" + path.stem
    return (symbol.lstrip("_") == name) * 100 + len(os.path.commonprefix([symbol.lstrip("_"), name]))


def undefined(objects):
    text = run(["llvm-nm", "--undefined-only", "-j"] + [str(one) for one in objects])
    return {line.strip() for line in text.splitlines() if line.strip() and not line.endswith(":")}


def defined_by(libraries):
    text = run(["llvm-nm", "--defined-only", "--extern-only", "-j", "--no-weak"] + [str(one) for one in libraries])
    return {line.strip() for line in text.splitlines()}


def own_files():
    """What the page is made of in this project: the library, but for callbacks in GSL's types and what is for one processor."""
    rooms = [path for path in sorted((ROOT / "src").iterdir()) if path.is_dir() and path.name not in ("cli", "data")]
    left_out = {"gsl.c", "mpi.c", "vector_avx2.c", "vector_avx512.c", "avx2.c", "avx512.c"}
    return [path for room in rooms for path in files_in(room, left_out)] + sorted(WEB.glob("*.c"))


def files_in(tree, skip=frozenset()):
    return [path for path in sorted(tree.rglob("*.c")) if not set(path.relative_to(tree).parts) & skip]


def groups_of(trees, gmp):
    """A group for each library and one for this project, the latter with all headers."""
    flint, arb, xml, gsl, jansson, utf8proc = (trees[name] for name in ("flint", "flint-arb", "libxml2", "gsl", "jansson", "utf8proc"))
    link(flint / "as_flint" / "flint", flint)  # <flint/fmpz.h>
    include = lambda *folders: [word for folder in folders for word in ("-I", str(folder))]
    stand_ins = ["-isystem", str(INCLUDE)]
    numbers = stand_ins + include(gmp, trees["mpfr4"] / "src", flint, flint / "as_flint")
    products = ["-include", str(INCLUDE / "flint_products.h"), "-w"]
    not_the_library = {"test", "tune", "profile", "examples", "interfaces", "doc", "link", "as_flint", "build", "aprcl"}
    version = re.search(r"version: '([^']+)'", (ROOT / "meson.build").read_text()).group(1)
    own = ["-std=gnu17", "-DHAVE_INLINE", "-DGSL_RANGE_CHECK_OFF", "-DUTF8PROC_STATIC", '-DBP_VERSION="%s"' % version]
    own += include(ROOT / "src", ROOT / "src" / "api") + numbers + include(arb, gsl, jansson / "src", utf8proc)
    own += ["-isystem", str(xml / "include")]
    gsl_files = [gsl / name for name in GSL_FILES.split()] + [path for path in files_in(gsl / "cblas") if not path.stem.startswith("test")]
    xml_files = [path for path in sorted(xml.glob("*.c")) if not re.match("test|run|xmllint|xmlcatalog|trio", path.stem)]
    groups = (
        Group("flint", files_in(flint, not_the_library), numbers + products),
        Group("arb", files_in(arb, not_the_library), include(arb) + numbers + products),
        Group("gsl", gsl_files, include(gsl) + ["-w"]),
        Group("xml", xml_files, include(xml, xml / "include") + ["-w"]),
        Group("jansson", files_in(jansson / "src"), ["-DHAVE_CONFIG_H", "-w"] + include(jansson / "src")),
        Group("utf8proc", [utf8proc / "utf8proc.c"], ["-DUTF8PROC_STATIC", "-w"]),
        Group("backproof", own_files(), own),
    )
    return {group.name: group for group in groups}


def link_core(core, objects, archives):
    """The linker has the stack begin where memory does, so that running out of it is a trap and not somebody else's data."""
    limits = "--stack-first,-z,stack-size=%d,--max-memory=%d" % (STACK, LARGEST)
    run(["clang", TARGET[0], "-O2", "-mexec-model=reactor", "-o", str(core)] + [str(one) for one in objects + archives]
        + ["-lc-printscan-long-double", "-lwasi-emulated-process-clocks", "-lwasi-emulated-signal", "-lwasi-emulated-getpid",
           "-Wl,--gc-sections,--strip-all,--error-limit=0," + limits])


def compile_core(cache):
    """The path of core.wasm."""
    trees = fetch(cache)
    gmp = build_gmp(cache, trees["gmp"])
    mpfr = build_mpfr(cache, trees["mpfr4"], gmp)
    prepare_flint(trees["flint"])
    prepare_xml(trees["libxml2"])
    prepare_jansson(trees["jansson"])
    prepare_gsl(trees["gsl"])
    groups = groups_of(trees, gmp)
    archives = [gmp / ".libs" / "libgmp.a", mpfr / "src" / ".libs" / "libmpfr.a"]
    first = [(path, groups[name]) for name in ("backproof", "gsl") for path in groups[name].files]
    objects = Builder(cache, groups.values()).close(first, defined_by(archives + [LIBC]))
    core = cache / "core.wasm"
    link_core(core, objects, archives)
    return core


# ---- the page ----

FIRST = (("Lecture notes: two of four lines are wrong", "examples/notes.deriv"),
         ("Seven lines, three of them wrong", "examples/first.deriv"),
         ("A note in Markdown with LaTeX", "examples/lecture.md"))
NETWORKS = ("3 - 4 tanh - 1 sigmoid", "4 - 5 relu - 3 softmax, 6 samples")


def examples():
    """Title, text and kind of each; what uses other files cannot be one, because a page has none."""
    found = [(title, ROOT / name) for title, name in FIRST]
    for path in sorted((ROOT / "derivations").glob("*.deriv")):
        title = re.search(r'^title "([^"]*)"', path.read_text(), re.M)
        found.append((title.group(1) if title else path.stem, path))
    texts = [(title, path.read_text(), "text.md" if path.suffix == ".md" else "text.deriv") for title, path in found]
    texts = [one for one in texts if not re.search(r"^\s*use\b", one[1], re.M)]
    texts += [("A network: " + text, text + "\n", "network") for text in NETWORKS]
    return [{"title": title, "text": text, "as": kind} for title, text, kind in texts]


def in_script(text):
    """Text that no reader of HTML takes for the end of a script."""
    return text.replace("</", "<\\/").replace("<!--", "<\\!--")


def digest():
    """Of the sources of this project that the page is made of; the page names it."""
    kinds = (".h", ".js", ".css", ".html", ".py")
    made_of = own_files() + [path for place in (ROOT / "src", WEB) for path in sorted(place.rglob("*.*")) if path.suffix in kinds]
    whole = hashlib.sha256()
    for path in made_of:
        whole.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return whole.hexdigest()


def assemble(core):
    """One file; only the script whose digest it names may run in it, and nothing may be asked for."""
    part = lambda name: (WEB / name).read_text()
    script = "\n" + part("page.js")
    packed = base64.b64encode(gzip.compress(core.read_bytes(), 9, mtime=0)).decode()
    values = {
        "SCRIPT_HASH": "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        "DIGEST": digest(),
        "STYLE": part("page.css"),
        "EXAMPLES": in_script(json.dumps(examples(), ensure_ascii=False)),
        "WORKER": part("worker.js"),
        "CORE": packed,
        "SCRIPT": script[1:],
    }
    return re.sub("@(%s)@" % "|".join(values), lambda match: values[match.group(1)], part("page.html"))


def main():
    if len(sys.argv) != 3:
        fail("it takes a folder for what is built and the name of the page")
    cache, page = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
    text = assemble(compile_core(cache))
    page.write_text(text, encoding="utf-8")
    say("%s: %.1f MB" % (page, len(text.encode()) / 1e6))


if __name__ == "__main__":
    main()
