import logging

logger = logging.getLogger(__name__)


def a(messages, last_message):
    # ok: log-no-personal-data
    logger.info(f"{len(messages)} messages, roles={[m['role'] for m in messages]}")
    # ruleid: log-no-personal-data
    logger.info(f"sending {messages}")
    # ok: log-no-personal-data
    logger.debug("last has cache control: %s", "cache_control" in last_message)
    # ruleid: log-no-personal-data
    logger.debug("last: %s", last_message["content"])
