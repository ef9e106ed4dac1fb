import asyncio
import os
import shlex
import subprocess
import subprocess as sp
from subprocess import check_output, run

import paramiko

BASE_CMD = "systemctl status agent"


def bad(path, cmd, args):
    # ruleid: os-shell-command-literal
    subprocess.run(f"ls {path}", shell=True)
    # ruleid: os-shell-command-literal
    os.system("rm -rf " + path)
    # ruleid: os-shell-command-literal
    os.popen("cat %s" % path).read()
    # ruleid: os-shell-command-literal
    check_output("wc -l {}".format(path), shell=True)
    # ruleid: os-shell-command-literal
    sp.Popen(cmd, stdout=sp.PIPE, shell=True)
    # ruleid: os-shell-command-literal
    subprocess.getoutput(cmd)
    # ruleid: os-shell-command-literal
    subprocess.run(["bash", "-c", f"cd {path} && make"])
    # ruleid: os-shell-command-literal
    run(shell=True, args=cmd)
    # ruleid: os-shell-command-literal
    subprocess.call(" ".join(args), shell=True)


async def bad_async(script):
    # ruleid: os-shell-command-literal
    proc = await asyncio.create_subprocess_shell(script, stdout=asyncio.subprocess.PIPE)
    # ruleid: os-shell-command-literal
    await asyncio.create_subprocess_exec("/bin/sh", "-c", script)
    return proc


def bad_ssh(ssh: paramiko.SSHClient, name):
    # ruleid: os-shell-command-literal
    ssh.exec_command(f"docker stop {name}")


def good(path, cmd):
    # ok: os-shell-command-literal
    subprocess.run("ls -l /srv", shell=True)
    # ok: os-shell-command-literal
    subprocess.run(["ls", path])
    # ok: os-shell-command-literal
    subprocess.run(["ls", path], shell=False)
    # ok: os-shell-command-literal
    subprocess.run(f"ls {shlex.quote(path)}", shell=True)
    # ok: os-shell-command-literal
    os.system(BASE_CMD)
    command = "tar xf " + shlex.quote(path)
    # ok: os-shell-command-literal
    subprocess.run(command, shell=True)
    # ok: os-shell-command-literal
    subprocess.check_output(shlex.split(cmd))
    # ok: os-shell-command-literal
    os.system("clear")
    fixed = "uptime"
    # ok: os-shell-command-literal
    os.popen(fixed)
    # ok: os-shell-command-literal
    subprocess.run(shlex.join(["ls", path]), shell=True)


async def good_async(path):
    # ok: os-shell-command-literal
    await asyncio.create_subprocess_exec("ls", path)
