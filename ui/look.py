"""How the pages look: system fonts, one accent, and our own style sheet; nothing comes from elsewhere."""

import hashlib
from pathlib import Path
from typing import Any

import gradio as gr
from markupsafe import escape

STATIC = Path(__file__).parent / "static"
FONTS = (
    "Pretendard", "-apple-system", "BlinkMacSystemFont", "Segoe UI", "Apple SD Gothic Neo", "Malgun Gothic",
    "Noto Sans KR", "NanumGothic", "NanumBarunGothic", "sans-serif",
)  # fmt: skip


def theme() -> Any:
    """Gradio's base theme in our colours; the rest is in app.css."""
    return gr.themes.Base(
        primary_hue="teal",
        secondary_hue="teal",
        neutral_hue="slate",
        font=list(FONTS),
        font_mono=["ui-monospace", "SFMono-Regular", "Menlo", "monospace"],
    )


def asset(name: str) -> str:
    """The address of a static file; it changes with the content, so that it may be cached."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


def head(title: str) -> str:
    """What Gradio's page gets into its head."""
    return (
        f'<link rel="stylesheet" href="{asset("app.css")}">'
        f'<link rel="icon" href="{asset("icon.svg")}" type="image/svg+xml">'
        f'<meta name="apple-mobile-web-app-title" content="{escape(title)}">'
        '<meta name="theme-color" content="#0f766e">'
        f'<script src="{asset("app.js")}" defer></script>'
    )
