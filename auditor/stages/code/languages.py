"""Which language a file is in, and which files no rule reads."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Final

PYTHON: Final = "python"
TYPESCRIPT: Final = "typescript"
JAVASCRIPT: Final = "javascript"
YAML: Final = "yaml"
DOCKERFILE: Final = "dockerfile"
NOTEBOOK: Final = "notebook"
CONFIGURATION: Final = "configuration"
GENERIC: Final = "generic"
SHELL: Final = "shell"
MARKUP: Final = "markup"
"""HTML, Vue, Svelte: the scripts in it, and what its template puts in as raw HTML, are read as TypeScript."""
TEMPLATE: Final = "template"
"""A template of a Helm chart: no YAML before it is rendered, which is the work of stage ``kubernetes``."""

_BY_SUFFIX: Final = {
    ".py": PYTHON,
    ".pyw": PYTHON,
    ".pyi": PYTHON,
    ".ts": TYPESCRIPT,
    ".tsx": TYPESCRIPT,
    ".mts": TYPESCRIPT,
    ".cts": TYPESCRIPT,
    ".js": JAVASCRIPT,
    ".jsx": JAVASCRIPT,
    ".mjs": JAVASCRIPT,
    ".cjs": JAVASCRIPT,
    ".yaml": YAML,
    ".yml": YAML,
    ".dockerfile": DOCKERFILE,
    ".ipynb": NOTEBOOK,
    **dict.fromkeys((".sh", ".bash", ".zsh", ".ksh", ".bats", ".command"), SHELL),
    **dict.fromkeys((".html", ".htm", ".xhtml", ".vue", ".svelte"), MARKUP),
    **dict.fromkeys(
        (".env", ".ini", ".toml", ".cfg", ".conf", ".properties", ".json", ".xml", ".tf", ".tfvars"),
        CONFIGURATION,
    ),
}
"""Language by file name suffix, lower case. Configuration is read by the generic rules; of Terraform they read no more
than the secrets, and so it is named as not covered, too."""

_UNCOVERED: Final = {
    f".{suffix}": language
    for language, suffixes in (
        ("Go", "go"),
        ("R", "r"),
        ("Julia", "jl"),
        ("Groovy", "groovy gradle"),
        ("Clojure", "clj cljs cljc edn"),
        ("Erlang", "erl hrl"),
        ("Haskell", "hs lhs"),
        ("F#", "fs fsx"),
        ("Visual Basic", "vb vbs bas"),
        ("COBOL", "cbl cob"),
        ("Fortran", "f90 f95 f03 f"),
        ("Zig", "zig"),
        ("Objective-C", "m"),
        ("Objective-C++", "mm"),
        ("Kotlin", "kt kts"),
        ("C++", "cxx cc cpp hpp hh hxx ipp"),
        ("C", "c h"),
        ("CUDA", "cu cuh"),
        ("Cython", "pyx pxd"),
        ("Java", "java"),
        ("Scala", "scala sc"),
        ("Rust", "rs"),
        ("C#", "cs csx"),
        ("Ruby", "rb rake gemspec"),
        ("PHP", "php phtml"),
        ("Swift", "swift"),
        ("Lua", "lua"),
        ("Perl", "pl pm"),
        ("PowerShell", "ps1 psm1 psd1"),
        ("Batch", "bat cmd"),
        ("Dart", "dart"),
        ("Elixir", "ex exs"),
        ("Solidity", "sol"),
        ("SQL", "sql psql plsql ddl"),
        ("JSP", "jsp jspx jspf"),
        ("ASP", "asp aspx ascx cshtml vbhtml razor"),
        ("EJS", "ejs"),
        ("Jinja", "j2 jinja jinja2"),
        ("Handlebars", "hbs handlebars mustache"),
        ("Pug", "pug jade"),
        ("Twig", "twig"),
        ("ERB", "erb haml slim"),
        ("Freemarker", "ftl ftlh"),
        ("Velocity", "vm"),
        ("Liquid", "liquid"),
        ("Go template", "tmpl gotmpl tpl"),
        ("Mako", "mako"),
        ("Astro", "astro"),
        ("MDX", "mdx"),
        ("CoffeeScript", "coffee"),
        ("Fish", "fish"),
        ("Tcl", "tcl"),
        ("AWK", "awk"),
        ("sed", "sed"),
        ("Nix", "nix"),
        ("Terraform", "tf"),
        ("OCaml", "ml mli"),
        ("Nim", "nim"),
        ("Crystal", "cr"),
        ("Pascal", "pas pp dpr"),
        ("Ada", "adb ads"),
        ("Lisp", "lisp lsp cl el scm rkt"),
        ("Prolog", "pro"),
        ("Assembly", "asm s"),
        ("WebAssembly text", "wat"),
        ("GraphQL", "graphql gql"),
        ("Protocol Buffers", "proto"),
        ("Thrift", "thrift"),
        ("Rego", "rego"),
        ("Puppet", "puppet"),
        ("Bicep", "bicep"),
        ("Cairo", "cairo"),
        ("Vyper", "vy"),
        ("Apex", "apex cls"),
        ("ABAP", "abap"),
        ("Stan", "stan"),
        ("Mojo", "mojo"),
        ("Triton", "triton"),
        ("Starlark", "bzl star"),
        ("CMake", "cmake"),
        ("Make", "mk mak"),
        ("XSLT", "xsl xslt"),
        ("AppleScript", "applescript"),
        ("Smali", "smali"),
        ("QML", "qml"),
        ("GDScript", "gd"),
        ("Xtend", "xtend"),
        ("HLSL", "hlsl"),
        ("GLSL", "glsl vert frag"),
        ("SAS", "sas"),
        ("Stata", "ado"),
        ("MATLAB", "mlx"),
        ("Elm", "elm"),
        ("PureScript", "purs"),
        ("ReScript", "resi"),
        ("Hack", "hack"),
        ("Raku", "raku p6"),
        ("Verilog", "sv svh"),
        ("VHDL", "vhd vhdl"),
    )
    for suffix in suffixes.split()
}
"""Languages of programs and of templates that only the rules for any text (secrets, defaults) read."""

_UNCOVERED_NAMES: Final = {
    "makefile": "Make", "gnumakefile": "Make", "rakefile": "Ruby", "gemfile": "Ruby", "vagrantfile": "Ruby",
    "jenkinsfile": "Groovy", "justfile": "Just", "cmakelists.txt": "CMake", "build": "Starlark",
    "build.bazel": "Starlark", "workspace": "Starlark", "tiltfile": "Starlark", "procfile": "Procfile",
    "caddyfile": "Caddyfile", "snakefile": "Snakemake", "nginx.conf": "nginx", "haproxy.cfg": "HAProxy",
    ".htaccess": "Apache", "httpd.conf": "Apache", "apache2.conf": "Apache", "sconstruct": "SCons",
    "sconscript": "SCons",
}  # fmt: skip
"""The same, by whole name in lower case."""

_PLAIN: Final = frozenset(
    {
        ".txt", ".md", ".rst", ".adoc", ".org", ".tex", ".bib", ".csv", ".tsv", ".jsonl", ".ndjson", ".log", ".lock",
        ".sum", ".mod", ".svg", ".css", ".scss", ".sass", ".less", ".po", ".pot", ".map", ".diff", ".patch", ".pem",
        ".crt", ".cer", ".key", ".pub", ".asc", ".gpg", ".sig", ".sha256", ".md5", ".license", ".licence", ".authors",
        ".typed", ".in", ".rels", ".srt", ".vtt", ".geojson", ".plist", ".xsd", ".dtd", ".editorconfig", ".gitignore",
        ".gitattributes", ".dockerignore", ".npmignore", ".prettierignore", ".eslintignore", ".gitkeep", ".keep",
        ".bak", ".orig", ".tsbuildinfo", ".snap", ".ico", ".webmanifest", ".desktop", ".service", ".socket", ".timer",
        ".example", ".sample", ".template", ".dist", ".default", ".vocab", ".bpe", ".merges", ".conllu", ".fasta",
        ".pdb", ".eml", ".ics", ".vcf", ".obj", ".mtl", ".off", ".ply", ".names", ".data", ".dat", ".index", ".idx",
        ".list", ".out", ".err", ".pid", ".golden", ".expected", ".mdc", ".rules", ".prompt", ".xlf", ".xliff", ".resx",
        ".strings", ".arb", ".drawio", ".puml", ".plantuml", ".mmd", ".mermaid", ".dot", ".gv", ".ttf", ".woff",
        ".properties", ".types", ".npmrc", ".nvmrc", ".yarnrc", ".babelrc", ".eslintrc", ".prettierrc", ".stylelintrc",
        ".browserslistrc", ".helmignore", ".terraformignore", ".pylintrc", ".flake8", ".coveragerc", ".isort", ".mypy",
        ".conf", ".cff", ".codespell", ".pth", ".tokens", ".wsdl", ".kml", ".gpx", ".har", ".pgn", ".sty", ".cls",
        ".bst", ".ipynb_checkpoints", ".spec", ".changes", ".rev",
    }
)  # fmt: skip
"""Suffixes of texts that are no programs: prose, data, styles, lists, signatures."""
_PLAIN_NAMES: Final = re.compile(
    r"(?i)^(?:readme|license|licence|copying|notice|authors|contributors|changelog|changes|history|news|todo|version|install"
    r"|codeowners|maintainers|security|manifest|owners|patents|thanks|credits|metadata|record|wheel|top_level|pkg-info"
    r"|requirements|entry_points|py\.typed|install?er|requested|cname|dco|names|vocab|merges|\.[\w.-]+|(?-i:[A-Z_]+))(?:[.-].*)?$"
)

SUFFIXES: Final = frozenset(_BY_SUFFIX) | frozenset(_UNCOVERED)
"""Suffixes, lower case, of files whose language is known."""

_DOCKERFILE_NAME: Final = re.compile(r"^(docker|container)file([.-].*)?$", re.IGNORECASE)
_SHEBANGS: Final = (
    (re.compile(rb"^#!.*\bpython[0-9.]*\b"), PYTHON),
    (re.compile(rb"^#!.*\b(?:node|nodejs|bun)\b"), JAVASCRIPT),
    (re.compile(rb"^#!.*\b(?:ts-node|tsx|deno)\b"), TYPESCRIPT),
    (re.compile(rb"^#!.*\b(?:ba|da|z|k|a)?sh\b(?!.*\b(?:python|node)\b)"), SHELL),
)


def language_of(path: str, head: bytes = b"") -> str:
    """Return the language of a file by its name, and by its first line (``#!``) where the name says nothing.

    ``dockerfile.py`` is Python, ``Dockerfile.prod`` is not.

    Args:
        path: Path or name.
        head: First bytes of the file.
    """
    pure = PurePosixPath(path)
    known = _BY_SUFFIX.get(pure.suffix.lower())
    if known and known != CONFIGURATION:
        return known
    if _DOCKERFILE_NAME.match(pure.name):
        return DOCKERFILE
    if known or pure.name == ".env" or pure.name.startswith(".env."):
        return CONFIGURATION
    if is_named(path):
        return GENERIC
    first = head.split(b"\n", 1)[0]
    return next((language for shebang, language in _SHEBANGS if shebang.match(first)), GENERIC)


def is_chart_template(path: str, data: bytes) -> bool:
    """Tell whether a YAML file is a template of a Helm chart."""
    return "templates" in PurePosixPath(path).parts[:-1] and b"{{" in data


def is_named(path: str) -> bool:
    """Tell whether a name alone says that a file is in a language that no code rule reads."""
    pure = PurePosixPath(path)
    return pure.suffix.lower() in _UNCOVERED or pure.name.lower() in _UNCOVERED_NAMES


def uncovered_language_of(path: str, head: bytes = b"") -> str:
    """Return the name of the language that no code rule reads; empty if it is none.

    A text of an unknown kind is a language too (``.xyz``, or ``no suffix``): only prose, data and the like are known to
    be none.

    Args:
        path: Path or name.
        head: First bytes of the file.
    """
    pure = PurePosixPath(path)
    suffix = pure.suffix.lower()
    if found := _UNCOVERED.get(suffix) or _UNCOVERED_NAMES.get(pure.name.lower()):
        return found
    if suffix in _SERVER_SUFFIXES and (found := next((name for text, name in _SERVERS if text.search(head)), "")):
        return found
    if suffix in _BY_SUFFIX or suffix in _PLAIN or _DOCKERFILE_NAME.match(pure.name):
        return ""
    if head.startswith(b"#!"):
        return _interpreted(head)
    is_unknown = not _PLAIN_NAMES.match(pure.name)
    return (suffix if 1 < len(suffix) <= _SUFFIX_LIMIT else "no suffix") if is_unknown else ""


def _interpreted(head: bytes) -> str:
    """Return the language of the program that a first line names; empty where rules read it."""
    if any(known.match(head.split(b"\n", 1)[0]) for known, _language in _SHEBANGS):
        return ""
    found = _INTERPRETER.match(head)
    name = found[1].decode("ascii", "replace") if found else "no suffix"
    return _BY_INTERPRETER.get(name.rstrip("0123456789.-"), name)


_BY_INTERPRETER: Final = {
    "perl": "Perl", "lua": "Lua", "luajit": "Lua", "ruby": "Ruby", "php": "PHP", "Rscript": "R", "julia": "Julia",
    "pwsh": "PowerShell", "groovy": "Groovy", "scala": "Scala", "tclsh": "Tcl", "wish": "Tcl", "awk": "AWK",
    "gawk": "AWK", "sed": "sed", "fish": "Fish", "make": "Make", "elixir": "Elixir", "escript": "Erlang",
    "swift": "Swift",
}  # fmt: skip
"""Languages by the program that a first line names; another program is named itself."""
_SERVER_SUFFIXES: Final = frozenset({"", ".conf", ".cfg", ".vhost", ".inc", ".site"})
_SERVERS: Final = (
    (
        re.compile(rb"(?m)^[ \t]*(?:server|upstream\s+\S+|http|events|location\s+[^{;\n]+|map\s+\$\S+\s+\$\S+)\s*\{"),
        "nginx",
    ),
    (re.compile(rb"(?mi)^[ \t]*<(?:VirtualHost|Directory|Location|IfModule|FilesMatch)\b"), "Apache"),
    (re.compile(rb"(?m)^(?:frontend|backend|listen)[ \t]+\S+[ \t]*$"), "HAProxy"),
)
"""Settings of web servers, by what stands in them: no rule reads them for more than secrets."""
HEAD_BYTES: Final = 2_000
"""Bytes at the beginning of a file that tell its language."""
_INTERPRETER: Final = re.compile(rb"#!\s*(?:\S*/env\s+(?:-\S+\s+)*)?(?:\S*/)?([A-Za-z][\w.+-]{0,20})")
_SUFFIX_LIMIT: Final = 12
