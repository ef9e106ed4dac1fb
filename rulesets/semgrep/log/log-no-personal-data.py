import logging

from loguru import logger

log = logging.getLogger(__name__)


async def chat(prompt, messages, user_query):
    # ruleid: log-no-personal-data
    log.info(f"prompt: {prompt}")
    # ruleid: log-no-personal-data
    log.debug("messages: %s", messages)
    # ruleid: log-no-personal-data
    logger.info("query {}", user_query)
    response = await client.chat.completions.create(model="qwen-max", messages=messages)
    # ruleid: log-no-personal-data
    log.info("answer %s", response.choices[0].message.content)
    for message in messages:
        # ruleid: log-no-personal-data
        log.debug(message["content"])


def register(phone, id_card, user):
    # ruleid: log-no-personal-data
    logging.info("register %s", phone)
    # ruleid: log-no-personal-data
    logging.warning("bad id " + id_card)
    # ruleid: log-no-personal-data
    logging.info("{} calls".format(user.mobile))
    # ruleid: log-no-personal-data
    log.info("profile %s", user["id_number"])
    # ruleid: log-no-personal-data--print
    print(f"phone={user.phone_number}")


def ok(prompt, messages, phone, response, user):
    # ok: log-no-personal-data
    log.info("prompt has %d characters", len(prompt))
    # ok: log-no-personal-data
    log.info("number of messages: %d", len(messages))
    # ok: log-no-personal-data
    log.info("phone %s", mask_phone(phone))
    # ok: log-no-personal-data
    log.info("phone ends with %s", phone[-4:])
    # ok: log-no-personal-data
    log.info("usage %s", response.usage.total_tokens)
    # ok: log-no-personal-data
    log.info("message %s of conversation %s", messages[0]["id"], user.id)
    # ok: log-no-personal-data
    log.info("user %s", user.id)
    message = "worker started"
    # ok: log-no-personal-data
    log.info(message)
    # ok: log-no-personal-data, log-no-personal-data--print
    print(len(phone))
    result = search(user_query=prompt)
    # ok: log-no-personal-data
    log.info("search took %s", result)
    # ok: log-no-personal-data
    log.debug("prompt template %s", prompt.template_name)
    # ok: log-no-personal-data
    log.debug("has history: %s", "yes" if messages else "no")
    # ok: log-no-personal-data
    log.error("prompt must not be empty")
