def score(es, formula, weight):
    # ruleid: web-query-operators-fixed--script
    es.search(index="docs", query={"script_score": {"script": {"source": formula}}})
    # ok: web-query-operators-fixed--script
    es.search(index="docs", query={"script_score": {"script": {"source": "_score * params.w", "params": {"w": weight}}}})
