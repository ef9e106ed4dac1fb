"""Copies for scanners: one for each file, under a name that every scanner takes and that says its language."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.stages.code.staging import Readers, copy
from auditor.stages.code.tree import Source

if TYPE_CHECKING:
    from pathlib import Path


def source(path: str, language: str = "python", text: bytes = b"x = 1\n") -> Source:
    return Source(path=path, language=language, size_bytes=len(text), sha256="", text=text)


def names(*sources: Source, root: Path) -> list[str]:
    return [str(place.relative_to(root)) for place in copy(sources, root).sources]


def test_plain_file_keeps_its_path(tmp_path: Path) -> None:
    assert names(source("src/a.py"), source("中/ b.ts", "typescript"), root=tmp_path) == [
        "tree/src/a.py",
        "tree/中/ b.ts",
    ]


@pytest.mark.parametrize(
    ("path", "language", "ending"),
    [
        ("A.PY", "python", ".PY.py"),
        ("a.pyw", "python", ".pyw.py"),
        ("bin/serve", "python", "/serve.py"),
        ("a.ipynb", "notebook", ".ipynb.py"),
        ("a.mts", "typescript", ".mts.ts"),
        ("A.TSX", "typescript", ".TSX.tsx"),
        ("a.min.js", "javascript", ".min.js.js"),
        ("a.YML", "yaml", ".YML.yml"),
        ("Dockerfile.prod", "dockerfile", "Dockerfile.prod.dockerfile"),
        ("Containerfile", "dockerfile", "Containerfile.dockerfile"),
        ("a.JSON", "configuration", ".JSON.json"),
        ("t/a.yaml", "template", "t/a.yaml.template"),
    ],
)
def test_name_that_a_scanner_does_not_know_gets_an_ending(
    tmp_path: Path, path: str, language: str, ending: str
) -> None:
    (name,) = names(source(path, language), root=tmp_path)

    assert name.startswith("odd/0/")
    assert name.endswith(ending)


@pytest.mark.parametrize(
    "path",
    [
        "new\nline.py",
        "end.py\n",
        "-rf.py",
        "x/-rf/a.py",
        "a\\b.py",
        os.fsdecode(b"\xff.py"),
        "d" * 240 + "/a.py",
        "d/" * 1500 + "a.py",
    ],
)
def test_name_that_a_scanner_may_not_take_is_replaced(tmp_path: Path, path: str) -> None:
    (name,) = names(source(path), root=tmp_path)

    assert name.startswith("odd/0/")
    assert name.endswith(".py")
    assert name.isascii()
    assert name.isprintable()


@pytest.mark.parametrize("name", [".semgrepignore", ".bandit", "sub/.gitignore"])
def test_file_that_steers_a_scanner_loses_its_name(tmp_path: Path, name: str) -> None:
    copied = copy([source(name, "generic", b"*\n")], tmp_path)

    (place,) = copied.sources
    assert place.name not in {".semgrepignore", ".bandit", ".gitignore"}


def test_no_copy_takes_the_place_of_another(tmp_path: Path) -> None:
    given_sources = [
        source("odd/1/_vil_.py", text=b"1"),
        source("\nvil\n.py", text=b"2"),
        source("a.ipynb", "notebook", b"3"),
        source("a.ipynb.py", text=b"4"),
        source("odd", "python", b"5"),
        source("tree", "generic", b"6"),
    ]

    copied = copy(given_sources, tmp_path)

    assert [place.read_bytes() for place in copied.sources] == [b"1", b"2", b"3", b"4", b"5", b"6"]


PATHS = st.lists(
    st.lists(
        st.text(
            st.sampled_from("abo01.-_\n\\é中\udcff"),
            min_size=1,
            max_size=6,
        ).filter(lambda part: part not in {".", ".."}),
        min_size=1,
        max_size=3,
    ).map("/".join),
    max_size=8,
    unique=True,
).filter(lambda paths: not any(one != other and other.startswith(one + "/") for one in paths for other in paths))


@settings(max_examples=60)
@given(PATHS, st.sampled_from(["python", "notebook", "generic", "dockerfile", "template"]))
def test_every_source_has_a_copy_of_its_own(
    tmp_path_factory: pytest.TempPathFactory, paths: list[str], language: str
) -> None:
    root = tmp_path_factory.mktemp("copy")

    copied = copy([source(path, language, path.encode("utf-8", "surrogatepass")) for path in paths], root)

    assert [place.read_bytes() for place in copied.sources] == [p.encode("utf-8", "surrogatepass") for p in paths]


def test_a_bundle_is_copied_as_a_text_that_no_scanner_parses(tmp_path: Path) -> None:
    bundle = source("ui/app.min.js", "javascript", b"var a=1;" * 10_000)

    copied = copy([bundle], tmp_path / "t")

    (place,) = copied.sources
    assert place.suffix == ".txt"
    assert place.read_bytes() == bundle.text


def test_copies_that_a_scanner_opened_are_counted(tmp_path: Path) -> None:
    staged = copy([source(f"{number}.py", text=b"x") for number in range(5)], tmp_path / "tree")
    for number, place in enumerate(sorted(staged.sources)):
        os.utime(place, (200, 100) if number < 2 else (100, 100))  # the kernel sets the first time as a file is read

    assert Readers(tmp_path / "tree").count() == 2
    assert Readers(tmp_path / "none").count() == 0


def test_the_count_never_goes_back(tmp_path: Path) -> None:
    staged = copy([source("a.py", text=b"x")], tmp_path / "tree")
    (place,) = staged.sources
    os.utime(place, (200, 100))
    readers = Readers(tmp_path / "tree")
    before = readers.count()

    place.unlink()

    assert (before, readers.count()) == (1, 1)


def test_python_that_bandit_would_pass_over_is_named_anew(tmp_path: Path) -> None:
    given = source(".github/scripts/a.py"), source(".github/workflows/a.yml", "yaml"), source("src/a.py")

    assert names(*given, root=tmp_path) == ["odd/0/a.py", "tree/.github/workflows/a.yml", "tree/src/a.py"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (b"await got.get<{ a: string }>(url)", b"await got.get               (url)"),
        (b"got.get<Page<Item>>(url)", b"got.get            (url)"),
        (b"got.get<Page | null>(url)", b"got.get             (url)"),
        (b"const { a } = request.body as { a: string };", b"const { a } = request.body                 ;"),
        (b"(await r.json()) as\n  { a: { b: number } }[];", b"(await r.json())   \n                        ;"),
        (b"import { a as b } from 'c'; export { d as e };", b"import { a as b } from 'c'; export { d as e };"),
        (b"if (a < b || c > (d)) f();", b"if (a < b || c > (d)) f();"),
    ],
)
def test_types_of_values_are_not_shown(text: bytes, shown: bytes, tmp_path: Path) -> None:
    (place,) = copy([source("a.ts", "typescript", text)], tmp_path).sources

    assert place.read_bytes() == shown


def test_calls_of_typescript_lose_their_types_and_nothing_moves(tmp_path: Path) -> None:
    text = (
        b"const a = await axios.get<Page>(url, { b: c < d });\nconst f = <T>(x: T) => x;\nnew Map<string, Row[]>(g);\n"
    )

    copied = copy([source("a.ts", "typescript", text), source("a.js", "javascript", text)], tmp_path / "t")

    script, plain = (place.read_bytes() for place in copied.sources)
    assert plain == text
    assert script == text.replace(b"<Page>", b" " * 6).replace(b"<string, Row[]>", b" " * 15)


def test_shell_lines_of_a_notebook_are_a_script_of_their_own(tmp_path: Path) -> None:
    text = b"import os\npass  # !wget http://x\n# %%bash\n# curl -k $URL | bash\nprint(1)  # !no\n"
    notebook = Source(path="a.ipynb", language="notebook", size_bytes=1, sha256="", text=text, lines=(3, 4, 7, 8, 11))

    copied = copy([notebook, source("b.ipynb", "notebook", b"# %%html\n# <b>\n")], tmp_path / "t")

    (shell,) = [(place, each) for place, each in copied.sources.items() if each.language == "shell"]
    assert shell[0].suffix == ".sh"
    assert shell[0].read_text() == "\nwget http://x\n\ncurl -k $URL | bash\n\n"
    assert shell[1].lines == notebook.lines
