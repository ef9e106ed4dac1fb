# ok: web-forgery-protection-on
app.config["WTF_CSRF_CHECK_DEFAULT"] = False
csrf = CSRFProtect()


def by_browser():
    csrf.protect()


# ruleid: web-forgery-protection-on
app.config["WTF_CSRF_ENABLED"] = False
