"""Facts of a cluster as rules in Rego are asked about them; see `auditor.stages.policy.domain`."""

from auditor.stages.kubernetes.questions.domain import DOMAIN

__all__ = ["DOMAIN"]
