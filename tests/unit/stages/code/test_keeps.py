"""What keeps a value, and what gives another one: what is not known to keep it does not."""

from __future__ import annotations

import ast

import pytest

from auditor.stages.code.keeps import SOURCE, Begin, Keeper, Root
from auditor.stages.code.refine import Module


def parsed(text: str) -> Module:
    module = Module.of(text.encode())
    assert module is not None
    return module


def kept(body: str, *, is_path: bool = False, is_address: bool = False, beside: str = "") -> set[str]:
    """Return the parameters of a function that what it hands to ``sink`` is made of."""
    lines = "".join(f"    {line}\n" for line in body.split("\n"))
    module = parsed(f"import re\nNAMES = re.compile(r'<(.*)>')\n{beside}class A:\n  def x(self, name, other):\n{lines}")
    keeper = Keeper(
        lambda word: [(module, each) for each in module.functions if each.name == word],
        is_path=is_path,
        is_address=is_address,
        is_class=lambda word: word == "Place",
    )
    call = next(node for node in module.nodes if isinstance(node, ast.Call) and ast.unparse(node.func) == "sink")
    found = keeper.of(module, call.args[0])
    return {f"{each.name}.{each.field}".rstrip(".") for each in found if isinstance(each, Root)}


KEPT = [
    "sink(name)",
    "place = ROOT / name\nsink(place)",
    "sink(os.path.join(ROOT, name.strip().lower()))",
    "sink(f'{ROOT}/{name}')",
    "sink('%s/x' % name)",
    "sink('{}/x'.format(name))",
    "body = json.loads(name)\nsink(body['a'].get('b'))",
    "first, second = name.split(',')\nsink(second)",
    "parts = []\nparts.append(name)\nsink(' '.join(parts))",
    "rows = [each.strip() for each in name.split(',')]\nfor row in rows:\n    sink(row)",
    "name = name or DEFAULT\nsink(name)",
    "sink(NAMES.search(name).group(1))",
    "sink(re.sub('```', '', name))",
    "sink(Place(name))",
    "with session.open() as s:\n    s2 = name\nsink(s2)",
    "entries = {}\nentries[name] = 1\nfor key in entries:\n    sink(key)",
    "sink(str(name))",
]


@pytest.mark.parametrize(
    ("body", "is_kept"),
    [
        ("place = name.get('env', LocalEnv())\nsink(place.folder)", False),
        ("place: Env = name.get('env', LocalEnv())\nsink(f'{place.folder}/a')", False),
        ("place = name.pop('env', tools.LocalEnv(1))\nsink(place.folder)", False),
        ("place = name.get('env', '')\nsink(place)", True),
        ("place = name.get('env', Path('.'))\nsink(place / 'a')", True),
        ("place = name.get('env', DEFAULT)\nsink(place)", True),
        ("place = name.get('env', default())\nsink(place)", True),
    ],
)
def test_a_look_up_that_falls_back_to_an_object_of_a_class_gives_the_programs_own(body: str, *, is_kept: bool) -> None:
    """A caller and a model write texts, numbers and lists; no object with fields and methods is among them."""
    assert bool(kept(body)) is is_kept


@pytest.mark.parametrize("body", KEPT)
def test_what_keeps_a_value(body: str) -> None:
    assert kept(body) == {"name"}


ANOTHER = [
    "sink(store.get(name))",
    "sink(self.store.find(name))",
    "sink(hashlib.sha256(name).hexdigest())",
    "sink(quote(name))",
    "sink(re.sub(r'[^a-z]', '', name))",
    "sink(re.match('([a-z]+)', name).group(1))",
    "sink(int(name))",
    "sink(open(name).read())",
    "sink(secure_filename(name))",
    "sink(name in KNOWN)",
    "sink(len(name))",
    "name = 'fixed'\nsink(name)",
    "row = db.query(name)\nsink(row.path)",
    "sink(unknown(name))",
    "sink(Unknown(name))",
]


@pytest.mark.parametrize("body", ANOTHER)
def test_what_gives_another_value(body: str) -> None:
    assert kept(body) <= {"self.store"}


@pytest.mark.parametrize(
    ("body", "is_kept"),
    [
        ("if name not in KNOWN:\n    raise Bad\nsink(name)", False),
        ("if not is_inside(name):\n    return None\nsink(name)", False),
        ("if name.startswith('/srv/'):\n    sink(name)", False),
        ("if '..' in name:\n    raise Bad\nsink(name)", False),
        ("place = ROOT / name\nif '..' in name:\n    raise Bad\nsink(place)", False),
        ("place = Path(name)\nif not place.is_relative_to(ROOT):\n    raise Bad\nsink(place)", False),
        ("if name != 'a':\n    raise Bad\nsink(name)", False),
        ("if not name:\n    raise Bad\nsink(name)", True),
        ("if name is None:\n    return None\nsink(name)", True),
        ("if not os.path.exists(name):\n    raise Bad\nsink(name)", True),
        ("if isinstance(name, str):\n    sink(name)", True),
        ("if len(name) > 9:\n    raise Bad\nsink(name)", True),
        ("if not name.startswith(('http://', 'https://')):\n    raise Bad\nsink(name)", True),
        ("if name.startswith('data:image'):\n    return name\nsink(name)", True),
        ("if name == 'a':\n    return None\nsink(name)", True),
        ("if is_document(name):\n    return self.document(name)\nsink(name)", True),
        ("if is_document(name):\n    return fail(f'bad: {name}')\nsink(name)", False),
        ("if urlparse(name).scheme not in ('http', 'https'):\n    raise Bad\nsink(name)", True),
        ("if urlparse(name).hostname not in KNOWN:\n    raise Bad\nsink(name)", False),
        ("if Path(name).suffix not in KNOWN:\n    raise Bad\nsink(name)", True),
        ("if name['kind'] != 'a':\n    raise Bad\nsink(name['link'])", True),
        ("if name['link'] not in KNOWN:\n    raise Bad\nsink(name['link'])", False),
        ("if '..' in name:\n    return jsonify({'error': 'bad'}), 400\nsink(name)", False),
        ("if '..' in name or name.startswith('/'):\n    return Response(status=403)\nsink(name)", False),
        ("if '..' in name:\n    return web.json_response({}, status=404)\nsink(name)", False),
        ("if '..' in name:\n    return HttpResponseBadRequest()\nsink(name)", False),
        ("if '..' in name:\n    return JSONResponse({}, status_code=422)\nsink(name)", False),
        ("if '..' in name:\n    return jsonify(name), 200\nsink(name)", True),
        ("if '..' in name:\n    return None\nsink(name)", True),
        ("if other not in KNOWN:\n    raise Bad\nsink(name)", True),
        ("sink(name)\nif name not in KNOWN:\n    raise Bad", True),
        ("row = rows.get(name)\nif row is None:\n    return None\nsink(name)", False),
        ("row = db.query(Row).filter(Row.id == name).first()\nif not row:\n    raise Bad\nsink(name)", False),
        ("row = rows.get(other)\nif row is None:\n    return None\nsink(name)", True),
        ("place = Path(name)\nif not place:\n    return None\nsink(name)", True),
        ("is_there = os.path.exists(name)\nif not is_there:\n    return None\nsink(name)", True),
        ("sink(name)\nrow = rows.get(name)\nif row is None:\n    return None", True),
        ("rows = [each for each in name if each in KNOWN]\nsink(rows)", False),
        ("rows = [each for each in name if each]\nsink(rows)", True),
        (
            "rows = {}\nfor key, value in name.items():\n    if key in KNOWN:\n        rows[key] = value\nsink(rows)",
            False,
        ),
        ("rows = {}\nfor key, value in name.items():\n    rows[key] = value\nsink(rows)", True),
    ],
)
def test_a_test_that_decides_which_values_go_on(body: str, *, is_kept: bool) -> None:
    assert bool(kept(body)) is is_kept


@pytest.mark.parametrize(
    ("body", "is_kept"),
    [
        ("sink(name.split('/')[-1])", False),
        ("sink(ROOT / Path(name).name)", False),
        ("sink(ROOT / name.replace('/', '_'))", False),
        ("sink(ROOT / name)", True),
        ("sink(Path(name).parent)", True),
    ],
)
def test_a_path_needs_a_separator(body: str, *, is_kept: bool) -> None:
    assert bool(kept(body, is_path=True)) is is_kept
    assert kept(body) == {"name"}


@pytest.mark.parametrize(
    ("body", "is_kept"),
    [
        ("sink(name)", True),
        ("sink(f'https://{name}/a')", True),
        ("sink('https://' + name)", True),
        ("sink(f'{name}/models')", True),
        ("sink(f'https://host/{name}')", False),
        ("sink(BASE + name)", False),
        ("sink(f'{self.base}/{name}')", False),
        ("sink('https://host/{}'.format(name))", False),
        ("sink('https://host/%s' % name)", False),
        ("sink(urlparse(name).path)", False),
        ("sink(urljoin(BASE, name))", True),
    ],
)
def test_of_an_address_the_beginning_counts(body: str, *, is_kept: bool) -> None:
    assert ("name" in kept(body, is_address=True)) is is_kept


@pytest.mark.parametrize(
    ("function", "is_kept"),
    [
        ("def made(a):\n  return ROOT / a\n", True),
        ("def made(a):\n  for each in a:\n    yield each\n", True),
        ("def made(a):\n  return TABLE[a]\n", False),
        ("def made(a):\n  if a not in TABLE:\n    raise Bad\n  return a\n", False),
        ("def made(a):\n  return made(a)\n", False),
    ],
)
def test_a_function_of_the_tree_keeps_what_its_returns_keep(function: str, *, is_kept: bool) -> None:
    assert ("name" in kept("sink(made(name))", beside=function)) is is_kept
    assert ("name" in kept("sink(asyncio.to_thread(made, name))", beside=function)) is is_kept


def test_an_assignment_on_every_way_hides_what_was_before() -> None:
    assert kept("place = name\nplace = 'fixed'\nsink(place)") == set()
    assert kept("place = name\nif other:\n    place = 'fixed'\nsink(place)") == {"name"}
    assert kept("try:\n    place = other\nexcept ValueError:\n    place = name\nsink(place)") == {"name", "other"}
    assert kept("place = 'a'\nwhile other:\n    sink(place)\n    place = name") == {"name"}


def test_a_field_of_the_object_is_what_this_function_sets_or_what_it_was() -> None:
    assert kept("self.place = name\nsink(self.place)") == {"name"}
    assert kept("sink(self.place)") == {"self.place"}


def test_what_comes_in_is_found_where_it_is_told() -> None:
    module = parsed("def x():\n    answer = client.chat.completions.create(model='m')\n    sink(answer.choices[0])\n")
    keeper = Keeper(lambda _word: [], begin=Begin(module, 2, "ModelReply"))
    call = next(node for node in module.nodes if isinstance(node, ast.Call) and ast.unparse(node.func) == "sink")

    assert keeper.of(module, call.args[0]) == {SOURCE}


def test_a_field_that_a_test_looks_into_did_not_just_come_in() -> None:
    head = "def x(archive):\n    for entry in archive.infolist():\n"
    check = "        if entry.filename not in KNOWN:\n            raise Bad\n"
    for middle, expected in (("", {SOURCE}), (check, set())):
        text = f"{head}{middle}        sink(entry.filename)\n"
        module = parsed(text)
        keeper = Keeper(lambda _word: [], begin=Begin(module, text.count("\n"), "Obj{zipfile.ZipInfo.filename}"))
        call = next(node for node in module.nodes if isinstance(node, ast.Call) and ast.unparse(node.func) == "sink")

        assert keeper.of(module, call.args[0]) == expected


def test_names_that_are_made_of_each_other_come_to_an_end() -> None:
    chain = "\n".join(f"a{number} = a{number - 1} + a{number - 1}" for number in range(1, 300))

    assert kept(f"a0 = name\n{chain}\nsink(a299)") <= {"name"}
    assert kept("while other:\n    a = b\n    b = a\nsink(a)") == set()
