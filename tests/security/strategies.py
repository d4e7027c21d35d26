"""What fuzzing tries: texts, URLs and JSON that nobody in their senses would send."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

#: The same examples at every run, and few of them: this is part of every test run.
quickly = settings(
    max_examples=150,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

WILD = st.text() | st.text(alphabet="0123456789.-+eE_, \n\x00\u0661", max_size=40)
URL_TEXT = st.text(alphabet="aZ0.-_:/\\@#?%[]x\t \u3002é&=;,|^<>\"'", max_size=30)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.floats(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=10), inner, max_size=4)
    ),
    max_leaves=15,
)


def matching(pattern: str) -> st.SearchStrategy[str]:
    """Texts that a regular expression fits as a whole."""
    return st.from_regex(pattern, fullmatch=True)
