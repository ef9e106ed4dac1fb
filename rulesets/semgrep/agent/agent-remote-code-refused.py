import subprocess
from dataclasses import dataclass

import torch
from transformers import AutoModel, AutoModelForCausalLM, AutoTokenizer, pipeline
from vllm import LLM


def bad(name, options):
    # ruleid: agent-remote-code-refused
    AutoModelForCausalLM.from_pretrained(name, trust_remote_code=True, device_map="auto")
    # ruleid: agent-remote-code-refused
    AutoTokenizer.from_pretrained("org/model", revision="main", trust_remote_code=True)
    # ruleid: agent-remote-code-refused
    LLM(model=name, trust_remote_code=True)
    # ruleid: agent-remote-code-refused
    pipeline("text-generation", model=name, trust_remote_code=True)
    # ruleid: agent-remote-code-refused
    kwargs = {"trust_remote_code": True, "device": "cpu"}
    # ruleid: agent-remote-code-refused
    options["trust_remote_code"] = True
    trust = True
    # ruleid: agent-remote-code-refused
    AutoModel.from_pretrained(name, trust_remote_code=trust)
    # ruleid: agent-remote-code-refused, agent-remote-code-refused--configuration
    subprocess.run(["vllm", "serve", name, "--trust-remote-code"], timeout=5)
    return kwargs


# ruleid: agent-remote-code-refused
def load(name, trust_remote_code=True):
    return AutoModel.from_pretrained(name, trust_remote_code=trust_remote_code)


@dataclass
class Options:
    # ruleid: agent-remote-code-refused
    trust_remote_code: bool = True


def good(name, options, settings):
    # ok: agent-remote-code-refused
    AutoModelForCausalLM.from_pretrained(name, trust_remote_code=False)
    # ok: agent-remote-code-refused
    AutoTokenizer.from_pretrained("org/model", revision="0123456789abcdef0123456789abcdef01234567")
    # ok: agent-remote-code-refused
    LLM(model=name)
    # ok: agent-remote-code-refused
    kwargs = {"trust_remote_code": False}
    # ok: agent-remote-code-refused
    options["trust_remote_code"] = False
    # ok: agent-remote-code-refused
    AutoModel.from_pretrained(name, trust_remote_code=settings.trust_remote_code)
    # ok: agent-remote-code-refused
    torch.hub.load("org/repo", "model", trust_repo="check")
    return kwargs
