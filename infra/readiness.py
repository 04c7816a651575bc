"""Waits until a new Databricks workspace answers its API, well and several times in a row.

Azure calls a workspace made before its API works, and at first good and bad answers alternate.
What is created in between gets lost or fails. A workspace that is older than an hour is past
that, and is not asked. This module looks and waits; it changes nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pulumi

from infra.plans import DatabricksAccess

YOUNG = timedelta(hours=1)
"""Age up to which a workspace may still be starting."""

PROBE = "/api/2.0/clusters/list-node-types"
"""Asked with GET: it needs both the sign-in and the part that makes machines to work."""

ANSWER_SECONDS = 30
"""How long one answer may take."""

LONGEST_QUOTE = 300
"""Characters of the last answer that an error shows."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the workspace answered, or why there was no answer."""

    good: bool
    says: str


Ask = Callable[[], Answer]


class NotReadyError(pulumi.RunError):
    """The workspace did not become ready in time; says what it answered last and what helps."""


class SignInError(pulumi.RunError):
    """The deployer can't sign in to the workspace at all: waiting would not help."""


async def wait_until_ready(url: str, ask: Ask, access: DatabricksAccess) -> str:
    """Ask until enough good answers came in a row; returns the address.

    Args:
        url: the workspace's address with scheme, for messages.
        ask: asks once; called in a thread.
        access: how many answers, how often, how long.

    Raises:
        NotReadyError: the time is over.
        SignInError: there are no credentials for the workspace.
    """
    started, in_a_row, best, asked = time.monotonic(), 0, 0, 0
    while True:
        answer = await asyncio.to_thread(ask)
        asked += 1
        in_a_row = in_a_row + 1 if answer.good else 0
        best = max(best, in_a_row)
        if in_a_row >= access.good_answers:
            return url
        if asked == 1 and not answer.good:
            pulumi.log.info(f"{url} is not ready yet ({_quote(answer.says)}); waiting")
        if time.monotonic() - started + access.interval_seconds > access.limit_seconds:
            raise NotReadyError(
                f"Databricks workspace {url} is not ready after {access.limit_seconds:.0f} s: "
                f"{access.good_answers} good answers in a row are needed, {best} of {asked} "
                f"came at most. It answered last: {_quote(answer.says)}. What is deployed stays; "
                "go on with: pulumi up. If it only needs longer, first: "
                "pulumi config set readyLimitMinutes <more>"
            )
        await asyncio.sleep(access.interval_seconds)


def is_young(created: str | None, now: datetime) -> bool:
    """Whether a workspace may still be starting.

    Args:
        created: when it was made, ISO 8601, as Azure tells it; None if it does not.
        now: with a time zone.
    """
    if not created:
        return True
    made = datetime.fromisoformat(created)
    return now - (made if made.tzinfo else made.replace(tzinfo=UTC)) < YOUNG


def asker(url: str, resource_id: str, auth_type: str) -> Ask:
    """Asks a workspace with the credentials that the Databricks provider will use.

    Raises:
        SignInError: when asked, there are none.
    """

    def ask() -> Answer:
        import requests

        try:
            headers = _sign_in(url, resource_id, auth_type)
            response = requests.get(url + PROBE, headers=headers, timeout=ANSWER_SECONDS)
        except requests.RequestException as error:
            return Answer(good=False, says=f"no answer ({type(error).__name__})")
        if response.ok:
            return Answer(good=True, says=f"{response.status_code}")
        return Answer(good=False, says=f"{response.status_code} {response.text}")

    return ask


def _sign_in(url: str, resource_id: str, auth_type: str) -> dict[str, str]:
    from databricks.sdk import config as databricks_config

    try:
        config = databricks_config.Config(
            host=url,
            auth_type=auth_type,
            azure_workspace_resource_id=resource_id,
            azure_use_msi=auth_type == "azure-msi",
            # It looks at the host itself, for five minutes if nobody answers; we ask again anyway.
            retry_timeout_seconds=1,
            http_timeout_seconds=ANSWER_SECONDS,
        )
        return config.authenticate()
    except ValueError as error:
        raise SignInError(
            f"can't sign in to Databricks workspace {url} with databricksAuthType={auth_type}: "
            f"{_quote(str(error))}. Sign in (for azure-cli: az login) or choose another way: "
            "pulumi config set databricksAuthType <type>"
        ) from None


def _quote(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_QUOTE else line[:LONGEST_QUOTE] + "..."
