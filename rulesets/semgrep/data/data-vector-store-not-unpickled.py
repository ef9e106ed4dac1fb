from langchain_community.vectorstores import FAISS


def open_index(folder, embeddings, options):
    # ruleid: data-vector-store-not-unpickled
    store = FAISS.load_local(folder, embeddings, allow_dangerous_deserialization=True)
    # ruleid: data-vector-store-not-unpickled
    options["allow_dangerous_deserialization"] = True
    return store


def good(folder, embeddings):
    # ok: data-vector-store-not-unpickled
    return FAISS.load_local(folder, embeddings, allow_dangerous_deserialization=False)
