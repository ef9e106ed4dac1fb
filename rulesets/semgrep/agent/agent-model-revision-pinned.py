from datasets import load_dataset
from huggingface_hub import hf_hub_download, snapshot_download
from sentence_transformers import CrossEncoder, SentenceTransformer
from transformers import AutoModel, AutoTokenizer, pipeline

SHA = "0123456789abcdef0123456789abcdef01234567"
MODEL_NAME = "org/reranker"


def bad(model_name, repo):
    # ruleid: agent-model-revision-pinned
    AutoModel.from_pretrained("BAAI/bge-m3")
    # ruleid: agent-model-revision-pinned
    AutoTokenizer.from_pretrained("BAAI/bge-m3", use_fast=True)
    # ruleid: agent-model-revision-pinned
    SentenceTransformer("sentence-transformers/all-MiniLM-L6-v2", device="cpu")
    # ruleid: agent-model-revision-pinned
    pipeline("text-generation", model="org/model")
    # ruleid: agent-model-revision-pinned
    snapshot_download(repo_id=repo, local_dir="/models")
    # ruleid: agent-model-revision-pinned
    hf_hub_download(repo, "model.safetensors")
    # ruleid: agent-model-revision-pinned
    load_dataset("org/data", split="train")
    # ruleid: agent-model-revision-pinned
    AutoModel.from_pretrained("org/model", revision="main")
    # ruleid: agent-model-revision-pinned
    CrossEncoder(MODEL_NAME)
    # ruleid: agent-model-revision-pinned
    AutoModel.from_pretrained(model_name)


def good(model_dir, repo, options):
    # ok: agent-model-revision-pinned
    AutoModel.from_pretrained("BAAI/bge-m3", revision=SHA)
    # ok: agent-model-revision-pinned
    AutoModel.from_pretrained("./models/bge-m3")
    # ok: agent-model-revision-pinned
    AutoModel.from_pretrained("/models/bge-m3")
    # ok: agent-model-revision-pinned
    AutoModel.from_pretrained(model_dir)
    # ok: agent-model-revision-pinned
    AutoTokenizer.from_pretrained("BAAI/bge-m3", local_files_only=True)
    # ok: agent-model-revision-pinned
    snapshot_download(repo_id=repo, revision=SHA)
    # ok: agent-model-revision-pinned
    hf_hub_download(repo, "model.safetensors", revision=SHA)
    # ok: agent-model-revision-pinned
    SentenceTransformer("sentence-transformers/all-MiniLM-L6-v2", revision=SHA)
    # ok: agent-model-revision-pinned
    AutoModel.from_pretrained("BAAI/bge-m3", **options)
    # ok: agent-model-revision-pinned
    load_dataset("json", data_files="a.json")
