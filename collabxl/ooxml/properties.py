"""Custom document properties: the text of one that is there, replaced. Knows docProps/custom.xml."""

from __future__ import annotations

from collabxl.ooxml.package import ROOT, Package

_KIND = "custom-properties"


def set_property(package: Package, name: str, text: str) -> bool:
    """Replace the text of a custom property, and return whether there is one; none is ever made."""
    for part in (rel.part for rel in package.rels(ROOT) if rel.kind == _KIND and rel.part in package):
        doc = package.xml(part)
        for node in doc.root.all("property"):
            if node.attrs.get("name") == name and node.children:
                if node.children[0].text != text:
                    doc.set_text(node.children[0], text)
                    package.put(part, doc.to_bytes())
                return True
    return False
