import jinja2
from jinja2 import Template, Environment, FileSystemLoader
from jinja2.sandbox import SandboxedEnvironment
from flask import render_template_string, render_template, request
from django.template import Template as DT, Engine
from mako.template import Template as Mako


def a(src, ctx):
    # ruleid: web-template-source-fixed
    return Template(src).render(**ctx)


def b(prompt, ctx):
    env = Environment(autoescape=True)
    # ruleid: web-template-source-fixed
    return env.from_string(prompt).render(ctx)


def c():
    # ruleid: web-template-source-fixed
    return render_template_string("<h1>" + request.args["name"] + "</h1>")


def d(src):
    # ruleid: web-template-source-fixed
    return Mako(src).render()


def e(src, ctx):
    # ok: web-template-source-fixed
    return SandboxedEnvironment().from_string(src).render(ctx)


def f(ctx):
    # ok: web-template-source-fixed
    return Template("Hello {{ name }}").render(**ctx)


def g(ctx):
    # ok: web-template-source-fixed
    return Environment(loader=FileSystemLoader("t")).get_template("a.html").render(ctx)


def h(name):
    # ok: web-template-source-fixed
    return render_template_string("<h1>{{ name }}</h1>", name=name)


def i(src):
    # ruleid: web-template-source-fixed
    return jinja2.Template(f"You are {src}. {{{{ x }}}}").render(x=1)


class P:
    def __init__(self, tpl):
        # ruleid: web-template-source-fixed
        self.template = jinja2.Template(tpl, undefined=jinja2.StrictUndefined)


def of_bottle():
    from bottle import SimpleTemplate, request

    # ruleid: web-template-source-fixed
    page = SimpleTemplate(request.json["layout"])
    # ok: web-template-source-fixed
    return page.render(name=SimpleTemplate("<p>{{name}}</p>").render(name=request.json["name"]))
