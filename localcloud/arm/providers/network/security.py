"""Network security groups and their rules."""

from __future__ import annotations

import uuid

from localcloud.arm import states
from localcloud.arm.behavior import Change, Context
from localcloud.arm.providers.network.inline import InlineChild, adopt, children, parent_id
from localcloud.arm.providers.network.usage import Referenced, subnets_with
from localcloud.arm.refusals import invalid_content
from localcloud.errors import CloudError
from localcloud.store import JsonObject

RULE_TYPE = "Microsoft.Network/networkSecurityGroups/securityRules"
RULES = "securityRules"
MIN_PRIORITY = 100
MAX_PRIORITY = 4096
_REQUIRED = ("protocol", "access", "direction", "priority")

# name, direction, priority, access, source, destination
_DEFAULT_RULES = (
    ("AllowVnetInBound", "Inbound", 65000, "Allow", "VirtualNetwork", "VirtualNetwork"),
    ("AllowAzureLoadBalancerInBound", "Inbound", 65001, "Allow", "AzureLoadBalancer", "*"),
    ("DenyAllInBound", "Inbound", 65500, "Deny", "*", "*"),
    ("AllowVnetOutBound", "Outbound", 65000, "Allow", "VirtualNetwork", "VirtualNetwork"),
    ("AllowInternetOutBound", "Outbound", 65001, "Allow", "*", "Internet"),
    ("DenyAllOutBound", "Outbound", 65500, "Deny", "*", "*"),
)


class SecurityGroup(Referenced):
    """A network security group with its rules.

    Fidelity: verified (azure-mgmt-network: shapes), assumed (refusals)
    """

    def check(self, context: Context, change: Change) -> None:
        """Rules must fit together."""
        rules = adopt(change.resource, change.before, RULES, RULE_TYPE)
        for rule in rules:
            check_rule(rule, rules)

    def complete(self, context: Context, change: Change) -> None:
        """Default rules and a GUID."""
        change.keep("resourceGuid", lambda: str(uuid.uuid4()))
        change.properties.setdefault(RULES, [])
        change.properties["defaultSecurityRules"] = [
            _default_rule(change.resource["id"], row) for row in _DEFAULT_RULES
        ]

    def referring(self, context: Context, resource: JsonObject) -> JsonObject:
        """The subnets that it guards."""
        guarded = subnets_with(context, "networkSecurityGroup", resource["id"])
        return {"subnets": [{"id": each["id"]} for each in guarded]}

    def check_delete(self, context: Context, resource: JsonObject) -> None:
        """A group that guards a subnet stays."""
        guarded = subnets_with(context, "networkSecurityGroup", resource["id"])
        if guarded:
            raise CloudError(
                400,
                "InUseNetworkSecurityGroupCannotBeDeleted",
                f"Network security group {resource['id']} cannot be deleted because it is in use "
                f"by the following resources: {', '.join(each['id'] for each in guarded)}.",
            )


class SecurityRule(InlineChild):
    """A security rule by itself.

    Fidelity: verified (azure-mgmt-network: shapes), assumed (refusals)
    """

    def __init__(self) -> None:
        super().__init__(RULES)

    def check(self, context: Context, change: Change) -> None:
        """A rule must fit to the others."""
        group = context.resources.get(parent_id(change.resource["id"])) or {}
        check_rule(change.resource, children(group, RULES))


def check_rule(rule: JsonObject, siblings: list[JsonObject]) -> None:
    """Refuse a rule that is incomplete or has the priority of another.

    Raises:
        CloudError: 400.
    """
    properties = rule.get("properties", {})
    missing = [name for name in _REQUIRED if name not in properties]
    if missing:
        raise invalid_content(f"security rule '{rule['name']}' has no {', '.join(missing)}")
    priority = properties["priority"]
    if not MIN_PRIORITY <= priority <= MAX_PRIORITY:
        raise CloudError(
            400,
            "SecurityRuleInvalidPriority",
            f"Security rule {rule['name']} has priority {priority}; it must be between "
            f"{MIN_PRIORITY} and {MAX_PRIORITY}.",
        )
    for other in siblings:
        same = all(other["properties"][n] == properties[n] for n in ("priority", "direction"))
        if same and other["name"].lower() != rule["name"].lower():
            raise CloudError(
                400,
                "SecurityRuleConflict",
                f"Security rule {rule['name']} conflicts with rule {other['name']}. Rules cannot "
                f"have the same Priority and Direction.",
            )


def _default_rule(group_id: str, row: tuple[str, str, int, str, str, str]) -> JsonObject:
    name, direction, priority, access, source, destination = row
    return {
        "id": f"{group_id}/defaultSecurityRules/{name}",
        "name": name,
        "type": "Microsoft.Network/networkSecurityGroups/defaultSecurityRules",
        "properties": {
            "provisioningState": states.SUCCEEDED,
            "protocol": "*",
            "direction": direction,
            "priority": priority,
            "access": access,
            "sourceAddressPrefix": source,
            "sourcePortRange": "*",
            "destinationAddressPrefix": destination,
            "destinationPortRange": "*",
        },
    }
