"""The one user of a workspace: the developer."""

from __future__ import annotations

from databricks.sdk.service.iam import ComplexValue, User

USER_ID = "1000000000000001"
USER_NAME = "developer@localcloud.invalid"
HOME_FOLDER = f"/Users/{USER_NAME}"


def me() -> User:
    """The user as the API shows it."""
    return User(
        id=USER_ID,
        user_name=USER_NAME,
        display_name="localcloud developer",
        active=True,
        emails=[ComplexValue(value=USER_NAME, type="work", primary=True)],
        groups=[
            ComplexValue(display="admins", type="direct"),
            ComplexValue(display="users", type="direct"),
        ],
    )
