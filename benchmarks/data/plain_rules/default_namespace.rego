package plain.default_namespace

deny contains sprintf("%s: in default", [input.metadata.name]) if input.metadata.namespace == "default"
