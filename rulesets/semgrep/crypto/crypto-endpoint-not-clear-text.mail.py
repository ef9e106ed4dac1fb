import smtplib


def send(host, user, password, message):
    # ruleid: crypto-endpoint-not-clear-text--mail
    with smtplib.SMTP(host, 25) as server:
        server.login(user, password)
        server.send_message(message)


def send_here(user, password, message):
    # ok: crypto-endpoint-not-clear-text--mail
    with smtplib.SMTP("localhost") as server:
        server.login(user, password)
