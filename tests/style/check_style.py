#!/usr/bin/env python3
"""What every file of the project has in common (CONTRIBUTING.md, "Style"): one line per finding, status 1 if any.

Written files only: data that stands for what others wrote (scenarios, records of connectors' tests) is left as it is.
"""
import concurrent.futures
import os
import re
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LINES_MAX = 300
README_LINES_MAX = 40
LONG_FILES = "tests/style/long_files.txt"
CODE = (".cpp", ".h")
TEXT = CODE + (".cmake", ".md", ".py", ".js", ".kql", ".kqlt", ".http", ".table", ".toml", ".xml", ".list", ".txt")
OTHERS_DATA = re.compile(r"^scenarios/.*/.*/|^connectors/[^/]+/tests/|/package-lock\.json$|^LICENSE$")
VAGUE_NAMES = {"util", "utils", "helper", "helpers", "common", "misc_utils"}
CLANG_FORMAT = "clang-format-14"


def project_files():
    listed = subprocess.run(["git", "-C", ROOT, "ls-files", "-co", "--exclude-standard"], capture_output=True, text=True)
    if listed.returncode == 0:
        return sorted(f for f in listed.stdout.splitlines() if os.path.isfile(os.path.join(ROOT, f)))
    found = []  # a copy without its history
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [f for f in folders if f not in ("build", ".git", "node_modules")]
        found += [os.path.relpath(os.path.join(folder, name), ROOT) for name in names]
    return sorted(found)


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


def check_text(path, text):
    for number, line in enumerate(text.split("\n"), 1):
        if "\t" in line:
            yield f"{path}:{number}: a tab"
        if line != line.rstrip():
            yield f"{path}:{number}: blanks at the end of the line"
    if text and not text.endswith("\n"):
        yield f"{path}: no end of line at the end"
    if text.endswith("\n\n"):
        yield f"{path}: empty lines at the end"


def check_code(path, text):
    if path.endswith(".h") and text.count("#pragma once\n") != 1:
        yield f"{path}: a header has one '#pragma once'"
    if not re.fullmatch(r"[a-z0-9_]+\.(cpp|h)", os.path.basename(path)):
        yield f"{path}: names of C++ files are in snake_case"


def check_name(path):
    for part in path.split("/"):
        if part.split(".")[0] in VAGUE_NAMES:
            yield f"{path}: '{part}' does not say what is in it"


def check_lengths(lengths):
    known = set(read(LONG_FILES).split("\n"))
    for path, lines in sorted(lengths.items()):
        if lines > LINES_MAX:
            print(f"note: {path} has {lines} lines, {LINES_MAX} are the aim")
            if path not in known:
                yield f"{path}: {lines} lines, {LINES_MAX} are the aim: divide it by concept, or list it in {LONG_FILES}"
    for path in sorted(known):
        if path and not path.startswith("#") and lengths.get(path, 0) <= LINES_MAX:
            print(f"note: {path} need not be in {LONG_FILES} any more")


def check_modules(files):
    """A module is what src/CMakeLists.txt declares; one that has no sources yet is a contract, not a module."""
    names = re.findall(r"^add_module\((\S+)", read("src/CMakeLists.txt"), re.MULTILINE) + ["server"]
    for name in names:
        if not any(re.fullmatch(rf"src/{name}/[^/]+\.cpp", f) for f in files):
            continue
        readme = f"src/{name}/README.md"
        if readme not in files:
            yield f"{readme}: every module says what it is"
        elif read(readme).count("\n") > README_LINES_MAX:
            yield f"{readme}: more than {README_LINES_MAX} lines"


def check_format(files):
    if not shutil.which(CLANG_FORMAT):
        print(f"note: {CLANG_FORMAT} is not here, so the form of C++ files is not checked")
        return

    def formatted(batch):
        command = [CLANG_FORMAT, "--dry-run", "-Werror", "--ferror-limit=1", *batch]
        output = subprocess.run(command, capture_output=True, text=True, cwd=ROOT).stderr
        return sorted(set(re.findall(r"^([^\s:]+):\d+:\d+: error:", output, re.MULTILINE)))

    batches = [files[i : i + 25] for i in range(0, len(files), 25)]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for wrong in pool.map(formatted, batches):
            for path in wrong:
                yield f"{path}: not in the form of {CLANG_FORMAT} (./dev fmt)"


def findings():
    files = project_files()
    written = [f for f in files if not OTHERS_DATA.search(f)]
    lengths = {}
    for path in written:
        yield from check_name(path)
        if not path.endswith(TEXT):
            continue
        text = read(path)
        yield from check_text(path, text)
        if path.endswith(CODE):
            yield from check_code(path, text)
            lengths[path] = text.count("\n")
    yield from check_lengths(lengths)
    yield from check_modules(files)
    yield from check_format([f for f in written if f.endswith(CODE)])


if __name__ == "__main__":
    found = list(findings())
    for line in found:
        print(line)
    print(f"{len(found)} findings")
    sys.exit(1 if found else 0)
