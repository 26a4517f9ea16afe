"""Slack's look of Block Kit as HTML, and a picture of it: the very blocks that are sent, drawn by a browser."""

import base64
import html
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops

WIDTH = 640
TALLEST = 3000
STYLE = """
* { box-sizing: border-box; margin: 0 }
body { font: 15px/1.46 Lato, 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif; color: #1d1c1d; background: #fff;
  padding: 16px 20px 20px; width: 640px }
.message { display: grid; grid-template-columns: 36px 1fr; column-gap: 10px; margin-bottom: 6px }
.thread { margin: 4px 0 0 46px; border-left: 2px solid #e3e3e3; padding: 8px 0 0 12px }
.thread .message { grid-template-columns: 24px 1fr; margin-bottom: 8px }
.avatar { width: 36px; height: 36px; border-radius: 8px; background: #12507b; color: #fff; text-align: center;
  font-weight: 900; line-height: 36px }
.thread .avatar { width: 24px; height: 24px; line-height: 24px; font-size: 12px; border-radius: 5px }
.who b { font-weight: 900 } .who .app { font-size: 10px; background: #e8e8e8; color: #616061; border-radius: 2px;
  padding: 1px 3px; margin: 0 4px; vertical-align: 2px } .who .at { font-size: 12px; color: #616061 }
.header { font-size: 18px; font-weight: 900; margin: 4px 0 } .section { margin: 6px 0; white-space: pre-wrap }
.fields { display: grid; grid-template-columns: 1fr 1fr; gap: 6px 16px; margin: 6px 0; white-space: pre-wrap }
pre { font: 12px/1.5 'DejaVu Sans Mono', monospace; background: #f8f8f8; border: 1px solid #ddd; border-radius: 4px;
  padding: 8px; margin-top: 4px; line-height: 1.2 }
.context { font-size: 13px; color: #616061; margin: 6px 0 } .context span { margin-right: 10px }
.actions { display: flex; flex-wrap: wrap; gap: 8px; margin: 8px 0 }
.button { border: 1px solid #bbb; border-radius: 4px; padding: 5px 12px; font-weight: 700; font-size: 14px }
.primary { background: #007a5a; border-color: #007a5a; color: #fff }
a, .mention { color: #1264a3; text-decoration: none } .mention { background: #e8f5fa; border-radius: 3px; padding: 0 2px }
img { width: 400px; border: 1px solid #ddd; border-radius: 8px; margin-top: 4px }
"""


def message(blocks: Sequence[dict[str, Any]], at: str, png: bytes | None = None) -> str:
    """One message of the app; ``png`` is a file shared with it."""
    shown = "".join(block_html(block) for block in blocks)
    if png is not None:
        shown += f'<img src="data:image/png;base64,{base64.b64encode(png).decode()}">'
    who = f"<div class=who><b>Spendwatch</b><span class=app>APP</span><span class=at>{at}</span></div>"
    return f"<div class=message><div class=avatar>S</div><div>{who}{shown}</div></div>"


def thread(replies: Sequence[str]) -> str:
    """Messages below another one."""
    return f"<div class=thread>{''.join(replies)}</div>"


def block_html(block: dict[str, Any]) -> str:
    """A block as Slack shows it."""
    match block["type"]:
        case "header":
            return f"<div class=header>{html.escape(block['text']['text'])}</div>"
        case "context":
            spans = (f"<span>{marked(each['text'])}</span>" for each in block["elements"])
            return f"<div class=context>{'<br>'.join(spans)}</div>"
        case "actions":
            return f"<div class=actions>{''.join(map(element_html, block['elements']))}</div>"
        case _ if "fields" in block:
            cells = (f"<div>{marked(each['text'])}</div>" for each in block["fields"])
            return f"<div class=fields>{''.join(cells)}</div>"
        case _:
            return f"<div class=section>{marked(block['text']['text'])}</div>"


def element_html(element: dict[str, Any]) -> str:
    """A button, or the closed list of a select."""
    if element["type"] == "static_select":
        return f"<div class=button>{element['placeholder']['text']} ▾</div>"
    style = " primary" if element.get("style") == "primary" else ""
    return f'<div class="button{style}">{element["text"]["text"]}</div>'


def marked(text: str) -> str:
    """Slack's mrkdwn, which is escaped already, as HTML."""
    text = re.sub(r"```\n(.*?)\n?```", r"<pre>\1</pre>", text, flags=re.DOTALL)
    text = re.sub(r"<(https?://[^|>]+)\|([^>]*)>", r'<a href="\1">\2</a>', text)
    text = re.sub(r"<!subteam\^\w+>", "<span class=mention>@care-oncall</span>", text)
    return re.sub(r"(?<!\w)\*([^*\n]+)\*(?!\w)", r"<b>\1</b>", text)


def picture(body: str, target: Path) -> None:
    """Have a browser draw it, two pixels for each, and cut away what is empty."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        raise SystemExit("a picture of Slack's look needs chromium or google-chrome")
    with tempfile.TemporaryDirectory() as folder:
        page, shot = Path(folder, "page.html"), Path(folder, "shot.png")
        page.write_text(f"<!doctype html><meta charset=utf-8><style>{STYLE}</style>{body}", "utf-8")
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        options += ["--force-device-scale-factor=2", f"--window-size={WIDTH},{TALLEST}"]
        options += [f"--user-data-dir={folder}/profile", f"--screenshot={shot}", page.as_uri()]
        subprocess.run([browser, *options], check=True, capture_output=True, timeout=120)  # noqa: S603 - our own page
        with Image.open(shot) as image:
            whole = image.convert("RGB")
    empty = Image.new("RGB", whole.size, "white")
    box = ImageChops.difference(whole, empty).getbbox()
    height = min(whole.height, (box[3] if box else 0) + 32)
    cut = whole.crop((0, 0, whole.width, height))
    cut.quantize(64, dither=Image.Dither.NONE).save(target, optimize=True)
