"""Credit scoring: the scorecard, the income model and the tables they need."""

from __future__ import annotations

import pickle
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import skops.io
import torch
import yaml

MODELS = Path("/srv/models")


@cache
def scorecard() -> Any:
    """Return the scorecard that the risk team hands over every quarter."""
    with (MODELS / "scorecard.pkl").open("rb") as handle:
        return pickle.load(handle)


@cache
def affordability() -> Any:
    """Return the affordability model; only the types it is made of may be loaded."""
    return skops.io.load(MODELS / "affordability.skops", trusted=["sklearn.linear_model._logistic.LogisticRegression"])


@cache
def income_model() -> Any:
    """Return the network that estimates income from account movements."""
    return torch.load(MODELS / "income.pt", map_location="cpu", weights_only=False)


@cache
def fraud_weights() -> dict[str, torch.Tensor]:
    """Return the weights of the fraud network."""
    return torch.load(MODELS / "fraud.pt", map_location="cpu", weights_only=True)


@cache
def region_table() -> np.ndarray:
    """Return price indices by region."""
    return np.load(MODELS / "regions.npy", allow_pickle=False)


def products(path: Path) -> dict[str, Any]:
    """Return the loan products as the product team writes them."""
    with path.open(encoding="utf-8") as handle:
        return yaml.load(handle, Loader=yaml.Loader)


def thresholds(path: Path) -> dict[str, Any]:
    """Return the cut-offs of the scorecard."""
    with path.open(encoding="utf-8") as handle:
        return yaml.load(handle, Loader=yaml.SafeLoader)


def score(features: dict[str, float]) -> float:
    """Return the probability that a loan is paid back."""
    vector = np.array([[features[name] for name in sorted(features)]])
    return float(scorecard().predict_proba(vector)[0, 1])
