import jwt
from jwt import decode
from jose import jwt as jose_jwt
import jwt as pyjwt
from authlib.jose import jwt as authlib_jwt
import base64, json


def a(t):
    # ruleid: crypto-jwt-signature-checked
    return jwt.decode(t, options={"verify_signature": False})


def b(t, k):
    # ruleid: crypto-jwt-signature-checked
    return decode(t, k, algorithms=["HS256", "none"])


def c(t):
    # ruleid: crypto-jwt-signature-checked
    return jose_jwt.get_unverified_claims(t)


def d(t, k):
    # ruleid: crypto-jwt-signature-checked
    return pyjwt.decode(t, k, verify=False)


def e(t, k):
    opts = {"verify_signature": False, "verify_exp": False}
    # ruleid: crypto-jwt-signature-checked
    return jwt.decode(t, k, options=opts, algorithms=["HS256"])


def f(p):
    # ruleid: crypto-jwt-signature-checked
    return jwt.encode(p, None, algorithm="none")


def g(t, k):
    # ok: crypto-jwt-signature-checked
    return jwt.decode(t, k, algorithms=["RS256"], audience="bank")


def h(t, k):
    # ok: crypto-jwt-signature-checked
    return jose_jwt.decode(t, k, algorithms=["ES256"])


def i(t):
    # ok: crypto-jwt-signature-checked
    kid = jwt.get_unverified_header(t)["kid"]
    return kid


def j(t, k):
    # ok: crypto-jwt-signature-checked
    return jwt.decode(t, k, algorithms=["HS256"], options={"require": ["exp"]})


def m(t, k):
    # ruleid: crypto-jwt-signature-checked
    return jose_jwt.decode(t, k, options={"verify_signature": False})
