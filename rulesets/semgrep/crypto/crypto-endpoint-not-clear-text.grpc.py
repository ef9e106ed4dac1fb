def serve(server, port, credentials):
    # ruleid: crypto-endpoint-not-clear-text--grpc
    server.add_insecure_port("0.0.0.0:50051")
    # ruleid: crypto-endpoint-not-clear-text--grpc
    server.add_insecure_port(f"[::]:{port}")
    # ok: crypto-endpoint-not-clear-text--grpc
    server.add_insecure_port("127.0.0.1:50051")
    # ok: crypto-endpoint-not-clear-text--grpc
    server.add_secure_port("0.0.0.0:50051", credentials)
