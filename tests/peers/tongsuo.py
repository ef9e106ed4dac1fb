"""A TLCP or TLS server made of tongsuopy's libssl, in a process of its own: an old library may crash, and shall alone.

    python tongsuo.py FOLDER SUITES MODE

FOLDER holds sign.pem, sign.key, enc.pem, enc.key, ca.pem (and rsa.pem, rsa.key); MODE is any of tlcp, mixed, mutual,
joined by commas. It prints its port and ends when its standard input does.
"""

from __future__ import annotations

import ctypes
import os
import socket
import struct
import sys
import threading
from pathlib import Path

import tongsuopy


def library() -> ctypes.CDLL:
    (found,) = Path(tongsuopy.__file__).parent.rglob("_tongsuo*.so")
    lib = ctypes.CDLL(str(found))
    pointers = {
        "NTLS_server_method": [],
        "TLS_server_method": [],
        "SSL_CTX_new": [ctypes.c_void_p],
        "SSL_new": [ctypes.c_void_p],
        "SSL_load_client_CA_file": [ctypes.c_char_p],
    }
    for name, arguments in pointers.items():
        function = getattr(lib, name)
        function.restype, function.argtypes = ctypes.c_void_p, arguments
    files = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int]
    for name in (
        "SSL_CTX_use_sign_certificate_file",
        "SSL_CTX_use_sign_PrivateKey_file",
        "SSL_CTX_use_enc_certificate_file",
        "SSL_CTX_use_enc_PrivateKey_file",
        "SSL_CTX_use_certificate_file",
        "SSL_CTX_use_PrivateKey_file",
    ):
        getattr(lib, name).argtypes = files
    lib.SSL_CTX_enable_ntls.argtypes = [ctypes.c_void_p]
    lib.SSL_CTX_set_cipher_list.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
    lib.SSL_CTX_load_verify_locations.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p]
    lib.SSL_CTX_set_verify.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p]
    lib.SSL_CTX_set_client_CA_list.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
    lib.SSL_CTX_set_session_id_context.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_uint]
    lib.SSL_set_fd.argtypes = [ctypes.c_void_p, ctypes.c_int]
    for name in ("SSL_accept", "SSL_free", "SSL_shutdown"):
        getattr(lib, name).argtypes = [ctypes.c_void_p]
    lib.SSL_write.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int]
    lib.SSL_read.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int]
    return lib


def must(answer: int, what: str) -> None:
    if answer <= 0:
        sys.exit(f"{what} failed")


def context(lib: ctypes.CDLL, folder: Path, suites: str, mode: set[str]) -> int:
    method = lib.TLS_server_method() if "mixed" in mode else lib.NTLS_server_method()
    ctx: int = lib.SSL_CTX_new(method)
    lib.SSL_CTX_enable_ntls(ctx)
    pem = 1
    for use, file in (
        ("sign_certificate", "sign.pem"),
        ("sign_PrivateKey", "sign.key"),
        ("enc_certificate", "enc.pem"),
        ("enc_PrivateKey", "enc.key"),
    ):
        must(getattr(lib, f"SSL_CTX_use_{use}_file")(ctx, str(folder / file).encode(), pem), file)
    if "mixed" in mode:
        must(lib.SSL_CTX_use_certificate_file(ctx, str(folder / "rsa.pem").encode(), pem), "rsa.pem")
        must(lib.SSL_CTX_use_PrivateKey_file(ctx, str(folder / "rsa.key").encode(), pem), "rsa.key")
    must(lib.SSL_CTX_set_cipher_list(ctx, suites.encode()), suites)
    must(lib.SSL_CTX_load_verify_locations(ctx, str(folder / "ca.pem").encode(), None), "ca.pem")
    lib.SSL_CTX_set_session_id_context(ctx, b"peer", 4)
    if "mutual" in mode:
        lib.SSL_CTX_set_verify(ctx, 3, None)
        lib.SSL_CTX_set_client_CA_list(ctx, lib.SSL_load_client_CA_file(str(folder / "ca.pem").encode()))
    return ctx


def serve(lib: ctypes.CDLL, ctx: int, connection: socket.socket) -> None:
    for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
        connection.setsockopt(socket.SOL_SOCKET, option, struct.pack("ll", 10, 0))
    ssl = lib.SSL_new(ctx)
    lib.SSL_set_fd(ssl, connection.fileno())
    if lib.SSL_accept(ssl) == 1:
        lib.SSL_write(ssl, b"hello", 5)
        lib.SSL_read(ssl, ctypes.create_string_buffer(100), 100)
        lib.SSL_shutdown(ssl)
    lib.SSL_free(ssl)
    connection.close()


def main() -> None:
    folder, suites, mode = Path(sys.argv[1]), sys.argv[2], set(sys.argv[3].split(","))
    lib = library()
    ctx = context(lib, folder, suites, mode)
    listening = socket.create_server(("127.0.0.1", 0), backlog=128)
    sys.stdout.write(f"{listening.getsockname()[1]}\n")
    sys.stdout.flush()

    def accept() -> None:
        while True:
            connection, _peer = listening.accept()
            threading.Thread(target=serve, args=(lib, ctx, connection), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
