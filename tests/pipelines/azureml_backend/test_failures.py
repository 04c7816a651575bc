"""The one cause in what Azure ML, Databricks and the notebook say."""

from __future__ import annotations

import pytest

from pipelines.azureml_backend.failures import raised_in

HEAD = 'Traceback (most recent call last):\n  File "/n, cell 3", line 2, in <module>\n    run()\n'


@pytest.mark.parametrize(
    ("traceback", "raised"),
    [
        (HEAD + "ValueError: line 3\n", "ValueError: line 3"),
        (
            HEAD + "py4j.protocol.Py4JJavaError: two\nlines",
            "py4j.protocol.Py4JJavaError: two\nlines",
        ),
        (
            HEAD + "MalformedInputError: a.csv does not fit:\n  a.csv, line 3: 'x'",
            "MalformedInputError: a.csv does not fit:\n  a.csv, line 3: 'x'",
        ),
        (
            HEAD + "KeyError: 1\n\nDuring handling of it, another occurred:\n\n" + HEAD + "IOError",
            "IOError",
        ),
        (HEAD, ""),
        ("the cluster could not be started", ""),
    ],
)
def test_the_exception_that_ended_it_is_found_with_its_whole_message(
    traceback: str, raised: str
) -> None:
    assert raised_in(traceback) == raised
