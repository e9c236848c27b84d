"""Pages: self-contained HTML documents that need no network, share one look and say what they may run."""

from chainrule.pages.markdown import BrokenPage, inline_html, to_html
from chainrule.pages.paper_page import paper_page
from chainrule.pages.templates import render_page

__all__ = ["BrokenPage", "inline_html", "paper_page", "render_page", "to_html"]
