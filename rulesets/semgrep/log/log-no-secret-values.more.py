import logging, structlog
from loguru import logger as loguru
import os

logger = logging.getLogger(__name__)
log = structlog.get_logger()


class A:
    def login(self, user, password):
        # ruleid: log-no-secret-values
        logger.debug(f"login {user} with {password}")
        # ok: log-no-secret-values
        logger.debug(f"login {user}")

    def call(self, api_key):
        # ruleid: log-no-secret-values
        logger.info("calling with key %s", api_key)
        # ruleid: log-no-secret-values
        log.info("call", api_key=api_key)
        # ok: log-no-secret-values
        log.info("call", api_key="***")
        # ok: log-no-secret-values
        logger.info("key ends in %s", api_key[-4:])

    def env(self):
        # ruleid: log-no-secret-values
        loguru.warning("token is {}", os.environ["HF_TOKEN"])
        # ruleid: log-no-secret-values
        print("secret:", self.client_secret)
        # ok: log-no-secret-values
        logger.info("token count %d", self.total_tokens)
        # ok: log-no-secret-values
        logger.info("password changed for %s", self.user)

    def header(self, request):
        # ruleid: log-no-secret-values
        logger.info("auth header %s", request.headers["Authorization"])
        # ok: log-no-secret-values
        logger.info("path %s", request.url.path)

    def fmt(self, private_key):
        # ruleid: log-no-secret-values
        logging.error("bad key {}".format(private_key))
        # ok: log-no-secret-values
        logging.error("bad key of length %d", len(private_key))

    def settings(self, settings):
        # ruleid: log-no-secret-values
        logger.info("using %s", settings.jwt_secret)
        # ruleid: log-no-secret-values
        logger.info("key " + settings.openai_api_key.get_secret_value())
