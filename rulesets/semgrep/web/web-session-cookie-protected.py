def login(response, user):
    # ruleid: web-session-cookie-protected
    response.set_cookie("refresh_token", token_of(user), httponly=False, samesite="none", secure=True)


def login_plain(response, user):
    # ruleid: web-session-cookie-protected
    response.set_cookie(key="session_id", value=token_of(user))


def login_clear(response, user):
    # ruleid: web-session-cookie-protected
    response.set_cookie("access_token", token_of(user), httponly=True, secure=False)


def login_well(response, user):
    # ok: web-session-cookie-protected
    response.set_cookie("access_token", token_of(user), httponly=True, secure=True, samesite="strict")


def login_from_settings(response, user):
    # ok: web-session-cookie-protected
    response.set_cookie("access_token", token_of(user), httponly=True, secure=SETTINGS.secure)


def theme(response):
    # ok: web-session-cookie-protected
    response.set_cookie("theme", "dark")


def csrf(response):
    # ok: web-session-cookie-protected
    response.set_cookie("csrf_token", make(), httponly=False)
