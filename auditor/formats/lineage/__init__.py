"""Foreign documents of data lineage: events, traces, exports, manifests, SQL; each becomes the values of `values`."""
