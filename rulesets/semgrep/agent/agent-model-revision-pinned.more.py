from transformers import AutoModel, AutoTokenizer, pipeline
from huggingface_hub import snapshot_download, hf_hub_download
from sentence_transformers import SentenceTransformer
from diffusers import DiffusionPipeline
from modelscope import snapshot_download as ms_download
import os

NAME = "BAAI/bge-m3"
# ruleid: agent-model-revision-pinned
a = AutoModel.from_pretrained("BAAI/bge-m3")
# ok: agent-model-revision-pinned
b = AutoModel.from_pretrained("BAAI/bge-m3", revision="5617a9f61b028005a4858fdac845db406aefb181")
# ruleid: agent-model-revision-pinned
c = snapshot_download("BAAI/bge-m3", local_dir="/models")
# ok: agent-model-revision-pinned
d = snapshot_download("BAAI/bge-m3", revision="5617a9f61b028005a4858fdac845db406aefb181")
# ruleid: agent-model-revision-pinned
e = hf_hub_download(repo_id="BAAI/bge-m3", filename="config.json")
# ruleid: agent-model-revision-pinned
f = SentenceTransformer(NAME)
# ok: agent-model-revision-pinned
g = SentenceTransformer("/models/bge-m3")
# ruleid: agent-model-revision-pinned
h = DiffusionPipeline.from_pretrained("stabilityai/sdxl")
# ok: agent-model-revision-pinned
i = AutoTokenizer.from_pretrained("./local/model")
# ruleid: agent-model-revision-pinned
j = AutoTokenizer.from_pretrained("BAAI/bge-m3", revision="main")
# ok: agent-model-revision-pinned
k = AutoModel.from_pretrained(os.path.join("/models", "bge"), local_files_only=True)
