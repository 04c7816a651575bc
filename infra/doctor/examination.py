"""The whole examination: what depends on nothing, on the stack, and on the cloud."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from azure.core.exceptions import AzureError, HttpResponseError

from infra.doctor import identity, machines, names, providers, runtime, soft_deleted, token, tools
from infra.doctor.azure import Azure, SignInError, sign_in
from infra.doctor.findings import Finding, error, not_checked, ok, warning
from infra.doctor.pulumi_cli import PulumiError
from infra.doctor.stack import Stack
from infra.settings_errors import SettingsError

CloudCheck = Callable[[Azure, Stack], Finding]

CLOUD_CHECKS: dict[str, CloudCheck] = {
    "identity": identity.check_identity,
    "resource providers": providers.check_providers,
    "region": machines.check_region,
    "machines": machines.check_machines,
    "resource groups": names.check_groups,
    "ML storage account": names.check_ml_storage,
    "data storage account": names.check_training_storage,
    "container registry": names.check_registry,
    "key vault": soft_deleted.check_vault,
    "Azure ML workspace": soft_deleted.check_ml_workspace,
    "Log Analytics": soft_deleted.check_log_analytics,
}
"""Subject to check, in the order of the report. Independent of each other: they run at once."""

LOCAL_CHECKS = (tools.check_cli, tools.check_packages, tools.check_plugins)


@dataclass(frozen=True, kw_only=True)
class Examination:
    """What was found, and what is needed to purge."""

    findings: list[Finding]
    stack: Stack | None = None
    azure: Azure | None = None


def examine(stack_name: str) -> Examination:
    """Examine one stack. Never raises: what goes wrong is a finding."""
    with ThreadPoolExecutor(max_workers=len(CLOUD_CHECKS)) as threads:
        local = [threads.submit(check) for check in LOCAL_CHECKS]
        stack, stack_finding = _read_stack(stack_name)
        findings = [stack_finding]
        if stack is not None:
            findings += _of_stack(stack)
        azure, cloud_findings = _cloud(stack, threads)
        tool_findings = [each.result() for each in local]
    return Examination(
        findings=[*tool_findings, *findings, *cloud_findings], stack=stack, azure=azure
    )


def _read_stack(name: str) -> tuple[Stack | None, Finding]:
    subject = "stack"
    try:
        stack = Stack.read(name)
    except PulumiError as problem:
        hint = f"pulumi stack init {name}" if "no stack named" in str(problem) else ""
        return None, error(subject, str(problem), hint)
    except SettingsError as problem:
        # Several lines; each bad key has its rule and its command in them.
        bad_keys = [line.strip() for line in str(problem).splitlines()[1:]]
        return None, error(subject, f"{name!r}: {', '.join(bad_keys)}")
    state = f"{len(stack.owned)} resources" if stack.owned else "not deployed yet"
    return stack, ok(subject, f"{name!r}, base name {stack.settings.base_name!r}, {state}")


def _of_stack(stack: Stack) -> Iterator[Finding]:
    yield runtime.check_runtime(stack)
    yield token.check_token(stack)


def _cloud(stack: Stack | None, threads: ThreadPoolExecutor) -> tuple[Azure | None, list[Finding]]:
    """Sign in once, then all checks at the same time."""
    if stack is None:
        reason = "the stack can't be read"
        return None, [not_checked(subject, reason) for subject in CLOUD_CHECKS]
    try:
        azure = sign_in(stack.config)
    except SignInError as problem:
        others = [subject for subject in CLOUD_CHECKS if subject != "identity"]
        reason = "no identity in Azure"
        return None, [
            error("identity", str(problem), problem.command),
            *(not_checked(subject, reason) for subject in others),
        ]
    running = [
        threads.submit(guarded, subject, check, azure, stack)
        for subject, check in CLOUD_CHECKS.items()
    ]
    return azure, [each.result() for each in running]


def guarded(subject: str, check: CloudCheck, azure: Azure, stack: Stack) -> Finding:
    """A check whose failure is a finding; not to be allowed to look is no reason to stop."""

    try:
        return check(azure, stack)
    except HttpResponseError as refusal:
        reason = _one_line(refusal.message)
        if refusal.status_code == 403:
            return warning(subject, f"{identity.identity_name(azure)} may not look: {reason}")
        return error(subject, f"could not be checked: {reason}")
    except AzureError as problem:
        return error(subject, f"could not be checked: {_one_line(problem.message)}")
    except Exception as problem:
        # A traceback would hide what the other checks found.
        return error(subject, f"could not be checked: {type(problem).__name__}: {problem}")


def _one_line(text: object) -> str:
    """The first line: Azure's clients repeat code and message in the ones after it."""
    lines = str(text).strip().splitlines()
    return lines[0] if lines else "no reason given"
