import tarfile, zipfile, shutil, os
from tarfile import TarFile
from zipfile import ZipFile
from pathlib import Path


def a(path, to):
    with tarfile.open(path, "r:gz") as tf:
        # ruleid: data-archive-members-filtered
        tf.extractall(path=to)


def b(path, to):
    with tarfile.open(path, "r:gz") as tf:
        # ok: data-archive-members-filtered, data-archive-members-filtered--member-name
        tf.extractall(path=to, filter="data")


def c(path, to):
    archive = TarFile.open(path)
    for member in archive:
        # ruleid: data-archive-members-filtered
        archive.extract(member, to)


def d(path, to):
    root = Path(to).resolve()
    with tarfile.open(path) as tf:
        for member in tf.getmembers():
            if not (root / member.name).resolve().is_relative_to(root):
                raise ValueError(member.name)
        # ok: data-archive-members-filtered, data-archive-members-filtered--member-name
        tf.extractall(root)


def e(upload, to):
    # ruleid: data-archive-members-filtered
    shutil.unpack_archive(upload, to)


def f(upload, to):
    # ok: data-archive-members-filtered, data-archive-members-filtered--member-name
    shutil.unpack_archive(upload, to, filter="data")


def g(upload, to):
    with ZipFile(upload) as z:
        for info in z.infolist():
            target = os.path.join(to, info.filename)
            # ruleid: data-archive-members-filtered--member-name
            with open(target, "wb") as out:
                out.write(z.read(info))


def h(upload):
    with ZipFile(upload) as z:
        # ok: data-archive-members-filtered, data-archive-members-filtered--member-name
        return z.namelist()


def i(path, to):
    # ruleid: data-archive-members-filtered
    tarfile.open(path).extractall(to)


def safe_members(tar):
    return [m for m in tar.getmembers() if m.isfile() and ".." not in m.name]


def j(path, to):
    with tarfile.open(path) as tar:
        # ok: data-archive-members-filtered, data-archive-members-filtered--member-name
        tar.extractall(to, members=safe_members(tar))
