import os, subprocess, asyncio, pexpect
import subprocess as sp
from subprocess import run, Popen, check_call
from os import system


def a(branch):
    # ruleid: os-shell-command-literal
    run("git checkout " + branch, shell=True, check=True)


def b(path):
    # ruleid: os-shell-command-literal
    system("rm -rf %s" % path)


def c(name):
    cmd = f"systemctl status {name}"
    # ruleid: os-shell-command-literal
    return sp.check_output(cmd, shell=True)


def d(args):
    # ruleid: os-shell-command-literal
    return os.popen(" ".join(args)).read()


async def e(cmd):
    # ruleid: os-shell-command-literal
    return await asyncio.create_subprocess_shell(cmd)


def f():
    # ok: os-shell-command-literal
    return sp.check_output("df -h | tail -1", shell=True)


def g(branch):
    # ok: os-shell-command-literal
    run(["git", "checkout", branch], check=True)


def h(path):
    import shlex
    # ok: os-shell-command-literal
    system(f"ls {shlex.quote(path)}")


def i():
    cmd = "uptime"
    # ok: os-shell-command-literal
    return sp.run(cmd, shell=True)


def j(x):
    # ruleid: os-shell-command-literal
    return subprocess.getstatusoutput(f"ping -c1 {x}")


def k(ssh, x):
    # ruleid: os-shell-command-literal
    return ssh.exec_command("tail " + x)


def m(x):
    # ruleid: os-shell-command-literal
    Popen(args=f"convert {x}", shell=True)


def n(host):
    # ruleid: os-shell-command-literal
    return run(["sh", "-c", f"ping {host}"])
