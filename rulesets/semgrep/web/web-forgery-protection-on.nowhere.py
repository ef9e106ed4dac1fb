# ruleid: web-forgery-protection-on
app.config["WTF_CSRF_CHECK_DEFAULT"] = False
csrf = CSRFProtect()
