import logging, structlog
from loguru import logger as loguru

logger = logging.getLogger(__name__)
log = structlog.get_logger()


def chat(prompt, user, messages, response):
    # ruleid: log-no-personal-data
    logger.info("prompt: %s", prompt)
    # ruleid: log-no-personal-data
    logger.info(f"messages={messages}")
    # ok: log-no-personal-data
    logger.info("prompt of %d characters", len(prompt))
    # ruleid: log-no-personal-data
    loguru.info("user phone {}", user.phone)
    # ruleid: log-no-personal-data
    log.info("kyc", id_number=user.id_number)
    # ok: log-no-personal-data
    log.info("kyc", user_id=user.id)
    # ruleid: log-no-personal-data
    logging.info("reply " + response.choices[0].message.content)
    # ok: log-no-personal-data
    logging.info("reply from %s", response.model)
    # ok: log-no-personal-data
    logger.info("message queued")
    # ruleid: log-no-personal-data
    logger.debug("id card %s", user.id_card_no)
    # ok: log-no-personal-data
    logger.error("could not parse message type %s", messages_type)
