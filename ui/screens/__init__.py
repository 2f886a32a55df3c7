"""The screens, one module each."""

from typing import Any

import gradio as gr

from runcoach.i18n import t
from ui.client import ApiClient
from ui.screens.activity import Activity
from ui.screens.chat import Chat
from ui.screens.data import DataPage
from ui.screens.plan import PlanPage
from ui.screens.today import Today


def build_pages(api: ApiClient, language: str) -> Any:
    """All pages in one language; each has its own address below the mount."""
    with gr.Blocks(title=t("app.name", language), analytics_enabled=False, fill_width=True) as blocks:
        Today(api, language).build(blocks)
    for screen in (
        Chat(api, language),
        PlanPage(api, language),
        DataPage(api, language),
        Activity(api, language),
    ):
        with blocks.route(t(f"ui.nav.{screen.name}", language), f"/{screen.name}", show_in_navbar=False):
            screen.build(blocks)
    return blocks
