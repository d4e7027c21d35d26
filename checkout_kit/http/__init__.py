"""The HTTP client for provider plugins: bounded, typed, and silent about secrets."""

from checkout_kit.http.api_auth import ApiAuth
from checkout_kit.http.client import ApiAnswer, ApiClient, MessageReader
from checkout_kit.http.connection import Limits
from checkout_kit.http.exchange import Signer
from checkout_kit.http.forms import Form, FormFile
from checkout_kit.http.redaction import REDACTED, Redactor
from checkout_kit.http.refusals import explain_outage, read_errors
from checkout_kit.http.strict_json import JsonError, dump_json, parse_json

__all__ = [
    "REDACTED",
    "ApiAnswer",
    "ApiAuth",
    "ApiClient",
    "Form",
    "FormFile",
    "JsonError",
    "Limits",
    "MessageReader",
    "Redactor",
    "Signer",
    "dump_json",
    "explain_outage",
    "parse_json",
    "read_errors",
]
