"""The form of a file is told by its name, else by its first bytes."""

from __future__ import annotations

import pytest

from numgraph.errors import UnreadableSource
from numgraph.sources import HTML_SUFFIXES, SUFFIXES
from numgraph.sources.forms import FEED_SUFFIXES, Form, form

RSS = b"<?xml version='1.0'?><!-- c --><rss><channel><item/></channel></rss>"


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        (b"Text", "a.txt", Form.TEXT),
        (RSS, "a.txt", Form.TEXT),
        (b"Text", "a.html", Form.HTML),
        (RSS, "a.xml", Form.FEED),
        (RSS, "feed", Form.FEED),
        (b"\xef\xbb\xbf" + RSS, "feed", Form.FEED),
        (b"<html xmlns='http://www.w3.org/1999/xhtml'><p>x", "a.xml", Form.HTML),
        (b"<!doctype html><p>x", "upload", Form.HTML),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'/>", "a.atom", Form.FEED),
        (b"MIME-Version: 1.0\nSubject: x\n\ny", "upload", Form.MAIL),
        (b"Subject: x\n\ny", "a.eml", Form.MAIL),
        (b"Subject: x\n\ny", "upload", Form.TEXT),
        (b"", "upload", Form.TEXT),
    ],
)
def test_forms(data, name, expected):
    assert form(data, name) is expected


@pytest.mark.parametrize("data", [b"<table><row/></table>", b"no xml", b"", b"<rdf:RDF xmlns:rdf='r'/>"])
def test_xml_that_is_no_feed_is_refused(data):
    with pytest.raises(UnreadableSource, match="is no feed that can be read"):
        form(data, "a.xml")


def test_every_suffix_that_is_looked_for_can_be_read():
    assert HTML_SUFFIXES | FEED_SUFFIXES | {".txt", ".md", ".eml"} == SUFFIXES
