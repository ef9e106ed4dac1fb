from string import Template

USAGE = Template("SELECT day, tokens FROM usage WHERE model = '$model'")
GREETING = Template("Hello $name, select what you like")


def usage(cursor, model):
    # ruleid: web-sql-parameterised--string-template
    cursor.execute(USAGE.substitute(model=model))


def greet(name):
    # ok: web-sql-parameterised--string-template
    return GREETING.substitute(name=name)
