import xml.etree.ElementTree as ET
import xml.sax
from xml.dom import minidom
from xml.etree import ElementTree
from xml.etree.ElementTree import fromstring

import defusedxml.ElementTree
import lxml.html
import requests
import xmltodict
from defusedxml.ElementTree import fromstring as safe_fromstring
from fastapi import FastAPI, Request
from lxml import etree, objectify
from xml.sax import handler

app = FastAPI()


@app.post("/wechat")
async def callback(request: Request):
    body = await request.body()
    # ruleid: data-xml-entities-disabled
    root = ET.fromstring(body)
    return root.find("Content").text


def docx_text(path):
    # ruleid: data-xml-entities-disabled
    return etree.parse(path).getroot()


def feed(url):
    # ruleid: data-xml-entities-disabled
    return etree.fromstring(requests.get(url, timeout=5).content)


def with_parser(data):
    # ruleid: data-xml-entities-disabled
    parser = etree.XMLParser(resolve_entities=True, recover=True)
    return etree.fromstring(data, parser)


def with_dtd(data):
    # ruleid: data-xml-entities-disabled
    return etree.XML(data, etree.XMLParser(resolve_entities=False, load_dtd=True))


def huge(path):
    # ruleid: data-xml-entities-disabled
    for _, element in etree.iterparse(path, tag="page", huge_tree=True):
        yield element


def dom(text):
    # ruleid: data-xml-entities-disabled
    return minidom.parseString(text)


def sax(stream, content_handler):
    # ruleid: data-xml-entities-disabled
    xml.sax.parse(stream, content_handler)


def sax_parser():
    # ruleid: data-xml-entities-disabled
    parser = xml.sax.make_parser()
    parser.setFeature(handler.feature_external_ges, True)
    return parser


def soap(text):
    # ruleid: data-xml-entities-disabled
    return objectify.fromstring(text), fromstring


def entities(text):
    # ruleid: data-xml-entities-disabled
    return xmltodict.parse(text, disable_entities=False)


def element_tree(path):
    # ruleid: data-xml-entities-disabled
    return ElementTree.parse(path)


def good_defused(body):
    # ok: data-xml-entities-disabled
    return defusedxml.ElementTree.fromstring(body), safe_fromstring(body)


def good_lxml(data):
    # ok: data-xml-entities-disabled
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    # ok: data-xml-entities-disabled
    return etree.fromstring(data, parser=parser)


def good_html(text):
    # ok: data-xml-entities-disabled
    return lxml.html.fromstring(text), etree.HTML(text)


def good_pretty(root):
    # ok: data-xml-entities-disabled
    return minidom.parseString(ET.tostring(root)).toprettyxml()


def good_pretty_variable(root):
    text = ET.tostring(root, "utf-8")
    # ok: data-xml-entities-disabled
    return minidom.parseString(text).toprettyxml()


def good_constant():
    # ok: data-xml-entities-disabled
    return ET.fromstring("<root><item/></root>")


def good_build(name):
    # ok: data-xml-entities-disabled
    root = ET.Element("agent")
    ET.SubElement(root, "name").text = name
    # ok: data-xml-entities-disabled
    return ET.ElementTree(root)


def good_iterparse(path):
    # ok: data-xml-entities-disabled
    return etree.iterparse(path, resolve_entities=False)


def good_xmltodict(text):
    # ok: data-xml-entities-disabled
    return xmltodict.parse(text)


def good_sax():
    # ok: data-xml-entities-disabled
    parser = xml.sax.make_parser()
    parser.setFeature(handler.feature_external_ges, False)
    return parser
