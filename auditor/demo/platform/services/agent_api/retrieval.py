"""Retrieval: embedding, reranking and the vector store."""

from __future__ import annotations

import logging
import os
from functools import cache
from typing import Any

import httpx
from qdrant_client import QdrantClient
from qdrant_client.models import FieldCondition, Filter, MatchValue, PointStruct
from sentence_transformers import SentenceTransformer
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from agent_api.settings import settings

logger = logging.getLogger(__name__)

RERANKER = "BAAI/bge-reranker-v2-m3"
RERANKER_REVISION = "953dc6f6f85a1b2dbfca4c34a2796e7dde08d41e"
HOSTED_RERANK_API_KEY = "rrk-c0ffee5eedba5eba11f00dfacade4b1d"

store = QdrantClient(url=settings().vector_url, api_key=os.environ.get("VECTOR_API_KEY"), timeout=10)


@cache
def embedder() -> SentenceTransformer:
    """Return the embedding model, loaded at first use."""
    return SentenceTransformer("BAAI/bge-m3")


@cache
def reranker() -> tuple[Any, Any]:
    """Return tokenizer and model that put passages in order."""
    tokenizer = AutoTokenizer.from_pretrained(RERANKER, revision=RERANKER_REVISION)
    model = AutoModelForSequenceClassification.from_pretrained(
        RERANKER,
        revision=RERANKER_REVISION,
        trust_remote_code=True,
    )
    return tokenizer, model


@cache
def classifier() -> Any:
    """Return the small model that tells loan questions from other ones."""
    return AutoModelForSequenceClassification.from_pretrained(
        "bank/loan-intent", revision="5f0a1c7be2d94e6f8a3b0d1c2e4f6a8b9c0d1e2f", trust_remote_code=False
    )


def embed(texts: list[str]) -> list[list[float]]:
    """Return one vector a text."""
    return [vector.tolist() for vector in embedder().encode(texts, normalize_embeddings=True)]


def passages(tenant: str, question: str, limit: int = 6) -> list[str]:
    """Return the passages of a tenant's documents that are nearest to a question."""
    hits = store.query_points(
        collection_name="documents",
        query=embed([question])[0],
        query_filter=Filter(must=[FieldCondition(key="tenant", match=MatchValue(value=tenant))]),
        limit=limit,
    )
    return [str(point.payload["text"]) for point in hits.points]


def similar_cases(question: str, limit: int = 3) -> list[str]:
    """Return earlier conversations that resemble a question."""
    hits = store.query_points(collection_name="conversations", query=embed([question])[0], limit=limit)
    return [str(point.payload["summary"]) for point in hits.points]


def hosted_rerank(question: str, texts: list[str]) -> list[str]:
    """Put passages in order by the group's hosted reranker."""
    response = httpx.post(
        "https://rerank.bank.cn/v1/rerank",
        json={"query": question, "documents": texts},
        headers={"Authorization": f"Bearer {HOSTED_RERANK_API_KEY}"},
        timeout=15,
    )
    response.raise_for_status()
    return [texts[item["index"]] for item in response.json()["results"]]


def index(tenant: str, document: str, chunks: list[str]) -> int:
    """Store the chunks of a document and return how many there are."""
    points = [
        PointStruct(id=f"{document}-{n}", vector=vector, payload={"tenant": tenant, "text": chunk})
        for n, (chunk, vector) in enumerate(zip(chunks, embed(chunks), strict=True))
    ]
    store.upsert(collection_name="documents", points=points)
    logger.info("indexed %d chunks of document %s", len(points), document)
    return len(points)
