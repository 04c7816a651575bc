"""Takes secrets out of texts that services and notebooks wrote, before anyone sees them.

What is masked is known by its form: Databricks tokens, bearer tokens and other JSON web tokens,
storage keys, signatures of signed addresses, and values named like a secret.
"""

from __future__ import annotations

import re

MASK = "***"

_SECRETS = (
    # Databricks personal access token (docs.databricks.com: "dapi" and 32 hexadecimal digits).
    re.compile(r"\bdapi[0-9a-f]{16,}(-\d+)?\b"),
    # JSON web token: three base64url parts, the first two of which are JSON objects.
    re.compile(r"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*"),
    re.compile(r"(?<=bearer )[\w.~+/=-]{12,}", re.IGNORECASE),
    # Signature of a shared access signature, in an address.
    re.compile(r"(?<=[?&;]sig=)[^&\s\"'<>]+", re.IGNORECASE),
    # Storage account key: 64 bytes in base64.
    re.compile(r"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{86}=="),
    re.compile(
        r"(?<=accountkey=)[^;\s\"']+|(?<=password=)[^;&\s\"']+|(?<=client_secret=)[^;&\s\"']+",
        re.IGNORECASE,
    ),
)


def mask(text: str) -> str:
    """``text`` with every secret replaced by :data:`MASK`."""
    for secret in _SECRETS:
        text = secret.sub(MASK, text)
    return text
