import functools
import io
import os

import torch
from safetensors.torch import load_file
from torch import load as torch_load


def reranker(path: str, device: str):
    # ruleid: data-torch-load-weights-only
    state = torch.load(path, map_location=device)
    return state


class Encoder(torch.nn.Module):
    def restore(self, path):
        # ruleid: data-torch-load-weights-only
        self.load_state_dict(torch.load(path))

    def restore_full(self, path):
        # ruleid: data-torch-load-weights-only
        return torch.load(path, map_location="cpu", weights_only=False)


def from_bytes(data: bytes):
    # ruleid: data-torch-load-weights-only
    return torch_load(io.BytesIO(data))


# ruleid: data-torch-load-weights-only
load_cpu = functools.partial(torch.load, map_location="cpu")

# ruleid: data-torch-load-weights-only
os.environ["TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD"] = "1"


def from_hub(name, cache):
    with open(cache / name, "rb") as handle:
        # ruleid: data-torch-load-weights-only
        checkpoint = torch.load(handle, "cpu")
    return checkpoint["model"]


def good_weights(path: str):
    # ok: data-torch-load-weights-only
    return torch.load(path, map_location="cpu", weights_only=True)


def good_safetensors(path: str):
    # ok: data-torch-load-weights-only
    return load_file(path)


def good_options(path: str, **options):
    options.setdefault("weights_only", True)
    # ok: data-torch-load-weights-only
    return torch.load(path, **options)


def good_short(path):
    # ok: data-torch-load-weights-only
    return torch_load(path, weights_only=True)


def clone(model):
    buffer = io.BytesIO()
    torch.save(model, buffer)
    buffer.seek(0)
    # ok: data-torch-load-weights-only
    return torch.load(buffer)


# ok: data-torch-load-weights-only
load_safely = functools.partial(torch.load, weights_only=True)
# ok: data-torch-load-weights-only
os.environ["TORCH_FORCE_WEIGHTS_ONLY_LOAD"] = "1"


def good_jit(path):
    # ok: data-torch-load-weights-only
    return torch.jit.load(path)
