# ruff: noqa: E501 - lines of programs
"""Whether only administrators get to a line of a script."""

from __future__ import annotations

import pytest

from auditor.stages.code.script_admin import is_for_administrators, is_signed
from auditor.stages.code.script_tree import Script


def is_theirs(text: str, at: str = "act(") -> bool:
    script = Script.of("a.ts", text.encode())
    assert script is not None
    return is_for_administrators(script, text[: text.index(at)].count("\n") + 1)


HANDLER = "app.post('/x', async (req, res) => {\n  %s\n  act(req.body.url)\n})"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("if (!req.user.is_admin) return res.status(403).end()", True),
        ("if (!user || !user.isAdmin()) {\n    throw new Error('no')\n  }", True),
        ("if (user.role !== 'admin') return res.end()", True),
        ("if (user?.role !== Role.ADMIN) return res.end()", True),
        ("if (!(await isAdmin())) return", True),
        ("try {\n  if (!user.is_admin) return res.end()", True),
        ("if (!user.is_admin) log('x')", False),
        ("if (user.is_admin) return res.end()", False),
        ("if (!user.is_admin && !settings.open) return res.end()", False),
        ("if (user.role !== 'admin' && user.role !== 'member') return res.end()", False),
        ("if (!user) return res.end()", False),
        ("if (!user.administers) return res.end()", False),
    ],
)
def test_function_that_turns_everybody_else_away(line: str, *, expected: bool) -> None:
    text = HANDLER % line
    text = text.replace("act(req.body.url)", "act(req.body.url)\n  } catch (e) {}") if line.startswith("try") else text

    assert is_theirs(text) is expected


def test_what_stands_below_asks_too_late() -> None:
    assert not is_theirs("app.post('/x', (req, res) => {\n  act(req.body.url)\n  if (!req.user.isAdmin) return\n})")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("router.post('/x', requireAdmin, (req, res) => {\n  act(req.body.url)\n})", True),
        ("router.post('/x', requireRole('admin'), (req, res) => {\n  act(req.body.url)\n})", True),
        ("const a = adminProcedure.input(s).mutation(async ({ input }) => {\n  act(input.url)\n})", True),
        ("class A {\n  @Roles('admin')\n  @Post()\n  go(@Body() dto) {\n    act(dto.url)\n  }\n}", True),
        ("class A {\n  @UseGuards(AdminGuard)\n  @Post()\n  go(@Body() dto) {\n    act(dto.url)\n  }\n}", True),
        ("@UseGuards(AdminGuard)\nclass A {\n  @Post()\n  go(@Body() dto) {\n    act(dto.url)\n  }\n}", True),
        ("router.post('/admin/x', logIn, (req, res) => {\n  act(req.body.url)\n})", False),
        ("router.post('/x', requireRole('admin', 'member'), (req, res) => {\n  act(req.body.url)\n})", False),
        ("const a = protectedProcedure.input(s).mutation(async ({ input }) => {\n  act(input.url)\n})", False),
        (
            "class A {\n  @Roles('admin')\n  @Post()\n  one() {\n    return 1\n  }\n  @Post()\n  go(@Body() dto) {\n    act(dto.url)\n  }\n}",
            False,
        ),
    ],
)
def test_route_that_lets_administrators_in(text: str, *, expected: bool) -> None:
    assert is_theirs(text) is expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("const is = await verifySignature(req)\n  if (!is) return res.status(401).end()", True),
        ("const event = stripe.webhooks.constructEvent(req.body, s, k)\n  if (!event) throw new Error()", True),
        ("const is = await verifySignature(req)", False),
        ("await verifySignature(req)\n" + "  log(1)\n" * 60 + "  if (!found) throw new Error()", False),
        ("if (!req.user) return res.status(401).end()", False),
    ],
)
def test_what_a_known_service_signs_no_stranger_sends(lines: str, *, expected: bool) -> None:
    text = HANDLER % lines
    script = Script.of("a.ts", text.encode())
    assert script is not None

    assert is_signed(script, text[: text.index("act(")].count("\n") + 1) is expected


@pytest.mark.parametrize(
    "text",
    [
        HANDLER % ("is" + "signature" * 20_000),
        HANDLER % ("role" * 40_000 + "\n  if (!user.is_admin) log()"),
        "app.post('/x', " + "require" + "admin" * 20_000 + "x, (req, res) => {\n  act(req.body.url)\n})",
    ],
)
def test_what_nobody_would_write_comes_to_an_end(text: str) -> None:
    script = Script.of("a.ts", text.encode())
    assert script is not None
    line = text[: text.index("act(")].count("\n") + 1

    assert not is_signed(script, line)
    assert not is_for_administrators(script, line)
