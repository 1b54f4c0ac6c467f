"""The pictures of the README, taken of a site that runs: tools/screenshots.py http://localhost:8000 [folder]

The site is one that ``make run`` started, with its archive and rehearsal data and nothing else.
"""

import argparse
import io
import os
import re
import shutil
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

WIDE, PHONE = (1280, 860), (360, 760)
COLOURS = 128  # the pages have few; so a picture stays small


def office(page: Page, site: str) -> None:
    page.goto(f"{site}/en/account/rehearsal/")
    page.get_by_role("button", name=re.compile("Celia Pizarra")).click()
    page.goto(f"{site}/en/desk/")


def take(site: str, folder: Path) -> None:
    chromium = (
        os.environ.get("TESSERA_CHROMIUM")
        or shutil.which("chromium-headless-shell")
        or shutil.which("chromium")
        or shutil.which("google-chrome")
    )
    shots = [
        ("home", "/en/", WIDE, "light"),
        ("coverage", "/en/coverage/", WIDE, "light"),
        ("training-phone", "/fr/trainings/mexico-2023/", PHONE, "dark"),
        ("desk", "", WIDE, "light"),
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for name, path, (width, height), colours in shots:
            context = browser.new_context(
                viewport={"width": width, "height": height}, color_scheme="dark" if colours == "dark" else "light"
            )
            page = context.new_page()
            if path:
                page.goto(site + path)
            else:
                office(page, site)
            if name == "coverage":
                page.locator("svg.lane").first.evaluate("lane => lane.closest('section').scrollIntoView()")
            picture = Image.open(io.BytesIO(page.screenshot()))
            target = folder / f"{name}.png"
            picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(target, optimize=True)
            print(f"{target}: {target.stat().st_size // 1000} kB")
            context.close()
        browser.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("site")
    parser.add_argument("folder", nargs="?", default="docs/images", type=Path)
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    take(asked.site.rstrip("/"), asked.folder)
