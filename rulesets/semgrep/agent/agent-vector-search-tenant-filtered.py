from langchain_chroma import Chroma
from mem0 import Memory
from pinecone import Pinecone
from qdrant_client import QdrantClient

memory = Memory()
qdrant = QdrantClient("localhost")
index = Pinecone().Index("docs")


def bad(vectorstore, collection, milvus_client, query, vec, cur):
    # ruleid: agent-vector-search-tenant-filtered
    vectorstore.similarity_search(query, k=4)
    # ruleid: agent-vector-search-tenant-filtered
    vectorstore.similarity_search_with_score(query)
    # ruleid: agent-vector-search-tenant-filtered
    collection.query(query_texts=[query], n_results=5)
    # ruleid: agent-vector-search-tenant-filtered
    qdrant.search(collection_name="docs", query_vector=vec, limit=5)
    # ruleid: agent-vector-search-tenant-filtered
    qdrant.query_points("docs", query=vec)
    # ruleid: agent-vector-search-tenant-filtered
    index.query(vector=vec, top_k=5, include_metadata=True)
    # ruleid: agent-vector-search-tenant-filtered
    milvus_client.search(collection_name="docs", data=[vec], limit=5)
    # ruleid: agent-vector-search-tenant-filtered
    memory.search(query, limit=5)
    # ruleid: agent-vector-search-tenant-filtered
    retriever = vectorstore.as_retriever(search_type="mmr")
    # ruleid: agent-vector-search-tenant-filtered
    cur.execute("SELECT body FROM chunks ORDER BY embedding <=> %s LIMIT 5", (vec,))
    return retriever


def good(vectorstore, collection, milvus_client, query, vec, cur, tenant_id, user, options):
    # ok: agent-vector-search-tenant-filtered
    vectorstore.similarity_search(query, k=4, filter={"tenant_id": tenant_id})
    # ok: agent-vector-search-tenant-filtered
    collection.query(query_texts=[query], where={"user_id": user.id})
    # ok: agent-vector-search-tenant-filtered
    qdrant.search(collection_name="docs", query_vector=vec, query_filter=by_tenant(tenant_id))
    # ok: agent-vector-search-tenant-filtered
    qdrant.query_points(f"docs_{tenant_id}", query=vec)
    # ok: agent-vector-search-tenant-filtered
    index.query(vector=vec, top_k=5, namespace=tenant_id)
    # ok: agent-vector-search-tenant-filtered
    milvus_client.search(collection_name="docs", data=[vec], filter=f'tenant == "{tenant_id}"')
    # ok: agent-vector-search-tenant-filtered
    memory.search(query, user_id=user.id)
    # ok: agent-vector-search-tenant-filtered
    vectorstore.as_retriever(search_kwargs={"filter": {"tenant": tenant_id}})
    # ok: agent-vector-search-tenant-filtered
    vectorstore.similarity_search(query, **options)
    # ok: agent-vector-search-tenant-filtered
    cur.execute("SELECT body FROM chunks WHERE tenant_id = %s ORDER BY embedding <=> %s", (tenant_id, vec))
    # ok: agent-vector-search-tenant-filtered
    PATTERN.search(query)


def own_collection(tenant_id, query):
    vectorstore = Chroma(collection_name=f"tenant_{tenant_id}")
    # ok: agent-vector-search-tenant-filtered
    return vectorstore.similarity_search(query)
