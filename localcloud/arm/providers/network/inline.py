"""Child resources that live in their parent's properties: subnets, security rules."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from localcloud.arm import states
from localcloud.arm.addresses import Address
from localcloud.arm.behavior import Behavior, Context
from localcloud.arm.refusals import invalid_content
from localcloud.store import JsonObject


class InlineChild(Behavior):
    """A child that is an item of an array of its parent."""

    def __init__(self, collection: str) -> None:
        self._collection = collection

    def read(self, context: Context, address: Address) -> JsonObject | None:
        """The item with this name."""
        parent = context.resources.get(address.parent.id) if address.parent else None
        for item in children(parent or {}, self._collection):
            if item["name"].lower() == address.name.lower():
                return item
        return None

    def list(
        self, context: Context, prefix: str, type_name: str, query: Mapping[str, str]
    ) -> list[JsonObject]:
        """All items of the parent."""
        return children(context.resources.get(prefix) or {}, self._collection)

    def write(self, context: Context, resource: JsonObject) -> None:
        """Put the item in the place of the one with its name, or at the end."""
        self._replace(context, resource["id"], resource)

    def remove(self, context: Context, resource: JsonObject) -> None:
        """Take the item out."""
        self._replace(context, resource["id"], None)

    def _replace(self, context: Context, item_id: str, item: JsonObject | None) -> None:
        with context.resources.transaction():
            parent = context.resources.get(parent_id(item_id))
            if parent is None:
                return
            items = parent["properties"].setdefault(self._collection, [])
            places = [i for i, each in enumerate(items) if each["id"].lower() == item_id.lower()]
            for place in places:
                del items[place]
            if item is not None:
                items.insert(places[0] if places else len(items), item)
            context.resources.put(parent)


def children(parent: JsonObject, collection: str) -> list[JsonObject]:
    """The items of a parent."""
    items: list[JsonObject] = parent.get("properties", {}).get(collection, [])
    return items


def parent_id(item_id: str) -> str:
    """Id of the resource that an item is in."""
    return item_id.rsplit("/", 2)[0]


def adopt(
    parent: JsonObject, before: JsonObject | None, collection: str, type_name: str
) -> list[JsonObject]:
    """Make the items of a PUT on the parent what items of their own PUT would be.

    Raises:
        CloudError: 400, an item without a name or two with the same.
    """
    known = {each["name"].lower(): each for each in children(before or {}, collection)}
    items = children(parent, collection)
    names = [str(each.get("name", "")).lower() for each in items]
    if not all(names) or len(set(names)) < len(names):
        raise invalid_content(f"every item of '{collection}' needs a name of its own")
    for item in items:
        old = known.get(item["name"].lower(), {})
        item["id"] = old.get("id") or f"{parent['id']}/{collection}/{item['name']}"
        item["type"] = type_name
        item["etag"] = f'W/"{uuid.uuid4()}"'
        item.setdefault("properties", {})["provisioningState"] = states.SUCCEEDED
    return items
