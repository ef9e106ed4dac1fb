import base64
import hmac
import json

import jwt
import jwt as pyjwt
from fastapi import Depends, HTTPException
from jose import jwt as jose_jwt

ALGORITHMS = ["RS256"]


def current_user(token: str = Depends()):
    # ruleid: crypto-jwt-signature-checked
    claims = jwt.decode(token, options={"verify_signature": False})
    return claims["sub"]


def alias(token):
    # ruleid: crypto-jwt-signature-checked
    return pyjwt.decode(token, "", algorithms=["HS256"], options={"verify_signature": False, "verify_exp": True})


def by_variable(token, key):
    options = {"verify_aud": False, "verify_signature": False}
    # ruleid: crypto-jwt-signature-checked
    return jwt.decode(token, key, algorithms=ALGORITHMS, options=options)


def old_flag(token, key):
    # ruleid: crypto-jwt-signature-checked
    return jwt.decode(token, key, verify=False)


def none_allowed(token, key):
    # ruleid: crypto-jwt-signature-checked
    return jwt.decode(token, key, algorithms=["HS256", "none"])


def unsigned(claims):
    # ruleid: crypto-jwt-signature-checked
    return jwt.encode(claims, None, algorithm="none")


def jose_claims(token):
    # ruleid: crypto-jwt-signature-checked
    return jose_jwt.get_unverified_claims(token)["tenant"]


def jose_options(token, key):
    # ruleid: crypto-jwt-signature-checked
    return jose_jwt.decode(token, key, options={"verify_signature": False})


def own_algorithm(token, key):
    header = jwt.get_unverified_header(token)
    # ruleid: crypto-jwt-signature-checked
    return jwt.decode(token, key, algorithms=[header["alg"]])


def fallback(token, key):
    try:
        # ok: crypto-jwt-signature-checked
        return jwt.decode(token, key, algorithms=ALGORITHMS)
    except jwt.InvalidTokenError:
        # ruleid: crypto-jwt-signature-checked
        return jwt.decode(token, options={"verify_signature": False})


def by_hand(token):
    payload = token.split(".")[1]
    payload += "=" * (-len(payload) % 4)
    # ruleid: crypto-jwt-signature-checked--by-hand
    return json.loads(base64.urlsafe_b64decode(payload))


def by_hand_parts(request):
    token = request.headers["Authorization"].removeprefix("Bearer ")
    head, body, signature = token.split(".")
    # ruleid: crypto-jwt-signature-checked--by-hand
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    return claims


def by_hand_list(access_token):
    parts = access_token.split(".")
    if len(parts) != 3:
        raise HTTPException(401)
    # ruleid: crypto-jwt-signature-checked--by-hand
    raw = base64.urlsafe_b64decode(parts[1] + "==")
    return json.loads(raw)


def by_hand_inline(jwt_text):
    # ruleid: crypto-jwt-signature-checked--by-hand
    return json.loads(base64.b64decode(jwt_text.split(".")[1] + "==").decode())


def by_hand_bearer(bearer):
    middle = bearer.split(".", 2)[1]
    # ruleid: crypto-jwt-signature-checked--by-hand
    return json.loads(base64.urlsafe_b64decode(middle + "=="))


def good(token, key):
    # ok: crypto-jwt-signature-checked
    return jwt.decode(token, key, algorithms=ALGORITHMS, audience="platform")


def good_jose(token, key):
    # ok: crypto-jwt-signature-checked
    return jose_jwt.decode(token, key, algorithms=["ES256"], issuer="https://id.internal")


def good_header(token, keys):
    # ok: crypto-jwt-signature-checked
    header = jwt.get_unverified_header(token)
    return jwt.decode(token, keys[header["kid"]], algorithms=ALGORITHMS)


def good_peek(token, keys):
    # ok: crypto-jwt-signature-checked
    issuer = jwt.decode(token, options={"verify_signature": False})["iss"]
    return jwt.decode(token, keys[issuer], algorithms=ALGORITHMS)


def good_peek_try(token, keys):
    # ok: crypto-jwt-signature-checked
    peek = jwt.decode(token, options={"verify_signature": False})
    try:
        claims = jwt.decode(token, keys[peek["iss"]], algorithms=ALGORITHMS)
    except jwt.InvalidTokenError as error:
        raise HTTPException(401) from error
    return claims


def good_audience(token, key):
    # ok: crypto-jwt-signature-checked
    return jwt.decode(token, key, algorithms=ALGORITHMS, options={"verify_aud": False})


def good_encode(claims, key):
    # ok: crypto-jwt-signature-checked
    return jwt.encode(claims, key, algorithm="HS256")


def good_by_hand(token, key):
    head, body, signature = token.split(".")
    expected = hmac.new(key, f"{head}.{body}".encode(), "sha256").digest()
    if not hmac.compare_digest(expected, base64.urlsafe_b64decode(signature + "==")):
        raise HTTPException(401)
    # ok: crypto-jwt-signature-checked--by-hand
    return json.loads(base64.urlsafe_b64decode(body + "=="))


def good_version(version):
    # ok: crypto-jwt-signature-checked--by-hand
    return json.loads(version.split(".")[1])


def good_file(name, read):
    # ok: crypto-jwt-signature-checked--by-hand
    return json.loads(read(name.split("/")[1]))


def good_message(token, receive):
    # ok: crypto-jwt-signature-checked--by-hand
    return json.loads(receive(timeout=5)), token


def good_key_verify(token, public_key):
    head, body, signature = token.split(".")
    public_key.verify(base64.urlsafe_b64decode(signature + "=="), f"{head}.{body}".encode())
    # ok: crypto-jwt-signature-checked--by-hand
    return json.loads(base64.urlsafe_b64decode(body + "=="))


def good_back_channel(token, providers):
    try:
        # ok: crypto-jwt-signature-checked
        issuer = jwt.decode(token, options={"verify_signature": False}).get("iss")
    except jwt.PyJWTError as error:
        raise HTTPException(400) from error
    key = providers[issuer].key
    try:
        claims = jwt.decode(token, key, algorithms=ALGORITHMS, issuer=issuer)
    except jwt.InvalidTokenError as error:
        raise HTTPException(400) from error
    return claims


def good_end(token):
    # ok: crypto-jwt-signature-checked
    return jwt.decode(token, options={"verify_signature": False})["exp"]
