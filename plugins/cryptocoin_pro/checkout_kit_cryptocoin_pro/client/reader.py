"""Answers: read at once into objects, or refused with what is safe of their text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import Schema, ValidationError

from checkout_kit import ProviderProtocolError
from checkout_kit.http import JsonError, dump_json
from checkout_kit_cryptocoin_pro.answers import BrokenItem, Listing


class AnswerReader:
    """Takes the ``data`` envelope off and reads what is in it.

    :param redact: takes what is secret out of a text.
    """

    def __init__(self, provider: str, redact: Callable[[str], str]) -> None:
        self._provider = provider
        self._redact = redact

    def read(self, schema: Schema, answer: Any, where: str) -> Any:
        """Read the ``data`` of an answer.

        :raises ProviderProtocolError: with its text, if it is not as documented.
        """
        data = self._data(answer, where)
        if not isinstance(data, Mapping):
            raise self.odd(f"{where}: the answer is not an object", answer)
        try:
            return schema.load(data)
        except ValidationError as err:
            raise self.odd(f"{where}: {_problem(err)}", answer) from None

    def read_list(self, schema: Schema, answer: Any, where: str) -> Listing[Any]:
        """Read a list item by item: a stranger's odd one must not hide ours.

        :raises ProviderProtocolError: if it is no list, its pages can't be told, or it
            has items and not one of them is as documented.
        """
        data = self._data(answer, where)
        if not isinstance(data, list):
            raise self.odd(f"{where}: the answer is not a list", answer)
        read, broken = [], []
        for item in data:
            try:
                read.append(schema.load(item))
            except ValidationError as err:
                broken.append(_broken(item, _problem(err)))
        if broken and not read:
            raise self.odd(f"{where}: no item is readable: {broken[0].problem}", answer)
        try:
            is_last = page_of(answer) >= last_of(answer)
        except ValueError as err:
            raise self.odd(f"{where}: {err}", answer) from None
        return Listing(tuple(read), tuple(broken), is_last)

    def read_message(self, answer: Any, where: str) -> str:
        """Read an answer that is only a message, with or without ``data`` around it."""
        if isinstance(answer, Mapping):
            data = answer.get("data")
            found = data if isinstance(data, Mapping) else answer
            message = found.get("message")
            if isinstance(message, str):
                return message[:1000]
        raise self.odd(f"{where}: the answer has no message", answer)

    def odd(
        self, problem: str, data: Any, *, is_private: bool = False
    ) -> ProviderProtocolError:
        """Make the error for an answer that can't be used, with its text.

        :param is_private: the answer holds a secret or what a person said of himself.
        """
        if is_private:
            return ProviderProtocolError(self._provider, problem)
        try:
            text = dump_json(data).decode()
        except JsonError:
            text = type(data).__name__
        evidence = self._redact(text)
        return ProviderProtocolError(self._provider, problem, evidence=evidence)

    def _data(self, answer: Any, where: str) -> Any:
        if not isinstance(answer, Mapping) or "data" not in answer:
            raise self.odd(f"{where}: the answer has no data", answer)
        return answer["data"]


def page_of(answer: Any) -> int:
    """The number of the page that an answer is.

    :raises ValueError: if it is not a number.
    """
    return _number(answer, "currentPage", "current_page")


def last_of(answer: Any) -> int:
    """The number of a list's last page.

    :raises ValueError: if it is not a number.
    """
    return _number(answer, "lastPage", "last_page")


def _number(answer: Any, *spellings: str) -> int:
    """A number of ``meta``, which spells its names in two ways; 1 if it has none."""
    meta = answer.get("meta")
    for name in spellings:
        value = meta.get(name) if isinstance(meta, Mapping) else None
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if value is not None:
            raise ValueError(f"meta.{name} is not a number")
    return 1


def _problem(error: ValidationError) -> str:
    """Name the first field and problem, without the value."""
    messages: Any = error.normalized_messages()  # type: ignore[no-untyped-call]
    path = []
    while isinstance(messages, Mapping) and messages:
        key, messages = next(iter(messages.items()))
        path.append(str(key))
    first = messages[0] if isinstance(messages, list) and messages else "is odd"
    return f"{'.'.join(path)} {first}"


def _broken(item: Any, problem: str) -> BrokenItem:
    found = item.get("id") if isinstance(item, Mapping) else None
    return BrokenItem(problem, found if isinstance(found, str) else None)
