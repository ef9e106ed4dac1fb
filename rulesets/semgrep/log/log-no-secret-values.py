import secrets
import json
import logging
import os
import sys

import structlog
from flask import request
from loguru import logger

log = logging.getLogger(__name__)
slog = structlog.get_logger()


def login(username, password):
    # ruleid: log-no-secret-values
    logging.info(f"login {username} with {password}")


def connect(api_key):
    # ruleid: log-no-secret-values
    log.debug("connecting with key %s", api_key)


def refresh(client):
    # ruleid: log-no-secret-values
    logger.info("new token: {}", client.access_token)


def settings_dump(config):
    # ruleid: log-no-secret-values
    log.warning("secret is " + config["client_secret"])


def env():
    # ruleid: log-no-secret-values
    print(os.getenv("OPENAI_API_KEY"))
    # ruleid: log-no-secret-values
    log.debug("environment: %s", dict(os.environ))


def headers():
    # ruleid: log-no-secret-values
    log.info("headers %s", request.headers)
    auth = request.headers.get("Authorization")
    # ruleid: log-no-secret-values
    log.info("auth: {}".format(auth))


def indirect(user, token):
    line = f"user={user} token={token}"
    # ruleid: log-no-secret-values
    log.error(line)


def structured(secret_key):
    # ruleid: log-no-secret-values
    slog.info("key.loaded", value=secret_key)
    # ruleid: log-no-secret-values
    log.info(json.dumps({"key": secret_key}))


class Client:
    def __init__(self, api_key):
        self.api_key = api_key
        # ruleid: log-no-secret-values
        self.logger.debug("client made, key=%s", self.api_key)

    def show(self):
        # ruleid: log-no-secret-values
        sys.stdout.write("key " + self.api_key + "\n")


def login_ok(username, password):
    # ok: log-no-secret-values
    logging.info("login of %s", username)


def connect_ok(api_key):
    # ok: log-no-secret-values
    log.debug("key present: %s", bool(api_key))
    # ok: log-no-secret-values
    log.debug("key length %d", len(api_key))
    # ok: log-no-secret-values
    log.debug("key %s...", api_key[:4])
    # ok: log-no-secret-values
    log.debug("key %s", mask_secret(api_key))


def usage(response, max_tokens):
    # ok: log-no-secret-values
    log.info("tokens used: %d of %d", response.usage.total_tokens, max_tokens)
    token_count = 3
    # ok: log-no-secret-values
    log.info("token count %d", token_count)


def result(client, password):
    user = client.login(password=password)
    # ok: log-no-secret-values
    log.info("user %s logged in", user)
    # ok: log-no-secret-values
    log.info("password changed for user %s", user.name)


def missing(api_key):
    if not api_key:
        # ok: log-no-secret-values
        log.error("api_key is missing, set OPENAI_API_KEY")
    # ok: log-no-secret-values
    log.info("auth is %s", "on" if api_key else "off")
    # ok: log-no-secret-values
    log.info("same: %s", api_key == "x")


def header_ok():
    # ok: log-no-secret-values
    log.info("agent %s", request.headers.get("User-Agent"))
    # ok: log-no-secret-values
    log.info("trace %s", request.headers["X-Request-ID"])
    # ok: log-no-secret-values
    log.info("home %s", os.environ["HOME"])
    # ok: log-no-secret-values
    log.info("region %s", os.environ.get("REGION"))


def attribute(token):
    # ok: log-no-secret-values
    log.info("token of %s expires %s", token.user_id, token.expires_at)


def random_names_are_no_secrets(logger, nodes, user):
    number = f"L{secrets.token_hex(6).upper()}"
    # ok: log-no-secret-values
    logger.info("application %s", number)
    request_id = secrets.token_hex(8)
    # ok: log-no-secret-values
    logger.info("request %s", request_id)
    # ok: log-no-secret-values
    logger.info("request %s", secrets.token_hex(8))
    # ok: log-no-secret-values
    logger.info("picked %s of %d", secrets.choice(nodes), secrets.randbelow(4))
    reset_token = secrets.token_urlsafe(32)
    # ruleid: log-no-secret-values
    logger.info("reset link for %s: %s", user, reset_token)
    # ruleid: log-no-secret-values
    logger.info("all of them: %s", secrets)


def random_choice_is_no_secret(logger, nodes):
    node = secrets.choice(nodes)
    # ok: log-no-secret-values
    logger.info(f"node {node} {secrets.token_hex(2)}")
