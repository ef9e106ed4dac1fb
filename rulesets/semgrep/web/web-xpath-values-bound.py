from flask import Flask, request
from lxml import etree

app = Flask(__name__)
PEOPLE = etree.parse("people.xml")


@app.get("/mail")
def mail():
    name = request.args["name"]
    # ruleid: web-xpath-values-bound
    return PEOPLE.xpath("//person[name='" + name + "']/mail/text()")


@app.get("/people/<name>")
def person(name):
    # ruleid: web-xpath-values-bound
    find = etree.XPath(f"//person[name='{name}']")
    return find(PEOPLE)


@app.get("/good/mail")
def good_mail():
    name = request.args["name"]
    # ok: web-xpath-values-bound
    return PEOPLE.xpath("//person[name=$name]/mail/text()", name=name)


@app.get("/good/floor")
def good_floor():
    floor = int(request.args["floor"])
    # ok: web-xpath-values-bound
    return PEOPLE.xpath(f"//person[floor={floor}]")
