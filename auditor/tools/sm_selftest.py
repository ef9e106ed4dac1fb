"""Known answers of SM2, SM3 and SM4 by three implementations, before an SM verdict is given: ours, OpenSSL's, gmssl's.

gmssl is an independent second opinion on public data only; it never sees a private key (design §4.2).
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from typing import Final

from auditor.errors import IntegrityError
from auditor.formats import sm2, x509

_SM3_OF_ABC: Final = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
"""GB/T 32905-2016 A.1."""
_SM4_KEY: Final = bytes.fromhex("0123456789abcdeffedcba9876543210")
_SM4_ANSWER: Final = "681edf34d206965e86b3e94f536e4246"
"""GB/T 32907-2016 A.1: one block under a key that is the same octets."""
_POINT: Final = (
    0x09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020,
    0xCCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13,
)
_MESSAGE: Final = b"message digest"
_SIGNATURE: Final = bytes.fromhex(
    "3046022100f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3022100"
    "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"
)
"""GB/T 32918.5-2017 A.2."""
_ROOT: Final = bytes.fromhex(
    "308201423081e9a003020102020203e9300a06082a811ccf5501837530183116301406035504030c0d5465737420534d3220"
    "526f6f74301e170d3236303130313030303030305a170d3436303130313030303030305a30183116301406035504030c0d54"
    "65737420534d3220526f6f743059301306072a8648ce3d020106082a811ccf5501822d03420004c0204006c1a85e06c91208"
    "e04289325129278b90c007eb2a0448d8e04d86ece6e63f925011c7ff50e496546fc03d93f2012caa4d794bf4a7a0713a60b6"
    "de006aa3233021300f0603551d130101ff040530030101ff300e0603551d0f0101ff040403020106300a06082a811ccf5501"
    "83750348003045022100b5d4fa0526a37ead1efd4bf069d0608b12149c130d78a21ce3b313a6bb52b4c5022079c83ea34798"
    "ac2b81eb0c08df2afeedcf02f9fa3da759c302bb436ac658f03e"
)
_ISSUED: Final = bytes.fromhex(
    "3082013f3081e7a003020102020203ea300a06082a811ccf5501837530183116301406035504030c0d5465737420534d3220"
    "526f6f74301e170d3236303130313030303030305a170d3436303130313030303030305a30163114301206035504030c0b54"
    "65737420534d322043413059301306072a8648ce3d020106082a811ccf5501822d03420004c6b79c64d832d3c1a6d56c50fe"
    "6223b64ef6fb0fd43b61170570ae503d3201167e2507a72b6a9647dbab6aa9e26d0ae1f4ccf3b2da83184fb71d49c9c36909"
    "c5a3233021300f0603551d130101ff040530030101ff300e0603551d0f0101ff040403020106300a06082a811ccf55018375"
    "0347003044022008b24f65ff8c1d3a922660bca61bfe823e2c25422864aae1950619b0df57bc50022050c08f670b69ffb5f3"
    "f4ada40dffe529b1f9ff1f263e3fe497d2ee62660b6b4b"
)
"""Two SM2 certificates that were made for this project: OpenSSL verifies the second under the first."""
_WITHIN: Final = datetime(2026, 6, 1, tzinfo=UTC)


def answers() -> dict[str, dict[str, bool]]:
    """Return by algorithm whether each implementation gives the known answer, and refuses a changed one."""
    return {
        "SM2": {"auditor": _own_sm2(), "OpenSSL": _openssl_sm2(), "gmssl": _gmssl_sm2()},
        "SM3": {"OpenSSL": x509.sm3(b"abc").hex() == _SM3_OF_ABC, "gmssl": _gmssl_sm3() == _SM3_OF_ABC},
        "SM4": {"OpenSSL": _openssl_sm4() == _SM4_ANSWER, "gmssl": _gmssl_sm4() == _SM4_ANSWER},
    }


@cache
def run() -> tuple[str, str]:
    """Compare all implementations once in a process.

    Returns:
        Versions, and a digest over what was compared.

    Raises:
        IntegrityError: One of them does not give the known answer: no SM verdict of this installation can be relied on.
    """
    found = answers()
    wrong = [f"{name} by {who}" for name, by in found.items() for who, holds in by.items() if not holds]
    if wrong:
        message = f"the self-test of SM algorithms failed: {', '.join(wrong)}"
        raise IntegrityError(message)
    return versions(), hashlib.sha256(repr(sorted(found)).encode()).hexdigest()


def versions() -> str:
    """Return the versions of what is compared."""
    from cryptography.hazmat.backends.openssl.backend import backend  # noqa: PLC0415 - 50 ms that only tls pays

    return f"{backend.openssl_version_text()}, gmssl {version('gmssl')}"


def _own_sm2() -> bool:
    return sm2.verify(_POINT, _MESSAGE, _SIGNATURE) and not sm2.verify(_POINT, _MESSAGE + b"!", _SIGNATURE)


def _openssl_sm2() -> bool:
    """OpenSSL has no bare SM2 verification for Python; it verifies a certificate, and refuses a changed one."""
    from OpenSSL import crypto  # noqa: PLC0415 - as above

    def verifies(octets: bytes) -> bool:
        certificate = crypto.load_certificate(crypto.FILETYPE_ASN1, octets)
        store = crypto.X509Store()
        store.add_cert(crypto.load_certificate(crypto.FILETYPE_ASN1, _ROOT))
        store.set_time(_WITHIN)
        try:
            crypto.X509StoreContext(store, certificate).verify_certificate()
        except crypto.X509StoreContextError:
            return False
        return True

    changed = bytearray(_ISSUED)
    changed[-1] ^= 1
    return verifies(_ISSUED) and not verifies(bytes(changed))


def _gmssl_sm2() -> bool:
    from gmssl import sm2 as second  # noqa: PLC0415 - as above

    octets = sm2.point_to_octets(_POINT).hex()[2:]
    other = second.CryptSM2(private_key="", public_key=octets)
    other.public_key = octets  # it strips leading zeros and fours of what it is given
    r, s = sm2.signature_from_der(_SIGNATURE)
    digest = sm2.message_digest(_POINT, _MESSAGE)
    changed = digest[:-1] + bytes((digest[-1] ^ 1,))
    return bool(other.verify(f"{r:064x}{s:064x}", digest)) and not other.verify(f"{r:064x}{s:064x}", changed)


def _gmssl_sm3() -> str:
    from gmssl import sm3 as second  # noqa: PLC0415 - as above

    return str(second.sm3_hash(list(b"abc")))


def _openssl_sm4() -> str:
    from cryptography.hazmat.primitives.ciphers import Cipher, modes  # noqa: PLC0415 - as above
    from cryptography.hazmat.primitives.ciphers.algorithms import SM4  # noqa: PLC0415

    encryptor = Cipher(SM4(_SM4_KEY), modes.ECB()).encryptor()  # noqa: S305 - one block, as the standard has it
    return (encryptor.update(_SM4_KEY) + encryptor.finalize()).hex()


def _gmssl_sm4() -> str:
    from gmssl.sm4 import SM4_ENCRYPT, CryptSM4  # noqa: PLC0415 - as above

    other = CryptSM4()
    other.set_key(_SM4_KEY, SM4_ENCRYPT)
    return bytes(other.crypt_ecb(_SM4_KEY)[:16]).hex()
