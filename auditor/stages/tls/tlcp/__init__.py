"""A client of TLCP (GB/T 38636-2020) that finishes the handshake and proves each answer."""
