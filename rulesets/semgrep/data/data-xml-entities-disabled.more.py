from lxml import etree
import lxml.etree as ET
import xml.etree.ElementTree as XET
import defusedxml.ElementTree as safe
from defusedxml.lxml import fromstring as safe_fromstring
from xml.dom import minidom
import xml.sax


def a(data):
    # ruleid: data-xml-entities-disabled
    parser = etree.XMLParser(resolve_entities=True)
    return etree.fromstring(data, parser)


def b(path):
    # ruleid: data-xml-entities-disabled
    return ET.parse(path)


def c(data):
    # ok: data-xml-entities-disabled
    parser = ET.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return ET.fromstring(data, parser=parser)


def d(data):
    # ok: data-xml-entities-disabled
    return safe.fromstring(data)


def e(data):
    # ruleid: data-xml-entities-disabled
    return minidom.parseString(data)


def f(handler, path):
    # ruleid: data-xml-entities-disabled
    xml.sax.parse(path, handler)


def g(data):
    # ok: data-xml-entities-disabled
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False))


def h(data):
    # ruleid: data-xml-entities-disabled
    return XET.fromstring(data)


def i(data):
    # ruleid: data-xml-entities-disabled
    for _event, element in etree.iterparse(data, load_dtd=True, no_network=False):
        print(element)


def j(element):
    # ok: data-xml-entities-disabled
    return XET.tostring(element)
