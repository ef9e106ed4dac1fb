from flask import Flask, request

app = Flask(__name__)
TEXTS = {"hello": "Hello {name}"}


@app.post("/preview")
def preview():
    template = request.json["template"]
    # ruleid: web-format-text-fixed
    return template.format(user=current_user, config=app.config)


@app.post("/greeting")
def greeting():
    # ok: web-format-text-fixed
    return TEXTS[request.json["text"]].format(name=current_user.name)


@app.post("/named")
def named():
    # ok: web-format-text-fixed
    return "Hello {}".format(request.json["name"])
