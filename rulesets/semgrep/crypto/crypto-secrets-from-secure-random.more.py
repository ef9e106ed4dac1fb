import random, string, secrets, uuid, time
import random as rnd
from random import choice, choices, randint
import numpy as np


def session_token():
    # ruleid: crypto-secrets-from-secure-random
    return "".join(random.choice(string.ascii_letters) for _ in range(32))


def otp():
    # ruleid: crypto-secrets-from-secure-random, crypto-secrets-from-secure-random--bare-name
    code = "%06d" % rnd.randint(0, 999999)
    return code


class User:
    def reset(self):
        # ruleid: crypto-secrets-from-secure-random
        self.reset_token = "".join(choices(string.hexdigits, k=40))

    def reset_ok(self):
        # ok: crypto-secrets-from-secure-random, crypto-secrets-from-secure-random--bare-name
        self.reset_token = secrets.token_urlsafe(32)


def make_salt():
    # ruleid: crypto-secrets-from-secure-random
    salt = bytes(random.getrandbits(8) for _ in range(16))
    return salt


def api_key():
    rng = random.Random(time.time())
    # ruleid: crypto-secrets-from-secure-random
    return {"api_key": rng.getrandbits(128)}


def verification_code():
    # ruleid: crypto-secrets-from-secure-random
    return str(randint(100000, 999999))


def backoff(n):
    # ok: crypto-secrets-from-secure-random, crypto-secrets-from-secure-random--bare-name
    return random.uniform(0, 2**n)


def sample_docs(docs):
    # ok: crypto-secrets-from-secure-random, crypto-secrets-from-secure-random--bare-name
    return random.sample(docs, 3)


def otp_ok():
    # ok: crypto-secrets-from-secure-random, crypto-secrets-from-secure-random--bare-name
    return "".join(secrets.choice(string.digits) for _ in range(6))


def system():
    r = random.SystemRandom()
    # ok: crypto-secrets-from-secure-random, crypto-secrets-from-secure-random--bare-name
    token = "".join(r.choice(string.ascii_letters) for _ in range(32))
    return token


def num_tokens():
    # ok: crypto-secrets-from-secure-random, crypto-secrets-from-secure-random--bare-name
    max_tokens = random.randint(100, 200)
    return max_tokens


def pwd(length=12):
    alphabet = string.ascii_letters + string.digits
    # ruleid: crypto-secrets-from-secure-random
    password = "".join([random.choice(alphabet) for i in range(length)])
    return password
