"""SM2 (GB/T 32918): signatures, encryption and key exchange on the recommended curve, with every check it needs.

No library that we may lean on does this: OpenSSL's SM2 is out of reach of Python, and ``gmssl`` draws its nonces from
``random``, never compares C3 and has no range checks. Plain integers, Jacobian coordinates, a fixed-base table.

It is **not constant-time**. It verifies, and it works with keys of tests, of demo peers and of one session; a private
key of production is never put into it (design/sm-tls-and-keys.md §4.1).
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from functools import cache, lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Final, TypeAlias

from cryptography.hazmat.primitives.hashes import SM3, Hash

from auditor.formats import der

if TYPE_CHECKING:
    from collections.abc import Iterator

Point: TypeAlias = tuple[int, int]
"""An affine point that is on the curve and is not at infinity."""

P: Final = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
A: Final = P - 3
B: Final = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N: Final = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
G: Final[Point] = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)
"""GB/T 32918.5-2017, clause 2: the recommended curve; its cofactor is 1."""

DEFAULT_ID: Final = b"1234567812345678"
"""GB/T 35276-2017 clause 10: the user id where nothing else is agreed."""
TLS13_ID: Final = b"TLSv1.3+GM+Cipher+Suite"
"""RFC 8998 3.2.1: the user id of CertificateVerify in TLS 1.3."""

OID_CURVE: Final = "1.2.156.10197.1.301"
OID_EC_KEY: Final = "1.2.840.10045.2.1"
OID_SM2_WITH_SM3: Final = "1.2.156.10197.1.501"

_SIZE: Final = 32
_ID_OCTETS: Final = 8191
"""ENTL counts bits in two octets."""
_UNCOMPRESSED: Final = 4
_COMPRESSED: Final = (2, 3)
_LOW_HALF: Final = (1 << 127) - 1
"""GB/T 32918.3 5.4: w = ⌈⌈log2 n⌉ / 2⌉ - 1 = 127."""
_KDF_OCTETS: Final = 1 << 24

_Jacobian: TypeAlias = tuple[int, int, int]
_INFINITY: Final[_Jacobian] = (1, 1, 0)


class Sm2Error(ValueError):
    """The octets are no SM2 key, point, signature or ciphertext, or do not fit the key."""


# --- Numbers and points ----------------------------------------------------------------------------------------------


def is_on_curve(point: Point) -> bool:
    """Tell whether coordinates are reduced and lie on the curve."""
    x, y = point
    return 0 <= x < P and 0 <= y < P and (y * y - (x * x + A) * x - B) % P == 0


def point_from_octets(octets: bytes) -> Point:
    """Return the point of an uncompressed or compressed encoding.

    Raises:
        Sm2Error: It is none, or lies off the curve.
    """
    if len(octets) == 1 + 2 * _SIZE and octets[0] == _UNCOMPRESSED:
        point = (int.from_bytes(octets[1:33], "big"), int.from_bytes(octets[33:], "big"))
    elif len(octets) == 1 + _SIZE and octets[0] in _COMPRESSED:
        x = int.from_bytes(octets[1:], "big")
        y = pow((x * x + A) * x + B, (P + 1) // 4, P)  # P is 3 modulo 4
        point = (x, P - y if y % 2 != octets[0] % 2 else y)
    else:
        raise Sm2Error("no encoding of a point")
    if not is_on_curve(point):
        raise Sm2Error("the point is not on the curve")
    return point


def point_to_octets(point: Point) -> bytes:
    """Return the uncompressed encoding: 04, x, y."""
    return bytes((_UNCOMPRESSED,)) + _octets(point[0]) + _octets(point[1])


def generate_private_key() -> int:
    """Return a private key from the system's random source, in 1 … n-2."""
    return secrets.randbelow(N - 2) + 1


def public_key(private_key: int) -> Point:
    """Return the public key of a private one.

    Raises:
        Sm2Error: It is not in 1 … n-2.
    """
    if not 0 < private_key < N - 1:
        raise Sm2Error("the private key is out of range")
    return _affine(_times_base(private_key))


def _octets(value: int) -> bytes:
    return value.to_bytes(_SIZE, "big")


def _sm3(*parts: bytes) -> bytes:
    digest = Hash(SM3())
    for part in parts:
        digest.update(part)
    return digest.finalize()


def _double(point: _Jacobian) -> _Jacobian:
    x, y, z = point
    if not z:
        return _INFINITY
    yy = y * y % P
    s = 4 * x * yy % P
    zz = z * z % P
    m = 3 * (x - zz) * (x + zz) % P  # a is -3
    x3 = (m * m - 2 * s) % P
    return x3, (m * (s - x3) - 8 * yy * yy) % P, 2 * y * z % P


def _add_affine(point: _Jacobian, other: Point) -> _Jacobian:
    x1, y1, z1 = point
    x2, y2 = other
    if not z1:
        return x2, y2, 1
    zz = z1 * z1 % P
    h = (x2 * zz - x1) % P
    r = (zz * z1 % P * y2 - y1) % P
    if not h:
        return _INFINITY if r else _double(point)
    hh = h * h % P
    hhh = hh * h % P
    v = x1 * hh % P
    x3 = (r * r - hhh - 2 * v) % P
    return x3, (r * (v - x3) - y1 * hhh) % P, z1 * h % P


def _affine(point: _Jacobian) -> Point:
    x, y, z = point
    if not z:
        raise Sm2Error("the point is at infinity")
    inverse = pow(z, -1, P)
    square = inverse * inverse % P
    return x * square % P, y * square * inverse % P


def _all_affine(points: list[_Jacobian]) -> list[Point]:
    """Return affine points with a single inversion; none of them may be at infinity."""
    products = [1]
    for point in points:
        products.append(products[-1] * point[2] % P)
    inverse = pow(products[-1], -1, P)
    found: list[Point] = []
    for (x, y, z), before in zip(reversed(points), reversed(products[:-1]), strict=True):
        one = inverse * before % P
        inverse = inverse * z % P
        square = one * one % P
        found.append((x * square % P, y * square * one % P))
    return found[::-1]


_BASE_BITS: Final = 8
_BASE_HALF: Final = 1 << (_BASE_BITS - 1)
_KEY_BITS: Final = 5
_HALF_BITS: Final = 128


@cache
def _base_table() -> tuple[tuple[Point, ...], ...]:
    """Return for every window of 8 bits the multiples 1 … 128 of G shifted there: 33 rows, made once in 50 ms."""
    rows = 256 // _BASE_BITS + 1
    points: list[_Jacobian] = []
    start: Point = G
    for _row in range(rows):
        multiple: _Jacobian = _INFINITY
        for _each in range(_BASE_HALF):
            multiple = _add_affine(multiple, start)
            points.append(multiple)
        start = _affine(_double(multiple))
    flat = _all_affine(points)
    return tuple(tuple(flat[row * _BASE_HALF : (row + 1) * _BASE_HALF]) for row in range(rows))


def _times_base(scalar: int, onto: _Jacobian = _INFINITY) -> _Jacobian:
    """Return scalar · G added to a point, by signed windows: no doubling at all."""
    whole, half = 2 * _BASE_HALF, _BASE_HALF
    for row in _base_table():
        digit = scalar & (whole - 1)
        scalar >>= _BASE_BITS
        if digit > half:
            digit -= whole
            scalar += 1
        if digit > 0:
            onto = _add_affine(onto, row[digit - 1])
        elif digit:
            x, y = row[-digit - 1]
            onto = _add_affine(onto, (x, P - y))
    return onto


def _times(scalar: int, point: Point) -> _Jacobian:
    """Return scalar · point for a scalar below 2^257: its two halves side by side, which halves the doublings."""
    low, high = _odd_multiples(point)
    half = scalar & ((1 << _HALF_BITS) - 1)
    steps = sorted(
        [(place, digit, low) for place, digit in _digits(half)]
        + [(place, digit, high) for place, digit in _digits(scalar >> _HALF_BITS)],
        key=itemgetter(0),
        reverse=True,
    )
    found, at = _INFINITY, 0
    for place, digit, table in steps:
        found = _doubled(found, at - place)
        x, y = table[abs(digit) >> 1]
        found, at = _add_affine(found, (x, y if digit > 0 else P - y)), place
    return _doubled(found, at)


def _digits(scalar: int) -> Iterator[tuple[int, int]]:
    """Yield the places and odd digits of the non-adjacent form of width 5."""
    place = 0
    while scalar:
        zeros = (scalar & -scalar).bit_length() - 1
        scalar >>= zeros
        place += zeros
        digit = scalar & 31
        digit -= 32 if digit >= 1 << (_KEY_BITS - 1) else 0
        scalar -= digit
        yield place, digit


@lru_cache(maxsize=64)
def _odd_multiples(point: Point) -> tuple[list[Point], list[Point]]:
    """Return the multiples 1, 3 … 15 of a point and of 2^128 times the point; keys of a chain come again and again."""
    low = _odd(point)
    far = _affine(_doubled((*point, 1), _HALF_BITS))
    return low, _odd(far)


def _odd(point: Point) -> list[Point]:
    twice = _affine(_double((*point, 1)))
    odd: list[_Jacobian] = [(*point, 1)]
    for _each in range(7):
        odd.append(_add_affine(odd[-1], twice))
    return _all_affine(odd)


def _doubled(point: _Jacobian, times: int) -> _Jacobian:
    """Double many times; the arithmetic of `_double` without a call for each, which is a quarter of it."""
    x, y, z = point
    for _each in range(times):
        yy = y * y % P
        s = 4 * x * yy % P
        zz = z * z % P
        m = 3 * (x - zz) * (x + zz) % P
        x = (m * m - 2 * s) % P
        z = 2 * y * z % P
        y = (m * (s - x) - 8 * yy * yy) % P
    return x, y, z


# --- Keys ------------------------------------------------------------------------------------------------------------


def public_key_from_spki(data: bytes) -> Point:
    """Return the key of a SubjectPublicKeyInfo with the named SM2 curve (GM/T 0009, RFC 5480).

    Raises:
        Sm2Error: It is none.
    """
    try:
        algorithm, bits = der.read(data).sequence(2)[:2]
        kind, *parameters = algorithm.sequence(1)
        if kind.oid() != OID_EC_KEY or not parameters or parameters[0].oid() != OID_CURVE:
            raise Sm2Error("the key names no SM2 curve")
        return point_from_octets(bits.bits())
    except der.DerError as error:
        message = f"no public key: {error}"
        raise Sm2Error(message) from error


def spki(point: Point) -> bytes:
    """Return the SubjectPublicKeyInfo of a key."""
    return der.sequence(_key_algorithm(), der.bit_string(point_to_octets(point)))


def private_key_from_der(data: bytes) -> int:
    """Return the key of an unencrypted PKCS#8 or SEC 1 structure with the named SM2 curve.

    Raises:
        Sm2Error: It is none, or the public key inside is not its own.
    """
    try:
        fields = der.read(data).sequence(2)
        if fields[1].tag == der.SEQUENCE:
            kind, *parameters = fields[1].sequence(1)
            if kind.oid() != OID_EC_KEY or not parameters or parameters[0].oid() != OID_CURVE or len(fields) < 3:  # noqa: PLR2004
                raise Sm2Error("the key names no SM2 curve")
            return _from_sec1(der.read(fields[2].expect(der.OCTET_STRING).content), is_named=True)
        return _from_sec1(der.read(data), is_named=False)
    except der.DerError as error:
        message = f"no private key: {error}"
        raise Sm2Error(message) from error


def _from_sec1(element: der.Element, *, is_named: bool) -> int:
    _version, octets, *rest = element.sequence(2)
    private = int.from_bytes(octets.expect(der.OCTET_STRING).content, "big")
    own = public_key(private)
    for field in rest:
        inner = der.read(field.content)
        if field.tag == 0xA0 and inner.oid() == OID_CURVE:  # noqa: PLR2004 - context tag 0, the curve
            is_named = True
        elif field.tag == 0xA1 and point_from_octets(inner.bits()) != own:  # noqa: PLR2004 - context tag 1, public key
            raise Sm2Error("the public key beside the private one is not its own")
    if not is_named:
        raise Sm2Error("the key names no SM2 curve")
    return private


def pkcs8(private_key: int) -> bytes:
    """Return the unencrypted PKCS#8 structure of a key of a test or a demo peer."""
    point = der.tagged(0xA1, der.bit_string(point_to_octets(public_key(private_key))))
    inner = der.sequence(der.integer(1), der.octet_string(_octets(private_key)), point)
    return der.sequence(der.integer(0), _key_algorithm(), der.octet_string(inner))


def _key_algorithm() -> bytes:
    return der.sequence(der.oid(OID_EC_KEY), der.oid(OID_CURVE))


# --- Signatures ------------------------------------------------------------------------------------------------------


def z_value(point: Point, user_id: bytes = DEFAULT_ID) -> bytes:
    """Return Z, the hash of user id, curve and key that goes before every message (GB/T 32918.2 5.5).

    Raises:
        Sm2Error: The user id is longer than its length field can say.
    """
    if len(user_id) > _ID_OCTETS:
        raise Sm2Error("the user id is too long")
    length = (8 * len(user_id)).to_bytes(2, "big")
    return _sm3(length, user_id, _curve_octets(), point_to_octets(point)[1:])


@cache
def _curve_octets() -> bytes:
    return b"".join(_octets(number) for number in (A, B, *G))


def message_digest(point: Point, message: bytes, user_id: bytes = DEFAULT_ID) -> bytes:
    """Return e, what is signed: SM3 over Z and the message."""
    return _sm3(z_value(point, user_id), message)


def signature_to_der(r: int, s: int) -> bytes:
    """Return SEQUENCE { INTEGER r, INTEGER s } (GM/T 0009 7.3)."""
    return der.sequence(der.integer(r), der.integer(s))


def signature_from_der(data: bytes) -> tuple[int, int]:
    """Return r and s of a signature in strict DER; their range is for `verify` to check.

    Raises:
        Sm2Error: It is none, or something follows it.
    """
    try:
        fields = der.read(data).sequence()
        if len(fields) != 2:  # noqa: PLR2004 - r and s
            raise Sm2Error("a signature has two numbers")
        return fields[0].integer(), fields[1].integer()
    except der.DerError as error:
        message = f"no signature: {error}"
        raise Sm2Error(message) from error


def verify(point: Point, message: bytes, signature: bytes, user_id: bytes = DEFAULT_ID) -> bool:
    """Tell whether a DER signature over a message is valid; a malformed one is not.

    Raises:
        Sm2Error: The key is not on the curve.
    """
    try:
        r, s = signature_from_der(signature)
    except Sm2Error:
        return False
    return verify_digest(point, message_digest(point, message, user_id), r, s)


def verify_digest(point: Point, digest: bytes, r: int, s: int) -> bool:
    """Tell whether (r, s) signs a digest e (GB/T 32918.2 7.1).

    Raises:
        Sm2Error: The key is not on the curve.
    """
    if not is_on_curve(point):
        raise Sm2Error("the point is not on the curve")
    t = (r + s) % N
    if not (0 < r < N and 0 < s < N and t):
        return False
    x, _y, z = _times_base(s, _times(t, point))
    if not z:
        return False
    return (int.from_bytes(digest, "big") + x * pow(z * z, -1, P) % P) % N == r


def sign(private_key: int, message: bytes, user_id: bytes = DEFAULT_ID, *, point: Point | None = None) -> bytes:
    """Return a DER signature over a message, with a nonce from the system's random source.

    Args:
        private_key: The key.
        message: What is signed.
        user_id: Id of the signer.
        point: The public key, where it is known; it takes as long to work out as the signature.

    Raises:
        Sm2Error: The private key is out of range.
    """
    digest = message_digest(point or public_key(private_key), message, user_id)
    return signature_to_der(*sign_digest(private_key, digest))


def sign_digest(private_key: int, digest: bytes) -> tuple[int, int]:
    """Return (r, s) over a digest e (GB/T 32918.2 6.1).

    Raises:
        Sm2Error: The private key is out of range.
    """
    if not 0 < private_key < N - 1:
        raise Sm2Error("the private key is out of range")
    while True:
        k = secrets.randbelow(N - 1) + 1
        found = _signed(private_key, digest, k)
        if found:
            return found


def _signed(private_key: int, digest: bytes, k: int) -> tuple[int, int] | None:
    """Return (r, s) for one nonce, or None where the standard asks for another."""
    x, _y, z = _times_base(k)
    r = (int.from_bytes(digest, "big") + x * pow(z * z, -1, P) % P) % N
    if not r or r + k == N:
        return None
    s = pow(1 + private_key, -1, N) * (k - r * private_key) % N
    return (r, s) if s else None


# --- Encryption ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ciphertext:
    """What SM2 encryption gives.

    Attributes:
        c1: The ephemeral point.
        c3: SM3 over shared x, plaintext, shared y.
        c2: Plaintext under the key stream, as long as the plaintext.
    """

    c1: Point
    c3: bytes
    c2: bytes

    def to_der(self) -> bytes:
        """Return SEQUENCE { x, y, C3, C2 } (GM/T 0009 7.2)."""
        x, y = self.c1
        return der.sequence(der.integer(x), der.integer(y), der.octet_string(self.c3), der.octet_string(self.c2))

    def to_octets(self, *, is_old_order: bool = False) -> bytes:
        """Return C1 C3 C2, or C1 C2 C3 as before GB/T 32918.4."""
        tail = (self.c2, self.c3) if is_old_order else (self.c3, self.c2)
        return point_to_octets(self.c1) + b"".join(tail)

    @classmethod
    def from_der(cls, data: bytes) -> Ciphertext:
        """Read the DER form, with nothing behind it.

        Raises:
            Sm2Error: It is none, or its point lies off the curve.
        """
        try:
            fields = der.read(data).sequence()
            if len(fields) != 4:  # noqa: PLR2004 - x, y, C3, C2
                raise Sm2Error("a ciphertext has four fields")
            point = (fields[0].integer(), fields[1].integer())
            c3, c2 = (each.expect(der.OCTET_STRING).content for each in fields[2:])
        except der.DerError as error:
            message = f"no ciphertext: {error}"
            raise Sm2Error(message) from error
        return cls._checked(point, c3, c2)

    @classmethod
    def from_octets(cls, data: bytes, *, is_old_order: bool = False) -> Ciphertext:
        """Read C1 C3 C2, or C1 C2 C3.

        Raises:
            Sm2Error: It is none, or its point lies off the curve.
        """
        head, tail = data[: 1 + 2 * _SIZE], data[1 + 2 * _SIZE :]
        c3, c2 = (tail[-_SIZE:], tail[:-_SIZE]) if is_old_order else (tail[:_SIZE], tail[_SIZE:])
        return cls._checked(point_from_octets(head), c3, c2)

    @classmethod
    def _checked(cls, point: Point, c3: bytes, c2: bytes) -> Ciphertext:
        if not is_on_curve(point):
            raise Sm2Error("the point is not on the curve")
        if len(c3) != _SIZE or not c2:
            raise Sm2Error("C3 has 32 octets and C2 at least one")
        return cls(point, c3, c2)


def key_derivation(secret: bytes, size: int) -> bytes:
    """Return octets of the KDF: SM3 over the secret and a counter (GB/T 32918.3 5.4.3).

    Raises:
        Sm2Error: More octets are wanted than anything here needs.
    """
    if size > _KDF_OCTETS:
        raise Sm2Error("too many octets are to be derived")
    blocks = (_sm3(secret, number.to_bytes(4, "big")) for number in range(1, (size + _SIZE - 1) // _SIZE + 1))
    return b"".join(blocks)[:size]


def encrypt(point: Point, plaintext: bytes) -> Ciphertext:
    """Encrypt to a public key.

    Raises:
        Sm2Error: The key is not on the curve, or there is nothing to encrypt.
    """
    if not is_on_curve(point):
        raise Sm2Error("the point is not on the curve")
    if not plaintext:
        raise Sm2Error("there is nothing to encrypt")
    while True:
        found = _encrypted(point, plaintext, secrets.randbelow(N - 1) + 1)
        if found:
            return found


def _encrypted(point: Point, plaintext: bytes, k: int) -> Ciphertext | None:
    x2, y2 = (_octets(each) for each in _affine(_times(k, point)))
    stream = key_derivation(x2 + y2, len(plaintext))
    if not any(stream):
        return None
    return Ciphertext(_affine(_times_base(k)), _sm3(x2, plaintext, y2), _xor(plaintext, stream))


def decrypt(private_key: int, ciphertext: Ciphertext) -> bytes:
    """Decrypt, and compare C3.

    Raises:
        Sm2Error: The ciphertext was changed, or is for another key.
    """
    if not is_on_curve(ciphertext.c1):
        raise Sm2Error("the point is not on the curve")
    x2, y2 = (_octets(each) for each in _affine(_times(private_key, ciphertext.c1)))
    stream = key_derivation(x2 + y2, len(ciphertext.c2))
    plaintext = _xor(ciphertext.c2, stream)
    if not any(stream) or not hmac.compare_digest(_sm3(x2, plaintext, y2), ciphertext.c3):
        raise Sm2Error("the ciphertext was changed, or is for another key")
    return plaintext


def _xor(left: bytes, right: bytes) -> bytes:
    return (int.from_bytes(left, "big") ^ int.from_bytes(right, "big")).to_bytes(len(left), "big")


# --- Key exchange ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OwnHalf:
    """Our side of a key exchange.

    Attributes:
        private_key: Static key.
        ephemeral: Key of this exchange alone.
        user_id: Our id.
    """

    private_key: int
    ephemeral: int
    user_id: bytes = DEFAULT_ID


@dataclass(frozen=True, slots=True)
class PeerHalf:
    """The other side of a key exchange.

    Attributes:
        public_key: Static key.
        ephemeral: Point of this exchange alone.
        user_id: Its id.
    """

    public_key: Point
    ephemeral: Point
    user_id: bytes = DEFAULT_ID


def exchange(own: OwnHalf, peer: PeerHalf, size: int, *, is_initiator: bool) -> bytes:
    """Return the shared key (GB/T 32918.3 6.1), without the optional confirmation.

    In TLCP the server is the initiator.

    Raises:
        Sm2Error: A point of the peer is not on the curve, or the shared point is at infinity.
    """
    if not (is_on_curve(peer.public_key) and is_on_curve(peer.ephemeral)):
        raise Sm2Error("the point is not on the curve")
    own_point, own_ephemeral = public_key(own.private_key), _affine(_times_base(own.ephemeral))
    t = (own.private_key + _reduced(own_ephemeral[0]) * own.ephemeral) % N
    inner = _affine(_add_affine(_times(_reduced(peer.ephemeral[0]), peer.ephemeral), peer.public_key))
    x, y = _affine(_times(t, inner))
    z_own, z_peer = z_value(own_point, own.user_id), z_value(peer.public_key, peer.user_id)
    both = z_own + z_peer if is_initiator else z_peer + z_own
    return key_derivation(_octets(x) + _octets(y) + both, size)


def _reduced(x: int) -> int:
    return (1 << 127) + (x & _LOW_HALF)
