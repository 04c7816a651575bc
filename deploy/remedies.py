"""What to do when a step fails: by what it said, else by which step it was.

Only what a reader of the summary can act on; the words of the failing command come first there.
``docs/troubleshooting.md`` says more about each.
"""

from __future__ import annotations

import re

_BY_WORDS: tuple[tuple[str, str], ...] = (
    (
        r"is locked",
        "See that no other deployment of this stack runs, then take the lock away: "
        "`pulumi cancel --stack {stack}` (docs/operating.md, A stack is locked).",
    ),
    (
        r"AADSTS700024",
        "The sign-in of this job is too old. Re-run the failed jobs.",
    ),
    (
        r"AADSTS70021|AADSTS700213",
        "No federated credential fits this repository and environment. Run the bootstrap with "
        "the right `--subject-prefix` (docs/deploying.md, step 4).",
    ),
    (
        r"AuthorizationFailed|AuthorizationPermissionMismatch|does not have authorization",
        "The environment's identity lacks a role, or was given it minutes ago. Wait ten minutes "
        "and re-run; if it stays, run the bootstrap again (docs/security.md has the roles).",
    ),
    (
        r"access token for Databricks expired",
        "Deploy again: `up` renews the token (docs/operating.md, Rotate the Databricks token).",
    ),
    (
        r"no stack '|no stack named",
        "Make the stack once, from your machine (docs/deploying.md, step 7).",
    ),
)

_BY_STEP = {
    "guard": "Merge to main, or start the workflow by hand with `force` set.",
    "preflight": "Each finding names the command that mends it. Nothing has been changed yet.",
    "up": "Mend what is named and re-run the failed jobs: what was made is kept, and `up` goes on "
    "from there.",
    "preview": "Mend what is named. Nothing has been changed.",
    "check": "The deployment is complete, but the pipeline can't run on it. Mend what is named, "
    "then re-run the failed jobs.",
    "publish": "The deployment is complete; the pipeline's endpoint still runs the version before. "
    "Mend what is named, then re-run the failed jobs.",
    "run": "The deployment is complete and the pipeline published; its run failed. The notebook's "
    "own words are above and the run's page is linked below; then re-run the failed jobs.",
}

_ANY = "Mend what is named, then re-run the failed jobs."


def remedy_for(step: str, reason: str, *, stack: str) -> str:
    """What to do about a failed step, as one Markdown paragraph.

    Args:
        step: its name.
        reason: what it said.
        stack: the stack's name, for commands.
    """
    for pattern, remedy in _BY_WORDS:
        if re.search(pattern, reason):
            return remedy.format(stack=stack)
    return _BY_STEP.get(step, _ANY)
