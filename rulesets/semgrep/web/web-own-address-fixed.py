from flask import request

PUBLIC_ADDRESS = "https://agents.corp.cn"


def one(token):
    # ruleid: web-own-address-fixed
    return f"https://{request.headers['Host']}/password/reset?token={token}"


def two(token):
    # ruleid: web-own-address-fixed
    return f"{request.host_url}invitations/{token}"


def three(token):
    # ruleid: web-own-address-fixed
    return request.url_root + "verify?token=" + token


def four(token):
    # ok: web-own-address-fixed
    return f"{PUBLIC_ADDRESS}/password/reset?token={token}"


def five(name):
    # ok: web-own-address-fixed
    return f"https://{request.headers['Host']}/files/{name}"
