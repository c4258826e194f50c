"""Small stand-ins for the CUDA libraries that torch is linked to, for a bundle that computes on the CPU.

torch's wheels for Linux are linked to libtorch_cuda and NVIDIA's libraries, several gigabytes that a computer
without such a card loads and never calls. Left out, torch cannot be imported. So each of them is replaced by
a library of the same name that defines just the symbols that the kept libraries ask for: C functions return
100 ("no device", which torch believes), C++ functions end the process with their name, classes have a name and
nothing else. ``lean_torch`` puts a torch together with them and tries it; where it does not work, it says so.

Needs a C compiler and binutils, on the machine that builds the bundle alone.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

KEPT = ("libtorch_python.so", "libtorch_cpu.so", "libtorch.so", "libc10_cuda.so", "libshm.so", "libc10.so")
TEXTUAL = ("String", "Name")  # C functions that return a text
CLASS = "&_ZTVN10__cxxabiv117__class_type_infoE[2]"  # what every class without bases begins with
SYSTEM = ("GLIBC", "CXXABI", "GCC")  # nodes of the C library and of the C++ runtime
PLACES = ("_ZN4c10d15get_gil_checkerEv",)  # called while torch is loaded, for a place to write to


@dataclass(frozen=True, order=True)
class Symbol:
    """What one library wants of another. ``version`` is the node it was linked with, or empty."""

    name: str
    version: str = ""

    @property
    def is_class(self) -> bool:
        return self.name.startswith("_ZTI")

    @property
    def is_table(self) -> bool:
        return self.name.startswith("_ZTV")


def make(torch_lib: Path, into: Path) -> list[Path]:
    """Write the stand-ins for the torch in ``torch_lib`` and return their paths; none for a torch without CUDA."""
    if not (torch_lib / "libtorch_cuda.so").is_file():
        return []
    into.mkdir(parents=True, exist_ok=True)
    kept = [torch_lib / name for name in KEPT]
    kept += sorted((torch_lib.parent.parent / "torchvision").glob("_C*.so"))
    wanted = {symbol for library in kept for symbol in _symbols(library, "--undefined-only")}
    made = []
    for library in _linked(kept):
        real = _left_out(torch_lib, library)
        if not real:
            continue
        provided = {symbol.name for path in real for symbol in _symbols(path, "--defined-only")}
        made.append(_compile(library, asked_of(provided, wanted), into))
    return made


def asked_of(provided: set[str], wanted: set[Symbol]) -> list[Symbol]:
    """What is wanted of a library that provides these names, without what it only has inside by chance: some of
    NVIDIA's libraries carry a C++ runtime along and show it, but that of the system is meant."""
    of_the_system = {symbol.name for symbol in wanted if symbol.version.startswith(SYSTEM)}
    return sorted(symbol for symbol in wanted if symbol.name in provided - of_the_system)


def source(symbols: list[Symbol]) -> str:
    """The stand-in as C."""
    lines = [
        "#include <stdio.h>",
        "#include <stdlib.h>",
        "extern void *_ZTVN10__cxxabiv117__class_type_infoE[];",
        "static void *nothing(void) { return 0; }",
        "static void fill(void **places, int n) { while (n--) places[n] = (void *)nothing; }",
        'static void stop(const char *name) { fprintf(stderr, "not in this build: %s\\n", name); abort(); }',
    ]
    for symbol in symbols:
        name = symbol.name
        if symbol.is_class:
            lines.append(f'__attribute__((weak)) void *{name}[4] = {{{CLASS}, (void *)"{name[4:]}"}};')
        elif symbol.is_table:
            lines.append(f"__attribute__((weak)) void *{name}[64];")
        elif name in PLACES:
            lines.append(f"void *{name}(void) {{ static void *place[16]; return place; }}")
        elif made := re.fullmatch(r"_Z(N.+)C[12]E.*", name):
            lines.append(f'void {name}(void **self) {{ static void *class[4] = {{{CLASS}, "{made[1]}E"}};')
            lines.append("    static void *table[64]; table[1] = class; fill(table + 2, 62); *self = table + 2; }")
        elif name.startswith("_Z"):
            lines.append(f'void {name}(void) {{ stop("{name}"); }}')
        elif name.endswith(TEXTUAL):
            lines.append(f'const char *{name}(void) {{ return "not in this build"; }}')
        else:
            lines.append(f"int {name}(void) {{ return 100; }}")
    return "\n".join(lines) + "\n"


def versions(symbols: list[Symbol]) -> str:
    """The linker's script for symbols that are asked for by version; empty when none is."""
    nodes: dict[str, list[str]] = {}
    for symbol in symbols:
        if symbol.version:
            nodes.setdefault(symbol.version, []).append(symbol.name)
    return "".join(f"{node} {{ global: {'; '.join(names)}; }};\n" for node, names in nodes.items())


def _compile(library: str, symbols: list[Symbol], into: Path) -> Path:
    code, script, made = into / f"{library}.c", into / f"{library}.map", into / library
    code.write_text(source(symbols), encoding="utf-8")
    command = ["cc", "-shared", "-fPIC", "-O1", "-s", f"-Wl,-soname,{library}", "-o", str(made), str(code)]
    if nodes := versions(symbols):
        script.write_text(nodes, encoding="utf-8")
        command.append(f"-Wl,--version-script={script}")
    subprocess.run([*command, "-lstdc++"], check=True)
    return made


def _symbols(library: Path, which: str) -> set[Symbol]:
    listed = _run("nm", "-D", which, str(library))
    found = set()
    for line in listed.splitlines():
        name, _, version = line.split()[-1].partition("@")
        found.add(Symbol(name, version.lstrip("@")))
    return found


def _linked(libraries: list[Path]) -> list[str]:
    names = set()
    for library in libraries:
        for line in _run("readelf", "-d", str(library)).splitlines():
            if "(NEEDED)" in line:
                names.add(line.split("[")[1].rstrip("]"))
    return sorted(names)


def _left_out(torch_lib: Path, library: str) -> list[Path]:
    """Where the symbols of a library for CUDA really are; nothing for one that stays or is the system's."""
    if library == "libtorch_cuda.so":
        return [path for path in (torch_lib / library, torch_lib / "libtorch_nvshmem.so") if path.is_file()]
    packages = torch_lib.parent.parent / "nvidia"
    return next(([found] for found in packages.rglob(library)), [])


def _run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
