"""What members and items are called on the wire, in forms and in XML alike."""

from botocore.model import Shape


def member_key(member: Shape, name: str) -> str:
    """Return the wire's name of a structure's member; a flat list goes by its items' name."""
    if member.type_name == "list" and member.serialization.get("flattened"):
        own = member.member.serialization.get("name")
        if own is not None:
            return str(own)
    return str(member.serialization.get("name", name))


def element_name(item: Shape) -> str:
    """Return what an item of a list that is not flat is called."""
    return str(item.serialization.get("name", "member"))
