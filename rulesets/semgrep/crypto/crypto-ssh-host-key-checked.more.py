import paramiko, asyncssh, subprocess
from paramiko import SSHClient, AutoAddPolicy, RejectPolicy, client as pc
from fabric import Connection


def a():
    c = SSHClient()
    # ruleid: crypto-ssh-host-key-checked
    c.set_missing_host_key_policy(AutoAddPolicy())
    return c


def b():
    c = paramiko.SSHClient()
    # ruleid: crypto-ssh-host-key-checked
    c.set_missing_host_key_policy(paramiko.WarningPolicy)
    return c


async def d(h):
    # ruleid: crypto-ssh-host-key-checked
    async with asyncssh.connect(h, known_hosts=None) as conn:
        return conn


def e(h):
    # ruleid: crypto-ssh-host-key-checked
    subprocess.run(["ssh", "-o", "StrictHostKeyChecking=no", h, "uptime"], timeout=3)


def f():
    c = SSHClient()
    c.load_system_host_keys()
    # ok: crypto-ssh-host-key-checked
    c.set_missing_host_key_policy(RejectPolicy())
    return c


async def g(h):
    # ok: crypto-ssh-host-key-checked
    async with asyncssh.connect(h, known_hosts="/etc/ssh/known_hosts") as conn:
        return conn


def h(host):
    # ok: crypto-ssh-host-key-checked
    subprocess.run(["ssh", "-o", "StrictHostKeyChecking=yes", host, "uptime"], timeout=3)


def i(host):
    policy = paramiko.client.AutoAddPolicy()
    c = SSHClient()
    # ruleid: crypto-ssh-host-key-checked
    c.set_missing_host_key_policy(policy)


def j(host):
    # ok: crypto-ssh-host-key-checked
    subprocess.run(["ssh", host, "uptime"], timeout=3)
