import numpy as np
import numpy
from numpy import load as npload


def a(p):
    # ruleid: data-numpy-pickle-disabled
    return np.load(p, allow_pickle=True)


def b(p):
    # ruleid: data-numpy-pickle-disabled
    return numpy.load(file=p, mmap_mode=None, allow_pickle=True)["x"]


def c(p):
    # ruleid: data-numpy-pickle-disabled
    return npload(p, allow_pickle=True).item()


def d(p):
    # ruleid: data-numpy-pickle-disabled
    return np.load(p, None, True)


def e(p):
    # ok: data-numpy-pickle-disabled
    return np.load(p)


def f(p):
    # ok: data-numpy-pickle-disabled
    return np.load(p, allow_pickle=False)


def g(p):
    # ok: data-numpy-pickle-disabled
    return np.loadtxt(p)


def h(p, a):
    # ok: data-numpy-pickle-disabled
    np.save(p, a, allow_pickle=False)
