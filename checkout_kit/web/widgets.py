"""The widgets' files on the web: addresses that change with them, and tags."""

from __future__ import annotations

from functools import cache
from pathlib import PurePosixPath

from flask import Blueprint, Response, url_for
from markupsafe import Markup
from werkzeug.exceptions import NotFound

from checkout_kit.web.headers import FOR_EVER
from checkout_kit.web.last_word import keep_headers
from checkout_kit_widgets import WidgetFiles

NAME = "checkout_kit_widgets"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
}
#: Pages of any origin may load them: there is nothing of anybody in them.
_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
}
_PRELOAD = Markup('<link rel="modulepreload" href="{}" integrity="{}" crossorigin>\n')
_SCRIPT = Markup(
    '<script type="module" src="{}" integrity="{}" crossorigin></script>\n'
)


class WidgetTags:
    """What a page's head needs, with a hash of every file that it will run."""

    def __init__(self, files: WidgetFiles, address: str) -> None:
        self._files = files
        self._address = address

    def address(self, name: str = "define.js", *, absolute: bool = False) -> str:
        """Where a file is; absolute for pages of another host."""
        version = self._files.version
        if absolute:
            return f"{self._address}/{version}/{name}"
        return url_for(f"{NAME}.file", version=version, name=name)

    def integrity(self, name: str = "define.js") -> str:
        """The hash of a file, for an ``integrity`` attribute.

        :raises KeyError: if there is no such file.
        """
        return self._files.integrity(name)

    def __call__(
        self,
        name: str = "define.js",
        *,
        lang: str | None = None,
        absolute: bool = False,
    ) -> Markup:
        """Write the tags for a module and all that it imports.

        Modules that are loaded ahead with a hash are imported as they were loaded, so
        that one that was tampered with runs nowhere.

        :param lang: the page's language, whose words are loaded ahead too.
        :raises KeyError: if there is no such module.
        """
        ahead = list(self._files.needs(name))
        code = (lang or "").lower().replace("_", "-").partition("-")[0]
        if code in self._files.languages:
            ahead.append(f"words/{code}.js")
        preloads = [self._tag(_PRELOAD, one, absolute) for one in ahead]
        return Markup("").join([*preloads, self._tag(_SCRIPT, name, absolute)])

    def _tag(self, tag: Markup, name: str, absolute: bool) -> Markup:
        address = self.address(name, absolute=absolute)
        return tag.format(address, self.integrity(name))


@cache
def _files() -> WidgetFiles:
    """The files, read once in a process for all of its apps."""
    return WidgetFiles()


def create_widgets_blueprint(url_prefix: str, public_url: str) -> Blueprint:
    """Make the blueprint ``checkout_kit_widgets``.

    Templates of the whole app get ``checkout_widgets``, see :class:`WidgetTags`.
    """
    files = _files()
    prefix = f"{url_prefix.rstrip('/')}/widgets"
    tags = WidgetTags(files, f"{public_url.rstrip('/')}{prefix}")
    blueprint = Blueprint(NAME, __name__, url_prefix=prefix)

    # The app's own policies are for its pages.
    blueprint.after_request(keep_headers)

    @blueprint.get("/<version>/<path:name>", endpoint="file")
    def send(version: str, name: str) -> Response:
        content = files.find(name)
        if content is None:
            raise NotFound
        response = Response(content, content_type=_TYPES[PurePosixPath(name).suffix])
        response.headers.update(_HEADERS)
        # An address of another version shows what there is now, but not for long.
        is_current = version == files.version
        response.headers["Cache-Control"] = FOR_EVER if is_current else "no-cache"
        return response

    blueprint.add_app_template_global(tags, "checkout_widgets")
    return blueprint
