"""Forms: fields and files as the bytes of a multipart request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from urllib3.fields import RequestField
from urllib3.filepost import encode_multipart_formdata


@dataclass(frozen=True, slots=True)
class FormFile:
    """A file of a form; its content is in no repr."""

    content: bytes = field(repr=False)
    name: str
    media_type: str = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Form:
    """What is sent as ``multipart/form-data``, in place of JSON."""

    fields: Mapping[str, str] = field(default_factory=dict, repr=False)
    files: Mapping[str, FormFile] = field(default_factory=dict)

    def encode(self) -> tuple[bytes, str]:
        """Write it as a body, with its content type."""
        parts = [RequestField(name, value) for name, value in self.fields.items()]
        for part in parts:
            part.make_multipart()
        for name, file in self.files.items():
            part = RequestField(name, file.content, filename=file.name)
            part.make_multipart(content_type=file.media_type)
            parts.append(part)
        return encode_multipart_formdata(parts)
