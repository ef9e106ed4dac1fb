from pymongo import MongoClient

db = MongoClient("mongodb://db/app").app
LONG = "this.messages.length > 100"


def search(name):
    # ruleid: web-query-operators-fixed
    return list(db.chats.find({"$where": f"this.name == '{name}'"}))


def search_added(name):
    query = {"tenant": 1}
    # ruleid: web-query-operators-fixed
    query["$where"] = "this.name == '" + name + "'"
    return list(db.chats.find(query))


def search_value(name):
    # ok: web-query-operators-fixed
    return list(db.chats.find({"name": str(name)}))


def long_ones():
    # ok: web-query-operators-fixed
    return list(db.chats.find({"$where": "this.messages.length > 100"}))


def long_ones_named():
    # ok: web-query-operators-fixed
    return list(db.chats.find({"$where": LONG}))
