"""The screens, one module each."""

from typing import Any

import gradio as gr

from runcoach.i18n import t
from ui.client import ApiClient


def build_pages(api: ApiClient, language: str) -> Any:
    """All pages in one language."""
    with gr.Blocks(title=t("app.name", language), analytics_enabled=False) as blocks:
        gr.HTML("<p>…</p>")
    return blocks
