from qdrant_client import QdrantClient, models
import chromadb
from pymilvus import Collection, MilvusClient
from fastapi import FastAPI, Depends

app = FastAPI()
qdrant = QdrantClient("q")
milvus = MilvusClient("m")
chroma = chromadb.Client().get_collection("docs")


@app.get("/search")
def search(q: str, user=Depends(lambda: None)):
    # ruleid: agent-vector-search-tenant-filtered
    return qdrant.search(collection_name="docs", query_vector=embed(q), limit=5)


@app.get("/search-ok")
def search_ok(q: str, user=Depends(lambda: None)):
    flt = models.Filter(must=[models.FieldCondition(key="tenant", match=models.MatchValue(value=user.tenant))])
    # ok: agent-vector-search-tenant-filtered
    return qdrant.search(collection_name="docs", query_vector=embed(q), query_filter=flt, limit=5)


@app.get("/chroma")
def chroma_search(q: str):
    # ruleid: agent-vector-search-tenant-filtered
    return chroma.query(query_texts=[q], n_results=5)


@app.get("/chroma-ok")
def chroma_ok(q: str, user=Depends(lambda: None)):
    # ok: agent-vector-search-tenant-filtered
    return chroma.query(query_texts=[q], n_results=5, where={"tenant": user.tenant})


@app.get("/milvus")
def milvus_search(q: str):
    # ruleid: agent-vector-search-tenant-filtered
    return milvus.search(collection_name="docs", data=[embed(q)], limit=3)


@app.get("/milvus-ok")
def milvus_ok(q: str, user=Depends(lambda: None)):
    # ok: agent-vector-search-tenant-filtered
    return milvus.search(collection_name="docs", data=[embed(q)], limit=3, filter=f'tenant == "{user.tenant}"')


@app.get("/lc")
def lc(q: str, vectorstore=Depends(lambda: None)):
    # ruleid: agent-vector-search-tenant-filtered
    return vectorstore.similarity_search(q, k=4)


@app.get("/lc-ok")
def lc_ok(q: str, vectorstore=Depends(lambda: None), user=Depends(lambda: None)):
    # ok: agent-vector-search-tenant-filtered
    return vectorstore.similarity_search(q, k=4, filter={"tenant": user.tenant})
