import string
from pathlib import Path

import jinja2
from flask import Flask, render_template, render_template_string, request
from jinja2 import Environment, FileSystemLoader, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment, SandboxedEnvironment
from mako.template import Template as MakoTemplate

app = Flask(__name__)
env = Environment()
safe_env = SandboxedEnvironment()
PROMPT = "Hello {{ name }}"


@app.route("/preview")
def preview():
    # ruleid: web-template-source-fixed
    return render_template_string(request.args.get("template"))


def render(template_text, values):
    # ruleid: web-template-source-fixed
    return Template(template_text).render(**values)


def render_env(prompt: str, values: dict):
    # ruleid: web-template-source-fixed
    return env.from_string(prompt).render(values)


def greet(name):
    # ruleid: web-template-source-fixed
    return render_template_string("<h1>Hello " + name + "</h1>")


def greet_f(name):
    # ruleid: web-template-source-fixed
    return jinja2.Template(f"Hello {name}").render()


def mako(body: str):
    # ruleid: web-template-source-fixed
    return MakoTemplate(body).render()


class Node:
    def run(self, inputs):
        # ruleid: web-template-source-fixed
        return jinja2.Environment().from_string(self.data["template"]).render(inputs)


def ok_constant(name):
    # ok: web-template-source-fixed
    return Template("Hello {{ name }}").render(name=name)


def ok_upper(name):
    # ok: web-template-source-fixed
    return env.from_string(PROMPT).render(name=name)


def ok_sandbox(prompt, values):
    # ok: web-template-source-fixed
    return safe_env.from_string(prompt).render(values)


def ok_sandbox_local(prompt, values):
    sandbox = ImmutableSandboxedEnvironment()
    # ok: web-template-source-fixed
    return sandbox.from_string(prompt).render(values)


def ok_direct(prompt):
    # ok: web-template-source-fixed
    return SandboxedEnvironment().from_string(prompt).render()


def ok_file(name):
    text = Path("templates/prompt.j2").read_text()
    # ok: web-template-source-fixed
    return Template(text).render(name=name)


def ok_string(template_text, values):
    # ok: web-template-source-fixed
    return string.Template(template_text).substitute(values)


def ok_render(name):
    # ok: web-template-source-fixed
    return render_template("hello.html", name=name)


def chain_of(ask, model):
    # ruleid: web-template-source-fixed
    prompt = PromptTemplate.from_template(ask.prompt, template_format="jinja2")
    return prompt | model


def chain_of_parts(spec, model):
    # ruleid: web-template-source-fixed
    prompt = PromptTemplate(input_variables=["question"], template=spec.template, template_format="jinja2")
    return prompt | model


def chain_of_messages(system_prompt, model):
    # ruleid: web-template-source-fixed
    prompt = ChatPromptTemplate.from_messages([("system", system_prompt)], template_format="jinja2")
    return prompt | model


def good_chain_of(ask, model):
    # ok: web-template-source-fixed
    prompt = PromptTemplate.from_template("{{ question }}", template_format="jinja2")
    # ok: web-template-source-fixed
    plain = PromptTemplate.from_template(ask.prompt)
    return prompt | plain | model
