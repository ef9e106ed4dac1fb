import os
import subprocess

import asyncssh
import paramiko
import pysftp
from paramiko import AutoAddPolicy, SSHClient


def deploy(host):
    client = paramiko.SSHClient()
    # ruleid: crypto-ssh-host-key-checked
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
    client.connect(host)
    return client


def alias(host):
    client = SSHClient()
    # ruleid: crypto-ssh-host-key-checked
    client.set_missing_host_key_policy(AutoAddPolicy)
    return client


def warn(client):
    # ruleid: crypto-ssh-host-key-checked
    client.set_missing_host_key_policy(paramiko.WarningPolicy())


class AnyHost(paramiko.MissingHostKeyPolicy):
    # ruleid: crypto-ssh-host-key-checked
    def missing_host_key(self, client, hostname, key):
        pass


async def run_remote(host, command):
    # ruleid: crypto-ssh-host-key-checked
    async with asyncssh.connect(host, username="agent", known_hosts=None) as connection:
        return await connection.run(command)


def sftp(host):
    options = pysftp.CnOpts()
    # ruleid: crypto-ssh-host-key-checked
    options.hostkeys = None
    return pysftp.Connection(host, cnopts=options)


def transport(host, password):
    channel = paramiko.Transport((host, 22))
    # ruleid: crypto-ssh-host-key-checked
    channel.connect(username="agent", password=password)
    return paramiko.SFTPClient.from_transport(channel)


def shell(host, command):
    # ruleid: crypto-ssh-host-key-checked
    return subprocess.run(["ssh", "-o", "StrictHostKeyChecking=no", host, command], check=True)


def git(repository):
    # ruleid: crypto-ssh-host-key-checked
    os.environ["GIT_SSH_COMMAND"] = "ssh -o StrictHostKeyChecking=no -i /keys/id"
    subprocess.run(["git", "clone", repository], check=True)


def good(host):
    client = paramiko.SSHClient()
    client.load_system_host_keys()
    # ok: crypto-ssh-host-key-checked
    client.set_missing_host_key_policy(paramiko.RejectPolicy())
    # ok: crypto-ssh-host-key-checked
    client.connect(host)
    return client


async def good_async(host, command):
    # ok: crypto-ssh-host-key-checked
    async with asyncssh.connect(host, known_hosts="/etc/ssh/known_hosts") as connection:
        return await connection.run(command)


def good_transport(host, password, key):
    channel = paramiko.Transport((host, 22))
    # ok: crypto-ssh-host-key-checked
    channel.connect(hostkey=key, username="agent", password=password)
    return channel


def good_shell(host, command):
    # ok: crypto-ssh-host-key-checked
    return subprocess.run(["ssh", "-o", "StrictHostKeyChecking=yes", host, command], check=True)


def good_new(host, command):
    # ok: crypto-ssh-host-key-checked
    return subprocess.run(["ssh", "-o", "StrictHostKeyChecking=accept-new", host, command], check=True)


class PinnedHost(paramiko.MissingHostKeyPolicy):
    # ok: crypto-ssh-host-key-checked
    def missing_host_key(self, client, hostname, key):
        raise paramiko.SSHException(hostname)


def good_sftp(host):
    options = pysftp.CnOpts(knownhosts="/etc/ssh/known_hosts")
    # ok: crypto-ssh-host-key-checked
    return pysftp.Connection(host, cnopts=options)
