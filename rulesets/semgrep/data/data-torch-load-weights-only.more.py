import torch
from torch import load as tload, nn
import torch as th


class Model(nn.Module):
    def restore(self, path):
        # ruleid: data-torch-load-weights-only
        self.load_state_dict(torch.load(path, map_location="cpu"))

    def restore_ok(self, path):
        # ok: data-torch-load-weights-only
        self.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))


def a(path):
    # ruleid: data-torch-load-weights-only
    return tload(path)


def b(path):
    # ruleid: data-torch-load-weights-only
    return th.load(path, weights_only=False)


def c(path, **kw):
    # ruleid: data-torch-load-weights-only
    ckpt = torch.load(f=path)
    return ckpt


def d(path):
    from safetensors.torch import load_file
    # ok: data-torch-load-weights-only
    return load_file(path)


def e(path):
    opts = {"weights_only": True}
    # ok: data-torch-load-weights-only
    return torch.load(path, **opts)


def f(path):
    # ok: data-torch-load-weights-only
    return th.load(path, "cpu", weights_only=True)
