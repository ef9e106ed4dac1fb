import os
import random
import secrets
import string
from random import choices, randint

import numpy as np


def new_token():
    chars = string.ascii_letters + string.digits
    # ruleid: crypto-secrets-from-secure-random
    token = "".join(random.choice(chars) for _ in range(32))
    # ok: crypto-secrets-from-secure-random
    return token


def login(response, user):
    # ruleid: crypto-secrets-from-secure-random
    user.reset_token = str(random.getrandbits(128))
    # ruleid: crypto-secrets-from-secure-random
    session_id = f"{user.id}-{random.randint(0, 10**9)}"
    # ruleid: crypto-secrets-from-secure-random
    response.set_cookie("sid", session_id)


def sms(user):
    digits = [str(randint(0, 9)) for _ in range(6)]
    # ruleid: crypto-secrets-from-secure-random
    verification_code = "".join(digits)
    user.notify(verification_code)


def account(name):
    # ruleid: crypto-secrets-from-secure-random
    return User(name=name, password="".join(choices(string.ascii_letters, k=12)))


def generate_api_key(prefix="sk-"):
    # ruleid: crypto-secrets-from-secure-random
    return prefix + "".join(random.choices(string.hexdigits, k=40))


def salted(password):
    # ruleid: crypto-secrets-from-secure-random
    salt = np.random.bytes(16)
    return salt, password


def record(row):
    # ruleid: crypto-secrets-from-secure-random
    return {"user": row.user, "invite_code": random.randrange(100000, 999999)}


def grow():
    otp = ""
    for _ in range(6):
        # ruleid: crypto-secrets-from-secure-random
        otp += random.choice("0123456789")
    # ruleid: crypto-secrets-from-secure-random
    return encode(otp=otp)


def seeded(seed):
    rng = random.Random(seed)
    # ruleid: crypto-secrets-from-secure-random
    api_key = "%032x" % rng.getrandbits(128)
    return api_key


def plain_key():
    # ruleid: crypto-secrets-from-secure-random--bare-name
    key = bytes(random.getrandbits(8) for _ in range(32))
    return encrypt(key)


def plain_code():
    # ruleid: crypto-secrets-from-secure-random--bare-name
    code = str(random.randint(100000, 999999))
    return send(code)


def plain_bytes():
    # ruleid: crypto-secrets-from-secure-random--bare-name
    key = random.randbytes(32)
    return encrypt(key)


def plain_letters():
    # ruleid: crypto-secrets-from-secure-random--bare-name
    code = "".join(random.choices(string.digits, k=6))
    # ruleid: crypto-secrets-from-secure-random--bare-name
    state = "".join(random.sample(string.ascii_letters, 16))
    return code, state


def good_token():
    # ok: crypto-secrets-from-secure-random
    token = secrets.token_urlsafe(32)
    # ok: crypto-secrets-from-secure-random
    return token


def good_code():
    # ok: crypto-secrets-from-secure-random
    verification_code = "".join(secrets.choice(string.digits) for _ in range(6))
    return verification_code


def good_system():
    rng = random.SystemRandom()
    # ok: crypto-secrets-from-secure-random
    password = "".join(rng.choice(string.ascii_letters) for _ in range(16))
    return password


def good_salt():
    # ok: crypto-secrets-from-secure-random
    salt = os.urandom(16)
    return salt


def good_balance(api_keys):
    # ok: crypto-secrets-from-secure-random
    api_key = random.choice(api_keys)
    return api_key


def good_tokens():
    # ok: crypto-secrets-from-secure-random
    max_tokens = random.randint(128, 512)
    # ok: crypto-secrets-from-secure-random
    status_code = random.choice([500, 502, 503])
    return max_tokens, status_code


def good_jitter(attempt):
    # ok: crypto-secrets-from-secure-random
    delay = 2**attempt + random.random()
    return delay


def good_model_call(client, prompt):
    # ok: crypto-secrets-from-secure-random
    return client.complete(prompt, seed=random.randint(0, 2**31), temperature=random.random())


def good_key(table):
    # ok: crypto-secrets-from-secure-random--bare-name
    key = random.choice(list(table))
    # ok: crypto-secrets-from-secure-random--bare-name
    code = "".join(secrets.choice(string.digits) for _ in range(6))
    # ok: crypto-secrets-from-secure-random--bare-name
    state = secrets.token_urlsafe(16)
    # ok: crypto-secrets-from-secure-random--bare-name
    name = "".join(random.choices(string.ascii_lowercase, k=8))
    # ok: crypto-secrets-from-secure-random--bare-name
    key = secrets.token_bytes(32)
    return key, code, state, name


def good_uuid():
    import uuid

    # ok: crypto-secrets-from-secure-random
    session_id = str(uuid.uuid4())
    return session_id


def random_tokens(count):
    # ok: crypto-secrets-from-secure-random
    return [random.randint(0, 32000) for _ in range(count)]
