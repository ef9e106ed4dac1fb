"""Lists that a process is started with."""

from __future__ import annotations

import ast

import pytest

from auditor.stages.code.command_lists import hands_over_code, made_elsewhere


@pytest.mark.parametrize(
    ("words", "hands_over"),
    [
        ("['bash', '-c', text]", True),
        ("['/bin/bash', '-euxc', text]", True),
        ("['python3.11', '-c', text]", True),
        ("['node', '-e', text]", True),
        ("['docker', 'exec', box, 'sh', '-c', text]", True),
        ("[shell, '-c', text]", True),
        ("['ping', '-c', count]", False),
        ("['tar', '-xzc', name]", False),
        ("['git', 'log', text]", False),
        ("['bash', script]", True),
        ("['bash', 'fixed.sh', text]", False),
        ("['bash', '-c', 'fixed \"$1\"', text]", False),
        ("['python', '-m', module]", True),
        ("['python', '-m', 'pip', 'install', text]", False),
        ("[sys.executable, script]", True),
        ("[sys.executable, 'fixed.py', text]", False),
        ("['docker', 'run', '-e', setting, 'image']", False),
        ("['ssh', 'host', text]", True),
        ("['ssh', '-p', '22', 'host', f'systemctl restart {unit}']", True),
        ("['ssh', 'host', 'uptime']", False),
        ("['sudo', text]", True),
        ("['sudo', '-n', '-u', text]", True),
        ("['sudo', 'systemctl', 'restart', text]", False),
        ("['sudo', 'bash', '-c', text]", True),
        ("['sudo', 'env', 'A=b', text]", True),
        ("['env', 'A=b', text]", True),
        ("['timeout', '5', text]", True),
        ("['timeout', '-k', '1s', '5m', 'du', text]", False),
        ("['xargs', text]", True),
        ("['nohup', 'ssh', host, text]", True),
        ("['kubectl', 'exec', pod, '--', text]", True),
        ("['kubectl', 'exec', pod, '--', 'ls', text]", False),
        ("['kubectl', 'get', text]", False),
        ("['sudo']", False),
        ("['kubectl', 'exec', pod, '--']", False),
    ],
)
def test_what_a_list_runs_is_written_there_or_is_not(words: str, *, hands_over: bool) -> None:
    made = ast.parse(words, mode="eval").body
    assert isinstance(made, ast.List)

    assert hands_over_code(made.elts) is hands_over


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("Thread(target=subprocess.run, args=(['du', name],))", "subprocess.run(['du', name])"),
        ("Thread(target=work)", "work()"),
        ("asyncio.to_thread(subprocess.run, ['du', name], timeout=5)", "subprocess.run(['du', name], timeout=5)"),
        ("loop.run_in_executor(None, os.system, line)", "os.system(line)"),
        ("pool.submit('fixed')", "pool.submit('fixed')"),
        ("subprocess.run(['du', name])", "subprocess.run(['du', name])"),
    ],
)
def test_a_call_that_is_made_elsewhere(text: str, made: str) -> None:
    call = ast.parse(text, mode="eval").body
    assert isinstance(call, ast.Call)

    assert ast.unparse(made_elsewhere(call)) == made
