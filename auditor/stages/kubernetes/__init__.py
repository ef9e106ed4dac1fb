"""Cluster objects, control plane settings and node files, from files, charts, snapshots, nodes and live clusters."""
