import io
import os
import shutil
import tarfile
import zipfile
from pathlib import Path

import requests
from fastapi import FastAPI, UploadFile
from flask import request

app = FastAPI()


def skill(path, target):
    with tarfile.open(path) as archive:
        # ruleid: data-archive-members-filtered
        archive.extractall(target)


def model(path, target):
    tar = tarfile.open(path, "r:gz")
    # ruleid: data-archive-members-filtered
    tar.extractall(path=target)
    tar.close()


def one_by_one(path, target):
    with tarfile.open(path) as tar:
        for member in tar.getmembers():
            # ruleid: data-archive-members-filtered
            tar.extract(member, target)


def unpack_all(tar: tarfile.TarFile, target: str):
    # ruleid: data-archive-members-filtered
    tar.extractall(target, members=tar.getmembers())


def any_archive(path, target):
    # ruleid: data-archive-members-filtered
    shutil.unpack_archive(path, target)


def short(path, target):
    # ruleid: data-archive-members-filtered
    tarfile.open(path).extractall(target)


def trusted(path, target):
    with tarfile.open(path) as tar:
        # ruleid: data-archive-members-filtered--fully-trusted
        tar.extractall(target, filter="fully_trusted")


def zip_names(path, target):
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            destination = os.path.join(target, name)
            # ruleid: data-archive-members-filtered--member-name
            with open(destination, "wb") as out:
                out.write(archive.read(name))


def zip_infos(data: bytes, target: Path):
    archive = zipfile.ZipFile(io.BytesIO(data))
    for info in archive.infolist():
        # ruleid: data-archive-members-filtered--member-name
        (target / info.filename).write_bytes(archive.read(info))


@app.post("/skills")
async def upload_skill(file: UploadFile):
    data = await file.read()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        # ruleid: data-archive-members-filtered--zip-from-outside
        archive.extractall("/srv/skills")


def import_dataset(url, target):
    response = requests.get(url, timeout=30)
    archive = zipfile.ZipFile(io.BytesIO(response.content))
    # ruleid: data-archive-members-filtered--zip-from-outside
    archive.extractall(target)


def flask_upload(target):
    # ruleid: data-archive-members-filtered--zip-from-outside
    zipfile.ZipFile(request.files["archive"]).extractall(target)


def good_data(path, target):
    with tarfile.open(path) as archive:
        # ok: data-archive-members-filtered
        archive.extractall(target, filter="data")


def good_function(path, target):
    with tarfile.open(path) as archive:
        # ok: data-archive-members-filtered
        archive.extractall(target, filter=tarfile.data_filter)


def safe_members(archive, target):
    for member in archive.getmembers():
        if (Path(target) / member.name).resolve().is_relative_to(target) and member.isfile():
            yield member


def good_members(path, target):
    with tarfile.open(path) as archive:
        # ok: data-archive-members-filtered
        archive.extractall(target, members=safe_members(archive, target))


def good_loop(path, target: Path):
    with tarfile.open(path) as tar:
        for member in tar.getmembers():
            if not (target / member.name).resolve().is_relative_to(target):
                raise ValueError(member.name)
        # ok: data-archive-members-filtered
        tar.extractall(target)


def good_each(path, target: Path):
    with tarfile.open(path) as tar:
        for member in tar:
            if not (target / member.name).resolve().is_relative_to(target):
                continue
            # ok: data-archive-members-filtered
            tar.extract(member, target)


def good_shutil(path, target):
    # ok: data-archive-members-filtered
    shutil.unpack_archive(path, target, filter="data")


def good_attribute(path, target):
    tar = tarfile.open(path)
    tar.extraction_filter = tarfile.data_filter
    # ok: data-archive-members-filtered
    tar.extractall(target)


def good_tar_filter(path, target):
    with tarfile.open(path) as tar:
        # ok: data-archive-members-filtered--fully-trusted
        tar.extractall(target, filter="tar")


def good_own_zip(path, target):
    # names and links are made harmless by zipfile itself, the archive is ours
    with zipfile.ZipFile(path) as archive:
        # ok: data-archive-members-filtered--zip-from-outside
        archive.extractall(target)


@app.post("/plugins")
async def good_upload(file: UploadFile):
    data = await file.read()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            if info.file_size > 10_000_000 or ".." in info.filename:
                raise ValueError(info.filename)
        # ok: data-archive-members-filtered--zip-from-outside
        archive.extractall("/srv/plugins")


def good_names(path, target: Path):
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            destination = (target / name).resolve()
            if not destination.is_relative_to(target):
                raise ValueError(name)
            # ok: data-archive-members-filtered--member-name
            destination.write_bytes(archive.read(name))


def good_base_name(path, target):
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            # ok: data-archive-members-filtered--member-name
            with open(os.path.join(target, os.path.basename(name)), "wb") as out:
                out.write(archive.read(name))


def good_read(path):
    with zipfile.ZipFile(path) as archive:
        # ok: data-archive-members-filtered--member-name
        return {name: archive.read(name).decode() for name in archive.namelist()}


def good_pattern(text, frame):
    # ok: data-archive-members-filtered
    return frame["x"].str.extractall(text)


def trusted_variants(path, target, tar, member):
    # ruleid: data-archive-members-filtered--fully-trusted
    shutil.unpack_archive(path, target, filter="fully_trusted")
    # ruleid: data-archive-members-filtered--fully-trusted
    tar.extract(member, target, filter="fully_trusted")
    # ruleid: data-archive-members-filtered--fully-trusted
    tar.extraction_filter = tarfile.fully_trusted_filter
    # ruleid: data-archive-members-filtered--fully-trusted
    tar.extractall(target, filter=tarfile.fully_trusted_filter)
    # ok: data-archive-members-filtered--fully-trusted
    tar.extract(member, target, filter="data")
    # ok: data-archive-members-filtered--fully-trusted
    tar.extraction_filter = tarfile.data_filter
    # ok: data-archive-members-filtered--fully-trusted
    tar.extractall(target, filter=tarfile.tar_filter)
    # ok: data-archive-members-filtered--fully-trusted
    shutil.unpack_archive(path, target, filter="data")


def names_to_path(archive, target: Path):
    for name in archive.namelist():
        # ruleid: data-archive-members-filtered--member-name
        Path(target, name).write_bytes(archive.read(name))


def names_formatted(archive, target):
    for name in archive.namelist():
        # ruleid: data-archive-members-filtered--member-name
        with open(f"{target}/{name}", mode="wb") as out:
            out.write(archive.read(name))


def infos_joined(archive, target):
    for info in archive.infolist():
        path = os.path.join(target, info.filename)
        # ruleid: data-archive-members-filtered--member-name
        with open(path, "xb") as out:
            shutil.copyfileobj(archive.open(info), out)


def good_counted(archive, target: Path):
    for index, _ in enumerate(range(10)):
        # ok: data-archive-members-filtered--member-name
        (target / f"{index}.bin").write_bytes(b"")
    # ok: data-archive-members-filtered--member-name
    return archive.namelist()


def upload_later(target):
    upload = request.files["skill"]
    with zipfile.ZipFile(upload) as archive:
        # ruleid: data-archive-members-filtered--zip-from-outside
        archive.extractall(target)


async def upload_plain(target: str, bundle: UploadFile):
    archive = zipfile.ZipFile(bundle.file)
    # ruleid: data-archive-members-filtered--zip-from-outside
    archive.extractall(target)


def good_checked(target, check_members):
    with zipfile.ZipFile(request.files["skill"]) as archive:
        check_members(archive, target)
        # ok: data-archive-members-filtered--zip-from-outside
        archive.extractall(target)


def good_names_checked(url, target):
    archive = zipfile.ZipFile(io.BytesIO(requests.get(url, timeout=30).content))
    if any(".." in name for name in archive.namelist()):
        raise ValueError(url)
    # ok: data-archive-members-filtered--zip-from-outside
    archive.extractall(target)


def good_one(url):
    archive = zipfile.ZipFile(io.BytesIO(requests.get(url, timeout=30).content))
    # ok: data-archive-members-filtered--zip-from-outside
    return archive.read("data.json")


async def unpacked_elsewhere(loop, place, target):
    archive = tarfile.open(place)
    # ruleid: data-archive-members-filtered--elsewhere
    await loop.run_in_executor(None, archive.extractall, target)


async def unpacked_in_a_thread(place, target):
    with tarfile.open(place) as archive:
        # ruleid: data-archive-members-filtered--elsewhere
        await asyncio.to_thread(archive.extractall, target)


async def unpacked_by_a_part(loop, place, target):
    archive = tarfile.open(place)
    # ruleid: data-archive-members-filtered--elsewhere
    await loop.run_in_executor(None, functools.partial(archive.extractall, target))


async def good_unpacked_elsewhere(loop, place, target):
    archive = tarfile.open(place)
    # ok: data-archive-members-filtered--elsewhere
    await loop.run_in_executor(None, functools.partial(archive.extractall, target, filter="data"))
    # ok: data-archive-members-filtered--elsewhere
    await asyncio.to_thread(archive.extractall, target, filter="data")
