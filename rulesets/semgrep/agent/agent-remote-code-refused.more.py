from transformers import AutoModel, pipeline, AutoTokenizer
import transformers
from sentence_transformers import SentenceTransformer, CrossEncoder
from vllm import LLM
from datasets import load_dataset

REV = "5f0a1c7be2d94e6f8a3b0d1c2e4f6a8b9c0d1e2f"
# ruleid: agent-remote-code-refused
model = transformers.AutoModelForCausalLM.from_pretrained("Qwen/Qwen-7B", device_map="auto", trust_remote_code=True, revision=REV)
# ok: agent-remote-code-refused
model2 = transformers.AutoModelForCausalLM.from_pretrained("Qwen/Qwen-7B", device_map="auto", trust_remote_code=False, revision=REV)
# ruleid: agent-remote-code-refused
pipe = pipeline("text-generation", model="a/b", trust_remote_code=True, revision=REV)
# ok: agent-remote-code-refused
pipe2 = pipeline("text-generation", model="a/b", revision=REV)
# ruleid: agent-remote-code-refused
embed = SentenceTransformer("a/b", trust_remote_code=True, revision=REV)
# ruleid: agent-remote-code-refused
llm = LLM(model="a/b", trust_remote_code=True, revision=REV)
# ok: agent-remote-code-refused
llm2 = LLM(model="a/b", revision=REV)
# ruleid: agent-remote-code-refused
ds = load_dataset("a/b", trust_remote_code=True, revision=REV)
# ruleid: agent-remote-code-refused
kwargs = {"trust_remote_code": True, "revision": REV}
tok = AutoTokenizer.from_pretrained("a/b", **kwargs)
# ok: agent-remote-code-refused
kwargs2 = {"trust_remote_code": False, "revision": REV}
