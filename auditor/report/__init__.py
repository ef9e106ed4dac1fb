"""From a finished record to bytes; reports read the record and compute nothing."""
