"""Translatable sentences that are English until the window translates them."""

from __future__ import annotations


class LazyText(str):
    """An English sentence that keeps its template and the values of its ``{holes}``.

    The command line prints it as it is; the window looks the template up in the language it speaks.
    """

    template: str
    values: dict[str, object]

    def __new__(cls, template: str, /, **values: object) -> LazyText:
        made = super().__new__(cls, template.format(**values) if values else template)
        made.template, made.values = template, values
        return made


def tr(template: str, /, **values: object) -> LazyText:
    """``template`` is one literal: packaging/translations.py gathers it from the sources."""
    return LazyText(template, **values)
