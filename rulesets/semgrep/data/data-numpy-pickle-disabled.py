import functools

import numpy
import numpy as np
from numpy import load
from numpy.lib import format as npy_format


def vectors(path):
    # ruleid: data-numpy-pickle-disabled
    return np.load(path, allow_pickle=True)


def index(path):
    # ruleid: data-numpy-pickle-disabled
    data = load(path, mmap_mode="r", allow_pickle=True)
    # ruleid: data-numpy-pickle-disabled
    return data, numpy.load(path, None, True)


def dataset(upload):
    allow = True
    # ruleid: data-numpy-pickle-disabled
    with np.load(upload.file, allow_pickle=allow) as bundle:
        return bundle["items"].item()


def raw(handle):
    # ruleid: data-numpy-pickle-disabled
    return npy_format.read_array(handle, allow_pickle=True)


# ruleid: data-numpy-pickle-disabled
load_objects = functools.partial(np.load, allow_pickle=True)


def by_options(path):
    # ruleid: data-numpy-pickle-disabled
    options = {"mmap_mode": None, "allow_pickle": True}
    return np.load(path, **options)


def good(path):
    # ok: data-numpy-pickle-disabled
    return np.load(path)


def good_explicit(path):
    # ok: data-numpy-pickle-disabled
    return np.load(path, allow_pickle=False)


def good_write(path, array):
    # ok: data-numpy-pickle-disabled
    np.save(path, array, allow_pickle=True)


def good_positional(path):
    # ok: data-numpy-pickle-disabled
    return np.load(path, "r", False)


def good_mmap(path):
    # ok: data-numpy-pickle-disabled
    return npy_format.open_memmap(path, mode="r")


def good_other(reader, path):
    # ok: data-numpy-pickle-disabled
    return reader.scan(path, allow_pickle_files=True)
